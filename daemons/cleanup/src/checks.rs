//! Actions of header_checks(5) and body_checks(5), carried out and logged.

use crate::faults::{Fault, with_status};
use crate::mapping::TRY_AGAIN;
use crate::message::Message;
use message::Action;
use tables::TableError;

/// What becomes of the line that was checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It stays.
    Keep,
    /// It goes.
    Drop,
    /// This stands in its place.
    Replace(String),
    /// This comes before it.
    Prepend(String),
}

impl Message<'_> {
    /// Carries out what a table says about a line, which is a header field or else of the body.
    pub(crate) fn check(
        &mut self,
        found: Result<Option<String>, TableError>,
        is_header: bool,
        line: &str,
        table: &str,
    ) -> Verdict {
        let found = match found {
            Ok(None) => return Verdict::Keep,
            Ok(Some(found)) => found,
            Err(error) => {
                self.log.warning(&error);
                self.warn(format_args!("{table} map lookup problem -- {TRY_AGAIN}"));
                self.faults.add(Fault::Write);
                return Verdict::Keep;
            }
        };
        match Action::parse(&found, is_header, table) {
            Ok(action) => self.act(action, if is_header { "header" } else { "body" }, line),
            Err(error) => {
                self.log.warning(error.0);
                Verdict::Keep
            }
        }
    }

    fn act(&mut self, action: Action, place: &str, line: &str) -> Verdict {
        match action {
            Action::Reject(text) => self.refuse(&text, place, line),
            Action::Warn(text) => self.log_action("warning", place, line, &text),
            Action::Info(text) => self.log_action("info", place, line, &text),
            Action::Filter(target) => {
                self.log_action("filter", place, line, &target);
                self.edits.filter = Some(target);
            }
            Action::Pass(text) => {
                self.log_action("pass", place, line, &text);
                self.flags.checks = false;
            }
            Action::Discard(text) => {
                self.log_action("discard", place, line, &text);
                self.edits.discard = true;
                self.flags.checks = false;
            }
            Action::Hold(text) => {
                if !self.edits.hold && !self.edits.discard {
                    self.log_action("hold", place, line, &text);
                    self.edits.hold = true;
                }
            }
            Action::Redirect(target) => {
                self.log_action("redirect", place, line, &target);
                self.edits.redirect = Some(target);
                self.flags.checks = false;
            }
            Action::Bcc(target) => {
                self.log_action("bcc", place, line, &target);
                self.edits.bcc.push(target);
            }
            Action::Prepend(text) => {
                self.log_action("prepend", place, line, &text);
                return Verdict::Prepend(text);
            }
            Action::Replace(text) => {
                self.log_action("replace", place, line, &text);
                return Verdict::Replace(text);
            }
            Action::Strip(text) => {
                self.log_action("strip", place, line, &text);
                return Verdict::Drop;
            }
            Action::Ignore => return Verdict::Drop,
            Action::Dunno => {}
        }
        Verdict::Keep
    }

    /// Refuses the message; a text that begins with a 4.x.x status refuses it for now. No check follows.
    pub(crate) fn refuse(&mut self, text: &str, place: &str, line: &str) {
        let reason = match text.is_empty() {
            true => "5.7.1 message content rejected".to_owned(),
            false => with_status("5.7.1", text),
        };
        let (fault, reason) = match reason.as_bytes().first() {
            Some(b'4') => (Fault::Defer, reason),
            Some(b'5') => (Fault::Content, reason),
            _ => {
                self.log.warning(format_args!("bad DSN action in {text} -- need 4.x.x or 5.x.x"));
                (Fault::Defer, format!("4{}", reason.get(1..).unwrap_or_default()))
            }
        };
        self.log_action("reject", place, line, &reason);
        self.faults.add_with(fault, reason);
        self.flags.checks = false;
    }

    fn log_action(&self, action: &str, place: &str, line: &str, text: &str) {
        let origin = self.origin.name.as_deref().unwrap_or("local");
        let start: String = line.chars().take(LOGGED_LENGTH).collect();
        let (sender, recipient) = self.logged_addresses();
        let mut sentence = format!("{}: {action}: {place} {start} from {origin}; from=<{sender}>", self.id);
        if let Some(recipient) = recipient {
            sentence.push_str(&format!(" to=<{recipient}>"));
        }
        if let Some(protocol) = &self.origin.protocol {
            sentence.push_str(&format!(" proto={protocol}"));
        }
        if let Some(helo) = &self.origin.helo {
            sentence.push_str(&format!(" helo=<{helo}>"));
        }
        if !text.is_empty() {
            sentence.push_str(&format!(": {text}"));
        }
        self.log.info(sentence);
    }
}

const LOGGED_LENGTH: usize = 200;
