//! virtual(8): mailboxes without system users.

declare! {
    /// Whether a mailbox must belong to its user.
    STRICT_MAILBOX_OWNERSHIP: Bool "strict_mailbox_ownership" = "yes", Any, Common, "2.5.3", "local,virtual";
    /// Tables that change status codes and texts of virtual(8).
    VIRTUAL_DELIVERY_STATUS_FILTER: Maps "virtual_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "virtual";
    /// How many deliveries to one destination the virtual transport makes at a time.
    VIRTUAL_DESTINATION_CONCURRENCY_LIMIT: Int "virtual_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "<2.1", "virtual";
    /// How many recipients one delivery by the virtual transport has.
    VIRTUAL_DESTINATION_RECIPIENT_LIMIT: Int "virtual_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "<2.1", "virtual";
    /// Tables with the group of each virtual mailbox.
    VIRTUAL_GID_MAPS: Maps "virtual_gid_maps" = "", MayBeEmpty, Core, "<2.1", "virtual";
    /// The directory that comes before every path in virtual_mailbox_maps.
    VIRTUAL_MAILBOX_BASE: Str "virtual_mailbox_base" = "", NonEmpty, Core, "<2.1", "virtual";
    /// Domains whose mail goes to mailboxes without system users.
    VIRTUAL_MAILBOX_DOMAINS: MatchList "virtual_mailbox_domains" = "$virtual_mailbox_maps",
        MayBeEmpty, Core, "2.0", "proxymap,smtpd,trivial-rewrite,virtual";
    /// How large a virtual mailbox or maildir file may grow; 0 for any size.
    VIRTUAL_MAILBOX_LIMIT: Long "virtual_mailbox_limit" = "51200000", From(0), Core, "<2.1", "virtual";
    /// How virtual(8) locks a mailbox.
    VIRTUAL_MAILBOX_LOCK: Str "virtual_mailbox_lock" = "fcntl, dotlock", NonEmpty, Core, "<2.1", "virtual";
    /// Tables with the mailbox of each address in virtual_mailbox_domains.
    VIRTUAL_MAILBOX_MAPS: Maps "virtual_mailbox_maps" = "",
        MayBeEmpty, Core, "<=1.1", "proxymap,smtpd,trivial-rewrite,virtual";
    /// The lowest user id that virtual(8) delivers for.
    VIRTUAL_MINIMUM_UID: Int "virtual_minimum_uid" = "100", From(1), Core, "<2.1", "virtual";
    /// How mail travels to virtual_mailbox_domains.
    VIRTUAL_TRANSPORT: TransportSpec "virtual_transport" = "virtual",
        NonEmpty, Core, "2.0", "trivial-rewrite,virtual";
    /// Tables with the user of each virtual mailbox.
    VIRTUAL_UID_MAPS: Maps "virtual_uid_maps" = "", MayBeEmpty, Core, "<2.1", "virtual";
}
