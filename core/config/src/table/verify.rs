//! Address verification: probes and their memory.

declare! {
    /// TODO sentence of address_verify_cache_cleanup_interval.
    ADDRESS_VERIFY_CACHE_CLEANUP_INTERVAL: Time "address_verify_cache_cleanup_interval" = "12h",
        From(0), Common, "2.7", "verify";
    /// TODO sentence of address_verify_default_transport.
    ADDRESS_VERIFY_DEFAULT_TRANSPORT: TransportSpec "address_verify_default_transport" = "$default_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_local_transport.
    ADDRESS_VERIFY_LOCAL_TRANSPORT: TransportSpec "address_verify_local_transport" = "$local_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_map.
    ADDRESS_VERIFY_MAP: SingleTable "address_verify_map" = "$default_cache_db_type:$data_directory/verify_cache",
        MayBeEmpty, Core, "2.1", "proxymap,verify";
    /// TODO sentence of address_verify_negative_cache.
    ADDRESS_VERIFY_NEGATIVE_CACHE: Bool "address_verify_negative_cache" = "yes", Any, Common, "2.1", "verify";
    /// TODO sentence of address_verify_negative_expire_time.
    ADDRESS_VERIFY_NEGATIVE_EXPIRE_TIME: Time "address_verify_negative_expire_time" = "3d",
        From(1), Common, "2.1", "verify";
    /// TODO sentence of address_verify_negative_refresh_time.
    ADDRESS_VERIFY_NEGATIVE_REFRESH_TIME: Time "address_verify_negative_refresh_time" = "3h",
        From(1), Common, "2.1", "verify";
    /// TODO sentence of address_verify_pending_request_limit.
    ADDRESS_VERIFY_PENDING_REQUEST_LIMIT: Int "address_verify_pending_request_limit" = "5000",
        From(1), Common, "3.1", "oqmgr,qmgr";
    /// TODO sentence of address_verify_poll_count.
    ADDRESS_VERIFY_POLL_COUNT: IntExpr "address_verify_poll_count" = "${stress?{1}:{3}}",
        From(1), Common, "2.1", "smtpd";
    /// TODO sentence of address_verify_poll_delay.
    ADDRESS_VERIFY_POLL_DELAY: Time "address_verify_poll_delay" = "3s", From(1), Common, "2.1", "smtpd";
    /// TODO sentence of address_verify_positive_expire_time.
    ADDRESS_VERIFY_POSITIVE_EXPIRE_TIME: Time "address_verify_positive_expire_time" = "31d",
        From(1), Common, "2.1", "verify";
    /// TODO sentence of address_verify_positive_refresh_time.
    ADDRESS_VERIFY_POSITIVE_REFRESH_TIME: Time "address_verify_positive_refresh_time" = "7d",
        From(1), Common, "2.1", "verify";
    /// TODO sentence of address_verify_relay_transport.
    ADDRESS_VERIFY_RELAY_TRANSPORT: TransportSpec "address_verify_relay_transport" = "$relay_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_relayhost.
    ADDRESS_VERIFY_RELAYHOST: Str "address_verify_relayhost" = "$relayhost",
        MayBeEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_sender.
    ADDRESS_VERIFY_SENDER: Str "address_verify_sender" = "$double_bounce_sender",
        MayBeEmpty, Common, "2.1", "smtpd,verify";
    /// TODO sentence of address_verify_sender_dependent_default_transport_maps.
    ADDRESS_VERIFY_SENDER_DEPENDENT_DEFAULT_TRANSPORT_MAPS: Maps "address_verify_sender_dependent_default_transport_maps" = "$sender_dependent_default_transport_maps",
        MayBeEmpty, Rare, "2.7", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_sender_dependent_relayhost_maps.
    ADDRESS_VERIFY_SENDER_DEPENDENT_RELAYHOST_MAPS: Maps "address_verify_sender_dependent_relayhost_maps" = "$sender_dependent_relayhost_maps",
        MayBeEmpty, Rare, "2.3", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_sender_ttl.
    ADDRESS_VERIFY_SENDER_TTL: Time "address_verify_sender_ttl" = "0s",
        From(0), Common, "2.9", "smtpd,verify";
    /// TODO sentence of address_verify_transport_maps.
    ADDRESS_VERIFY_TRANSPORT_MAPS: Maps "address_verify_transport_maps" = "$transport_maps",
        MayBeEmpty, Common, "2.1", "trivial-rewrite,verify";
    /// TODO sentence of address_verify_virtual_transport.
    ADDRESS_VERIFY_VIRTUAL_TRANSPORT: TransportSpec "address_verify_virtual_transport" = "$virtual_transport",
        NonEmpty, Rare, "2.1", "trivial-rewrite,verify";
    /// TODO sentence of unverified_recipient_defer_code.
    UNVERIFIED_RECIPIENT_DEFER_CODE: Int "unverified_recipient_defer_code" = "450",
        Between(200, 499), Common, "2.6", "smtpd";
    /// TODO sentence of unverified_recipient_reject_code.
    UNVERIFIED_RECIPIENT_REJECT_CODE: Int "unverified_recipient_reject_code" = "450",
        Between(200, 599), Core, "2.1", "smtpd";
    /// TODO sentence of unverified_recipient_reject_reason.
    UNVERIFIED_RECIPIENT_REJECT_REASON: Str "unverified_recipient_reject_reason" = "",
        MayBeEmpty, Common, "2.6", "smtpd";
    /// TODO sentence of unverified_recipient_tempfail_action.
    UNVERIFIED_RECIPIENT_TEMPFAIL_ACTION: Enum "unverified_recipient_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
    /// TODO sentence of unverified_sender_defer_code.
    UNVERIFIED_SENDER_DEFER_CODE: Int "unverified_sender_defer_code" = "450",
        Between(200, 499), Common, "2.6", "smtpd";
    /// TODO sentence of unverified_sender_reject_code.
    UNVERIFIED_SENDER_REJECT_CODE: Int "unverified_sender_reject_code" = "450",
        Between(200, 599), Core, "2.1", "smtpd";
    /// TODO sentence of unverified_sender_reject_reason.
    UNVERIFIED_SENDER_REJECT_REASON: Str "unverified_sender_reject_reason" = "",
        MayBeEmpty, Common, "2.6", "smtpd";
    /// TODO sentence of unverified_sender_tempfail_action.
    UNVERIFIED_SENDER_TEMPFAIL_ACTION: Enum "unverified_sender_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
}
