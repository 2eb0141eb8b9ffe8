//! What can be asked and what comes back, as plain values.

use std::fmt;
use std::net::IpAddr;

/// The record types that mail asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    A,
    Aaaa,
    Mx,
    Ns,
    Ptr,
    Cname,
    Txt,
    Tlsa,
    Srv,
}

impl Kind {
    /// The type's name in zone files and log lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Cname => "CNAME",
            Self::Txt => "TXT",
            Self::Tlsa => "TLSA",
            Self::Srv => "SRV",
        }
    }
}

/// The data of one record. Names are without the final dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// A or AAAA.
    Address(IpAddr),
    /// MX. The exchange may be a numeric address: some sites do that, and Postfix puts up with it.
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// The host to connect to.
        exchange: String,
    },
    /// NS, PTR or CNAME.
    Name(String),
    /// TXT: the strings joined, as SPF and DNS lists want them.
    Text(Vec<u8>),
    /// TLSA (RFC 6698).
    Tlsa {
        /// Certificate usage.
        usage: u8,
        /// Selector.
        selector: u8,
        /// Matching type.
        matching: u8,
        /// Certificate association data.
        data: Vec<u8>,
    },
    /// SRV (RFC 2782).
    Srv {
        /// Lower is tried first.
        priority: u16,
        /// Weight among equals.
        weight: u16,
        /// The port to connect to.
        port: u16,
        /// The host to connect to.
        target: String,
    },
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The record's owner, after aliases were followed.
    pub owner: String,
    /// Its type.
    pub kind: Kind,
    /// Seconds that the record may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

impl fmt::Display for Record {
    /// As in a zone file, `name ttl class type preference value`: what DNS reply filters look at.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {} IN {} ", self.owner, self.ttl, self.kind.as_str())?;
        match &self.data {
            Data::Address(ip) => write!(f, "{ip}"),
            Data::Mx { preference, exchange } => write!(f, "{preference} {exchange}."),
            Data::Name(name) => write!(f, "{name}."),
            Data::Text(text) => write!(f, "{}", String::from_utf8_lossy(text)),
            Data::Tlsa { usage, selector, matching, data } => {
                write!(f, "{usage} {selector} {matching} ")?;
                data.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
            }
            Data::Srv { priority, weight, port, target } => {
                write!(f, "{priority} {weight} {port} {target}.")
            }
        }
    }
}

/// A good answer: at least one record of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The records, in the server's order.
    pub records: Vec<Record>,
    /// The AD bit, when it was asked for: the server vouches for the whole answer, aliases too.
    pub authentic: bool,
    /// The name at the end of the chain of aliases.
    pub canonical: String,
}

impl Answer {
    /// The addresses among the records.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.records.iter().filter_map(|record| match record.data {
            Data::Address(ip) => Some(ip),
            _ => None,
        })
    }

    /// The names of NS, PTR or CNAME records.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.records.iter().filter_map(|record| match &record.data {
            Data::Name(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The name does not exist (NXDOMAIN).
    NotFound,
    /// The name exists, but has no record of this type.
    NoData,
    /// RFC 7505 `MX 0 .`: the domain takes no mail. Also the SRV form of RFC 2782.
    NullMx,
    /// There are records, but none that makes sense.
    Malformed,
    /// A chain of aliases that is too long or runs in a circle.
    Loop,
    /// The name can't be asked for.
    InvalidName,
    /// No name server could say: ask again later.
    TryAgain,
    /// The name servers refuse the question as such.
    Fail,
}

/// A question without an answer; its text is Postfix's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The name that was asked for.
    pub name: String,
    /// The type that was asked for.
    pub kind: Kind,
    /// What went wrong.
    pub error: Error,
    /// How many seconds an absence may be believed, if the servers say so (RFC 2308).
    pub ttl: Option<u32>,
}

impl Failure {
    /// True when a later attempt may end otherwise.
    pub fn is_temporary(&self) -> bool {
        self.error == Error::TryAgain
    }

    /// True when the servers say that there is no such name or record.
    pub fn is_absence(&self) -> bool {
        matches!(self.error, Error::NotFound | Error::NoData)
    }

    /// The reason in a few words, as Postfix has them.
    pub fn reason(&self) -> &'static str {
        match self.error {
            Error::NullMx => "Domain does not accept mail (nullMX)",
            Error::Loop => "Name server loop",
            Error::InvalidName => "invalid host or domain name",
            Error::Malformed => "Malformed or unexpected name server reply",
            Error::NotFound => "Host not found",
            Error::NoData => "Host found but no data record of requested type",
            Error::TryAgain => "Host not found, try again",
            Error::Fail => "Non-recoverable error",
        }
    }

    /// The reason in the C library's words (gai_strerror(3)): Postfix shows them where it asks the system for
    /// addresses, and log readers know them.
    pub fn system_reason(&self) -> &'static str {
        match self.error {
            Error::TryAgain => "Temporary failure in name resolution",
            Error::NoData => "No address associated with hostname",
            Error::NotFound | Error::InvalidName | Error::NullMx => "Name or service not known",
            Error::Malformed | Error::Loop | Error::Fail => "Non-recoverable failure in name resolution",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, kind) = (&self.name, self.kind.as_str());
        match self.error {
            Error::NullMx => write!(f, "Domain {name} does not accept mail (nullMX)"),
            Error::Loop => write!(f, "Name server loop for {name}"),
            Error::InvalidName => write!(f, "Name service error for {name}: {}", self.reason()),
            Error::Malformed => {
                write!(f, "Name service error for name={name} type={kind}: {}", self.reason())
            }
            _ => write!(
                f,
                "Host or domain name not found. Name service error for name={name} type={kind}: {}",
                self.reason()
            ),
        }
    }
}

impl std::error::Error for Failure {}
