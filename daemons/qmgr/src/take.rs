//! Moves a file into the active queue, and out of it when it can't be worked on. All calls block.

use mail::{QueueId, Timestamp};
use queue::record::{Envelope, Fault};
use queue::{Entry, Found, Lock, LogKind, MessageFile, Queue, QueueError, QueueName};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

/// A file that has become active.
pub struct Taken {
    /// Open, with a shared lock: delivery agents share it, other queue managers don't.
    pub file: MessageFile,
    /// With its first recipients.
    pub envelope: Envelope,
    /// An earlier pass left failures that nobody was told of yet.
    pub bounced: bool,
    /// The same for its trace log.
    pub traced: bool,
    /// The message expires by force, and the log of its last attempt says why nobody got it.
    pub reasons_known: bool,
}

/// Why a file has not become active.
#[derive(Debug)]
pub enum NotTaken {
    /// Somebody else has it, or it is gone.
    Gone,
    /// Its writer has not let go of it yet; it stays where it is.
    Unfinished,
    /// A delivery agent of an earlier queue manager still works on it; it was put aside for a minute.
    Busy,
    /// Its records make no sense; it was set aside for good.
    Corrupt(Fault),
    /// Not a file that a mail system made; it was put aside.
    Strange(&'static str),
    /// The system failed; it was put aside for a minute, or stays where it was.
    Passing(io::Error),
}

/// Makes a file active. `limit` recipients are read at first. A message that expires by force keeps the log of its
/// last attempt.
pub fn take(
    queue: &Arc<Queue>,
    id: &QueueId,
    from: QueueName,
    (limit, expire): (usize, bool),
    now: Timestamp,
) -> Result<Taken, NotTaken> {
    let file = lock(queue, id, from).map_err(|why| keep_away(queue, id, from, why, now))?;
    read(queue, id, file, limit, expire)
        .map_err(|why| put_aside(queue, id, QueueName::Active, why.into(), now))
}

/// Opens, locks and moves the file.
fn lock(queue: &Arc<Queue>, id: &QueueId, from: QueueName) -> Result<MessageFile, Refused> {
    let mut file = MessageFile::open(queue, from, id)?;
    if !file.try_lock(Lock::Exclusive)? || !file.try_lock(Lock::Shared)? {
        return Err(Refused::Busy);
    }
    file.move_to(QueueName::Active)?;
    Ok(file)
}

fn read(
    queue: &Queue,
    id: &QueueId,
    file: MessageFile,
    limit: usize,
    expire: bool,
) -> Result<Taken, QueueError> {
    let envelope = file.envelope(limit)?;
    if file.metadata()?.permissions().mode() & Entry::FLUSH != 0 {
        file.remove_mode(Entry::FLUSH)?;
    }
    let waiting = |kind| Ok::<_, QueueError>(!queue.read_log(kind, id)?.is_empty());
    let reasons_known = expire && waiting(LogKind::Defer)?;
    if !reasons_known {
        queue.remove_log(LogKind::Defer, id)?;
    }
    let (bounced, traced) = (waiting(LogKind::Bounce)?, waiting(LogKind::Trace)?);
    Ok(Taken { file, envelope, bounced, traced, reasons_known })
}

enum Refused {
    Busy,
    Queue(QueueError),
}

impl From<QueueError> for Refused {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Queue(error.into())
    }
}

/// cleanup(8) holds the lock of a new file until content, mode and directory entry are all safe on disk; nobody may
/// deliver it before that.
fn keep_away(queue: &Queue, id: &QueueId, from: QueueName, why: Refused, now: Timestamp) -> NotTaken {
    match (from, why) {
        (QueueName::Incoming, Refused::Busy) => NotTaken::Unfinished,
        (_, why) => put_aside(queue, id, from, why, now),
    }
}

/// Out of its queue. When even that fails the file stays there, and is found again later.
fn put_aside(queue: &Queue, id: &QueueId, from: QueueName, why: Refused, now: Timestamp) -> NotTaken {
    let later = || queue.defer(id, from, now.plus_seconds(ASIDE));
    let (moved, answer) = match why {
        Refused::Queue(QueueError::Gone) => (Ok(()), NotTaken::Gone),
        Refused::Queue(QueueError::Damaged(fault)) => (queue.set_aside(id, from), NotTaken::Corrupt(fault)),
        Refused::Busy => (later(), NotTaken::Busy),
        Refused::Queue(QueueError::Strange(what)) => (later(), NotTaken::Strange(what)),
        Refused::Queue(QueueError::Passing(error)) => (later(), NotTaken::Passing(error)),
    };
    moved.map_or_else(NotTaken::Passing, |()| answer)
}

