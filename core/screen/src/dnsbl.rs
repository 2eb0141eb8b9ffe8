//! DNS block and allow lists: `domain[=filter][*weight]`, and the score that their answers make.

use mail::AddressFilter;
use std::net::{IpAddr, Ipv4Addr};

/// `postscreen_dnsbl_sites`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sites(Vec<Site>);

/// One entry of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The domain to ask.
    pub domain: String,
    /// Which answers count; None: all.
    pub filter: Option<AddressFilter>,
    /// What a match adds to the score.
    pub weight: i32,
}

impl Sites {
    /// Reads the entries; the error is for the log.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        entries.iter().map(|entry| Site::parse(entry)).collect::<Result<_, _>>().map(Self)
    }

    /// True when there is nobody to ask.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The domains, each once.
    pub fn domains(&self) -> Vec<&str> {
        let mut domains: Vec<&str> = Vec::new();
        for site in &self.0 {
            if !domains.contains(&site.domain.as_str()) {
                domains.push(&site.domain);
            }
        }
        domains
    }
}

impl Site {
    fn parse(entry: &str) -> Result<Self, String> {
        let (rest, weight) = match entry.split_once('*') {
            Some((rest, weight)) => (rest, weight.parse().map_err(|_| bad_weight(weight, entry))?),
            None => (entry, 1),
        };
        let (domain, filter) = match rest.split_once('=') {
            Some((domain, filter)) => (domain, Some(AddressFilter::parse(filter).map_err(bad_filter)?)),
            None => (rest, None),
        };
        if domain.is_empty() || domain.parse::<IpAddr>().is_ok() {
            return Err(format!("bad DNSBL domain name \"{domain}\" in \"{entry}\""));
        }
        Ok(Self { domain: domain.to_owned(), filter, weight })
    }

    fn matches(&self, answers: &[Ipv4Addr]) -> bool {
        let counts = |answer: &&Ipv4Addr| self.filter.as_ref().is_none_or(|filter| filter.matches(**answer));
        answers.iter().any(|answer| counts(&answer))
    }
}

fn bad_filter(fault: impl std::fmt::Display) -> String {
    format!("bad DNSBL filter syntax: {fault}")
}

fn bad_weight(weight: &str, entry: &str) -> String {
    format!("bad DNSBL weight factor \"{weight}\" in \"{entry}\"")
}

/// The name under which a client's address is listed in `domain`: `1.2.0.192.domain`.
pub fn listing(address: IpAddr, domain: &str) -> String {
    match address {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.{domain}")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().rev().map(|b| format!("{:x}.{:x}.", b & 15, b >> 4));
            nibbles.collect::<String>() + domain
        }
    }
}

/// What the lists say of one client, so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The sum of the weights that matched.
    pub total: i32,
    /// The domain with the greatest weight among them.
    pub domain: Option<String>,
    weight: i32,
    ttl: Option<u32>,
}

impl Score {
    /// Adds the answers of one domain. `ttl` is how long they may be kept, None when the name server did not say.
    pub fn add(&mut self, sites: &Sites, domain: &str, answers: &[Ipv4Addr], ttl: Option<u32>) {
        let ttl = ttl.unwrap_or(0);
        self.ttl = Some(self.ttl.map_or(ttl, |least| least.min(ttl)));
        for site in sites.0.iter().filter(|site| site.domain == domain && site.matches(answers)) {
            self.total = self.total.saturating_add(site.weight);
            if self.domain.is_none() || site.weight > self.weight {
                self.weight = site.weight;
                self.domain = Some(site.domain.clone());
            }
        }
    }

    /// How long the score is good for: the least time of all answers, within the limits
    /// (`postscreen_dnsbl_min_ttl`, `postscreen_dnsbl_max_ttl`).
    pub fn lifetime(&self, least: i64, most: i64) -> i64 {
        i64::from(self.ttl.unwrap_or(0)).min(most).max(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites(text: &str) -> Sites {
        Sites::parse(&text.split(' ').map(str::to_owned).collect::<Vec<_>>()).unwrap()
    }

    fn ips(text: &str) -> Vec<Ipv4Addr> {
        text.split(' ').map(|ip| ip.parse().unwrap()).collect()
    }

    #[test]
    fn each_entry_counts_once_whatever_the_number_of_answers() {
        let sites = sites("bl.test bl.test=127.0.0.[3;5..7]*2 bl.test=127.0.0.3*3 wl.test*-2");
        assert_eq!(sites.domains(), ["bl.test", "wl.test"]);
        let mut score = Score::default();
        score.add(&sites, "bl.test", &ips("127.0.0.6 127.0.0.5 127.0.0.3"), Some(100));
        assert_eq!((score.total, score.domain.as_deref()), (6, Some("bl.test")));
        score.add(&sites, "wl.test", &ips("127.0.0.1"), Some(50));
        score.add(&sites, "wl.test", &[], Some(70));
        assert_eq!((score.total, score.lifetime(60, 3600)), (4, 60));
        assert_eq!(score.lifetime(1, 3600), 50);
        assert_eq!(score.lifetime(1, 20), 20);
    }

    #[test]
    fn the_domain_with_the_greatest_weight_is_blamed() {
        let sites = sites("a.test*2 b.test*3 c.test*3");
        let mut score = Score::default();
        for domain in ["a.test", "b.test", "c.test"] {
            score.add(&sites, domain, &ips("127.0.0.2"), None);
        }
        assert_eq!((score.total, score.domain.as_deref()), (8, Some("b.test")));
        assert_eq!(score.lifetime(60, 3600), 60);
    }

    #[test]
    fn faults_name_the_entry() {
        let fault = |text: &str| Sites::parse(&[text.to_owned()]).unwrap_err();
        assert_eq!(fault("bl.test*x"), "bad DNSBL weight factor \"x\" in \"bl.test*x\"");
        assert_eq!(fault("192.0.2.1*2"), "bad DNSBL domain name \"192.0.2.1\" in \"192.0.2.1*2\"");
        assert!(fault("bl.test=1.2").starts_with("bad DNSBL filter syntax"));
    }

    #[test]
    fn addresses_are_listed_backwards() {
        assert_eq!(listing("192.0.2.1".parse().unwrap(), "bl.test"), "1.2.0.192.bl.test");
        let name = listing("2001:db8::1".parse().unwrap(), "bl.test");
        assert!(name.starts_with("1.0.0.0.") && name.ends_with("8.b.d.0.1.0.0.2.bl.test"), "{name}");
    }
}
