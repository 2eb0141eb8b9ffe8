//! What is offered to whom: XCLIENT, XFORWARD and XVERP to authorized clients, EHLO keywords to those from whom they
//! are not hidden; and the tables that look at command lines and replies.

use crate::conversation::Conversation;
use crate::peer::Peer;
use config::{Conf, p, split_list};
use maillog::Log;
use policy::Client;
use service::Fatal;
use smtp::line::Line;
use smtp::server::{Grants, Permit};
use smtp::text::printable_bytes;
use tables::{HostList, Maps, Options, StringList, TableError};

/// The tables.
#[derive(Default)]
pub(crate) struct Trust {
    xclient: HostList,
    xforward: HostList,
    verp: HostList,
    hidden: String,
    hidden_from: Maps,
    noop: StringList,
    forbidden: StringList,
    command_filter: Maps,
    permits: StringList,
    /// `smtpd_reject_filter_maps`.
    pub reject_filter: Maps,
    /// `smtpd_reject_footer_maps`.
    pub footers: Maps,
}

/// A table that should have been asked about a command line can't be.
pub(crate) struct Unfiltered;

impl Trust {
    pub(crate) fn open(conf: &Conf, options: &Options) -> Result<Self, Fatal> {
        let fatal = |error: TableError| Fatal::new(error.to_string());
        let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
        let hosts = |name: &str, list: String| {
            let parents = parents.iter().any(|word| word == name);
            HostList::parse(name, &list, parents, options).map_err(fatal)
        };
        let words = |name: &str, list: String| StringList::parse(name, &list, options).map_err(fatal);
        let maps = |parameter: config::Param<config::Text>| -> Result<Maps, Fatal> {
            Maps::open(parameter.name(), &conf.get(parameter)?, options).map_err(fatal)
        };
        Ok(Self {
            xclient: hosts("smtpd_authorized_xclient_hosts", conf.get(p::SMTPD_AUTHORIZED_XCLIENT_HOSTS)?)?,
            xforward: hosts(
                "smtpd_authorized_xforward_hosts",
                conf.get(p::SMTPD_AUTHORIZED_XFORWARD_HOSTS)?,
            )?,
            verp: hosts("smtpd_authorized_verp_clients", conf.get(p::SMTPD_AUTHORIZED_VERP_CLIENTS)?)?,
            hidden: conf.get(p::SMTPD_DISCARD_EHLO_KEYWORDS)?,
            hidden_from: maps(p::SMTPD_DISCARD_EHLO_KEYWORD_ADDRESS_MAPS)?,
            noop: words("smtpd_noop_commands", conf.get(p::SMTPD_NOOP_COMMANDS)?)?,
            forbidden: words("smtpd_forbidden_commands", conf.get(p::SMTPD_FORBIDDEN_COMMANDS)?)?,
            command_filter: maps(p::SMTPD_COMMAND_FILTER)?,
            permits: words("smtpd_log_access_permit_actions", conf.get(p::SMTPD_LOG_ACCESS_PERMIT_ACTIONS)?)?,
            reject_filter: maps(p::SMTPD_REJECT_FILTER_MAPS)?,
            footers: maps(p::SMTPD_REJECT_FOOTER_MAPS)?,
        })
    }

    /// What a client that has just come is offered.
    pub(crate) async fn grants(&self, client: &Client, log: &Log) -> Grants {
        let (hidden_keywords, keywords_unknown) = self.hidden_keywords(client, log).await;
        Grants {
            xclient: permit(&self.xclient, client, log).await,
            xforward: permit(&self.xforward, client, log).await,
            verp: permit(&self.verp, client, log).await,
            hidden_keywords,
            keywords_unknown,
        }
    }

    /// XCLIENT has made another client of it. XFORWARD is still for those who came, as in Postfix.
    pub(crate) async fn grants_after_xclient(&self, before: &Grants, client: &Client, log: &Log) -> Grants {
        let (hidden_keywords, keywords_unknown) = self.hidden_keywords(client, log).await;
        Grants {
            xclient: permit(&self.xclient, client, log).await,
            verp: permit(&self.verp, client, log).await,
            hidden_keywords,
            keywords_unknown,
            ..before.clone()
        }
    }

    /// `smtpd_discard_ehlo_keyword_address_maps`, or else `smtpd_discard_ehlo_keywords`, in upper case; and whether the
    /// tables could not be asked.
    async fn hidden_keywords(&self, client: &Client, log: &Log) -> (Vec<String>, bool) {
        let (list, unknown) = match self.hidden_from.find(&client.address).await {
            Ok(special) => (special.unwrap_or_else(|| self.hidden.clone()), false),
            Err(error) => {
                log.warning(unanswered(&error));
                (String::new(), true)
            }
        };
        (split_list(&list.to_ascii_uppercase()), unknown)
    }

    /// `smtpd_log_access_permit_actions`.
    pub(crate) async fn logs_permit(&self, action: &str) -> bool {
        self.permits.matches(action).await.unwrap_or(false)
    }

