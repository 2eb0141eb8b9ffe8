//! The text of one notice: a multipart/report (RFC 3462) with a part for people, a part for machines (RFC 3464), and the
//! message or its header. The returned message itself is copied by the caller between head and tail.

use crate::Template;
use crate::wrap::wrapped;
use mail::{Diagnosis, Recipient};

/// What happened, as far as the reader of the notice is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Some recipients will not get the message.
    Failure,
    /// Some recipients have not got it yet.
    Delay,
    /// Some recipients got it, and the sender asked to know (RFC 3461 NOTIFY=SUCCESS).
    Success,
    /// The report of `sendmail -bv` and `sendmail -v`.
    Verify,
}

/// How much of the message comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returned {
    /// All of it.
    Full,
    /// Only the header.
    Headers,
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub recipient: Recipient,
    /// RFC 3463 status with its class digit.
    pub status: String,
    /// RFC 3464 `Action:`.
    pub action: String,
    /// Why.
    pub diagnosis: Diagnosis,
}

/// Everything that a notice tells. Addresses are in external form.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What happened.
    pub kind: Kind,
    /// The copy for the postmaster: another subject, and no text from the template.
    pub postmaster: bool,
    /// Subject, sender, charset.
    pub template: &'a Template,
    /// The template's text, expanded.
    pub text: &'a str,
    /// `myhostname`
    pub myhostname: &'a str,
    /// `mail_name`, as in `X-Postfix-Queue-ID`.
    pub mail_name: &'a str,
    /// Who gets the notice.
    pub to: &'a str,
    /// Now, as a header field says it.
    pub date: &'a str,
    /// What divides the parts.
    pub boundary: &'a str,
    /// The message that the notice is about.
    pub queue_id: &'a str,
    /// Who sent it.
    pub sender: &'a str,
    /// RFC 3461 ENVID, or empty.
    pub envelope_id: &'a str,
    /// When it arrived, as a header field says it.
    pub arrival: &'a str,
    /// When delivery will be given up, for delays.
    pub retry_until: Option<&'a str>,
    /// Its `Message-Id:`, when the notice should join the thread (`enable_threaded_bounces`).
    pub message_id: Option<&'a str>,
    /// RFC 6533 forms of the parts.
    pub smtputf8: bool,
    /// Text and message may hold 8-bit text.
    pub eight_bit: bool,
    /// What comes back of the message.
    pub returned: Returned,
    /// The recipients.
    pub entries: &'a [Entry],
}

