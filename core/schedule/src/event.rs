//! The brain's vocabulary: what it can be told, and what it can ask for.

use mail::{Diagnosis, QueueId, Recipient, Timestamp};

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message was opened and its first recipients were resolved.
    Arrived(Arrival),
    /// More recipients of a message, as [`Action::Refill`] asked for.
    Refilled {
        /// The message.
        message: QueueId,
        /// The next recipients, resolved.
        recipients: Vec<Routed>,
        /// The file holds still more.
        more: bool,
    },
    /// The rest of a message's recipients can't be read now: the message is read again from its start, later.
    Unread {
        /// The message.
        message: QueueId,
    },
    /// A delivery request ended; marks and logs are on disk.
    Finished {
        /// Which one.
        delivery: DeliveryId,
        /// How it ended.
        report: Report,
    },
    /// Time went by: see [`Schedule::next_timer`](crate::Schedule::next_timer).
    Timer,
    /// An administrator wants dead destinations and transports tried again at once.
    Revive,
}

/// A message that enters the active queue.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its name.
    pub message: QueueId,
    /// When the message was first queued; its age decides about retries and expiry.
    pub created: Timestamp,
    /// The sender is `<>`: `bounce_queue_lifetime` applies.
    pub null_sender: bool,
    /// When the sender is to be warned about the delay. None: never, or already done.
    pub warn_at: Option<Timestamp>,
    /// `postsuper -e`: the message is returned without another attempt.
    pub force_expire: bool,
    /// Recipients that stay in the queue file untried: a forced expiry finds their reasons in the log of the last
    /// attempt.
    pub kept: usize,
    /// Each recipient gets a request of its own (VERP).
    pub one_by_one: bool,
    /// An administrator flushed this message: ignore `defer_transports` and dead destinations.
    pub flush: bool,
    /// An administrator flushed the whole queue: ignore `defer_transports`.
    pub undefer: bool,
    /// The first recipients; empty when there is nothing left but to finish.
    pub recipients: Vec<Routed>,
    /// The file holds more than the allowance that it was read with.
    pub more: bool,
}

/// A recipient and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// Service name in master.cf.
    pub transport: String,
    /// What the delivery agent gets as next hop.
    pub nexthop: String,
    /// The recipient.
    pub recipient: Recipient,
}

/// How a delivery request ended.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many recipients stay in the queue file.
    pub deferred: usize,
    /// Recipients that the agent never spoke about (it crashed, or refused the request).
    pub untold: Vec<Recipient>,
    /// What the attempt says about the destination and the agent.
    pub health: Health,
}

/// What one attempt says about the destination and the agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// The destination answered, whatever it said about recipients.
    #[default]
    Answered,
    /// Connection or handshake failed: counts towards a dead destination.
    Unreachable(Diagnosis),
    /// The delivery agent failed: the transport is left alone for `transport_retry_time`.
    AgentFailed(Diagnosis),
}

/// One request to a delivery agent, from [`Action::Deliver`] to [`Event::Finished`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryId(pub u64);

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Hand recipients to a delivery agent; answer with [`Event::Finished`].
    Deliver {
        /// Names the request.
        delivery: DeliveryId,
        /// The message.
        message: QueueId,
        /// Service name in master.cf.
        transport: String,
        /// The agent's next hop.
        nexthop: String,
        /// Never empty.
        recipients: Vec<Recipient>,
    },
    /// No agent can be asked, not even `retry`: record the delay; answer with [`Event::Finished`].
    Postpone {
        /// Names the request.
        delivery: DeliveryId,
        /// The message.
        message: QueueId,
        /// Never empty.
        recipients: Vec<Recipient>,
        /// Why.
        diagnosis: Diagnosis,
    },
    /// Read up to `limit` more recipients; answer with [`Event::Refilled`].
    Refill {
        /// The message.
        message: QueueId,
        /// At most so many.
        limit: usize,
    },
    /// All recipients are done. The brain has forgotten the message.
    Remove {
        /// The message.
        message: QueueId,
    },
    /// Recipients are left; try again later. The brain has forgotten the message.
    Defer {
        /// The message.
        message: QueueId,
        /// Not before this time.
        until: Timestamp,
        /// The sender is due a notice about the delay.
        warn: bool,
    },
    /// Recipients are left and their time is over: return them. The brain has forgotten the message.
    Expire {
        /// The message.
        message: QueueId,
        /// An administrator asked for it.
        forced: bool,
    },
    /// `qmgr_clog_warn_time`: one destination takes up much of the active queue.
    Clogged(Clog),
    /// `destination_concurrency_feedback_debug`: what a delivery did to the window of its destination.
    Explain(String),
}

/// A destination that takes up much of the active queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clog {
    /// Service name in master.cf.
    pub transport: String,
    /// The next hop.
    pub nexthop: String,
    /// How many requests for it wait or travel.
    pub requests: usize,
    /// How many messages are active.
    pub active: usize,
    /// The concurrency limit, when that is what holds the mail back.
    pub at_limit: Option<usize>,
}
