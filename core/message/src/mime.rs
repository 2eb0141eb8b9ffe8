//! The MIME walk: which lines of a message are header fields, of which part, and which are body.
//!
//! Lines go in one by one (long ones in pieces), header fields and body lines come out. At most one header
//! field is held, at most `nesting_limit` boundaries, each at most `boundary_limit` bytes, so memory is bounded
//! and time is linear. No decoding, and nothing is ever dropped from a body.

use crate::header::{Field, FieldInfo, field_length};

/// Limits and what to complain about.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `disable_mime_input_processing`: everything behind the primary header is body.
    pub disable_mime: bool,
    /// `header_size_limit`.
    pub header_limit: usize,
    /// `mime_nesting_limit`.
    pub nesting_limit: usize,
    /// `mime_boundary_length_limit`.
    pub boundary_limit: usize,
    /// Refuse messages nested too deeply.
    pub report_nesting: bool,
    /// `strict_7bit_headers`.
    pub report_8bit_header: bool,
    /// `strict_8bitmime_body`.
    pub report_8bit_body: bool,
    /// `strict_mime_encoding_domain`.
    pub report_encoding: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            disable_mime: false,
            header_limit: 102_400,
            nesting_limit: 100,
            boundary_limit: 2048,
            report_nesting: false,
            report_8bit_header: false,
            report_8bit_body: false,
            report_encoding: false,
        }
    }
}

/// Which header a field stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderClass {
    /// The message's own header.
    Primary,
    /// The header of a part of a multipart.
    Multipart,
    /// The header of an attached message.
    Nested,
}

/// A violation of MIME that the options ask to report, with the reply that Postfix gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nested deeper than `nesting_limit`.
    Nesting,
    /// 8-bit bytes in a header.
    EightBitHeader,
    /// 8-bit bytes in a body that is declared 7bit, or not declared.
    EightBitBody,
    /// A transfer encoding that message/* or multipart/* must not have.
    Encoding,
}

impl Fault {
    /// Enhanced status code and text.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Nesting => "5.6.0 mime nesting exceeds safety limit",
            Self::EightBitHeader => "5.6.0 improper use of 8-bit data in message header",
            Self::EightBitBody => "5.6.0 improper use of 8-bit data in message body",
            Self::Encoding => "5.6.0 invalid message/* or multipart/* encoding domain",
        }
    }
}

/// What one line (or the end of the message) made certain, in the order of the fields.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Part<'a> {
    /// A header field that is now complete; its lines are divided by `\n`.
    pub header: Option<(HeaderClass, Vec<u8>)>,
    /// The primary header has ended.
    pub header_end: bool,
    /// The primary header ended without an empty line: one belongs here.
    pub empty_line: bool,
    /// A body line, and its place in the body of its part (for `body_checks_size_limit`).
    pub body: Option<(&'a [u8], u64)>,
}

impl Part<'_> {
    /// Nothing but a line of a body.
    pub fn is_body_only(&self) -> bool {
        self.header.is_none() && !self.header_end && !self.empty_line
    }
}

/// The state of the walk.
pub struct Walk {
    options: Options,
    state: State,
    content: Content,
    stack: Vec<Boundary>,
    /// The header field that is being collected.
    field: Vec<u8>,
    /// The line before went on into the line that comes now.
    continued: bool,
    body_offset: u64,
    fault: Option<Fault>,
    /// What the header said that ended last, for those who want to add to it.
    ended: Option<Content>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Header(HeaderClass),
    Body,
}

/// What the header of the part says about its body.
#[derive(Clone, Copy)]
pub(crate) struct Content {
    kind: Kind,
    domain: Encoding,
    encoding: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// message/rfc822, message/global: another header follows.
    Message,
    /// Other message types.
    OtherMessage,
    Multipart,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    SevenBit,
    EightBit,
    Binary,
    /// base64, quoted-printable.
    Armoured,
}

struct Boundary {
    text: Vec<u8>,
    /// What the parts between these boundaries are when they don't say.
    default_kind: Kind,
}