impl Report<'_> {
    /// Header and parts, up to where the returned message begins.
    pub fn head(&self) -> String {
        let mut out = String::new();
        self.header(&mut out);
        self.people(&mut out);
        self.machines(&mut out);
        self.returned_head(&mut out);
        out
    }

    /// What follows the returned message.
    pub fn tail(&self) -> String {
        format!("\n--{}--\n", self.boundary)
    }

    fn header(&self, out: &mut String) {
        let subject = match &self.template.postmaster_subject {
            Some(subject) if self.postmaster => subject,
            _ => &self.template.subject,
        };
        field(out, "Date", self.date);
        field(out, "From", &self.template.from);
        field(out, "Subject", subject);
        field(out, "To", self.to);
        if let Some(id) = self.message_id {
            field(out, "References", id);
            field(out, "In-Reply-To", id);
        }
        field(out, "Auto-Submitted", if self.postmaster { "auto-generated" } else { "auto-replied" });
        field(out, "MIME-Version", "1.0");
        out.push_str("Content-Type: multipart/report; report-type=delivery-status");
        out.push_str(&format!(";\n\tboundary=\"{}\"\n", self.boundary));
        self.encoding(out);
        out.push_str("\nThis is a MIME-encapsulated message.\n");
    }

    fn people(&self, out: &mut String) {
        self.part(out, "Notification");
        let (charset, plain) =
            (&self.template.charset, self.template.charset.eq_ignore_ascii_case("us-ascii"));
        let charset = if plain && self.eight_bit { "utf-8" } else { charset };
        out.push_str(&format!("Content-Type: text/plain; charset={charset}\n"));
        if self.eight_bit || !plain {
            field(out, "Content-Transfer-Encoding", "8bit");
        }
        out.push('\n');
        if !self.postmaster {
            out.push_str(self.text);
        }
        for entry in self.entries {
            let address = entry.recipient.address.to_external();
            let original = entry.recipient.original.to_external();
            let from = match entry.recipient.original.is_null() || original.eq_ignore_ascii_case(&address) {
                true => String::new(),
                false => format!(" (expanded from <{original}>)"),
            };
            out.push('\n');
            wrapped(out, &format!("<{address}>{from}: {}", entry.diagnosis.reason));
        }
    }

    fn machines(&self, out: &mut String) {
        self.part(out, "Delivery report");
        if self.smtputf8 {
            out.push_str("Content-Type: message/global-delivery-status\n");
            field(out, "Content-Transfer-Encoding", "8bit");
        } else {
            out.push_str("Content-Type: message/delivery-status\n");
        }
        out.push('\n');
        let (kind, name) = (self.address_type(self.sender), self.mail_name);
        wrapped(out, &format!("Reporting-MTA: dns; {}", self.myhostname));
        if !self.envelope_id.is_empty() {
            wrapped(out, &format!("Original-Envelope-Id: {}", self.envelope_id));
        }
        wrapped(out, &format!("X-{name}-Queue-ID: {}", self.queue_id));
        wrapped(out, &format!("X-{name}-Sender: {kind}; {}", self.sender));
        field(out, "Arrival-Date", self.arrival);
        for entry in self.entries {
            self.machine_entry(out, entry);
        }
    }

    fn machine_entry(&self, out: &mut String, entry: &Entry) {
        let (recipient, why) = (&entry.recipient, &entry.diagnosis);
        out.push('\n');
        let address = recipient.address.to_external();
        wrapped(out, &format!("Final-Recipient: {}; {address}", self.address_type(&address)));
        if !recipient.dsn_orcpt.is_empty() {
            wrapped(out, &format!("Original-Recipient: {}", recipient.dsn_orcpt));
        } else if !recipient.original.is_null() {
            wrapped(out, &format!("Original-Recipient: rfc822; {}", recipient.original.to_external()));
        }
        // What was to be tried again, and now is not, has failed.
        let given_up = self.kind == Kind::Failure && entry.action == "delayed";
        wrapped(out, &format!("Action: {}", if given_up { "failed" } else { &entry.action }));
        wrapped(out, &format!("Status: {}", entry.status));
        if let Some(mta) = &why.remote_mta {
            wrapped(out, &format!("Remote-MTA: {}; {}", mta.kind, mta.name));
        }
        match &why.diagnostic {
            Some((kind, text)) => wrapped(out, &format!("Diagnostic-Code: {kind}; {text}")),
            None => wrapped(out, &format!("Diagnostic-Code: X-{}; {}", self.mail_name, why.reason)),
        }
        if let Some(until) = self.retry_until {
            field(out, "Will-Retry-Until", until);
        }
    }

    fn returned_head(&self, out: &mut String) {
        let description = match (self.kind, self.returned) {
            (Kind::Failure, Returned::Full) => "Undelivered Message",
            (Kind::Failure | Kind::Delay, _) => "Undelivered Message Headers",
            (_, Returned::Full) => "Message",
            (_, Returned::Headers) => "Message Headers",
        };
        let kind = match (self.returned, self.smtputf8) {
            (Returned::Full, true) => "message/global",
            (Returned::Full, false) => "message/rfc822",
            (Returned::Headers, true) => "message/global-headers",
            (Returned::Headers, false) => "text/rfc822-headers",
        };
        self.part(out, description);
        field(out, "Content-Type", kind);
        self.encoding(out);
        out.push('\n');
        field(out, "Return-Path", &format!("<{}>", self.sender));
    }

    fn part(&self, out: &mut String, description: &str) {
        out.push_str(&format!("\n--{}\n", self.boundary));
        field(out, "Content-Description", description);
    }

    fn encoding(&self, out: &mut String) {
        if self.eight_bit {
            field(out, "Content-Transfer-Encoding", "8bit");
        }
    }

    /// RFC 6533 3: the type of an address that holds other letters.
    fn address_type(&self, address: &str) -> &'static str {
        if self.smtputf8 && !address.is_ascii() { "utf-8" } else { "rfc822" }
    }
}

