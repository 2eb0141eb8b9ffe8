//! TLS in the SMTP client: what a destination must have (`smtp_tls_security_level`, `smtp_tls_policy_maps`), the contexts
//! for it, and whether a server's certificate is good enough. The conversation is `delivery::secure`'s.

use crate::settings::{Choice, TlsSettings, names};
use maillog::Log;
use smtp::client::Peer;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use tables::Maps;
use tls::{Client, ClientSettings, Credentials, Fault, Session, Trust, Watch, matches_name};

/// How much security a destination must have; each level has what those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// No TLS.
    None,
    /// TLS when it is offered, with any certificate.
    May,
    /// TLS, with any certificate.
    Encrypt,
    /// A certificate with this fingerprint.
    Fingerprint,
    /// A trusted certificate of this name.
    Verify,
    /// The same, with names that no DNS look-up has part in.
    Secure,
}

/// What one destination must have.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The level.
    pub level: Level,
    /// `smtp_tls_wrappermode`.
    pub wrapper: bool,
    /// Sessions may be kept for the next message.
    pub reuse: bool,
    choice: Choice,
    /// Names or fingerprints that are wanted.
    wanted: Vec<String>,
    /// The name that is asked for, as it is written: `hostname`, `nexthop`, or a name.
    servername: String,
    anchor_file: String,
}

/// All that TLS needs.
pub struct Tls {
    /// main.cf.
    pub settings: TlsSettings,
    maps: Maps,
    /// Certificates and trust; None when they can't be read.
    material: Option<(Credentials, Trust)>,
    contexts: RefCell<HashMap<(Choice, String), Rc<Client>>>,
    /// Certificates that may change.
    pub watch: Option<Watch>,
}

impl Tls {
    /// Reads certificates, with the privileges for it.
    pub fn open(settings: TlsSettings, maps: Maps, warn: &dyn Fn(&str)) -> Self {
        let material = material(&settings);
        if let Err(fault) = &material {
            warn(&format!("{fault}: disabling TLS support"));
        }
        let watch = Watch::new(&settings.certificates.paths());
        Self { settings, maps, material: material.ok(), contexts: RefCell::default(), watch }
    }