impl Walk {
    /// At the start of a message.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            state: State::Header(HeaderClass::Primary),
            content: Content::of(Kind::Other),
            stack: Vec::new(),
            field: Vec::new(),
            continued: false,
            body_offset: 0,
            fault: None,
            ended: None,
        }
    }

    /// The first violation seen so far.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// What the header of the part says that the walk is in.
    pub(crate) fn content(&self) -> Content {
        self.content
    }

    /// What the header said that has just ended.
    pub(crate) fn ended(&self) -> Option<Content> {
        self.ended
    }

    /// The same; once.
    pub(crate) fn take_ended(&mut self) -> Option<Content> {
        self.ended.take()
    }

    /// Takes a line without its line end. A long line comes in pieces, all but the last with `complete` false.
    pub fn line<'a>(&mut self, text: &'a [u8], complete: bool) -> Part<'a> {
        let mut part = Part::default();
        if let State::Header(class) = self.state {
            if self.extends_field(text) {
                self.continued = !complete;
                return part;
            }
            part.header = self.take_field(class);
            if let Some(name) = field_length(text) {
                self.begin_field(text, name);
                self.continued = !complete;
                return part;
            }
            self.end_header(class, text, &mut part);
        }
        if matches!(self.state, State::Body) {
            self.body_line(text);
        }
        part.body = Some((text, self.body_offset));
        self.body_offset += text.len() as u64 + u64::from(complete);
        self.continued = !complete;
        part
    }

    /// The message is at its end.
    pub fn finish(&mut self) -> Part<'static> {
        let mut part = Part::default();
        if let State::Header(class) = self.state {
            part.header = self.take_field(class);
            part.header_end = class == HeaderClass::Primary;
            self.ended = Some(self.content);
            self.state = State::Body;
        }
        part
    }

    /// Adds the line to the field that is being collected, when it continues it. What is beyond the limit is
    /// forgotten; that is header_size_limit's meaning.
    fn extends_field(&mut self, text: &[u8]) -> bool {
        if self.field.is_empty() || !(self.continued || matches!(text.first(), Some(b' ' | b'\t'))) {
            return false;
        }
        if self.field.len() < self.options.header_limit {
            if !self.continued {
                self.field.push(b'\n');
            }
            self.field.extend_from_slice(text);
        }
        true
    }

    /// `name : value` becomes `name: value`: blanks before the colon are obsolete (RFC 5322 section 4.5).
    fn begin_field(&mut self, text: &[u8], name: usize) {
        let blanks = text[name..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        self.field.extend_from_slice(&text[..name]);
        self.field.extend_from_slice(&text[name + blanks..]);
    }

    fn take_field(&mut self, class: HeaderClass) -> Option<(HeaderClass, Vec<u8>)> {
        if self.field.is_empty() {
            return None;
        }
        let field = std::mem::take(&mut self.field);
        if !self.options.disable_mime {
            match FieldInfo::of(&field).map(|info| info.field) {
                Some(Field::ContentType) => self.content_type(FieldInfo::value(&field)),
                Some(Field::ContentTransferEncoding) => self.transfer_encoding(FieldInfo::value(&field)),
                _ => {}
            }
        }
        if self.options.report_8bit_header && !field.is_ascii() {
            self.complain(Fault::EightBitHeader);
        }
        self.continued = false;
        Some((class, field))
    }

    fn end_header(&mut self, class: HeaderClass, text: &[u8], part: &mut Part<'_>) {
        if class == HeaderClass::Primary {
            part.header_end = true;
            part.empty_line = !text.is_empty();
        }
        let composite = matches!(self.content.kind, Kind::Message | Kind::OtherMessage | Kind::Multipart);
        if self.options.report_encoding && composite && self.content.encoding == Encoding::Armoured {
            self.complain(Fault::Encoding);
        }
        self.ended = Some(self.content);
        if text.is_empty() && self.content.kind == Kind::Message {
            self.state = State::Header(HeaderClass::Nested);
            self.content = Content::of(Kind::Other);
        } else {
            self.state = State::Body;
        }
        self.body_offset = 0;
    }

    fn body_line(&mut self, text: &[u8]) {
        if self.options.report_8bit_body && self.content.encoding == Encoding::SevenBit && !text.is_ascii() {
            self.complain(Fault::EightBitBody);
        }
        if self.continued || text.len() <= 2 || !text.starts_with(b"--") {
            return;
        }
        let inner = &text[2..];
        let Some(index) = self.stack.iter().rposition(|b| inner.starts_with(&b.text)) else { return };
        // Text behind the boundary is ignored: some mail programs write it, and ours may have been cut.
        if inner[self.stack[index].text.len()..].starts_with(b"--") {
            self.stack.truncate(index);
            self.content = Content::of(Kind::Other);
        } else {
            self.stack.truncate(index + 1);
            self.content = Content::of(self.stack[index].default_kind);
            self.state = State::Header(HeaderClass::Multipart);
        }
    }

    fn content_type(&mut self, value: &[u8]) {
        let mut parameters = Parameters { text: value };
        let Some(first) = parameters.next() else { return };
        let (kind, subtype) = first.type_and_subtype();
        let is = |name: &str| kind.eq_ignore_ascii_case(name.as_bytes());
        let sub = |name: &str| subtype.eq_ignore_ascii_case(name.as_bytes());
        if is("message") {
            let nested = sub("rfc822") || sub("global");
            self.content.kind = if nested { Kind::Message } else { Kind::OtherMessage };
        } else if is("multipart") {
            self.content.kind = Kind::Multipart;
            let default_kind = if sub("digest") { Kind::Message } else { Kind::Other };
            self.boundaries(parameters, default_kind);
        } else {
            self.content.kind = Kind::Other;
        }
    }

    /// All boundary parameters count: several are illegal, and could hide content from us.
    fn boundaries(&mut self, parameters: Parameters<'_>, default_kind: Kind) {
        for parameter in parameters {
            let Some(mut text) = parameter.value_of("boundary") else { continue };
            if self.stack.len() > self.options.nesting_limit {
                if self.options.report_nesting {
                    self.complain(Fault::Nesting);
                }
                return;
            }
            text.truncate(self.options.boundary_limit);
            self.stack.push(Boundary { text, default_kind });
        }
    }

    fn transfer_encoding(&mut self, value: &[u8]) {
        let word: Vec<u8> = value
            .iter()
            .take_while(|b| b.is_ascii_graphic() && **b != b';' && **b != b'(')
            .copied()
            .collect();
        let encoding = match word.to_ascii_lowercase().as_slice() {
            b"7bit" => Encoding::SevenBit,
            b"8bit" => Encoding::EightBit,
            b"binary" => Encoding::Binary,
            b"base64" | b"quoted-printable" => Encoding::Armoured,
            _ => return,
        };
        self.content.encoding = encoding;
        if encoding != Encoding::Armoured {
            self.content.domain = encoding;
        }
    }

    fn complain(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }
}

