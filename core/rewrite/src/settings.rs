//! What resolving depends on: settings, and the tables behind a trait.

use crate::{Delimiter, Origin, Rules};
use std::net::IpAddr;

/// What the decision depends on beside the tables.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which address forms are routing.
    pub rules: Rules,
    /// `myorigin` and `mydomain`.
    pub origin: Origin,
    /// `myhostname`: the domain of addresses that name none.
    pub myhostname: String,
    /// `empty_address_recipient`.
    pub empty_address_recipient: String,
    /// `resolve_dequoted_address`.
    pub resolve_dequoted_address: bool,
    /// `resolve_null_domain`.
    pub resolve_null_domain: bool,
    /// `resolve_numeric_domain`.
    pub resolve_numeric_domain: bool,
    /// `smtputf8_enable`.
    pub smtputf8: bool,
    /// `allow_min_user`.
    pub allow_min_user: bool,
    /// `show_user_unknown_table_name`.
    pub show_user_unknown_table_name: bool,
    /// `helpful_warnings`.
    pub helpful_warnings: bool,
    /// `relocated_prefix_enable`: "5.1.6 User has moved to" goes in front of what relocated_maps say.
    pub relocated_prefix: bool,
    /// `recipient_delimiter` and its like.
    pub delimiter: Delimiter,
    /// `parent_domain_matches_subdomains` names transport_maps: `domain` matches subdomains, not `.domain`.
    pub transport_parent_matches: bool,
    /// `local_transport`.
    pub local_transport: String,
    /// `virtual_transport`.
    pub virtual_transport: String,
    /// `relay_transport`.
    pub relay_transport: String,
    /// `default_transport`.
    pub default_transport: String,
    /// `relayhost`.
    pub relayhost: String,
    /// `empty_address_relayhost_maps_lookup_key`.
    pub empty_relayhost_key: String,
    /// `empty_address_default_transport_maps_lookup_key`.
    pub empty_default_transport_key: String,
}

/// The lists of domains that make the address classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainList {
    /// `mydestination` (names only; addresses are asked with [`Tables::is_own_address`]).
    Local,
    /// `virtual_alias_domains`.
    VirtualAlias,
    /// `virtual_mailbox_domains`.
    VirtualMailbox,
    /// `relay_domains`.
    Relay,
}

impl DomainList {
    /// The parameter's name.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Local => "mydestination",
            Self::VirtualAlias => "virtual_alias_domains",
            Self::VirtualMailbox => "virtual_mailbox_domains",
            Self::Relay => "relay_domains",
        }
    }
}

/// The tables that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Map {
    /// `transport_maps`.
    Transport,
    /// `relocated_maps`.
    Relocated,
    /// `sender_dependent_relayhost_maps`.
    SenderRelayhost,
    /// `sender_dependent_default_transport_maps`.
    SenderDefaultTransport,
}

impl Map {
    /// The parameter's name.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Transport => "transport_maps",
            Self::Relocated => "relocated_maps",
            Self::SenderRelayhost => "sender_dependent_relayhost_maps",
            Self::SenderDefaultTransport => "sender_dependent_default_transport_maps",
        }
    }
}

/// The tables' answer, or None when they have none.
pub type Found = Option<String>;

/// What trivial-rewrite asks of the world. An error is temporary by nature: nobody was able to say.
pub trait Tables {
    /// Is the domain in this list?
    fn contains(&self, list: DomainList, domain: &str) -> impl Future<Output = Result<bool, String>>;
    /// Is this an address that we receive mail on (`inet_interfaces`, `proxy_interfaces`)?
    fn is_own_address(&self, address: IpAddr) -> bool;
    /// Looks a key up. `partial` keys are not for regexp, pcre, cidr and network tables.
    fn find(&self, map: Map, key: &str, partial: bool) -> impl Future<Output = Result<Found, String>>;
}
