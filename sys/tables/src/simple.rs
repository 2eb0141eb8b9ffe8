//! Tables that need no file: static:, fail:, environ:, and nis: on hosts without NIS.

use crate::table::{Driver, Kind};
use crate::{ErrorKind, Options, TableError, syntax};

/// static: the same result for every key (postconf(5), DATABASE_README).
pub(crate) struct Static(String);

impl Static {
    pub(crate) fn open(name: &str) -> Self {
        Self(syntax::unbrace(name).unwrap_or(name).to_owned())
    }
}

impl Driver for Static {
    fn get(&self, _key: &[u8]) -> Result<Option<String>, TableError> {
        Ok(Some(self.0.clone()))
    }
}

/// fail: every look-up fails, for tests of what happens then.
pub(crate) struct Fail;

impl Driver for Fail {
    fn get(&self, _key: &[u8]) -> Result<Option<String>, TableError> {
        Err(TableError::new(ErrorKind::Lookup, "Application error"))
    }

    fn kind(&self) -> Kind {
        Kind::Pattern
    }
}

/// nis: as on a host that belongs to no NIS domain, where Postfix's default alias_maps names it all the same.
pub(crate) struct Nis;

impl Nis {
    /// A host in a NIS domain has users that we would not find: there the table does not open.
    pub(crate) fn open(options: &Options) -> Result<Self, TableError> {
        let domain = std::fs::read_to_string("/proc/sys/kernel/domainname").unwrap_or_default();
        match domain.trim() {
            "" | "(none)" => {
                options.warn.say("NIS domain name not set - NIS lookups disabled");
                Ok(Self)
            }
            domain => {
                let text =
                    format!("NIS lookups are not built in, but this host is in the NIS domain {domain}");
                Err(TableError::new(ErrorKind::Unsupported, text))
            }
        }
    }
}

impl Driver for Nis {
    fn get(&self, _key: &[u8]) -> Result<Option<String>, TableError> {
        Ok(None)
    }
}

/// environ: the process environment.
pub(crate) struct Environ;

impl Driver for Environ {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let name = String::from_utf8_lossy(key);
        // var_os panics on names that can't be.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Ok(None);
        }
        Ok(std::env::var_os(&*name).map(|value| value.to_string_lossy().into_owned()))
    }
}
