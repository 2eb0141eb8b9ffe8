//! tlsmgr(8): the keys by which TLS session tickets are sealed, the same for all processes, new ones as time goes by.
//! They live in this process only: after a reload clients make full handshakes again.
//!
//! Postfix's tlsmgr also collects randomness, which every process gets from the kernel here, and keeps caches of
//! sessions, which servers leave to their clients by tickets, and clients keep in their own process.

use config::Conf;
use ipc::tlsmgr::{Request, TicketKey, TicketKeys};
use ipc::{Conversation, IpcError};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<TlsManager>(&args)
}

struct TlsManager {
    /// By the lifetime of the tickets.
    rings: RefCell<HashMap<u32, Ring>>,
}

impl Daemon for TlsManager {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "tlsmgr",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: true,
    };

    fn open(_: &Conf, _: &BeforeJail) -> Result<Self, Fatal> {
        Ok(Self { rings: RefCell::default() })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let Stream::Unix(stream) = stream else {
            return jailed.log().warning("requests for ticket keys come by unix-domain sockets only");
        };
        let mut peer = Conversation::new(stream);
        loop {
            let request: Request = match peer.receive().await {
                Ok(Some(request)) => request,
                // A wakeup of master(8) is no frame, and needs no answer.
                Ok(None) | Err(IpcError::Closed | IpcError::Stream(_)) => return,
                Err(error) => return jailed.log().warning(error),
            };
            let answer = match self.keys(request.lifetime) {
                Ok(answer) => answer,
                Err(error) => return jailed.log().warning(format_args!("random numbers: {error}")),
            };
            if peer.send(&answer).await.is_err() {
                return;
            }
        }
    }
}

impl TlsManager {
    fn keys(&self, lifetime: u32) -> std::io::Result<TicketKeys> {
        let mut rings = self.rings.borrow_mut();
        if rings.len() >= LIFETIMES && !rings.contains_key(&lifetime) {
            rings.clear();
        }
        rings.entry(lifetime).or_default().keys(lifetime, Instant::now(), random_key)
    }
}

/// Keys, newest first, with the time when each began to seal.
#[derive(Default)]
struct Ring(Vec<(Instant, TicketKey)>);

impl Ring {
    /// A key seals for half a ticket's life, and opens what it sealed for a whole one more.
    fn keys(
        &mut self,
        lifetime: u32,
        now: Instant,
        new: impl FnOnce() -> std::io::Result<TicketKey>,
    ) -> std::io::Result<TicketKeys> {
        let lifetime = Duration::from_secs(lifetime.into());
        let seals = (lifetime / 2).max(Duration::from_secs(1));
        self.0.retain(|(since, _)| now.duration_since(*since) < seals + lifetime);
        let left = self.0.first().map(|(since, _)| seals.saturating_sub(now.duration_since(*since)));
        let left = match left.filter(|left| !left.is_zero()) {
            Some(left) => left,
            None => {
                self.0.insert(0, (now, new()?));
                seals
            }
        };
        let renew_after = u32::try_from(left.as_secs()).unwrap_or(u32::MAX).max(1);
        Ok(TicketKeys { keys: self.0.iter().map(|(_, key)| key.clone()).collect(), renew_after })
    }
}

fn random_key() -> std::io::Result<TicketKey> {
    let mut key = TicketKey { name: [0; 16], secret: [0; 32] };
    for bytes in [&mut key.name[..], &mut key.secret[..]] {
        // Requests of up to 256 bytes are served whole (getrandom(2)).
        rustix::rand::getrandom(bytes, rustix::rand::GetRandomFlags::empty())?;
    }
    Ok(key)
}

/// More different lifetimes than a site has services.
const LIFETIMES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_seals_for_half_a_life_and_opens_for_one_more() {
        let mut ring = Ring::default();
        let start = Instant::now();
        let mut count = 0;
        let mut at = |seconds: u64, ring: &mut Ring| {
            let now = start + Duration::from_secs(seconds);
            let new = || {
                count += 1;
                Ok(TicketKey { name: [count; 16], secret: [0; 32] })
            };
            let keys = ring.keys(100, now, new).unwrap();
            (keys.keys.iter().map(|key| key.name[0]).collect::<Vec<_>>(), keys.renew_after)
        };
        assert_eq!(at(0, &mut ring), (vec![1], 50));
        assert_eq!(at(20, &mut ring), (vec![1], 30));
        assert_eq!(at(50, &mut ring), (vec![2, 1], 50));
        assert_eq!(at(149, &mut ring), (vec![3, 2, 1], 50));
        assert_eq!(at(150, &mut ring), (vec![3, 2], 49));
        assert_eq!(at(1000, &mut ring), (vec![4], 50));
    }

    #[test]
    fn keys_are_random() {
        let (one, other) = (random_key().unwrap(), random_key().unwrap());
        assert!(one.name != other.name && one.secret != other.secret && one.secret != [0; 32]);
    }
}
