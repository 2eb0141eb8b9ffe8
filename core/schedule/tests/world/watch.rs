//! Watches that no limit is ever exceeded, and remembers who was in an agent's hands when the queue manager died.

use super::limits::Rules;
use super::{Flight, Name};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub struct Watch {
    in_hand: BTreeSet<Name>,
    /// When the last request of a transport and of a destination ended.
    ended: BTreeMap<String, i64>,
}

impl Watch {
    /// An agent had this recipient when the queue manager died: it may get the message twice.
    pub fn in_hand(&mut self, name: Name) {
        self.in_hand.insert(name);
    }

    pub fn was_in_hand(&self, name: &Name) -> bool {
        self.in_hand.contains(name)
    }

    /// A new queue manager knows of no pauses.
    pub fn forget(&mut self) {
        self.ended.clear();
    }

    /// Rate delays: a request goes out only when the pause since the last one is over.
    pub fn departs(&self, flight: &Flight, now: i64, rules: &Rules) {
        let limits = &rules.transports[flight.transport.as_str()];
        assert!(!flight.recipients.is_empty());
        let most = limits.recipients_per_delivery;
        assert!(most == 0 || flight.recipients.len() <= most, "{} recipients", flight.recipients.len());
        for (key, delay) in [
            (flight.transport.clone(), limits.transport_rate_delay),
            (destination(flight, rules), limits.destination_rate_delay),
        ] {
            let since = self.ended.get(&key).map_or(i64::MAX, |ended| now - ended);
            assert!(since >= delay, "{key}: a request {since} s after the last one");
        }
    }

    pub fn lands(&mut self, flight: &Flight, now: i64, rules: &Rules) {
        self.ended.insert(flight.transport.clone(), now);
        self.ended.insert(destination(flight, rules), now);
    }

    /// Concurrency and process limits.
    pub fn check<'a>(&self, flights: impl Iterator<Item = &'a Flight>, rules: &Rules) {
        let mut by_transport: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_destination: BTreeMap<String, (&str, usize)> = BTreeMap::new();
        for flight in flights {
            *by_transport.entry(&flight.transport).or_default() += 1;
            by_destination.entry(destination(flight, rules)).or_insert((&flight.transport, 0)).1 += 1;
        }
        for (name, busy) in by_transport {
            let limits = &rules.transports[name];
            let most = if limits.transport_rate_delay > 0 { 1 } else { limits.processes };
            assert!(most == 0 || busy <= most, "{busy} requests for {name}");
        }
        for (key, (name, busy)) in by_destination {
            let limits = &rules.transports[name];
            let most = if limits.destination_rate_delay > 0 { 1 } else { limits.concurrency };
            assert!(most == 0 || busy <= most, "{busy} requests for {key}");
        }
    }
}

/// A recipient is a destination of its own when requests hold only one.
fn destination(flight: &Flight, rules: &Rules) -> String {
    let alone = rules.transports[flight.transport.as_str()].recipients_per_delivery == 1;
    let name = if alone { flight.recipients[0].address.as_str() } else { &flight.nexthop };
    format!("{} {name}", flight.transport)
}
