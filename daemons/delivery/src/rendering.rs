//! A message as a mailbox, a file or a command gets it: the lines in front, then the content with what the
//! format asks for (quoted `From `, dots, line ends, a blank line at the end). Pulled in pieces, so that
//! neither files nor commands need the whole.

use content::{ContentError, FileSource, Message};
use mail::{Address, Recipient};
use record::Content;
use std::io::Write;

/// What a format wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// `From sender time` in front.
    pub(crate) from_line: bool,
    /// `Return-Path:`.
    pub(crate) return_path: bool,
    /// `X-Original-To:`.
    pub(crate) original_to: bool,
    /// `Delivered-To:`.
    pub(crate) delivered_to: bool,
    /// `>` before lines that begin with `From `.
    pub(crate) quote_from: bool,
    /// `.` before lines that begin with `.`.
    pub(crate) quote_dot: bool,
    /// An empty line at the end.
    pub(crate) blank_line: bool,
    /// The end of each line.
    pub(crate) line_end: Vec<u8>,
}

impl Style {
    /// A UNIX mailbox (mbox).
    pub(crate) fn mailbox() -> Self {
        Self { quote_from: true, blank_line: true, from_line: true, ..Self::maildir() }
    }

    /// A maildir.
    pub(crate) fn maildir() -> Self {
        Self { return_path: true, original_to: true, delivered_to: true, ..Self::plain() }
    }

    /// A command of local(8).
    pub(crate) fn command() -> Self {
        Self { from_line: true, ..Self::maildir() }
    }

    /// The content as it is.
    pub(crate) fn plain() -> Self {
        Self {
            from_line: false,
            return_path: false,
            original_to: false,
            delivered_to: false,
            quote_from: false,
            quote_dot: false,
            blank_line: false,
            line_end: b"\n".to_vec(),
        }
    }
}

/// What the lines in front say.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    /// Envelope sender.
    pub(crate) sender: Address,
    /// What stands for the null sender in the `From ` line.
    pub(crate) null_sender: String,
    /// What stands for the null sender in `Return-Path:`.
    pub(crate) null_return_path: String,
    /// The recipient before rewriting and aliases; null when unknown.
    pub(crate) original_to: Address,
    /// The recipient to name in `Delivered-To:`.
    pub(crate) delivered_to: Address,
    /// asctime(3) of now.
    pub(crate) time: String,
}

impl Stamp {
    /// The ordinary stamp for one recipient.
    pub(crate) fn new(sender: &Address, recipient: &Recipient, delivered_to: &Address) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self {
            sender: sender.clone(),
            null_sender: "MAILER-DAEMON".to_owned(),
            null_return_path: String::new(),
            original_to: recipient.original.clone(),
            delivered_to: delivered_to.clone(),
            time: os::clock::Local::from_seconds(now.as_secs() as i64).asctime(),
        }
    }

    /// `enable_original_recipient`: without it nobody is told of the address before aliases.
    pub(crate) fn with_original(mut self, enabled: bool) -> Self {
        if !enabled {
            self.original_to = Address::null();
        }
        self
    }

    fn lines(&self, style: &Style) -> Vec<u8> {
        let sender = |null: &str| {
            if self.sender.is_null() { null.to_owned() } else { one_line(&self.sender.to_external()) }
        };
        let mut lines = Vec::new();
        if style.from_line {
            lines.push(format!("From {}  {}", sender(&self.null_sender), self.time));
        }
        if style.return_path {
            lines.push(format!("Return-Path: <{}>", sender(&self.null_return_path)));
        }
        if style.original_to && !self.original_to.is_null() {
            lines.push(format!("X-Original-To: {}", one_line(&self.original_to.to_external())));
        }
        if style.delivered_to {
            lines.push(format!("Delivered-To: {}", one_line(&self.delivered_to.to_external())));
        }
        let end = String::from_utf8_lossy(&style.line_end);
        lines.iter().map(|line| format!("{line}{end}")).collect::<String>().into_bytes()
    }
}

/// No address can add a header line.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), "?")
}

/// A message that is being written out.
pub(crate) struct Rendering<'a> {
    front: Option<Vec<u8>>,
    content: Content<FileSource<'a>>,
    style: Style,
    at_line_start: bool,
    ended: bool,
}

