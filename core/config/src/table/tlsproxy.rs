//! tlsproxy(8): TLS for others. Each parameter follows the program that it serves.

declare! {
    /// Certificates of authorities that tlsproxy(8) as a client trusts, in one file.
    TLSPROXY_CLIENT_CAFILE: Path "tlsproxy_client_CAfile" = "$smtp_tls_CAfile",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// Certificates of authorities that tlsproxy(8) as a client trusts, one file each in a directory.
    TLSPROXY_CLIENT_CAPATH: Path "tlsproxy_client_CApath" = "$smtp_tls_CApath",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// The RSA certificate of tlsproxy(8) as a client.
    TLSPROXY_CLIENT_CERT_FILE: Path "tlsproxy_client_cert_file" = "$smtp_tls_cert_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// Files with tlsproxy(8)'s client-side keys and certificate chains.
    TLSPROXY_CLIENT_CHAIN_FILES: List "tlsproxy_client_chain_files" = "$smtp_tls_chain_files",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// The DSA certificate of tlsproxy(8) as a client, obsolete.
    TLSPROXY_CLIENT_DCERT_FILE: Path "tlsproxy_client_dcert_file" = "$smtp_tls_dcert_file",
        MayBeEmpty, Legacy, "3.4", "tlsproxy";
    /// The key of tlsproxy(8)'s client-side DSA certificate, obsolete.
    TLSPROXY_CLIENT_DKEY_FILE: Path "tlsproxy_client_dkey_file" = "$smtp_tls_dkey_file",
        MayBeEmpty, Legacy, "3.4", "tlsproxy";
    /// The ECDSA certificate of tlsproxy(8) as a client.
    TLSPROXY_CLIENT_ECCERT_FILE: Path "tlsproxy_client_eccert_file" = "$smtp_tls_eccert_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// The key of tlsproxy(8)'s client-side ECDSA certificate.
    TLSPROXY_CLIENT_ECKEY_FILE: Path "tlsproxy_client_eckey_file" = "$smtp_tls_eckey_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// The former way to make tlsproxy(8) insist on TLS as a client.
    TLSPROXY_CLIENT_ENFORCE_TLS: BoolExpr "tlsproxy_client_enforce_tls" = "$smtp_enforce_tls",
        Any, Legacy, "3.4", "tlsproxy";
    /// The hash of server fingerprints, for tlsproxy(8).
    TLSPROXY_CLIENT_FINGERPRINT_DIGEST: Str "tlsproxy_client_fingerprint_digest" = "$smtp_tls_fingerprint_digest",
        NonEmpty, Rare, "3.4", "tlsproxy";
    /// The key of tlsproxy(8)'s client-side RSA certificate.
    TLSPROXY_CLIENT_KEY_FILE: Path "tlsproxy_client_key_file" = "$smtp_tls_key_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// The former name of tlsproxy_client_security_level.
    TLSPROXY_CLIENT_LEVEL: Enum "tlsproxy_client_level" = "", Any, Legacy, "3.4..3.6", "tlsproxy", OldName;
    /// How much tlsproxy(8) as a client logs about TLS.
    TLSPROXY_CLIENT_LOGLEVEL: Str "tlsproxy_client_loglevel" = "$smtp_tls_loglevel",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// Formerly, the name of the parameter with tlsproxy's log level as a client.
    TLSPROXY_CLIENT_LOGLEVEL_PARAMETER: Str "tlsproxy_client_loglevel_parameter" = "smtp_tls_loglevel",
        Any, Legacy, "3.4..3.11", "-", Removed;
    /// The former way to choose TLS by destination, for tlsproxy(8) as a client.
    TLSPROXY_CLIENT_PER_SITE: Str "tlsproxy_client_per_site" = "$smtp_tls_per_site",
        MayBeEmpty, Legacy, "3.4", "tlsproxy";
    /// The former name of tlsproxy_client_policy_maps.
    TLSPROXY_CLIENT_POLICY: Str "tlsproxy_client_policy" = "", Any, Legacy, "3.4..3.6", "tlsproxy", OldName;
    /// Tables that choose the security level by destination, for tlsproxy(8) as a client.
    TLSPROXY_CLIENT_POLICY_MAPS: Maps "tlsproxy_client_policy_maps" = "${tlsproxy_client_policy?{$tlsproxy_client_policy}:{$smtp_tls_policy_maps}}",
        MayBeEmpty, Rare, "3.7", "tlsproxy";
    /// How long a server's certificate chain may be, for tlsproxy(8) as a client.
    TLSPROXY_CLIENT_SCERT_VERIFYDEPTH: IntExpr "tlsproxy_client_scert_verifydepth" = "$smtp_tls_scert_verifydepth",
        From(0), Rare, "3.4", "tlsproxy";
    /// Whether tlsproxy(8) uses TLS as a client, and how strictly.
    TLSPROXY_CLIENT_SECURITY_LEVEL: Enum "tlsproxy_client_security_level" = "${tlsproxy_client_level?{$tlsproxy_client_level}:{$smtp_tls_security_level}}",
        MayBeEmpty, Rare, "3.7", "tlsproxy";
    /// The former way to let tlsproxy(8) use TLS as a client.
    TLSPROXY_CLIENT_USE_TLS: BoolExpr "tlsproxy_client_use_tls" = "$smtp_use_tls",
        Any, Legacy, "3.4", "tlsproxy";
    /// The former way to make tlsproxy(8) insist on TLS as a server.
    TLSPROXY_ENFORCE_TLS: BoolExpr "tlsproxy_enforce_tls" = "$smtpd_enforce_tls",
        Any, Legacy, "2.8", "tlsproxy";
    /// Certificates of authorities that tlsproxy(8) as a server trusts for client certificates, in one file.
    TLSPROXY_TLS_CAFILE: Path "tlsproxy_tls_CAfile" = "$smtpd_tls_CAfile",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// Certificates of authorities that tlsproxy(8) as a server trusts, one file each in a directory.
    TLSPROXY_TLS_CAPATH: Path "tlsproxy_tls_CApath" = "$smtpd_tls_CApath",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// Whether tlsproxy(8) as a server names a TLS session even when it cannot be resumed.
    TLSPROXY_TLS_ALWAYS_ISSUE_SESSION_IDS: BoolExpr "tlsproxy_tls_always_issue_session_ids" = "$smtpd_tls_always_issue_session_ids",
        Any, Rare, "2.8", "tlsproxy";
    /// Whether tlsproxy(8) as a server asks clients for a certificate.
    TLSPROXY_TLS_ASK_CCERT: BoolExpr "tlsproxy_tls_ask_ccert" = "$smtpd_tls_ask_ccert",
        Any, Rare, "2.8", "tlsproxy";
    /// How long a client's certificate chain may be, for tlsproxy(8).
    TLSPROXY_TLS_CCERT_VERIFYDEPTH: IntExpr "tlsproxy_tls_ccert_verifydepth" = "$smtpd_tls_ccert_verifydepth",
        From(0), Rare, "2.8", "tlsproxy";
    /// The RSA certificate of tlsproxy(8) as a server.
    TLSPROXY_TLS_CERT_FILE: Path "tlsproxy_tls_cert_file" = "$smtpd_tls_cert_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// Files with tlsproxy(8)'s server-side keys and certificate chains.
    TLSPROXY_TLS_CHAIN_FILES: List "tlsproxy_tls_chain_files" = "$smtpd_tls_chain_files",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// The lowest grade of ciphers for opportunistic TLS in tlsproxy(8) as a server.
    TLSPROXY_TLS_CIPHERS: Str "tlsproxy_tls_ciphers" = "$smtpd_tls_ciphers",
        NonEmpty, Rare, "2.8", "tlsproxy";
    /// The DSA certificate of tlsproxy(8) as a server, obsolete.
    TLSPROXY_TLS_DCERT_FILE: Path "tlsproxy_tls_dcert_file" = "$smtpd_tls_dcert_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// Parameters for finite-field key exchange; best left to the built-in groups, for tlsproxy(8).
    TLSPROXY_TLS_DH1024_PARAM_FILE: Path "tlsproxy_tls_dh1024_param_file" = "$smtpd_tls_dh1024_param_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// Parameters for export-grade key exchange, without effect, for tlsproxy(8).
    TLSPROXY_TLS_DH512_PARAM_FILE: Path "tlsproxy_tls_dh512_param_file" = "$smtpd_tls_dh512_param_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// The key of tlsproxy(8)'s server-side DSA certificate, obsolete.
    TLSPROXY_TLS_DKEY_FILE: Path "tlsproxy_tls_dkey_file" = "$smtpd_tls_dkey_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// The ECDSA certificate of tlsproxy(8) as a server.
    TLSPROXY_TLS_ECCERT_FILE: Path "tlsproxy_tls_eccert_file" = "$smtpd_tls_eccert_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// The key of tlsproxy(8)'s server-side ECDSA certificate.
    TLSPROXY_TLS_ECKEY_FILE: Path "tlsproxy_tls_eckey_file" = "$smtpd_tls_eckey_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// Which elliptic curves tlsproxy(8) as a server uses; best left at auto.
    TLSPROXY_TLS_EECDH_GRADE: Str "tlsproxy_tls_eecdh_grade" = "$smtpd_tls_eecdh_grade",
        NonEmpty, Legacy, "2.8", "tlsproxy";
    /// Whether tlsproxy(8) as a server takes raw public keys instead of client certificates.
    TLSPROXY_TLS_ENABLE_RPK: BoolExpr "tlsproxy_tls_enable_rpk" = "$smtpd_tls_enable_rpk",
        Any, Rare, "3.9", "tlsproxy";
    /// Ciphers that tlsproxy(8) as a server never uses.
    TLSPROXY_TLS_EXCLUDE_CIPHERS: List "tlsproxy_tls_exclude_ciphers" = "$smtpd_tls_exclude_ciphers",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// The hash of client fingerprints, for tlsproxy(8).
    TLSPROXY_TLS_FINGERPRINT_DIGEST: Str "tlsproxy_tls_fingerprint_digest" = "$smtpd_tls_fingerprint_digest",
        NonEmpty, Rare, "2.8", "tlsproxy";
    /// The key of tlsproxy(8)'s server-side RSA certificate.
    TLSPROXY_TLS_KEY_FILE: Path "tlsproxy_tls_key_file" = "$smtpd_tls_key_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// How much tlsproxy(8) as a server logs about TLS.
    TLSPROXY_TLS_LOGLEVEL: Str "tlsproxy_tls_loglevel" = "$smtpd_tls_loglevel",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// The lowest grade of ciphers where tlsproxy(8) as a server insists on TLS.
    TLSPROXY_TLS_MANDATORY_CIPHERS: Str "tlsproxy_tls_mandatory_ciphers" = "$smtpd_tls_mandatory_ciphers",
        NonEmpty, Rare, "2.8", "tlsproxy";
    /// Ciphers that tlsproxy(8) as a server does not use where it insists on TLS.
    TLSPROXY_TLS_MANDATORY_EXCLUDE_CIPHERS: List "tlsproxy_tls_mandatory_exclude_ciphers" = "$smtpd_tls_mandatory_exclude_ciphers",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TLS versions where tlsproxy(8) as a server insists on TLS.
    TLSPROXY_TLS_MANDATORY_PROTOCOLS: List "tlsproxy_tls_mandatory_protocols" = "$smtpd_tls_mandatory_protocols",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TLS versions for opportunistic TLS in tlsproxy(8) as a server.
    TLSPROXY_TLS_PROTOCOLS: List "tlsproxy_tls_protocols" = "$smtpd_tls_protocols",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// Whether clients must show a trusted certificate where TLS is required, for tlsproxy(8).
    TLSPROXY_TLS_REQ_CCERT: BoolExpr "tlsproxy_tls_req_ccert" = "$smtpd_tls_req_ccert",
        Any, Rare, "2.8", "tlsproxy";
    /// Whether tlsproxy(8) as a server offers TLS, and whether it insists.
    TLSPROXY_TLS_SECURITY_LEVEL: Enum "tlsproxy_tls_security_level" = "$smtpd_tls_security_level",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// Formerly, how long TLS sessions with tlsproxy(8) could be resumed.
    TLSPROXY_TLS_SESSION_CACHE_TIMEOUT: Str "tlsproxy_tls_session_cache_timeout" = "$smtpd_tls_session_cache_timeout",
        Any, Legacy, "2.8..2.10", "-", Removed;
    /// The former way to let tlsproxy(8) offer TLS.
    TLSPROXY_USE_TLS: BoolExpr "tlsproxy_use_tls" = "$smtpd_use_tls", Any, Legacy, "2.8", "tlsproxy";
    /// How long tlsproxy(8) may hang before the watchdog ends it.
    TLSPROXY_WATCHDOG_TIMEOUT: Time "tlsproxy_watchdog_timeout" = "10s", From(10), Rare, "2.8", "tlsproxy";
}
