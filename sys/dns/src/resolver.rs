//! The resolver that daemons hold: it keeps what resolv.conf, hosts and nsswitch.conf say, and reads them again
//! when they change, so that a long-lived daemon follows a network that moves.

use crate::conf::{ResolvConf, Source, native_order};
use crate::exchange;
use crate::hosts::Hosts;
use crate::name::is_hostname;
use crate::wire::{MAX_ALIASES, Reading};
use crate::{Answer, Data, Error, Failure, Kind, Record};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A stub resolver. Cheap to share: put it into an `Arc`.
#[derive(Debug)]
pub struct Resolver {
    directory: PathBuf,
    fixed: Option<ResolvConf>,
    known: Mutex<Known>,
}

/// How to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// Ask for DNSSEC data and keep the AD bit.
    pub secure: bool,
    /// Try the search domains of resolv.conf too. Off for everything but native look-ups: an MX question must
    /// never be answered by a neighbour's wildcard.
    pub search: bool,
}

/// Which address families are wanted (`inet_protocols`, `smtp_address_preference`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Families {
    /// IPv4.
    pub ipv4: bool,
    /// IPv6.
    pub ipv6: bool,
}

impl Families {
    /// IPv4 and IPv6.
    pub const ALL: Self = Self { ipv4: true, ipv6: true };

    /// True when this family is wanted.
    pub fn has(self, ip: IpAddr) -> bool {
        if ip.is_ipv4() { self.ipv4 } else { self.ipv6 }
    }
}

impl Resolver {
    /// The system's resolver: resolv.conf, hosts and nsswitch.conf of /etc.
    pub fn system() -> Self {
        Self::of_directory(Path::new("/etc"))
    }

    /// A resolver that reads resolv.conf, hosts and nsswitch.conf of another directory.
    pub fn of_directory(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), fixed: None, known: Mutex::default() }
    }

    /// A resolver with these servers, whatever resolv.conf says.
    pub fn with_conf(conf: ResolvConf) -> Self {
        Self { fixed: Some(conf), ..Self::system() }
    }

    /// Asks the name servers. Aliases are followed, ten at most.
    pub async fn query(&self, name: &str, kind: Kind, ask: Ask) -> Result<Answer, Failure> {
        let conf = self.known().conf;
        let mut last = None;
        for candidate in candidates(&conf, name, ask.search) {
            match follow(&conf, &candidate, kind, ask).await {
                Ok(answer) => return Ok(answer),
                Err(nothing @ (Error::NotFound | Error::NoData, _)) => last = last.or(Some(nothing)),
                Err((error, ttl)) => return Err(Failure { name: name.to_owned(), kind, error, ttl }),
            }
        }
        let (error, ttl) = last.unwrap_or((Error::NotFound, None));
        Err(Failure { name: name.to_owned(), kind, error, ttl })
    }

    /// The A and AAAA records of a host, from the name servers. Some addresses are better than none: an error
    /// counts only when no address was found, and a temporary one then wins.
    pub async fn addresses(&self, host: &str, wanted: Families, ask: Ask) -> Result<Answer, Failure> {
        let (v4, v6) = tokio::join!(
            self.query_when(wanted.ipv4, host, Kind::A, ask),
            self.query_when(wanted.ipv6, host, Kind::Aaaa, ask)
        );
        match (v4, v6) {
            (Some(Ok(v4)), Some(Ok(v6))) => Ok(join(v4, v6)),
            (Some(Ok(one)), _) | (_, Some(Ok(one))) => Ok(one),
            (Some(Err(v4)), Some(Err(v6))) => Err(if v4.is_temporary() { v4 } else { v6 }),
            (Some(Err(one)), None) | (None, Some(Err(one))) => Err(one),
            (None, None) => {
                Err(Failure { name: host.to_owned(), kind: Kind::A, error: Error::NoData, ttl: None })
            }
        }
    }

    /// The addresses of a host as the system sees it: hosts file and name servers in nsswitch.conf's order,
    /// with search domains.
    pub async fn native_addresses(&self, host: &str, wanted: Families) -> Result<Vec<IpAddr>, Failure> {
        let mut failure = Failure { name: host.to_owned(), kind: Kind::A, error: Error::NotFound, ttl: None };
        for source in self.known().order {
            match source {
                Source::Files => {
                    let hosts = self.known().hosts;
                    let found: Vec<IpAddr> = hosts.addresses(host).filter(|ip| wanted.has(*ip)).collect();
                    if !found.is_empty() {
                        return Ok(found);
                    }
                }
                Source::Dns => match self.addresses(host, wanted, NATIVE).await {
                    Ok(answer) => return Ok(answer.addresses().collect()),
                    Err(error) => failure = error,
                },
            }
        }
        Err(failure)
    }

    /// The name of an address as the system sees it.
    pub async fn native_name(&self, ip: IpAddr) -> Result<String, Failure> {
        let name = reverse_name(ip);
        let mut failure = Failure { name: name.clone(), kind: Kind::Ptr, error: Error::NotFound, ttl: None };
        for source in self.known().order {
            match source {
                Source::Files => {
                    if let Some(found) = self.known().hosts.name(ip) {
                        return Ok(found.to_owned());
                    }
                }
                Source::Dns => match self.query(&name, Kind::Ptr, Ask::default()).await {
                    Ok(answer) => return Ok(answer.names().next().unwrap_or_default().to_owned()),
                    Err(error) => failure = error,
                },
            }
        }
        Err(failure)
    }

    async fn query_when(
        &self,
        yes: bool,
        name: &str,
        kind: Kind,
        ask: Ask,
    ) -> Option<Result<Answer, Failure>> {
        if yes { Some(self.query(name, kind, ask).await) } else { None }
    }

    /// What the files say now. They are looked at once a second at most.
    fn known(&self) -> View {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.looked.is_some_and(|at| at.elapsed() < LOOK_EVERY);
        if !fresh {
            known.look(&self.directory);
        }
        let mut view = known.view.clone();
        if let Some(conf) = &self.fixed {
            view.conf = Arc::new(conf.clone());
        }
        view
    }
}

