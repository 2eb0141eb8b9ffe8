//! The queue manager at work: feeds the active queue from the scans, tells the schedule what happens, and has done
//! what the schedule decides. It decides nothing itself.

use crate::active::Active;
use crate::deliver::Errand;
use crate::notes::Notes;
use crate::route::{Routes, routes};
use crate::scan::{Candidate, Scans, Wish};
use crate::settings::Settings;
use crate::take::{NotTaken, Taken, in_active, recover, take};
use ipc::{Client, trigger};
use mail::{QueueId, Timestamp};
use maillog::{Log, QueueActive};
use queue::record::Envelope;
use queue::{Queue, QueueName};
use schedule::{Action, Arrival, DeliveryId, Event, Report, Schedule, Source};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::{Notify, Semaphore};
use tokio::task::spawn_local;

/// All that the queue manager holds.
pub struct Manager {
    pub(crate) settings: Settings,
    pub(crate) queue: Arc<Queue>,
    pub(crate) log: Log,
    pub(crate) notes: Notes,
    rewrite: Client,
    agents: RefCell<HashMap<String, Rc<Client>>>,
    schedule: RefCell<Schedule>,
    active: RefCell<HashMap<QueueId, Rc<Active>>>,
    /// On their way into the active queue, or out of it.
    moving: RefCell<HashSet<QueueId>>,
    scans: Scans,
    /// How many pieces of work are under way.
    working: Cell<usize>,
    /// No new work is begun.
    retiring: Cell<bool>,
    changed: Notify,
}

impl Manager {
    /// An empty active queue.
    pub fn new(settings: Settings, queue: Arc<Queue>, log: Log) -> Self {
        let limits = settings.clone();
        let rewrite = settings.socket(&settings.rewrite_service);
        Self {
            schedule: RefCell::new(Schedule::new(settings.limits.clone(), move |name| {
                limits.transport_limits(name)
            })),
            rewrite: Client::new(rewrite, OPENINGS, settings.ipc_timeout),
            notes: Notes::new(&settings),
            agents: RefCell::default(),
            active: RefCell::default(),
            moving: RefCell::default(),
            scans: Scans::new(),
            working: Cell::new(0),
            retiring: Cell::new(false),
            changed: Notify::new(),
            settings,
            queue,
            log,
        }
    }

    /// Works for ever. Begins with both scans.
    pub async fn run(self: &Rc<Self>) {
        self.scans.want(Source::Incoming, Wish::default());
        self.scans.want(Source::Deferred, Wish::default());
        tokio::join!(
            self.scan(Source::Incoming),
            self.scan(Source::Deferred),
            self.feed(),
            self.watch_timers(),
            self.rescan(),
            self.recover(),
        );
    }

    /// A trigger: letters that say what to do (`ipc::trigger`).
    pub fn wake(self: &Rc<Self>, letters: &[u8]) {
        let has = |letter| letters.contains(&letter);
        let wish = Wish { ignore_times: has(trigger::IGNORE_TIMES), flush: has(trigger::FLUSH_DEAD) };
        if wish.flush {
            self.tell(Event::Revive);
        }
        if has(trigger::SCAN_INCOMING) || has(trigger::WAKEUP) {
            self.scans.want(Source::Incoming, wish);
        }
        if has(trigger::SCAN_DEFERRED) {
            self.scans.want(Source::Deferred, wish);
        }
    }

    /// Begins nothing new; returns when what was begun has ended.
    pub async fn retire(&self) {
        self.retiring.set(true);
        self.changed.notify_waiters();
        while self.working.get() > 0 {
            self.changed.notified().await;
        }
    }

    /// The conversation pool of a transport.
    pub(crate) fn agent(&self, transport: &str) -> Rc<Client> {
        let mut agents = self.agents.borrow_mut();
        if let Some(client) = agents.get(transport) {
            return client.clone();
        }
        let settings = &self.settings;
        let limit = match settings.transport_limits(transport).processes {
            0 => MOST_CONVERSATIONS,
            processes => processes,
        };
        let client = Rc::new(Client::new(settings.socket(transport), limit, settings.ipc_timeout));
        agents.insert(transport.to_owned(), client.clone());
        client
    }

