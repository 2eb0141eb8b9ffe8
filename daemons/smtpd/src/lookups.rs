//! Answers to what the policy asks: tables, mynetworks, trivial-rewrite, DNS.

use crate::auth::Auth;
use crate::policy_service::PolicyServices;
use crate::settings::Settings;
use crate::trust::Trust;
use crate::verify::Verifier;
use config::{Conf, Fault, p, split_list};
use dns::{Families, Resolver};
use ipc::rewrite;
use mail::Address;
use maillog::Log;
use policy::{Answer, Client, Maps, Question, Resolved};
use service::Fatal;
use smtp::address::{parse_path, quote};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};
use tables::{DomainList, ErrorKind, Extensions, HostList, Options, TableError, Warn};

/// Everything that is open.
pub(crate) struct Lookups {
    resolver: Resolver,
    rewrite: ipc::Client,
    verifier: Verifier,
    pub(crate) policy_services: PolicyServices,
    /// Where addresses went a moment ago: each is asked about several times in a session.
    resolved: RefCell<HashMap<(Address, Address), (Instant, Resolved)>>,
    /// The tables that restriction lists name; None for one that can't be opened.
    access: HashMap<String, Option<tables::Maps>>,
    mynetworks: HostList,
    mx_backup_networks: HostList,
    relay_domains: DomainList,
    rbl_replies: tables::Maps,
    login_maps: tables::Maps,
    pub(crate) dns_reply_filter: tables::Maps,
    relay_certificates: tables::Maps,
    families: Families,
    /// Warnings that are given once.
    said: RefCell<HashSet<String>>,
    bare_newline_exclusions: HostList,
    pub(crate) trust: Trust,
    pub(crate) auth: Option<Auth>,
    recipients: Recipients,
    extensions: Extensions,
}

/// The tables that know addresses.
struct Recipients {
    canonical: tables::Maps,
    sender_canonical: tables::Maps,
    recipient_canonical: tables::Maps,
    virtual_alias: tables::Maps,
    local: tables::Maps,
    virtual_mailbox: tables::Maps,
    relay: tables::Maps,
}

impl Lookups {
    pub(crate) fn open(conf: &Conf, settings: &Settings, log: &Log) -> Result<Self, Fatal> {
        let options = options(conf, log)?;
        let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
        let includes = |name: &str| parents.iter().any(|word| word == name);
        let hosts =
            |name: &str, list: String| HostList::parse(name, &list, includes(name), &options).map_err(fatal);
        Ok(Self {
            resolver: Resolver::system(),
            rewrite: ipc::Client::new(&settings.rewrite_socket, REWRITE_CONVERSATIONS, settings.ipc_timeout),
            verifier: Verifier::new(settings),
            policy_services: PolicyServices::default(),
            resolved: RefCell::default(),
            access: access_tables(settings, &options, log),
            mynetworks: hosts("mynetworks", conf.get(p::MYNETWORKS)?)?,
            mx_backup_networks: hosts("permit_mx_backup_networks", conf.get(p::PERMIT_MX_BACKUP_NETWORKS)?)?,
            relay_domains: DomainList::parse(
                "relay_domains",
                &conf.get(p::RELAY_DOMAINS)?,
                includes("relay_domains"),
                &options,
            )
            .map_err(fatal)?,
            rbl_replies: maps(conf, p::RBL_REPLY_MAPS, &options)?,
            login_maps: maps(conf, p::SMTPD_SENDER_LOGIN_MAPS, &options)?,
            dns_reply_filter: maps(conf, p::SMTPD_DNS_REPLY_FILTER, &options)?,
            relay_certificates: maps(conf, p::RELAY_CLIENTCERTS, &options)?,
            families: settings.families,
            said: RefCell::default(),
            bare_newline_exclusions: hosts(
                "smtpd_forbid_bare_newline_exclusions",
                conf.get(p::SMTPD_FORBID_BARE_NEWLINE_EXCLUSIONS)?,
            )?,
            trust: Trust::open(conf, &options)?,
            auth: Auth::open(conf, &settings.sasl, &options)?,
            recipients: Recipients::open(conf, &options)?,
            extensions: Extensions {
                delimiters: conf.get(p::RECIPIENT_DELIMITER)?,
                owner_request_special: conf.get(p::OWNER_REQUEST_SPECIAL)?,
            },
        })
    }

