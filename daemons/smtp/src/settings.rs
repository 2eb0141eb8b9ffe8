//! main.cf, as the client wants it. Every `smtp_` parameter has an `lmtp_` counterpart with a default of its own.

mod tls;

pub use tls::{Choice, TlsSettings};

pub(crate) use tls::names;

use config::{Conf, Fault, Kind, Param, p, split_list};
use dns::Families;
use net::Source;
use smtp::client::{Feature, Greeting, ProbeTarget, Stage};
use std::net::IpAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// What main.cf says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// LMTP instead of SMTP.
    pub lmtp: bool,
    /// `myhostname`.
    pub my_hostname: String,
    /// `smtp_helo_name`, `lmtp_lhlo_name`.
    pub hello_name: String,
    /// `smtp_always_send_ehlo`, `smtp_never_send_ehlo`.
    pub greeting: Greeting,
    /// `smtp_skip_5xx_greeting`.
    pub skip_5xx: bool,
    /// `smtp_skip_quit_response`.
    pub skip_quit_response: bool,
    /// `smtp_discard_ehlo_keywords`.
    pub hidden: Vec<Feature>,
    /// `known_tcp_ports`.
    pub known_tcp_ports: String,
    /// `smtp_tcp_port`, `lmtp_tcp_port`.
    pub service: String,
    /// `relayhost`.
    pub relayhost: String,
    /// `smtp_fallback_relay`.
    pub fallback: Vec<String>,
    /// `smtp_bind_address` and its kin.
    pub source: Source,
    /// All time limits.
    pub timeouts: Rc<Timeouts>,
    /// How servers are found.
    pub routing: Routing,
    /// `smtp_mx_address_limit`; 0 for none.
    pub address_limit: usize,
    /// `smtp_mx_session_limit`; 0 for none.
    pub session_limit: usize,
    /// `smtp_line_length_limit`; 0 for none.
    pub line_limit: usize,
    /// `soft_bounce`.
    pub soft_bounce: bool,
    /// `smtp_delivery_status_filter`.
    pub status_filter: String,
    /// `delay_logging_resolution_limit`.
    pub resolution: u8,
    /// `smtp_address_verify_target`.
    pub probe_target: ProbeTarget,
    /// `smtp_send_dummy_mail_auth`.
    pub dummy_auth: bool,
    /// `lmtp_assume_final`.
    pub assume_final: bool,
    /// TLS.
    pub tls: TlsSettings,
    /// SASL, when it is on.
    pub sasl: Option<SaslSettings>,
    /// Sessions kept for the next message.
    pub cache: CacheSettings,
    /// `smtp_send_xforward_command`.
    pub xforward: bool,
    /// `best_mx_transport`: who takes mail whose best exchanger is ourselves.
    pub best_mx_transport: String,
    /// `disable_mime_output_conversion` is off: 8-bit content becomes 7-bit for servers that need it.
    pub convert: bool,
    /// `smtp_generic_maps`.
    pub generic: GenericSettings,
}

/// What look-ups in `smtp_generic_maps` depend on.
#[derive(Clone, Debug)]
pub struct GenericSettings {
    /// The tables.
    pub maps: String,
    /// `recipient_delimiter`.
    pub delimiters: String,
    /// `owner_request_special`.
    pub owner_request_special: bool,
    /// `propagate_unmatched_extensions` has `generic`.
    pub propagate: bool,
    /// `myorigin`.
    pub my_origin: String,
    /// `mydestination`.
    pub my_destination: String,
    /// `header_address_token_limit`.
    pub token_limit: usize,
}

/// When sessions are kept open for the next message.
#[derive(Clone, Debug)]
pub struct CacheSettings {
    /// `smtp_connection_cache_on_demand`.
    pub on_demand: bool,
    /// `smtp_connection_cache_destinations`.
    pub destinations: String,
    /// `smtp_connection_cache_time_limit`: how long one may be idle.
    pub time_limit: Duration,
    /// `smtp_connection_reuse_time_limit`: how long one may live.
    pub reuse_time: Duration,
    /// `smtp_connection_reuse_count_limit`: how many messages one may carry; 0 for any number.
    pub reuse_count: u32,
    /// The socket of `connection_cache_service_name`.
    pub service: PathBuf,
    /// `connection_cache_protocol_timeout`.
    pub protocol_timeout: Duration,
    /// The name of our own service in master.cf.
    pub transport: String,
}

