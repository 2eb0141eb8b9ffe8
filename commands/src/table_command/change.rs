//! Making tables from their sources, and adding entries.

use super::ask::printable;
use super::{Duplicates, Fatal, Job, PROXY};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use os::effective::with_effective_ids;
use os::jail::{Ids, is_root};
use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tables::source::{self, Form};
use tables::{IndexWriter, NewIndex, Pairs, index_path, split_type};

impl Job<'_> {
    /// Makes each table anew.
    pub(super) fn create_all(&self, names: &[String]) -> Result<(), Fatal> {
        names.iter().try_for_each(|name| {
            if name.starts_with(PROXY) {
                return Err(Fatal("can't create maps via the proxy service".into()));
            }
            let path = self.writable(name)?;
            let (text, facts) = read_source(path)?;
            self.as_owner(&facts, || self.create(name, path, &text))
        })
    }

    /// Adds the entries on standard input to each table.
    pub(super) fn insert_all(&self, names: &[String]) -> Result<(), Fatal> {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text)?;
        names.iter().try_for_each(|name| {
            if name.starts_with(PROXY) {
                let text = "unsupported dictionary type: proxy does not support bulk-mode creation.";
                return Err(Fatal(text.into()));
            }
            let path = self.writable(name)?;
            match std::fs::metadata(path) {
                Ok(facts) => self.as_owner(&facts, || self.insert(name, path, &text, facts.mode())),
                Err(_) => self.insert(name, path, &text, DEFAULT_MODE),
            }
        })
    }

    fn create(&self, name: &str, path: &Path, text: &[u8]) -> Result<(), Fatal> {
        // Whether we may write is known before the source is read.
        let index = NewIndex::begin(path)?;
        let mut entries: Pairs = Vec::new();
        let mut places = HashMap::new();
        self.each_entry(&path.display().to_string(), text, |key, value| {
            match places.get(&key) {
                None => {
                    places.insert(key.clone(), entries.len());
                    entries.push((key, value));
                }
                Some(at) => self.duplicate(name, &key, |update| {
                    if update {
                        entries[*at].1 = value;
                    }
                }),
            }
            Ok(())
        })?;
        if self.program.form == Form::Aliases {
            entries.extend(alias_marks(path, &self.hostname));
        }
        index.finish(entries, self.request.nulls.get(), &self.options)?;
        if self.request.default_mode {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(DEFAULT_MODE);
            std::fs::set_permissions(index_path(path), mode)?;
        }
        Ok(())
    }

    fn insert(&self, name: &str, path: &Path, text: &[u8], mode: u32) -> Result<(), Fatal> {
        let mode = if self.request.default_mode { DEFAULT_MODE } else { 0o600 | mode & 0o044 };
        let writer = IndexWriter::open(path, Some(mode), self.request.nulls.get(), &self.options)?;
        self.each_entry("stdin", text, |key, value| {
            if !writer.put(&key, &value, self.request.duplicates.update())? {
                self.duplicate(name, &key, |_| ());
            }
            Ok(())
        })
    }

    /// Reads a source; what is wrong in it becomes warnings.
    fn each_entry(
        &self,
        file: &str,
        text: &[u8],
        mut each: impl FnMut(Vec<u8>, Vec<u8>) -> Result<(), Fatal>,
    ) -> Result<(), Fatal> {
        for line in source::logical_lines(text) {
            if self.options.utf8 && std::str::from_utf8(&line.text).is_err() {
                let shown = printable(&line.text);
                self.warn_at(
                    file,
                    line.number,
                    &format!("non-UTF-8 input \"{shown}\" -- ignoring this line"),
                );
                continue;
            }
            match source::entry(&line, self.program.form) {
                Err(flaw) => self.warn_at(file, flaw.line, &flaw.fault),
                Ok(entry) => {
                    if let Some(doubt) = entry.doubt {
                        self.warn_at(file, entry.line, doubt);
                    }
                    let value = if self.request.files {
                        match contents(&entry.value) {
                            Ok(value) => value,
                            Err(fault) => {
                                self.warn_at(file, entry.line, &format!("{fault}: skipping this entry"));
                                continue;
                            }
                        }
                    } else {
                        self.standard_form(entry.value)
                    };
                    each(self.folded(&entry.key), value)?;
                }
            }
        }
        Ok(())
    }

    /// Aliases are stored as their addresses, divided in one way whatever stood between them.
    fn standard_form(&self, value: Vec<u8>) -> Vec<u8> {
        if self.program.form == Form::Map {
            return value;
        }
        message::AddressList::parse(&value, usize::MAX).externalize(false)
    }

    /// A key that is there already: `-r` replaces, `-w` says nothing, else a warning.
    fn duplicate(&self, name: &str, key: &[u8], replace: impl FnOnce(bool)) {
        match self.request.duplicates {
            Duplicates::Replace => replace(true),
            Duplicates::Ignore => {}
            Duplicates::Warn => {
                let key = String::from_utf8_lossy(key);
                // Berkeley DB names the file, LMDB the table.
                let shown = match split_type(name) {
                    Ok(("hash" | "btree", file)) => index_path(Path::new(file)).display().to_string(),
                    _ => name.to_owned(),
                };
                self.log.warning(format_args!("{shown}: duplicate entry: \"{key}\""));
            }
        }
    }

    /// Root works as the owner of the source, unless `-o` (postmap(1)).
    fn as_owner(&self, source: &Metadata, work: impl FnOnce() -> Result<(), Fatal>) -> Result<(), Fatal> {
        if self.request.keep_root || !is_root() || source.uid() == 0 {
            return work();
        }
        with_effective_ids(Ids { uid: source.uid(), gid: source.gid() }, work)?
    }

    /// The source of a table that can be made.
    fn writable<'n>(&self, name: &'n str) -> Result<&'n Path, Fatal> {
        let (kind, file) = split_type(name)?;
        match kind {
            "hash" | "btree" | "lmdb" => Ok(Path::new(file)),
            "fail" => Err(Fatal(format!("table {name}: write error: Application error"))),
            kind if tables::TYPES.contains(&kind) => Err(Fatal(format!(
                "unsupported dictionary type: {kind} does not support bulk-mode creation."
            ))),
            kind => Err(Fatal(format!("unsupported dictionary type: {kind}"))),
        }
    }
}

