//! How messages get into the active queue: scans, turns, opening, routes, more recipients, and what a crash left there.

use crate::active::{Active, PendingProbe, Trace};
use crate::manager::{Manager, OPENINGS, now};
use crate::route::{Routes, routes};
use crate::scan::{Candidate, Wish};
use crate::take::{NotTaken, Taken, in_active, recover};
use mail::{QueueId, Timestamp};
use maillog::QueueActive;
use queue::QueueName;
use queue::record::Envelope;
use schedule::{Arrival, Event, Source};
use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::spawn_local;

impl Manager {
    pub(crate) async fn scan(&self, source: Source) {
        let failed = |error| self.log.warning(format_args!("scan {source:?}: {error}"));
        self.scans.run(source, &self.queue, failed).await;
    }

    /// The deferred queue is scanned every `queue_run_delay`, the incoming queue too: a trigger may get lost.
    pub(crate) async fn rescan(&self) {
        loop {
            tokio::time::sleep(self.settings.queue_run_delay).await;
            self.scans.want(Source::Incoming, Wish::default());
            self.scans.want(Source::Deferred, Wish::default());
        }
    }

    /// Files in the active queue that are nobody's go back to the incoming queue. At first often: after a reload the
    /// previous queue manager lets go of its files when it has finished what it had begun.
    pub(crate) async fn recover(&self) {
        let pauses = std::iter::repeat_n(SHORT_RECOVERY, SHORT_RECOVERIES).chain(std::iter::repeat(RECOVERY));
        for pause in pauses {
            match self.recover_once().await {
                Ok(0) => {}
                Ok(_) => self.scans.want(Source::Incoming, Wish::default()),
                Err(error) => self.log.warning(format_args!("recover the active queue: {error}")),
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn recover_once(&self) -> io::Result<usize> {
        let mut orphans = self.on_queue(|queue| in_active(queue)).await?;
        // What is being opened or finished now is not in the queue for anybody else to take: after this nobody here
        // can come by an orphan.
        orphans.retain(|id| !self.is_mine(id));
        self.on_queue(move |queue| recover(queue, &orphans)).await
    }

    /// Fills the active queue for ever, as far as it has room.
    pub(crate) async fn feed(self: &Rc<Self>) {
        let openings = Arc::new(Semaphore::new(OPENINGS));
        loop {
            let candidate = self.scans.next().await;
            while !self.has_room() {
                self.changed.notified().await;
            }
            if self.is_mine(&candidate.id) {
                continue;
            }
            let Ok(place) = openings.clone().acquire_owned().await else { return };
            self.moving.borrow_mut().insert(candidate.id.clone());
            self.work(async move |manager| {
                manager.admit(&candidate).await;
                drop(place);
            });
        }
    }

    fn has_room(&self) -> bool {
        let held = self.active.borrow().len() + self.moving.borrow().len();
        !self.retiring.get()
            && held < self.settings.limits.active_messages
            && self.schedule.borrow().has_room()
    }

    fn is_mine(&self, id: &QueueId) -> bool {
        self.active.borrow().contains_key(id) || self.moving.borrow().contains(id)
    }

    async fn admit(self: &Rc<Self>, candidate: &Candidate) {
        let id = candidate.id.clone();
        let how = (self.schedule.borrow().allowance(), candidate.expire);
        let from = match candidate.source {
            Source::Incoming => QueueName::Incoming,
            Source::Deferred => QueueName::Deferred,
        };
        match self.takings.run((id, from, how)).await {
            Some(Ok(taken)) => self.open(candidate, taken).await,
            Some(Err(why)) => self.not_taken(&candidate.id, &why),
            None => self.not_taken(&candidate.id, &NotTaken::Passing(io::Error::other("interrupted"))),
        }
    }

    async fn open(self: &Rc<Self>, candidate: &Candidate, taken: Taken) {
        let Taken { file, mut envelope, bounced, traced, reasons_known } = taken;
        let since = now();
        let recipients = left(&envelope);
        self.log.say(&QueueActive {
            queue_id: &candidate.id,
            sender: &envelope.sender,
            size: u64::try_from(envelope.size.content_length).unwrap_or(0),
            recipients,
        });
        if reasons_known {
            envelope.recipients.clear();
        }
        let found = routes(&mut envelope, &self.router, &self.settings).await;
        let more = envelope.has_more() && envelope.redirect.is_none() && !reasons_known;
        let message = Rc::new(Active {
            id: candidate.id.clone(),
            file: Arc::new(file),
            sole: recipients == 1 && !more,
            since,
            bounced: Cell::new(bounced),
            traced: Cell::new(traced),
            unnoted: Cell::new(false),
            suspect: Cell::new(false),
            pending_probe: self.pending_probe(&envelope),
            envelope: RefCell::new(envelope),
        });
        let mut routed = self.routed(&message, found).await;
        if message.pending_probe.is_some() && self.pending_probes.get() > self.settings.pending_probes {
            routed.iter_mut().for_each(put_off);
        }
        let kept = if reasons_known { recipients } else { 0 };
        let arrival = Arrival { kept, ..self.arrival(candidate, &message, routed, more) };
        self.active.borrow_mut().insert(candidate.id.clone(), message);
        self.moving.borrow_mut().remove(&candidate.id);
        self.tell(Event::Arrived(arrival));
    }

    fn pending_probe(&self, envelope: &Envelope) -> Option<PendingProbe> {
        Trace::of(envelope.trace).verifies().then(|| PendingProbe::new(&self.pending_probes))
    }

    fn arrival(
        &self,
        candidate: &Candidate,
        message: &Active,
        recipients: Vec<schedule::Routed>,
        more: bool,
    ) -> Arrival {
        let envelope = message.envelope.borrow();
        let warning = envelope.warning.filter(|warning| warning.time > 0);
        Arrival {
            message: candidate.id.clone(),
            created: message.created(),
            null_sender: envelope.sender.is_null(),
            warn_at: warning.map(|warning| Timestamp::from_seconds(warning.time)),
            force_expire: candidate.expire,
            kept: 0,
            one_by_one: envelope.verp.is_some() && !envelope.sender.is_null(),
            flush: candidate.flush,
            undefer: candidate.undefer,
            recipients,
            more,
        }
    }

    pub(crate) async fn refill(self: &Rc<Self>, message: &Rc<Active>, limit: usize) {
        let (file, mut envelope) = (message.file.clone(), message.envelope.borrow().clone());
        let read = self
            .on_queue(move |_| {
                let result = file.read_more(&mut envelope, limit);
                Ok((envelope, result))
            })
            .await;
        let more = match read {
            Ok((envelope, Ok(()))) => {
                let more = envelope.has_more();
                message.envelope.replace(envelope);
                more
            }
            Ok((_, Err(error))) => return self.give_up_reading(message, &error.to_string()),
            Err(error) => return self.give_up_reading(message, &error.to_string()),
        };
        let mut envelope = message.envelope.borrow().clone();
        let found = routes(&mut envelope, &self.router, &self.settings).await;
        message.envelope.borrow_mut().recipients.clear();
        let recipients = self.routed(message, found).await;
        self.tell(Event::Refilled { message: message.id.clone(), recipients, more });
    }

    /// The rest of a long recipient list can't be read. The message is read again from its start, later.
    fn give_up_reading(self: &Rc<Self>, message: &Active, why: &str) {
        self.log.warning(format_args!("{}: read more recipients: {why}", message.id));
        self.tell(Event::Unread { message: message.id.clone() });
    }

    /// What is left to deliver once mail that nobody reads is out of the way.
    async fn routed(&self, message: &Active, found: Routes) -> Vec<schedule::Routed> {
        for warning in found.warnings {
            self.log.warning(format_args!("{}: {warning}", message.id));
        }
        for recipient in &found.absorbed {
            self.absorb(message, recipient).await;
        }
        found.routed
    }

    /// A writer lets go of its file in a moment, and may have sent its trigger before.
    fn look_again_soon(self: &Rc<Self>) {
        if !self.looking_again.replace(true) {
            let manager = self.clone();
            spawn_local(async move {
                tokio::time::sleep(SOON).await;
                manager.looking_again.set(false);
                manager.scans.want(Source::Incoming, Wish::default());
            });
        }
    }

    fn not_taken(self: &Rc<Self>, id: &QueueId, why: &NotTaken) {
        self.moving.borrow_mut().remove(id);
        match why {
            NotTaken::Gone => {}
            NotTaken::Unfinished => self.look_again_soon(),
            NotTaken::Busy => self.log.info(format_args!("{id}: skipped, still being delivered")),
            NotTaken::Corrupt(fault) => self.say_corrupt(id, fault),
            NotTaken::Strange(what) => self.log.warning(format_args!("{id}: {what}")),
            NotTaken::Passing(error) => self.log.warning(format_args!("{id}: open active: {error}")),
        }
    }
}

/// A probe too many: mail that is to be delivered goes first.
fn put_off(routed: &mut schedule::Routed) {
    routed.transport = schedule::RETRY.to_owned();
    routed.nexthop = "4.3.2 Too many address verification requests".to_owned();
}

/// Recipients that are not done, as far as known.
fn left(envelope: &Envelope) -> usize {
    if !envelope.has_more() {
        return envelope.recipients.len();
    }
    let all = usize::try_from(envelope.size.recipient_count).unwrap_or(0);
    all.saturating_sub(envelope.finished).max(envelope.recipients.len())
}

const SOON: Duration = Duration::from_millis(100);
const SHORT_RECOVERY: Duration = Duration::from_secs(1);
const SHORT_RECOVERIES: usize = 60;
const RECOVERY: Duration = Duration::from_secs(10);
