//! Parameters on their way out: what postconf says when main.cf still sets them, unless -q asks it not to
//! (the manual's DEPRECATION_README).

use config::{Conf, State, find};

use super::Report;

/// Warns of deprecated and removed parameters that main.cf sets.
pub(super) fn warn_deprecated(conf: &Conf, report: &mut Report) {
    for name in conf.set_names() {
        let removed = find(name).is_some_and(|parameter| parameter.state == State::Removed);
        let instead = INSTEAD.iter().find(|(old, _)| *old == name).map(|(_, new)| *new);
        if removed {
            let text = format!("support for parameter \"{name}\" has been removed");
            report.warn_after(format!("{}: {text}", conf.file_name()));
        } else if let Some(new) = instead {
            let text =
                format!("support for parameter \"{name}\" will be removed; instead, specify \"{new}\"");
            report.warn_after(format!("{}: {text}", conf.file_name()));
        }
    }
}

/// Old parameters and what takes their place.
const INSTEAD: &[(&str, &str)] = &[
    ("authorized_verp_clients", "smtpd_authorized_verp_clients"),
    ("disable_dns_lookups", "smtp_dns_support_level"),
    ("fallback_relay", "smtp_fallback_relay"),
    ("lmtp_enforce_tls", "lmtp_tls_security_level"),
    ("lmtp_per_record_deadline", "lmtp_per_request_deadline"),
    ("lmtp_tls_enforce_peername", "lmtp_tls_security_level"),
    ("lmtp_tls_per_site", "lmtp_tls_policy_maps"),
    ("lmtp_use_tls", "lmtp_tls_security_level"),
    ("postscreen_blacklist_action", "postscreen_denylist_action"),
    ("postscreen_dnsbl_ttl", "postscreen_dnsbl_max_ttl"),
    ("postscreen_dnsbl_whitelist_threshold", "postscreen_dnsbl_allowlist_threshold"),
    ("postscreen_enforce_tls", "postscreen_tls_security_level"),
    ("postscreen_use_tls", "postscreen_tls_security_level"),
    ("postscreen_whitelist_interfaces", "postscreen_allowlist_interfaces"),
    ("smtp_enforce_tls", "smtp_tls_security_level"),
    ("smtp_per_record_deadline", "smtp_per_request_deadline"),
    ("smtp_tls_enforce_peername", "smtp_tls_security_level"),
    ("smtp_tls_per_site", "smtp_tls_policy_maps"),
    ("smtp_use_tls", "smtp_tls_security_level"),
    ("smtpd_client_connection_limit_exceptions", "smtpd_client_event_limit_exceptions"),
    ("smtpd_enforce_tls", "smtpd_tls_security_level"),
    ("smtpd_per_record_deadline", "smtpd_per_request_deadline"),
    ("smtpd_tls_dh1024_param_file", "nothing: the built-in groups are right"),
    ("smtpd_tls_eecdh_grade", "nothing: the built-in curves are right"),
    ("smtpd_use_tls", "smtpd_tls_security_level"),
    ("tlsproxy_client_enforce_tls", "tlsproxy_client_security_level"),
    ("tlsproxy_client_level", "tlsproxy_client_security_level"),
    ("tlsproxy_client_per_site", "tlsproxy_client_policy_maps"),
    ("tlsproxy_client_policy", "tlsproxy_client_policy_maps"),
    ("tlsproxy_client_use_tls", "tlsproxy_client_security_level"),
    ("tlsproxy_enforce_tls", "tlsproxy_tls_security_level"),
    ("tlsproxy_use_tls", "tlsproxy_tls_security_level"),
    ("virtual_maps", "virtual_alias_maps"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_old_name_is_one_of_the_table() {
        for (old, _) in INSTEAD {
            assert!(find(old).is_some(), "{old}");
        }
        assert!(INSTEAD.is_sorted());
    }

    #[test]
    fn settings_on_their_way_out_are_told_with_what_to_use() {
        let text = "smtpd_use_tls = yes\nsmtp_skip_4xx_greeting = no\nmyorigin = x\n";
        let conf = Conf::parse("main.cf", text, &config::HostFacts::default()).unwrap();
        let mut report = Report::default();
        warn_deprecated(&conf, &mut report);
        assert_eq!(report.afterthoughts.len(), 2);
        assert!(report.afterthoughts.iter().any(|w| w.ends_with("specify \"smtpd_tls_security_level\"")));
    }
}
