//! A message on its way into the queue. A draft that is dropped leaves nothing behind. A failed write or fsync
//! condemns it for good: the kernel tells of lost pages once, so a second fsync would prove nothing.
//!
//! As in Postfix a file in `incoming` gets its name first, and its mode says as the last step that it is ready; one
//! journal commit of the file system then makes name, mode and content safe. We hold a lock until all are,
//! so that nobody delivers a message that we may still have to refuse. A file in `maildrop` gets its name last.

use crate::directory::stamps;
use crate::recycle::Blank;
use crate::{Queue, QueueName, long_id, short_id};
use content::FileSource;
use mail::{QueueId, Timestamp};
use record::{Kind, Size, encode};
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Arc;

/// Which step of making a message safe failed. Always a passing fault of this system: answer 4xx.
#[derive(Debug)]
pub struct DraftError {
    /// `write`, `fsync`, `rename`, ...
    pub step: &'static str,
    /// What the system said.
    pub error: io::Error,
}

impl std::fmt::Display for DraftError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "queue file {}: {}", self.step, self.error)
    }
}

impl std::error::Error for DraftError {}

/// An unfinished message file.
#[derive(Debug)]
pub struct Draft {
    queue: Arc<Queue>,
    home: QueueName,
    file: File,
    id: QueueId,
    /// The name to remove when this is dropped.
    path: Option<String>,
    buffer: Vec<u8>,
    /// How much is in the file already.
    written: u64,
    /// How long the file was before: an old one is written over.
    old_length: u64,
    condemned: bool,
    not_before: Option<Timestamp>,
}

impl Draft {
    /// A new file in `incoming`. Give it the current time: the id is made of it.
    pub fn create(queue: &Arc<Queue>, now: Timestamp) -> Result<Self, DraftError> {
        Self::create_in(queue, QueueName::Incoming, now)
    }

    /// A new file in `maildrop` (postdrop) or `incoming`.
    pub fn create_in(queue: &Arc<Queue>, home: QueueName, now: Timestamp) -> Result<Self, DraftError> {
        let old = if home == QueueName::Incoming { queue.claim_old_file() } else { None };
        let blank = match old {
            Some(blank) => blank,
            None => create_aside(queue, home, now).map_err(at("create"))?,
        };
        let make = if queue.options().long_queue_ids { long_id } else { short_id };
        let id = QueueId::parse(&make(now, blank.inode));
        let mut draft = Self {
            queue: Arc::clone(queue),
            home,
            file: blank.file,
            path: Some(blank.path),
            id: id.ok_or_else(|| at("name")(io::ErrorKind::InvalidData.into()))?,
            buffer: Vec::new(),
            written: 0,
            old_length: blank.length,
            condemned: false,
            not_before: None,
        };
        if home != QueueName::Maildrop {
            draft.publish(home)?;
        }
        Ok(draft)
    }

    /// The name that the message will have.
    pub fn id(&self) -> &QueueId {
        &self.id
    }

    /// Where the next record will stand.
    pub fn position(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Appends a record; where it stands. Writes when enough has come together.
    pub fn put(&mut self, kind: Kind, data: &[u8]) -> Result<u64, DraftError> {
        let position = self.position();
        encode(kind, data, &mut self.buffer);
        self.flush_when_large()?;
        Ok(position)
    }

    /// Appends records that are encoded already.
    pub fn put_encoded(&mut self, records: &[u8]) -> Result<u64, DraftError> {
        let position = self.position();
        self.buffer.extend_from_slice(records);
        self.flush_when_large()?;
        Ok(position)
    }

    /// Overwrites bytes that were appended earlier.
    pub fn overwrite(&mut self, position: u64, bytes: &[u8]) -> Result<(), DraftError> {
        if position + bytes.len() as u64 > self.position() {
            return Err(at("overwrite")(io::ErrorKind::InvalidInput.into()));
        }
        match position.checked_sub(self.written).map(|start| start as usize) {
            Some(start) => {
                self.buffer[start..start + bytes.len()].copy_from_slice(bytes);
                Ok(())
            }
            None => {
                self.flush()?;
                let result = self.file.write_all_at(bytes, position);
                self.condemn(result, "write")
            }
        }
    }

    /// Rewrites the size record, which must be the first of the file.
    pub fn set_size(&mut self, size: &Size) -> Result<(), DraftError> {
        self.overwrite(SIZE_DATA_OFFSET, size.format().as_bytes())
    }

    /// Writes what is buffered, and gives the file to read back (milters edit a written message).
    pub fn read_back(&mut self) -> Result<FileSource<'_>, DraftError> {
        self.flush()?;
        Ok(FileSource(&self.file))
    }

    /// The queue manager is not to touch the message before this time.
    pub fn set_not_before(&mut self, time: Timestamp) {
        self.not_before = Some(time);
    }

    /// Makes the message safe on disk and visible in its queue. Only now may anyone be told that we took it.
    pub fn commit(self) -> Result<QueueId, DraftError> {
        let home = self.home;
        self.commit_to(home)
    }

