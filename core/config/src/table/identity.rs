//! Who this host is and what it stands for: names, networks, domains, and what every program shares.

declare! {
    /// TODO sentence of append_at_myorigin.
    APPEND_AT_MYORIGIN: Bool "append_at_myorigin" = "yes", Any, Core, "<2.1", "trivial-rewrite";
    /// TODO sentence of append_dot_mydomain.
    APPEND_DOT_MYDOMAIN: BoolExpr "append_dot_mydomain" = "${{$compatibility_level} <level {1} ? {yes} : {no}}",
        Any, Core, "<2.1", "trivial-rewrite";
    /// TODO sentence of compatibility_level.
    COMPATIBILITY_LEVEL: Enum "compatibility_level" = "0", MayBeEmpty, Core, "3.0", "postfix";
    /// TODO sentence of debug_peer_level.
    DEBUG_PEER_LEVEL: Int "debug_peer_level" = "2", From(1), Common, "<2.1", "qmqpd,sendmail,smtp,smtpd";
    /// TODO sentence of debug_peer_list.
    DEBUG_PEER_LIST: MatchList "debug_peer_list" = "",
        MayBeEmpty, Common, "<2.1", "qmqpd,sendmail,smtp,smtpd";
    /// TODO sentence of debugger_command.
    DEBUGGER_COMMAND: Str "debugger_command" = "", Any, Rare, "<2.1", "master,sendmail";
    /// TODO sentence of dns_ncache_ttl_fix_enable.
    DNS_NCACHE_TTL_FIX_ENABLE: Bool "dns_ncache_ttl_fix_enable" = "no", Any, Rare, "3.1", "postscreen";
    /// TODO sentence of domain_to_ascii.
    DOMAIN_TO_ASCII: Function "domain_to_ascii" = "(none)", Any, Rare, "3.11", "-", Function;
    /// TODO sentence of double_bounce_sender.
    DOUBLE_BOUNCE_SENDER: Str "double_bounce_sender" = "double-bounce",
        NonEmpty, Core, "<2.1", "discard,error,smtpd";
    /// TODO sentence of enable_idna2003_compatibility.
    ENABLE_IDNA2003_COMPATIBILITY: BoolExpr "enable_idna2003_compatibility" = "no",
        Any, Legacy, "3.2", "cleanup,qmqpd,smtp,smtpd,verify";
    /// TODO sentence of helpful_warnings.
    HELPFUL_WARNINGS: Bool "helpful_warnings" = "yes", Any, Common, "2.0", "oqmgr,qmgr,trivial-rewrite";
    /// TODO sentence of inet_interfaces.
    INET_INTERFACES: List "inet_interfaces" = "all", MayBeEmpty, Core, "<2.1", "master,smtp,smtpd";
    /// TODO sentence of inet_protocols.
    INET_PROTOCOLS: List "inet_protocols" = "all", MayBeEmpty, Core, "2.2", "master,smtp,smtpd";
    /// TODO sentence of info_log_address_format.
    INFO_LOG_ADDRESS_FORMAT: Str "info_log_address_format" = "external",
        NonEmpty, Common, "3.5", "all (shared library)";
    /// TODO sentence of known_tcp_ports.
    KNOWN_TCP_PORTS: List "known_tcp_ports" = "lmtp=24, smtp=25, smtps=submissions=465, submission=587",
        MayBeEmpty, Common, "3.6", "master,smtp,smtpd";
    /// TODO sentence of mail_name.
    MAIL_NAME: Str "mail_name" = "Postfix", NonEmpty, Core, "<2.1", "bounce,smtpd";
    /// TODO sentence of mail_release_date.
    MAIL_RELEASE_DATE: Str "mail_release_date" = "20260821", NonEmpty, Rare, "<=1.1", "all (shared library)";
    /// TODO sentence of mail_version.
    MAIL_VERSION: Str "mail_version" = "3.12-20260821 (build)",
        NonEmpty, Core, "<2.1", "all (shared library)";
    /// TODO sentence of mydestination.
    MYDESTINATION: MatchList "mydestination" = "$myhostname, localhost.$mydomain, localhost",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of mydomain.
    MYDOMAIN: Str "mydomain" = "(myhostname minus its first label; \"localdomain\" if none)",
        Any, Core, "<2.1", "all (shared library)";
    /// TODO sentence of myhostname.
    MYHOSTNAME: Str "myhostname" = "(system host name as FQDN)", Any, Core, "<=1.0", "cleanup,smtpd";
    /// TODO sentence of mynetworks.
    MYNETWORKS: MatchList "mynetworks" = "(computed from mynetworks_style and inet_interfaces)",
        Any, Core, "<2.1", "smtpd";
    /// TODO sentence of mynetworks_style.
    MYNETWORKS_STYLE: KeywordSet "mynetworks_style" = "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
        NonEmpty, Core, "<=1.0", "all (shared library)";
    /// TODO sentence of myorigin.
    MYORIGIN: Str "myorigin" = "$myhostname", NonEmpty, Core, "<2.1", "cleanup,smtpd,trivial-rewrite";
    /// TODO sentence of parent_domain_matches_subdomains.
    PARENT_DOMAIN_MATCHES_SUBDOMAINS: MatchList "parent_domain_matches_subdomains" = "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps",
        MayBeEmpty, Core, "<=1.1", "flush,smtpd,trivial-rewrite";
    /// TODO sentence of permit_mx_backup_networks.
    PERMIT_MX_BACKUP_NETWORKS: MatchList "permit_mx_backup_networks" = "",
        MayBeEmpty, Common, "<=1.1", "smtpd";
    /// TODO sentence of proxy_interfaces.
    PROXY_INTERFACES: List "proxy_interfaces" = "", MayBeEmpty, Core, "2.0", "smtp,smtpd";
    /// TODO sentence of recipient_delimiter.
    RECIPIENT_DELIMITER: Str "recipient_delimiter" = "",
        MayBeEmpty, Core, "<=1.0", "local,pipe,postdrop,smtpd,trivial-rewrite";
    /// TODO sentence of relay_domains.
    RELAY_DOMAINS: MatchList "relay_domains" = "${{$compatibility_level} <level {2} ? {$mydestination} : {}}",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// TODO sentence of relayhost.
    RELAYHOST: TransportSpec "relayhost" = "", MayBeEmpty, Core, "<=1.0", "trivial-rewrite";
    /// TODO sentence of respectful_logging.
    RESPECTFUL_LOGGING: BoolExpr "respectful_logging" = "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        Any, Common, "3.6", "postscreen";
    /// TODO sentence of smtputf8_autodetect_classes.
    SMTPUTF8_AUTODETECT_CLASSES: KeywordSet "smtputf8_autodetect_classes" = "sendmail, verify",
        NonEmpty, Common, "3.0", "bounce,cleanup,qmqpd,smtp,smtpd,verify";
    /// TODO sentence of smtputf8_enable.
    SMTPUTF8_ENABLE: BoolExpr "smtputf8_enable" = "${{$compatibility_level} <level {1} ? {no} : {yes}}",
        Any, Core, "3.0", "cleanup,postalias,postmap,qmqpd,smtp,smtpd";
    /// TODO sentence of soft_bounce.
    SOFT_BOUNCE: Bool "soft_bounce" = "no", Any, Core, "<=1.0", "cleanup,postscreen,qmqpd,smtpd";
    /// TODO sentence of stress.
    STRESS: Str "stress" = "", MayBeEmpty, Common, "2.5", "smtpd";
    /// TODO sentence of strict_smtputf8.
    STRICT_SMTPUTF8: Bool "strict_smtputf8" = "no", Any, Common, "3.0", "smtpd";
}