    /// For a session that nobody judges (`sendmail -bs`): nothing is open, and nothing matches.
    pub(crate) fn none(settings: &Settings) -> Self {
        let empty = tables::Maps::default;
        Self {
            resolver: Resolver::system(),
            rewrite: ipc::Client::new(&settings.rewrite_socket, 1, settings.ipc_timeout),
            verifier: Verifier::new(settings),
            policy_services: PolicyServices::default(),
            resolved: RefCell::default(),
            access: HashMap::new(),
            mynetworks: HostList::default(),
            mx_backup_networks: HostList::default(),
            relay_domains: DomainList::default(),
            rbl_replies: empty(),
            login_maps: empty(),
            dns_reply_filter: empty(),
            relay_certificates: empty(),
            families: settings.families,
            said: RefCell::default(),
            bare_newline_exclusions: HostList::default(),
            trust: Trust::default(),
            auth: None,
            recipients: Recipients {
                canonical: empty(),
                sender_canonical: empty(),
                recipient_canonical: empty(),
                virtual_alias: empty(),
                local: empty(),
                virtual_mailbox: empty(),
                relay: empty(),
            },
            extensions: Extensions::default(),
        }
    }

    pub(crate) fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// Has nobody said this yet? There are only so many keywords that it can be about.
    pub(crate) fn is_news(&self, text: &str) -> bool {
        self.said.borrow_mut().insert(text.to_owned())
    }

    /// `inet_protocols`.
    pub(crate) fn families(&self) -> Families {
        self.families
    }

    /// `smtpd_forbid_bare_newline_exclusions`.
    pub(crate) async fn is_trusted_with_newlines(&self, client: &Client) -> bool {
        self.bare_newline_exclusions.matches(&client.name, &client.address).await.unwrap_or(false)
    }

    /// `mynetworks`.
    pub(crate) async fn is_in_mynetworks(&self, client: &Client) -> Result<bool, TableError> {
        self.mynetworks.matches(&client.name, &client.address).await
    }

    /// Finds the answer to a question of the policy.
    pub(crate) async fn answer(&self, question: &Question, client: &Client, log: &Log) -> Answer {
        match question {
            Question::Lookup { table, key } => self.lookup(table, key).await,
            Question::InMynetworks => yes_or_no(self.is_in_mynetworks(client).await),
            Question::IsOwnHost if client.is_self => Answer::Yes,
            Question::IsOwnHost => Answer::No,
            Question::Resolve { sender, address } => match self.resolve(sender, address).await {
                Ok(resolved) => Answer::Resolved(Box::new(resolved)),
                Err(text) => Answer::Failed(text),
            },
            Question::Known { maps, address, bare } => self.known(*maps, address, *bare).await,
            Question::Dns(question) => self.ask_dns(question, log).await,
            Question::InMxBackupNetworks { name, address } => {
                yes_or_no(self.mx_backup_networks.matches(name, &address.to_string()).await)
            }
            Question::InRelayDomains(name) => yes_or_no(self.relay_domains.matches(name).await),
            Question::RblReply(list) => found(self.rbl_replies.find(list).await),
            Question::Owners { address, bare } => self.owners(address, *bare).await,
            Question::RelayCertificate(fingerprint) => {
                yes_or_no(self.relay_certificates.find(fingerprint).await.map(|found| found.is_some()))
            }
            // Asked with all that is known about the session.
            Question::PolicyService(service) => Answer::Failed(format!("{service}: nobody to ask")),
            Question::Verify(address) => self.verifier.ask(address).await,
            Question::Sleep(seconds) => {
                tokio::time::sleep(Duration::from_secs(*seconds)).await;
                Answer::Yes
            }
        }
    }

