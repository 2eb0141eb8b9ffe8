//! Making and changing the index of an indexed table.
//! A whole index is written aside, synced, and renamed into place: readers see the old one or the new one.
//! Single changes happen in place, in one LMDB transaction.

use super::index_path;
use crate::options::Options;
use crate::{ErrorKind, Pairs, TableError};
use os::lmdb::{Access, Batch, Fault, Lmdb};
use rustix::fs::{Gid, Mode, Uid};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Do keys and values end in a null byte? Both forms are found; Postfix writes them on this platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullBytes {
    /// The platform's default: with.
    Default,
    /// Always (`postmap -N`).
    With,
    /// Never (`postmap -n`).
    Without,
}

/// What to do when the key is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// Keep the old entry; the caller warns.
    Keep,
    /// Replace it.
    Replace,
}

/// Makes the index of `source` from entries with unique keys. Mode and owner are those of the index that
/// was there, else follow the source.
pub fn create_index(
    source: &Path,
    entries: Pairs,
    nulls: NullBytes,
    options: &Options,
) -> Result<(), TableError> {
    NewIndex::begin(source)?.finish(entries, nulls, options)
}

/// A new index that is about to be made.
pub struct NewIndex {
    index: PathBuf,
    source: PathBuf,
    /// None: the directory takes no new file, so the old index is filled anew, in one transaction.
    aside: Option<Aside>,
}

impl NewIndex {
    /// Finds out whether we may write.
    pub fn begin(source: &Path) -> Result<Self, TableError> {
        let index = index_path(source);
        let aside = match Aside::new(&index) {
            Ok(aside) => Some(aside),
            Err(error) => match std::fs::OpenOptions::new().write(true).open(&index) {
                Ok(_) => None,
                Err(_) => {
                    return Err(TableError::open(&format!("open database {}", index.display()), &error));
                }
            },
        };
        Ok(Self { index, source: source.to_owned(), aside })
    }

    /// Fills it and puts it into place.
    pub fn finish(self, entries: Pairs, nulls: NullBytes, options: &Options) -> Result<(), TableError> {
        let index = self.index.clone();
        self.fill(&entries, nulls, options)
            .map_err(|fault| TableError::unavailable(format!("create database {}: {fault}", index.display())))
    }

    fn fill(self, entries: &Pairs, nulls: NullBytes, options: &Options) -> Result<(), Fault> {
        let bytes: usize = entries.iter().map(|(key, value)| key.len() + value.len() + ENTRY_OVERHEAD).sum();
        let entries: Vec<_> = entries.iter().map(|(k, v)| (ended(k, nulls), ended(v, nulls))).collect();
        let path = self.aside.as_ref().map_or(&self.index, |aside| &aside.path);
        grow(options.lmdb_map_size.max(bytes * 2), |size| {
            Lmdb::open(path, Access::Write, size)?.write(|batch| {
                batch.clear()?;
                entries.iter().try_for_each(|(key, value)| batch.put(key, value, true).map(drop))
            })
        })?;
        match self.aside {
            Some(aside) => aside.replace(&self.index, &self.source).map_err(Fault::System),
            None => Ok(()),
        }
    }
}

/// An index that is open for single changes (`postmap -i`, `postmap -d`).
pub struct IndexWriter {
    path: PathBuf,
    name: String,
    nulls: NullBytes,
    map_size: usize,
}

impl IndexWriter {
    /// Opens `type:name` for changes; only indexed files can be changed.
    pub fn of_table(
        table: &str,
        create: Option<u32>,
        nulls: NullBytes,
        options: &Options,
    ) -> Result<Self, TableError> {
        let (kind, file) = crate::split_type(table)?;
        if matches!(kind, "hash" | "btree" | "lmdb") {
            return Self::open(Path::new(file), create, nulls, options);
        }
        let text = match kind {
            "static" | "environ" | "fail" => format!("table {table}: delete operation is not supported"),
            kind if crate::TYPES.contains(&kind) => format!("{table} map requires O_RDONLY access mode"),
            kind => format!("unsupported dictionary type: {kind}"),
        };
        Err(TableError::new(ErrorKind::Unsupported, text))
    }

    /// Opens the index of `source`; makes an empty one when there is none and `create` gives a mode.
    pub fn open(
        source: &Path,
        create: Option<u32>,
        nulls: NullBytes,
        options: &Options,
    ) -> Result<Self, TableError> {
        let path = index_path(source);
        let access = create.map_or(Access::Write, Access::Create);
        Lmdb::open(&path, access, options.lmdb_map_size)
            .map_err(|f| TableError::unavailable(format!("open database {}: {f}", path.display())))?;
        let name = format!("lmdb:{}", source.display());
        Ok(Self { path, name, nulls, map_size: options.lmdb_map_size })
    }

    /// Stores an entry. False when the key was there and stays as it was.
    pub fn put(&self, key: &[u8], value: &[u8], update: Update) -> Result<bool, TableError> {
        let (key, value) = (ended(key, self.nulls), ended(value, self.nulls));
        self.write("updating", |batch| batch.put(&key, &value, update == Update::Replace))
    }

