//! One transport: its jobs in order of arrival, its destinations, and which request goes out next.
//! The oldest message goes first; destinations of one message take turns; small mail may overtake big mail.

use crate::destination::{Destination, DestinationKey};
use crate::feedback::general;
use crate::job::Job;
use crate::{Health, Routed, TransportLimits};
use mail::{Diagnosis, QueueId, Recipient, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A transport of master.cf with its mail.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) limits: TransportLimits,
    destinations: HashMap<DestinationKey, Destination>,
    jobs: HashMap<QueueId, Job>,
    /// Destinations that may get a request, by (oldest job that waits for it, last served).
    ready: BTreeMap<(u64, u64), DestinationKey>,
    /// Jobs by size in requests, then by age: who may overtake.
    by_size: BTreeSet<(usize, u64, Option<QueueId>)>,
    /// Jobs that go before their turn; the last one first.
    overtaking: Vec<QueueId>,
    busy: usize,
    /// Recipients that wait or travel.
    in_memory: usize,
    /// Why no agent is asked.
    pub(crate) suspended: Option<Diagnosis>,
    /// `transport_rate_delay` has not passed yet.
    pub(crate) pausing: bool,
    stamp: u64,
}

/// What one request holds.
pub(crate) struct Batch {
    pub(crate) message: QueueId,
    pub(crate) key: DestinationKey,
    pub(crate) recipients: Vec<Recipient>,
}

/// What the end of a request means for its destination.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Landing {
    pub(crate) died: bool,
    /// For `destination_concurrency_feedback_debug`.
    pub(crate) explanation: Vec<String>,
}

impl Transport {
    pub(crate) fn new(limits: TransportLimits) -> Self {
        Self {
            limits,
            destinations: HashMap::new(),
            jobs: HashMap::new(),
            ready: BTreeMap::new(),
            by_size: BTreeSet::new(),
            overtaking: Vec::new(),
            busy: 0,
            in_memory: 0,
            suspended: None,
            pausing: false,
            stamp: 0,
        }
    }

    /// Why a recipient for this destination should not wait here.
    pub(crate) fn dead(&self, key: &DestinationKey) -> Option<&Diagnosis> {
        self.destinations.get(key)?.dead.as_ref()
    }

    /// Puts a recipient in line.
    pub(crate) fn add(&mut self, message: &QueueId, one_by_one: bool, routed: Routed, now: Timestamp) {
        let key = DestinationKey::for_recipient(&routed, &self.limits);
        let fresh = self.next_stamp();
        self.in_memory += 1;
        self.unlist(message);
        let job = self.jobs.entry(message.clone()).or_insert_with(|| Job::new(fresh, now, one_by_one));
        let first = job.add(&key, routed.recipient, &self.limits);
        let sequence = job.sequence;
        self.list(message);
        if first {
            let limits = &self.limits;
            let destination =
                self.destinations.entry(key.clone()).or_insert_with(|| Destination::new(fresh, limits));
            destination.waiting.insert(sequence, message.clone());
            self.refresh(&key);
        }
    }

    /// How many more recipients of the message may be in memory for this transport (`recipient_limit`; those
    /// that overtake may also use `extra_recipient_limit`).
    pub(crate) fn room_for(&self, message: &QueueId) -> usize {
        let extra = if self.overtaking.contains(message) { self.limits.extra_recipients } else { 0 };
        self.limits.recipients.saturating_add(extra).saturating_sub(self.in_memory)
    }

    /// How many requests wait or travel for the destination, about, and whether its concurrency limit holds it back.
    pub(crate) fn crowd(&self, key: &DestinationKey) -> (usize, Option<usize>) {
        let Some(destination) = self.destinations.get(key) else { return (0, None) };
        let limit = Some(self.limits.concurrency).filter(|limit| (1..=destination.busy + 1).contains(limit));
        (destination.waiting.len() + destination.busy, limit)
    }

    /// The next request, when one may go out. Counts it as under way.
    pub(crate) fn next(&mut self, now: Timestamp) -> Option<Batch> {
        if self.suspended.is_some() || self.pausing || self.busy >= self.limits.most_requests() {
            return None;
        }
        let (message, key) = self.choose(now)?;
        let (recipients, emptied) = self.take(&message, &key);
        let stamp = self.next_stamp();
        self.busy += 1;
        if let Some(destination) = self.destinations.get_mut(&key) {
            destination.busy += 1;
            destination.served = stamp;
        }
        if emptied {
            self.forget_waiter(&message, &key);
        }
        self.drop_if_empty(&message);
        self.refresh(&key);
        Some(Batch { message, key, recipients })
    }

