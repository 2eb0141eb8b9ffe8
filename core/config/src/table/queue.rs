//! The queue and its manager: schedules, limits, retries.

declare! {
    /// TODO sentence of allow_min_user.
    ALLOW_MIN_USER: Bool "allow_min_user" = "no", Any, Common, "<2.1", "oqmgr,qmgr,trivial-rewrite";
    /// TODO sentence of default_delivery_slot_cost.
    DEFAULT_DELIVERY_SLOT_COST: Int "default_delivery_slot_cost" = "5", From(0), Common, "<2.1", "qmgr";
    /// TODO sentence of default_delivery_slot_discount.
    DEFAULT_DELIVERY_SLOT_DISCOUNT: Int "default_delivery_slot_discount" = "50",
        Between(0, 100), Common, "<2.1", "qmgr";
    /// TODO sentence of default_delivery_slot_loan.
    DEFAULT_DELIVERY_SLOT_LOAN: Int "default_delivery_slot_loan" = "3", From(0), Common, "<2.1", "qmgr";
    /// TODO sentence of default_delivery_status_filter.
    DEFAULT_DELIVERY_STATUS_FILTER: Maps "default_delivery_status_filter" = "",
        MayBeEmpty, Common, "3.0", "all (shared library)";
    /// TODO sentence of default_destination_concurrency_failed_cohort_limit.
    DEFAULT_DESTINATION_CONCURRENCY_FAILED_COHORT_LIMIT: Int "default_destination_concurrency_failed_cohort_limit" = "1",
        From(0), Common, "2.5", "oqmgr,qmgr";
    /// TODO sentence of default_destination_concurrency_limit.
    DEFAULT_DESTINATION_CONCURRENCY_LIMIT: Int "default_destination_concurrency_limit" = "20",
        From(0), Core, "<2.1", "oqmgr,qmgr";
    /// TODO sentence of default_destination_concurrency_negative_feedback.
    DEFAULT_DESTINATION_CONCURRENCY_NEGATIVE_FEEDBACK: Str "default_destination_concurrency_negative_feedback" = "1",
        NonEmpty, Common, "2.5", "oqmgr,qmgr";
    /// TODO sentence of default_destination_concurrency_positive_feedback.
    DEFAULT_DESTINATION_CONCURRENCY_POSITIVE_FEEDBACK: Str "default_destination_concurrency_positive_feedback" = "1",
        NonEmpty, Common, "2.5", "oqmgr,qmgr";
    /// TODO sentence of default_destination_rate_delay.
    DEFAULT_DESTINATION_RATE_DELAY: Time "default_destination_rate_delay" = "0s",
        From(0), Common, "2.5", "oqmgr,qmgr";
    /// TODO sentence of default_destination_recipient_limit.
    DEFAULT_DESTINATION_RECIPIENT_LIMIT: Int "default_destination_recipient_limit" = "50",
        From(0), Core, "<2.1", "oqmgr,qmgr";
    /// TODO sentence of default_extra_recipient_limit.
    DEFAULT_EXTRA_RECIPIENT_LIMIT: Int "default_extra_recipient_limit" = "1000",
        From(0), Common, "<2.1", "qmgr";
    /// TODO sentence of default_minimum_delivery_slots.
    DEFAULT_MINIMUM_DELIVERY_SLOTS: Int "default_minimum_delivery_slots" = "3",
        From(0), Common, "<2.1", "qmgr";
    /// TODO sentence of default_recipient_limit.
    DEFAULT_RECIPIENT_LIMIT: Int "default_recipient_limit" = "20000", From(0), Common, "<2.1", "qmgr";
    /// TODO sentence of default_recipient_refill_delay.
    DEFAULT_RECIPIENT_REFILL_DELAY: Time "default_recipient_refill_delay" = "5s",
        From(1), Common, "2.4", "qmgr";
    /// TODO sentence of default_recipient_refill_limit.
    DEFAULT_RECIPIENT_REFILL_LIMIT: Int "default_recipient_refill_limit" = "100",
        From(1), Common, "2.4", "qmgr";
    /// TODO sentence of default_transport_rate_delay.
    DEFAULT_TRANSPORT_RATE_DELAY: Time "default_transport_rate_delay" = "0s",
        From(0), Common, "3.1", "oqmgr,qmgr";
    /// TODO sentence of defer_transports.
    DEFER_TRANSPORTS: List "defer_transports" = "", MayBeEmpty, Core, "<2.1", "oqmgr,qmgr";
    /// TODO sentence of delay_logging_resolution_limit.
    DELAY_LOGGING_RESOLUTION_LIMIT: Int "delay_logging_resolution_limit" = "2",
        Between(0, 6), Common, "2.3", "all (shared library)";
    /// TODO sentence of destination_concurrency_feedback_debug.
    DESTINATION_CONCURRENCY_FEEDBACK_DEBUG: Bool "destination_concurrency_feedback_debug" = "no",
        Any, Rare, "2.5", "oqmgr,qmgr";
    /// TODO sentence of dont_remove.
    DONT_REMOVE: Int "dont_remove" = "0", From(0), Legacy, "<2.1", "all (shared library)";
    /// TODO sentence of enable_long_queue_ids.
    ENABLE_LONG_QUEUE_IDS: Bool "enable_long_queue_ids" = "no", Any, Core, "2.9", "cleanup,postsuper,showq";
    /// TODO sentence of hash_queue_depth.
    HASH_QUEUE_DEPTH: Int "hash_queue_depth" = "1", From(1), Common, "<2.1", "postsuper";
    /// TODO sentence of hash_queue_names.
    HASH_QUEUE_NAMES: List "hash_queue_names" = "deferred, defer", NonEmpty, Common, "<=1.0", "postsuper";
    /// TODO sentence of initial_destination_concurrency.
    INITIAL_DESTINATION_CONCURRENCY: Int "initial_destination_concurrency" = "5",
        From(1), Core, "<2.1", "oqmgr,qmgr";
    /// TODO sentence of maximal_backoff_time.
    MAXIMAL_BACKOFF_TIME: Time "maximal_backoff_time" = "4000s", From(1), Core, "<2.1", "oqmgr,qmgr";
    /// TODO sentence of maximal_queue_lifetime.
    MAXIMAL_QUEUE_LIFETIME: Time "maximal_queue_lifetime" = "5d",
        Between(0, 8640000), Core, "<2.1", "bounce,oqmgr,qmgr";
    /// TODO sentence of minimal_backoff_time.
    MINIMAL_BACKOFF_TIME: Time "minimal_backoff_time" = "300s", From(1), Core, "<2.1", "lmtp,oqmgr,qmgr,smtp";
    /// TODO sentence of qmgr_clog_warn_time.
    QMGR_CLOG_WARN_TIME: Time "qmgr_clog_warn_time" = "300s", From(0), Common, "2.0", "oqmgr,qmgr";
    /// TODO sentence of qmgr_daemon_timeout.
    QMGR_DAEMON_TIMEOUT: Time "qmgr_daemon_timeout" = "1000s", From(1), Rare, "2.8", "oqmgr,qmgr";
    /// TODO sentence of qmgr_fudge_factor.
    QMGR_FUDGE_FACTOR: Int "qmgr_fudge_factor" = "100", Between(10, 100), Legacy, "<=1.0", "oqmgr";
    /// TODO sentence of qmgr_ipc_timeout.
    QMGR_IPC_TIMEOUT: Time "qmgr_ipc_timeout" = "60s", From(1), Rare, "2.8", "oqmgr,qmgr";
    /// TODO sentence of qmgr_message_active_limit.
    QMGR_MESSAGE_ACTIVE_LIMIT: Int "qmgr_message_active_limit" = "20000",
        From(1), Core, "<=1.0", "oqmgr,qmgr";
    /// TODO sentence of qmgr_message_recipient_limit.
    QMGR_MESSAGE_RECIPIENT_LIMIT: Int "qmgr_message_recipient_limit" = "20000",
        From(1), Core, "<2.1", "oqmgr,qmgr";
    /// TODO sentence of qmgr_message_recipient_minimum.
    QMGR_MESSAGE_RECIPIENT_MINIMUM: Int "qmgr_message_recipient_minimum" = "10",
        From(1), Common, "<2.1", "qmgr";
    /// TODO sentence of queue_minfree.
    QUEUE_MINFREE: Long "queue_minfree" = "0", From(0), Core, "<2.1", "smtpd";
    /// TODO sentence of queue_run_delay.
    QUEUE_RUN_DELAY: Time "queue_run_delay" = "300s", From(1), Core, "<2.1", "lmtp,oqmgr,qmgr,sendmail,smtp";
    /// TODO sentence of relay_destination_concurrency_limit.
    RELAY_DESTINATION_CONCURRENCY_LIMIT: Int "relay_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "2.0", "qmgr";
    /// TODO sentence of relay_destination_recipient_limit.
    RELAY_DESTINATION_RECIPIENT_LIMIT: Int "relay_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "2.0", "qmgr";
    /// TODO sentence of transport_retry_time.
    TRANSPORT_RETRY_TIME: Time "transport_retry_time" = "60s", From(1), Core, "<2.1", "oqmgr,qmgr";
}
