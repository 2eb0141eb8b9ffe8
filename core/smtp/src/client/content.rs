//! The content on its way out: CRLF line ends, dots doubled, long lines cut. No bare CR or LF ever leaves, and
//! no line of the message can be taken for the end of data (CVE-2023-51764 and its kin).

/// Encodes content whose lines end in LF.
#[derive(Debug)]
pub struct Encoder {
    limit: usize,
    at_line_start: bool,
    pending_cr: bool,
    room: usize,
    broken: bool,
}

impl Encoder {
    /// Lines longer than `limit` (`smtp_line_length_limit`) are broken with CRLF and a space; 0 means never.
    pub fn new(limit: usize) -> Self {
        Self { limit, at_line_start: true, pending_cr: false, room: limit, broken: false }
    }

    /// Encodes a piece of content into `out`.
    pub fn encode(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        while let Some(&first) = input.first() {
            let end = input.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(input.len());
            if end > 0 {
                self.release_cr(out);
                self.text(&input[..end], out);
                input = &input[end..];
                continue;
            }
            input = &input[1..];
            if first == b'\n' {
                // A CR right before LF is part of the line end.
                self.pending_cr = false;
                self.end_line(out);
            } else {
                self.release_cr(out);
                self.pending_cr = true;
            }
        }
    }

    /// Ends the last line if need be, and appends the final dot.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.release_cr(out);
        if !self.at_line_start {
            self.end_line(out);
        }
        out.extend_from_slice(b".\r\n");
    }

    /// True when a line was too long and had to be broken; the log should say so.
    pub fn broke_a_line(&self) -> bool {
        self.broken
    }

    /// A CR that no LF follows leaves as a space, as cleanup(8) would have it.
    fn release_cr(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.pending_cr) {
            self.text(b" ", out);
        }
    }

    fn text(&mut self, mut text: &[u8], out: &mut Vec<u8>) {
        if std::mem::take(&mut self.at_line_start) && text.first() == Some(&b'.') {
            out.push(b'.');
        }
        while self.limit > 0 && text.len() > self.room {
            let (now, later) = text.split_at(self.room);
            out.extend_from_slice(now);
            out.extend_from_slice(b"\r\n ");
            self.room = self.limit.saturating_sub(1).max(1);
            self.broken = true;
            text = later;
        }
        out.extend_from_slice(text);
        self.room = self.room.saturating_sub(text.len());
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.at_line_start = true;
        self.room = self.limit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(limit: usize, pieces: &[&[u8]]) -> Vec<u8> {
        let (mut encoder, mut out) = (Encoder::new(limit), Vec::new());
        for piece in pieces {
            encoder.encode(piece, &mut out);
        }
        encoder.finish(&mut out);
        out
    }

    #[test]
    fn dots_are_doubled_at_line_starts_only() {
        assert_eq!(encode(998, &[b".\n..a\nb.\n"]), b"..\r\n...a\r\nb.\r\n.\r\n");
        assert_eq!(encode(998, &[b"a", b".\n", b".x"]), b"a.\r\n..x\r\n.\r\n");
    }

    #[test]
    fn no_bare_cr_or_lf_leaves_however_the_input_is_cut() {
        let hostile = b"a\r.\r\n.\r\rQUIT\n\r.\r\n\r";
        let whole = encode(998, &[hostile]);
        for at in 0..hostile.len() {
            assert_eq!(encode(998, &[&hostile[..at], &hostile[at..]]), whole, "cut at {at}");
        }
        let body = &whole[..whole.len() - 3];
        assert!(!body.windows(3).any(|w| w == b"\n.\r"), "{}", String::from_utf8_lossy(&whole));
        for (at, byte) in whole.iter().enumerate() {
            match byte {
                b'\r' => assert_eq!(whole.get(at + 1), Some(&b'\n')),
                b'\n' => assert_eq!(whole[at - 1], b'\r'),
                _ => {}
            }
        }
    }

    #[test]
    fn long_lines_are_broken_with_a_space_and_nothing_is_lost() {
        assert_eq!(encode(4, &[b"abcdefghij\n"]), b"abcd\r\n efg\r\n hij\r\n.\r\n");
        assert_eq!(encode(4, &[b"abcd\n"]), b"abcd\r\n.\r\n");
        assert_eq!(encode(0, &[b"abcdefghij\n"]), b"abcdefghij\r\n.\r\n");
        let long = vec![b'x'; 100_000];
        let out = encode(998, &[&long]);
        assert!(out.split(|b| *b == b'\n').all(|line| line.len() <= 999));
        assert_eq!(out.iter().filter(|b| **b == b'x').count(), long.len());
    }

    #[test]
    fn an_unfinished_last_line_is_finished() {
        assert_eq!(encode(998, &[b"a"]), b"a\r\n.\r\n");
        assert_eq!(encode(998, &[]), b".\r\n");
    }
}
