//! The SMTP server: sessions, limits, restrictions.

declare! {
    /// TODO sentence of smtpd_authorized_verp_clients.
    SMTPD_AUTHORIZED_VERP_CLIENTS: MatchList "smtpd_authorized_verp_clients" = "$authorized_verp_clients",
        MayBeEmpty, Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_authorized_xclient_hosts.
    SMTPD_AUTHORIZED_XCLIENT_HOSTS: MatchList "smtpd_authorized_xclient_hosts" = "",
        MayBeEmpty, Core, "2.1", "smtpd";
    /// TODO sentence of smtpd_authorized_xforward_hosts.
    SMTPD_AUTHORIZED_XFORWARD_HOSTS: MatchList "smtpd_authorized_xforward_hosts" = "",
        MayBeEmpty, Core, "2.1", "smtpd";
    /// TODO sentence of smtpd_banner.
    SMTPD_BANNER: Str "smtpd_banner" = "$myhostname ESMTP $mail_name",
        NonEmpty, Core, "<2.1", "postscreen,smtpd";
    /// TODO sentence of smtpd_client_auth_rate_limit.
    SMTPD_CLIENT_AUTH_RATE_LIMIT: Int "smtpd_client_auth_rate_limit" = "0", From(0), Common, "3.1", "smtpd";
    /// TODO sentence of smtpd_client_connection_count_limit.
    SMTPD_CLIENT_CONNECTION_COUNT_LIMIT: Int "smtpd_client_connection_count_limit" = "50",
        From(0), Core, "2.2", "postscreen,smtpd";
    /// TODO sentence of smtpd_client_connection_limit_exceptions.
    SMTPD_CLIENT_CONNECTION_LIMIT_EXCEPTIONS: Str "smtpd_client_connection_limit_exceptions" = "",
        Any, Legacy, "2.1", "-", OldName;
    /// TODO sentence of smtpd_client_connection_rate_limit.
    SMTPD_CLIENT_CONNECTION_RATE_LIMIT: Int "smtpd_client_connection_rate_limit" = "0",
        From(0), Core, "2.2", "smtpd";
    /// TODO sentence of smtpd_client_event_limit_exceptions.
    SMTPD_CLIENT_EVENT_LIMIT_EXCEPTIONS: MatchList "smtpd_client_event_limit_exceptions" = "${smtpd_client_connection_limit_exceptions:$mynetworks}",
        MayBeEmpty, Common, "2.2", "smtpd";
    /// TODO sentence of smtpd_client_ipv4_prefix_length.
    SMTPD_CLIENT_IPV4_PREFIX_LENGTH: Int "smtpd_client_ipv4_prefix_length" = "32",
        Between(0, 32), Common, "3.8", "smtpd";
    /// TODO sentence of smtpd_client_ipv6_prefix_length.
    SMTPD_CLIENT_IPV6_PREFIX_LENGTH: Int "smtpd_client_ipv6_prefix_length" = "84",
        Between(0, 128), Common, "3.8", "smtpd";
    /// TODO sentence of smtpd_client_message_rate_limit.
    SMTPD_CLIENT_MESSAGE_RATE_LIMIT: Int "smtpd_client_message_rate_limit" = "0",
        From(0), Core, "2.2", "smtpd";
    /// TODO sentence of smtpd_client_new_tls_session_rate_limit.
    SMTPD_CLIENT_NEW_TLS_SESSION_RATE_LIMIT: Int "smtpd_client_new_tls_session_rate_limit" = "0",
        From(0), Common, "2.3", "smtpd";
    /// TODO sentence of smtpd_client_port_logging.
    SMTPD_CLIENT_PORT_LOGGING: Bool "smtpd_client_port_logging" = "no", Any, Common, "2.5", "smtpd";
    /// TODO sentence of smtpd_client_recipient_rate_limit.
    SMTPD_CLIENT_RECIPIENT_RATE_LIMIT: Int "smtpd_client_recipient_rate_limit" = "0",
        From(0), Core, "2.2", "smtpd";
    /// TODO sentence of smtpd_client_restrictions.
    SMTPD_CLIENT_RESTRICTIONS: RestrictionList "smtpd_client_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_command_filter.
    SMTPD_COMMAND_FILTER: Maps "smtpd_command_filter" = "", MayBeEmpty, Common, "2.7", "postscreen,smtpd";
    /// TODO sentence of smtpd_data_restrictions.
    SMTPD_DATA_RESTRICTIONS: RestrictionList "smtpd_data_restrictions" = "", MayBeEmpty, Core, "2.0", "smtpd";
    /// TODO sentence of smtpd_delay_open_until_valid_rcpt.
    SMTPD_DELAY_OPEN_UNTIL_VALID_RCPT: Bool "smtpd_delay_open_until_valid_rcpt" = "yes",
        Any, Common, "2.3", "smtpd";
    /// TODO sentence of smtpd_delay_reject.
    SMTPD_DELAY_REJECT: Bool "smtpd_delay_reject" = "yes", Any, Core, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_discard_ehlo_keyword_address_maps.
    SMTPD_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS: Maps "smtpd_discard_ehlo_keyword_address_maps" = "",
        MayBeEmpty, Common, "2.2", "postscreen,smtpd";
    /// TODO sentence of smtpd_discard_ehlo_keywords.
    SMTPD_DISCARD_EHLO_KEYWORDS: KeywordSet "smtpd_discard_ehlo_keywords" = "",
        MayBeEmpty, Common, "2.2", "postscreen,smtpd";
    /// TODO sentence of smtpd_dns_reply_filter.
    SMTPD_DNS_REPLY_FILTER: Maps "smtpd_dns_reply_filter" = "", MayBeEmpty, Common, "3.0", "smtpd";
    /// TODO sentence of smtpd_end_of_data_restrictions.
    SMTPD_END_OF_DATA_RESTRICTIONS: RestrictionList "smtpd_end_of_data_restrictions" = "",
        MayBeEmpty, Core, "2.2", "smtpd";
    /// TODO sentence of smtpd_enforce_tls.
    SMTPD_ENFORCE_TLS: Bool "smtpd_enforce_tls" = "no", Any, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_error_sleep_time.
    SMTPD_ERROR_SLEEP_TIME: Time "smtpd_error_sleep_time" = "1s", From(0), Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_etrn_restrictions.
    SMTPD_ETRN_RESTRICTIONS: RestrictionList "smtpd_etrn_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_expansion_filter.
    SMTPD_EXPANSION_FILTER: RawTemplate "smtpd_expansion_filter" = "\\t\\40!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        NonEmpty, Common, "2.0", "postscreen,smtpd";
    /// TODO sentence of smtpd_forbid_bare_newline.
    SMTPD_FORBID_BARE_NEWLINE: Str "smtpd_forbid_bare_newline" = "normalize", NonEmpty, Core, "3.9", "smtpd";
    /// TODO sentence of smtpd_forbid_bare_newline_exclusions.
    SMTPD_FORBID_BARE_NEWLINE_EXCLUSIONS: MatchList "smtpd_forbid_bare_newline_exclusions" = "$mynetworks",
        MayBeEmpty, Core, "3.9", "smtpd";
    /// TODO sentence of smtpd_forbid_bare_newline_reject_code.
    SMTPD_FORBID_BARE_NEWLINE_REJECT_CODE: Int "smtpd_forbid_bare_newline_reject_code" = "550",
        Between(500, 599), Common, "3.9", "smtpd";
    /// TODO sentence of smtpd_forbid_unauth_pipelining.
    SMTPD_FORBID_UNAUTH_PIPELINING: Bool "smtpd_forbid_unauth_pipelining" = "yes", Any, Core, "3.9", "smtpd";
    /// TODO sentence of smtpd_forbidden_commands.
    SMTPD_FORBIDDEN_COMMANDS: MatchList "smtpd_forbidden_commands" = "CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}",
        MayBeEmpty, Common, "2.2", "postscreen,proxymap,smtpd";
    /// TODO sentence of smtpd_hard_error_limit.
    SMTPD_HARD_ERROR_LIMIT: IntExpr "smtpd_hard_error_limit" = "${stress?{1}:{20}}",
        From(1), Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_helo_required.
    SMTPD_HELO_REQUIRED: Bool "smtpd_helo_required" = "no", Any, Core, "<2.1", "postscreen,smtpd";
    /// TODO sentence of smtpd_helo_restrictions.
    SMTPD_HELO_RESTRICTIONS: RestrictionList "smtpd_helo_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_hide_client_session.
    SMTPD_HIDE_CLIENT_SESSION: BoolExpr "smtpd_hide_client_session" = "no", Any, Common, "3.10", "smtpd";
    /// TODO sentence of smtpd_history_flush_threshold.
    SMTPD_HISTORY_FLUSH_THRESHOLD: Int "smtpd_history_flush_threshold" = "100",
        From(1), Common, "<2.1", "smtpd";
    /// TODO sentence of smtpd_junk_command_limit.
    SMTPD_JUNK_COMMAND_LIMIT: IntExpr "smtpd_junk_command_limit" = "${stress?{1}:{100}}",
        From(1), Common, "<2.1", "smtpd";
    /// TODO sentence of smtpd_log_access_permit_actions.
    SMTPD_LOG_ACCESS_PERMIT_ACTIONS: MatchList "smtpd_log_access_permit_actions" = "",
        MayBeEmpty, Common, "2.10", "smtpd";
    /// TODO sentence of smtpd_milter_maps.
    SMTPD_MILTER_MAPS: Maps "smtpd_milter_maps" = "", MayBeEmpty, Common, "3.2", "smtpd";
    /// TODO sentence of smtpd_milters.
    SMTPD_MILTERS: List "smtpd_milters" = "", MayBeEmpty, Core, "2.3", "smtpd";
    /// TODO sentence of smtpd_min_data_rate.
    SMTPD_MIN_DATA_RATE: Int "smtpd_min_data_rate" = "500", From(1), Common, "3.7", "smtpd";
    /// TODO sentence of smtpd_noop_commands.
    SMTPD_NOOP_COMMANDS: MatchList "smtpd_noop_commands" = "", MayBeEmpty, Common, "<=1.1", "smtpd";
    /// TODO sentence of smtpd_null_access_lookup_key.
    SMTPD_NULL_ACCESS_LOOKUP_KEY: Str "smtpd_null_access_lookup_key" = "<>",
        MayBeEmpty, Common, "<=1.1", "smtpd";
    /// TODO sentence of smtpd_peername_lookup.
    SMTPD_PEERNAME_LOOKUP: Bool "smtpd_peername_lookup" = "yes", Any, Core, "2.3", "smtpd";
    /// TODO sentence of smtpd_per_record_deadline.
    SMTPD_PER_RECORD_DEADLINE: Str "smtpd_per_record_deadline" = "",
        Any, Legacy, "2.9..3.6", "smtpd", OldName;
    /// TODO sentence of smtpd_per_request_deadline.
    SMTPD_PER_REQUEST_DEADLINE: BoolExpr "smtpd_per_request_deadline" = "${smtpd_per_record_deadline?{$smtpd_per_record_deadline}:{${stress?{yes}:{no}}}}",
        Any, Common, "3.7", "smtpd";
    /// TODO sentence of smtpd_policy_service_default_action.
    SMTPD_POLICY_SERVICE_DEFAULT_ACTION: Enum "smtpd_policy_service_default_action" = "451 4.3.5 Server configuration problem",
        NonEmpty, Common, "3.0", "smtpd";
    /// TODO sentence of smtpd_policy_service_max_idle.
    SMTPD_POLICY_SERVICE_MAX_IDLE: Time "smtpd_policy_service_max_idle" = "300s",
        From(1), Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_policy_service_max_ttl.
    SMTPD_POLICY_SERVICE_MAX_TTL: Time "smtpd_policy_service_max_ttl" = "1000s",
        From(1), Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_policy_service_policy_context.
    SMTPD_POLICY_SERVICE_POLICY_CONTEXT: Str "smtpd_policy_service_policy_context" = "",
        MayBeEmpty, Common, "3.1", "smtpd";
    /// TODO sentence of smtpd_policy_service_request_limit.
    SMTPD_POLICY_SERVICE_REQUEST_LIMIT: Int "smtpd_policy_service_request_limit" = "0",
        From(0), Common, "3.0", "smtpd";
    /// TODO sentence of smtpd_policy_service_retry_delay.
    SMTPD_POLICY_SERVICE_RETRY_DELAY: Time "smtpd_policy_service_retry_delay" = "1s",
        From(1), Common, "3.0", "smtpd";
    /// TODO sentence of smtpd_policy_service_timeout.
    SMTPD_POLICY_SERVICE_TIMEOUT: Time "smtpd_policy_service_timeout" = "100s",
        From(1), Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_policy_service_try_limit.
    SMTPD_POLICY_SERVICE_TRY_LIMIT: Int "smtpd_policy_service_try_limit" = "2",
        From(1), Common, "3.0", "smtpd";
    /// TODO sentence of smtpd_proxy_ehlo.
    SMTPD_PROXY_EHLO: Str "smtpd_proxy_ehlo" = "$myhostname", MayBeEmpty, Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_proxy_filter.
    SMTPD_PROXY_FILTER: Str "smtpd_proxy_filter" = "", MayBeEmpty, Core, "2.1", "smtpd";
    /// TODO sentence of smtpd_proxy_options.
    SMTPD_PROXY_OPTIONS: KeywordSet "smtpd_proxy_options" = "", MayBeEmpty, Common, "2.7", "smtpd";
    /// TODO sentence of smtpd_proxy_timeout.
    SMTPD_PROXY_TIMEOUT: Time "smtpd_proxy_timeout" = "100s", From(1), Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_recipient_limit.
    SMTPD_RECIPIENT_LIMIT: Int "smtpd_recipient_limit" = "1000", From(1), Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_recipient_overshoot_limit.
    SMTPD_RECIPIENT_OVERSHOOT_LIMIT: Int "smtpd_recipient_overshoot_limit" = "1000",
        From(1), Common, "<2.1", "smtpd";
    /// TODO sentence of smtpd_recipient_restrictions.
    SMTPD_RECIPIENT_RESTRICTIONS: RestrictionList "smtpd_recipient_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_reject_filter_maps.
    SMTPD_REJECT_FILTER_MAPS: Maps "smtpd_reject_filter_maps" = "", MayBeEmpty, Common, "3.11", "smtpd";
    /// TODO sentence of smtpd_reject_footer.
    SMTPD_REJECT_FOOTER: RawTemplate "smtpd_reject_footer" = "",
        MayBeEmpty, Common, "2.8", "postscreen,smtpd";
    /// TODO sentence of smtpd_reject_footer_maps.
    SMTPD_REJECT_FOOTER_MAPS: Maps "smtpd_reject_footer_maps" = "", MayBeEmpty, Common, "3.4", "smtpd";
    /// TODO sentence of smtpd_reject_unlisted_recipient.
    SMTPD_REJECT_UNLISTED_RECIPIENT: Bool "smtpd_reject_unlisted_recipient" = "yes",
        Any, Core, "2.1", "smtpd";
    /// TODO sentence of smtpd_reject_unlisted_sender.
    SMTPD_REJECT_UNLISTED_SENDER: Bool "smtpd_reject_unlisted_sender" = "no", Any, Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_relay_before_recipient_restrictions.
    SMTPD_RELAY_BEFORE_RECIPIENT_RESTRICTIONS: BoolExpr "smtpd_relay_before_recipient_restrictions" = "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        Any, Common, "3.6", "smtpd";
    /// TODO sentence of smtpd_relay_restrictions.
    SMTPD_RELAY_RESTRICTIONS: RestrictionList "smtpd_relay_restrictions" = "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}",
        MayBeEmpty, Core, "2.10", "smtpd";
    /// TODO sentence of smtpd_restriction_classes.
    SMTPD_RESTRICTION_CLASSES: KeywordSet "smtpd_restriction_classes" = "",
        MayBeEmpty, Core, "<2.1", "proxymap,smtpd";
    /// TODO sentence of smtpd_sender_login_maps.
    SMTPD_SENDER_LOGIN_MAPS: Maps "smtpd_sender_login_maps" = "", MayBeEmpty, Core, "<=1.1", "proxymap,smtpd";
    /// TODO sentence of smtpd_sender_restrictions.
    SMTPD_SENDER_RESTRICTIONS: RestrictionList "smtpd_sender_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_soft_error_limit.
    SMTPD_SOFT_ERROR_LIMIT: IntExpr "smtpd_soft_error_limit" = "10", From(1), Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_starttls_timeout.
    SMTPD_STARTTLS_TIMEOUT: Time "smtpd_starttls_timeout" = "${stress?{10}:{300}}s",
        From(1), Common, "2.2", "postscreen,smtpd";
    /// TODO sentence of smtpd_timeout.
    SMTPD_TIMEOUT: Time "smtpd_timeout" = "${stress?{10}:{300}}s", From(1), Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_upstream_proxy_protocol.
    SMTPD_UPSTREAM_PROXY_PROTOCOL: Str "smtpd_upstream_proxy_protocol" = "",
        MayBeEmpty, Common, "2.10", "smtpd";
    /// TODO sentence of smtpd_upstream_proxy_timeout.
    SMTPD_UPSTREAM_PROXY_TIMEOUT: Time "smtpd_upstream_proxy_timeout" = "5s",
        From(1), Common, "2.10", "smtpd";
    /// TODO sentence of smtpd_use_tls.
    SMTPD_USE_TLS: Bool "smtpd_use_tls" = "no", Any, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
}
