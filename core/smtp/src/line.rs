//! Command and reply lines out of a byte stream, incrementally and with bounded memory.
//! Content has its own codecs, in `data`.

/// One line, without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The bytes, at most the limit.
    pub bytes: Vec<u8>,
    /// It ended in a LF that had no CR before it.
    pub bare_lf: bool,
    /// It was longer than the limit; the rest was thrown away.
    pub too_long: bool,
}

/// Collects bytes until a line is complete.
#[derive(Debug)]
pub struct Lines {
    limit: usize,
    partial: Vec<u8>,
    too_long: bool,
}

impl Lines {
    /// Lines of at most `limit` bytes; longer ones are cut and marked.
    pub fn new(limit: usize) -> Self {
        Self { limit, partial: Vec::new(), too_long: false }
    }

    /// Takes bytes from the front of `input` up to and with the first LF. Gives how many were taken, and the line if
    /// one is complete.
    pub fn take(&mut self, input: &[u8]) -> (usize, Option<Line>) {
        let end = input.iter().position(|&b| b == b'\n');
        let taken = end.map_or(input.len(), |at| at + 1);
        self.keep(&input[..end.unwrap_or(input.len())]);
        if end.is_none() {
            return (taken, None);
        }
        let mut bytes = std::mem::take(&mut self.partial);
        let bare_lf = bytes.last() != Some(&b'\r');
        if !bare_lf {
            bytes.pop();
        }
        let too_long = std::mem::take(&mut self.too_long) || bytes.len() > self.limit;
        bytes.truncate(self.limit);
        (taken, Some(Line { bytes, bare_lf: bare_lf && !too_long, too_long }))
    }

    /// True when a line has begun but not ended.
    pub fn is_partial(&self) -> bool {
        !self.partial.is_empty() || self.too_long
    }

    /// One byte more than the limit is kept: the CR of a line that just fits.
    fn keep(&mut self, bytes: &[u8]) {
        let room = (self.limit + 1).saturating_sub(self.partial.len());
        let fits = room.min(bytes.len());
        self.partial.extend_from_slice(&bytes[..fits]);
        if fits < bytes.len() {
            // The line is already longer than allowed, even if the rest is only a CR.
            self.too_long = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8], bare_lf: bool, too_long: bool) -> Option<Line> {
        Some(Line { bytes: bytes.to_vec(), bare_lf, too_long })
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        let mut lines = Lines::new(10);
        assert_eq!(lines.take(b"NO"), (2, None));
        assert!(lines.is_partial());
        assert_eq!(lines.take(b"OP\r"), (3, None));
        assert_eq!(lines.take(b"\nQUIT\r\n"), (1, line(b"NOOP", false, false)));
        assert_eq!(lines.take(b"QUIT\n"), (5, line(b"QUIT", true, false)));
        assert_eq!(lines.take(b"\r\n"), (2, line(b"", false, false)));
    }

    #[test]
    fn a_long_line_is_cut_and_marked_and_the_next_one_is_whole() {
        let mut lines = Lines::new(4);
        assert_eq!(lines.take(b"abcd\r\n").1, line(b"abcd", false, false));
        assert_eq!(lines.take(&[b'x'; 1_000_000]), (1_000_000, None));
        assert!(lines.partial.capacity() < 64);
        assert_eq!(lines.take(b"y\r\n").1, line(b"xxxx", false, true));
        assert_eq!(lines.take(b"ab\r\n").1, line(b"ab", false, false));
    }
}