    /// The policy for a next hop. The error has been logged.
    pub async fn policy(&self, nexthop: &str, host: &str, log: &Log) -> Result<Policy, &'static str> {
        let name = if nexthop.starts_with('[') || nexthop.contains(':') { "" } else { nexthop };
        let parents = name.match_indices('.').map(|(at, _)| &name[at..]);
        for key in std::iter::once(nexthop).chain(parents) {
            let found = self.maps.find(&key.to_ascii_lowercase()).await.map_err(|error| {
                log.warning(format_args!("TLS policy table lookup error for {key}: {error}"));
                "Temporary lookup error"
            })?;
            let Some(value) = found else { continue };
            return self.read(&value).map_err(|why| {
                let title = "smtp_tls_policy_maps, next-hop destination";
                log.warning(format_args!("{title} \"{key}\": {why}"));
                log.warning(format_args!("TLS policy lookup for {nexthop}/{host}: {CONFIGURATION}"));
                CONFIGURATION
            });
        }
        self.general().map_err(|why| {
            log.warning(format_args!("smtp_tls_security_level: {why}"));
            CONFIGURATION
        })
    }

    fn general(&self) -> Result<Policy, String> {
        let settings = &self.settings;
        let level = Level::parse(&settings.level)?;
        let choice = if level > Level::May { &settings.mandatory } else { &settings.opportunistic };
        let wanted = match level {
            Level::Fingerprint => &settings.fingerprints,
            Level::Verify => &settings.verify_match,
            Level::Secure => &settings.secure_match,
            Level::None | Level::May | Level::Encrypt => &Vec::new(),
        };
        Ok(Policy {
            level,
            wrapper: settings.wrapper,
            reuse: settings.reuse,
            choice: choice.clone(),
            wanted: wanted.clone(),
            servername: settings.servername.clone(),
            anchor_file: settings.anchor_file.clone(),
        })
    }

    /// A result of the policy table: a level and attributes.
    fn read(&self, value: &str) -> Result<Policy, String> {
        let words = config::split_list(value);
        let Some((level, attributes)) = words.split_first() else { return Err("empty policy".to_owned()) };
        let general =
            Self { settings: TlsSettings { level: level.clone(), ..self.settings.clone() }, ..self.blank() };
        let mut policy = general.general()?;
        let mut wanted = Vec::new();
        for word in attributes {
            let word = word.trim_start_matches('{').trim_end_matches('}').trim();
            let (name, value) =
                word.split_once('=').ok_or_else(|| format!("malformed attribute/value pair \"{word}\""))?;
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            match name.as_str() {
                "protocols" => policy.choice.protocols = value.replace(':', " "),
                "ciphers" => policy.choice.ciphers = value.to_owned(),
                "exclude" => policy.choice.exclude = names(value),
                // The colons of fingerprints are their own.
                "match" if policy.level == Level::Fingerprint => {
                    wanted.extend(value.split('|').map(str::to_owned))
                }
                "match" => wanted.extend(names(value)),
                "tafile" => policy.anchor_file = value.to_owned(),
                "servername" => policy.servername = value.to_owned(),
                "connection_reuse" => policy.reuse = boolean(value)?,
                "enable_rpk" => {
                    boolean(value)?;
                }
                // Only reports to others are made of these.
                "policy_type" | "policy_domain" | "policy_string" | "policy_ttl" | "policy_failure"
                | "mx_host_pattern" => {}
                _ => return Err(format!("invalid attribute name: \"{name}\"")),
            }
        }
        if !wanted.is_empty() {
            policy.wanted = wanted;
        }
        self.context_params(&policy).map_err(|fault| fault.to_string())?;
        Ok(policy)
    }

    fn blank(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            maps: Maps::default(),
            material: None,
            contexts: RefCell::default(),
            watch: None,
        }
    }

    fn context_params(&self, policy: &Policy) -> Result<tls::Params, Fault> {
        let Choice { protocols, ciphers, exclude } = &policy.choice;
        self.settings.grades.params(protocols, ciphers, exclude)
    }

    /// The context for a policy; the same for the next session with such a policy. None when certificates can't be read.
    pub fn context(&self, policy: &Policy) -> Result<Option<Rc<Client>>, Fault> {
        let Some((credentials, trust)) = &self.material else { return Ok(None) };
        let key = (policy.choice.clone(), policy.anchor_file.clone());
        if let Some(known) = self.contexts.borrow().get(&key) {
            return Ok(Some(known.clone()));
        }
        let trust = match policy.anchor_file.as_str() {
            "" => trust.clone(),
            file => Trust::load(file, "", false)?,
        };
        let settings = &self.settings;
        let client = Rc::new(Client::new(ClientSettings {
            params: self.context_params(policy)?,
            credentials: credentials.clone(),
            trust,
            depth: settings.depth,
            digest: settings.digest,
            resume: settings.resume,
        })?);
        let mut contexts = self.contexts.borrow_mut();
        if contexts.len() >= CONTEXTS {
            contexts.clear();
        }
        contexts.insert(key, client.clone());
        Ok(Some(client))
    }
}

impl Level {
    fn parse(word: &str) -> Result<Self, String> {
        match word.to_ascii_lowercase().as_str() {
            "" | "none" => Ok(Self::None),
            "may" => Ok(Self::May),
            "encrypt" => Ok(Self::Encrypt),
            "fingerprint" => Ok(Self::Fingerprint),
            "verify" => Ok(Self::Verify),
            "secure" => Ok(Self::Secure),
            // Mail that must be protected so does not leave with less.
            "dane" | "dane-only" | "half-dane" => Err(format!("security level \"{word}\" is not built yet")),
            _ => Err(format!("invalid security level \"{word}\"")),
        }
    }
}

impl Policy {
    /// In clear, as over a unix-domain socket.
    pub fn none() -> Self {
        Self {
            level: Level::None,
            wrapper: false,
            reuse: false,
            choice: Choice::default(),
            wanted: Vec::new(),
            servername: String::new(),
            anchor_file: String::new(),
        }
    }

    /// The name to ask the server for.
    pub fn server_name(&self, nexthop: &str, peer: &Peer) -> Option<String> {
        match self.servername.as_str() {
            "" => None,
            "hostname" => Some(peer.host.clone()),
            "nexthop" => Some(domain(nexthop)),
            name => Some(name.to_owned()),
        }
    }