impl<'a> Rendering<'a> {
    pub(crate) fn new(message: &'a Message, stamp: &Stamp, style: &Style) -> Self {
        let front = Some(stamp.lines(style));
        Self { front, content: message.chunks(), style: style.clone(), at_line_start: true, ended: false }
    }

    /// Adds the next pieces to `out` until it holds about `enough` bytes; false when all has been given.
    pub(crate) fn fill(&mut self, out: &mut Vec<u8>, enough: usize) -> Result<bool, ContentError> {
        if let Some(front) = self.front.take() {
            out.extend_from_slice(&front);
        }
        while !self.ended && out.len() < enough {
            let Some(chunk) = self.content.next_chunk()? else {
                self.ended = true;
                if !self.at_line_start {
                    out.extend_from_slice(&self.style.line_end);
                }
                if self.style.blank_line {
                    out.extend_from_slice(&self.style.line_end);
                }
                break;
            };
            if self.at_line_start {
                if self.style.quote_from && chunk.text.starts_with(b"From ") {
                    out.push(b'>');
                }
                if self.style.quote_dot && chunk.text.starts_with(b".") {
                    out.push(b'.');
                }
            }
            out.extend_from_slice(chunk.text);
            if chunk.ends_line {
                out.extend_from_slice(&self.style.line_end);
            }
            self.at_line_start = chunk.ends_line;
        }
        Ok(!self.ended)
    }

    /// Writes everything; how many bytes that was.
    pub(crate) fn write_to(mut self, out: &mut impl Write) -> Result<u64, ContentError> {
        let (mut buffer, mut written) = (Vec::new(), 0);
        loop {
            let more = self.fill(&mut buffer, PIECE)?;
            out.write_all(&buffer).map_err(ContentError::Write)?;
            written += buffer.len() as u64;
            buffer.clear();
            if !more {
                return Ok(written);
            }
        }
    }
}

/// Bytes that are written at a time.
pub(crate) const PIECE: usize = 64 * 1024;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A message from lines; `data_offset` 0.
    pub(crate) fn message(lines: &[&str]) -> Message {
        let mut bytes = Vec::new();
        for line in lines {
            bytes.extend([b'N', line.len() as u8]);
            bytes.extend(line.as_bytes());
        }
        bytes.extend(b"X\x00E\x00");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        Message::new(file.into(), 0)
    }

    fn stamp() -> Stamp {
        let recipient = Recipient { original: "o@x".into(), ..Recipient::new("r@x") };
        Stamp { time: "TIME".into(), ..Stamp::new(&"s b@x".into(), &recipient, &"d@x".into()) }
    }

    fn rendered(stamp: &Stamp, style: &Style) -> String {
        let message = message(&["Subject: t", "", "From me", ".dot", ">From"]);
        let mut out = Vec::new();
        Rendering::new(&message, stamp, style).write_to(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_mailbox_has_its_lines_in_order() {
        assert_eq!(
            rendered(&stamp(), &Style::mailbox()),
            "From \"s b\"@x  TIME\nReturn-Path: <\"s b\"@x>\nX-Original-To: o@x\nDelivered-To: d@x\n\
             Subject: t\n\n>From me\n.dot\n>From\n\n"
        );
    }

    #[test]
    fn the_null_sender_has_a_name_in_the_from_line_only() {
        let null = Stamp { sender: Address::null(), ..stamp() };
        let text = rendered(&null, &Style::mailbox());
        assert!(text.starts_with("From MAILER-DAEMON  TIME\nReturn-Path: <>\n"), "{text}");
    }

    #[test]
    fn dots_and_line_ends_follow_the_style() {
        let style = Style { quote_dot: true, line_end: b"\r\n".to_vec(), ..Style::plain() };
        assert_eq!(rendered(&stamp(), &style), "Subject: t\r\n\r\nFrom me\r\n..dot\r\n>From\r\n");
    }

    #[test]
    fn an_address_cannot_add_a_header() {
        let forged = Stamp { delivered_to: "a\nBcc: x@y".into(), ..stamp() };
        assert!(!rendered(&forged, &Style::maildir()).contains("\nBcc"));
    }
}
