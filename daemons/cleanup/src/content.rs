//! The content: lines in, records out. What is header and what is body is the MIME walk's answer; here the body is
//! checked and bytes that nobody wants are dealt with.

use crate::checks::Verdict;
use crate::faults::Fault;
use crate::message::Message;
use crate::settings::EndOfHeader;
use message::{Field, FieldInfo, HeaderClass, Part};
use queue::record::Kind;
use std::borrow::Cow;

impl Message<'_> {
    /// Takes a piece of content, cut anywhere.
    pub(crate) async fn content(&mut self, frame: &[u8]) {
        self.open_content();
        let mut at = 0;
        let mut buffer = Vec::new();
        while at < frame.len() {
            // The divider borrows `buffer`; taking it out keeps the rest of the message usable meanwhile.
            let mut lines = std::mem::replace(&mut self.content.lines, crate::lines::Lines::new(1));
            let line = lines.next(frame, &mut at, &mut buffer);
            self.content.lines = lines;
            if let Some(line) = line {
                self.line(line.text, line.complete).await;
            }
            if self.out.is_full() {
                self.spill().await;
            }
        }
    }

    fn log_mime_fault(&self, text: &[u8]) {
        let Some(fault) = self.content.walk.fault() else { return };
        let reason = fault.reason().split_once(' ').map_or("", |(_, reason)| reason);
        let text = String::from_utf8_lossy(&text[..text.len().min(LOGGED_TEXT)]);
        let origin = self.origin.name.as_deref().unwrap_or("local");
        let (sender, recipient) = self.logged_addresses();
        let recipient = recipient.as_deref().unwrap_or("unknown");
        self.log.info(format_args!(
            "{}: reject: mime-error {reason}: {text} from {origin}; from=<{sender}> to=<{recipient}>",
            self.id
        ));
    }

    /// The end of the content: a last line without LF counts as a line.
    pub(crate) async fn end_content(&mut self) {
        self.open_content();
        if let Some(rest) = self.content.lines.finish() {
            self.line(&rest, true).await;
        }
        let part = self.content.walk.finish();
        self.part(part, true).await;
        if let Some(fault) = self.content.walk.fault()
            && self.faults.reason().is_none()
        {
            self.faults.add_with(Fault::Content, fault.reason().to_owned());
        }
    }

    /// Writes what has gathered. A failure ends the message.
    pub(crate) async fn spill(&mut self) {
        if let Err(error) = self.out.spill().await {
            self.warn(format_args!("write queue file: {error}"));
            self.faults.add(Fault::from(&error));
        }
    }

    fn open_content(&mut self) {
        if self.content.data_offset.is_none() {
            self.out.record(Kind::MESSAGE, b"");
            self.content.data_offset = Some(self.out.position());
        }
    }

    async fn line(&mut self, text: &[u8], complete: bool) {
        if !self.writes() {
            return;
        }
        let Some(text) = self.wanted_bytes(text) else { return };
        let before = self.content.walk.fault();
        let part = self.content.walk.line(&text, complete);
        if before.is_none() {
            self.log_mime_fault(part.header.as_ref().map_or(&text, |(_, field)| field));
        }
        match part.body {
            Some((body, _)) if part.is_body_only() && self.world.maps.body_checks.is_empty() => {
                self.text(body, complete);
            }
            // Boxed: most lines don't come here, and need not make room for it.
            _ => Box::pin(self.part(part, complete)).await,
        }
    }

    /// Stray CR and LF become spaces (outbound SMTP smuggling); message_reject_characters refuse the message,
    /// message_strip_characters go.
    fn wanted_bytes<'a>(&mut self, text: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let checks = &self.world.settings.checks;
        let mut text = Cow::Borrowed(text);
        if checks.replace_stray_cr_lf && text.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            let stray = text.to_mut().iter_mut().filter(|byte| matches!(byte, b'\r' | b'\n'));
            stray.for_each(|byte| *byte = b' ');
        }
        if !self.flags.checks {
            return Some(text);
        }
        if text.iter().any(|byte| checks.reject_characters.contains(byte)) {
            let line = String::from_utf8_lossy(&text).into_owned();
            self.refuse("disallowed character", "content", &line);
            return None;
        }
        if text.iter().any(|byte| checks.strip_characters.contains(byte)) {
            text.to_mut().retain(|byte| !checks.strip_characters.contains(byte));
        }
        Some(text)
    }

    /// Once the message is refused nothing more is done with it, or said of it.
    async fn part(&mut self, part: Part<'_>, complete: bool) {
        if let Some((class, field)) = part.header.filter(|_| self.writes()) {
            self.header(class, field).await;
        }
        if part.header_end && self.writes() {
            self.end_header(part.empty_line);
        }
        if part.empty_line {
            self.text(b"", true);
        }
        if let Some((body, offset)) = part.body.filter(|_| self.writes()) {
            self.body(body, complete, offset).await;
        }
    }

    /// The primary header is complete: what is missing is added.
    fn end_header(&mut self, unterminated: bool) {
        match self.world.settings.headers.end_of_header {
            EndOfHeader::AddHeader if unterminated => {
                self.text(b"MIME-Error: message header was not terminated by empty line", true);
            }
            EndOfHeader::Reject if unterminated && self.flags.checks => {
                let reason = "5.6.0 message header was not terminated by empty line".to_owned();
                self.faults.add_with(Fault::Content, reason);
            }
            _ => {}
        }
        self.complete_header();
    }

    async fn body(&mut self, text: &[u8], complete: bool, offset: u64) {
        let limit = self.world.settings.checks.body_size_limit;
        let maps = &self.world.maps.body_checks;
        if !self.flags.checks || maps.is_empty() || (limit > 0 && offset >= limit) {
            return self.text(text, complete);
        }
        let line = String::from_utf8_lossy(text);
        let found = maps.find(&line).await;
        match self.check(found, false, &line, "body_checks") {
            Verdict::Keep => self.text(text, complete),
            Verdict::Drop => {}
            Verdict::Replace(with) => self.text(with.as_bytes(), complete),
            Verdict::Prepend(before) => {
                self.text(before.as_bytes(), true);
                self.text(text, complete);
            }
        }
    }

    /// Writes a line of content, or a piece of one.
    pub(crate) fn text(&mut self, text: &[u8], complete: bool) {
        if self.writes() {
            self.out.text(text, complete);
            self.check_size();
        }
    }

    /// Which table checks a header field. Fields about MIME are the same matter wherever they stand.
    pub(crate) fn header_table(&self, class: HeaderClass, field: &[u8]) -> (&'static str, &tables::Maps) {
        let maps = &self.world.maps;
        let is_mime = FieldInfo::of(field).is_some_and(|info| MIME_FIELDS.contains(&info.field));
        match class {
            _ if is_mime => ("mime_header_checks", &maps.mime_header_checks),
            HeaderClass::Primary => ("header_checks", &maps.header_checks),
            HeaderClass::Multipart => ("mime_header_checks", &maps.mime_header_checks),
            HeaderClass::Nested => ("nested_header_checks", &maps.nested_header_checks),
        }
    }
}

const LOGGED_TEXT: usize = 100;
const MIME_FIELDS: [Field; 6] = [
    Field::ContentDescription,
    Field::ContentDisposition,
    Field::ContentId,
    Field::ContentTransferEncoding,
    Field::ContentType,
    Field::MimeVersion,
];
