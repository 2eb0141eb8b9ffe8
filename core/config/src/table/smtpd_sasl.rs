//! The SMTP server: SASL authentication.

declare! {
    /// TODO sentence of broken_sasl_auth_clients.
    BROKEN_SASL_AUTH_CLIENTS: Bool "broken_sasl_auth_clients" = "no", Any, Legacy, "<=1.0", "smtpd";
    /// TODO sentence of smtpd_sasl_application_name.
    SMTPD_SASL_APPLICATION_NAME: Str "smtpd_sasl_application_name" = "smtpd",
        Any, Legacy, "2.1", "smtpd", Removed;
    /// TODO sentence of smtpd_sasl_auth_enable.
    SMTPD_SASL_AUTH_ENABLE: Bool "smtpd_sasl_auth_enable" = "no", Any, Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_sasl_authenticated_header.
    SMTPD_SASL_AUTHENTICATED_HEADER: Bool "smtpd_sasl_authenticated_header" = "no",
        Any, Common, "2.3", "smtpd";
    /// TODO sentence of smtpd_sasl_exceptions_networks.
    SMTPD_SASL_EXCEPTIONS_NETWORKS: MatchList "smtpd_sasl_exceptions_networks" = "",
        MayBeEmpty, Common, "2.1", "smtpd";
    /// TODO sentence of smtpd_sasl_local_domain.
    SMTPD_SASL_LOCAL_DOMAIN: Str "smtpd_sasl_local_domain" = "", MayBeEmpty, Common, "<2.1", "smtpd";
    /// TODO sentence of smtpd_sasl_mechanism_filter.
    SMTPD_SASL_MECHANISM_FILTER: MatchList "smtpd_sasl_mechanism_filter" = "!external, static:rest",
        MayBeEmpty, Common, "3.6", "smtpd";
    /// TODO sentence of smtpd_sasl_path.
    SMTPD_SASL_PATH: Path "smtpd_sasl_path" = "smtpd", NonEmpty, Core, "2.3", "smtpd";
    /// TODO sentence of smtpd_sasl_response_limit.
    SMTPD_SASL_RESPONSE_LIMIT: Int "smtpd_sasl_response_limit" = "12288", From(12288), Rare, "3.4", "smtpd";
    /// TODO sentence of smtpd_sasl_security_options.
    SMTPD_SASL_SECURITY_OPTIONS: KeywordSet "smtpd_sasl_security_options" = "noanonymous",
        MayBeEmpty, Core, "<2.1", "smtpd";
    /// TODO sentence of smtpd_sasl_service.
    SMTPD_SASL_SERVICE: Str "smtpd_sasl_service" = "smtp", NonEmpty, Rare, "2.11", "smtpd";
    /// TODO sentence of smtpd_sasl_tls_security_options.
    SMTPD_SASL_TLS_SECURITY_OPTIONS: KeywordSet "smtpd_sasl_tls_security_options" = "$smtpd_sasl_security_options",
        MayBeEmpty, Common, "2.2", "smtpd";
    /// TODO sentence of smtpd_sasl_type.
    SMTPD_SASL_TYPE: Str "smtpd_sasl_type" = "cyrus", NonEmpty, Core, "2.3", "smtpd";
}
