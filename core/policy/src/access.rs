//! access(5): which keys are looked up, and what the values do.

use crate::ask::{Answer, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Stop, Subject};
use crate::judgement::{Edit, Remark};
use mail::{Address, Enhanced, Reply};

impl Evaluation<'_> {
    pub(crate) fn client_access(&mut self, table: &str) -> Step {
        let subject = self.client_subject();
        let mut keys = self.domain_keys(&self.facts.client.name);
        keys.extend(address_keys(&self.facts.client.address));
        self.access(table, keys, &subject)
    }

    pub(crate) fn reverse_client_access(&mut self, table: &str) -> Step {
        let subject = Subject { name: self.facts.client.reverse_name.clone(), class: Class::Client };
        let mut keys = self.domain_keys(&self.facts.client.reverse_name);
        keys.extend(address_keys(&self.facts.client.address));
        let outcome = self.access(table, keys, &subject)?;
        if outcome == Outcome::Permit {
            // An unverified name is anybody's choice.
            return Err(
                self.fault(format!("check_reverse_client_hostname_access {table}: OK is not allowed here"))
            );
        }
        Ok(outcome)
    }

    pub(crate) fn helo_access(&mut self, table: &str) -> Step {
        let Some(subject) = self.helo_subject() else { return Ok(Outcome::Dunno) };
        let keys = self.domain_keys(&subject.name);
        self.access(table, keys, &subject)
    }

    pub(crate) fn sender_access(&mut self, table: &str) -> Step {
        self.mail_access(table, Class::Sender)
    }

    pub(crate) fn recipient_access(&mut self, table: &str) -> Step {
        self.mail_access(table, Class::Recipient)
    }

    pub(crate) fn etrn_access(&mut self, table: &str) -> Step {
        let Some(subject) = self.etrn_subject() else { return Ok(Outcome::Dunno) };
        let keys = self.domain_keys(&subject.name);
        self.access(table, keys, &subject)
    }

    pub(crate) fn etrn_subject(&self) -> Option<Subject> {
        self.facts.etrn.clone().map(|name| Subject { name, class: Class::Etrn })
    }

    fn mail_access(&mut self, table: &str, class: Class) -> Step {
        let Some((address, subject)) = self.address_subject(class) else { return Ok(Outcome::Dunno) };
        if address.is_null() {
            return self.access(table, vec![self.rules.null_access_key.clone()], &subject);
        }
        let resolved = self.resolve(&address)?.recipient;
        let keys = self.mail_keys(&resolved);
        self.access(table, keys, &subject)
    }

    pub(crate) fn client_subject(&self) -> Subject {
        Subject { name: self.facts.client.name_address(), class: Class::Client }
    }

    /// `user+ext@domain, user@domain, domain, its parents, user+ext@, user@`.
    fn mail_keys(&self, address: &Address) -> Vec<String> {
        let local = address.local();
        let plain = self.without_extension(local);
        let mut keys = vec![address.to_string()];
        let domain = address.domain();
        if let (Some(plain), Some(domain)) = (plain, domain) {
            keys.push(format!("{plain}@{domain}"));
        }
        if let Some(domain) = domain {
            match domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
                Some(literal) => keys.extend(address_keys(literal.trim_start_matches("IPv6:"))),
                None => keys.extend(self.domain_keys(domain)),
            }
        }
        keys.push(format!("{local}@"));
        keys.extend(plain.map(|plain| format!("{plain}@")));
        keys
    }

    fn without_extension<'b>(&self, local: &'b str) -> Option<&'b str> {
        let at = local.find(|c| self.rules.recipient_delimiter.contains(c)).filter(|&at| at > 0)?;
        let special =
            ["postmaster", "mailer-daemon", "double-bounce"].iter().any(|s| local.eq_ignore_ascii_case(s));
        (!special).then(|| &local[..at])
    }

    /// The name and its parent domains, in the style of `parent_domain_matches_subdomains`.
    fn domain_keys(&self, name: &str) -> Vec<String> {
        let mut keys = vec![name.to_owned()];
        let mut rest = name;
        while let Some((_, parent)) = rest.split_once('.') {
            let dot = if self.rules.parent_matches_subdomains { "" } else { "." };
            if !parent.is_empty() {
                keys.push(format!("{dot}{parent}"));
            }
            rest = parent;
        }
        keys
    }

    fn access(&mut self, table: &str, mut keys: Vec<String>, subject: &Subject) -> Step {
        if takes_whole_keys(table) {
            // Patterns see the whole key: the name, and the address of a client.
            keys.truncate(1);
            if subject.class == Class::Client {
                keys.push(self.facts.client.address.clone());
            }
        }
        for key in keys {
            match self.question(Question::Lookup { table: table.to_owned(), key: key.clone() })? {
                Answer::Found(value) if value.trim().is_empty() => {
                    self.warning(format!("{table} lookup of {key} returns an empty string result"));
                    self.warning(format!("{table} should return NO RESULT in case of NOT FOUND"));
                    return Err(table_fault(subject));
                }
                Answer::Found(value) => return self.action(table, &key, &value, subject),
                Answer::Failed(text) => {
                    self.warning(text);
                    return Err(table_fault(subject));
                }
                _ => {}
            }
        }
        Ok(Outcome::Dunno)
    }

    fn action(&mut self, table: &str, key: &str, value: &str, subject: &Subject) -> Step {
        let value = value.trim();
        let (word, text) =
            value.split_once([' ', '\t']).map_or((value, ""), |(word, text)| (word, text.trim_start()));
        let codes = &self.rules.codes;
        match word.to_ascii_uppercase().as_str() {
            "OK" | "RELAY" => Ok(Outcome::Permit),
            _ if value.bytes().all(|b| b.is_ascii_digit()) => Ok(Outcome::Permit),
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
                None => self.nested(value, subject),
            },
        }
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
            "FILTER" => (
                "filter",
                (!text.contains(':')).then_some("transport:destination"),
                Edit::Filter(text.to_owned()),
            ),
            "REDIRECT" => (
                "redirect",
                (!text.contains('@')).then_some("user@domain target"),
                Edit::Redirect(text.into()),
            ),
            "BCC" => ("bcc", (!text.contains('@')).then_some("user@domain target"), Edit::Bcc(text.into())),
            "PREPEND" => {
                ("prepend", (!is_header(text)).then_some("header: text"), Edit::Prepend(text.to_owned()))
            }
            _ => return None,
        };
        if let Some(needs) = needs {
            self.warning(format!("access table {table} entry \"{key}\" requires {needs}"));
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

    /// A value may be restrictions itself; tables may not be named in it.
    fn nested(&mut self, value: &str, subject: &Subject) -> Step {
        let list = value.split([',', ' ', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        self.list(&list, subject, None)
    }

    fn refuse_with(&mut self, code: u16, text: &str, default: &str, subject: &Subject) -> Outcome {
        let reply = self.reply(code, text, default, subject);
        self.refuse(reply)
    }

    /// `[X.Y.Z] [text]`. The status is adapted to what was looked at (semantics 7).
    fn reply(&mut self, code: u16, text: &str, default: &str, subject: &Subject) -> Reply {
        let (first, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let (enhanced, text) = match Enhanced::parse(first) {
            Some((_, enhanced)) => (enhanced, rest.trim_start()),
            None => (Enhanced::new(7, 1), text),
        };
        let fixed = adapt(enhanced, subject.class);
        if fixed != enhanced {
            let class = (code / 100) as u8;
            let (old, new) = (enhanced.with_class(class), fixed.with_class(class));
            self.remarks.push(Remark::Info(format!(
                "mapping DSN status {old} into {} status {new}",
                subject.class.text()
            )));
        }
        let text = subject.rejected(if text.is_empty() { default } else { text });
        Reply { code, enhanced: Some(fixed), text }
    }

    fn event(&mut self, kind: &'static str, text: String) -> Outcome {
        self.remarks.push(Remark::Event { kind, text });
        Outcome::Dunno
    }
}

/// An address and the networks it is in: `1.2.3.4`, `1.2.3`, `1.2`, `1`.
fn address_keys(address: &str) -> Vec<String> {
    let separator = if address.contains(':') { ':' } else { '.' };
    let mut keys = vec![address.to_owned()];
    let mut rest = address;
    while let Some((network, _)) = rest.rsplit_once(separator) {
        let network = network.trim_end_matches(separator);
        if network.is_empty() {
            break;
        }
        keys.push(network.to_owned());
        rest = network;
    }
    keys
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

/// Tables of patterns and servers of others see whole keys only (semantics 18).
fn takes_whole_keys(table: &str) -> bool {
    let kind = table.split(':').next().unwrap_or(table);
    matches!(kind, "regexp" | "pcre" | "cidr" | "socketmap" | "tcp")
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

fn table_fault(subject: &Subject) -> Stop {
    Stop::Unanswered(Reply::new(451, 3, 5, subject.rejected("Server configuration error")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_of_an_address_get_shorter() {
        assert_eq!(address_keys("1.2.3.4"), ["1.2.3.4", "1.2.3", "1.2", "1"]);
        assert_eq!(address_keys("2001:db8::1"), ["2001:db8::1", "2001:db8", "2001"]);
    }

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
