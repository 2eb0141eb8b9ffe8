//! Acting as somebody else for a while, and coming back: effective ids only, for single-threaded commands, and for daemons
//! that open a file of their owner's before they are jailed. What a jailed daemon gave up stays given up (`jail`).

use crate::jail::Ids;
use std::io;

/// Runs `work` with other effective ids and without other groups, then restores ours. Only root can.
pub fn with_effective_ids<T>(ids: Ids, work: impl FnOnce() -> T) -> io::Result<T> {
    let before = Borrowed { uid: effective().uid, gid: effective().gid, groups: groups()? };
    set_groups(&[ids.gid])?;
    // The group first: afterwards we may not.
    check_ids(ids.gid, ids.uid)?;
    let result = work();
    drop(before);
    Ok(result)
}

/// Restores on drop, so that a panic or an early return cannot leave us as somebody else.
struct Borrowed {
    uid: u32,
    gid: u32,
    groups: Vec<u32>,
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        // SAFETY: plain integers; no memory is passed. The real and saved ids still allow the way back.
        unsafe {
            libc::seteuid(self.uid);
            libc::setegid(self.gid);
        }
        let _ = set_groups(&self.groups);
    }
}

fn effective() -> Ids {
    Ids { uid: rustix::process::geteuid().as_raw(), gid: rustix::process::getegid().as_raw() }
}

fn groups() -> io::Result<Vec<u32>> {
    Ok(rustix::process::getgroups()?.into_iter().map(|gid| gid.as_raw()).collect())
}

fn set_groups(groups: &[u32]) -> io::Result<()> {
    // SAFETY: the list lives during the call and has the length we pass.
    if unsafe { libc::setgroups(groups.len(), groups.as_ptr()) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn check_ids(gid: u32, uid: u32) -> io::Result<()> {
    // SAFETY: plain integers; no memory is passed.
    if unsafe { libc::setegid(gid) == 0 && libc::seteuid(uid) == 0 } {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_come_back_as_who_we_were() {
        if !crate::jail::is_root() {
            assert!(with_effective_ids(Ids { uid: 0, gid: 0 }, || ()).is_err());
            return;
        }
        let inside = with_effective_ids(Ids { uid: 65534, gid: 65534 }, effective).unwrap();
        assert_eq!(inside, Ids { uid: 65534, gid: 65534 });
        assert_eq!(effective().uid, 0);
    }
}
