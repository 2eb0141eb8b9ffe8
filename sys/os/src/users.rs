//! The user and group database, through the C library so that NSS is honoured.

use std::ffi::{CStr, CString};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One entry of passwd(5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Login name.
    pub name: String,
    /// The password field, usually `x`.
    pub password: String,
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
    /// Full name and the like.
    pub gecos: String,
    /// Home directory.
    pub home: PathBuf,
    /// Login shell.
    pub shell: String,
}

/// One entry of group(5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Group name.
    pub name: String,
    /// The password field, usually `x`.
    pub password: String,
    /// Group id.
    pub gid: u32,
    /// Login names of the members.
    pub members: Vec<String>,
}

impl User {
    /// By login name. `Ok(None)` means there is no such user; an error means that nobody could tell.
    pub fn by_name(name: &str) -> io::Result<Option<Self>> {
        let Ok(name) = CString::new(name) else { return Ok(None) };
        // SAFETY: the name is NUL-terminated and outlives the call; the rest is checked by `lookup`.
        lookup(|entry, buffer, size, result| unsafe {
            libc::getpwnam_r(name.as_ptr(), entry, buffer, size, result)
        })
        .map(|found| found.map(|(entry, _buffer)| Self::from_entry(&entry)))
    }

    /// By user id.
    pub fn by_uid(uid: u32) -> io::Result<Option<Self>> {
        // SAFETY: all pointers come from `lookup`, which keeps them alive.
        lookup(|entry, buffer, size, result| unsafe { libc::getpwuid_r(uid, entry, buffer, size, result) })
            .map(|found| found.map(|(entry, _buffer)| Self::from_entry(&entry)))
    }

    fn from_entry(entry: &libc::passwd) -> Self {
        Self {
            name: text(entry.pw_name),
            password: text(entry.pw_passwd),
            uid: entry.pw_uid,
            gid: entry.pw_gid,
            gecos: text(entry.pw_gecos),
            home: PathBuf::from(std::ffi::OsString::from_vec(bytes(entry.pw_dir))),
            shell: text(entry.pw_shell),
        }
    }
}

impl Group {
    /// By name.
    pub fn by_name(name: &str) -> io::Result<Option<Self>> {
        let Ok(name) = CString::new(name) else { return Ok(None) };
        // SAFETY: the name is NUL-terminated and outlives the call; the rest is checked by `lookup`.
        lookup(|entry: *mut libc::group, buffer, size, result| unsafe {
            libc::getgrnam_r(name.as_ptr(), entry, buffer, size, result)
        })
        .map(|found| found.map(|(entry, _buffer)| Self::from_entry(&entry)))
    }

    fn from_entry(entry: &libc::group) -> Self {
        let (mut members, mut next) = (Vec::new(), entry.gr_mem);
        // SAFETY: gr_mem is null or a list of C strings that ends with a null pointer.
        while let Some(member) = unsafe { next.as_ref() }.filter(|m| !m.is_null()) {
            members.push(text(*member));
            // SAFETY: the end of the list was not reached yet.
            next = unsafe { next.add(1) };
        }
        let password = text(entry.gr_passwd);
        Self { name: text(entry.gr_name), password, gid: entry.gr_gid, members }
    }
}

/// All groups of a user: its primary group and those that list it.
pub fn groups_of(name: &str, gid: u32) -> io::Result<Vec<u32>> {
    let name = CString::new(name).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut groups = vec![0; 64];
    loop {
        let mut count = groups.len() as libc::c_int;
        // SAFETY: the name is NUL-terminated and the list as long as `count` says.
        let fits = unsafe { libc::getgrouplist(name.as_ptr(), gid, groups.as_mut_ptr(), &mut count) } >= 0;
        if fits {
            groups.truncate(count.max(0) as usize);
            return Ok(groups);
        }
        if groups.len() >= (1 << 16) {
            return Err(io::Error::from_raw_os_error(libc::ERANGE));
        }
        groups.resize(groups.len() * 2, 0);
    }
}

/// Calls a `get*_r` function with a buffer that grows on ERANGE. The buffer comes back with the entry because
/// the entry points into it.
fn lookup<T>(
    call: impl Fn(*mut T, *mut libc::c_char, usize, *mut *mut T) -> libc::c_int,
) -> io::Result<Option<(T, Vec<libc::c_char>)>> {
    let mut size = 1024;
    loop {
        let mut buffer = vec![0; size];
        let mut entry = std::mem::MaybeUninit::<T>::uninit();
        let mut result = std::ptr::null_mut();
        match call(entry.as_mut_ptr(), buffer.as_mut_ptr(), size, &mut result) {
            0 if result.is_null() => return Ok(None),
            // SAFETY: success with a non-null result means that the entry was filled in.
            0 => return Ok(Some((unsafe { entry.assume_init() }, buffer))),
            libc::ERANGE if size < (1 << 20) => size *= 2,
            libc::ENOENT | libc::ESRCH => return Ok(None),
            error => return Err(io::Error::from_raw_os_error(error)),
        }
    }
}

fn bytes(pointer: *const libc::c_char) -> Vec<u8> {
    if pointer.is_null() {
        return Vec::new();
    }
    // SAFETY: the C library's strings are NUL-terminated, and the caller keeps their buffer alive.
    unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec()
}

fn text(pointer: *const libc::c_char) -> String {
    String::from_utf8_lossy(&bytes(pointer)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_found_by_name_and_by_id_and_nobody_else_by_a_name_with_a_nul() {
        let root = User::by_name("root").unwrap().unwrap();
        assert_eq!((root.uid, root.gid), (0, 0));
        assert_eq!(User::by_uid(0).unwrap().unwrap().name, "root");
        assert_eq!(User::by_name("no-such-user-here").unwrap(), None);
        assert_eq!(User::by_name("ro\0ot").unwrap(), None);
        let group = Group::by_name("root").unwrap().unwrap();
        assert_eq!((group.gid, group.name.as_str()), (0, "root"));
        assert!(groups_of("root", 0).unwrap().contains(&0));
    }
}
