//! The end of a pass over a message: notices first, then the file moves or goes.

use crate::active::Active;
use crate::manager::Manager;
use crate::notes::Service;
use mail::{QueueId, Timestamp};
use maillog::Removed;
use queue::record::Fault;
use queue::{Queue, QueueError, QueueName};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

impl Manager {
    /// All recipients are done.
    pub async fn remove(&self, message: Rc<Active>) {
        if self.send_notices(&message).await {
            self.unlink(&message).await;
        } else {
            self.try_later(&message).await;
        }
    }

    /// Recipients are left.
    pub async fn defer(&self, message: Rc<Active>, until: Timestamp, warn: bool) {
        self.send_notices(&message).await;
        if warn {
            self.warn_sender(&message).await;
        }
        self.put_back(&message, until).await;
    }

    /// Recipients are left, and their time is over.
    pub async fn expire(&self, message: Rc<Active>, forced: bool) {
        let (id, word) = (&message.id, if forced { "force-expired" } else { "expired" });
        if message.unnoted.get() {
            // Somebody would be left out of the notice.
            self.send_notices(&message).await;
            return self.try_later(&message).await;
        }
        let sender = message.envelope.borrow().sender.to_external();
        self.log.info(format_args!("{id}: from=<{sender}>, status={word}, returned to sender"));
        if !self.send_notices(&message).await {
            return self.try_later(&message).await;
        }
        let notice = message.notice(self.settings.disable_verp_bounces);
        match self.notes.flush(Service::Defer, &message, notice).await {
            Ok(()) => self.unlink(&message).await,
            Err(why) => {
                self.log.warning(format_args!("{id}: return to sender: {why}"));
                message.suspect.set(true);
                self.try_later(&message).await;
            }
        }
    }

    /// Failures and reports that the sender is to hear of. False when that did not succeed; the logs keep them.
    async fn send_notices(&self, message: &Active) -> bool {
        let mut sent = true;
        if message.bounced.get() {
            sent &= self.send_notice(Service::Bounce, message).await;
        }
        if message.traced.get() {
            sent &= self.send_notice(Service::Trace, message).await;
        }
        sent
    }

    async fn send_notice(&self, service: Service, message: &Active) -> bool {
        let notice = message.notice(self.settings.disable_verp_bounces);
        if let Err(why) = self.notes.flush(service, message, notice).await {
            self.log.warning(format_args!("{}: {service:?} notice: {why}", message.id));
            message.suspect.set(true);
            return false;
        }
        match service {
            Service::Trace => {
                message.traced.set(false);
                self.forget_trace(message).await;
            }
            Service::Bounce | Service::Defer => message.bounced.set(false),
        }
        true
    }

    /// The report is sent once: its request is taken out of the file.
    async fn forget_trace(&self, message: &Active) {
        let Some(trace) = message.envelope.borrow().trace else { return };
        let file = message.file.clone();
        let killed = tokio::task::spawn_blocking(move || file.kill(trace.offset)).await;
        if let Ok(Err(error)) = killed {
            self.log.warning(format_args!("{}: mark report as sent: {error}", message.id));
        }
    }

    async fn warn_sender(&self, message: &Active) {
        let Some(warning) = message.envelope.borrow().warning else { return };
        let notice = message.notice(self.settings.disable_verp_bounces);
        if let Err(why) = self.notes.warn(message, notice).await {
            return self.log.warning(format_args!("{}: delay notice: {why}", message.id));
        }
        let file = message.file.clone();
        let marked =
            tokio::task::spawn_blocking(move || file.set_warning_time(warning.data_offset, -1)).await;
        if let Ok(Err(error)) = marked {
            self.log.warning(format_args!("{}: mark delay notice as sent: {error}", message.id));
        }
    }

    async fn unlink(&self, message: &Active) {
        let id = message.id.clone();
        let size = u64::try_from(message.envelope.borrow().size.content_size).unwrap_or(u64::MAX);
        let gone = self.disposals.run((id, size)).await;
        match gone.unwrap_or_else(|| Err(io::Error::other("interrupted"))) {
            Ok(_) => {
                self.removed.set(self.removed.get() + 1);
                self.log.say(&Removed { queue_id: &message.id });
            }
            Err(error) => self.log.warning(format_args!("{}: remove: {error}", message.id)),
        }
    }

    /// Old files wait for new messages only while there is mail: in a quiet system they go.
    pub(crate) async fn forget_old_files(&self) {
        loop {
            tokio::time::sleep(QUIET).await;
            if self.active.borrow().is_empty() && self.idle_since_last_look() {
                // Where the directory is missing there is nothing to forget.
                let _ = self.on_queue(|queue| queue.forget_old_files()).await;
            }
        }
    }

    fn idle_since_last_look(&self) -> bool {
        let removed = self.removed.get();
        self.looked_at.replace(removed) == removed
    }

    /// A notice could not be sent: the file waits with its logs.
    async fn try_later(&self, message: &Active) {
        let now = Timestamp::from_system(SystemTime::now());
        self.put_back(message, now.plus_seconds(self.settings.limits.minimal_backoff)).await;
    }

    async fn put_back(&self, message: &Active, until: Timestamp) {
        if message.suspect.get() && self.set_aside_damaged(message).await {
            return;
        }
        let id = message.id.clone();
        if let Err(error) = self.on_queue(move |queue| queue.defer(&id, QueueName::Active, until)).await {
            self.log.warning(format_args!("{}: move to the deferred queue: {error}", message.id));
        }
    }

    /// The envelope was read at the start, the content by agents only. Damage there never heals: trying again would
    /// end in a notice that cannot be written either. True when the file went to `corrupt`.
    async fn set_aside_damaged(&self, message: &Active) -> bool {
        let (file, data_offset) = (message.file.clone(), message.envelope.borrow().data_offset);
        let checked = tokio::task::spawn_blocking(move || file.check_content(data_offset)).await;
        let Ok(Err(QueueError::Damaged(fault))) = checked else { return false };
        let id = message.id.clone();
        match self.on_queue(move |queue| queue.set_aside(&id, QueueName::Active)).await {
            Ok(()) => self.say_corrupt(&message.id, &fault),
            Err(error) => {
                self.log.warning(format_args!("{}: move to the corrupt queue: {error}", message.id))
            }
        }
        true
    }

    /// As Postfix says it.
    pub(crate) fn say_corrupt(&self, id: &QueueId, fault: &Fault) {
        self.log.warning(format_args!("active/{id}: {fault}"));
        self.log
            .warning(format_args!("saving corrupt file \"{id}\" from queue \"active\" to queue \"corrupt\""));
    }

    /// File work, on the blocking pool.
    pub async fn on_queue<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Queue>) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let queue = Arc::clone(&self.queue);
        tokio::task::spawn_blocking(move || work(&queue)).await.map_err(io::Error::other)?
    }
}

const QUIET: Duration = Duration::from_secs(30);
