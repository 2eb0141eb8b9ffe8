//! A mail address in internal form: unquoted, as tables and queue files hold it (`O'Brien x@example.org`).
//! `quote.rs` has the external form, for the wire and for headers.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An address in internal (unquoted) form. The empty address is the null sender `<>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address(String);

impl Address {
    /// Wraps text that is already in internal form.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The null sender, `<>`.
    pub fn null() -> Self {
        Self::default()
    }

    /// True for the null sender.
    pub fn is_null(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the last `@`, or all of it when there is none.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or(&self.0, |(local, _)| local)
    }

    /// The part after the last `@`, when there is one.
    pub fn domain(&self) -> Option<&str> {
        self.0.rsplit_once('@').map(|(_, domain)| domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// ADDRESS_CLASS_README: which of the five kinds of domain an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AddressClass {
    /// `mydestination`, `inet_interfaces`, `proxy_interfaces`.
    Local,
    /// `virtual_alias_domains`.
    VirtualAlias,
    /// `virtual_mailbox_domains`.
    VirtualMailbox,
    /// `relay_domains`.
    Relay,
    /// Everything else.
    Default,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_at_sign_divides() {
        let address = Address::new("a@b@example.org");
        assert_eq!((address.local(), address.domain()), ("a@b", Some("example.org")));
        assert_eq!(Address::new("postmaster").domain(), None);
    }
}
