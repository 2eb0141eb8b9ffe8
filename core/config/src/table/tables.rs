//! Look-up tables: defaults, drivers, proxies.

declare! {
    /// The alias files that newaliases(1) turns into databases.
    ALIAS_DATABASE: SingleTable "alias_database" = "$default_database_type:/etc/aliases",
        MayBeEmpty, Core, "<=1.0", "postalias,sendmail";
    /// Memory for building a hash or btree file with Berkeley DB.
    BERKELEY_DB_CREATE_BUFFER_SIZE: Int "berkeley_db_create_buffer_size" = "16777216",
        From(1), Legacy, "2.0", "postalias,postmap";
    /// Memory for reading a hash or btree file with Berkeley DB.
    BERKELEY_DB_READ_BUFFER_SIZE: Int "berkeley_db_read_buffer_size" = "131072",
        From(1), Legacy, "2.0", "postalias,postmap";
    /// Whether a daemon stops when a table cannot be opened, instead of failing only what needs it.
    DAEMON_TABLE_OPEN_ERROR_IS_FATAL: Bool "daemon_table_open_error_is_fatal" = "no",
        Any, Common, "2.9", "all (shared library)";
    /// The table type of caches that do not name one.
    DEFAULT_CACHE_DB_TYPE: Str "default_cache_db_type" = "btree",
        NonEmpty, Common, "3.11", "all (shared library)";
    /// The table type that postmap(1), postalias(1) and default settings assume.
    DEFAULT_DATABASE_TYPE: Str "default_database_type" = "hash",
        NonEmpty, Core, "<2.1", "postalias,postmap,sendmail";
    /// How much memory an LMDB table may map at first.
    LMDB_MAP_SIZE: Long "lmdb_map_size" = "16777216", From(1), Common, "2.11", "postalias,postmap";
    /// Own replacements for table types that need Berkeley DB.
    NON_BDB_CUSTOM_MAPPING: Str "non_bdb_custom_mapping" = "", MayBeEmpty, Legacy, "3.11", "postfix-non-bdb";
    /// Directories of root where tables are rebuilt without Berkeley DB by themselves.
    NON_BDB_MIGRATION_ALLOW_ROOT_PREFIXES: Path "non_bdb_migration_allow_root_prefixes" = "/etc /usr/local/etc",
        MayBeEmpty, Legacy, "3.11", "nbdb_reindexd,postfix-non-bdb";
    /// Directories of users where tables are rebuilt without Berkeley DB by themselves.
    NON_BDB_MIGRATION_ALLOW_USER_PREFIXES: Path "non_bdb_migration_allow_user_prefixes" = "$data_directory /var/lib/mailman /var/lib/mailman3",
        MayBeEmpty, Legacy, "3.11", "nbdb_reindexd,postfix-non-bdb";
    /// How far hash and btree tables are replaced by others: not, on lookup, or with rebuilding.
    NON_BDB_MIGRATION_LEVEL: Enum "non_bdb_migration_level" = "disable",
        NonEmpty, Legacy, "3.11", "nbdb_reindexd,postfix-non-bdb";
    /// Whether each replaced table type is logged.
    NON_BDB_MIGRATION_LOG_REDIRECT: BoolExpr "non_bdb_migration_log_redirect" = "yes",
        Any, Legacy, "3.11", "all (shared library)";
    /// Tables that proxymap(8) may read for others.
    PROXY_READ_MAPS: Maps "proxy_read_maps" = "$local_recipient_maps $mydestination $virtual_alias_maps $virtual_alias_domains $virtual_mailbox_maps $virtual_mailbox_domains $relay_recipient_maps $relay_domains $canonical_maps $sender_canonical_maps $recipient_canonical_maps $relocated_maps $transport_maps $mynetworks $smtpd_sender_login_maps $sender_bcc_maps $recipient_bcc_maps $smtp_generic_maps $lmtp_generic_maps $alias_maps $smtpd_client_restrictions $smtpd_helo_restrictions $smtpd_sender_restrictions $smtpd_relay_restrictions $smtpd_recipient_restrictions $address_verify_sender_dependent_default_transport_maps $address_verify_sender_dependent_relayhost_maps $address_verify_transport_maps $fallback_transport_maps $lmtp_discard_lhlo_keyword_address_maps $lmtp_pix_workaround_maps $lmtp_sasl_password_maps $lmtp_tls_policy_maps $mailbox_command_maps $mailbox_transport_maps $postscreen_discard_ehlo_keyword_address_maps $rbl_reply_maps $sender_dependent_default_transport_maps $sender_dependent_relayhost_maps $smtp_discard_ehlo_keyword_address_maps $smtp_pix_workaround_maps $smtp_sasl_password_maps $smtp_tls_policy_maps $smtpd_discard_ehlo_keyword_address_maps $smtpd_milter_maps $virtual_gid_maps $virtual_uid_maps $local_login_sender_maps $postscreen_reject_footer_maps $smtpd_reject_footer_maps $tls_server_sni_maps $tlsproxy_client_policy_maps $default_delivery_status_filter $lmtp_delivery_status_filter $lmtp_dns_reply_filter $lmtp_reply_filter $local_delivery_status_filter $pipe_delivery_status_filter $postscreen_command_filter $smtp_delivery_status_filter $smtp_dns_reply_filter $smtp_reply_filter $smtpd_command_filter $smtpd_dns_reply_filter $virtual_delivery_status_filter $body_checks $header_checks $lmtp_body_checks $lmtp_header_checks $lmtp_mime_header_checks $lmtp_nested_header_checks $milter_header_checks $mime_header_checks $nested_header_checks $smtp_body_checks $smtp_header_checks $smtp_mime_header_checks $smtp_nested_header_checks $smtpd_reject_filter_maps $debug_peer_list $smtpd_etrn_restrictions $fast_flush_domains $authorized_flush_users $lmtp_connection_cache_destinations $local_header_rewrite_clients $masquerade_exceptions $postscreen_access_list $postscreen_allowlist_interfaces $postscreen_forbidden_commands $qmqpd_authorized_clients $authorized_mailq_users $smtp_connection_cache_destinations $smtpd_log_access_permit_actions $smtpd_forbidden_commands $smtpd_client_event_limit_exceptions $smtpd_sasl_exceptions_networks $smtpd_sasl_mechanism_filter $smtp_requiretls_policy $smtp_sasl_mechanism_filter $authorized_submit_users $smtpd_authorized_verp_clients $smtpd_authorized_xclient_hosts $smtpd_authorized_xforward_hosts $lmtp_tls_loglevel_maps $postscreen_tls_loglevel_maps $smtp_tls_loglevel_maps $smtpd_tls_loglevel_maps",
        MayBeEmpty, Core, "2.0", "proxymap";
    /// Tables that proxymap(8) may write for others.
    PROXY_WRITE_MAPS: Maps "proxy_write_maps" = "$smtp_sasl_auth_cache_name $lmtp_sasl_auth_cache_name $address_verify_map $postscreen_cache_map",
        MayBeEmpty, Common, "2.5", "proxymap";
    /// How long a request to a socketmap server may be.
    SOCKETMAP_MAX_QUERY_SIZE: Int "socketmap_max_query_size" = "10000",
        From(1), Rare, "3.12", "all (shared library)";
    /// How long a socketmap server's answer may be.
    SOCKETMAP_MAX_REPLY_SIZE: Int "socketmap_max_reply_size" = "100000",
        From(1), Rare, "3.10", "all (shared library)";
}
