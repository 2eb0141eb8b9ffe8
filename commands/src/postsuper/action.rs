//! What is done to single messages, or to all of them.

use super::NO_ID;
use mail::{QueueId, Timestamp};
use maillog::Log;
use queue::{Entry, Found, Queue, QueueName};
use rustix::fs::{AtFlags, FileType, Mode};
use rustix::io::Errno;
use std::time::SystemTime;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// `-d`
    Delete,
    /// `-e`
    Expire,
    /// `-f`
    ExpireAndRelease,
    /// `-r`
    Requeue,
    /// `-h`
    Hold,
    /// `-H`
    Release,
}

impl Action {
    /// In the order of execution.
    pub(super) const ALL: [Self; 6] =
        [Self::Delete, Self::Expire, Self::ExpireAndRelease, Self::Requeue, Self::Hold, Self::Release];

    pub(super) fn letter(self) -> u8 {
        match self {
            Self::Delete => b'd',
            Self::Expire => b'e',
            Self::ExpireAndRelease => b'f',
            Self::Requeue => b'r',
            Self::Hold => b'h',
            Self::Release => b'H',
        }
    }

    /// Where messages are looked for when no queue is named.
    fn queues(self) -> &'static [QueueName] {
        use QueueName::{Active, Deferred, Hold, Incoming, Maildrop};
        match self {
            Self::Release => &[Hold],
            Self::Hold => &[Incoming, Active, Deferred],
            // Mail in maildrop can only be taken away: nobody has accepted it yet.
            Self::Delete => &[Hold, Incoming, Active, Deferred, Maildrop],
            _ => &[Hold, Incoming, Active, Deferred],
        }
    }
}

/// Does the work, and counts.
pub(super) struct Actions<'a> {
    queue: &'a Queue,
    log: &'a Log,
    deleted: usize,
    expired: usize,
    requeued: usize,
    held: usize,
    released: usize,
}

impl<'a> Actions<'a> {
    pub(super) fn new(queue: &'a Queue, log: &'a Log) -> Self {
        Self { queue, log, deleted: 0, expired: 0, requeued: 0, held: 0, released: 0 }
    }

    /// Does one kind of work to the messages named; the text of an error is for the log.
    pub(super) fn run(&mut self, action: Action, ids: &[String], queues: &[QueueName]) -> Result<(), String> {
        for text in ids.iter().filter(|id| *id != NO_ID) {
            let all = text == "ALL";
            let known = action.queues();
            let named: Vec<QueueName> = queues.iter().copied().filter(|name| known.contains(name)).collect();
            let queues = if queues.is_empty() { known } else { &named };
            if all {
                self.run_all(action, queues)?;
                continue;
            }
            match QueueId::parse(text) {
                Some(id) => self.run_one(action, &id, queues)?,
                None => self.log.warning(format_args!("invalid mail queue id: {text}")),
            }
        }
        Ok(())
    }

    /// How many messages were affected, for each kind of work that was asked for.
    pub(super) fn report(&self, ids: &[Vec<String>; Action::ALL.len()]) {
        let asked =
            |action| Action::ALL.iter().zip(ids).any(|(known, ids)| *known == action && !ids.is_empty());
        let f = asked(Action::ExpireAndRelease);
        for (asked, words, count) in [
            (asked(Action::Requeue), "Requeued", self.requeued),
            (asked(Action::Delete), "Deleted", self.deleted),
            (asked(Action::Expire) || f, "Force-expired", self.expired),
            (asked(Action::Hold), "Placed on hold", self.held),
            (asked(Action::Release) || f, "Released from hold", self.released),
        ] {
            if asked {
                let plural = if count == 1 { "" } else { "s" };
                self.log.info(format_args!("{words}: {count} message{plural}"));
            }
        }
    }

