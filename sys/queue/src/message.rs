//! One message file: open it, lock it, read its envelope, mark recipients done.

use crate::{Queue, QueueName};
use content::FileSource;
use mail::QueueId;
use record::{Envelope, Fault, Kind, ReadError, format_warning_time};
use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::sync::{Arc, OnceLock};

/// Why a message can't be worked on. Each kind has its own fate.
#[derive(Debug)]
pub enum QueueError {
    /// There is no such file (any more): somebody else took it.
    Gone,
    /// The system failed; the file may be well: try again later.
    Passing(io::Error),
    /// The records make no sense: set the file aside.
    Damaged(Fault),
    /// Not a file that a mail system made (a link, a fifo, ...): don't touch it.
    Strange(&'static str),
}

impl std::fmt::Display for QueueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gone => f.write_str("no such queue file"),
            Self::Passing(error) => write!(f, "{error}"),
            Self::Damaged(fault) => write!(f, "{fault}"),
            Self::Strange(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for QueueError {}

impl From<io::Error> for QueueError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Gone,
            _ => Self::Passing(error),
        }
    }
}

impl From<Errno> for QueueError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::LOOP => Self::Strange("queue file is a symbolic link"),
            Errno::NXIO | Errno::ISDIR => Self::Strange("queue file is not a regular file"),
            errno => io::Error::from(errno).into(),
        }
    }
}

impl From<ReadError<io::Error>> for QueueError {
    fn from(error: ReadError<io::Error>) -> Self {
        match error {
            ReadError::Source(error) => Self::Passing(error),
            ReadError::Damaged(fault) => Self::Damaged(fault),
        }
    }
}

/// Who else may hold the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Delivery agents share it.
    Shared,
    /// Nobody else is at work on it.
    Exclusive,
}

/// An open message file.
#[derive(Debug)]
pub struct MessageFile {
    queue: Arc<Queue>,
    name: QueueName,
    id: QueueId,
    file: File,
    /// Opened when the first mark is made.
    writable: OnceLock<File>,
}

impl MessageFile {
    /// Opens the file. Follows no link and hangs on no fifo. The descriptor is read-only; marks are made through
    /// another.
    pub fn open(queue: &Arc<Queue>, name: QueueName, id: &QueueId) -> Result<Self, QueueError> {
        let file = open_checked(queue, name, id, OFlags::RDONLY)?;
        Ok(Self { queue: Arc::clone(queue), name, id: id.clone(), file, writable: OnceLock::new() })
    }

    /// Moves the file to another queue, open and locked as it is.
    pub fn move_to(&mut self, name: QueueName) -> io::Result<()> {
        self.queue.rename(&self.id, self.name, name)?;
        self.name = name;
        Ok(())
    }

    /// The name of the message.
    pub fn id(&self) -> &QueueId {
        &self.id
    }

