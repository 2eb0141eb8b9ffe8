//! The lists in the queue directory `flush`: a file for each destination, a queue id on each line. They may name
//! messages that are long gone, or one message many times; whoever sends a list throws it away. All calls block.

use mail::{QueueId, Timestamp};
use queue::{Entry, Queue, QueueName};
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

/// The lists, and the queue that they are about.
pub(super) struct Lists {
    pub(super) queue: Queue,
    /// `fast_flush_refresh_time`
    pub(super) refresh: Duration,
    /// `fast_flush_purge_time`
    pub(super) purge: Duration,
}

/// The file name for a destination; what isn't a letter or a digit becomes `_`.
pub(super) fn name(site: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    (1..=LONGEST_SITE).contains(&site.len()).then(|| site.chars().map(plain).collect())
}

impl Lists {
    /// Notes that a message waits for a destination.
    pub(super) fn add(&self, name: &str, id: &QueueId) -> io::Result<()> {
        let flags = OFlags::CREATE | OFlags::APPEND | OFlags::WRONLY;
        // A list may be purged between opening and locking; a line in it would be lost.
        loop {
            let mut list = self.open(name, flags)?;
            if list.metadata()?.nlink() > 0 {
                return list.write_all(format!("{id}\n").as_bytes());
            }
        }
    }

