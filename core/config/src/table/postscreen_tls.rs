//! The TLS side of postscreen(8); each follows the SMTP server.

declare! {
    /// Certificates of authorities that postscreen(8) trusts for client certificates, in one file.
    POSTSCREEN_TLS_CAFILE: Path "postscreen_tls_CAfile" = "$smtpd_tls_CAfile",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// Certificates of authorities that postscreen(8) trusts, one file each in a directory.
    POSTSCREEN_TLS_CAPATH: Path "postscreen_tls_CApath" = "$smtpd_tls_CApath",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// Whether postscreen(8) names a TLS session even when it cannot be resumed.
    POSTSCREEN_TLS_ALWAYS_ISSUE_SESSION_IDS: BoolExpr "postscreen_tls_always_issue_session_ids" = "$smtpd_tls_always_issue_session_ids",
        Any, Rare, "3.12", "postscreen";
    /// Whether postscreen(8) asks clients for a certificate.
    POSTSCREEN_TLS_ASK_CCERT: BoolExpr "postscreen_tls_ask_ccert" = "$smtpd_tls_ask_ccert",
        Any, Rare, "3.12", "postscreen";
    /// How long a client's certificate chain may be, for postscreen(8).
    POSTSCREEN_TLS_CCERT_VERIFYDEPTH: IntExpr "postscreen_tls_ccert_verifydepth" = "$smtpd_tls_ccert_verifydepth",
        From(0), Rare, "3.12", "postscreen";
    /// The RSA certificate for clients of postscreen(8).
    POSTSCREEN_TLS_CERT_FILE: Path "postscreen_tls_cert_file" = "$smtpd_tls_cert_file",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// Files with postscreen(8)'s keys and certificate chains.
    POSTSCREEN_TLS_CHAIN_FILES: List "postscreen_tls_chain_files" = "$smtpd_tls_chain_files",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// The lowest grade of ciphers for opportunistic TLS in postscreen(8).
    POSTSCREEN_TLS_CIPHERS: Str "postscreen_tls_ciphers" = "$smtpd_tls_ciphers",
        NonEmpty, Rare, "3.12", "postscreen";
    /// The DSA certificate for clients of postscreen(8), obsolete.
    POSTSCREEN_TLS_DCERT_FILE: Path "postscreen_tls_dcert_file" = "$smtpd_tls_dcert_file",
        MayBeEmpty, Legacy, "3.12", "postscreen";
    /// Parameters for finite-field key exchange; best left to the built-in groups, for postscreen(8).
    POSTSCREEN_TLS_DH1024_PARAM_FILE: Path "postscreen_tls_dh1024_param_file" = "$smtpd_tls_dh1024_param_file",
        MayBeEmpty, Legacy, "3.12", "postscreen";
    /// Parameters for export-grade key exchange, without effect, for postscreen(8).
    POSTSCREEN_TLS_DH512_PARAM_FILE: Path "postscreen_tls_dh512_param_file" = "$smtpd_tls_dh512_param_file",
        MayBeEmpty, Legacy, "3.12", "postscreen";
    /// The key of postscreen(8)'s DSA certificate, obsolete.
    POSTSCREEN_TLS_DKEY_FILE: Path "postscreen_tls_dkey_file" = "$smtpd_tls_dkey_file",
        MayBeEmpty, Legacy, "3.12", "postscreen";
    /// The ECDSA certificate for clients of postscreen(8).
    POSTSCREEN_TLS_ECCERT_FILE: Path "postscreen_tls_eccert_file" = "$smtpd_tls_eccert_file",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// The key of postscreen(8)'s ECDSA certificate.
    POSTSCREEN_TLS_ECKEY_FILE: Path "postscreen_tls_eckey_file" = "$smtpd_tls_eckey_file",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// Which elliptic curves postscreen(8) uses; best left at auto.
    POSTSCREEN_TLS_EECDH_GRADE: Str "postscreen_tls_eecdh_grade" = "$smtpd_tls_eecdh_grade",
        NonEmpty, Legacy, "3.12", "postscreen";
    /// Whether postscreen(8) takes raw public keys instead of client certificates.
    POSTSCREEN_TLS_ENABLE_RPK: BoolExpr "postscreen_tls_enable_rpk" = "$smtpd_tls_enable_rpk",
        Any, Rare, "3.12", "postscreen";
    /// Ciphers that postscreen(8) never uses.
    POSTSCREEN_TLS_EXCLUDE_CIPHERS: List "postscreen_tls_exclude_ciphers" = "$smtpd_tls_exclude_ciphers",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// The hash of client fingerprints, for postscreen(8).
    POSTSCREEN_TLS_FINGERPRINT_DIGEST: Str "postscreen_tls_fingerprint_digest" = "$smtpd_tls_fingerprint_digest",
        NonEmpty, Rare, "3.12", "postscreen";
    /// The key of postscreen(8)'s RSA certificate.
    POSTSCREEN_TLS_KEY_FILE: Path "postscreen_tls_key_file" = "$smtpd_tls_key_file",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// How much postscreen(8) logs about TLS.
    POSTSCREEN_TLS_LOGLEVEL: Str "postscreen_tls_loglevel" = "$smtpd_tls_loglevel",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// Tables that choose by client how much postscreen(8) logs about TLS.
    POSTSCREEN_TLS_LOGLEVEL_MAPS: Maps "postscreen_tls_loglevel_maps" = "$smtpd_tls_loglevel_maps",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// The lowest grade of ciphers where postscreen(8) insists on TLS.
    POSTSCREEN_TLS_MANDATORY_CIPHERS: Str "postscreen_tls_mandatory_ciphers" = "$smtpd_tls_mandatory_ciphers",
        NonEmpty, Rare, "3.12", "postscreen";
    /// Ciphers that postscreen(8) does not use where it insists on TLS.
    POSTSCREEN_TLS_MANDATORY_EXCLUDE_CIPHERS: List "postscreen_tls_mandatory_exclude_ciphers" = "$smtpd_tls_mandatory_exclude_ciphers",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// TLS versions where postscreen(8) insists on TLS.
    POSTSCREEN_TLS_MANDATORY_PROTOCOLS: List "postscreen_tls_mandatory_protocols" = "$smtpd_tls_mandatory_protocols",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// TLS versions for opportunistic TLS in postscreen(8).
    POSTSCREEN_TLS_PROTOCOLS: List "postscreen_tls_protocols" = "$smtpd_tls_protocols",
        MayBeEmpty, Rare, "3.12", "postscreen";
    /// Whether clients must show a trusted certificate where TLS is required, for postscreen(8).
    POSTSCREEN_TLS_REQ_CCERT: BoolExpr "postscreen_tls_req_ccert" = "$smtpd_tls_req_ccert",
        Any, Rare, "3.12", "postscreen";
    /// Whether postscreen(8) offers TLS, and whether it insists.
    POSTSCREEN_TLS_SECURITY_LEVEL: Enum "postscreen_tls_security_level" = "$smtpd_tls_security_level",
        MayBeEmpty, Common, "2.8", "postscreen";
    /// How much of one TLS conversation postscreen(8) may log.
    POSTSCREEN_TLS_TRACE_SIZE_LIMIT: IntExpr "postscreen_tls_trace_size_limit" = "$smtpd_tls_trace_size_limit",
        From(0), Rare, "3.12", "postscreen";
}
