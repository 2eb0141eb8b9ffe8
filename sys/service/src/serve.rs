//! The life of a daemon process: the order of start, the loop, the end.

use crate::control::{Control, word};
use crate::endpoint::{Arriving, Endpoint};
use crate::gauge::Gauge;
use crate::{BeforeJail, Daemon, Fatal, Invocation, Jailed, Request, ServiceType, Stream, jail};
use config::{Conf, p};
use ipc::{Conversation, IpcError};
use maillog::{Log, Sink};
use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// Runs a daemon as master(8) started it. `args` are those after the program name.
pub fn main<D: Daemon>(args: &[OsString]) -> ExitCode {
    let fallback = Log::open(format!("postfix/{}", D::SPEC.name), Sink::syslog("mail"), false);
    match run::<D>(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err((log, fatal)) => {
            log.unwrap_or(fallback).fatal(fatal);
            ExitCode::FAILURE
        }
    }
}

type Failure = (Option<Log>, Fatal);

fn run<D: Daemon>(args: &[OsString]) -> Result<(), Failure> {
    os::jail::private_umask();
    let early = |fatal| (None, fatal);
    let invocation = Invocation::parse(args).map_err(early)?;
    let inherited = Inherited::take(&invocation).map_err(early)?;
    let config_directory = conf::config_directory(None);
    let conf = configure::<D>(&config_directory, &invocation).map_err(early)?;
    let log = conf::open_log(&conf, D::SPEC.name).map_err(|fault| early(fault.into()))?;
    let late = |fatal| (Some(log.clone()), fatal);
    announce_proxymap(&conf).map_err(late)?;
    let before = prepare(&conf, config_directory, invocation, &log).map_err(late)?;
    let daemon = D::open(&conf, &before).map_err(late)?;
    let inet = daemon.needs_inet();
    jail::enter(&D::SPEC, &before, &conf, &daemon.more_writes(), inet).map_err(late)?;
    let life = Life::new(&conf, D::SPEC.resident || D::ALL_CLIENTS).map_err(late)?;
    serve(daemon, &before, inherited, life).map_err(late)
}

fn configure<D: Daemon>(directory: &Path, invocation: &Invocation) -> Result<Conf, Fatal> {
    let mut overrides = vec![("process_name", D::SPEC.name), ("service_name", &invocation.name)];
    overrides.extend(invocation.overrides.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Ok(conf::load(directory, overrides)?)
}

/// Tables behind `proxy:` are asked for at this socket, from within a jail too.
fn announce_proxymap(conf: &Conf) -> Result<(), Fatal> {
    let (read, write) = (conf.get(p::PROXYMAP_SERVICE_NAME)?, conf.get(p::PROXYWRITE_SERVICE_NAME)?);
    let timeout = conf.get(p::IPC_TIMEOUT)?;
    tables::proxy::Services::new(Path::new("private"), &read, &write, timeout).announce();
    Ok(())
}

fn prepare(
    conf: &Conf,
    config_directory: PathBuf,
    invocation: Invocation,
    log: &Log,
) -> Result<BeforeJail, Fatal> {
    let queue_directory = PathBuf::from(conf.get(p::QUEUE_DIRECTORY)?);
    std::env::set_current_dir(&queue_directory)
        .map_err(|e| Fatal::new(format!("chdir {}: {e}", queue_directory.display())))?;
    os::jail::raise_file_limit()?;
    Ok(BeforeJail { invocation, config_directory, queue_directory, log: log.clone() })
}

/// The descriptors that master passed.
struct Inherited {
    control: OwnedFd,
    sockets: Vec<OwnedFd>,
}

impl Inherited {
    fn take(invocation: &Invocation) -> Result<Self, Fatal> {
        let missing = || Fatal::new("this program is started by master(8): its sockets are missing");
        let first = os::spawn::FIRST_TARGET;
        let control = os::spawn::inherited(first).ok_or_else(missing)?;
        let sockets = (0..invocation.sockets as i32)
            .map(|place| os::spawn::inherited(first + 1 + place).ok_or_else(missing))
            .collect::<Result<_, _>>()?;
        Ok(Self { control, sockets })
    }
}

/// When a process has lived long enough.
#[derive(Clone, Copy)]
struct Life {
    max_idle: Option<Duration>,
    max_use: Option<u64>,
}

impl Life {
    fn new(conf: &Conf, resident: bool) -> Result<Self, Fatal> {
        if resident {
            return Ok(Self { max_idle: None, max_use: None });
        }
        let max_use = u64::try_from(conf.get(p::MAX_USE)?).unwrap_or(u64::MAX);
        Ok(Self { max_idle: Some(conf.get(p::MAX_IDLE)?), max_use: Some(max_use) })
    }
}

fn serve<D: Daemon>(daemon: D, before: &BeforeJail, inherited: Inherited, life: Life) -> Result<(), Fatal> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()?;
    let limit = if D::ALL_CLIENTS { 0 } else { before.invocation.limit };
    // max_use counts per slot of the process limit, because one process serves them all.
    let slots = if limit == 0 { UNLIMITED_SLOTS } else { limit as u64 };
    let max_served = life.max_use.map(|uses| uses.saturating_mul(slots));
    let gauge = Gauge::new(limit, max_served);
    let jailed = Jailed::new(before.log.clone(), gauge.clone());
    let kind = before.invocation.kind;
    let tasks = LocalSet::new();
    tasks.block_on(&runtime, live(Rc::new(daemon), jailed, gauge, inherited, kind, life.max_idle))
}