fn read_source(path: &Path) -> Result<(Vec<u8>, Metadata), Fatal> {
    let failed = |e: io::Error| Fatal(format!("open {}: {}", path.display(), os::strerror(&e)));
    let mut file = File::open(path).map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(failed)?;
    Ok((text, facts))
}

/// `-F`: the files that a value names, with a newline between them, in base64.
fn contents(names: &[u8]) -> Result<Vec<u8>, String> {
    let names = String::from_utf8_lossy(names);
    let mut all = Vec::new();
    for (at, name) in tables::split_list(&names).iter().enumerate() {
        if at > 0 {
            all.push(b'\n');
        }
        all.extend(std::fs::read(name).map_err(|e| format!("open {name}: {}", os::strerror(&e)))?);
    }
    Ok(STANDARD.encode(all).into_bytes())
}

/// What sendmail-compatible alias databases carry beside the aliases: `@:@` ("complete"), and what NIS looks
/// for (postalias(1)).
fn alias_marks(source: &Path, hostname: &str) -> Pairs {
    let modified = std::fs::metadata(source).map_or(0, |m| m.mtime());
    vec![
        (b"@".to_vec(), b"@".to_vec()),
        (b"YP_LAST_MODIFIED".to_vec(), modified.to_string().into_bytes()),
        (b"YP_MASTER_NAME".to_vec(), hostname.as_bytes().to_vec()),
    ]
}

const DEFAULT_MODE: u32 = 0o644;