    /// Compares the server's certificate with what is wanted, and notes it in the session. The text says what is wrong.
    pub fn judge(&self, session: &mut Session, nexthop: &str, peer: &Peer, deep: bool) -> Result<(), String> {
        if self.level < Level::Fingerprint {
            return Ok(());
        }
        let Some(shown) = &mut session.peer else { return Err("no certificate".to_owned()) };
        if self.level == Level::Fingerprint {
            let own = [&shown.fingerprint, &shown.public_key_fingerprint];
            shown.matched = self.wanted.iter().any(|print| own.iter().any(|o| o.eq_ignore_ascii_case(print)));
            return if shown.matched {
                Ok(())
            } else {
                Err("num=65:no matching DANE TLSA records".to_owned())
            };
        }
        if let Some(why) = &shown.distrust {
            return Err(why.clone());
        }
        let wanted: Vec<String> = self.wanted.iter().map(|word| named(word, nexthop, peer)).collect();
        shown.matched = matches_name(&shown.certificate, &wanted, deep).is_some();
        if shown.matched {
            return Ok(());
        }
        // Of another host: as bad as untrusted, and logged so.
        shown.distrust = Some("hostname mismatch".to_owned());
        Err("num=62:hostname mismatch".to_owned())
    }
}

fn material(settings: &TlsSettings) -> Result<(Credentials, Trust), Fault> {
    let credentials = Credentials::load(&settings.certificates)?;
    Ok((credentials, Trust::load(&settings.ca_file, &settings.ca_path, settings.grades.system_trust)?))
}

/// `nexthop`, `dot-nexthop` and `hostname` stand for names.
fn named(word: &str, nexthop: &str, peer: &Peer) -> String {
    match word {
        "nexthop" => domain(nexthop),
        "dot-nexthop" => format!(".{}", domain(nexthop)),
        "hostname" => peer.host.clone(),
        name => name.to_owned(),
    }
}

/// A next hop without brackets and port.
fn domain(nexthop: &str) -> String {
    net::HostPort::parse(nexthop).map_or_else(|_| nexthop.to_owned(), |place| place.host)
}

fn boolean(value: &str) -> Result<bool, String> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("invalid value \"{value}\", expected yes or no")),
    }
}

const CONFIGURATION: &str = "client TLS configuration problem";
/// Different policies at one time; tables may have any number of them.
const CONTEXTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(main_cf: &str, table: &str) -> Tls {
        let conf = config::Conf::parse("main.cf", main_cf, &config::HostFacts::default()).unwrap();
        let settings = crate::Settings::from_conf(&conf, false).unwrap().tls;
        let maps = Maps::open("smtp_tls_policy_maps", table, &tables::Options::default()).unwrap();
        Tls::open(settings, maps, &|text| panic!("{text}"))
    }

    fn log() -> Log {
        Log::open("test".to_owned(), maillog::Sink::syslog("mail"), false)
    }

    #[tokio::test]
    async fn a_policy_is_found_by_next_hop_and_for_bare_domains_by_parent() {
        let table = "inline:{{.secure.example = encrypt}, {[mx.other]:587 = secure match=x:.y}, {open.example = may}}";
        let tls = tls("smtp_tls_security_level = verify", table);
        let level = async |nexthop: &str| tls.policy(nexthop, nexthop, &log()).await.unwrap().level;
        assert_eq!(level("open.example").await, Level::May);
        assert_eq!(level("a.secure.example").await, Level::Encrypt);
        assert_eq!(level("[a.secure.example]").await, Level::Verify);
        assert_eq!(level("secure.example").await, Level::Verify);
        let policy = tls.policy("[mx.other]:587", "mx.other", &log()).await.unwrap();
        assert_eq!((policy.level, policy.wanted), (Level::Secure, vec!["x".to_owned(), ".y".to_owned()]));
    }

    #[tokio::test]
    async fn what_cannot_be_read_or_done_holds_the_mail() {
        let table = "inline:{{a = nonsense}, {b = may foo=bar}, {c = may ciphers=null}, {d = dane}}";
        let tls = tls("smtp_tls_security_level = may", table);
        for nexthop in ["a", "b", "c", "d"] {
            assert_eq!(tls.policy(nexthop, nexthop, &log()).await.unwrap_err(), CONFIGURATION, "{nexthop}");
        }
        assert!(tls.policy("e", "e", &log()).await.is_ok());
    }

    #[test]
    fn words_stand_for_names() {
        let peer = Peer { host: "mx.example".into(), address: "192.0.2.1".into(), port: Some(25) };
        assert_eq!(named("nexthop", "[example.org]:587", &peer), "example.org");
        assert_eq!(named("dot-nexthop", "example.org", &peer), ".example.org");
        assert_eq!(named("hostname", "example.org", &peer), "mx.example");
        assert_eq!(named("a.b", "example.org", &peer), "a.b");
    }
}