    fn run_one(&mut self, action: Action, id: &QueueId, queues: &[QueueName]) -> Result<(), String> {
        for name in queues {
            let path = self.queue.path(*name, id);
            let found = self.is_file(&path)?;
            if found && self.act(action, *name, id, &path, true)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn run_all(&mut self, action: Action, queues: &[QueueName]) -> Result<(), String> {
        for name in queues {
            // All names first: what is moved must not be met again.
            let entries: Vec<Entry> = self
                .queue
                .scan(*name)
                .collect::<Result<_, _>>()
                .map_err(|error| format!("scan {name}: {error}"))?;
            for entry in entries {
                if let Found::Message(id) | Found::Unfinished(id) = &entry.found {
                    self.act(action, *name, id, &entry.path, false)?;
                }
            }
        }
        Ok(())
    }

    /// False when the message has gone meanwhile.
    fn act(
        &mut self,
        action: Action,
        name: QueueName,
        id: &QueueId,
        path: &str,
        say: bool,
    ) -> Result<bool, String> {
        match action {
            Action::Delete => self.delete(id, path, say),
            Action::Expire => self.expire(id, path, say),
            Action::ExpireAndRelease => {
                let done = self.expire(id, path, say)?;
                if done && name == QueueName::Hold {
                    self.release(id, path, say)?;
                }
                Ok(done)
            }
            Action::Requeue => self.requeue(id, path, say),
            Action::Hold => {
                let done = name != QueueName::Hold && self.rename(path, QueueName::Hold, id)?;
                self.held += count(done, say, self.log, id, "placed on hold");
                Ok(done)
            }
            Action::Release => self.release(id, path, say),
        }
    }

    /// Logs first: a message without logs is complete, logs without a message are rubbish.
    fn delete(&mut self, id: &QueueId, path: &str, say: bool) -> Result<bool, String> {
        for log in [QueueName::Bounce, QueueName::Defer, QueueName::Trace] {
            self.remove(&self.queue.path(log, id))?;
        }
        let done = self.remove(path)?;
        self.deleted += count(done, say, self.log, id, "removed");
        Ok(done)
    }

    fn expire(&mut self, id: &QueueId, path: &str, say: bool) -> Result<bool, String> {
        let root = self.queue.root();
        let mut news = true;
        let changed = rustix::fs::statat(root, path, AtFlags::SYMLINK_NOFOLLOW).and_then(|stat| {
            news = stat.st_mode & Entry::EXPIRE == 0;
            let mode = Mode::from_raw_mode(stat.st_mode & 0o777 | Entry::EXPIRE);
            rustix::fs::chmodat(root, path, mode, AtFlags::empty())
        });
        let done = gone_is_false(changed, || format!("expire file {path}"))?;
        // Once is enough: nothing is told of a second time.
        self.expired += count(done && news, say, self.log, id, "expired");
        Ok(done)
    }

    fn release(&mut self, id: &QueueId, path: &str, say: bool) -> Result<bool, String> {
        let done = self.rename(path, QueueName::Deferred, id)?;
        self.released += count(done, say, self.log, id, "released from hold");
        Ok(done)
    }

    /// pickup(8) dates the new Received field by the file.
    fn requeue(&mut self, id: &QueueId, path: &str, say: bool) -> Result<bool, String> {
        let done = self.rename(path, QueueName::Maildrop, id)?;
        if done {
            let now = Timestamp::from_system(SystemTime::now());
            // Somebody may have taken it already, which is as good.
            let _ = self.queue.set_time(QueueName::Maildrop, id, now);
        }
        self.requeued += count(done, say, self.log, id, "requeued");
        Ok(done)
    }

    fn rename(&self, path: &str, to: QueueName, id: &QueueId) -> Result<bool, String> {
        match self.queue.rename_path(path, to, id) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => {
                let (target, why) = (self.queue.path(to, id), os::strerror(&error));
                Err(format!("rename file {path} as {target}: {why}"))
            }
        }
    }

    fn remove(&self, path: &str) -> Result<bool, String> {
        let removed = rustix::fs::unlinkat(self.queue.root(), path, AtFlags::empty());
        gone_is_false(removed, || format!("remove file {path}"))
    }

    fn is_file(&self, path: &str) -> Result<bool, String> {
        match rustix::fs::statat(self.queue.root(), path, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(format!("stat {path}: {}", os::strerror(&errno.into()))),
        }
    }
}

fn gone_is_false(result: Result<(), Errno>, what: impl Fn() -> String) -> Result<bool, String> {
    match result {
        Ok(()) => Ok(true),
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(format!("{}: {}", what(), os::strerror(&errno.into()))),
    }
}

fn count(done: bool, say: bool, log: &Log, id: &QueueId, words: &str) -> usize {
    if done && say {
        log.info(format_args!("{id}: {words}"));
    }
    usize::from(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use maillog::Sink;
    use queue::QueueOptions;
    use std::os::unix::fs::PermissionsExt;

    fn place() -> (tempfile::TempDir, Queue) {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        for path in ["deferred/A/ABCD1", "hold/ABCD2", "incoming/ABCD3", "defer/A/ABCD1", "bounce/ABCD1"] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "x").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        let queue = Queue::open(dir.path(), &QueueOptions::default()).unwrap();
        (dir, queue)
    }

    fn run(queue: &Queue, action: Action, ids: &[&str], queues: &[QueueName]) -> [usize; 5] {
        let log = Log::open("postsuper", Sink::discard(), false);
        let mut actions = Actions::new(queue, &log);
        actions.run(action, &ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>(), queues).unwrap();
        [actions.deleted, actions.expired, actions.requeued, actions.held, actions.released]
    }

    #[test]
    fn deleting_a_message_deletes_its_logs() {
        let (dir, queue) = place();
        assert_eq!(run(&queue, Action::Delete, &["ABCD1", "nosuch", "a/b"], &[])[0], 1);
        for path in ["deferred/A/ABCD1", "defer/A/ABCD1", "bounce/ABCD1"] {
            assert!(!dir.path().join(path).exists(), "{path}");
        }
        assert!(dir.path().join("hold/ABCD2").exists());
    }

    #[test]
    fn messages_are_held_and_released_and_expired() {
        let (dir, queue) = place();
        assert_eq!(run(&queue, Action::Hold, &["ALL"], &[])[3], 2);
        assert!(dir.path().join("hold/ABCD1").exists());
        assert_eq!(run(&queue, Action::Hold, &["ABCD1"], &[])[3], 0, "it is there already");
        assert_eq!(run(&queue, Action::ExpireAndRelease, &["ABCD1"], &[]), [0, 1, 0, 0, 1]);
        let mode = dir.path().join("deferred/A/ABCD1").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o710);
        assert_eq!(run(&queue, Action::Release, &["ALL"], &[])[4], 2);
    }

    #[test]
    fn mail_in_maildrop_can_only_be_deleted() {
        let (dir, queue) = place();
        std::fs::rename(dir.path().join("incoming/ABCD3"), dir.path().join("maildrop/ABCD3")).unwrap();
        for action in [Action::Expire, Action::Hold, Action::Requeue, Action::Release] {
            assert_eq!(run(&queue, action, &["ALL"], &[QueueName::Maildrop]), [0; 5]);
        }
        assert_eq!(run(&queue, Action::Delete, &["ALL"], &[QueueName::Maildrop])[0], 1);
    }

    #[test]
    fn work_stays_within_the_queues_that_were_named() {
        let (dir, queue) = place();
        assert_eq!(run(&queue, Action::Delete, &["ALL"], &[QueueName::Hold])[0], 1);
        assert_eq!(run(&queue, Action::Requeue, &["ABCD3"], &[QueueName::Deferred])[2], 0);
        assert_eq!(run(&queue, Action::Requeue, &["ABCD3"], &[])[2], 1);
        assert!(dir.path().join("maildrop/ABCD3").exists());
    }
}
