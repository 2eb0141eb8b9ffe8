//! When to try again, when to warn, when to give up.

use crate::{Arrival, Limits};
use mail::Timestamp;

/// What the decisions about a message's time need to know.
#[derive(Clone, Debug)]
pub(crate) struct Lifetime {
    created: Timestamp,
    null_sender: bool,
    warn_at: Option<Timestamp>,
    force_expire: bool,
}

/// What becomes of a message that still has recipients.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Retry { until: Timestamp, warn: bool },
    Expired { forced: bool },
}

impl Lifetime {
    pub(crate) fn of(arrival: &Arrival) -> Self {
        Self {
            created: arrival.created,
            null_sender: arrival.null_sender,
            warn_at: arrival.warn_at,
            force_expire: arrival.force_expire,
        }
    }

    /// The message is to be returned as it is.
    pub(crate) fn is_forced(&self) -> bool {
        self.force_expire
    }

    /// Decided after an attempt, so that even a life time of zero allows one.
    pub(crate) fn fate(&self, limits: &Limits, now: Timestamp) -> Fate {
        let lifetime = if self.null_sender { limits.bounce_lifetime } else { limits.queue_lifetime };
        let age = now.seconds.saturating_sub(self.created.seconds);
        if self.force_expire || age >= lifetime {
            return Fate::Expired { forced: self.force_expire };
        }
        Fate::Retry {
            until: now.plus_seconds(backoff(limits, age)),
            // One second early, as in Postfix: whole seconds are all that the queue file holds.
            warn: self.warn_at.is_some_and(|due| now.plus_seconds(1) >= due),
        }
    }
}

/// The wait before the next try: as long as the message is old, within bounds, so that it doubles.
fn backoff(limits: &Limits, age: i64) -> i64 {
    age.min(limits.maximal_backoff).max(limits.minimal_backoff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifetime(null_sender: bool) -> Lifetime {
        Lifetime { created: at(0), null_sender, warn_at: None, force_expire: false }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_wait_doubles_between_its_bounds() {
        let limits = Limits::default();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..7 {
            let Fate::Retry { until, .. } = lifetime(false).fate(&limits, at(now)) else { panic!() };
            waits.push(until.seconds - now);
            now = until.seconds;
        }
        assert_eq!(waits, [300, 300, 600, 1200, 2400, 4000, 4000]);
    }

    #[test]
    fn a_clock_that_went_back_still_means_the_shortest_wait() {
        let fate = lifetime(false).fate(&Limits::default(), at(-3600));
        assert_eq!(fate, Fate::Retry { until: at(-3300), warn: false });
    }

    #[test]
    fn bounces_have_a_life_time_of_their_own() {
        let limits = Limits { bounce_lifetime: 60, ..Limits::default() };
        assert_eq!(lifetime(true).fate(&limits, at(60)), Fate::Expired { forced: false });
        assert!(matches!(lifetime(false).fate(&limits, at(60)), Fate::Retry { .. }));
    }

    #[test]
    fn a_life_time_of_zero_is_one_attempt() {
        let limits = Limits { queue_lifetime: 0, ..Limits::default() };
        assert_eq!(lifetime(false).fate(&limits, at(0)), Fate::Expired { forced: false });
    }

    #[test]
    fn a_warning_is_due_from_its_time_on() {
        let warned = Lifetime { warn_at: Some(at(100)), ..lifetime(false) };
        let warn = |now| matches!(warned.fate(&Limits::default(), at(now)), Fate::Retry { warn: true, .. });
        assert!(!warn(98) && warn(99));
    }
}
