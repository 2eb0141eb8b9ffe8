//! LMDB files behind a safe door: one file per table, as Postfix's lmdb: type keeps them (no directory, no
//! lock file; an advisory lock on the data file itself guards each reader and writer).
//! What keys and values mean belongs to the `tables` crate.

use crate::locks::{self, Lock};
use lmdb_master_sys as ffi;
use std::ffi::{CStr, CString};
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{fmt, io, ptr, slice};

/// An open LMDB file with its one unnamed database.
pub struct Lmdb {
    env: Mutex<Env>,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look-ups only.
    Read,
    /// Changes to an existing file.
    Write,
    /// Changes; the file is made when it isn't there, with this mode (and the umask).
    Create(u32),
}

/// What LMDB or the system said.
#[derive(Debug)]
pub enum Fault {
    /// A system call failed.
    System(io::Error),
    /// LMDB's own complaint.
    Lmdb(String),
    /// The file would grow beyond the map; the caller opens it again with a larger one.
    MapFull,
}

/// One write transaction: all of it happens or nothing.
pub struct Batch<'a> {
    txn: *mut ffi::MDB_txn,
    dbi: ffi::MDB_dbi,
    _env: &'a Env,
}

impl Lmdb {
    /// Opens `path` with a map of at least `map_size` bytes.
    pub fn open(path: &Path, access: Access, map_size: usize) -> Result<Self, Fault> {
        let mut env = Env::create()?;
        env.open(path, access, map_size)?;
        Ok(Self { env: Mutex::new(env) })
    }

    /// The value of `key`.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.read(|txn, dbi| get(txn, dbi, key))
    }

    /// The first entry, or the first one after `after`, in the file's order.
    pub fn next(&self, after: Option<&[u8]>) -> Result<Option<Entry>, Fault> {
        self.read(|txn, dbi| next(txn, dbi, after))
    }

    /// Runs `change` in one write transaction under the exclusive lock. When `change` fails, nothing changes.
    pub fn write<T>(&self, change: impl FnOnce(&mut Batch<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let env = self.env.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = env.lock(Lock::Exclusive)?;
        let mut batch = Batch { txn: env.begin(0)?, dbi: env.dbi, _env: &env };
        let result = change(&mut batch)?;
        batch.commit()?;
        Ok(result)
    }

    /// Doubles the map, for a change that didn't fit. Others take the new size over with their next transaction.
    pub fn enlarge(&self) -> Result<(), Fault> {
        let env = self.env.lock().unwrap_or_else(PoisonError::into_inner);
        let mut info = std::mem::MaybeUninit::<ffi::MDB_envinfo>::uninit();
        // SAFETY: the environment is open; LMDB fills the whole struct in when it returns 0.
        let info = unsafe {
            check(ffi::mdb_env_info(env.env, info.as_mut_ptr()))?;
            info.assume_init()
        };
        // SAFETY: the lock keeps other threads out, so that no transaction is open, as LMDB asks for.
        check(unsafe { ffi::mdb_env_set_mapsize(env.env, info.me_mapsize.saturating_mul(2)) })
    }

    fn read<T>(
        &self,
        look: impl FnOnce(*mut ffi::MDB_txn, ffi::MDB_dbi) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let env = self.env.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = env.lock(Lock::Shared)?;
        let txn = env.begin(ffi::MDB_RDONLY)?;
        let result = look(txn, env.dbi);
        // SAFETY: `txn` was begun above, is used by nobody else, and ends here.
        unsafe { ffi::mdb_txn_abort(txn) };
        result
    }
}

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

impl Batch<'_> {
    /// Stores an entry. False when the key is there already and `replace` is off: then nothing changes.
    pub fn put(&mut self, key: &[u8], value: &[u8], replace: bool) -> Result<bool, Fault> {
        let (mut key, mut value) = (borrow(key), borrow(value));
        let flags = if replace { 0 } else { ffi::MDB_NOOVERWRITE };
        // SAFETY: the transaction is open and ours; key and value point to live slices that LMDB copies.
        match unsafe { ffi::mdb_put(self.txn, self.dbi, &mut key, &mut value, flags) } {
            ffi::MDB_KEYEXIST => Ok(false),
            code => check(code).map(|()| true),
        }
    }

    /// Removes an entry; false when there is none.
    pub fn delete(&mut self, key: &[u8]) -> Result<bool, Fault> {
        let mut key = borrow(key);
        // SAFETY: the transaction is open and ours; a null value means "whatever the value is".
        match unsafe { ffi::mdb_del(self.txn, self.dbi, &mut key, ptr::null_mut()) } {
            ffi::MDB_NOTFOUND => Ok(false),
            code => check(code).map(|()| true),
        }
    }

    /// Removes all entries.
    pub fn clear(&mut self) -> Result<(), Fault> {
        // SAFETY: the transaction is open and ours; 0 keeps the database itself.
        check(unsafe { ffi::mdb_drop(self.txn, self.dbi, 0) })
    }

    /// The value of `key`, with what this batch did so far.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        get(self.txn, self.dbi, key)
    }

    fn commit(mut self) -> Result<(), Fault> {
        let txn = std::mem::replace(&mut self.txn, ptr::null_mut());
        // SAFETY: the transaction is open and ours; commit ends it whatever it returns.
        check(unsafe { ffi::mdb_txn_commit(txn) })
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if !self.txn.is_null() {
            // SAFETY: not committed, so still open and ours.
            unsafe { ffi::mdb_txn_abort(self.txn) };
        }
    }
}

