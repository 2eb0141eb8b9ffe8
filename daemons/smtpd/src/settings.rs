//! The parameters of smtpd(8), as plain values.

mod limits;
mod policy_service;
mod rules;
mod sasl;
pub(crate) mod tls;
mod verify;

pub(crate) use limits::{Hosts, LimitSettings};
pub(crate) use policy_service::PolicySettings;
pub(crate) use sasl::SaslSettings;
pub(crate) use verify::VerifySettings;

use crate::notice::Mistakes;
use crate::proxy::Filter;
use crate::wire::Patience;
use config::{Conf, Fault, p, split_list};
use dns::Families;
use policy::{List, Rules};
use smtp::data::BareNewline;
use smtp::server;
use smtp::text::unescaped;
use std::net::IpAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// What main.cf says.
pub(crate) struct Settings {
    /// The conversation, with strangers.
    pub session: Rc<server::Settings>,
    /// The conversation with clients in `smtpd_forbid_bare_newline_exclusions`.
    pub trusted_session: Rc<server::Settings>,
    pub rules: Rules,
    pub patience: Patience,
    pub error_sleep: Duration,
    pub line_limit: usize,
    pub hostname: String,
    pub mail_name: String,
    pub size_limit: u64,
    pub queue_minfree: u64,
    pub peername_lookup: bool,
    pub client_port_logging: bool,
    pub own_addresses: Vec<IpAddr>,
    pub notices: Notices,
    pub delay_open: bool,
    pub soft_bounce: bool,
    pub reject_footer: String,
    /// `smtpd_hide_client_session`.
    pub hide_client: bool,
    pub expansion_filter: String,
    pub content_filter: String,
    pub overrides: Overrides,
    pub local_header_rewrite_clients: List,
    /// `inet_protocols`.
    pub families: Families,
    /// `smtpd_upstream_proxy_protocol`: is there a proxy before us? How long it may take to say who comes.
    pub upstream_proxy: Option<Duration>,
    /// The families that it may tell of.
    pub proxy_families: smtp::haproxy::Families,
    pub cleanup_socket: PathBuf,
    pub rewrite_socket: PathBuf,
    pub flush_socket: PathBuf,
    pub ipc_timeout: Duration,
    pub limits: LimitSettings,
    pub verify: VerifySettings,
    pub policy_service: PolicySettings,
    /// `smtputf8_enable = no` is the default of an old version.
    pub tells_smtputf8: bool,
    /// `fast_flush_domains` comes from an old version's default of `relay_domains`.
    pub tells_flush: bool,
    pub sasl: SaslSettings,
    /// `smtpd_proxy_filter`.
    pub proxy: Option<Filter>,
}

/// `receive_override_options`: what is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overrides {
    pub unknown_recipient_checks: bool,
    pub address_mappings: bool,
    pub header_body_checks: bool,
    pub milters: bool,
}

/// Which sessions the postmaster hears about, and where.
pub(crate) struct Notices {
    /// `notify_classes`, as far as they are ours.
    pub classes: Mistakes,
    /// `error_notice_recipient`.
    pub recipient: String,
    /// `smtpd_history_flush_threshold`.
    pub history_threshold: usize,
    /// `double_bounce_sender`, with our name.
    pub sender: String,
}

