//! anvil(8): counts connections and what clients ask for, on behalf of servers that limit them. What is too much is
//! the servers' business. Nothing is kept on disk.

mod ledger;

use config::{Conf, p};
use ipc::anvil::{Received, Reply, Service};
use ledger::{Ledger, Registered};
use os::clock::Local;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::cell::RefCell;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};
use tokio::net::UnixStream;
use tokio::time::interval;

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Anvil>(&args)
}

struct Anvil {
    ledger: RefCell<Ledger>,
    /// `anvil_rate_time_unit`.
    time_unit: Duration,
    /// `anvil_status_update_time`.
    status_update: Duration,
}

impl Daemon for Anvil {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "anvil",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        // An end would forget who is connected.
        resident: true,
    };

    fn open(conf: &Conf, _: &BeforeJail) -> Result<Self, Fatal> {
        let time_unit = conf.get(p::ANVIL_RATE_TIME_UNIT)?;
        let seconds = i64::try_from(time_unit.as_secs()).unwrap_or(i64::MAX);
        Ok(Self {
            ledger: RefCell::new(Ledger::new(seconds)),
            time_unit,
            status_update: conf.get(p::ANVIL_STATUS_UPDATE_TIME)?,
        })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let Stream::Unix(stream) = stream else {
            return jailed.log().warning("anvil requests come by unix-domain sockets only");
        };
        let mut registered = Registered::default();
        self.listen(stream, &mut registered, jailed).await;
        self.ledger.borrow_mut().hang_up(registered);
    }

    async fn run(&self, jailed: &Jailed) {
        let mut status = interval(self.status_update);
        let mut sweep = interval(self.time_unit);
        // The first tick of an interval comes at once.
        status.tick().await;
        loop {
            tokio::select! {
                _ = status.tick() => self.tell(jailed),
                _ = sweep.tick() => self.ledger.borrow_mut().sweep(now()),
            }
        }
    }

    async fn retire(&self, jailed: &Jailed) {
        self.tell(jailed);
    }
}

impl Anvil {
    /// Answers requests until the peer hangs up, or says something that is none.
    async fn listen(&self, stream: UnixStream, registered: &mut Registered, jailed: &Jailed) {
        let Ok(mut service) = Service::new(stream).await else { return };
        loop {
            let reply = match service.receive().await {
                Ok(Received::Request(request)) => {
                    self.ledger.borrow_mut().note(request.event, &request.ident, registered, now())
                }
                Ok(Received::Unknown(name)) => {
                    jailed.log().warning(format_args!("unrecognized request: \"{name}\", ignored"));
                    Reply::Unknown
                }
                Ok(Received::Malformed(text)) => return jailed.log().warning(text),
                Ok(Received::End) | Err(_) => return,
            };
            if service.send(reply).await.is_err() {
                return;
            }
        }
    }

    fn tell(&self, jailed: &Jailed) {
        let lines = self.ledger.borrow_mut().statistics(|at| Local::from_seconds(at).syslog());
        lines.iter().for_each(|line| jailed.log().info(line));
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
