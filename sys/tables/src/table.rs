//! One open table, whatever its type.

use crate::offload::offload;
use crate::options::Options;
use crate::{ErrorKind, TableError, split_type};
use std::sync::Arc;

/// An open table. Cheap to clone; clones share what is in memory.
#[derive(Clone)]
pub struct Table {
    name: String,
    driver: Arc<dyn Driver>,
    fold: bool,
    utf8: bool,
}

/// The types that are built in, as `postconf -m` lists them.
pub const TYPES: &[&str] = &[
    "btree",
    "cidr",
    "environ",
    "fail",
    "hash",
    "inline",
    "lmdb",
    "nis",
    #[cfg(feature = "pcre")]
    "pcre",
    "pipemap",
    "proxy",
    "randmap",
    "regexp",
    "static",
    "texthash",
    "unionmap",
    "unix",
];

impl Table {
    /// Opens `type:name`. A file that isn't there is [`ErrorKind::Unavailable`].
    pub fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let driver = open_driver(name, options)?;
        let fold = options.fold && driver.kind() == Kind::Fixed;
        Ok(Self { name: name.to_owned(), driver, fold, utf8: options.utf8 })
    }

    /// `type:name` as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True for tables that see only whole keys: regexp, pcre, cidr and the like. Parts of keys (parent
    /// domains, `@domain`, bare users) never go there.
    pub fn is_pattern(&self) -> bool {
        self.driver.kind() == Kind::Pattern
    }

    pub(crate) fn blocks(&self) -> bool {
        self.driver.blocks()
    }

    /// Who owns the file that the answers come from: local(8) runs an alias's commands with those rights.
    /// None for tables that aren't files, and for combinations of tables.
    pub fn owner_uid(&self) -> Option<u32> {
        self.driver.owner_uid()
    }

    /// The value of `key`; None when the table has none.
    pub async fn lookup(&self, key: &str) -> Result<Option<String>, TableError> {
        if !self.driver.blocks() {
            return self.lookup_blocking(key);
        }
        let (table, key) = (self.clone(), key.to_owned());
        let answer = offload(move || table.lookup_blocking(&key)).await;
        answer.unwrap_or_else(|| Err(TableError::new(ErrorKind::Lookup, "look-up thread failed")))
    }

    /// [`Table::lookup`] for commands and threads that may wait.
    pub fn lookup_blocking(&self, key: &str) -> Result<Option<String>, TableError> {
        self.lookup_bytes(key.as_bytes())
    }

    /// A look-up with a key that may not be UTF-8, such as a line of a message.
    pub fn lookup_bytes(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        if self.fold { self.driver.get(&fold(key, self.utf8)) } else { self.driver.get(key) }
    }

    /// All entries, for types that can list them.
    pub fn entries(&self) -> Result<Pairs, TableError> {
        self.driver.entries().unwrap_or_else(|| {
            let text = format!("table {}: sequence operation is not supported", self.name);
            Err(TableError::new(ErrorKind::Unsupported, text))
        })
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Table").field(&self.name).finish()
    }
}

/// Keys and values.
pub type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// What each table type does. Calls may come from several threads at once.
pub(crate) trait Driver: Send + Sync {
    /// The value of a key that is folded already.
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError>;

    /// Fixed strings or patterns?
    fn kind(&self) -> Kind {
        Kind::Fixed
    }

    /// True when `get` may take long: then it never runs on a reactor.
    fn blocks(&self) -> bool {
        false
    }

    /// Who owns its file.
    fn owner_uid(&self) -> Option<u32> {
        None
    }

    /// Everything in the table; None for types without a sequence operation.
    fn entries(&self) -> Option<Result<Pairs, TableError>> {
        None
    }
}

/// Whether a table compares whole fixed strings or matches patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Fixed,
    Pattern,
}

/// Lower case: all of Unicode when the key is UTF-8 and that is wanted, else ASCII.
pub fn fold(key: &[u8], utf8: bool) -> Vec<u8> {
    match std::str::from_utf8(key) {
        Ok(text) if utf8 && !text.is_ascii() => text.to_lowercase().into_bytes(),
        _ => key.to_ascii_lowercase(),
    }
}