impl Settings {
    pub(crate) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let strangers = session(conf)?;
        let trusted = server::Settings { bare_newline: BareNewline::Allow, ..strangers.clone() };
        let overrides = overrides(&conf.get(p::RECEIVE_OVERRIDE_OPTIONS)?)?;
        Ok(Self {
            session: Rc::new(strangers),
            trusted_session: Rc::new(trusted),
            rules: rules::read(conf, overrides)?,
            patience: Patience {
                timeout: conf.get(p::SMTPD_TIMEOUT)?,
                per_request: conf.get(p::SMTPD_PER_REQUEST_DEADLINE)?,
                min_data_rate: number(conf.get(p::SMTPD_MIN_DATA_RATE)?),
            },
            error_sleep: conf.get(p::SMTPD_ERROR_SLEEP_TIME)?,
            line_limit: number(conf.get(p::LINE_LENGTH_LIMIT)?),
            hostname: conf.get(p::MYHOSTNAME)?,
            mail_name: conf.get(p::MAIL_NAME)?,
            size_limit: number(conf.get(p::MESSAGE_SIZE_LIMIT)?),
            queue_minfree: number(conf.get(p::QUEUE_MINFREE)?),
            peername_lookup: conf.get(p::SMTPD_PEERNAME_LOOKUP)?,
            client_port_logging: conf.get(p::SMTPD_CLIENT_PORT_LOGGING)?,
            own_addresses: config::own_addresses(conf)?,
            reject_footer: conf.get(p::SMTPD_REJECT_FOOTER)?,
            hide_client: conf.get(p::SMTPD_HIDE_CLIENT_SESSION)?,
            expansion_filter: unescaped(&conf.get(p::SMTPD_EXPANSION_FILTER)?),
            soft_bounce: conf.get(p::SOFT_BOUNCE)?,
            notices: notices(conf)?,
            delay_open: conf.get(p::SMTPD_DELAY_OPEN_UNTIL_VALID_RCPT)?,
            content_filter: conf.get(p::CONTENT_FILTER)?,
            overrides,
            upstream_proxy: upstream_proxy(conf)?,
            proxy_families: proxy_families(&split_list(&conf.get(p::INET_PROTOCOLS)?)),
            families: dns_families(&split_list(&conf.get(p::INET_PROTOCOLS)?)),
            local_header_rewrite_clients: split_list(&conf.get(p::LOCAL_HEADER_REWRITE_CLIENTS)?),
            // Relative to the queue directory, where every daemon is at home, jailed or not.
            cleanup_socket: PathBuf::from("public").join(conf.get(p::CLEANUP_SERVICE_NAME)?),
            rewrite_socket: PathBuf::from("private").join(conf.get(p::REWRITE_SERVICE_NAME)?),
            flush_socket: PathBuf::from("public").join(conf.get(p::FLUSH_SERVICE_NAME)?),
            ipc_timeout: conf.get(p::IPC_TIMEOUT)?,
            limits: LimitSettings::from_conf(conf)?,
            verify: VerifySettings::from_conf(conf)?,
            policy_service: PolicySettings::from_conf(conf)?,
            tells_smtputf8: conf.backwards_compatible_default(p::SMTPUTF8_ENABLE)?.is_some(),
            tells_flush: conf.backwards_compatible_default(p::RELAY_DOMAINS)?.is_some()
                && !conf.is_set(p::FAST_FLUSH_DOMAINS.name()),
            sasl: SaslSettings::from_conf(conf)?,
            proxy: proxy_filter(conf)?,
        })
    }
}

fn session(conf: &Conf) -> Result<server::Settings, Fault> {
    let hostname = conf.get(p::MYHOSTNAME)?;
    let vrfy_disabled = conf.get(p::DISABLE_VRFY_COMMAND)?;
    Ok(server::Settings {
        banner: conf.get(p::SMTPD_BANNER)?,
        helo_required: conf.get(p::SMTPD_HELO_REQUIRED)?,
        size_limit: number(conf.get(p::MESSAGE_SIZE_LIMIT)?),
        recipient_limit: number(conf.get(p::SMTPD_RECIPIENT_LIMIT)?),
        overshoot_limit: number(conf.get(p::SMTPD_RECIPIENT_OVERSHOOT_LIMIT)?),
        soft_error_limit: number(conf.get(p::SMTPD_SOFT_ERROR_LIMIT)?),
        hard_error_limit: number(conf.get(p::SMTPD_HARD_ERROR_LIMIT)?),
        junk_limit: number(conf.get(p::SMTPD_JUNK_COMMAND_LIMIT)?),
        strict_envelopes: conf.get(p::STRICT_RFC821_ENVELOPES)?,
        smtputf8: conf.get(p::SMTPUTF8_ENABLE)?,
        strict_smtputf8: conf.get(p::STRICT_SMTPUTF8)?,
        vrfy_disabled,
        families: families(&split_list(&conf.get(p::INET_PROTOCOLS)?)),
        verp_delimiters: conf.get(p::DEFAULT_VERP_DELIMITERS)?,
        verp_filter: conf.get(p::VERP_DELIMITER_FILTER)?,
        forbid_early_talk: conf.get(p::SMTPD_FORBID_UNAUTH_PIPELINING)?,
        bare_newline: bare_newline(&conf.get(p::SMTPD_FORBID_BARE_NEWLINE)?)?,
        bare_newline_code: number(conf.get(p::SMTPD_FORBID_BARE_NEWLINE_REJECT_CODE)?),
        hostname,
    })
}

fn families(protocols: &[String]) -> server::Families {
    let has = |name: &str| protocols.iter().any(|word| word == name || word == "all");
    server::Families { ipv4: has("ipv4"), ipv6: has("ipv6") }
}

fn proxy_families(protocols: &[String]) -> smtp::haproxy::Families {
    let wanted = families(protocols);
    smtp::haproxy::Families { ipv4: wanted.ipv4, ipv6: wanted.ipv6 }
}

fn upstream_proxy(conf: &Conf) -> Result<Option<Duration>, Fault> {
    match conf.get(p::SMTPD_UPSTREAM_PROXY_PROTOCOL)?.as_str() {
        "" => Ok(None),
        "haproxy" => conf.get(p::SMTPD_UPSTREAM_PROXY_TIMEOUT).map(Some),
        other => Err(Fault::new(format!("unsupported smtpd_upstream_proxy_protocol value: {other}"))),
    }
}

fn dns_families(protocols: &[String]) -> Families {
    let wanted = families(protocols);
    Families { ipv4: wanted.ipv4, ipv6: wanted.ipv6 }
}

