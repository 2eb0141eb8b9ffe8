//! One message's waiting recipients on one transport, and the delivery slots it has earned for others.
//! SCHEDULER_README, "The preemption": a message that has had many deliveries may be overtaken by one that needs
//! fewer deliveries than the slots which the first has gathered.

use crate::TransportLimits;
use crate::destination::DestinationKey;
use mail::{Recipient, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// Waiting recipients of one message on one transport.
#[derive(Debug)]
pub(crate) struct Job {
    /// Order of arrival on the transport.
    pub(crate) sequence: u64,
    /// Time of arrival on the transport.
    pub(crate) since: Timestamp,
    one_by_one: bool,
    waiting: BTreeMap<DestinationKey, VecDeque<Recipient>>,
    requests_left: usize,
    requests_made: usize,
    slots_spent: usize,
}

impl Job {
    pub(crate) fn new(sequence: u64, since: Timestamp, one_by_one: bool) -> Self {
        let waiting = BTreeMap::new();
        Self { sequence, since, one_by_one, waiting, requests_left: 0, requests_made: 0, slots_spent: 0 }
    }

    /// Adds a recipient. True when it is the first for its destination.
    pub(crate) fn add(
        &mut self,
        key: &DestinationKey,
        recipient: Recipient,
        limits: &TransportLimits,
    ) -> bool {
        let batch = limits.batch(self.one_by_one);
        let queue = self.waiting.entry(key.clone()).or_default();
        queue.push_back(recipient);
        if queue.len() == 1 || queue.len() % batch == 1 || batch == 1 {
            self.requests_left += 1;
        }
        queue.len() == 1
    }

    /// Takes what one request may hold. The flag says that nothing is left for the destination.
    pub(crate) fn take(&mut self, key: &DestinationKey, limits: &TransportLimits) -> (Vec<Recipient>, bool) {
        let Some(queue) = self.waiting.get_mut(key) else { return (Vec::new(), true) };
        let count = limits.batch(self.one_by_one).min(queue.len());
        let taken = queue.drain(..count).collect();
        let empty = queue.is_empty();
        if empty {
            self.waiting.remove(key);
        }
        self.requests_left = self.requests_left.saturating_sub(1);
        self.requests_made += 1;
        (taken, empty)
    }

    /// Takes all that waits for a destination, which will get no request.
    pub(crate) fn take_all(&mut self, key: &DestinationKey, limits: &TransportLimits) -> Vec<Recipient> {
        let taken: Vec<_> = self.waiting.remove(key).unwrap_or_default().into();
        let requests = taken.len().div_ceil(limits.batch(self.one_by_one));
        self.requests_left = self.requests_left.saturating_sub(requests);
        taken
    }

    pub(crate) fn destinations(&self) -> impl Iterator<Item = &DestinationKey> {
        self.waiting.keys()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many requests it still takes to deliver what is in memory.
    pub(crate) fn requests_left(&self) -> usize {
        self.requests_left
    }

    /// The sizes, in requests, of the largest messages that may overtake this one; 0 when none may.
    pub(crate) fn room(&self, limits: &TransportLimits) -> Room {
        let requests = self.requests_made + self.requests_left;
        if limits.slot_cost < 2 || requests / limits.slot_cost < limits.minimum_slots {
            return Room::default();
        }
        // The overtaking may begin when `discount` percent of the slots and `loan` more are still missing.
        let paid = 100usize.saturating_sub(limits.slot_discount).max(1);
        let size = |earned: usize| {
            let slots = earned.checked_sub(self.slots_spent);
            slots.map_or(0, |slots| (slots + limits.slot_loan) * 100 / paid)
        };
        Room { now: size(self.requests_made / limits.slot_cost), ever: size(requests / limits.slot_cost) }
    }

    /// Pays for being overtaken. The debt counts in full before the next one may pass.
    pub(crate) fn pay(&mut self, requests: usize) {
        self.slots_spent += requests;
    }
}

/// How large a message may be to overtake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// With the slots that have been earned so far.
    pub(crate) now: usize,
    /// With all slots that will ever be earned.
    pub(crate) ever: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> DestinationKey {
        DestinationKey::of(name, None)
    }

    #[test]
    fn recipients_of_one_destination_share_requests() {
        let limits = TransportLimits { recipients_per_delivery: 3, ..TransportLimits::default() };
        let mut job = Job::new(0, Timestamp::default(), false);
        for n in 0..7 {
            job.add(&key("x"), Recipient::new(format!("{n}@x").as_str()), &limits);
        }
        assert_eq!(job.requests_left(), 3);
        let sizes: Vec<_> = (0..3).map(|_| job.take(&key("x"), &limits).0.len()).collect();
        assert_eq!(sizes, [3, 3, 1]);
        assert!(job.is_empty() && job.requests_left() == 0);
    }

    #[test]
    fn verp_mail_goes_out_one_by_one() {
        let limits = TransportLimits::default();
        let mut job = Job::new(0, Timestamp::default(), true);
        job.add(&key("x"), Recipient::new("a@x"), &limits);
        job.add(&key("x"), Recipient::new("b@x"), &limits);
        assert_eq!(job.requests_left(), 2);
        assert_eq!(job.take(&key("x"), &limits).0.len(), 1);
    }

    #[test]
    fn small_mail_is_never_overtaken_and_big_mail_only_when_it_has_paid_its_debt() {
        let limits = TransportLimits { recipients_per_delivery: 1, ..TransportLimits::default() };
        let mut small = Job::new(0, Timestamp::default(), false);
        small.add(&key("a"), Recipient::new("a"), &limits);
        assert_eq!(small.room(&limits).now, 0);
        let mut big = Job::new(1, Timestamp::default(), false);
        for n in 0..1000 {
            big.add(&key(&n.to_string()), Recipient::new("r"), &limits);
        }
        // Nothing earned yet, but a loan of 3 slots, doubled by the discount of 50 %.
        assert_eq!(big.room(&limits).now, 6);
        big.pay(6);
        assert_eq!(big.room(&limits).now, 0);
        for n in 0..30 {
            big.take(&key(&n.to_string()), &limits);
        }
        assert_eq!(big.room(&limits).now, 6);
    }
}
