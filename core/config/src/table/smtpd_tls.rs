//! The SMTP server: TLS.

declare! {
    /// Certificates of authorities that the SMTP server trusts for client certificates, in one file.
    SMTPD_TLS_CAFILE: Path "smtpd_tls_CAfile" = "", MayBeEmpty, Core, "2.2", "postscreen,smtpd,tlsproxy";
    /// Certificates of authorities that the SMTP server trusts, one file each in a directory.
    SMTPD_TLS_CAPATH: Path "smtpd_tls_CApath" = "", MayBeEmpty, Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// Whether the SMTP server names a TLS session even when it cannot be resumed.
    SMTPD_TLS_ALWAYS_ISSUE_SESSION_IDS: Bool "smtpd_tls_always_issue_session_ids" = "yes",
        Any, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// Whether the SMTP server asks clients for a certificate.
    SMTPD_TLS_ASK_CCERT: Bool "smtpd_tls_ask_ccert" = "no", Any, Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// Whether login is offered only in encrypted sessions.
    SMTPD_TLS_AUTH_ONLY: Bool "smtpd_tls_auth_only" = "no", Any, Core, "2.2", "smtpd";
    /// How long a client's certificate chain may be.
    SMTPD_TLS_CCERT_VERIFYDEPTH: Int "smtpd_tls_ccert_verifydepth" = "9",
        From(0), Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// The SMTP server's RSA certificate.
    SMTPD_TLS_CERT_FILE: Path "smtpd_tls_cert_file" = "",
        MayBeEmpty, Core, "2.2", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// Files with the SMTP server's keys and certificate chains.
    SMTPD_TLS_CHAIN_FILES: List "smtpd_tls_chain_files" = "",
        MayBeEmpty, Core, "3.4", "postscreen,smtpd,tlsproxy";
    /// Formerly, the ciphers of the SMTP server.
    SMTPD_TLS_CIPHERLIST: Str "smtpd_tls_cipherlist" = "", Any, Legacy, "2.2", "smtpd", Removed;
    /// The lowest grade of ciphers for opportunistic TLS in the SMTP server.
    SMTPD_TLS_CIPHERS: Str "smtpd_tls_ciphers" = "medium",
        NonEmpty, Common, "2.6", "postscreen,smtpd,tlsproxy";
    /// The SMTP server's DSA certificate, obsolete.
    SMTPD_TLS_DCERT_FILE: Path "smtpd_tls_dcert_file" = "",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// Parameters for finite-field key exchange; best left to the built-in groups.
    SMTPD_TLS_DH1024_PARAM_FILE: Path "smtpd_tls_dh1024_param_file" = "",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// Parameters for export-grade key exchange, without effect.
    SMTPD_TLS_DH512_PARAM_FILE: Path "smtpd_tls_dh512_param_file" = "",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// The key of the SMTP server's DSA certificate, obsolete.
    SMTPD_TLS_DKEY_FILE: Path "smtpd_tls_dkey_file" = "$smtpd_tls_dcert_file",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// The SMTP server's ECDSA certificate.
    SMTPD_TLS_ECCERT_FILE: Path "smtpd_tls_eccert_file" = "",
        MayBeEmpty, Common, "2.6", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// The key of the SMTP server's ECDSA certificate.
    SMTPD_TLS_ECKEY_FILE: Path "smtpd_tls_eckey_file" = "$smtpd_tls_eccert_file",
        MayBeEmpty, Common, "2.6", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// Which elliptic curves the SMTP server uses; best left at auto.
    SMTPD_TLS_EECDH_GRADE: Str "smtpd_tls_eecdh_grade" = "auto",
        NonEmpty, Legacy, "2.6", "postscreen,smtpd,tlsproxy";
    /// Whether the SMTP server takes raw public keys instead of client certificates.
    SMTPD_TLS_ENABLE_RPK: Bool "smtpd_tls_enable_rpk" = "no", Any, Rare, "3.9", "postscreen,smtpd,tlsproxy";
    /// Ciphers that the SMTP server never uses.
    SMTPD_TLS_EXCLUDE_CIPHERS: List "smtpd_tls_exclude_ciphers" = "",
        MayBeEmpty, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// The hash of client fingerprints.
    SMTPD_TLS_FINGERPRINT_DIGEST: Str "smtpd_tls_fingerprint_digest" = "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        NonEmpty, Common, "2.5", "postscreen,smtpd,tlsproxy";
    /// The key of the SMTP server's RSA certificate.
    SMTPD_TLS_KEY_FILE: Path "smtpd_tls_key_file" = "$smtpd_tls_cert_file",
        MayBeEmpty, Core, "2.2", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// How much the SMTP server logs about TLS.
    SMTPD_TLS_LOGLEVEL: Str "smtpd_tls_loglevel" = "0",
        MayBeEmpty, Core, "2.2", "postfix-tls,postscreen,smtpd,tlsmgr,tlsproxy";
    /// Tables that choose by client how much the SMTP server logs about TLS.
    SMTPD_TLS_LOGLEVEL_MAPS: Maps "smtpd_tls_loglevel_maps" = "",
        MayBeEmpty, Common, "3.12", "postscreen,smtpd";
    /// The lowest grade of ciphers where the SMTP server insists on TLS.
    SMTPD_TLS_MANDATORY_CIPHERS: Str "smtpd_tls_mandatory_ciphers" = "medium",
        NonEmpty, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// Ciphers that the SMTP server does not use where it insists on TLS.
    SMTPD_TLS_MANDATORY_EXCLUDE_CIPHERS: List "smtpd_tls_mandatory_exclude_ciphers" = "",
        MayBeEmpty, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// TLS versions where the SMTP server insists on TLS.
    SMTPD_TLS_MANDATORY_PROTOCOLS: List "smtpd_tls_mandatory_protocols" = ">=TLSv1",
        MayBeEmpty, Core, "2.3", "postscreen,smtpd,tlsproxy";
    /// TLS versions for opportunistic TLS in the SMTP server.
    SMTPD_TLS_PROTOCOLS: List "smtpd_tls_protocols" = ">=TLSv1",
        MayBeEmpty, Core, "2.6", "postscreen,smtpd,tlsproxy";
    /// Whether the Received header tells of the session's encryption.
    SMTPD_TLS_RECEIVED_HEADER: Bool "smtpd_tls_received_header" = "no", Any, Core, "2.2", "postfix-tls,smtpd";
    /// Whether clients must show a trusted certificate where TLS is required.
    SMTPD_TLS_REQ_CCERT: Bool "smtpd_tls_req_ccert" = "no", Any, Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// Whether the SMTP server offers TLS, and whether it insists.
    SMTPD_TLS_SECURITY_LEVEL: Enum "smtpd_tls_security_level" = "",
        MayBeEmpty, Core, "2.3", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// Where the SMTP server keeps TLS sessions to resume.
    SMTPD_TLS_SESSION_CACHE_DATABASE: SingleTable "smtpd_tls_session_cache_database" = "",
        MayBeEmpty, Core, "2.2", "tlsmgr";
    /// How long a TLS session can be resumed.
    SMTPD_TLS_SESSION_CACHE_TIMEOUT: Time "smtpd_tls_session_cache_timeout" = "3600s",
        Between(0, 8640000), Common, "2.2", "tlsmgr";
    /// How much of one TLS conversation the SMTP server may log.
    SMTPD_TLS_TRACE_SIZE_LIMIT: Int "smtpd_tls_trace_size_limit" = "102400",
        From(0), Rare, "3.12", "postscreen,smtpd";
    /// Whether SMTP sessions begin with TLS at once, as on port 465.
    SMTPD_TLS_WRAPPERMODE: Bool "smtpd_tls_wrappermode" = "no", Any, Core, "2.2", "smtpd";
}
