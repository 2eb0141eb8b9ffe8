//! Programs with few parameters: flush, qmqpd, pickup, anvil, postqueue, sendmail and others.

declare! {
    /// TODO sentence of allow_srv_lookup_fallback.
    ALLOW_SRV_LOOKUP_FALLBACK: Bool "allow_srv_lookup_fallback" = "no", Any, Rare, "3.8", "lmtp,smtp";
    /// TODO sentence of anvil_rate_time_unit.
    ANVIL_RATE_TIME_UNIT: Time "anvil_rate_time_unit" = "60s", From(1), Core, "2.1", "anvil";
    /// TODO sentence of anvil_status_update_time.
    ANVIL_STATUS_UPDATE_TIME: Time "anvil_status_update_time" = "600s", From(1), Rare, "2.2", "anvil";
    /// TODO sentence of authorized_flush_users.
    AUTHORIZED_FLUSH_USERS: MatchList "authorized_flush_users" = "static:anyone",
        MayBeEmpty, Common, "2.2", "postqueue,sendmail";
    /// TODO sentence of authorized_mailq_users.
    AUTHORIZED_MAILQ_USERS: MatchList "authorized_mailq_users" = "static:anyone",
        MayBeEmpty, Common, "2.2", "postqueue,sendmail";
    /// TODO sentence of authorized_submit_users.
    AUTHORIZED_SUBMIT_USERS: MatchList "authorized_submit_users" = "static:anyone",
        MayBeEmpty, Common, "2.2", "postdrop,sendmail";
    /// TODO sentence of best_mx_transport.
    BEST_MX_TRANSPORT: TransportSpec "best_mx_transport" = "", MayBeEmpty, Common, "<=1.0", "lmtp,smtp";
    /// TODO sentence of disable_dns_lookups.
    DISABLE_DNS_LOOKUPS: Bool "disable_dns_lookups" = "no", Any, Legacy, "<2.1", "smtp";
    /// TODO sentence of dnssec_probe.
    DNSSEC_PROBE: Str "dnssec_probe" = "ns:.", MayBeEmpty, Common, "3.6", "smtp";
    /// TODO sentence of empty_address_local_login_sender_maps_lookup_key.
    EMPTY_ADDRESS_LOCAL_LOGIN_SENDER_MAPS_LOOKUP_KEY: Str "empty_address_local_login_sender_maps_lookup_key" = "<>",
        MayBeEmpty, Rare, "3.6", "postdrop";
    /// TODO sentence of fallback_relay.
    FALLBACK_RELAY: Str "fallback_relay" = "", Any, Legacy, "<=1.0", "smtp", OldName;
    /// TODO sentence of fast_flush_domains.
    FAST_FLUSH_DOMAINS: MatchList "fast_flush_domains" = "$relay_domains",
        MayBeEmpty, Core, "<=1.1", "flush,postqueue,sendmail";
    /// TODO sentence of fast_flush_purge_time.
    FAST_FLUSH_PURGE_TIME: Time "fast_flush_purge_time" = "7d", From(1), Common, "<2.1", "flush";
    /// TODO sentence of fast_flush_refresh_time.
    FAST_FLUSH_REFRESH_TIME: Time "fast_flush_refresh_time" = "12h", From(1), Common, "<2.1", "flush";
    /// TODO sentence of ignore_mx_lookup_error.
    IGNORE_MX_LOOKUP_ERROR: Bool "ignore_mx_lookup_error" = "no", Any, Common, "<=1.0", "smtp";
    /// TODO sentence of ignore_srv_lookup_error.
    IGNORE_SRV_LOOKUP_ERROR: Bool "ignore_srv_lookup_error" = "no", Any, Rare, "3.8", "lmtp,smtp";
    /// TODO sentence of in_flow_delay.
    IN_FLOW_DELAY: Time "in_flow_delay" = "1s", Between(0, 10), Common, "<=1.1", "cleanup";
    /// TODO sentence of pipe_delivery_status_filter.
    PIPE_DELIVERY_STATUS_FILTER: Maps "pipe_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "pipe";
    /// TODO sentence of qmqpd_authorized_clients.
    QMQPD_AUTHORIZED_CLIENTS: MatchList "qmqpd_authorized_clients" = "", MayBeEmpty, Common, "<2.1", "qmqpd";
    /// TODO sentence of qmqpd_client_port_logging.
    QMQPD_CLIENT_PORT_LOGGING: Bool "qmqpd_client_port_logging" = "no", Any, Rare, "2.5", "qmqpd";
    /// TODO sentence of qmqpd_error_delay.
    QMQPD_ERROR_DELAY: Time "qmqpd_error_delay" = "1s", From(0), Rare, "<2.1", "qmqpd";
    /// TODO sentence of qmqpd_timeout.
    QMQPD_TIMEOUT: Time "qmqpd_timeout" = "300s", From(1), Common, "<2.1", "qmqpd";
    /// TODO sentence of send_cyrus_sasl_authzid.
    SEND_CYRUS_SASL_AUTHZID: Bool "send_cyrus_sasl_authzid" = "no", Any, Rare, "2.4.4", "smtp";
    /// TODO sentence of sender_based_routing.
    SENDER_BASED_ROUTING: Str "sender_based_routing" = "no", Any, Legacy, "<2.1", "-", Removed;
    /// TODO sentence of sendmail_fix_line_endings.
    SENDMAIL_FIX_LINE_ENDINGS: Str "sendmail_fix_line_endings" = "always",
        NonEmpty, Common, "2.9", "sendmail";
    /// TODO sentence of use_srv_lookup.
    USE_SRV_LOOKUP: Str "use_srv_lookup" = "", MayBeEmpty, Common, "3.8", "lmtp,smtp";
    /// TODO sentence of virtual_alias_address_length_limit.
    VIRTUAL_ALIAS_ADDRESS_LENGTH_LIMIT: Int "virtual_alias_address_length_limit" = "1000",
        From(1), Common, "3.0", "cleanup";
    /// TODO sentence of virtual_alias_expansion_limit.
    VIRTUAL_ALIAS_EXPANSION_LIMIT: Int "virtual_alias_expansion_limit" = "1000",
        From(1), Common, "2.1", "cleanup";
    /// TODO sentence of virtual_alias_recursion_limit.
    VIRTUAL_ALIAS_RECURSION_LIMIT: Int "virtual_alias_recursion_limit" = "1000",
        From(1), Common, "2.1", "cleanup";
    /// TODO sentence of virtual_maps.
    VIRTUAL_MAPS: Maps "virtual_maps" = "", Any, Legacy, "<=1.0", "cleanup", OldName;
}
