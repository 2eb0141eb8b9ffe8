//! One client, from its connection to the hand-over or the end.

use crate::Postscreen;
use crate::crowd::Present;
use crate::lookups::Access;
use crate::memory::now;
use crate::settings::Patience;
use ipc::pass::Endpoints;
use mail::Reply;
use maillog::{Log, seconds};
use net::{NoOrigin, Stream};
use screen::{Pass, Trial, Verdict};
use smtp::haproxy::Origin;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A client and its connection.
pub(crate) struct Visit<'a> {
    pub(crate) daemon: &'a Postscreen,
    pub(crate) log: &'a Log,
    pub(crate) client: SocketAddr,
    /// `[address]:port`.
    pub(crate) label: String,
    server: SocketAddr,
    /// A proxy told the ends of the connection.
    proxied: bool,
    present: Present<'a>,
    pub(crate) stream: Stream,
}

/// The visit ended before its tests did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Over;

impl<'a> Visit<'a> {
    /// Finds out who comes. None when nobody does.
    pub(crate) async fn begin(daemon: &'a Postscreen, stream: TcpStream, log: &'a Log) -> Option<Self> {
        let (mut client, mut server) = (stream.peer_addr().ok()?, stream.local_addr().ok()?);
        let mut proxied = false;
        if let Some(limit) = daemon.settings.proxy {
            match net::read_origin(&stream, limit, daemon.settings.families).await {
                Ok(Origin::Local) => {}
                Ok(Origin::Proxied { client: c, server: s }) => (client, server, proxied) = (c, s, true),
                Err(why) => {
                    let why = match why {
                        NoOrigin::Time => "time limit exceeded".to_owned(),
                        NoOrigin::Fault(text) => text,
                    };
                    log.warning(format_args!("haproxy read: {why}"));
                    let text = daemon.finished(no_resources(), client, log).await;
                    write(&mut Stream::Tcp(stream), &text).await;
                    return None;
                }
            }
        }
        let (client, server) = (canonical(client), canonical(server));
        let label = label(client);
        log.info(format_args!("CONNECT from {label} to {}", self::label(server)));
        let present = daemon.crowd.enter(client.ip());
        let _ = stream.set_nodelay(true);
        Some(Self { daemon, log, client, label, server, proxied, present, stream: Stream::Tcp(stream) })
    }

    /// Serves the client.
    pub(crate) async fn run(self) {
        if self.present.is_too_much() {
            self.log.info(format_args!("NOQUEUE: reject: CONNECT from {}: too many connections", self.label));
            return self.part(Reply::new(421, 7, 0, "Error: too many connections")).await;
        }
        if self.daemon.crowd.servers_are_busy() {
            self.log
                .info(format_args!("NOQUEUE: reject: CONNECT from {}: all server ports busy", self.label));
            return self.part(Reply::new(421, 3, 2, "All server ports are busy")).await;
        }
        let access = self.daemon.lookups.access(self.client.ip(), self.log).await;
        let words = &self.daemon.settings.words;
        match access {
            Access::Permit => {
                self.note(words.allowlisted);
                return self.hand_over().await;
            }
            Access::Reject => self.note(words.denylisted),
            Access::Unlisted => {}
        }
        let stamps = self.daemon.memory.recall(self.client.ip(), self.log).await;
        let mut trial = Trial::new(self.daemon.settings.rules.clone(), stamps, now());
        if access == Access::Reject
            && let Verdict::Drop(reply) = trial.deny(self.daemon.settings.denylist_action)
        {
            return self.part(reply).await;
        }
        if trial.is_clear() && !trial.needs_engine() {
            if trial.is_known() {
                self.note("PASS OLD");
            }
            return self.hand_over().await;
        }
        self.try_out(trial).await;
    }

    /// The client must show what it is.
    async fn try_out(mut self, mut trial: Trial) {
        if !self.daemon.lookups.gives_passes(self.server.ip(), self.log).await {
            self.note(self.daemon.settings.words.veto);
            trial.veto();
        }
        if self.present.met_a_full_house() {
            self.log.info(format_args!("reject: connect from {}: all screening ports busy", self.label));
            return self.part(Reply::new(421, 3, 2, "All screening ports are busy")).await;
        }
        let mut tried = false;
        let over = self.before_greeting(&mut trial).await.is_err();
        if !over && trial.needs_engine() {
            tried = self.converse(&mut trial).await;
        } else if !over {
            self.conclude(trial, false).await;
            return self.hand_over().await;
        }
        self.conclude(trial, tried).await;
        self.disconnect().await;
    }