    /// Size, owner, times, mode.
    pub fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Records from any place.
    pub fn source(&self) -> FileSource<'_> {
        FileSource(&self.file)
    }

    /// Takes the lock without waiting, as Postfix does (flock); false when somebody else has it. Taking another
    /// kind replaces the one we hold. It goes when all descriptors of this open file are closed.
    pub fn try_lock(&self, lock: Lock) -> io::Result<bool> {
        flock(&self.file, lock)
    }

    /// The envelope, with at most `limit` open recipients ([`Self::read_more`] goes on).
    pub fn envelope(&self, limit: usize) -> Result<Envelope, QueueError> {
        Ok(Envelope::read(self.source(), limit)?)
    }

    /// The next recipients of a long list.
    pub fn read_more(&self, envelope: &mut Envelope, limit: usize) -> Result<(), QueueError> {
        Ok(envelope.read_more(self.source(), limit)?)
    }

    /// The read-only descriptor, for a delivery agent. Our lock goes with it: the message stays locked as long as the
    /// agent lives. Take the shared lock first.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Walks the records of the content, which begins at `data_offset`.
    pub fn check_content(&self, data_offset: u64) -> Result<(), QueueError> {
        let mut content = record::Content::new(self.source(), data_offset);
        while content.next_chunk()?.is_some() {}
        Ok(())
    }

    /// Marks the recipient whose record stands at `offset`: one byte, in place.
    pub fn mark_done(&self, offset: u64) -> Result<(), QueueError> {
        self.replace_kind(offset, Kind::RECIPIENT, Kind::DONE)
    }

    /// Marks an attribute record as killed (`trace_flags` once the report is sent).
    pub fn kill(&self, offset: u64) -> Result<(), QueueError> {
        self.replace_kind(offset, Kind::ATTRIBUTE, Kind::KILLED)
    }

    /// Rewrites the time of the delay warning; -1 when it was sent.
    pub fn set_warning_time(&self, data_offset: u64, time: i64) -> Result<(), QueueError> {
        Ok(self.writable()?.write_all_at(format_warning_time(time).as_bytes(), data_offset)?)
    }

    /// Makes the marks durable.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Adds mode bits ([`crate::Entry`] tells what they mean).
    pub fn add_mode(&self, bits: u32) -> io::Result<()> {
        let mode = self.file.metadata()?.permissions().mode() | bits;
        Ok(rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode & 0o7777))?)
    }

    /// Takes mode bits away.
    pub fn remove_mode(&self, bits: u32) -> io::Result<()> {
        let mode = self.file.metadata()?.permissions().mode() & !bits;
        Ok(rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode & 0o7777))?)
    }

    fn writable(&self) -> Result<&File, QueueError> {
        if let Some(file) = self.writable.get() {
            return Ok(file);
        }
        let file = open_checked(&self.queue, self.name, &self.id, OFlags::RDWR)?;
        let (ours, theirs) = (self.file.metadata()?, file.metadata()?);
        if (ours.dev(), ours.ino()) != (theirs.dev(), theirs.ino()) {
            return Err(QueueError::Gone);
        }
        Ok(self.writable.get_or_init(|| file))
    }

    fn replace_kind(&self, offset: u64, from: Kind, to: Kind) -> Result<(), QueueError> {
        let mut byte = [0];
        self.file.read_exact_at(&mut byte, offset).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => QueueError::Damaged(Fault::new(offset, "mark is past the end")),
            _ => QueueError::Passing(error),
        })?;
        match Kind(byte[0]) {
            kind if kind == from => Ok(self.writable()?.write_all_at(&[to.0], offset)?),
            kind if kind == to => Ok(()),
            _ => Err(QueueError::Damaged(Fault::new(offset, "no such record to mark"))),
        }
    }
}

fn open_checked(queue: &Queue, name: QueueName, id: &QueueId, access: OFlags) -> Result<File, QueueError> {
    let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(queue.root(), queue.path(name, id), flags, Mode::empty())?);
    let meta = file.metadata()?;
    match () {
        () if !meta.is_file() => Err(QueueError::Strange("queue file is not a regular file")),
        // postsuper -s may be between link and unlink, and a stranger may own the other name.
        () if meta.nlink() > 1 => Err(QueueError::Strange("queue file has more than one name")),
        () => Ok(file),
    }
}

