//! TLS for all programs: libraries, ciphers, randomness; REQUIRETLS.

declare! {
    /// TODO sentence of requiretls_enable.
    REQUIRETLS_ENABLE: BoolExpr "requiretls_enable" = "yes", Any, Common, "3.11", "sendmail,smtp,smtpd";
    /// TODO sentence of requiretls_esmtp_header.
    REQUIRETLS_ESMTP_HEADER: BoolExpr "requiretls_esmtp_header" = "yes", Any, Rare, "3.11", "cleanup,smtpd";
    /// TODO sentence of requiretls_redact_dsn.
    REQUIRETLS_REDACT_DSN: BoolExpr "requiretls_redact_dsn" = "yes", Any, Rare, "3.11", "bounce";
    /// TODO sentence of tls_append_default_CA.
    TLS_APPEND_DEFAULT_CA: Bool "tls_append_default_CA" = "no", Any, Common, "2.4.15", "tlsproxy";
    /// TODO sentence of tls_config_file.
    TLS_CONFIG_FILE: List "tls_config_file" = "default", MayBeEmpty, Common, "3.9", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_config_name.
    TLS_CONFIG_NAME: Str "tls_config_name" = "", MayBeEmpty, Rare, "3.9", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_daemon_random_bytes.
    TLS_DAEMON_RANDOM_BYTES: Int "tls_daemon_random_bytes" = "32",
        From(1), Rare, "2.2", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_dane_digest_agility.
    TLS_DANE_DIGEST_AGILITY: Str "tls_dane_digest_agility" = "on",
        Any, Legacy, "2.11..3.1", "smtp,tlsproxy", Removed;
    /// TODO sentence of tls_dane_digests.
    TLS_DANE_DIGESTS: List "tls_dane_digests" = "sha512 sha256", NonEmpty, Rare, "2.11", "all TLS programs";
    /// TODO sentence of tls_dane_trust_anchor_digest_enable.
    TLS_DANE_TRUST_ANCHOR_DIGEST_ENABLE: Str "tls_dane_trust_anchor_digest_enable" = "yes",
        Any, Legacy, "2.11..3.1", "smtp,tlsproxy", Removed;
    /// TODO sentence of tls_disable_workarounds.
    TLS_DISABLE_WORKAROUNDS: KeywordSet "tls_disable_workarounds" = "",
        MayBeEmpty, Legacy, "2.8", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_eecdh_auto_curves.
    TLS_EECDH_AUTO_CURVES: Str "tls_eecdh_auto_curves" = "?X25519MLKEM768:DEFAULT",
        MayBeEmpty, Common, "3.2", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_eecdh_strong_curve.
    TLS_EECDH_STRONG_CURVE: Str "tls_eecdh_strong_curve" = "prime256v1",
        MayBeEmpty, Legacy, "2.6", "smtpd,tlsproxy";
    /// TODO sentence of tls_eecdh_ultra_curve.
    TLS_EECDH_ULTRA_CURVE: Str "tls_eecdh_ultra_curve" = "secp384r1",
        MayBeEmpty, Legacy, "2.6", "smtpd,tlsproxy";
    /// TODO sentence of tls_export_cipherlist.
    TLS_EXPORT_CIPHERLIST: Str "tls_export_cipherlist" = "", MayBeEmpty, Legacy, "2.3", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_fast_shutdown_enable.
    TLS_FAST_SHUTDOWN_ENABLE: Bool "tls_fast_shutdown_enable" = "yes",
        Any, Rare, "3.5", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_ffdhe_auto_groups.
    TLS_FFDHE_AUTO_GROUPS: Str "tls_ffdhe_auto_groups" = "", MayBeEmpty, Rare, "3.8", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_high_cipherlist.
    TLS_HIGH_CIPHERLIST: Str "tls_high_cipherlist" = "aNULL:-aNULL:HIGH:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:@STRENGTH",
        NonEmpty, Common, "2.3", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_legacy_public_key_fingerprints.
    TLS_LEGACY_PUBLIC_KEY_FINGERPRINTS: Str "tls_legacy_public_key_fingerprints" = "no",
        Any, Legacy, "2.9.6..3.10", "tlsproxy", Removed;
    /// TODO sentence of tls_low_cipherlist.
    TLS_LOW_CIPHERLIST: Str "tls_low_cipherlist" = "", MayBeEmpty, Legacy, "2.3", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_medium_cipherlist.
    TLS_MEDIUM_CIPHERLIST: Str "tls_medium_cipherlist" = "aNULL:-aNULL:HIGH:MEDIUM:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:+RC4:@STRENGTH",
        NonEmpty, Common, "2.3", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_null_cipherlist.
    TLS_NULL_CIPHERLIST: Str "tls_null_cipherlist" = "eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL",
        NonEmpty, Rare, "2.3", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tls_preempt_cipherlist.
    TLS_PREEMPT_CIPHERLIST: Bool "tls_preempt_cipherlist" = "no", Any, Common, "2.8", "smtpd,tlsproxy";
    /// TODO sentence of tls_random_bytes.
    TLS_RANDOM_BYTES: Int "tls_random_bytes" = "32", From(1), Rare, "2.2", "tlsmgr";
    /// TODO sentence of tls_random_exchange_name.
    TLS_RANDOM_EXCHANGE_NAME: Str "tls_random_exchange_name" = "${data_directory}/prng_exch",
        MayBeEmpty, Legacy, "2.2", "tlsmgr";
    /// TODO sentence of tls_random_prng_update_period.
    TLS_RANDOM_PRNG_UPDATE_PERIOD: Time "tls_random_prng_update_period" = "3600s",
        From(1), Rare, "2.2", "tlsmgr";
    /// TODO sentence of tls_random_reseed_period.
    TLS_RANDOM_RESEED_PERIOD: Time "tls_random_reseed_period" = "3600s", From(1), Rare, "2.2", "tlsmgr";
    /// TODO sentence of tls_random_source.
    TLS_RANDOM_SOURCE: Str "tls_random_source" = "dev:/dev/urandom",
        MayBeEmpty, Common, "2.2", "postfix-tls,tlsmgr";
    /// TODO sentence of tls_required_enable.
    TLS_REQUIRED_ENABLE: BoolExpr "tls_required_enable" = "yes", Any, Common, "3.10", "bounce,cleanup,smtp";
    /// TODO sentence of tls_server_sni_maps.
    TLS_SERVER_SNI_MAPS: Maps "tls_server_sni_maps" = "", MayBeEmpty, Common, "3.4", "smtpd,tlsproxy";
    /// TODO sentence of tls_session_ticket_cipher.
    TLS_SESSION_TICKET_CIPHER: Str "tls_session_ticket_cipher" = "aes-256-cbc",
        MayBeEmpty, Rare, "3.0", "smtpd,tlsproxy";
    /// TODO sentence of tls_ssl_options.
    TLS_SSL_OPTIONS: KeywordSet "tls_ssl_options" = "", MayBeEmpty, Common, "2.11", "all TLS programs";
    /// TODO sentence of tls_trace_rate_limit.
    TLS_TRACE_RATE_LIMIT: Int "tls_trace_rate_limit" = "1", From(0), Rare, "3.12", "postscreen,smtp,smtpd";
    /// TODO sentence of tls_trust_server_ccerts.
    TLS_TRUST_SERVER_CCERTS: Bool "tls_trust_server_ccerts" = "no", Any, Rare, "3.12", "smtpd";
    /// TODO sentence of tls_wildcard_matches_multiple_labels.
    TLS_WILDCARD_MATCHES_MULTIPLE_LABELS: Bool "tls_wildcard_matches_multiple_labels" = "yes",
        Any, Rare, "2.11", "all TLS programs";
}
