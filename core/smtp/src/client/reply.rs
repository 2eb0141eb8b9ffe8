//! Server replies, read byte by byte from strangers: whatever arrives, a bounded amount is kept.

use crate::text::printable_bytes;
use mail::Enhanced;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerReply {
    /// Three digits.
    pub code: u16,
    /// RFC 2034 code; `0.0` when there is none, or when it contradicts the reply code.
    pub enhanced: Enhanced,
    /// All lines with their codes, divided by `\n`; printable.
    pub text: String,
}

/// What a piece of input led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// More input is needed.
    Partial,
    /// A reply is complete.
    Reply(ServerReply),
    /// A line that is no SMTP reply. With pipelining the session must end: replies could be taken for those
    /// of other commands. Without, it may be skipped.
    Garbage(String),
}

/// Collects input until a reply is complete; input beyond it waits for the next.
#[derive(Debug, Default)]
pub struct ReplyReader {
    input: Vec<u8>,
    line: Vec<u8>,
    lines: Vec<String>,
    kept: usize,
}

impl ServerReply {
    /// 2 for success, 3 for "go on", 4 for "later", 5 for "never".
    pub fn class(&self) -> u16 {
        self.code / 100
    }

    /// The reply on one line, for logs and reports.
    pub fn one_line(&self) -> String {
        self.text.replace('\n', " ")
    }

    /// Builds a reply from its lines; None when the last line has no code.
    fn from_lines(lines: &[String]) -> Option<Self> {
        let last = lines.last()?;
        let code: u16 = last.get(..3)?.parse().ok()?;
        let word = last.get(4..).unwrap_or_default().split(' ').next().unwrap_or_default();
        // RFC 2034 section 4: codes whose class differs from the reply's mean nothing.
        let enhanced = match Enhanced::parse(word) {
            Some((class, enhanced)) if u16::from(class) == code / 100 => enhanced,
            _ => Enhanced::new(0, 0),
        };
        Some(Self { code, enhanced, text: lines.join("\n") })
    }
}

impl ReplyReader {
    /// Takes input from the server. The daemon reads only while a reply is due, so this stays small.
    pub fn feed(&mut self, input: &[u8]) {
        self.input.extend_from_slice(input);
    }

    /// True when input is left that no reply was read from: the server spoke out of turn.
    pub fn has_input(&self) -> bool {
        !self.input.is_empty() || !self.line.is_empty() || !self.lines.is_empty()
    }

    /// Takes the next reply out of the input, if it is whole.
    pub fn take(&mut self) -> Received {
        while let Some(end) = self.input.iter().position(|byte| *byte == b'\n') {
            let rest = self.input.split_off(end + 1);
            let piece = std::mem::replace(&mut self.input, rest);
            self.keep(&piece[..end]);
            match self.finish_line() {
                Received::Partial => {}
                whole => return whole,
            }
        }
        let piece = std::mem::take(&mut self.input);
        self.keep(&piece);
        Received::Partial
    }

    fn keep(&mut self, piece: &[u8]) {
        let room = LINE_LIMIT.saturating_sub(self.line.len());
        self.line.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    fn finish_line(&mut self) -> Received {
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        let is_code = line.len() >= 3 && line[..3].iter().all(u8::is_ascii_digit);
        let text = printable_bytes(&line);
        match line.get(3) {
            Some(b'-') if is_code => {
                if self.kept < REPLY_LIMIT {
                    self.kept += text.len();
                    self.lines.push(text);
                }
                Received::Partial
            }
            None | Some(b' ') if is_code => {
                let mut lines = std::mem::take(&mut self.lines);
                self.kept = 0;
                lines.push(text);
                ServerReply::from_lines(&lines).map_or(Received::Partial, Received::Reply)
            }
            _ => Received::Garbage(crate::text::clip(&text, 100).to_owned()),
        }
    }
}

/// `line_length_limit`: what is kept of one line.
const LINE_LIMIT: usize = 2048;
/// What is kept of a reply of many lines, but for its last.
const REPLY_LIMIT: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> ServerReply {
        let mut reader = ReplyReader::default();
        reader.feed(input);
        match reader.take() {
            Received::Reply(reply) => reply,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_of_one_reply_belong_together() {
        let reply = read(b"550-5.1.1 no such\r\n550 5.1.1 user\r\n");
        assert_eq!((reply.code, reply.enhanced), (550, Enhanced::new(1, 1)));
        assert_eq!(reply.one_line(), "550-5.1.1 no such 550 5.1.1 user");
    }

    #[test]
    fn an_enhanced_code_that_contradicts_its_reply_is_ignored() {
        assert_eq!(read(b"550 4.1.1 x\r\n").enhanced, Enhanced::new(0, 0));
        assert_eq!(read(b"250\r\n").enhanced, Enhanced::new(0, 0));
    }

    #[test]
    fn replies_are_found_however_the_input_is_cut() {
        let mut reader = ReplyReader::default();
        let mut found = Vec::new();
        for byte in b"250-a\r\n250 b\r\n354 go\r\n" {
            reader.feed(&[*byte]);
            if let Received::Reply(reply) = reader.take() {
                found.push(reply.code);
            }
        }
        assert_eq!(found, [250, 354]);
        assert!(!reader.has_input());
    }

    #[test]
    fn a_line_without_end_and_a_reply_without_end_stay_small() {
        let mut reader = ReplyReader::default();
        for _ in 0..6000 {
            reader.feed(&[b'2'; 1000]);
            assert_eq!(reader.take(), Received::Partial);
        }
        assert!(reader.line.len() + reader.input.len() <= LINE_LIMIT);
        let mut reader = ReplyReader::default();
        for _ in 0..100_000 {
            reader.feed(b"250-more of it\r\n");
            assert_eq!(reader.take(), Received::Partial);
        }
        assert!(reader.lines.len() < 2000);
    }

    #[test]
    fn control_characters_never_reach_the_text() {
        assert_eq!(read(b"550 a\x1b[31mb\x00c\r\n").text, "550 a?[31mb?c");
    }

    #[test]
    fn what_has_no_code_is_garbage() {
        for bad in [&b"hello\r\n"[..], b"\r\n", b"25\r\n", b"2500 x\r\n", b"\xff\xff\xff x\r\n"] {
            let mut reader = ReplyReader::default();
            reader.feed(bad);
            assert!(matches!(reader.take(), Received::Garbage(_)), "{bad:?}");
        }
    }
}
