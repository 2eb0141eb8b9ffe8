//! Destinations, endpoints and connections, each with its end. Time comes in; connections are whatever the caller keeps.

use std::collections::HashMap;
use std::time::Instant;

/// What is kept.
pub(super) struct Store<C> {
    destinations: HashMap<String, Vec<Binding>>,
    endpoints: HashMap<String, Vec<Kept<C>>>,
    /// Connections in all endpoints.
    count: usize,
    domain: Lookups,
    address: Lookups,
    most: Most,
}

struct Binding {
    endpoint: String,
    until: Instant,
}

struct Kept<C> {
    properties: Vec<u8>,
    connection: C,
    until: Instant,
}

#[derive(Clone, Copy, Default)]
struct Lookups {
    hits: u64,
    misses: u64,
}

/// The most at a time.
#[derive(Clone, Copy, Default, PartialEq)]
struct Most {
    domains: usize,
    addresses: usize,
    connections: usize,
}

impl<C> Default for Store<C> {
    fn default() -> Self {
        Self {
            destinations: HashMap::new(),
            endpoints: HashMap::new(),
            count: 0,
            domain: Lookups::default(),
            address: Lookups::default(),
            most: Most::default(),
        }
    }
}

impl<C> Store<C> {
    /// Keeps a connection; the one that would end first gives way when there are too many.
    pub(super) fn save_endpoint(
        &mut self,
        endpoint: String,
        properties: Vec<u8>,
        connection: C,
        until: Instant,
        now: Instant,
    ) {
        self.expire(now);
        if self.count >= MOST_CONNECTIONS {
            self.drop_first_to_end();
        }
        self.endpoints.entry(endpoint).or_default().push(Kept { properties, connection, until });
        self.count += 1;
        self.note_most();
    }

    /// Binds a destination to an endpoint; a binding that is there gets a new end.
    pub(super) fn save_destination(
        &mut self,
        destination: String,
        endpoint: String,
        until: Instant,
        now: Instant,
    ) {
        self.expire(now);
        if self.destinations.len() >= MOST_CONNECTIONS && !self.destinations.contains_key(&destination) {
            return;
        }
        let bindings = self.destinations.entry(destination).or_default();
        bindings.retain(|binding| binding.endpoint != endpoint);
        if bindings.len() < MOST_ENDPOINTS {
            bindings.push(Binding { endpoint, until });
        }
        self.note_most();
    }

    /// Takes a connection out.
    pub(super) fn find_endpoint(&mut self, endpoint: &str, now: Instant) -> Option<(Vec<u8>, C)> {
        self.expire(now);
        let found = self.take(endpoint);
        self.address.note(found.is_some());
        found
    }

    /// Takes a connection to any of a destination's endpoints out.
    pub(super) fn find_destination(&mut self, destination: &str, now: Instant) -> Option<(Vec<u8>, C)> {
        self.expire(now);
        let bindings = self.destinations.get(destination).map(Vec::as_slice).unwrap_or_default();
        let endpoint = bindings.iter().find(|binding| self.endpoints.contains_key(&binding.endpoint));
        let endpoint = endpoint.map(|binding| binding.endpoint.clone());
        let found = endpoint.and_then(|endpoint| self.take(&endpoint));
        self.domain.note(found.is_some());
        found
    }

    /// Forgets what is over; connections close when they are dropped.
    pub(super) fn expire(&mut self, now: Instant) {
        self.destinations.retain(|_, bindings| {
            bindings.retain(|binding| binding.until > now);
            !bindings.is_empty()
        });
        self.endpoints.retain(|_, kept| {
            kept.retain(|each| each.until > now);
            !kept.is_empty()
        });
        self.count = self.endpoints.values().map(Vec::len).sum();
    }

