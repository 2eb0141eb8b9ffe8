//! Replies on the wire (RFC 5321 section 4.2): rendering ours, reading those of others.
//! What a reply means is decided by who asked.

use crate::text::{clip, printable_bytes};
use mail::{Enhanced, Reply};
use std::fmt;

/// The reply as it goes on the wire: every line with code, enhanced code, text and CRLF. Control characters in the
/// text become `?`: nothing that a peer or a table made can start a line of its own.
pub fn render(reply: &Reply) -> String {
    let mut out = String::new();
    let mut lines = reply.text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let mark = if lines.peek().is_some() { '-' } else { ' ' };
        out.push_str(&format!("{:03}{mark}", reply.code));
        if let Some(enhanced) = reply.enhanced {
            out.push_str(&enhanced.with_class((reply.code / 100) as u8));
            out.push(' ');
        }
        out.extend(line.chars().map(|c| if c.is_control() { '?' } else { c }));
        out.push_str("\r\n");
    }
    out
}

/// Reads the lines of one reply, one at a time. Keeps at most a bounded part of what an endless peer says.
#[derive(Debug, Default)]
pub struct Parser {
    code: Option<u16>,
    enhanced: Option<Enhanced>,
    text: String,
    lines: usize,
}

/// A line that is no SMTP reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadReply {
    /// The line, made printable and clipped.
    pub line: String,
}

impl fmt::Display for BadReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unexpected reply: {}", self.line)
    }
}

impl std::error::Error for BadReply {}

impl Parser {
    /// An empty parser, at the start of a reply.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one line, with or without its CRLF. Some(reply) when the line was the last of its reply; the parser is
    /// then ready for the next one. The text has one line per reply line; each line lacks the codes.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<Reply>, BadReply> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (code, more, rest) = split(line).ok_or_else(|| bad(line))?;
        // RFC 5321 4.2.1: the last line's code counts, and a server that contradicts itself isn't speaking SMTP.
        if self.code.is_some_and(|first| first != code) {
            return Err(bad(line));
        }
        self.code = Some(code);
        self.keep(code, rest);
        if more {
            return Ok(None);
        }
        let done = std::mem::take(self);
        Ok(Some(Reply { code, enhanced: done.enhanced, text: done.text }))
    }

    /// How many lines of the present reply have been read.
    pub fn lines(&self) -> usize {
        self.lines
    }

    fn keep(&mut self, code: u16, rest: &[u8]) {
        let rest = printable_bytes(rest);
        let mut text = rest.as_str();
        let (word, after) = text.split_once(' ').unwrap_or((text, ""));
        if let Some((class, enhanced)) = Enhanced::parse(word)
            && u16::from(class) == code / 100
        {
            self.enhanced.get_or_insert(enhanced);
            text = after;
        }
        if self.lines > 0 && self.text.len() < TEXT_LIMIT {
            self.text.push('\n');
        }
        self.lines += 1;
        let room = TEXT_LIMIT.saturating_sub(self.text.len());
        self.text.push_str(clip(text, room));
    }
}

/// Code, "more lines follow", rest. Leniently, a code alone is a whole reply line.
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let digits = line.get(..3)?;
    if !(b'2'..=b'5').contains(&digits[0]) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = digits.iter().fold(0u16, |sum, d| sum * 10 + u16::from(d - b'0'));
    match line.get(3) {
        None => Some((code, false, &[])),
        Some(b'-') => Some((code, true, &line[4..])),
        Some(b' ' | b'\t') => Some((code, false, &line[4..])),
        Some(_) => None,
    }
}

fn bad(line: &[u8]) -> BadReply {
    BadReply { line: clip(&printable_bytes(line), LINE_SHOWN).to_owned() }
}

/// What is kept of a reply's text, whatever the server sends.
const TEXT_LIMIT: usize = 20_000;
const LINE_SHOWN: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Option<Reply>, BadReply> {
        let mut parser = Parser::new();
        let mut last = Ok(None);
        for line in lines {
            last = parser.line(line.as_bytes());
        }
        last
    }

    #[test]
    fn a_rendered_reply_reads_back() {
        let reply = Reply::new(250, 2, 0, "one\ntwo");
        let wire = render(&reply);
        assert_eq!(wire, "250-2.2.0 one\r\n250 2.2.0 two\r\n");
        let lines: Vec<&str> = wire.split_inclusive('\n').collect();
        assert_eq!(read(&lines), Ok(Some(reply)));
    }

    #[test]
    fn no_text_can_start_a_reply_of_its_own() {
        assert_eq!(render(&Reply::bare(500, "a\r250 b\u{1}")), "500 a?250 b?\r\n");
    }

    #[test]
    fn an_enhanced_code_of_another_class_is_text() {
        let reply = read(&["550 4.1.1 odd"]).unwrap().unwrap();
        assert_eq!((reply.enhanced, reply.text.as_str()), (None, "4.1.1 odd"));
    }

    #[test]
    fn lines_that_are_no_reply_are_refused() {
        for bad in ["", "25", "2x0 ok", "999 x", "250~ok", "hello", "050 x"] {
            assert!(read(&[bad]).is_err(), "{bad}");
        }
        assert!(read(&["250-a", "550 b"]).is_err());
        assert_eq!(read(&["250"]).unwrap().unwrap().text, "");
    }

    #[test]
    fn an_endless_reply_keeps_bounded_memory() {
        let mut parser = Parser::new();
        for _ in 0..100_000 {
            assert_eq!(parser.line(b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), Ok(None));
        }
        assert!(parser.text.len() <= TEXT_LIMIT);
    }
}
