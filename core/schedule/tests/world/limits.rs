//! What main.cf, master.cf and the weather are like in one story.

use super::{Chance, DESTINATIONS, Story};
use schedule::{Feedback, Limits, Schedule, TransportLimits};
use std::collections::HashMap;
use std::rc::Rc;

/// The rules of one story.
pub struct Rules {
    pub limits: Limits,
    pub transports: Rc<HashMap<&'static str, TransportLimits>>,
    pub seconds_between_arrivals: u64,
    /// For each destination: how often it is down, of 8 periods.
    down: Vec<u64>,
    slow: Vec<bool>,
}

impl Rules {
    pub fn by_chance(chance: &mut Chance, story: Story) -> Self {
        if story == Story::SlowNeighbours {
            return Self::with_slow_neighbours(chance);
        }
        let limits = Limits {
            active_messages: chance.one_of(&[3, 10, 60]),
            recipients: chance.one_of(&[10, 50, 1000]),
            recipient_minimum: chance.one_of(&[1, 5, 10]),
            minimal_backoff: chance.one_of(&[30, 300]),
            maximal_backoff: chance.one_of(&[300, 900]),
            queue_lifetime: chance.one_of(&[0, 1000, 100_000]),
            transport_retry: chance.one_of(&[10, 60]),
            clog_warn: 300,
            ..Limits::default()
        };
        let transports = TRANSPORTS.map(|name| (name, transport(chance, name)));
        let down = (0..DESTINATIONS).map(|n| if n < 4 { chance.below(9) } else { 0 }).collect();
        let slow = vec![false; DESTINATIONS as usize];
        let seconds_between_arrivals = chance.one_of(&[10, 30, 60]);
        Self { limits, transports: Rc::new(transports.into()), seconds_between_arrivals, down, slow }
    }

    /// Some destinations take all the requests that they may have, for minutes; others are never busy.
    fn with_slow_neighbours(chance: &mut Chance) -> Self {
        let slow: Vec<bool> = (0..DESTINATIONS).map(|n| n < 3).collect();
        let transports = TRANSPORTS.map(|name| {
            let concurrency = 1 + chance.below(4) as usize;
            // Even when all the slow ones are as busy as they may be, some processes are left.
            let processes = 3 * concurrency + 4 + chance.below(4) as usize;
            let recipients_per_delivery = chance.one_of(&[2, 5]);
            let limits = TransportLimits {
                concurrency,
                initial_concurrency: concurrency,
                processes,
                recipients_per_delivery,
                ..TransportLimits::default()
            };
            (name, limits)
        });
        let limits = Limits { active_messages: 10_000, ..Limits::default() };
        let down = vec![0; DESTINATIONS as usize];
        Self { limits, transports: Rc::new(transports.into()), seconds_between_arrivals: 15, down, slow }
    }

    pub fn schedule(&self) -> Schedule {
        let transports = Rc::clone(&self.transports);
        Schedule::new(self.limits.clone(), move |name| transports[name].clone())
    }

    /// A destination goes down and comes back every few minutes.
    pub fn is_down(&self, nexthop: &str, now: i64) -> bool {
        let destination = number_of(nexthop);
        let period = (now / 200 + 3 * destination as i64) % 8;
        (period as u64) < self.down[destination]
    }

    pub fn is_slow(&self, nexthop: &str) -> bool {
        nexthop.starts_with('d') && self.slow[number_of(nexthop)]
    }
}

/// The transport of a recipient.
pub fn transport_of(offset: u64) -> &'static str {
    match offset % DESTINATIONS {
        7 => "local",
        8 => "paced",
        _ => "smtp",
    }
}

fn number_of(nexthop: &str) -> usize {
    nexthop[1..].parse().unwrap()
}

fn transport(chance: &mut Chance, name: &str) -> TransportLimits {
    let feedback = |chance: &mut Chance| {
        Feedback::parse(chance.one_of(&["0", "1", "0.3", "1/concurrency", "1/sqrt_concurrency"])).unwrap()
    };
    let own = TransportLimits {
        processes: chance.one_of(&[0, 1, 3, 12]),
        concurrency: chance.one_of(&[0, 1, 2, 6]),
        initial_concurrency: chance.one_of(&[1, 2, 5]),
        recipients_per_delivery: chance.one_of(&[0, 1, 2, 8]),
        positive_feedback: feedback(chance),
        negative_feedback: feedback(chance),
        failed_cohorts: chance.one_of(&[0, 1, 3]),
        recipients: chance.one_of(&[5, 100, 20_000]),
        extra_recipients: chance.one_of(&[0, 10]),
        refill: chance.one_of(&[1, 100]),
        refill_delay: chance.one_of(&[0, 5]),
        slot_cost: chance.one_of(&[0, 2, 5]),
        slot_loan: chance.one_of(&[0, 3]),
        slot_discount: chance.one_of(&[0, 50, 100]),
        minimum_slots: chance.one_of(&[0, 3]),
        ..TransportLimits::default()
    };
    match name {
        "local" => TransportLimits { recipients_per_delivery: 1, ..own },
        "paced" => TransportLimits {
            destination_rate_delay: chance.one_of(&[0, 3]),
            transport_rate_delay: chance.one_of(&[0, 2]),
            ..own
        },
        "retry" => TransportLimits::default(),
        _ => own,
    }
}

const TRANSPORTS: [&str; 4] = ["smtp", "local", "paced", "retry"];
