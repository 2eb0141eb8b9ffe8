//! Giving up privileges for good: root directory, groups, ids, core files.
//! The order is the one that cannot be undone: chroot(2) needs root, so it comes before the ids.

use std::io;
use std::path::Path;

/// An identity to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// User id.
    pub uid: u32,
    /// Group id, the only group kept.
    pub gid: u32,
}

/// True when this process may become other users.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The effective user id.
pub fn effective_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The real user id: in a set-gid or set-uid program, who called it.
pub fn real_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// True in a set-uid or set-gid program: it has rights that its caller has not.
pub fn is_set_id() -> bool {
    use rustix::process::{getegid, geteuid, getgid, getuid};
    geteuid() != getuid() || getegid() != getgid()
}

/// Makes `directory` the root of the file system, and the working directory.
pub fn change_root(directory: &Path) -> io::Result<()> {
    rustix::process::chroot(directory)?;
    rustix::process::chdir("/")?;
    Ok(())
}

/// Becomes another user for good, with one group only. All threads change (glibc).
pub fn become_user(ids: Ids) -> io::Result<()> {
    // SAFETY: the pointer names one live gid_t, and the count says one.
    check(unsafe { libc::setgroups(1, &ids.gid) })?;
    // SAFETY: plain integers; no memory is passed.
    check(unsafe { libc::setresgid(ids.gid, ids.gid, ids.gid) })?;
    // SAFETY: plain integers; no memory is passed.
    check(unsafe { libc::setresuid(ids.uid, ids.uid, ids.uid) })?;
    // A kernel that let us back to root would make all of this theatre.
    // SAFETY: plain integers; no memory is passed.
    if ids.uid != 0 && unsafe { libc::setuid(0) } == 0 {
        return Err(io::Error::other("root could be regained after giving it up"));
    }
    Ok(())
}

/// Becomes another user with all the groups that `name` belongs to: how commands of a user are run.
pub fn become_user_with_groups(name: &str, ids: Ids) -> io::Result<()> {
    let name = std::ffi::CString::new(name)?;
    // SAFETY: the name is NUL-terminated and outlives the call.
    check(unsafe { libc::initgroups(name.as_ptr(), ids.gid) })?;
    // SAFETY: plain integers; no memory is passed.
    check(unsafe { libc::setresgid(ids.gid, ids.gid, ids.gid) })?;
    // SAFETY: plain integers; no memory is passed.
    check(unsafe { libc::setresuid(ids.uid, ids.uid, ids.uid) })
}

/// No core files, no ptrace by others: secrets stay inside.
pub fn forbid_core_files() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Raises the limit of open files to what the system allows; a daemon here serves many clients.
pub fn raise_file_limit() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    Ok(())
}

/// umask 077: nobody else reads what a daemon creates.
pub fn private_umask() {
    rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o077));
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
