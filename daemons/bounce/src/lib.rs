//! bounce(8), defer(8) and trace(8): one program under three names. It notes what became of recipients in a log for
//! each message, and turns that log into notices to the sender and the postmaster.
//! It decides nothing about delivery, and reads the message only to give it back.

mod daemon;
mod letters;
mod original;
mod post;
mod settings;

pub use daemon::main;
pub use settings::Settings;

use content::Message;
use ipc::Client;
use ipc::bounce::{Notice, Reply, Request};
use letters::{Letter, Plan};
use maillog::Log;
use queue::{LogEntry, LogKind, Queue};
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// One of the three services at work.
pub struct Bouncer {
    log_kind: LogKind,
    queue: Arc<Queue>,
    settings: Arc<Settings>,
    cleanup: Client,
    log: Log,
}

impl Bouncer {
    /// `log_kind` says which of the three services this is; `cleanup` leads to `public/cleanup`.
    pub fn new(
        log_kind: LogKind,
        queue: Arc<Queue>,
        settings: Arc<Settings>,
        cleanup: Client,
        log: Log,
    ) -> Self {
        Self { log_kind, queue, settings, cleanup, log }
    }

    /// Carries out one request. `descriptor` is the queue file, for requests that need it.
    pub async fn answer(&self, request: Request, descriptor: Option<OwnedFd>) -> Reply {
        let result = match request {
            Request::Append { queue_id, recipient, outcome } => {
                let (kind, compatible) = (self.log_kind, self.settings.compatible_logs);
                let entry = LogEntry::new(&recipient, &outcome);
                self.blocking(move |queue| {
                    queue.append_log(kind, &queue_id, &entry, compatible).map_err(|e| e.to_string())
                })
                .await
            }
            Request::Forget { queue_id } => {
                let kind = self.log_kind;
                self.blocking(move |queue| queue.remove_log(kind, &queue_id).map_err(|e| e.to_string()))
                    .await
                    .map(|_| ())
            }
            Request::Flush(notice) => self.flush(&notice, descriptor).await,
            Request::Warn(notice) => self.warn(&notice, descriptor).await,
        };
        match result {
            Ok(()) => Reply::Done,
            Err(why) => Reply::Failed(why),
        }
    }

    async fn flush(&self, notice: &Notice, descriptor: Option<OwnedFd>) -> Result<(), String> {
        let entries = self.entries(notice).await?;
        match letters::flush(self.log_kind, notice, &entries, &self.settings) {
            Plan::Send(letters) => self.send(&letters, notice, descriptor).await?,
            Plan::Discard => {
                let id = &notice.queue_id;
                self.log.warning(format!("{id}: undeliverable postmaster notification discarded"));
            }
        }
        let (kind, id) = (self.log_kind, notice.queue_id.clone());
        self.blocking(move |queue| queue.remove_log(kind, &id).map_err(|e| e.to_string())).await.map(|_| ())
    }

    async fn warn(&self, notice: &Notice, descriptor: Option<OwnedFd>) -> Result<(), String> {
        let entries = self.entries(notice).await?;
        match letters::warning(notice, &entries, &self.settings) {
            Plan::Send(letters) => self.send(&letters, notice, descriptor).await,
            Plan::Discard => Ok(()),
        }
    }

    /// Sends the letters in order. A postmaster's copy that fails is not worth telling the sender twice.
    async fn send(
        &self,
        letters: &[Letter],
        notice: &Notice,
        descriptor: Option<OwnedFd>,
    ) -> Result<(), String> {
        if letters.is_empty() {
            return Ok(());
        }
        let descriptor = descriptor.ok_or("the request came without its queue file")?;
        let message = Arc::new(Message::new(descriptor, notice.data_offset));
        let mut sent = false;
        for letter in letters {
            match post::post(letter, notice, &message, &self.cleanup, &self.settings, &self.log).await {
                Ok(()) => sent = true,
                Err(why) if sent && letter.postmaster => {
                    self.log.warning(format!("{}: postmaster notice failed: {why}", notice.queue_id));
                }
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }

    async fn entries(&self, notice: &Notice) -> Result<Vec<LogEntry>, String> {
        let (kind, id) = (self.log_kind, notice.queue_id.clone());
        self.blocking(move |queue| queue.read_log(kind, &id).map_err(|e| e.to_string())).await
    }

    /// File work happens on the blocking pool.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Queue) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let queue = Arc::clone(&self.queue);
        tokio::task::spawn_blocking(move || work(&queue)).await.map_err(|e| e.to_string())?
    }
}
