//! The parameters of postscreen(8), as plain values.

use config::{Conf, Fault, Param, Raw, Text, p, split_list};
use screen::{Action, Rule, Rules, Sites, TlsLevel};
use smtp::haproxy::Families;
use smtp::text::unescaped;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

/// What main.cf says.
pub(crate) struct Settings {
    pub engine: Rc<screen::Settings>,
    pub rules: Rc<Rules>,
    pub calm: Patience,
    /// Under stress.
    pub hurried: Patience,
    /// The greeting before the greeting; empty: none, and no test with it.
    pub teaser: String,
    pub greeting: String,
    pub denylist_action: Action,
    pub lists: Lists,
    /// Is there a proxy before us? How long it may take to say who comes.
    pub proxy: Option<Duration>,
    pub families: Families,
    pub crowd: Limits,
    pub hidden_keywords: Vec<String>,
    pub reject_footer: String,
    pub expansion_filter: String,
    pub words: Words,
    /// Digits of the times in log lines.
    pub resolution: u8,
    pub smtpd: PathBuf,
    pub tlsproxy: PathBuf,
    pub starttls_timeout: Duration,
    pub ipc_timeout: Duration,
}

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub greet_wait: Duration,
    pub command_time: Duration,
}

/// How many clients there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Under test.
    pub pre_queue: usize,
    /// Waiting for an SMTP server.
    pub post_queue: usize,
    /// With one address; 0: any number.
    pub per_client: usize,
}

/// DNS lists.
pub(crate) struct Lists {
    pub sites: Sites,
    pub threshold: i32,
    /// At or below this score nothing else is tested; None when that is off.
    pub allow_threshold: Option<i32>,
    pub min_ttl: i64,
    pub max_ttl: i64,
    pub timeout: Duration,
    pub service: PathBuf,
}

/// The words of log lines (`respectful_logging`).
pub(crate) struct Words {
    pub allowlisted: &'static str,
    pub denylisted: &'static str,
    pub veto: &'static str,
}

impl Settings {
    pub(crate) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let private = |name: String| Path::new("private").join(name);
        Ok(Self {
            engine: Rc::new(engine(conf)?),
            rules: Rc::new(rules(conf)?),
            calm: patience(&conf.with_override("stress", ""))?,
            hurried: patience(&conf.with_override("stress", "yes"))?,
            teaser: conf.get(p::POSTSCREEN_GREET_BANNER)?,
            greeting: conf.get(p::SMTPD_BANNER)?,
            denylist_action: action(conf, p::POSTSCREEN_DENYLIST_ACTION)?,
            lists: lists(conf)?,
            proxy: proxy(conf)?,
            families: families(conf)?,
            crowd: Limits {
                pre_queue: number(conf.get(p::POSTSCREEN_PRE_QUEUE_LIMIT)?),
                post_queue: number(conf.get(p::POSTSCREEN_POST_QUEUE_LIMIT)?),
                per_client: number(conf.get(p::POSTSCREEN_CLIENT_CONNECTION_COUNT_LIMIT)?),
            },
            hidden_keywords: split_list(&conf.get(p::POSTSCREEN_DISCARD_EHLO_KEYWORDS)?),
            reject_footer: template(conf, p::POSTSCREEN_REJECT_FOOTER)?,
            expansion_filter: unescaped(&template(conf, p::POSTSCREEN_EXPANSION_FILTER)?),
            words: words(conf.get(p::RESPECTFUL_LOGGING)?),
            resolution: number(conf.get(p::DELAY_LOGGING_RESOLUTION_LIMIT)?),
            smtpd: private(conf.get(p::SMTPD_SERVICE_NAME)?),
            tlsproxy: private(conf.get(p::TLSPROXY_SERVICE_NAME)?),
            starttls_timeout: conf.get(p::POSTSCREEN_STARTTLS_TIMEOUT)?,
            ipc_timeout: conf.get(p::IPC_TIMEOUT)?,
        })
    }
}

fn engine(conf: &Conf) -> Result<screen::Settings, Fault> {
    Ok(screen::Settings {
        hostname: conf.get(p::MYHOSTNAME)?,
        size_limit: number(conf.get(p::MESSAGE_SIZE_LIMIT)?),
        vrfy_disabled: conf.get(p::POSTSCREEN_DISABLE_VRFY_COMMAND)?,
        helo_required: conf.get(p::POSTSCREEN_HELO_REQUIRED)?,
        tls: tls_level(conf)?,
        smtputf8: conf.get(p::SMTPUTF8_ENABLE)?,
        command_limit: number(conf.get(p::POSTSCREEN_COMMAND_COUNT_LIMIT)?),
        line_limit: number(conf.get(p::LINE_LENGTH_LIMIT)?),
        soft_bounce: conf.get(p::SOFT_BOUNCE)?,
    })
}

fn tls_level(conf: &Conf) -> Result<TlsLevel, Fault> {
    let level = conf.get(p::POSTSCREEN_TLS_SECURITY_LEVEL)?;
    match level.to_ascii_lowercase().as_str() {
        "" if conf.get(p::POSTSCREEN_ENFORCE_TLS)? => Ok(TlsLevel::Encrypt),
        "" if conf.get(p::POSTSCREEN_USE_TLS)? => Ok(TlsLevel::May),
        "" | "none" => Ok(TlsLevel::None),
        "may" => Ok(TlsLevel::May),
        "encrypt" => Ok(TlsLevel::Encrypt),
        _ => Err(bad(p::POSTSCREEN_TLS_SECURITY_LEVEL, &level)),
    }
}

