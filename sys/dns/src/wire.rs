//! Queries and replies as bytes. Pure: the bytes come from strangers, so nothing here trusts a length, follows
//! more than `MAX_ALIASES` aliases, keeps more than `MAX_RECORDS` records or lets a strange name through.

use crate::name::{is_exchange, is_hostname};
use crate::{Answer, Data, Error, Kind, Record};
use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::message::Message;
use domain::base::message_builder::MessageBuilder;
use domain::base::name::{Name, ParsedName, ToName};
use domain::base::rdata::UnknownRecordData;
use domain::base::record::ParsedRecord;
use domain::rdata::{A, Aaaa, Cname, Mx, Ns, Ptr, Soa, Srv, Txt};

/// A query, ready to be sent.
#[derive(Clone, Debug)]
pub struct Query {
    /// The bytes of the message.
    pub bytes: Vec<u8>,
    kind: Kind,
    secure: bool,
}

/// What one reply means.
#[derive(Debug, PartialEq, Eq)]
pub enum Reading {
    /// Not the answer to our question: go on waiting.
    Foreign,
    /// It did not fit: ask again by TCP.
    Truncated,
    /// The records.
    Found(Answer),
    /// Only an alias; the question must be put again for this name.
    Alias(String),
    /// No answer, and for how many seconds that may be believed, if a SOA record says so.
    Nothing(Error, Option<u32>),
    /// This server can't say; another may.
    ServerTrouble(Error),
}

impl Query {
    /// Builds a query. `secure` asks for DNSSEC data and the AD bit (RFC 6840 5.7).
    pub fn new(id: u16, name: &str, kind: Kind, secure: bool) -> Result<Self, Error> {
        let bytes = build(id, name, kind, secure).ok_or(Error::InvalidName)?;
        Ok(Self { bytes, kind, secure })
    }

    /// Reads a reply to this query.
    pub fn read(&self, reply: &[u8]) -> Reading {
        let (Ok(asked), Ok(reply)) = (Message::from_octets(&self.bytes[..]), Message::from_octets(reply))
        else {
            return Reading::Foreign;
        };
        if !reply.is_answer(&asked) {
            return Reading::Foreign;
        }
        match reply.header().rcode() {
            _ if reply.header().tc() => Reading::Truncated,
            Rcode::NXDOMAIN => Reading::Nothing(Error::NotFound, negative_ttl(&reply)),
            Rcode::NOERROR => self.answer(&reply),
            Rcode::SERVFAIL | Rcode::REFUSED | Rcode::NOTIMP => Reading::ServerTrouble(Error::TryAgain),
            _ => Reading::ServerTrouble(Error::Fail),
        }
    }

    fn answer(&self, reply: &Message<&[u8]>) -> Reading {
        let Some(records) = records(reply) else { return Reading::ServerTrouble(Error::TryAgain) };
        let Some(question) = reply.first_question() else { return Reading::Foreign };
        let mut owner = question.into_qname();
        for _ in 0..=MAX_ALIASES {
            let here = |record: &&ParsedRecord<'_, &[u8]>| record.owner().name_eq(&owner);
            let mut of_kind =
                records.iter().filter(here).filter(|record| record.rtype() == rtype(self.kind)).peekable();
            if of_kind.peek().is_some() {
                let authentic = self.secure && reply.header().ad();
                return collect(of_kind.take(MAX_RECORDS), self.kind, authentic, &text(&owner));
            }
            let alias = records.iter().filter(here).find_map(alias);
            match alias {
                Some(next) => owner = next,
                None if text(&owner).eq_ignore_ascii_case(&self.name()) => {
                    return Reading::Nothing(Error::NoData, negative_ttl(reply));
                }
                None => return chase(&text(&owner)),
            }
        }
        Reading::Nothing(Error::Loop, None)
    }

    fn name(&self) -> String {
        let message = Message::from_octets(&self.bytes[..]).ok();
        message.and_then(|m| m.first_question().map(|q| text(&q.into_qname()))).unwrap_or_default()
    }
}

