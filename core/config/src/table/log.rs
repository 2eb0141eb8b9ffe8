//! Where log lines go.

declare! {
    /// A file for the log instead of syslog.
    MAILLOG_FILE: Path "maillog_file" = "", MayBeEmpty, Core, "3.4", "postfix,postlog,postlogd";
    /// The program that compresses rotated logs.
    MAILLOG_FILE_COMPRESSOR: Str "maillog_file_compressor" = "gzip", NonEmpty, Common, "3.4", "postfix";
    /// The mode of a new logfile.
    MAILLOG_FILE_PERMISSIONS: Str "maillog_file_permissions" = "0600",
        NonEmpty, Common, "3.9", "postlog,postlogd";
    /// Where maillog_file may point to.
    MAILLOG_FILE_PREFIXES: List "maillog_file_prefixes" = "/var, /dev/stdout",
        NonEmpty, Common, "3.4", "postfix";
    /// What postfix logrotate puts behind the old logfile's name.
    MAILLOG_FILE_ROTATE_SUFFIX: Str "maillog_file_rotate_suffix" = "%Y%m%d-%H%M%S",
        NonEmpty, Common, "3.4", "postfix";
    /// How long postlogd(8) may hang before the watchdog ends it.
    POSTLOGD_WATCHDOG_TIMEOUT: Time "postlogd_watchdog_timeout" = "10s", From(10), Rare, "3.4", "postlogd";
    /// The facility of our lines in syslog.
    SYSLOG_FACILITY: Str "syslog_facility" = "mail", NonEmpty, Core, "<=1.0", "all (shared library)";
    /// The word before the program's name in the log.
    SYSLOG_NAME: Str "syslog_name" = "${multi_instance_name?{$multi_instance_name}:{postfix}}",
        NonEmpty, Core, "<=1.1", "all (shared library)";
}
