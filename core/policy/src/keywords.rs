//! The keywords of restriction lists, each a few lines. An unknown one is a configuration error.

use crate::ask::{Answer, DnsFinding, DnsQuestion, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Place, Step, Stop, Subject, Words};
use crate::facts::NameStatus;
use crate::names::{is_address_literal, is_fully_qualified, is_hostname};
use crate::rules::TempfailAction;
use mail::{Enhanced, Reply};

impl Evaluation<'_> {
    /// Evaluates one restriction; takes its argument from the words.
    pub(crate) fn restriction(
        &mut self,
        word: &str,
        words: &mut Words<'_>,
        subject: &Subject,
        place: Option<Place>,
    ) -> Step {
        if let Some(place) = place
            && is_table(word)
        {
            return self.bare_table(word, place);
        }
        // Names of classes keep their case, those of built-in restrictions don't; a class can't hide a built-in one.
        match word.to_ascii_lowercase().as_str() {
            "permit" => {
                self.warn_ignored(word, words);
                Ok(Outcome::Permit)
            }
            "reject" => {
                self.warn_ignored(word, words);
                Ok(self.refuse(Reply::new(self.rules.codes.reject, 7, 1, subject.rejected("Access denied"))))
            }
            "defer" => {
                self.warn_ignored(word, words);
                Ok(self.refuse(Reply::new(self.rules.codes.defer, 3, 2, subject.rejected("Try again later"))))
            }
            "defer_if_permit" => {
                Ok(self.defer_if_permit(Reply::new(450, 7, 0, subject.rejected("defer_if_permit requested"))))
            }
            "defer_if_reject" => {
                Ok(self.defer_if_reject(Reply::new(450, 7, 0, subject.rejected("defer_if_reject requested"))))
            }
            "sleep" => self.sleep(words),
            "reject_unauth_pipelining" if self.facts.talked_early => {
                let text = subject.rejected("Improper use of SMTP command pipelining");
                Ok(self.refuse(Reply::new(503, 5, 0, text)))
            }
            "reject_unauth_pipelining" => Ok(Outcome::Dunno),
            "reject_plaintext_session" => {
                let code = self.rules.codes.plaintext_reject;
                Ok(self.refuse(Reply::new(code, 7, 1, "Session encryption is required")))
            }
            "reject_multi_recipient_bounce" => Ok(self.multi_recipient_bounce(subject)),
            "permit_sasl_authenticated" if self.facts.sasl_active && self.facts.login.is_some() => {
                Ok(Outcome::Permit)
            }
            // Nobody shows a certificate as long as TLS is not offered.
            "permit_sasl_authenticated" | "permit_tls_all_clientcerts" | "permit_tls_clientcerts" => {
                Ok(Outcome::Dunno)
            }
            name => self.about_somebody(name, word, words, subject, place),
        }
    }

    fn about_somebody(
        &mut self,
        name: &str,
        word: &str,
        words: &mut Words<'_>,
        subject: &Subject,
        place: Option<Place>,
    ) -> Step {
        match name {
            "permit_mynetworks" => self.permit_mynetworks(),
            "permit_inet_interfaces" => {
                Ok(if self.facts.client.is_self { Outcome::Permit } else { Outcome::Dunno })
            }
            "reject_unknown_client_hostname" | "reject_unknown_client" => Ok(self.unknown_client()),
            "reject_unknown_reverse_client_hostname" => Ok(self.unknown_reverse_client()),
            "reject_invalid_helo_hostname" | "reject_invalid_hostname" => Ok(self.invalid_helo()),
            "reject_non_fqdn_helo_hostname" | "reject_non_fqdn_hostname" => Ok(self.non_fqdn_helo()),
            "reject_unknown_helo_hostname" | "reject_unknown_hostname" => self.unknown_helo(),
            "reject_non_fqdn_sender" => Ok(self.non_fqdn(Class::Sender)),
            "reject_non_fqdn_recipient" => Ok(self.non_fqdn(Class::Recipient)),
            "reject_unknown_sender_domain" | "reject_unknown_address" => self.unknown_domain(Class::Sender),
            "reject_unknown_recipient_domain" => self.unknown_domain(Class::Recipient),
            "reject_unlisted_sender" => self.unlisted_sender(),
            "reject_unlisted_recipient" | "check_recipient_maps" => self.unlisted_recipient(),
            "permit_auth_destination" => self.permit_auth_destination(),
            "reject_unauth_destination" => self.unauth_destination(self.rules.codes.relay_domains_reject),
            "defer_unauth_destination" => {
                self.unauth_destination(self.rules.codes.relay_domains_reject.saturating_sub(100))
            }
            "check_client_access" => self.with_table(word, words, Self::client_access),
            "check_reverse_client_hostname_access" => {
                self.with_table(word, words, Self::reverse_client_access)
            }
            "check_helo_access" => self.with_table(word, words, Self::helo_access),
            "check_sender_access" => self.with_table(word, words, Self::sender_access),
            "check_etrn_access" => self.with_table(word, words, Self::etrn_access),
            "check_recipient_access" => self.with_table(word, words, Self::recipient_access),
            _ => self.class_or_unknown(word, subject, place),
        }
    }

    fn class_or_unknown(&mut self, word: &str, subject: &Subject, place: Option<Place>) -> Step {
        let rules = self.rules;
        match rules.classes.get(word) {
            Some(list) => self.list(list, subject, place),
            None => Err(self.fault(format!("unknown smtpd restriction: \"{word}\""))),
        }
    }

    fn bare_table(&mut self, table: &str, place: Place) -> Step {
        let class = match place {
            Place::Client => return self.client_access(table),
            Place::Helo => return self.helo_access(table),
            Place::Sender => return self.sender_access(table),
            Place::Recipient => return self.recipient_access(table),
            Place::Etrn => return self.etrn_access(table),
            Place::Data => Class::Data,
            Place::EndOfData => Class::EndOfData,
        };
        Err(self.fault(format!(
            "specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, \
             check_sender_access, check_recipient_access, check_etrn_access) before {} restriction \"{table}\"",
            class.text()
        )))
    }

    fn with_table(&mut self, word: &str, words: &mut Words<'_>, check: fn(&mut Self, &str) -> Step) -> Step {
        match words.peek().filter(|next| is_table(next)) {
            Some(table) => {
                words.next();
                check(self, table)
            }
            None => {
                let argument = words.peek().unwrap_or(word);
                let text = format!("restriction {word}: bad argument \"{argument}\": need maptype:mapname");
                Err(self.fault(text))
            }
        }
    }

    fn warn_ignored(&mut self, word: &str, words: &Words<'_>) {
        if let Some(next) = words.peek() {
            self.warning(format!("restriction `{next}' after `{word}' is ignored"));
        }
    }

    fn sleep(&mut self, words: &mut Words<'_>) -> Step {
        match words.peek().and_then(|word| word.parse().ok()) {
            Some(seconds) => {
                words.next();
                self.question(Question::Sleep(seconds)).map(|_| Outcome::Dunno)
            }
            None => Err(self.fault("restriction sleep must be followed by number".to_owned())),
        }
    }

    fn permit_mynetworks(&mut self) -> Step {
        match self.question(Question::InMynetworks)? {
            Answer::Yes => {
                self.tell_mynetworks_style()?;
                Ok(Outcome::Permit)
            }
            Answer::Failed(text) => {
                self.warning(format!("mynetworks: {text}"));
                Err(Stop::Unanswered(Reply::new(451, 3, 0, "Temporary lookup failure")))
            }
            _ => Ok(Outcome::Dunno),
        }
    }

    fn multi_recipient_bounce(&mut self, subject: &Subject) -> Outcome {
        let count = self.facts.recipient_count + usize::from(subject.class == Class::Recipient);
        if self.facts.sender.as_ref().is_none_or(|sender| !sender.is_null()) || count <= 1 {
            return Outcome::Dunno;
        }
        let code = self.rules.codes.multi_recipient_bounce_reject;
        self.refuse(Reply::new(code, 5, 3, subject.rejected("Multi-recipient bounce")))
    }

    fn unknown_client(&mut self) -> Outcome {
        let code = match self.facts.client.name_status {
            NameStatus::Ok => return Outcome::Dunno,
            NameStatus::Temporary => 450,
            NameStatus::Missing => self.rules.codes.unknown_client_reject,
        };
        let text =
            format!("Client host rejected: cannot find your hostname, [{}]", self.facts.client.address);
        self.refuse(Reply::new(code, 7, 25, text))
    }

    fn unknown_reverse_client(&mut self) -> Outcome {
        let code = match self.facts.client.reverse_status {
            NameStatus::Ok => return Outcome::Dunno,
            NameStatus::Temporary => 450,
            NameStatus::Missing => self.rules.codes.unknown_client_reject,
        };
        let text = format!(
            "Client host rejected: cannot find your reverse hostname, [{}]",
            self.facts.client.address
        );
        self.refuse(Reply::new(code, 7, 1, text))
    }

    fn invalid_helo(&mut self) -> Outcome {
        match self.helo_subject() {
            Some(helo) if !is_hostname(&helo.name) && !is_address_literal(&helo.name) => {
                let code = self.rules.codes.invalid_hostname_reject;
                self.refuse(Reply::new(code, 5, 2, helo.rejected("Invalid name")))
            }
            _ => Outcome::Dunno,
        }
    }

    fn non_fqdn_helo(&mut self) -> Outcome {
        match self.helo_subject() {
            Some(helo) if !is_fully_qualified(&helo.name) && !is_address_literal(&helo.name) => {
                let code = self.rules.codes.non_fqdn_reject;
                self.refuse(Reply::new(code, 5, 2, helo.rejected("need fully-qualified hostname")))
            }
            _ => Outcome::Dunno,
        }
    }

    fn unknown_helo(&mut self) -> Step {
        let Some(helo) = self.helo_subject().filter(|helo| !is_address_literal(&helo.name)) else {
            return Ok(Outcome::Dunno);
        };
        let text = helo.rejected("Host not found");
        match self.question(Question::Dns(DnsQuestion::Host(helo.name)))? {
            Answer::Dns(DnsFinding::Exists | DnsFinding::NullMx) => Ok(Outcome::Dunno),
            Answer::Dns(DnsFinding::Absent | DnsFinding::Malformed) => {
                Ok(self.refuse(Reply::new(self.rules.codes.unknown_hostname_reject, 7, 1, text)))
            }
            _ => Ok(self.tempfail(self.rules.unknown_helo_tempfail, Enhanced::new(7, 1), text)),
        }
    }

    fn non_fqdn(&mut self, class: Class) -> Outcome {
        let Some((address, subject)) = self.address_subject(class) else { return Outcome::Dunno };
        // MAILER-DAEMON's friend needs no domain: RFC 5321 4.5.1.
        let is_postmaster = class == Class::Recipient && address.as_str().eq_ignore_ascii_case("postmaster");
        let qualified = address.domain().is_some_and(|d| is_fully_qualified(d) || is_address_literal(d));
        if address.is_null() || is_postmaster || qualified {
            return Outcome::Dunno;
        }
        let code = self.rules.codes.non_fqdn_reject;
        self.refuse(Reply::new(code, 5, 2, subject.rejected("need fully-qualified address")))
    }

    /// Only for domains that aren't ours: what we deliver ourselves needs no DNS.
    fn unknown_domain(&mut self, class: Class) -> Step {
        let Some((address, subject)) = self.address_subject(class) else { return Ok(Outcome::Dunno) };
        if address.is_null() || self.is_ours(&address)? {
            return Ok(Outcome::Dunno);
        }
        let Some(domain) = address.domain().filter(|domain| !domain.starts_with('[')) else {
            return Ok(Outcome::Dunno);
        };
        let detail = if class == Class::Sender { 8 } else { 2 };
        let unknown = Reply::new(
            self.rules.codes.unknown_address_reject,
            1,
            detail,
            subject.rejected("Domain not found"),
        );
        match self.question(Question::Dns(DnsQuestion::MailDomain(domain.to_owned())))? {
            Answer::Dns(DnsFinding::Exists) => Ok(Outcome::Dunno),
            Answer::Dns(DnsFinding::Absent) => Ok(self.refuse(unknown)),
            Answer::Dns(DnsFinding::NullMx) => Ok(self.null_mx(&subject, domain)),
            Answer::Dns(DnsFinding::Malformed) => {
                let text = subject.rejected("Malformed DNS server reply");
                Ok(self.refuse(Reply::new(unknown.code, 1, detail, text)))
            }
            _ => {
                Ok(self.tempfail(self.rules.unknown_address_tempfail, Enhanced::new(1, detail), unknown.text))
            }
        }
    }

    /// RFC 7505.
    fn null_mx(&mut self, subject: &Subject, domain: &str) -> Outcome {
        let text = subject.rejected(&format!("Domain {domain} does not accept mail (nullMX)"));
        self.refuse(match subject.class {
            Class::Sender => Reply::new(550, 7, 27, text),
            _ => Reply::new(556, 1, 10, text),
        })
    }

    fn tempfail(&mut self, action: TempfailAction, enhanced: Enhanced, text: String) -> Outcome {
        let reply = Reply { code: 450, enhanced: Some(enhanced), text };
        match action {
            TempfailAction::DeferIfPermit => self.defer_if_permit(reply),
            TempfailAction::Defer => self.refuse(reply),
        }
    }

    pub(crate) fn helo_subject(&self) -> Option<Subject> {
        self.facts.helo.clone().map(|name| Subject { name, class: Class::Helo })
    }

    pub(crate) fn address_subject(&self, class: Class) -> Option<(mail::Address, Subject)> {
        let address = if class == Class::Sender { &self.facts.sender } else { &self.facts.recipient };
        let address = address.clone()?;
        let name = address.as_str().to_owned();
        Some((address, Subject { name, class }))
    }
}

/// `type:name`, and not a keyword.
pub(crate) fn is_table(word: &str) -> bool {
    word.split_once(':').is_some_and(|(kind, _)| {
        !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