/// From the first request to the last.
async fn live<D: Daemon>(
    daemon: Rc<D>,
    jailed: Jailed,
    gauge: Gauge,
    inherited: Inherited,
    kind: ServiceType,
    max_idle: Option<Duration>,
) -> Result<(), Fatal> {
    let control = Rc::new(Control::new(inherited.control)?);
    control.tell(word::READY);
    let mut doors = Vec::new();
    for socket in inherited.sockets {
        let door = Door {
            daemon: daemon.clone(),
            jailed: jailed.clone(),
            gauge: gauge.clone(),
            control: control.clone(),
            endpoint: Endpoint::new(socket, kind)?,
            counted: kind != ServiceType::Unix,
            public: matches!(kind, ServiceType::Inet | ServiceType::Pass),
        };
        doors.push(tokio::task::spawn_local(door.take_requests()));
    }
    tokio::task::spawn_local(send_log_lines(jailed.log().clone()));
    let (own_daemon, own_jailed) = (daemon.clone(), jailed.clone());
    let own = tokio::task::spawn_local(async move { own_daemon.run(&own_jailed).await });
    tokio::select! {
        () = control.hung_up() => {}
        () = gauge.worn_out() => {}
        () = idle(&gauge, max_idle) => {}
        _ = own => return Err(Fatal::new("the daemon's own work ended")),
    }
    if kind == ServiceType::UnixDgram {
        // The log: what has been said already is still written. Not for ever: the next process waits for us.
        let _ = tokio::time::timeout(LAST_WORDS * 10, idle(&gauge, Some(LAST_WORDS))).await;
    }
    doors.iter().for_each(tokio::task::JoinHandle::abort);
    control.tell(word::RETIRING);
    daemon.retire(&jailed).await;
    gauge.quiet().await;
    jailed.log().flush();
    Ok(())
}

/// Lets log lines for postlogd gather for a moment.
async fn send_log_lines(log: Log) {
    let waiting = Arc::new(tokio::sync::Notify::new());
    let notify = waiting.clone();
    log.gather(move || notify.notify_one());
    loop {
        waiting.notified().await;
        tokio::time::sleep(LOG_GATHERS).await;
        log.flush();
    }
}

/// Returns when nothing has been in progress for `max_idle`.
async fn idle(gauge: &Gauge, max_idle: Option<Duration>) {
    let Some(max_idle) = max_idle else { return std::future::pending().await };
    loop {
        match gauge.idle_for() {
            Some(idle) if idle >= max_idle => return,
            Some(idle) => tokio::time::sleep(max_idle - idle).await,
            None => tokio::time::sleep(max_idle).await,
        }
    }
}

/// One listening socket and all that is needed to serve what arrives there.
struct Door<D: Daemon> {
    daemon: Rc<D>,
    jailed: Jailed,
    gauge: Gauge,
    control: Rc<Control>,
    endpoint: Endpoint,
    /// Each arrival is a request and takes a place. Not so on unix-domain streams, which stay open between
    /// requests: there the daemon takes a place for each request ([`Jailed::request`]).
    counted: bool,
    /// Clients of the network come here.
    public: bool,
}

impl<D: Daemon> Door<D> {
    async fn take_requests(self) {
        loop {
            if self.counted && self.gauge.is_full() {
                self.wait_for_a_place().await;
            }
            match D::Request::arrive(&Arriving(&self.endpoint)).await {
                Ok(raw) => self.serve(raw),
                Err(e) => {
                    self.jailed.log().warning(format_args!("accept connection: {e}"));
                    // Out of descriptors, most likely: trying again at once would only spin.
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Only a public service of many places can be in distress; a service of one place is full whenever it works.
    async fn wait_for_a_place(&self) {
        if !self.public {
            return self.gauge.vacant().await;
        }
        self.control.tell(word::FULL);
        self.gauge.vacant().await;
        self.control.tell(word::FREE);
    }

    fn serve(&self, raw: <D::Request as Request>::Raw) {
        let place = self.counted.then(|| self.gauge.enter_now());
        let (daemon, jailed) = (self.daemon.clone(), self.jailed.clone());
        // Boxed where it is made: a session is large, and would be moved several times on its way to the reactor.
        tokio::task::spawn_local(Box::pin(async move {
            if let Some(request) = D::Request::complete(raw).await {
                daemon.serve(request, &jailed).await;
            }
            drop(place);
        }));
    }
}

/// Serves a connection of requests that get one reply each, until the peer hangs up. A descriptor that came
/// with a request is handed over with it.
pub async fn answer<R: ipc::Request>(
    stream: Stream,
    jailed: &Jailed,
    respond: impl AsyncFn(R, Option<OwnedFd>) -> R::Reply,
) {
    let Stream::Unix(stream) = stream else {
        jailed.log().warning("a service for our own daemons is open to the network; see master.cf");
        return;
    };
    let mut peer = Conversation::new(stream);
    loop {
        let request = match peer.receive::<R>().await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(IpcError::Stream(_)) => return,
            Err(e) => return jailed.log().warning(e),
        };
        let _place = jailed.request().await;
        let descriptor = peer.take_descriptor();
        let reply = respond(request, descriptor).await;
        if peer.send(&reply).await.is_err() {
            return;
        }
    }
}

const BLOCKING_THREADS: usize = 32;
/// Far less than postlogd waits for lines that belong before others.
const LOG_GATHERS: Duration = Duration::from_millis(5);
const LAST_WORDS: Duration = Duration::from_millis(50);
const UNLIMITED_SLOTS: u64 = 100;
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
