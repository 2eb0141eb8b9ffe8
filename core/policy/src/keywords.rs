//! The keywords of restriction lists, each a few lines. An unknown one is a configuration error.

use crate::ask::{Answer, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Place, Step, Stop, Subject, Words};
use crate::facts::NameStatus;
use crate::judgement::Remark;
use crate::names::{is_address_literal, is_bare_address, is_fully_qualified, is_hostname};
use crate::servers;
use mail::Reply;

impl Evaluation<'_> {
    /// Evaluates one restriction; takes its argument from the words.
    pub(crate) fn restriction(&mut self, word: &str, words: &mut Words<'_>, subject: &Subject) -> Step {
        if is_table(word) {
            return self.bare_table(word, subject);
        }
        // Names of classes keep their case, those of built-in restrictions don't; a class can't hide a built-in one.
        match word.to_ascii_lowercase().as_str() {
            "permit" => {
                self.warn_ignored(word, words);
                Ok(Outcome::Permit)
            }
            "reject" => {
                self.warn_unless_warning(word, words);
                Ok(self.refuse(Reply::new(self.rules.codes.reject, 7, 1, subject.rejected("Access denied"))))
            }
            "defer" => {
                self.warn_unless_warning(word, words);
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
            "reject_plaintext_session" => Ok(self.plaintext_session()),
            "reject_multi_recipient_bounce" => Ok(self.multi_recipient_bounce(subject)),
            "check_policy_service" => self.policy_service(word, words, subject),
            name => self
                .about_identity(name, word, words)
                .or_else(|| self.about_names(name))
                .or_else(|| self.about_destination(name, word, words))
                .or_else(|| self.by_list(name, word, words))
                .or_else(|| self.by_table(name, word, words))
                .unwrap_or_else(|| self.class_or_unknown(word, subject)),
        }
    }

    fn about_identity(&mut self, name: &str, word: &str, words: &mut Words<'_>) -> Option<Step> {
        Some(match name {
            "permit_sasl_authenticated" => Ok(self.permit_sasl_authenticated()),
            "permit_tls_clientcerts" => self.permit_tls_clientcerts(),
            "permit_tls_all_clientcerts" => self.permit_tls_all_clientcerts(),
            "check_ccert_access" => self.certificate_access(word, words),
            "reject_sender_login_mismatch" => self.login_mismatch(),
            "reject_authenticated_sender_login_mismatch" => self.authenticated_login_mismatch(),
            "reject_known_sender_login_mismatch" => self.known_login_mismatch(),
            "reject_unauthenticated_sender_login_mismatch" => self.unauthenticated_login_mismatch(),
            _ => return None,
        })
    }

    fn about_names(&mut self, name: &str) -> Option<Step> {
        Some(match name {
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
            "reject_unverified_sender" => self.unverified(Class::Sender),
            "reject_unverified_recipient" => self.unverified(Class::Recipient),
            _ => return None,
        })
    }

    fn about_destination(&mut self, name: &str, word: &str, words: &mut Words<'_>) -> Option<Step> {
        Some(match name {
            "permit_auth_destination" => self.permit_auth_destination(),
            "reject_unauth_destination" => self.unauth_destination(self.rules.codes.relay_domains_reject),
            "defer_unauth_destination" => {
                self.unauth_destination(self.rules.codes.relay_domains_reject.saturating_sub(100))
            }
            "permit_mx_backup" => self.permit_mx_backup(),
            "check_relay_domains" => {
                self.deprecated("check_relay_domains", "reject_unauth_destination");
                self.warn_ignored(word, words);
                self.check_relay_domains()
            }
            "reject_maps_rbl" => self.reject_maps_rbl(),
            "permit_naked_ip_address" => Ok(self.permit_naked_ip_address()),
            _ => return None,
        })
    }

    fn by_table(&mut self, name: &str, word: &str, words: &mut Words<'_>) -> Option<Step> {
        let check: fn(&mut Self, &str) -> Step = match name {
            "check_client_access" => Self::client_access,
            "check_reverse_client_hostname_access" => Self::reverse_client_access,
            "check_helo_access" => Self::helo_access,
            "check_sender_access" => Self::sender_access,
            "check_recipient_access" => Self::recipient_access,
            "check_etrn_access" => Self::etrn_access,
            "check_sasl_access" => Self::sasl_access,
            _ => {
                let (whose, kind) = servers::parse(name)?;
                let table = self.table(word, words);
                return Some(table.and_then(|table| self.server_access(name, table, whose, kind)));
            }
        };
        let table = self.table(word, words);
        Some(table.and_then(|table| check(self, table)))
    }

    fn class_or_unknown(&mut self, word: &str, subject: &Subject) -> Step {
        let rules = self.rules;
        match rules.classes.get(word) {
            Some(list) => self.list(list, subject),
            None => Err(self.fault(format!("unknown smtpd restriction: \"{word}\""))),
        }
    }

    fn bare_table(&mut self, table: &str, subject: &Subject) -> Step {
        match self.place {
            Place::Client => self.client_access(table),
            Place::Helo => self.helo_access(table),
            Place::Sender => self.sender_access(table),
            Place::Recipient => self.recipient_access(table),
            Place::Etrn => self.etrn_access(table),
            Place::Data | Place::EndOfData => Err(self.fault(format!(
                "specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, \
                 check_sender_access, check_recipient_access, check_etrn_access) before {} restriction \"{table}\"",
                subject.class.text()
            ))),
        }
    }

    /// The table that follows.
    fn table<'w>(&mut self, word: &str, words: &mut Words<'w>) -> Result<&'w str, Stop> {
        match words.peek().filter(|next| is_table(next)) {
            Some(table) => {
                words.next();
                Ok(table)
            }
            None => {
                let argument = words.peek().unwrap_or(word);
                let text = format!("restriction {word}: bad argument \"{argument}\": need maptype:mapname");
                Err(self.fault(text))
            }
        }
    }

    /// What a later version drops: said once, not for each mail.
    pub(crate) fn deprecated(&mut self, word: &str, instead: &str) {
        let product = &self.rules.mail_name;
        self.remarks.push(Remark::WarnOnce(format!(
            "support for restriction \"{word}\" will be removed from {product}; use \"{instead}\" instead"
        )));
    }

    fn warn_ignored(&mut self, word: &str, words: &Words<'_>) {
        if let Some(next) = words.peek() {
            self.warning(format!("restriction `{next}' after `{word}' is ignored"));
        }
    }

    /// After `warn_if_reject` the list goes on.
    fn warn_unless_warning(&mut self, word: &str, words: &Words<'_>) {
        if !self.only_warns() {
            self.warn_ignored(word, words);
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

    /// The HELO name; Err is the refusal of an address in brackets that is none.
    pub(crate) fn helo_name(&mut self) -> Result<Option<Subject>, Outcome> {
        let Some(helo) = self.helo_subject() else { return Ok(None) };
        if !helo.name.starts_with('[') {
            return Ok(Some(helo));
        }
        if is_address_literal(&helo.name) {
            return Ok(None);
        }
        let code = self.rules.codes.invalid_hostname_reject;
        Err(self.refuse(Reply::new(code, 5, 2, helo.rejected("invalid ip address"))))
    }

    fn invalid_helo(&mut self) -> Outcome {
        match self.helo_name() {
            Ok(Some(helo)) if !is_hostname(&helo.name) && !is_bare_address(&helo.name) => {
                let code = self.rules.codes.invalid_hostname_reject;
                self.refuse(Reply::new(code, 5, 2, helo.rejected("Invalid name")))
            }
            Ok(_) => Outcome::Dunno,
            Err(refusal) => refusal,
        }
    }

    fn non_fqdn_helo(&mut self) -> Outcome {
        match self.helo_name() {
            Ok(Some(helo)) if !is_fully_qualified(&helo.name) => {
                let code = self.rules.codes.non_fqdn_reject;
                self.refuse(Reply::new(code, 5, 2, helo.rejected("need fully-qualified hostname")))
            }
            Ok(_) => Outcome::Dunno,
            Err(refusal) => refusal,
        }
    }

    fn permit_naked_ip_address(&mut self) -> Outcome {
        self.warning(
            "restriction permit_naked_ip_address is deprecated. Use permit_mynetworks or permit_sasl_authenticated \
             instead",
        );
        match self.helo_subject() {
            Some(helo) if is_bare_address(&helo.name) => Outcome::Permit,
            _ => Outcome::Dunno,
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
