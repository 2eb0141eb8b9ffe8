//! From a site to the addresses of its servers: MX records, then A and AAAA; and the reasons why there may be none.

use crate::destination::Site;
use crate::order::{Candidate, cut_at_self, order};
use crate::settings::Routing;
use dns::{Answer, Ask, Data, Error, Failure, Kind, Resolver};
use mail::{Diagnosis, Enhanced, Outcome};
use maillog::Log;
use std::net::IpAddr;

/// Where to connect, best first.
#[derive(Clone, Debug)]
pub struct Route {
    /// The addresses.
    pub candidates: Vec<Candidate>,
    /// The preference of the best exchanger.
    pub best: u16,
    /// We are one of the exchangers: nobody else may be tried for this destination.
    pub we_are_exchanger: bool,
}

/// Why there is nowhere to connect to.
#[derive(Clone, Debug)]
pub struct NoRoute {
    /// What happens to the recipients when nobody else can be tried.
    pub outcome: Outcome,
    /// The mail would come back to us: fallback relays would only make it worse.
    pub loops: bool,
}

/// Finds routes.
pub struct Router<'a> {
    /// Asks the name servers.
    pub resolver: &'a Resolver,
    /// How.
    pub routing: &'a Routing,
    /// For warnings.
    pub log: &'a Log,
    /// How many addresses will be tried.
    pub limit: usize,
}

impl Router<'_> {
    /// The servers of a site.
    pub async fn find(&self, site: &Site) -> Result<Route, NoRoute> {
        // Only mail to port 25 can come back to us by itself.
        let own: &[IpAddr] = if site.port == SMTP_PORT { &self.routing.own } else { &[] };
        if site.exact || self.routing.lmtp || !self.routing.dns {
            return self.by_host(&site.name, own).await;
        }
        let ask = Ask { secure: self.routing.secure, search: false };
        match self.resolver.query(&site.name, Kind::Mx, ask).await {
            Ok(answer) => self.by_exchangers(&site.name, &answer, own).await,
            Err(failure) if failure.is_absence() => self.by_host(&site.name, own).await,
            Err(failure) if failure.error != Error::NullMx && self.routing.ignore_mx_error => {
                self.by_host(&site.name, own).await
            }
            Err(failure) => Err(NoRoute { outcome: about(&failure), loops: false }),
        }
    }

    async fn by_host(&self, host: &str, own: &[IpAddr]) -> Result<Route, NoRoute> {
        let found = self.addresses(host, 0).await.map_err(|outcome| NoRoute { outcome, loops: false })?;
        if found.iter().any(|candidate| own.contains(&candidate.ip)) {
            return Err(loops_back(host));
        }
        Ok(self.route(found, 0, false))
    }

    async fn by_exchangers(&self, domain: &str, answer: &Answer, own: &[IpAddr]) -> Result<Route, NoRoute> {
        let mut exchangers: Vec<(u16, &str)> =
            answer.records.iter().filter_map(|r| exchanger(&r.data)).collect();
        exchangers.sort();
        let best = exchangers.first().map_or(0, |first| first.0);
        let (mut found, mut why) = (Vec::new(), None);
        for (preference, host) in exchangers {
            match self.addresses(host, preference).await {
                Ok(more) => found.extend(more),
                Err(outcome) => why = worse(why, outcome),
            }
        }
        if found.is_empty() {
            self.log.warning(format_args!("no MX host for {domain} has a valid address record"));
            let outcome = why.unwrap_or_else(|| bounced(4, 4, format!("no MX host for {domain}")));
            let outcome = if self.routing.defer_without_address { softened(outcome) } else { outcome };
            return Err(NoRoute { outcome, loops: false });
        }
        let best_found = found.iter().map(|candidate| candidate.preference).min().unwrap_or(best);
        match cut_at_self(found, own) {
            (left, true) if left.is_empty() && best_found == best => Err(loops_back(domain)),
            (left, true) if left.is_empty() => {
                let text = format!("unable to find primary relay for {domain}");
                let outcome = Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 4), text));
                Err(NoRoute { outcome, loops: true })
            }
            (left, we_are_exchanger) => Ok(self.route(left, best, we_are_exchanger)),
        }
    }

    fn route(&self, found: Vec<Candidate>, best: u16, we_are_exchanger: bool) -> Route {
        let candidates = order(found, self.routing, self.limit, &mut random);
        Route { candidates, best, we_are_exchanger }
    }

    /// The addresses of one host, or what it means that there are none.
    async fn addresses(&self, host: &str, preference: u16) -> Result<Vec<Candidate>, Outcome> {
        let candidate = |ip| Candidate { host: host.to_owned(), ip, preference };
        if let Ok(ip) = host.parse::<IpAddr>() {
            return match self.routing.families.has(ip) {
                true => Ok(vec![candidate(ip)]),
                false => Err(bounced(4, 4, format!("no usable address family for host {host}"))),
            };
        }
        let mut why = None;
        if self.routing.dns {
            let ask = Ask { secure: self.routing.secure, search: false };
            match self.resolver.addresses(host, self.routing.families, ask).await {
                Ok(answer) => return Ok(answer.addresses().map(candidate).collect()),
                Err(failure) if failure.is_absence() => why = Some(about(&failure)),
                Err(failure) => return Err(about(&failure)),
            }
        }
        if self.routing.native {
            match self.resolver.native_addresses(host, self.routing.families).await {
                Ok(found) => return Ok(found.into_iter().map(candidate).collect()),
                Err(failure) => why = Some(native_trouble(host, &failure)),
            }
        }
        Err(why.unwrap_or_else(|| bounced(4, 4, format!("unable to look up host {host}"))))
    }
}

fn exchanger(data: &Data) -> Option<(u16, &str)> {
    match data {
        Data::Mx { preference, exchange } => Some((*preference, exchange)),
        _ => None,
    }
}

/// A temporary failure counts more than a permanent one: the host that can't be looked up now may be the one
/// that takes the mail.
fn worse(known: Option<Outcome>, new: Outcome) -> Option<Outcome> {
    match known {
        Some(old @ Outcome::Deferred(_)) => Some(old),
        _ => Some(new),
    }
}

fn softened(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Bounced(diagnosis) => Outcome::Deferred(diagnosis),
        other => other,
    }
}

/// Status codes of DNS trouble, as smtp(8) has them.
fn about(failure: &Failure) -> Outcome {
    let text = failure.to_string();
    match failure.error {
        Error::TryAgain => Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 3), text)),
        Error::Fail | Error::Loop => bounced(4, 3, text),
        Error::NullMx => bounced(1, 0, text),
        Error::NotFound | Error::NoData | Error::Malformed | Error::InvalidName => bounced(4, 4, text),
    }
}

fn native_trouble(host: &str, failure: &Failure) -> Outcome {
    match failure.is_temporary() {
        true => {
            let text = format!("unable to look up host {host}: Temporary failure in name resolution");
            Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 3), text))
        }
        false => bounced(4, 4, format!("unable to look up host {host}: Name or service not known")),
    }
}

fn loops_back(name: &str) -> NoRoute {
    NoRoute { outcome: bounced(4, 6, format!("mail for {name} loops back to myself")), loops: true }
}

fn bounced(subject: u16, detail: u16, text: String) -> Outcome {
    Outcome::Bounced(Diagnosis::new(Enhanced::new(subject, detail), text))
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Order among equals is a matter of fairness; without randomness it is only less fair.
    let _ = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty());
    u64::from_ne_bytes(bytes)
}

const SMTP_PORT: u16 = 25;
