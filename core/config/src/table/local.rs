//! local(8): aliases, .forward, mailboxes, commands.

declare! {
    /// Where local(8) looks up aliases.
    ALIAS_MAPS: Maps "alias_maps" = "$default_database_type:/etc/aliases, nis:mail.aliases",
        MayBeEmpty, Core, "<=1.0", "local,proxymap,smtpd";
    /// Which kinds of local address expansion may name a "|command".
    ALLOW_MAIL_TO_COMMANDS: Str "allow_mail_to_commands" = "alias, forward",
        MayBeEmpty, Core, "<2.1", "local";
    /// Which kinds of local address expansion may name a "/file".
    ALLOW_MAIL_TO_FILES: Str "allow_mail_to_files" = "alias, forward", MayBeEmpty, Core, "<2.1", "local";
    /// Whether users who are logged in and asked for it hear of new mail.
    BIFF: Bool "biff" = "yes", Any, Legacy, "<=1.0", "local";
    /// Where a command that local(8) runs begins; by default in the user's home.
    COMMAND_EXECUTION_DIRECTORY: Raw as Path "command_execution_directory" = "",
        MayBeEmpty, Rare, "2.2", "local";
    /// Characters that may get into $mailbox_command and its like from outside.
    COMMAND_EXPANSION_FILTER: Str "command_expansion_filter" = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        NonEmpty, Common, "<=1.0", "local";
    /// How long a command that a delivery runs may take.
    COMMAND_TIME_LIMIT: Time "command_time_limit" = "1000s", From(1), Core, "<2.1", "local,pipe,spawn";
    /// Characters that may get into $command_execution_directory from outside.
    EXECUTION_DIRECTORY_EXPANSION_FILTER: Str "execution_directory_expansion_filter" = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        NonEmpty, Rare, "2.2", "local";
    /// Whether an alias owner-list lends its members' addresses, not its own, to bounces of the list.
    EXPAND_OWNER_ALIAS: Bool "expand_owner_alias" = "no", Any, Common, "<2.1", "local";
    /// Where local(8) passes mail for names that it does not know.
    FALLBACK_TRANSPORT: TransportSpec "fallback_transport" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// Tables that choose for each unknown name where local(8) passes the mail.
    FALLBACK_TRANSPORT_MAPS: Maps "fallback_transport_maps" = "", MayBeEmpty, Common, "2.3", "local";
    /// Characters that may get into $forward_path from outside.
    FORWARD_EXPANSION_FILTER: Str "forward_expansion_filter" = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        NonEmpty, Rare, "<2.1", "local";
    /// Where local(8) looks for a user's .forward file.
    FORWARD_PATH: Raw as List "forward_path" = "$home/.forward${recipient_delimiter}${extension}, $home/.forward",
        MayBeEmpty, Core, "<=1.0", "local";
    /// Whether Delivered-To is compared only with what stood in the message when delivery began.
    FROZEN_DELIVERED_TO: Bool "frozen_delivered_to" = "yes", Any, Common, "2.3", "local";
    /// A mailbox in the user's home directory; a maildir when it ends in a slash.
    HOME_MAILBOX: Str "home_mailbox" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// The shell that runs local(8)'s commands that need one.
    LOCAL_COMMAND_SHELL: Str "local_command_shell" = "", MayBeEmpty, Common, "<=1.0", "local";
    /// Tables that change status codes and texts of local(8).
    LOCAL_DELIVERY_STATUS_FILTER: Maps "local_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "local";
    /// How many deliveries to one user go on at a time.
    LOCAL_DESTINATION_CONCURRENCY_LIMIT: Int "local_destination_concurrency_limit" = "2",
        From(0), Core, "<2.1", "local,oqmgr,qmgr";
    /// How many recipients one delivery by the local transport has.
    LOCAL_DESTINATION_RECIPIENT_LIMIT: Int "local_destination_recipient_limit" = "1",
        From(0), Core, "<2.1", "local,oqmgr,qmgr";
    /// Which sender addresses each login name may use with sendmail(1).
    LOCAL_LOGIN_SENDER_MAPS: Maps "local_login_sender_maps" = "static:*",
        MayBeEmpty, Common, "3.6", "postdrop";
    /// Tables of all local users; mail for others is refused.
    LOCAL_RECIPIENT_MAPS: Maps "local_recipient_maps" = "proxy:unix:passwd.byname $alias_maps",
        MayBeEmpty, Core, "<=1.0", "proxymap,smtpd";
    /// How mail travels to domains in mydestination.
    LOCAL_TRANSPORT: TransportSpec "local_transport" = "local:$myhostname",
        NonEmpty, Core, "<=1.0", "trivial-rewrite";
    /// Where mail for unknown local names goes.
    LUSER_RELAY: RawTemplate "luser_relay" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// Where mailboxes are that are not in home directories.
    MAIL_SPOOL_DIRECTORY: Path "mail_spool_directory" = "/var/mail",
        MayBeEmpty, Core, "<=1.0", "local,virtual";
    /// A command that delivers each user's mail instead of local(8).
    MAILBOX_COMMAND: RawTemplate "mailbox_command" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// Tables that choose a delivery command for each user.
    MAILBOX_COMMAND_MAPS: Maps "mailbox_command_maps" = "", MayBeEmpty, Common, "<=1.1", "local";
    /// How local(8) locks a mailbox.
    MAILBOX_DELIVERY_LOCK: Str "mailbox_delivery_lock" = "fcntl, dotlock",
        NonEmpty, Core, "<=1.0", "local,postlock";
    /// How large a mailbox or maildir file may grow; 0 for any size.
    MAILBOX_SIZE_LIMIT: Long "mailbox_size_limit" = "51200000", From(0), Core, "<=1.0", "local";
    /// A transport that takes over after aliases and .forward files.
    MAILBOX_TRANSPORT: TransportSpec "mailbox_transport" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// Tables that choose for each user a transport to take over.
    MAILBOX_TRANSPORT_MAPS: Maps "mailbox_transport_maps" = "", MayBeEmpty, Common, "2.3", "local";
    /// Whether owner-list and list-request are names of their own, not extensions.
    OWNER_REQUEST_SPECIAL: Bool "owner_request_special" = "yes", Any, Core, "<=1.0", "local";
    /// Which kinds of local delivery get a Delivered-To header.
    PREPEND_DELIVERED_HEADER: Str "prepend_delivered_header" = "command, file, forward",
        MayBeEmpty, Common, "<=1.0", "local";
    /// Whether local(8) waits when a user's home directory is missing.
    REQUIRE_HOME_DIRECTORY: Bool "require_home_directory" = "no", Any, Common, "<=1.0", "local";
    /// Whether an alias without owner drops the owner of the alias before it.
    RESET_OWNER_ALIAS: Bool "reset_owner_alias" = "no", Any, Common, "2.8", "local";
    /// Whether mailboxes get the locks that Sun's mailtool knew, obsolete.
    SUN_MAILTOOL_COMPATIBILITY: Bool "sun_mailtool_compatibility" = "no", Any, Legacy, "<=1.0", "local";
}