    /// Removes an entry, with or without null byte. False when there is none.
    pub fn delete(&self, key: &[u8]) -> Result<bool, TableError> {
        let with = ended(key, NullBytes::With);
        self.write("deleting from", |batch| Ok(batch.delete(&with)? || batch.delete(key)?))
    }

    fn write<T>(
        &self,
        doing: &str,
        change: impl Fn(&mut Batch<'_>) -> Result<T, Fault>,
    ) -> Result<T, TableError> {
        let failed = |fault: Fault| {
            TableError::new(ErrorKind::Lookup, format!("error {doing} {}: {fault}", self.name))
        };
        grow(self.map_size, |size| Lmdb::open(&self.path, Access::Write, size)?.write(&change))
            .map_err(failed)
    }
}

/// True when daemons may make the index anew: the source is ours, so is the index when there is one, and
/// nobody else can put files into the directory.
pub(super) fn may_refresh(source: &Path, index: &Path) -> bool {
    let me = rustix::process::geteuid().as_raw();
    let mine = |path: &Path| std::fs::metadata(path).is_ok_and(|m| m.uid() == me);
    let directory = std::fs::metadata(parent(source));
    let guarded = directory.is_ok_and(|m| m.uid() == me && m.mode() & 0o022 == 0);
    guarded && mine(source) && (mine(index) || !index.exists())
}

/// Runs `attempt` with larger and larger maps until what it writes fits.
fn grow<T>(start: usize, attempt: impl Fn(usize) -> Result<T, Fault>) -> Result<T, Fault> {
    let mut size = start.max(SMALLEST_MAP);
    loop {
        match attempt(size) {
            Err(Fault::MapFull) if size < LARGEST_MAP => size *= 2,
            done => return done,
        }
    }
}

/// A file beside its final place; gone when it doesn't get there.
struct Aside {
    path: PathBuf,
    placed: bool,
}

impl Aside {
    fn new(index: &Path) -> io::Result<Self> {
        let mut name = index.as_os_str().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let path = PathBuf::from(name);
        // Left over from a process with our id that was killed here.
        let _ = std::fs::remove_file(&path);
        // Mode 0600 until owner and mode are right. create_new follows no link.
        let mode = Mode::RUSR | Mode::WUSR;
        let flags = rustix::fs::OFlags::CREATE | rustix::fs::OFlags::EXCL | rustix::fs::OFlags::CLOEXEC;
        rustix::fs::open(&path, flags | rustix::fs::OFlags::RDWR, mode)?;
        Ok(Self { path, placed: false })
    }

    fn replace(mut self, index: &Path, source: &Path) -> io::Result<()> {
        let file = File::open(&self.path)?;
        match std::fs::metadata(index) {
            Ok(old) => give(&file, &old, old.mode() & 0o777)?,
            // postmap(1): the group and other read permissions of the source.
            Err(_) => match std::fs::metadata(source) {
                Ok(data) => rustix::fs::fchmod(&file, Mode::from_raw_mode(0o600 | data.mode() & 0o044))?,
                Err(_) => rustix::fs::fchmod(&file, Mode::from_raw_mode(0o644))?,
            },
        }
        file.sync_all()?;
        std::fs::rename(&self.path, index)?;
        self.placed = true;
        File::open(parent(index))?.sync_all()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.placed {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn give(file: &File, like: &Metadata, mode: u32) -> io::Result<()> {
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (like.uid(), like.gid()) {
        rustix::fs::fchown(file, Some(Uid::from_raw(like.uid())), Some(Gid::from_raw(like.gid())))?;
    }
    Ok(rustix::fs::fchmod(file, Mode::from_raw_mode(mode))?)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn ended(bytes: &[u8], nulls: NullBytes) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if nulls != NullBytes::Without {
        bytes.push(0);
    }
    bytes
}

const ENTRY_OVERHEAD: usize = 64;
const SMALLEST_MAP: usize = 1 << 20;
const LARGEST_MAP: usize = 1 << 40;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    #[test]
    fn a_large_table_outgrows_its_first_map() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("m");
        let options = Options { lmdb_map_size: 8192, ..Options::default() };
        let writer = IndexWriter::open(&source, Some(0o600), NullBytes::Default, &options).unwrap();
        let value = vec![b'v'; 3 << 20];
        assert!(writer.put(b"big", &value, Update::Keep).unwrap());
        assert!(!writer.put(b"big", b"x", Update::Keep).unwrap());
        assert!(writer.put(b"small", b"x", Update::Replace).unwrap());
        let table = Table::open(&format!("lmdb:{}", source.display()), &options).unwrap();
        assert_eq!(table.lookup_blocking("big").unwrap().unwrap().len(), 3 << 20);
        assert!(writer.delete(b"small").unwrap() && !writer.delete(b"small").unwrap());
        assert_eq!(table.lookup_blocking("small").unwrap(), None);
    }

    #[test]
    fn nothing_is_left_aside_and_the_old_mode_stays() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("m");
        let index = index_path(&source);
        let entries = || vec![(b"k".to_vec(), b"v".to_vec())];
        create_index(&source, entries(), NullBytes::With, &Options::default()).unwrap();
        std::fs::set_permissions(&index, PermissionsExt::from_mode(0o640)).unwrap();
        create_index(&source, entries(), NullBytes::With, &Options::default()).unwrap();
        assert_eq!(std::fs::metadata(&index).unwrap().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