    /// A request for so many recipients ended.
    pub(crate) fn finish(&mut self, key: &DestinationKey, recipients: usize, health: &Health) -> Landing {
        self.in_memory = self.in_memory.saturating_sub(recipients);
        self.busy = self.busy.saturating_sub(1);
        let Some(destination) = self.destinations.get_mut(key) else { return Landing::default() };
        let busy = destination.busy;
        destination.busy = busy.saturating_sub(1);
        let (name, effect) = match health {
            Health::Answered if destination.dead.is_some() => {
                destination.revive(&self.limits);
                ("qmgr_queue_unthrottle", None)
            }
            Health::Answered => {
                ("qmgr_queue_unthrottle", Some(destination.window.succeeded(busy, &self.limits)))
            }
            Health::Unreachable(_) if destination.dead.is_none() => {
                ("qmgr_queue_throttle", Some(destination.window.failed(&self.limits)))
            }
            Health::Unreachable(_) | Health::AgentFailed(_) => ("", None),
        };
        let mut landing = Landing::default();
        if let Some(effect) = effect {
            landing.died = effect.dead;
            if let (true, Health::Unreachable(why)) = (effect.dead, health) {
                destination.dead = Some(why.clone());
            }
            let feedback = effect.feedback.map(|amount| format!("{name}: feedback {}", general(amount)));
            landing.explanation.extend(feedback);
            let state = destination.window.explain(key.name(), effect.dead, &self.limits);
            landing.explanation.push(format!("{name}: {state}"));
        }
        self.refresh(key);
        landing
    }

    /// Suspends the whole transport and hands back all its waiting mail.
    pub(crate) fn suspend(&mut self, why: Diagnosis) -> Vec<(DestinationKey, QueueId, Recipient)> {
        self.suspended = Some(why);
        let mut keys: Vec<_> = self.destinations.keys().cloned().collect();
        keys.sort();
        let mut drained = Vec::new();
        for key in keys {
            let mail = self.drain(&key);
            drained.extend(mail.into_iter().map(|(message, recipient)| (key.clone(), message, recipient)));
        }
        drained
    }

    /// A dead destination gets another chance.
    pub(crate) fn revive(&mut self, key: &DestinationKey) {
        if let Some(destination) = self.destinations.get_mut(key) {
            destination.revive(&self.limits);
            self.refresh(key);
        }
    }

    /// Everything gets another chance.
    pub(crate) fn revive_all(&mut self) {
        self.suspended = None;
        let dead: Vec<_> =
            self.destinations.iter().filter(|(_, d)| d.dead.is_some()).map(|(key, _)| key.clone()).collect();
        for key in dead {
            self.revive(&key);
        }
    }

    /// Begins or ends the pause of a destination (`destination_rate_delay`).
    pub(crate) fn pause(&mut self, key: &DestinationKey, pausing: bool) {
        if let Some(destination) = self.destinations.get_mut(key) {
            destination.pausing = pausing;
            self.refresh(key);
        }
    }

    /// Hands back the mail that waits for a destination.
    pub(crate) fn drain(&mut self, key: &DestinationKey) -> Vec<(QueueId, Recipient)> {
        let Some(destination) = self.destinations.get_mut(key) else { return Vec::new() };
        let waiting = std::mem::take(&mut destination.waiting);
        let mut drained = Vec::new();
        for message in waiting.into_values() {
            self.unlist(&message);
            if let Some(job) = self.jobs.get_mut(&message) {
                let recipients = job.take_all(key, &self.limits);
                drained.extend(recipients.into_iter().map(|r| (message.clone(), r)));
            }
            self.list(&message);
            self.drop_if_empty(&message);
        }
        self.in_memory = self.in_memory.saturating_sub(drained.len());
        self.refresh(key);
        drained
    }

    /// Which message goes to which destination next.
    fn choose(&mut self, now: Timestamp) -> Option<(QueueId, DestinationKey)> {
        let (message, key) = self.in_turn()?;
        let room = self.jobs.get(&message)?.room(&self.limits);
        let overtaker = self.overtaker(&message, room.ever, now).filter(|(_, _, size)| *size <= room.now);
        let Some((small, other, size)) = overtaker else { return Some((message, key)) };
        if let Some(job) = self.jobs.get_mut(&message) {
            job.pay(size);
        }
        self.overtaking.push(small.clone());
        Some((small, other))
    }

