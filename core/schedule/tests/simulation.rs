//! A seeded simulation: days of mail through bad weather. Whatever happens, each recipient ends delivered, returned
//! or still queued; no limit is ever exceeded; and when the faults end, the queue empties.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, outside `#[test]` functions

use mail::{Diagnosis, Enhanced, QueueId, Recipient, Timestamp};
use schedule::{
    Action, Arrival, DeliveryId, Event, Health, Limits, Report, Routed, Schedule, Source, TransportLimits,
    Turns,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[test]
fn mail_survives_bad_weather_and_the_queue_empties_afterwards() {
    for seed in 1..=10 {
        let mut world = World::new(seed);
        world.run();
        assert!(world.files.is_empty(), "seed {seed}: left in the queue: {:?}", world.files.keys());
        let ends = world.delivered.len() + world.returned.len();
        assert_eq!(ends, world.sent, "seed {seed}: each recipient has one end");
        assert!(world.delivered.len() > world.sent / 2, "seed {seed}: most mail gets through");
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let story = |seed| {
        let mut world = World::new(seed);
        world.run();
        (world.now, world.delivered, world.returned)
    };
    assert_eq!(story(7), story(7));
    assert_ne!(story(7), story(8));
}

/// xorshift64*: enough chance for a test.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn percent(&mut self, n: u64) -> bool {
        self.below(100) < n
    }
}

/// A queue file: what a crash leaves behind.
struct File {
    created: i64,
    due: i64,
    source: Source,
    left: BTreeSet<u64>,
}

/// A request under way in an agent.
struct Flight {
    message: QueueId,
    transport: String,
    nexthop: String,
    recipients: Vec<Recipient>,
}

