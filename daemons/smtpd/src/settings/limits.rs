//! What limits one client.

use super::number;
use config::{Conf, Fault, p, split_list};

/// `smtpd_client_*_limit` and their kin; a limit of 0 is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitSettings {
    /// Each service counts for itself.
    pub service: String,
    pub connection_count: u32,
    pub connection_rate: u32,
    pub message_rate: u32,
    pub recipient_rate: u32,
    pub auth_rate: u32,
    pub new_tls_rate: u32,
    pub ipv4_prefix: u32,
    pub ipv6_prefix: u32,
    /// `smtpd_client_event_limit_exceptions`.
    pub exceptions: Hosts,
    /// `smtpd_authorized_xclient_hosts`.
    pub proxies: Hosts,
}

/// A list of hosts, and what it takes to open it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    pub name: &'static str,
    pub list: String,
    /// It is in `parent_domain_matches_subdomains`.
    pub parents: bool,
}

impl LimitSettings {
    pub(super) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
        let hosts = |name: &'static str, list: String| Hosts {
            name,
            list,
            parents: parents.iter().any(|word| word == name),
        };
        Ok(Self {
            service: conf.lookup("service_name")?.unwrap_or_default(),
            connection_count: number(conf.get(p::SMTPD_CLIENT_CONNECTION_COUNT_LIMIT)?),
            connection_rate: number(conf.get(p::SMTPD_CLIENT_CONNECTION_RATE_LIMIT)?),
            message_rate: number(conf.get(p::SMTPD_CLIENT_MESSAGE_RATE_LIMIT)?),
            recipient_rate: number(conf.get(p::SMTPD_CLIENT_RECIPIENT_RATE_LIMIT)?),
            new_tls_rate: number(conf.get(p::SMTPD_CLIENT_NEW_TLS_SESSION_RATE_LIMIT)?),
            auth_rate: number(conf.get(p::SMTPD_CLIENT_AUTH_RATE_LIMIT)?),
            ipv4_prefix: number(conf.get(p::SMTPD_CLIENT_IPV4_PREFIX_LENGTH)?),
            ipv6_prefix: number(conf.get(p::SMTPD_CLIENT_IPV6_PREFIX_LENGTH)?),
            exceptions: hosts(
                p::SMTPD_CLIENT_EVENT_LIMIT_EXCEPTIONS.name(),
                conf.get(p::SMTPD_CLIENT_EVENT_LIMIT_EXCEPTIONS)?,
            ),
            proxies: hosts(
                p::SMTPD_AUTHORIZED_XCLIENT_HOSTS.name(),
                conf.get(p::SMTPD_AUTHORIZED_XCLIENT_HOSTS)?,
            ),
        })
    }

    /// There is a limit.
    pub(crate) fn any(&self) -> bool {
        [
            self.connection_count,
            self.connection_rate,
            self.message_rate,
            self.recipient_rate,
            self.auth_rate,
            self.new_tls_rate,
        ]
        .iter()
        .any(|&limit| limit > 0)
    }
}
