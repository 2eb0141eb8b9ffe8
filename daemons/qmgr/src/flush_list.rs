//! Tells flush(8) which messages wait for which destination. flush(8) alone knows `fast_flush_domains`; what it
//! refuses is remembered for a while, so that it isn't asked about every deferred recipient.

use crate::settings::Settings;
use ipc::flush::{Request, Status};
use mail::{Address, QueueId};
use maillog::Log;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The way to flush(8), if there is one.
pub struct FlushList {
    socket: Option<PathBuf>,
    patience: Duration,
    /// `fast_flush_domains` comes from an old version's default of `relay_domains`: the log says so.
    tells: bool,
    denied: RefCell<HashMap<String, Instant>>,
}

impl FlushList {
    /// Nothing is known yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            socket: settings.flush_service.as_ref().map(|name| settings.socket(name)),
            patience: settings.ipc_timeout,
            tells: settings.tells_flush,
            denied: RefCell::default(),
        }
    }

    /// A message waits for this recipient. A list that lacks it costs nothing but time: the mail is tried anyway.
    pub async fn note(&self, id: &QueueId, recipient: &Address, log: &Log) {
        let Some(socket) = &self.socket else { return };
        let Some(domain) = recipient.domain().map(str::to_ascii_lowercase) else { return };
        if self.is_denied(&domain) {
            return;
        }
        let request = Request::Add { site: domain.clone(), queue_id: id.clone() };
        match request.send(socket, self.patience).await {
            Ok(Status::Done) if self.tells => {
                let why = format_args!(
                    "relay_domains=$mydestination to update fast-flush logfile for domain \"{domain}\""
                );
                log.info(format_args!("{} {why}", config::OLD_DEFAULT));
            }
            Ok(Status::Done | Status::Bad) => {}
            Ok(Status::Denied) => self.remember_denied(domain),
            Ok(Status::Failed) => log.warning(format_args!("{id}: flush service failure")),
            Err(error) => log.warning(format_args!("{id}: flush service: {error}")),
        }
    }

    fn is_denied(&self, domain: &str) -> bool {
        self.denied.borrow().get(domain).is_some_and(|since| since.elapsed() < DENIED_FOR)
    }

    fn remember_denied(&self, domain: String) {
        let mut denied = self.denied.borrow_mut();
        if denied.len() >= REMEMBERED {
            denied.clear();
        }
        denied.insert(domain, Instant::now());
    }
}

/// Tables may change.
const DENIED_FOR: Duration = Duration::from_secs(300);
const REMEMBERED: usize = 10_000;