struct World {
    chance: Chance,
    now: i64,
    schedule: Schedule,
    files: BTreeMap<QueueId, File>,
    flights: BTreeMap<(i64, DeliveryId), Flight>,
    unread: HashMap<QueueId, Vec<u64>>,
    turns: Turns,
    sent: usize,
    delivered: BTreeSet<(QueueId, u64)>,
    returned: BTreeSet<(QueueId, u64)>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            chance: Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            now: 0,
            schedule: Schedule::new(limits(), transport_limits),
            files: BTreeMap::new(),
            flights: BTreeMap::new(),
            unread: HashMap::new(),
            turns: Turns::default(),
            sent: 0,
            delivered: BTreeSet::new(),
            returned: BTreeSet::new(),
        }
    }

    /// Mail arrives for a day; then the weather clears, and at most the retry time later all is quiet.
    fn run(&mut self) {
        while self.now < CLEAR + 2 * limits().maximal_backoff && !(self.now > CLEAR && self.files.is_empty())
        {
            self.now += 1 + self.chance.below(20) as i64;
            if self.now < CLEAR && self.chance.percent(15) {
                self.submit();
            }
            if self.now < CLEAR && self.chance.below(2000) == 0 {
                self.crash();
            }
            if self.now < CLEAR && self.chance.below(3000) == 0 {
                self.tell(Event::Revive);
            }
            self.feed();
            self.land();
            if self.schedule.next_timer().is_some_and(|at| at.seconds <= self.now) {
                self.tell(Event::Timer);
            }
            self.check_limits();
        }
    }

    fn submit(&mut self) {
        let id = QueueId::parse(&format!("M{}", self.sent)).unwrap();
        let count = if self.chance.percent(3) { 200 } else { 1 + self.chance.below(3) };
        self.sent += count as usize;
        let left = (0..count).map(|n| n * 7 + self.chance.below(7)).collect();
        self.files.insert(id, File { created: self.now, due: self.now, source: Source::Incoming, left });
    }

    /// SIGKILL: memory is gone, files stay; what agents were doing, nobody hears of.
    fn crash(&mut self) {
        self.flights.clear();
        self.unread.clear();
        self.schedule = Schedule::new(limits(), transport_limits);
        for file in self.files.values_mut() {
            file.source = Source::Incoming;
            file.due = self.now;
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
        let file = &self.files[&id];
        let created = Timestamp::from_seconds(file.created);
        self.unread.insert(id.clone(), file.left.iter().rev().copied().collect());
        let (recipients, more) = self.read(&id, self.schedule.allowance());
        let flush = self.chance.percent(2);
        self.tell(Event::Arrived(Arrival {
            message: id,
            created,
            null_sender: false,
            warn_at: None,
            force_expire: false,
            kept: 0,
            one_by_one: false,
            flush,
            undefer: false,
            recipients,
            more,
        }));
    }

    fn read(&mut self, id: &QueueId, limit: usize) -> (Vec<Routed>, bool) {
        let unread = self.unread.get_mut(id).unwrap();
        let part = unread.split_off(unread.len().saturating_sub(limit));
        let routed = part.into_iter().map(|n| {
            let recipient = Recipient { offset: n, ..Recipient::new(format!("u{n}@d{}", n % 7).as_str()) };
            let transport = if n % 7 == 6 { "local" } else { "smtp" };
            Routed { transport: transport.into(), nexthop: format!("d{}", n % 7), recipient }
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
                let back = self.now + self.chance.below(30) as i64;
                let flight = Flight { message, transport, nexthop, recipients };
                assert!(self.flights.insert((back, delivery), flight).is_none());
            }
            Action::Postpone { delivery, recipients, .. } => {
                let report = Report { deferred: recipients.len(), ..Report::default() };
                self.tell(Event::Finished { delivery, report });
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
                let file = self.files.get_mut(&message).unwrap();
                assert!(!file.left.is_empty(), "{message} deferred without reason");
                (file.due, file.source) = (until.seconds, Source::Deferred);
            }
            Action::Expire { message, .. } => {
                let file = self.files.remove(&message).unwrap();
                assert!(self.now - file.created >= limits().queue_lifetime, "{message} returned too early");
                self.returned.extend(file.left.into_iter().map(|n| (message.clone(), n)));
            }
            Action::Clogged(_) | Action::Explain(_) => {}
        }
    }

    fn land(&mut self) {
        while let Some(entry) = self.flights.first_entry() {
            if entry.key().0 > self.now {
                return;
            }
            let ((_, delivery), flight) = entry.remove_entry();
            let report = self.attempt(&flight);
            self.tell(Event::Finished { delivery, report });
        }
    }

    /// What the agent finds out there.
    fn attempt(&mut self, flight: &Flight) -> Report {
        let stormy = self.now < CLEAR;
        if flight.transport == "retry" {
            assert!(flight.nexthop.starts_with("4."), "{}", flight.nexthop);
            return Report { deferred: flight.recipients.len(), ..Report::default() };
        }
        if stormy && self.chance.percent(1) {
            let why = Diagnosis::new(Enhanced::new(3, 0), "unknown mail transport error");
            return Report {
                deferred: 0,
                untold: flight.recipients.clone(),
                health: Health::AgentFailed(why),
            };
        }
        // One destination is dead all day, one every other hour.
        let down = flight.nexthop == "d0" || flight.nexthop == "d1" && self.now / 3600 % 2 == 0;
        if stormy && down {
            let why = Diagnosis::new(Enhanced::new(4, 1), "connection refused");
            return Report {
                deferred: flight.recipients.len(),
                untold: vec![],
                health: Health::Unreachable(why),
            };
        }
        let mut report = Report::default();
        for recipient in &flight.recipients {
            let end = (flight.message.clone(), recipient.offset);
            match self.chance.below(100) {
                0..20 if stormy => report.deferred += 1,
                20..25 if stormy => self.done(end, false),
                _ => self.done(end, true),
            }
        }
        report
    }

    fn done(&mut self, end: (QueueId, u64), delivered: bool) {
        assert!(self.files.get_mut(&end.0).unwrap().left.remove(&end.1), "{end:?} was done already");
        let list = if delivered { &mut self.delivered } else { &mut self.returned };
        assert!(list.insert(end));
    }

    fn check_limits(&self) {
        assert!(self.schedule.len() <= limits().active_messages);
        let mut by_transport: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_destination: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for flight in self.flights.values() {
            let limits = transport_limits(&flight.transport);
            assert!((1..=limits.recipients_per_delivery).contains(&flight.recipients.len()));
            *by_transport.entry(&flight.transport).or_default() += 1;
            *by_destination.entry((&flight.transport, &flight.nexthop)).or_default() += 1;
        }
        assert!(by_transport.iter().all(|(name, busy)| *busy <= transport_limits(name).processes));
        let within = |((name, _), busy): (&(&str, &str), &usize)| *busy <= transport_limits(name).concurrency;
        assert!(by_destination.iter().all(within));
    }
}

fn limits() -> Limits {
    Limits { active_messages: 60, recipients: 300, queue_lifetime: 6 * 3600, ..Limits::default() }
}

fn transport_limits(name: &str) -> TransportLimits {
    let processes = if name == "local" { 4 } else { 12 };
    TransportLimits { processes, concurrency: 6, recipients_per_delivery: 8, ..TransportLimits::default() }
}

/// When the faults end.
const CLEAR: i64 = 86_400;
