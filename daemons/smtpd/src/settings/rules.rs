//! The restriction lists of smtpd(8) and their reply codes, as the policy wants them.

use super::{Overrides, unescaped, verify};
use config::{Conf, Fault, p, split_list};
use policy::{Codes, List, OldDefaults, Rules, TempfailAction};
use std::collections::HashMap;

/// The lists and what belongs to them.
pub(super) fn read(conf: &Conf, overrides: Overrides) -> Result<Rules, Fault> {
    let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
    Ok(Rules {
        client: split_list(&conf.get(p::SMTPD_CLIENT_RESTRICTIONS)?),
        helo: split_list(&conf.get(p::SMTPD_HELO_RESTRICTIONS)?),
        sender: split_list(&conf.get(p::SMTPD_SENDER_RESTRICTIONS)?),
        relay: split_list(&conf.get(p::SMTPD_RELAY_RESTRICTIONS)?),
        recipient: split_list(&conf.get(p::SMTPD_RECIPIENT_RESTRICTIONS)?),
        data: split_list(&conf.get(p::SMTPD_DATA_RESTRICTIONS)?),
        end_of_data: split_list(&conf.get(p::SMTPD_END_OF_DATA_RESTRICTIONS)?),
        etrn: split_list(&conf.get(p::SMTPD_ETRN_RESTRICTIONS)?),
        classes: classes(conf)?,
        delay_reject: conf.get(p::SMTPD_DELAY_REJECT)?,
        log_permits: !conf.get(p::SMTPD_LOG_ACCESS_PERMIT_ACTIONS)?.is_empty(),
        relay_first: conf.get(p::SMTPD_RELAY_BEFORE_RECIPIENT_RESTRICTIONS)?,
        reject_unlisted_recipient: conf.get(p::SMTPD_REJECT_UNLISTED_RECIPIENT)?
            && !overrides.unknown_recipient_checks,
        reject_unlisted_sender: conf.get(p::SMTPD_REJECT_UNLISTED_SENDER)?
            && !overrides.unknown_recipient_checks,
        null_access_key: conf.get(p::SMTPD_NULL_ACCESS_LOOKUP_KEY)?,
        parent_matches_subdomains: parents.iter().any(|word| word == "smtpd_access_maps"),
        recipient_delimiter: conf.get(p::RECIPIENT_DELIMITER)?,
        show_table_name: conf.get(p::SHOW_USER_UNKNOWN_TABLE_NAME)?,
        allow_untrusted_routing: conf.get(p::ALLOW_UNTRUSTED_ROUTING)?,
        default_rbl_reply: conf.get(p::DEFAULT_RBL_REPLY)?,
        maps_rbl_domains: split_list(&conf.get(p::MAPS_RBL_DOMAINS)?),
        limits_mx_backup: !conf.get(p::PERMIT_MX_BACKUP_NETWORKS)?.is_empty(),
        own_addresses: config::own_addresses(conf)?,
        ask_ccert: conf.get(p::SMTPD_TLS_ASK_CCERT)?,
        proxied: !conf.get(p::SMTPD_PROXY_FILTER)?.is_empty(),
        expansion_filter: unescaped(&conf.get(p::SMTPD_EXPANSION_FILTER)?),
        mail_name: conf.get(p::MAIL_NAME)?,
        codes: codes(conf)?,
        unknown_address_tempfail: tempfail(conf, p::UNKNOWN_ADDRESS_TEMPFAIL_ACTION.name())?,
        unknown_helo_tempfail: tempfail(conf, p::UNKNOWN_HELO_HOSTNAME_TEMPFAIL_ACTION.name())?,
        unverified_sender: verify::unverified_sender(conf)?,
        unverified_recipient: verify::unverified_recipient(conf)?,
        old_defaults: old_defaults(conf)?,
    })
}

fn old_defaults(conf: &Conf) -> Result<OldDefaults, Fault> {
    let style = conf.backwards_compatible_default(p::MYNETWORKS_STYLE)?;
    Ok(OldDefaults {
        mynetworks_style: style.filter(|_| !conf.is_set(p::MYNETWORKS.name())),
        relay_domains: conf.backwards_compatible_default(p::RELAY_DOMAINS)?.is_some(),
        relay_restrictions: conf.backwards_compatible_default(p::SMTPD_RELAY_RESTRICTIONS)?.is_some(),
        relay_order: conf
            .backwards_compatible_default(p::SMTPD_RELAY_BEFORE_RECIPIENT_RESTRICTIONS)?
            .is_some(),
    })
}

/// Each word of `smtpd_restriction_classes` is the name of a parameter that main.cf makes up.
fn classes(conf: &Conf) -> Result<HashMap<String, List>, Fault> {
    let names = split_list(&conf.get(p::SMTPD_RESTRICTION_CLASSES)?);
    let mut classes = HashMap::new();
    for name in names {
        let list = split_list(&conf.lookup(&name)?.unwrap_or_default());
        classes.insert(name, list);
    }
    Ok(classes)
}

pub(super) fn tempfail(conf: &Conf, name: &str) -> Result<TempfailAction, Fault> {
    let value = conf.lookup(name)?.unwrap_or_default();
    match value.to_ascii_lowercase().as_str() {
        "defer_if_permit" => Ok(TempfailAction::DeferIfPermit),
        "defer" => Ok(TempfailAction::Defer),
        _ => Err(Fault::new(format!("bad configuration: {name} = {value}"))),
    }
}

pub(super) fn code(value: i64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn codes(conf: &Conf) -> Result<Codes, Fault> {
    Ok(Codes {
        reject: code(conf.get(p::REJECT_CODE)?),
        defer: code(conf.get(p::DEFER_CODE)?),
        access_map_reject: code(conf.get(p::ACCESS_MAP_REJECT_CODE)?),
        access_map_defer: code(conf.get(p::ACCESS_MAP_DEFER_CODE)?),
        relay_domains_reject: code(conf.get(p::RELAY_DOMAINS_REJECT_CODE)?),
        non_fqdn_reject: code(conf.get(p::NON_FQDN_REJECT_CODE)?),
        invalid_hostname_reject: code(conf.get(p::INVALID_HOSTNAME_REJECT_CODE)?),
        unknown_hostname_reject: code(conf.get(p::UNKNOWN_HOSTNAME_REJECT_CODE)?),
        unknown_address_reject: code(conf.get(p::UNKNOWN_ADDRESS_REJECT_CODE)?),
        unknown_client_reject: code(conf.get(p::UNKNOWN_CLIENT_REJECT_CODE)?),
        unknown_local_recipient_reject: code(conf.get(p::UNKNOWN_LOCAL_RECIPIENT_REJECT_CODE)?),
        unknown_relay_recipient_reject: code(conf.get(p::UNKNOWN_RELAY_RECIPIENT_REJECT_CODE)?),
        unknown_virtual_alias_reject: code(conf.get(p::UNKNOWN_VIRTUAL_ALIAS_REJECT_CODE)?),
        unknown_virtual_mailbox_reject: code(conf.get(p::UNKNOWN_VIRTUAL_MAILBOX_REJECT_CODE)?),
        multi_recipient_bounce_reject: code(conf.get(p::MULTI_RECIPIENT_BOUNCE_REJECT_CODE)?),
        plaintext_reject: code(conf.get(p::PLAINTEXT_REJECT_CODE)?),
        maps_rbl_reject: code(conf.get(p::MAPS_RBL_REJECT_CODE)?),
    })
}
