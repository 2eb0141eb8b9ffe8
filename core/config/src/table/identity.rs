//! Who this host is and what it stands for: names, networks, domains, and what every program shares.

declare! {
    /// Whether @$myorigin is put behind an address without a domain.
    APPEND_AT_MYORIGIN: Bool "append_at_myorigin" = "yes", Any, Core, "<2.1", "trivial-rewrite";
    /// Whether .$mydomain is put behind a domain without a dot.
    APPEND_DOT_MYDOMAIN: BoolExpr "append_dot_mydomain" = "${{$compatibility_level} <level {1} ? {yes} : {no}}",
        Any, Core, "<2.1", "trivial-rewrite";
    /// Up to which version the defaults follow: lower levels keep those of older versions.
    COMPATIBILITY_LEVEL: Enum "compatibility_level" = "0", MayBeEmpty, Core, "3.0", "postfix";
    /// How much more is logged about hosts in debug_peer_list.
    DEBUG_PEER_LEVEL: Int "debug_peer_level" = "2", From(1), Common, "<2.1", "qmqpd,sendmail,smtp,smtpd";
    /// Hosts, networks and domains whose sessions are logged in detail.
    DEBUG_PEER_LIST: MatchList "debug_peer_list" = "",
        MayBeEmpty, Common, "<2.1", "qmqpd,sendmail,smtp,smtpd";
    /// What master(8) runs beside a daemon that has -D in master.cf.
    DEBUGGER_COMMAND: Str "debugger_command" = "", Any, Rare, "<2.1", "master,sendmail";
    /// Whether the lifetime of "not found" comes from the SOA record as RFC 2308 has it.
    DNS_NCACHE_TTL_FIX_ENABLE: Bool "dns_ncache_ttl_fix_enable" = "no", Any, Rare, "3.1", "postscreen";
    /// In `${domain_to_ascii{text}}`: the text as a domain name in plain ASCII.
    DOMAIN_TO_ASCII: Function "domain_to_ascii" = "(none)", Any, Rare, "3.11", "-", Function;
    /// The local part of the sender of mail that must not bounce.
    DOUBLE_BOUNCE_SENDER: Str "double_bounce_sender" = "double-bounce",
        NonEmpty, Core, "<2.1", "discard,error,smtpd";
    /// Whether domain names are converted by the older IDNA rules.
    ENABLE_IDNA2003_COMPATIBILITY: BoolExpr "enable_idna2003_compatibility" = "no",
        Any, Legacy, "3.2", "cleanup,qmqpd,smtp,smtpd,verify";
    /// Whether likely mistakes in the configuration are logged.
    HELPFUL_WARNINGS: Bool "helpful_warnings" = "yes", Any, Common, "2.0", "oqmgr,qmgr,trivial-rewrite";
    /// The addresses that we take mail on, and that count as this host.
    INET_INTERFACES: List "inet_interfaces" = "all", MayBeEmpty, Core, "<2.1", "master,smtp,smtpd";
    /// Which of IPv4 and IPv6 are used.
    INET_PROTOCOLS: List "inet_protocols" = "all", MayBeEmpty, Core, "2.2", "master,smtp,smtpd";
    /// Whether addresses in the log are quoted as in SMTP or plain.
    INFO_LOG_ADDRESS_FORMAT: Str "info_log_address_format" = "external",
        NonEmpty, Common, "3.5", "all (shared library)";
    /// Names of TCP ports that need no lookup in the services file.
    KNOWN_TCP_PORTS: List "known_tcp_ports" = "lmtp=24, smtp=25, smtps=submissions=465, submission=587",
        MayBeEmpty, Common, "3.6", "master,smtp,smtpd";
    /// What the mail system calls itself.
    MAIL_NAME: Str "mail_name" = "Postfix", NonEmpty, Core, "<2.1", "bounce,smtpd";
    /// The date of this version.
    MAIL_RELEASE_DATE: Str "mail_release_date" = "20260821", NonEmpty, Rare, "<=1.1", "all (shared library)";
    /// The version of the mail system.
    MAIL_VERSION: Str "mail_version" = "3.12-20260821 (build)",
        NonEmpty, Core, "<2.1", "all (shared library)";
    /// Domains whose mail is delivered on this host, to its own users.
    MYDESTINATION: MatchList "mydestination" = "$myhostname, localhost.$mydomain, localhost",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// The domain of this host.
    MYDOMAIN: Str "mydomain" = "(myhostname minus its first label; \"localdomain\" if none)",
        Any, Core, "<2.1", "all (shared library)";
    /// The name of this mail system on the net.
    MYHOSTNAME: Str "myhostname" = "(system host name as FQDN)", Any, Core, "<=1.0", "cleanup,smtpd";
    /// Networks of clients that are trusted.
    MYNETWORKS: MatchList "mynetworks" = "(computed from mynetworks_style and inet_interfaces)",
        Any, Core, "<2.1", "smtpd";
    /// How mynetworks is found when it is not set: this host, its subnets, or its classes.
    MYNETWORKS_STYLE: KeywordSet "mynetworks_style" = "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
        NonEmpty, Core, "<=1.0", "all (shared library)";
    /// The domain that local mail comes from and goes to when none is written.
    MYORIGIN: Str "myorigin" = "$myhostname", NonEmpty, Core, "<2.1", "cleanup,smtpd,trivial-rewrite";
    /// Settings where a domain also stands for its subdomains.
    PARENT_DOMAIN_MATCHES_SUBDOMAINS: MatchList "parent_domain_matches_subdomains" = "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps",
        MayBeEmpty, Core, "<=1.1", "flush,smtpd,trivial-rewrite";
    /// Networks of primary MX hosts that permit_mx_backup believes.
    PERMIT_MX_BACKUP_NETWORKS: MatchList "permit_mx_backup_networks" = "",
        MayBeEmpty, Common, "<=1.1", "smtpd";
    /// Addresses of this host that lie before a proxy or address translator.
    PROXY_INTERFACES: List "proxy_interfaces" = "", MayBeEmpty, Core, "2.0", "smtp,smtpd";
    /// The characters that part a user's name from its extension.
    RECIPIENT_DELIMITER: Str "recipient_delimiter" = "",
        MayBeEmpty, Core, "<=1.0", "local,pipe,postdrop,smtpd,trivial-rewrite";
    /// Domains of others that we take mail for and pass on.
    RELAY_DOMAINS: MatchList "relay_domains" = "${{$compatibility_level} <level {2} ? {$mydestination} : {}}",
        MayBeEmpty, Core, "<=1.0", "smtpd";
    /// The host or domain that takes all mail for elsewhere.
    RELAYHOST: TransportSpec "relayhost" = "", MayBeEmpty, Core, "<=1.0", "trivial-rewrite";
    /// Whether the log says allowlist and denylist for what older versions called otherwise.
    RESPECTFUL_LOGGING: BoolExpr "respectful_logging" = "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        Any, Common, "3.6", "postscreen";
    /// Kinds of mail that are searched for signs that they need SMTPUTF8.
    SMTPUTF8_AUTODETECT_CLASSES: KeywordSet "smtputf8_autodetect_classes" = "sendmail, verify",
        NonEmpty, Common, "3.0", "bounce,cleanup,qmqpd,smtp,smtpd,verify";
    /// Whether addresses and headers may be in UTF-8.
    SMTPUTF8_ENABLE: BoolExpr "smtputf8_enable" = "${{$compatibility_level} <level {1} ? {no} : {yes}}",
        Any, Core, "3.0", "cleanup,postalias,postmap,qmqpd,smtp,smtpd";
    /// Whether every permanent failure is treated as one that may pass, for tests.
    SOFT_BOUNCE: Bool "soft_bounce" = "no", Any, Core, "<=1.0", "cleanup,postscreen,qmqpd,smtpd";
    /// Not empty when a server has more clients than it can take; master(8) sets it.
    STRESS: Str "stress" = "", MayBeEmpty, Common, "2.5", "smtpd";
    /// Whether SMTPUTF8 is taken only where the message declares it.
    STRICT_SMTPUTF8: Bool "strict_smtputf8" = "no", Any, Common, "3.0", "smtpd";
}
