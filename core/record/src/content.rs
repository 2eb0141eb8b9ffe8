//! The content segment as text: the lines between the `M` record and the `X` record.

use crate::{Fault, Kind, ReadError, Reader, Source};

/// A line, or a piece of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The bytes, without line end. Anything but LF can be in there.
    pub text: &'a [u8],
    /// The line ends after these bytes.
    pub ends_line: bool,
}

/// Reads the content; pointers are followed, padding is skipped.
pub struct Content<S> {
    reader: Reader<S>,
    ended: bool,
}

impl<S: Source> Content<S> {
    /// `data_offset` is where the content begins ([`crate::Size::data_offset`]).
    pub fn new(source: S, data_offset: u64) -> Self {
        Self { reader: Reader::new(source, data_offset), ended: false }
    }

    /// The next piece; None after the last.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>, ReadError<S::Error>> {
        while !self.ended {
            let at = self.reader.offset();
            let kind = match self.reader.next_record()? {
                None => return Err(Fault::new(at, "content has no end").into()),
                Some(item) => item.kind,
            };
            match kind {
                Kind::EXTRACTED => self.ended = true,
                Kind::PADDING | Kind::KILLED => {}
                Kind::NORMAL | Kind::CONTINUED => return Ok(Some(self.current(kind))),
                _ => return Err(Fault::new(at, "unexpected record type in the content").into()),
            }
        }
        Ok(None)
    }

    fn current(&self, kind: Kind) -> Chunk<'_> {
        Chunk { text: self.reader.last_data(), ends_line: kind == Kind::NORMAL }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_went_in_and_a_missing_end_is_damage() {
        let file = b"N\x01aL\x02bcw\x03zzzN\x01dN\x00X\x00E\x00";
        let mut content = Content::new(&file[..], 0);
        let mut text = String::new();
        while let Some(chunk) = content.next_chunk().unwrap() {
            text += std::str::from_utf8(chunk.text).unwrap();
            text += if chunk.ends_line { "|" } else { "" };
        }
        assert_eq!(text, "a|bcd||");
        let mut cut = Content::new(&file[..3], 0);
        assert!(cut.next_chunk().is_ok());
        assert!(cut.next_chunk().is_err());
    }

    #[test]
    fn envelope_records_inside_the_content_are_damage() {
        assert!(Content::new(&b"R\x01aX\x00"[..], 0).next_chunk().is_err());
    }
}
