//! One delivery request: site after site, server after server, until every recipient has its fate. This is where
//! "try the next server", "defer" and "bounce" are decided (smtp(8); Postfix's smtp_connect and smtp_trouble).

mod secure;
mod transfer;

use crate::daemon::Client;
use crate::destination::{Destination, Site};
use crate::order::Candidate;
use crate::pass::pass;
use crate::report::{Manner, Report};
use crate::route::{NoRoute, Route, Router};
use crate::session::Session;
use crate::tls::{Level, Policy};
use content::Message;
use ipc::deliver::{Reply, Request};
use ipc::{Conversation, IpcError};
use mail::{Diagnosis, Enhanced, Outcome};
use maillog::Log;
use net::Stream;
use secure::Insecure;
use smtp::client::{Hello, Peer, Trouble};
use std::path::Path;

/// A delivery in progress.
pub struct Delivery<'a> {
    client: &'a Client,
    request: &'a Request,
    message: &'a Message,
    log: &'a Log,
    manager: &'a mut Conversation,
    /// The queue manager can't be told any more.
    lost: Option<IpcError>,
    report: Report<'a>,
    /// The destination as a whole could not be reached.
    unavailable: Option<Diagnosis>,
    /// What happened last to those who are left.
    why: Outcome,
    last: Last,
    /// Sessions to this site are worth keeping.
    keep: bool,
    /// The best exchanger is ourselves.
    loops: bool,
    /// What the site must have of TLS.
    policy: Policy,
}

/// How many chances are left; the last one decides.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    /// No site follows this one.
    site: bool,
    /// No server follows this one.
    server: bool,
}

/// How a site was left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Onward {
    /// The next site may be tried.
    Next,
    /// No other site may be tried.
    Stop,
}

impl<'a> Delivery<'a> {
    /// Begins; fates go to `manager`.
    pub fn new(
        client: &'a Client,
        request: &'a Request,
        message: &'a Message,
        log: &'a Log,
        manager: &'a mut Conversation,
    ) -> Self {
        let settings = &client.settings;
        let (soft_bounce, resolution) = (settings.soft_bounce, settings.resolution);
        let report =
            Report::new(request, log, Manner { soft_bounce, resolution, filter: &client.status_filter });
        let excuse = "server unavailable or unable to receive mail";
        let why = Outcome::Deferred(Diagnosis::new(Enhanced::new(3, 0), excuse));
        let (lost, unavailable, last) = (None, None, Last::default());
        Self {
            client,
            request,
            message,
            log,
            manager,
            lost,
            report,
            unavailable,
            why,
            last,
            keep: false,
            loops: false,
            policy: Policy::none(),
        }
    }

    /// Delivers: afterwards every recipient has its fate, and the queue manager knows it.
    pub async fn run(mut self) -> Result<(), IpcError> {
        self.stop_loops();
        let settings = &self.client.settings;
        match Destination::parse(&self.request.nexthop, settings.lmtp, &settings.fallback) {
            Destination::Unix(path) => self.by_socket(&path).await,
            Destination::Sites(sites) => self.by_sites(&sites).await,
        }
        if self.loops && !self.client.settings.best_mx_transport.is_empty() {
            self.pass_on().await;
        }
        if !self.report.left().is_empty() {
            let outcome = self.why.clone();
            self.note_unavailable(&outcome);
            self.report.settle_rest(&outcome, None, 1);
        }
        self.tell().await;
        match self.lost {
            Some(error) => Err(error),
            None => self.manager.send(&Reply::Done { unavailable: self.unavailable }).await,
        }
    }

    /// `flags=D`: what was delivered to a recipient before comes round again.
    fn stop_loops(&mut self) {
        for (place, recipient) in self.request.recipients.iter().enumerate() {
            if self.client.flags.loops(self.message, recipient) {
                let text = format!("mail forwarding loop for {}", recipient.address);
                let outcome = Outcome::Bounced(Diagnosis::new(Enhanced::new(4, 6), text));
                self.report.settle(place, outcome, None, 1);
            }
        }
    }

    /// Mail whose best exchanger is ourselves goes to `best_mx_transport`.
    async fn pass_on(&mut self) {
        let places = self.report.left().to_vec();
        let transport = &self.client.settings.best_mx_transport;
        for (place, outcome) in pass(self.request, &places, self.message, transport).await {
            self.report.pass_on(place, outcome);
        }
    }