impl Content {
    /// The part may hold 8-bit data.
    pub(crate) fn is_8bit(self) -> bool {
        self.domain != Encoding::SevenBit
    }

    /// The part's own data can be encoded: it is neither a multipart nor a message.
    pub(crate) fn is_leaf(self) -> bool {
        self.kind == Kind::Other
    }

    fn of(kind: Kind) -> Self {
        Self { kind, domain: Encoding::SevenBit, encoding: Encoding::SevenBit }
    }
}

/// The `;`-divided pieces of a Content-Type value.
struct Parameters<'a> {
    text: &'a [u8],
}

/// The words and operators of one piece; comments are skipped, strings unquoted.
struct Parameter {
    tokens: Vec<(u8, Vec<u8>)>,
}

impl Parameter {
    fn type_and_subtype(&self) -> (&[u8], &[u8]) {
        match self.tokens.as_slice() {
            [(0, kind), (b'/', _), (0, subtype), ..] => (kind, subtype),
            [(0, kind), ..] => (kind, b""),
            _ => (b"", b""),
        }
    }

    fn value_of(self, name: &str) -> Option<Vec<u8>> {
        let matches = matches!(self.tokens.as_slice(), [(0, key), (b'=', _), _, ..]
            if key.eq_ignore_ascii_case(name.as_bytes()));
        matches.then(|| self.tokens.into_iter().nth(2).map(|(_, text)| text)).flatten()
    }
}

impl Iterator for Parameters<'_> {
    type Item = Parameter;

    fn next(&mut self) -> Option<Parameter> {
        if self.text.is_empty() {
            return None;
        }
        let mut tokens: Vec<(u8, Vec<u8>)> = Vec::new();
        let mut at = 0;
        while at < self.text.len() && self.text[at] != b';' {
            let token = content_token(self.text, &mut at);
            // Only the first three matter; the rest is read to find the end.
            if let Some(token) = token.filter(|_| tokens.len() < 3) {
                tokens.push(token);
            }
        }
        self.text = &self.text[(at + 1).min(self.text.len())..];
        Some(Parameter { tokens })
    }
}

/// One token of RFC 2045 section 5.1: kind 0 for words, else the operator.
fn content_token(text: &[u8], at: &mut usize) -> Option<(u8, Vec<u8>)> {
    let byte = text[*at];
    *at += 1;
    match byte {
        b' ' | b'\t' | b'\r' | b'\n' => None,
        b'(' => {
            skip_comment(text, at);
            None
        }
        b'"' => Some((0, quoted(text, at))),
        _ if TSPECIALS.contains(&byte) => Some((byte, vec![byte])),
        _ => {
            let start = *at - 1;
            let word = |b: &&u8| !b.is_ascii_whitespace() && !TSPECIALS.contains(b);
            *at = start + text[start..].iter().take_while(word).count();
            *at = (*at).max(start + 1);
            Some((0, text[start..*at].to_vec()))
        }
    }
}

fn skip_comment(text: &[u8], at: &mut usize) {
    let mut level = 1;
    while *at < text.len() && level > 0 {
        match text[*at] {
            b'(' => level += 1,
            b')' => level -= 1,
            b'\\' => *at += 1,
            _ => {}
        }
        *at += 1;
    }
    *at = (*at).min(text.len());
}

