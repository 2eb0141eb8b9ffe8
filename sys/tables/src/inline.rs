//! inline: tables whose entries stand in the name: `inline:{key=value, {key = text with blanks}}`.

use crate::TableError;
use crate::options::Options;
use crate::syntax::{split_list, unbrace};
use crate::table::{Driver, Pairs, fold};
use std::collections::HashMap;

pub(crate) struct Inline(HashMap<Vec<u8>, String>);

impl Inline {
    pub(crate) fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let bad = || bad_syntax("inline", name, "name=value...");
        let items = split_list(unbrace(name).ok_or_else(bad)?);
        if items.is_empty() {
            return Err(bad());
        }
        let mut entries = HashMap::new();
        for item in items {
            let (key, value) = name_value(&item, name)?;
            let key = if options.fold { fold(key.as_bytes(), options.utf8) } else { key.into() };
            entries.insert(key, value.to_owned());
        }
        Ok(Self(entries))
    }
}

impl Driver for Inline {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        Ok(self.0.get(key).cloned())
    }

    fn entries(&self) -> Option<Result<Pairs, TableError>> {
        Some(Ok(self.0.iter().map(|(key, value)| (key.clone(), value.clone().into_bytes())).collect()))
    }
}

/// `name=value` or `{name = value}`, blanks around both trimmed.
fn name_value<'a>(item: &'a str, whole: &str) -> Result<(&'a str, &'a str), TableError> {
    let item = unbrace(item).unwrap_or(item);
    let fault = match item.split_once('=') {
        None => "missing '=' after attribute name",
        Some((key, _)) if key.trim().is_empty() => "missing attribute name",
        Some((key, value)) => return Ok((key.trim(), value.trim())),
    };
    Err(TableError::syntax(format!("{fault}: \"inline:{whole}\"; need \"inline:{{name=value...}}\"")))
}

pub(crate) fn bad_syntax(kind: &str, name: &str, need: &str) -> TableError {
    TableError::syntax(format!("bad syntax: \"{kind}:{name}\"; need \"{kind}:{{{need}}}\""))
}
