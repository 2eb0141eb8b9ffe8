//! Who checks passwords, and which ways to prove an identity are good enough.

use super::number;
use config::{Conf, Fault, p};

/// `smtpd_sasl_*`.
#[derive(Clone, Debug, Default)]
pub(crate) struct SaslSettings {
    /// `smtpd_sasl_auth_enable`.
    pub enabled: bool,
    /// `smtpd_sasl_type`.
    pub kind: String,
    /// `smtpd_sasl_path`.
    pub path: String,
    /// `smtpd_sasl_service`.
    pub service: String,
    /// `smtpd_sasl_security_options`.
    pub security: String,
    /// `smtpd_sasl_tls_security_options`.
    pub tls_security: String,
    /// `smtpd_tls_auth_only`.
    pub tls_only: bool,
    /// `broken_sasl_auth_clients`.
    pub broken_clients: bool,
    /// `smtpd_sasl_response_limit`.
    pub response_limit: usize,
    /// `smtpd_sasl_authenticated_header`.
    pub header: bool,
}

impl SaslSettings {
    pub(super) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        Ok(Self {
            enabled: conf.get(p::SMTPD_SASL_AUTH_ENABLE)?,
            kind: conf.get(p::SMTPD_SASL_TYPE)?,
            path: conf.get(p::SMTPD_SASL_PATH)?,
            service: conf.get(p::SMTPD_SASL_SERVICE)?,
            security: conf.get(p::SMTPD_SASL_SECURITY_OPTIONS)?,
            tls_security: conf.get(p::SMTPD_SASL_TLS_SECURITY_OPTIONS)?,
            tls_only: conf.get(p::SMTPD_TLS_AUTH_ONLY)?,
            broken_clients: conf.get(p::BROKEN_SASL_AUTH_CLIENTS)?,
            response_limit: number(conf.get(p::SMTPD_SASL_RESPONSE_LIMIT)?),
            header: conf.get(p::SMTPD_SASL_AUTHENTICATED_HEADER)?,
        })
    }
}