struct Env {
    env: *mut ffi::MDB_env,
    dbi: ffi::MDB_dbi,
}

// SAFETY: LMDB environments may move between threads (MDB_NOTLS); the Mutex around keeps users apart.
unsafe impl Send for Env {}

impl Env {
    fn create() -> Result<Self, Fault> {
        let mut env = ptr::null_mut();
        // SAFETY: the out pointer is valid; the environment is closed on drop.
        check(unsafe { ffi::mdb_env_create(&mut env) })?;
        Ok(Self { env, dbi: 0 })
    }

    fn open(&mut self, path: &Path, access: Access, map_size: usize) -> Result<(), Fault> {
        let name = CString::new(path.as_os_str().as_bytes())
            .map_err(|_| Fault::System(io::Error::from_raw_os_error(libc::EINVAL)))?;
        let (flags, mode) = match access {
            Access::Read => (ffi::MDB_RDONLY, 0o644),
            Access::Write => (0, 0o644),
            Access::Create(mode) => (0, mode),
        };
        // LMDB creates what isn't there unless told to only read.
        if access == Access::Write {
            std::fs::metadata(path).map_err(Fault::System)?;
        }
        let flags = flags | ffi::MDB_NOSUBDIR | ffi::MDB_NOLOCK | ffi::MDB_NOTLS;
        // A map smaller than the file would hide its end.
        let size = std::fs::metadata(path).map_or(0, |m| m.len() as usize).max(map_size);
        // SAFETY: the environment is new and ours, `name` is a C string that LMDB copies.
        check(unsafe { ffi::mdb_env_set_mapsize(self.env, size) })?;
        // SAFETY: as above.
        check(unsafe { ffi::mdb_env_open(self.env, name.as_ptr(), flags, mode) })?;
        let txn = self.begin(if access == Access::Read { ffi::MDB_RDONLY } else { 0 })?;
        // SAFETY: the transaction is open; a null name is the unnamed database, which needs no creating.
        let opened = check(unsafe { ffi::mdb_dbi_open(txn, ptr::null(), 0, &mut self.dbi) });
        // SAFETY: the transaction is open and ends here. The handle of the unnamed database outlives it.
        unsafe { ffi::mdb_txn_abort(txn) };
        opened
    }

    fn begin(&self, flags: u32) -> Result<*mut ffi::MDB_txn, Fault> {
        let mut txn = ptr::null_mut();
        // SAFETY: the environment is open and no transaction of ours is.
        let code = unsafe { ffi::mdb_txn_begin(self.env, ptr::null_mut(), flags, &mut txn) };
        if code != ffi::MDB_MAP_RESIZED {
            return check(code).map(|()| txn);
        }
        // Another process made the map larger: size 0 takes its size over.
        // SAFETY: no transaction is open, as LMDB asks for.
        check(unsafe { ffi::mdb_env_set_mapsize(self.env, 0) })?;
        // SAFETY: as for the first try.
        check(unsafe { ffi::mdb_txn_begin(self.env, ptr::null_mut(), flags, &mut txn) }).map(|()| txn)
    }

    fn lock(&self, kind: Lock) -> Result<FileLock<'_>, Fault> {
        let mut fd = -1;
        // SAFETY: the environment is open, the out pointer valid.
        check(unsafe { ffi::mdb_env_get_fd(self.env, &mut fd) })?;
        // SAFETY: the descriptor stays open as long as the environment, which the borrow outlives.
        let file = unsafe { BorrowedFd::borrow_raw(fd) };
        locks::lock(file, kind).map_err(Fault::System)?;
        Ok(FileLock(file))
    }
}

impl Drop for Env {
    fn drop(&mut self) {
        // SAFETY: ours, and no transaction is open.
        unsafe { ffi::mdb_env_close(self.env) };
    }
}

struct FileLock<'a>(BorrowedFd<'a>);

