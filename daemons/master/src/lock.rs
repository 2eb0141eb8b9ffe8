//! One master for one queue directory and one data directory: two lock files that live as long as we do.
//! Left-over files without a lock holder never block a start.

use rustix::fs::{FlockOperation, Gid, Mode, OFlags, Uid, fchown, flock, fstat, ftruncate, open};
use rustix::io::Errno;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

/// The locks of a running master; dropping them frees the places.
pub(crate) struct Locks(#[allow(dead_code, reason = "held, never read")] Vec<OwnedFd>);

/// Takes both locks and writes our process id. The lock in the data directory belongs to `owner` (mail_owner),
/// when we are root: Postfix's master opens it as that user. The error is a sentence for people.
pub(crate) fn take(pid_file: &Path, data_lock: &Path, owner: Option<(u32, u32)>) -> Result<Locks, String> {
    let mut locks = Vec::new();
    for path in [pid_file, data_lock] {
        match lock(path)? {
            Ok(fd) => locks.push(fd),
            Err(holder) => return Err(format!("open lock file {}: {holder}", path.display())),
        }
    }
    if let (Some((uid, gid)), Some(fd)) = (owner, locks.last()) {
        fchown(fd, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))
            .map_err(|e| format!("chown {}: {e}", data_lock.display()))?;
    }
    // Both files: people look at either.
    for fd in &locks {
        ftruncate(fd, 0).map_err(|e| format!("truncate {}: {e}", pid_file.display()))?;
        let line = format!("{:32}\n", std::process::id());
        rustix::io::pwrite(fd, line.as_bytes(), 0)
            .map_err(|e| format!("write {}: {e}", pid_file.display()))?;
    }
    Ok(Locks(locks))
}

/// The process id of the master that holds the lock; None when nobody does.
pub(crate) fn holder(pid_file: &Path) -> Result<Option<u32>, String> {
    if !pid_file.exists() {
        return Ok(None);
    }
    match lock(pid_file)? {
        Ok(_) => Ok(None),
        Err(_) => Ok(Some(read_pid(pid_file).unwrap_or(0))),
    }
}

/// `Ok(Err(..))`: somebody else has it.
fn lock(path: &Path) -> Result<Result<OwnedFd, String>, String> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fail = |e: Errno| format!("open lock file {}: {e}", path.display());
    let fd = open(path, flags, Mode::from_raw_mode(0o600)).map_err(fail)?;
    if fstat(&fd).map_err(fail)?.st_nlink > 1 {
        return Err(format!("open lock file {}: file has more than one link", path.display()));
    }
    match flock(&fd, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Ok(fd)),
        Err(Errno::AGAIN) => Ok(Err("unable to set exclusive lock: Resource temporarily unavailable".into())),
        Err(e) => Err(fail(e)),
    }
}

fn read_pid(path: &Path) -> Option<u32> {
    let mut text = String::new();
    std::fs::File::open(path).ok()?.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Tells the parent that waits for our start: empty text means success.
pub(crate) fn report(pipe: OwnedFd, text: &str) {
    // A parent that has gone does not need to hear it.
    let _ = std::fs::File::from(pipe).write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_master_is_refused_and_a_left_over_file_is_not_in_the_way() {
        let dir = tempfile::tempdir().unwrap();
        let (pid, data) = (dir.path().join("master.pid"), dir.path().join("master.lock"));
        std::fs::write(&pid, "99999\n").unwrap();
        assert_eq!(holder(&pid).unwrap(), None);
        let locks = take(&pid, &data, None).unwrap();
        assert_eq!(holder(&pid).unwrap(), Some(std::process::id()));
        assert!(take(&pid, &data, None).is_err());
        drop(locks);
        assert_eq!(holder(&pid).unwrap(), None);
    }
}