fn quoted(text: &[u8], at: &mut usize) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(&byte) = text.get(*at) {
        *at += 1;
        match byte {
            b'"' => break,
            b'\\' => {
                out.extend(text.get(*at));
                *at += 1;
            }
            // A line break inside a string is folding.
            b'\n' => {}
            _ => out.push(byte),
        }
    }
    *at = (*at).min(text.len());
    out
}

const TSPECIALS: &[u8] = b"()<>@,;:\\\"/[]?=";

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows a walk: `P:` `M:` `N:` header fields by class, `=` end of header, `+` inserted line, `.` body.
    fn walk(text: &str, options: Options) -> (Vec<String>, Option<Fault>) {
        let mut walk = Walk::new(options);
        let mut seen = Vec::new();
        let mut show = |part: Part<'_>| {
            if let Some((class, field)) = part.header {
                let letter = match class {
                    HeaderClass::Primary => 'P',
                    HeaderClass::Multipart => 'M',
                    HeaderClass::Nested => 'N',
                };
                seen.push(format!("{letter}:{}", String::from_utf8(field).unwrap()));
            }
            if part.header_end {
                seen.push("=".into());
            }
            if part.empty_line {
                seen.push("+".into());
            }
            if let Some((body, _)) = part.body {
                seen.push(format!(".{}", String::from_utf8(body.to_vec()).unwrap()));
            }
        };
        for line in text.lines() {
            show(walk.line(line.as_bytes(), true));
        }
        show(walk.finish());
        let fault = walk.fault();
        (seen, fault)
    }

    #[test]
    fn parts_and_attached_messages_have_headers_of_their_own() {
        let text = "Subject: a\n b\nContent-Type: multipart/mixed; x=\"y\"; boundary=\"=x\"\n\npreamble\n--=x\n\
                    Content-Type: message/rfc822\n\nTo : c\n\nbody\n--=x--\nA: b\n";
        let expected = [
            "P:Subject: a\n b",
            "P:Content-Type: multipart/mixed; x=\"y\"; boundary=\"=x\"",
            "=",
            ".",
            ".preamble",
            ".--=x",
            "M:Content-Type: message/rfc822",
            ".",
            "N:To: c",
            ".",
            ".body",
            ".--=x--",
            ".A: b",
        ];
        assert_eq!(walk(text, Options::default()).0, expected);
    }

    #[test]
    fn a_header_that_ends_without_an_empty_line_gets_one() {
        assert_eq!(walk("A: b\nnot a header\n", Options::default()).0, ["P:A: b", "=", "+", ".not a header"]);
        assert_eq!(walk("", Options::default()).0, ["="]);
        assert_eq!(walk("A: b\n", Options::default()).0, ["P:A: b", "="]);
    }

    #[test]
    fn a_long_line_in_pieces_is_one_field() {
        let mut walk = Walk::new(Options::default());
        walk.line(b"Subject: abc", false);
        walk.line(b"To: def", false);
        walk.line(b"ghi", true);
        assert_eq!(walk.finish().header.unwrap().1, b"Subject: abcTo: defghi");
    }

    #[test]
    fn what_exceeds_the_header_limit_is_forgotten() {
        let mut walk = Walk::new(Options { header_limit: 10, ..Options::default() });
        walk.line(b"A: b", true);
        for _ in 0..100_000 {
            walk.line(b" folded", true);
        }
        assert_eq!(walk.finish().header.unwrap().1, b"A: b\n folded");
    }

    #[test]
    fn five_thousand_nested_multiparts_stay_within_the_limit() {
        let mut walk = Walk::new(Options { report_nesting: true, ..Options::default() });
        for level in 0..5000 {
            let boundary = format!("{level:020}");
            walk.line(format!("Content-Type: multipart/mixed; boundary={boundary}").as_bytes(), true);
            walk.line(b"", true);
            walk.line(format!("--{boundary}").as_bytes(), true);
        }
        assert_eq!(walk.fault(), Some(Fault::Nesting));
        assert!(walk.stack.len() <= 101);
    }

    #[test]
    fn strictness_is_asked_for() {
        let strict = Options { report_8bit_header: true, ..Options::default() };
        assert_eq!(walk("A: ü\n\n", strict).1, Some(Fault::EightBitHeader));
        let strict = Options { report_8bit_body: true, ..Options::default() };
        assert_eq!(walk("A: b\n\nü\n", strict).1, Some(Fault::EightBitBody));
        assert_eq!(walk("Content-Transfer-Encoding: 8bit\n\nü\n", strict).1, None);
        let strict = Options { report_encoding: true, ..Options::default() };
        let text = "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\n";
        assert_eq!(walk(text, strict).1, Some(Fault::Encoding));
    }
}
