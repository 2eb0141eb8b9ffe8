//! Session tickets (RFC 5077, RFC 8446 4.6.1): sealed with keys that tlsmgr(8) gives to all programs, so that a session
//! that one of them began is resumed by any other. Keys come and go with time, and with them what they sealed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use ipc::tlsmgr::{TicketKey, TicketKeys};
use rustls::server::ProducesTickets;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The keys that we know. Cheap to clone; clones share the keys.
#[derive(Clone)]
pub struct Tickets {
    state: Arc<Mutex<State>>,
    lifetime: u32,
}

#[derive(Default)]
struct State {
    keys: Vec<TicketKey>,
    renew_at: Option<Instant>,
}

impl Tickets {
    /// No keys yet. `lifetime`: `smtpd_tls_session_cache_timeout`; zero means no tickets.
    pub fn new(lifetime: Duration) -> Self {
        let lifetime = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX).min(A_WEEK);
        Self { state: Arc::default(), lifetime }
    }

    /// It is time to ask tlsmgr for keys; says so to one caller at a time.
    pub fn is_stale(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = self.lifetime > 0 && state.renew_at.is_none_or(|at| at <= Instant::now());
        if stale {
            state.renew_at = Some(Instant::now() + PAUSE);
        }
        stale
    }

    /// What to ask for.
    pub fn request(&self) -> ipc::tlsmgr::Request {
        ipc::tlsmgr::Request { lifetime: self.lifetime }
    }

    /// Takes the answer: the first key seals, all of them open.
    pub fn learn(&self, answer: TicketKeys) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.keys = answer.keys;
        state.renew_at = Some(Instant::now() + Duration::from_secs(answer.renew_after.max(1).into()));
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tickets")
    }
}

impl ProducesTickets for Tickets {
    fn enabled(&self) -> bool {
        self.lifetime > 0 && !self.state.lock().unwrap_or_else(PoisonError::into_inner).keys.is_empty()
    }

    fn lifetime(&self) -> u32 {
        self.lifetime
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let key = state.keys.first()?;
        let mut sealed = plain.to_vec();
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &key.secret).ok()?;
        let nonce = cipher.seal_in_place_append_tag(Aad::from(&key.name), &mut sealed).ok()?;
        Some([&key.name[..], nonce.as_ref(), &sealed].concat())
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (name, rest) = ticket.split_at_checked(NAME_LENGTH)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = state.keys.iter().find(|key| key.name == name) else {
            // Another program may have a newer key already.
            let soon = Instant::now() + Duration::from_secs(1);
            state.renew_at = state.renew_at.map(|at| at.min(soon));
            return None;
        };
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &key.secret).ok()?;
        let mut plain = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length = cipher.open_in_place(nonce, Aad::from(&key.name), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

const NAME_LENGTH: usize = 16;
/// RFC 8446 4.6.1
const A_WEEK: u32 = 604_800;
/// Between two questions, when the first brought nothing new.
const PAUSE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> TicketKey {
        TicketKey { name: [number; 16], secret: [number; 32] }
    }

    fn keys(numbers: &[u8]) -> TicketKeys {
        TicketKeys { keys: numbers.iter().map(|number| key(*number)).collect(), renew_after: 100 }
    }

    #[test]
    fn a_ticket_opens_while_its_key_is_known() {
        let (here, there) = (Tickets::new(Duration::from_secs(60)), Tickets::new(Duration::from_secs(60)));
        assert!(here.is_stale() && !here.is_stale() && !here.enabled());
        here.learn(keys(&[1]));
        there.learn(keys(&[2, 1]));
        let ticket = here.encrypt(b"secret").unwrap();
        assert_eq!(there.decrypt(&ticket).unwrap(), b"secret");
        there.learn(keys(&[3, 2]));
        assert_eq!(there.decrypt(&ticket), None);
    }

    #[test]
    fn a_ticket_that_was_changed_or_cut_does_not_open() {
        let tickets = Tickets::new(Duration::from_secs(60));
        tickets.learn(keys(&[1]));
        let ticket = tickets.encrypt(b"secret").unwrap();
        for at in 0..ticket.len() {
            let mut bad = ticket.clone();
            bad[at] ^= 1;
            assert_eq!(tickets.decrypt(&bad), None);
            assert_eq!(tickets.decrypt(&ticket[..at]), None);
        }
    }
}
