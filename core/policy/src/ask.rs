//! What the policy needs to know from the outside, and how it asks.

use mail::{Address, AddressClass};
use std::collections::HashMap;
use std::net::IpAddr;

/// A question to the outside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// The value of one key in one table, `type:name`. Answered by Found, Absent or Failed.
    Lookup {
        /// The table.
        table: String,
        /// The key, as it is.
        key: String,
    },
    /// Does the client's address match `mynetworks`? Yes, No or Failed.
    InMynetworks,
    /// Is the client one of our own addresses, as `mynetworks_style = host` would have it? Yes or No.
    IsOwnHost,
    /// Does a mail exchanger match `permit_mx_backup_networks`? Yes, No or Failed.
    InMxBackupNetworks {
        /// Its name.
        name: String,
        /// One of its addresses.
        address: IpAddr,
    },
    /// Does a host's name match `relay_domains`? Yes, No or Failed.
    InRelayDomains(String),
    /// The entry of `rbl_reply_maps` for a DNS list. Found, Absent or Failed.
    RblReply(String),
    /// The logins that own a sender address by `smtpd_sender_login_maps`. Found, Absent or Failed.
    Owners {
        /// The address in standard form.
        address: Address,
        /// Its domain is local, so that tables may know it by the bare user name.
        bare: bool,
    },
    /// Is a certificate with this fingerprint in `relay_clientcerts`? Yes, No or Failed.
    RelayCertificate(String),
    /// Where does the address go? Resolved or Failed.
    Resolve {
        /// The envelope sender.
        sender: Address,
        /// The address.
        address: Address,
    },
    /// Is the address, with the partial forms that mail tables know, in these maps? Yes, No or Failed.
    Known {
        /// Which maps; when they are not configured the answer is Unset.
        maps: Maps,
        /// The address in standard form.
        address: Address,
        /// Its domain is local, so that tables may know it by the bare user name.
        bare: bool,
    },
    /// What DNS says. Records or NoRecords.
    Dns(DnsQuestion),
    /// Can mail for this address be delivered, as verify(8) knows? Probed or Failed.
    Verify(Address),
    /// What does this policy service want done? The argument of `check_policy_service`, as it stands. Found with an
    /// action as in access(5), or Failed when the argument can't be read.
    PolicyService(String),
    /// Let so many seconds pass. Yes.
    Sleep(u64),
}

/// Tables of recipients and aliases that decide whether an address exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Maps {
    /// `recipient_canonical_maps` and `canonical_maps`.
    RecipientCanonical,
    /// `sender_canonical_maps` and `canonical_maps`.
    SenderCanonical,
    /// `virtual_alias_maps`.
    VirtualAlias,
    /// `local_recipient_maps`.
    LocalRecipient,
    /// `virtual_mailbox_maps`.
    VirtualMailbox,
    /// `relay_recipient_maps`.
    RelayRecipient,
}

/// A question to DNS: what is wanted of a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DnsQuestion {
    /// Mail exchangers.
    Mx(String),
    /// A and AAAA records.
    Addresses(String),
    /// Name servers.
    Ns(String),
    /// A records, the answers of a DNS list.
    Listing(String),
    /// TXT records.
    Text(String),
    /// Addresses of the families in `inet_protocols`, as the system knows them, the hosts file included.
    Host(String),
}

/// What DNS found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DnsRecord {
    /// A mail exchanger.
    Mx {
        /// Lower is better.
        preference: u16,
        /// Its name.
        host: String,
    },
    /// An address.
    Address(IpAddr),
    /// A name server.
    Name(String),
    /// A text.
    Text(String),
}

/// Why DNS found nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRecords {
    /// What kind of nothing.
    pub fault: DnsFault,
    /// Why, in a few words: `Host not found, try again`.
    pub reason: String,
    /// Why, as a sentence with name and type.
    pub text: String,
    /// The session has heard this answer before.
    pub known: bool,
}

/// Kinds of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsFault {
    /// There is no such name, or no such record.
    Absent,
    /// RFC 7505: the domain does not want mail.
    NullMx,
    /// The answer makes no sense.
    Malformed,
    /// No answer for now.
    TryAgain,
    /// There are records, but `smtpd_dns_reply_filter` drops them all.
    Filtered,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The table has this value.
    Found(String),
    /// The table has no value.
    Absent,
    /// It is so.
    Yes,
    /// It isn't so.
    No,
    /// There is no such table in the configuration.
    Unset,
    /// The place of delivery.
    Resolved(Box<Resolved>),
    /// What DNS found; at least one.
    Records(Vec<DnsRecord>),
    /// DNS found nothing.
    NoRecords(NoRecords),
    /// What a probe has shown, and the words of whoever found out.
    Probed(Probed, String),
    /// Nobody could say; the text is a warning for the log.
    Failed(String),
}

/// What a probe has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probed {
    /// Mail can be delivered.
    Deliverable,
    /// Not at the moment, or nobody knows yet.
    Deferred,
    /// Never.
    Undeliverable,
}

/// Where an address goes, as trivial-rewrite(8) says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The service that delivers.
    pub transport: String,
    /// The next hop; for `error` and `retry` the text.
    pub nexthop: String,
    /// The address as the transport sees it.
    pub recipient: Address,
    /// The kind of domain.
    pub class: AddressClass,
    /// It has routing operators.
    pub has_routing: bool,
    /// It is malformed.
    pub is_error: bool,
}

/// The answer isn't there yet; this is the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending(pub Question);

/// Somebody who knows answers.
pub trait Ask {
    /// The answer, or the question back when it must first be looked up.
    fn ask(&self, question: Question) -> Result<Answer, Pending>;
}

/// Answers that were found so far. The driver's loop: evaluate; on [`Pending`] find the answer, `learn` it, evaluate
/// again.
#[derive(Debug, Default)]
pub struct Memo(HashMap<Question, Answer>);

impl Memo {
    /// Knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers an answer.
    pub fn learn(&mut self, question: Question, answer: Answer) {
        self.0.insert(question, answer);
    }
}

impl Ask for Memo {
    fn ask(&self, question: Question) -> Result<Answer, Pending> {
        self.0.get(&question).cloned().ok_or(Pending(question))
    }
}
