//! Requests to verify(8): can mail for an address be delivered, and what a probe has shown.

use mail::Address;
use serde::{Deserialize, Serialize};

/// Asked at `private/verify` (`address_verify_service_name`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// What is known about this address? What isn't known yet is found out meanwhile. Answered by [`Reply::Known`].
    Query(Address),
    /// A probe has shown something. Answered by [`Reply::Noted`].
    Update {
        /// About this address.
        address: Address,
        /// What it has shown.
        status: Status,
        /// In the words of whoever found out.
        text: String,
    },
}

impl crate::Request for Request {
    type Reply = Reply;
}

/// What is known about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Mail can be delivered.
    Deliverable,
    /// Not at the moment.
    Deferred,
    /// Never.
    Undeliverable,
    /// Nothing yet: a probe is under way.
    InProgress,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// What is known, and in whose words.
    Known(Status, String),
    /// It will be remembered.
    Noted,
    /// The cache can't be used.
    Failed,
}

impl Request {
    /// What the outcome of a probe says about the address that was probed, and about the one that it became.
    pub fn updates(recipient: &mail::Recipient, outcome: &mail::Outcome) -> Vec<Self> {
        let status = match outcome {
            mail::Outcome::Sent(_) => Status::Deliverable,
            mail::Outcome::Deferred(_) => Status::Deferred,
            mail::Outcome::Bounced(_) => Status::Undeliverable,
        };
        let mut addresses = vec![&recipient.original, &recipient.address];
        addresses.dedup();
        let text = &outcome.diagnosis().reason;
        let known = addresses.into_iter().filter(|address| !address.is_null());
        known.map(|address| Self::Update { address: address.clone(), status, text: text.clone() }).collect()
    }
}
