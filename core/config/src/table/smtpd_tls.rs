//! The SMTP server: TLS.

declare! {
    /// TODO sentence of smtpd_tls_CAfile.
    SMTPD_TLS_CAFILE: Path "smtpd_tls_CAfile" = "", MayBeEmpty, Core, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_CApath.
    SMTPD_TLS_CAPATH: Path "smtpd_tls_CApath" = "", MayBeEmpty, Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_always_issue_session_ids.
    SMTPD_TLS_ALWAYS_ISSUE_SESSION_IDS: Bool "smtpd_tls_always_issue_session_ids" = "yes",
        Any, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_ask_ccert.
    SMTPD_TLS_ASK_CCERT: Bool "smtpd_tls_ask_ccert" = "no", Any, Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_auth_only.
    SMTPD_TLS_AUTH_ONLY: Bool "smtpd_tls_auth_only" = "no", Any, Core, "2.2", "smtpd";
    /// TODO sentence of smtpd_tls_ccert_verifydepth.
    SMTPD_TLS_CCERT_VERIFYDEPTH: Int "smtpd_tls_ccert_verifydepth" = "9",
        From(0), Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_cert_file.
    SMTPD_TLS_CERT_FILE: Path "smtpd_tls_cert_file" = "",
        MayBeEmpty, Core, "2.2", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_chain_files.
    SMTPD_TLS_CHAIN_FILES: List "smtpd_tls_chain_files" = "",
        MayBeEmpty, Core, "3.4", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_cipherlist.
    SMTPD_TLS_CIPHERLIST: Str "smtpd_tls_cipherlist" = "", Any, Legacy, "2.2", "smtpd", Removed;
    /// TODO sentence of smtpd_tls_ciphers.
    SMTPD_TLS_CIPHERS: Str "smtpd_tls_ciphers" = "medium",
        NonEmpty, Common, "2.6", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_dcert_file.
    SMTPD_TLS_DCERT_FILE: Path "smtpd_tls_dcert_file" = "",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_dh1024_param_file.
    SMTPD_TLS_DH1024_PARAM_FILE: Path "smtpd_tls_dh1024_param_file" = "",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_dh512_param_file.
    SMTPD_TLS_DH512_PARAM_FILE: Path "smtpd_tls_dh512_param_file" = "",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_dkey_file.
    SMTPD_TLS_DKEY_FILE: Path "smtpd_tls_dkey_file" = "$smtpd_tls_dcert_file",
        MayBeEmpty, Legacy, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_eccert_file.
    SMTPD_TLS_ECCERT_FILE: Path "smtpd_tls_eccert_file" = "",
        MayBeEmpty, Common, "2.6", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_eckey_file.
    SMTPD_TLS_ECKEY_FILE: Path "smtpd_tls_eckey_file" = "$smtpd_tls_eccert_file",
        MayBeEmpty, Common, "2.6", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_eecdh_grade.
    SMTPD_TLS_EECDH_GRADE: Str "smtpd_tls_eecdh_grade" = "auto",
        NonEmpty, Legacy, "2.6", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_enable_rpk.
    SMTPD_TLS_ENABLE_RPK: Bool "smtpd_tls_enable_rpk" = "no", Any, Rare, "3.9", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_exclude_ciphers.
    SMTPD_TLS_EXCLUDE_CIPHERS: List "smtpd_tls_exclude_ciphers" = "",
        MayBeEmpty, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_fingerprint_digest.
    SMTPD_TLS_FINGERPRINT_DIGEST: Str "smtpd_tls_fingerprint_digest" = "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        NonEmpty, Common, "2.5", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_key_file.
    SMTPD_TLS_KEY_FILE: Path "smtpd_tls_key_file" = "$smtpd_tls_cert_file",
        MayBeEmpty, Core, "2.2", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_loglevel.
    SMTPD_TLS_LOGLEVEL: Str "smtpd_tls_loglevel" = "0",
        MayBeEmpty, Core, "2.2", "postfix-tls,postscreen,smtpd,tlsmgr,tlsproxy";
    /// TODO sentence of smtpd_tls_loglevel_maps.
    SMTPD_TLS_LOGLEVEL_MAPS: Maps "smtpd_tls_loglevel_maps" = "",
        MayBeEmpty, Common, "3.12", "postscreen,smtpd";
    /// TODO sentence of smtpd_tls_mandatory_ciphers.
    SMTPD_TLS_MANDATORY_CIPHERS: Str "smtpd_tls_mandatory_ciphers" = "medium",
        NonEmpty, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_mandatory_exclude_ciphers.
    SMTPD_TLS_MANDATORY_EXCLUDE_CIPHERS: List "smtpd_tls_mandatory_exclude_ciphers" = "",
        MayBeEmpty, Common, "2.3", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_mandatory_protocols.
    SMTPD_TLS_MANDATORY_PROTOCOLS: List "smtpd_tls_mandatory_protocols" = ">=TLSv1",
        MayBeEmpty, Core, "2.3", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_protocols.
    SMTPD_TLS_PROTOCOLS: List "smtpd_tls_protocols" = ">=TLSv1",
        MayBeEmpty, Core, "2.6", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_received_header.
    SMTPD_TLS_RECEIVED_HEADER: Bool "smtpd_tls_received_header" = "no", Any, Core, "2.2", "postfix-tls,smtpd";
    /// TODO sentence of smtpd_tls_req_ccert.
    SMTPD_TLS_REQ_CCERT: Bool "smtpd_tls_req_ccert" = "no", Any, Common, "2.2", "postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_security_level.
    SMTPD_TLS_SECURITY_LEVEL: Enum "smtpd_tls_security_level" = "",
        MayBeEmpty, Core, "2.3", "postfix-tls,postscreen,smtpd,tlsproxy";
    /// TODO sentence of smtpd_tls_session_cache_database.
    SMTPD_TLS_SESSION_CACHE_DATABASE: SingleTable "smtpd_tls_session_cache_database" = "",
        MayBeEmpty, Core, "2.2", "tlsmgr";
    /// TODO sentence of smtpd_tls_session_cache_timeout.
    SMTPD_TLS_SESSION_CACHE_TIMEOUT: Time "smtpd_tls_session_cache_timeout" = "3600s",
        Between(0, 8640000), Common, "2.2", "tlsmgr";
    /// TODO sentence of smtpd_tls_trace_size_limit.
    SMTPD_TLS_TRACE_SIZE_LIMIT: Int "smtpd_tls_trace_size_limit" = "102400",
        From(0), Rare, "3.12", "postscreen,smtpd";
    /// TODO sentence of smtpd_tls_wrappermode.
    SMTPD_TLS_WRAPPERMODE: Bool "smtpd_tls_wrappermode" = "no", Any, Core, "2.2", "smtpd";
}
