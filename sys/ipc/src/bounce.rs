//! Requests to bounce(8), defer(8) and trace(8): note a recipient's fate, and tell the sender.
//!
//! Notes must be safe on disk before the queue manager marks the recipient done.

use mail::{Address, Outcome, QueueId, Recipient, ReturnFormat};
use serde::{Deserialize, Serialize};

/// Asked at `private/bounce`, `private/defer` or `private/trace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Note one recipient in this service's log of the message.
    Append {
        /// The message.
        queue_id: QueueId,
        /// The recipient, with its place in the queue file.
        recipient: Recipient,
        /// What happened.
        outcome: Outcome,
    },
    /// Send the notice that the log of this message calls for, then remove the log. A descriptor of the queue
    /// file comes with this request.
    Flush(Notice),
    /// Send a delay warning; the log stays. A descriptor of the queue file comes with this request.
    Warn(Notice),
    /// Remove this service's log of the message: it is being tried again.
    Forget {
        /// The message.
        queue_id: QueueId,
    },
}

impl crate::Request for Request {
    type Reply = Reply;
}

/// The message that a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The queue the file stands in.
    pub queue_name: String,
    /// The message.
    pub queue_id: QueueId,
    /// Where the content segment begins in the file.
    pub data_offset: u64,
    /// Length of the content segment, in bytes of the file.
    pub data_size: u64,
    /// When the message arrived, seconds since 1970.
    pub arrival: i64,
    /// `7bit`, `8bit`, or empty when unknown.
    pub encoding: String,
    /// RFC 6531: SMTPUTF8 was asked for or is needed.
    pub smtputf8: bool,
    /// Envelope sender: who is told.
    pub sender: Address,
    /// RFC 3461 ENVID, decoded.
    pub envelope_id: String,
    /// RFC 3461 RET.
    pub ret: Option<ReturnFormat>,
    /// VERP delimiters, when each failed recipient gets a notice to its own address.
    pub verp: Option<String>,
    /// The report that `sendmail -v` or `-bv` asked for, not one that RFC 3461 calls for (trace(8) only).
    pub verify: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Done, and safe.
    Done,
    /// Not done; the mail must wait. The text is for our own log.
    Failed(String),
}
