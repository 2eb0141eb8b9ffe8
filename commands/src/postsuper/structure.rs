//! `-p`, `-s`, `-S`: removes what crashes left, puts files where their names say, and gives them names that match
//! their inodes (after a restore from backup or a move to another disk).

use mail::QueueId;
use maillog::Log;
use queue::{Entry, Found, Queue, QueueName, Strange, hash_key, inode_of, is_long_id, rename_inode};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use std::time::{Duration, SystemTime};

/// One run over the queues.
pub(super) struct Structure<'a> {
    pub(super) queue: &'a Queue,
    pub(super) log: &'a Log,
    pub(super) purge: bool,
    pub(super) repair: bool,
    pub(super) strict: bool,
}

impl Structure<'_> {
    /// The queues named, or all; the text of an error is for the log.
    pub(super) fn run(&self, queues: &[QueueName]) -> Result<(), String> {
        let queues = if queues.is_empty() { &ALL[..] } else { queues };
        // In two steps, because one file's new name may be another file's old one.
        let mut renamed = Vec::new();
        for name in queues {
            for entry in self.entries(*name)? {
                self.entry(*name, &entry, &mut renamed)?;
            }
            if self.repair {
                self.remove_directories(*name, name.as_str(), 0)?;
            }
        }
        for (name, id) in &renamed {
            self.rename(&self.aside(*name, id), *name, id)?;
        }
        if !renamed.is_empty() {
            let (count, plural) = (renamed.len(), if renamed.len() == 1 { "" } else { "s" });
            self.log.info(format_args!("Renamed to match inode number: {count} message{plural}"));
            self.log.warning("QUEUE FILE NAMES WERE CHANGED TO MATCH INODE NUMBERS");
        }
        Ok(())
    }

    fn entries(&self, name: QueueName) -> Result<Vec<Entry>, String> {
        self.queue.scan(name).collect::<Result<_, _>>().map_err(|error| format!("scan {name}: {error}"))
    }

    fn entry(
        &self,
        name: QueueName,
        entry: &Entry,
        renamed: &mut Vec<(QueueName, QueueId)>,
    ) -> Result<(), String> {
        if self.purge && is_stale(name, entry) {
            return self.remove(&entry.path);
        }
        let id = match &entry.found {
            Found::Message(id) | Found::Unfinished(id) => id,
            Found::Strange(Strange::Type) => return Ok(()),
            // A rename that a crash cut short is taken up again.
            Found::Strange(Strange::Name) => match interrupted(&entry.path) {
                Some(id) => {
                    renamed.push((name, id));
                    return Ok(());
                }
                None => return self.bogus(entry),
            },
        };
        // Logs and flush files are named after messages or sites, not after their own inodes.
        let is_message =
            !matches!(name, QueueName::Bounce | QueueName::Defer | QueueName::Trace | QueueName::Flush);
        if is_message && !has_inode(id.as_str()) {
            return self.bogus(entry);
        }
        if !self.repair {
            return Ok(());
        }
        match self.better_name(id, entry).filter(|_| is_message) {
            Some(better) => {
                self.move_logs(id, &better)?;
                self.rename_to(&entry.path, &self.aside(name, &better))?;
                renamed.push((name, better));
                Ok(())
            }
            None if entry.path != self.queue.path(name, id) => self.rename(&entry.path, name, id),
            None => Ok(()),
        }
    }

    /// The name that this file should have instead of its own.
    fn better_name(&self, id: &QueueId, entry: &Entry) -> Option<QueueId> {
        let matches = inode_of(id.as_str()) == Some(entry.inode);
        let long_wanted = self.queue.options().long_queue_ids;
        let fine = match is_long_id(id.as_str()) {
            // Long ids are unique without their inode; `-S` looks all the same.
            true => long_wanted && (matches || !self.strict),
            false => matches,
        };
        if fine {
            return None;
        }
        QueueId::parse(&rename_inode(id.as_str(), entry.inode, long_wanted))
    }

    fn move_logs(&self, old: &QueueId, new: &QueueId) -> Result<(), String> {
        for log in [QueueName::Bounce, QueueName::Defer, QueueName::Trace] {
            match self.queue.rename_path(&self.queue.path(log, old), log, new) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!("rename log of {old}: {}", os::strerror(&error)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Directories that no file of the present layout needs, when they are empty.
    fn remove_directories(&self, name: QueueName, path: &str, depth: usize) -> Result<(), String> {
        let root = self.queue.root();
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fail =
            |errno: rustix::io::Errno| format!("open directory {path}: {}", os::strerror(&errno.into()));
        let directory =
            rustix::fs::openat(root, path, flags, Mode::empty()).and_then(Dir::new).map_err(fail)?;
        for entry in directory {
            let entry = entry.map_err(fail)?;
            let child = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type() != FileType::Directory || child == "." || child == ".." {
                continue;
            }
            let inner = format!("{path}/{child}");
            self.remove_directories(name, &inner, depth + 1)?;
            if child.len() != 1 || depth >= self.hash_depth(name) {
                let _ = rustix::fs::unlinkat(root, inner, AtFlags::REMOVEDIR); // not empty: it stays
            }
        }
        Ok(())
    }

    fn hash_depth(&self, name: QueueName) -> usize {
        let options = self.queue.options();
        let hashed = options.hash_queue_names.iter().any(|known| known == name.as_str());
        if hashed { options.hash_queue_depth } else { 0 }
    }

    fn aside(&self, name: QueueName, id: &QueueId) -> String {
        format!("{name}/{id}{ASIDE}")
    }

    fn rename(&self, from: &str, name: QueueName, id: &QueueId) -> Result<(), String> {
        self.queue.rename_path(from, name, id).map_err(|error| {
            let (target, why) = (self.queue.path(name, id), os::strerror(&error));
            format!("rename file {from} as {target}: {why}")
        })
    }

    fn rename_to(&self, from: &str, target: &str) -> Result<(), String> {
        let root = self.queue.root();
        rustix::fs::renameat(root, from, root, target)
            .map_err(|errno| format!("rename file {from} as {target}: {}", os::strerror(&errno.into())))
    }

    fn remove(&self, path: &str) -> Result<(), String> {
        rustix::fs::unlinkat(self.queue.root(), path, AtFlags::empty())
            .map_err(|errno| format!("remove file {path}: {}", os::strerror(&errno.into())))
    }

    fn bogus(&self, entry: &Entry) -> Result<(), String> {
        self.log.warning(format_args!("bogus file name: {}", entry.path));
        Ok(())
    }
}

/// Unfinished for more than a week: its writer is dead. Log files are never "complete", so they don't count.
fn is_stale(name: QueueName, entry: &Entry) -> bool {
    let holds_messages = QUEUES.contains(&name);
    let unfinished = match entry.found {
        Found::Unfinished(_) => true,
        Found::Strange(Strange::Name) => entry.mode & 0o700 != 0o700,
        _ => false,
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let age = now.saturating_sub(Duration::from_secs(entry.modified.seconds.max(0) as u64));
    holds_messages && unfinished && age > STALE_AGE
}

/// The final name of a file that was put aside.
fn interrupted(path: &str) -> Option<QueueId> {
    QueueId::parse(path.rsplit('/').next()?.strip_suffix(ASIDE)?)
}

/// A name that a mail system made: long, or five characters and an inode (perhaps of another disk).
fn has_inode(id: &str) -> bool {
    is_long_id(id) || (hash_key(id).len() >= 5 && id[5..].bytes().all(|b| b.is_ascii_hexdigit()))
}

const QUEUES: [QueueName; 5] =
    [QueueName::Maildrop, QueueName::Incoming, QueueName::Active, QueueName::Deferred, QueueName::Hold];
/// Postfix's order.
const ALL: [QueueName; 9] = [
    QueueName::Defer,
    QueueName::Bounce,
    QueueName::Trace,
    QueueName::Maildrop,
    QueueName::Incoming,
    QueueName::Active,
    QueueName::Deferred,
    QueueName::Hold,
    QueueName::Flush,
];
const ASIDE: &str = "#";
const STALE_AGE: Duration = Duration::from_secs(7 * 86_400);

#[cfg(test)]
mod tests {
    use super::*;
    use maillog::Sink;
    use queue::QueueOptions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;

    fn put(root: &Path, path: &str, mode: u32) -> u64 {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, path.to_str().unwrap()).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.metadata().unwrap().ino()
    }

    fn repair(root: &Path) {
        let queue = Queue::open(root, &QueueOptions::default()).unwrap();
        let log = Log::open("postsuper", Sink::discard(), false);
        let structure = Structure { queue: &queue, log: &log, purge: true, repair: true, strict: false };
        structure.run(&[]).unwrap();
    }

    fn root() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        dir
    }

    #[test]
    fn names_follow_inodes_and_logs_follow_names() {
        let dir = root();
        let inode = put(dir.path(), "deferred/B/C/ABCDE999", 0o700);
        put(dir.path(), "defer/A/ABCDE999", 0o600);
        repair(dir.path());
        let id = format!("ABCDE{inode:X}");
        assert!(dir.path().join(format!("deferred/A/{id}")).exists());
        assert!(dir.path().join(format!("defer/A/{id}")).exists());
        assert!(!dir.path().join("deferred/B/C").exists() && dir.path().join("deferred/B").exists());
        repair(dir.path());
        assert!(dir.path().join(format!("deferred/A/{id}")).exists());
    }

    #[test]
    fn two_files_can_swap_their_names() {
        let dir = root();
        let (one, two) = (put(dir.path(), "hold/x", 0o700), put(dir.path(), "hold/y", 0o700));
        let path = |inode| dir.path().join(format!("hold/ABCDE{inode:X}"));
        std::fs::rename(dir.path().join("hold/x"), path(two)).unwrap();
        std::fs::rename(dir.path().join("hold/y"), path(one)).unwrap();
        repair(dir.path());
        assert_eq!(path(one).metadata().unwrap().ino(), one);
        assert_eq!(path(two).metadata().unwrap().ino(), two);
    }

    #[test]
    fn only_old_unfinished_files_are_purged() {
        let dir = root();
        let old = SystemTime::now() - Duration::from_secs(8 * 86_400);
        let entries = ["incoming/1.2", "incoming/3.4", "maildrop/5.6", "defer/A/ABCDE1"];
        for path in entries {
            put(dir.path(), path, 0o600);
        }
        for path in ["incoming/1.2", "defer/A/ABCDE1"] {
            std::fs::File::options()
                .write(true)
                .open(dir.path().join(path))
                .unwrap()
                .set_modified(old)
                .unwrap();
        }
        repair(dir.path());
        let left: Vec<bool> = entries.iter().map(|path| dir.path().join(path).exists()).collect();
        assert_eq!(left, [false, true, true, true]);
    }
}
