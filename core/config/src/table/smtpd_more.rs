//! The SMTP server: reply codes and parameters it shares, whose names do not begin with smtpd_.

declare! {
    /// TODO sentence of access_map_defer_code.
    ACCESS_MAP_DEFER_CODE: Int "access_map_defer_code" = "450", From(0), Common, "2.6", "smtpd";
    /// TODO sentence of access_map_reject_code.
    ACCESS_MAP_REJECT_CODE: Int "access_map_reject_code" = "554", From(0), Core, "<2.1", "smtpd";
    /// TODO sentence of allow_untrusted_routing.
    ALLOW_UNTRUSTED_ROUTING: Bool "allow_untrusted_routing" = "no", Any, Legacy, "<2.1", "smtpd";
    /// TODO sentence of authorized_verp_clients.
    AUTHORIZED_VERP_CLIENTS: Str "authorized_verp_clients" = "", Any, Legacy, "1.1", "smtpd", OldName;
    /// TODO sentence of content_filter.
    CONTENT_FILTER: TransportSpec "content_filter" = "", MayBeEmpty, Core, "1.0/1.1", "pickup,qmqpd,smtpd";
    /// TODO sentence of cyrus_sasl_config_path.
    CYRUS_SASL_CONFIG_PATH: Path "cyrus_sasl_config_path" = "", MayBeEmpty, Rare, "2.5", "lmtp,smtp,smtpd";
    /// TODO sentence of default_rbl_reply.
    DEFAULT_RBL_REPLY: RawTemplate "default_rbl_reply" = "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain${rbl_reason?; $rbl_reason}",
        NonEmpty, Core, "2.0", "smtpd";
    /// TODO sentence of default_verp_delimiters.
    DEFAULT_VERP_DELIMITERS: Str "default_verp_delimiters" = "+=", NonEmpty, Common, "1.1", "sendmail,smtpd";
    /// TODO sentence of defer_code.
    DEFER_CODE: Int "defer_code" = "450", From(0), Common, "<2.1", "smtpd";
    /// TODO sentence of disable_vrfy_command.
    DISABLE_VRFY_COMMAND: Bool "disable_vrfy_command" = "no", Any, Core, "<=1.0", "postscreen,smtpd";
    /// TODO sentence of invalid_hostname_reject_code.
    INVALID_HOSTNAME_REJECT_CODE: Int "invalid_hostname_reject_code" = "501",
        From(0), Common, "<2.1", "smtpd";
    /// TODO sentence of maps_rbl_domains.
    MAPS_RBL_DOMAINS: Str "maps_rbl_domains" = "", MayBeEmpty, Legacy, "<=1.1", "smtpd";
    /// TODO sentence of maps_rbl_reject_code.
    MAPS_RBL_REJECT_CODE: Int "maps_rbl_reject_code" = "554", From(0), Common, "<2.1", "smtpd";
    /// TODO sentence of non_fqdn_reject_code.
    NON_FQDN_REJECT_CODE: Int "non_fqdn_reject_code" = "504", From(0), Common, "<2.1", "smtpd";
    /// TODO sentence of plaintext_reject_code.
    PLAINTEXT_REJECT_CODE: Int "plaintext_reject_code" = "450", From(0), Common, "2.3", "smtpd";
    /// TODO sentence of rbl_reply_maps.
    RBL_REPLY_MAPS: Maps "rbl_reply_maps" = "", MayBeEmpty, Core, "2.0", "smtpd";
    /// TODO sentence of receive_override_options.
    RECEIVE_OVERRIDE_OPTIONS: KeywordSet "receive_override_options" = "",
        MayBeEmpty, Core, "2.1", "pickup,qmqpd,smtpd";
    /// TODO sentence of reject_code.
    REJECT_CODE: Int "reject_code" = "554", From(0), Core, "<2.1", "smtpd";
    /// TODO sentence of reject_tempfail_action.
    REJECT_TEMPFAIL_ACTION: Enum "reject_tempfail_action" = "defer_if_permit",
        NonEmpty, Common, "2.6", "smtpd";
    /// TODO sentence of relay_clientcerts.
    RELAY_CLIENTCERTS: Maps "relay_clientcerts" = "", MayBeEmpty, Common, "2.2", "smtpd";
    /// TODO sentence of relay_domains_reject_code.
    RELAY_DOMAINS_REJECT_CODE: Int "relay_domains_reject_code" = "554", From(0), Common, "<2.1", "smtpd";
    /// TODO sentence of relay_recipient_maps.
    RELAY_RECIPIENT_MAPS: Maps "relay_recipient_maps" = "", MayBeEmpty, Core, "2.0", "proxymap,smtpd";
    /// TODO sentence of show_user_unknown_table_name.
    SHOW_USER_UNKNOWN_TABLE_NAME: Bool "show_user_unknown_table_name" = "yes",
        Any, Common, "2.0", "smtpd,trivial-rewrite";
    /// TODO sentence of unknown_address_reject_code.
    UNKNOWN_ADDRESS_REJECT_CODE: Int "unknown_address_reject_code" = "450", From(0), Common, "<=1.0", "smtpd";
    /// TODO sentence of unknown_address_tempfail_action.
    UNKNOWN_ADDRESS_TEMPFAIL_ACTION: Enum "unknown_address_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
    /// TODO sentence of unknown_client_reject_code.
    UNKNOWN_CLIENT_REJECT_CODE: Int "unknown_client_reject_code" = "450", From(0), Common, "<=1.0", "smtpd";
    /// TODO sentence of unknown_helo_hostname_tempfail_action.
    UNKNOWN_HELO_HOSTNAME_TEMPFAIL_ACTION: Enum "unknown_helo_hostname_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
    /// TODO sentence of unknown_hostname_reject_code.
    UNKNOWN_HOSTNAME_REJECT_CODE: Int "unknown_hostname_reject_code" = "450",
        From(0), Common, "<2.1", "smtpd";
    /// TODO sentence of unknown_local_recipient_reject_code.
    UNKNOWN_LOCAL_RECIPIENT_REJECT_CODE: Int "unknown_local_recipient_reject_code" = "550",
        From(0), Core, "2.0", "smtpd";
    /// TODO sentence of unknown_relay_recipient_reject_code.
    UNKNOWN_RELAY_RECIPIENT_REJECT_CODE: Int "unknown_relay_recipient_reject_code" = "550",
        From(0), Common, "2.0", "smtpd";
    /// TODO sentence of unknown_virtual_alias_reject_code.
    UNKNOWN_VIRTUAL_ALIAS_REJECT_CODE: Int "unknown_virtual_alias_reject_code" = "550",
        From(0), Common, "2.0", "smtpd";
    /// TODO sentence of unknown_virtual_mailbox_reject_code.
    UNKNOWN_VIRTUAL_MAILBOX_REJECT_CODE: Int "unknown_virtual_mailbox_reject_code" = "550",
        From(0), Common, "2.0", "smtpd";
    /// TODO sentence of verp_delimiter_filter.
    VERP_DELIMITER_FILTER: Str "verp_delimiter_filter" = "-=+", NonEmpty, Rare, "1.1", "qmqpd,sendmail,smtpd";
    /// TODO sentence of virtual_alias_domains.
    VIRTUAL_ALIAS_DOMAINS: MatchList "virtual_alias_domains" = "$virtual_alias_maps",
        MayBeEmpty, Core, "2.0", "proxymap,smtpd,trivial-rewrite";
    /// TODO sentence of virtual_alias_maps.
    VIRTUAL_ALIAS_MAPS: Maps "virtual_alias_maps" = "$virtual_maps",
        MayBeEmpty, Core, "2.0", "cleanup,proxymap,smtpd,trivial-rewrite";
}
