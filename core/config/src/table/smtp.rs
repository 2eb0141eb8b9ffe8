//! The SMTP client: sessions, limits, routes, SASL.

declare! {
    /// TODO sentence of smtp_address_preference.
    SMTP_ADDRESS_PREFERENCE: Str "smtp_address_preference" = "any", NonEmpty, Common, "2.8", "smtp";
    /// TODO sentence of smtp_address_verify_target.
    SMTP_ADDRESS_VERIFY_TARGET: Str "smtp_address_verify_target" = "rcpt", NonEmpty, Rare, "3.0", "smtp";
    /// TODO sentence of smtp_always_send_ehlo.
    SMTP_ALWAYS_SEND_EHLO: Bool "smtp_always_send_ehlo" = "yes", Any, Common, "<=1.0", "smtp";
    /// TODO sentence of smtp_balance_inet_protocols.
    SMTP_BALANCE_INET_PROTOCOLS: Bool "smtp_balance_inet_protocols" = "yes", Any, Common, "3.3", "smtp";
    /// TODO sentence of smtp_bind_address.
    SMTP_BIND_ADDRESS: Str "smtp_bind_address" = "", MayBeEmpty, Core, "<=1.0", "smtp";
    /// TODO sentence of smtp_bind_address6.
    SMTP_BIND_ADDRESS6: Str "smtp_bind_address6" = "", MayBeEmpty, Common, "2.2", "smtp";
    /// TODO sentence of smtp_bind_address_enforce.
    SMTP_BIND_ADDRESS_ENFORCE: Bool "smtp_bind_address_enforce" = "no", Any, Common, "3.7", "smtp";
    /// TODO sentence of smtp_body_checks.
    SMTP_BODY_CHECKS: Maps "smtp_body_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// TODO sentence of smtp_cname_overrides_servername.
    SMTP_CNAME_OVERRIDES_SERVERNAME: Bool "smtp_cname_overrides_servername" = "no",
        Any, Legacy, "2.2.9", "smtp";
    /// TODO sentence of smtp_connect_timeout.
    SMTP_CONNECT_TIMEOUT: Time "smtp_connect_timeout" = "30s", From(0), Core, "<2.1", "smtp";
    /// TODO sentence of smtp_connection_cache_destinations.
    SMTP_CONNECTION_CACHE_DESTINATIONS: MatchList "smtp_connection_cache_destinations" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// TODO sentence of smtp_connection_cache_on_demand.
    SMTP_CONNECTION_CACHE_ON_DEMAND: Bool "smtp_connection_cache_on_demand" = "yes", Any, Core, "2.2", "smtp";
    /// TODO sentence of smtp_connection_cache_time_limit.
    SMTP_CONNECTION_CACHE_TIME_LIMIT: Time "smtp_connection_cache_time_limit" = "2s",
        From(1), Common, "2.2", "smtp";
    /// TODO sentence of smtp_connection_reuse_count_limit.
    SMTP_CONNECTION_REUSE_COUNT_LIMIT: Int "smtp_connection_reuse_count_limit" = "0",
        From(0), Common, "2.11", "smtp";
    /// TODO sentence of smtp_connection_reuse_time_limit.
    SMTP_CONNECTION_REUSE_TIME_LIMIT: Time "smtp_connection_reuse_time_limit" = "300s",
        From(1), Common, "2.3", "smtp";
    /// TODO sentence of smtp_data_done_timeout.
    SMTP_DATA_DONE_TIMEOUT: Time "smtp_data_done_timeout" = "600s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_data_init_timeout.
    SMTP_DATA_INIT_TIMEOUT: Time "smtp_data_init_timeout" = "120s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_data_xfer_timeout.
    SMTP_DATA_XFER_TIMEOUT: Time "smtp_data_xfer_timeout" = "180s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_defer_if_no_mx_address_found.
    SMTP_DEFER_IF_NO_MX_ADDRESS_FOUND: Bool "smtp_defer_if_no_mx_address_found" = "no",
        Any, Common, "2.1", "smtp";
    /// TODO sentence of smtp_delivery_status_filter.
    SMTP_DELIVERY_STATUS_FILTER: Maps "smtp_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "smtp";
    /// TODO sentence of smtp_destination_concurrency_limit.
    SMTP_DESTINATION_CONCURRENCY_LIMIT: Int "smtp_destination_concurrency_limit" = "$default_destination_concurrency_limit",
        Any, Common, "<2.1", "qmgr";
    /// TODO sentence of smtp_destination_recipient_limit.
    SMTP_DESTINATION_RECIPIENT_LIMIT: Int "smtp_destination_recipient_limit" = "$default_destination_recipient_limit",
        Any, Common, "<2.1", "qmgr";
    /// TODO sentence of smtp_discard_ehlo_keyword_address_maps.
    SMTP_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS: Maps "smtp_discard_ehlo_keyword_address_maps" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// TODO sentence of smtp_discard_ehlo_keywords.
    SMTP_DISCARD_EHLO_KEYWORDS: KeywordSet "smtp_discard_ehlo_keywords" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// TODO sentence of smtp_dns_reply_filter.
    SMTP_DNS_REPLY_FILTER: Maps "smtp_dns_reply_filter" = "", MayBeEmpty, Common, "3.0", "smtp";
    /// TODO sentence of smtp_dns_resolver_options.
    SMTP_DNS_RESOLVER_OPTIONS: KeywordSet "smtp_dns_resolver_options" = "", MayBeEmpty, Rare, "2.8", "smtp";
    /// TODO sentence of smtp_dns_support_level.
    SMTP_DNS_SUPPORT_LEVEL: Enum "smtp_dns_support_level" = "", MayBeEmpty, Core, "2.11", "smtp";
    /// TODO sentence of smtp_enforce_tls.
    SMTP_ENFORCE_TLS: Bool "smtp_enforce_tls" = "no", Any, Legacy, "2.2", "smtp,tlsproxy";
    /// TODO sentence of smtp_fallback_relay.
    SMTP_FALLBACK_RELAY: DestinationList "smtp_fallback_relay" = "$fallback_relay",
        MayBeEmpty, Core, "2.3", "smtp";
    /// TODO sentence of smtp_generic_maps.
    SMTP_GENERIC_MAPS: Maps "smtp_generic_maps" = "", MayBeEmpty, Core, "2.2", "smtp";
    /// TODO sentence of smtp_header_checks.
    SMTP_HEADER_CHECKS: Maps "smtp_header_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// TODO sentence of smtp_helo_name.
    SMTP_HELO_NAME: Str "smtp_helo_name" = "$myhostname", NonEmpty, Core, "2.0", "smtp";
    /// TODO sentence of smtp_helo_timeout.
    SMTP_HELO_TIMEOUT: Time "smtp_helo_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_host_lookup.
    SMTP_HOST_LOOKUP: Str "smtp_host_lookup" = "dns", NonEmpty, Core, "2.1", "smtp";
    /// TODO sentence of smtp_line_length_limit.
    SMTP_LINE_LENGTH_LIMIT: Int "smtp_line_length_limit" = "998", From(0), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_log_tls_feature_status.
    SMTP_LOG_TLS_FEATURE_STATUS: BoolExpr "smtp_log_tls_feature_status" = "yes", Any, Common, "3.11", "smtp";
    /// TODO sentence of smtp_mail_timeout.
    SMTP_MAIL_TIMEOUT: Time "smtp_mail_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_mime_header_checks.
    SMTP_MIME_HEADER_CHECKS: Maps "smtp_mime_header_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// TODO sentence of smtp_min_data_rate.
    SMTP_MIN_DATA_RATE: Int "smtp_min_data_rate" = "500", From(1), Rare, "3.7", "smtp";
    /// TODO sentence of smtp_mx_address_limit.
    SMTP_MX_ADDRESS_LIMIT: Int "smtp_mx_address_limit" = "5", From(0), Common, "2.1", "smtp";
    /// TODO sentence of smtp_mx_session_limit.
    SMTP_MX_SESSION_LIMIT: Int "smtp_mx_session_limit" = "2", From(0), Common, "2.1", "smtp";
    /// TODO sentence of smtp_nested_header_checks.
    SMTP_NESTED_HEADER_CHECKS: Maps "smtp_nested_header_checks" = "", MayBeEmpty, Common, "2.5", "smtp";
    /// TODO sentence of smtp_never_send_ehlo.
    SMTP_NEVER_SEND_EHLO: Bool "smtp_never_send_ehlo" = "no", Any, Legacy, "<2.1", "smtp";
    /// TODO sentence of smtp_per_record_deadline.
    SMTP_PER_RECORD_DEADLINE: Str "smtp_per_record_deadline" = "", Any, Legacy, "2.9..3.6", "smtp", OldName;
    /// TODO sentence of smtp_per_request_deadline.
    SMTP_PER_REQUEST_DEADLINE: BoolExpr "smtp_per_request_deadline" = "${smtp_per_record_deadline?{$smtp_per_record_deadline}:{no}}",
        Any, Common, "3.7", "smtp";
    /// TODO sentence of smtp_pix_workaround_delay_time.
    SMTP_PIX_WORKAROUND_DELAY_TIME: Time "smtp_pix_workaround_delay_time" = "10s",
        From(1), Common, "<=1.1", "smtp";
    /// TODO sentence of smtp_pix_workaround_maps.
    SMTP_PIX_WORKAROUND_MAPS: Maps "smtp_pix_workaround_maps" = "", MayBeEmpty, Rare, "2.4", "smtp";
    /// TODO sentence of smtp_pix_workaround_threshold_time.
    SMTP_PIX_WORKAROUND_THRESHOLD_TIME: Time "smtp_pix_workaround_threshold_time" = "500s",
        From(0), Common, "<=1.1", "smtp";
    /// TODO sentence of smtp_pix_workarounds.
    SMTP_PIX_WORKAROUNDS: KeywordSet "smtp_pix_workarounds" = "disable_esmtp,delay_dotcrlf",
        MayBeEmpty, Common, "2.4", "smtp";
    /// TODO sentence of smtp_quit_timeout.
    SMTP_QUIT_TIMEOUT: Time "smtp_quit_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_quote_rfc821_envelope.
    SMTP_QUOTE_RFC821_ENVELOPE: Bool "smtp_quote_rfc821_envelope" = "yes", Any, Legacy, "2.1", "smtp";
    /// TODO sentence of smtp_randomize_addresses.
    SMTP_RANDOMIZE_ADDRESSES: Bool "smtp_randomize_addresses" = "yes", Any, Common, "<=1.1", "smtp";
    /// TODO sentence of smtp_rcpt_timeout.
    SMTP_RCPT_TIMEOUT: Time "smtp_rcpt_timeout" = "300s", From(1), Common, "<2.1", "smtp";
    /// TODO sentence of smtp_reply_filter.
    SMTP_REPLY_FILTER: Maps "smtp_reply_filter" = "", MayBeEmpty, Common, "2.7", "smtp";
    /// TODO sentence of smtp_rset_timeout.
    SMTP_RSET_TIMEOUT: Time "smtp_rset_timeout" = "20s", From(1), Common, "2.1", "smtp";
    /// TODO sentence of smtp_sasl_auth_cache_name.
    SMTP_SASL_AUTH_CACHE_NAME: SingleTable "smtp_sasl_auth_cache_name" = "", MayBeEmpty, Rare, "2.5", "smtp";
    /// TODO sentence of smtp_sasl_auth_cache_time.
    SMTP_SASL_AUTH_CACHE_TIME: Time "smtp_sasl_auth_cache_time" = "90d", From(0), Rare, "2.5", "smtp";
    /// TODO sentence of smtp_sasl_auth_enable.
    SMTP_SASL_AUTH_ENABLE: Bool "smtp_sasl_auth_enable" = "no", Any, Core, "<2.1", "smtp";
    /// TODO sentence of smtp_sasl_auth_soft_bounce.
    SMTP_SASL_AUTH_SOFT_BOUNCE: Bool "smtp_sasl_auth_soft_bounce" = "yes", Any, Rare, "2.5", "smtp";
    /// TODO sentence of smtp_sasl_mechanism_filter.
    SMTP_SASL_MECHANISM_FILTER: MatchList "smtp_sasl_mechanism_filter" = "",
        MayBeEmpty, Common, "2.2", "smtp";
    /// TODO sentence of smtp_sasl_password_maps.
    SMTP_SASL_PASSWORD_MAPS: Maps "smtp_sasl_password_maps" = "", MayBeEmpty, Core, "<2.1", "smtp";
    /// TODO sentence of smtp_sasl_password_result_delimiter.
    SMTP_SASL_PASSWORD_RESULT_DELIMITER: Str "smtp_sasl_password_result_delimiter" = ":",
        NonEmpty, Rare, "3.9", "smtp";
    /// TODO sentence of smtp_sasl_path.
    SMTP_SASL_PATH: Path "smtp_sasl_path" = "", MayBeEmpty, Common, "2.3", "smtp";
    /// TODO sentence of smtp_sasl_security_options.
    SMTP_SASL_SECURITY_OPTIONS: KeywordSet "smtp_sasl_security_options" = "noplaintext, noanonymous",
        MayBeEmpty, Core, "<2.1", "smtp";
    /// TODO sentence of smtp_sasl_tls_security_options.
    SMTP_SASL_TLS_SECURITY_OPTIONS: KeywordSet "smtp_sasl_tls_security_options" = "$smtp_sasl_security_options",
        MayBeEmpty, Common, "2.2", "smtp";
    /// TODO sentence of smtp_sasl_tls_verified_security_options.
    SMTP_SASL_TLS_VERIFIED_SECURITY_OPTIONS: KeywordSet "smtp_sasl_tls_verified_security_options" = "$smtp_sasl_tls_security_options",
        MayBeEmpty, Rare, "2.6", "smtp";
    /// TODO sentence of smtp_sasl_type.
    SMTP_SASL_TYPE: Str "smtp_sasl_type" = "cyrus", NonEmpty, Common, "2.3", "smtp";
    /// TODO sentence of smtp_send_dummy_mail_auth.
    SMTP_SEND_DUMMY_MAIL_AUTH: Bool "smtp_send_dummy_mail_auth" = "no", Any, Rare, "2.9", "smtp";
    /// TODO sentence of smtp_send_xforward_command.
    SMTP_SEND_XFORWARD_COMMAND: Bool "smtp_send_xforward_command" = "no", Any, Common, "2.1", "smtp";
    /// TODO sentence of smtp_sender_dependent_authentication.
    SMTP_SENDER_DEPENDENT_AUTHENTICATION: Bool "smtp_sender_dependent_authentication" = "no",
        Any, Common, "2.3", "smtp";
    /// TODO sentence of smtp_skip_4xx_greeting.
    SMTP_SKIP_4XX_GREETING: Str "smtp_skip_4xx_greeting" = "yes", Any, Legacy, "<=2.0", "smtp", Removed;
    /// TODO sentence of smtp_skip_5xx_greeting.
    SMTP_SKIP_5XX_GREETING: Bool "smtp_skip_5xx_greeting" = "yes", Any, Common, "<=1.0", "smtp";
    /// TODO sentence of smtp_skip_quit_response.
    SMTP_SKIP_QUIT_RESPONSE: Bool "smtp_skip_quit_response" = "yes", Any, Common, "<2.1", "smtp";
    /// TODO sentence of smtp_starttls_timeout.
    SMTP_STARTTLS_TIMEOUT: Time "smtp_starttls_timeout" = "300s", From(1), Common, "2.2", "smtp";
    /// TODO sentence of smtp_tcp_port.
    SMTP_TCP_PORT: Str "smtp_tcp_port" = "smtp", MayBeEmpty, Common, "<2.1", "smtp";
    /// TODO sentence of smtp_use_tls.
    SMTP_USE_TLS: Bool "smtp_use_tls" = "no", Any, Legacy, "2.2", "smtp,tlsproxy";
    /// TODO sentence of smtp_xforward_timeout.
    SMTP_XFORWARD_TIMEOUT: Time "smtp_xforward_timeout" = "300s", From(1), Rare, "2.1", "smtp";
}