    /// Sends the fates that are known: a recipient whose fate is not told is tried again.
    async fn tell(&mut self) {
        for (index, outcome, relay) in self.report.take().await {
            if let Err(error) = self.manager.feed(&Reply::Recipient { index, outcome, relay }).await {
                self.lost = Some(error);
            }
        }
        if let Err(error) = self.manager.flush().await {
            self.lost = Some(error);
        }
    }

    fn is_over(&self) -> bool {
        self.report.left().is_empty() || self.lost.is_some()
    }

    /// LMTP over a unix-domain socket: one server, which is the last. It needs no TLS.
    async fn by_socket(&mut self, path: &Path) {
        self.last.site = true;
        let host = self.client.settings.my_hostname.clone();
        let place = path.display().to_string();
        let peer = Peer { host, address: place.clone(), port: None };
        self.keep = self.client.cache.is_busy(&place, &place).await.unwrap_or(false);
        self.by_kept_session(&place).await;
        if self.is_over() {
            return;
        }
        self.last.server = true;
        match net::connect_unix(path, self.client.settings.timeouts.connect).await {
            Ok(stream) => {
                self.session_of(stream, peer, &place, false, true).await;
            }
            // The delivery line says it all: there is no other server to tell from.
            Err(error) => self.why = no_connection(&peer, &error),
        }
    }

    async fn by_sites(&mut self, sites: &[String]) {
        for (place, text) in sites.iter().enumerate() {
            self.last.site = place + 1 == sites.len();
            if self.is_over() || self.site(text).await == Onward::Stop {
                break;
            }
        }
        self.excuse_own_configuration(sites);
    }

    async fn site(&mut self, text: &str) -> Onward {
        let site =
            match Site::parse(text, &self.client.settings.service, &self.client.settings.known_tcp_ports) {
                Ok(site) => site,
                Err(why) => {
                    self.log.warning(&why);
                    self.why = Outcome::Deferred(Diagnosis::new(Enhanced::new(3, 5), why));
                    return Onward::Next;
                }
            };
        self.policy = match self.client.tls.policy(text, &site.name, self.log).await {
            Ok(policy) => policy,
            Err(why) => {
                self.why = Outcome::Deferred(Diagnosis::new(Enhanced::new(7, 5), why));
                return Onward::Next;
            }
        };
        let place = self.place(text);
        self.keep = self.client.cache.is_busy(&place, &site.name).await.unwrap_or(false);
        self.by_kept_session(&place).await;
        if self.is_over() {
            return Onward::Next;
        }
        let settings = &self.client.settings;
        let limit = settings.address_limit;
        let router =
            Router { resolver: &self.client.resolver, routing: &settings.routing, log: self.log, limit };
        match router.find(&site).await {
            Ok(route) => self.servers(&site, text, route).await,
            Err(NoRoute { outcome, loops }) => {
                self.loops = loops && matches!(outcome, Outcome::Bounced(_));
                self.why = outcome;
                if loops { Onward::Stop } else { Onward::Next }
            }
        }
    }

    /// What a kept session must share with this delivery: the destination, and the sender when passwords
    /// depend on it.
    fn place(&self, text: &str) -> String {
        let by_sender = self.client.settings.sasl.as_ref().is_some_and(|sasl| sasl.by_sender);
        if by_sender { format!("{text} {}", self.request.sender) } else { text.to_owned() }
    }

    /// Tries a session that an earlier message left open. It is never the last chance.
    async fn by_kept_session(&mut self, place: &str) {
        while self.keep
            && let Some(mut session) = self.client.cache.take(place).await
        {
            if session.reset().await.is_ok() {
                self.last.server = false;
                return self.transfer(session, place).await;
            }
        }
    }

    /// Tries a session to this server that was opened for another destination. It is never the last chance either.
    async fn by_kept_endpoint(&mut self, candidate: &Candidate, port: u16, place: &str) {
        let peer = Peer { host: candidate.host.clone(), address: candidate.ip.to_string(), port: Some(port) };
        let Some(endpoint) = self.endpoint(&peer).filter(|_| self.keep) else { return };
        while let Some(mut session) = self.client.cache.take_endpoint(&endpoint).await {
            if session.reset().await.is_ok() {
                session.peer = peer;
                self.last.server = false;
                return self.transfer(session, place).await;
            }
        }
    }