    /// Where an address goes: its standard form, resolved. Remembered for a moment.
    pub(crate) async fn resolve(&self, sender: &Address, address: &Address) -> Result<Resolved, String> {
        let key = (sender.clone(), address.clone());
        let known = self.resolved.borrow().get(&key).filter(|(since, _)| since.elapsed() < FRESH).cloned();
        if let Some((_, resolved)) = known {
            return Ok(resolved);
        }
        let resolved = self.ask_where(sender, address).await?;
        let mut cache = self.resolved.borrow_mut();
        if cache.len() >= REMEMBERED {
            cache.clear();
        }
        cache.insert(key, (Instant::now(), resolved.clone()));
        Ok(resolved)
    }

    /// Asks trivial-rewrite(8).
    async fn ask_where(&self, sender: &Address, address: &Address) -> Result<Resolved, String> {
        let address = self.standard_form(address).await?;
        let request = rewrite::Request::Resolve { sender: sender.clone(), address, probe: false };
        match self.rewrite.call(&request).await {
            Ok(rewrite::Reply::Resolved(resolved)) => Ok(Resolved {
                transport: resolved.transport,
                nexthop: resolved.nexthop,
                recipient: resolved.recipient,
                class: resolved.class,
                has_routing: resolved.has_routing,
                is_error: resolved.is_error,
            }),
            Ok(rewrite::Reply::TryAgain(cause)) => Err(cause),
            Ok(rewrite::Reply::Rewritten(_)) => {
                Err("rewrite service: an answer to another question".to_owned())
            }
            Err(error) => Err(format!("rewrite service: {error}")),
        }
    }

    async fn standard_form(&self, address: &Address) -> Result<Address, String> {
        let context = rewrite::Context::Local;
        let request = rewrite::Request::Rewrite { context, address: quote(address) };
        match self.rewrite.call(&request).await {
            // What can't be read back stays as it was: resolving it will tell.
            Ok(rewrite::Reply::Rewritten(form)) => {
                Ok(parse_path(&form, false).unwrap_or_else(|_| address.clone()))
            }
            Ok(rewrite::Reply::TryAgain(cause)) => Err(cause),
            Ok(rewrite::Reply::Resolved(_)) => {
                Err("rewrite service: an answer to another question".to_owned())
            }
            Err(error) => Err(format!("rewrite service: {error}")),
        }
    }

    async fn lookup(&self, table: &str, key: &str) -> Answer {
        let failed = || Answer::Failed(format!("{table} lookup error for \"{key}\""));
        match self.access.get(table) {
            Some(Some(maps)) => match maps.find(key).await {
                Ok(Some(value)) => Answer::Found(value),
                Ok(None) => Answer::Absent,
                // The policy has its own words for that.
                Err(error) if error.kind == ErrorKind::EmptyResult => Answer::Found(String::new()),
                Err(_) => failed(),
            },
            _ => failed(),
        }
    }

    /// `smtpd_sender_login_maps`.
    async fn owners(&self, address: &Address, bare: bool) -> Answer {
        let keys = tables::mail_address(address.as_str(), &self.extensions, bare);
        found(self.login_maps.find_first(&keys).await.map(|found| found.map(|found| found.value)))
    }

    /// A table of `local_header_rewrite_clients`; one that fails knows nobody.
    pub(crate) async fn is_rewrite_client(&self, table: &str, client: &Client) -> bool {
        matches!(self.lookup(table, &client.address).await, Answer::Found(_))
    }

    /// `relay_clientcerts`; tables that fail know nobody.
    pub(crate) async fn is_relay_certificate(&self, certificate: &policy::Certificate) -> bool {
        for fingerprint in [&certificate.key_fingerprint, &certificate.fingerprint] {
            if matches!(self.relay_certificates.find(fingerprint).await, Ok(Some(_))) {
                return true;
            }
        }
        false
    }

