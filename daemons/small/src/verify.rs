//! verify(8): says whether mail for an address can be delivered. What it doesn't know it finds out with a probe, and
//! remembers what the delivery agents made of it. Who asks decides what to do with mail meanwhile.

mod entry;
mod probe;
mod settings;

use config::Conf;
use entry::Entry;
use ipc::verify::{Reply, Request, Status};
use mail::Address;
use maillog::Log;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use settings::Settings;
use std::ffi::OsString;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tables::{Cache, Options, TableError, Warn};
use tokio::sync::Mutex;

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Verify>(&args)
}

/// Clones are the same daemon.
#[derive(Clone)]
struct Verify(Rc<Inner>);

struct Inner {
    settings: Settings,
    cache: Arc<Cache>,
    /// One question or answer at a time looks at an entry and changes it.
    turn: Mutex<()>,
    cleanup: ipc::Client,
}

impl Daemon for Verify {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "verify",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: true, inet: false }),
        // What is known may be in memory only.
        resident: true,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let log = before.log.clone();
        let options = Options {
            lmdb_map_size: settings.lmdb_map_size,
            warn: Warn::new(move |text| log.warning(text)),
            ..Options::default()
        };
        let cache = Cache::open(&settings.map, &options).map_err(|e| Fatal::new(e.to_string()))?;
        let cleanup = ipc::Client::new(&settings.cleanup_socket, PROBES, settings.ipc_timeout);
        Ok(Self(Rc::new(Inner { settings, cache: Arc::new(cache), turn: Mutex::default(), cleanup })))
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        service::answer(stream, jailed, async |request, _| self.answer(request, jailed.log()).await).await;
    }

    async fn run(&self, jailed: &Jailed) {
        let interval = self.0.settings.cleanup_interval;
        if interval == 0 {
            return std::future::pending().await;
        }
        loop {
            let wait = self.clean_up(interval, jailed.log()).await;
            tokio::time::sleep(Duration::from_secs(wait.unsigned_abs().max(1))).await;
        }
    }
}

impl Verify {
    async fn answer(&self, request: Request, log: &Log) -> Reply {
        let done = match request {
            Request::Query(address) => self.query(&address, log).await,
            Request::Update { address, status, text } => {
                self.update(&address, status, &text).await.map(|()| Reply::Noted)
            }
        };
        done.unwrap_or_else(|error| {
            log.warning(error);
            Reply::Failed
        })
    }

    /// What is known, and a probe if it is too little.
    async fn query(&self, address: &Address, log: &Log) -> Result<Reply, TableError> {
        let turn = self.0.turn.lock().await;
        let now = now();
        let lifetimes = &self.0.settings.lifetimes;
        let entry = self.get(address).await?.filter(|entry| !entry.is_expired(lifetimes, now));
        let entry = entry.unwrap_or_else(Entry::unknown);
        if entry.wants_probe(lifetimes, now) {
            if entry.status == Status::Deliverable || self.0.settings.negative_cache {
                self.put(address, &Entry { probed: now, ..entry.clone() }).await?;
            }
            drop(turn);
            self.probe(address.clone(), entry.clone(), log.clone());
        }
        Ok(Reply::Known(entry.status, entry.text))
    }

    /// Good news is always believed; bad news not about an address that is known to be good, until that has expired.
    async fn update(&self, address: &Address, status: Status, text: &str) -> Result<(), TableError> {
        if status != Status::Deliverable && !self.0.settings.negative_cache {
            return Ok(());
        }
        let _turn = self.0.turn.lock().await;
        let good = |entry: Entry| entry.status == Status::Deliverable;
        if status != Status::Deliverable && self.get(address).await?.is_some_and(good) {
            return Ok(());
        }
        let entry = Entry { status, probed: 0, updated: now(), text: text.to_owned() };
        self.put(address, &entry).await
    }

    /// Nobody waits for the probe to be queued. One that can't be sent hasn't been.
    fn probe(&self, address: Address, before: Entry, log: Log) {
        let this = self.clone();
        tokio::task::spawn_local(async move {
            let Err(why) = probe::send(&address, &this.0.cleanup, &this.0.settings).await else { return };
            log.warning(format_args!("no probe for {address}: {why}"));
            let _turn = this.0.turn.lock().await;
            let undone = this.put(&address, &before).await;
            undone.unwrap_or_else(|error| log.warning(error));
        });
    }

    /// Sweeps the cache, if it is time to; says when it will be.
    async fn clean_up(&self, interval: i64, log: &Log) -> i64 {
        let cache = Arc::clone(&self.0.cache);
        let lifetimes = self.0.settings.lifetimes;
        let now = now();
        let swept = blocking(move || {
            let last = cache.get(LAST_CLEANUP)?.and_then(|last| last.parse::<i64>().ok());
            if let Some(wait) = last.map(|last| last.saturating_add(interval) - now).filter(|wait| *wait > 0)
            {
                return Ok(Err(wait.min(interval)));
            }
            cache.delete(LAST_CLEANUP)?;
            let swept = cache.sweep(|_, value| {
                Entry::parse(value).is_some_and(|entry| !entry.is_expired(&lifetimes, now))
            })?;
            cache.put(LAST_CLEANUP, &now.to_string())?;
            Ok(Ok(swept))
        });
        match swept.await {
            Ok(Ok(swept)) => log.info(format_args!(
                "cache {} full cleanup: retained={} dropped={} entries",
                self.0.cache.name(),
                swept.retained,
                swept.dropped
            )),
            Ok(Err(wait)) => return wait,
            Err(error) => log.warning(error),
        }
        interval
    }

    async fn get(&self, address: &Address) -> Result<Option<Entry>, TableError> {
        let (cache, key) = (Arc::clone(&self.0.cache), address.as_str().to_owned());
        let value = blocking(move || cache.get(&key)).await?;
        Ok(value.and_then(|value| Entry::parse(&value)))
    }

    async fn put(&self, address: &Address, entry: &Entry) -> Result<(), TableError> {
        let (cache, key, value) = (Arc::clone(&self.0.cache), address.as_str().to_owned(), entry.format());
        blocking(move || cache.put(&key, &value)).await
    }
}

/// Table work, on the blocking pool.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TableError> + Send + 'static,
) -> Result<T, TableError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // The work was stopped because the process ends, or it panicked, which nothing here does.
        Err(_) => std::future::pending().await,
    }
}

fn now() -> i64 {
    mail::Timestamp::from_system(SystemTime::now()).seconds
}

/// Under this key the cache remembers its last sweep.
const LAST_CLEANUP: &str = "_LAST_CACHE_CLEANUP_COMPLETED_";
/// How many probes are handed to cleanup(8) at a time.
const PROBES: usize = 20;
