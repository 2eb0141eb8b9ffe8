//! The queue manager at work: feeds the active queue from the scans, tells the schedule what happens, and has done
//! what the schedule decides. It decides nothing itself.

use crate::active::Active;
use crate::clog;
use crate::deliver::Errand;
use crate::flush_list::FlushList;
use crate::notes::Notes;
use crate::route::Router;
use crate::scan::{Scans, Wish};
use crate::settings::Settings;
use crate::take::{NotTaken, Taken, take};
use ipc::{Client, trigger};
use mail::{QueueId, Timestamp};
use maillog::Log;
use queue::{Queue, QueueName};
use schedule::{Action, DeliveryId, Event, Report, Schedule, Source};
use service::Together;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;
use tokio::task::spawn_local;

/// All that the queue manager holds.
pub struct Manager {
    pub(crate) settings: Settings,
    pub(crate) queue: Arc<Queue>,
    pub(crate) log: Log,
    pub(crate) notes: Notes,
    pub(crate) flush_list: FlushList,
    pub(crate) router: Router,
    /// Files become active, and go, in batches.
    pub(crate) takings: Together<Wanted, Result<Taken, NotTaken>>,
    pub(crate) disposals: Together<(QueueId, u64), io::Result<bool>>,
    agents: RefCell<HashMap<String, Rc<Client>>>,
    pub(crate) schedule: RefCell<Schedule>,
    pub(crate) active: RefCell<HashMap<QueueId, Rc<Active>>>,
    /// On their way into the active queue, or out of it.
    pub(crate) moving: RefCell<HashSet<QueueId>>,
    pub(crate) scans: Scans,
    /// How many probes of verify(8) are active.
    pub(crate) pending_probes: Rc<Cell<usize>>,
    /// How many pieces of work are under way.
    working: Cell<usize>,
    /// No new work is begun.
    pub(crate) retiring: Cell<bool>,
    /// Another scan of the incoming queue is on its way.
    pub(crate) looking_again: Cell<bool>,
    pub(crate) changed: Notify,
    /// Messages that are done, and how many were when somebody last looked for quiet.
    pub(crate) removed: Cell<u64>,
    pub(crate) looked_at: Cell<u64>,
}

impl Manager {
    /// An empty active queue.
    pub fn new(settings: Settings, queue: Arc<Queue>, log: Log) -> Self {
        let (limits, told) = (settings.clone(), log.clone());
        let rewrite = settings.socket(&settings.rewrite_service);
        Self {
            schedule: RefCell::new(Schedule::new(settings.limits.clone(), move |name| {
                limits.explain(name, &told);
                limits.transport_limits(name)
            })),
            router: Router::new(Client::new(rewrite, OPENINGS, settings.ipc_timeout)),
            takings: takings(&queue),
            disposals: disposals(&queue),
            notes: Notes::new(&settings),
            flush_list: FlushList::new(&settings),
            agents: RefCell::default(),
            active: RefCell::default(),
            moving: RefCell::default(),
            scans: Scans::new(),
            pending_probes: Rc::default(),
            working: Cell::new(0),
            retiring: Cell::new(false),
            looking_again: Cell::new(false),
            changed: Notify::new(),
            removed: Cell::new(0),
            looked_at: Cell::new(0),
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
            self.forget_old_files(),
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
        let _ = self.on_queue(|queue| queue.forget_old_files()).await;
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
    pub(crate) fn tell(self: &Rc<Self>, event: Event) {
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
                    let mut deferred = 0;
                    for recipient in &recipients {
                        deferred += usize::from(manager.postpone(&message, recipient, &diagnosis).await);
                    }
                    manager.report(delivery, Report { deferred, ..Report::default() });
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
            Action::Clogged(clog) => clog::warn(&self.log, &clog),
            Action::Explain(text) => self.log.info(text),
        }
    }

    fn report(self: &Rc<Self>, delivery: DeliveryId, report: Report) {
        self.tell(Event::Finished { delivery, report });
    }

    /// Work of its own task; retirement waits for it.
    pub(crate) fn work(self: &Rc<Self>, work: impl AsyncFnOnce(&Rc<Self>) + 'static) {
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
}

fn takings(queue: &Arc<Queue>) -> Together<Wanted, Result<Taken, NotTaken>> {
    let queue = Arc::clone(queue);
    Together::new(move |(id, from, how)| take(&queue, &id, from, how, now()))
}

fn disposals(queue: &Arc<Queue>) -> Together<(QueueId, u64), io::Result<bool>> {
    let queue = Arc::clone(queue);
    Together::new(move |(id, size)| queue.dispose(QueueName::Active, &id, size))
}

/// A file to take: from which queue, how many recipients to read, and whether it expires by force.
type Wanted = (QueueId, QueueName, (usize, bool));

pub(crate) fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}

/// Messages that are opened at the same time.
pub(crate) const OPENINGS: usize = 32;
const MOST_CONVERSATIONS: usize = 1000;
/// A clock may be set forward while we sleep.
const LONGEST_WAIT: f64 = 60.0;
