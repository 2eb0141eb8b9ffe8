//! Where things stand on disk, and under whose names they run.

declare! {
    /// TODO sentence of alternate_config_directories.
    ALTERNATE_CONFIG_DIRECTORIES: List "alternate_config_directories" = "",
        MayBeEmpty, Common, "<=1.1", "postdrop,postqueue,sendmail";
    /// TODO sentence of command_directory.
    COMMAND_DIRECTORY: Path "command_directory" = "/usr/sbin",
        NonEmpty, Core, "<2.1", "postfix,postfix-tls,postqueue,postscreen,sendmail,smtpd";
    /// TODO sentence of config_directory.
    CONFIG_DIRECTORY: Path "config_directory" = "/etc/postfix",
        Any, Core, "<2.1", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postalias,postcat,postconf,postdrop,postfix,postfix-tls,postkick,postlock,postlog,postlogd,postmap,postmulti,postqueue,postscreen,postsuper,proxymap,qmgr,qmqpd,scache,sendmail,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual";
    /// TODO sentence of daemon_directory.
    DAEMON_DIRECTORY: Path "daemon_directory" = "/usr/libexec/postfix",
        NonEmpty, Core, "<2.1", "master,postfix,postmulti,sendmail";
    /// TODO sentence of data_directory.
    DATA_DIRECTORY: Path "data_directory" = "/var/lib/postfix",
        NonEmpty, Core, "2.5", "postfix,proxymap,tlsmgr";
    /// TODO sentence of default_privs.
    DEFAULT_PRIVS: Str "default_privs" = "nobody", NonEmpty, Core, "<2.1", "local";
    /// TODO sentence of export_environment.
    EXPORT_ENVIRONMENT: List "export_environment" = "TZ MAIL_CONFIG LANG",
        MayBeEmpty, Core, "<=1.0", "local,pipe,spawn";
    /// TODO sentence of html_directory.
    HTML_DIRECTORY: Path "html_directory" = "no", NonEmpty, Common, "<2.1", "postfix";
    /// TODO sentence of import_environment.
    IMPORT_ENVIRONMENT: List "import_environment" = "MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME XDG_RUNTIME_DIR",
        MayBeEmpty, Core, "<=1.0", "all (shared library)";
    /// TODO sentence of mail_owner.
    MAIL_OWNER: Str "mail_owner" = "postfix",
        NonEmpty, Core, "<=1.1", "master,pipe,postfix,sendmail,smtpd,spawn";
    /// TODO sentence of mailq_path.
    MAILQ_PATH: Path "mailq_path" = "/usr/bin/mailq", NonEmpty, Core, "<2.1", "postfix";
    /// TODO sentence of manpage_directory.
    MANPAGE_DIRECTORY: Path "manpage_directory" = "/usr/local/man", NonEmpty, Common, "<2.1", "postfix";
    /// TODO sentence of meta_directory.
    META_DIRECTORY: Path "meta_directory" = "/etc/postfix", NonEmpty, Common, "3.0", "postfix,postmulti";
    /// TODO sentence of newaliases_path.
    NEWALIASES_PATH: Path "newaliases_path" = "/usr/bin/newaliases", NonEmpty, Core, "<2.1", "postfix";
    /// TODO sentence of openssl_path.
    OPENSSL_PATH: Path "openssl_path" = "openssl", NonEmpty, Common, "3.1", "postfix,postfix-tls,tlsproxy";
    /// TODO sentence of process_id_directory.
    PROCESS_ID_DIRECTORY: Path "process_id_directory" = "pid",
        NonEmpty, Legacy, "<2.1", "all (shared library)";
    /// TODO sentence of queue_directory.
    QUEUE_DIRECTORY: Path "queue_directory" = "/var/spool/postfix",
        NonEmpty, Core, "<2.1", "all (shared library)";
    /// TODO sentence of readme_directory.
    README_DIRECTORY: Path "readme_directory" = "no", NonEmpty, Common, "<2.1", "postfix";
    /// TODO sentence of sample_directory.
    SAMPLE_DIRECTORY: Path "sample_directory" = "/etc/postfix", NonEmpty, Legacy, "<2.1", "postfix";
    /// TODO sentence of sendmail_path.
    SENDMAIL_PATH: Path "sendmail_path" = "/usr/sbin/sendmail", NonEmpty, Core, "<=1.1", "postfix";
    /// TODO sentence of setgid_group.
    SETGID_GROUP: Str "setgid_group" = "postdrop", NonEmpty, Core, "<=1.1", "postfix";
    /// TODO sentence of shlib_directory.
    SHLIB_DIRECTORY: Path "shlib_directory" = "/usr/lib/postfix",
        NonEmpty, Common, "3.0", "postfix,postmulti";
}