    /// Has all messages of a list tried; how many there were.
    pub(super) fn send_site(&self, name: &str) -> io::Result<usize> {
        match self.open(name, OFlags::RDWR) {
            Ok(list) => self.send(&list, true),
            // Nothing has waited for this destination so far.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Has one message tried. False when it doesn't wait.
    pub(super) fn send_file(&self, id: &QueueId) -> io::Result<bool> {
        self.release(id, true)
    }

    /// Sends the lists that nobody has sent for long (or all), and forgets those that have been empty for long.
    pub(super) fn refresh(&self, all: bool) -> io::Result<usize> {
        let names: Vec<String> = self
            .queue
            .scan(QueueName::Flush)
            .map(|entry| entry.map(|entry| entry.path))
            .collect::<io::Result<_>>()?;
        let mut moved = 0;
        for path in names {
            let Some(name) = path.strip_prefix(FOLDER) else { continue };
            let list = match self.open(name, OFlags::RDWR) {
                Ok(list) => list,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let stat = list.metadata()?;
            if stat.size() > 0 && (all || is_older(stat.atime(), self.refresh)) {
                moved += self.send(&list, false)?;
            } else if stat.size() == 0 && is_older(stat.mtime(), self.purge) {
                rustix::fs::unlinkat(self.queue.root(), &path, AtFlags::empty())?;
            }
        }
        Ok(moved)
    }

    /// Opens and locks a list.
    fn open(&self, name: &str, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let path = format!("{FOLDER}{name}");
        let list = rustix::fs::openat(self.queue.root(), path, flags, Mode::RUSR | Mode::WUSR)?;
        rustix::fs::flock(&list, FlockOperation::LockExclusive)?;
        Ok(list.into())
    }

    /// The list is emptied only when all its messages were dealt with.
    fn send(&self, mut list: &File, flush: bool) -> io::Result<usize> {
        let mut text = Vec::new();
        list.read_to_end(&mut text)?;
        let ids: BTreeSet<&str> =
            text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let mut moved = 0;
        for id in ids.into_iter().filter_map(QueueId::parse) {
            moved += usize::from(self.release(&id, flush)?);
        }
        list.set_len(0)?;
        // The access time says when the list was sent, also where reading does not set it.
        list.set_times(std::fs::FileTimes::new().set_accessed(SystemTime::now()))?;
        Ok(moved)
    }

    /// Moves a message out of `deferred`, due now. `flush`: not even a dead destination holds it back.
    fn release(&self, id: &QueueId, flush: bool) -> io::Result<bool> {
        match self.try_release(id, flush) {
            Ok(()) => Ok(true),
            // It is being delivered, or gone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn try_release(&self, id: &QueueId, flush: bool) -> io::Result<()> {
        let (root, path) = (self.queue.root(), self.queue.path(QueueName::Deferred, id));
        let stat = rustix::fs::statat(root, path.as_str(), AtFlags::SYMLINK_NOFOLLOW)?;
        if rustix::fs::FileType::from_raw_mode(stat.st_mode) != rustix::fs::FileType::RegularFile {
            return Err(Errno::NOENT.into());
        }
        if flush {
            let mode = Mode::from_raw_mode(stat.st_mode & 0o7777 | Entry::FLUSH);
            rustix::fs::chmodat(root, path.as_str(), mode, AtFlags::empty())?;
        }
        self.queue.set_time(QueueName::Deferred, id, Timestamp::from_system(SystemTime::now()))?;
        self.queue.rename(id, QueueName::Deferred, QueueName::Incoming)
    }
}

fn is_older(seconds: i64, limit: Duration) -> bool {
    let now = Timestamp::from_system(SystemTime::now()).seconds;
    now.saturating_sub(seconds) > i64::try_from(limit.as_secs()).unwrap_or(i64::MAX)
}

const FOLDER: &str = "flush/";
/// RFC 1035 2.3.4, and no file name is longer.
const LONGEST_SITE: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;
    use queue::QueueOptions;
    use std::fs::{FileTimes, Permissions, read, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    fn lists() -> (tempfile::TempDir, Lists) {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        let queue = Queue::open(dir.path(), &QueueOptions::default()).unwrap();
        (dir, Lists { queue, refresh: Duration::from_secs(3600), purge: Duration::from_secs(7200) })
    }

    fn message(dir: &tempfile::TempDir, name: &str) -> QueueId {
        let path = dir.path().join(format!("deferred/{}/{name}", &name[..1]));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "x").unwrap();
        set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
        QueueId::parse(name).unwrap()
    }

    fn age(dir: &tempfile::TempDir, name: &str, seconds: u64) {
        let then = SystemTime::now() - Duration::from_secs(seconds);
        let file = File::options().write(true).open(dir.path().join(FOLDER).join(name)).unwrap();
        file.set_times(FileTimes::new().set_accessed(then).set_modified(then)).unwrap();
    }

    #[test]
    fn the_mail_of_a_site_becomes_due_and_is_flushed_and_its_list_is_empty() {
        let (dir, lists) = lists();
        let site = name("remote.example").unwrap();
        for id in [message(&dir, "A1"), message(&dir, "A1"), QueueId::parse("GONE").unwrap()] {
            lists.add(&site, &id).unwrap();
        }
        lists.add(&name("other.example").unwrap(), &message(&dir, "B2")).unwrap();
        assert_eq!(read(dir.path().join("flush/remote_example")).unwrap(), b"A1\nA1\nGONE\n");
        assert_eq!(lists.send_site(&site).unwrap(), 1);
        let moved = dir.path().join("incoming/A1").metadata().unwrap();
        assert_eq!(moved.permissions().mode() & 0o777, 0o740);
        assert!(dir.path().join("deferred/B/B2").exists());
        assert_eq!(read(dir.path().join("flush/remote_example")).unwrap(), b"");
        assert_eq!(lists.send_site(&name("unheard.example").unwrap()).unwrap(), 0);
    }

    #[test]
    fn one_message_is_sent_once() {
        let (dir, lists) = lists();
        let id = message(&dir, "A1");
        assert!(lists.send_file(&id).unwrap());
        assert!(!lists.send_file(&id).unwrap());
    }

    #[test]
    fn lists_that_nobody_sends_are_sent_and_those_that_stay_empty_go() {
        let (dir, lists) = lists();
        for (site, id) in [("new", "A1"), ("old", "B2")] {
            lists.add(site, &message(&dir, id)).unwrap();
        }
        File::create(dir.path().join("flush/empty")).unwrap();
        age(&dir, "old", 4000);
        age(&dir, "empty", 8000);
        assert_eq!(lists.refresh(false).unwrap(), 1);
        assert_eq!(dir.path().join("incoming/B2").metadata().unwrap().mode() & 0o777, 0o700);
        assert!(!dir.path().join("flush/empty").exists() && dir.path().join("flush/old").exists());
        assert_eq!(lists.refresh(true).unwrap(), 1);
        assert!(dir.path().join("incoming/A1").exists());
    }

    #[test]
    fn a_site_is_a_file_name_whatever_it_is() {
        assert_eq!(name("../[x]").as_deref(), Some("____x_"));
        assert!(name("").is_none() && name(&"x".repeat(256)).is_none());
    }
}
