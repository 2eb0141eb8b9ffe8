//! The records of a queue file: one type byte, a length in 7-bit groups, the bytes. Here are the codec, a
//! reader that follows pointer records, the parsed envelope and the content as lines.
//! No files and no clock: bytes come through [`Source`]. Whoever holds a passed descriptor can read a message
//! with this crate and never needs the queue directories.

mod codec;
mod content;
mod envelope;
mod fields;
mod kind;
mod reader;

pub use codec::{Decoded, decode, encode, encode_line};
pub use content::{Chunk, Content};
pub use envelope::{DelayWarning, Envelope, MIXED_RECIPIENTS, TraceFlags};
pub use fields::{
    Size, format_pointer, format_time, format_warning_time, parse_pointer, parse_time, parse_warning_time,
};
pub use kind::Kind;
pub use reader::{Item, ReadError, Reader, Source};

/// What is wrong with a queue file: damage, not a passing fault of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the file.
    pub offset: u64,
    /// What is wrong, for the log.
    pub problem: &'static str,
}

impl Fault {
    /// A fault at a place.
    pub fn new(offset: u64, problem: &'static str) -> Self {
        Self { offset, problem }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at offset {}", self.problem, self.offset)
    }
}

impl std::error::Error for Fault {}
