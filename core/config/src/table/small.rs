//! Programs with few parameters: flush, qmqpd, pickup, anvil, postqueue, sendmail and others.

declare! {
    /// Whether a destination without a usable SRV record is looked up by MX.
    ALLOW_SRV_LOOKUP_FALLBACK: Bool "allow_srv_lookup_fallback" = "no", Any, Rare, "3.8", "lmtp,smtp";
    /// The span over which anvil(8) counts a client's connections and requests.
    ANVIL_RATE_TIME_UNIT: Time "anvil_rate_time_unit" = "60s", From(1), Core, "2.1", "anvil";
    /// How often anvil(8) logs its highest counts.
    ANVIL_STATUS_UPDATE_TIME: Time "anvil_status_update_time" = "600s", From(1), Rare, "2.2", "anvil";
    /// Who may flush the queue with postqueue -f, -i or -s.
    AUTHORIZED_FLUSH_USERS: MatchList "authorized_flush_users" = "static:anyone",
        MayBeEmpty, Common, "2.2", "postqueue,sendmail";
    /// Who may list the queue.
    AUTHORIZED_MAILQ_USERS: MatchList "authorized_mailq_users" = "static:anyone",
        MayBeEmpty, Common, "2.2", "postqueue,sendmail";
    /// Who may submit mail with sendmail(1) and postdrop(1).
    AUTHORIZED_SUBMIT_USERS: MatchList "authorized_submit_users" = "static:anyone",
        MayBeEmpty, Common, "2.2", "postdrop,sendmail";
    /// Where mail goes when this host is the best MX of a domain it does not think it serves.
    BEST_MX_TRANSPORT: TransportSpec "best_mx_transport" = "", MayBeEmpty, Common, "<=1.0", "lmtp,smtp";
    /// Whether destinations are looked up only in the host table.
    DISABLE_DNS_LOOKUPS: Bool "disable_dns_lookups" = "no", Any, Legacy, "<2.1", "smtp";
    /// The DNS question that shows whether the resolver validates DNSSEC.
    DNSSEC_PROBE: Str "dnssec_probe" = "ns:.", MayBeEmpty, Common, "3.6", "smtp";
    /// What stands for the empty sender in local_login_sender_maps.
    EMPTY_ADDRESS_LOCAL_LOGIN_SENDER_MAPS_LOOKUP_KEY: Str "empty_address_local_login_sender_maps_lookup_key" = "<>",
        MayBeEmpty, Rare, "3.6", "postdrop";
    /// The former name of smtp_fallback_relay.
    FALLBACK_RELAY: Str "fallback_relay" = "", Any, Legacy, "<=1.0", "smtp", OldName;
    /// Domains whose deferred mail can be listed and flushed by name.
    FAST_FLUSH_DOMAINS: MatchList "fast_flush_domains" = "$relay_domains",
        MayBeEmpty, Core, "<=1.1", "flush,postqueue,sendmail";
    /// After how long without use the list of a domain's deferred mail is dropped.
    FAST_FLUSH_PURGE_TIME: Time "fast_flush_purge_time" = "7d", From(1), Common, "<2.1", "flush";
    /// After how long without a flush a domain's deferred mail is tried by itself.
    FAST_FLUSH_REFRESH_TIME: Time "fast_flush_refresh_time" = "12h", From(1), Common, "<2.1", "flush";
    /// Whether a domain whose MX lookup fails is tried by its address.
    IGNORE_MX_LOOKUP_ERROR: Bool "ignore_mx_lookup_error" = "no", Any, Common, "<=1.0", "smtp";
    /// Whether a domain whose SRV lookup fails is tried by MX.
    IGNORE_SRV_LOOKUP_ERROR: Bool "ignore_srv_lookup_error" = "no", Any, Rare, "3.8", "lmtp,smtp";
    /// The pause for each new message when mail comes in faster than it goes out.
    IN_FLOW_DELAY: Time "in_flow_delay" = "1s", Between(0, 10), Common, "<=1.1", "cleanup";
    /// Tables that change status codes and texts of pipe(8).
    PIPE_DELIVERY_STATUS_FILTER: Maps "pipe_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "pipe";
    /// Who may hand in mail by QMQP.
    QMQPD_AUTHORIZED_CLIENTS: MatchList "qmqpd_authorized_clients" = "", MayBeEmpty, Common, "<2.1", "qmqpd";
    /// Whether the QMQP server logs the client's port.
    QMQPD_CLIENT_PORT_LOGGING: Bool "qmqpd_client_port_logging" = "no", Any, Rare, "2.5", "qmqpd";
    /// How long the QMQP server waits before it tells of an error.
    QMQPD_ERROR_DELAY: Time "qmqpd_error_delay" = "1s", From(0), Rare, "<2.1", "qmqpd";
    /// How long the QMQP server waits for the client.
    QMQPD_TIMEOUT: Time "qmqpd_timeout" = "300s", From(1), Common, "<2.1", "qmqpd";
    /// Whether an empty authorization identity is sent to Cyrus servers.
    SEND_CYRUS_SASL_AUTHZID: Bool "send_cyrus_sasl_authzid" = "no", Any, Rare, "2.4.4", "smtp";
    /// Formerly, whether the sender chose the way of the mail.
    SENDER_BASED_ROUTING: Str "sender_based_routing" = "no", Any, Legacy, "<2.1", "-", Removed;
    /// When sendmail(1) turns CR LF into newlines.
    SENDMAIL_FIX_LINE_ENDINGS: Str "sendmail_fix_line_endings" = "always",
        NonEmpty, Common, "2.9", "sendmail";
    /// Services whose servers are found by SRV records.
    USE_SRV_LOOKUP: Str "use_srv_lookup" = "", MayBeEmpty, Common, "3.8", "lmtp,smtp";
    /// How long an address may grow by alias expansion.
    VIRTUAL_ALIAS_ADDRESS_LENGTH_LIMIT: Int "virtual_alias_address_length_limit" = "1000",
        From(1), Common, "3.0", "cleanup";
    /// How many recipients one alias may bring.
    VIRTUAL_ALIAS_EXPANSION_LIMIT: Int "virtual_alias_expansion_limit" = "1000",
        From(1), Common, "2.1", "cleanup";
    /// How many levels of aliases may follow each other.
    VIRTUAL_ALIAS_RECURSION_LIMIT: Int "virtual_alias_recursion_limit" = "1000",
        From(1), Common, "2.1", "cleanup";
    /// The former name of virtual_alias_maps.
    VIRTUAL_MAPS: Maps "virtual_maps" = "", Any, Legacy, "<=1.0", "cleanup", OldName;
}
