//! One destination of one transport: who waits for it, how many requests it may have, and whether it is dead.

use crate::feedback::Window;
use crate::{Routed, TransportLimits};
use mail::{Address, Diagnosis, QueueId};
use std::collections::BTreeMap;

/// What makes two recipients neighbours: the next hop, and the address too when each request holds one recipient
/// (postconf(5), `default_destination_concurrency_limit`: "per recipient").
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DestinationKey {
    pub(crate) nexthop: String,
    address: Option<Address>,
}

impl DestinationKey {
    pub(crate) fn of(nexthop: &str, address: Option<&Address>) -> Self {
        Self { nexthop: nexthop.to_owned(), address: address.cloned() }
    }

    /// How logs call the destination.
    pub(crate) fn name(&self) -> &str {
        self.address.as_ref().map_or(&self.nexthop, Address::as_str)
    }

    pub(crate) fn for_recipient(routed: &Routed, limits: &TransportLimits) -> Self {
        let alone = limits.recipients_per_delivery == 1;
        Self::of(&routed.nexthop, alone.then_some(&routed.recipient.address))
    }
}

/// The state of one destination. It lives while mail waits or travels, or while it is dead or pausing.
#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) window: Window,
    pub(crate) busy: usize,
    /// Jobs with recipients for it, by their order of arrival.
    pub(crate) waiting: BTreeMap<u64, QueueId>,
    /// `destination_rate_delay` has not passed yet.
    pub(crate) pausing: bool,
    /// Why nobody tries it.
    pub(crate) dead: Option<Diagnosis>,
    /// Stamp of the last request, for turns between destinations.
    pub(crate) served: u64,
    /// Its key in the transport's list of ready destinations.
    pub(crate) ready_as: Option<(u64, u64)>,
}

impl Destination {
    pub(crate) fn new(served: u64, limits: &TransportLimits) -> Self {
        Self {
            window: Window::new(limits),
            busy: 0,
            waiting: BTreeMap::new(),
            pausing: false,
            dead: None,
            served,
            ready_as: None,
        }
    }

    /// May a request go out now, as far as the destination is concerned?
    pub(crate) fn open(&self) -> bool {
        self.dead.is_none() && !self.pausing && self.busy < self.window.size()
    }

    /// Forgets the past: the destination starts again as if it were new.
    pub(crate) fn revive(&mut self, limits: &TransportLimits) {
        self.dead = None;
        self.window = Window::new(limits);
    }

    /// Nothing about it needs to be remembered.
    pub(crate) fn forgettable(&self) -> bool {
        self.dead.is_none() && !self.pausing && self.busy == 0 && self.waiting.is_empty()
    }
}
