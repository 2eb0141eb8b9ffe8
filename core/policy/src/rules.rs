//! The lists and the numbers, as the configuration gives them. Reading the configuration is the daemon's business.

use crate::identity::table_in_braces;
use crate::keywords::is_table;
use crate::verification::Unverified;
use std::collections::HashMap;
use std::net::IpAddr;

/// A restriction list: its words. Braces hold a word together.
pub type List = Vec<String>;

/// Everything that the configuration says about the policy; the fields are parameters of similar names.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// `smtpd_client_restrictions`.
    pub client: List,
    /// `smtpd_helo_restrictions`.
    pub helo: List,
    /// `smtpd_sender_restrictions`.
    pub sender: List,
    /// `smtpd_relay_restrictions`.
    pub relay: List,
    /// `smtpd_recipient_restrictions`.
    pub recipient: List,
    /// `smtpd_data_restrictions`.
    pub data: List,
    /// `smtpd_end_of_data_restrictions`.
    pub end_of_data: List,
    /// `smtpd_etrn_restrictions`.
    pub etrn: List,
    /// `smtpd_restriction_classes` by name.
    pub classes: HashMap<String, List>,
    /// `smtpd_delay_reject`.
    pub delay_reject: bool,
    /// `smtpd_log_access_permit_actions` is set.
    pub log_permits: bool,
    /// `smtpd_relay_before_recipient_restrictions`.
    pub relay_first: bool,
    /// `smtpd_reject_unlisted_recipient`.
    pub reject_unlisted_recipient: bool,
    /// `smtpd_reject_unlisted_sender`.
    pub reject_unlisted_sender: bool,
    /// `smtpd_null_access_lookup_key`.
    pub null_access_key: String,
    /// `parent_domain_matches_subdomains` has `smtpd_access_maps`: a domain matches its subdomains too.
    pub parent_matches_subdomains: bool,
    /// `recipient_delimiter`.
    pub recipient_delimiter: String,
    /// `show_user_unknown_table_name`.
    pub show_table_name: bool,
    /// `allow_untrusted_routing`.
    pub allow_untrusted_routing: bool,
    /// `default_rbl_reply`.
    pub default_rbl_reply: String,
    /// `maps_rbl_domains`.
    pub maps_rbl_domains: List,
    /// `permit_mx_backup_networks` is set.
    pub limits_mx_backup: bool,
    /// The addresses that we are reached by: `inet_interfaces` and `proxy_interfaces`.
    pub own_addresses: Vec<IpAddr>,
    /// `smtpd_tls_ask_ccert`.
    pub ask_ccert: bool,
    /// `smtpd_proxy_filter` is set: the message is somebody else's.
    pub proxied: bool,
    /// `smtpd_expansion_filter`, escapes undone.
    pub expansion_filter: String,
    /// `mail_name`.
    pub mail_name: String,
    /// The reply codes.
    pub codes: Codes,
    /// `unknown_address_tempfail_action`.
    pub unknown_address_tempfail: TempfailAction,
    /// `unknown_helo_hostname_tempfail_action`.
    pub unknown_helo_tempfail: TempfailAction,
    /// Defaults of old versions that are in force, and are told when they matter.
    pub old_defaults: OldDefaults,
    /// `unverified_sender_*`.
    pub unverified_sender: Unverified,
    /// `unverified_recipient_*`.
    pub unverified_recipient: Unverified,
}

impl Rules {
    /// False when nothing in the relay and recipient lists keeps strangers from relaying. Such a site hears
    /// 451 at every RCPT: SMTPD_ACCESS_README, "dangerous use".
    pub fn guards_relaying(&self) -> bool {
        [&self.relay, &self.recipient].into_iter().any(|list| self.has_guard(list, 0))
    }