fn build(id: u16, name: &str, kind: Kind, secure: bool) -> Option<Vec<u8>> {
    // A backslash would be an escape to the name parser; no host name has one.
    if name.is_empty() || name.contains('\\') || name.contains("..") || name.starts_with('.') {
        return None;
    }
    let name: Name<Vec<u8>> = Name::vec_from_str(name).ok()?;
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_id(id);
    builder.header_mut().set_rd(true);
    builder.header_mut().set_ad(secure);
    let mut question = builder.question();
    question.push((&name, rtype(kind), Class::IN)).ok()?;
    if !secure {
        return Some(question.finish());
    }
    let mut additional = question.additional();
    let opt = |opt: &mut domain::base::message_builder::OptBuilder<'_, _>| {
        opt.set_udp_payload_size(UDP_PAYLOAD);
        opt.set_dnssec_ok(true);
        Ok(())
    };
    additional.opt(opt).ok()?;
    Some(additional.finish())
}

/// The records of the answer section; None when the message is damaged.
fn records<'a>(reply: &'a Message<&'a [u8]>) -> Option<Vec<ParsedRecord<'a, &'a [u8]>>> {
    let section = reply.answer().ok()?;
    section.take(MAX_RECORDS + MAX_ALIASES).collect::<Result<_, _>>().ok()
}

/// RFC 2308 section 5: the lesser of the SOA record's own time and its minimum field.
fn negative_ttl(reply: &Message<&[u8]>) -> Option<u32> {
    let section = reply.authority().ok()?;
    let records = section.take(MAX_RECORDS).map_while(Result::ok);
    let soa = |record: ParsedRecord<'_, &[u8]>| {
        let record = record.to_record::<Soa<ParsedName<&[u8]>>>().ok()??;
        Some(record.ttl().as_secs().min(record.data().minimum().as_secs()))
    };
    records.into_iter().find_map(soa)
}

fn alias<'a>(record: &ParsedRecord<'a, &'a [u8]>) -> Option<ParsedName<&'a [u8]>> {
    let record = record.to_record::<Cname<ParsedName<&[u8]>>>().ok()??;
    Some(record.into_data().into_cname())
}

fn chase(name: &str) -> Reading {
    if is_hostname(name) { Reading::Alias(name.to_owned()) } else { Reading::Nothing(Error::Malformed, None) }
}

fn collect<'a>(
    records: impl Iterator<Item = &'a ParsedRecord<'a, &'a [u8]>>,
    kind: Kind,
    authentic: bool,
    owner: &str,
) -> Reading {
    let mut found = Vec::new();
    let mut null = false;
    for record in records {
        match data(record, kind) {
            Some(Data::Mx { exchange, .. }) if exchange.is_empty() => null = true,
            Some(Data::Srv { target, .. }) if target.is_empty() => null = true,
            Some(data) if is_sane(&data) => {
                let ttl = record.ttl().as_secs();
                found.push(Record { owner: owner.to_owned(), kind, ttl, data });
            }
            _ => {}
        }
    }
    match (found.is_empty(), null) {
        (false, _) => Reading::Found(Answer { records: found, authentic, canonical: owner.to_owned() }),
        (true, true) => Reading::Nothing(Error::NullMx, None),
        (true, false) => Reading::Nothing(Error::Malformed, None),
    }
}

fn is_sane(data: &Data) -> bool {
    match data {
        Data::Mx { exchange, .. } => is_exchange(exchange),
        Data::Name(name) => is_hostname(name),
        Data::Srv { target, .. } => is_hostname(target),
        Data::Address(_) | Data::Text(_) | Data::Tlsa { .. } => true,
    }
}

