//! What main.cf says to local(8), as plain values.

use crate::user::Account;
use crate::virtual_agent::check_limit;
use config::{Conf, p};
use os::mailbox::Locking;
use os::users::User;
use service::Fatal;
use std::path::PathBuf;
use std::time::Duration;
use tables::Extensions;

/// The settings of local(8).
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The service's name: also the transport that means "deliver here".
    pub(crate) service: String,
    pub(crate) extensions: Extensions,
    pub(crate) owner_request_special: bool,
    pub(crate) expand_owner_alias: bool,
    pub(crate) reset_owner_alias: bool,
    pub(crate) frozen_delivered_to: bool,
    pub(crate) commands_from: Sources,
    pub(crate) files_from: Sources,
    pub(crate) delivered_header: DeliveredHeader,
    pub(crate) propagate: Sources,
    /// `forward_path`, not expanded.
    pub(crate) forward_path: Vec<String>,
    pub(crate) forward_filter: String,
    pub(crate) require_home: bool,
    pub(crate) mailbox_command: String,
    pub(crate) mailbox_transport: String,
    pub(crate) home_mailbox: String,
    pub(crate) spool: PathBuf,
    /// `mail_spool_directory` ends in `/`: a maildir for each user.
    pub(crate) spool_is_maildir: bool,
    pub(crate) fallback_transport: String,
    pub(crate) luser_relay: String,
    pub(crate) locking: Locking,
    pub(crate) mailbox_limit: u64,
    pub(crate) strict_ownership: bool,
    pub(crate) default_account: Account,
    pub(crate) shell: Vec<String>,
    pub(crate) command_limit: Duration,
    pub(crate) command_filter: String,
    pub(crate) command_directory: String,
    pub(crate) directory_filter: String,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) duplicates: usize,
    pub(crate) original_recipient: bool,
    pub(crate) host: String,
    pub(crate) my_hostname: String,
    pub(crate) mail_name: String,
    pub(crate) soft_bounce: bool,
    pub(crate) resolution: u8,
}

/// Where a destination was named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    pub(crate) alias: bool,
    pub(crate) forward: bool,
    pub(crate) include: bool,
}

/// `prepend_delivered_header`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DeliveredHeader {
    pub(crate) command: bool,
    pub(crate) file: bool,
    pub(crate) forward: bool,
}

