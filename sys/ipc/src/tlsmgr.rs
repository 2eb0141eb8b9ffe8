//! Requests to tlsmgr(8): the keys that seal TLS session tickets.

use serde::{Deserialize, Serialize};

/// Asked at `private/tlsmgr` (`tlsmgr_service_name`): the keys for tickets that live so many seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// How long a ticket is good.
    pub lifetime: u32,
}

impl crate::Request for Request {
    type Reply = TicketKeys;
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketKeys {
    /// The first one seals new tickets; all of them open old ones.
    pub keys: Vec<TicketKey>,
    /// Seconds after which to ask again.
    pub renew_after: u32,
}

/// One key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketKey {
    /// Stands at the beginning of each ticket.
    pub name: [u8; 16],
    /// The key itself; never shown.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TicketKey")
    }
}