/// Time limits, by stage.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Timeouts {
    /// None: as long as the kernel tries.
    pub connect: Option<Duration>,
    pub hello: Duration,
    pub start_tls: Duration,
    pub xforward: Duration,
    pub mail: Duration,
    pub rcpt: Duration,
    pub data_init: Duration,
    pub data_xfer: Duration,
    pub data_done: Duration,
    pub rset: Duration,
    pub quit: Duration,
}

/// How the servers of a destination are found and ordered.
#[derive(Clone, Debug)]
pub struct Routing {
    /// LMTP: no MX records.
    pub lmtp: bool,
    /// `inet_protocols`.
    pub families: Families,
    /// `smtp_address_preference`: the family that goes first among equals.
    pub prefer: Option<Family>,
    /// `smtp_balance_inet_protocols`.
    pub balance: bool,
    /// `smtp_randomize_addresses`.
    pub randomize: bool,
    /// `ignore_mx_lookup_error`.
    pub ignore_mx_error: bool,
    /// `smtp_defer_if_no_mx_address_found`.
    pub defer_without_address: bool,
    /// Ask the name servers (`smtp_dns_support_level`, `smtp_host_lookup`).
    pub dns: bool,
    /// Ask for hosts as the system does (`smtp_host_lookup = native`).
    pub native: bool,
    /// `smtp_dns_support_level = dnssec`.
    pub secure: bool,
    /// Addresses that are ourselves: `inet_interfaces`, `proxy_interfaces`.
    pub own: Vec<IpAddr>,
}

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Family {
    Ipv4,
    Ipv6,
}

/// SASL.
#[derive(Clone, Debug)]
pub struct SaslSettings {
    /// `smtp_sasl_password_maps`.
    pub passwords: String,
    /// `smtp_sasl_password_result_delimiter`.
    pub delimiter: String,
    /// `smtp_sender_dependent_authentication`.
    pub by_sender: bool,
    /// `smtp_sasl_mechanism_filter`, upper case; empty permits all.
    pub filter: Vec<String>,
    /// Plaintext mechanisms are permitted: in clear (`smtp_sasl_security_options` has no `noplaintext`), in TLS
    /// (`smtp_sasl_tls_security_options`), in TLS with a server whose certificate is verified
    /// (`smtp_sasl_tls_verified_security_options`).
    pub plaintext: [bool; 3],
}

impl Timeouts {
    /// The limit for one reply (or one write) at a stage.
    pub fn of(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Greeting | Stage::Ehlo | Stage::Helo | Stage::Lhlo | Stage::Auth => self.hello,
            Stage::StartTls => self.start_tls,
            Stage::Xforward => self.xforward,
            Stage::Mail => self.mail,
            Stage::Rcpt(_) => self.rcpt,
            Stage::Data => self.data_init,
            Stage::Content => self.data_xfer,
            Stage::Dot => self.data_done,
            Stage::Rset => self.rset,
            Stage::Quit => self.quit,
        }
    }
}

impl Settings {
    /// Reads the settings of smtp(8), or of lmtp(8).
    pub fn from_conf(conf: &Conf, lmtp: bool) -> Result<Self, Fault> {
        let own = Names { conf, lmtp };
        let service = if lmtp { conf.get(p::LMTP_TCP_PORT)? } else { conf.get(p::SMTP_TCP_PORT)? };
        Ok(Self {
            lmtp,
            my_hostname: conf.get(p::MYHOSTNAME)?,
            hello_name: own.get(p::SMTP_HELO_NAME)?,
            greeting: greeting(conf)?,
            skip_5xx: own.get(p::SMTP_SKIP_5XX_GREETING)?,
            skip_quit_response: own.get(p::SMTP_SKIP_QUIT_RESPONSE)?,
            hidden: hidden(&own.get(p::SMTP_DISCARD_EHLO_KEYWORDS)?),
            known_tcp_ports: conf.get(p::KNOWN_TCP_PORTS)?,
            service,
            relayhost: conf.get(p::RELAYHOST)?,
            fallback: split_list(&own.get(p::SMTP_FALLBACK_RELAY)?),
            source: source(&own)?,
            timeouts: Rc::new(timeouts(&own)?),
            routing: routing(&own)?,
            address_limit: count(own.get(p::SMTP_MX_ADDRESS_LIMIT)?),
            session_limit: count(own.get(p::SMTP_MX_SESSION_LIMIT)?),
            line_limit: count(own.get(p::SMTP_LINE_LENGTH_LIMIT)?),
            soft_bounce: conf.get(p::SOFT_BOUNCE)?,
            status_filter: own.get(p::SMTP_DELIVERY_STATUS_FILTER)?,
            resolution: conf.get(p::DELAY_LOGGING_RESOLUTION_LIMIT)?.clamp(0, 6) as u8,
            dummy_auth: own.get(p::SMTP_SEND_DUMMY_MAIL_AUTH)?,
            probe_target: probe_target(&own.get(p::SMTP_ADDRESS_VERIFY_TARGET)?)?,
            assume_final: lmtp && conf.get(p::LMTP_ASSUME_FINAL)?,
            tls: TlsSettings::read(&own)?,
            sasl: sasl(&own)?,
            cache: cache(&own)?,
            xforward: own.get(p::SMTP_SEND_XFORWARD_COMMAND)?,
            best_mx_transport: if lmtp { String::new() } else { conf.get(p::BEST_MX_TRANSPORT)? },
            convert: !conf.get(p::DISABLE_MIME_OUTPUT_CONVERSION)?,
            generic: generic(&own)?,
        })
    }
}

