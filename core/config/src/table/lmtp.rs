//! The LMTP client; most parameters are those of the SMTP client under another name.

declare! {
    /// TODO sentence of lmtp_address_preference.
    LMTP_ADDRESS_PREFERENCE: Str "lmtp_address_preference" = "any", NonEmpty, Rare, "2.8", "lmtp";
    /// TODO sentence of lmtp_address_verify_target.
    LMTP_ADDRESS_VERIFY_TARGET: Str "lmtp_address_verify_target" = "rcpt", NonEmpty, Rare, "3.0", "lmtp";
    /// TODO sentence of lmtp_assume_final.
    LMTP_ASSUME_FINAL: Bool "lmtp_assume_final" = "no", Any, Legacy, "2.3..2.6 (not dated)", "lmtp,smtp";
    /// TODO sentence of lmtp_balance_inet_protocols.
    LMTP_BALANCE_INET_PROTOCOLS: Bool "lmtp_balance_inet_protocols" = "yes", Any, Rare, "3.3", "lmtp";
    /// TODO sentence of lmtp_bind_address.
    LMTP_BIND_ADDRESS: Str "lmtp_bind_address" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_bind_address6.
    LMTP_BIND_ADDRESS6: Str "lmtp_bind_address6" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_bind_address_enforce.
    LMTP_BIND_ADDRESS_ENFORCE: Bool "lmtp_bind_address_enforce" = "no", Any, Rare, "3.7", "lmtp";
    /// TODO sentence of lmtp_body_checks.
    LMTP_BODY_CHECKS: Maps "lmtp_body_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_cache_connection.
    LMTP_CACHE_CONNECTION: Str "lmtp_cache_connection" = "yes", Any, Legacy, "<=2.2", "smtp", Removed;
    /// TODO sentence of lmtp_cname_overrides_servername.
    LMTP_CNAME_OVERRIDES_SERVERNAME: Bool "lmtp_cname_overrides_servername" = "no",
        Any, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_connect_timeout.
    LMTP_CONNECT_TIMEOUT: Time "lmtp_connect_timeout" = "0s", From(0), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_connection_cache_destinations.
    LMTP_CONNECTION_CACHE_DESTINATIONS: MatchList "lmtp_connection_cache_destinations" = "",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_connection_cache_on_demand.
    LMTP_CONNECTION_CACHE_ON_DEMAND: Bool "lmtp_connection_cache_on_demand" = "yes",
        Any, Common, "2.3", "lmtp";
    /// TODO sentence of lmtp_connection_cache_time_limit.
    LMTP_CONNECTION_CACHE_TIME_LIMIT: Time "lmtp_connection_cache_time_limit" = "2s",
        From(1), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_connection_reuse_count_limit.
    LMTP_CONNECTION_REUSE_COUNT_LIMIT: Int "lmtp_connection_reuse_count_limit" = "0",
        From(0), Rare, "2.11", "lmtp";
    /// TODO sentence of lmtp_connection_reuse_time_limit.
    LMTP_CONNECTION_REUSE_TIME_LIMIT: Time "lmtp_connection_reuse_time_limit" = "300s",
        From(1), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_data_done_timeout.
    LMTP_DATA_DONE_TIMEOUT: Time "lmtp_data_done_timeout" = "600s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_data_init_timeout.
    LMTP_DATA_INIT_TIMEOUT: Time "lmtp_data_init_timeout" = "120s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_data_xfer_timeout.
    LMTP_DATA_XFER_TIMEOUT: Time "lmtp_data_xfer_timeout" = "180s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_defer_if_no_mx_address_found.
    LMTP_DEFER_IF_NO_MX_ADDRESS_FOUND: Bool "lmtp_defer_if_no_mx_address_found" = "no",
        Any, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_delivery_status_filter.
    LMTP_DELIVERY_STATUS_FILTER: Maps "lmtp_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Rare, "3.0", "lmtp";
    /// TODO sentence of lmtp_destination_concurrency_limit.
    LMTP_DESTINATION_CONCURRENCY_LIMIT: Int "lmtp_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "<2.1", "qmgr";
    /// TODO sentence of lmtp_destination_recipient_limit.
    LMTP_DESTINATION_RECIPIENT_LIMIT: Int "lmtp_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "<2.1", "qmgr";
    /// TODO sentence of lmtp_discard_lhlo_keyword_address_maps.
    LMTP_DISCARD_LHLO_KEYWORD_ADDRESS_MAPS: Maps "lmtp_discard_lhlo_keyword_address_maps" = "",
        MayBeEmpty, Rare, "2.3", "lmtp,smtp";
    /// TODO sentence of lmtp_discard_lhlo_keywords.
    LMTP_DISCARD_LHLO_KEYWORDS: KeywordSet "lmtp_discard_lhlo_keywords" = "",
        MayBeEmpty, Rare, "2.3", "lmtp,smtp";
    /// TODO sentence of lmtp_dns_reply_filter.
    LMTP_DNS_REPLY_FILTER: Maps "lmtp_dns_reply_filter" = "", MayBeEmpty, Rare, "3.0", "lmtp";
    /// TODO sentence of lmtp_dns_resolver_options.
    LMTP_DNS_RESOLVER_OPTIONS: KeywordSet "lmtp_dns_resolver_options" = "", MayBeEmpty, Rare, "2.8", "lmtp";
    /// TODO sentence of lmtp_dns_support_level.
    LMTP_DNS_SUPPORT_LEVEL: Enum "lmtp_dns_support_level" = "", MayBeEmpty, Rare, "2.11", "lmtp";
    /// TODO sentence of lmtp_enforce_tls.
    LMTP_ENFORCE_TLS: Bool "lmtp_enforce_tls" = "no", Any, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_fallback_relay.
    LMTP_FALLBACK_RELAY: DestinationList "lmtp_fallback_relay" = "", MayBeEmpty, Rare, "3.1", "lmtp,smtp";
    /// TODO sentence of lmtp_generic_maps.
    LMTP_GENERIC_MAPS: Maps "lmtp_generic_maps" = "", MayBeEmpty, Common, "2.3", "lmtp";
    /// TODO sentence of lmtp_header_checks.
    LMTP_HEADER_CHECKS: Maps "lmtp_header_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_host_lookup.
    LMTP_HOST_LOOKUP: Str "lmtp_host_lookup" = "dns", NonEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_lhlo_name.
    LMTP_LHLO_NAME: Str "lmtp_lhlo_name" = "$myhostname", NonEmpty, Common, "2.3", "lmtp,smtp";
    /// TODO sentence of lmtp_lhlo_timeout.
    LMTP_LHLO_TIMEOUT: Time "lmtp_lhlo_timeout" = "300s", From(1), Rare, "<2.1", "lmtp,smtp";
    /// TODO sentence of lmtp_line_length_limit.
    LMTP_LINE_LENGTH_LIMIT: Int "lmtp_line_length_limit" = "998", From(0), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_log_tls_feature_status.
    LMTP_LOG_TLS_FEATURE_STATUS: BoolExpr "lmtp_log_tls_feature_status" = "yes", Any, Rare, "3.11", "lmtp";
    /// TODO sentence of lmtp_mail_timeout.
    LMTP_MAIL_TIMEOUT: Time "lmtp_mail_timeout" = "300s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_mime_header_checks.
    LMTP_MIME_HEADER_CHECKS: Maps "lmtp_mime_header_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_min_data_rate.
    LMTP_MIN_DATA_RATE: Int "lmtp_min_data_rate" = "500", From(1), Rare, "3.7", "lmtp";
    /// TODO sentence of lmtp_mx_address_limit.
    LMTP_MX_ADDRESS_LIMIT: Int "lmtp_mx_address_limit" = "5", From(0), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_mx_session_limit.
    LMTP_MX_SESSION_LIMIT: Int "lmtp_mx_session_limit" = "2", From(0), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_nested_header_checks.
    LMTP_NESTED_HEADER_CHECKS: Maps "lmtp_nested_header_checks" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_per_record_deadline.
    LMTP_PER_RECORD_DEADLINE: Str "lmtp_per_record_deadline" = "", Any, Legacy, "2.9", "-", OldName;
    /// TODO sentence of lmtp_per_request_deadline.
    LMTP_PER_REQUEST_DEADLINE: BoolExpr "lmtp_per_request_deadline" = "${lmtp_per_record_deadline?{$lmtp_per_record_deadline}:{no}}",
        Any, Rare, "3.7", "lmtp";
    /// TODO sentence of lmtp_pix_workaround_delay_time.
    LMTP_PIX_WORKAROUND_DELAY_TIME: Time "lmtp_pix_workaround_delay_time" = "10s",
        From(1), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_pix_workaround_maps.
    LMTP_PIX_WORKAROUND_MAPS: Maps "lmtp_pix_workaround_maps" = "", MayBeEmpty, Rare, "2.4", "lmtp";
    /// TODO sentence of lmtp_pix_workaround_threshold_time.
    LMTP_PIX_WORKAROUND_THRESHOLD_TIME: Time "lmtp_pix_workaround_threshold_time" = "500s",
        From(0), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_pix_workarounds.
    LMTP_PIX_WORKAROUNDS: KeywordSet "lmtp_pix_workarounds" = "disable_esmtp,delay_dotcrlf",
        MayBeEmpty, Rare, "2.4", "lmtp";
    /// TODO sentence of lmtp_quit_timeout.
    LMTP_QUIT_TIMEOUT: Time "lmtp_quit_timeout" = "300s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_quote_rfc821_envelope.
    LMTP_QUOTE_RFC821_ENVELOPE: Bool "lmtp_quote_rfc821_envelope" = "yes", Any, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_randomize_addresses.
    LMTP_RANDOMIZE_ADDRESSES: Bool "lmtp_randomize_addresses" = "yes", Any, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_rcpt_timeout.
    LMTP_RCPT_TIMEOUT: Time "lmtp_rcpt_timeout" = "300s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_reply_filter.
    LMTP_REPLY_FILTER: Maps "lmtp_reply_filter" = "", MayBeEmpty, Rare, "2.7", "lmtp";
    /// TODO sentence of lmtp_rset_timeout.
    LMTP_RSET_TIMEOUT: Time "lmtp_rset_timeout" = "20s", From(1), Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_sasl_auth_cache_name.
    LMTP_SASL_AUTH_CACHE_NAME: SingleTable "lmtp_sasl_auth_cache_name" = "", MayBeEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_sasl_auth_cache_time.
    LMTP_SASL_AUTH_CACHE_TIME: Time "lmtp_sasl_auth_cache_time" = "90d", From(0), Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_sasl_auth_enable.
    LMTP_SASL_AUTH_ENABLE: Bool "lmtp_sasl_auth_enable" = "no", Any, Common, "<2.1", "lmtp";
    /// TODO sentence of lmtp_sasl_auth_soft_bounce.
    LMTP_SASL_AUTH_SOFT_BOUNCE: Bool "lmtp_sasl_auth_soft_bounce" = "yes", Any, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_sasl_mechanism_filter.
    LMTP_SASL_MECHANISM_FILTER: MatchList "lmtp_sasl_mechanism_filter" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_sasl_password_maps.
    LMTP_SASL_PASSWORD_MAPS: Maps "lmtp_sasl_password_maps" = "", MayBeEmpty, Common, "<2.1", "lmtp";
    /// TODO sentence of lmtp_sasl_password_result_delimiter.
    LMTP_SASL_PASSWORD_RESULT_DELIMITER: Str "lmtp_sasl_password_result_delimiter" = ":",
        NonEmpty, Rare, "3.9", "lmtp";
    /// TODO sentence of lmtp_sasl_path.
    LMTP_SASL_PATH: Path "lmtp_sasl_path" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_sasl_security_options.
    LMTP_SASL_SECURITY_OPTIONS: KeywordSet "lmtp_sasl_security_options" = "noplaintext, noanonymous",
        MayBeEmpty, Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_sasl_tls_security_options.
    LMTP_SASL_TLS_SECURITY_OPTIONS: KeywordSet "lmtp_sasl_tls_security_options" = "$lmtp_sasl_security_options",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_sasl_tls_verified_security_options.
    LMTP_SASL_TLS_VERIFIED_SECURITY_OPTIONS: KeywordSet "lmtp_sasl_tls_verified_security_options" = "$lmtp_sasl_tls_security_options",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_sasl_type.
    LMTP_SASL_TYPE: Str "lmtp_sasl_type" = "cyrus", NonEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_send_dummy_mail_auth.
    LMTP_SEND_DUMMY_MAIL_AUTH: Bool "lmtp_send_dummy_mail_auth" = "no", Any, Rare, "2.9", "lmtp";
    /// TODO sentence of lmtp_send_xforward_command.
    LMTP_SEND_XFORWARD_COMMAND: Bool "lmtp_send_xforward_command" = "no", Any, Rare, "2.1", "lmtp";
    /// TODO sentence of lmtp_sender_dependent_authentication.
    LMTP_SENDER_DEPENDENT_AUTHENTICATION: Bool "lmtp_sender_dependent_authentication" = "no",
        Any, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_skip_5xx_greeting.
    LMTP_SKIP_5XX_GREETING: Bool "lmtp_skip_5xx_greeting" = "yes", Any, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_skip_quit_response.
    LMTP_SKIP_QUIT_RESPONSE: Bool "lmtp_skip_quit_response" = "no", Any, Rare, "<2.1", "lmtp";
    /// TODO sentence of lmtp_starttls_timeout.
    LMTP_STARTTLS_TIMEOUT: Time "lmtp_starttls_timeout" = "300s", From(1), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tcp_port.
    LMTP_TCP_PORT: Str "lmtp_tcp_port" = "24", MayBeEmpty, Core, "<2.1", "lmtp,smtp";
    /// TODO sentence of lmtp_use_tls.
    LMTP_USE_TLS: Bool "lmtp_use_tls" = "no", Any, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_xforward_timeout.
    LMTP_XFORWARD_TIMEOUT: Time "lmtp_xforward_timeout" = "300s", From(1), Rare, "2.1", "lmtp";
}
