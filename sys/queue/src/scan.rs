//! What lies in a queue. A scan yields good files, unfinished ones and strange things alike, so that nobody
//! forgets the latter two. Lazy: 100,000 files cost no memory.

use crate::{Queue, QueueName};
use mail::{QueueId, Timestamp};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::io;

/// One directory entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path below the queue directory.
    pub path: String,
    /// What it is.
    pub found: Found,
    /// Permission bits. Group read: "flush this when next seen". Group execute: "expire this".
    pub mode: u32,
    /// For a message: not to be touched before this time.
    pub modified: Timestamp,
    /// Bytes.
    pub size: u64,
    /// Owner.
    pub uid: u32,
    /// The inode, which the id must agree with.
    pub inode: u64,
}

/// What a directory entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A complete file with a good name.
    Message(QueueId),
    /// A good name, but the mode says that the file is still being written (or its writer died).
    Unfinished(QueueId),
    /// Anything else.
    Strange(Strange),
}

/// Why an entry is no queue file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strange {
    /// A name like those of new files (`<usec>.<pid>`), or not a queue id at all.
    Name,
    /// A link, a fifo, a socket, a directory out of place.
    Type,
}

impl Entry {
    /// Mode bit: flush this message when next seen (`postqueue -i`).
    pub const FLUSH: u32 = 0o040;
    /// Mode bit: expire this message (`postsuper -e`).
    pub const EXPIRE: u32 = 0o010;

    fn new(path: String, stat: &Stat) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let found = match (FileType::from_raw_mode(stat.st_mode), QueueId::parse(name)) {
            (FileType::RegularFile, Some(id)) if stat.st_mode & 0o700 == 0o700 => Found::Message(id),
            (FileType::RegularFile, Some(id)) => Found::Unfinished(id),
            (FileType::RegularFile, None) => Found::Strange(Strange::Name),
            _ => Found::Strange(Strange::Type),
        };
        Self {
            path,
            found,
            mode: stat.st_mode & 0o7777,
            modified: Timestamp { seconds: stat.st_mtime, micros: (stat.st_mtime_nsec / 1000) as u32 },
            size: stat.st_size as u64,
            uid: stat.st_uid,
            inode: stat.st_ino,
        }
    }
}

/// An iterator over a queue and its hashed subdirectories.
pub struct Scan<'a> {
    queue: &'a Queue,
    open: Vec<(String, Dir)>,
    failed: Option<io::Error>,
}

impl Queue {
    /// Begins a scan. Files that come or go meanwhile may be seen or not.
    pub fn scan(&self, name: QueueName) -> Scan<'_> {
        let mut scan = Scan { queue: self, open: Vec::new(), failed: None };
        scan.enter(name.as_str().to_owned());
        scan
    }
}

impl Scan<'_> {
    fn enter(&mut self, path: String) {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(self.queue.root(), path.as_str(), flags, Mode::empty());
        match opened.and_then(Dir::new) {
            Ok(dir) => self.open.push((path, dir)),
            Err(Errno::NOENT) if !self.open.is_empty() => {} // removed meanwhile
            Err(errno) => self.failed = Some(errno.into()),
        }
    }
}

impl Iterator for Scan<'_> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(error) = self.failed.take() {
                return Some(Err(error));
            }
            let (parent, dir) = self.open.last_mut()?;
            let name = match dir.next() {
                None => {
                    self.open.pop();
                    continue;
                }
                Some(Err(errno)) => {
                    self.open.pop();
                    return Some(Err(errno.into()));
                }
                Some(Ok(entry)) => entry.file_name().to_string_lossy().into_owned(),
            };
            if name == "." || name == ".." {
                continue;
            }
            let path = format!("{parent}/{name}");
            let stat = match rustix::fs::statat(self.queue.root(), path.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(Errno::NOENT) => continue,
                Err(errno) => return Some(Err(errno.into())),
            };
            // As Postfix: whatever the present settings say, one letter is a hash directory.
            let hashed = FileType::from_raw_mode(stat.st_mode) == FileType::Directory && name.len() == 1;
            if hashed && self.open.len() <= MAX_DEPTH {
                self.enter(path);
                continue;
            }
            return Some(Ok(Entry::new(path, &stat)));
        }
    }
}

/// More than any `hash_queue_depth` in use.
const MAX_DEPTH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QueueOptions;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn good_unfinished_and_strange_entries_are_all_seen() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("deferred");
        std::fs::create_dir_all(root.join("A/B")).unwrap();
        std::fs::create_dir(root.join("subdir")).unwrap();
        for (name, mode) in [("A/AB1", 0o700), ("A/B/AB2", 0o710), ("AB3", 0o600), ("123.456", 0o700)] {
            std::fs::write(root.join(name), "x").unwrap();
            std::fs::set_permissions(root.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }
        std::os::unix::fs::symlink("AB1", root.join("AB4")).unwrap();
        let queue = Queue::open(dir.path(), &QueueOptions::default()).unwrap();
        let mut seen: Vec<Entry> = queue.scan(QueueName::Deferred).map(Result::unwrap).collect();
        seen.sort_by(|a, b| a.path.cmp(&b.path));
        let id = |text| QueueId::parse(text).unwrap();
        let expected = [
            ("deferred/123.456", Found::Strange(Strange::Name)),
            ("deferred/A/AB1", Found::Message(id("AB1"))),
            ("deferred/A/B/AB2", Found::Message(id("AB2"))),
            ("deferred/AB3", Found::Unfinished(id("AB3"))),
            ("deferred/AB4", Found::Strange(Strange::Type)),
            ("deferred/subdir", Found::Strange(Strange::Type)),
        ];
        let found: Vec<(&str, Found)> = seen.iter().map(|e| (e.path.as_str(), e.found.clone())).collect();
        assert_eq!(found, expected);
        assert_eq!(seen[2].mode & Entry::EXPIRE, Entry::EXPIRE);
    }

    #[test]
    fn a_queue_that_cannot_be_read_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let queue = Queue::open(dir.path(), &QueueOptions::default()).unwrap();
        assert!(queue.scan(QueueName::Deferred).next().unwrap().is_err());
    }
}