    /// As [`Self::commit`], into another queue ([`QueueName::Hold`]).
    pub fn commit_to(mut self, queue: QueueName) -> Result<QueueId, DraftError> {
        self.flush()?;
        if self.condemned {
            return Err(at("write")(io::Error::other("an earlier write failed")));
        }
        if self.old_length > self.written {
            rustix::fs::ftruncate(&self.file, self.written).map_err(failed("truncate"))?;
        }
        self.set_time()?;
        if self.home != queue || queue == QueueName::Maildrop {
            self.publish(queue)?;
        }
        rustix::fs::fchmod(&self.file, Mode::RWXU | readable(queue)).map_err(failed("chmod"))?;
        rustix::fs::fsync(&self.file).map_err(failed("fsync"))?;
        // postdrop may not read the directory, so it can't sync it; fsync after the rename covers the name.
        if queue != QueueName::Maildrop {
            self.queue.sync_parent(queue, &self.id).map_err(at("directory fsync"))?;
        }
        self.path = None;
        Ok(self.id.clone())
    }

    /// The file's time is when the queue manager may begin. Our clock counts, not that of a file server: a file from the
    /// future would wait for its time.
    fn set_time(&self) -> Result<(), DraftError> {
        let now = Timestamp::from_system(std::time::SystemTime::now());
        let wanted = self.not_before.unwrap_or(now);
        let written = rustix::fs::fstat(&self.file).map_err(failed("stat"))?.st_mtime;
        if (written - wanted.seconds).abs() <= CLOCK_DRIFT {
            return Ok(());
        }
        rustix::fs::futimens(&self.file, &stamps(wanted)).map_err(failed("utime"))
    }

    fn publish(&mut self, queue: QueueName) -> Result<(), DraftError> {
        let Some(from) = self.path.clone() else { return Ok(()) };
        let target = self.queue.path(queue, &self.id);
        let mut result = rename_new(&self.queue, &from, &target);
        if result == Err(Errno::NOENT) {
            self.queue.make_parents(queue, &self.id).map_err(at("mkdir"))?;
            result = rename_new(&self.queue, &from, &target);
        }
        result.map_err(failed("rename"))?;
        self.path = Some(target);
        Ok(())
    }

    fn flush_when_large(&mut self) -> Result<(), DraftError> {
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), DraftError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let result = self.file.write_all_at(&self.buffer, self.written);
        self.condemn(result, "write")?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn condemn(&mut self, result: io::Result<()>, step: &'static str) -> Result<(), DraftError> {
        self.condemned |= result.is_err();
        result.map_err(at(step))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nothing to do about a failure: postsuper -p and the daily cleaning remove it.
            let _ = rustix::fs::unlinkat(self.queue.root(), path.as_str(), AtFlags::empty());
        }
    }
}