/// Finds a parameter under its own name, or under that of its LMTP counterpart.
struct Names<'a> {
    conf: &'a Conf,
    lmtp: bool,
}

impl Names<'_> {
    fn get<K: Kind>(&self, parameter: Param<K>) -> Result<K::Value, Fault> {
        if self.lmtp {
            self.conf.get_named(&counterpart(parameter.name()), parameter)
        } else {
            self.conf.get(parameter)
        }
    }
}

/// `smtp_x` is `lmtp_x`; what has EHLO or HELO in its name says LHLO.
fn counterpart(name: &str) -> String {
    let name = name.replacen("smtp_", "lmtp_", 1);
    name.replace("_helo_", "_lhlo_").replace("_ehlo_", "_lhlo_")
}

fn greeting(conf: &Conf) -> Result<Greeting, Fault> {
    Ok(match (conf.get(p::SMTP_NEVER_SEND_EHLO)?, conf.get(p::SMTP_ALWAYS_SEND_EHLO)?) {
        (true, _) => Greeting::Helo,
        (false, true) => Greeting::Ehlo,
        (false, false) => Greeting::EhloWhenOffered,
    })
}

fn hidden(list: &str) -> Vec<Feature> {
    split_list(list).iter().filter_map(|word| Feature::from_keyword(word)).collect()
}

fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

fn timeouts(own: &Names<'_>) -> Result<Timeouts, Fault> {
    let connect: Duration = own.get(p::SMTP_CONNECT_TIMEOUT)?;
    Ok(Timeouts {
        connect: (!connect.is_zero()).then_some(connect),
        hello: own.get(p::SMTP_HELO_TIMEOUT)?,
        start_tls: own.get(p::SMTP_STARTTLS_TIMEOUT)?,
        xforward: own.get(p::SMTP_XFORWARD_TIMEOUT)?,
        mail: own.get(p::SMTP_MAIL_TIMEOUT)?,
        rcpt: own.get(p::SMTP_RCPT_TIMEOUT)?,
        data_init: own.get(p::SMTP_DATA_INIT_TIMEOUT)?,
        data_xfer: own.get(p::SMTP_DATA_XFER_TIMEOUT)?,
        data_done: own.get(p::SMTP_DATA_DONE_TIMEOUT)?,
        rset: own.get(p::SMTP_RSET_TIMEOUT)?,
        quit: own.get(p::SMTP_QUIT_TIMEOUT)?,
    })
}

fn routing(own: &Names<'_>) -> Result<Routing, Fault> {
    let conf = own.conf;
    let level = own.get(p::SMTP_DNS_SUPPORT_LEVEL)?;
    let level = match level.as_str() {
        "" if conf.get(p::DISABLE_DNS_LOOKUPS)? => "disabled",
        "" => "enabled",
        "disabled" | "enabled" | "dnssec" => level.as_str(),
        _ => return Err(bad(own, p::SMTP_DNS_SUPPORT_LEVEL.name(), &level)),
    };
    let lookup = split_list(&own.get(p::SMTP_HOST_LOOKUP)?);
    if let Some(word) = lookup.iter().find(|word| !["dns", "native"].contains(&word.as_str())) {
        return Err(bad(own, p::SMTP_HOST_LOOKUP.name(), word));
    }
    let has = |word: &str| lookup.iter().any(|each| each == word);
    let prefer = own.get(p::SMTP_ADDRESS_PREFERENCE)?;
    Ok(Routing {
        lmtp: own.lmtp,
        families: families(conf)?,
        prefer: match prefer.as_str() {
            "any" => None,
            "ipv4" => Some(Family::Ipv4),
            "ipv6" => Some(Family::Ipv6),
            other => return Err(bad(own, p::SMTP_ADDRESS_PREFERENCE.name(), other)),
        },
        balance: own.get(p::SMTP_BALANCE_INET_PROTOCOLS)?,
        randomize: own.get(p::SMTP_RANDOMIZE_ADDRESSES)?,
        ignore_mx_error: conf.get(p::IGNORE_MX_LOOKUP_ERROR)?,
        defer_without_address: own.get(p::SMTP_DEFER_IF_NO_MX_ADDRESS_FOUND)?,
        dns: level != "disabled",
        native: has("native") || level == "disabled",
        secure: level == "dnssec",
        own: own_addresses(conf)?,
    })
}

