//! A message as delivery agents get it: an open descriptor and the place where the content begins. Whoever has
//! this crate and not `queue` can read the one message it was handed, and nothing else in the queue.
//! Reads block; the files are in the page cache as a rule. Positions are explicit, so that several readers can
//! share one descriptor.

use record::{Content, ReadError, Source};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

/// A file that records can be read from.
#[derive(Clone, Copy, Debug)]
pub struct FileSource<'a>(pub &'a File);

impl Source for FileSource<'_> {
    type Error = io::Error;
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read_at(buffer, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

/// Why a message can't be read or copied.
#[derive(Debug)]
pub enum ContentError {
    /// The file could not be read: may pass, defer.
    Read(io::Error),
    /// The file makes no sense: set it aside.
    Damaged(record::Fault),
    /// The copy could not be written.
    Write(io::Error),
}

impl std::fmt::Display for ContentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(error) => write!(f, "queue file read error: {error}"),
            Self::Damaged(fault) => write!(f, "damaged queue file: {fault}"),
            Self::Write(error) => write!(f, "write error: {error}"),
        }
    }
}

impl std::error::Error for ContentError {}

impl From<ReadError<io::Error>> for ContentError {
    fn from(error: ReadError<io::Error>) -> Self {
        match error {
            ReadError::Source(error) => Self::Read(error),
            ReadError::Damaged(fault) => Self::Damaged(fault),
        }
    }
}

/// The content of one message.
#[derive(Debug)]
pub struct Message {
    file: File,
    data_offset: u64,
}

impl Message {
    /// `data_offset`: where the content begins, as the queue manager says with the descriptor.
    pub fn new(descriptor: OwnedFd, data_offset: u64) -> Self {
        Self { file: File::from(descriptor), data_offset }
    }

    /// The pieces of the lines, from the start. Each call begins anew.
    pub fn chunks(&self) -> Content<FileSource<'_>> {
        Content::new(FileSource(&self.file), self.data_offset)
    }

    /// Copies the text with `line_end` after each line; how many bytes that was.
    pub fn write_to(&self, out: &mut dyn Write, line_end: &[u8]) -> Result<u64, ContentError> {
        let mut chunks = self.chunks();
        let mut written = 0;
        while let Some(chunk) = chunks.next_chunk()? {
            let end = if chunk.ends_line { line_end } else { b"" };
            out.write_all(chunk.text).and_then(|()| out.write_all(end)).map_err(ContentError::Write)?;
            written += (chunk.text.len() + end.len()) as u64;
        }
        Ok(written)
    }
}

impl AsFd for Message {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_copied_from_its_offset_with_the_asked_line_end() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"M\x00N\x01aL\x01bN\x01cX\x00E\x00").unwrap();
        let message = Message::new(file.into(), 2);
        for _ in 0..2 {
            let mut out = Vec::new();
            assert_eq!(message.write_to(&mut out, b"\r\n").unwrap(), 7);
            assert_eq!(out, b"a\r\nbc\r\n");
        }
    }

    #[test]
    fn a_cut_file_is_damaged_and_not_short() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"N\x01a").unwrap();
        let message = Message::new(file.into(), 0);
        assert!(matches!(message.write_to(&mut Vec::new(), b"\n"), Err(ContentError::Damaged(_))));
    }
}
