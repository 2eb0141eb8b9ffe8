//! qmqpd(8): takes one message per connection from clients that `qmqpd_authorized_clients` names, by QMQP, and hands
//! it to cleanup(8). It judges nobody and nothing else, and cannot write the queue.
//!
//! The protocol is `smtp::qmqp`; this room has the sockets, the clock and the log.

mod client;
mod message;
mod session;
mod settings;

use client::Client;
use config::Conf;
use dns::Resolver;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use session::Session;
use settings::Settings;
use std::ffi::OsString;
use std::process::ExitCode;
use tables::HostList;

/// Runs qmqpd(8).
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Qmqpd>(&args)
}

struct Qmqpd {
    settings: Settings,
    authorized: HostList,
    resolver: Resolver,
    cleanup: ipc::Client,
}

impl Daemon for Qmqpd {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "qmqpd",
        privilege: Privilege::Owner,
        // The internet is there for DNS; clients come in through the inherited socket.
        sandbox: Some(Sandbox { writes: &[], data: false, inet: true }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let authorized = settings::authorized_clients(conf, &before.log)?;
        let sessions = match before.invocation.limit {
            0 => usize::MAX,
            limit => limit,
        };
        let cleanup = ipc::Client::new(&settings.cleanup_socket, sessions, settings.ipc_timeout);
        Ok(Self { settings, authorized, resolver: Resolver::system(), cleanup })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let log = jailed.log().session();
        match stream {
            Stream::Inet(stream) | Stream::Passed(stream, _) => {
                let client = Client::of_tcp(&stream, self.settings.log_port, &self.resolver, &log).await;
                Session::new(self, stream, client, log).run().await;
            }
            Stream::Unix(stream) => Session::new(self, stream, Client::local(), log).run().await,
        }
    }
}
