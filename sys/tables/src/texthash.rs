//! texthash: a text source read into memory. Unlike Postfix's, ours notices when the file changes.

use crate::TableError;
use crate::options::Options;
use crate::source::{self, Form};
use crate::stamp::Watched;
use crate::table::{Driver, Pairs, fold};
use std::collections::HashMap;

pub(crate) struct TextHash(Watched<Memory>);

/// A whole table in memory.
pub(crate) struct Memory(HashMap<Vec<u8>, String>);

impl TextHash {
    pub(crate) fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let (path, options) = (name.to_owned(), options.clone());
        Watched::open(name, "open database", move |text| Ok(Memory::read(&text, Form::Map, &path, &options)))
            .map(Self)
    }
}

impl Driver for TextHash {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        Ok(self.0.get()?.get(key))
    }

    fn owner_uid(&self) -> Option<u32> {
        self.0.owner_uid()
    }

    fn entries(&self) -> Option<Result<Pairs, TableError>> {
        Some(self.0.get().map(|memory| memory.entries()))
    }
}

impl Memory {
    /// Reads a source; flaws become warnings that name file and line. The first of equal keys stays.
    pub(crate) fn read(text: &[u8], form: Form, path: &str, options: &Options) -> Self {
        let warn = |line: usize, what: &str| match line {
            0 => options.warn.say(&format!("{path}: {what}")),
            line => options.warn.say(&format!("{path}, line {line}: {what}")),
        };
        let mut entries = HashMap::new();
        for item in source::parse(text, form) {
            let entry = match item {
                Ok(entry) => entry,
                Err(flaw) => {
                    warn(flaw.line, &format!("{} -- ignoring this line", flaw.fault));
                    continue;
                }
            };
            if let Some(doubt) = entry.doubt {
                warn(entry.line, doubt);
            }
            let key = if options.fold { fold(&entry.key, options.utf8) } else { entry.key.clone() };
            if entries.contains_key(&key) {
                warn(entry.line, &format!("duplicate entry: \"{}\"", String::from_utf8_lossy(&entry.key)));
                continue;
            }
            entries.insert(key, String::from_utf8_lossy(&entry.value).into_owned());
        }
        Self(entries)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<String> {
        self.0.get(key).cloned()
    }

    pub(crate) fn entries(&self) -> Pairs {
        self.0.iter().map(|(key, value)| (key.clone(), value.clone().into_bytes())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Table, Warn};
    use std::sync::{Arc, Mutex};

    #[test]
    fn flaws_are_told_with_file_and_line_and_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m");
        std::fs::write(&path, "Foo 1\nfoo 2\nbare\nalias: x\n").unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&said);
        let warn = Warn::new(move |text| sink.lock().unwrap().push(text.to_owned()));
        let name = format!("texthash:{}", path.display());
        let table = Table::open(&name, &Options { warn, ..Options::default() }).unwrap();
        assert_eq!(table.lookup_blocking("FOO").unwrap().as_deref(), Some("1"));
        let at = path.display();
        let expected = [
            format!("{at}, line 2: duplicate entry: \"foo\""),
            format!("{at}, line 3: expected format: key whitespace value -- ignoring this line"),
            format!("{at}, line 4: record is in \"key: value\" format; is this an alias file?"),
        ];
        assert_eq!(*said.lock().unwrap(), expected);
    }

    #[test]
    fn a_changed_file_is_noticed_once_it_has_settled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m");
        std::fs::write(&path, "a 1\n").unwrap();
        let table = Table::open(&format!("texthash:{}", path.display()), &Options::default()).unwrap();
        std::fs::write(&path, "").unwrap();
        assert_eq!(table.lookup_blocking("a").unwrap().as_deref(), Some("1"), "half-written file");
        std::fs::write(&path, "a 22\n").unwrap();
        let past = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(past).unwrap();
        assert_eq!(table.lookup_blocking("a").unwrap().as_deref(), Some("22"));
        std::fs::remove_file(&path).unwrap();
        let kept = table.lookup_blocking("a").unwrap();
        assert_eq!(kept.as_deref(), Some("22"), "what was read stays in use, as in Postfix");
    }
}
