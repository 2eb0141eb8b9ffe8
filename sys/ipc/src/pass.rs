//! Connections that one daemon accepted and another serves (master.cf type `pass`): the descriptor travels beside the
//! frame. The giver waits until the taker hangs up, which tells that the connection is in good hands.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What the taker must know about the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The client and the address that it came to, when a proxy stands between: else the socket knows.
    pub endpoints: Option<Endpoints>,
}

/// The ends of a connection as the client sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The client.
    pub client: SocketAddr,
    /// Our address that it came to.
    pub server: SocketAddr,
}
