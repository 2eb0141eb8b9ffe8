//! Sessions kept open for the next message to the same place (`smtp_connection_cache_on_demand`,
//! `smtp_connection_cache_destinations`). Postfix keeps them in scache(8), because each of its clients serves one
//! message at a time; here one process serves all, so they stay in the process.

use crate::session::Session;
use crate::settings::CacheSettings;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tables::{DomainList, TableError};
use tokio::sync::Notify;

/// Idle sessions.
pub struct Cache {
    settings: CacheSettings,
    destinations: DomainList,
    idle: RefCell<Vec<Idle>>,
    seen: RefCell<HashMap<String, Instant>>,
    kept: Notify,
}

struct Idle {
    place: String,
    session: Session,
    since: Instant,
}

impl Cache {
    /// Nothing is kept yet.
    pub fn new(settings: CacheSettings, destinations: DomainList) -> Self {
        let (idle, seen) = (RefCell::default(), RefCell::default());
        Self { settings, destinations, idle, seen, kept: Notify::new() }
    }

    /// A message for this place is here. True when sessions to it are worth keeping: the place is listed, or
    /// mail for it comes thick and fast.
    pub async fn is_busy(&self, place: &str, name: &str) -> Result<bool, TableError> {
        if self.destinations.matches(name).await? {
            return Ok(true);
        }
        let mut seen = self.seen.borrow_mut();
        if seen.len() >= REMEMBERED {
            seen.retain(|_, at| at.elapsed() < BUSY);
        }
        let before = seen.insert(place.to_owned(), Instant::now());
        Ok(self.settings.on_demand && before.is_some_and(|at| at.elapsed() < BUSY))
    }

    /// A session to this place, if one is idle. Whether the server still wants it shows when it is used.
    pub fn take(&self, place: &str) -> Option<Session> {
        let mut idle = self.idle.borrow_mut();
        let at = idle.iter().rposition(|each| each.place == place)?;
        Some(idle.remove(at).session)
    }

    /// Keeps a session, or gives it back when it has served long enough.
    pub fn keep(&self, place: &str, session: Session) -> Option<Session> {
        let CacheSettings { reuse_time, reuse_count, .. } = self.settings;
        let worn = session.opened.elapsed() >= reuse_time || (reuse_count > 0 && session.uses >= reuse_count);
        let mut idle = self.idle.borrow_mut();
        if worn || idle.len() >= MOST {
            return Some(session);
        }
        idle.push(Idle { place: place.to_owned(), session, since: Instant::now() });
        self.kept.notify_one();
        None
    }

    /// Says goodbye to sessions that nobody needed in time; for ever.
    pub async fn sweep(&self) {
        loop {
            while self.idle.borrow().is_empty() {
                self.kept.notified().await;
            }
            tokio::time::sleep(TICK).await;
            for session in self.expired() {
                session.quit(false).await;
            }
        }
    }

    fn expired(&self) -> Vec<Session> {
        let mut idle = self.idle.borrow_mut();
        let old = |each: &Idle| each.since.elapsed() >= self.settings.time_limit;
        let (gone, stay) = idle.drain(..).partition(old);
        *idle = stay;
        Vec::into_iter(gone).map(|each| each.session).collect()
    }
}

/// Mail for one place within this time of the last makes it busy.
const BUSY: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(250);
/// Idle sessions at a time; more are not worth their descriptors.
const MOST: usize = 200;
/// Places whose last mail is remembered before old ones are forgotten.
const REMEMBERED: usize = 1000;
