//! virtual(8): mailboxes without system users.

declare! {
    /// TODO sentence of strict_mailbox_ownership.
    STRICT_MAILBOX_OWNERSHIP: Bool "strict_mailbox_ownership" = "yes", Any, Common, "2.5.3", "local,virtual";
    /// TODO sentence of virtual_delivery_status_filter.
    VIRTUAL_DELIVERY_STATUS_FILTER: Maps "virtual_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "virtual";
    /// TODO sentence of virtual_destination_concurrency_limit.
    VIRTUAL_DESTINATION_CONCURRENCY_LIMIT: Int "virtual_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "<2.1", "virtual";
    /// TODO sentence of virtual_destination_recipient_limit.
    VIRTUAL_DESTINATION_RECIPIENT_LIMIT: Int "virtual_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "<2.1", "virtual";
    /// TODO sentence of virtual_gid_maps.
    VIRTUAL_GID_MAPS: Maps "virtual_gid_maps" = "", MayBeEmpty, Core, "<2.1", "virtual";
    /// TODO sentence of virtual_mailbox_base.
    VIRTUAL_MAILBOX_BASE: Str "virtual_mailbox_base" = "", NonEmpty, Core, "<2.1", "virtual";
    /// TODO sentence of virtual_mailbox_domains.
    VIRTUAL_MAILBOX_DOMAINS: MatchList "virtual_mailbox_domains" = "$virtual_mailbox_maps",
        MayBeEmpty, Core, "2.0", "proxymap,smtpd,trivial-rewrite,virtual";
    /// TODO sentence of virtual_mailbox_limit.
    VIRTUAL_MAILBOX_LIMIT: Long "virtual_mailbox_limit" = "51200000", From(0), Core, "<2.1", "virtual";
    /// TODO sentence of virtual_mailbox_lock.
    VIRTUAL_MAILBOX_LOCK: Str "virtual_mailbox_lock" = "fcntl, dotlock", NonEmpty, Core, "<2.1", "virtual";
    /// TODO sentence of virtual_mailbox_maps.
    VIRTUAL_MAILBOX_MAPS: Maps "virtual_mailbox_maps" = "",
        MayBeEmpty, Core, "<=1.1", "proxymap,smtpd,trivial-rewrite,virtual";
    /// TODO sentence of virtual_minimum_uid.
    VIRTUAL_MINIMUM_UID: Int "virtual_minimum_uid" = "100", From(1), Core, "<2.1", "virtual";
    /// TODO sentence of virtual_transport.
    VIRTUAL_TRANSPORT: TransportSpec "virtual_transport" = "virtual",
        NonEmpty, Core, "2.0", "trivial-rewrite,virtual";
    /// TODO sentence of virtual_uid_maps.
    VIRTUAL_UID_MAPS: Maps "virtual_uid_maps" = "", MayBeEmpty, Core, "<2.1", "virtual";
}
