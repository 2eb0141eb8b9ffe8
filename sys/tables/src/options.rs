//! How tables are opened: the few switches that callers and commands differ in.

use std::fmt;
use std::sync::Arc;

/// Switches for opening tables.
#[derive(Clone, Debug)]
pub struct Options {
    /// Fold keys to lower case, in tables of fixed strings (patterns have their own flags).
    pub fold: bool,
    /// `smtputf8_enable`: keys and results are UTF-8, and folding covers all of Unicode.
    pub utf8: bool,
    /// Refuse `$number` in results of regexp: and pcre: tables (aliases and other tables whose results name
    /// commands and files: what a stranger sends must not end up in them).
    pub no_substitution: bool,
    /// Open what stands behind `proxy:` here: this is proxymap(8) itself.
    pub direct: bool,
    /// What to do when the source of an indexed table is newer than the index.
    pub stale: Stale,
    /// Tables (as in `alias_maps`, `type:name`) whose source is in aliases(5) form.
    pub alias_databases: Vec<String>,
    /// `lmdb_map_size`.
    pub lmdb_map_size: usize,
    /// Where warnings about table contents go.
    pub warn: Warn,
}

/// What to do with an index that is older than its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Daemons: make the index anew when we may, else read the source.
    Refresh,
    /// Commands: warn and use the index, as Postfix does.
    Warn,
}

/// A sink for warnings.
#[derive(Clone)]
pub struct Warn(Arc<dyn Fn(&str) + Send + Sync>);

impl Warn {
    /// Warnings go to `sink`.
    pub fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Passes one warning on.
    pub fn say(&self, text: &str) {
        (self.0)(text);
    }
}

impl fmt::Debug for Warn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Warn")
    }
}

impl Default for Options {
    /// What daemons want, with warnings on standard error.
    fn default() -> Self {
        Self {
            fold: true,
            utf8: true,
            no_substitution: false,
            direct: false,
            stale: Stale::Refresh,
            alias_databases: Vec::new(),
            lmdb_map_size: 16 << 20,
            warn: Warn::new(|text| eprintln!("warning: {text}")),
        }
    }
}
