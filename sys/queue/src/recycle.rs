//! Old queue files kept for the next messages. Making an inode and freeing one costs more than all else that a small
//! message asks of a file system; so a file whose message is done moves to the directory `recycled`, and the next
//! message moves it to its own name and overwrites it. Without that directory files are made and removed as ever.
//!
//! A file is used again only when its last move is safe on disk. Otherwise a crash could bring back the old
//! name, of a message that is done, with half of another message in it.

use crate::{Queue, QueueName};
use mail::QueueId;
use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is known of the directory: a part for those who take from it, a part for those who give.
#[derive(Debug, Default)]
pub(crate) struct Recycled(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Names of files that may be used: their moves are safe on disk.
    ready: Vec<String>,
    /// Files that the directory has room for, as far as known; then somebody has to count again.
    room: usize,
    /// How many files are to be removed before it is worth to count again.
    pause: usize,
    missing: bool,
}

/// A file for a new message: locked, and unfinished by its mode.
pub(crate) struct Blank {
    pub(crate) file: File,
    pub(crate) path: String,
    pub(crate) inode: u64,
    /// Of an old file: bytes that are to be written over.
    pub(crate) length: u64,
}

impl Queue {
    /// A message is done: its file goes, or is kept for another when it is small. False when there is no such file.
    /// One process gives files away, the queue manager.
    pub fn dispose(&self, queue: QueueName, id: &QueueId, content_size: u64) -> io::Result<bool> {
        if content_size > KEPT_SIZE || !self.has_room_for_old_files() {
            return self.remove(queue, id);
        }
        let kept = format!("{DIRECTORY}/{}", id.as_str());
        match rustix::fs::renameat(self.root(), self.path(queue, id), self.root(), kept) {
            Ok(()) => Ok(true),
            // The file is missing, or the directory.
            Err(_) => self.remove(queue, id),
        }
    }

