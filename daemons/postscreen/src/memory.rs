//! The temporary allowlist: `postscreen_cache_map`, and its cleaning. Without a cache, or when it fails, every client is
//! new.

use config::{Conf, p};
use maillog::Log;
use screen::Stamps;
use service::Fatal;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tables::{Cache, Options, TableError};
use tokio::task::spawn_blocking;

/// What is remembered of clients.
pub(crate) struct Memory {
    cache: Option<Arc<Cache>>,
    clean_every: Duration,
    retention: i64,
}

impl Memory {
    /// Opens the cache. One that can't be opened is warned about, and done without.
    pub(crate) fn open(conf: &Conf, options: &Options, log: &Log) -> Result<Self, Fatal> {
        let name = conf.get(p::POSTSCREEN_CACHE_MAP)?;
        let cache = match Cache::open(&name, options) {
            _ if name.is_empty() => None,
            Ok(cache) => Some(Arc::new(cache)),
            Err(error) => {
                log.warning(format_args!("{name} is unavailable. {error}"));
                None
            }
        };
        let retention = conf.get(p::POSTSCREEN_CACHE_RETENTION_TIME)?.as_secs();
        Ok(Self {
            cache,
            clean_every: conf.get(p::POSTSCREEN_CACHE_CLEANUP_INTERVAL)?,
            retention: i64::try_from(retention).unwrap_or(i64::MAX),
        })
    }

    /// What we know of a client.
    pub(crate) async fn recall(&self, address: IpAddr, log: &Log) -> Option<Stamps> {
        let cache = self.cache.as_ref()?;
        let key = address.to_string();
        match work(cache, move |cache| cache.get(&key)).await {
            Ok(line) => line.and_then(|line| Stamps::parse(&line)),
            Err(error) => {
                let name = cache.name();
                log.warning(format_args!(
                    "{name}: cache lookup for '{address}' failed due to error: {error}"
                ));
                None
            }
        }
    }

    /// Remembers how a client did.
    pub(crate) async fn keep(&self, address: IpAddr, stamps: &Stamps, log: &Log) {
        let Some(cache) = &self.cache else { return };
        let (key, line) = (address.to_string(), stamps.to_string());
        if let Err(error) = work(cache, move |cache| cache.put(&key, &line)).await {
            log.warning(format_args!("{}: could not update entry for {address}: {error}", cache.name()));
        }
    }

    /// Drops what is out of date, again and again (`postscreen_cache_cleanup_interval`).
    pub(crate) async fn keep_clean(&self, log: &Log) {
        let cache = match &self.cache {
            Some(cache) if !self.clean_every.is_zero() => cache,
            _ => return std::future::pending().await,
        };
        let last = work(cache, |cache| cache.get(LAST_CLEANUP))
            .await
            .ok()
            .flatten()
            .and_then(|text| text.parse().ok());
        let since = now().saturating_sub(last.unwrap_or(0)).max(0) as u64;
        tokio::time::sleep(self.clean_every.saturating_sub(Duration::from_secs(since))).await;
        loop {
            self.clean(cache, log).await;
            tokio::time::sleep(self.clean_every).await;
        }
    }

    async fn clean(&self, cache: &Arc<Cache>, log: &Log) {
        let (started, retention) = (now(), self.retention);
        let keep = move |key: &str, line: &str| {
            let good = |stamps: Stamps| stamps.latest().saturating_add(retention) > started;
            key == LAST_CLEANUP || Stamps::parse(line).is_some_and(good)
        };
        let ours = matches!(work(cache, |cache| cache.get(LAST_CLEANUP)).await, Ok(Some(_)));
        let done = match work(cache, move |cache| cache.sweep(keep)).await {
            Ok(swept) => {
                let (retained, dropped) =
                    (swept.retained - usize::from(ours && swept.retained > 0), swept.dropped);
                let name = cache.name();
                log.info(format_args!(
                    "cache {name} full cleanup: retained={retained} dropped={dropped} entries"
                ));
                work(cache, move |cache| cache.put(LAST_CLEANUP, &started.to_string())).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            log.warning(format_args!(
                "{}: cache cleanup scan terminated due to error: {error}",
                cache.name()
            ));
        }
    }
}

/// Files may let us wait: on a thread that may.
async fn work<T: Send + 'static>(
    cache: &Arc<Cache>,
    work: impl FnOnce(&Cache) -> Result<T, TableError> + Send + 'static,
) -> Result<T, String> {
    let cache = Arc::clone(cache);
    let done = spawn_blocking(move || work(&cache)).await;
    done.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The entry that says when the cache was cleaned; Postfix's name for it.
const LAST_CLEANUP: &str = "_LAST_CACHE_CLEANUP_COMPLETED_";

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;
    use maillog::Sink;

    #[test]
    fn clients_are_remembered_until_all_results_are_out_of_date() {
        let dir = tempfile::tempdir().unwrap();
        let map = dir.path().join("cache");
        let main_cf = format!(
            "postscreen_cache_map = btree:{}\npostscreen_cache_retention_time = 60s\n",
            map.display()
        );
        let conf = Conf::parse("main.cf", &main_cf, &HostFacts::default()).unwrap();
        let log = Log::open("postfix/postscreen", Sink::discard(), false);
        let memory = Memory::open(&conf, &Options::default(), &log).unwrap();
        let (old, good): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
        let stamps = |until: i64| Stamps::parse(&format!("{until};1;0;0;0")).unwrap();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            memory.keep(old, &stamps(now() - 61), &log).await;
            memory.keep(good, &stamps(now() - 30), &log).await;
            assert!(memory.recall(old, &log).await.is_some());
            memory.clean(memory.cache.as_ref().unwrap(), &log).await;
            assert_eq!(memory.recall(old, &log).await, None);
            assert!(memory.recall(good, &log).await.is_some());
        });
    }

    #[test]
    fn without_a_cache_nobody_is_remembered() {
        let conf = Conf::parse("main.cf", "postscreen_cache_map =\n", &HostFacts::default()).unwrap();
        let log = Log::open("postfix/postscreen", Sink::discard(), false);
        let memory = Memory::open(&conf, &Options::default(), &log).unwrap();
        let client = "192.0.2.1".parse().unwrap();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            memory.keep(client, &Stamps::default(), &log).await;
            assert_eq!(memory.recall(client, &log).await, None);
        });
    }
}