    /// What happened since the last time, in Postfix's words; nothing when nothing did.
    pub(super) fn statistics(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, lookups) in [("domain", &mut self.domain), ("address", &mut self.address)] {
            let Lookups { hits, misses } = std::mem::take(lookups);
            if let Some(success) = (hits * 100).checked_div(hits + misses) {
                lines.push(format!("{name} lookup hits={hits} miss={misses} success={success}%"));
            }
        }
        let now = self.now_kept();
        let Most { domains, addresses, connections } = std::mem::replace(&mut self.most, now);
        if domains + addresses + connections > 0 {
            lines.push(format!(
                "max simultaneous domains={domains} addresses={addresses} connection={connections}"
            ));
        }
        lines
    }

    fn take(&mut self, endpoint: &str) -> Option<(Vec<u8>, C)> {
        let kept = self.endpoints.get_mut(endpoint)?;
        // The last one has been idle for the shortest time.
        let Kept { properties, connection, .. } = kept.pop()?;
        if kept.is_empty() {
            self.endpoints.remove(endpoint);
        }
        self.count -= 1;
        Some((properties, connection))
    }

    fn drop_first_to_end(&mut self) {
        let first =
            self.endpoints.iter().filter_map(|(name, kept)| Some((kept.first()?.until, name.clone()))).min();
        if let Some((_, name)) = first
            && let Some(kept) = self.endpoints.get_mut(&name)
        {
            kept.remove(0);
            if kept.is_empty() {
                self.endpoints.remove(&name);
            }
            self.count -= 1;
        }
    }

    fn now_kept(&self) -> Most {
        Most { domains: self.destinations.len(), addresses: self.endpoints.len(), connections: self.count }
    }

    fn note_most(&mut self) {
        let now = self.now_kept();
        self.most = Most {
            domains: self.most.domains.max(now.domains),
            addresses: self.most.addresses.max(now.addresses),
            connections: self.most.connections.max(now.connections),
        };
    }
}

impl Lookups {
    fn note(&mut self, hit: bool) {
        if hit {
            self.hits += 1;
        } else {
            self.misses += 1;
        }
    }
}

/// Connections at a time; more are not worth their descriptors.
const MOST_CONNECTIONS: usize = 1000;
/// Endpoints of one destination.
const MOST_ENDPOINTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn filled(now: Instant) -> Store<u32> {
        let mut store = Store::default();
        let until = now + Duration::from_secs(2);
        for (endpoint, connection) in [("a", 1), ("b", 2), ("b", 3)] {
            store.save_endpoint(endpoint.into(), endpoint.into(), connection, until, now);
        }
        store.save_destination("one".into(), "a".into(), until, now);
        store.save_destination("two".into(), "a".into(), until, now);
        store.save_destination("two".into(), "b".into(), until, now);
        store
    }

    #[test]
    fn a_destination_leads_to_its_endpoints_until_they_are_used_up() {
        let now = Instant::now();
        let mut store = filled(now);
        let mut found = |name: &str| store.find_destination(name, now).map(|(_, connection)| connection);
        assert_eq!((found("one"), found("one")), (Some(1), None));
        assert_eq!((found("two"), found("two"), found("two")), (Some(3), Some(2), None));
        assert_eq!(found("none"), None);
        assert_eq!(store.find_endpoint("a", now), None);
    }

    #[test]
    fn what_is_over_is_not_found() {
        let now = Instant::now();
        let mut store = filled(now);
        assert_eq!(store.find_endpoint("b", now).unwrap().1, 3);
        let later = now + Duration::from_secs(2);
        assert_eq!(store.find_endpoint("b", later), None);
        assert_eq!(store.count, 0);
    }

    #[test]
    fn too_many_connections_push_out_the_oldest() {
        let now = Instant::now();
        let mut store = Store::default();
        for number in 0..MOST_CONNECTIONS as u64 + 5 {
            let until = now + Duration::from_millis(1000 + number);
            store.save_endpoint("e".into(), vec![], number, until, now);
        }
        assert_eq!((store.count, store.endpoints["e"][0].connection), (MOST_CONNECTIONS, 5));
    }

    #[test]
    fn statistics_have_postfixs_words_and_begin_anew() {
        let now = Instant::now();
        let mut store = filled(now);
        store.find_destination("one", now);
        store.find_destination("one", now);
        store.find_destination("x", now);
        store.find_endpoint("b", now);
        assert_eq!(
            store.statistics(),
            [
                "domain lookup hits=1 miss=2 success=33%",
                "address lookup hits=1 miss=0 success=100%",
                "max simultaneous domains=2 addresses=2 connection=3"
            ]
        );
        assert_eq!(store.statistics(), ["max simultaneous domains=2 addresses=1 connection=1"]);
        store.expire(now + Duration::from_secs(9));
        store.statistics();
        assert!(store.statistics().is_empty());
    }
}
