//! A session at rest: a socket and what it takes to go on. In this form scache(8) keeps it, for this process or another.

use super::{READ_SIZE, Session, Timeouts};
use net::Stream;
use serde::{Deserialize, Serialize};
use smtp::client::{Features, Peer, ReplyReader};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What it takes to go on.
#[derive(Serialize, Deserialize)]
struct Passive {
    peer: Peer,
    features: Features,
    /// How long it has been open.
    age: Duration,
    uses: u32,
}

impl Session {
    /// What TLS knows of a session can't leave the process.
    pub fn may_rest(&self) -> bool {
        self.tls.is_none()
    }

    /// Puts the session to rest. None, and the connection ends, when the server has said what nobody asked for.
    pub fn passivate(self) -> Option<(OwnedFd, Vec<u8>)> {
        if self.reader.has_input() {
            return None;
        }
        let Self { peer, features, uses, opened, mut stream, .. } = self;
        let stream = stream.take_clear()?;
        let properties =
            postcard::to_allocvec(&Passive { peer, features, uses, age: opened.elapsed() }).ok()?;
        Some((stream.into_fd().ok()?, properties))
    }

    /// Goes on with a session; None when this is none.
    pub fn activate(connection: OwnedFd, properties: &[u8], timeouts: Rc<Timeouts>) -> Option<Self> {
        let Passive { peer, features, age, uses } = postcard::from_bytes(properties).ok()?;
        let stream = tls::Stream::Clear(Stream::from_fd(connection).ok()?);
        let opened = Instant::now().checked_sub(age)?;
        let (reader, buffer) = (ReplyReader::default(), vec![0; READ_SIZE].into());
        Some(Self { stream, reader, buffer, timeouts, opened, peer, features, uses, tls: None })
    }
}
