//! `queue_directory`: where a file lies, and how it moves from queue to queue.

use crate::recycle::Recycled;
use crate::sync::SharedSync;
use crate::{QueueName, hash_key};
use config::{Conf, Fault, p, split_list};
use mail::{QueueId, Timestamp};
use rustix::fs::{AtFlags, Mode, OFlags, Timespec, Timestamps};
use rustix::io::Errno;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// The settings that the layout depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueOptions {
    /// `hash_queue_names`.
    pub hash_queue_names: Vec<String>,
    /// `hash_queue_depth`.
    pub hash_queue_depth: usize,
    /// `enable_long_queue_ids`.
    pub long_queue_ids: bool,
}

impl QueueOptions {
    /// As main.cf says.
    pub fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        Ok(Self {
            hash_queue_names: split_list(&conf.get(p::HASH_QUEUE_NAMES)?),
            hash_queue_depth: conf.get(p::HASH_QUEUE_DEPTH)?.clamp(0, MAX_HASH_DEPTH) as usize,
            long_queue_ids: conf.get(p::ENABLE_LONG_QUEUE_IDS)?,
        })
    }
}

impl Default for QueueOptions {
    /// Postfix's defaults.
    fn default() -> Self {
        Self {
            hash_queue_names: vec!["deferred".to_owned(), "defer".to_owned()],
            hash_queue_depth: 1,
            long_queue_ids: false,
        }
    }
}

/// An open queue directory. Share it with an `Arc`: one per process, so that commits share their fsyncs.
#[derive(Debug)]
pub struct Queue {
    root: OwnedFd,
    options: QueueOptions,
    /// One per [`QueueName`]; only the queues that messages are committed to matter.
    syncs: [SharedSync; QueueName::ALL.len()],
    recycled: Recycled,
}