    /// `smtpd_noop_commands`.
    async fn is_noop(&self, word: &str) -> bool {
        self.noop.matches(word).await.unwrap_or(false)
    }

    /// `smtpd_forbidden_commands`. A table that fails forbids nothing: the command is refused as unknown anyway.
    pub(crate) async fn is_forbidden(&self, word: &str) -> bool {
        self.forbidden.matches(word).await.unwrap_or(false)
    }
}

impl<S> Conversation<'_, S> {
    /// `smtpd_command_filter`: the line that counts.
    pub(crate) async fn filtered(&self, line: Line) -> Result<Line, Unfiltered> {
        let filter = &self.daemon.lookups.trust.command_filter;
        if filter.is_empty() || line.too_long {
            return Ok(line);
        }
        let Ok(text) = std::str::from_utf8(&line.bytes) else { return Ok(line) };
        match filter.find(text).await {
            Ok(None) => Ok(line),
            Ok(Some(other)) => {
                let (client, text) = (&self.peer.label, printable_bytes(&line.bytes));
                self.log.info(format_args!("{client}: replacing command \"{text}\" with \"{other}\""));
                Ok(Line { bytes: other.into_bytes(), ..line })
            }
            Err(error) => {
                self.log.warning(unanswered(&error));
                Err(Unfiltered)
            }
        }
    }

    /// `smtpd_noop_commands`.
    pub(crate) async fn is_noop(&self, line: &Line) -> bool {
        let Ok(text) = std::str::from_utf8(&line.bytes) else { return false };
        match smtp::command::words(text).first() {
            Some(word) if !line.too_long => self.daemon.lookups.trust.is_noop(word.text).await,
            _ => false,
        }
    }

    /// EHLO: what the client isn't told, unless `silent-discard` says not to mention it.
    pub(crate) fn log_hidden_keywords(&self) {
        let hidden = &self.session.grants().hidden_keywords;
        let has = |word: &str| hidden.iter().any(|hidden| hidden == word);
        // Postfix keeps silent about all when it hides this one.
        if has("SILENT-DISCARD") || has("ENHANCEDSTATUSCODES") {
            return;
        }
        let known: Vec<_> = KEYWORDS.into_iter().filter(|word| has(word)).collect();
        if !known.is_empty() {
            let list = known.join(if self.log.modern() { ", " } else { " " });
            self.log.info(format_args!("discarding EHLO keywords: {list}"));
        }
    }
}

impl Peer {
    /// XCLIENT.
    pub(crate) fn pretend(&mut self, said: &smtp::server::Xclient, port_logging: bool) {
        use policy::NameStatus::{Missing, Ok, Temporary};
        use smtp::server::Named;
        let named = |named: &Named| match named {
            Named::Name(name) => (name.clone(), Ok),
            Named::Temporary => (UNKNOWN.to_owned(), Temporary),
            Named::Missing => (UNKNOWN.to_owned(), Missing),
        };
        let unknown = || UNKNOWN.to_owned();
        if let Some(name) = &said.name {
            (self.client.name, self.client.name_status) = named(name);
        }
        if let Some(name) = said.reverse_name.as_ref().or(said.name.as_ref()) {
            (self.client.reverse_name, self.client.reverse_status) = named(name);
        }
        if let Some(address) = &said.address {
            self.client.address = address.map_or_else(unknown, |address| address.to_string());
            self.is_ipv6 = address.map_or(self.is_ipv6, |address| address.is_ipv6());
        }
        if let Some(port) = &said.port {
            self.port = port.clone().unwrap_or_else(unknown);
        }
        if let Some(address) = &said.server_address {
            self.server_address = address.map_or_else(unknown, |address| address.to_string());
        }
        if let Some(port) = &said.server_port {
            self.server_port = port.clone().unwrap_or_else(unknown);
        }
        self.relabel(port_logging);
    }
}

/// A table that can't be asked: which, and for what key, without the cause.
pub(crate) fn unanswered(error: &TableError) -> String {
    let text = error.to_string();
    text.rfind("\": ").map_or(text.as_str(), |at| &text[..=at]).to_owned()
}

async fn permit(list: &HostList, client: &Client, log: &Log) -> Permit {
    match list.matches(&client.name, &client.address).await {
        Ok(true) => Permit::Yes,
        Ok(false) => Permit::No,
        Err(error) => {
            log.warning(error);
            Permit::Unsure
        }
    }
}

const UNKNOWN: &str = "unknown";
/// In the order of Postfix's log line.
const KEYWORDS: [&str; 14] = [
    "8BITMIME",
    "AUTH",
    "ETRN",
    "PIPELINING",
    "SIZE",
    "VERP",
    "VRFY",
    "XCLIENT",
    "XFORWARD",
    "DSN",
    "STARTTLS",
    "SMTPUTF8",
    "CHUNKING",
    "REQUIRETLS",
];
