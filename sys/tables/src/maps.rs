//! A list of tables, asked in order. Each key is tried in all tables before the next key; the first table
//! error ends the search; an empty result is an error too.

use crate::keys::Key;
use crate::offload::block_on;
use crate::options::Options;
use crate::{ErrorKind, Table, TableError, split_list};
use std::sync::{Arc, Mutex, PoisonError};

/// The tables of one parameter, such as `virtual_alias_maps`. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    title: String,
    members: Arc<Vec<Member>>,
}

#[derive(Debug)]
struct Member {
    name: String,
    options: Options,
    /// None while the table can't be opened: tried again at each look-up.
    table: Mutex<Option<Table>>,
}

/// What [`Maps::find_first`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The table's result.
    pub value: String,
    /// The key that had it.
    pub key: Key,
    /// The table that had it, `type:name`.
    pub table: String,
    /// Who owns the table's file; None when it isn't a file.
    pub owner_uid: Option<u32>,
}

impl Maps {
    /// Opens all tables of a list. A table that isn't there yet is no error here: it is warned about, and
    /// each look-up fails until it is. `title` is the parameter's name, for messages.
    pub fn open(title: &str, list: &str, options: &Options) -> Result<Self, TableError> {
        let mut members = Vec::new();
        for name in split_list(list) {
            let table = match Table::open(&name, options) {
                Ok(table) => Some(table),
                Err(error) if error.is_configuration() => return Err(error),
                Err(error) => {
                    options.warn.say(&format!("{name} is unavailable. {error}"));
                    None
                }
            };
            members.push(Member { name, options: options.clone(), table: Mutex::new(table) });
        }
        Ok(Self { title: title.to_owned(), members: Arc::new(members) })
    }

    /// True when there is no table.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Looks a whole key up in each table in turn.
    pub async fn find(&self, key: &str) -> Result<Option<String>, TableError> {
        let key = Key { text: key.to_owned(), partial: false, extension: None };
        Ok(self.find_key(&key).await?.map(|found| found.value))
    }

    /// Looks the keys up in their order, each in all tables.
    pub async fn find_first(&self, keys: &[Key]) -> Result<Option<Found>, TableError> {
        for key in keys {
            if let Some(found) = self.find_key(key).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// [`Maps::find`] for threads that may wait.
    pub fn find_blocking(&self, key: &str) -> Result<Option<String>, TableError> {
        block_on(self.find(key))
    }

    /// [`Maps::find_first`] for threads that may wait.
    pub fn find_first_blocking(&self, keys: &[Key]) -> Result<Option<Found>, TableError> {
        block_on(self.find_first(keys))
    }

    /// Is one of the keys in the tables, whatever its value? For lists, where an empty result is a yes.
    pub(crate) async fn find_first_present(&self, keys: &[Key]) -> Result<bool, TableError> {
        match self.find_first(keys).await {
            Err(error) if error.kind == ErrorKind::EmptyResult => Ok(true),
            Err(error) if error.kind == ErrorKind::Lookup => {
                let names: Vec<_> = self.members.iter().map(|member| member.name.as_str()).collect();
                let text = format!("{}: {}: table lookup problem", self.title, names.join(", "));
                Err(TableError::new(error.kind, text))
            }
            found => Ok(found?.is_some()),
        }
    }

    async fn find_key(&self, key: &Key) -> Result<Option<Found>, TableError> {
        for member in self.members.iter() {
            let table = member.table()?;
            if key.text.is_empty() || (key.partial && table.is_pattern()) {
                continue;
            }
            let told = |cause: TableError| {
                let text = format!("{} lookup error for \"{}\": {cause}", member.name, key.text);
                TableError::new(cause.kind, text)
            };
            let Some(value) = table.lookup(&key.text).await.map_err(told)? else { continue };
            if value.is_empty() {
                let text = format!("{} lookup of {} returns an empty string result", self.title, key.text);
                return Err(TableError::new(ErrorKind::EmptyResult, text));
            }
            return Ok(Some(Found {
                value,
                key: key.clone(),
                table: member.name.clone(),
                owner_uid: table.owner_uid(),
            }));
        }
        Ok(None)
    }
}

impl Member {
    fn table(&self) -> Result<Table, TableError> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = &*table {
            return Ok(table.clone());
        }
        let opened = Table::open(&self.name, &self.options)
            .map_err(|error| TableError::new(error.kind, format!("{} is unavailable. {error}", self.name)))?;
        Ok(table.insert(opened).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extensions, Warn, mail_address};

    fn maps(list: &str) -> Maps {
        Maps::open("test_maps", list, &Options { warn: Warn::new(|_| ()), ..Options::default() }).unwrap()
    }

    #[test]
    fn each_key_is_tried_in_all_tables_before_the_next_key() {
        let maps = maps("inline:{@d=domain} inline:{{u@d=user}}");
        let keys = mail_address("u@d", &Extensions::default(), false);
        assert_eq!(maps.find_first_blocking(&keys).unwrap().unwrap().value, "user");
    }

    #[test]
    fn partial_keys_never_reach_patterns() {
        let maps = maps("regexp:{{/^@d$/ part},{/^u/ whole}}");
        let plain = Extensions::default();
        assert_eq!(maps.find_first_blocking(&mail_address("v@d", &plain, false)).unwrap(), None);
        assert_eq!(
            maps.find_first_blocking(&mail_address("u@d", &plain, false)).unwrap().unwrap().value,
            "whole"
        );
    }

    #[test]
    fn an_error_ends_the_search_and_an_empty_result_is_one() {
        assert!(maps("fail:x static:a").find_blocking("k").is_err());
        assert_eq!(maps("static:a fail:x").find_blocking("k").unwrap().unwrap(), "a");
        let empty = maps("regexp:{{/k/}}").find_blocking("k").unwrap_err();
        assert_eq!(empty.kind, ErrorKind::EmptyResult);
    }

    #[test]
    fn a_table_that_is_missing_fails_until_it_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m");
        let maps = maps(&format!("texthash:{}", path.display()));
        let error = maps.find_blocking("k").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        std::fs::write(&path, "k v\n").unwrap();
        assert_eq!(maps.find_blocking("k").unwrap().unwrap(), "v");
        assert!(Maps::open("x", "nosuch:type", &Options::default()).unwrap_err().is_configuration());
    }
}
