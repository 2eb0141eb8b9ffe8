//! The SMTP client: sessions, limits, routes, SASL.

declare! {
    /// Whether the SMTP client prefers IPv4 or IPv6 among servers of equal rank.
    SMTP_ADDRESS_PREFERENCE: Str "smtp_address_preference" = "any", NonEmpty, Common, "2.8", "smtp";
    /// At which stage of a session the SMTP client ends a probe.
    SMTP_ADDRESS_VERIFY_TARGET: Str "smtp_address_verify_target" = "rcpt", NonEmpty, Rare, "3.0", "smtp";
    /// Whether the SMTP client says EHLO to every server.
    SMTP_ALWAYS_SEND_EHLO: Bool "smtp_always_send_ehlo" = "yes", Any, Common, "<=1.0", "smtp";
    /// Whether the SMTP client keeps room for both IP versions in a long list of addresses.
    SMTP_BALANCE_INET_PROTOCOLS: Bool "smtp_balance_inet_protocols" = "yes", Any, Common, "3.3", "smtp";
    /// The IPv4 address from which the SMTP client connects.
    SMTP_BIND_ADDRESS: Str "smtp_bind_address" = "", MayBeEmpty, Core, "<=1.0", "smtp";
    /// The IPv6 address from which the SMTP client connects.
    SMTP_BIND_ADDRESS6: Str "smtp_bind_address6" = "", MayBeEmpty, Common, "2.2", "smtp";
    /// Whether the SMTP client waits when it cannot use its bind address.
    SMTP_BIND_ADDRESS_ENFORCE: Bool "smtp_bind_address_enforce" = "no", Any, Common, "3.7", "smtp";
    /// Patterns for body lines, when the SMTP client sends.
    SMTP_BODY_CHECKS: Maps "smtp_body_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// Whether a server's CNAME counts for certificate and password lookups.
    SMTP_CNAME_OVERRIDES_SERVERNAME: Bool "smtp_cname_overrides_servername" = "no",
        Any, Legacy, "2.2.9", "smtp";
    /// How long the SMTP client waits for a connection.
    SMTP_CONNECT_TIMEOUT: Time "smtp_connect_timeout" = "30s", From(0), Core, "<2.1", "smtp";
    /// Destinations whose SMTP connections stay open for more mail.
    SMTP_CONNECTION_CACHE_DESTINATIONS: MatchList "smtp_connection_cache_destinations" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// Whether connections stay open when much mail waits for the destination.
    SMTP_CONNECTION_CACHE_ON_DEMAND: Bool "smtp_connection_cache_on_demand" = "yes", Any, Core, "2.2", "smtp";
    /// How long an unused SMTP connection stays open.
    SMTP_CONNECTION_CACHE_TIME_LIMIT: Time "smtp_connection_cache_time_limit" = "2s",
        From(1), Common, "2.2", "smtp";
    /// How many messages one SMTP connection carries; 0 for any number.
    SMTP_CONNECTION_REUSE_COUNT_LIMIT: Int "smtp_connection_reuse_count_limit" = "0",
        From(0), Common, "2.11", "smtp";
    /// How long one SMTP connection is used.
    SMTP_CONNECTION_REUSE_TIME_LIMIT: Time "smtp_connection_reuse_time_limit" = "300s",
        From(1), Common, "2.3", "smtp";
    /// How long the SMTP client waits for the verdict after the message.
    SMTP_DATA_DONE_TIMEOUT: Time "smtp_data_done_timeout" = "600s", From(1), Common, "<2.1", "smtp";
    /// How long the SMTP client waits for the answer to DATA.
    SMTP_DATA_INIT_TIMEOUT: Time "smtp_data_init_timeout" = "120s", From(1), Common, "<2.1", "smtp";
    /// How long a piece of message content may take to leave the SMTP client.
    SMTP_DATA_XFER_TIMEOUT: Time "smtp_data_xfer_timeout" = "180s", From(1), Common, "<2.1", "smtp";
    /// Whether mail waits when no MX of a domain has an address.
    SMTP_DEFER_IF_NO_MX_ADDRESS_FOUND: Bool "smtp_defer_if_no_mx_address_found" = "no",
        Any, Common, "2.1", "smtp";
    /// Tables that change status codes and texts of smtp(8).
    SMTP_DELIVERY_STATUS_FILTER: Maps "smtp_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "smtp";
    /// How many deliveries to one destination the smtp transport makes at a time.
    SMTP_DESTINATION_CONCURRENCY_LIMIT: Int "smtp_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "<2.1", "qmgr";
    /// How many recipients one delivery by the smtp transport has.
    SMTP_DESTINATION_RECIPIENT_LIMIT: Int "smtp_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "<2.1", "qmgr";
    /// Tables that say by server address which EHLO keywords to ignore.
    SMTP_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS: Maps "smtp_discard_ehlo_keyword_address_maps" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// EHLO keywords that the SMTP client ignores.
    SMTP_DISCARD_EHLO_KEYWORDS: KeywordSet "smtp_discard_ehlo_keywords" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// Tables that change or drop DNS answers for the SMTP client.
    SMTP_DNS_REPLY_FILTER: Maps "smtp_dns_reply_filter" = "", MayBeEmpty, Common, "3.0", "smtp";
    /// How the SMTP client's DNS questions are completed with search domains.
    SMTP_DNS_RESOLVER_OPTIONS: KeywordSet "smtp_dns_resolver_options" = "", MayBeEmpty, Rare, "2.8", "smtp";
    /// Whether the SMTP client uses DNS not at all, as it is, or with DNSSEC.
    SMTP_DNS_SUPPORT_LEVEL: Enum "smtp_dns_support_level" = "", MayBeEmpty, Core, "2.11", "smtp";
    /// The former way to make the SMTP client insist on TLS.
    SMTP_ENFORCE_TLS: Bool "smtp_enforce_tls" = "no", Any, Legacy, "2.2", "smtp,tlsproxy";
    /// Hosts that the SMTP client tries when it cannot reach the destination.
    SMTP_FALLBACK_RELAY: DestinationList "smtp_fallback_relay" = "$fallback_relay",
        MayBeEmpty, Core, "2.3", "smtp";
    /// Tables that rewrite addresses as mail leaves by SMTP.
    SMTP_GENERIC_MAPS: Maps "smtp_generic_maps" = "", MayBeEmpty, Core, "2.2", "smtp";
    /// Patterns for message headers, when the SMTP client sends.
    SMTP_HEADER_CHECKS: Maps "smtp_header_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// The name that the SMTP client gives with HELO or EHLO.
    SMTP_HELO_NAME: Str "smtp_helo_name" = "$myhostname", NonEmpty, Core, "2.0", "smtp";
    /// How long the SMTP client waits for the greeting and for the answer to HELO.
    SMTP_HELO_TIMEOUT: Time "smtp_helo_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// Where the SMTP client looks up hosts: dns, native or both.
    SMTP_HOST_LOOKUP: Str "smtp_host_lookup" = "dns", NonEmpty, Core, "2.1", "smtp";
    /// Where the SMTP client breaks lines that are too long; 0 for nowhere.
    SMTP_LINE_LENGTH_LIMIT: Int "smtp_line_length_limit" = "998", From(0), Common, "<2.1", "smtp";
    /// Whether the SMTP client logs what became of TLS features that were asked for.
    SMTP_LOG_TLS_FEATURE_STATUS: BoolExpr "smtp_log_tls_feature_status" = "yes", Any, Common, "3.11", "smtp";
    /// How long the SMTP client waits for the answer to MAIL FROM.
    SMTP_MAIL_TIMEOUT: Time "smtp_mail_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// Patterns for headers of MIME parts, when the SMTP client sends.
    SMTP_MIME_HEADER_CHECKS: Maps "smtp_mime_header_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// How many bytes a second a peer of the SMTP client must make to earn more time.
    SMTP_MIN_DATA_RATE: Int "smtp_min_data_rate" = "500", From(1), Rare, "3.7", "smtp";
    /// How many addresses of a destination the SMTP client tries.
    SMTP_MX_ADDRESS_LIMIT: Int "smtp_mx_address_limit" = "5", From(0), Common, "2.1", "smtp";
    /// How many sessions the SMTP client tries before it gives up for now.
    SMTP_MX_SESSION_LIMIT: Int "smtp_mx_session_limit" = "2", From(0), Common, "2.1", "smtp";
    /// Patterns for headers of attached messages, when the SMTP client sends.
    SMTP_NESTED_HEADER_CHECKS: Maps "smtp_nested_header_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// Whether the SMTP client never says EHLO.
    SMTP_NEVER_SEND_EHLO: Bool "smtp_never_send_ehlo" = "no", Any, Legacy, "<2.1", "smtp";
    /// The former name of smtp_per_request_deadline.
    SMTP_PER_RECORD_DEADLINE: Str "smtp_per_record_deadline" = "", Any, Legacy, "2.9..3.6", "smtp", OldName;
    /// Whether the SMTP client's timeouts limit whole requests, not single reads and writes.
    SMTP_PER_REQUEST_DEADLINE: BoolExpr "smtp_per_request_deadline" = "${smtp_per_record_deadline?{$smtp_per_record_deadline}:{no}}",
        Any, Common, "3.7", "smtp";
    /// How long the SMTP client pauses before the final dot for broken PIX firewalls.
    SMTP_PIX_WORKAROUND_DELAY_TIME: Time "smtp_pix_workaround_delay_time" = "10s",
        From(1), Common, "<=1.1", "smtp";
    /// Tables that say by server address which PIX workarounds to use.
    SMTP_PIX_WORKAROUND_MAPS: Maps "smtp_pix_workaround_maps" = "", MayBeEmpty, Rare, "2.4", "smtp";
    /// How old mail must be before PIX workarounds are used.
    SMTP_PIX_WORKAROUND_THRESHOLD_TIME: Time "smtp_pix_workaround_threshold_time" = "500s",
        From(0), Common, "<=1.1", "smtp";
    /// Tricks that get mail through broken PIX firewalls.
    SMTP_PIX_WORKAROUNDS: KeywordSet "smtp_pix_workarounds" = "disable_esmtp,delay_dotcrlf",
        MayBeEmpty, Common, "2.4", "smtp";
    /// How long the SMTP client waits for the answer to QUIT.
    SMTP_QUIT_TIMEOUT: Time "smtp_quit_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// Whether the SMTP client quotes envelope addresses as the standard asks.
    SMTP_QUOTE_RFC821_ENVELOPE: Bool "smtp_quote_rfc821_envelope" = "yes", Any, Legacy, "2.1", "smtp";
    /// Whether the SMTP client takes servers of equal rank in random order.
    SMTP_RANDOMIZE_ADDRESSES: Bool "smtp_randomize_addresses" = "yes", Any, Common, "<=1.1", "smtp";
    /// How long the SMTP client waits for the answer to RCPT TO.
    SMTP_RCPT_TIMEOUT: Time "smtp_rcpt_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// Tables that change what servers answer to the SMTP client.
    SMTP_REPLY_FILTER: Maps "smtp_reply_filter" = "", MayBeEmpty, Common, "2.7", "smtp";
    /// How long the SMTP client waits for the answer to RSET.
    SMTP_RSET_TIMEOUT: Time "smtp_rset_timeout" = "20s", From(1), Common, "2.1", "smtp";
    /// Where the SMTP client remembers failed logins.
    SMTP_SASL_AUTH_CACHE_NAME: SingleTable "smtp_sasl_auth_cache_name" = "", MayBeEmpty, Rare, "2.5", "smtp";
    /// How long the SMTP client remembers a failed login.
    SMTP_SASL_AUTH_CACHE_TIME: Time "smtp_sasl_auth_cache_time" = "90d", From(0), Rare, "2.5", "smtp";
    /// Whether the SMTP client logs in to servers.
    SMTP_SASL_AUTH_ENABLE: Bool "smtp_sasl_auth_enable" = "no", Any, Core, "<2.1", "smtp";
    /// Whether mail waits when a login was refused, instead of going back.
    SMTP_SASL_AUTH_SOFT_BOUNCE: Bool "smtp_sasl_auth_soft_bounce" = "yes", Any, Rare, "2.5", "smtp";
    /// Login mechanisms of servers that the SMTP client uses.
    SMTP_SASL_MECHANISM_FILTER: MatchList "smtp_sasl_mechanism_filter" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// Tables with a user name and password per server.
    SMTP_SASL_PASSWORD_MAPS: Maps "smtp_sasl_password_maps" = "", MayBeEmpty, Core, "<2.1", "smtp";
    /// What stands between user name and password in a table's answer.
    SMTP_SASL_PASSWORD_RESULT_DELIMITER: Str "smtp_sasl_password_result_delimiter" = ":",
        NonEmpty, Rare, "3.9", "smtp";
    /// What the SMTP client's SASL plug-in needs to know, such as a socket.
    SMTP_SASL_PATH: Path "smtp_sasl_path" = "", MayBeEmpty, Common, "2.3", "smtp";
    /// What login mechanisms must offer when the SMTP session is not encrypted.
    SMTP_SASL_SECURITY_OPTIONS: KeywordSet "smtp_sasl_security_options" = "noplaintext, noanonymous",
        MayBeEmpty, Core, "<2.1", "smtp";
    /// What login mechanisms must offer when the SMTP session is encrypted.
    SMTP_SASL_TLS_SECURITY_OPTIONS: KeywordSet "smtp_sasl_tls_security_options" = "$smtp_sasl_security_options",
        MayBeEmpty, Common, "2.2", "smtp";
    /// What login mechanisms must offer when the SMTP server's certificate was verified.
    SMTP_SASL_TLS_VERIFIED_SECURITY_OPTIONS: KeywordSet "smtp_sasl_tls_verified_security_options" = "$smtp_sasl_tls_security_options",
        MayBeEmpty, Rare, "2.6", "smtp";
    /// Which SASL plug-in the SMTP client uses.
    SMTP_SASL_TYPE: Str "smtp_sasl_type" = "cyrus", NonEmpty, Common, "2.3", "smtp";
    /// Whether the SMTP client sends `AUTH=<>` with MAIL FROM after a login.
    SMTP_SEND_DUMMY_MAIL_AUTH: Bool "smtp_send_dummy_mail_auth" = "no", Any, Rare, "2.9", "smtp";
    /// Whether the SMTP client passes on the original client's data to servers that want it.
    SMTP_SEND_XFORWARD_COMMAND: Bool "smtp_send_xforward_command" = "no", Any, Common, "2.1", "smtp";
    /// Whether the sender's address chooses the password.
    SMTP_SENDER_DEPENDENT_AUTHENTICATION: Bool "smtp_sender_dependent_authentication" = "no",
        Any, Common, "2.3", "smtp";
    /// Formerly, whether a 4xx greeting made the client try the next server.
    SMTP_SKIP_4XX_GREETING: Str "smtp_skip_4xx_greeting" = "yes", Any, Legacy, "<=2.0", "smtp", Removed;
    /// Whether a 5xx greeting makes the SMTP client try the next server.
    SMTP_SKIP_5XX_GREETING: Bool "smtp_skip_5xx_greeting" = "yes", Any, Common, "<=1.0", "smtp";
    /// Whether the SMTP client leaves without the answer to QUIT.
    SMTP_SKIP_QUIT_RESPONSE: Bool "smtp_skip_quit_response" = "yes", Any, Common, "<2.1", "smtp";
    /// How long a TLS handshake of the SMTP client may take.
    SMTP_STARTTLS_TIMEOUT: Time "smtp_starttls_timeout" = "300s", From(1), Common, "2.2", "smtp";
    /// The port that SMTP connects to when none is given.
    SMTP_TCP_PORT: Str "smtp_tcp_port" = "smtp", MayBeEmpty, Common, "<2.1", "smtp";
    /// The former way to let the SMTP client use TLS.
    SMTP_USE_TLS: Bool "smtp_use_tls" = "no", Any, Legacy, "2.2", "smtp,tlsproxy";
    /// How long the SMTP client waits for the answer to XFORWARD.
    SMTP_XFORWARD_TIMEOUT: Time "smtp_xforward_timeout" = "300s", From(1), Rare, "2.1", "smtp";
}