fn families(conf: &Conf) -> Result<Families, Fault> {
    let list = split_list(&conf.get(p::INET_PROTOCOLS)?);
    let has = |name: &str| list.iter().any(|word| word == name || word == "all");
    Ok(Families { ipv4: has("ipv4"), ipv6: has("ipv6") })
}

/// Mail for these would come back to us.
fn own_addresses(conf: &Conf) -> Result<Vec<IpAddr>, Fault> {
    let mut own: Vec<IpAddr> = conf.own_interfaces()?.iter().map(|interface| interface.address).collect();
    for word in split_list(&conf.get(p::PROXY_INTERFACES)?) {
        own.extend(conf.host().resolved.get(&word).into_iter().flatten());
        own.extend(literal(&word));
    }
    Ok(own)
}

fn source(own: &Names<'_>) -> Result<Source, Fault> {
    let mut source = Source { enforce: own.get(p::SMTP_BIND_ADDRESS_ENFORCE)?, ..Source::default() };
    for parameter in [p::SMTP_BIND_ADDRESS, p::SMTP_BIND_ADDRESS6] {
        let text = own.get(parameter)?;
        match (literal(&text), parameter.name().ends_with('6')) {
            (Some(IpAddr::V4(ip)), false) => source.ipv4 = Some(ip),
            (Some(IpAddr::V6(ip)), true) => source.ipv6 = Some(ip),
            _ if text.is_empty() => {}
            _ => return Err(bad(own, parameter.name(), &text)),
        }
    }
    use_only_interface(own.conf, &mut source)?;
    Ok(source)
}

/// postconf(5) inet_interfaces: when it names a single address of a family, mail leaves from that address too.
fn use_only_interface(conf: &Conf, source: &mut Source) -> Result<(), Fault> {
    if ["all", "loopback-only"].contains(&conf.get(p::INET_INTERFACES)?.as_str()) {
        return Ok(());
    }
    let own = conf.own_interfaces()?;
    let v4: Vec<_> =
        own.iter().filter_map(|i| if let IpAddr::V4(ip) = i.address { Some(ip) } else { None }).collect();
    let v6: Vec<_> =
        own.iter().filter_map(|i| if let IpAddr::V6(ip) = i.address { Some(ip) } else { None }).collect();
    if let (None, [only]) = (source.ipv4, &v4[..]) {
        source.ipv4 = (!only.is_loopback()).then_some(*only);
    }
    if let (None, [only]) = (source.ipv6, &v6[..]) {
        source.ipv6 = (!only.is_loopback()).then_some(*only);
    }
    Ok(())
}

fn literal(word: &str) -> Option<IpAddr> {
    let inner = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(word);
    inner.parse().ok()
}

fn probe_target(word: &str) -> Result<ProbeTarget, Fault> {
    match word {
        "rcpt" => Ok(ProbeTarget::Rcpt),
        "data" => Ok(ProbeTarget::Data),
        _ => Err(Fault::new(format!("bad parameter value: 'address_verify_target = {word}'"))),
    }
}

fn sasl(own: &Names<'_>) -> Result<Option<SaslSettings>, Fault> {
    if !own.get(p::SMTP_SASL_AUTH_ENABLE)? {
        return Ok(None);
    }
    let passwords = own.get(p::SMTP_SASL_PASSWORD_MAPS)?;
    if passwords.is_empty() {
        let name = if own.lmtp { "lmtp_sasl_password_maps" } else { "smtp_sasl_password_maps" };
        let text = format!("specify a password table via the `{name}' configuration parameter");
        return Err(Fault::new(text));
    }
    let permits = |options: String| {
        let options = split_list(&options);
        !options.iter().any(|word| word.eq_ignore_ascii_case("noplaintext"))
    };
    let plaintext = [
        permits(own.get(p::SMTP_SASL_SECURITY_OPTIONS)?),
        permits(own.get(p::SMTP_SASL_TLS_SECURITY_OPTIONS)?),
        permits(own.get(p::SMTP_SASL_TLS_VERIFIED_SECURITY_OPTIONS)?),
    ];
    let filter = split_list(&own.get(p::SMTP_SASL_MECHANISM_FILTER)?);
    Ok(Some(SaslSettings {
        passwords,
        delimiter: own.get(p::SMTP_SASL_PASSWORD_RESULT_DELIMITER)?,
        by_sender: own.get(p::SMTP_SENDER_DEPENDENT_AUTHENTICATION)?,
        filter: filter.iter().map(|word| word.to_ascii_uppercase()).collect(),
        plaintext,
    }))
}

