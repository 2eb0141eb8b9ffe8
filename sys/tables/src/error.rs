//! What goes wrong with tables.

use std::fmt;

/// Why a table can't be opened or did not answer. None of these means "not found".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// What sort of trouble.
    pub kind: ErrorKind,
    text: String,
}

/// Sorts of trouble. Only the first two are the configuration's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No such table type, or it isn't built in.
    Unsupported,
    /// The name or an inline definition can't be read.
    Syntax,
    /// The table can't be opened now; it may be there later.
    Unavailable,
    /// The table was asked and failed.
    Lookup,
    /// The table gave an empty result, which no table may.
    EmptyResult,
}

impl TableError {
    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    pub(crate) fn syntax(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Syntax, text)
    }

    pub(crate) fn unavailable(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, text)
    }

    /// `open NAME: No such file or directory` and the like.
    pub(crate) fn open(what: &str, error: &std::io::Error) -> Self {
        Self::unavailable(format!("{what}: {}", os::strerror(error)))
    }

    /// True when the configuration is at fault: no waiting will help.
    pub fn is_configuration(&self) -> bool {
        matches!(self.kind, ErrorKind::Unsupported | ErrorKind::Syntax)
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for TableError {}
