//! Advisory locks that belong to an open file description (fcntl(2), F_OFD_SETLK): they exclude the fcntl
//! locks of other programs and the other threads of this one, and aren't lost when somebody closes another
//! descriptor of the same file.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// What a lock excludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Other writers.
    Shared,
    /// Everybody else.
    Exclusive,
}

/// Tries to lock the whole file; false when somebody else has it.
pub fn try_lock(file: impl AsFd, lock: Lock) -> io::Result<bool> {
    match set(file, kind(lock), libc::F_OFD_SETLK) {
        Err(e) if matches!(e.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => Ok(false),
        done => done.map(|()| true),
    }
}

/// Locks the whole file, waiting as long as it takes.
pub fn lock(file: impl AsFd, lock: Lock) -> io::Result<()> {
    loop {
        match set(&file, kind(lock), libc::F_OFD_SETLKW) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Gives the lock back. Closing the last descriptor of the description does so too.
pub fn unlock(file: impl AsFd) -> io::Result<()> {
    set(file, libc::F_UNLCK, libc::F_OFD_SETLK)
}

fn kind(lock: Lock) -> libc::c_int {
    match lock {
        Lock::Shared => libc::F_RDLCK,
        Lock::Exclusive => libc::F_WRLCK,
    }
}

fn set(file: impl AsFd, kind: libc::c_int, command: libc::c_int) -> io::Result<()> {
    // SAFETY: all zeroes is a valid flock: the whole file.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    // SAFETY: the descriptor is borrowed for the call, the struct outlives it.
    let result = unsafe { libc::fcntl(file.as_fd().as_raw_fd(), command, &lock) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn two_openings_exclude_each_other_within_one_process() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let open = || File::options().create(true).append(true).read(true).open(&path).unwrap();
        let (first, second) = (open(), open());
        assert!(try_lock(&first, Lock::Exclusive).unwrap());
        assert!(!try_lock(&second, Lock::Shared).unwrap());
        unlock(&first).unwrap();
        assert!(try_lock(&second, Lock::Exclusive).unwrap());
    }
}