impl Drop for FileLock<'_> {
    fn drop(&mut self) {
        // The file stays usable: closing it unlocks too.
        let _ = locks::unlock(self.0);
    }
}

fn get(txn: *mut ffi::MDB_txn, dbi: ffi::MDB_dbi, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let (mut key, mut value) = (borrow(key), borrow(&[]));
    // SAFETY: the caller's transaction is open; key and value outlive the call.
    match unsafe { ffi::mdb_get(txn, dbi, &mut key, &mut value) } {
        ffi::MDB_NOTFOUND => Ok(None),
        code => check(code).map(|()| Some(copy(&value))),
    }
}

fn next(txn: *mut ffi::MDB_txn, dbi: ffi::MDB_dbi, after: Option<&[u8]>) -> Result<Option<Entry>, Fault> {
    let mut cursor = ptr::null_mut();
    // SAFETY: the transaction is open, the out pointer valid; the cursor is closed below.
    check(unsafe { ffi::mdb_cursor_open(txn, dbi, &mut cursor) })?;
    let (mut key, mut value) = (borrow(after.unwrap_or_default()), borrow(&[]));
    let first = if after.is_some() { ffi::MDB_SET_RANGE } else { ffi::MDB_FIRST };
    // SAFETY: cursor, key and value are valid.
    let mut code = unsafe { ffi::mdb_cursor_get(cursor, &mut key, &mut value, first) };
    if code == 0 && after.is_some_and(|after| after == copy(&key)) {
        // SAFETY: as above.
        code = unsafe { ffi::mdb_cursor_get(cursor, &mut key, &mut value, ffi::MDB_NEXT) };
    }
    let found = match code {
        ffi::MDB_NOTFOUND => Ok(None),
        code => check(code).map(|()| Some((copy(&key), copy(&value)))),
    };
    // SAFETY: opened above, used no more.
    unsafe { ffi::mdb_cursor_close(cursor) };
    found
}

fn borrow(bytes: &[u8]) -> ffi::MDB_val {
    ffi::MDB_val { mv_size: bytes.len(), mv_data: bytes.as_ptr().cast_mut().cast() }
}

/// Copies out of the map, which is only valid until the transaction ends.
fn copy(value: &ffi::MDB_val) -> Vec<u8> {
    if value.mv_data.is_null() {
        return Vec::new();
    }
    // SAFETY: LMDB filled the value in and the transaction that keeps the pages is still open.
    unsafe { slice::from_raw_parts(value.mv_data.cast::<u8>(), value.mv_size) }.to_vec()
}

fn check(code: libc::c_int) -> Result<(), Fault> {
    match code {
        0 => Ok(()),
        ffi::MDB_MAP_FULL => Err(Fault::MapFull),
        code if code > 0 => Err(Fault::System(io::Error::from_raw_os_error(code))),
        code => {
            // SAFETY: LMDB gives a static C string for each of its own codes.
            let text = unsafe { CStr::from_ptr(ffi::mdb_strerror(code)) };
            Err(Fault::Lmdb(text.to_string_lossy().into_owned()))
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => f.write_str(&crate::strerror(error)),
            Self::Lmdb(text) => f.write_str(text),
            Self::MapFull => f.write_str("MDB_MAP_FULL: Environment mapsize limit reached"),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_and_a_failed_batch_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.lmdb");
        let file = Lmdb::open(&path, Access::Create(0o600), 1 << 20).unwrap();
        let put = |b: &mut Batch<'_>| {
            assert!(b.put(b"b", b"2", false)?);
            assert!(!b.put(b"b", b"3", false)?);
            b.put(b"a", b"1", false)
        };
        file.write(put).unwrap();
        let failing = |b: &mut Batch<'_>| {
            b.delete(b"a")?;
            Err::<(), _>(Fault::MapFull)
        };
        assert!(file.write(failing).is_err());
        let reader = Lmdb::open(&path, Access::Read, 1 << 20).unwrap();
        assert_eq!(reader.get(b"a").unwrap(), Some(b"1".to_vec()));
        assert_eq!(reader.get(b"zz").unwrap(), None);
        assert_eq!(reader.next(None).unwrap().unwrap().0, b"a");
        assert_eq!(reader.next(Some(b"a")).unwrap().unwrap(), (b"b".to_vec(), b"2".to_vec()));
        assert!(reader.next(Some(b"b")).unwrap().is_none());
    }

    #[test]
    fn a_file_that_is_not_lmdb_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.lmdb");
        std::fs::write(&path, vec![b'x'; 8192]).unwrap();
        assert!(matches!(Lmdb::open(&path, Access::Read, 1 << 20), Err(Fault::Lmdb(_))));
    }
}
