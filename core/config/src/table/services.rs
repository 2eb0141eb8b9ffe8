//! The names of master.cf services that programs talk to.

declare! {
    /// TODO sentence of address_verify_service_name.
    ADDRESS_VERIFY_SERVICE_NAME: Str "address_verify_service_name" = "verify",
        NonEmpty, Rare, "2.1", "all (shared library)";
    /// TODO sentence of bounce_service_name.
    BOUNCE_SERVICE_NAME: Str "bounce_service_name" = "bounce",
        NonEmpty, Common, "2.0", "all (shared library)";
    /// TODO sentence of cleanup_service_name.
    CLEANUP_SERVICE_NAME: Str "cleanup_service_name" = "cleanup",
        NonEmpty, Common, "2.0", "all (shared library)";
    /// TODO sentence of connection_cache_service_name.
    CONNECTION_CACHE_SERVICE_NAME: Str "connection_cache_service_name" = "scache",
        NonEmpty, Rare, "2.2", "lmtp,smtp";
    /// TODO sentence of defer_service_name.
    DEFER_SERVICE_NAME: Str "defer_service_name" = "defer", NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of dnsblog_service_name.
    DNSBLOG_SERVICE_NAME: Str "dnsblog_service_name" = "dnsblog", NonEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of error_service_name.
    ERROR_SERVICE_NAME: Str "error_service_name" = "error", NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of flush_service_name.
    FLUSH_SERVICE_NAME: Str "flush_service_name" = "flush", NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of non_bdb_migration_service_name.
    NON_BDB_MIGRATION_SERVICE_NAME: Str "non_bdb_migration_service_name" = "nbdb_reindex",
        MayBeEmpty, Legacy, "3.11", "all (shared library)";
    /// TODO sentence of pickup_service_name.
    PICKUP_SERVICE_NAME: Str "pickup_service_name" = "pickup", NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of postlog_service_name.
    POSTLOG_SERVICE_NAME: Str "postlog_service_name" = "postlog", NonEmpty, Rare, "3.4", "postfix,postlog";
    /// TODO sentence of proxymap_service_name.
    PROXYMAP_SERVICE_NAME: Str "proxymap_service_name" = "proxymap",
        NonEmpty, Rare, "2.6", "all (shared library)";
    /// TODO sentence of proxywrite_service_name.
    PROXYWRITE_SERVICE_NAME: Str "proxywrite_service_name" = "proxywrite",
        NonEmpty, Rare, "2.6", "all (shared library)";
    /// TODO sentence of queue_service_name.
    QUEUE_SERVICE_NAME: Str "queue_service_name" = "qmgr", NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of rewrite_service_name.
    REWRITE_SERVICE_NAME: Str "rewrite_service_name" = "rewrite",
        NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of showq_service_name.
    SHOWQ_SERVICE_NAME: Str "showq_service_name" = "showq", NonEmpty, Rare, "2.0", "all (shared library)";
    /// TODO sentence of smtpd_service_name.
    SMTPD_SERVICE_NAME: Str "smtpd_service_name" = "smtpd", NonEmpty, Rare, "2.8", "postscreen";
    /// TODO sentence of tlsmgr_service_name.
    TLSMGR_SERVICE_NAME: Str "tlsmgr_service_name" = "tlsmgr", NonEmpty, Rare, "2.11", "smtp,smtpd,tlsproxy";
    /// TODO sentence of tlsproxy_service_name.
    TLSPROXY_SERVICE_NAME: Str "tlsproxy_service_name" = "tlsproxy",
        NonEmpty, Rare, "2.8", "lmtp,postscreen,smtp,smtpd";
    /// TODO sentence of trace_service_name.
    TRACE_SERVICE_NAME: Str "trace_service_name" = "trace", NonEmpty, Rare, "2.1", "all (shared library)";
}