    /// The name of a server for the cache; None when sessions to it differ from one another. A session in clear must
    /// not serve a destination whose mail has to be encrypted.
    fn endpoint(&self, peer: &Peer) -> Option<String> {
        let level = match self.policy.level {
            Level::None => "none",
            Level::May => "may",
            _ => return None,
        };
        let alike = self.client.settings.sasl.is_none();
        alike.then(|| format!("{} {} {level}", peer.address, peer.port.unwrap_or_default()))
    }

    async fn servers(&mut self, site: &Site, nexthop: &str, route: Route) -> Onward {
        // An exchanger of a domain must not hand its mail to hosts that are none.
        self.last.site |= route.we_are_exchanger;
        let settings = &self.client.settings;
        let (address_limit, session_limit) = (limit(settings.address_limit), limit(settings.session_limit));
        let mut sessions = 0;
        for (place, candidate) in route.candidates.iter().enumerate().take(address_limit) {
            if self.is_over() {
                break;
            }
            self.by_kept_endpoint(candidate, site.port, &self.place(nexthop)).await;
            if self.is_over() {
                break;
            }
            let last = place + 1 == route.candidates.len() || place + 1 == address_limit;
            self.last.server = self.last.site && last;
            let best = candidate.preference == route.best;
            if let Some((stream, peer)) = self.connect(candidate, site.port).await {
                // Only sessions that got as far as mail count.
                let final_session = sessions + 1 == session_limit;
                sessions += usize::from(self.session_of(stream, peer, nexthop, best, final_session).await);
                if sessions == session_limit {
                    break;
                }
            }
        }
        if route.we_are_exchanger { Onward::Stop } else { Onward::Next }
    }

    async fn connect(&mut self, candidate: &Candidate, port: u16) -> Option<(Stream, Peer)> {
        let settings = &self.client.settings;
        let Candidate { host, ip, .. } = candidate;
        let peer = Peer { host: host.clone(), address: ip.to_string(), port: Some(port) };
        match net::connect((*ip, port).into(), settings.source, settings.timeouts.connect).await {
            Ok(stream) => Some((stream, peer)),
            Err(error) => {
                self.why = no_connection(&peer, &error);
                self.log.info(&self.why.diagnosis().reason);
                None
            }
        }
    }

    /// A session that is the last one when it gets as far as mail and `final_session` says so.
    async fn session_of(
        &mut self,
        stream: Stream,
        peer: Peer,
        nexthop: &str,
        best: bool,
        final_session: bool,
    ) -> bool {
        let policy = self.policy.clone();
        let mut greeted = self.greet(stream, peer.clone(), nexthop, best, &policy).await;
        if let Err(Insecure::GoInClear) = greeted {
            let Some(again) = self.connect_again(&peer).await else { return false };
            greeted = self.greet(again, peer.clone(), nexthop, best, &Policy::none()).await;
        }
        let session = match greeted {
            Ok(session) => session,
            Err(Insecure::Trouble(trouble)) => {
                self.on_trouble(&trouble, &peer, 1);
                return false;
            }
            Err(Insecure::GoInClear) => return false,
        };
        self.last.server |= self.last.site && final_session;
        self.transfer(session, &self.place(nexthop)).await;
        true
    }

    /// The same server once more, for a session in clear.
    async fn connect_again(&mut self, peer: &Peer) -> Option<Stream> {
        let (ip, port) = (peer.address.parse().ok()?, peer.port?);
        let candidate = Candidate { host: peer.host.clone(), ip, preference: 0 };
        self.connect(&candidate, port).await.map(|(stream, _)| stream)
    }

