//! DNS lists: reject_rbl_client and its kin, permit_dnswl_client and permit_rhswl_client.
//! A list is a domain, or `domain=d.d.d.d` when only some of its answers count.

use crate::ask::{Answer, DnsFault, DnsQuestion, DnsRecord, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Place, Step, Stop, Subject, Words};
use crate::names::is_hostname;
use crate::servers::addresses;
use mail::{AddressFilter, Reply};
use std::net::IpAddr;

/// What a list says.
pub(crate) enum Listing {
    Listed {
        reason: String,
    },
    Absent,
    /// Nobody could say.
    Unknown,
}

/// What is looked up, as replies name it, and the name that is asked for below the list's domain.
pub(crate) struct Listed {
    pub subject: Subject,
    label: String,
}

impl Evaluation<'_> {
    /// Evaluates one of the restrictions that take the name of a list; None when the word is no such restriction.
    pub(crate) fn by_list(&mut self, name: &str, word: &str, words: &mut Words<'_>) -> Option<Step> {
        let what = match name {
            "reject_rbl_client" | "reject_rbl" | "permit_dnswl_client" => self.client_address(),
            "reject_rhsbl_client" | "permit_rhswl_client" => {
                named(self.facts.client.name.clone(), Class::Client)
            }
            "reject_rhsbl_reverse_client" => {
                named(self.facts.client.reverse_name.clone(), Class::UnverifiedClient)
            }
            "reject_rhsbl_helo" => self.helo_subject().and_then(|helo| named(helo.name, Class::Helo)),
            "reject_rhsbl_sender" => self.listed_address(Class::Sender),
            "reject_rhsbl_recipient" => self.listed_address(Class::Recipient),
            _ => return None,
        };
        let Some(list) = words.next() else {
            self.warning(format!("restriction {word} requires domain name argument"));
            return Some(Ok(Outcome::Dunno));
        };
        let Some(what) = what else { return Some(Ok(Outcome::Dunno)) };
        Some(match name.starts_with("permit") {
            true => self.permit_listed(&what, list),
            false => self.reject_listed(&what, list),
        })
    }

    /// reject_maps_rbl: the lists of `maps_rbl_domains`, one after the other.
    pub(crate) fn reject_maps_rbl(&mut self) -> Step {
        self.deprecated("reject_maps_rbl", "reject_rbl_client domain-name");
        let rules = self.rules;
        let Some(what) = self.client_address() else { return Ok(Outcome::Dunno) };
        for list in &rules.maps_rbl_domains {
            match self.reject_listed(&what, list)? {
                Outcome::Dunno => {}
                outcome => return Ok(outcome),
            }
        }
        Ok(Outcome::Dunno)
    }

    fn client_address(&self) -> Option<Listed> {
        let name = self.facts.client.address.clone();
        let label = reversed(name.parse().ok()?);
        Some(Listed { subject: Subject { name, class: Class::Client }, label })
    }

    fn listed_address(&self, class: Class) -> Option<Listed> {
        self.address_subject(class).and_then(|(_, subject)| named(subject.name, class))
    }

    fn reject_listed(&mut self, what: &Listed, list: &str) -> Step {
        match self.listing(what, list)? {
            Listing::Listed { reason } => {
                let reply = self.listed_reply(&what.subject, list, &reason)?;
                Ok(self.refuse(reply))
            }
            Listing::Absent | Listing::Unknown => Ok(Outcome::Dunno),
        }
    }

    fn permit_listed(&mut self, what: &Listed, list: &str) -> Step {
        match self.listing(what, list)? {
            // A list of good clients makes nobody a relay.
            Listing::Listed { .. } if self.at == Place::Recipient && !self.is_authorized()? => {
                Ok(Outcome::Dunno)
            }
            Listing::Listed { .. } => Ok(Outcome::Permit),
            Listing::Absent => Ok(Outcome::Dunno),
            Listing::Unknown => {
                let text = what.subject.rejected("Service unavailable");
                Ok(self.defer_if_reject(Reply::new(450, 7, 1, text)))
            }
        }
    }

    fn is_authorized(&mut self) -> Result<bool, Stop> {
        match self.facts.recipient.clone() {
            Some(recipient) => self.may_relay(&recipient),
            None => Ok(true),
        }
    }

    fn listing(&mut self, what: &Listed, list: &str) -> Result<Listing, Stop> {
        let (domain, filter) = match list.split_once('=') {
            None => (list, None),
            Some((domain, filter)) => match AddressFilter::parse(filter) {
                Ok(filter) => (domain, Some(filter)),
                Err(fault) => return Err(self.fault(format!("RBL reply error: {fault}"))),
            },
        };
        let name = format!("{}.{domain}", what.label);
        let counts = |address: &IpAddr| match (&filter, address) {
            (None, _) => true,
            (Some(filter), IpAddr::V4(address)) => filter.matches(*address),
            (Some(_), IpAddr::V6(_)) => false,
        };
        match self.records(DnsQuestion::Listing(name.clone()))? {
            Ok(records) if addresses(records.clone()).iter().any(counts) => {
                Ok(Listing::Listed { reason: self.reason(name)? })
            }
            Ok(_) => Ok(Listing::Absent),
            Err(why) if why.fault == DnsFault::Absent => Ok(Listing::Absent),
            Err(why) => {
                if !why.known {
                    self.warning(format!("{name}: RBL lookup error: {}", why.text));
                }
                Ok(Listing::Unknown)
            }
        }
    }

    /// Several texts make one reason.
    fn reason(&mut self, name: String) -> Result<String, Stop> {
        let text = |record| match record {
            DnsRecord::Text(text) => Some(text),
            _ => None,
        };
        match self.records(DnsQuestion::Text(name.clone()))? {
            Ok(records) => Ok(records.into_iter().filter_map(text).collect::<Vec<_>>().join(" / ")),
            Err(why) => {
                let text = if why.fault == DnsFault::Filtered { FILTERED } else { why.text.as_str() };
                if why.fault != DnsFault::Absent && !why.known {
                    self.warning(format!("{name}: TXT lookup error: {text}"));
                }
                Ok(String::new())
            }
        }
    }

    /// The template of `rbl_reply_maps` for this list, or `default_rbl_reply`.
    fn listed_reply(&mut self, what: &Subject, list: &str, reason: &str) -> Result<Reply, Stop> {
        let domain = list.split_once('=').map_or(list, |(domain, _)| domain);
        let rules = self.rules;
        let own = match self.question(Question::RblReply(list.to_owned()))? {
            Answer::Found(template) => Some(template),
            Answer::Failed(text) => {
                self.warning(text);
                return Err(Stop::Unanswered(Reply::new(451, 3, 5, "Server configuration error")));
            }
            _ => None,
        };
        let attributes = |name: &str| match name {
            "rbl_code" => Some(rules.codes.maps_rbl_reject.to_string()),
            "rbl_class" => Some(what.class.text().to_owned()),
            "rbl_what" => Some(what.name.clone()),
            "rbl_domain" => Some(domain.to_owned()),
            "rbl_reason" | "rbl_txt" => Some(reason.to_owned()),
            _ => None,
        };
        if let Some(template) = own {
            if let Some(text) = self.expand(&template, &attributes) {
                return Ok(self.parse_reply(&text));
            }
            self.warning(format!("rbl_reject_reply: bad rbl reply template for domain {domain}: {template}"));
        }
        match self.expand(&rules.default_rbl_reply, &attributes) {
            Some(text) => Ok(self.parse_reply(&text)),
            None => Err(self.fault(format!("bad default rbl reply template: {}", rules.default_rbl_reply))),
        }
    }

    /// `code [x.y.z] text`, with a code that refuses.
    fn parse_reply(&mut self, text: &str) -> Reply {
        let parsed = text.split_once(' ').and_then(|(code, rest)| {
            let code = code.parse().ok().filter(|code| (400..600).contains(code))?;
            let rest = Some(rest.trim_start()).filter(|rest| !rest.is_empty())?;
            let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
            Some(match mail::Enhanced::parse(first) {
                Some((_, enhanced)) => {
                    Reply { code, enhanced: Some(enhanced), text: after.trim_start().to_owned() }
                }
                None => Reply::new(code, 7, 1, rest),
            })
        });
        parsed.unwrap_or_else(|| {
            self.warning(format!("rbl response code configuration error: {}", text.trim_end()));
            Reply::new(450, 7, 1, "Service unavailable")
        })
    }
}

