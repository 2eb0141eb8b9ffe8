//! The world of the simulation: queue files, agents, destinations and their weather. It carries the schedule's decisions
//! out as `qmgr` does, and watches that they keep to the rules.

mod chance;
mod limits;
mod watch;

pub use chance::Chance;
use limits::{Rules, transport_of};
use mail::{Diagnosis, Enhanced, QueueId, Recipient, Timestamp};
use schedule::{Action, Arrival, DeliveryId, Event, Health, Report, Routed, Schedule, Source, Turns};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use watch::Watch;

/// A recipient: the message's number, and its place in the message.
pub type Name = (u64, u64);

/// What sort of story is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// Faults until the end.
    Storm,
    /// Faults, and then none.
    StormThenCalm,
    /// No faults; some destinations take very long to answer.
    SlowNeighbours,
}

/// A queue file: what a crash leaves behind.
pub struct File {
    number: u64,
    created: i64,
    due: i64,
    source: Source,
    left: BTreeSet<u64>,
    one_by_one: bool,
    flush: bool,
    expire: bool,
    /// The defer log says why nobody got it.
    reasons: bool,
}

/// A request under way in an agent.
pub struct Flight {
    message: QueueId,
    transport: String,
    nexthop: String,
    recipients: Vec<Recipient>,
}

/// Everything.
pub struct World {
    chance: Chance,
    story: Story,
    rules: Rules,
    /// Seconds since the story began.
    pub now: i64,
    /// What is tested.
    pub schedule: Schedule,
    /// The queue.
    pub files: BTreeMap<QueueId, File>,
    flights: BTreeMap<(i64, DeliveryId), Flight>,
    unread: HashMap<QueueId, Vec<u64>>,
    turns: Turns,
    next_arrival: i64,
    messages: u64,
    watch: Watch,
    /// All recipients that were ever accepted.
    pub accepted: BTreeSet<Name>,
    /// Those who got the message.
    pub delivered: BTreeSet<Name>,
    /// Those whose sender was told.
    pub returned: BTreeSet<Name>,
    /// The longest time from arrival to attempt, where the destination answers.
    pub longest_wait: i64,
}

impl World {
    /// Before the first message.
    pub fn new(seed: u64, story: Story) -> Self {
        let mut chance = Chance::new(seed);
        let rules = Rules::by_chance(&mut chance, story);
        Self {
            schedule: rules.schedule(),
            chance,
            story,
            rules,
            now: 0,
            files: BTreeMap::new(),
            flights: BTreeMap::new(),
            unread: HashMap::new(),
            turns: Turns::default(),
            next_arrival: 0,
            messages: 0,
            watch: Watch::default(),
            accepted: BTreeSet::new(),
            delivered: BTreeSet::new(),
            returned: BTreeSet::new(),
            longest_wait: 0,
        }
    }

    /// Tells the story to its end.
    pub fn run(&mut self) {
        let end = if self.story == Story::StormThenCalm { NEVER } else { STORM };
        while self.now < end && !(self.now > STORM && self.files.is_empty()) {
            self.now = self.next_time();
            self.misfortune();
            if self.now >= self.next_arrival && self.now < STORM {
                self.submit();
            }
            self.land();
            if self.schedule.next_timer().is_some_and(|at| at.seconds <= self.now) {
                self.tell(Event::Timer);
            }
            self.feed();
            self.watch.check(self.flights.values(), &self.rules);
            assert!(self.schedule.len() <= self.rules.limits.active_messages);
        }
    }

    /// Each recipient has an end, or its file is still there; nobody has two ends, but for a crash of the queue
    /// manager while an agent had it in hand.
    pub fn check_that_everybody_is_accounted_for(&self) {
        let queued = |file: &File| file.left.iter().map(|n| (file.number, *n)).collect::<Vec<_>>();
        let queued: BTreeSet<Name> = self.files.values().flat_map(queued).collect();
        for name in &self.accepted {
            let ends =
                [&self.delivered, &self.returned, &queued].iter().filter(|set| set.contains(name)).count();
            assert!(ends > 0, "{name:?} is lost");
            assert!(ends == 1 || self.watch.was_in_hand(name), "{name:?} has {ends} ends");
        }
    }

    fn is_stormy(&self) -> bool {
        self.story != Story::SlowNeighbours && self.now < STORM
    }

    fn next_time(&self) -> i64 {
        let arrival = (self.now < STORM).then_some(self.next_arrival);
        let landing = self.flights.keys().next().map(|(at, _)| *at);
        let timer = self.schedule.next_timer().map(|at| at.seconds);
        let waiting = self.files.iter().filter(|(id, _)| !self.schedule.holds(id)).map(|(_, file)| file.due);
        let file = waiting.min().filter(|_| self.schedule.has_room());
        let next = [arrival, landing, timer, file].into_iter().flatten().min().unwrap_or(STORM);
        next.max(self.now + 1)
    }