/// A header field on one line. Control characters become `?`.
fn field(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(": ");
    out.extend(value.chars().map(|c| if c.is_control() { '?' } else { c }));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Templates;
    use mail::{Enhanced, RemoteMta};

    fn entry() -> Entry {
        Entry {
            recipient: Recipient {
                original: "list@example.org".into(),
                dsn_orcpt: "rfc822;list@example.org".into(),
                ..Recipient::new("q q@bounce.example")
            },
            status: "5.1.1".into(),
            action: "failed".into(),
            diagnosis: Diagnosis::new(Enhanced::new(1, 1), "no such place"),
        }
    }

    fn report<'a>(templates: &'a Templates, entries: &'a [Entry]) -> Report<'a> {
        Report {
            kind: Kind::Failure,
            postmaster: false,
            template: &templates.failure,
            text: "Sorry.\n",
            myhostname: "mx.example.org",
            mail_name: "Postfix",
            to: "alice@remote.example",
            date: "Tue, 24 Nov 2026 13:21:45 +0000 (UTC)",
            boundary: "51DFD98C3AE.1795526505/mx.example.org",
            queue_id: "51DFD98C3AE",
            sender: "alice@remote.example",
            envelope_id: "envid1",
            arrival: "Tue, 24 Nov 2026 13:21:44 +0000 (UTC)",
            retry_until: None,
            message_id: None,
            smtputf8: false,
            eight_bit: true,
            returned: Returned::Full,
            entries,
        }
    }

    /// Seen with Postfix 3.7.11, but for the text for people.
    const FAILURE_HEAD: &str = "\
Date: Tue, 24 Nov 2026 13:21:45 +0000 (UTC)
From: Mail Delivery System <MAILER-DAEMON>
Subject: Undelivered Mail Returned to Sender
To: alice@remote.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary=\"51DFD98C3AE.1795526505/mx.example.org\"
Content-Transfer-Encoding: 8bit

This is a MIME-encapsulated message.

--51DFD98C3AE.1795526505/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Sorry.

<\"q q\"@bounce.example> (expanded from <list@example.org>): no such place

--51DFD98C3AE.1795526505/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Original-Envelope-Id: envid1
X-Postfix-Queue-ID: 51DFD98C3AE
X-Postfix-Sender: rfc822; alice@remote.example
Arrival-Date: Tue, 24 Nov 2026 13:21:44 +0000 (UTC)

Final-Recipient: rfc822; \"q q\"@bounce.example
Original-Recipient: rfc822;list@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Postfix; no such place

--51DFD98C3AE.1795526505/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Return-Path: <alice@remote.example>
";

    #[test]
    fn a_failure_notice_has_the_parts_and_fields_that_readers_look_for() {
        let (templates, entries) = (Templates::default(), [entry()]);
        let report = report(&templates, &entries);
        assert_eq!(report.head(), FAILURE_HEAD);
        assert_eq!(report.tail(), "\n--51DFD98C3AE.1795526505/mx.example.org--\n");
    }

    #[test]
    fn another_systems_words_are_told_as_its_own() {
        let said = Diagnosis {
            remote_mta: Some(RemoteMta { kind: "dns".into(), name: "mx.there.example".into() }),
            diagnostic: Some(("smtp".into(), "550 5.1.1 who?".into())),
            ..entry().diagnosis
        };
        let (templates, entries) = (Templates::default(), [Entry { diagnosis: said, ..entry() }]);
        let head = report(&templates, &entries).head();
        assert!(
            head.contains("\nRemote-MTA: dns; mx.there.example\nDiagnostic-Code: smtp; 550 5.1.1 who?\n")
        );
    }

    #[test]
    fn the_postmasters_copy_has_its_own_subject_and_no_text() {
        let (templates, entries) = (Templates::default(), [entry()]);
        let copy = Report { postmaster: true, to: "postmaster", ..report(&templates, &entries) };
        let head = copy.head();
        assert!(head.contains(
            "\nSubject: Postmaster Copy: Undelivered Mail\nTo: postmaster\nAuto-Submitted: auto-generated\n"
        ));
        assert!(!head.contains("Sorry."));
    }

    #[test]
    fn a_warning_says_how_long_we_will_go_on() {
        let (templates, entries) = (Templates::default(), [Entry { action: "delayed".into(), ..entry() }]);
        let report = Report {
            kind: Kind::Delay,
            template: &templates.delay,
            retry_until: Some("Sun, 29 Nov 2026 13:21:45 +0000 (UTC)"),
            returned: Returned::Headers,
            ..report(&templates, &entries)
        };
        let head = report.head();
        assert!(head.contains("\nAction: delayed\n"));
        assert!(head.contains("\nWill-Retry-Until: Sun, 29 Nov 2026 13:21:45 +0000 (UTC)\n"));
        assert!(head.contains(
            "Content-Description: Undelivered Message Headers\nContent-Type: text/rfc822-headers\n"
        ));
    }

    #[test]
    fn mail_that_expired_has_failed() {
        let (templates, entries) = (Templates::default(), [Entry { action: "delayed".into(), ..entry() }]);
        assert!(report(&templates, &entries).head().contains("\nAction: failed\n"));
    }

    #[test]
    fn international_mail_gets_the_forms_of_rfc_6533() {
        let recipient = Recipient::new("b\u{fc}ro@bounce.example");
        let (templates, entries) = (Templates::default(), [Entry { recipient, ..entry() }]);
        let head = Report { smtputf8: true, ..report(&templates, &entries) }.head();
        for part in [
            "message/global-delivery-status\n",
            "Content-Type: message/global\n",
            "Final-Recipient: utf-8; ",
            "-Sender: rfc822; ",
        ] {
            assert!(head.contains(part), "{part}");
        }
    }
}