    /// Logs a pass, and remembers how the client did.
    async fn conclude(&self, trial: Trial, tried: bool) {
        let (pass, stamps) = trial.conclude(now(), tried);
        match pass {
            Some(Pass::New) if self.present.passes_first() => self.note("PASS NEW"),
            Some(_) => self.note("PASS OLD"),
            None => {}
        }
        if let Some(stamps) = stamps {
            self.daemon.memory.keep(self.client.ip(), &stamps, self.log).await;
        }
    }

    /// `WORD [address]:port`.
    fn note(&self, word: &str) {
        self.log.info(format_args!("{word} {}", self.label));
    }

    /// The client hung up on us.
    pub(crate) fn note_hangup(&self, since: Instant, place: &str) {
        self.log.info(format_args!("HANGUP after {} from {} in {place}", self.passed(since), self.label));
    }

    /// The time since then, as logs show it.
    pub(crate) fn passed(&self, since: Instant) -> String {
        seconds(since.elapsed().as_secs_f64(), self.daemon.settings.resolution)
    }

    /// How long the client may take now.
    pub(crate) fn patience(&self) -> Patience {
        let settings = &self.daemon.settings;
        if self.daemon.crowd.is_stressed() { settings.hurried } else { settings.calm }
    }

    pub(crate) fn address(&self) -> IpAddr {
        self.client.ip()
    }

    /// Says something to the client.
    pub(crate) async fn say(&mut self, reply: Reply) {
        let text = self.daemon.finished(reply, self.client, self.log).await;
        self.write(&text).await;
    }

    pub(crate) async fn write(&mut self, text: &str) {
        write(&mut self.stream, text).await;
    }

    /// Says a last word.
    async fn part(mut self, reply: Reply) {
        self.say(reply).await;
        self.disconnect().await;
    }

    async fn disconnect(mut self) {
        self.present.tests_are_over();
        close(&mut self.stream).await;
        self.note("DISCONNECT");
    }

    /// Gives the connection to an SMTP server.
    async fn hand_over(mut self) {
        self.present.tests_are_over();
        let _waiting = self.daemon.crowd.wait_for_server();
        let ends = Endpoints { client: self.client, server: self.server };
        let Stream::Tcp(stream) = &self.stream else { return };
        let settings = &self.daemon.settings;
        let given = crate::handover::give(
            stream,
            self.proxied.then_some(ends),
            &settings.smtpd,
            settings.ipc_timeout,
        );
        if let Err(error) = given.await {
            self.log.warning(error);
            self.part(no_resources()).await;
        }
    }
}

/// `[address]:port`.
fn label(end: SocketAddr) -> String {
    format!("[{}]:{}", end.ip(), end.port())
}

/// An IPv4 client of an IPv6 socket is an IPv4 client.
fn canonical(end: SocketAddr) -> SocketAddr {
    SocketAddr::new(end.ip().to_canonical(), end.port())
}

fn no_resources() -> Reply {
    Reply::new(421, 3, 2, "No system resources")
}

/// A client that doesn't listen loses what we say.
async fn write(stream: &mut Stream, text: &str) {
    let _ = tokio::time::timeout(WRITE_PATIENCE, stream.write_all(text.as_bytes())).await;
}

/// Closing a connection with unread input would tear our last words from the client's hands (RFC 9293 3.10.7.4): what has
/// come is read.
async fn close(stream: &mut Stream) {
    let _ = tokio::time::timeout(WRITE_PATIENCE, stream.shutdown()).await;
    if let Stream::Tcp(stream) = stream {
        let mut unread = [0; 4096];
        for _ in 0..MOST_UNREAD {
            if !matches!(stream.try_read(&mut unread), Ok(count) if count > 0) {
                break;
            }
        }
    }
}

const WRITE_PATIENCE: Duration = Duration::from_secs(10);
const MOST_UNREAD: usize = 16;
