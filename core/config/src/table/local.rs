//! local(8): aliases, .forward, mailboxes, commands.

declare! {
    /// TODO sentence of alias_maps.
    ALIAS_MAPS: Maps "alias_maps" = "$default_database_type:/etc/aliases, nis:mail.aliases",
        MayBeEmpty, Core, "<=1.0", "local,proxymap,smtpd";
    /// TODO sentence of allow_mail_to_commands.
    ALLOW_MAIL_TO_COMMANDS: Str "allow_mail_to_commands" = "alias, forward",
        MayBeEmpty, Core, "<2.1", "local";
    /// TODO sentence of allow_mail_to_files.
    ALLOW_MAIL_TO_FILES: Str "allow_mail_to_files" = "alias, forward", MayBeEmpty, Core, "<2.1", "local";
    /// TODO sentence of biff.
    BIFF: Bool "biff" = "yes", Any, Legacy, "<=1.0", "local";
    /// TODO sentence of command_execution_directory.
    COMMAND_EXECUTION_DIRECTORY: Raw as Path "command_execution_directory" = "",
        MayBeEmpty, Rare, "2.2", "local";
    /// TODO sentence of command_expansion_filter.
    COMMAND_EXPANSION_FILTER: Str "command_expansion_filter" = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        NonEmpty, Common, "<=1.0", "local";
    /// TODO sentence of command_time_limit.
    COMMAND_TIME_LIMIT: Time "command_time_limit" = "1000s", From(1), Core, "<2.1", "local,pipe,spawn";
    /// TODO sentence of execution_directory_expansion_filter.
    EXECUTION_DIRECTORY_EXPANSION_FILTER: Str "execution_directory_expansion_filter" = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        NonEmpty, Rare, "2.2", "local";
    /// TODO sentence of expand_owner_alias.
    EXPAND_OWNER_ALIAS: Bool "expand_owner_alias" = "no", Any, Common, "<2.1", "local";
    /// TODO sentence of fallback_transport.
    FALLBACK_TRANSPORT: TransportSpec "fallback_transport" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// TODO sentence of fallback_transport_maps.
    FALLBACK_TRANSPORT_MAPS: Maps "fallback_transport_maps" = "", MayBeEmpty, Common, "2.3", "local";
    /// TODO sentence of forward_expansion_filter.
    FORWARD_EXPANSION_FILTER: Str "forward_expansion_filter" = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        NonEmpty, Rare, "<2.1", "local";
    /// TODO sentence of forward_path.
    FORWARD_PATH: Raw as List "forward_path" = "$home/.forward${recipient_delimiter}${extension}, $home/.forward",
        MayBeEmpty, Core, "<=1.0", "local";
    /// TODO sentence of frozen_delivered_to.
    FROZEN_DELIVERED_TO: Bool "frozen_delivered_to" = "yes", Any, Common, "2.3", "local";
    /// TODO sentence of home_mailbox.
    HOME_MAILBOX: Str "home_mailbox" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// TODO sentence of local_command_shell.
    LOCAL_COMMAND_SHELL: Str "local_command_shell" = "", MayBeEmpty, Common, "<=1.0", "local";
    /// TODO sentence of local_delivery_status_filter.
    LOCAL_DELIVERY_STATUS_FILTER: Maps "local_delivery_status_filter" = "$default_delivery_status_filter",
        MayBeEmpty, Common, "3.0", "local";
    /// TODO sentence of local_destination_concurrency_limit.
    LOCAL_DESTINATION_CONCURRENCY_LIMIT: Int "local_destination_concurrency_limit" = "2",
        From(0), Core, "<2.1", "local,oqmgr,qmgr";
    /// TODO sentence of local_destination_recipient_limit.
    LOCAL_DESTINATION_RECIPIENT_LIMIT: Int "local_destination_recipient_limit" = "1",
        From(0), Core, "<2.1", "local,oqmgr,qmgr";
    /// TODO sentence of local_login_sender_maps.
    LOCAL_LOGIN_SENDER_MAPS: Maps "local_login_sender_maps" = "static:*",
        MayBeEmpty, Common, "3.6", "postdrop";
    /// TODO sentence of local_recipient_maps.
    LOCAL_RECIPIENT_MAPS: Maps "local_recipient_maps" = "proxy:unix:passwd.byname $alias_maps",
        MayBeEmpty, Core, "<=1.0", "proxymap,smtpd";
    /// TODO sentence of local_transport.
    LOCAL_TRANSPORT: TransportSpec "local_transport" = "local:$myhostname",
        NonEmpty, Core, "<=1.0", "trivial-rewrite";
    /// TODO sentence of luser_relay.
    LUSER_RELAY: RawTemplate "luser_relay" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// TODO sentence of mail_spool_directory.
    MAIL_SPOOL_DIRECTORY: Path "mail_spool_directory" = "/var/mail",
        MayBeEmpty, Core, "<=1.0", "local,virtual";
    /// TODO sentence of mailbox_command.
    MAILBOX_COMMAND: RawTemplate "mailbox_command" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// TODO sentence of mailbox_command_maps.
    MAILBOX_COMMAND_MAPS: Maps "mailbox_command_maps" = "", MayBeEmpty, Common, "<=1.1", "local";
    /// TODO sentence of mailbox_delivery_lock.
    MAILBOX_DELIVERY_LOCK: Str "mailbox_delivery_lock" = "fcntl, dotlock",
        NonEmpty, Core, "<=1.0", "local,postlock";
    /// TODO sentence of mailbox_size_limit.
    MAILBOX_SIZE_LIMIT: Long "mailbox_size_limit" = "51200000", From(0), Core, "<=1.0", "local";
    /// TODO sentence of mailbox_transport.
    MAILBOX_TRANSPORT: TransportSpec "mailbox_transport" = "", MayBeEmpty, Core, "<=1.0", "local";
    /// TODO sentence of mailbox_transport_maps.
    MAILBOX_TRANSPORT_MAPS: Maps "mailbox_transport_maps" = "", MayBeEmpty, Common, "2.3", "local";
    /// TODO sentence of owner_request_special.
    OWNER_REQUEST_SPECIAL: Bool "owner_request_special" = "yes", Any, Core, "<=1.0", "local";
    /// TODO sentence of prepend_delivered_header.
    PREPEND_DELIVERED_HEADER: Str "prepend_delivered_header" = "command, file, forward",
        MayBeEmpty, Common, "<=1.0", "local";
    /// TODO sentence of require_home_directory.
    REQUIRE_HOME_DIRECTORY: Bool "require_home_directory" = "no", Any, Common, "<=1.0", "local";
    /// TODO sentence of reset_owner_alias.
    RESET_OWNER_ALIAS: Bool "reset_owner_alias" = "no", Any, Common, "2.8", "local";
    /// TODO sentence of sun_mailtool_compatibility.
    SUN_MAILTOOL_COMPATIBILITY: Bool "sun_mailtool_compatibility" = "no", Any, Legacy, "<=1.0", "local";
}
