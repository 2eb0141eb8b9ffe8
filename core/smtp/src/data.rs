//! The content codecs of the receiving side: DATA with its dots (RFC 5321 section 4.5.2) and BDAT chunks (RFC 3030),
//! both to lines that end in a single LF. Incremental; whatever the client sends, only a few bytes are held back.
//!
//! This is the room where SMTP smuggling is decided: what ends the content, and what a LF without its CR means.
//! What happens to a stray CR in the middle of a line is cleanup's business.

/// `smtpd_forbid_bare_newline`: what a LF without CR in front of it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareNewline {
    /// A line end like any other, also around the dot that ends the content.
    Allow,
    /// A line end, but only CR LF . CR LF ends the content.
    Normalize,
    /// As `Normalize`, and the log tells.
    Note,
    /// As `Normalize`, and the content is refused.
    Reject,
}

/// Decodes the content of one message.
#[derive(Debug)]
pub struct Decoder {
    newline: BareNewline,
    dots: bool,
    state: State,
    /// The start of a line, held until it's clear what it is.
    head: Vec<u8>,
    /// No ordinary line has been seen yet.
    first: bool,
    /// The previous line ended in CR LF.
    after_crlf: bool,
    held_cr: bool,
    bare_lf: bool,
    size: u64,
    lines_size: u64,
}

/// How far a call got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many bytes of the input were used.
    pub taken: usize,
    /// The end of the content was among them. The rest of the input is the next command.
    pub end: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of a line.
    Head,
    /// Within a line.
    Body,
}

enum Head {
    Undecided,
    /// `.` alone; true when CR LF ended the line.
    LoneDot(bool),
    /// An ordinary line begins; this many bytes of the head are not part of it.
    Line(usize),
    /// `From ` or `>From ` where the header should begin.
    MailboxFrom,
}

impl Decoder {
    /// A decoder for what follows 354.
    pub fn for_data(newline: BareNewline) -> Self {
        Self::new(newline, true)
    }

    /// A decoder for the chunks of one message; call `decode` for each chunk and `finish` after the last.
    pub fn for_chunks(newline: BareNewline) -> Self {
        Self::new(newline, false)
    }

    fn new(newline: BareNewline, dots: bool) -> Self {
        Self {
            newline,
            dots,
            state: State::Head,
            head: Vec::new(),
            first: true,
            after_crlf: true,
            held_cr: false,
            bare_lf: false,
            size: 0,
            lines_size: 0,
        }
    }

