//! The LMTP client: TLS.

declare! {
    /// How strictly mail with REQUIRETLS is handled by the LMTP client, per destination.
    LMTP_REQUIRETLS_POLICY: Maps "lmtp_requiretls_policy" = "opportunistic", MayBeEmpty, Rare, "3.11", "lmtp";
    /// Certificates of authorities that the LMTP client trusts, in one file.
    LMTP_TLS_CAFILE: Path "lmtp_tls_CAfile" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// Certificates of authorities that the LMTP client trusts, one file each in a directory.
    LMTP_TLS_CAPATH: Path "lmtp_tls_CApath" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// Whether the LMTP client looks out for replies smuggled in before encryption began.
    LMTP_TLS_BLOCK_EARLY_MAIL_REPLY: Bool "lmtp_tls_block_early_mail_reply" = "no", Any, Rare, "2.7", "lmtp";
    /// The LMTP client's RSA certificate.
    LMTP_TLS_CERT_FILE: Path "lmtp_tls_cert_file" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// Files with the LMTP client's keys and certificate chains.
    LMTP_TLS_CHAIN_FILES: List "lmtp_tls_chain_files" = "", MayBeEmpty, Rare, "3.4", "lmtp";
    /// The lowest grade of ciphers for opportunistic TLS in the LMTP client.
    LMTP_TLS_CIPHERS: Str "lmtp_tls_ciphers" = "medium", NonEmpty, Rare, "2.6", "lmtp";
    /// Whether encrypted LMTP connections are used for more than one delivery.
    LMTP_TLS_CONNECTION_REUSE: Bool "lmtp_tls_connection_reuse" = "no", Any, Rare, "3.4", "lmtp";
    /// The LMTP client's DSA certificate, obsolete.
    LMTP_TLS_DCERT_FILE: Path "lmtp_tls_dcert_file" = "", MayBeEmpty, Legacy, "2.3", "lmtp";
    /// The key of the LMTP client's DSA certificate, obsolete.
    LMTP_TLS_DKEY_FILE: Path "lmtp_tls_dkey_file" = "$lmtp_tls_dcert_file", MayBeEmpty, Legacy, "2.3", "lmtp";
    /// The LMTP client's ECDSA certificate.
    LMTP_TLS_ECCERT_FILE: Path "lmtp_tls_eccert_file" = "", MayBeEmpty, Rare, "2.6", "lmtp";
    /// The key of the LMTP client's ECDSA certificate.
    LMTP_TLS_ECKEY_FILE: Path "lmtp_tls_eckey_file" = "$lmtp_tls_eccert_file",
        MayBeEmpty, Rare, "2.6", "lmtp";
    /// Whether the LMTP client asks for raw public keys instead of certificates.
    LMTP_TLS_ENABLE_RPK: Bool "lmtp_tls_enable_rpk" = "no", Any, Rare, "3.9", "lmtp";
    /// Whether names in certificates must match under the former TLS settings, for LMTP.
    LMTP_TLS_ENFORCE_PEERNAME: Bool "lmtp_tls_enforce_peername" = "yes", Any, Legacy, "2.3", "lmtp";
    /// Whether the LMTP client keeps to the MX patterns that an MTA-STS plug-in reports.
    LMTP_TLS_ENFORCE_STS_MX_PATTERNS: BoolExpr "lmtp_tls_enforce_sts_mx_patterns" = "yes",
        Any, Rare, "3.10.5", "lmtp";
    /// Ciphers that the LMTP client never uses.
    LMTP_TLS_EXCLUDE_CIPHERS: List "lmtp_tls_exclude_ciphers" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// Fingerprints of server certificates or keys that the LMTP client accepts.
    LMTP_TLS_FINGERPRINT_CERT_MATCH: List "lmtp_tls_fingerprint_cert_match" = "",
        MayBeEmpty, Rare, "2.5", "lmtp";
    /// The hash of server fingerprints, for LMTP.
    LMTP_TLS_FINGERPRINT_DIGEST: Str "lmtp_tls_fingerprint_digest" = "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        NonEmpty, Rare, "2.5", "lmtp";
    /// Whether TLSA records are looked up also where the address records are not signed, for LMTP.
    LMTP_TLS_FORCE_INSECURE_HOST_TLSA_LOOKUP: Bool "lmtp_tls_force_insecure_host_tlsa_lookup" = "no",
        Any, Rare, "2.11", "lmtp";
    /// The key of the LMTP client's RSA certificate.
    LMTP_TLS_KEY_FILE: Path "lmtp_tls_key_file" = "$lmtp_tls_cert_file", MayBeEmpty, Rare, "2.3", "lmtp";
    /// How much the LMTP client logs about TLS.
    LMTP_TLS_LOGLEVEL: Str "lmtp_tls_loglevel" = "0", MayBeEmpty, Rare, "2.3", "lmtp,tlsmgr";
    /// Tables that choose by destination how much the LMTP client logs about TLS.
    LMTP_TLS_LOGLEVEL_MAPS: Maps "lmtp_tls_loglevel_maps" = "", MayBeEmpty, Rare, "3.12", "lmtp";
    /// The lowest grade of ciphers where the LMTP client insists on TLS.
    LMTP_TLS_MANDATORY_CIPHERS: Str "lmtp_tls_mandatory_ciphers" = "medium", NonEmpty, Rare, "2.3", "lmtp";
    /// Ciphers that the LMTP client does not use where it insists on TLS.
    LMTP_TLS_MANDATORY_EXCLUDE_CIPHERS: List "lmtp_tls_mandatory_exclude_ciphers" = "",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// TLS versions where the LMTP client insists on TLS.
    LMTP_TLS_MANDATORY_PROTOCOLS: List "lmtp_tls_mandatory_protocols" = ">=TLSv1",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// Whether servers that offer TLS we did not use are logged, for LMTP.
    LMTP_TLS_NOTE_STARTTLS_OFFER: Bool "lmtp_tls_note_starttls_offer" = "no", Any, Rare, "2.3", "lmtp";
    /// The former way to choose TLS by destination, for LMTP.
    LMTP_TLS_PER_SITE: Str "lmtp_tls_per_site" = "", MayBeEmpty, Legacy, "2.3", "lmtp";
    /// Tables that choose the security level and its details by destination, for LMTP.
    LMTP_TLS_POLICY_MAPS: Maps "lmtp_tls_policy_maps" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TLS versions for opportunistic TLS in the LMTP client.
    LMTP_TLS_PROTOCOLS: List "lmtp_tls_protocols" = ">=TLSv1", MayBeEmpty, Rare, "2.6", "lmtp";
    /// How long a server's certificate chain may be, for LMTP.
    LMTP_TLS_SCERT_VERIFYDEPTH: Int "lmtp_tls_scert_verifydepth" = "9", From(0), Rare, "2.3", "lmtp";
    /// Which names a server's certificate may have at level "secure", for LMTP.
    LMTP_TLS_SECURE_CERT_MATCH: List "lmtp_tls_secure_cert_match" = "nexthop", NonEmpty, Rare, "2.3", "lmtp";
    /// Whether the LMTP client uses TLS: not, when offered, always, or with verification.
    LMTP_TLS_SECURITY_LEVEL: Enum "lmtp_tls_security_level" = "", MayBeEmpty, Common, "2.3", "lmtp";
    /// The server name that the LMTP client sends in the TLS handshake.
    LMTP_TLS_SERVERNAME: Str "lmtp_tls_servername" = "", MayBeEmpty, Rare, "3.4", "lmtp";
    /// Where the LMTP client keeps TLS sessions to resume.
    LMTP_TLS_SESSION_CACHE_DATABASE: SingleTable "lmtp_tls_session_cache_database" = "",
        MayBeEmpty, Rare, "2.3", "tlsmgr";
    /// How long the LMTP client keeps a TLS session.
    LMTP_TLS_SESSION_CACHE_TIMEOUT: Time "lmtp_tls_session_cache_timeout" = "3600s",
        Between(0, 8640000), Rare, "2.3", "tlsmgr";
    /// How much of one TLS conversation the LMTP client may log.
    LMTP_TLS_TRACE_SIZE_LIMIT: Int "lmtp_tls_trace_size_limit" = "102400", From(0), Rare, "3.12", "lmtp";
    /// Certificates or keys that the LMTP client trusts in place of authorities.
    LMTP_TLS_TRUST_ANCHOR_FILE: Path "lmtp_tls_trust_anchor_file" = "", MayBeEmpty, Rare, "2.11", "lmtp";
    /// Which names a server's certificate may have at level "verify", for LMTP.
    LMTP_TLS_VERIFY_CERT_MATCH: List "lmtp_tls_verify_cert_match" = "hostname", NonEmpty, Rare, "2.3", "lmtp";
    /// Whether LMTP connections begin with TLS at once.
    LMTP_TLS_WRAPPERMODE: Bool "lmtp_tls_wrappermode" = "no", Any, Rare, "3.0", "lmtp";
    /// Whether the LMTP client reports TLS successes and failures to a TLSRPT collector.
    LMTP_TLSRPT_ENABLE: BoolExpr "lmtp_tlsrpt_enable" = "no", Any, Rare, "3.10", "lmtp";
    /// Whether resumed TLS sessions are left out of TLSRPT reports, for LMTP.
    LMTP_TLSRPT_SKIP_REUSED_HANDSHAKES: BoolExpr "lmtp_tlsrpt_skip_reused_handshakes" = "no",
        Any, Rare, "3.10", "lmtp";
    /// The socket of the TLSRPT collector, for LMTP.
    LMTP_TLSRPT_SOCKET_NAME: Str "lmtp_tlsrpt_socket_name" = "", MayBeEmpty, Rare, "3.10", "lmtp";
}
