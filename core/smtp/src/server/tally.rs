//! How often each command was given, and how often with success: the numbers of the disconnect line.

use crate::command::Verb;

/// Counters of one command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Times without an error.
    pub good: u32,
    /// All times.
    pub total: u32,
}

/// The counters of a session.
#[derive(Clone, Debug, Default)]
pub struct Tally([Count; Verb::ALL.len()]);

impl Tally {
    /// Counts one command.
    pub(crate) fn add(&mut self, verb: Verb, good: bool) {
        self.0[verb as usize].total += 1;
        if good {
            self.succeed(verb);
        }
    }

    /// A command that was counted before has succeeded.
    pub(crate) fn succeed(&mut self, verb: Verb) {
        self.0[verb as usize].good += 1;
    }

    /// The commands that were used, in the order of the log line, with lower-case names.
    pub fn used(&self) -> impl Iterator<Item = (String, Count)> + '_ {
        let used = Verb::ALL.into_iter().map(|verb| (verb, self.0[verb as usize]));
        used.filter(|(_, count)| count.total > 0)
            .map(|(verb, count)| (verb.name().to_ascii_lowercase(), count))
    }

    /// All commands together.
    pub fn sum(&self) -> Count {
        self.0.iter().fold(Count::default(), |sum, count| Count {
            good: sum.good + count.good,
            total: sum.total + count.total,
        })
    }
}