    /// Decodes a piece of input to the end of `out`.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>) -> Progress {
        let mut taken = 0;
        while taken < input.len() {
            match self.state {
                State::Head => {
                    self.head.push(input[taken]);
                    taken += 1;
                    if self.decide(out) {
                        return Progress { taken, end: true };
                    }
                }
                State::Body => taken += self.body(&input[taken..], out),
            }
        }
        Progress { taken, end: false }
    }

    /// The chunks are over: ends a last line that lacks its line end.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let head = std::mem::take(&mut self.head);
        let unfinished = self.state == State::Body || !head.is_empty();
        self.state = State::Body;
        self.body(&head, out);
        if std::mem::take(&mut self.held_cr) {
            self.emit(b"\r", out);
        }
        if unfinished {
            self.line_end(true, out);
        }
    }

    /// The size of the content so far, each line end counted as CR LF.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The size of the lines that are complete.
    pub fn lines_size(&self) -> u64 {
        self.lines_size
    }

    /// A LF without CR has been seen.
    pub fn saw_bare_lf(&self) -> bool {
        self.bare_lf
    }

    /// True when the policy is to refuse the content for what has been seen.
    pub fn must_reject(&self) -> bool {
        self.bare_lf && self.newline == BareNewline::Reject
    }

    /// Looks at the held start of a line; true at the end of the content.
    fn decide(&mut self, out: &mut Vec<u8>) -> bool {
        let skip = match self.look() {
            Head::Undecided => return false,
            Head::LoneDot(crlf) => {
                if self.newline == BareNewline::Allow || (crlf && self.after_crlf) {
                    return true;
                }
                // Half of a forged end of data: the line means nothing, and nothing is left of it.
                self.bare_lf |= !crlf;
                self.after_crlf = crlf;
                self.first = false;
                self.head.clear();
                return false;
            }
            Head::MailboxFrom => {
                self.emit(b"X-Mailbox-Line: ", out);
                0
            }
            Head::Line(skip) => {
                if std::mem::take(&mut self.first) && matches!(self.head[0], b' ' | b'\t') {
                    self.line_end(true, out);
                }
                skip
            }
        };
        let head = std::mem::take(&mut self.head);
        self.state = State::Body;
        self.body(&head[skip..], out);
        false
    }

    fn look(&self) -> Head {
        match *self.head.as_slice() {
            [b'.'] | [b'.', b'\r'] if self.dots => Head::Undecided,
            [b'.', b'\n'] if self.dots => Head::LoneDot(false),
            [b'.', b'\r', b'\n'] if self.dots => Head::LoneDot(true),
            [b'.', ..] if self.dots => Head::Line(1),
            ref head if self.first => mailbox_from(head),
            _ => Head::Line(0),
        }
    }

    /// Copies to the end of the line or of the input; gives how many bytes were used.
    fn body(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        if input.is_empty() {
            return 0;
        }
        let end = input.iter().position(|&b| b == b'\n');
        let mut text = &input[..end.unwrap_or(input.len())];
        if self.held_cr && !text.is_empty() {
            self.held_cr = false;
            self.emit(b"\r", out);
        }
        if let Some(before) = text.strip_suffix(b"\r") {
            self.held_cr = true;
            text = before;
        }
        self.emit(text, out);
        match end {
            None => input.len(),
            Some(at) => {
                let crlf = std::mem::take(&mut self.held_cr);
                self.line_end(crlf, out);
                at + 1
            }
        }
    }

    fn line_end(&mut self, crlf: bool, out: &mut Vec<u8>) {
        out.push(b'\n');
        self.size += 2;
        self.lines_size = self.size;
        self.bare_lf |= !crlf;
        self.after_crlf = crlf;
        self.state = State::Head;
    }

    fn emit(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(bytes);
        self.size += bytes.len() as u64;
    }
}

/// Is it `From ` behind any number of `>`? A mailbox separator in place of a header (BSD mailbox files sent as they
/// are); it becomes a header line of its own.
fn mailbox_from(head: &[u8]) -> Head {
    let marks = head.iter().take_while(|&&b| b == b'>').count();
    let rest = &head[marks..];
    if rest.starts_with(FROM) {
        Head::MailboxFrom
    } else if FROM.starts_with(rest) && marks <= MARKS_LIMIT {
        Head::Undecided
    } else {
        Head::Line(0)
    }
}

