//! What the administrator allows: plain numbers that `qmgr` takes from main.cf and master.cf.

use crate::Feedback;

/// Limits of the queue manager as a whole. Times are in seconds.
#[derive(Clone, Debug)]
pub struct Limits {
    /// `qmgr_message_active_limit`
    pub active_messages: usize,
    /// `qmgr_message_recipient_limit`
    pub recipients: usize,
    /// `qmgr_message_recipient_minimum`
    pub recipient_minimum: usize,
    /// `minimal_backoff_time`
    pub minimal_backoff: i64,
    /// `maximal_backoff_time`
    pub maximal_backoff: i64,
    /// `maximal_queue_lifetime`
    pub queue_lifetime: i64,
    /// `bounce_queue_lifetime`
    pub bounce_lifetime: i64,
    /// `transport_retry_time`
    pub transport_retry: i64,
    /// `qmgr_clog_warn_time`; 0 switches the warning off.
    pub clog_warn: i64,
    /// `defer_transports`
    pub defer_transports: Vec<String>,
    /// `destination_concurrency_feedback_debug`
    pub explain_feedback: bool,
}

impl Default for Limits {
    /// The defaults of postconf(5).
    fn default() -> Self {
        Self {
            active_messages: 20_000,
            recipients: 20_000,
            recipient_minimum: 10,
            minimal_backoff: 300,
            maximal_backoff: 4_000,
            queue_lifetime: 5 * 86_400,
            bounce_lifetime: 5 * 86_400,
            transport_retry: 60,
            clog_warn: 300,
            defer_transports: Vec::new(),
            explain_feedback: false,
        }
    }
}

/// Limits of one transport: `<transport>_name`, or else `default_name`. Times are in seconds.
#[derive(Clone, Debug)]
pub struct TransportLimits {
    /// The process limit of the service in master.cf; 0 means none.
    pub processes: usize,
    /// `destination_concurrency_limit`; 0 means none.
    pub concurrency: usize,
    /// `initial_destination_concurrency`
    pub initial_concurrency: usize,
    /// `destination_recipient_limit`; 0 means none. 1 makes each recipient a destination of its own.
    pub recipients_per_delivery: usize,
    /// `destination_concurrency_positive_feedback`
    pub positive_feedback: Feedback,
    /// `destination_concurrency_negative_feedback`
    pub negative_feedback: Feedback,
    /// `destination_concurrency_failed_cohort_limit`; 0 means that no destination is ever dead.
    pub failed_cohorts: usize,
    /// `destination_rate_delay`
    pub destination_rate_delay: i64,
    /// `transport_rate_delay`
    pub transport_rate_delay: i64,
    /// `recipient_limit`: recipients in memory.
    pub recipients: usize,
    /// `extra_recipient_limit`: more of them, for small mail while `recipients` is used up.
    pub extra_recipients: usize,
    /// `recipient_refill_limit`
    pub refill: usize,
    /// `recipient_refill_delay`
    pub refill_delay: i64,
    /// `delivery_slot_cost`; below 2 nothing overtakes.
    pub slot_cost: usize,
    /// `delivery_slot_loan`
    pub slot_loan: usize,
    /// `delivery_slot_discount`, percent
    pub slot_discount: usize,
    /// `minimum_delivery_slots`
    pub minimum_slots: usize,
}

impl Default for TransportLimits {
    /// The defaults of postconf(5), and master.cf's `default_process_limit`.
    fn default() -> Self {
        Self {
            processes: 100,
            concurrency: 20,
            initial_concurrency: 5,
            recipients_per_delivery: 50,
            positive_feedback: Feedback::ONE,
            negative_feedback: Feedback::ONE,
            failed_cohorts: 1,
            destination_rate_delay: 0,
            transport_rate_delay: 0,
            recipients: 20_000,
            extra_recipients: 1_000,
            refill: 100,
            refill_delay: 5,
            slot_cost: 5,
            slot_loan: 3,
            slot_discount: 50,
            minimum_slots: 3,
        }
    }
}

impl TransportLimits {
    /// How many requests may go to one destination at once; rate delays allow only one (postconf(5),
    /// `default_destination_rate_delay`).
    pub(crate) fn most_concurrency(&self) -> usize {
        match (self.destination_rate_delay > 0, self.concurrency) {
            (true, _) => 1,
            (false, 0) => usize::MAX,
            (false, limit) => limit,
        }
    }

    /// How many requests the transport may serve at once.
    pub(crate) fn most_requests(&self) -> usize {
        match (self.transport_rate_delay > 0, self.processes) {
            (true, _) => 1,
            (false, 0) => usize::MAX,
            (false, limit) => limit,
        }
    }

    /// How many recipients one request may hold.
    pub(crate) fn batch(&self, one_by_one: bool) -> usize {
        match (one_by_one, self.recipients_per_delivery) {
            (true, _) => 1,
            (false, 0) => usize::MAX,
            (false, limit) => limit,
        }
    }
}
