//! A message on its way into the queue: what smtpd, pickup, bounce and local say to cleanup(8).
//!
//! One conversation carries one message after another: [`Frame::Begin`] is answered by [`Opened`], then
//! recipients, edits and content flow without answers, then [`Frame::Finish`] is answered by [`Finished`].
//! Who needs a queue id before the sender is known says [`Frame::Open`] first: that is answered, and `Begin` is not.
//! Hanging up before the end throws the message away.

use mail::{Address, Notify, QueueId, Reply, ReturnFormat, Timestamp};
use serde::{Deserialize, Serialize};

/// One frame of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// A new message of which nothing is known yet.
    Open,
    /// A new message.
    Begin(Box<Begin>),
    /// One more recipient.
    Recipient(Recipient),
    /// What an access table or a policy server did to the message.
    Edit(Edit),
    /// Content in order, headers first. Lines end with LF; a line may span frames. A content that does not end
    /// with LF is completed.
    Content(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The message is complete.
    Finish,
}

/// The envelope as it is known when the queue file is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// What cleanup is to do with the message.
    pub flags: Flags,
    /// When the message arrived at this system.
    pub arrival: Timestamp,
    /// Envelope sender; null for `<>`.
    pub sender: Address,
    /// `F` record: the full name of a local sender.
    pub full_name: Option<String>,
    /// Attributes for the queue file, in order (`client_name`, `rewrite_context`, ... see queue-on-disk).
    pub attributes: Vec<(String, String)>,
    /// `I` record: `transport:nexthop` of content_filter.
    pub content_filter: Option<String>,
    /// `V` record: VERP delimiters.
    pub verp: Option<String>,
    /// RFC 3461 ENVID, decoded; empty when there is none.
    pub envelope_id: String,
    /// RFC 3461 RET.
    pub ret: Option<ReturnFormat>,
    /// RFC 6531: the sender asked for SMTPUTF8.
    pub smtputf8: bool,
    /// `create_time` of a message that was in the queue before (postsuper -r); None for new mail.
    pub created: Option<i64>,
}

/// What cleanup is to do with a message. The defaults do nothing beyond queueing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// header_checks, body_checks (not for our own bounces).
    pub checks: bool,
    /// always_bcc, sender_bcc_maps, recipient_bcc_maps.
    pub bcc: bool,
    /// canonical and virtual alias tables, masquerading.
    pub maps: bool,
    /// Milters for non-SMTP or SMTP mail.
    pub milters: bool,
    /// A content that is refused bounces to the sender instead of being reported to the caller: mail from
    /// pickup, whose submitter has gone.
    pub bounce: bool,
    /// Take recipients from the header (`sendmail -t`).
    pub extract: bool,
    /// Queue to hold.
    pub hold: bool,
    /// Only a probe: never delivered (address verification).
    pub trace_only: bool,
}

impl Flags {
    /// Everything that is done with new mail, but for what the words of `receive_override_options` leave out. An
    /// unknown word is given back. (`no_unknown_recipient_checks` is smtpd(8)'s own affair.)
    pub fn with_overrides(words: &[String]) -> Result<Self, &str> {
        let mut flags = Self { checks: true, bcc: true, maps: true, milters: true, ..Self::default() };
        for word in words {
            match word.as_str() {
                "no_unknown_recipient_checks" => {}
                "no_address_mappings" => (flags.maps, flags.bcc) = (false, false),
                "no_header_body_checks" => flags.checks = false,
                "no_milters" => flags.milters = false,
                other => return Err(other),
            }
        }
        Ok(flags)
    }
}

/// A recipient as the client gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Where the mail goes.
    pub address: Address,
    /// The address before any rewriting; empty: the same.
    pub original: Address,
    /// RFC 3461 ORCPT as `type;text`, decoded; empty when there is none.
    pub dsn_orcpt: String,
    /// RFC 3461 NOTIFY.
    pub notify: Notify,
}

/// access(5) actions that change a message without refusing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// FILTER transport:nexthop.
    Filter(String),
    /// REDIRECT address.
    Redirect(Address),
    /// BCC address.
    Bcc(Address),
    /// PREPEND header line, placed before the Received header that smtpd sends.
    Prepend(String),
    /// HOLD.
    Hold,
    /// DISCARD: pretend, and throw away.
    Discard,
}

/// The queue file is open under this name, and not yet part of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Opened {
    /// Its queue id.
    Id(QueueId),
    /// The queue has no room, or fails: the reply for the client (452 4.3.1, 451 4.3.0).
    Refused(Reply),
}

/// What became of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finished {
    /// Content, mode and directory entry are safe on disk.
    Queued,
    /// Thrown away on purpose (DISCARD); the client hears 250.
    Discarded,
    /// Not taken. The reply says whether for now (4xx) or for good (5xx).
    Refused(Reply),
}