    async fn known(&self, maps: Maps, address: &Address, bare: bool) -> Answer {
        let mut unset = true;
        for maps in self.recipients.of(maps).into_iter().filter(|maps| !maps.is_empty()) {
            unset = false;
            let keys = tables::mail_address(address.as_str(), &self.extensions, bare);
            match maps.find_first(&keys).await {
                Ok(None) => {}
                Ok(Some(_)) => return Answer::Yes,
                Err(error) => return Answer::Failed(error.to_string()),
            }
        }
        if unset { Answer::Unset } else { Answer::No }
    }
}

impl Recipients {
    fn open(conf: &Conf, options: &Options) -> Result<Self, Fatal> {
        let maps = |parameter| maps(conf, parameter, options);
        Ok(Self {
            canonical: maps(p::CANONICAL_MAPS)?,
            sender_canonical: maps(p::SENDER_CANONICAL_MAPS)?,
            recipient_canonical: maps(p::RECIPIENT_CANONICAL_MAPS)?,
            virtual_alias: maps(p::VIRTUAL_ALIAS_MAPS)?,
            local: maps(p::LOCAL_RECIPIENT_MAPS)?,
            virtual_mailbox: maps(p::VIRTUAL_MAILBOX_MAPS)?,
            relay: maps(p::RELAY_RECIPIENT_MAPS)?,
        })
    }

    fn of(&self, maps: Maps) -> Vec<&tables::Maps> {
        match maps {
            Maps::RecipientCanonical => vec![&self.recipient_canonical, &self.canonical],
            Maps::SenderCanonical => vec![&self.sender_canonical, &self.canonical],
            Maps::VirtualAlias => vec![&self.virtual_alias],
            Maps::LocalRecipient => vec![&self.local],
            Maps::VirtualMailbox => vec![&self.virtual_mailbox],
            Maps::RelayRecipient => vec![&self.relay],
        }
    }
}

fn maps(
    conf: &Conf,
    parameter: config::Param<config::Text>,
    options: &Options,
) -> Result<tables::Maps, Fatal> {
    tables::Maps::open(parameter.name(), &conf.get(parameter)?, options).map_err(fatal)
}

fn access_tables(settings: &Settings, options: &Options, log: &Log) -> HashMap<String, Option<tables::Maps>> {
    let open = |name: String| {
        let maps = tables::Maps::open("access", &name, options)
            .map_err(|error| log.warning(format_args!("{name} is unavailable. {error}")))
            .ok();
        (name, maps)
    };
    let rewrite = settings.local_header_rewrite_clients.iter().filter(|word| word.contains(':')).cloned();
    settings.rules.tables().into_iter().chain(rewrite).map(open).collect()
}

/// How tables are opened.
pub(crate) fn options(conf: &Conf, log: &Log) -> Result<Options, Fault> {
    let log = log.clone();
    Ok(Options {
        utf8: conf.get(p::SMTPUTF8_ENABLE)?,
        alias_databases: split_list(&conf.get(p::ALIAS_DATABASE)?),
        lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX),
        warn: Warn::new(move |text| log.warning(text)),
        ..Options::default()
    })
}

fn found(result: Result<Option<String>, TableError>) -> Answer {
    match result {
        Ok(Some(value)) => Answer::Found(value),
        Ok(None) => Answer::Absent,
        Err(error) => Answer::Failed(error.to_string()),
    }
}

fn yes_or_no(result: Result<bool, TableError>) -> Answer {
    match result {
        Ok(true) => Answer::Yes,
        Ok(false) => Answer::No,
        Err(error) => Answer::Failed(error.to_string()),
    }
}

fn fatal(error: TableError) -> Fatal {
    Fatal::new(error.to_string())
}

const FRESH: Duration = Duration::from_secs(3);
const REMEMBERED: usize = 1000;
const REWRITE_CONVERSATIONS: usize = 20;