/// The messages in the active queue.
pub fn in_active(queue: &Queue) -> io::Result<Vec<QueueId>> {
    let mut ids = Vec::new();
    for entry in queue.scan(QueueName::Active) {
        if let Found::Message(id) = entry?.found {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Active files that nobody works on go back to the incoming queue: after a crash of the queue manager, or when a move
/// failed. A file whose lock is held is still with the previous queue manager or one of its agents.
pub fn recover(queue: &Arc<Queue>, orphans: &[QueueId]) -> io::Result<usize> {
    let mut recovered = 0;
    for id in orphans {
        let free = MessageFile::open(queue, QueueName::Active, id).map(|file| file.try_lock(Lock::Exclusive));
        if let Ok(Ok(true)) = free {
            queue.rename(id, QueueName::Active, QueueName::Incoming)?;
            recovered += 1;
        }
    }
    Ok(recovered)
}

const ASIDE: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;
    use queue::record::Kind;
    use queue::{Draft, QueueOptions};

    fn queue(dir: &std::path::Path) -> Arc<Queue> {
        for name in QueueName::ALL {
            std::fs::create_dir_all(dir.join(name.as_str())).unwrap();
        }
        Arc::new(Queue::open(dir, &QueueOptions::default()).unwrap())
    }

    fn now() -> Timestamp {
        Timestamp::from_system(std::time::SystemTime::now())
    }

    fn submit(queue: &Arc<Queue>) -> QueueId {
        let mut draft = Draft::create(queue, now()).unwrap();
        let size = queue::record::Size::default();
        draft.put(Kind::SIZE, size.format().as_bytes()).unwrap();
        draft.put(Kind::TIME, queue::record::format_time(now()).as_bytes()).unwrap();
        draft.put(Kind::SENDER, b"me@x").unwrap();
        draft.put(Kind::RECIPIENT, b"you@y").unwrap();
        draft.put(Kind::MESSAGE, b"").unwrap();
        let data_offset = draft.position() as i64;
        draft.put(Kind::NORMAL, b"body").unwrap();
        let content_size = draft.position() as i64 - data_offset;
        draft.put(Kind::EXTRACTED, b"").unwrap();
        draft.put(Kind::END, b"").unwrap();
        draft
            .set_size(&queue::record::Size { content_size, data_offset, recipient_count: 1, ..size })
            .unwrap();
        draft.commit().unwrap()
    }

    #[test]
    fn a_new_file_becomes_active_and_can_be_given_to_agents() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        let id = submit(&queue);
        let taken = take(&queue, &id, QueueName::Incoming, (10, false), now()).unwrap();
        assert_eq!(taken.envelope.recipients[0].address.as_str(), "you@y");
        assert!(!taken.bounced && dir.path().join("active").join(id.as_str()).exists());
        assert!(matches!(take(&queue, &id, QueueName::Incoming, (10, false), now()), Err(NotTaken::Gone)));
    }

    #[test]
    fn mail_that_expires_by_force_keeps_the_reasons_of_its_last_attempt() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        for expire in [false, true] {
            let id = submit(&queue);
            let why = mail::Diagnosis::new(mail::Enhanced::new(2, 0), "too busy");
            let entry = queue::LogEntry::new(&mail::Recipient::new("you@y"), &mail::Outcome::Deferred(why));
            queue.append_log(LogKind::Defer, &id, &entry, true).unwrap();
            let taken = take(&queue, &id, QueueName::Incoming, (10, expire), now()).unwrap();
            assert_eq!(taken.reasons_known, expire);
            assert_eq!(queue.read_log(LogKind::Defer, &id).unwrap().len(), usize::from(expire));
        }
    }

    #[test]
    fn a_file_that_an_agent_still_holds_waits() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        let id = submit(&queue);
        queue.rename(&id, QueueName::Incoming, QueueName::Deferred).unwrap();
        let other = MessageFile::open(&queue, QueueName::Deferred, &id).unwrap();
        assert!(other.try_lock(Lock::Shared).unwrap());
        assert!(matches!(take(&queue, &id, QueueName::Deferred, (10, false), now()), Err(NotTaken::Busy)));
        assert!(dir.path().join(queue.path(QueueName::Deferred, &id)).exists());
    }

    #[test]
    fn a_file_that_its_writer_still_holds_stays_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        let id = submit(&queue);
        let writer = MessageFile::open(&queue, QueueName::Incoming, &id).unwrap();
        assert!(writer.try_lock(Lock::Exclusive).unwrap());
        assert!(matches!(
            take(&queue, &id, QueueName::Incoming, (10, false), now()),
            Err(NotTaken::Unfinished)
        ));
        drop(writer);
        assert!(take(&queue, &id, QueueName::Incoming, (10, false), now()).is_ok());
    }

    #[test]
    fn a_damaged_file_is_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        let id = submit(&queue);
        let path = dir.path().join("incoming").join(id.as_str());
        std::fs::write(&path, b"rubbish").unwrap();
        assert!(matches!(
            take(&queue, &id, QueueName::Incoming, (10, false), now()),
            Err(NotTaken::Corrupt(_))
        ));
        assert!(dir.path().join("corrupt").join(id.as_str()).exists());
    }

    #[test]
    fn a_file_that_cannot_be_read_now_waits_and_is_not_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        let id = submit(&queue);
        queue.rename(&id, QueueName::Incoming, QueueName::Active).unwrap();
        // EIO.
        let error = QueueError::from(io::Error::from_raw_os_error(5));
        let why = put_aside(&queue, &id, QueueName::Active, error.into(), now());
        assert!(matches!(why, NotTaken::Passing(_)), "{why:?}");
        assert!(dir.path().join(queue.path(QueueName::Deferred, &id)).exists());
    }

    #[test]
    fn recovery_leaves_alone_what_somebody_works_on() {
        let dir = tempfile::tempdir().unwrap();
        let queue = queue(dir.path());
        let (held, left) = (submit(&queue), submit(&queue));
        let taken = take(&queue, &held, QueueName::Incoming, (10, false), now()).unwrap();
        queue.rename(&left, QueueName::Incoming, QueueName::Active).unwrap();
        assert_eq!(recover(&queue, &in_active(&queue).unwrap()).unwrap(), 1);
        assert!(dir.path().join("incoming").join(left.as_str()).exists());
        drop(taken);
        assert_eq!(recover(&queue, &in_active(&queue).unwrap()).unwrap(), 1);
    }
}