    /// Tells the schedule, and begins what it decides.
    fn tell(self: &Rc<Self>, event: Event) {
        let actions = self.schedule.borrow_mut().on(event, now());
        for action in actions {
            self.begin(action);
        }
        self.changed.notify_waiters();
    }

    fn begin(self: &Rc<Self>, action: Action) {
        match action {
            Action::Deliver { delivery, message, transport, nexthop, recipients } => {
                let Some(message) = self.active(&message).filter(|_| !self.retiring.get()) else { return };
                let errand = Errand { message, transport, nexthop, recipients };
                self.work(async move |manager| {
                    let report = manager.run_errand(errand).await;
                    manager.report(delivery, report);
                });
            }
            Action::Postpone { delivery, message, recipients, diagnosis } => {
                let Some(message) = self.active(&message) else { return };
                self.work(async move |manager| {
                    for recipient in &recipients {
                        manager.postpone(&message, recipient, &diagnosis).await;
                    }
                    manager.report(delivery, Report { deferred: recipients.len(), ..Report::default() });
                });
            }
            Action::Refill { message, limit } => {
                let Some(message) = self.active(&message).filter(|_| !self.retiring.get()) else { return };
                self.work(async move |manager| manager.refill(&message, limit).await);
            }
            Action::Remove { message } => self.conclude(message, async |m, message| m.remove(message).await),
            Action::Defer { message, until, warn } => {
                self.conclude(message, async move |m, message| m.defer(message, until, warn).await);
            }
            Action::Expire { message, forced } => {
                self.conclude(message, async move |m, message| m.expire(message, forced).await);
            }
            Action::Clogged { transport, nexthop, waiting, active } => {
                let mail =
                    format!("mail for {nexthop} is using up {waiting} of {active} active queue entries");
                self.log.warning(mail);
                self.log.warning(format_args!(
                    "you may need to raise {transport}_destination_concurrency_limit, or to give that \
                     destination a transport of its own"
                ));
            }
        }
    }

    fn report(self: &Rc<Self>, delivery: DeliveryId, report: Report) {
        self.tell(Event::Finished { delivery, report });
    }

    /// Work of its own task; retirement waits for it.
    fn work(self: &Rc<Self>, work: impl AsyncFnOnce(&Rc<Self>) + 'static) {
        let manager = self.clone();
        manager.working.set(manager.working.get() + 1);
        spawn_local(async move {
            work(&manager).await;
            manager.working.set(manager.working.get() - 1);
            manager.changed.notify_waiters();
        });
    }

    /// The last work on a message. Until it is done nobody may take the file up again.
    fn conclude(self: &Rc<Self>, id: QueueId, end: impl AsyncFnOnce(&Rc<Self>, Rc<Active>) + 'static) {
        let Some(message) = self.active.borrow_mut().remove(&id) else { return };
        self.moving.borrow_mut().insert(id.clone());
        self.work(async move |manager| {
            end(manager, message).await;
            manager.moving.borrow_mut().remove(&id);
        });
    }

    fn active(&self, id: &QueueId) -> Option<Rc<Active>> {
        self.active.borrow().get(id).cloned()
    }

    async fn scan(&self, source: Source) {
        let failed = |error| self.log.warning(format_args!("scan {source:?}: {error}"));
        self.scans.run(source, &self.queue, failed).await;
    }

    /// The deferred queue is scanned every `queue_run_delay`, the incoming queue too: a trigger may get lost.
    async fn rescan(&self) {
        loop {
            tokio::time::sleep(self.settings.queue_run_delay).await;
            self.scans.want(Source::Incoming, Wish::default());
            self.scans.want(Source::Deferred, Wish::default());
        }
    }

    async fn watch_timers(self: &Rc<Self>) {
        loop {
            let next = self.schedule.borrow().next_timer();
            let changed = self.changed.notified();
            let Some(next) = next else {
                changed.await;
                continue;
            };
            let wait = Duration::from_secs_f64(next.since(now()).clamp(0.0, LONGEST_WAIT));
            if tokio::time::timeout(wait, changed).await.is_err() && next <= now() {
                self.tell(Event::Timer);
            }
        }
    }