impl Settings {
    pub(crate) fn from_conf(conf: &Conf, service: &str) -> Result<Self, Fatal> {
        let limit = conf.get(p::MAILBOX_SIZE_LIMIT)?;
        check_limit(conf, "mailbox_size_limit", limit)?;
        let spool = conf.get(p::MAIL_SPOOL_DIRECTORY)?;
        let owner_request_special = conf.get(p::OWNER_REQUEST_SPECIAL)?;
        Ok(Self {
            service: service.to_owned(),
            extensions: Extensions { delimiters: conf.get(p::RECIPIENT_DELIMITER)?, owner_request_special },
            owner_request_special,
            expand_owner_alias: conf.get(p::EXPAND_OWNER_ALIAS)?,
            reset_owner_alias: conf.get(p::RESET_OWNER_ALIAS)?,
            frozen_delivered_to: conf.get(p::FROZEN_DELIVERED_TO)?,
            commands_from: Sources::parse("allow_mail_to_commands", &conf.get(p::ALLOW_MAIL_TO_COMMANDS)?)?,
            files_from: Sources::parse("allow_mail_to_files", &conf.get(p::ALLOW_MAIL_TO_FILES)?)?,
            delivered_header: DeliveredHeader::parse(&conf.get(p::PREPEND_DELIVERED_HEADER)?)?,
            propagate: Sources::among(&conf.get(p::PROPAGATE_UNMATCHED_EXTENSIONS)?),
            forward_path: config::split_list(&conf.get(p::FORWARD_PATH)?),
            forward_filter: conf.get(p::FORWARD_EXPANSION_FILTER)?,
            require_home: conf.get(p::REQUIRE_HOME_DIRECTORY)?,
            mailbox_command: conf.get(p::MAILBOX_COMMAND)?,
            mailbox_transport: conf.get(p::MAILBOX_TRANSPORT)?,
            home_mailbox: conf.get(p::HOME_MAILBOX)?,
            spool_is_maildir: spool.ends_with('/'),
            spool: spool.into(),
            fallback_transport: conf.get(p::FALLBACK_TRANSPORT)?,
            luser_relay: conf.get(p::LUSER_RELAY)?,
            locking: locking(conf)?,
            mailbox_limit: limit.max(0) as u64,
            strict_ownership: conf.get(p::STRICT_MAILBOX_OWNERSHIP)?,
            default_account: default_account(&conf.get(p::DEFAULT_PRIVS)?)?,
            shell: conf.get(p::LOCAL_COMMAND_SHELL)?.split_whitespace().map(str::to_owned).collect(),
            command_limit: conf.transport(p::COMMAND_TIME_LIMIT, service)?,
            command_filter: conf.get(p::COMMAND_EXPANSION_FILTER)?,
            command_directory: conf.get(p::COMMAND_EXECUTION_DIRECTORY)?,
            directory_filter: conf.get(p::EXECUTION_DIRECTORY_EXPANSION_FILTER)?,
            environment: crate::pipe::exported_environment(&conf.get(p::EXPORT_ENVIRONMENT)?),
            original_recipient: conf.get(p::ENABLE_ORIGINAL_RECIPIENT)?,
            duplicates: usize::try_from(conf.get(p::DUPLICATE_FILTER_LIMIT)?).unwrap_or(0),
            host: os::host::name(),
            my_hostname: conf.get(p::MYHOSTNAME)?,
            mail_name: conf.get(p::MAIL_NAME)?,
            soft_bounce: conf.get(p::SOFT_BOUNCE)?,
            resolution: conf.get(p::DELAY_LOGGING_RESOLUTION_LIMIT)?.clamp(0, 6) as u8,
        })
    }
}

fn locking(conf: &Conf) -> Result<Locking, Fatal> {
    Locking::parse(
        "mailbox_delivery_lock",
        &conf.get(p::MAILBOX_DELIVERY_LOCK)?,
        u32::try_from(conf.get(p::DELIVER_LOCK_ATTEMPTS)?).unwrap_or(u32::MAX),
        conf.get(p::DELIVER_LOCK_DELAY)?,
        conf.get(p::STALE_LOCK_TIME)?,
    )
    .map_err(Fatal::new)
}

/// The user of `default_privs`: never root.
fn default_account(name: &str) -> Result<Account, Fatal> {
    match User::by_name(name)? {
        Some(user) if user.uid == 0 => {
            Err(Fatal::new(format!("default_privs: user {name} has root privileges")))
        }
        Some(user) => Ok(user.into()),
        None => Err(Fatal::new(format!("default_privs: unknown user: {name}"))),
    }
}

impl Sources {
    fn parse(parameter: &str, list: &str) -> Result<Self, Fatal> {
        let unknown = config::split_list(list)
            .into_iter()
            .find(|word| !["alias", "forward", "include"].contains(&word.as_str()));
        match unknown {
            Some(word) => Err(Fatal::new(format!("unknown {parameter} value \"{word}\" in \"{list}\""))),
            None => Ok(Self::among(list)),
        }
    }

    /// The sources that a list of more words names.
    fn among(list: &str) -> Self {
        let words = config::split_list(list);
        let has = |name: &str| words.iter().any(|word| word.eq_ignore_ascii_case(name));
        Self { alias: has("alias"), forward: has("forward"), include: has("include") }
    }
}

impl DeliveredHeader {
    fn parse(list: &str) -> Result<Self, Fatal> {
        let mut this = Self::default();
        for word in config::split_list(list) {
            match word.as_str() {
                "command" => this.command = true,
                "file" => this.file = true,
                "forward" => this.forward = true,
                _ => {
                    let text = format!("unknown prepend_delivered_header value \"{word}\" in \"{list}\"");
                    return Err(Fatal::new(text));
                }
            }
        }
        Ok(this)
    }
}
