//! What goes wrong with TLS, for the log.

use std::fmt;
use std::path::Path;

/// A file that can't be used, or a handshake that failed; the text is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    text: String,
    lost: bool,
    reset: bool,
}

impl Fault {
    /// A fault with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), lost: false, reset: false }
    }

    pub(crate) fn file(path: &Path, why: impl fmt::Display) -> Self {
        let why = why.to_string();
        // Without what only Rust says of errors of the system.
        let why = why.split(" (os error ").next().unwrap_or(&why);
        Self::new(format!("{}: {why}", path.display()))
    }

    /// What ended a handshake.
    pub(crate) fn handshake(error: &std::io::Error) -> Self {
        let lost = error.get_ref().is_none_or(|inner| inner.downcast_ref::<rustls::Error>().is_none());
        let reset = error.kind() == std::io::ErrorKind::ConnectionReset;
        Self { text: error.to_string(), lost, reset }
    }

    /// How the connection was lost.
    pub fn loss(&self) -> &'static str {
        if self.reset { "Connection reset by peer" } else { "lost connection" }
    }

    /// The peer hung up, rather than broke the protocol.
    pub fn is_lost_connection(&self) -> bool {
        self.lost
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Fault {}