fn rules(conf: &Conf) -> Result<Rules, Fault> {
    let rule = |enabled, action_of, ttl: Duration| -> Result<Rule, Fault> {
        Ok(Rule { enabled, action: action(conf, action_of)?, ttl: seconds(ttl) })
    };
    Ok(Rules([
        rule(
            !conf.get(p::POSTSCREEN_GREET_BANNER)?.is_empty(),
            p::POSTSCREEN_GREET_ACTION,
            conf.get(p::POSTSCREEN_GREET_TTL)?,
        )?,
        rule(
            !conf.get(p::POSTSCREEN_DNSBL_SITES)?.is_empty(),
            p::POSTSCREEN_DNSBL_ACTION,
            conf.get(p::POSTSCREEN_DNSBL_MIN_TTL)?,
        )?,
        rule(
            conf.get(p::POSTSCREEN_PIPELINING_ENABLE)?,
            p::POSTSCREEN_PIPELINING_ACTION,
            conf.get(p::POSTSCREEN_PIPELINING_TTL)?,
        )?,
        rule(
            conf.get(p::POSTSCREEN_NON_SMTP_COMMAND_ENABLE)?,
            p::POSTSCREEN_NON_SMTP_COMMAND_ACTION,
            conf.get(p::POSTSCREEN_NON_SMTP_COMMAND_TTL)?,
        )?,
        rule(
            conf.get(p::POSTSCREEN_BARE_NEWLINE_ENABLE)?,
            p::POSTSCREEN_BARE_NEWLINE_ACTION,
            conf.get(p::POSTSCREEN_BARE_NEWLINE_TTL)?,
        )?,
    ]))
}

fn action(conf: &Conf, parameter: Param<Text>) -> Result<Action, Fault> {
    let word = conf.get(parameter)?;
    Action::parse(&word).ok_or_else(|| bad(parameter, &word))
}

fn bad(parameter: Param<Text>, value: &str) -> Fault {
    Fault::new(format!("bad {} value: {value}", parameter.name()))
}

fn patience(conf: &Conf) -> Result<Patience, Fault> {
    Ok(Patience {
        greet_wait: conf.get(p::POSTSCREEN_GREET_WAIT)?,
        command_time: conf.get(p::POSTSCREEN_COMMAND_TIME_LIMIT)?,
    })
}

fn lists(conf: &Conf) -> Result<Lists, Fault> {
    let threshold = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    let allow = i32::try_from(conf.get(p::POSTSCREEN_DNSBL_ALLOWLIST_THRESHOLD)?).unwrap_or(i32::MIN);
    Ok(Lists {
        sites: Sites::parse(&split_list(&conf.get(p::POSTSCREEN_DNSBL_SITES)?)).map_err(Fault::new)?,
        threshold: threshold(conf.get(p::POSTSCREEN_DNSBL_THRESHOLD)?),
        allow_threshold: (allow < 0).then_some(allow),
        min_ttl: seconds(conf.get(p::POSTSCREEN_DNSBL_MIN_TTL)?),
        max_ttl: seconds(conf.get(p::POSTSCREEN_DNSBL_MAX_TTL)?),
        timeout: conf.get(p::POSTSCREEN_DNSBL_TIMEOUT)?,
        service: Path::new("private").join(conf.get(p::DNSBLOG_SERVICE_NAME)?),
    })
}

fn proxy(conf: &Conf) -> Result<Option<Duration>, Fault> {
    match conf.get(p::POSTSCREEN_UPSTREAM_PROXY_PROTOCOL)?.as_str() {
        "" => Ok(None),
        "haproxy" => conf.get(p::POSTSCREEN_UPSTREAM_PROXY_TIMEOUT).map(Some),
        other => Err(Fault::new(format!("unsupported postscreen_upstream_proxy_protocol value: {other}"))),
    }
}

fn families(conf: &Conf) -> Result<Families, Fault> {
    let words = split_list(&conf.get(p::INET_PROTOCOLS)?.to_ascii_lowercase());
    let has = |name: &str| words.iter().any(|word| word == name || word == "all");
    Ok(Families { ipv4: has("ipv4"), ipv6: has("ipv6") })
}

/// A text that is expanded later; its default is the text of another parameter.
fn template(conf: &Conf, parameter: Param<Raw>) -> Result<String, Fault> {
    let text = conf.get(parameter)?;
    let other = text.strip_prefix('$').and_then(|name| conf.raw(name));
    Ok(other.unwrap_or(text))
}

fn words(respectful: bool) -> Words {
    if respectful {
        Words { allowlisted: "ALLOWLISTED", denylisted: "DENYLISTED", veto: "ALLOWLIST VETO" }
    } else {
        Words { allowlisted: "WHITELISTED", denylisted: "BLACKLISTED", veto: "WHITELIST VETO" }
    }
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// A number that the parameter table keeps within its range.
fn number<T: TryFrom<i64> + Bounded>(value: i64) -> T {
    T::try_from(value).unwrap_or(T::MOST)
}

trait Bounded {
    const MOST: Self;
}

macro_rules! bounded {
    ($($type:ty)*) => { $(impl Bounded for $type { const MOST: Self = <$type>::MAX; })* };
}

bounded!(usize u64 u32 u8);