    fn submit(&mut self) {
        self.next_arrival = self.now + 1 + self.chance.below(2 * self.rules.seconds_between_arrivals) as i64;
        self.messages += 1;
        let number = self.messages;
        let count = if self.chance.percent(4) { 5 + self.chance.below(60) } else { 1 + self.chance.below(3) };
        let left: BTreeSet<u64> =
            (0..count).map(|n| n * DESTINATIONS + self.chance.below(DESTINATIONS)).collect();
        self.accepted.extend(left.iter().map(|n| (number, *n)));
        let (flush, expire, one_by_one) = (false, false, self.chance.percent(5));
        let (created, due, source) = (self.now, self.now, Source::Incoming);
        let file = File { number, created, due, source, left, one_by_one, flush, expire, reasons: false };
        self.files.insert(QueueId::parse(&format!("M{number}")).unwrap(), file);
    }

    /// What administrators and bad luck do.
    fn misfortune(&mut self) {
        if !self.is_stormy() {
            return;
        }
        match self.chance.below(1000) {
            0..2 => self.crash(),
            2..5 => self.tell(Event::Revive),
            5..10 => self.change_a_file(|file| file.flush = true),
            10..13 => self.change_a_file(|file| file.expire = true),
            _ => {}
        }
    }

    fn change_a_file(&mut self, change: fn(&mut File)) {
        let count = self.files.len() as u64;
        if count > 0 {
            let place = self.chance.below(count) as usize;
            let (id, file) = self.files.iter_mut().nth(place).unwrap();
            // `postsuper` and `postqueue -i` find files in the queue, not in the memory of the queue manager.
            if !self.schedule.holds(id) {
                change(file);
                file.due = self.now;
            }
        }
    }

    /// SIGKILL: memory is gone, files stay; what agents were doing, nobody hears of.
    fn crash(&mut self) {
        for flight in std::mem::take(&mut self.flights).into_values() {
            let number = self.files[&flight.message].number;
            for recipient in &flight.recipients {
                let name = (number, recipient.offset);
                self.watch.in_hand(name);
                if flight.transport != schedule::RETRY && self.chance.percent(50) {
                    self.delivered.insert(name);
                }
            }
        }
        self.unread.clear();
        self.watch.forget();
        self.schedule = self.rules.schedule();
        for file in self.files.values_mut() {
            (file.source, file.due) = (Source::Incoming, self.now);
        }
    }

    fn feed(&mut self) {
        while self.schedule.has_room() {
            let due = |source| {
                let ready = |(id, file): &(&QueueId, &File)| {
                    file.source == source && file.due <= self.now && !self.schedule.holds(id)
                };
                self.files.iter().find(ready).map(|(id, _)| id.clone())
            };
            let (new, old) = (due(Source::Incoming), due(Source::Deferred));
            let id = match self.turns.next(new.is_some(), old.is_some()) {
                Some(Source::Incoming) => new,
                Some(Source::Deferred) => old,
                None => return,
            };
            self.open(id.unwrap());
        }
    }

    fn open(&mut self, id: QueueId) {
        let allowance = self.schedule.allowance();
        let file = self.files.get_mut(&id).unwrap();
        let kept = if file.expire && file.reasons { file.left.len() } else { 0 };
        let unread = if kept > 0 { Vec::new() } else { file.left.iter().rev().copied().collect() };
        let flush = std::mem::take(&mut file.flush);
        let (force_expire, one_by_one) = (file.expire, file.one_by_one);
        let created = Timestamp::from_seconds(file.created);
        self.unread.insert(id.clone(), unread);
        let (recipients, more) = self.read(&id, allowance);
        self.tell(Event::Arrived(Arrival {
            message: id,
            created,
            null_sender: false,
            warn_at: None,
            force_expire,
            kept,
            one_by_one,
            flush,
            undefer: false,
            recipients,
            more,
        }));
    }

    fn read(&mut self, id: &QueueId, limit: usize) -> (Vec<Routed>, bool) {
        let unread = self.unread.get_mut(id).unwrap();
        let part = unread.split_off(unread.len().saturating_sub(limit));
        let routed = part.into_iter().rev().map(|n| {
            let nexthop = format!("d{}", n % DESTINATIONS);
            let recipient = Recipient { offset: n, ..Recipient::new(format!("u{n}@{nexthop}").as_str()) };
            Routed { transport: transport_of(n).to_owned(), nexthop, recipient }
        });
        (routed.collect(), !self.unread[id].is_empty())
    }

