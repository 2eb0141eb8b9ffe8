//! hash:, btree: and lmdb: tables: a source FILE with an index FILE.lmdb beside it. Berkeley DB files are
//! not read; all three types mean LMDB, in the same form as Postfix's lmdb: tables (keys and values end in
//! a null byte, or don't, and both are found).
//! When the source is newer than the index, daemons make the index anew if they may, else read the source
//! into memory. Commands use the index as it is and warn.

use crate::options::{Options, Stale};
use crate::source::Form;
use crate::stamp::Stamp;
use crate::table::{Driver, Pairs};
use crate::texthash::Memory;
use crate::{ErrorKind, TableError};
use os::lmdb::{Access, Lmdb};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

mod write;

pub use write::{IndexWriter, NewIndex, NullBytes, Update, create_index};

/// The index file of a source: `FILE.lmdb`.
pub fn index_path(source: &Path) -> PathBuf {
    let mut name = source.as_os_str().to_owned();
    name.push(".lmdb");
    name.into()
}

pub(crate) struct Indexed {
    name: String,
    source: PathBuf,
    index: PathBuf,
    aliases: bool,
    options: Options,
    state: Mutex<Option<(Stamps, Content)>>,
}

#[derive(Clone, PartialEq)]
struct Stamps {
    index: Option<Stamp>,
    source: Option<Stamp>,
}

#[derive(Clone)]
enum Content {
    Index(Arc<Lmdb>),
    Source(Arc<Memory>),
}

impl Indexed {
    pub(crate) fn open(kind: &str, name: &str, options: &Options) -> Result<Self, TableError> {
        let table = format!("{kind}:{name}");
        let aliases = options.alias_databases.iter().any(|a| a.strip_prefix("proxy:").unwrap_or(a) == table);
        let this = Self {
            name: table,
            source: name.into(),
            index: index_path(Path::new(name)),
            aliases,
            options: options.clone(),
            state: Mutex::new(None),
        };
        this.content()?;
        Ok(this)
    }

    /// What to look in, with changed files noticed.
    fn content(&self) -> Result<Content, TableError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = Stamp::of(&self.index).and_then(|index| Ok((index, Stamp::of(&self.source)?)));
        let now = match (looked, &*state) {
            // Out of sight since it was opened: removed, or we have changed our root directory or our rights.
            (Err(_) | Ok((None, None)), Some((_, content))) => return Ok(content.clone()),
            (Ok((index, source)), _) => Stamps { index, source },
            (Err(e), None) => return Err(self.fault(&e)),
        };
        if let Some((seen, content)) = &*state {
            let unsettled = now.source.is_some_and(|s| !s.settled());
            if *seen == now || (unsettled && now.index == seen.index) {
                return Ok(content.clone());
            }
        }
        let (now, content) = self.load(now)?;
        *state = Some((now, content.clone()));
        Ok(content)
    }

    fn load(&self, now: Stamps) -> Result<(Stamps, Content), TableError> {
        match (now.index, now.source) {
            (None, None) => Err(self.fault(&rustix::io::Errno::NOENT.into())),
            (None, Some(_)) if self.options.stale == Stale::Warn => {
                Err(self.fault(&rustix::io::Errno::NOENT.into()))
            }
            (Some(index), Some(source)) if source.newer_than(&index) => match self.options.stale {
                Stale::Warn => {
                    let (index, source) = (self.index.display(), self.source.display());
                    self.options.warn.say(&format!("database {index} is older than source file {source}"));
                    Ok((now, Content::Index(self.open_index()?)))
                }
                Stale::Refresh if !source.settled() => Ok((now, Content::Index(self.open_index()?))),
                Stale::Refresh => self.refresh(now),
            },
            (None, Some(_)) => self.refresh(now),
            (Some(_), _) => Ok((now, Content::Index(self.open_index()?))),
        }
    }

    /// Makes the index anew when we are the one whom source and index belong to; else the source is read.
    fn refresh(&self, now: Stamps) -> Result<(Stamps, Content), TableError> {
        let text = std::fs::read(&self.source)
            .map_err(|e| TableError::open(&format!("open {}", self.source.display()), &e))?;
        let aliases = self.aliases || crate::source::looks_like_aliases(&text);
        let form = if aliases { Form::Aliases } else { Form::Map };
        let memory = Memory::read(&text, form, &self.source.display().to_string(), &self.options);
        if write::may_refresh(&self.source, &self.index)
            && create_index(&self.source, memory.entries(), NullBytes::Default, &self.options).is_ok()
        {
            let stamp = Stamp::of(&self.index).map_err(|e| self.fault(&e))?;
            return Ok((Stamps { index: stamp, ..now }, Content::Index(self.open_index()?)));
        }
        Ok((now, Content::Source(Arc::new(memory))))
    }

    fn open_index(&self) -> Result<Arc<Lmdb>, TableError> {
        match Lmdb::open(&self.index, Access::Read, self.options.lmdb_map_size) {
            Ok(file) => Ok(Arc::new(file)),
            Err(fault) => {
                Err(TableError::unavailable(format!("open database {}: {fault}", self.index.display())))
            }
        }
    }

    fn fault(&self, error: &std::io::Error) -> TableError {
        TableError::open(&format!("open database {}", self.index.display()), error)
    }

    fn failed(&self, fault: &os::lmdb::Fault) -> TableError {
        TableError::new(ErrorKind::Lookup, format!("error reading {}: {fault}", self.name))
    }
}

