//! Sessions kept open for the next message to the same place (`smtp_connection_cache_on_demand`,
//! `smtp_connection_cache_destinations`). Postfix keeps them in scache(8), because each of its clients serves one
//! message at a time. Here one process serves many, so a session waits in the process for a moment, and only one that
//! nobody needed goes to scache, where other processes find it too.

use crate::session::Session;
use crate::settings::{CacheSettings, Timeouts};
use crate::shared::Shared;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tables::{DomainList, TableError, Warn};
use tokio::sync::Notify;

/// Idle sessions.
pub struct Cache {
    settings: CacheSettings,
    destinations: DomainList,
    idle: RefCell<Vec<Idle>>,
    seen: RefCell<HashMap<String, Instant>>,
    kept: Notify,
    shared: Shared,
}

/// By which names a session is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The destination, and whatever else a session to it must have in common with a delivery.
    pub destination: String,
    /// The server's address, when all sessions to it are alike; None: only the destination finds it.
    pub endpoint: Option<String>,
}

struct Idle {
    place: Place,
    session: Session,
    since: Instant,
}

impl Idle {
    fn may_leave(&self, idle_for: Duration) -> bool {
        self.session.may_rest() && self.since.elapsed() >= idle_for
    }
}

impl Cache {
    /// Nothing is kept yet.
    pub fn new(
        settings: CacheSettings,
        destinations: DomainList,
        timeouts: Rc<Timeouts>,
        warn: Warn,
    ) -> Self {
        let shared = Shared::new(&settings, timeouts, warn);
        let (idle, seen) = (RefCell::default(), RefCell::default());
        Self { settings, destinations, idle, seen, kept: Notify::new(), shared }
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

    /// A session to this destination, if one is idle. Whether the server still wants it shows when it is used.
    pub async fn take(&self, destination: &str) -> Option<Session> {
        match self.take_own(|place| place.destination == destination) {
            Some(session) => Some(session),
            None => self.shared.find_destination(destination).await,
        }
    }

    /// A session to this server that was opened for another destination.
    pub async fn take_endpoint(&self, endpoint: &str) -> Option<Session> {
        match self.take_own(|place| place.endpoint.as_deref() == Some(endpoint)) {
            Some(session) => Some(session),
            None => self.shared.find_endpoint(endpoint).await,
        }
    }

    fn take_own(&self, wanted: impl Fn(&Place) -> bool) -> Option<Session> {
        let mut idle = self.idle.borrow_mut();
        let at = idle.iter().rposition(|each| wanted(&each.place))?;
        Some(idle.remove(at).session)
    }

    /// Keeps a session, or gives it back when it has served long enough.
    pub fn keep(&self, place: Place, session: Session) -> Option<Session> {
        let CacheSettings { reuse_time, reuse_count, .. } = self.settings;
        // The first use is no reuse.
        let worn = session.opened.elapsed() >= reuse_time || (reuse_count > 0 && session.uses > reuse_count);
        let mut idle = self.idle.borrow_mut();
        if worn || idle.len() >= MOST {
            return Some(session);
        }
        idle.push(Idle { place, session, since: Instant::now() });
        self.kept.notify_one();
        None
    }

    /// Looks after the sessions that nobody needs; for ever.
    pub async fn sweep(&self) {
        loop {
            while self.idle.borrow().is_empty() {
                self.kept.notified().await;
            }
            tokio::time::sleep(TICK).await;
            self.hand_over(TICK).await;
        }
    }

    /// Gives sessions that have been idle for so long to scache. Those that it can't keep stay here until their time is
    /// over.
    pub async fn hand_over(&self, idle_for: Duration) {
        for session in self.remove(|each| each.since.elapsed() >= self.settings.time_limit) {
            session.session.quit(false).await;
        }
        for place in self.places(idle_for) {
            // While scache is asked, maybe started, the session is still here for whoever needs it.
            if !self.shared.bind(&place, self.settings.time_limit).await {
                continue;
            }
            for Idle { session, since, .. } in
                self.remove(|each| each.place == place && each.may_leave(idle_for))
            {
                let left = self.settings.time_limit.saturating_sub(since.elapsed());
                self.shared.save(&place, session, left).await;
            }
        }
    }

    /// The places of sessions that have been idle for so long.
    fn places(&self, idle_for: Duration) -> Vec<Place> {
        let idle = self.idle.borrow();
        let mut places: Vec<Place> = Vec::new();
        for each in idle.iter().filter(|each| each.may_leave(idle_for)) {
            if !places.contains(&each.place) {
                places.push(each.place.clone());
            }
        }
        places
    }

    fn remove(&self, wanted: impl Fn(&Idle) -> bool) -> Vec<Idle> {
        let mut idle = self.idle.borrow_mut();
        let (gone, stay) = idle.drain(..).partition(wanted);
        *idle = stay;
        gone
    }
}

/// Mail for one place within this time of the last makes it busy.
const BUSY: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(250);
/// Idle sessions at a time; more are not worth their descriptors.
const MOST: usize = 200;
/// Places whose last mail is remembered before old ones are forgotten.
const REMEMBERED: usize = 1000;