    fn tell(&mut self, event: Event) {
        let now = Timestamp::from_seconds(self.now);
        for action in self.schedule.on(event, now) {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Deliver { delivery, message, transport, nexthop, recipients } => {
                let back = self.now + self.duration(&nexthop);
                let flight = Flight { message, transport, nexthop, recipients };
                self.watch.departs(&flight, self.now, &self.rules);
                self.note_wait(&flight);
                assert!(self.flights.insert((back, delivery), flight).is_none());
            }
            Action::Postpone { delivery, recipients, .. } => {
                let report = Report { deferred: recipients.len(), ..Report::default() };
                self.tell(Event::Finished { delivery, report });
            }
            Action::Refill { message, .. } if self.is_stormy() && self.chance.percent(5) => {
                self.tell(Event::Unread { message });
            }
            Action::Refill { message, limit } => {
                let (recipients, more) = self.read(&message, limit);
                self.tell(Event::Refilled { message, recipients, more });
            }
            Action::Remove { message } => {
                let file = self.files.remove(&message).unwrap();
                assert!(file.left.is_empty(), "{message} removed with recipients left");
            }
            Action::Defer { message, until, .. } => {
                assert!(until.seconds > self.now, "{message} deferred into the past");
                let file = self.files.get_mut(&message).unwrap();
                assert!(!file.left.is_empty(), "{message} deferred without reason");
                (file.due, file.source, file.reasons) = (until.seconds, Source::Deferred, true);
            }
            Action::Expire { message, forced } => {
                let file = self.files.remove(&message).unwrap();
                let due = self.now - file.created >= self.rules.limits.queue_lifetime;
                assert!(due || (forced && file.expire), "{message} returned too early");
                self.returned.extend(file.left.into_iter().map(|n| (file.number, n)));
            }
            Action::Clogged(_) | Action::Explain(_) => {}
        }
    }

    fn duration(&mut self, nexthop: &str) -> i64 {
        match self.story {
            Story::SlowNeighbours if self.rules.is_slow(nexthop) => 300,
            Story::SlowNeighbours => 1 + self.chance.below(3) as i64,
            _ => self.chance.below(30) as i64,
        }
    }

    fn note_wait(&mut self, flight: &Flight) {
        if !self.rules.is_slow(&flight.nexthop) {
            let waited = self.now - self.files[&flight.message].created;
            self.longest_wait = self.longest_wait.max(waited);
        }
    }

    fn land(&mut self) {
        while let Some(entry) = self.flights.first_entry() {
            if entry.key().0 > self.now {
                return;
            }
            let ((_, delivery), flight) = entry.remove_entry();
            self.watch.lands(&flight, self.now, &self.rules);
            let report = self.attempt(&flight);
            self.tell(Event::Finished { delivery, report });
        }
    }

    /// What the agent finds out there.
    fn attempt(&mut self, flight: &Flight) -> Report {
        let everybody = flight.recipients.len();
        if flight.transport == schedule::RETRY {
            assert!(flight.nexthop.starts_with("4."), "{}", flight.nexthop);
            if self.is_stormy() && self.chance.percent(1) {
                return broken(flight.recipients.clone(), 0);
            }
            return Report { deferred: everybody, ..Report::default() };
        }
        if self.is_stormy() && self.rules.is_down(&flight.nexthop, self.now) {
            let health = Health::Unreachable(Diagnosis::new(Enhanced::new(4, 1), "connection refused"));
            return Report { deferred: everybody, untold: vec![], health };
        }
        // An agent may die in the middle: the first are told, the rest are not.
        let dies = self.is_stormy() && self.chance.percent(2);
        let told = if dies { self.chance.below(everybody as u64) as usize } else { everybody };
        let mut deferred = 0;
        for recipient in &flight.recipients[..told] {
            match self.chance.below(100) {
                0..20 if self.is_stormy() => deferred += 1,
                20..25 if self.is_stormy() => self.done(flight, recipient, false),
                _ => self.done(flight, recipient, true),
            }
        }
        match dies {
            true => broken(flight.recipients[told..].to_vec(), deferred),
            false => Report { deferred, ..Report::default() },
        }
    }

    fn done(&mut self, flight: &Flight, recipient: &Recipient, delivered: bool) {
        let file = self.files.get_mut(&flight.message).unwrap();
        let name = (file.number, recipient.offset);
        assert!(file.left.remove(&recipient.offset), "{name:?} was done already");
        let ends = if delivered { &mut self.delivered } else { &mut self.returned };
        assert!(ends.insert(name) || self.watch.was_in_hand(&name), "{name:?} ends twice");
    }
}

fn broken(untold: Vec<Recipient>, deferred: usize) -> Report {
    let why = Diagnosis::new(Enhanced::new(3, 0), "unknown mail transport error");
    Report { deferred, untold, health: Health::AgentFailed(why) }
}

/// When the faults end.
const STORM: i64 = 4_000;
/// Long after everything should be over.
const NEVER: i64 = 500_000;
const DESTINATIONS: u64 = 9;
