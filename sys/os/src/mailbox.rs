//! Keeping others out of a mailbox: `file.lock` beside it, fcntl(2) and flock(2) locks on it
//! (`mailbox_delivery_lock`), each tried `deliver_lock_attempts` times.

use crate::locks::{Lock, try_lock};
use rustix::event::poll;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How a mailbox is locked, and how patiently.
#[derive(Clone, Debug)]
pub struct Locking {
    /// A file `mailbox.lock` beside it.
    pub dotlock: bool,
    /// fcntl(2).
    pub fcntl: bool,
    /// flock(2).
    pub flock: bool,
    /// `deliver_lock_attempts`.
    pub attempts: u32,
    /// `deliver_lock_delay`.
    pub delay: Duration,
    /// `stale_lock_time`.
    pub stale: Duration,
}

impl Locking {
    /// Reads `mailbox_delivery_lock`: names divided by commas or blanks.
    pub fn parse(
        parameter: &str,
        names: &str,
        attempts: u32,
        delay: Duration,
        stale: Duration,
    ) -> Result<Self, String> {
        let mut this = Self { dotlock: false, fcntl: false, flock: false, attempts, delay, stale };
        for name in names.split(|c: char| c == ',' || c.is_whitespace()).filter(|n| !n.is_empty()) {
            match name {
                "dotlock" => this.dotlock = true,
                "fcntl" => this.fcntl = true,
                "flock" => this.flock = true,
                _ => return Err(format!("unknown {parameter} value \"{name}\" in \"{names}\"")),
            }
        }
        Ok(this)
    }

    /// Locks the open file; `WouldBlock` when somebody keeps it.
    pub fn lock_file(&self, file: &File) -> io::Result<()> {
        self.patiently(|| {
            let fcntl = !self.fcntl || try_lock(file, Lock::Exclusive)?;
            let flock = fcntl && (!self.flock || try_flock(file)?);
            if fcntl && flock { Ok(Some(())) } else { Ok(None) }
        })?
        .ok_or_else(|| rustix::io::Errno::AGAIN.into())
    }

    /// Makes the lock file, when dotlock is asked for. It goes when the guard does.
    pub fn lock_beside(&self, path: &Path) -> io::Result<Option<DotLock>> {
        if !self.dotlock {
            return Ok(None);
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let made = self.patiently(|| match make(&lock) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.remove_stale(&lock);
                Ok(None)
            }
            done => done.map(Some),
        })?;
        match made {
            Some(()) => Ok(Some(DotLock(lock))),
            None => Err(rustix::io::Errno::EXIST.into()),
        }
    }

    fn patiently<T>(&self, mut attempt: impl FnMut() -> io::Result<Option<T>>) -> io::Result<Option<T>> {
        for number in 1..=self.attempts.max(1) {
            if let Some(done) = attempt()? {
                return Ok(Some(done));
            }
            if number < self.attempts {
                pause(self.delay);
            }
        }
        Ok(None)
    }

    /// A lock that is older than `stale_lock_time` was left behind by a program that died.
    fn remove_stale(&self, lock: &Path) {
        let Ok(data) = std::fs::symlink_metadata(lock) else { return };
        let age = data.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
        if age.is_some_and(|age| age > self.stale) {
            let _ = std::fs::remove_file(lock);
        }
    }
}

/// A lock file that exists; removed on drop.
#[derive(Debug)]
pub struct DotLock(PathBuf);

impl Drop for DotLock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn make(lock: &Path) -> io::Result<()> {
    File::options().write(true).create_new(true).mode(0o600).open(lock).map(drop)
}

fn try_flock(file: &File) -> io::Result<bool> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Lets another program finish. There is nothing to wait *for*: lock files and flock give no event.
fn pause(delay: Duration) {
    let time = rustix::event::Timespec::try_from(delay).ok();
    let _ = poll(&mut [], time.as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locking(names: &str) -> Locking {
        let (delay, stale) = (Duration::from_millis(1), Duration::from_secs(500));
        Locking::parse("mailbox_delivery_lock", names, 3, delay, stale).unwrap()
    }

    #[test]
    fn a_lock_file_excludes_until_it_is_gone_or_stale() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("box");
        let first = locking("dotlock").lock_beside(&path).unwrap();
        let error = locking("dotlock").lock_beside(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        drop(first);
        let lock = dir.path().join("box.lock");
        std::fs::write(&lock, "").unwrap();
        let old = SystemTime::now() - Duration::from_secs(1000);
        File::options().write(true).open(&lock).unwrap().set_modified(old).unwrap();
        drop(locking("dotlock").lock_beside(&path).unwrap());
        assert!(!lock.exists());
    }

    #[test]
    fn fcntl_and_flock_exclude_other_openings() {
        for names in ["fcntl", "flock", "fcntl, flock"] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("box");
            let open = || File::options().create(true).append(true).open(&path).unwrap();
            let (first, second) = (open(), open());
            locking(names).lock_file(&first).unwrap();
            assert!(locking(names).lock_file(&second).is_err(), "{names}");
        }
    }

    #[test]
    fn an_unknown_lock_is_named() {
        let second = Duration::from_secs(1);
        let fault = Locking::parse("mailbox_delivery_lock", "fcntl lockf", 1, second, second).unwrap_err();
        assert_eq!(fault, "unknown mailbox_delivery_lock value \"lockf\" in \"fcntl lockf\"");
    }
}