fn data<'a>(record: &ParsedRecord<'a, &'a [u8]>, kind: Kind) -> Option<Data> {
    type Parsed<'a> = ParsedName<&'a [u8]>;
    Some(match kind {
        Kind::A => Data::Address(record.to_record::<A>().ok()??.data().addr().into()),
        Kind::Aaaa => Data::Address(record.to_record::<Aaaa>().ok()??.data().addr().into()),
        Kind::Mx => {
            let mx = record.to_record::<Mx<Parsed<'_>>>().ok()??.into_data();
            Data::Mx { preference: mx.preference(), exchange: text(mx.exchange()) }
        }
        Kind::Ns => Data::Name(text(record.to_record::<Ns<Parsed<'_>>>().ok()??.data().nsdname())),
        Kind::Ptr => Data::Name(text(record.to_record::<Ptr<Parsed<'_>>>().ok()??.data().ptrdname())),
        Kind::Cname => Data::Name(text(record.to_record::<Cname<Parsed<'_>>>().ok()??.data().cname())),
        Kind::Txt => {
            let txt = record.to_record::<Txt<&[u8]>>().ok()??.into_data();
            Data::Text(txt.iter().flatten().copied().collect())
        }
        Kind::Tlsa => {
            let raw = record.to_record::<UnknownRecordData<&[u8]>>().ok()??.into_data();
            let (&[usage, selector, matching], data) = raw.data().split_first_chunk::<3>()?;
            Data::Tlsa { usage, selector, matching, data: data.to_vec() }
        }
        Kind::Srv => {
            let srv = record.to_record::<Srv<Parsed<'_>>>().ok()??.into_data();
            Data::Srv {
                priority: srv.priority(),
                weight: srv.weight(),
                port: srv.port(),
                target: text(srv.target()),
            }
        }
    })
}

/// A name as text, without the final dot. A label that holds a dot or anything that isn't UTF-8 is written so
/// that `is_hostname` refuses it.
fn text(name: &ParsedName<&[u8]>) -> String {
    let label = |label: &domain::base::name::Label| match std::str::from_utf8(label.as_slice()) {
        Ok(text) if !text.contains('.') => text.to_owned(),
        _ => String::from("?"),
    };
    let labels: Vec<String> = name.iter().filter(|l| !l.is_root()).map(label).collect();
    labels.join(".")
}

fn rtype(kind: Kind) -> Rtype {
    match kind {
        Kind::A => Rtype::A,
        Kind::Aaaa => Rtype::AAAA,
        Kind::Mx => Rtype::MX,
        Kind::Ns => Rtype::NS,
        Kind::Ptr => Rtype::PTR,
        Kind::Cname => Rtype::CNAME,
        Kind::Txt => Rtype::TXT,
        Kind::Tlsa => Rtype::TLSA,
        Kind::Srv => Rtype::SRV,
    }
}

/// DNS Flag Day 2020: what passes every network without fragments.
const UDP_PAYLOAD: u16 = 1232;
/// How many aliases one answer, and one look-up, may follow; Postfix follows as many.
pub const MAX_ALIASES: usize = 10;
/// Postfix drops records beyond the hundredth.
const MAX_RECORDS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    /// A reply to `query` with these records as raw bytes: (owner, type, data).
    fn reply(query: &Query, rcode: u8, records: &[(&[u8], u16, &[u8])]) -> Vec<u8> {
        let mut bytes = query.bytes.clone();
        bytes.truncate(question_end(&bytes));
        bytes[2] |= 0x80;
        bytes[3] = rcode;
        bytes[6..8].copy_from_slice(&(records.len() as u16).to_be_bytes());
        bytes[10..12].copy_from_slice(&[0, 0]);
        for (owner, rtype, data) in records {
            bytes.extend_from_slice(owner);
            bytes.extend_from_slice(&rtype.to_be_bytes());
            bytes.extend_from_slice(&[0, 1, 0, 0, 0, 60]);
            bytes.extend_from_slice(&(data.len() as u16).to_be_bytes());
            bytes.extend_from_slice(data);
        }
        bytes
    }

    fn question_end(bytes: &[u8]) -> usize {
        let mut at = 12;
        while bytes[at] != 0 {
            at += usize::from(bytes[at]) + 1;
        }
        at + 5
    }

    const QNAME: &[u8] = &[0xc0, 12];

    fn mx(query: &str) -> Query {
        Query::new(7, query, Kind::Mx, false).unwrap()
    }

    #[test]
    fn mail_exchangers_are_read_with_compressed_names() {
        let query = mx("example.org");
        let read = query.read(&reply(&query, 0, &[(QNAME, 15, b"\0\x0a\x02mx\xc0\x0c")]));
        let Reading::Found(answer) = read else { panic!("{read:?}") };
        let exchange = "mx.example.org".to_owned();
        assert_eq!(answer.records[0].data, Data::Mx { preference: 10, exchange });
    }

    #[test]
    fn a_null_mx_differs_from_no_mx() {
        let query = mx("example.org");
        assert_eq!(
            query.read(&reply(&query, 0, &[(QNAME, 15, b"\0\0\0")])),
            Reading::Nothing(Error::NullMx, None)
        );
        assert_eq!(query.read(&reply(&query, 0, &[])), Reading::Nothing(Error::NoData, None));
        assert_eq!(query.read(&reply(&query, 3, &[])), Reading::Nothing(Error::NotFound, None));
        assert_eq!(query.read(&reply(&query, 2, &[])), Reading::ServerTrouble(Error::TryAgain));
    }

    #[test]
    fn a_soa_record_tells_how_long_there_is_nothing() {
        let query = mx("example.org");
        let soa = |ttl: u32, minimum: u32| {
            let mut bytes = reply(&query, 3, &[]);
            bytes[9] = 1;
            bytes.extend_from_slice(QNAME);
            bytes.extend_from_slice(&[0, 6, 0, 1]);
            bytes.extend_from_slice(&ttl.to_be_bytes());
            bytes.extend_from_slice(&[0, 22, 0, 0]);
            bytes.extend_from_slice(&[0; 16]);
            bytes.extend_from_slice(&minimum.to_be_bytes());
            query.read(&bytes)
        };
        assert_eq!(soa(300, 900), Reading::Nothing(Error::NotFound, Some(300)));
        assert_eq!(soa(300, 60), Reading::Nothing(Error::NotFound, Some(60)));
    }

    #[test]
    fn another_question_or_id_is_not_our_answer() {
        let query = mx("example.org");
        let other = mx("example.com");
        assert_eq!(query.read(&reply(&other, 0, &[])), Reading::Foreign);
        let mut wrong_id = reply(&query, 0, &[]);
        wrong_id[0] ^= 1;
        assert_eq!(query.read(&wrong_id), Reading::Foreign);
    }

    #[test]
    fn names_with_nul_dot_or_shell_characters_are_refused() {
        let query = mx("example.org");
        for data in [&b"\0\x0a\x03a\0b\0"[..], b"\0\x0a\x03a.b\0", b"\0\x0a\x05$(id)\0", b"\0\x0a\x01\xff\0"]
        {
            let read = query.read(&reply(&query, 0, &[(QNAME, 15, data)]));
            assert_eq!(read, Reading::Nothing(Error::Malformed, None), "{data:?}");
        }
    }

    #[test]
    fn an_alias_that_leads_in_a_circle_ends() {
        let query = mx("example.org");
        let read = query.read(&reply(&query, 0, &[(QNAME, 5, QNAME)]));
        assert_eq!(read, Reading::Nothing(Error::Loop, None));
    }

    #[test]
    fn an_alias_alone_is_to_be_asked_for() {
        let query = mx("example.org");
        let read = query.read(&reply(&query, 0, &[(QNAME, 5, b"\x01a\xc0\x0c")]));
        assert_eq!(read, Reading::Alias("a.example.org".into()));
    }

    #[test]
    fn a_name_that_points_to_itself_ends() {
        let query = mx("example.org");
        let here = question_end(&query.bytes) as u8;
        let read = query.read(&reply(&query, 0, &[(&[0xc0, here], 15, b"\0\x0a\xc0\x0c")]));
        assert_eq!(read, Reading::ServerTrouble(Error::TryAgain));
    }

    #[test]
    fn five_hundred_exchangers_are_cut_to_a_hundred() {
        let query = mx("example.org");
        let records = vec![(QNAME, 15u16, &b"\0\x0a\x02mx\xc0\x0c"[..]); 500];
        let Reading::Found(answer) = query.read(&reply(&query, 0, &records)) else { panic!() };
        assert_eq!(answer.records.len(), MAX_RECORDS);
    }

    #[test]
    fn a_reply_cut_or_bent_anywhere_never_panics() {
        let query = mx("example.org");
        let whole =
            reply(&query, 0, &[(QNAME, 5, b"\x01a\xc0\x0c"), (b"\x01a\xc0\x0c", 15, b"\0\x0a\xc0\x0c")]);
        for at in 0..whole.len() {
            query.read(&whole[..at]);
            for bit in 0..8 {
                let mut bent = whole.clone();
                bent[at] ^= 1 << bit;
                query.read(&bent);
            }
        }
    }

    #[test]
    fn names_that_cannot_be_asked_for_are_refused() {
        let long = "a".repeat(70);
        for bad in ["", ".", "a..b", "a\\.b", &long] {
            assert!(Query::new(1, bad, Kind::A, false).is_err(), "{bad}");
        }
    }
}
