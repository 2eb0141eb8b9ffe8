//! A cache that outlives its process: address_verify_map, postscreen_cache_map. One process or several keep entries in
//! an indexed table, and sweep out old ones from time to time. Without a table the entries are in memory.
//!
//! All calls may block; daemons make them on the blocking pool.

use crate::index_path;
use crate::{ErrorKind, Options, TableError};
use os::lmdb::{Access, Batch, Fault, Lmdb};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// An open cache.
pub struct Cache {
    name: String,
    store: Store,
}

enum Store {
    Memory(Mutex<BTreeMap<String, String>>),
    File(Lmdb),
}

/// What a sweep came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Entries that stay.
    pub retained: usize,
    /// Entries that went.
    pub dropped: usize,
}

impl Cache {
    /// Opens `type:name`, and makes the file when there is none. An empty name means memory. `proxy:` is not needed:
    /// processes may share the file.
    pub fn open(table: &str, options: &Options) -> Result<Self, TableError> {
        let name = table.to_owned();
        if table.is_empty() {
            return Ok(Self { name, store: Store::Memory(Mutex::default()) });
        }
        let direct = table.strip_prefix("proxy:").unwrap_or(table);
        let Some((_, file)) =
            direct.split_once(':').filter(|(kind, _)| matches!(*kind, "btree" | "hash" | "lmdb"))
        else {
            let text = format!("{table}: a cache needs a table of type btree, hash or lmdb");
            return Err(TableError::new(ErrorKind::Unsupported, text));
        };
        let path = index_path(Path::new(file));
        let open = || Lmdb::open(&path, Access::Create(MODE), options.lmdb_map_size);
        let opened = open().or_else(|fault| match fault {
            // What is in it can be found out again.
            Fault::Lmdb(text) => {
                options.warn.say(&format!("{}: {text}; starting with an empty cache", path.display()));
                std::fs::remove_file(&path).map_err(Fault::System)?;
                open()
            }
            other => Err(other),
        });
        let file = opened
            .map_err(|fault| TableError::unavailable(format!("open database {}: {fault}", path.display())))?;
        Ok(Self { name, store: Store::File(file) })
    }

