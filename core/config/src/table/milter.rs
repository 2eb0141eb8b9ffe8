//! Mail filters outside (milters).

declare! {
    /// Kinds of mail of our own making that content inspection sees.
    INTERNAL_MAIL_FILTER_CLASSES: KeywordSet "internal_mail_filter_classes" = "",
        MayBeEmpty, Common, "2.3", "bounce,smtp,smtpd";
    /// How long a milter may take over a command.
    MILTER_COMMAND_TIMEOUT: Time "milter_command_timeout" = "30s", From(1), Common, "2.3", "cleanup,smtpd";
    /// Macros for milters when a client connects.
    MILTER_CONNECT_MACROS: List "milter_connect_macros" = "j {daemon_name} {daemon_addr} v _",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// How long to wait for a connection to a milter and its negotiation.
    MILTER_CONNECT_TIMEOUT: Time "milter_connect_timeout" = "30s", From(1), Common, "2.3", "cleanup,smtpd";
    /// How long a milter may take over message content.
    MILTER_CONTENT_TIMEOUT: Time "milter_content_timeout" = "300s", From(1), Common, "2.3", "cleanup,smtpd";
    /// Macros for milters at DATA.
    MILTER_DATA_MACROS: List "milter_data_macros" = "i", MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// What happens to mail when a milter fails.
    MILTER_DEFAULT_ACTION: Enum "milter_default_action" = "shutdown", NonEmpty, Core, "2.3", "cleanup,smtpd";
    /// Macros for milters at the end of a message.
    MILTER_END_OF_DATA_MACROS: List "milter_end_of_data_macros" = "i",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// Macros for milters at the end of the headers.
    MILTER_END_OF_HEADER_MACROS: List "milter_end_of_header_macros" = "i",
        MayBeEmpty, Common, "2.5", "cleanup,smtpd";
    /// Patterns for headers that milters add.
    MILTER_HEADER_CHECKS: Maps "milter_header_checks" = "", MayBeEmpty, Common, "2.7", "cleanup";
    /// Macros for milters at HELO.
    MILTER_HELO_MACROS: List "milter_helo_macros" = "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// What milters get as {daemon_name}.
    MILTER_MACRO_DAEMON_NAME: Str "milter_macro_daemon_name" = "$myhostname",
        NonEmpty, Common, "2.3", "cleanup,smtpd";
    /// Values for milter macros that have none.
    MILTER_MACRO_DEFAULTS: Str "milter_macro_defaults" = "", MayBeEmpty, Common, "3.1", "cleanup,smtpd";
    /// What milters get as the version macro {v}.
    MILTER_MACRO_V: Str "milter_macro_v" = "$mail_name $mail_version",
        NonEmpty, Common, "2.3", "cleanup,smtpd";
    /// Macros for milters at MAIL FROM.
    MILTER_MAIL_MACROS: List "milter_mail_macros" = "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// Which version of the milter protocol is spoken.
    MILTER_PROTOCOL: Str "milter_protocol" = "6", NonEmpty, Core, "2.3", "cleanup,smtpd";
    /// Macros for milters at RCPT TO.
    MILTER_RCPT_MACROS: List "milter_rcpt_macros" = "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// Macros for milters when a command is unknown.
    MILTER_UNKNOWN_COMMAND_MACROS: List "milter_unknown_command_macros" = "",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// What happens when the line after the headers is neither empty nor a header.
    NON_EMPTY_END_OF_HEADER_ACTION: Enum "non_empty_end_of_header_action" = "fix_quietly",
        NonEmpty, Common, "3.11", "cleanup";
    /// Milters for mail that does not come by SMTP.
    NON_SMTPD_MILTERS: List "non_smtpd_milters" = "", MayBeEmpty, Core, "2.3", "cleanup";
}
