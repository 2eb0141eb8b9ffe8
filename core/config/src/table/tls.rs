//! TLS for all programs: libraries, ciphers, randomness; REQUIRETLS.

declare! {
    /// Whether REQUIRETLS is announced and obeyed.
    REQUIRETLS_ENABLE: BoolExpr "requiretls_enable" = "yes", Any, Common, "3.11", "sendmail,smtp,smtpd";
    /// Whether a header keeps the wish for REQUIRETLS where SMTP cannot carry it.
    REQUIRETLS_ESMTP_HEADER: BoolExpr "requiretls_esmtp_header" = "yes", Any, Rare, "3.11", "cleanup,smtpd";
    /// Whether notices about REQUIRETLS mail leave out its content.
    REQUIRETLS_REDACT_DSN: BoolExpr "requiretls_redact_dsn" = "yes", Any, Rare, "3.11", "bounce";
    /// Whether the system's own authorities are trusted besides the configured ones.
    TLS_APPEND_DEFAULT_CA: Bool "tls_append_default_CA" = "no", Any, Common, "2.4.15", "tlsproxy";
    /// The OpenSSL configuration file to read, or none.
    TLS_CONFIG_FILE: List "tls_config_file" = "default", MayBeEmpty, Common, "3.9", "smtp,smtpd,tlsproxy";
    /// The section of the OpenSSL configuration to use.
    TLS_CONFIG_NAME: Str "tls_config_name" = "", MayBeEmpty, Rare, "3.9", "smtp,smtpd,tlsproxy";
    /// How many random bytes a daemon gets from tlsmgr(8) to begin with.
    TLS_DAEMON_RANDOM_BYTES: Int "tls_daemon_random_bytes" = "32",
        From(1), Rare, "2.2", "smtp,smtpd,tlsproxy";
    /// Formerly, whether DANE chose the strongest digest that a domain publishes.
    TLS_DANE_DIGEST_AGILITY: Str "tls_dane_digest_agility" = "on",
        Any, Legacy, "2.11..3.1", "smtp,tlsproxy", Removed;
    /// Digests that count in TLSA records, strongest first.
    TLS_DANE_DIGESTS: List "tls_dane_digests" = "sha512 sha256", NonEmpty, Rare, "2.11", "all TLS programs";
    /// Formerly, whether DANE accepted trust anchors by digest.
    TLS_DANE_TRUST_ANCHOR_DIGEST_ENABLE: Str "tls_dane_trust_anchor_digest_enable" = "yes",
        Any, Legacy, "2.11..3.1", "smtp,tlsproxy", Removed;
    /// OpenSSL's workarounds for broken peers that are turned off.
    TLS_DISABLE_WORKAROUNDS: KeywordSet "tls_disable_workarounds" = "",
        MayBeEmpty, Legacy, "2.8", "smtp,smtpd,tlsproxy";
    /// Key exchange groups that are offered, in order of preference.
    TLS_EECDH_AUTO_CURVES: Str "tls_eecdh_auto_curves" = "?X25519MLKEM768:DEFAULT",
        MayBeEmpty, Common, "3.2", "smtp,smtpd,tlsproxy";
    /// The curve of the obsolete grade "strong".
    TLS_EECDH_STRONG_CURVE: Str "tls_eecdh_strong_curve" = "prime256v1",
        MayBeEmpty, Legacy, "2.6", "smtpd,tlsproxy";
    /// The curve of the obsolete grade "ultra".
    TLS_EECDH_ULTRA_CURVE: Str "tls_eecdh_ultra_curve" = "secp384r1",
        MayBeEmpty, Legacy, "2.6", "smtpd,tlsproxy";
    /// The ciphers of the obsolete grade "export".
    TLS_EXPORT_CIPHERLIST: Str "tls_export_cipherlist" = "", MayBeEmpty, Legacy, "2.3", "smtp,smtpd,tlsproxy";
    /// Whether a TLS session ends without waiting for the peer's farewell.
    TLS_FAST_SHUTDOWN_ENABLE: Bool "tls_fast_shutdown_enable" = "yes",
        Any, Rare, "3.5", "smtp,smtpd,tlsproxy";
    /// Finite-field groups that are offered, in order of preference.
    TLS_FFDHE_AUTO_GROUPS: Str "tls_ffdhe_auto_groups" = "", MayBeEmpty, Rare, "3.8", "smtp,smtpd,tlsproxy";
    /// The ciphers of the grade "high", in OpenSSL's language.
    TLS_HIGH_CIPHERLIST: Str "tls_high_cipherlist" = "aNULL:-aNULL:HIGH:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:@STRENGTH",
        NonEmpty, Common, "2.3", "smtp,smtpd,tlsproxy";
    /// Formerly, whether fingerprints of keys were computed as old versions did.
    TLS_LEGACY_PUBLIC_KEY_FINGERPRINTS: Str "tls_legacy_public_key_fingerprints" = "no",
        Any, Legacy, "2.9.6..3.10", "tlsproxy", Removed;
    /// The ciphers of the obsolete grade "low".
    TLS_LOW_CIPHERLIST: Str "tls_low_cipherlist" = "", MayBeEmpty, Legacy, "2.3", "smtp,smtpd,tlsproxy";
    /// The ciphers of the grade "medium", in OpenSSL's language.
    TLS_MEDIUM_CIPHERLIST: Str "tls_medium_cipherlist" = "aNULL:-aNULL:HIGH:MEDIUM:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:+RC4:@STRENGTH",
        NonEmpty, Common, "2.3", "smtp,smtpd,tlsproxy";
    /// The ciphers of the grade "null", which sign but do not encrypt.
    TLS_NULL_CIPHERLIST: Str "tls_null_cipherlist" = "eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL",
        NonEmpty, Rare, "2.3", "smtp,smtpd,tlsproxy";
    /// Whether the server's order of ciphers counts, not the client's.
    TLS_PREEMPT_CIPHERLIST: Bool "tls_preempt_cipherlist" = "no", Any, Common, "2.8", "smtpd,tlsproxy";
    /// How many random bytes tlsmgr(8) takes from its source at a time.
    TLS_RANDOM_BYTES: Int "tls_random_bytes" = "32", From(1), Rare, "2.2", "tlsmgr";
    /// The file in which tlsmgr(8) keeps randomness over a restart.
    TLS_RANDOM_EXCHANGE_NAME: Str "tls_random_exchange_name" = "${data_directory}/prng_exch",
        MayBeEmpty, Legacy, "2.2", "tlsmgr";
    /// How often tlsmgr(8) saves randomness to its file.
    TLS_RANDOM_PRNG_UPDATE_PERIOD: Time "tls_random_prng_update_period" = "3600s",
        From(1), Rare, "2.2", "tlsmgr";
    /// How often tlsmgr(8) takes new randomness from its source.
    TLS_RANDOM_RESEED_PERIOD: Time "tls_random_reseed_period" = "3600s", From(1), Rare, "2.2", "tlsmgr";
    /// Where tlsmgr(8) takes randomness from.
    TLS_RANDOM_SOURCE: Str "tls_random_source" = "dev:/dev/urandom",
        MayBeEmpty, Common, "2.2", "postfix-tls,tlsmgr";
    /// Whether a header "TLS-Required: no" lowers the demands on TLS.
    TLS_REQUIRED_ENABLE: BoolExpr "tls_required_enable" = "yes", Any, Common, "3.10", "bounce,cleanup,smtp";
    /// Tables with keys and certificates by the server name that a client asks for.
    TLS_SERVER_SNI_MAPS: Maps "tls_server_sni_maps" = "", MayBeEmpty, Common, "3.4", "smtpd,tlsproxy";
    /// The cipher of TLS session tickets.
    TLS_SESSION_TICKET_CIPHER: Str "tls_session_ticket_cipher" = "aes-256-cbc",
        MayBeEmpty, Rare, "3.0", "smtpd,tlsproxy";
    /// OpenSSL options that are turned on.
    TLS_SSL_OPTIONS: KeywordSet "tls_ssl_options" = "", MayBeEmpty, Common, "2.11", "all TLS programs";
    /// How many TLS conversations a second may be logged in full.
    TLS_TRACE_RATE_LIMIT: Int "tls_trace_rate_limit" = "1", From(0), Rare, "3.12", "postscreen,smtp,smtpd";
    /// Whether client certificates are accepted that are only good for servers.
    TLS_TRUST_SERVER_CCERTS: Bool "tls_trust_server_ccerts" = "no", Any, Rare, "3.12", "smtpd";
    /// Whether `*.example.com` in a certificate stands for `a.b.example.com` too.
    TLS_WILDCARD_MATCHES_MULTIPLE_LABELS: Bool "tls_wildcard_matches_multiple_labels" = "yes",
        Any, Rare, "2.11", "all TLS programs";
}
