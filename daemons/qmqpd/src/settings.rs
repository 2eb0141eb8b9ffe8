//! The parameters of qmqpd(8), as plain values.

use config::{Conf, Fault, p, split_list};
use ipc::cleanup::Flags;
use maillog::Log;
use service::Fatal;
use smtp::qmqp::Limits;
use std::path::PathBuf;
use std::time::Duration;
use tables::{HostList, Options, Warn};

/// What main.cf says.
pub(crate) struct Settings {
    pub limits: Limits,
    pub timeout: Duration,
    pub error_delay: Duration,
    pub log_port: bool,
    pub soft_bounce: bool,
    /// `verp_delimiter_filter`.
    pub verp_delimiters: String,
    pub hostname: String,
    pub mail_name: String,
    pub content_filter: Option<String>,
    /// What cleanup is to do, after `receive_override_options`.
    pub flags: Flags,
    pub cleanup_socket: PathBuf,
    pub ipc_timeout: Duration,
}

impl Settings {
    pub(crate) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let overrides = conf.get(p::RECEIVE_OVERRIDE_OPTIONS)?;
        Ok(Self {
            limits: limits(conf)?,
            timeout: conf.get(p::QMQPD_TIMEOUT)?,
            error_delay: conf.get(p::QMQPD_ERROR_DELAY)?,
            log_port: conf.get(p::QMQPD_CLIENT_PORT_LOGGING)?,
            soft_bounce: conf.get(p::SOFT_BOUNCE)?,
            verp_delimiters: conf.get(p::VERP_DELIMITER_FILTER)?,
            hostname: conf.get(p::MYHOSTNAME)?,
            mail_name: conf.get(p::MAIL_NAME)?,
            content_filter: Some(conf.get(p::CONTENT_FILTER)?).filter(|filter| !filter.is_empty()),
            flags: Flags::with_overrides(&split_list(&overrides)).map_err(|word| {
                Fault::new(format!("unknown receive_override_options value \"{word}\" in \"{overrides}\""))
            })?,
            cleanup_socket: PathBuf::from("public").join(conf.get(p::CLEANUP_SERVICE_NAME)?),
            ipc_timeout: conf.get(p::IPC_TIMEOUT)?,
        })
    }
}

/// 0 for the message means "no limit".
fn limits(conf: &Conf) -> Result<Limits, Fault> {
    let number = |value: i64| usize::try_from(value).unwrap_or(usize::MAX);
    let message = match number(conf.get(p::MESSAGE_SIZE_LIMIT)?) {
        0 => usize::MAX,
        limit => limit,
    };
    let address = number(conf.get(p::LINE_LENGTH_LIMIT)?);
    // cleanup(8) counts the recipients too, and says so better.
    Ok(Limits { content: message, recipients: message.max(MANY_RECIPIENTS), address })
}

const MANY_RECIPIENTS: usize = 1 << 20;

/// `qmqpd_authorized_clients`.
pub(crate) fn authorized_clients(conf: &Conf, log: &Log) -> Result<HostList, Fatal> {
    let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
    let title = p::QMQPD_AUTHORIZED_CLIENTS.name();
    let includes = parents.iter().any(|word| word == title);
    let list = conf.get(p::QMQPD_AUTHORIZED_CLIENTS)?;
    let log = log.clone();
    let options = Options {
        utf8: conf.get(p::SMTPUTF8_ENABLE)?,
        warn: Warn::new(move |text| log.warning(text)),
        ..Options::default()
    };
    HostList::parse(title, &list, includes, &options).map_err(|error| Fatal::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(main_cf: &str) -> Result<Settings, Fault> {
        let text = format!("compatibility_level = 3.6\nmyhostname = mail.example.com\n{main_cf}");
        Settings::from_conf(&Conf::parse("main.cf", &text, &config::HostFacts::default()).unwrap())
    }

    #[test]
    fn a_message_size_limit_of_zero_is_none() {
        assert_eq!(settings("").unwrap().limits.content, 10_240_000);
        assert_eq!(settings("message_size_limit = 0").unwrap().limits.content, usize::MAX);
    }

    #[test]
    fn overrides_leave_things_out_and_typos_are_faults() {
        let with = |list: &str| settings(&format!("receive_override_options = {list}"));
        assert!(with("").unwrap().flags.maps && !with("no_address_mappings").unwrap().flags.maps);
        assert!(with("no_such_thing").is_err());
    }
}
