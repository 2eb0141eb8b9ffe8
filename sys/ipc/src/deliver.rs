//! A delivery, as qmgr(8) asks an agent for it.
//!
//! [`Request`] comes with a read-only descriptor of the queue file; agents never open the queue by name. The
//! agent answers with one [`Reply::Recipient`] for each recipient as soon as its fate is safe, then
//! [`Reply::Done`]. A recipient without an answer when the conversation ends is tried again.

use mail::{Address, Diagnosis, Outcome, QueueId, Recipient, ReturnFormat, Timestamp};
use serde::{Deserialize, Serialize};

/// One message, one destination, some recipients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The queue the file stands in, usually `active`.
    pub queue_name: String,
    /// The message.
    pub queue_id: QueueId,
    /// The next hop that the address resolved to.
    pub nexthop: String,
    /// Where the content segment begins in the file.
    pub data_offset: u64,
    /// Length of the content segment, in bytes of the file.
    pub data_size: u64,
    /// Length of the message itself.
    pub message_size: u64,
    /// `7bit`, `8bit`, or empty when unknown.
    pub encoding: String,
    /// RFC 6531: SMTPUTF8 was asked for or is needed.
    pub smtputf8: bool,
    /// Envelope sender; null for `<>`.
    pub sender: Address,
    /// RFC 3461 ENVID, decoded.
    pub envelope_id: String,
    /// RFC 3461 RET.
    pub ret: Option<ReturnFormat>,
    /// `local` or `remote`: who the header was rewritten for.
    pub rewrite_context: String,
    /// When the message arrived; the `a` of `delays=` begins here.
    pub arrival: Timestamp,
    /// When it entered the active queue.
    pub active: Timestamp,
    /// When this request was made.
    pub handed: Timestamp,
    /// Who gave us the message.
    pub client: ClientInfo,
    /// Only find out (sendmail -bv, address probes): say `deliverable` or `undeliverable`, deliver nothing.
    pub probe: bool,
    /// The sender wants to hear what happens to each recipient (sendmail -v).
    pub trace: bool,
    /// Who gets it. Replies name recipients by their place in this list.
    pub recipients: Vec<Recipient>,
}

/// What is known of the client that gave us the message (`log_client_name` and the like); empty = unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientInfo {
    /// Host name, or `unknown`.
    pub name: String,
    /// IP address.
    pub address: String,
    /// TCP port.
    pub port: String,
    /// `SMTP` or `ESMTP`.
    pub protocol: String,
    /// HELO name.
    pub helo: String,
    /// The queue id at the system that forwarded it here (XFORWARD IDENT).
    pub ident: String,
    /// SASL mechanism.
    pub sasl_method: String,
    /// SASL user name.
    pub sasl_username: String,
    /// SASL authorisation identity of the message.
    pub sasl_sender: String,
}

/// From the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// One recipient's fate; what it reports is already durable, and already logged by the agent.
    Recipient {
        /// Place in [`Request::recipients`].
        index: u32,
        /// The fate.
        outcome: Outcome,
        /// The other system that took part, `host[ip]:port`; empty when none did.
        relay: String,
    },
    /// No more recipients will be reported.
    Done {
        /// The whole destination could not be reached: hold its other mail back for a while.
        unavailable: Option<Diagnosis>,
    },
}
