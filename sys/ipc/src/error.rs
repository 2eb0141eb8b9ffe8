//! What can go wrong between two daemons. Every case is a passing local fault: the mail waits.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A conversation that failed. Never a reason to bounce mail (invariant I5).
#[derive(Debug)]
pub enum IpcError {
    /// Nobody could be reached at this socket.
    Connect(PathBuf, io::Error),
    /// The stream failed in the middle.
    Stream(io::Error),
    /// The peer hung up where a frame was due.
    Closed,
    /// The peer sent something that is not the value that was due, or too much of it.
    Malformed(&'static str),
    /// The peer did not answer in time.
    Timeout,
}

impl fmt::Display for IpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(path, e) => write!(f, "connect to {}: {e}", path.display()),
            Self::Stream(e) => write!(f, "internal connection: {e}"),
            Self::Closed => f.write_str("internal connection: the peer hung up"),
            Self::Malformed(what) => write!(f, "internal connection: malformed {what}"),
            Self::Timeout => f.write_str("internal connection: no answer in time"),
        }
    }
}

impl std::error::Error for IpcError {}

impl From<io::Error> for IpcError {
    fn from(e: io::Error) -> Self {
        Self::Stream(e)
    }
}
