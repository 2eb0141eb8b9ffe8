//! The servers of a domain: check_*_mx_access, check_*_ns_access and check_*_a_access look up the names and the
//! addresses of its mail exchangers, its name servers, or itself. None of them can permit.

use crate::access::network_keys;
use crate::ask::{DnsFault, DnsQuestion, DnsRecord};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Stop, Subject};
use std::net::IpAddr;

/// Which servers are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Servers {
    Mx,
    Ns,
    Itself,
}

impl Servers {
    fn name(self) -> &'static str {
        match self {
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Itself => "A",
        }
    }
}

/// Reads `check_<whose>_<servers>_access`; None for other words.
pub(crate) fn parse(name: &str) -> Option<(Class, Servers)> {
    let (whose, servers) = name.strip_prefix("check_")?.strip_suffix("_access")?.rsplit_once('_')?;
    let whose = match whose {
        "client" => Class::Client,
        "reverse_client_hostname" => Class::UnverifiedClient,
        "helo" => Class::Helo,
        "sender" => Class::Sender,
        "recipient" => Class::Recipient,
        _ => return None,
    };
    let servers = match servers {
        "mx" => Servers::Mx,
        "ns" => Servers::Ns,
        "a" => Servers::Itself,
        _ => return None,
    };
    Some((whose, servers))
}

impl Evaluation<'_> {
    pub(crate) fn server_access(&mut self, word: &str, table: &str, whose: Class, servers: Servers) -> Step {
        let Some((target, subject)) = self.server_target(whose) else { return Ok(Outcome::Dunno) };
        let domain = target.rsplit_once('@').map_or(target.as_str(), |(_, domain)| domain);
        if let Some(literal) = domain.strip_prefix('[') {
            let inside = literal.trim_end_matches(']');
            let inside = inside
                .get(..5)
                .filter(|tag| tag.eq_ignore_ascii_case("ipv6:"))
                .map_or(inside, |_| &inside[5..]);
            return match inside.parse::<IpAddr>() {
                Ok(address) if servers != Servers::Ns => {
                    let outcome = self.access(table, &[network_keys(&address.to_string())], &subject)?;
                    self.forbid_permit(outcome, word, &target)
                }
                _ => Ok(Outcome::Dunno),
            };
        }
        for host in self.servers_of(domain, servers, &target)? {
            if let Some(outcome) = self.host_access(table, &host, servers, &subject, &target)? {
                return self.forbid_permit(outcome, word, &target);
            }
        }
        Ok(Outcome::Dunno)
    }

    /// What is looked at, and who is blamed.
    fn server_target(&self, whose: Class) -> Option<(String, Subject)> {
        let client = &self.facts.client;
        match whose {
            Class::Client => Some((client.name.clone(), self.client_subject())),
            Class::UnverifiedClient => {
                let name = client.reverse_name.clone();
                Some((name.clone(), Subject { name, class: Class::UnverifiedClient }))
            }
            Class::Helo => self.helo_subject().map(|subject| (subject.name.clone(), subject)),
            class => self.address_subject(class).map(|(_, subject)| (subject.name.clone(), subject)),
        }
        .filter(|(target, _)| !target.is_empty() && target != "unknown")
    }

    fn servers_of(&mut self, domain: &str, servers: Servers, target: &str) -> Result<Vec<String>, Stop> {
        match servers {
            Servers::Itself => Ok(vec![domain.to_owned()]),
            Servers::Mx => self.mail_exchangers(domain),
            Servers::Ns => self.name_servers(domain, target),
        }
    }

    /// A domain without MX records is its own mail exchanger (RFC 5321 5.1).
    fn mail_exchangers(&mut self, domain: &str) -> Result<Vec<String>, Stop> {
        match self.records(DnsQuestion::Mx(domain.to_owned()))? {
            Ok(records) => Ok(names(records)),
            Err(why) if why.fault == DnsFault::Absent => Ok(vec![domain.to_owned()]),
            Err(why) if why.fault == DnsFault::NullMx => Ok(Vec::new()),
            Err(why) => {
                self.warning(format!("Unable to look up MX host for {domain}: {}", why.reason));
                Ok(Vec::new())
            }
        }
    }

    /// The name servers of the domain, or of the nearest parent that has any.
    fn name_servers(&mut self, domain: &str, target: &str) -> Result<Vec<String>, Stop> {
        let mut zone = domain;
        loop {
            let why = match self.records(DnsQuestion::Ns(zone.to_owned()))? {
                Ok(records) => return Ok(names(records)),
                Err(why) => why,
            };
            let parent = zone.split_once('.').map(|(_, parent)| parent).filter(|parent| !parent.is_empty());
            match parent.filter(|_| why.fault == DnsFault::Absent) {
                Some(parent) => zone = parent,
                None => {
                    let what = if why.fault == DnsFault::Absent { target } else { zone };
                    self.warning(format!("Unable to look up NS host for {what}: {}", why.reason));
                    return Ok(Vec::new());
                }
            }
        }
    }

    /// The name of the server, then its addresses.
    fn host_access(
        &mut self,
        table: &str,
        host: &str,
        servers: Servers,
        subject: &Subject,
        target: &str,
    ) -> Result<Option<Outcome>, Stop> {
        if servers != Servers::Itself
            && let Some(outcome) = self.find_action(table, &[self.domain_keys(host)], subject)?
        {
            return Ok(Some(outcome));
        }
        let addresses = match self.records(DnsQuestion::Host(host.to_owned()))? {
            Ok(records) => addresses(records),
            Err(why) => {
                if servers != Servers::Itself {
                    let (kind, class) = (servers.name(), subject.class.text());
                    let reason = why.reason;
                    self.warning(format!(
                        "Unable to look up {kind} host {host} for {class} {target}: {reason}"
                    ));
                }
                Vec::new()
            }
        };
        for address in addresses {
            if let Some(outcome) = self.find_action(table, &[network_keys(&address.to_string())], subject)? {
                return Ok(Some(outcome));
            }
        }
        Ok(None)
    }
}

/// The hosts that MX or NS records name.
pub(crate) fn names(records: Vec<DnsRecord>) -> Vec<String> {
    let name = |record| match record {
        DnsRecord::Mx { host, .. } | DnsRecord::Name(host) => Some(host),
        _ => None,
    };
    records.into_iter().filter_map(name).collect()
}

/// The addresses among the records.
pub(crate) fn addresses(records: Vec<DnsRecord>) -> Vec<IpAddr> {
    let address = |record| match record {
        DnsRecord::Address(address) => Some(address),
        _ => None,
    };
    records.into_iter().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyword_says_whose_servers_of_which_kind() {
        assert_eq!(parse("check_sender_mx_access"), Some((Class::Sender, Servers::Mx)));
        let reverse = parse("check_reverse_client_hostname_a_access");
        assert_eq!(reverse, Some((Class::UnverifiedClient, Servers::Itself)));
        for other in ["check_sender_access", "check_etrn_mx_access", "check_sasl_access", "reject"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