/// A new file under a name that no message has.
fn create_aside(queue: &Queue, home: QueueName, now: Timestamp) -> io::Result<Blank> {
    let pid = std::process::id();
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    for attempt in 0..MAX_ATTEMPTS {
        let path = format!("{home}/{}.{pid}", now.micros + attempt);
        let mode = Mode::RUSR | Mode::WUSR | readable(home);
        match rustix::fs::openat(queue.root(), path.as_str(), flags, mode) {
            Ok(descriptor) => {
                let file = File::from(descriptor);
                rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)?;
                let inode = file.metadata()?.ino();
                return Ok(Blank { file, path, inode, length: 0 });
            }
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Err(Errno::EXIST.into())
}

/// Files in maildrop belong to their submitters, and pickup must read them; the directory keeps others out.
fn readable(queue: QueueName) -> Mode {
    if queue == QueueName::Maildrop { Mode::RGRP | Mode::ROTH } else { Mode::empty() }
}

/// Renames, and never over another file: a name from another disk must not cost a message.
fn rename_new(queue: &Queue, from: &str, target: &str) -> Result<(), Errno> {
    let root = queue.root();
    match rustix::fs::renameat_with(root, from, root, target, RenameFlags::NOREPLACE) {
        // File systems without the flag.
        Err(Errno::INVAL | Errno::NOSYS) => rustix::fs::renameat(root, from, root, target),
        result => result,
    }
}

fn at(step: &'static str) -> impl Fn(io::Error) -> DraftError {
    move |error| DraftError { step, error }
}

fn failed(step: &'static str) -> impl Fn(Errno) -> DraftError {
    move |errno| DraftError { step, error: errno.into() }
}

/// Type byte and one length byte come first.
const SIZE_DATA_OFFSET: u64 = 2;
const BUFFER: usize = 32 << 10;
const MAX_ATTEMPTS: u32 = 10_000;
/// Seconds. The kernel's coarse clock lags behind ours by some milliseconds.
const CLOCK_DRIFT: i64 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{QueueOptions, inode_of};
    use std::path::PathBuf;

    struct Place {
        dir: tempfile::TempDir,
        queue: Arc<Queue>,
    }

    fn place() -> Place {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        Place { dir, queue }
    }

    impl Place {
        fn files(&self, queue: &str) -> Vec<PathBuf> {
            std::fs::read_dir(self.dir.path().join(queue)).unwrap().map(|e| e.unwrap().path()).collect()
        }
    }

    const NOW: Timestamp = Timestamp { seconds: 1_795_334_447, micros: 999_999 };

    #[test]
    fn a_draft_is_unfinished_until_it_is_committed() {
        let place = place();
        let mut draft = Draft::create(&place.queue, NOW).unwrap();
        draft.put(Kind::SIZE, Size::default().format().as_bytes()).unwrap();
        draft.put(Kind::END, b"").unwrap();
        draft.set_size(&Size { content_size: 7, ..Size::default() }).unwrap();
        let files = place.files("incoming");
        assert_eq!(files[0].metadata().unwrap().mode() & 0o777, 0o600, "unfinished by its mode");
        let id = draft.commit().unwrap();
        let file = place.dir.path().join("incoming").join(id.as_str());
        let meta = file.metadata().unwrap();
        assert_eq!((meta.mode() & 0o777, Some(meta.ino())), (0o700, inode_of(id.as_str())));
        assert_eq!(std::fs::read(file).unwrap()[..18], *b"C\x5f              7 ");
    }

    #[test]
    fn a_dropped_draft_leaves_nothing() {
        let place = place();
        let mut draft = Draft::create(&place.queue, NOW).unwrap();
        draft.put(Kind::NORMAL, &[b'x'; 100_000]).unwrap();
        drop(draft);
        assert!(place.files("incoming").is_empty());
    }

    #[test]
    fn drafts_of_the_same_microsecond_get_along() {
        let place = place();
        let drafts: Vec<Draft> = (0..20).map(|_| Draft::create(&place.queue, NOW).unwrap()).collect();
        let ids: std::collections::HashSet<QueueId> =
            drafts.into_iter().map(|d| d.commit().unwrap()).collect();
        assert_eq!((ids.len(), place.files("incoming").len()), (20, 20));
    }

    #[test]
    fn mail_for_hold_and_maildrop_goes_there() {
        let place = place();
        let id = Draft::create(&place.queue, NOW).unwrap().commit_to(QueueName::Hold).unwrap();
        assert_eq!(place.files("hold"), [place.dir.path().join("hold").join(id.as_str())]);
        Draft::create_in(&place.queue, QueueName::Maildrop, NOW).unwrap().commit().unwrap();
        assert_eq!((place.files("maildrop").len(), place.files("incoming").len()), (1, 0));
    }

    #[test]
    fn bytes_are_overwritten_before_and_after_they_reach_the_file() {
        let place = place();
        let mut draft = Draft::create(&place.queue, NOW).unwrap();
        draft.put(Kind::POINTER, b"              0").unwrap();
        draft.overwrite(2, b"             11").unwrap();
        draft.read_back().unwrap();
        draft.overwrite(2, b"             22").unwrap();
        assert!(draft.overwrite(3, b"             33").is_err());
        let id = draft.commit().unwrap();
        let file = place.dir.path().join("incoming").join(id.as_str());
        assert_eq!(std::fs::read(file).unwrap(), b"p\x0f             22");
    }

    /// From now on fsync fails in this thread, and does nothing.
    fn let_fsync_fail() {
        use seccompiler::{SeccompAction, SeccompFilter, TargetArch};
        let calls = [(fsync_number(), Vec::new())].into_iter().collect();
        let arch: TargetArch = std::env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(calls, SeccompAction::Allow, SeccompAction::Errno(EIO), arch);
        let program: seccompiler::BpfProgram = filter.unwrap().try_into().unwrap();
        seccompiler::apply_filter(&program).unwrap();
    }

    /// asm/unistd.h.
    fn fsync_number() -> i64 {
        if cfg!(target_arch = "x86_64") { 74 } else { 82 }
    }

    const EIO: u32 = 5;

    #[test]
    fn a_failed_fsync_condemns_the_file_and_nobody_is_told_yes() {
        let place = place();
        std::fs::create_dir(place.dir.path().join("recycled")).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut draft = Draft::create(&place.queue, NOW).unwrap();
                draft.put(Kind::NORMAL, b"text").unwrap();
                let_fsync_fail();
                let error = draft.commit().unwrap_err();
                assert_eq!((error.step, error.error.raw_os_error()), ("fsync", Some(EIO as i32)));
            });
        });
        // Gone with its name, and not kept for another message: its pages are not to be trusted.
        assert!(place.files("incoming").is_empty() && place.files("recycled").is_empty());
    }

    #[test]
    fn an_existing_file_is_never_replaced() {
        let place = place();
        let draft = Draft::create(&place.queue, NOW).unwrap();
        let other = place.dir.path().join("hold").join(draft.id().as_str());
        std::fs::write(&other, "precious").unwrap();
        assert_eq!(draft.commit_to(QueueName::Hold).unwrap_err().step, "rename");
        assert_eq!(std::fs::read(&other).unwrap(), b"precious");
        assert!(place.files("incoming").is_empty());
    }
}
