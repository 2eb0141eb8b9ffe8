//! smtpd(8): speaks SMTP with clients, judges what they want by the restriction lists, and streams accepted mail to
//! cleanup(8). It cannot write the queue, and as a daemon it runs nothing.
//!
//! The conversation itself is `smtp::server`, the judgement is `policy`; this room has the sockets, the clock, the
//! tables and the log.

mod auth;
mod content;
mod conversation;
mod crowd;
mod judge;
mod limits;
mod lookups;
mod message;
mod names;
mod notice;
mod peer;
mod policy_service;
mod postdrop;
mod proxy;
mod replies;
mod report;
mod settings;
mod standalone;
#[cfg(test)]
mod tests;
mod tls;
mod trust;
mod verify;
mod wire;

use conversation::Conversation;
use ipc::pass::Endpoints;
use limits::Limits;
use lookups::Lookups;
use maillog::Log;
use net::NoOrigin;
use peer::Peer;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use settings::Settings;
use smtp::haproxy::Origin;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpStream;

/// Runs smtpd(8). With `-S` (`sendmail -bs`) it talks to standard input and output.
pub fn main(args: Vec<OsString>) -> ExitCode {
    if args.iter().any(|arg| arg == "-S") { standalone::main() } else { service::main::<Smtpd>(&args) }
}

struct Smtpd {
    settings: Settings,
    lookups: Lookups,
    limits: Limits,
    intake: Intake,
    /// None when it is not wanted.
    tls: Option<tls::Tls>,
}

/// Who takes the mail.
enum Intake {
    /// cleanup(8).
    Cleanup(ipc::Client),
    /// postdrop(1), this program: we run for a user of this machine, whose mail is judged when it is picked up.
    Postdrop(PathBuf),
}

impl Daemon for Smtpd {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "smtpd",
        privilege: Privilege::Owner,
        // The internet is there for DNS; clients come in through the inherited socket.
        sandbox: Some(Sandbox { writes: &[], data: false, inet: true }),
        resident: false,
    };

    fn open(conf: &config::Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let lookups = Lookups::open(conf, &settings, &before.log)?;
        let limits = Limits::open(conf, &settings, &before.log)?;
        let tls = settings::tls::Settings::from_conf(conf)?
            .map(|tls| tls::Tls::open(tls, &lookups::options(conf, &before.log)?, &before.log))
            .transpose()?;
        let sessions = match before.invocation.limit {
            0 => usize::MAX,
            limit => limit,
        };
        let cleanup = ipc::Client::new(&settings.cleanup_socket, sessions, settings.ipc_timeout);
        Ok(Self { settings, lookups, limits, intake: Intake::Cleanup(cleanup), tls })
    }

    async fn run(&self, jailed: &Jailed) {
        let outlive = async {
            if let Some(tls) = &self.tls {
                tls.outlive(jailed).await;
            }
        };
        tokio::join!(outlive, self.make_room(jailed));
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let log = jailed.log().session();
        match stream {
            Stream::Inet(stream) => self.serve_proxied(stream, log).await,
            // postscreen(8) has listened to the proxy, if there is one.
            Stream::Passed(stream, handover) => self.serve_network(stream, handover.endpoints, log).await,
            Stream::Unix(stream) => Conversation::new(self, stream, Peer::local(), log).run().await,
        }
    }
}

impl Smtpd {
    /// When all places are taken, silent clients must go, so that they keep nobody out.
    async fn make_room(&self, jailed: &Jailed) {
        loop {
            jailed.filled().await;
            self.limits.crowd.let_one_go();
            tokio::time::sleep(BETWEEN_FAREWELLS).await;
        }
    }

    async fn serve_network(&self, stream: TcpStream, told: Option<Endpoints>, log: Log) {
        let peer = Peer::of_tcp(&stream, told, &self.settings, self.lookups.resolver(), &log).await;
        // A reply that waits for the client's acknowledgement of the one before helps nobody.
        let _ = stream.set_nodelay(true);
        Conversation::new(self, stream, peer, log).run().await;
    }

    /// A client that may stand behind a proxy (`smtpd_upstream_proxy_protocol`).
    async fn serve_proxied(&self, stream: TcpStream, log: Log) {
        let Some(limit) = self.settings.upstream_proxy else {
            return self.serve_network(stream, None, log).await;
        };
        let why = match net::read_origin(&stream, limit, self.settings.proxy_families).await {
            Ok(Origin::Local) => return self.serve_network(stream, None, log).await,
            Ok(Origin::Proxied { client, server }) => {
                return self.serve_network(stream, Some(Endpoints { client, server }), log).await;
            }
            Err(NoOrigin::Time) => "timeout error".to_owned(),
            Err(NoOrigin::Fault(text)) => text,
        };
        log.warning(format_args!("haproxy read: {why}"));
        let peer = Peer::of_tcp(&stream, None, &self.settings, self.lookups.resolver(), &log).await;
        Conversation::new(self, stream, peer, log).turn_away().await;
    }
}

/// Time for one to leave and another to take the place.
const BETWEEN_FAREWELLS: Duration = Duration::from_millis(50);
