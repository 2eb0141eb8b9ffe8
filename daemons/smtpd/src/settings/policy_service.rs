//! Policy services: what main.cf says for all, and what braces after `check_policy_service` say for one.

use super::number;
use config::{Conf, Fault, p, split_at_braces, split_list};
use net::Endpoint;
use std::time::Duration;

/// How a policy service is asked.
#[derive(Clone, Debug)]
pub(crate) struct PolicySettings {
    pub default_action: String,
    pub timeout: Duration,
    pub max_idle: Duration,
    pub max_ttl: Duration,
    /// Requests for each connection; 0: no limit.
    pub request_limit: u32,
    pub try_limit: u32,
    pub retry_delay: Duration,
    pub policy_context: String,
    /// `stress`: services are told.
    pub stress: String,
    /// What Postfix 3.8 and later tell at the end.
    pub version: String,
}

impl PolicySettings {
    /// `smtpd_policy_service_*`.
    pub(super) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        Ok(Self {
            default_action: conf.get(p::SMTPD_POLICY_SERVICE_DEFAULT_ACTION)?,
            timeout: conf.get(p::SMTPD_POLICY_SERVICE_TIMEOUT)?,
            max_idle: conf.get(p::SMTPD_POLICY_SERVICE_MAX_IDLE)?,
            max_ttl: conf.get(p::SMTPD_POLICY_SERVICE_MAX_TTL)?,
            request_limit: number(conf.get(p::SMTPD_POLICY_SERVICE_REQUEST_LIMIT)?),
            try_limit: number(conf.get(p::SMTPD_POLICY_SERVICE_TRY_LIMIT)?),
            retry_delay: conf.get(p::SMTPD_POLICY_SERVICE_RETRY_DELAY)?,
            policy_context: conf.get(p::SMTPD_POLICY_SERVICE_POLICY_CONTEXT)?,
            stress: conf.get(p::STRESS)?,
            version: format!(
                "compatibility_level={}\nmail_version={}\n",
                conf.get(p::COMPATIBILITY_LEVEL)?,
                conf.get(p::MAIL_VERSION)?
            ),
        })
    }

    /// The argument of `check_policy_service`: a server, or in braces a server and settings of its own.
    pub(crate) fn of_service(&self, argument: &str) -> Result<(Endpoint, Self), String> {
        let words = split_list(split_at_braces(argument).map_err(|fault| fault.to_string())?);
        let (server, settings) = words.split_first().ok_or_else(|| format!("no server in \"{argument}\""))?;
        if !server.starts_with("inet:") && !server.starts_with("unix:") {
            return Err(format!("bad policy server \"{server}\": need inet:host:port or unix:path"));
        }
        let endpoint = Endpoint::parse(server).map_err(|bad| bad.to_string())?;
        let mut own = self.clone();
        for setting in settings {
            own.set(setting)?;
        }
        Ok((endpoint, own))
    }

    /// `name=value`, or `{ name = value }`.
    fn set(&mut self, setting: &str) -> Result<(), String> {
        let bare = split_at_braces(setting).map_err(|fault| fault.to_string())?;
        let (name, value) =
            bare.split_once('=').ok_or_else(|| format!("missing '=' after attribute name: \"{setting}\""))?;
        let (name, value) = (name.trim(), value.trim());
        let time = || config::parse_time(name, value, 's').map_err(|fault| fault.to_string());
        let count = || value.parse().map_err(|_| format!("bad number in policy setting: \"{setting}\""));
        match name {
            "default_action" => self.default_action = value.to_owned(),
            "timeout" => self.timeout = time()?,
            "max_idle" => self.max_idle = time()?,
            "max_ttl" => self.max_ttl = time()?,
            "request_limit" => self.request_limit = count()?,
            "try_limit" => self.try_limit = count()?,
            "retry_delay" => self.retry_delay = time()?,
            "policy_context" => self.policy_context = value.to_owned(),
            _ => return Err(format!("unknown attribute name: \"{name}\" in \"{setting}\"")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_service(argument: &str) -> Result<(Endpoint, PolicySettings), String> {
        let conf = Conf::parse("main.cf", "", &config::HostFacts::default()).unwrap();
        PolicySettings::from_conf(&conf).unwrap().of_service(argument)
    }

    #[test]
    fn braces_hold_settings_for_one_service() {
        let (endpoint, own) = of_service(
            "{ unix:private/policy, timeout=10s, { default_action = 450 4.7.1 later on } try_limit=1 }",
        )
        .unwrap();
        assert_eq!(endpoint, Endpoint::Unix("private/policy".into()));
        assert_eq!((own.timeout, own.try_limit), (Duration::from_secs(10), 1));
        assert_eq!(own.default_action, "450 4.7.1 later on");
        assert_eq!(
            of_service("inet:127.0.0.1:9998").unwrap().1.default_action,
            "451 4.3.5 Server configuration problem"
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        for bad in [
            "foo:bar",
            "{ }",
            "{ inet:x:1, foo=1 }",
            "{ inet:x:1, timeout }",
            "{ inet:x:1, try_limit=x }",
            "unix:",
        ] {
            assert!(of_service(bad).is_err(), "{bad}");
        }
    }
}
