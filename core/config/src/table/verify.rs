//! Address verification: probes and their memory.

declare! {
    /// How often stale entries are swept out of the verification cache; 0 turns the sweep off.
    ADDRESS_VERIFY_CACHE_CLEANUP_INTERVAL: Time "address_verify_cache_cleanup_interval" = "12h",
        From(0), Common, "2.7", "verify";
    /// Stands in for default_transport when an address is probed.
    ADDRESS_VERIFY_DEFAULT_TRANSPORT: TransportSpec "address_verify_default_transport" = "$default_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// Stands in for local_transport when an address is probed.
    ADDRESS_VERIFY_LOCAL_TRANSPORT: TransportSpec "address_verify_local_transport" = "$local_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// The table where verify(8) remembers which addresses work.
    ADDRESS_VERIFY_MAP: SingleTable "address_verify_map" = "$default_cache_db_type:$data_directory/verify_cache",
        MayBeEmpty, Core, "2.1", "proxymap,verify";
    /// Whether failed probes are remembered too.
    ADDRESS_VERIFY_NEGATIVE_CACHE: Bool "address_verify_negative_cache" = "yes", Any, Common, "2.1", "verify";
    /// How long a failed probe stays valid at most.
    ADDRESS_VERIFY_NEGATIVE_EXPIRE_TIME: Time "address_verify_negative_expire_time" = "3d",
        From(1), Common, "2.1", "verify";
    /// After how long a failed probe is repeated in the background.
    ADDRESS_VERIFY_NEGATIVE_REFRESH_TIME: Time "address_verify_negative_refresh_time" = "3h",
        From(1), Common, "2.1", "verify";
    /// How many probes may wait in the queue before new ones are put off.
    ADDRESS_VERIFY_PENDING_REQUEST_LIMIT: Int "address_verify_pending_request_limit" = "5000",
        From(1), Common, "3.1", "oqmgr,qmgr";
    /// How often smtpd(8) asks for the outcome of a probe before it answers the client.
    ADDRESS_VERIFY_POLL_COUNT: IntExpr "address_verify_poll_count" = "${stress?{1}:{3}}",
        From(1), Common, "2.1", "smtpd";
    /// How long smtpd(8) waits between two questions about a probe.
    ADDRESS_VERIFY_POLL_DELAY: Time "address_verify_poll_delay" = "3s", From(1), Common, "2.1", "smtpd";
    /// How long a successful probe stays valid at most.
    ADDRESS_VERIFY_POSITIVE_EXPIRE_TIME: Time "address_verify_positive_expire_time" = "31d",
        From(1), Common, "2.1", "verify";
    /// After how long a successful probe is repeated in the background.
    ADDRESS_VERIFY_POSITIVE_REFRESH_TIME: Time "address_verify_positive_refresh_time" = "7d",
        From(1), Common, "2.1", "verify";
    /// Stands in for relay_transport when an address is probed.
    ADDRESS_VERIFY_RELAY_TRANSPORT: TransportSpec "address_verify_relay_transport" = "$relay_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// Stands in for relayhost when an address is probed.
    ADDRESS_VERIFY_RELAYHOST: Str "address_verify_relayhost" = "$relayhost",
        MayBeEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// The envelope sender of probes.
    ADDRESS_VERIFY_SENDER: Str "address_verify_sender" = "$double_bounce_sender",
        MayBeEmpty, Common, "2.1", "smtpd,verify";
    /// Stands in for sender_dependent_default_transport_maps when an address is probed.
    ADDRESS_VERIFY_SENDER_DEPENDENT_DEFAULT_TRANSPORT_MAPS: Maps "address_verify_sender_dependent_default_transport_maps" = "$sender_dependent_default_transport_maps",
        MayBeEmpty, Rare, "2.7", "trivial-rewrite,verify";
    /// Stands in for sender_dependent_relayhost_maps when an address is probed.
    ADDRESS_VERIFY_SENDER_DEPENDENT_RELAYHOST_MAPS: Maps "address_verify_sender_dependent_relayhost_maps" = "$sender_dependent_relayhost_maps",
        MayBeEmpty, Rare, "2.3", "trivial-rewrite,verify";
    /// After how long the changing part of the probes' sender address changes; 0 keeps it fixed.
    ADDRESS_VERIFY_SENDER_TTL: Time "address_verify_sender_ttl" = "0s",
        From(0), Common, "2.9", "smtpd,verify";
    /// Stands in for transport_maps when an address is probed.
    ADDRESS_VERIFY_TRANSPORT_MAPS: Maps "address_verify_transport_maps" = "$transport_maps",
        MayBeEmpty, Common, "2.1", "trivial-rewrite,verify";
    /// Stands in for virtual_transport when an address is probed.
    ADDRESS_VERIFY_VIRTUAL_TRANSPORT: TransportSpec "address_verify_virtual_transport" = "$virtual_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// The reply code when a recipient's probe fails for the moment.
    UNVERIFIED_RECIPIENT_DEFER_CODE: Int "unverified_recipient_defer_code" = "450",
        Between(200, 499), Common, "2.6", "smtpd";
    /// The reply code when a recipient's probe fails for good.
    UNVERIFIED_RECIPIENT_REJECT_CODE: Int "unverified_recipient_reject_code" = "450",
        Between(200, 599), Core, "2.1", "smtpd";
    /// The text of the reply when a recipient's probe fails, instead of the probe's.
    UNVERIFIED_RECIPIENT_REJECT_REASON: Str "unverified_recipient_reject_reason" = "",
        MayBeEmpty, Common, "2.6", "smtpd";
    /// What happens when a recipient's probe fails for the moment.
    UNVERIFIED_RECIPIENT_TEMPFAIL_ACTION: Enum "unverified_recipient_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
    /// The reply code when a sender's probe fails for the moment.
    UNVERIFIED_SENDER_DEFER_CODE: Int "unverified_sender_defer_code" = "450",
        Between(200, 499), Common, "2.6", "smtpd";
    /// The reply code when a sender's probe fails for good.
    UNVERIFIED_SENDER_REJECT_CODE: Int "unverified_sender_reject_code" = "450",
        Between(200, 599), Core, "2.1", "smtpd";
    /// The text of the reply when a sender's probe fails, instead of the probe's.
    UNVERIFIED_SENDER_REJECT_REASON: Str "unverified_sender_reject_reason" = "",
        MayBeEmpty, Common, "2.6", "smtpd";
    /// What happens when a sender's probe fails for the moment.
    UNVERIFIED_SENDER_TEMPFAIL_ACTION: Enum "unverified_sender_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
}
