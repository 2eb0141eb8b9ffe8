//! Tables made of tables: unionmap: joins all results, pipemap: feeds each result to the next table,
//! randmap: picks one of its values.

use crate::inline::bad_syntax;
use crate::options::Options;
use crate::syntax::{split_list, unbrace};
use crate::table::{Driver, Kind};
use crate::{Table, TableError};

pub(crate) struct Combined {
    tables: Vec<Table>,
    how: How,
}

enum How {
    Union,
    Pipe,
}

impl Combined {
    pub(crate) fn open(kind: &str, name: &str, options: &Options) -> Result<Self, TableError> {
        let bad = || bad_syntax(kind, name, "type:name...");
        let names = split_list(unbrace(name).ok_or_else(bad)?);
        if names.is_empty() || names.iter().any(|n| crate::split_type(n).is_err()) {
            return Err(bad());
        }
        let tables = names.iter().map(|n| Table::open(n, options)).collect::<Result<_, _>>()?;
        Ok(Self { tables, how: if kind == "pipemap" { How::Pipe } else { How::Union } })
    }

    fn union(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let mut found = Vec::new();
        for table in &self.tables {
            found.extend(table.lookup_bytes(key)?);
        }
        Ok((!found.is_empty()).then(|| found.join(",")))
    }

    fn pipe(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let mut key = key.to_vec();
        for table in &self.tables {
            match table.lookup_bytes(&key)? {
                Some(value) => key = value.into_bytes(),
                None => return Ok(None),
            }
        }
        Ok(String::from_utf8(key).ok())
    }
}

impl Driver for Combined {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        match self.how {
            How::Union => self.union(key),
            How::Pipe => self.pipe(key),
        }
    }

    /// One pattern table makes the whole one: it must not see parts of keys.
    fn kind(&self) -> Kind {
        if self.tables.iter().any(Table::is_pattern) { Kind::Pattern } else { Kind::Fixed }
    }

    fn blocks(&self) -> bool {
        self.tables.iter().any(Table::blocks)
    }
}

pub(crate) struct Random(Vec<String>);

impl Random {
    pub(crate) fn open(name: &str) -> Result<Self, TableError> {
        let values = unbrace(name).map(split_list).unwrap_or_default();
        if values.is_empty() {
            return Err(bad_syntax("randmap", name, "value..."));
        }
        Ok(Self(values))
    }
}

impl Driver for Random {
    fn get(&self, _key: &[u8]) -> Result<Option<String>, TableError> {
        let mut bytes = [0u8; 8];
        rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
            .map_err(|e| TableError::open("random number", &e.into()))?;
        let pick = usize::from_ne_bytes(bytes) % self.0.len();
        Ok(self.0.get(pick).map(|v| unbrace(v).unwrap_or(v).to_owned()))
    }

    fn kind(&self) -> Kind {
        Kind::Pattern
    }
}
