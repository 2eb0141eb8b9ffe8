//! The LMTP client; most parameters are those of the SMTP client under another name.

declare! {
    /// Whether the LMTP client prefers IPv4 or IPv6 among servers of equal rank.
    LMTP_ADDRESS_PREFERENCE: Str "lmtp_address_preference" = "any", NonEmpty, Rare, "2.8", "lmtp";
    /// At which stage of a session the LMTP client ends a probe.
    LMTP_ADDRESS_VERIFY_TARGET: Str "lmtp_address_verify_target" = "rcpt", NonEmpty, Rare, "3.0", "lmtp";
    /// Whether success of an LMTP delivery is reported as final although the server says no DSN.
    LMTP_ASSUME_FINAL: Bool "lmtp_assume_final" = "no", Any, Legacy, "2.3..2.6 (not dated)", "lmtp,smtp";
    /// Whether the LMTP client keeps room for both IP versions in a long list of addresses.
    LMTP_BALANCE_INET_PROTOCOLS: Bool "lmtp_balance_inet_protocols" = "yes", Any, Rare, "3.3", "lmtp";
    /// The IPv4 address from which the LMTP client connects.
    LMTP_BIND_ADDRESS: Str "lmtp_bind_address" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// The IPv6 address from which the LMTP client connects.
    LMTP_BIND_ADDRESS6: Str "lmtp_bind_address6" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// Whether the LMTP client waits when it cannot use its bind address.
    LMTP_BIND_ADDRESS_ENFORCE: Bool "lmtp_bind_address_enforce" = "no", Any, Rare, "3.7", "lmtp";
    /// Patterns for body lines, when the LMTP client sends.
    LMTP_BODY_CHECKS: Maps "lmtp_body_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// Formerly, whether LMTP connections stayed open for more mail.
    LMTP_CACHE_CONNECTION: Str "lmtp_cache_connection" = "yes", Any, Legacy, "<=2.2", "smtp", Removed;
    /// Whether a server's CNAME counts for certificate and password lookups, for LMTP.
    LMTP_CNAME_OVERRIDES_SERVERNAME: Bool "lmtp_cname_overrides_servername" = "no",
        Any, Legacy, "2.3", "lmtp";
    /// How long the LMTP client waits for a connection.
    LMTP_CONNECT_TIMEOUT: Time "lmtp_connect_timeout" = "0s", From(0), Rare, "<2.1", "lmtp";
    /// Destinations whose LMTP connections stay open for more mail.
    LMTP_CONNECTION_CACHE_DESTINATIONS: MatchList "lmtp_connection_cache_destinations" = "",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// Whether connections stay open when much mail waits for the destination, for LMTP.
    LMTP_CONNECTION_CACHE_ON_DEMAND: Bool "lmtp_connection_cache_on_demand" = "yes",
        Any, Common, "2.3", "lmtp";
    /// How long an unused LMTP connection stays open.
    LMTP_CONNECTION_CACHE_TIME_LIMIT: Time "lmtp_connection_cache_time_limit" = "2s",
        From(1), Rare, "2.3", "lmtp";
    /// How many messages one LMTP connection carries; 0 for any number.
    LMTP_CONNECTION_REUSE_COUNT_LIMIT: Int "lmtp_connection_reuse_count_limit" = "0",
        From(0), Rare, "2.11", "lmtp";
    /// How long one LMTP connection is used.
    LMTP_CONNECTION_REUSE_TIME_LIMIT: Time "lmtp_connection_reuse_time_limit" = "300s",
        From(1), Rare, "2.3", "lmtp";
    /// How long the LMTP client waits for the verdict after the message.
    LMTP_DATA_DONE_TIMEOUT: Time "lmtp_data_done_timeout" = "600s", From(1), Rare, "<2.1", "lmtp";
    /// How long the LMTP client waits for the answer to DATA.
    LMTP_DATA_INIT_TIMEOUT: Time "lmtp_data_init_timeout" = "120s", From(1), Rare, "<2.1", "lmtp";
    /// How long a piece of message content may take to leave the LMTP client.
    LMTP_DATA_XFER_TIMEOUT: Time "lmtp_data_xfer_timeout" = "180s", From(1), Rare, "<2.1", "lmtp";
    /// Whether mail waits when no MX of a domain has an address, for LMTP.
    LMTP_DEFER_IF_NO_MX_ADDRESS_FOUND: Bool "lmtp_defer_if_no_mx_address_found" = "no",
        Any, Rare, "2.3", "lmtp";
    /// Tables that change status codes and texts of smtp(8) when it speaks LMTP.
    LMTP_DELIVERY_STATUS_FILTER: Maps "lmtp_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Rare, "3.0", "lmtp";
    /// How many deliveries to one destination the lmtp transport makes at a time.
    LMTP_DESTINATION_CONCURRENCY_LIMIT: Int "lmtp_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "<2.1", "qmgr";
    /// How many recipients one delivery by the lmtp transport has.
    LMTP_DESTINATION_RECIPIENT_LIMIT: Int "lmtp_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "<2.1", "qmgr";
    /// Tables that say by server address which LHLO keywords to ignore.
    LMTP_DISCARD_LHLO_KEYWORD_ADDRESS_MAPS: Maps "lmtp_discard_lhlo_keyword_address_maps" = "",
        MayBeEmpty, Rare, "2.3", "lmtp,smtp";
    /// LHLO keywords that the LMTP client ignores.
    LMTP_DISCARD_LHLO_KEYWORDS: KeywordSet "lmtp_discard_lhlo_keywords" = "",
        MayBeEmpty, Rare, "2.3", "lmtp,smtp";
    /// Tables that change or drop DNS answers for the LMTP client.
    LMTP_DNS_REPLY_FILTER: Maps "lmtp_dns_reply_filter" = "", MayBeEmpty, Rare, "3.0", "lmtp";
    /// How the LMTP client's DNS questions are completed with search domains.
    LMTP_DNS_RESOLVER_OPTIONS: KeywordSet "lmtp_dns_resolver_options" = "", MayBeEmpty, Rare, "2.8", "lmtp";
    /// Whether the LMTP client uses DNS not at all, as it is, or with DNSSEC.
    LMTP_DNS_SUPPORT_LEVEL: Enum "lmtp_dns_support_level" = "", MayBeEmpty, Rare, "2.11", "lmtp";
    /// The former way to make the LMTP client insist on TLS.
    LMTP_ENFORCE_TLS: Bool "lmtp_enforce_tls" = "no", Any, Legacy, "2.3", "lmtp";
    /// Hosts that the LMTP client tries when it cannot reach the destination.
    LMTP_FALLBACK_RELAY: DestinationList "lmtp_fallback_relay" = "", MayBeEmpty, Rare, "3.1", "lmtp,smtp";
    /// Tables that rewrite addresses as mail leaves by LMTP.
    LMTP_GENERIC_MAPS: Maps "lmtp_generic_maps" = "", MayBeEmpty, Common, "2.3", "lmtp";
    /// Patterns for message headers, when the LMTP client sends.
    LMTP_HEADER_CHECKS: Maps "lmtp_header_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// Where the LMTP client looks up hosts: dns, native or both.
    LMTP_HOST_LOOKUP: Str "lmtp_host_lookup" = "dns", NonEmpty, Rare, "2.3", "lmtp";
    /// The name that the LMTP client gives with LHLO.
    LMTP_LHLO_NAME: Str "lmtp_lhlo_name" = "$myhostname", NonEmpty, Common, "2.3", "lmtp,smtp";
    /// How long the LMTP client waits for the answer to LHLO.
    LMTP_LHLO_TIMEOUT: Time "lmtp_lhlo_timeout" = "300s", From(1), Rare, "<2.1", "lmtp,smtp";
    /// Where the LMTP client breaks lines that are too long; 0 for nowhere.
    LMTP_LINE_LENGTH_LIMIT: Int "lmtp_line_length_limit" = "998", From(0), Rare, "2.3", "lmtp";
    /// Whether the LMTP client logs what became of TLS features that were asked for.
    LMTP_LOG_TLS_FEATURE_STATUS: BoolExpr "lmtp_log_tls_feature_status" = "yes", Any, Rare, "3.11", "lmtp";
    /// How long the LMTP client waits for the answer to MAIL FROM.
    LMTP_MAIL_TIMEOUT: Time "lmtp_mail_timeout" = "300s", From(1), Rare, "<2.1", "lmtp";
    /// Patterns for headers of MIME parts, when the LMTP client sends.
    LMTP_MIME_HEADER_CHECKS: Maps "lmtp_mime_header_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// How many bytes a second a peer of the LMTP client must make to earn more time.
    LMTP_MIN_DATA_RATE: Int "lmtp_min_data_rate" = "500", From(1), Rare, "3.7", "lmtp";
    /// How many addresses of a destination the LMTP client tries.
    LMTP_MX_ADDRESS_LIMIT: Int "lmtp_mx_address_limit" = "5", From(0), Rare, "2.3", "lmtp";
    /// How many sessions the LMTP client tries before it gives up for now.
    LMTP_MX_SESSION_LIMIT: Int "lmtp_mx_session_limit" = "2", From(0), Rare, "2.3", "lmtp";
    /// Patterns for headers of attached messages, when the LMTP client sends.
    LMTP_NESTED_HEADER_CHECKS: Maps "lmtp_nested_header_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// The former name of lmtp_per_request_deadline.
    LMTP_PER_RECORD_DEADLINE: Str "lmtp_per_record_deadline" = "", Any, Legacy, "2.9", "-", OldName;
    /// Whether the LMTP client's timeouts limit whole requests, not single reads and writes.
    LMTP_PER_REQUEST_DEADLINE: BoolExpr "lmtp_per_request_deadline" = "${lmtp_per_record_deadline?{$lmtp_per_record_deadline}:{no}}",
        Any, Rare, "3.7", "lmtp";
    /// How long the LMTP client pauses before the final dot for broken PIX firewalls.
    LMTP_PIX_WORKAROUND_DELAY_TIME: Time "lmtp_pix_workaround_delay_time" = "10s",
        From(1), Rare, "2.3", "lmtp";
    /// Tables that say by server address which PIX workarounds to use, for LMTP.
    LMTP_PIX_WORKAROUND_MAPS: Maps "lmtp_pix_workaround_maps" = "", MayBeEmpty, Rare, "2.4", "lmtp";
    /// How old mail must be before PIX workarounds are used, for LMTP.
    LMTP_PIX_WORKAROUND_THRESHOLD_TIME: Time "lmtp_pix_workaround_threshold_time" = "500s",
        From(0), Rare, "2.3", "lmtp";
    /// Tricks that get mail through broken PIX firewalls, for LMTP.
    LMTP_PIX_WORKAROUNDS: KeywordSet "lmtp_pix_workarounds" = "disable_esmtp,delay_dotcrlf",
        MayBeEmpty, Rare, "2.4", "lmtp";
    /// How long the LMTP client waits for the answer to QUIT.
    LMTP_QUIT_TIMEOUT: Time "lmtp_quit_timeout" = "300s", From(1), Rare, "<2.1", "lmtp";
    /// Whether the LMTP client quotes envelope addresses as the standard asks.
    LMTP_QUOTE_RFC821_ENVELOPE: Bool "lmtp_quote_rfc821_envelope" = "yes", Any, Legacy, "2.3", "lmtp";
    /// Whether the LMTP client takes servers of equal rank in random order.
    LMTP_RANDOMIZE_ADDRESSES: Bool "lmtp_randomize_addresses" = "yes", Any, Rare, "2.3", "lmtp";
    /// How long the LMTP client waits for the answer to RCPT TO.
    LMTP_RCPT_TIMEOUT: Time "lmtp_rcpt_timeout" = "300s", From(1), Rare, "<2.1", "lmtp";
    /// Tables that change what servers answer to the LMTP client.
    LMTP_REPLY_FILTER: Maps "lmtp_reply_filter" = "", MayBeEmpty, Rare, "2.7", "lmtp";
    /// How long the LMTP client waits for the answer to RSET.
    LMTP_RSET_TIMEOUT: Time "lmtp_rset_timeout" = "20s", From(1), Rare, "<2.1", "lmtp";
    /// Where the LMTP client remembers failed logins.
    LMTP_SASL_AUTH_CACHE_NAME: SingleTable "lmtp_sasl_auth_cache_name" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// How long the LMTP client remembers a failed login.
    LMTP_SASL_AUTH_CACHE_TIME: Time "lmtp_sasl_auth_cache_time" = "90d", From(0), Rare, "2.5", "lmtp";
    /// Whether the LMTP client logs in to servers.
    LMTP_SASL_AUTH_ENABLE: Bool "lmtp_sasl_auth_enable" = "no", Any, Common, "<2.1", "lmtp";
    /// Whether mail waits when a login was refused, instead of going back, for LMTP.
    LMTP_SASL_AUTH_SOFT_BOUNCE: Bool "lmtp_sasl_auth_soft_bounce" = "yes", Any, Rare, "2.5", "lmtp";
    /// Login mechanisms of servers that the LMTP client uses.
    LMTP_SASL_MECHANISM_FILTER: MatchList "lmtp_sasl_mechanism_filter" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// Tables with a user name and password per server, for LMTP.
    LMTP_SASL_PASSWORD_MAPS: Maps "lmtp_sasl_password_maps" = "", MayBeEmpty, Common, "<2.1", "lmtp";
    /// What stands between user name and password in a table's answer, for LMTP.
    LMTP_SASL_PASSWORD_RESULT_DELIMITER: Str "lmtp_sasl_password_result_delimiter" = ":",
        NonEmpty, Rare, "3.9", "lmtp";
    /// What the LMTP client's SASL plug-in needs to know, such as a socket.
    LMTP_SASL_PATH: Path "lmtp_sasl_path" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// What login mechanisms must offer when the LMTP session is not encrypted.
    LMTP_SASL_SECURITY_OPTIONS: KeywordSet "lmtp_sasl_security_options" = "noplaintext, noanonymous",
        MayBeEmpty, Rare, "<2.1", "lmtp";
    /// What login mechanisms must offer when the LMTP session is encrypted.
    LMTP_SASL_TLS_SECURITY_OPTIONS: KeywordSet "lmtp_sasl_tls_security_options" = "$lmtp_sasl_security_options",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// What login mechanisms must offer when the LMTP server's certificate was verified.
    LMTP_SASL_TLS_VERIFIED_SECURITY_OPTIONS: KeywordSet "lmtp_sasl_tls_verified_security_options" = "$lmtp_sasl_tls_security_options",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// Which SASL plug-in the LMTP client uses.
    LMTP_SASL_TYPE: Str "lmtp_sasl_type" = "cyrus", NonEmpty, Rare, "2.3", "lmtp";
    /// Whether the LMTP client sends `AUTH=<>` with MAIL FROM after a login.
    LMTP_SEND_DUMMY_MAIL_AUTH: Bool "lmtp_send_dummy_mail_auth" = "no", Any, Rare, "2.9", "lmtp";
    /// Whether the LMTP client passes on the original client's data to servers that want it.
    LMTP_SEND_XFORWARD_COMMAND: Bool "lmtp_send_xforward_command" = "no", Any, Rare, "2.1", "lmtp";
    /// Whether the sender's address chooses the password, for LMTP.
    LMTP_SENDER_DEPENDENT_AUTHENTICATION: Bool "lmtp_sender_dependent_authentication" = "no",
        Any, Rare, "2.3", "lmtp";
    /// Whether a 5xx greeting makes the LMTP client try the next server.
    LMTP_SKIP_5XX_GREETING: Bool "lmtp_skip_5xx_greeting" = "yes", Any, Rare, "2.3", "lmtp";
    /// Whether the LMTP client leaves without the answer to QUIT.
    LMTP_SKIP_QUIT_RESPONSE: Bool "lmtp_skip_quit_response" = "no", Any, Rare, "<2.1", "lmtp";
    /// How long a TLS handshake of the LMTP client may take.
    LMTP_STARTTLS_TIMEOUT: Time "lmtp_starttls_timeout" = "300s", From(1), Rare, "2.3", "lmtp";
    /// The port that LMTP connects to when none is given.
    LMTP_TCP_PORT: Str "lmtp_tcp_port" = "24", MayBeEmpty, Core, "<2.1", "lmtp,smtp";
    /// The former way to let the LMTP client use TLS.
    LMTP_USE_TLS: Bool "lmtp_use_tls" = "no", Any, Legacy, "2.3", "lmtp";
    /// How long the LMTP client waits for the answer to XFORWARD.
    LMTP_XFORWARD_TIMEOUT: Time "lmtp_xforward_timeout" = "300s", From(1), Rare, "2.1", "lmtp";
}
