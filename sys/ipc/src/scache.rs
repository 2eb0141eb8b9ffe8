//! Connections that wait for their next use: what smtp(8) says to scache(8). A destination (transport, domain) leads to
//! endpoints (transport, address), and an endpoint to connections. What the names and properties say is the client's
//! business; a connection travels beside its frame.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What scache(8) is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Keep the connection beside this frame.
    SaveEndpoint {
        /// For so long; the server has a limit of its own.
        ttl: Duration,
        /// Where it leads.
        endpoint: String,
        /// What it takes to use it again.
        properties: Vec<u8>,
    },
    /// Remember that the destination can be reached at the endpoint.
    SaveDestination {
        /// For so long.
        ttl: Duration,
        /// The destination.
        destination: String,
        /// One of its endpoints.
        endpoint: String,
    },
    /// A connection to this endpoint.
    FindEndpoint(String),
    /// A connection to any endpoint of this destination.
    FindDestination(String),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Kept.
    Saved,
    /// Here it is, beside this frame, with its properties. It is in the cache no more.
    Found(Vec<u8>),
    /// There is none.
    NotFound,
    /// A request that makes no sense.
    Bad,
}
