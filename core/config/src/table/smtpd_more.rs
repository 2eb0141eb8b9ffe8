//! The SMTP server: reply codes and parameters it shares, whose names do not begin with smtpd_.

declare! {
    /// The reply code when an access table answers with DEFER.
    ACCESS_MAP_DEFER_CODE: Int "access_map_defer_code" = "450", From(0), Common, "2.6", "smtpd";
    /// The reply code when an access table answers with REJECT.
    ACCESS_MAP_REJECT_CODE: Int "access_map_reject_code" = "554", From(0), Core, "<2.1", "smtpd";
    /// Whether mail with sender-chosen routes such as user@elsewhere@here is forwarded for strangers.
    ALLOW_UNTRUSTED_ROUTING: Bool "allow_untrusted_routing" = "no", Any, Legacy, "<2.1", "smtpd";
    /// The former name of smtpd_authorized_verp_clients.
    AUTHORIZED_VERP_CLIENTS: Str "authorized_verp_clients" = "", Any, Legacy, "1.1", "smtpd", OldName;
    /// A transport and destination that every message takes first, before real delivery.
    CONTENT_FILTER: TransportSpec "content_filter" = "", MayBeEmpty, Core, "1.0/1.1", "pickup,qmqpd,smtpd";
    /// Where the Cyrus SASL library looks for its settings.
    CYRUS_SASL_CONFIG_PATH: Path "cyrus_sasl_config_path" = "", MayBeEmpty, Rare, "2.5", "lmtp,smtp,smtpd";
    /// The reply to clients that a DNS block list names.
    DEFAULT_RBL_REPLY: RawTemplate "default_rbl_reply" = "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain${rbl_reason?; $rbl_reason}",
        NonEmpty, Core, "2.0", "smtpd";
    /// The two characters around the recipient in VERP sender addresses.
    DEFAULT_VERP_DELIMITERS: Str "default_verp_delimiters" = "+=", NonEmpty, Common, "1.1", "sendmail,smtpd";
    /// The reply code of the restriction "defer".
    DEFER_CODE: Int "defer_code" = "450", From(0), Common, "<2.1", "smtpd";
    /// Whether VRFY is refused.
    DISABLE_VRFY_COMMAND: Bool "disable_vrfy_command" = "no", Any, Core, "<=1.0", "postscreen,smtpd";
    /// The reply code when a HELO name is malformed.
    INVALID_HOSTNAME_REJECT_CODE: Int "invalid_hostname_reject_code" = "501",
        From(0), Common, "<2.1", "smtpd";
    /// The block lists of the obsolete restriction reject_maps_rbl.
    MAPS_RBL_DOMAINS: Str "maps_rbl_domains" = "", MayBeEmpty, Legacy, "<=1.1", "smtpd";
    /// The reply code for clients that a block list names.
    MAPS_RBL_REJECT_CODE: Int "maps_rbl_reject_code" = "554", From(0), Common, "<2.1", "smtpd";
    /// The reply code when a name lacks its domain.
    NON_FQDN_REJECT_CODE: Int "non_fqdn_reject_code" = "504", From(0), Common, "<2.1", "smtpd";
    /// The reply code of reject_plaintext_session.
    PLAINTEXT_REJECT_CODE: Int "plaintext_reject_code" = "450", From(0), Common, "2.3", "smtpd";
    /// Tables with replies for the block lists they name.
    RBL_REPLY_MAPS: Maps "rbl_reply_maps" = "", MayBeEmpty, Core, "2.0", "smtpd";
    /// Which steps of receiving to leave out, such as address mapping or content checks.
    RECEIVE_OVERRIDE_OPTIONS: KeywordSet "receive_override_options" = "",
        MayBeEmpty, Core, "2.1", "pickup,qmqpd,smtpd";
    /// The reply code of the restriction "reject".
    REJECT_CODE: Int "reject_code" = "554", From(0), Core, "<2.1", "smtpd";
    /// What a reject_unknown restriction does when the lookup fails for the moment.
    REJECT_TEMPFAIL_ACTION: Enum "reject_tempfail_action" = "defer_if_permit",
        NonEmpty, Common, "2.6", "smtpd";
    /// Fingerprints of client certificates that may relay.
    RELAY_CLIENTCERTS: Maps "relay_clientcerts" = "", MayBeEmpty, Common, "2.2", "smtpd";
    /// The reply code when a client may not relay.
    RELAY_DOMAINS_REJECT_CODE: Int "relay_domains_reject_code" = "554", From(0), Common, "<2.1", "smtpd";
    /// Tables of all valid recipients in relay_domains.
    RELAY_RECIPIENT_MAPS: Maps "relay_recipient_maps" = "", MayBeEmpty, Core, "2.0", "proxymap,smtpd";
    /// Whether "User unknown" says in which table.
    SHOW_USER_UNKNOWN_TABLE_NAME: Bool "show_user_unknown_table_name" = "yes",
        Any, Common, "2.0", "smtpd,trivial-rewrite";
    /// The reply code when an address's domain does not exist.
    UNKNOWN_ADDRESS_REJECT_CODE: Int "unknown_address_reject_code" = "450", From(0), Common, "<=1.0", "smtpd";
    /// What happens when the lookup of an address's domain fails for the moment.
    UNKNOWN_ADDRESS_TEMPFAIL_ACTION: Enum "unknown_address_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
    /// The reply code when a client's address has no proper name.
    UNKNOWN_CLIENT_REJECT_CODE: Int "unknown_client_reject_code" = "450", From(0), Common, "<=1.0", "smtpd";
    /// What happens when the lookup of a HELO name fails for the moment.
    UNKNOWN_HELO_HOSTNAME_TEMPFAIL_ACTION: Enum "unknown_helo_hostname_tempfail_action" = "$reject_tempfail_action",
        NonEmpty, Common, "2.6", "smtpd";
    /// The reply code when a HELO name does not exist.
    UNKNOWN_HOSTNAME_REJECT_CODE: Int "unknown_hostname_reject_code" = "450",
        From(0), Common, "<2.1", "smtpd";
    /// The reply code when a local user does not exist.
    UNKNOWN_LOCAL_RECIPIENT_REJECT_CODE: Int "unknown_local_recipient_reject_code" = "550",
        From(0), Core, "2.0", "smtpd";
    /// The reply code when relay_recipient_maps does not list a recipient.
    UNKNOWN_RELAY_RECIPIENT_REJECT_CODE: Int "unknown_relay_recipient_reject_code" = "550",
        From(0), Common, "2.0", "smtpd";
    /// The reply code when virtual_alias_maps does not list a recipient.
    UNKNOWN_VIRTUAL_ALIAS_REJECT_CODE: Int "unknown_virtual_alias_reject_code" = "550",
        From(0), Common, "2.0", "smtpd";
    /// The reply code when virtual_mailbox_maps does not list a recipient.
    UNKNOWN_VIRTUAL_MAILBOX_REJECT_CODE: Int "unknown_virtual_mailbox_reject_code" = "550",
        From(0), Common, "2.0", "smtpd";
    /// Characters that a client may choose as VERP delimiters.
    VERP_DELIMITER_FILTER: Str "verp_delimiter_filter" = "-=+", NonEmpty, Rare, "1.1", "qmqpd,sendmail,smtpd";
    /// Domains in which every address is an alias for one elsewhere.
    VIRTUAL_ALIAS_DOMAINS: MatchList "virtual_alias_domains" = "$virtual_alias_maps",
        MayBeEmpty, Core, "2.0", "proxymap,smtpd,trivial-rewrite";
    /// Tables of aliases for addresses of any domain.
    VIRTUAL_ALIAS_MAPS: Maps "virtual_alias_maps" = "$virtual_maps",
        MayBeEmpty, Core, "2.0", "cleanup,proxymap,smtpd,trivial-rewrite";
}