fn open_driver(full: &str, options: &Options) -> Result<Arc<dyn Driver>, TableError> {
    let (kind, name) = split_type(full)?;
    Ok(match kind {
        "static" => Arc::new(crate::simple::Static::open(name)),
        "inline" => Arc::new(crate::inline::Inline::open(name, options)?),
        "fail" => Arc::new(crate::simple::Fail),
        "environ" => Arc::new(crate::simple::Environ),
        "nis" => Arc::new(crate::simple::Nis::open(options)?),
        "unix" => Arc::new(crate::unix::Unix::open(name)?),
        "texthash" => Arc::new(crate::texthash::TextHash::open(name, options)?),
        "hash" | "btree" | "lmdb" => Arc::new(crate::indexed::Indexed::open(kind, name, options)?),
        "cidr" => Arc::new(crate::cidr::Cidr::open(name, options)?),
        "regexp" => Arc::new(crate::regexp::Regexp::open(name, options)?),
        #[cfg(feature = "pcre")]
        "pcre" => Arc::new(crate::pcre::Pcre::open(name, options)?),
        "unionmap" | "pipemap" => Arc::new(crate::combined::Combined::open(kind, name, options)?),
        "randmap" => Arc::new(crate::combined::Random::open(name)?),
        "proxy" if options.direct || options.no_substitution => open_driver(name, options)?,
        "proxy" => Arc::new(crate::proxy::Proxied::open(name, options)?),
        _ => {
            let text = format!("unsupported dictionary type: {kind}");
            return Err(TableError::new(ErrorKind::Unsupported, text));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(table: &str, key: &str) -> Result<Option<String>, String> {
        let table = Table::open(table, &Options::default()).map_err(|e| e.to_string())?;
        table.lookup_blocking(key).map_err(|e| e.to_string())
    }

    fn some(text: &str) -> Result<Option<String>, String> {
        Ok(Some(text.to_owned()))
    }

    #[test]
    fn tables_without_files_answer_as_postfix_does() {
        assert_eq!(look("static:abc", "x"), some("abc"));
        assert_eq!(look("static:{ a b }", "x"), some("a b"));
        assert_eq!(look("inline:{a=b, {c = d e}, F=g}", "C"), some("d e"));
        assert_eq!(look("inline:{a=b, {c = d e}, F=g}", "f"), some("g"));
        assert_eq!(look("inline:{a=x,a=y}", "a"), some("y"));
        assert_eq!(look("inline:{a=b}", "z"), Ok(None));
        assert_eq!(look("fail:x", "a"), Err("Application error".into()));
        assert_eq!(look("nis:mail.aliases", "a"), Ok(None));
        assert_eq!(look("unix:passwd.byname", "no-such-user"), Ok(None));
        assert!(look("unix:passwd.byname", "root").unwrap().unwrap().starts_with("root:x:0:0:"));
    }

    #[test]
    fn combined_tables_answer_as_postfix_does() {
        assert_eq!(look("unionmap:{static:x,inline:{a=b},inline:{c=d}}", "a"), some("x,b"));
        assert_eq!(look("unionmap:{inline:{c=d}}", "a"), Ok(None));
        assert!(look("unionmap:{static:a,fail:x}", "a").is_err());
        assert_eq!(look("pipemap:{inline:{a=b},inline:{b=c}}", "a"), some("c"));
        assert_eq!(look("pipemap:{inline:{a=b},inline:{x=c}}", "a"), Ok(None));
        assert_eq!(look("randmap:{x}", "a"), some("x"));
    }

    #[test]
    fn faults_have_postfixs_words() {
        for (table, words) in [
            ("foo:x", "unsupported dictionary type: foo"),
            ("static:", "open dictionary: expecting \"type:name\" form instead of \"static:\""),
            ("inline:F=x", "bad syntax: \"inline:F=x\"; need \"inline:{name=value...}\""),
            ("inline:{}", "bad syntax: \"inline:{}\"; need \"inline:{name=value...}\""),
            ("randmap:x", "bad syntax: \"randmap:x\"; need \"randmap:{value...}\""),
            ("unionmap:{x}", "bad syntax: \"unionmap:{x}\"; need \"unionmap:{type:name...}\""),
            ("unix:foo", "unknown table: unix:foo"),
            ("texthash:/nonex", "open database /nonex: No such file or directory"),
            ("lmdb:/nonex", "open database /nonex.lmdb: No such file or directory"),
            ("regexp:/nonex", "open /nonex: No such file or directory"),
            ("cidr:/nonex", "open /nonex: No such file or directory"),
        ] {
            assert_eq!(look(table, "a"), Err(words.to_owned()), "{table}");
        }
    }

    #[test]
    fn a_reactor_is_never_blocked_by_name_services() {
        let table = Table::open("unix:passwd.byname", &Options::default()).unwrap();
        assert!(crate::offload::block_on(table.lookup("root")).unwrap().is_some());
    }
}
