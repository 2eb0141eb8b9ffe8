//! What main.cf's lists and tables say of a client and its commands.

use config::{Conf, p, split_list};
use maillog::Log;
use service::Fatal;
use std::net::IpAddr;
use tables::{HostList, Maps, Options, StringList, TableError};

/// Everything that is open.
pub(crate) struct Lookups {
    access: Vec<Rule>,
    mynetworks: HostList,
    allowlist_interfaces: HostList,
    forbidden_commands: StringList,
    command_filter: Maps,
    hidden_keywords: Maps,
    dnsbl_reply: Maps,
    reject_footer: Maps,
}

/// One item of `postscreen_access_list`.
enum Rule {
    Mynetworks,
    Word(String),
    Table(String, Maps),
}

/// What `postscreen_access_list` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Permit,
    Reject,
    Unlisted,
}

impl Lookups {
    pub(crate) fn open(conf: &Conf, options: &Options) -> Result<Self, Fatal> {
        let hosts = |name: &str, list: String| HostList::parse(name, &list, false, options).map_err(fatal);
        let maps = |parameter: config::Param<config::Text>| -> Result<Maps, Fatal> {
            Maps::open(parameter.name(), &conf.get(parameter)?, options).map_err(fatal)
        };
        let forbidden = conf.get(p::POSTSCREEN_FORBIDDEN_COMMANDS)?;
        Ok(Self {
            access: access_list(&conf.get(p::POSTSCREEN_ACCESS_LIST)?, options)?,
            mynetworks: hosts("mynetworks", conf.get(p::MYNETWORKS)?)?,
            allowlist_interfaces: hosts(
                "postscreen_allowlist_interfaces",
                conf.get(p::POSTSCREEN_ALLOWLIST_INTERFACES)?,
            )?,
            forbidden_commands: StringList::parse("postscreen_forbidden_commands", &forbidden, options)
                .map_err(fatal)?,
            command_filter: maps(p::POSTSCREEN_COMMAND_FILTER)?,
            hidden_keywords: maps(p::POSTSCREEN_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS)?,
            dnsbl_reply: maps(p::POSTSCREEN_DNSBL_REPLY_MAP)?,
            reject_footer: maps(p::POSTSCREEN_REJECT_FOOTER_MAPS)?,
        })
    }

    /// `postscreen_access_list`: the first item that knows the client decides.
    pub(crate) async fn access(&self, address: IpAddr, log: &Log) -> Access {
        let address = address.to_string();
        for rule in &self.access {
            let (place, word) = match rule {
                Rule::Mynetworks => match self.mynetworks.matches("", &address).await {
                    Ok(true) => return Access::Permit,
                    Ok(false) => continue,
                    Err(error) => return ignored("mynetworks", &error, log),
                },
                Rule::Word(word) => ("postscreen_access_list", word.clone()),
                Rule::Table(name, maps) => match maps.find(&address).await {
                    Ok(Some(word)) => (name.as_str(), word),
                    Ok(None) => continue,
                    Err(error) => return ignored(name, &error, log),
                },
            };
            match word.to_ascii_lowercase().as_str() {
                "permit" => return Access::Permit,
                "reject" => return Access::Reject,
                "dunno" => {}
                _ => return ignored(place, &format_args!("unknown command: {word}"), log),
            }
        }
        Access::Unlisted
    }

    /// Can a pass be had at this address of ours?
    pub(crate) async fn gives_passes(&self, server: IpAddr, log: &Log) -> bool {
        self.allowlist_interfaces.matches("", &server.to_string()).await.unwrap_or_else(|error| {
            log.warning(format_args!("postscreen_allowlist_interfaces: {error}"));
            true
        })
    }

    /// `postscreen_forbidden_commands`.
    pub(crate) async fn is_forbidden(&self, word: &str) -> bool {
        // A table that fails forbids nothing: no command here does anything.
        self.forbidden_commands.matches(word).await.unwrap_or(false)
    }

    /// `postscreen_command_filter`: what the client should have said.
    pub(crate) async fn filtered(&self, command: &str, log: &Log) -> Option<String> {
        found(self.command_filter.find(command).await, log)
    }

    /// `postscreen_discard_ehlo_keyword_address_maps`.
    pub(crate) async fn hidden_keywords(&self, address: IpAddr, log: &Log) -> Option<Vec<String>> {
        found(self.hidden_keywords.find(&address.to_string()).await, log).map(|list| split_list(&list))
    }

    /// The name under which a list may be mentioned to its victims.
    pub(crate) async fn public_name(&self, domain: &str, log: &Log) -> String {
        found(self.dnsbl_reply.find(domain).await, log).unwrap_or_else(|| domain.to_owned())
    }

    /// `postscreen_reject_footer_maps`, by the text of the reply.
    pub(crate) async fn footer(&self, reply: &str, log: &Log) -> Option<String> {
        found(self.reject_footer.find(reply).await, log)
    }
}

fn access_list(list: &str, options: &Options) -> Result<Vec<Rule>, Fatal> {
    let rule = |word: String| {
        if word.eq_ignore_ascii_case("permit_mynetworks") {
            Ok(Rule::Mynetworks)
        } else if word.contains(':') {
            let maps = Maps::open("postscreen_access_list", &word, options).map_err(fatal)?;
            Ok(Rule::Table(word, maps))
        } else {
            Ok(Rule::Word(word))
        }
    };
    split_list(list).into_iter().map(rule).collect()
}

fn ignored(place: &str, what: &dyn std::fmt::Display, log: &Log) -> Access {
    log.warning(format_args!("{place}: {what} -- ignoring the remainder of this access list"));
    Access::Unlisted
}

fn found(result: Result<Option<String>, TableError>, log: &Log) -> Option<String> {
    result.unwrap_or_else(|error| {
        log.warning(error);
        None
    })
}

fn fatal(error: TableError) -> Fatal {
    Fatal::new(error.to_string())
}
