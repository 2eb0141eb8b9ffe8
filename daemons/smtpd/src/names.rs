//! What DNS says when the policy asks.

use crate::lookups::Lookups;
use dns::{Ask, Data, Error, Failure, Families, Kind};
use policy::{Answer, DnsFault, DnsQuestion, DnsRecord, NoRecords};
use std::collections::HashMap;

/// What DNS lists have said in a session: lists are asked about for each recipient.
#[derive(Default)]
pub(crate) struct Listings(HashMap<DnsQuestion, Answer>);

impl Listings {
    /// The answer that the session has heard before.
    pub(crate) fn recall(&self, question: &DnsQuestion) -> Option<Answer> {
        self.0.get(question).cloned()
    }

    /// Remembers an answer about a list.
    pub(crate) fn keep(&mut self, question: &DnsQuestion, answer: &Answer) {
        if !matches!(question, DnsQuestion::Listing(_) | DnsQuestion::Text(_)) {
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
    pub(crate) async fn ask_dns(&self, question: &DnsQuestion) -> Answer {
        let (resolver, families) = (self.resolver(), self.families());
        let (name, kind) = match question {
            DnsQuestion::Host(name) => {
                // Some call themselves, or their mail exchanger, by an address.
                if let Ok(address) = name.parse() {
                    return Answer::Records(vec![DnsRecord::Address(address)]);
                }
                return match resolver.native_addresses(name, families).await {
                    Ok(found) => Answer::Records(found.into_iter().map(DnsRecord::Address).collect()),
                    Err(failure) => nothing(&failure, failure.system_reason()),
                };
            }
            DnsQuestion::Addresses(name) => {
                return given(resolver.addresses(name, Families::ALL, Ask::default()).await);
            }
            DnsQuestion::Mx(name) => (name, Kind::Mx),
            DnsQuestion::Ns(name) => (name, Kind::Ns),
            DnsQuestion::Listing(name) => (name, Kind::A),
            DnsQuestion::Text(name) => (name, Kind::Txt),
        };
        given(resolver.query(name, kind, Ask::default()).await)
    }
}

fn given(result: Result<dns::Answer, Failure>) -> Answer {
    match result {
        Ok(answer) => Answer::Records(answer.records.into_iter().filter_map(|r| record(r.data)).collect()),
        Err(failure) => nothing(&failure, failure.reason()),
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