    /// Files in the active queue that are nobody's go back to the incoming queue.
    async fn recover(&self) {
        loop {
            match self.recover_once().await {
                Ok(0) => {}
                Ok(_) => self.scans.want(Source::Incoming, Wish::default()),
                Err(error) => self.log.warning(format_args!("recover the active queue: {error}")),
            }
            tokio::time::sleep(RECOVERY).await;
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
    async fn feed(self: &Rc<Self>) {
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
        let (id, limit) = (candidate.id.clone(), self.schedule.borrow().allowance());
        let from = match candidate.source {
            Source::Incoming => QueueName::Incoming,
            Source::Deferred => QueueName::Deferred,
        };
        let taken = self.on_queue(move |queue| Ok(take(queue, &id, from, limit, now()))).await;
        match taken {
            Ok(Ok(taken)) => self.open(candidate, taken).await,
            Ok(Err(why)) => self.not_taken(&candidate.id, &why),
            Err(error) => self.not_taken(&candidate.id, &NotTaken::Passing(error)),
        }
    }

    async fn open(self: &Rc<Self>, candidate: &Candidate, taken: Taken) {
        let Taken { file, mut envelope, bounced, traced } = taken;
        let since = now();
        let recipients = left(&envelope);
        self.log.say(&QueueActive {
            queue_id: &candidate.id,
            sender: &envelope.sender,
            size: u64::try_from(envelope.size.content_length).unwrap_or(0),
            recipients,
        });
        let found = routes(&mut envelope, &self.rewrite, &self.settings).await;
        let more = envelope.has_more() && envelope.redirect.is_none();
        let message = Rc::new(Active {
            id: candidate.id.clone(),
            file: Arc::new(file),
            sole: recipients == 1 && !more,
            since,
            bounced: Cell::new(bounced),
            traced: Cell::new(traced),
            unnoted: Cell::new(false),
            envelope: RefCell::new(envelope),
        });
        let routed = self.routed(&message, found).await;
        let arrival = self.arrival(candidate, &message, routed, more);
        self.active.borrow_mut().insert(candidate.id.clone(), message);
        self.moving.borrow_mut().remove(&candidate.id);
        self.tell(Event::Arrived(arrival));
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
            warn_at: warning.map(|warning| Timestamp::from_seconds(warning.time as i64)),
            force_expire: candidate.expire,
            one_by_one: envelope.verp.is_some() && !envelope.sender.is_null(),
            flush: candidate.flush,
            undefer: candidate.undefer,
            recipients,
            more,
        }
    }

    async fn refill(self: &Rc<Self>, message: &Rc<Active>, limit: usize) {
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
        let found = routes(&mut envelope, &self.rewrite, &self.settings).await;
        message.envelope.borrow_mut().recipients.clear();
        let recipients = self.routed(message, found).await;
        self.tell(Event::Refilled { message: message.id.clone(), recipients, more });
    }

    /// The rest of a long recipient list can't be read. The file waits in the active queue, and is taken up again
    /// from its start.
    fn give_up_reading(&self, message: &Active, why: &str) {
        self.log.warning(format_args!("{}: read more recipients: {why}", message.id));
        self.active.borrow_mut().remove(&message.id);
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

    fn not_taken(&self, id: &QueueId, why: &NotTaken) {
        self.moving.borrow_mut().remove(id);
        match why {
            NotTaken::Gone => {}
            NotTaken::Busy => self.log.info(format_args!("{id}: skipped, still being delivered")),
            NotTaken::Corrupt(fault) => {
                self.log.warning(format_args!("{id}: {fault}"));
                self.log.warning(format_args!("saving corrupt file \"{id}\" from queue \"active\""));
            }
            NotTaken::Strange(what) => self.log.warning(format_args!("{id}: {what}")),
            NotTaken::Passing(error) => self.log.warning(format_args!("{id}: open active: {error}")),
        }
    }
}

/// Recipients that are not done, as far as known.
fn left(envelope: &Envelope) -> usize {
    if !envelope.has_more() {
        return envelope.recipients.len();
    }
    let all = usize::try_from(envelope.size.recipient_count).unwrap_or(0);
    all.saturating_sub(envelope.finished).max(envelope.recipients.len())
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}

/// Messages that are opened at the same time.
const OPENINGS: usize = 32;
const MOST_CONVERSATIONS: usize = 1000;
/// A clock may be set forward while we sleep.
const LONGEST_WAIT: f64 = 60.0;
const RECOVERY: Duration = Duration::from_secs(10);
