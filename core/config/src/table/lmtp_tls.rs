//! The LMTP client: TLS.

declare! {
    /// TODO sentence of lmtp_requiretls_policy.
    LMTP_REQUIRETLS_POLICY: Maps "lmtp_requiretls_policy" = "opportunistic", MayBeEmpty, Rare, "3.11", "lmtp";
    /// TODO sentence of lmtp_tls_CAfile.
    LMTP_TLS_CAFILE: Path "lmtp_tls_CAfile" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_CApath.
    LMTP_TLS_CAPATH: Path "lmtp_tls_CApath" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_block_early_mail_reply.
    LMTP_TLS_BLOCK_EARLY_MAIL_REPLY: Bool "lmtp_tls_block_early_mail_reply" = "no", Any, Rare, "2.7", "lmtp";
    /// TODO sentence of lmtp_tls_cert_file.
    LMTP_TLS_CERT_FILE: Path "lmtp_tls_cert_file" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_chain_files.
    LMTP_TLS_CHAIN_FILES: List "lmtp_tls_chain_files" = "", MayBeEmpty, Rare, "3.4", "lmtp";
    /// TODO sentence of lmtp_tls_ciphers.
    LMTP_TLS_CIPHERS: Str "lmtp_tls_ciphers" = "medium", NonEmpty, Rare, "2.6", "lmtp";
    /// TODO sentence of lmtp_tls_connection_reuse.
    LMTP_TLS_CONNECTION_REUSE: Bool "lmtp_tls_connection_reuse" = "no", Any, Rare, "3.4", "lmtp";
    /// TODO sentence of lmtp_tls_dcert_file.
    LMTP_TLS_DCERT_FILE: Path "lmtp_tls_dcert_file" = "", MayBeEmpty, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_dkey_file.
    LMTP_TLS_DKEY_FILE: Path "lmtp_tls_dkey_file" = "$lmtp_tls_dcert_file", MayBeEmpty, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_eccert_file.
    LMTP_TLS_ECCERT_FILE: Path "lmtp_tls_eccert_file" = "", MayBeEmpty, Rare, "2.6", "lmtp";
    /// TODO sentence of lmtp_tls_eckey_file.
    LMTP_TLS_ECKEY_FILE: Path "lmtp_tls_eckey_file" = "$lmtp_tls_eccert_file",
        MayBeEmpty, Rare, "2.6", "lmtp";
    /// TODO sentence of lmtp_tls_enable_rpk.
    LMTP_TLS_ENABLE_RPK: Bool "lmtp_tls_enable_rpk" = "no", Any, Rare, "3.9", "lmtp";
    /// TODO sentence of lmtp_tls_enforce_peername.
    LMTP_TLS_ENFORCE_PEERNAME: Bool "lmtp_tls_enforce_peername" = "yes", Any, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_enforce_sts_mx_patterns.
    LMTP_TLS_ENFORCE_STS_MX_PATTERNS: BoolExpr "lmtp_tls_enforce_sts_mx_patterns" = "yes",
        Any, Rare, "3.10.5", "lmtp";
    /// TODO sentence of lmtp_tls_exclude_ciphers.
    LMTP_TLS_EXCLUDE_CIPHERS: List "lmtp_tls_exclude_ciphers" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_fingerprint_cert_match.
    LMTP_TLS_FINGERPRINT_CERT_MATCH: List "lmtp_tls_fingerprint_cert_match" = "",
        MayBeEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_tls_fingerprint_digest.
    LMTP_TLS_FINGERPRINT_DIGEST: Str "lmtp_tls_fingerprint_digest" = "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        NonEmpty, Rare, "2.5", "lmtp";
    /// TODO sentence of lmtp_tls_force_insecure_host_tlsa_lookup.
    LMTP_TLS_FORCE_INSECURE_HOST_TLSA_LOOKUP: Bool "lmtp_tls_force_insecure_host_tlsa_lookup" = "no",
        Any, Rare, "2.11", "lmtp";
    /// TODO sentence of lmtp_tls_key_file.
    LMTP_TLS_KEY_FILE: Path "lmtp_tls_key_file" = "$lmtp_tls_cert_file", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_loglevel.
    LMTP_TLS_LOGLEVEL: Str "lmtp_tls_loglevel" = "0", MayBeEmpty, Rare, "2.3", "lmtp,tlsmgr";
    /// TODO sentence of lmtp_tls_loglevel_maps.
    LMTP_TLS_LOGLEVEL_MAPS: Maps "lmtp_tls_loglevel_maps" = "", MayBeEmpty, Rare, "3.12", "lmtp";
    /// TODO sentence of lmtp_tls_mandatory_ciphers.
    LMTP_TLS_MANDATORY_CIPHERS: Str "lmtp_tls_mandatory_ciphers" = "medium", NonEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_mandatory_exclude_ciphers.
    LMTP_TLS_MANDATORY_EXCLUDE_CIPHERS: List "lmtp_tls_mandatory_exclude_ciphers" = "",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_mandatory_protocols.
    LMTP_TLS_MANDATORY_PROTOCOLS: List "lmtp_tls_mandatory_protocols" = ">=TLSv1",
        MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_note_starttls_offer.
    LMTP_TLS_NOTE_STARTTLS_OFFER: Bool "lmtp_tls_note_starttls_offer" = "no", Any, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_per_site.
    LMTP_TLS_PER_SITE: Str "lmtp_tls_per_site" = "", MayBeEmpty, Legacy, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_policy_maps.
    LMTP_TLS_POLICY_MAPS: Maps "lmtp_tls_policy_maps" = "", MayBeEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_protocols.
    LMTP_TLS_PROTOCOLS: List "lmtp_tls_protocols" = ">=TLSv1", MayBeEmpty, Rare, "2.6", "lmtp";
    /// TODO sentence of lmtp_tls_scert_verifydepth.
    LMTP_TLS_SCERT_VERIFYDEPTH: Int "lmtp_tls_scert_verifydepth" = "9", From(0), Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_secure_cert_match.
    LMTP_TLS_SECURE_CERT_MATCH: List "lmtp_tls_secure_cert_match" = "nexthop", NonEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_security_level.
    LMTP_TLS_SECURITY_LEVEL: Enum "lmtp_tls_security_level" = "", MayBeEmpty, Common, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_servername.
    LMTP_TLS_SERVERNAME: Str "lmtp_tls_servername" = "", MayBeEmpty, Rare, "3.4", "lmtp";
    /// TODO sentence of lmtp_tls_session_cache_database.
    LMTP_TLS_SESSION_CACHE_DATABASE: SingleTable "lmtp_tls_session_cache_database" = "",
        MayBeEmpty, Rare, "2.3", "tlsmgr";
    /// TODO sentence of lmtp_tls_session_cache_timeout.
    LMTP_TLS_SESSION_CACHE_TIMEOUT: Time "lmtp_tls_session_cache_timeout" = "3600s",
        Between(0, 8640000), Rare, "2.3", "tlsmgr";
    /// TODO sentence of lmtp_tls_trace_size_limit.
    LMTP_TLS_TRACE_SIZE_LIMIT: Int "lmtp_tls_trace_size_limit" = "102400", From(0), Rare, "3.12", "lmtp";
    /// TODO sentence of lmtp_tls_trust_anchor_file.
    LMTP_TLS_TRUST_ANCHOR_FILE: Path "lmtp_tls_trust_anchor_file" = "", MayBeEmpty, Rare, "2.11", "lmtp";
    /// TODO sentence of lmtp_tls_verify_cert_match.
    LMTP_TLS_VERIFY_CERT_MATCH: List "lmtp_tls_verify_cert_match" = "hostname", NonEmpty, Rare, "2.3", "lmtp";
    /// TODO sentence of lmtp_tls_wrappermode.
    LMTP_TLS_WRAPPERMODE: Bool "lmtp_tls_wrappermode" = "no", Any, Rare, "3.0", "lmtp";
    /// TODO sentence of lmtp_tlsrpt_enable.
    LMTP_TLSRPT_ENABLE: BoolExpr "lmtp_tlsrpt_enable" = "no", Any, Rare, "3.10", "lmtp";
    /// TODO sentence of lmtp_tlsrpt_skip_reused_handshakes.
    LMTP_TLSRPT_SKIP_REUSED_HANDSHAKES: BoolExpr "lmtp_tlsrpt_skip_reused_handshakes" = "no",
        Any, Rare, "3.10", "lmtp";
    /// TODO sentence of lmtp_tlsrpt_socket_name.
    LMTP_TLSRPT_SOCKET_NAME: Str "lmtp_tlsrpt_socket_name" = "", MayBeEmpty, Rare, "3.10", "lmtp";
}
