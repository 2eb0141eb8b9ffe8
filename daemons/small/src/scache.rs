//! scache(8): keeps connections of smtp(8) and lmtp(8) that wait for their next message. It gives them out again with
//! what was said about them, and closes them when their time is over, without a word to the server at the other end.
//! It neither reads nor writes them.

mod store;

use config::{Conf, p};
use ipc::scache::{Reply, Request};
use ipc::{Conversation, IpcError};
use maillog::Log;
use os::clock::Local;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::os::fd::{AsFd, OwnedFd};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};
use store::Store;

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Scache>(&args)
}

struct Scache {
    store: RefCell<Store<OwnedFd>>,
    /// `connection_cache_ttl_limit`.
    ttl_limit: Duration,
    /// `connection_cache_status_update_time`.
    report_every: Duration,
    /// When the statistics began.
    since: Cell<SystemTime>,
    log: Log,
}

impl Daemon for Scache {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "scache",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        Ok(Self {
            store: RefCell::default(),
            ttl_limit: conf.get(p::CONNECTION_CACHE_TTL_LIMIT)?,
            report_every: conf.get(p::CONNECTION_CACHE_STATUS_UPDATE_TIME)?,
            since: Cell::new(SystemTime::now()),
            log: before.log.clone(),
        })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let Stream::Unix(stream) = stream else {
            return jailed.log().warning("scache is open to the network; see master.cf");
        };
        if let Err(error) = self.answer(Conversation::new(stream), jailed).await {
            jailed.log().warning(error);
        }
    }

    async fn run(&self, _: &Jailed) {
        let mut report = Instant::now() + self.report_every;
        loop {
            tokio::time::sleep(TICK).await;
            let now = Instant::now();
            self.store.borrow_mut().expire(now);
            if now >= report {
                self.report();
                report = now + self.report_every;
            }
        }
    }

    async fn retire(&self, _: &Jailed) {
        self.report();
    }
}

impl Scache {
    /// Answers until the client hangs up.
    async fn answer(&self, mut peer: Conversation, jailed: &Jailed) -> Result<(), IpcError> {
        loop {
            let request = match peer.receive::<Request>().await {
                Ok(Some(request)) => request,
                Ok(None) | Err(IpcError::Stream(_)) => return Ok(()),
                Err(error) => return Err(error),
            };
            let _place = jailed.request().await;
            let connection = peer.take_descriptor();
            let (reply, connection) = self.respond(request, connection, Instant::now());
            let sent = match connection {
                Some(connection) => peer.send_with(&reply, connection.as_fd()).await,
                None => peer.send(&reply).await,
            };
            if sent.is_err() {
                return Ok(());
            }
        }
    }

    fn respond(
        &self,
        request: Request,
        connection: Option<OwnedFd>,
        now: Instant,
    ) -> (Reply, Option<OwnedFd>) {
        let mut store = self.store.borrow_mut();
        let until = |ttl: Duration| now + ttl.min(self.ttl_limit);
        let found = match (request, connection) {
            (Request::SaveEndpoint { ttl, endpoint, properties }, Some(connection)) => {
                store.save_endpoint(endpoint, properties, connection, until(ttl), now);
                return (Reply::Saved, None);
            }
            (Request::SaveEndpoint { .. }, None) => return (Reply::Bad, None),
            (Request::SaveDestination { ttl, destination, endpoint }, _) => {
                store.save_destination(destination, endpoint, until(ttl), now);
                return (Reply::Saved, None);
            }
            (Request::FindEndpoint(endpoint), _) => store.find_endpoint(&endpoint, now),
            (Request::FindDestination(destination), _) => store.find_destination(&destination, now),
        };
        match found {
            Some((properties, connection)) => (Reply::Found(properties), Some(connection)),
            None => (Reply::NotFound, None),
        }
    }

    /// Logs what happened since the last report, if anything did.
    fn report(&self) {
        let lines = self.store.borrow_mut().statistics();
        let since = self.since.replace(SystemTime::now());
        if lines.is_empty() {
            return;
        }
        let seconds = since.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let start = Local::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)).syslog();
        self.log.info(format_args!("statistics: start interval {start}"));
        lines.iter().for_each(|line| self.log.info(format_args!("statistics: {line}")));
    }
}

const TICK: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_connection_comes_back_with_what_was_said_about_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let log = Log::open("t", maillog::Sink::file(std::fs::File::create(&path).unwrap()), false);
        let scache = Scache {
            store: RefCell::default(),
            ttl_limit: Duration::from_secs(2),
            report_every: Duration::from_secs(600),
            since: Cell::new(SystemTime::UNIX_EPOCH),
            log,
        };
        let now = Instant::now();
        let (mut far, near) = UnixStream::pair().unwrap();
        let ttl = Duration::from_secs(100);
        let save = Request::SaveEndpoint { ttl, endpoint: "e".into(), properties: b"p".to_vec() };
        assert_eq!(scache.respond(save.clone(), None, now).0, Reply::Bad);
        assert_eq!(scache.respond(save.clone(), Some(near.into()), now).0, Reply::Saved);
        let bind = Request::SaveDestination { ttl, destination: "d".into(), endpoint: "e".into() };
        assert_eq!(scache.respond(bind, None, now).0, Reply::Saved);
        let (reply, connection) = scache.respond(Request::FindDestination("d".into()), None, now);
        assert_eq!(reply, Reply::Found(b"p".to_vec()));
        let mut near = UnixStream::from(connection.unwrap());
        near.write_all(b"x").unwrap();
        let mut byte = [0];
        far.read_exact(&mut byte).unwrap();

        // The server's own limit is shorter than the client's wish; what is over is closed.
        assert_eq!(scache.respond(save, Some(near.into()), now).0, Reply::Saved);
        scache.store.borrow_mut().expire(now + Duration::from_secs(3));
        assert_eq!(far.read(&mut byte).unwrap(), 0);
        scache.report();
        let log = std::fs::read_to_string(&path).unwrap();
        assert!(log.contains("statistics: start interval Jan  1 "), "{log}");
        assert!(log.contains("statistics: domain lookup hits=1 miss=0 success=100%"), "{log}");
    }
}