fn flock(file: &File, lock: Lock) -> io::Result<bool> {
    let operation = match lock {
        Lock::Shared => FlockOperation::NonBlockingLockShared,
        Lock::Exclusive => FlockOperation::NonBlockingLockExclusive,
    };
    match rustix::fs::flock(file, operation) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, QueueOptions};
    use mail::Timestamp;
    use record::Size;

    struct Place {
        dir: tempfile::TempDir,
        queue: Arc<Queue>,
        id: QueueId,
    }

    fn place() -> Place {
        let dir = tempfile::tempdir().unwrap();
        for name in ["incoming", "active"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        let mut draft = Draft::create(&queue, Timestamp::from_seconds(9)).unwrap();
        draft.put(Kind::SIZE, Size::default().format().as_bytes()).unwrap();
        for (kind, data) in
            [(Kind::TIME, "9 9"), (Kind::SENDER, "a@b"), (Kind::RECIPIENT, "c"), (Kind::RECIPIENT, "d")]
        {
            draft.put(kind, data.as_bytes()).unwrap();
        }
        draft.put(Kind::MESSAGE, b"").unwrap();
        let data_offset = draft.position() as i64;
        draft.put(Kind::EXTRACTED, b"").unwrap();
        draft.put(Kind::END, b"").unwrap();
        draft.set_size(&Size { data_offset, ..Size::default() }).unwrap();
        let id = draft.commit().unwrap();
        queue.rename(&id, QueueName::Incoming, QueueName::Active).unwrap();
        Place { dir, queue, id }
    }

    #[test]
    fn a_marked_recipient_is_not_seen_again_and_marking_twice_is_no_fault() {
        let place = place();
        let file = MessageFile::open(&place.queue, QueueName::Active, &place.id).unwrap();
        let envelope = file.envelope(10).unwrap();
        assert_eq!(envelope.recipients.len(), 2);
        for _ in 0..2 {
            file.mark_done(envelope.recipients[0].offset).unwrap();
        }
        let after = file.envelope(10).unwrap();
        assert_eq!((after.recipients.len(), after.finished), (1, 1));
        assert_eq!(after.recipients[0], envelope.recipients[1]);
        assert!(matches!(file.mark_done(0), Err(QueueError::Damaged(_))));
        assert!(matches!(file.mark_done(99_999), Err(QueueError::Damaged(_))));
    }

    /// A file whose nth read fails.
    struct Failing<'a>(&'a [u8], std::cell::Cell<usize>);

    impl record::Source for Failing<'_> {
        type Error = io::Error;
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
            match self.1.get() {
                0 => Err(Errno::IO.into()),
                left => {
                    self.1.set(left - 1);
                    // A few bytes at a time, so that there are many reads.
                    let end = buffer.len().min(7);
                    Ok(self.0.read_at(offset, &mut buffer[..end]).unwrap_or(0))
                }
            }
        }
    }

    #[test]
    fn a_read_error_is_no_damage_wherever_it_happens() {
        let place = place();
        let bytes = std::fs::read(place.dir.path().join("active").join(place.id.as_str())).unwrap();
        let read = |reads| Envelope::read(Failing(&bytes, std::cell::Cell::new(reads)), 10);
        let enough = (0..1000).find(|reads| read(*reads).is_ok()).unwrap();
        assert!(enough > 10, "{enough} reads");
        for reads in 0..enough {
            let error = QueueError::from(read(reads).unwrap_err());
            assert!(
                matches!(&error, QueueError::Passing(e) if Errno::from_io_error(e) == Some(Errno::IO)),
                "{error}"
            );
        }
    }

    #[test]
    fn damage_in_the_content_is_found_by_walking_it() {
        let place = place();
        let path = place.dir.path().join("active").join(place.id.as_str());
        let file = MessageFile::open(&place.queue, QueueName::Active, &place.id).unwrap();
        let data_offset = file.envelope(10).unwrap().data_offset;
        file.check_content(data_offset).unwrap();
        let written = std::fs::File::options().write(true).open(path).unwrap();
        written.write_all_at(b"R", data_offset).unwrap();
        assert!(matches!(file.check_content(data_offset), Err(QueueError::Damaged(_))));
        written.set_len(data_offset).unwrap();
        assert!(matches!(file.check_content(data_offset), Err(QueueError::Damaged(_))));
    }

    #[test]
    fn an_agents_descriptor_keeps_the_message_locked() {
        let place = place();
        let file = MessageFile::open(&place.queue, QueueName::Active, &place.id).unwrap();
        assert!(file.try_lock(Lock::Exclusive).unwrap());
        assert!(file.try_lock(Lock::Shared).unwrap());
        let agents = file.descriptor().try_clone_to_owned().unwrap();
        drop(file);
        let again = MessageFile::open(&place.queue, QueueName::Active, &place.id).unwrap();
        assert!(!again.try_lock(Lock::Exclusive).unwrap());
        drop(agents);
        assert!(again.try_lock(Lock::Exclusive).unwrap());
    }

    #[test]
    fn strange_files_are_told_apart_from_missing_ones() {
        let place = place();
        let active = place.dir.path().join("active");
        std::os::unix::fs::symlink("/etc/passwd", active.join("A1")).unwrap();
        std::fs::hard_link(active.join(place.id.as_str()), active.join("A2")).unwrap();
        std::fs::create_dir(active.join("A3")).unwrap();
        let open = |name| MessageFile::open(&place.queue, QueueName::Active, &QueueId::parse(name).unwrap());
        for name in ["A1", "A2", "A3"] {
            assert!(matches!(open(name), Err(QueueError::Strange(_))), "{name}");
        }
        assert!(matches!(open("A4"), Err(QueueError::Gone)));
    }
}
