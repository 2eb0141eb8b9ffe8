//! Asking and listing tables, and removing entries.

use super::{Duplicates, Fatal, Job, Keys, PROXY, each_stdin_line, print};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use message::{Part, Walk};
use tables::proxy::ProxyWriter;
use tables::source::Form;
use tables::{IndexWriter, Pairs, Table};

impl Job<'_> {
    /// Prints the first result of each key; true when there was one.
    pub(super) fn query(&self, keys: &Keys, names: &[String]) -> Result<bool, Fatal> {
        // A later table is opened only when the ones before it have no answer.
        let mut tables: Vec<Table> = Vec::new();
        let mut find = |key: &[u8]| -> Result<Option<Vec<u8>>, Fatal> {
            for (at, name) in names.iter().enumerate() {
                if tables.len() == at {
                    tables.push(self.open(name)?);
                }
                if let Some(value) = self.look(&tables[at], key)? {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        };
        match keys {
            Keys::One(key) => match find(key)? {
                Some(value) if self.request.json => self.print_json(key, &value).map(|()| true),
                Some(value) => print(&[&value]).map(|()| true),
                None => Ok(false),
            },
            Keys::Stdin => {
                let mut any = false;
                self.each_key(|key| {
                    if let Some(value) = find(key)? {
                        any = true;
                        self.print_pair(key, b"", &value)?;
                    }
                    Ok(())
                })?;
                Ok(any)
            }
        }
    }

    /// Prints every entry.
    pub(super) fn list(&self, names: &[String]) -> Result<(), Fatal> {
        let colon: &[u8] = if self.program.form == Form::Aliases { b":" } else { b"" };
        for name in names {
            if name.starts_with(PROXY) {
                return Err(Fatal("can't sequence maps via the proxy service".into()));
            }
            let entries: Pairs = self.open(name)?.entries()?;
            for (key, value) in entries {
                let value = self.decode(name, &key, value)?;
                self.print_pair(&key, colon, &value)?;
            }
        }
        Ok(())
    }

    /// Removes keys from every table; true when one of them was there.
    pub(super) fn delete(&self, keys: &Keys, names: &[String]) -> Result<bool, Fatal> {
        let writers: Vec<Writer> =
            names.iter().map(|n| self.writer_for_delete(n)).collect::<Result<_, _>>()?;
        let remove = |key: &[u8]| -> Result<bool, Fatal> {
            let key = self.folded(key);
            let mut any = false;
            for writer in &writers {
                any |= writer.delete(&key)?;
            }
            Ok(any)
        };
        match keys {
            Keys::One(key) => remove(key),
            Keys::Stdin => {
                let mut any = false;
                each_stdin_line(|key| {
                    any |= remove(key)?;
                    Ok(())
                })?;
                Ok(any)
            }
        }
    }

    fn writer_for_delete(&self, name: &str) -> Result<Writer, Fatal> {
        Ok(match name.starts_with(PROXY) {
            true => Writer::Proxy(name.to_owned(), ProxyWriter::open(name, &self.options)?),
            false => {
                Writer::Index(IndexWriter::of_table(name, None, self.request.nulls.get(), &self.options)?)
            }
        })
    }

    fn look(&self, table: &Table, key: &[u8]) -> Result<Option<Vec<u8>>, Fatal> {
        let name = table.name();
        if self.options.utf8 && std::str::from_utf8(key).is_err() {
            let shown = printable(key);
            let text = format!("{name}: non-UTF-8 key \"{shown}\": malformed UTF-8 or invalid codepoint");
            self.log.warning(text);
            return Ok(None);
        }
        match table.lookup_bytes(key) {
            Ok(Some(value)) => {
                if value.is_empty() {
                    let key = printable(key);
                    let text = format!("table {name}: key {key}: empty string result is not allowed");
                    self.log.warning(text);
                    self.log
                        .warning(format_args!("table {name} should return NO RESULT in case of NOT FOUND"));
                }
                self.decode(name, key, value.into_bytes()).map(Some)
            }
            Ok(None) => Ok(None),
            Err(error) => Err(Fatal(match error.kind {
                tables::ErrorKind::Unavailable => error.to_string(),
                _ => format!("table {name}: query error: {error}"),
            })),
        }
    }

    /// `-F`: values are base64.
    fn decode(&self, name: &str, key: &[u8], value: Vec<u8>) -> Result<Vec<u8>, Fatal> {
        if !self.request.files {
            return Ok(value);
        }
        STANDARD
            .decode(&value)
            .map_err(|_| Fatal(format!("table {name}: key {}: malformed BASE64 value", printable(key))))
    }

    /// The keys that come from standard input: its lines, or parts of a message (`-h`, `-b`).
    fn each_key(&self, mut each: impl FnMut(&[u8]) -> Result<(), Fatal>) -> Result<(), Fatal> {
        let request = self.request;
        if !request.headers && !request.body {
            if request.mime {
                self.log.warning("ignoring -m option without -b or -h");
            }
            return each_stdin_line(each);
        }
        // Without -m everything behind the primary header is body.
        let mut walk = Walk::new(message::Options { disable_mime: !request.mime, ..Default::default() });
        let mut part = |part: Part<'_>| -> Result<(), Fatal> {
            if let Some((_, header)) = part.header.filter(|_| request.headers) {
                each(&header)?;
            }
            part.body.filter(|_| request.body).map_or(Ok(()), |(line, _)| each(line))
        };
        each_stdin_line(|line| part(walk.line(line, true)))?;
        part(walk.finish())
    }

    fn print_pair(&self, key: &[u8], colon: &[u8], value: &[u8]) -> Result<(), Fatal> {
        if self.request.json {
            return self.print_json(key, value);
        }
        print(&[key, colon, b"\t", value])
    }

    fn print_json(&self, key: &[u8], value: &[u8]) -> Result<(), Fatal> {
        print(&[json(key, value).as_bytes()])
    }

    /// The key as the table holds it.
    pub(super) fn folded(&self, key: &[u8]) -> Vec<u8> {
        if self.request.no_fold { key.to_vec() } else { tables::fold(key, self.options.utf8) }
    }
}

impl Duplicates {
    pub(super) fn update(self) -> tables::Update {
        if self == Self::Replace { tables::Update::Replace } else { tables::Update::Keep }
    }
}

pub(super) fn printable(text: &[u8]) -> String {
    text.iter().map(|b| if b.is_ascii() && !b.is_ascii_control() { char::from(*b) } else { '?' }).collect()
}

/// One JSON object a line.
fn json(key: &[u8], value: &[u8]) -> String {
    let quote = |text: &[u8]| serde_json::Value::from(String::from_utf8_lossy(text)).to_string();
    format!("{{{}: {}}}", quote(key), quote(value))
}

/// A table that is open for changes.
enum Writer {
    Index(IndexWriter),
    Proxy(String, ProxyWriter),
}

impl Writer {
    fn delete(&self, key: &[u8]) -> Result<bool, Fatal> {
        match self {
            Self::Index(index) => Ok(index.delete(key)?),
            Self::Proxy(name, proxy) => {
                proxy.delete(key).map_err(|error| Fatal(format!("table {name}: delete error: {error}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_json_object_whatever_is_in_it() {
        assert_eq!(json(b"a\"b", b"c\n\xff"), "{\"a\\\"b\": \"c\\n\u{fffd}\"}");
    }
}