    /// Removes what is kept: nobody is to find old mail in a quiet system.
    pub fn forget_old_files(&self) -> io::Result<()> {
        for name in self.old_files()? {
            match rustix::fs::unlinkat(self.root(), format!("{DIRECTORY}/{name}"), AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        self.recycled_state().room = 0;
        Ok(())
    }

    /// An old file to write a message to, if there is one.
    pub(crate) fn claim_old_file(&self) -> Option<Blank> {
        loop {
            // Not held during the system calls: others claim meanwhile.
            let name = self.recycled_state().ready.pop()?;
            if let Some(claim) = self.claim(&name) {
                return Some(claim);
            }
        }
    }

    /// Somebody is about to make changes of directories durable: which old files could be ready then.
    pub(crate) fn candidates(&self) -> Option<Vec<String>> {
        let state = self.recycled_state();
        let wanted = !state.missing && state.ready.len() < FEW_READY;
        drop(state);
        if !wanted {
            return None;
        }
        let names = self.old_files();
        let mut state = self.recycled_state();
        state.missing = names.is_err();
        let mut names = names.ok()?;
        // A small stock is looked through often; what is ready needs no second fsync.
        names.retain(|name| !state.ready.contains(name));
        (!names.is_empty()).then_some(names)
    }

    /// Makes the moves of these files durable; from then on they may be overwritten.
    pub(crate) fn make_ready(&self, mut names: Vec<String>) {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(self.root(), DIRECTORY, flags, Mode::empty());
        if directory.and_then(rustix::fs::fsync).is_ok() {
            let mut state = self.recycled_state();
            names.retain(|name| !state.ready.contains(name));
            state.ready.append(&mut names);
        }
    }

    fn claim(&self, name: &str) -> Option<Blank> {
        let path = format!("{DIRECTORY}/{name}");
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat(self.root(), path.as_str(), flags, Mode::empty()).ok()?);
        // Another process may have claimed it before us: then the lock is taken, or the name is not this file's.
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
        let meta = file.metadata().ok()?;
        let named = rustix::fs::statat(self.root(), path.as_str(), AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let same = (meta.dev(), meta.ino()) == (named.st_dev, named.st_ino);
        if !same || !meta.is_file() || meta.nlink() != 1 {
            return None;
        }
        rustix::fs::fchmod(&file, Mode::RUSR | Mode::WUSR).ok()?;
        Some(Blank { file, path, inode: meta.ino(), length: meta.len() })
    }

    fn has_room_for_old_files(&self) -> bool {
        let mut state = self.recycled_state();
        if state.room == 0 {
            if state.pause > 0 {
                state.pause -= 1;
                return false;
            }
            let kept = self.old_files().map_or(KEPT_FILES, |names| names.len());
            state.room = KEPT_FILES.saturating_sub(kept);
            state.pause = if state.room < KEPT_FILES / 4 { PAUSE } else { 0 };
        }
        let has_room = state.room > 0;
        state.room = state.room.saturating_sub(1);
        has_room
    }

    fn old_files(&self) -> io::Result<Vec<String>> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(self.root(), DIRECTORY, flags, Mode::empty())?;
        let mut names = Vec::new();
        for entry in Dir::new(directory)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if QueueId::parse(&name).is_some() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn recycled_state(&self) -> MutexGuard<'_, State> {
        self.recycled().0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const DIRECTORY: &str = "recycled";
/// Larger files are rare, and would hold more disk than they save work.
const KEPT_SIZE: u64 = 64 << 10;
const KEPT_FILES: usize = 512;
/// With fewer than this ready, more are looked for.
const FEW_READY: usize = 64;
const PAUSE: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, QueueOptions};
    use mail::Timestamp;
    use record::Kind;
    use std::sync::Arc;

    fn place() -> (tempfile::TempDir, Arc<Queue>) {
        let dir = tempfile::tempdir().unwrap();
        for name in ["incoming", "active", "recycled"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        (dir, queue)
    }

    fn message(queue: &Arc<Queue>, text: &[u8]) -> QueueId {
        let mut draft = Draft::create(queue, Timestamp::from_seconds(9)).unwrap();
        draft.put(Kind::NORMAL, text).unwrap();
        draft.commit().unwrap()
    }

    fn kept(dir: &tempfile::TempDir) -> usize {
        std::fs::read_dir(dir.path().join("recycled")).unwrap().count()
    }

    #[test]
    fn a_file_is_used_again_once_its_move_is_safe_and_holds_only_the_new_message() {
        let (dir, queue) = place();
        let first = message(&queue, &[b'x'; 9000]);
        assert!(queue.dispose(QueueName::Incoming, &first, 9000).unwrap());
        assert_eq!(kept(&dir), 1);
        // The move may not be on disk yet: this one gets a file of its own, and its commit makes the old one ready.
        let second = message(&queue, b"second");
        assert_eq!(kept(&dir), 1);
        let third = message(&queue, b"third");
        assert_eq!(kept(&dir), 0);
        for (id, text) in [(second, &b"N\x06second"[..]), (third, b"N\x05third")] {
            let path = dir.path().join("incoming").join(id.as_str());
            let meta = path.metadata().unwrap();
            assert_eq!(meta.mode() & 0o777, 0o700);
            assert_eq!(crate::inode_of(id.as_str()), Some(meta.ino()));
            assert_eq!(std::fs::read(path).unwrap(), text);
        }
    }

    #[test]
    fn a_file_that_somebody_still_reads_is_left_alone() {
        let (dir, queue) = place();
        let first = message(&queue, b"first");
        let reader = File::open(dir.path().join("incoming").join(first.as_str())).unwrap();
        rustix::fs::flock(&reader, FlockOperation::NonBlockingLockShared).unwrap();
        queue.dispose(QueueName::Incoming, &first, 5).unwrap();
        message(&queue, b"second");
        message(&queue, b"third");
        assert_eq!(std::fs::read(dir.path().join("recycled").join(first.as_str())).unwrap(), b"N\x05first");
    }

    #[test]
    fn large_files_go_and_only_so_many_are_kept() {
        let (dir, queue) = place();
        let large = message(&queue, b"large");
        assert!(queue.dispose(QueueName::Incoming, &large, 1 << 20).unwrap());
        assert!(!queue.dispose(QueueName::Incoming, &large, 10).unwrap());
        for number in 0..KEPT_FILES + 50 {
            let id = QueueId::parse(&format!("F{number:05X}")).unwrap();
            std::fs::write(dir.path().join("active").join(id.as_str()), "x").unwrap();
            assert!(queue.dispose(QueueName::Active, &id, 1).unwrap());
        }
        assert!(kept(&dir) <= KEPT_FILES);
        assert_eq!(std::fs::read_dir(dir.path().join("active")).unwrap().count(), 0);
        queue.forget_old_files().unwrap();
        assert_eq!(kept(&dir), 0);
    }

    #[test]
    fn without_the_directory_files_are_removed() {
        let (dir, queue) = place();
        std::fs::remove_dir(dir.path().join("recycled")).unwrap();
        let id = message(&queue, b"x");
        assert!(queue.dispose(QueueName::Incoming, &id, 1).unwrap());
        assert_eq!(std::fs::read_dir(dir.path().join("incoming")).unwrap().count(), 0);
        queue.forget_old_files().unwrap_err();
    }
}