/// A name to look up; None for one that no list can know.
fn named(name: String, class: Class) -> Option<Listed> {
    let label = name.rsplit_once('@').map_or(name.as_str(), |(_, domain)| domain);
    // Some clients call themselves by their address.
    let numeric = label.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if label == "unknown" || numeric || !is_hostname(label) {
        return None;
    }
    let label = label.to_owned();
    Some(Listed { subject: Subject { name, class }, label })
}

/// `1.2.0.192` for 192.0.2.1, and the nibbles of an IPv6 address (RFC 5782).
fn reversed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(address) => {
            let octets = address.octets().into_iter().rev();
            let nibbles = octets.map(|octet| format!("{:x}.{:x}", octet & 15, octet >> 4));
            nibbles.collect::<Vec<_>>().join(".")
        }
    }
}

const FILTERED: &str = "DNS reply filter drops all results";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_listed_backwards() {
        assert_eq!(reversed("192.0.2.1".parse().unwrap()), "1.2.0.192");
        let six = reversed("2001:db8::1".parse().unwrap());
        assert!(six.starts_with("1.0.0.0.") && six.ends_with("8.b.d.0.1.0.0.2") && six.len() == 63, "{six}");
    }

    #[test]
    fn only_names_of_hosts_are_looked_up() {
        let label = |name: &str| named(name.to_owned(), Class::Sender).map(|what| what.label);
        assert_eq!(label("a@b.example").as_deref(), Some("b.example"));
        assert_eq!(label("b.example").as_deref(), Some("b.example"));
        for none in ["", "unknown", "a@[192.0.2.1]", "1.2.3.4", "a@b..c", "a@1.2.3", "a@"] {
            assert_eq!(label(none), None, "{none}");
        }
    }
}