fn cache(own: &Names<'_>) -> Result<CacheSettings, Fault> {
    Ok(CacheSettings {
        on_demand: own.get(p::SMTP_CONNECTION_CACHE_ON_DEMAND)?,
        destinations: own.get(p::SMTP_CONNECTION_CACHE_DESTINATIONS)?,
        time_limit: own.get(p::SMTP_CONNECTION_CACHE_TIME_LIMIT)?,
        reuse_time: own.get(p::SMTP_CONNECTION_REUSE_TIME_LIMIT)?,
        reuse_count: u32::try_from(own.get(p::SMTP_CONNECTION_REUSE_COUNT_LIMIT)?).unwrap_or(0),
        service: PathBuf::from("private").join(own.conf.get(p::CONNECTION_CACHE_SERVICE_NAME)?),
        protocol_timeout: own.conf.get(p::CONNECTION_CACHE_PROTOCOL_TIMEOUT)?,
        transport: own.conf.lookup("service_name")?.unwrap_or_default(),
    })
}

fn generic(own: &Names<'_>) -> Result<GenericSettings, Fault> {
    let conf = own.conf;
    let propagate = split_list(&conf.get(p::PROPAGATE_UNMATCHED_EXTENSIONS)?);
    Ok(GenericSettings {
        maps: own.get(p::SMTP_GENERIC_MAPS)?,
        delimiters: conf.get(p::RECIPIENT_DELIMITER)?,
        owner_request_special: conf.get(p::OWNER_REQUEST_SPECIAL)?,
        propagate: propagate.iter().any(|word| word == "generic"),
        my_origin: conf.get(p::MYORIGIN)?,
        my_destination: conf.get(p::MYDESTINATION)?,
        token_limit: count(conf.get(p::HEADER_ADDRESS_TOKEN_LIMIT)?),
    })
}

fn bad(own: &Names<'_>, name: &str, value: &str) -> Fault {
    let name = if own.lmtp { counterpart(name) } else { name.to_owned() };
    Fault::new(format!("bad {name} parameter: {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;

    fn read(text: &str, lmtp: bool) -> Result<Settings, Fault> {
        let host = HostFacts { hostname: "mx.example.org".into(), ..HostFacts::default() };
        Settings::from_conf(&Conf::parse("main.cf", text, &host)?, lmtp)
    }

    #[test]
    fn lmtp_has_its_own_names_and_defaults() {
        let lmtp = read("lmtp_lhlo_name = l.example\nsmtp_mx_session_limit = 7\n", true).unwrap();
        assert_eq!((lmtp.hello_name.as_str(), lmtp.service.as_str()), ("l.example", "24"));
        assert_eq!((lmtp.session_limit, lmtp.timeouts.connect), (2, None));
        let smtp = read("smtp_mx_session_limit = 7\n", false).unwrap();
        assert_eq!((smtp.hello_name.as_str(), smtp.service.as_str()), ("mx.example.org", "smtp"));
        assert_eq!((smtp.session_limit, smtp.timeouts.connect), (7, Some(Duration::from_secs(30))));
    }

    #[test]
    fn every_counterpart_is_a_parameter() {
        for parameter in [
            p::SMTP_HELO_NAME.name(),
            p::SMTP_HELO_TIMEOUT.name(),
            p::SMTP_DISCARD_EHLO_KEYWORDS.name(),
            p::SMTP_FALLBACK_RELAY.name(),
            p::SMTP_TLS_SECURITY_LEVEL.name(),
            p::SMTP_BIND_ADDRESS6.name(),
        ] {
            assert!(config::find(&counterpart(parameter)).is_some(), "{parameter}");
        }
    }

    #[test]
    fn bad_values_are_named() {
        for bad in [
            "smtp_bind_address = 2001:db8::1",
            "smtp_dns_support_level = maybe",
            "smtp_host_lookup = dns, nis",
            "smtp_address_preference = ipv5",
            "smtp_sasl_auth_enable = yes",
        ] {
            let fault = read(bad, false).unwrap_err().to_string();
            let name = bad.split(' ').next().unwrap();
            assert!(fault.contains(name) || fault.contains("smtp_sasl_password_maps"), "{fault}");
        }
    }
}
