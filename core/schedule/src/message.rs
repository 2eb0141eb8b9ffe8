//! The ledger of one active message: what is in memory, what is under way, what stays.

use crate::Arrival;
use crate::retry::Lifetime;
use mail::Timestamp;

/// One message in the active queue.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) lifetime: Lifetime,
    pub(crate) one_by_one: bool,
    pub(crate) flush: bool,
    pub(crate) undefer: bool,
    /// Recipients that wait or travel.
    pub(crate) pending: usize,
    /// Recipients that stay in the queue file.
    pub(crate) deferred: usize,
    /// The file holds recipients that were not read yet.
    pub(crate) more: bool,
    /// The rest of the file could not be read.
    pub(crate) unread: bool,
    /// A refill was asked for.
    pub(crate) refilling: bool,
    /// When a small refill is better than none (`recipient_refill_delay`).
    pub(crate) refill_at: Option<Timestamp>,
}

impl Message {
    pub(crate) fn of(arrival: &Arrival) -> Self {
        Self {
            lifetime: Lifetime::of(arrival),
            one_by_one: arrival.one_by_one,
            flush: arrival.flush,
            undefer: arrival.flush || arrival.undefer,
            pending: 0,
            deferred: arrival.kept,
            more: arrival.more,
            unread: false,
            refilling: false,
            refill_at: None,
        }
    }

    /// Every recipient has met its fate for this pass.
    pub(crate) fn finished(&self) -> bool {
        self.pending == 0 && !self.more && !self.refilling
    }
}
