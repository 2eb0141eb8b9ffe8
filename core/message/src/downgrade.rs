//! 8-bit content for servers without 8BITMIME (RFC 6152 section 3): parts that are declared 8bit or binary become
//! quoted-printable, and say so. Header fields are left alone; nothing that is declared 7bit changes.

use crate::header::{Field, FieldInfo};
use crate::mime::{HeaderClass, Options, Walk};

/// The converter: lines in, lines out.
pub struct Downgrade {
    walk: Walk,
    convert: bool,
    /// The quoted-printable line that is being built.
    line: Vec<u8>,
}

/// A header field or a piece of body on its way out.
#[derive(Debug, PartialEq, Eq)]
pub enum Out<'a> {
    /// A complete header field; its lines are divided by `\n`.
    Header(HeaderClass, &'a [u8]),
    /// A body line, or a piece of one when the flag says that the line goes on.
    Body(&'a [u8], bool),
}

impl Downgrade {
    /// At the start of a message.
    pub fn new(options: Options) -> Self {
        Self { walk: Walk::new(options), convert: true, line: Vec::new() }
    }

    /// Changes nothing: only tells header from body.
    pub fn unchanged(options: Options) -> Self {
        Self { convert: false, ..Self::new(options) }
    }

    /// Takes a line without its line end; a long line comes in pieces, all but the last with `complete` false.
    pub fn line(&mut self, text: &[u8], complete: bool, out: &mut dyn FnMut(Out<'_>)) {
        let part = self.walk.line(text, complete);
        self.header(part.header, out);
        if part.empty_line {
            out(Out::Body(b"", true));
        }
        let Some((text, _)) = part.body else { return };
        let content = self.walk.content();
        if self.convert && content.is_8bit() && content.is_leaf() {
            self.encode(text, complete, out);
        } else {
            out(Out::Body(text, complete));
        }
    }

    /// The message is at its end.
    pub fn finish(&mut self, out: &mut dyn FnMut(Out<'_>)) {
        let part = self.walk.finish();
        self.header(part.header, out);
    }

    /// Passes a field on, but for Content-Transfer-Encoding, which is told anew when the header has ended.
    fn header(&mut self, field: Option<(HeaderClass, Vec<u8>)>, out: &mut dyn FnMut(Out<'_>)) {
        let class = field.as_ref().map_or(HeaderClass::Multipart, |(class, _)| *class);
        if let Some((class, field)) = field {
            let info = FieldInfo::of(&field).map(|info| info.field);
            let is_encoding = info == Some(Field::ContentTransferEncoding);
            // The field was read before it came out, so this asks what it says itself.
            if !(self.convert && is_encoding && self.content_before_end().is_8bit()) {
                out(Out::Header(class, &field));
            }
        }
        if let Some(ended) = self.walk.take_ended().filter(|ended| self.convert && ended.is_8bit()) {
            let encoding = if ended.is_leaf() { "quoted-printable" } else { "7bit" };
            out(Out::Header(class, format!("Content-Transfer-Encoding: {encoding}").as_bytes()));
        }
    }

    /// The content of the header that a field belongs to, also when that header has just ended.
    fn content_before_end(&mut self) -> crate::mime::Content {
        self.walk.ended().unwrap_or_else(|| self.walk.content())
    }

    fn encode(&mut self, text: &[u8], complete: bool, out: &mut dyn FnMut(Out<'_>)) {
        for &byte in text {
            if self.line.len() > SOFT_LIMIT {
                self.line.push(b'=');
                out(Out::Body(&self.line, true));
                self.line.clear();
            }
            match byte {
                b'\t' | b' '..=b'<' | b'>'..=b'~' => self.line.push(byte),
                _ => self.hex(byte),
            }
        }
        if !complete {
            return;
        }
        // RFC 2045 section 6.7 rule 3: white space at the end of a line would not survive.
        if let Some(blank @ (b' ' | b'\t')) = self.line.last().copied() {
            self.line.pop();
            self.hex(blank);
        }
        out(Out::Body(&self.line, true));
        self.line.clear();
    }

    fn hex(&mut self, byte: u8) {
        self.line.push(b'=');
        self.line.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";
/// Lines stay below the 76 characters of RFC 2045 section 6.7 rule 5.
const SOFT_LIMIT: usize = 72;

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(lines: &[&[u8]]) -> String {
        let mut downgrade = Downgrade::new(Options::default());
        let mut text = Vec::new();
        let mut out = |piece: Out<'_>| {
            let (bytes, end) = match piece {
                Out::Header(_, field) => (field, true),
                Out::Body(line, end) => (line, end),
            };
            text.extend_from_slice(bytes);
            if end {
                text.push(b'\n');
            }
        };
        for line in lines {
            downgrade.line(line, true, &mut out);
        }
        downgrade.finish(&mut out);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_text_part_becomes_quoted_printable_and_says_so() {
        let text = convert(&[
            b"Content-Type: text/plain; charset=utf-8",
            b"Content-Transfer-Encoding: 8bit",
            b"Subject: x",
            b"",
            "café = good ".as_bytes(),
        ]);
        assert_eq!(
            text,
            "Content-Type: text/plain; charset=utf-8\nSubject: x\n\
             Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 =3D good=20\n"
        );
    }

    #[test]
    fn what_is_declared_7bit_stays_byte_for_byte() {
        let lines: [&[u8]; 4] = [b"Subject: x", b"Content-Transfer-Encoding: base64", b"", b"abc= "];
        assert_eq!(convert(&lines), "Subject: x\nContent-Transfer-Encoding: base64\n\nabc= \n");
    }

    #[test]
    fn only_the_8bit_parts_of_a_multipart_change() {
        let text = convert(&[
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Transfer-Encoding: 8bit",
            b"",
            b"--b",
            b"Content-Transfer-Encoding: 8bit",
            b"",
            "é".as_bytes(),
            b"--b",
            b"",
            b"plain=",
            b"--b--",
        ]);
        assert_eq!(
            text,
            "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 7bit\n\n--b\n\
             Content-Transfer-Encoding: quoted-printable\n\n=C3=A9\n--b\n\nplain=\n--b--\n"
        );
    }

    #[test]
    fn long_lines_get_soft_breaks_and_stay_short() {
        let long = vec![0xe9; 500];
        let text = convert(&[b"Content-Transfer-Encoding: binary", b"", &long]);
        assert!(text.lines().all(|line| line.len() <= 76), "{text}");
        assert_eq!(text.matches("=E9").count(), 500);
    }
}