impl Driver for Indexed {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        if key.is_empty() {
            return Ok(None);
        }
        match self.content()? {
            Content::Source(memory) => Ok(memory.get(key)),
            Content::Index(file) => {
                let with_null = [key, b"\0"].concat();
                for form in [with_null.as_slice(), key] {
                    if let Some(value) = file.get(form).map_err(|f| self.failed(&f))? {
                        return Ok(Some(String::from_utf8_lossy(without_null(&value)).into_owned()));
                    }
                }
                Ok(None)
            }
        }
    }

    /// The source's owner; an index without a source speaks for itself.
    fn owner_uid(&self) -> Option<u32> {
        crate::stamp::owner_uid(&self.source).or_else(|| crate::stamp::owner_uid(&self.index))
    }

    fn entries(&self) -> Option<Result<Pairs, TableError>> {
        Some(self.content().and_then(|content| match content {
            Content::Source(memory) => Ok(memory.entries()),
            Content::Index(file) => list(&file).map_err(|f| self.failed(&f)),
        }))
    }
}

fn list(file: &Lmdb) -> Result<Pairs, os::lmdb::Fault> {
    let (mut entries, mut last) = (Vec::new(), None);
    while let Some((key, value)) = file.next(last.as_deref())? {
        entries.push((without_null(&key).to_vec(), without_null(&value).to_vec()));
        last = Some(key);
    }
    Ok(entries)
}

fn without_null(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\0").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;
    use std::time::{Duration, SystemTime};

    fn age(path: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    fn look(table: &Table, key: &str) -> Option<String> {
        table.lookup_blocking(key).unwrap()
    }

    #[test]
    fn a_source_without_an_index_is_indexed_and_a_newer_source_again() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("m");
        std::fs::write(&source, "Foo 1\n").unwrap();
        age(&source, 100);
        let table = Table::open(&format!("hash:{}", source.display()), &Options::default()).unwrap();
        assert_eq!(look(&table, "foo").as_deref(), Some("1"));
        assert!(index_path(&source).exists());
        age(&index_path(&source), 90);
        std::fs::write(&source, "Foo 2\n").unwrap();
        age(&source, 50);
        assert_eq!(look(&table, "foo").as_deref(), Some("2"));
        let index = Stamp::of(&index_path(&source)).unwrap().unwrap();
        assert!(index.newer_than(&Stamp::of(&source).unwrap().unwrap()));
    }

    #[test]
    fn commands_use_an_old_index_and_daemons_that_may_not_write_read_the_source() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("aliases");
        let options = Options { stale: Stale::Warn, warn: crate::Warn::new(|_| ()), ..Options::default() };
        create_index(&source, vec![(b"root".to_vec(), b"old".to_vec())], NullBytes::Default, &options)
            .unwrap();
        age(&index_path(&source), 100);
        std::fs::write(&source, "root: new\n").unwrap();
        age(&source, 50);
        let name = format!("btree:{}", source.display());
        let table = Table::open(&name, &options).unwrap();
        assert_eq!(look(&table, "root").as_deref(), Some("old"));
        // Others could put a file there: no place for an index made by us.
        std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        let before = Stamp::of(&index_path(&source)).unwrap();
        let memory = Table::open(&name, &Options::default()).unwrap();
        assert_eq!(look(&memory, "root").as_deref(), Some("new"));
        assert!(Stamp::of(&index_path(&source)).unwrap() == before);
    }

    #[test]
    fn a_broken_index_is_an_error_and_a_missing_key_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("m");
        create_index(&source, vec![(b"k".to_vec(), b"v".to_vec())], NullBytes::Without, &Options::default())
            .unwrap();
        let name = format!("lmdb:{}", source.display());
        let table = Table::open(&name, &Options::default()).unwrap();
        assert_eq!(
            (look(&table, "k").as_deref(), look(&table, "x"), look(&table, "")),
            (Some("v"), None, None)
        );
        std::fs::write(index_path(&source), vec![1; 8192]).unwrap();
        assert!(table.lookup_blocking("k").is_err());
    }
}