fn proxy_filter(conf: &Conf) -> Result<Option<Filter>, Fault> {
    let name = conf.get(p::SMTPD_PROXY_FILTER)?;
    let mut speed_adjust = false;
    for word in split_list(&conf.get(p::SMTPD_PROXY_OPTIONS)?) {
        match word.to_ascii_lowercase().as_str() {
            "speed_adjust" => speed_adjust = true,
            _ => return Err(Fault::new(format!("unknown smtpd_proxy_options value \"{word}\""))),
        }
    }
    if name.is_empty() {
        return Ok(None);
    }
    let endpoint = Filter::endpoint(&name).map_err(|error| {
        Fault::new(format!("bad parameter value: 'smtpd_proxy_filter = {name}': {error}"))
    })?;
    let ehlo = conf.get(p::SMTPD_PROXY_EHLO)?;
    Ok(Some(Filter { name, endpoint, ehlo, timeout: conf.get(p::SMTPD_PROXY_TIMEOUT)?, speed_adjust }))
}

fn notices(conf: &Conf) -> Result<Notices, Fault> {
    let words = split_list(&conf.get(p::NOTIFY_CLASSES)?);
    let has = |class: &str| words.iter().any(|word| word.eq_ignore_ascii_case(class));
    Ok(Notices {
        classes: Mistakes {
            resource: has("resource"),
            software: has("software"),
            policy: has("policy"),
            protocol: has("protocol"),
        },
        history_threshold: number(conf.get(p::SMTPD_HISTORY_FLUSH_THRESHOLD)?),
        recipient: conf.get(p::ERROR_NOTICE_RECIPIENT)?,
        sender: format!("{}@{}", conf.get(p::DOUBLE_BOUNCE_SENDER)?, conf.get(p::MYHOSTNAME)?),
    })
}

fn bare_newline(word: &str) -> Result<BareNewline, Fault> {
    match word.to_ascii_lowercase().as_str() {
        "no" => Ok(BareNewline::Allow),
        "yes" | "normalize" => Ok(BareNewline::Normalize),
        "note" => Ok(BareNewline::Note),
        "reject" => Ok(BareNewline::Reject),
        _ => Err(Fault::new(format!("bad parameter value: 'smtpd_forbid_bare_newline = {word}'"))),
    }
}

fn overrides(list: &str) -> Result<Overrides, Fault> {
    let mut overrides = Overrides::default();
    for word in split_list(list) {
        match word.as_str() {
            "no_unknown_recipient_checks" => overrides.unknown_recipient_checks = true,
            "no_address_mappings" => overrides.address_mappings = true,
            "no_header_body_checks" => overrides.header_body_checks = true,
            "no_milters" => overrides.milters = true,
            other => {
                return Err(Fault::new(format!(
                    "unknown receive_override_options value \"{other}\" in \"{list}\""
                )));
            }
        }
    }
    Ok(overrides)
}

/// A number that the parameter table keeps from being negative; what doesn't fit is the largest.
fn number<T: TryFrom<i64> + Limit>(value: i64) -> T {
    T::try_from(value).unwrap_or(T::MAX)
}

trait Limit {
    const MAX: Self;
}

impl Limit for u64 {
    const MAX: Self = u64::MAX;
}

impl Limit for usize {
    const MAX: Self = usize::MAX;
}

impl Limit for u32 {
    const MAX: Self = u32::MAX;
}

impl Limit for u16 {
    const MAX: Self = u16::MAX;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(main_cf: &str) -> Result<Settings, Fault> {
        let text = format!("compatibility_level = 3.6\nmyhostname = mail.example.com\n{main_cf}");
        Settings::from_conf(&Conf::parse("main.cf", &text, &config::HostFacts::default()).unwrap())
    }

    #[test]
    fn an_empty_main_cf_relays_for_nobody() {
        let settings = settings("").unwrap();
        assert_eq!(
            settings.rules.relay,
            ["permit_mynetworks", "permit_sasl_authenticated", "defer_unauth_destination"]
        );
        assert!(
            settings.rules.relay_first
                && settings.rules.delay_reject
                && settings.rules.reject_unlisted_recipient
        );
        assert_eq!(settings.session.bare_newline, BareNewline::Normalize);
        assert_eq!(settings.session.banner, "mail.example.com ESMTP Postfix");
    }

    #[test]
    fn classes_are_parameters_that_main_cf_makes_up() {
        let settings =
            settings("smtpd_restriction_classes = strict\nstrict = reject_non_fqdn_sender, permit").unwrap();
        assert_eq!(settings.rules.classes["strict"], ["reject_non_fqdn_sender", "permit"]);
    }

    #[test]
    fn bad_words_are_faults() {
        for bad in [
            "smtpd_forbid_bare_newline = maybe",
            "receive_override_options = no_such_thing",
            "unknown_address_tempfail_action = maybe",
        ] {
            assert!(settings(bad).is_err(), "{bad}");
        }
    }
}
