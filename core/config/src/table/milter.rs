//! Mail filters outside (milters).

declare! {
    /// TODO sentence of internal_mail_filter_classes.
    INTERNAL_MAIL_FILTER_CLASSES: KeywordSet "internal_mail_filter_classes" = "",
        MayBeEmpty, Common, "2.3", "bounce,smtp,smtpd";
    /// TODO sentence of milter_command_timeout.
    MILTER_COMMAND_TIMEOUT: Time "milter_command_timeout" = "30s", From(1), Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_connect_macros.
    MILTER_CONNECT_MACROS: List "milter_connect_macros" = "j {daemon_name} {daemon_addr} v _",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_connect_timeout.
    MILTER_CONNECT_TIMEOUT: Time "milter_connect_timeout" = "30s", From(1), Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_content_timeout.
    MILTER_CONTENT_TIMEOUT: Time "milter_content_timeout" = "300s", From(1), Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_data_macros.
    MILTER_DATA_MACROS: List "milter_data_macros" = "i", MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_default_action.
    MILTER_DEFAULT_ACTION: Enum "milter_default_action" = "shutdown", NonEmpty, Core, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_end_of_data_macros.
    MILTER_END_OF_DATA_MACROS: List "milter_end_of_data_macros" = "i",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_end_of_header_macros.
    MILTER_END_OF_HEADER_MACROS: List "milter_end_of_header_macros" = "i",
        MayBeEmpty, Common, "2.5", "cleanup,smtpd";
    /// TODO sentence of milter_header_checks.
    MILTER_HEADER_CHECKS: Maps "milter_header_checks" = "", MayBeEmpty, Common, "2.7", "cleanup";
    /// TODO sentence of milter_helo_macros.
    MILTER_HELO_MACROS: List "milter_helo_macros" = "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_macro_daemon_name.
    MILTER_MACRO_DAEMON_NAME: Str "milter_macro_daemon_name" = "$myhostname",
        NonEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_macro_defaults.
    MILTER_MACRO_DEFAULTS: Str "milter_macro_defaults" = "", MayBeEmpty, Common, "3.1", "cleanup,smtpd";
    /// TODO sentence of milter_macro_v.
    MILTER_MACRO_V: Str "milter_macro_v" = "$mail_name $mail_version",
        NonEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_mail_macros.
    MILTER_MAIL_MACROS: List "milter_mail_macros" = "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_protocol.
    MILTER_PROTOCOL: Str "milter_protocol" = "6", NonEmpty, Core, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_rcpt_macros.
    MILTER_RCPT_MACROS: List "milter_rcpt_macros" = "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of milter_unknown_command_macros.
    MILTER_UNKNOWN_COMMAND_MACROS: List "milter_unknown_command_macros" = "",
        MayBeEmpty, Common, "2.3", "cleanup,smtpd";
    /// TODO sentence of non_empty_end_of_header_action.
    NON_EMPTY_END_OF_HEADER_ACTION: Enum "non_empty_end_of_header_action" = "fix_quietly",
        NonEmpty, Common, "3.11", "cleanup";
    /// TODO sentence of non_smtpd_milters.
    NON_SMTPD_MILTERS: List "non_smtpd_milters" = "", MayBeEmpty, Core, "2.3", "cleanup";
}
