//! Where things stand on disk, and under whose names they run.

declare! {
    /// Configuration directories besides the default one that set-gid programs may use.
    ALTERNATE_CONFIG_DIRECTORIES: List "alternate_config_directories" = "",
        MayBeEmpty, Common, "<=1.1", "postdrop,postqueue,sendmail";
    /// Where the administrator's commands are installed.
    COMMAND_DIRECTORY: Path "command_directory" = "/usr/sbin",
        NonEmpty, Core, "<2.1", "postfix,postfix-tls,postqueue,postscreen,sendmail,smtpd";
    /// Where main.cf and master.cf are.
    CONFIG_DIRECTORY: Path "config_directory" = "/etc/postfix",
        Any, Core, "<2.1", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postalias,postcat,postconf,postdrop,postfix,postfix-tls,postkick,postlock,postlog,postlogd,postmap,postmulti,postqueue,postscreen,postsuper,proxymap,qmgr,qmqpd,scache,sendmail,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual";
    /// Where the daemons are installed.
    DAEMON_DIRECTORY: Path "daemon_directory" = "/usr/libexec/postfix",
        NonEmpty, Core, "<2.1", "master,postfix,postmulti,sendmail";
    /// Where caches and other files of the daemons live that are not mail.
    DATA_DIRECTORY: Path "data_directory" = "/var/lib/postfix",
        NonEmpty, Core, "2.5", "postfix,proxymap,tlsmgr";
    /// Under whose rights local(8) delivers for aliases that root owns.
    DEFAULT_PRIVS: Str "default_privs" = "nobody", NonEmpty, Core, "<2.1", "local";
    /// Environment variables that are passed to programs outside the mail system.
    EXPORT_ENVIRONMENT: List "export_environment" = "TZ MAIL_CONFIG LANG",
        MayBeEmpty, Core, "<=1.0", "local,pipe,spawn";
    /// Where the manual is in HTML.
    HTML_DIRECTORY: Path "html_directory" = "no", NonEmpty, Common, "<2.1", "postfix";
    /// Environment variables that programs take over from whoever starts them.
    IMPORT_ENVIRONMENT: List "import_environment" = "MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME XDG_RUNTIME_DIR",
        MayBeEmpty, Core, "<=1.0", "all (shared library)";
    /// The account that owns the queue and runs most daemons.
    MAIL_OWNER: Str "mail_owner" = "postfix",
        NonEmpty, Core, "<=1.1", "master,pipe,postfix,sendmail,smtpd,spawn";
    /// Where the mailq command is installed.
    MAILQ_PATH: Path "mailq_path" = "/usr/bin/mailq", NonEmpty, Core, "<2.1", "postfix";
    /// Where the manual pages are.
    MANPAGE_DIRECTORY: Path "manpage_directory" = "/usr/local/man", NonEmpty, Common, "<2.1", "postfix";
    /// Where files are that the configuration directories of all instances share.
    META_DIRECTORY: Path "meta_directory" = "/etc/postfix", NonEmpty, Common, "3.0", "postfix,postmulti";
    /// Where the newaliases command is installed.
    NEWALIASES_PATH: Path "newaliases_path" = "/usr/bin/newaliases", NonEmpty, Core, "<2.1", "postfix";
    /// The openssl program for postfix tls.
    OPENSSL_PATH: Path "openssl_path" = "openssl", NonEmpty, Common, "3.1", "postfix,postfix-tls,tlsproxy";
    /// Where process lock files are, below the queue directory.
    PROCESS_ID_DIRECTORY: Path "process_id_directory" = "pid",
        NonEmpty, Legacy, "<2.1", "all (shared library)";
    /// Where the queue is, and the root of chrooted daemons.
    QUEUE_DIRECTORY: Path "queue_directory" = "/var/spool/postfix",
        NonEmpty, Core, "<2.1", "all (shared library)";
    /// Where the README files are.
    README_DIRECTORY: Path "readme_directory" = "no", NonEmpty, Common, "<2.1", "postfix";
    /// Where example configurations were installed.
    SAMPLE_DIRECTORY: Path "sample_directory" = "/etc/postfix", NonEmpty, Legacy, "<2.1", "postfix";
    /// Where the sendmail command is installed.
    SENDMAIL_PATH: Path "sendmail_path" = "/usr/sbin/sendmail", NonEmpty, Core, "<=1.1", "postfix";
    /// The group of postdrop(1) and postqueue(1), and of the directories they write to.
    SETGID_GROUP: Str "setgid_group" = "postdrop", NonEmpty, Core, "<=1.1", "postfix";
    /// Where shared libraries and database plug-ins are.
    SHLIB_DIRECTORY: Path "shlib_directory" = "/usr/lib/postfix",
        NonEmpty, Common, "3.0", "postfix,postmulti";
}
