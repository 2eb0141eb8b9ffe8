//! permit_mx_backup, and check_relay_domains of old.

use crate::ask::{Answer, DnsFault, DnsQuestion, DnsRecord, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Stop, Subject};
use crate::servers::addresses;
use mail::Reply;
use std::net::IpAddr;

impl Evaluation<'_> {
    /// Permits what goes to a domain that has us among its mail exchangers, other than the best.
    pub(crate) fn permit_mx_backup(&mut self) -> Step {
        let Some((recipient, subject)) = self.address_subject(Class::Recipient) else {
            return Ok(Outcome::Dunno);
        };
        if self.may_relay(&recipient)? {
            return Ok(Outcome::Permit);
        }
        let resolved = self.resolve(&recipient)?;
        let detour = resolved.has_routing && !self.rules.allow_untrusted_routing;
        let domain = resolved.recipient.domain().filter(|domain| !domain.starts_with('['));
        let Some(domain) = domain.filter(|_| !detour) else { return Ok(Outcome::Dunno) };
        let mut exchangers = match self.records(DnsQuestion::Mx(domain.to_owned()))? {
            Ok(records) => by_preference(records),
            Err(why) if matches!(why.fault, DnsFault::Absent | DnsFault::NullMx) => {
                return Ok(Outcome::Dunno);
            }
            Err(why) => {
                let text = format!("Unable to look up mail exchanger information: {}", why.reason);
                return Ok(self.unable(&subject, &text));
            }
        };
        let best = exchangers.first().map_or(0, |(preference, _)| *preference);
        let rest = exchangers.split_off(exchangers.iter().take_while(|(pref, _)| *pref == best).count());
        if self.is_one_us(&exchangers, &subject)? || !self.is_one_us(&rest, &subject)? {
            return Ok(Outcome::Dunno);
        }
        if self.rules.limits_mx_backup && !self.are_in_networks(&exchangers, &subject)? {
            return Ok(Outcome::Dunno);
        }
        Ok(Outcome::Permit)
    }

    fn is_one_us(&mut self, exchangers: &[(u16, String)], subject: &Subject) -> Result<bool, Stop> {
        for (_, host) in exchangers {
            // One that can't be looked up may be us, or the next one is.
            let found = self.exchanger_addresses(host, subject)?.unwrap_or_default();
            if found.iter().any(|address| self.rules.own_addresses.contains(address)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `permit_mx_backup_networks` must have all addresses of all of them.
    fn are_in_networks(&mut self, exchangers: &[(u16, String)], subject: &Subject) -> Result<bool, Stop> {
        for (_, host) in exchangers {
            let Some(found) = self.exchanger_addresses(host, subject)? else { return Ok(false) };
            for address in found {
                let question = Question::InMxBackupNetworks { name: host.clone(), address };
                match self.question(question)? {
                    Answer::Yes => {}
                    Answer::Failed(text) => return Err(self.lookup_failure(text, &subject.name)),
                    _ => return Ok(false),
                }
            }
        }
        Ok(true)
    }

    /// None when they can't be looked up; then a refusal becomes a deferral.
    fn exchanger_addresses(&mut self, host: &str, subject: &Subject) -> Result<Option<Vec<IpAddr>>, Stop> {
        match self.records(DnsQuestion::Host(host.to_owned()))? {
            Ok(records) => Ok(Some(addresses(records))),
            Err(why) => {
                let text = format!("Unable to look up mail exchanger host {host}: {}", why.reason);
                self.unable(subject, &text);
                Ok(None)
            }
        }
    }

    fn unable(&mut self, subject: &Subject, text: &str) -> Outcome {
        self.defer_if_reject(Reply::new(450, 4, 4, subject.rejected(text)))
    }

    /// Clients in `relay_domains` may send anywhere, the others to where anybody may send.
    pub(crate) fn check_relay_domains(&mut self) -> Step {
        let Some((recipient, subject)) = self.address_subject(Class::Recipient) else {
            return Ok(Outcome::Dunno);
        };
        match self.question(Question::InRelayDomains(self.facts.client.name.clone()))? {
            Answer::Yes => return Ok(Outcome::Permit),
            Answer::Failed(text) => return Err(self.lookup_failure(text, &subject.name)),
            _ => {}
        }
        if self.may_relay(&recipient)? {
            return Ok(Outcome::Permit);
        }
        let code = self.rules.codes.relay_domains_reject;
        Ok(self.refuse(Reply::new(code, 7, 1, subject.rejected("Relay access denied"))))
    }
}

fn by_preference(records: Vec<DnsRecord>) -> Vec<(u16, String)> {
    let exchanger = |record| match record {
        DnsRecord::Mx { preference, host } => Some((preference, host)),
        _ => None,
    };
    let mut exchangers: Vec<_> = records.into_iter().filter_map(exchanger).collect();
    exchangers.sort_by_key(|(preference, _)| *preference);
    exchangers
}
