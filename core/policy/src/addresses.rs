//! Restrictions that ask where an address goes: relaying, and whether a user exists.

use crate::ask::{Answer, Maps, Question, Resolved};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Stop, Subject};
use mail::{Address, AddressClass, Enhanced, Reply};

impl Evaluation<'_> {
    pub(crate) fn permit_auth_destination(&mut self) -> Step {
        let Some(recipient) = self.facts.recipient.clone() else { return Ok(Outcome::Dunno) };
        Ok(if self.may_relay(&recipient)? { Outcome::Permit } else { Outcome::Dunno })
    }

    /// `reject_unauth_destination`, and with a smaller code `defer_unauth_destination`.
    pub(crate) fn unauth_destination(&mut self, code: u16) -> Step {
        let Some(recipient) = self.facts.recipient.clone() else { return Ok(Outcome::Dunno) };
        if self.may_relay(&recipient)? {
            return Ok(Outcome::Dunno);
        }
        Ok(self.refuse(Reply::new(code, 7, 1, format!("<{recipient}>: Relay access denied"))))
    }

    /// A destination that anybody may send to: ours, or one in `relay_domains`, and no detour to somewhere else.
    pub(crate) fn may_relay(&mut self, recipient: &Address) -> Result<bool, Stop> {
        let resolved = self.resolve(recipient)?;
        if resolved.recipient.domain().is_none() {
            return Ok(true);
        }
        if resolved.has_routing && !self.rules.allow_untrusted_routing {
            return Ok(false);
        }
        let domain = resolved.recipient.domain().unwrap_or_default();
        self.tell_relay_domains(resolved.class, &format!("domain \"{domain}\""));
        Ok(resolved.class != AddressClass::Default)
    }

    /// A destination that we deliver ourselves or relay for.
    pub(crate) fn is_ours(&mut self, address: &Address) -> Result<bool, Stop> {
        let resolved = self.resolve(address)?;
        Ok(!matches!(resolved.class, AddressClass::Default | AddressClass::Relay))
    }

    pub(crate) fn unlisted_sender(&mut self) -> Step {
        match self.address_subject(Class::Sender) {
            Some((address, subject)) if !address.is_null() => self.unlisted(&address, &subject),
            _ => Ok(Outcome::Dunno),
        }
    }

    pub(crate) fn unlisted_recipient(&mut self) -> Step {
        match self.address_subject(Class::Recipient) {
            Some((address, subject)) => self.unlisted(&address, &subject),
            None => Ok(Outcome::Dunno),
        }
    }

    fn unlisted(&mut self, address: &Address, subject: &Subject) -> Step {
        let resolved = self.resolve(address)?;
        // A match in a rewriting table makes an address known, whatever it is rewritten to (semantics 11).
        let canonical =
            if subject.class == Class::Sender { Maps::SenderCanonical } else { Maps::RecipientCanonical };
        for maps in [canonical, Maps::VirtualAlias] {
            if self.known(maps, &resolved, subject)? == Some(true) {
                return Ok(Outcome::Dunno);
            }
        }
        if let Some(reply) = self.undeliverable(&resolved, subject) {
            return Ok(self.refuse(reply));
        }
        let codes = &self.rules.codes;
        let (maps, code, table) = match resolved.class {
            // local(8) takes mail for postmaster even without an alias for it (RFC 5321 4.5.1).
            AddressClass::Local if resolved.recipient.local().eq_ignore_ascii_case("postmaster") => {
                return Ok(Outcome::Dunno);
            }
            AddressClass::Local => {
                (Maps::LocalRecipient, codes.unknown_local_recipient_reject, "local recipient")
            }
            AddressClass::VirtualMailbox => {
                (Maps::VirtualMailbox, codes.unknown_virtual_mailbox_reject, "virtual mailbox")
            }
            AddressClass::VirtualAlias => {
                let code = codes.unknown_virtual_alias_reject;
                return Ok(self.user_unknown(code, "virtual alias", subject));
            }
            AddressClass::Relay => {
                self.tell_relay_domains(resolved.class, &format!("address \"{}\"", resolved.recipient));
                let codes = &self.rules.codes;
                (Maps::RelayRecipient, codes.unknown_relay_recipient_reject, "relay recipient")
            }
            AddressClass::Default => return Ok(Outcome::Dunno),
        };
        match self.known(maps, &resolved, subject)? {
            Some(false) => Ok(self.user_unknown(code, table, subject)),
            _ => Ok(Outcome::Dunno),
        }
    }

    /// The transport says itself that it won't deliver: error(8) for good, retry(8) for now.
    fn undeliverable(&mut self, resolved: &Resolved, subject: &Subject) -> Option<Reply> {
        let code = match resolved.transport.as_str() {
            "error" => self.rules.codes.unknown_virtual_alias_reject,
            "retry" => 450,
            _ => return None,
        };
        let (first, rest) = resolved.nexthop.split_once(' ').unwrap_or((&resolved.nexthop, ""));
        let (enhanced, text) = match Enhanced::parse(first) {
            Some((class, enhanced)) => (self.adapted(class, enhanced, subject.class), rest.trim_start()),
            None if subject.class == Class::Sender => (Enhanced::new(1, 0), resolved.nexthop.as_str()),
            None => (Enhanced::new(1, 1), resolved.nexthop.as_str()),
        };
        Some(Reply { code, enhanced: Some(enhanced), text: subject.rejected(text) })
    }

    fn user_unknown(&mut self, code: u16, table: &str, subject: &Subject) -> Outcome {
        let place = if self.rules.show_table_name { format!(" in {table} table") } else { String::new() };
        let detail = if subject.class == Class::Sender { 0 } else { 1 };
        self.refuse(Reply::new(code, 1, detail, subject.rejected(&format!("User unknown{place}"))))
    }

    /// Some(is it there), or None when no such table is configured.
    fn known(&mut self, maps: Maps, resolved: &Resolved, subject: &Subject) -> Result<Option<bool>, Stop> {
        let (address, bare) = (resolved.recipient.clone(), resolved.class == AddressClass::Local);
        match self.question(Question::Known { maps, address, bare })? {
            Answer::Yes => Ok(Some(true)),
            Answer::No => Ok(Some(false)),
            Answer::Failed(text) => Err(self.lookup_failure(text, &subject.name)),
            _ => Ok(None),
        }
    }

    /// Resolves an address; an address that can't be resolved now is neither ours nor somebody else's.
    pub(crate) fn resolve(&mut self, address: &Address) -> Result<Resolved, Stop> {
        let sender = self.facts.sender.clone().unwrap_or_default();
        match self.question(Question::Resolve { sender, address: address.clone() })? {
            Answer::Resolved(resolved) => Ok(*resolved),
            Answer::Failed(text) => Err(self.lookup_failure(text, address.as_str())),
            _ => Err(self.lookup_failure("no answer from the rewrite service".to_owned(), address.as_str())),
        }
    }

    pub(crate) fn lookup_failure(&mut self, text: String, name: &str) -> Stop {
        self.warning(text);
        Stop::Unanswered(Reply::new(451, 3, 0, format!("<{name}>: Temporary lookup failure")))
    }
}