    /// Who is next when nobody overtakes: those who have already overtaken, then the oldest.
    fn in_turn(&self) -> Option<(QueueId, DestinationKey)> {
        let ahead = self.overtaking.iter().rev();
        if let Some(found) = ahead.filter_map(|m| Some((m.clone(), self.open_destination(m)?))).next() {
            return Some(found);
        }
        let key = self.ready.values().next()?;
        let message = self.destinations.get(key)?.waiting.values().next()?;
        Some((message.clone(), key.clone()))
    }

    /// Who should overtake: of the messages with at most `room` requests that can be delivered now, the one that has
    /// waited longest for each of its requests. Were it just the smallest, a stream of single-recipient mail would
    /// keep mail with two recipients waiting.
    fn overtaker(
        &self,
        current: &QueueId,
        room: usize,
        now: Timestamp,
    ) -> Option<(QueueId, DestinationKey, usize)> {
        let mut best: Option<(f64, (QueueId, DestinationKey, usize))> = None;
        let mut from = 1;
        for _ in 0..SIZES_TO_LOOK_AT {
            let Some((size, _, _)) = self.by_size.range((from, 0, None)..).next() else { break };
            if *size > room {
                break;
            }
            from = size + 1;
            let Some((waited, message, key)) = self.oldest_of_size(current, *size, now) else { continue };
            let worth = (waited + 1.0) / *size as f64;
            if best.as_ref().is_none_or(|(other, _)| worth > *other) {
                best = Some((worth, (message, key, *size)));
            }
        }
        best.map(|(_, found)| found)
    }

    fn oldest_of_size(
        &self,
        current: &QueueId,
        size: usize,
        now: Timestamp,
    ) -> Option<(f64, QueueId, DestinationKey)> {
        let same = self.by_size.range((size, 0, None)..(size + 1, 0, None)).take(BLOCKED_TO_LOOK_AT);
        let messages = same.filter_map(|(_, _, message)| message.as_ref());
        let mut free = messages.filter(|message| *message != current && !self.overtaking.contains(message));
        free.find_map(|message| {
            let waited = now.since(self.jobs.get(message)?.since);
            Some((waited, message.clone(), self.open_destination(message)?))
        })
    }

    /// A destination of the message that may have a request now; the one served longest ago.
    fn open_destination(&self, message: &QueueId) -> Option<DestinationKey> {
        let keys = self.jobs.get(message)?.destinations();
        let open = keys.filter_map(|key| Some((key, self.destinations.get(key)?))).filter(|(_, d)| d.open());
        open.min_by_key(|(_, d)| d.served).map(|(key, _)| key.clone())
    }

    fn take(&mut self, message: &QueueId, key: &DestinationKey) -> (Vec<Recipient>, bool) {
        self.unlist(message);
        let taken = match self.jobs.get_mut(message) {
            Some(job) => job.take(key, &self.limits),
            None => (Vec::new(), true),
        };
        self.list(message);
        taken
    }

    fn forget_waiter(&mut self, message: &QueueId, key: &DestinationKey) {
        if let (Some(job), Some(destination)) = (self.jobs.get(message), self.destinations.get_mut(key)) {
            destination.waiting.remove(&job.sequence);
        }
    }

    fn drop_if_empty(&mut self, message: &QueueId) {
        if self.jobs.get(message).is_some_and(Job::is_empty) {
            self.unlist(message);
            self.jobs.remove(message);
            self.overtaking.retain(|m| m != message);
        }
    }

    /// Brings the list of ready destinations up to date with one destination.
    fn refresh(&mut self, key: &DestinationKey) {
        let Some(destination) = self.destinations.get_mut(key) else { return };
        if let Some(old) = destination.ready_as.take() {
            self.ready.remove(&old);
        }
        if destination.forgettable() {
            self.destinations.remove(key);
            return;
        }
        if let (true, Some(oldest)) = (destination.open(), destination.waiting.keys().next()) {
            let ready_as = (*oldest, destination.served);
            destination.ready_as = Some(ready_as);
            self.ready.insert(ready_as, key.clone());
        }
    }

    fn list(&mut self, message: &QueueId) {
        if let Some(job) = self.jobs.get(message) {
            self.by_size.insert((job.requests_left(), job.sequence, Some(message.clone())));
        }
    }

    fn unlist(&mut self, message: &QueueId) {
        if let Some(job) = self.jobs.get(message) {
            self.by_size.remove(&(job.requests_left(), job.sequence, Some(message.clone())));
        }
    }

    fn next_stamp(&mut self) -> u64 {
        self.stamp += 1;
        self.stamp
    }
}

/// Blocked small messages may stand in front of one that could go; looking at all of them costs too much.
const BLOCKED_TO_LOOK_AT: usize = 8;
const SIZES_TO_LOOK_AT: usize = 32;