impl Queue {
    /// Opens the directory; names are looked up below this descriptor from then on, also inside a jail.
    pub fn open(queue_directory: &Path, options: &QueueOptions) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::PATH | OFlags::CLOEXEC;
        let root = rustix::fs::open(queue_directory, flags, Mode::empty())?;
        Ok(Self { root, options: options.clone(), syncs: Default::default(), recycled: Recycled::default() })
    }

    /// The settings it was opened with.
    pub fn options(&self) -> &QueueOptions {
        &self.options
    }

    /// The queue directory itself (an `O_PATH` descriptor).
    pub fn root(&self) -> BorrowedFd<'_> {
        self.root.as_fd()
    }

    /// Where the file of this id belongs, relative to the queue directory.
    pub fn path(&self, queue: QueueName, id: &QueueId) -> String {
        let (parent, id) = (self.parent(queue, id), id.as_str());
        format!("{parent}/{id}")
    }

    /// Moves a message. Atomic: it is in one queue or the other.
    pub fn rename(&self, id: &QueueId, from: QueueName, to: QueueName) -> io::Result<()> {
        self.rename_path(&self.path(from, id), to, id)
    }

    /// Back to `deferred`, not to be touched before `until`.
    pub fn defer(&self, id: &QueueId, from: QueueName, until: Timestamp) -> io::Result<()> {
        self.set_time(from, id, until)?;
        self.rename(id, from, QueueName::Deferred)
    }

    /// Sets the time before which the queue manager leaves the file alone.
    pub fn set_time(&self, queue: QueueName, id: &QueueId, until: Timestamp) -> io::Result<()> {
        let path = self.path(queue, id);
        Ok(rustix::fs::utimensat(&self.root, path, &stamps(until), AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// Sets a file aside whose records make no sense. Nothing deletes it but a person.
    pub fn set_aside(&self, id: &QueueId, from: QueueName) -> io::Result<()> {
        self.rename(id, from, QueueName::Corrupt)
    }

    /// Removes a file. False when there is none.
    pub fn remove(&self, queue: QueueName, id: &QueueId) -> io::Result<bool> {
        match rustix::fs::unlinkat(&self.root, self.path(queue, id), AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Moves a file from any path below the queue directory (for names and places that are wrong).
    pub fn rename_path(&self, from: &str, to: QueueName, id: &QueueId) -> io::Result<()> {
        let target = self.path(to, id);
        match rustix::fs::renameat(&self.root, from, &self.root, &target) {
            Err(Errno::NOENT) if self.is_hashed(to) => {
                self.make_parents(to, id)?;
                Ok(rustix::fs::renameat(&self.root, from, &self.root, &target)?)
            }
            result => Ok(result?),
        }
    }

    /// Makes the hashed subdirectories that this id needs.
    pub(crate) fn make_parents(&self, queue: QueueName, id: &QueueId) -> io::Result<()> {
        let parent = self.parent(queue, id);
        let ends = parent.match_indices('/').map(|(at, _)| at).skip(1).chain([parent.len()]);
        for end in ends {
            match rustix::fs::mkdirat(&self.root, &parent[..end], Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }

    /// Makes directory entries durable; shares the call with others who wait.
    pub(crate) fn sync_parent(&self, queue: QueueName, id: &QueueId) -> io::Result<()> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(&self.root, self.parent(queue, id), flags, Mode::empty())?;
        if self.is_hashed(queue) {
            return Ok(rustix::fs::fsync(&directory)?); // each id its own directory: nothing to share
        }
        self.syncs[queue as usize].sync(|| {
            let old_files = self.candidates();
            let result = rustix::fs::fsync(&directory);
            if let Some(names) = old_files {
                // A second fsync, but of changes that the first has written as a rule.
                self.make_ready(names);
            }
            result
        })
    }

    pub(crate) fn recycled(&self) -> &Recycled {
        &self.recycled
    }

    fn is_hashed(&self, queue: QueueName) -> bool {
        self.options.hash_queue_depth > 0 && self.options.hash_queue_names.iter().any(|n| n == queue.as_str())
    }

    fn parent(&self, queue: QueueName, id: &QueueId) -> String {
        let mut path = queue.as_str().to_owned();
        if self.is_hashed(queue) {
            let key = hash_key(id.as_str());
            // A key that is too short goes on with `_`, as in Postfix.
            for c in key.chars().chain(std::iter::repeat('_')).take(self.options.hash_queue_depth) {
                path.push('/');
                path.push(c);
            }
        }
        path
    }
}

pub(crate) fn stamps(time: Timestamp) -> Timestamps {
    let time = Timespec { tv_sec: time.seconds, tv_nsec: i64::from(time.micros) * 1000 };
    Timestamps { last_access: time, last_modification: time }
}

/// Postfix's own bound is lower; a scan goes no deeper.
const MAX_HASH_DEPTH: i64 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    fn queue(options: QueueOptions) -> (tempfile::TempDir, Queue) {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        let queue = Queue::open(dir.path(), &options).unwrap();
        (dir, queue)
    }

    #[test]
    fn hashed_queues_get_their_subdirectories_when_needed() {
        let (dir, queue) = queue(QueueOptions { hash_queue_depth: 2, ..QueueOptions::default() });
        let id = QueueId::parse("4FDF798C123").unwrap();
        std::fs::write(dir.path().join("active/4FDF798C123"), "x").unwrap();
        queue.defer(&id, QueueName::Active, Timestamp::from_seconds(4_000_000_000)).unwrap();
        let file = dir.path().join("deferred/4/F/4FDF798C123");
        assert_eq!(file.metadata().unwrap().mtime(), 4_000_000_000);
        assert_eq!(dir.path().join("deferred/4").metadata().unwrap().mode() & 0o777, 0o700);
        queue.rename(&id, QueueName::Deferred, QueueName::Hold).unwrap();
        assert!(queue.remove(QueueName::Hold, &id).unwrap());
        assert!(!queue.remove(QueueName::Hold, &id).unwrap());
    }

    #[test]
    fn a_missing_file_is_an_error_and_not_a_move() {
        let (_dir, queue) = queue(QueueOptions::default());
        let id = QueueId::parse("4FDF798C123").unwrap();
        let error = queue.rename(&id, QueueName::Active, QueueName::Deferred).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
