//! What DNS says when the policy asks.

use crate::lookups::Lookups;
use dns::{Ask, Data, Error, Failure, Families, Kind};
use maillog::Log;
use policy::{Answer, DnsFault, DnsQuestion, DnsRecord, NoRecords, Question};
use std::collections::HashMap;

/// What DNS lists have said in a session: lists are asked about for each recipient.
#[derive(Default)]
pub(crate) struct Listings(HashMap<Question, Answer>);

impl Listings {
    /// The answer that the session has heard before.
    pub(crate) fn recall(&self, question: &Question) -> Option<Answer> {
        self.0.get(question).cloned()
    }

    /// Remembers an answer about a list.
    pub(crate) fn keep(&mut self, question: &Question, answer: &Answer) {
        if !matches!(question, Question::Dns(DnsQuestion::Listing(_) | DnsQuestion::Text(_))) {
            return;
        }
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        let answer = match answer.clone() {
            Answer::NoRecords(why) => Answer::NoRecords(NoRecords { known: true, ..why }),
            answer => answer,
        };
        self.0.insert(question.clone(), answer);
    }
}

impl Lookups {
    /// Asks the name servers, or for addresses of hosts the whole system.
    pub(crate) async fn ask_dns(&self, question: &DnsQuestion, log: &Log) -> Answer {
        let resolver = self.resolver();
        let (name, kind) = match question {
            DnsQuestion::Host(name) => return self.ask_system(name).await,
            DnsQuestion::Addresses(name) => {
                let found = resolver.addresses(name, Families::ALL, Ask::default()).await;
                return self.filtered(found, name, Kind::A, log).await;
            }
            DnsQuestion::Mx(name) => (name, Kind::Mx),
            DnsQuestion::Ns(name) => (name, Kind::Ns),
            DnsQuestion::Listing(name) => (name, Kind::A),
            DnsQuestion::Text(name) => (name, Kind::Txt),
        };
        self.filtered(resolver.query(name, kind, Ask::default()).await, name, kind, log).await
    }

    async fn ask_system(&self, name: &str) -> Answer {
        // Some call themselves, or their mail exchanger, by an address.
        if let Ok(address) = name.parse() {
            return Answer::Records(vec![DnsRecord::Address(address)]);
        }
        match self.resolver().native_addresses(name, self.families()).await {
            Ok(found) => Answer::Records(found.into_iter().map(DnsRecord::Address).collect()),
            Err(failure) => nothing(&failure, failure.system_reason()),
        }
    }

    /// What `smtpd_dns_reply_filter` leaves of an answer.
    async fn filtered(
        &self,
        result: Result<dns::Answer, Failure>,
        name: &str,
        kind: Kind,
        log: &Log,
    ) -> Answer {
        let records = match result {
            Ok(answer) => answer.records,
            Err(failure) => return nothing(&failure, failure.reason()),
        };
        let mut left = Vec::new();
        for found in records {
            match self.is_ignored(&found).await {
                Ok(true) => log.info(format_args!("ignoring DNS RR: {found}")),
                Ok(false) => left.extend(record(found.data)),
                Err(trouble) => {
                    log.warning(format_args!("smtpd_dns_reply_filter: {trouble}"));
                    let failure = Failure { name: name.to_owned(), kind, error: Error::TryAgain, ttl: None };
                    return nothing(&failure, failure.reason());
                }
            }
        }
        if !left.is_empty() {
            return Answer::Records(left);
        }
        let kind = kind.as_str();
        Answer::NoRecords(NoRecords {
            fault: DnsFault::Filtered,
            reason: "DNS reply filter policy".to_owned(),
            text: format!("Error looking up name={name} type={kind}: DNS reply filter drops all results"),
            known: false,
        })
    }

    async fn is_ignored(&self, found: &dns::Record) -> Result<bool, String> {
        if self.dns_reply_filter.is_empty() {
            return Ok(false);
        }
        match self.dns_reply_filter.find(&found.to_string()).await {
            Ok(None) => Ok(false),
            Ok(Some(action)) if action.trim().eq_ignore_ascii_case("ignore") => Ok(true),
            Ok(Some(action)) => Err(format!("unknown DNS filter action: \"{action}\"")),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn record(data: Data) -> Option<DnsRecord> {
    match data {
        Data::Address(address) => Some(DnsRecord::Address(address)),
        Data::Mx { preference, exchange } => Some(DnsRecord::Mx { preference, host: exchange }),
        Data::Name(name) => Some(DnsRecord::Name(name)),
        Data::Text(text) => Some(DnsRecord::Text(String::from_utf8_lossy(&text).into_owned())),
        _ => None,
    }
}

fn nothing(failure: &Failure, reason: &str) -> Answer {
    let fault = match failure.error {
        Error::NotFound | Error::NoData | Error::InvalidName => DnsFault::Absent,
        Error::NullMx => DnsFault::NullMx,
        Error::Malformed => DnsFault::Malformed,
        Error::TryAgain | Error::Loop | Error::Fail => DnsFault::TryAgain,
    };
    Answer::NoRecords(NoRecords { fault, reason: reason.to_owned(), text: failure.to_string(), known: false })
}

const REMEMBERED: usize = 100;
