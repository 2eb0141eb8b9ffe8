//! The text of a submission, from standard input to content records. Recipients of the header are picked up on
//! the way when `-t` asks for it.

use super::envelope::addresses;
use mail::Address;
use message::{Addresses, FieldInfo};
use record::{Kind, encode};
use std::io::{self, BufRead, Read, Write};

/// How to read the text.
pub(super) struct Reading {
    /// A line with only a dot ends it.
    pub(super) dot_ends: bool,
    /// Collect recipients (`-t`).
    pub(super) extract: bool,
    /// `line_length_limit`.
    pub(super) line_length_limit: usize,
    /// `sendmail_fix_line_endings`.
    pub(super) line_ends: LineEnds,
}

/// What to do with a carriage return before a newline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// It goes.
    Always,
    /// It goes when the first line has one.
    Strict,
    /// It stays.
    Never,
}

/// Copies text to content records. The recipients found in the header.
pub(super) fn copy(
    reading: &Reading,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> io::Result<Vec<Address>> {
    let mut header = Header { collecting: reading.extract, ..Header::default() };
    let (mut line_start, mut first, mut strip) = (true, true, reading.line_ends == LineEnds::Always);
    let mut records = Vec::new();
    while let Some(mut piece) = next_piece(input, reading.line_length_limit)? {
        if piece.ended && piece.text.last() == Some(&b'\r') {
            strip |= first && reading.line_ends == LineEnds::Strict;
            if strip {
                piece.text.pop();
            }
        }
        if line_start && piece.ended && reading.dot_ends && piece.text == b"." {
            break;
        }
        if first && line_start && is_mbox_from(&piece.text) && piece.ended {
            continue;
        }
        first = false;
        header.piece(&piece.text, line_start);
        encode(if piece.ended { Kind::NORMAL } else { Kind::CONTINUED }, &piece.text, &mut records);
        line_start = piece.ended;
        if records.len() >= BATCH {
            out.write_all(&records)?;
            records.clear();
        }
    }
    out.write_all(&records)?;
    Ok(header.recipients())
}

/// What `-bv` sends instead of a text.
pub(super) fn probe(sender: &Address, recipients: &[Address]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(Kind::NORMAL, format!("From: {}", sender.to_external()).as_bytes(), &mut out);
    encode(Kind::NORMAL, b"Subject: probe", &mut out);
    encode(Kind::CONTINUED, b"To:", &mut out);
    for (at, recipient) in recipients.iter().enumerate() {
        let comma = if at + 1 < recipients.len() { "," } else { "" };
        encode(Kind::NORMAL, format!("\t{}{comma}", recipient.to_external()).as_bytes(), &mut out);
    }
    out
}

struct Piece {
    text: Vec<u8>,
    ended: bool,
}

fn next_piece(input: &mut impl BufRead, limit: usize) -> io::Result<Option<Piece>> {
    let mut text = Vec::new();
    input.by_ref().take(limit.max(1) as u64).read_until(b'\n', &mut text)?;
    if text.last() == Some(&b'\n') {
        text.pop();
        return Ok(Some(Piece { text, ended: true }));
    }
    if text.len() == limit.max(1) && input.fill_buf()?.first() == Some(&b'\n') {
        input.consume(1);
        return Ok(Some(Piece { text, ended: true }));
    }
    Ok((!text.is_empty()).then_some(Piece { text, ended: false }))
}

/// Mailbox files put such a line before a message.
fn is_mbox_from(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// Follows the header to its end.
#[derive(Default)]
struct Header {
    collecting: bool,
    field: Vec<u8>,
    resent: bool,
    plain: Vec<Address>,
    resent_to: Vec<Address>,
}

impl Header {
    fn piece(&mut self, text: &[u8], line_start: bool) {
        if !self.collecting {
            return;
        }
        let folded = matches!(text.first(), Some(b' ' | b'\t'));
        if !line_start || (folded && !self.field.is_empty()) {
            if self.field.len() < FIELD_LIMIT {
                // The rest of a long line goes on where it was cut.
                self.field.extend(line_start.then_some(b'\n'));
                self.field.extend_from_slice(text);
            }
            return;
        }
        self.end_field();
        if message::field_length(text).is_some() {
            self.field = text.to_vec();
        } else {
            self.collecting = false;
        }
    }

    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        let Some(info) = FieldInfo::of(&field) else { return };
        if info.addresses != Addresses::Extracted {
            return;
        }
        let found = addresses(&String::from_utf8_lossy(FieldInfo::value(&field)));
        if info.resent {
            self.resent = true;
            self.resent_to.extend(found);
        } else {
            self.plain.extend(found);
        }
    }

    /// A resent message goes to the Resent- recipients alone.
    fn recipients(mut self) -> Vec<Address> {
        if self.collecting {
            self.end_field();
        }
        if self.resent { self.resent_to } else { self.plain }
    }
}

const BATCH: usize = 32 << 10;
/// As much of one field as is searched for recipients.
const FIELD_LIMIT: usize = 10 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &[u8], extract: bool, dot_ends: bool, line_ends: LineEnds) -> (Vec<u8>, Vec<String>) {
        // A field name is never cut: the real limit is in the thousands.
        let reading =
            Reading { dot_ends, extract, line_length_limit: if extract { 12 } else { 8 }, line_ends };
        let mut out = Vec::new();
        let found = copy(&reading, &mut &text[..], &mut out).unwrap();
        (out, found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn lines_dots_and_line_ends_are_treated_as_postfix_does() {
        for (text, dot_ends, line_ends, expected) in [
            (&b"a\n.\nb\n"[..], true, LineEnds::Always, &b"N\x01a"[..]),
            (b"a\n.\nb\n", false, LineEnds::Always, b"N\x01aN\x01.N\x01b"),
            (b"a\r\nb\r\n", true, LineEnds::Always, b"N\x01aN\x01b"),
            (b"a\r\nb\r\n", true, LineEnds::Never, b"N\x02a\rN\x02b\r"),
            (b"a\nb\r\n", true, LineEnds::Strict, b"N\x01aN\x02b\r"),
            (b"a\r\nb\r\n", true, LineEnds::Strict, b"N\x01aN\x01b"),
            (b"no end", true, LineEnds::Always, b"L\x06no end"),
            (b"", true, LineEnds::Always, b""),
            (b"From x\n>From y\nS: x\nFrom z\n", true, LineEnds::Always, b"N\x04S: xN\x06From z"),
            (b"12345678\n", true, LineEnds::Always, b"N\x0812345678"),
            (b"123456789\n", true, LineEnds::Always, b"L\x0812345678N\x019"),
            (b"12345678.\n", true, LineEnds::Always, b"L\x0812345678N\x01."),
        ] {
            let (out, _) = run(text, false, dot_ends, line_ends);
            assert_eq!(out.escape_ascii().to_string(), expected.escape_ascii().to_string());
        }
    }

    #[test]
    fn recipients_come_from_the_header_and_not_from_the_body() {
        for (text, expected) in [
            ("To: a, b\nCc: c\nBcc: d,\n e\nFrom: f\n\nTo: g\n", &["a", "b", "c", "d", "e"][..]),
            ("To: a\nResent-To: b\n\n", &["b"]),
            ("To: undisclosed:;\n", &[]),
            ("Bcc: last", &["last"]),
            ("Bcc: abcdefghijklmno, p\n", &["abcdefghijklmno", "p"]),
        ] {
            assert_eq!(run(text.as_bytes(), true, true, LineEnds::Always).1, expected, "{text}");
        }
    }
}