    /// The name, as main.cf has it; `internal` for a cache in memory.
    pub fn name(&self) -> &str {
        if self.name.is_empty() { "internal" } else { &self.name }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Result<Option<String>, TableError> {
        match &self.store {
            Store::Memory(entries) => Ok(lock(entries).get(key).cloned()),
            Store::File(file) if fits(key) => {
                let value = file.get(&ended(key)).map_err(|fault| self.failed("reading", &fault))?;
                Ok(value.map(|value| text(&value)))
            }
            Store::File(_) => Ok(None),
        }
    }

    /// Stores an entry. A key that is longer than a file may have is not remembered.
    pub fn put(&self, key: &str, value: &str) -> Result<(), TableError> {
        match &self.store {
            Store::Memory(entries) => drop(lock(entries).insert(key.to_owned(), value.to_owned())),
            Store::File(file) if fits(key) => {
                let (key, value) = (ended(key), ended(value));
                self.change(file, |batch| batch.put(&key, &value, true).map(drop))?;
            }
            Store::File(_) => {}
        }
        Ok(())
    }

    /// Removes an entry.
    pub fn delete(&self, key: &str) -> Result<(), TableError> {
        match &self.store {
            Store::Memory(entries) => drop(lock(entries).remove(key)),
            Store::File(file) if fits(key) => {
                self.change(file, |batch| batch.delete(&ended(key)).map(drop))?
            }
            Store::File(_) => {}
        }
        Ok(())
    }

    /// Removes all entries but those that `keep` wants, a few at a time, so that others get their turn.
    pub fn sweep(&self, keep: impl Fn(&str, &str) -> bool) -> Result<Swept, TableError> {
        match &self.store {
            Store::Memory(entries) => {
                let mut entries = lock(entries);
                let before = entries.len();
                entries.retain(|key, value| keep(key, value));
                Ok(Swept { retained: entries.len(), dropped: before - entries.len() })
            }
            Store::File(file) => self.sweep_file(file, keep),
        }
    }

    fn sweep_file(&self, file: &Lmdb, keep: impl Fn(&str, &str) -> bool) -> Result<Swept, TableError> {
        let mut swept = Swept::default();
        let mut last: Option<Vec<u8>> = None;
        let mut old: Vec<Vec<u8>> = Vec::new();
        loop {
            let entry = file.next(last.as_deref()).map_err(|fault| self.failed("reading", &fault))?;
            let more = entry.is_some();
            if let Some((key, value)) = entry {
                match keep(&text(&key), &text(&value)) {
                    true => swept.retained += 1,
                    false => old.push(key.clone()),
                }
                last = Some(key);
            }
            if old.len() >= AT_A_TIME || !more {
                swept.dropped += old.len();
                self.change(file, |batch| old.iter().try_for_each(|key| batch.delete(key).map(drop)))?;
                old.clear();
            }
            if !more {
                return Ok(swept);
            }
        }
    }

    fn change(
        &self,
        file: &Lmdb,
        change: impl Fn(&mut Batch<'_>) -> Result<(), Fault>,
    ) -> Result<(), TableError> {
        loop {
            match file.write(&change) {
                Err(Fault::MapFull) => {
                    file.enlarge().map_err(|fault| self.failed("enlarging", &fault))?;
                }
                done => return done.map_err(|fault| self.failed("updating", &fault)),
            }
        }
    }

    fn failed(&self, doing: &str, fault: &Fault) -> TableError {
        TableError::new(ErrorKind::Lookup, format!("error {doing} {}: {fault}", self.name()))
    }
}

fn lock(entries: &Mutex<BTreeMap<String, String>>) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fits(key: &str) -> bool {
    !key.is_empty() && key.len() < LONGEST_KEY
}

fn ended(text: &str) -> Vec<u8> {
    [text.as_bytes(), b"\0"].concat()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_suffix(b"\0").unwrap_or(bytes)).into_owned()
}

const MODE: u32 = 0o644;
/// LMDB's limit, with the null byte.
const LONGEST_KEY: usize = 511;
const AT_A_TIME: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Table, Warn};

    fn with_each(test: impl Fn(&Cache)) {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { lmdb_map_size: 1 << 16, ..Options::default() };
        for name in [String::new(), format!("btree:{}/c", dir.path().display())] {
            test(&Cache::open(&name, &options).unwrap());
        }
    }

    #[test]
    fn entries_are_kept_changed_and_removed() {
        with_each(|cache| {
            cache.put("a", "1").unwrap();
            cache.put("a", "2").unwrap();
            cache.put("b", "1").unwrap();
            cache.delete("b").unwrap();
            cache.delete("c").unwrap();
            assert_eq!(cache.get("a").unwrap().as_deref(), Some("2"), "{}", cache.name());
            assert_eq!(cache.get("b").unwrap(), None);
        });
    }

    #[test]
    fn a_sweep_drops_what_nobody_wants_and_the_file_grows_as_it_must() {
        with_each(|cache| {
            for number in 0..1000 {
                cache.put(&format!("key{number}"), &"x".repeat(500)).unwrap();
            }
            let swept = cache.sweep(|key, _| key.ends_with('0')).unwrap();
            assert_eq!(swept, Swept { retained: 100, dropped: 900 });
            assert_eq!(cache.get("key11").unwrap(), None);
            assert!(cache.get("key10").unwrap().is_some());
        });
    }

    #[test]
    fn a_key_that_is_too_long_is_not_remembered_in_a_file() {
        with_each(|cache| {
            let key = "k".repeat(2000);
            cache.put(&key, "v").unwrap();
            assert_eq!(cache.get(&key).unwrap().is_some(), cache.name() == "internal");
        });
    }

    #[test]
    fn a_cache_is_a_table_like_others_and_begins_anew_when_it_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let name = format!("btree:{}/c", dir.path().display());
        let options = Options { warn: Warn::new(|_| ()), ..Options::default() };
        let cache = Cache::open(&format!("proxy:{name}"), &options).unwrap();
        cache.put("k", "v").unwrap();
        assert_eq!(Table::open(&name, &options).unwrap().lookup_blocking("k").unwrap().as_deref(), Some("v"));
        drop(cache);
        std::fs::write(dir.path().join("c.lmdb"), vec![1; 8192]).unwrap();
        assert_eq!(Cache::open(&name, &options).unwrap().get("k").unwrap(), None);
        assert!(Cache::open("static:x", &options).is_err());
    }
}