    /// Opens a session: TLS as the policy says, authentication when there is a password.
    async fn greet(
        &self,
        stream: Stream,
        peer: Peer,
        nexthop: &str,
        best: bool,
        policy: &Policy,
    ) -> Result<Session, Insecure> {
        let hello = self.hello(&peer, best);
        let timeouts = self.client.settings.timeouts.clone();
        let stream = self.wrapped(stream, &peer, nexthop, policy).await.map_err(Insecure::Trouble)?;
        let opened = Session::open(stream, peer, hello.clone(), timeouts, self.log).await;
        let mut session = opened.map_err(Insecure::Trouble)?;
        let mut ready = self.secure(&mut session, hello, nexthop, policy).await;
        if ready.is_ok() {
            ready = self.log_in(&mut session, nexthop).await.map_err(Insecure::Trouble);
        }
        match ready {
            Ok(()) => Ok(session),
            Err(why) => {
                session.quit(false).await;
                Err(why)
            }
        }
    }

    async fn log_in(&self, session: &mut Session, nexthop: &str) -> Result<(), Trouble> {
        let Some(sasl) = &self.client.sasl else { return Ok(()) };
        let plan = sasl
            .plan(&self.request.sender, &session.peer, nexthop, &session.features, session.tls.as_ref())
            .await?;
        match plan {
            Some((mechanism, credentials)) => session.authenticate(mechanism, credentials).await,
            None => Ok(()),
        }
    }

    fn hello(&self, peer: &Peer, best: bool) -> Hello {
        let settings = &self.client.settings;
        let may_be_us = peer.port == Some(25);
        Hello {
            name: settings.hello_name.clone(),
            lmtp: settings.lmtp,
            greeting: settings.greeting,
            skip_5xx: settings.skip_5xx,
            hidden: settings.hidden.clone(),
            own_name: may_be_us.then(|| settings.my_hostname.clone()),
            best,
            nexthop: self.request.nexthop.clone(),
        }
    }

    fn on_recipient_trouble(&mut self, place: usize, trouble: &Trouble, session: &Session, again: bool) {
        let outcome = trouble.outcome(&session.peer);
        if self.may_try_another(&outcome) {
            if !again {
                self.log.info(format_args!("{}: {}", self.request.queue_id, outcome.diagnosis().reason));
            }
            self.why = outcome;
            return;
        }
        if trouble.is_session() {
            self.note_unavailable(&outcome);
        }
        self.report.settle(place, outcome, Some(&session.peer), session.uses);
    }

    /// Trouble that concerns everybody who is left.
    fn on_trouble(&mut self, trouble: &Trouble, peer: &Peer, uses: u32) {
        let outcome = trouble.outcome(peer);
        if self.may_try_another(&outcome) {
            self.log.info(format_args!("{}: {}", self.request.queue_id, outcome.diagnosis().reason));
            self.why = outcome;
            return;
        }
        if trouble.is_session() {
            self.note_unavailable(&outcome);
        }
        self.report.settle_rest(&outcome, Some(peer), uses);
    }

    fn may_try_another(&self, outcome: &Outcome) -> bool {
        matches!(outcome, Outcome::Deferred(_)) && !self.last.server
    }

    fn note_unavailable(&mut self, outcome: &Outcome) {
        if let Outcome::Deferred(diagnosis) = outcome {
            self.unavailable = Some(diagnosis.clone());
        }
    }

    /// A relay or fallback relay that can't be found is our own mistake: mail waits until it is repaired.
    fn excuse_own_configuration(&mut self, sites: &[String]) {
        let settings = &self.client.settings;
        if self.report.left().is_empty() || !matches!(self.why, Outcome::Bounced(_)) {
            return;
        }
        let prefix = if settings.lmtp { "lmtp" } else { "smtp" };
        let culprit = match sites.first() {
            _ if !settings.fallback.is_empty() && self.last.site => format!("{prefix}_fallback_relay"),
            Some(first) if !settings.lmtp && *first == settings.relayhost => "relayhost".to_owned(),
            _ => return,
        };
        self.log.warning(format_args!("{culprit} configuration problem"));
        let mut diagnosis = self.why.diagnosis().clone();
        diagnosis.enhanced = Enhanced::new(3, 5);
        self.why = Outcome::Deferred(diagnosis);
    }
}

fn no_connection(peer: &Peer, error: &std::io::Error) -> Outcome {
    let text = format!("connect to {}: {}", peer.name_with_port(), net::reason(error));
    Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 1), text))
}

/// 0 in main.cf means "no limit".
fn limit(number: usize) -> usize {
    if number == 0 { usize::MAX } else { number }
}