    fn has_guard(&self, list: &List, depth: usize) -> bool {
        let mut words = list.iter().peekable();
        while let Some(word) = words.next() {
            let lower = word.to_ascii_lowercase();
            match lower.as_str() {
                // Nothing behind it is ever reached.
                "permit" => return false,
                // What only warns doesn't guard.
                "warn_if_reject" => drop(words.next()),
                guard if GUARDS.contains(&guard) => return true,
                _ => {
                    let class = self.classes.get(word).filter(|_| depth < CLASS_DEPTH);
                    if class.is_some_and(|class| self.has_guard(class, depth + 1)) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// The tables that the lists name, `type:name`, for opening them in advance.
    pub fn tables(&self) -> Vec<String> {
        let lists = [
            &self.client,
            &self.helo,
            &self.sender,
            &self.relay,
            &self.recipient,
            &self.data,
            &self.end_of_data,
            &self.etrn,
        ];
        let lists = lists.into_iter().chain(self.classes.values());
        let words =
            lists.flat_map(|list| list.iter().enumerate().filter(|(at, _)| !names_a_service(list, *at)));
        let words = words.map(|(_, word)| word);
        let table = |word: &String| is_table(word).then(|| word.clone()).or_else(|| table_in_braces(word));
        let mut tables: Vec<String> = words.filter_map(table).collect();
        tables.sort();
        tables.dedup();
        tables
    }
}

/// What stands behind `check_policy_service` may look like a table, and is none.
fn names_a_service(list: &List, at: usize) -> bool {
    at > 0 && list[at - 1].eq_ignore_ascii_case("check_policy_service")
}

/// COMPATIBILITY_README: the defaults that `compatibility_level` keeps at what they were in old versions.
#[derive(Clone, Debug, Default)]
pub struct OldDefaults {
    /// `mynetworks_style`, when nothing in main.cf decides about `mynetworks`.
    pub mynetworks_style: Option<String>,
    /// `relay_domains = $mydestination`.
    pub relay_domains: bool,
    /// `smtpd_relay_restrictions =`.
    pub relay_restrictions: bool,
    /// `smtpd_relay_before_recipient_restrictions = no`.
    pub relay_order: bool,
}

/// `*_tempfail_action`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TempfailAction {
    /// `defer_if_permit`.
    #[default]
    DeferIfPermit,
    /// `defer`.
    Defer,
}

/// The reply codes; the fields are parameters of the same name without `_code`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Codes {
    pub reject: u16,
    pub defer: u16,
    pub access_map_reject: u16,
    pub access_map_defer: u16,
    pub relay_domains_reject: u16,
    pub non_fqdn_reject: u16,
    pub invalid_hostname_reject: u16,
    pub unknown_hostname_reject: u16,
    pub unknown_address_reject: u16,
    pub unknown_client_reject: u16,
    pub unknown_local_recipient_reject: u16,
    pub unknown_relay_recipient_reject: u16,
    pub unknown_virtual_alias_reject: u16,
    pub unknown_virtual_mailbox_reject: u16,
    pub multi_recipient_bounce_reject: u16,
    pub plaintext_reject: u16,
    pub maps_rbl_reject: u16,
}

impl Default for Codes {
    fn default() -> Self {
        Self {
            reject: 554,
            defer: 450,
            access_map_reject: 554,
            access_map_defer: 450,
            relay_domains_reject: 554,
            non_fqdn_reject: 504,
            invalid_hostname_reject: 501,
            unknown_hostname_reject: 450,
            unknown_address_reject: 450,
            unknown_client_reject: 450,
            unknown_local_recipient_reject: 550,
            unknown_relay_recipient_reject: 550,
            unknown_virtual_alias_reject: 550,
            unknown_virtual_mailbox_reject: 550,
            multi_recipient_bounce_reject: 550,
            plaintext_reject: 450,
            maps_rbl_reject: 554,
        }
    }
}

const GUARDS: [&str; 6] = [
    "reject_unauth_destination",
    "defer_unauth_destination",
    "check_relay_domains",
    "reject",
    "defer",
    "defer_if_permit",
];
const CLASS_DEPTH: usize = 20;
