//! Where log lines go.

declare! {
    /// TODO sentence of maillog_file.
    MAILLOG_FILE: Path "maillog_file" = "", MayBeEmpty, Core, "3.4", "postfix,postlog,postlogd";
    /// TODO sentence of maillog_file_compressor.
    MAILLOG_FILE_COMPRESSOR: Str "maillog_file_compressor" = "gzip", NonEmpty, Common, "3.4", "postfix";
    /// TODO sentence of maillog_file_permissions.
    MAILLOG_FILE_PERMISSIONS: Str "maillog_file_permissions" = "0600",
        NonEmpty, Common, "3.9", "postlog,postlogd";
    /// TODO sentence of maillog_file_prefixes.
    MAILLOG_FILE_PREFIXES: List "maillog_file_prefixes" = "/var, /dev/stdout",
        NonEmpty, Common, "3.4", "postfix";
    /// TODO sentence of maillog_file_rotate_suffix.
    MAILLOG_FILE_ROTATE_SUFFIX: Str "maillog_file_rotate_suffix" = "%Y%m%d-%H%M%S",
        NonEmpty, Common, "3.4", "postfix";
    /// TODO sentence of postlogd_watchdog_timeout.
    POSTLOGD_WATCHDOG_TIMEOUT: Time "postlogd_watchdog_timeout" = "10s", From(10), Rare, "3.4", "postlogd";
    /// TODO sentence of syslog_facility.
    SYSLOG_FACILITY: Str "syslog_facility" = "mail", NonEmpty, Core, "<=1.0", "all (shared library)";
    /// TODO sentence of syslog_name.
    SYSLOG_NAME: Str "syslog_name" = "${multi_instance_name?{$multi_instance_name}:{postfix}}",
        NonEmpty, Core, "<=1.1", "all (shared library)";
}
