//! The end of a process that can't do its work. master(8) starts it again after a pause.

use std::fmt;

/// Why a daemon stops; it is logged as `fatal: text`.
#[derive(Debug)]
pub struct Fatal(String);

impl Fatal {
    /// From text for the log.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<config::Fault> for Fatal {
    fn from(fault: config::Fault) -> Self {
        Self(fault.to_string())
    }
}

impl From<std::io::Error> for Fatal {
    fn from(e: std::io::Error) -> Self {
        Self(e.to_string())
    }
}
