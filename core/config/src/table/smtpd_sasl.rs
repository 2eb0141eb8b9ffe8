//! The SMTP server: SASL authentication.

declare! {
    /// Whether AUTH is also announced in the obsolete form "AUTH=...".
    BROKEN_SASL_AUTH_CLIENTS: Bool "broken_sasl_auth_clients" = "no", Any, Legacy, "<=1.0", "smtpd";
    /// Formerly, the name of the SMTP server for the Cyrus SASL library.
    SMTPD_SASL_APPLICATION_NAME: Str "smtpd_sasl_application_name" = "smtpd",
        Any, Legacy, "2.1", "smtpd", Removed;
    /// Whether clients can log in.
    SMTPD_SASL_AUTH_ENABLE: Bool "smtpd_sasl_auth_enable" = "no", Any, Core, "<2.1", "smtpd";
    /// Whether the Received header shows the login name.
    SMTPD_SASL_AUTHENTICATED_HEADER: Bool "smtpd_sasl_authenticated_header" = "no",
        Any, Common, "2.3", "smtpd";
    /// Clients that AUTH is not offered to.
    SMTPD_SASL_EXCEPTIONS_NETWORKS: MatchList "smtpd_sasl_exceptions_networks" = "",
        MayBeEmpty, Common, "2.1", "smtpd";
    /// The realm of login names without one.
    SMTPD_SASL_LOCAL_DOMAIN: Str "smtpd_sasl_local_domain" = "", MayBeEmpty, Common, "<2.1", "smtpd";
    /// Login mechanisms that are offered, of those the plug-in has.
    SMTPD_SASL_MECHANISM_FILTER: MatchList "smtpd_sasl_mechanism_filter" = "!external, static:rest",
        MayBeEmpty, Common, "3.6", "smtpd";
    /// What the SMTP server's SASL plug-in needs to know, such as a socket.
    SMTPD_SASL_PATH: Path "smtpd_sasl_path" = "smtpd", NonEmpty, Core, "2.3", "smtpd";
    /// How long a client's part of a login conversation may be.
    SMTPD_SASL_RESPONSE_LIMIT: Int "smtpd_sasl_response_limit" = "12288", From(12288), Rare, "3.4", "smtpd";
    /// What login mechanisms must offer in sessions that are not encrypted.
    SMTPD_SASL_SECURITY_OPTIONS: KeywordSet "smtpd_sasl_security_options" = "noanonymous",
        MayBeEmpty, Core, "<2.1", "smtpd";
    /// The service name that the SASL plug-in gets.
    SMTPD_SASL_SERVICE: Str "smtpd_sasl_service" = "smtp", NonEmpty, Rare, "2.11", "smtpd";
    /// What login mechanisms must offer in encrypted sessions.
    SMTPD_SASL_TLS_SECURITY_OPTIONS: KeywordSet "smtpd_sasl_tls_security_options" = "$smtpd_sasl_security_options",
        MayBeEmpty, Common, "2.2", "smtpd";
    /// Which SASL plug-in the SMTP server uses.
    SMTPD_SASL_TYPE: Str "smtpd_sasl_type" = "cyrus", NonEmpty, Core, "2.3", "smtpd";
}
