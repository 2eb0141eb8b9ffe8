//! The SMTP client: TLS.

declare! {
    /// How strictly mail with REQUIRETLS is handled by the SMTP client, per destination.
    SMTP_REQUIRETLS_POLICY: Maps "smtp_requiretls_policy" = "inline:{{${domain_to_ascii{$mydomain}}=opportunistic}, {.${domain_to_ascii{$mydomain}}=opportunistic}, {localhost=opportunistic}}, cidr:{{0.0.0.0/0 opportunistic}, {::/0 opportunistic}}, enforce",
        MayBeEmpty, Common, "3.11", "smtp";
    /// Certificates of authorities that the SMTP client trusts, in one file.
    SMTP_TLS_CAFILE: Path "smtp_tls_CAfile" = "", MayBeEmpty, Core, "2.2", "smtp,tlsproxy";
    /// Certificates of authorities that the SMTP client trusts, one file each in a directory.
    SMTP_TLS_CAPATH: Path "smtp_tls_CApath" = "", MayBeEmpty, Core, "2.2", "smtp,tlsproxy";
    /// Whether the SMTP client looks out for replies smuggled in before encryption began.
    SMTP_TLS_BLOCK_EARLY_MAIL_REPLY: Bool "smtp_tls_block_early_mail_reply" = "no", Any, Rare, "2.7", "smtp";
    /// The SMTP client's RSA certificate.
    SMTP_TLS_CERT_FILE: Path "smtp_tls_cert_file" = "", MayBeEmpty, Core, "2.2", "smtp,tlsproxy";
    /// Files with the SMTP client's keys and certificate chains.
    SMTP_TLS_CHAIN_FILES: List "smtp_tls_chain_files" = "", MayBeEmpty, Core, "3.4", "smtp,tlsproxy";
    /// Formerly, the ciphers of opportunistic TLS in the SMTP client.
    SMTP_TLS_CIPHERLIST: Str "smtp_tls_cipherlist" = "", Any, Legacy, "2.2", "smtp", Removed;
    /// The lowest grade of ciphers for opportunistic TLS in the SMTP client.
    SMTP_TLS_CIPHERS: Str "smtp_tls_ciphers" = "medium", NonEmpty, Common, "2.6", "smtp";
    /// Whether encrypted SMTP connections are used for more than one delivery.
    SMTP_TLS_CONNECTION_REUSE: Bool "smtp_tls_connection_reuse" = "no", Any, Common, "3.4", "smtp";
    /// The security level for MX hosts with TLSA records whose MX record was not signed.
    SMTP_TLS_DANE_INSECURE_MX_POLICY: Str "smtp_tls_dane_insecure_mx_policy" = "dane",
        MayBeEmpty, Common, "3.1", "smtp";
    /// The SMTP client's DSA certificate, obsolete.
    SMTP_TLS_DCERT_FILE: Path "smtp_tls_dcert_file" = "", MayBeEmpty, Legacy, "2.2", "smtp,tlsproxy";
    /// The key of the SMTP client's DSA certificate, obsolete.
    SMTP_TLS_DKEY_FILE: Path "smtp_tls_dkey_file" = "$smtp_tls_dcert_file",
        MayBeEmpty, Legacy, "2.2", "smtp,tlsproxy";
    /// The SMTP client's ECDSA certificate.
    SMTP_TLS_ECCERT_FILE: Path "smtp_tls_eccert_file" = "", MayBeEmpty, Common, "2.6", "smtp,tlsproxy";
    /// The key of the SMTP client's ECDSA certificate.
    SMTP_TLS_ECKEY_FILE: Path "smtp_tls_eckey_file" = "$smtp_tls_eccert_file",
        MayBeEmpty, Common, "2.6", "smtp,tlsproxy";
    /// Whether the SMTP client asks for raw public keys instead of certificates.
    SMTP_TLS_ENABLE_RPK: Bool "smtp_tls_enable_rpk" = "no", Any, Rare, "3.9", "smtp";
    /// Whether names in certificates must match under the former TLS settings.
    SMTP_TLS_ENFORCE_PEERNAME: Bool "smtp_tls_enforce_peername" = "yes", Any, Legacy, "2.2", "smtp";
    /// Whether the SMTP client keeps to the MX patterns that an MTA-STS plug-in reports.
    SMTP_TLS_ENFORCE_STS_MX_PATTERNS: BoolExpr "smtp_tls_enforce_sts_mx_patterns" = "yes",
        Any, Common, "3.10.5", "smtp";
    /// Ciphers that the SMTP client never uses.
    SMTP_TLS_EXCLUDE_CIPHERS: List "smtp_tls_exclude_ciphers" = "", MayBeEmpty, Common, "2.3", "smtp";
    /// Fingerprints of server certificates or keys that the SMTP client accepts.
    SMTP_TLS_FINGERPRINT_CERT_MATCH: List "smtp_tls_fingerprint_cert_match" = "",
        MayBeEmpty, Common, "2.5", "smtp";
    /// The hash of server fingerprints.
    SMTP_TLS_FINGERPRINT_DIGEST: Str "smtp_tls_fingerprint_digest" = "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        NonEmpty, Common, "2.5", "posttls-finger,smtp,tlsproxy";
    /// Whether TLSA records are looked up also where the address records are not signed.
    SMTP_TLS_FORCE_INSECURE_HOST_TLSA_LOOKUP: Bool "smtp_tls_force_insecure_host_tlsa_lookup" = "no",
        Any, Rare, "2.11", "smtp";
    /// The key of the SMTP client's RSA certificate.
    SMTP_TLS_KEY_FILE: Path "smtp_tls_key_file" = "$smtp_tls_cert_file",
        MayBeEmpty, Core, "2.2", "smtp,tlsproxy";
    /// How much the SMTP client logs about TLS.
    SMTP_TLS_LOGLEVEL: Str "smtp_tls_loglevel" = "0",
        MayBeEmpty, Core, "2.2", "postfix-tls,smtp,tlsmgr,tlsproxy";
    /// Tables that choose by destination how much the SMTP client logs about TLS.
    SMTP_TLS_LOGLEVEL_MAPS: Maps "smtp_tls_loglevel_maps" = "", MayBeEmpty, Common, "3.12", "smtp";
    /// The lowest grade of ciphers where the SMTP client insists on TLS.
    SMTP_TLS_MANDATORY_CIPHERS: Str "smtp_tls_mandatory_ciphers" = "medium", NonEmpty, Common, "2.3", "smtp";
    /// Ciphers that the SMTP client does not use where it insists on TLS.
    SMTP_TLS_MANDATORY_EXCLUDE_CIPHERS: List "smtp_tls_mandatory_exclude_ciphers" = "",
        MayBeEmpty, Common, "2.3", "smtp";
    /// TLS versions where the SMTP client insists on TLS.
    SMTP_TLS_MANDATORY_PROTOCOLS: List "smtp_tls_mandatory_protocols" = ">=TLSv1",
        MayBeEmpty, Core, "2.3", "smtp";
    /// Whether servers that offer TLS we did not use are logged.
    SMTP_TLS_NOTE_STARTTLS_OFFER: Bool "smtp_tls_note_starttls_offer" = "no", Any, Common, "2.2", "smtp";
    /// The former way to choose TLS by destination.
    SMTP_TLS_PER_SITE: Str "smtp_tls_per_site" = "", MayBeEmpty, Legacy, "2.2", "smtp,tlsproxy";
    /// Tables that choose the security level and its details by destination.
    SMTP_TLS_POLICY_MAPS: Maps "smtp_tls_policy_maps" = "", MayBeEmpty, Core, "2.3", "smtp,tlsproxy";
    /// TLS versions for opportunistic TLS in the SMTP client.
    SMTP_TLS_PROTOCOLS: List "smtp_tls_protocols" = ">=TLSv1", MayBeEmpty, Core, "2.6", "smtp";
    /// How long a server's certificate chain may be.
    SMTP_TLS_SCERT_VERIFYDEPTH: Int "smtp_tls_scert_verifydepth" = "9",
        From(0), Common, "2.2", "smtp,tlsproxy";
    /// Which names a server's certificate may have at level "secure".
    SMTP_TLS_SECURE_CERT_MATCH: List "smtp_tls_secure_cert_match" = "nexthop, dot-nexthop",
        NonEmpty, Common, "2.3", "smtp";
    /// Whether the SMTP client uses TLS: not, when offered, always, or with verification.
    SMTP_TLS_SECURITY_LEVEL: Enum "smtp_tls_security_level" = "${{$compatibility_level} <level {3.11} ? {} : {may}}",
        MayBeEmpty, Core, "2.3", "postfix-tls,smtp,tlsproxy";
    /// The server name that the SMTP client sends in the TLS handshake.
    SMTP_TLS_SERVERNAME: Str "smtp_tls_servername" = "", MayBeEmpty, Common, "3.4", "smtp";
    /// Where the SMTP client keeps TLS sessions to resume.
    SMTP_TLS_SESSION_CACHE_DATABASE: SingleTable "smtp_tls_session_cache_database" = "",
        MayBeEmpty, Core, "2.2", "postfix-tls,smtp,tlsmgr";
    /// How long the SMTP client keeps a TLS session.
    SMTP_TLS_SESSION_CACHE_TIMEOUT: Time "smtp_tls_session_cache_timeout" = "3600s",
        Between(0, 8640000), Common, "2.2", "smtp,tlsmgr";
    /// How much of one TLS conversation the SMTP client may log.
    SMTP_TLS_TRACE_SIZE_LIMIT: Int "smtp_tls_trace_size_limit" = "102400", From(0), Rare, "3.12", "smtp";
    /// Certificates or keys that the SMTP client trusts in place of authorities.
    SMTP_TLS_TRUST_ANCHOR_FILE: Path "smtp_tls_trust_anchor_file" = "", MayBeEmpty, Common, "2.11", "smtp";
    /// Which names a server's certificate may have at level "verify".
    SMTP_TLS_VERIFY_CERT_MATCH: List "smtp_tls_verify_cert_match" = "hostname",
        NonEmpty, Common, "2.3", "smtp";
    /// Whether SMTP connections begin with TLS at once, as on port 465.
    SMTP_TLS_WRAPPERMODE: Bool "smtp_tls_wrappermode" = "no", Any, Core, "3.0", "smtp";
    /// Whether the SMTP client reports TLS successes and failures to a TLSRPT collector.
    SMTP_TLSRPT_ENABLE: BoolExpr "smtp_tlsrpt_enable" = "no", Any, Common, "3.10", "smtp";
    /// Whether resumed TLS sessions are left out of TLSRPT reports.
    SMTP_TLSRPT_SKIP_REUSED_HANDSHAKES: BoolExpr "smtp_tlsrpt_skip_reused_handshakes" = "no",
        Any, Rare, "3.10", "smtp";
    /// The socket of the TLSRPT collector.
    SMTP_TLSRPT_SOCKET_NAME: Str "smtp_tlsrpt_socket_name" = "", MayBeEmpty, Common, "3.10", "smtp";
}