const FROM: &[u8] = b"From ";
/// Nobody forwards a mailbox this often; it bounds what is held back.
const MARKS_LIMIT: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes in one piece, then in every split into two, which must give the same.
    fn data(newline: BareNewline, input: &str) -> (String, usize, bool) {
        let whole = split_data(newline, input, input.len());
        for at in 0..input.len() {
            assert_eq!(split_data(newline, input, at), whole, "split at {at}: {input:?}");
        }
        whole
    }

    fn split_data(newline: BareNewline, input: &str, at: usize) -> (String, usize, bool) {
        let mut decoder = Decoder::for_data(newline);
        let mut out = Vec::new();
        let (a, b) = input.as_bytes().split_at(at);
        let mut progress = decoder.decode(a, &mut out);
        if !progress.end {
            let more = decoder.decode(b, &mut out);
            progress = Progress { taken: a.len() + more.taken, end: more.end };
        }
        (String::from_utf8(out).unwrap(), progress.taken, progress.end)
    }

    #[test]
    fn dots_are_unstuffed_and_the_lone_dot_ends_the_content() {
        let input = "a\r\n..b\r\n.c\r\n...\r\n.\r\nQUIT\r\n";
        assert_eq!(data(BareNewline::Normalize, input), ("a\n.b\nc\n..\n".into(), 20, true));
        assert_eq!(data(BareNewline::Allow, ".\r\n"), (String::new(), 3, true));
    }

    /// invariants 2, row 4: none of these may end the content, and none may leave a lone dot behind that another
    /// server could take for an end.
    #[test]
    fn no_forged_end_of_data_is_believed() {
        for forged in [
            "\n.\n",
            "\n.\r\n",
            "\r\n.\n",
            "\r.\r",
            "\r\n.\r",
            "\r.\r\n",
            "\r\n.\r\r\n",
            "\n.\r",
            "\r\r\n.\n",
            "\n\n.\r\n",
            "\r\n.\0\r\n",
            "\r\n\0.\r\n",
            "\r\n. \r\n",
            "\r.\n",
            "\n\r.\r\n",
        ] {
            let input = format!("x{forged}MAIL FROM:<evil@example.org>\r\n.\r\n");
            for newline in [BareNewline::Normalize, BareNewline::Note, BareNewline::Reject] {
                let (out, taken, end) = data(newline, &input);
                assert!(end && taken == input.len(), "{forged:?}");
                assert!(!out.contains("\n.\n"), "{forged:?} gave {out:?}");
                assert!(out.contains("MAIL FROM"), "{forged:?}");
            }
        }
    }

    #[test]
    fn when_bare_newlines_are_allowed_they_end_the_content_too() {
        assert_eq!(data(BareNewline::Allow, "a\n.\nMAIL"), ("a\n".into(), 4, true));
        assert_eq!(data(BareNewline::Allow, "a\r\n.\nMAIL"), ("a\n".into(), 5, true));
    }

    #[test]
    fn bare_newlines_are_reported() {
        let mut decoder = Decoder::for_data(BareNewline::Reject);
        decoder.decode(b"a\r\n.\r\n", &mut Vec::new());
        assert!(!decoder.must_reject());
        let mut decoder = Decoder::for_data(BareNewline::Reject);
        decoder.decode(b"a\nb\r\n.\r\n", &mut Vec::new());
        assert!(decoder.must_reject() && decoder.saw_bare_lf());
    }

    #[test]
    fn normalizing_drops_the_half_forged_lines_as_postfix_does() {
        let input = "hi\n.\nfoo\r\n.\nbar\n.\r\nbaz\r\n..\n...\n.x\r\r\ny\rz\r\n.\r\n";
        assert_eq!(data(BareNewline::Normalize, input).0, "hi\nfoo\nbar\nbaz\n.\n..\nx\r\ny\rz\n");
    }

    #[test]
    fn a_mailbox_line_becomes_a_header_and_leading_space_is_no_header() {
        assert_eq!(data(BareNewline::Allow, "From a\r\nS: x\r\n.\r\n").0, "X-Mailbox-Line: From a\nS: x\n");
        assert_eq!(
            data(BareNewline::Allow, ">>From a\r\nFrom b\r\n.\r\n").0,
            "X-Mailbox-Line: >>From a\nX-Mailbox-Line: From b\n"
        );
        assert_eq!(data(BareNewline::Allow, "Fro: a\r\nFrom b\r\n.\r\n").0, "Fro: a\nFrom b\n");
        assert_eq!(data(BareNewline::Allow, " lead\r\n more\r\n.\r\n").0, "\n lead\n more\n");
        assert_eq!(data(BareNewline::Allow, "\r\nFrom b\r\n.\r\n").0, "\nFrom b\n");
    }

    #[test]
    fn chunks_know_no_dots_and_lines_may_span_them() {
        let mut decoder = Decoder::for_chunks(BareNewline::Normalize);
        let mut out = Vec::new();
        for chunk in ["Subject: a", "\n\r\n.\r\nab\ncd\r", "\nx\r.y"] {
            assert!(!decoder.decode(chunk.as_bytes(), &mut out).end);
        }
        decoder.finish(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "Subject: a\n\n.\nab\ncd\nx\r.y\n");
        assert_eq!(decoder.size(), 31);
    }

    #[test]
    fn chunks_that_end_in_the_middle_of_something_lose_nothing() {
        for (input, want) in
            [("", ""), ("a", "a\n"), ("a\r\n", "a\n"), ("a\r", "a\r\n"), ("Fro", "Fro\n"), (">", ">\n")]
        {
            let mut decoder = Decoder::for_chunks(BareNewline::Normalize);
            let mut out = Vec::new();
            decoder.decode(input.as_bytes(), &mut out);
            decoder.finish(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), want, "{input:?}");
        }
    }

    #[test]
    fn little_is_held_back_whatever_comes() {
        let mut decoder = Decoder::for_data(BareNewline::Normalize);
        let mut out = Vec::new();
        decoder.decode(&[b'>'; 100_000], &mut out);
        assert_eq!(out.len(), 100_000);
        assert!(decoder.head.capacity() < 200);
    }
}
