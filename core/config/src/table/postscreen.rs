//! postscreen(8) and dnsblog(8): the door before the SMTP server.

declare! {
    /// TODO sentence of dnsblog_reply_delay.
    DNSBLOG_REPLY_DELAY: Time "dnsblog_reply_delay" = "0s", From(0), Rare, "2.8", "dnsblog";
    /// TODO sentence of postscreen_access_list.
    POSTSCREEN_ACCESS_LIST: List "postscreen_access_list" = "permit_mynetworks",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_allowlist_interfaces.
    POSTSCREEN_ALLOWLIST_INTERFACES: MatchList "postscreen_allowlist_interfaces" = "${postscreen_whitelist_interfaces?{$postscreen_whitelist_interfaces}:{static:all}}",
        MayBeEmpty, Rare, "3.6", "postscreen";
    /// TODO sentence of postscreen_bare_newline_action.
    POSTSCREEN_BARE_NEWLINE_ACTION: Enum "postscreen_bare_newline_action" = "ignore",
        NonEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_bare_newline_enable.
    POSTSCREEN_BARE_NEWLINE_ENABLE: Bool "postscreen_bare_newline_enable" = "no",
        Any, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_bare_newline_ttl.
    POSTSCREEN_BARE_NEWLINE_TTL: Time "postscreen_bare_newline_ttl" = "30d",
        From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_blacklist_action.
    POSTSCREEN_BLACKLIST_ACTION: Enum "postscreen_blacklist_action" = "",
        Any, Legacy, "2.8..3.5", "postscreen", OldName;
    /// TODO sentence of postscreen_cache_cleanup_interval.
    POSTSCREEN_CACHE_CLEANUP_INTERVAL: Time "postscreen_cache_cleanup_interval" = "12h",
        From(0), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_cache_map.
    POSTSCREEN_CACHE_MAP: SingleTable "postscreen_cache_map" = "$default_cache_db_type:$data_directory/postscreen_cache",
        MayBeEmpty, Common, "2.8", "postscreen,proxymap";
    /// TODO sentence of postscreen_cache_retention_time.
    POSTSCREEN_CACHE_RETENTION_TIME: Time "postscreen_cache_retention_time" = "7d",
        From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_client_connection_count_limit.
    POSTSCREEN_CLIENT_CONNECTION_COUNT_LIMIT: IntExpr "postscreen_client_connection_count_limit" = "$smtpd_client_connection_count_limit",
        From(0), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_command_count_limit.
    POSTSCREEN_COMMAND_COUNT_LIMIT: Int "postscreen_command_count_limit" = "20",
        From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_command_filter.
    POSTSCREEN_COMMAND_FILTER: Maps "postscreen_command_filter" = "", MayBeEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_command_time_limit.
    POSTSCREEN_COMMAND_TIME_LIMIT: Time "postscreen_command_time_limit" = "${stress?{10}:{300}}s",
        From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_denylist_action.
    POSTSCREEN_DENYLIST_ACTION: Enum "postscreen_denylist_action" = "${postscreen_blacklist_action?{$postscreen_blacklist_action}:{ignore}}",
        NonEmpty, Common, "3.6", "postscreen";
    /// TODO sentence of postscreen_disable_vrfy_command.
    POSTSCREEN_DISABLE_VRFY_COMMAND: BoolExpr "postscreen_disable_vrfy_command" = "$disable_vrfy_command",
        Any, Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_discard_ehlo_keyword_address_maps.
    POSTSCREEN_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS: Maps "postscreen_discard_ehlo_keyword_address_maps" = "$smtpd_discard_ehlo_keyword_address_maps",
        MayBeEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_discard_ehlo_keywords.
    POSTSCREEN_DISCARD_EHLO_KEYWORDS: KeywordSet "postscreen_discard_ehlo_keywords" = "$smtpd_discard_ehlo_keywords",
        MayBeEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_dnsbl_action.
    POSTSCREEN_DNSBL_ACTION: Enum "postscreen_dnsbl_action" = "ignore", NonEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_dnsbl_allowlist_threshold.
    POSTSCREEN_DNSBL_ALLOWLIST_THRESHOLD: IntExpr "postscreen_dnsbl_allowlist_threshold" = "${postscreen_dnsbl_whitelist_threshold?{$postscreen_dnsbl_whitelist_threshold}:{0}}",
        From(0), Common, "3.6", "postscreen";
    /// TODO sentence of postscreen_dnsbl_max_ttl.
    POSTSCREEN_DNSBL_MAX_TTL: Time "postscreen_dnsbl_max_ttl" = "${postscreen_dnsbl_ttl?{$postscreen_dnsbl_ttl}:{1}}h",
        From(1), Common, "3.1", "postscreen";
    /// TODO sentence of postscreen_dnsbl_min_ttl.
    POSTSCREEN_DNSBL_MIN_TTL: Time "postscreen_dnsbl_min_ttl" = "60s", From(1), Common, "3.1", "postscreen";
    /// TODO sentence of postscreen_dnsbl_reply_map.
    POSTSCREEN_DNSBL_REPLY_MAP: Maps "postscreen_dnsbl_reply_map" = "",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_dnsbl_sites.
    POSTSCREEN_DNSBL_SITES: List "postscreen_dnsbl_sites" = "",
        MayBeEmpty, Common, "2.8", "dnsblog,postscreen";
    /// TODO sentence of postscreen_dnsbl_threshold.
    POSTSCREEN_DNSBL_THRESHOLD: Int "postscreen_dnsbl_threshold" = "1", From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_dnsbl_timeout.
    POSTSCREEN_DNSBL_TIMEOUT: Time "postscreen_dnsbl_timeout" = "10s", From(1), Common, "3.0", "postscreen";
    /// TODO sentence of postscreen_dnsbl_ttl.
    POSTSCREEN_DNSBL_TTL: Str "postscreen_dnsbl_ttl" = "", Any, Legacy, "2.8..3.0", "-", OldName;
    /// TODO sentence of postscreen_dnsbl_whitelist_threshold.
    POSTSCREEN_DNSBL_WHITELIST_THRESHOLD: Str "postscreen_dnsbl_whitelist_threshold" = "",
        Any, Legacy, "2.11..3.5", "postscreen", OldName;
    /// TODO sentence of postscreen_enforce_tls.
    POSTSCREEN_ENFORCE_TLS: BoolExpr "postscreen_enforce_tls" = "$smtpd_enforce_tls",
        Any, Legacy, "2.8", "postscreen";
    /// TODO sentence of postscreen_expansion_filter.
    POSTSCREEN_EXPANSION_FILTER: RawTemplate "postscreen_expansion_filter" = "$smtpd_expansion_filter",
        NonEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_forbidden_commands.
    POSTSCREEN_FORBIDDEN_COMMANDS: MatchList "postscreen_forbidden_commands" = "$smtpd_forbidden_commands",
        MayBeEmpty, Rare, "2.8", "postscreen,proxymap";
    /// TODO sentence of postscreen_greet_action.
    POSTSCREEN_GREET_ACTION: Enum "postscreen_greet_action" = "ignore", NonEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_greet_banner.
    POSTSCREEN_GREET_BANNER: Str "postscreen_greet_banner" = "$smtpd_banner",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_greet_ttl.
    POSTSCREEN_GREET_TTL: Time "postscreen_greet_ttl" = "1d", From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_greet_wait.
    POSTSCREEN_GREET_WAIT: Time "postscreen_greet_wait" = "${stress?{2}:{6}}s",
        From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_helo_required.
    POSTSCREEN_HELO_REQUIRED: BoolExpr "postscreen_helo_required" = "$smtpd_helo_required",
        Any, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_non_smtp_command_action.
    POSTSCREEN_NON_SMTP_COMMAND_ACTION: Enum "postscreen_non_smtp_command_action" = "drop",
        NonEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_non_smtp_command_enable.
    POSTSCREEN_NON_SMTP_COMMAND_ENABLE: Bool "postscreen_non_smtp_command_enable" = "no",
        Any, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_non_smtp_command_ttl.
    POSTSCREEN_NON_SMTP_COMMAND_TTL: Time "postscreen_non_smtp_command_ttl" = "30d",
        From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_pipelining_action.
    POSTSCREEN_PIPELINING_ACTION: Enum "postscreen_pipelining_action" = "enforce",
        NonEmpty, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_pipelining_enable.
    POSTSCREEN_PIPELINING_ENABLE: Bool "postscreen_pipelining_enable" = "no",
        Any, Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_pipelining_ttl.
    POSTSCREEN_PIPELINING_TTL: Time "postscreen_pipelining_ttl" = "30d", From(1), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_post_queue_limit.
    POSTSCREEN_POST_QUEUE_LIMIT: IntExpr "postscreen_post_queue_limit" = "$default_process_limit",
        From(5), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_pre_queue_limit.
    POSTSCREEN_PRE_QUEUE_LIMIT: IntExpr "postscreen_pre_queue_limit" = "$default_process_limit",
        From(10), Common, "2.8", "postscreen";
    /// TODO sentence of postscreen_reject_footer.
    POSTSCREEN_REJECT_FOOTER: RawTemplate "postscreen_reject_footer" = "$smtpd_reject_footer",
        MayBeEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_reject_footer_maps.
    POSTSCREEN_REJECT_FOOTER_MAPS: Maps "postscreen_reject_footer_maps" = "$smtpd_reject_footer_maps",
        MayBeEmpty, Rare, "3.4", "postscreen";
    /// TODO sentence of postscreen_starttls_timeout.
    POSTSCREEN_STARTTLS_TIMEOUT: Time "postscreen_starttls_timeout" = "$smtpd_starttls_timeout",
        From(1), Rare, "3.12", "postscreen";
    /// TODO sentence of postscreen_upstream_proxy_protocol.
    POSTSCREEN_UPSTREAM_PROXY_PROTOCOL: Str "postscreen_upstream_proxy_protocol" = "",
        MayBeEmpty, Common, "2.10", "postscreen";
    /// TODO sentence of postscreen_upstream_proxy_timeout.
    POSTSCREEN_UPSTREAM_PROXY_TIMEOUT: Time "postscreen_upstream_proxy_timeout" = "5s",
        From(1), Common, "2.10", "postscreen";
    /// TODO sentence of postscreen_use_tls.
    POSTSCREEN_USE_TLS: BoolExpr "postscreen_use_tls" = "$smtpd_use_tls", Any, Legacy, "2.8", "postscreen";
    /// TODO sentence of postscreen_watchdog_timeout.
    POSTSCREEN_WATCHDOG_TIMEOUT: Time "postscreen_watchdog_timeout" = "10s",
        From(10), Rare, "2.8", "postscreen";
    /// TODO sentence of postscreen_whitelist_interfaces.
    POSTSCREEN_WHITELIST_INTERFACES: Str "postscreen_whitelist_interfaces" = "",
        Any, Legacy, "2.9..3.5", "-", OldName;
}
