//! smtp(8) and lmtp(8) as daemons: what they open, and conversations with the queue manager.

use crate::cache::Cache;
use crate::delivery::Delivery;
use crate::flags::Flags;
use crate::generic::Generic;
use crate::sasl::Sasl;
use crate::settings::Settings;
use crate::tls::Tls;
use config::{Conf, p};
use content::Message;
use dns::Resolver;
use ipc::deliver::Request;
use ipc::{Conversation, IpcError};
use maillog::Log;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use status_filter::StatusFilter;
use std::time::Duration;
use tables::{DomainList, Extensions, Maps, Options, TableError, Warn};

/// smtp(8).
pub struct Smtp(Client);

/// lmtp(8).
pub struct Lmtp(Client);

/// What both are.
pub struct Client {
    /// main.cf.
    pub settings: Settings,
    /// The name servers.
    pub resolver: Resolver,
    /// Passwords.
    pub sasl: Option<Sasl>,
    /// TLS.
    pub tls: Tls,
    /// Sessions kept for the next message.
    pub cache: Cache,
    /// Addresses that change on the way out.
    pub generic: Generic,
    /// `flags=` of master.cf.
    pub flags: Flags,
    /// Other codes and texts for what is reported.
    pub status_filter: StatusFilter,
}

impl Daemon for Smtp {
    type Request = Stream;
    const SPEC: Spec = spec("smtp");

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        Client::open(conf, before, false).map(Self)
    }

    async fn serve(&self, request: Stream, jailed: &Jailed) {
        self.0.serve(request, jailed).await;
    }

    async fn run(&self, jailed: &Jailed) {
        self.0.run(jailed).await;
    }

    async fn retire(&self, _: &Jailed) {
        self.0.cache.hand_over(Duration::ZERO).await;
    }
}

impl Daemon for Lmtp {
    type Request = Stream;
    const SPEC: Spec = spec("lmtp");

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        Client::open(conf, before, true).map(Self)
    }

    async fn serve(&self, request: Stream, jailed: &Jailed) {
        self.0.serve(request, jailed).await;
    }

    async fn run(&self, jailed: &Jailed) {
        self.0.run(jailed).await;
    }

    async fn retire(&self, _: &Jailed) {
        self.0.cache.hand_over(Duration::ZERO).await;
    }
}

const fn spec(name: &'static str) -> Spec {
    let sandbox = Sandbox { writes: &[], data: false, inet: true };
    Spec { name, privilege: Privilege::Owner, sandbox: Some(sandbox), resident: false }
}

impl Client {
    fn open(conf: &Conf, before: &BeforeJail, lmtp: bool) -> Result<Self, Fatal> {
        let flags = Flags::parse(&before.invocation.attributes).map_err(Fatal::new)?;
        let transport = &before.invocation.name;
        let limit = conf.transport(p::DEFAULT_DESTINATION_RECIPIENT_LIMIT, transport)?;
        if (flags.delivered_to || flags.original_to) && limit != 1 {
            let letter = if flags.delivered_to { 'D' } else { 'O' };
            let text = format!("flag `{letter}' requires {transport}_destination_recipient_limit = 1");
            return Err(Fatal::new(text));
        }
        let log = before.log.clone();
        let settings = Settings::from_conf(conf, lmtp)?;
        Self::from_settings(settings, flags, Resolver::system(), Warn::new(move |text| log.warning(text)))
            .map_err(|error| Fatal::new(error.to_string()))
    }

    /// With a resolver of one's own.
    pub fn from_settings(
        settings: Settings,
        flags: Flags,
        resolver: Resolver,
        warn: Warn,
    ) -> Result<Self, TableError> {
        let options = Options { warn: warn.clone(), ..Options::default() };
        let prefix = if settings.lmtp { "lmtp" } else { "smtp" };
        let open = |name: &str, list: &str| Maps::open(&format!("{prefix}_{name}"), list, &options);
        let policies = open("tls_policy_maps", &settings.tls.policy_maps)?;
        let tls = Tls::open(settings.tls.clone(), policies, &|text| options.warn.say(text));
        let sasl = match &settings.sasl {
            Some(sasl) => Some(Sasl::new(sasl.clone(), open("sasl_password_maps", &sasl.passwords)?)),
            None => None,
        };
        let title = format!("{prefix}_connection_cache_destinations");
        let destinations = DomainList::parse(&title, &settings.cache.destinations, true, &options)?;
        let cache =
            Cache::new(settings.cache.clone(), destinations, settings.timeouts.clone(), options.warn.clone());
        let generic = generic(&settings, open("generic_maps", &settings.generic.maps)?, &options)?;
        let title = format!("{prefix}_delivery_status_filter");
        let status_filter = StatusFilter::open(&title, &settings.status_filter, warn)?;
        Ok(Self { settings, resolver, sasl, tls, cache, generic, flags, status_filter })
    }

    /// Ends sessions that nobody needs, and the process when its certificates have changed.
    async fn run(&self, jailed: &Jailed) {
        let renewed = async {
            if let Some(watch) = &self.tls.watch
                && watch.changed().await.is_ok()
            {
                jailed.retire();
            }
        };
        tokio::join!(renewed, self.cache.sweep());
    }

    /// Answers delivery requests until the queue manager hangs up.
    async fn serve(&self, request: Stream, jailed: &Jailed) {
        let Stream::Unix(stream) = request else {
            return jailed.log().warning("delivery requests come by unix-domain sockets only");
        };
        let mut conversation = Conversation::new(stream);
        loop {
            let received: Result<Option<Request>, IpcError> = conversation.receive().await;
            let request = match received {
                Ok(Some(request)) => request,
                Ok(None) => return,
                Err(error) => return jailed.log().warning(format_args!("delivery request: {error}")),
            };
            let _place = jailed.request().await;
            if let Err(error) = self.answer(&mut conversation, &request, &jailed.log().session()).await {
                return jailed.log().warning(format_args!("{}: {error}", request.queue_id));
            }
        }
    }

    /// Answers one request: fates as they become known, then the end.
    pub async fn answer(
        &self,
        conversation: &mut Conversation,
        request: &Request,
        log: &Log,
    ) -> Result<(), IpcError> {
        let descriptor = conversation.take_descriptor().ok_or(IpcError::Malformed("request (no message)"))?;
        let message = Message::new(descriptor, request.data_offset);
        Delivery::new(self, request, &message, log, conversation).run().await
    }
}

fn generic(settings: &Settings, maps: Maps, options: &Options) -> Result<Generic, TableError> {
    let known = &settings.generic;
    let delimiters = known.delimiters.clone();
    let mine = format!("{} {}", known.my_destination, known.my_origin);
    Ok(Generic {
        maps,
        extensions: Extensions { delimiters, owner_request_special: known.owner_request_special },
        propagate: known.propagate,
        my_origin: known.my_origin.clone(),
        mine: DomainList::parse("mydestination", &mine, false, options)?,
        token_limit: known.token_limit,
    })
}
