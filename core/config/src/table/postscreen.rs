//! postscreen(8) and dnsblog(8): the door before the SMTP server.

declare! {
    /// An artificial delay of block list answers, for tests.
    DNSBLOG_REPLY_DELAY: Time "dnsblog_reply_delay" = "0s", From(0), Rare, "2.8", "dnsblog";
    /// Addresses that postscreen(8) lets through or turns away at once.
    POSTSCREEN_ACCESS_LIST: List "postscreen_access_list" = "permit_mynetworks",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// Own addresses where clients can earn a pass; on the others they cannot.
    POSTSCREEN_ALLOWLIST_INTERFACES: MatchList "postscreen_allowlist_interfaces" = "${postscreen_whitelist_interfaces?{$postscreen_whitelist_interfaces}:{static:all}}",
        MayBeEmpty, Rare, "3.6", "postscreen";
    /// What postscreen(8) does with clients that end lines by a bare line feed.
    POSTSCREEN_BARE_NEWLINE_ACTION: Enum "postscreen_bare_newline_action" = "ignore",
        NonEmpty, Common, "2.8", "postscreen";
    /// Whether postscreen(8) tests for bare line feeds.
    POSTSCREEN_BARE_NEWLINE_ENABLE: Bool "postscreen_bare_newline_enable" = "no",
        Any, Common, "2.8", "postscreen";
    /// How long a client that passed the bare line feed test need not repeat it.
    POSTSCREEN_BARE_NEWLINE_TTL: Time "postscreen_bare_newline_ttl" = "30d",
        From(1), Common, "2.8", "postscreen";
    /// The former name of postscreen_denylist_action.
    POSTSCREEN_BLACKLIST_ACTION: Enum "postscreen_blacklist_action" = "",
        Any, Legacy, "2.8..3.5", "postscreen", OldName;
    /// How often postscreen(8) drops old entries from its cache.
    POSTSCREEN_CACHE_CLEANUP_INTERVAL: Time "postscreen_cache_cleanup_interval" = "12h",
        From(0), Common, "2.8", "postscreen";
    /// Where postscreen(8) remembers clients that passed.
    POSTSCREEN_CACHE_MAP: SingleTable "postscreen_cache_map" = "$default_cache_db_type:$data_directory/postscreen_cache",
        MayBeEmpty, Common, "2.8", "postscreen,proxymap";
    /// How long an outdated entry stays in the postscreen cache.
    POSTSCREEN_CACHE_RETENTION_TIME: Time "postscreen_cache_retention_time" = "7d",
        From(1), Common, "2.8", "postscreen";
    /// How many connections one client may have with postscreen(8) at a time.
    POSTSCREEN_CLIENT_CONNECTION_COUNT_LIMIT: IntExpr "postscreen_client_connection_count_limit" = "$smtpd_client_connection_count_limit",
        From(0), Common, "2.8", "postscreen";
    /// How many commands a session with postscreen(8)'s own SMTP engine may have.
    POSTSCREEN_COMMAND_COUNT_LIMIT: Int "postscreen_command_count_limit" = "20",
        From(1), Common, "2.8", "postscreen";
    /// Tables that change commands of clients of postscreen(8).
    POSTSCREEN_COMMAND_FILTER: Maps "postscreen_command_filter" = "", MayBeEmpty, Rare, "2.8", "postscreen";
    /// How long postscreen(8) waits for a command.
    POSTSCREEN_COMMAND_TIME_LIMIT: Time "postscreen_command_time_limit" = "${stress?{10}:{300}}s",
        From(1), Common, "2.8", "postscreen";
    /// What postscreen(8) does with clients that postscreen_access_list rejects.
    POSTSCREEN_DENYLIST_ACTION: Enum "postscreen_denylist_action" = "${postscreen_blacklist_action?{$postscreen_blacklist_action}:{ignore}}",
        NonEmpty, Common, "3.6", "postscreen";
    /// Whether postscreen(8) refuses VRFY.
    POSTSCREEN_DISABLE_VRFY_COMMAND: BoolExpr "postscreen_disable_vrfy_command" = "$disable_vrfy_command",
        Any, Rare, "2.8", "postscreen";
    /// Tables that say by client address which EHLO keywords postscreen(8) leaves out.
    POSTSCREEN_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS: Maps "postscreen_discard_ehlo_keyword_address_maps" = "$smtpd_discard_ehlo_keyword_address_maps",
        MayBeEmpty, Rare, "2.8", "postscreen";
    /// EHLO keywords that postscreen(8) leaves out.
    POSTSCREEN_DISCARD_EHLO_KEYWORDS: KeywordSet "postscreen_discard_ehlo_keywords" = "$smtpd_discard_ehlo_keywords",
        MayBeEmpty, Rare, "2.8", "postscreen";
    /// What postscreen(8) does with clients whose block list score is too high.
    POSTSCREEN_DNSBL_ACTION: Enum "postscreen_dnsbl_action" = "ignore", NonEmpty, Common, "2.8", "postscreen";
    /// A block list score at or below which the other tests are skipped; 0 turns this off.
    POSTSCREEN_DNSBL_ALLOWLIST_THRESHOLD: IntExpr "postscreen_dnsbl_allowlist_threshold" = "${postscreen_dnsbl_whitelist_threshold?{$postscreen_dnsbl_whitelist_threshold}:{0}}",
        Any, Common, "3.6", "postscreen";
    /// The longest time that a block list result is trusted.
    POSTSCREEN_DNSBL_MAX_TTL: Time "postscreen_dnsbl_max_ttl" = "${postscreen_dnsbl_ttl?{$postscreen_dnsbl_ttl}:{1}}h",
        From(1), Common, "3.1", "postscreen";
    /// The shortest time that a block list result is trusted.
    POSTSCREEN_DNSBL_MIN_TTL: Time "postscreen_dnsbl_min_ttl" = "60s", From(1), Common, "3.1", "postscreen";
    /// Names to show instead of block list domains, which may hold a password.
    POSTSCREEN_DNSBL_REPLY_MAP: Maps "postscreen_dnsbl_reply_map" = "",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// Block and allow lists, with the answers that count and their weights.
    POSTSCREEN_DNSBL_SITES: List "postscreen_dnsbl_sites" = "",
        MayBeEmpty, Common, "2.8", "dnsblog,postscreen";
    /// The block list score from which a client fails.
    POSTSCREEN_DNSBL_THRESHOLD: Int "postscreen_dnsbl_threshold" = "1", From(1), Common, "2.8", "postscreen";
    /// How long postscreen(8) waits for block list answers.
    POSTSCREEN_DNSBL_TIMEOUT: Time "postscreen_dnsbl_timeout" = "10s", From(1), Common, "3.0", "postscreen";
    /// The former name of postscreen_dnsbl_max_ttl.
    POSTSCREEN_DNSBL_TTL: Str "postscreen_dnsbl_ttl" = "", Any, Legacy, "2.8..3.0", "-", OldName;
    /// The former name of postscreen_dnsbl_allowlist_threshold.
    POSTSCREEN_DNSBL_WHITELIST_THRESHOLD: Str "postscreen_dnsbl_whitelist_threshold" = "",
        Any, Legacy, "2.11..3.5", "postscreen", OldName;
    /// The former way to make postscreen(8) insist on TLS.
    POSTSCREEN_ENFORCE_TLS: BoolExpr "postscreen_enforce_tls" = "$smtpd_enforce_tls",
        Any, Legacy, "2.8", "postscreen";
    /// Characters that may appear where postscreen(8) expands $name in replies.
    POSTSCREEN_EXPANSION_FILTER: RawTemplate "postscreen_expansion_filter" = "$smtpd_expansion_filter",
        NonEmpty, Rare, "2.8", "postscreen";
    /// Commands that make postscreen(8) hang up.
    POSTSCREEN_FORBIDDEN_COMMANDS: MatchList "postscreen_forbidden_commands" = "$smtpd_forbidden_commands",
        MayBeEmpty, Rare, "2.8", "postscreen,proxymap";
    /// What postscreen(8) does with clients that speak before their turn.
    POSTSCREEN_GREET_ACTION: Enum "postscreen_greet_action" = "ignore", NonEmpty, Common, "2.8", "postscreen";
    /// The teaser that postscreen(8) sends before the real greeting.
    POSTSCREEN_GREET_BANNER: Str "postscreen_greet_banner" = "$smtpd_banner",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// How long a client that waited for the greeting need not repeat the test.
    POSTSCREEN_GREET_TTL: Time "postscreen_greet_ttl" = "1d", From(1), Common, "2.8", "postscreen";
    /// How long postscreen(8) lets a client wait for the greeting.
    POSTSCREEN_GREET_WAIT: Time "postscreen_greet_wait" = "${stress?{2}:{6}}s",
        From(1), Common, "2.8", "postscreen";
    /// Whether postscreen(8) insists on HELO or EHLO.
    POSTSCREEN_HELO_REQUIRED: BoolExpr "postscreen_helo_required" = "$smtpd_helo_required",
        Any, Common, "2.8", "postscreen";
    /// What postscreen(8) does with clients that send commands of other protocols.
    POSTSCREEN_NON_SMTP_COMMAND_ACTION: Enum "postscreen_non_smtp_command_action" = "drop",
        NonEmpty, Common, "2.8", "postscreen";
    /// Whether postscreen(8) tests for commands of other protocols.
    POSTSCREEN_NON_SMTP_COMMAND_ENABLE: Bool "postscreen_non_smtp_command_enable" = "no",
        Any, Common, "2.8", "postscreen";
    /// How long a client that passed the foreign command test need not repeat it.
    POSTSCREEN_NON_SMTP_COMMAND_TTL: Time "postscreen_non_smtp_command_ttl" = "30d",
        From(1), Common, "2.8", "postscreen";
    /// What postscreen(8) does with clients that send commands without waiting.
    POSTSCREEN_PIPELINING_ACTION: Enum "postscreen_pipelining_action" = "enforce",
        NonEmpty, Common, "2.8", "postscreen";
    /// Whether postscreen(8) tests for commands sent without waiting.
    POSTSCREEN_PIPELINING_ENABLE: Bool "postscreen_pipelining_enable" = "no",
        Any, Common, "2.8", "postscreen";
    /// How long a client that passed the pipelining test need not repeat it.
    POSTSCREEN_PIPELINING_TTL: Time "postscreen_pipelining_ttl" = "30d", From(1), Common, "2.8", "postscreen";
    /// How many clients that passed may wait for an SMTP server.
    POSTSCREEN_POST_QUEUE_LIMIT: IntExpr "postscreen_post_queue_limit" = "$default_process_limit",
        From(5), Common, "2.8", "postscreen";
    /// How many clients may be under test at a time.
    POSTSCREEN_PRE_QUEUE_LIMIT: IntExpr "postscreen_pre_queue_limit" = "$default_process_limit",
        From(10), Common, "2.8", "postscreen";
    /// A text behind every refusal of postscreen(8).
    POSTSCREEN_REJECT_FOOTER: RawTemplate "postscreen_reject_footer" = "$smtpd_reject_footer",
        MayBeEmpty, Rare, "2.8", "postscreen";
    /// Tables that choose the text behind refusals of postscreen(8).
    POSTSCREEN_REJECT_FOOTER_MAPS: Maps "postscreen_reject_footer_maps" = "$smtpd_reject_footer_maps",
        MayBeEmpty, Rare, "3.4", "postscreen";
    /// How long a TLS handshake may take for a client of postscreen(8).
    POSTSCREEN_STARTTLS_TIMEOUT: Time "postscreen_starttls_timeout" = "$smtpd_starttls_timeout",
        From(1), Rare, "3.12", "postscreen";
    /// The protocol of a proxy that stands before postscreen(8).
    POSTSCREEN_UPSTREAM_PROXY_PROTOCOL: Str "postscreen_upstream_proxy_protocol" = "",
        MayBeEmpty, Common, "2.10", "postscreen";
    /// How long postscreen(8) waits for what the proxy says of the client.
    POSTSCREEN_UPSTREAM_PROXY_TIMEOUT: Time "postscreen_upstream_proxy_timeout" = "5s",
        From(1), Common, "2.10", "postscreen";
    /// The former way to let postscreen(8) offer TLS.
    POSTSCREEN_USE_TLS: BoolExpr "postscreen_use_tls" = "$smtpd_use_tls", Any, Legacy, "2.8", "postscreen";
    /// How long postscreen(8) may hang before the watchdog ends it.
    POSTSCREEN_WATCHDOG_TIMEOUT: Time "postscreen_watchdog_timeout" = "10s",
        From(10), Rare, "2.8", "postscreen";
    /// The former name of postscreen_allowlist_interfaces.
    POSTSCREEN_WHITELIST_INTERFACES: Str "postscreen_whitelist_interfaces" = "",
        Any, Legacy, "2.9..3.5", "-", OldName;
}
