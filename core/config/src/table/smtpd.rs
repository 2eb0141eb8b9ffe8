//! The SMTP server: sessions, limits, restrictions.

declare! {
    /// Who may ask the SMTP server for VERP delivery.
    SMTPD_AUTHORIZED_VERP_CLIENTS: MatchList "smtpd_authorized_verp_clients" = "$authorized_verp_clients",
        MayBeEmpty, Common, "2.1", "smtpd";
    /// Who may tell the SMTP server to act as if another client had connected.
    SMTPD_AUTHORIZED_XCLIENT_HOSTS: MatchList "smtpd_authorized_xclient_hosts" = "",
        MayBeEmpty, Core, "2.1", "smtpd";
    /// Who may pass the original client's data to the SMTP server for the log.
    SMTPD_AUTHORIZED_XFORWARD_HOSTS: MatchList "smtpd_authorized_xforward_hosts" = "",
        MayBeEmpty, Core, "2.1", "smtpd";
    /// The text after the 220 of the greeting.
    SMTPD_BANNER: Str "smtpd_banner" = "$myhostname ESMTP $mail_name",
        NonEmpty, Core, "<2.1", "postscreen,smtpd";
    /// How many AUTH commands a client may send per time unit.
    SMTPD_CLIENT_AUTH_RATE_LIMIT: Int "smtpd_client_auth_rate_limit" = "0", From(0), Common, "3.1", "smtpd";
    /// How many connections one client may have at a time.
    SMTPD_CLIENT_CONNECTION_COUNT_LIMIT: Int "smtpd_client_connection_count_limit" = "50",
        From(0), Core, "2.2", "postscreen,smtpd";
    /// The former name of smtpd_client_event_limit_exceptions.
    SMTPD_CLIENT_CONNECTION_LIMIT_EXCEPTIONS: Str "smtpd_client_connection_limit_exceptions" = "",
        Any, Legacy, "2.1", "-", OldName;
    /// How many connections a client may make per time unit.
    SMTPD_CLIENT_CONNECTION_RATE_LIMIT: Int "smtpd_client_connection_rate_limit" = "0",
        From(0), Core, "2.2", "smtpd";
    /// Clients that no rate or connection limit applies to.
    SMTPD_CLIENT_EVENT_LIMIT_EXCEPTIONS: MatchList "smtpd_client_event_limit_exceptions" = "${smtpd_client_connection_limit_exceptions:$mynetworks}",
        MayBeEmpty, Common, "2.2", "smtpd";
    /// How many bits of an IPv4 address make one client for the limits.
    SMTPD_CLIENT_IPV4_PREFIX_LENGTH: Int "smtpd_client_ipv4_prefix_length" = "32",
        Between(0, 32), Common, "3.8", "smtpd";
    /// How many bits of an IPv6 address make one client for the limits.
    SMTPD_CLIENT_IPV6_PREFIX_LENGTH: Int "smtpd_client_ipv6_prefix_length" = "84",
        Between(0, 128), Common, "3.8", "smtpd";
    /// How many messages a client may begin per time unit.
    SMTPD_CLIENT_MESSAGE_RATE_LIMIT: Int "smtpd_client_message_rate_limit" = "0",
        From(0), Core, "2.2", "smtpd";
    /// How many new TLS sessions a client may negotiate per time unit.
    SMTPD_CLIENT_NEW_TLS_SESSION_RATE_LIMIT: Int "smtpd_client_new_tls_session_rate_limit" = "0",
        From(0), Common, "2.3", "smtpd";
    /// Whether the SMTP server logs the client's port.
    SMTPD_CLIENT_PORT_LOGGING: Bool "smtpd_client_port_logging" = "no", Any, Common, "2.5", "smtpd";
    /// How many recipients a client may name per time unit.
    SMTPD_CLIENT_RECIPIENT_RATE_LIMIT: Int "smtpd_client_recipient_rate_limit" = "0",
        From(0), Core, "2.2", "smtpd";
    /// What a connecting client must pass.
    SMTPD_CLIENT_RESTRICTIONS: RestrictionList "smtpd_client_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// Tables that change the commands of clients.
    SMTPD_COMMAND_FILTER: Maps "smtpd_command_filter" = "", MayBeEmpty, Common, "2.7", "postscreen,smtpd";
    /// What must be passed at DATA.
    SMTPD_DATA_RESTRICTIONS: RestrictionList "smtpd_data_restrictions" = "", MayBeEmpty, Core, "2.0", "smtpd";
    /// Whether a message gets its queue file only with the first good recipient.
    SMTPD_DELAY_OPEN_UNTIL_VALID_RCPT: Bool "smtpd_delay_open_until_valid_rcpt" = "yes",
        Any, Common, "2.3", "smtpd";
    /// Whether refusals wait until RCPT TO.
    SMTPD_DELAY_REJECT: Bool "smtpd_delay_reject" = "yes", Any, Core, "<=1.0", "smtpd";
    /// Tables that say by client address which EHLO keywords the SMTP server leaves out.
    SMTPD_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS: Maps "smtpd_discard_ehlo_keyword_address_maps" = "",
        MayBeEmpty, Common, "2.2", "postscreen,smtpd";
    /// EHLO keywords that the SMTP server leaves out.
    SMTPD_DISCARD_EHLO_KEYWORDS: KeywordSet "smtpd_discard_ehlo_keywords" = "",
        MayBeEmpty, Common, "2.2", "postscreen,smtpd";
    /// Tables that change or drop DNS answers for the SMTP server.
    SMTPD_DNS_REPLY_FILTER: Maps "smtpd_dns_reply_filter" = "", MayBeEmpty, Common, "3.0", "smtpd";
    /// What must be passed after the message.
    SMTPD_END_OF_DATA_RESTRICTIONS: RestrictionList "smtpd_end_of_data_restrictions" = "",
        MayBeEmpty, Core, "2.2", "smtpd";
    /// The former way to make the SMTP server insist on TLS.
    SMTPD_ENFORCE_TLS: Bool "smtpd_enforce_tls" = "no", Any, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// How long the SMTP server holds back its answer to a client that made mistakes.
    SMTPD_ERROR_SLEEP_TIME: Time "smtpd_error_sleep_time" = "1s", From(0), Core, "<2.1", "smtpd";
    /// What ETRN requests must pass.
    SMTPD_ETRN_RESTRICTIONS: RestrictionList "smtpd_etrn_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// Characters that may appear where the SMTP server expands $name in replies.
    SMTPD_EXPANSION_FILTER: RawTemplate "smtpd_expansion_filter" = "\\t\\40!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        NonEmpty, Common, "2.0", "postscreen,smtpd";
    /// What happens to lines that end in a bare line feed: normalized, noted, rejected, or taken.
    SMTPD_FORBID_BARE_NEWLINE: Str "smtpd_forbid_bare_newline" = "normalize", NonEmpty, Core, "3.9", "smtpd";
    /// Clients that smtpd_forbid_bare_newline does not apply to.
    SMTPD_FORBID_BARE_NEWLINE_EXCLUSIONS: MatchList "smtpd_forbid_bare_newline_exclusions" = "$mynetworks",
        MayBeEmpty, Core, "3.9", "smtpd";
    /// The reply code when bare line feeds are rejected.
    SMTPD_FORBID_BARE_NEWLINE_REJECT_CODE: Int "smtpd_forbid_bare_newline_reject_code" = "550",
        Between(500, 599), Common, "3.9", "smtpd";
    /// Whether clients are cut off that send commands ahead of the answers they must wait for.
    SMTPD_FORBID_UNAUTH_PIPELINING: Bool "smtpd_forbid_unauth_pipelining" = "yes", Any, Core, "3.9", "smtpd";
    /// Commands that make the SMTP server hang up.
    SMTPD_FORBIDDEN_COMMANDS: MatchList "smtpd_forbidden_commands" = "CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}",
        MayBeEmpty, Common, "2.2", "postscreen,proxymap,smtpd";
    /// After how many mistakes the SMTP server hangs up.
    SMTPD_HARD_ERROR_LIMIT: IntExpr "smtpd_hard_error_limit" = "${stress?{1}:{20}}",
        From(1), Core, "<2.1", "smtpd";
    /// Whether clients must say HELO or EHLO.
    SMTPD_HELO_REQUIRED: Bool "smtpd_helo_required" = "no", Any, Core, "<2.1", "postscreen,smtpd";
    /// What a client's HELO name must pass.
    SMTPD_HELO_RESTRICTIONS: RestrictionList "smtpd_helo_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// Whether the Received header keeps the client's name and address to itself.
    SMTPD_HIDE_CLIENT_SESSION: BoolExpr "smtpd_hide_client_session" = "no", Any, Common, "3.10", "smtpd";
    /// How many lines of a session are kept for the report to the postmaster.
    SMTPD_HISTORY_FLUSH_THRESHOLD: Int "smtpd_history_flush_threshold" = "100",
        From(1), Common, "<2.1", "smtpd";
    /// How many idle commands such as NOOP a client may send without mail.
    SMTPD_JUNK_COMMAND_LIMIT: IntExpr "smtpd_junk_command_limit" = "${stress?{1}:{100}}",
        From(1), Common, "<2.1", "smtpd";
    /// Which permits are logged.
    SMTPD_LOG_ACCESS_PERMIT_ACTIONS: MatchList "smtpd_log_access_permit_actions" = "",
        MayBeEmpty, Common, "2.10", "smtpd";
    /// Tables that choose milters by client address.
    SMTPD_MILTER_MAPS: Maps "smtpd_milter_maps" = "", MayBeEmpty, Common, "3.2", "smtpd";
    /// Milters for mail that comes by SMTP.
    SMTPD_MILTERS: List "smtpd_milters" = "", MayBeEmpty, Core, "2.3", "smtpd";
    /// How many bytes a second a client must make to earn more time.
    SMTPD_MIN_DATA_RATE: Int "smtpd_min_data_rate" = "500", From(1), Common, "3.7", "smtpd";
    /// Commands that the SMTP server answers with 250 and nothing else.
    SMTPD_NOOP_COMMANDS: MatchList "smtpd_noop_commands" = "", MayBeEmpty, Common, "<=1.1", "smtpd";
    /// What stands for the empty sender in access tables.
    SMTPD_NULL_ACCESS_LOOKUP_KEY: Str "smtpd_null_access_lookup_key" = "<>",
        MayBeEmpty, Common, "<=1.1", "smtpd";
    /// Whether the SMTP server looks up the client's name.
    SMTPD_PEERNAME_LOOKUP: Bool "smtpd_peername_lookup" = "yes", Any, Core, "2.3", "smtpd";
    /// The former name of smtpd_per_request_deadline.
    SMTPD_PER_RECORD_DEADLINE: Str "smtpd_per_record_deadline" = "",
        Any, Legacy, "2.9..3.6", "smtpd", OldName;
    /// Whether the SMTP server's timeouts limit whole requests, not single reads and writes.
    SMTPD_PER_REQUEST_DEADLINE: BoolExpr "smtpd_per_request_deadline" = "${smtpd_per_record_deadline?{$smtpd_per_record_deadline}:{${stress?{yes}:{no}}}}",
        Any, Common, "3.7", "smtpd";
    /// What counts as the answer of a policy server that fails.
    SMTPD_POLICY_SERVICE_DEFAULT_ACTION: Enum "smtpd_policy_service_default_action" = "451 4.3.5 Server configuration problem",
        NonEmpty, Common, "3.0", "smtpd";
    /// How long an unused connection to a policy server stays open.
    SMTPD_POLICY_SERVICE_MAX_IDLE: Time "smtpd_policy_service_max_idle" = "300s",
        From(1), Common, "2.1", "smtpd";
    /// How long a connection to a policy server is used.
    SMTPD_POLICY_SERVICE_MAX_TTL: Time "smtpd_policy_service_max_ttl" = "1000s",
        From(1), Common, "2.1", "smtpd";
    /// A word that policy servers get with each request.
    SMTPD_POLICY_SERVICE_POLICY_CONTEXT: Str "smtpd_policy_service_policy_context" = "",
        MayBeEmpty, Common, "3.1", "smtpd";
    /// How many requests go over one connection to a policy server; 0 for any number.
    SMTPD_POLICY_SERVICE_REQUEST_LIMIT: Int "smtpd_policy_service_request_limit" = "0",
        From(0), Common, "3.0", "smtpd";
    /// The pause before a policy server that failed is asked again.
    SMTPD_POLICY_SERVICE_RETRY_DELAY: Time "smtpd_policy_service_retry_delay" = "1s",
        From(1), Common, "3.0", "smtpd";
    /// How long to wait for a policy server.
    SMTPD_POLICY_SERVICE_TIMEOUT: Time "smtpd_policy_service_timeout" = "100s",
        From(1), Common, "2.1", "smtpd";
    /// How often a policy server that fails is asked.
    SMTPD_POLICY_SERVICE_TRY_LIMIT: Int "smtpd_policy_service_try_limit" = "2",
        From(1), Common, "3.0", "smtpd";
    /// The name given to a filter that stands between client and queue.
    SMTPD_PROXY_EHLO: Str "smtpd_proxy_ehlo" = "$myhostname", MayBeEmpty, Common, "2.1", "smtpd";
    /// An SMTP filter that sees each message before we accept it.
    SMTPD_PROXY_FILTER: Str "smtpd_proxy_filter" = "", MayBeEmpty, Core, "2.1", "smtpd";
    /// How the SMTP server talks to smtpd_proxy_filter.
    SMTPD_PROXY_OPTIONS: KeywordSet "smtpd_proxy_options" = "", MayBeEmpty, Common, "2.7", "smtpd";
    /// How long the SMTP server waits for smtpd_proxy_filter.
    SMTPD_PROXY_TIMEOUT: Time "smtpd_proxy_timeout" = "100s", From(1), Common, "2.1", "smtpd";
    /// How many recipients a message may have.
    SMTPD_RECIPIENT_LIMIT: Int "smtpd_recipient_limit" = "1000", From(1), Core, "<2.1", "smtpd";
    /// How many recipients beyond the limit a client may name before it counts as a mistake.
    SMTPD_RECIPIENT_OVERSHOOT_LIMIT: Int "smtpd_recipient_overshoot_limit" = "1000",
        From(1), Common, "<2.1", "smtpd";
    /// What each recipient must pass, after smtpd_relay_restrictions.
    SMTPD_RECIPIENT_RESTRICTIONS: RestrictionList "smtpd_recipient_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// Tables that change the SMTP server's refusals.
    SMTPD_REJECT_FILTER_MAPS: Maps "smtpd_reject_filter_maps" = "", MayBeEmpty, Common, "3.11", "smtpd";
    /// A text behind every refusal of the SMTP server.
    SMTPD_REJECT_FOOTER: RawTemplate "smtpd_reject_footer" = "",
        MayBeEmpty, Common, "2.8", "postscreen,smtpd";
    /// Tables that choose the text behind refusals.
    SMTPD_REJECT_FOOTER_MAPS: Maps "smtpd_reject_footer_maps" = "", MayBeEmpty, Common, "3.4", "smtpd";
    /// Whether recipients who do not exist are refused without being asked for.
    SMTPD_REJECT_UNLISTED_RECIPIENT: Bool "smtpd_reject_unlisted_recipient" = "yes",
        Any, Core, "2.1", "smtpd";
    /// Whether senders in our domains who do not exist are refused.
    SMTPD_REJECT_UNLISTED_SENDER: Bool "smtpd_reject_unlisted_sender" = "no", Any, Common, "2.1", "smtpd";
    /// Whether relay restrictions come before recipient restrictions.
    SMTPD_RELAY_BEFORE_RECIPIENT_RESTRICTIONS: BoolExpr "smtpd_relay_before_recipient_restrictions" = "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        Any, Common, "3.6", "smtpd";
    /// Who may send through this host to elsewhere.
    SMTPD_RELAY_RESTRICTIONS: RestrictionList "smtpd_relay_restrictions" = "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}",
        MayBeEmpty, Core, "2.10", "smtpd";
    /// Names for lists of restrictions, to be used in tables.
    SMTPD_RESTRICTION_CLASSES: KeywordSet "smtpd_restriction_classes" = "",
        MayBeEmpty, Core, "<2.1", "proxymap,smtpd";
    /// Who owns a sender address: tables from address to login names.
    SMTPD_SENDER_LOGIN_MAPS: Maps "smtpd_sender_login_maps" = "", MayBeEmpty, Core, "<=1.1", "proxymap,smtpd";
    /// What a sender address must pass.
    SMTPD_SENDER_RESTRICTIONS: RestrictionList "smtpd_sender_restrictions" = "",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// From how many mistakes on the SMTP server slows down.
    SMTPD_SOFT_ERROR_LIMIT: IntExpr "smtpd_soft_error_limit" = "10", From(1), Core, "<2.1", "smtpd";
    /// How long a client's TLS handshake may take.
    SMTPD_STARTTLS_TIMEOUT: Time "smtpd_starttls_timeout" = "${stress?{10}:{300}}s",
        From(1), Common, "2.2", "postscreen,smtpd";
    /// How long the SMTP server waits for the client.
    SMTPD_TIMEOUT: Time "smtpd_timeout" = "${stress?{10}:{300}}s", From(1), Core, "<2.1", "smtpd";
    /// The protocol of a proxy that stands before the SMTP server.
    SMTPD_UPSTREAM_PROXY_PROTOCOL: Str "smtpd_upstream_proxy_protocol" = "",
        MayBeEmpty, Common, "2.10", "smtpd";
    /// How long the SMTP server waits for what the proxy says of the client.
    SMTPD_UPSTREAM_PROXY_TIMEOUT: Time "smtpd_upstream_proxy_timeout" = "5s",
        From(1), Common, "2.10", "smtpd";
    /// The former way to let the SMTP server offer TLS.
    SMTPD_USE_TLS: Bool "smtpd_use_tls" = "no", Any, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
}
