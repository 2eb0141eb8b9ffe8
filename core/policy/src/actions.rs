//! access(5): what the values of tables do.

use crate::evaluate::{Class, Evaluation, Outcome, Place, Step, Stop, Subject};
use crate::judgement::{Edit, Remark};
use mail::{Enhanced, Reply};

impl Evaluation<'_> {
    /// Carries out the value that a table has for a key.
    pub(crate) fn action(&mut self, table: &str, key: &str, value: &str, subject: &Subject) -> Step {
        let value = value.trim();
        let (word, text) =
            value.split_once([' ', '\t']).map_or((value, ""), |(word, text)| (word, text.trim_start()));
        let codes = &self.rules.codes;
        match word.to_ascii_uppercase().as_str() {
            "OK" | "RELAY" => Ok(self.permit(table, value, subject)),
            _ if value.bytes().all(|b| b.is_ascii_digit()) => Ok(self.permit(table, value, subject)),
            "DUNNO" => Ok(Outcome::Dunno),
            "REJECT" => Ok(self.refuse_with(codes.access_map_reject, text, "Access denied", subject)),
            "DEFER" => Ok(self.refuse_with(codes.access_map_defer, text, "Access denied", subject)),
            "DEFER_IF_PERMIT" => {
                let reply = self.reply(codes.access_map_defer, text, "Service unavailable", subject);
                Ok(self.defer_if_permit(reply))
            }
            "DEFER_IF_REJECT" => {
                let reply = self.reply(codes.access_map_defer, text, "Service unavailable", subject);
                Ok(self.defer_if_reject(reply))
            }
            "HANGUP" => Err(Stop::Hangup),
            "WARN" => Ok(self.event("warn", text.to_owned())),
            "INFO" => Ok(self.event("info", text.to_owned())),
            code if is_reply_code(code) => {
                let code = code.parse().unwrap_or(codes.access_map_reject);
                Ok(self.refuse_with(code, text, "Access denied", subject))
            }
            action => match self.edit(action, text, table, key, subject) {
                Some(outcome) => Ok(outcome),
                None => self.nested(table, value, subject),
            },
        }
    }

    fn permit(&mut self, table: &str, value: &str, subject: &Subject) -> Outcome {
        self.tell_permit(value, subject, &format!("from {table}"));
        Outcome::Permit
    }

    /// The actions that change the message; None when it is none of them.
    fn edit(
        &mut self,
        action: &str,
        text: &str,
        table: &str,
        key: &str,
        subject: &Subject,
    ) -> Option<Outcome> {
        let (kind, needs, edit) = match action {
            "HOLD" => ("hold", None, Edit::Hold),
            "DISCARD" => ("discard", None, Edit::Discard),
            "FILTER" if text.is_empty() => ("filter", Some("has FILTER entry without value"), Edit::Hold),
            "FILTER" => (
                "filter",
                (!text.contains(':')).then_some("requires transport:destination"),
                Edit::Filter(text.to_owned()),
            ),
            "REDIRECT" => ("redirect", needs_address(text), Edit::Redirect(text.into())),
            "BCC" => ("bcc", needs_address(text), Edit::Bcc(text.into())),
            "PREPEND" => (
                "prepend",
                (!is_header(text)).then_some("requires header: text"),
                Edit::Prepend(text.to_owned()),
            ),
            _ => return None,
        };
        if let Some(reason) = self.unavailable(action) {
            self.warning(format!("access table {table}: {reason}"));
            return Some(Outcome::Dunno);
        }
        if let Some(needs) = needs {
            self.warning(format!("access table {table} entry \"{key}\" {needs}"));
            return Some(Outcome::Dunno);
        }
        let what = match (action, text) {
            ("HOLD" | "DISCARD", "") => format!("triggers {action} action"),
            ("HOLD" | "DISCARD", text) => text.to_owned(),
            (_, text) => format!("triggers {action} {text}"),
        };
        // What is prepended shows in the message itself.
        if action != "PREPEND" {
            self.event(kind, format!("<{}>: {} {what}", subject.name, subject.class.text()));
        }
        let discard = edit == Edit::Discard;
        self.edits.push(edit);
        Some(if discard { Outcome::Discard } else { Outcome::Dunno })
    }

    /// Why there is no message now that the action could change.
    fn unavailable(&self, action: &str) -> Option<String> {
        if action != "PREPEND" && self.rules.proxied {
            return Some(format!("with smtpd_proxy_filter specified, action {action} is unavailable"));
        }
        if action != "PREPEND" && self.at == Place::Etrn {
            return Some(format!("action {action} is unavailable in smtpd_etrn_restrictions"));
        }
        if action == "PREPEND" && self.at == Place::EndOfData {
            return Some("action PREPEND must be used before smtpd_end_of_data_restrictions".to_owned());
        }
        // Postfix says so even when it is ETRN or VRFY that comes before MAIL.
        self.facts.sender.is_none().then(|| {
            format!(
                "with smtpd_delay_reject=no, action {action} is always skipped in Client host or Helo command \
                 restrictions"
            )
        })
    }

    /// A value may be restrictions itself; tables may not be named in it.
    fn nested(&mut self, table: &str, value: &str, subject: &Subject) -> Step {
        if value.contains(':') {
            self.warning(format!("access table {table} has entry with lookup table: {value}"));
            self.warning("do not specify lookup tables inside SMTPD access maps");
            return Err(self.fault("define a restriction class and specify its name instead.".to_owned()));
        }
        let list = value.split([',', ' ', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        self.list(&list, subject)
    }

    fn refuse_with(&mut self, code: u16, text: &str, default: &str, subject: &Subject) -> Outcome {
        let reply = self.reply(code, text, default, subject);
        self.refuse(reply)
    }

    /// `[X.Y.Z] [text]`. The status is adapted to what was looked at (semantics 7).
    fn reply(&mut self, code: u16, text: &str, default: &str, subject: &Subject) -> Reply {
        let (first, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let (enhanced, text) = match Enhanced::parse(first) {
            Some((class, enhanced)) => (self.adapted(class, enhanced, subject.class), rest.trim_start()),
            None => (Enhanced::new(7, 1), text),
        };
        let text = subject.rejected(if text.is_empty() { default } else { text });
        Reply { code, enhanced: Some(enhanced), text }
    }

    /// The status as it fits what was looked at; the log hears when that is another one.
    pub(crate) fn adapted(&mut self, digit: u8, enhanced: Enhanced, class: Class) -> Enhanced {
        let fixed = adapt(enhanced, class);
        if fixed != enhanced {
            let (old, new) = (enhanced.with_class(digit), fixed.with_class(digit));
            let text = format!("mapping DSN status {old} into {} status {new}", class.text());
            self.remarks.push(Remark::Info(text));
        }
        fixed
    }

    fn event(&mut self, kind: &'static str, text: String) -> Outcome {
        self.remarks.push(Remark::Event { kind, text });
        Outcome::Dunno
    }
}

fn needs_address(text: &str) -> Option<&'static str> {
    (!text.contains('@')).then_some("requires user@domain target")
}

/// RFC 3463 x.1.z says something about a sender or a recipient; said of the other, or of neither, it would lie.
fn adapt(enhanced: Enhanced, class: Class) -> Enhanced {
    if enhanced.subject != 1 {
        return enhanced;
    }
    let detail = match (class, enhanced.detail) {
        (Class::Sender, 0 | 5 | 9..) => 0,
        (Class::Sender, 2 | 8) => 8,
        (Class::Sender, _) => 7,
        (Class::Recipient, 7) => 3,
        (Class::Recipient, 8) => 2,
        (Class::Recipient, 9..) => 0,
        (Class::Recipient, detail) => detail,
        _ => return Enhanced::new(0, 0),
    };
    Enhanced::new(1, detail)
}

fn is_reply_code(word: &str) -> bool {
    word.len() == 3
        && (word.starts_with('4') || word.starts_with('5'))
        && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_header(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as the oracle maps it: status, recipient, sender; for others an address status becomes 0.0.
    #[test]
    fn address_statuses_adapt_to_what_was_looked_at() {
        for (detail, recipient, sender) in [
            (0, 0, 0),
            (1, 1, 7),
            (2, 2, 8),
            (3, 3, 7),
            (4, 4, 7),
            (5, 5, 0),
            (6, 6, 7),
            (7, 3, 7),
            (8, 2, 8),
            (9, 0, 0),
            (10, 0, 0),
        ] {
            let status = Enhanced::new(1, detail);
            assert_eq!(adapt(status, Class::Recipient), Enhanced::new(1, recipient), "{detail}");
            assert_eq!(adapt(status, Class::Sender), Enhanced::new(1, sender), "{detail}");
            assert_eq!(adapt(status, Class::Helo), Enhanced::new(0, 0), "{detail}");
        }
        assert_eq!(adapt(Enhanced::new(2, 1), Class::Client), Enhanced::new(2, 1));
    }
}
