//! What a client is offered, and what EHLO shows of it.

use super::identity::{Permit, XCLIENT, XFORWARD};
use super::session::Session;

/// How TLS stands in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// It is not offered.
    #[default]
    None,
    /// It is offered, and other commands wait for it if it is required (`smtpd_tls_security_level = encrypt`).
    Offered {
        /// Only greetings and the like may come before it.
        required: bool,
    },
    /// It is spoken.
    Active,
}

/// What this client is offered; it depends on who it is.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// `smtpd_authorized_xclient_hosts`.
    pub xclient: Permit,
    /// `smtpd_authorized_xforward_hosts`.
    pub xforward: Permit,
    /// `smtpd_authorized_verp_clients`.
    pub verp: Permit,
    /// `smtpd_discard_ehlo_keywords` or what `smtpd_discard_ehlo_keyword_address_maps` has for it, upper case.
    pub hidden_keywords: Vec<String>,
    /// `smtpd_discard_ehlo_keyword_address_maps` can't be asked.
    pub keywords_unknown: bool,
}

/// Ways to prove an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The mechanisms that EHLO shows, as one line; empty when it shows none to this client.
    pub mechanisms: String,
    /// `broken_sasl_auth_clients`: once more, with `=` for the blank.
    pub twice: bool,
}

/// Who the client has proved to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The mechanism, or XCLIENT.
    pub method: String,
    /// The user.
    pub username: String,
}

impl Login {
    /// Who says that it is nobody has no rights.
    pub fn is_anonymous(&self) -> bool {
        self.method.eq_ignore_ascii_case("ANONYMOUS")
    }
}

impl Session {
    /// SRV-004: clients' tests compare the order.
    pub(super) fn keywords(&self) -> Vec<String> {
        let size = match self.settings.size_limit {
            0 => "SIZE".to_owned(),
            limit => format!("SIZE {limit}"),
        };
        let mut all = vec!["PIPELINING".to_owned(), size];
        if !self.settings.vrfy_disabled {
            all.push("VRFY".to_owned());
        }
        all.push("ETRN".to_owned());
        if matches!(self.tls, Tls::Offered { .. }) {
            all.push("STARTTLS".to_owned());
        }
        let grants = &self.grants;
        if let Some(offer) = self.offer.as_ref().filter(|offer| !offer.mechanisms.is_empty()) {
            all.push(format!("AUTH {}", offer.mechanisms));
            all.extend(offer.twice.then(|| format!("AUTH={}", offer.mechanisms)));
        }
        let special = [
            (grants.verp == Permit::Yes, "XVERP"),
            (grants.xclient == Permit::Yes, XCLIENT),
            (grants.xforward == Permit::Yes, XFORWARD),
        ];
        all.extend(special.into_iter().filter(|(granted, _)| *granted).map(|(_, line)| line.to_owned()));
        all.extend(["ENHANCEDSTATUSCODES", "8BITMIME", "DSN"].map(str::to_owned));
        if self.settings.smtputf8 {
            all.push("SMTPUTF8".to_owned());
        }
        all.push("CHUNKING".to_owned());
        all.retain(|line| !self.hides(line.split([' ', '=']).next().unwrap_or(line)));
        all
    }

    /// The EHLO keyword is hidden from this client. The word for XVERP is VERP.
    pub fn hides(&self, keyword: &str) -> bool {
        let keyword = if keyword == "XVERP" { "VERP" } else { keyword };
        self.grants.hidden_keywords.iter().any(|hidden| hidden.eq_ignore_ascii_case(keyword))
    }
}