#[derive(Clone, Debug)]
struct View {
    conf: Arc<ResolvConf>,
    hosts: Arc<Hosts>,
    order: Vec<Source>,
}

#[derive(Debug)]
struct Known {
    looked: Option<Instant>,
    stamps: [Option<(SystemTime, u64)>; 3],
    view: View,
}

impl Default for Known {
    fn default() -> Self {
        let view = View { conf: Arc::default(), hosts: Arc::default(), order: native_order("") };
        Self { looked: None, stamps: [None; 3], view }
    }
}

impl Known {
    fn look(&mut self, directory: &Path) {
        let first = self.looked.is_none();
        self.looked = Some(Instant::now());
        for (index, name) in ["resolv.conf", "hosts", "nsswitch.conf"].into_iter().enumerate() {
            let path = directory.join(name);
            let stamp =
                std::fs::metadata(&path).ok().and_then(|meta| Some((meta.modified().ok()?, meta.len())));
            if stamp == self.stamps[index] && !first {
                continue;
            }
            self.stamps[index] = stamp;
            // A file that can't be read counts as empty, as for the C library.
            let text = std::fs::read(&path).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            match index {
                0 => self.view.conf = Arc::new(ResolvConf::parse(&text)),
                1 => self.view.hosts = Arc::new(Hosts::parse(&text)),
                _ => self.view.order = native_order(&text),
            }
        }
    }
}

async fn follow(conf: &ResolvConf, name: &str, kind: Kind, ask: Ask) -> Result<Answer, (Error, Option<u32>)> {
    let mut name = name.to_owned();
    for _ in 0..=MAX_ALIASES {
        match exchange::ask(conf, &name, kind, ask.secure).await.map_err(|error| (error, None))? {
            Reading::Found(answer) => return Ok(answer),
            Reading::Alias(next) => name = next,
            Reading::Nothing(error, ttl) => return Err((error, ttl)),
            Reading::Foreign | Reading::Truncated | Reading::ServerTrouble(_) => {
                return Err((Error::TryAgain, None));
            }
        }
    }
    Err((Error::Loop, None))
}

fn candidates(conf: &ResolvConf, name: &str, search: bool) -> Vec<String> {
    let absolute = name.strip_suffix('.');
    if !search || absolute.is_some() || !is_hostname(name) {
        return vec![absolute.unwrap_or(name).to_owned()];
    }
    let mut names: Vec<String> = conf.search.iter().map(|domain| format!("{name}.{domain}")).collect();
    let as_it_is = name.to_owned();
    if name.matches('.').count() >= conf.ndots {
        names.insert(0, as_it_is);
    } else {
        names.push(as_it_is);
    }
    names
}

fn join(mut one: Answer, mut other: Answer) -> Answer {
    one.records.append(&mut other.records);
    one.authentic &= other.authentic;
    one
}

/// The name under which an address is listed: `1.2.0.192.in-addr.arpa`.
pub fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().rev().map(|b| format!("{:x}.{:x}.", b & 15, b >> 4));
            nibbles.collect::<String>() + "ip6.arpa"
        }
    }
}

impl Record {
    /// The address, for A and AAAA records.
    pub fn address(&self) -> Option<IpAddr> {
        match self.data {
            Data::Address(ip) => Some(ip),
            _ => None,
        }
    }
}

const NATIVE: Ask = Ask { secure: false, search: true };
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_turn_into_names_of_the_reverse_tree() {
        assert_eq!(reverse_name("192.0.2.1".parse().unwrap()), "1.2.0.192.in-addr.arpa");
        let name = reverse_name("2001:db8::1".parse().unwrap());
        assert!(name.starts_with("1.0.0.0.") && name.ends_with("8.b.d.0.1.0.0.2.ip6.arpa"), "{name}");
    }

    #[test]
    fn search_domains_are_for_native_look_ups_only() {
        let conf = ResolvConf::parse("search a.example b.example");
        assert_eq!(candidates(&conf, "mx", false), ["mx"]);
        assert_eq!(candidates(&conf, "mx", true), ["mx.a.example", "mx.b.example", "mx"]);
        assert_eq!(candidates(&conf, "mx.c", true)[0], "mx.c");
        assert_eq!(candidates(&conf, "mx.", true), ["mx"]);
    }

    #[test]
    fn a_changed_resolv_conf_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("resolv.conf");
        std::fs::write(&file, "nameserver 192.0.2.1\n").unwrap();
        let resolver = Resolver::of_directory(directory.path());
        assert_eq!(resolver.known().conf.servers[0].ip().to_string(), "192.0.2.1");
        std::fs::write(&file, "nameserver 192.0.2.22\n").unwrap();
        resolver.known.lock().unwrap().looked = Some(Instant::now() - LOOK_EVERY);
        assert_eq!(resolver.known().conf.servers[0].ip().to_string(), "192.0.2.22");
    }
}
