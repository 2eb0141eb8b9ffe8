//! tlsproxy(8): TLS for others. Each parameter follows the program that it serves.

declare! {
    /// TODO sentence of tlsproxy_client_CAfile.
    TLSPROXY_CLIENT_CAFILE: Path "tlsproxy_client_CAfile" = "$smtp_tls_CAfile",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_CApath.
    TLSPROXY_CLIENT_CAPATH: Path "tlsproxy_client_CApath" = "$smtp_tls_CApath",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_cert_file.
    TLSPROXY_CLIENT_CERT_FILE: Path "tlsproxy_client_cert_file" = "$smtp_tls_cert_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_chain_files.
    TLSPROXY_CLIENT_CHAIN_FILES: List "tlsproxy_client_chain_files" = "$smtp_tls_chain_files",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_dcert_file.
    TLSPROXY_CLIENT_DCERT_FILE: Path "tlsproxy_client_dcert_file" = "$smtp_tls_dcert_file",
        MayBeEmpty, Legacy, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_dkey_file.
    TLSPROXY_CLIENT_DKEY_FILE: Path "tlsproxy_client_dkey_file" = "$smtp_tls_dkey_file",
        MayBeEmpty, Legacy, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_eccert_file.
    TLSPROXY_CLIENT_ECCERT_FILE: Path "tlsproxy_client_eccert_file" = "$smtp_tls_eccert_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_eckey_file.
    TLSPROXY_CLIENT_ECKEY_FILE: Path "tlsproxy_client_eckey_file" = "$smtp_tls_eckey_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_enforce_tls.
    TLSPROXY_CLIENT_ENFORCE_TLS: BoolExpr "tlsproxy_client_enforce_tls" = "$smtp_enforce_tls",
        Any, Legacy, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_fingerprint_digest.
    TLSPROXY_CLIENT_FINGERPRINT_DIGEST: Str "tlsproxy_client_fingerprint_digest" = "$smtp_tls_fingerprint_digest",
        NonEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_key_file.
    TLSPROXY_CLIENT_KEY_FILE: Path "tlsproxy_client_key_file" = "$smtp_tls_key_file",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_level.
    TLSPROXY_CLIENT_LEVEL: Enum "tlsproxy_client_level" = "", Any, Legacy, "3.4..3.6", "tlsproxy", OldName;
    /// TODO sentence of tlsproxy_client_loglevel.
    TLSPROXY_CLIENT_LOGLEVEL: Str "tlsproxy_client_loglevel" = "$smtp_tls_loglevel",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_loglevel_parameter.
    TLSPROXY_CLIENT_LOGLEVEL_PARAMETER: Str "tlsproxy_client_loglevel_parameter" = "smtp_tls_loglevel",
        Any, Legacy, "3.4..3.11", "-", Removed;
    /// TODO sentence of tlsproxy_client_per_site.
    TLSPROXY_CLIENT_PER_SITE: Str "tlsproxy_client_per_site" = "$smtp_tls_per_site",
        MayBeEmpty, Legacy, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_policy.
    TLSPROXY_CLIENT_POLICY: Str "tlsproxy_client_policy" = "", Any, Legacy, "3.4..3.6", "tlsproxy", OldName;
    /// TODO sentence of tlsproxy_client_policy_maps.
    TLSPROXY_CLIENT_POLICY_MAPS: Maps "tlsproxy_client_policy_maps" = "${tlsproxy_client_policy?{$tlsproxy_client_policy}:{$smtp_tls_policy_maps}}",
        MayBeEmpty, Rare, "3.7", "tlsproxy";
    /// TODO sentence of tlsproxy_client_scert_verifydepth.
    TLSPROXY_CLIENT_SCERT_VERIFYDEPTH: IntExpr "tlsproxy_client_scert_verifydepth" = "$smtp_tls_scert_verifydepth",
        From(0), Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_client_security_level.
    TLSPROXY_CLIENT_SECURITY_LEVEL: Enum "tlsproxy_client_security_level" = "${tlsproxy_client_level?{$tlsproxy_client_level}:{$smtp_tls_security_level}}",
        MayBeEmpty, Rare, "3.7", "tlsproxy";
    /// TODO sentence of tlsproxy_client_use_tls.
    TLSPROXY_CLIENT_USE_TLS: BoolExpr "tlsproxy_client_use_tls" = "$smtp_use_tls",
        Any, Legacy, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_enforce_tls.
    TLSPROXY_ENFORCE_TLS: BoolExpr "tlsproxy_enforce_tls" = "$smtpd_enforce_tls",
        Any, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_CAfile.
    TLSPROXY_TLS_CAFILE: Path "tlsproxy_tls_CAfile" = "$smtpd_tls_CAfile",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_CApath.
    TLSPROXY_TLS_CAPATH: Path "tlsproxy_tls_CApath" = "$smtpd_tls_CApath",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_always_issue_session_ids.
    TLSPROXY_TLS_ALWAYS_ISSUE_SESSION_IDS: BoolExpr "tlsproxy_tls_always_issue_session_ids" = "$smtpd_tls_always_issue_session_ids",
        Any, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_ask_ccert.
    TLSPROXY_TLS_ASK_CCERT: BoolExpr "tlsproxy_tls_ask_ccert" = "$smtpd_tls_ask_ccert",
        Any, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_ccert_verifydepth.
    TLSPROXY_TLS_CCERT_VERIFYDEPTH: IntExpr "tlsproxy_tls_ccert_verifydepth" = "$smtpd_tls_ccert_verifydepth",
        From(0), Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_cert_file.
    TLSPROXY_TLS_CERT_FILE: Path "tlsproxy_tls_cert_file" = "$smtpd_tls_cert_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_chain_files.
    TLSPROXY_TLS_CHAIN_FILES: List "tlsproxy_tls_chain_files" = "$smtpd_tls_chain_files",
        MayBeEmpty, Rare, "3.4", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_ciphers.
    TLSPROXY_TLS_CIPHERS: Str "tlsproxy_tls_ciphers" = "$smtpd_tls_ciphers",
        NonEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_dcert_file.
    TLSPROXY_TLS_DCERT_FILE: Path "tlsproxy_tls_dcert_file" = "$smtpd_tls_dcert_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_dh1024_param_file.
    TLSPROXY_TLS_DH1024_PARAM_FILE: Path "tlsproxy_tls_dh1024_param_file" = "$smtpd_tls_dh1024_param_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_dh512_param_file.
    TLSPROXY_TLS_DH512_PARAM_FILE: Path "tlsproxy_tls_dh512_param_file" = "$smtpd_tls_dh512_param_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_dkey_file.
    TLSPROXY_TLS_DKEY_FILE: Path "tlsproxy_tls_dkey_file" = "$smtpd_tls_dkey_file",
        MayBeEmpty, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_eccert_file.
    TLSPROXY_TLS_ECCERT_FILE: Path "tlsproxy_tls_eccert_file" = "$smtpd_tls_eccert_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_eckey_file.
    TLSPROXY_TLS_ECKEY_FILE: Path "tlsproxy_tls_eckey_file" = "$smtpd_tls_eckey_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_eecdh_grade.
    TLSPROXY_TLS_EECDH_GRADE: Str "tlsproxy_tls_eecdh_grade" = "$smtpd_tls_eecdh_grade",
        NonEmpty, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_enable_rpk.
    TLSPROXY_TLS_ENABLE_RPK: BoolExpr "tlsproxy_tls_enable_rpk" = "$smtpd_tls_enable_rpk",
        Any, Rare, "3.9", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_exclude_ciphers.
    TLSPROXY_TLS_EXCLUDE_CIPHERS: List "tlsproxy_tls_exclude_ciphers" = "$smtpd_tls_exclude_ciphers",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_fingerprint_digest.
    TLSPROXY_TLS_FINGERPRINT_DIGEST: Str "tlsproxy_tls_fingerprint_digest" = "$smtpd_tls_fingerprint_digest",
        NonEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_key_file.
    TLSPROXY_TLS_KEY_FILE: Path "tlsproxy_tls_key_file" = "$smtpd_tls_key_file",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_loglevel.
    TLSPROXY_TLS_LOGLEVEL: Str "tlsproxy_tls_loglevel" = "$smtpd_tls_loglevel",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_mandatory_ciphers.
    TLSPROXY_TLS_MANDATORY_CIPHERS: Str "tlsproxy_tls_mandatory_ciphers" = "$smtpd_tls_mandatory_ciphers",
        NonEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_mandatory_exclude_ciphers.
    TLSPROXY_TLS_MANDATORY_EXCLUDE_CIPHERS: List "tlsproxy_tls_mandatory_exclude_ciphers" = "$smtpd_tls_mandatory_exclude_ciphers",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_mandatory_protocols.
    TLSPROXY_TLS_MANDATORY_PROTOCOLS: List "tlsproxy_tls_mandatory_protocols" = "$smtpd_tls_mandatory_protocols",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_protocols.
    TLSPROXY_TLS_PROTOCOLS: List "tlsproxy_tls_protocols" = "$smtpd_tls_protocols",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_req_ccert.
    TLSPROXY_TLS_REQ_CCERT: BoolExpr "tlsproxy_tls_req_ccert" = "$smtpd_tls_req_ccert",
        Any, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_security_level.
    TLSPROXY_TLS_SECURITY_LEVEL: Enum "tlsproxy_tls_security_level" = "$smtpd_tls_security_level",
        MayBeEmpty, Rare, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_tls_session_cache_timeout.
    TLSPROXY_TLS_SESSION_CACHE_TIMEOUT: Str "tlsproxy_tls_session_cache_timeout" = "$smtpd_tls_session_cache_timeout",
        Any, Legacy, "2.8..2.10", "-", Removed;
    /// TODO sentence of tlsproxy_use_tls.
    TLSPROXY_USE_TLS: BoolExpr "tlsproxy_use_tls" = "$smtpd_use_tls", Any, Legacy, "2.8", "tlsproxy";
    /// TODO sentence of tlsproxy_watchdog_timeout.
    TLSPROXY_WATCHDOG_TIMEOUT: Time "tlsproxy_watchdog_timeout" = "10s", From(10), Rare, "2.8", "tlsproxy";
}
