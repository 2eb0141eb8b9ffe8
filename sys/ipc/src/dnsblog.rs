//! What postscreen(8) asks dnsblog(8): is this client in that list?

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// The question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The list's domain.
    pub domain: String,
    /// The client.
    pub address: IpAddr,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What the list has; empty when the client isn't in it, and when nobody could tell.
    pub answers: Vec<Ipv4Addr>,
    /// How many seconds that is good for; None when no name server said so.
    pub ttl: Option<u32>,
}

impl crate::Request for Request {
    type Reply = Reply;
}
