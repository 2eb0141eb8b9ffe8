//! The queue and its manager: schedules, limits, retries.

declare! {
    /// Whether an address may begin with a minus sign.
    ALLOW_MIN_USER: Bool "allow_min_user" = "no", Any, Common, "<2.1", "oqmgr,qmgr,trivial-rewrite";
    /// After how many deliveries a message has earned one slot to let another overtake it.
    DEFAULT_DELIVERY_SLOT_COST: Int "default_delivery_slot_cost" = "5", From(0), Common, "<2.1", "qmgr";
    /// By how many percent fewer slots are needed to be overtaken.
    DEFAULT_DELIVERY_SLOT_DISCOUNT: Int "default_delivery_slot_discount" = "50",
        Between(0, 100), Common, "<2.1", "qmgr";
    /// How many slots may be lent in advance so that small mail can overtake.
    DEFAULT_DELIVERY_SLOT_LOAN: Int "default_delivery_slot_loan" = "3", From(0), Common, "<2.1", "qmgr";
    /// Tables that change status codes and texts of deliveries, for agents without their own.
    DEFAULT_DELIVERY_STATUS_FILTER: Maps "default_delivery_status_filter" = "",
        MayBeEmpty, Common, "3.0", "all (shared library)";
    /// How many rounds of failed deliveries make a destination count as dead.
    DEFAULT_DESTINATION_CONCURRENCY_FAILED_COHORT_LIMIT: Int "default_destination_concurrency_failed_cohort_limit" = "1",
        From(0), Common, "2.5", "oqmgr,qmgr";
    /// How many deliveries to one destination may go on at a time.
    DEFAULT_DESTINATION_CONCURRENCY_LIMIT: Int "default_destination_concurrency_limit" = "20",
        From(0), Core, "<2.1", "oqmgr,qmgr";
    /// How much a failed delivery lowers a destination's concurrency.
    DEFAULT_DESTINATION_CONCURRENCY_NEGATIVE_FEEDBACK: Str "default_destination_concurrency_negative_feedback" = "1",
        NonEmpty, Common, "2.5", "oqmgr,qmgr";
    /// How much a good delivery raises a destination's concurrency.
    DEFAULT_DESTINATION_CONCURRENCY_POSITIVE_FEEDBACK: Str "default_destination_concurrency_positive_feedback" = "1",
        NonEmpty, Common, "2.5", "oqmgr,qmgr";
    /// The pause between deliveries to one destination.
    DEFAULT_DESTINATION_RATE_DELAY: Time "default_destination_rate_delay" = "0s",
        From(0), Common, "2.5", "oqmgr,qmgr";
    /// How many recipients one delivery may have.
    DEFAULT_DESTINATION_RECIPIENT_LIMIT: Int "default_destination_recipient_limit" = "50",
        From(0), Core, "<2.1", "oqmgr,qmgr";
    /// How many recipients of an overtaking message may be in memory beyond the transport's limit.
    DEFAULT_EXTRA_RECIPIENT_LIMIT: Int "default_extra_recipient_limit" = "1000",
        From(0), Common, "<2.1", "qmgr";
    /// How many slots a message must be able to earn before it may be overtaken.
    DEFAULT_MINIMUM_DELIVERY_SLOTS: Int "default_minimum_delivery_slots" = "3",
        From(0), Common, "<2.1", "qmgr";
    /// How many recipients of a transport are in memory at most.
    DEFAULT_RECIPIENT_LIMIT: Int "default_recipient_limit" = "20000", From(0), Common, "<2.1", "qmgr";
    /// After how long more recipients of a long list are read anyway.
    DEFAULT_RECIPIENT_REFILL_DELAY: Time "default_recipient_refill_delay" = "5s",
        From(1), Common, "2.4", "qmgr";
    /// How many recipients of a long list are read at once.
    DEFAULT_RECIPIENT_REFILL_LIMIT: Int "default_recipient_refill_limit" = "100",
        From(1), Common, "2.4", "qmgr";
    /// The pause between deliveries by one transport.
    DEFAULT_TRANSPORT_RATE_DELAY: Time "default_transport_rate_delay" = "0s",
        From(0), Common, "3.1", "oqmgr,qmgr";
    /// Transports whose mail waits until the queue is flushed by hand.
    DEFER_TRANSPORTS: List "defer_transports" = "", MayBeEmpty, Core, "<2.1", "oqmgr,qmgr";
    /// How many decimals delays have in the log at most.
    DELAY_LOGGING_RESOLUTION_LIMIT: Int "delay_logging_resolution_limit" = "2",
        Between(0, 6), Common, "2.3", "all (shared library)";
    /// Whether each change of a destination's concurrency is logged.
    DESTINATION_CONCURRENCY_FEEDBACK_DEBUG: Bool "destination_concurrency_feedback_debug" = "no",
        Any, Rare, "2.5", "oqmgr,qmgr";
    /// Where finished queue files go: nowhere, or kept in saved/ for an investigation.
    DONT_REMOVE: Int "dont_remove" = "0", From(0), Legacy, "<2.1", "all (shared library)";
    /// Whether queue ids are never used twice.
    ENABLE_LONG_QUEUE_IDS: Bool "enable_long_queue_ids" = "no", Any, Core, "2.9", "cleanup,postsuper,showq";
    /// How many levels of directories split up a queue.
    HASH_QUEUE_DEPTH: Int "hash_queue_depth" = "1", From(1), Common, "<2.1", "postsuper";
    /// Queues that are split up over directories.
    HASH_QUEUE_NAMES: List "hash_queue_names" = "deferred, defer", NonEmpty, Common, "<=1.0", "postsuper";
    /// With how many parallel deliveries a new destination begins.
    INITIAL_DESTINATION_CONCURRENCY: Int "initial_destination_concurrency" = "5",
        From(1), Core, "<2.1", "oqmgr,qmgr";
    /// The longest pause between two tries of a deferred message.
    MAXIMAL_BACKOFF_TIME: Time "maximal_backoff_time" = "4000s", From(1), Core, "<2.1", "oqmgr,qmgr";
    /// How long a message may wait in the queue before it goes back to its sender.
    MAXIMAL_QUEUE_LIFETIME: Time "maximal_queue_lifetime" = "5d",
        Between(0, 8640000), Core, "<2.1", "bounce,oqmgr,qmgr";
    /// The shortest pause between two tries of a deferred message, and how long a dead destination rests.
    MINIMAL_BACKOFF_TIME: Time "minimal_backoff_time" = "300s", From(1), Core, "<2.1", "lmtp,oqmgr,qmgr,smtp";
    /// How often the queue manager complains of a destination that fills the active queue.
    QMGR_CLOG_WARN_TIME: Time "qmgr_clog_warn_time" = "300s", From(0), Common, "2.0", "oqmgr,qmgr";
    /// How long the queue manager may hang before the watchdog ends it.
    QMGR_DAEMON_TIMEOUT: Time "qmgr_daemon_timeout" = "1000s", From(1), Rare, "2.8", "oqmgr,qmgr";
    /// How many percent of the delivery slots one large message may take.
    QMGR_FUDGE_FACTOR: Int "qmgr_fudge_factor" = "100", Between(10, 100), Legacy, "<=1.0", "oqmgr";
    /// How long the queue manager waits for another daemon.
    QMGR_IPC_TIMEOUT: Time "qmgr_ipc_timeout" = "60s", From(1), Rare, "2.8", "oqmgr,qmgr";
    /// How many messages are in the active queue at most.
    QMGR_MESSAGE_ACTIVE_LIMIT: Int "qmgr_message_active_limit" = "20000",
        From(1), Core, "<=1.0", "oqmgr,qmgr";
    /// How many recipients the queue manager holds in memory, and remembers as dead destinations.
    QMGR_MESSAGE_RECIPIENT_LIMIT: Int "qmgr_message_recipient_limit" = "20000",
        From(1), Core, "<2.1", "oqmgr,qmgr";
    /// How many recipients of any message are in memory at least.
    QMGR_MESSAGE_RECIPIENT_MINIMUM: Int "qmgr_message_recipient_minimum" = "10",
        From(1), Common, "<2.1", "qmgr";
    /// How much space must be free before mail is taken.
    QUEUE_MINFREE: Long "queue_minfree" = "0", From(0), Core, "<2.1", "smtpd";
    /// How often the deferred queue is looked through for mail whose time has come.
    QUEUE_RUN_DELAY: Time "queue_run_delay" = "300s", From(1), Core, "<2.1", "lmtp,oqmgr,qmgr,sendmail,smtp";
    /// How many deliveries to one destination the relay transport makes at a time.
    RELAY_DESTINATION_CONCURRENCY_LIMIT: Int "relay_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "2.0", "qmgr";
    /// How many recipients one delivery by the relay transport has.
    RELAY_DESTINATION_RECIPIENT_LIMIT: Int "relay_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "2.0", "qmgr";
    /// After how long a delivery agent that failed is tried again.
    TRANSPORT_RETRY_TIME: Time "transport_retry_time" = "60s", From(1), Core, "<2.1", "oqmgr,qmgr";
}
