//! The names of master.cf services that programs talk to.

declare! {
    /// The master.cf service of verify(8).
    ADDRESS_VERIFY_SERVICE_NAME: Str "address_verify_service_name" = "verify",
        NonEmpty, Rare, "2.1", "all (shared library)";
    /// The master.cf service that keeps bounce files and sends bounces.
    BOUNCE_SERVICE_NAME: Str "bounce_service_name" = "bounce",
        NonEmpty, Common, "2.0", "all (shared library)";
    /// The master.cf service of cleanup(8).
    CLEANUP_SERVICE_NAME: Str "cleanup_service_name" = "cleanup",
        NonEmpty, Common, "2.0", "all (shared library)";
    /// The master.cf service of scache(8).
    CONNECTION_CACHE_SERVICE_NAME: Str "connection_cache_service_name" = "scache",
        NonEmpty, Rare, "2.2", "lmtp,smtp";
    /// The master.cf service that keeps the reasons of delays.
    DEFER_SERVICE_NAME: Str "defer_service_name" = "defer", NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service of dnsblog(8).
    DNSBLOG_SERVICE_NAME: Str "dnsblog_service_name" = "dnsblog", NonEmpty, Rare, "2.8", "postscreen";
    /// The master.cf service of error(8).
    ERROR_SERVICE_NAME: Str "error_service_name" = "error", NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service of flush(8).
    FLUSH_SERVICE_NAME: Str "flush_service_name" = "flush", NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service that rebuilds tables without Berkeley DB.
    NON_BDB_MIGRATION_SERVICE_NAME: Str "non_bdb_migration_service_name" = "nbdb_reindex",
        MayBeEmpty, Legacy, "3.11", "all (shared library)";
    /// The master.cf service of pickup(8).
    PICKUP_SERVICE_NAME: Str "pickup_service_name" = "pickup", NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service of postlogd(8).
    POSTLOG_SERVICE_NAME: Str "postlog_service_name" = "postlog", NonEmpty, Rare, "3.4", "postfix,postlog";
    /// The master.cf service for reading tables by proxy.
    PROXYMAP_SERVICE_NAME: Str "proxymap_service_name" = "proxymap",
        NonEmpty, Rare, "2.6", "all (shared library)";
    /// The master.cf service for writing tables by proxy.
    PROXYWRITE_SERVICE_NAME: Str "proxywrite_service_name" = "proxywrite",
        NonEmpty, Rare, "2.6", "all (shared library)";
    /// The master.cf service of the queue manager.
    QUEUE_SERVICE_NAME: Str "queue_service_name" = "qmgr", NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service of trivial-rewrite(8).
    REWRITE_SERVICE_NAME: Str "rewrite_service_name" = "rewrite",
        NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service of showq(8).
    SHOWQ_SERVICE_NAME: Str "showq_service_name" = "showq", NonEmpty, Rare, "2.0", "all (shared library)";
    /// The master.cf service that gets connections from postscreen(8).
    SMTPD_SERVICE_NAME: Str "smtpd_service_name" = "smtpd", NonEmpty, Rare, "2.8", "postscreen";
    /// The master.cf service of tlsmgr(8).
    TLSMGR_SERVICE_NAME: Str "tlsmgr_service_name" = "tlsmgr", NonEmpty, Rare, "2.11", "smtp,smtpd,tlsproxy";
    /// The master.cf service of tlsproxy(8).
    TLSPROXY_SERVICE_NAME: Str "tlsproxy_service_name" = "tlsproxy",
        NonEmpty, Rare, "2.8", "lmtp,postscreen,smtp,smtpd";
    /// The master.cf service that keeps delivery reports.
    TRACE_SERVICE_NAME: Str "trace_service_name" = "trace", NonEmpty, Rare, "2.1", "all (shared library)";
}
