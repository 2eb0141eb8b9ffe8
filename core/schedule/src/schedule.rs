//! The brain itself: takes events apart, keeps the ledger of messages, and lets transports send what they may.

use crate::destination::DestinationKey;
use crate::message::Message;
use crate::retry::Fate;
use crate::transport::{Landing, Transport};
use crate::{
    Action, Arrival, Clog, DeliveryId, Event, Health, Limits, RETRY, Report, Routed, TransportLimits,
};
use mail::{Diagnosis, Enhanced, QueueId, Recipient, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The state of the active queue.
pub struct Schedule {
    limits: Limits,
    transport_limits: Box<dyn Fn(&str) -> TransportLimits>,
    transports: BTreeMap<String, Transport>,
    messages: HashMap<QueueId, Message>,
    flights: HashMap<DeliveryId, Flight>,
    timers: BTreeSet<(Timestamp, Wake)>,
    recipients: usize,
    last_delivery: u64,
    quiet_until: Timestamp,
    /// Transports that may be able to send; emptied at the end of each event.
    touched: BTreeSet<String>,
}

struct Flight {
    message: QueueId,
    recipients: usize,
    /// None for what no agent got.
    route: Option<(String, DestinationKey)>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wake {
    Transport(String),
    Destination(String, DestinationKey),
    TransportPause(String),
    DestinationPause(String, DestinationKey),
}

impl Schedule {
    /// An empty active queue. `transport_limits` is asked once for each transport that mail goes to.
    pub fn new(limits: Limits, transport_limits: impl Fn(&str) -> TransportLimits + 'static) -> Self {
        Self {
            limits,
            transport_limits: Box::new(transport_limits),
            transports: BTreeMap::new(),
            messages: HashMap::new(),
            flights: HashMap::new(),
            timers: BTreeSet::new(),
            recipients: 0,
            last_delivery: 0,
            quiet_until: Timestamp::default(),
            touched: BTreeSet::new(),
        }
    }

    /// May another message enter the active queue (`qmgr_message_active_limit`)?
    pub fn has_room(&self) -> bool {
        self.messages.len() < self.limits.active_messages
    }

    /// How many recipients a message may be opened with: half of what is free, so that one big message leaves
    /// room for others, but at least `qmgr_message_recipient_minimum`.
    pub fn allowance(&self) -> usize {
        let free = self.limits.recipients.saturating_sub(self.recipients);
        (free / 2).max(self.limits.recipient_minimum).max(1)
    }

    /// Is the message in the active queue?
    pub fn holds(&self, message: &QueueId) -> bool {
        self.messages.contains_key(message)
    }

    /// How many messages are active.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// No message is active.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// When [`Event::Timer`] is due next.
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Takes in what happened and says what to do about it.
    pub fn on(&mut self, event: Event, now: Timestamp) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Arrived(arrival) => self.arrived(arrival, now, &mut actions),
            Event::Refilled { message, recipients, more } => {
                self.refilled(&message, recipients, more, now, &mut actions);
            }
            Event::Unread { message } => self.unread(&message, now, &mut actions),
            Event::Finished { delivery, report } => self.finished(delivery, report, now, &mut actions),
            Event::Timer => {}
            Event::Revive => self.revive(),
        }
        self.wake(now);
        self.send(now, &mut actions);
        actions
    }

    fn arrived(&mut self, arrival: Arrival, now: Timestamp, actions: &mut Vec<Action>) {
        let id = arrival.message.clone();
        self.messages.insert(id.clone(), Message::of(&arrival));
        self.enlist(&id, arrival.recipients, now, actions);
        self.settle(&id, None, now, actions);
    }

    fn refilled(
        &mut self,
        id: &QueueId,
        recipients: Vec<Routed>,
        more: bool,
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let Some(message) = self.messages.get_mut(id) else { return };
        message.refilling = false;
        message.more = more;
        self.enlist(id, recipients, now, actions);
        self.settle(id, None, now, actions);
    }

    fn unread(&mut self, id: &QueueId, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(message) = self.messages.get_mut(id) else { return };
        (message.refilling, message.more, message.unread) = (false, false, true);
        self.settle(id, None, now, actions);
    }

    fn enlist(&mut self, id: &QueueId, routed: Vec<Routed>, now: Timestamp, actions: &mut Vec<Action>) {
        if let Some(message) = self.messages.get_mut(id) {
            message.pending += routed.len();
        }
        self.recipients += routed.len();
        for recipient in routed {
            self.route(id, recipient, now, actions);
        }
    }

    /// Puts a recipient in line for its destination, or for `retry` when that is not to be tried.
    fn route(&mut self, id: &QueueId, routed: Routed, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(message) = self.messages.get(id) else { return };
        if message.lifetime.is_forced() {
            let why = Diagnosis::new(Enhanced::new(7, 0), "message is administratively expired");
            return self.retry(id, routed.recipient, &why, now, actions);
        }
        let (flush, undefer, one_by_one) = (message.flush, message.undefer, message.one_by_one);
        if !undefer && self.limits.defer_transports.contains(&routed.transport) {
            let why = Diagnosis::new(Enhanced::new(3, 2), "deferred transport");
            return self.retry(id, routed.recipient, &why, now, actions);
        }
        let transport = self.transport(&routed.transport);
        if let Some(why) = transport.suspended.clone().filter(|_| !flush) {
            return self.retry(id, routed.recipient, &why, now, actions);
        }
        let key = DestinationKey::for_recipient(&routed, &transport.limits);
        if flush {
            transport.suspended = None;
            transport.revive(&key);
        } else if let Some(why) = transport.dead(&key).map(suspended) {
            return self.retry(id, routed.recipient, &why, now, actions);
        }
        let name = routed.transport.clone();
        transport.add(id, one_by_one, routed, now);
        let crowd = transport.crowd(&key);
        self.complain_about_clog(&name, key, crowd, now, actions);
        self.touched.insert(name);
    }

    /// Sends a recipient to the `retry` service, which logs the delay; when that is out of order, says so.
    fn retry(
        &mut self,
        id: &QueueId,
        recipient: Recipient,
        why: &Diagnosis,
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let nexthop = format!("{} {}", why.enhanced.with_class(4), why.reason);
        let one_by_one = self.messages.get(id).is_some_and(|m| m.one_by_one);
        let transport = self.transport(RETRY);
        if transport.suspended.is_some() {
            let route = None;
            let delivery = self.take_off(Flight { message: id.clone(), recipients: 1, route });
            let (message, recipients, diagnosis) = (id.clone(), vec![recipient], why.clone());
            actions.push(Action::Postpone { delivery, message, recipients, diagnosis });
            return;
        }
        transport.add(id, one_by_one, Routed { transport: RETRY.to_owned(), nexthop, recipient }, now);
        self.touched.insert(RETRY.to_owned());
    }

    fn finished(&mut self, delivery: DeliveryId, report: Report, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(flight) = self.flights.remove(&delivery) else { return };
        let untold = if flight.route.is_some() { report.untold } else { Vec::new() };
        let told = flight.recipients.saturating_sub(untold.len());
        self.recipients = self.recipients.saturating_sub(told);
        if let Some(message) = self.messages.get_mut(&flight.message) {
            message.pending = message.pending.saturating_sub(told);
            message.deferred += report.deferred;
        }
        let mut via = None;
        if let Some((name, key)) = flight.route {
            let landing = self.land(&name, &key, flight.recipients, &report.health, now);
            // What `retry` does says nothing about any destination.
            if self.limits.explain_feedback && name != RETRY {
                actions.extend(landing.explanation.into_iter().map(Action::Explain));
            }
            match (landing.died, &report.health) {
                (true, Health::Unreachable(why)) => self.bury(&name, &key, why, now, actions),
                (_, Health::AgentFailed(why)) => self.suspend(&name, why, now, actions),
                _ => {}
            }
            let why = match &report.health {
                Health::AgentFailed(why) | Health::Unreachable(why) => why.clone(),
                Health::Answered => Diagnosis::new(Enhanced::new(3, 0), "unknown mail transport error"),
            };
            for recipient in untold {
                self.retry(&flight.message, recipient, &why, now, actions);
            }
            via = Some(name);
        }
        self.settle(&flight.message, via.as_deref(), now, actions);
    }

    /// Tells the transport that a request is back, and starts the pauses that the rate delays ask for.
    fn land(
        &mut self,
        name: &str,
        key: &DestinationKey,
        recipients: usize,
        health: &Health,
        now: Timestamp,
    ) -> Landing {
        self.touched.insert(name.to_owned());
        let transport = self.transport(name);
        let (of_transport, of_destination) =
            (transport.limits.transport_rate_delay, transport.limits.destination_rate_delay);
        if of_transport > 0 {
            transport.pausing = true;
        }
        if of_destination > 0 {
            transport.pause(key, true);
        }
        let landing = transport.finish(key, recipients, health);
        if of_transport > 0 {
            self.timers.insert((now.plus_seconds(of_transport), Wake::TransportPause(name.to_owned())));
        }
        if of_destination > 0 {
            let wake = Wake::DestinationPause(name.to_owned(), key.clone());
            self.timers.insert((now.plus_seconds(of_destination), wake));
        }
        landing
    }

    /// A dead destination: what waits for it is deferred without trying, until `minimal_backoff_time` is over.
    fn bury(
        &mut self,
        name: &str,
        key: &DestinationKey,
        why: &Diagnosis,
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let until = now.plus_seconds(self.limits.minimal_backoff);
        let mail = self.transport(name).drain(key);
        self.timers.insert((until, Wake::Destination(name.to_owned(), key.clone())));
        for (id, recipient) in mail {
            self.retry(&id, recipient, &suspended(why), now, actions);
        }
    }

    /// A broken agent: all that waits for the transport is deferred, until `transport_retry_time` is over.
    fn suspend(&mut self, name: &str, why: &Diagnosis, now: Timestamp, actions: &mut Vec<Action>) {
        let until = now.plus_seconds(self.limits.transport_retry);
        let mail = self.transport(name).suspend(why.clone());
        self.timers.insert((until, Wake::Transport(name.to_owned())));
        for (key, id, recipient) in mail {
            // What waits for `retry` keeps the reason that it was sent there for.
            let kept = if name == RETRY { parse_reason(&key.nexthop) } else { None };
            self.retry(&id, recipient, kept.as_ref().unwrap_or(why), now, actions);
        }
    }

    fn revive(&mut self) {
        for transport in self.transports.values_mut() {
            transport.revive_all();
        }
        self.timers.retain(|(_, wake)| matches!(wake, Wake::TransportPause(_) | Wake::DestinationPause(..)));
        self.touched.extend(self.transports.keys().cloned());
    }

    fn wake(&mut self, now: Timestamp) {
        while self.timers.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, wake)) = self.timers.pop_first() else { return };
            let name = match &wake {
                Wake::Transport(name) | Wake::TransportPause(name) => name.clone(),
                Wake::Destination(name, _) | Wake::DestinationPause(name, _) => name.clone(),
            };
            let transport = self.transport(&name);
            match wake {
                Wake::Transport(_) => transport.suspended = None,
                Wake::TransportPause(_) => transport.pausing = false,
                Wake::Destination(_, key) => transport.revive(&key),
                Wake::DestinationPause(_, key) => transport.pause(&key, false),
            }
            self.touched.insert(name);
        }
    }

    /// Lets each transport that something happened to send what it may.
    fn send(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        for name in std::mem::take(&mut self.touched) {
            while let Some(batch) = self.transport(&name).next(now) {
                let nexthop = batch.key.nexthop.clone();
                let (message, recipients) = (batch.message, batch.recipients);
                let route = Some((name.clone(), batch.key));
                let flight = Flight { message: message.clone(), recipients: recipients.len(), route };
                let delivery = self.take_off(flight);
                actions.push(Action::Deliver {
                    delivery,
                    message,
                    transport: name.clone(),
                    nexthop,
                    recipients,
                });
            }
        }
    }

    /// After anything that may have finished a message, or made room for more of it.
    fn settle(&mut self, id: &QueueId, via: Option<&str>, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(message) = self.messages.get(id) else { return };
        if message.finished() {
            let action = self.conclude(id, now);
            actions.extend(action);
        } else if message.more && !message.refilling {
            self.refill(id, via, now, actions);
        }
    }

    fn refill(&mut self, id: &QueueId, via: Option<&str>, now: Timestamp, actions: &mut Vec<Action>) {
        let own = via.map(|name| self.transport(name));
        let room = own.as_ref().map_or(usize::MAX, |transport| transport.room_for(id));
        let own = own.map_or_else(TransportLimits::default, |transport| transport.limits.clone());
        let limit = self.allowance().min(room).max(self.limits.recipient_minimum).max(1);
        let Some(message) = self.messages.get_mut(id) else { return };
        let next_time = now.plus_seconds(own.refill_delay);
        let due = now >= *message.refill_at.get_or_insert(next_time);
        let worth_it = limit >= own.refill;
        if message.pending > 0 && !worth_it && !due {
            return;
        }
        message.refilling = true;
        message.refill_at = Some(next_time);
        actions.push(Action::Refill { message: id.clone(), limit });
    }

    /// The end of a pass over a message.
    fn conclude(&mut self, id: &QueueId, now: Timestamp) -> Option<Action> {
        let message = self.messages.remove(id)?;
        let id = id.clone();
        if message.unread {
            // Not even a message that is too old may go: somebody in it was never named.
            let until = now.plus_seconds(self.limits.minimal_backoff);
            return Some(Action::Defer { message: id, until, warn: false });
        }
        if message.deferred == 0 {
            return Some(Action::Remove { message: id });
        }
        Some(match message.lifetime.fate(&self.limits, now) {
            Fate::Retry { until, warn } => Action::Defer { message: id, until, warn },
            Fate::Expired { forced } => Action::Expire { message: id, forced },
        })
    }

    /// `qmgr_clog_warn_time`: one destination has more than its fifth of the active queue, and that is not because of
    /// messages with many recipients.
    fn complain_about_clog(
        &mut self,
        transport: &str,
        key: DestinationKey,
        (requests, at_limit): (usize, Option<usize>),
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let active = self.messages.len();
        let crowded = requests > self.limits.active_messages / 5 && self.recipients * 10 <= active * 11;
        if self.limits.clog_warn == 0 || !crowded || now < self.quiet_until {
            return;
        }
        self.quiet_until = now.plus_seconds(self.limits.clog_warn);
        let (transport, nexthop) = (transport.to_owned(), key.nexthop);
        actions.push(Action::Clogged(Clog { transport, nexthop, requests, active, at_limit }));
    }

    fn take_off(&mut self, flight: Flight) -> DeliveryId {
        self.last_delivery += 1;
        let delivery = DeliveryId(self.last_delivery);
        self.flights.insert(delivery, flight);
        delivery
    }

    fn transport(&mut self, name: &str) -> &mut Transport {
        let limits = &self.transport_limits;
        self.transports.entry(name.to_owned()).or_insert_with(|| Transport::new(limits(name)))
    }
}

/// What the mail for a dead destination is told.
fn suspended(why: &Diagnosis) -> Diagnosis {
    let reason = format!("delivery temporarily suspended: {}", why.reason);
    Diagnosis { reason, ..why.clone() }
}

/// The next hop of `retry`, taken apart again.
fn parse_reason(nexthop: &str) -> Option<Diagnosis> {
    let (status, reason) = nexthop.split_once(' ')?;
    Some(Diagnosis::new(Enhanced::parse(status)?.1, reason))
}
