//! One client's way through the tests: what is due, what was passed or failed, and what becomes of it in the end.

use crate::{Stamps, protocol_error};
use mail::Reply;
use std::net::IpAddr;
use std::rc::Rc;

/// The tests, in the order of a cache line. The first two run before the greeting, the others ("deep protocol tests")
/// in the SMTP engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Does the client wait for the greeting?
    Pregreet,
    /// Do DNS block lists know it?
    Dnsbl,
    /// Does it wait for the reply to a command?
    Pipelining,
    /// Does it speak another protocol?
    NonSmtp,
    /// Does it end lines with CR LF?
    BareNewline,
}

impl Test {
    /// How many there are.
    pub const COUNT: usize = 5;
    /// All of them.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Pregreet, Self::Dnsbl, Self::Pipelining, Self::NonSmtp, Self::BareNewline];

    fn is_deep(self) -> bool {
        !matches!(self, Self::Pregreet | Self::Dnsbl)
    }
}

/// What is done with a client that fails a test (`postscreen_*_action`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Log it, and let the client pass.
    Ignore,
    /// Let other tests complete, and refuse its mail.
    Enforce,
    /// Hang up.
    Drop,
}

impl Action {
    /// Reads the value of an action parameter.
    pub fn parse(word: &str) -> Option<Self> {
        [("ignore", Self::Ignore), ("enforce", Self::Enforce), ("drop", Self::Drop)]
            .into_iter()
            .find(|(name, _)| word.eq_ignore_ascii_case(name))
            .map(|(_, action)| action)
    }
}

/// The settings of one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Must clients pass it?
    pub enabled: bool,
    /// What failing it means.
    pub action: Action,
    /// For how many seconds a passed test need not be repeated. For DNS lists: at least.
    pub ttl: i64,
}

/// The settings of all tests, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules(pub [Rule; Test::COUNT]);

impl Rules {
    /// The settings of a test.
    pub fn of(&self, test: Test) -> Rule {
        self.0[test as usize]
    }

    fn least_ttl(&self) -> i64 {
        self.0.iter().map(|rule| rule.ttl).min().unwrap_or(0)
    }
}

/// What to do now that a test was failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on; if the client's mail is to be refused, the trial remembers with which reply.
    Go,
    /// Say this and hang up.
    Drop(Reply),
}

/// A client that passed all tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Some of them for the first time.
    New,
    /// It has passed them all before.
    Old,
}

/// A client under test.
#[derive(Clone, Debug)]
pub struct Trial {
    rules: Rc<Rules>,
    before: Option<Stamps>,
    results: [Outcome; Test::COUNT],
    /// Some test is made for the first time.
    new: bool,
    /// It came to an address where no pass is to be had.
    vetoed: bool,
    refusal: Option<Reply>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    NotDue,
    Due,
    /// Good until then.
    Passed(i64),
    Failed(Action),
}

impl Trial {
    /// A client with what the cache knows of it.
    pub fn new(rules: Rc<Rules>, before: Option<Stamps>, now: i64) -> Self {
        let known = before.unwrap_or_default();
        let due = |test| {
            if rules.of(test).enabled && known.of(test) <= now { Outcome::Due } else { Outcome::NotDue }
        };
        let results = Test::ALL.map(due);
        let first = |test: &Test| results[*test as usize] == Outcome::Due && known.of(*test) == Stamps::NEW;
        let new = Test::ALL.iter().any(first);
        Self { results, new, rules, before, vetoed: false, refusal: None }
    }

    /// Must this test be made?
    pub fn is_due(&self, test: Test) -> bool {
        self.results[test as usize] == Outcome::Due
    }

    /// Is there nothing to test?
    pub fn is_clear(&self) -> bool {
        !Test::ALL.into_iter().any(|test| self.is_due(test))
    }

    /// Does the cache have a line for the client?
    pub fn is_known(&self) -> bool {
        self.before.is_some()
    }

    /// No pass for this client, however well it does (`postscreen_allowlist_interfaces`).
    pub fn veto(&mut self) {
        self.vetoed = true;
    }

    /// The client is on the permanent denylist (`postscreen_denylist_action`).
    pub fn deny(&mut self, action: Action) -> Verdict {
        self.punish(action, Reply::new(550, 3, 2, UNAVAILABLE))
    }

    /// A test was passed; its result is good for so many seconds, or as long as its rule says.
    pub fn pass(&mut self, test: Test, now: i64, ttl: Option<i64>) {
        if self.is_due(test) {
            let ttl = ttl.unwrap_or(self.rules.of(test).ttl);
            self.results[test as usize] = Outcome::Passed(now + ttl);
        }
    }

    /// The client speaks before its turn.
    pub fn fail_pregreet(&mut self) -> Verdict {
        self.fail(Test::Pregreet, protocol_error())
    }

    /// DNS lists know the client as bad; `domain` is the one to name.
    pub fn fail_dnsbl(&mut self, address: IpAddr, domain: &str) -> Verdict {
        let text = format!("Service unavailable; client [{address}] blocked using {domain}");
        self.fail(Test::Dnsbl, Reply::new(550, 7, 1, text))
    }

    /// DNS lists speak so well of the client that no other test is needed (`postscreen_dnsbl_allowlist_threshold`).
    pub fn pass_all(&mut self, now: i64, ttl: i64) {
        for outcome in self.results.iter_mut().filter(|outcome| !matches!(outcome, Outcome::Failed(_))) {
            *outcome = Outcome::Passed(now + ttl);
        }
    }

    /// A test was failed, for the first time in this session.
    pub fn fail(&mut self, test: Test, reply: Reply) -> Verdict {
        let action = self.rules.of(test).action;
        self.results[test as usize] = Outcome::Failed(action);
        self.punish(action, reply)
    }

    /// Was this test failed already?
    pub fn has_failed(&self, test: Test) -> bool {
        matches!(self.results[test as usize], Outcome::Failed(_))
    }

    fn punish(&mut self, action: Action, reply: Reply) -> Verdict {
        match action {
            Action::Ignore => Verdict::Go,
            Action::Enforce => {
                self.refusal = Some(reply);
                Verdict::Go
            }
            Action::Drop => {
                self.refusal = Some(reply.clone());
                Verdict::Drop(Reply { code: 521, ..reply })
            }
        }
    }

    /// Before the greeting: must the client talk to our own SMTP engine, instead of a real SMTP server?
    pub fn needs_engine(&self) -> bool {
        self.refusal.is_some()
            || self.vetoed
            || Test::ALL.into_iter().any(|test| test.is_deep() && self.is_due(test))
    }

    /// What RCPT is answered: the last offence, or "later" for a client that must come back.
    pub fn rcpt_reply(&self) -> Reply {
        self.refusal.clone().unwrap_or_else(|| Reply::new(450, 3, 2, UNAVAILABLE))
    }

    /// The end of the session, or of our part in it. `tried` tells whether the client got as far as naming a recipient:
    /// then it has shown all that the deep tests look for. Gives the verdict for the log, and the cache line to keep if
    /// it is to change.
    pub fn conclude(mut self, now: i64, tried: bool) -> (Option<Pass>, Option<Stamps>) {
        if self.refusal.is_some() || self.vetoed {
            return (None, None);
        }
        for test in Test::ALL.into_iter().filter(|test| tried && test.is_deep()) {
            self.pass(test, now, None);
        }
        let unpassed = |test: Test| match self.results[test as usize] {
            Outcome::Due => true,
            Outcome::Failed(_) => !test.is_deep(),
            Outcome::NotDue | Outcome::Passed(_) => false,
        };
        let pass = match self.new {
            _ if Test::ALL.into_iter().any(unpassed) => None,
            false => Some(Pass::Old),
            true => Some(Pass::New),
        };
        (pass, self.stamps(now))
    }

    fn stamps(&self, now: i64) -> Option<Stamps> {
        let mut stamps = self.before.unwrap_or_default();
        let mut news = false;
        for test in Test::ALL {
            let stamp = match self.results[test as usize] {
                Outcome::Passed(until) => Some(until),
                // Ignored: in the engine the test is not repeated at once, so that the client gets to a server some day.
                Outcome::Failed(_) if test.is_deep() => Some(now + self.rules.least_ttl()),
                Outcome::Failed(_) | Outcome::Due | Outcome::NotDue => None,
            };
            news |= stamp.is_some();
            let kept = match stamps.of(test) {
                Stamps::NEW if !self.rules.of(test).enabled => Stamps::DISABLED,
                kept => kept,
            };
            stamps.set(test, stamp.unwrap_or(kept));
        }
        news.then_some(stamps)
    }
}

const UNAVAILABLE: &str = "Service currently unavailable";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    fn rules(enabled: [bool; 5], action: Action) -> Rc<Rules> {
        let ttls = [86_400, 60, 500, 600, 700];
        let mut rules = [Rule { enabled: false, action, ttl: 0 }; 5];
        for (index, rule) in rules.iter_mut().enumerate() {
            (rule.enabled, rule.ttl) = (enabled[index], ttls[index]);
        }
        Rc::new(Rules(rules))
    }

    fn early(action: Action) -> Trial {
        Trial::new(rules([true, true, false, false, false], action), None, NOW)
    }

    fn line(stamps: Option<Stamps>) -> String {
        stamps.map(|stamps| stamps.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_client_that_passes_is_remembered_for_the_time_of_each_test() {
        let mut trial = early(Action::Enforce);
        assert!(!trial.is_clear() && !trial.needs_engine());
        trial.pass(Test::Pregreet, NOW, None);
        trial.pass(Test::Dnsbl, NOW, Some(100));
        let (pass, stamps) = trial.conclude(NOW, false);
        assert_eq!((pass, line(stamps).as_str()), (Some(Pass::New), "1086400;1000100;1;1;1"));
        let again = Trial::new(rules([true, true, false, false, false], Action::Drop), stamps, NOW + 50);
        assert!(again.is_clear());
        let later = Trial::new(rules([true, true, false, false, false], Action::Drop), stamps, NOW + 100);
        assert!(later.is_due(Test::Dnsbl) && !later.is_due(Test::Pregreet));
    }

    #[test]
    fn an_ignored_failure_before_the_greeting_is_repeated_next_time_and_no_pass() {
        let mut trial = early(Action::Ignore);
        assert_eq!(trial.fail(Test::Pregreet, protocol_error()), Verdict::Go);
        trial.pass(Test::Dnsbl, NOW, Some(60));
        assert!(!trial.needs_engine());
        let (pass, stamps) = trial.conclude(NOW, false);
        assert_eq!((pass, line(stamps).as_str()), (None, "0;1000060;1;1;1"));
        let mut both = early(Action::Ignore);
        both.fail(Test::Pregreet, protocol_error());
        both.fail(Test::Dnsbl, protocol_error());
        assert_eq!(both.conclude(NOW, false), (None, None));
    }

    #[test]
    fn a_failure_that_counts_leaves_no_trace_in_the_cache() {
        let mut trial = early(Action::Enforce);
        trial.pass(Test::Dnsbl, NOW, Some(60));
        assert_eq!(trial.fail(Test::Pregreet, protocol_error()), Verdict::Go);
        assert!(trial.needs_engine());
        assert_eq!(trial.rcpt_reply(), protocol_error());
        assert_eq!(trial.conclude(NOW, true), (None, None));
    }

    #[test]
    fn a_dropped_client_hears_521() {
        let verdict = early(Action::Drop).fail(Test::Pregreet, protocol_error());
        assert_eq!(verdict, Verdict::Drop(Reply::new(521, 5, 1, "Protocol error")));
    }

    #[test]
    fn deep_tests_are_passed_by_who_names_a_recipient() {
        let rules = rules([true, false, true, false, true], Action::Enforce);
        let mut trial = Trial::new(rules.clone(), None, NOW);
        trial.pass(Test::Pregreet, NOW, None);
        assert!(trial.needs_engine());
        assert_eq!(trial.rcpt_reply().line(), "450 4.3.2 Service currently unavailable");
        let (pass, stamps) = trial.clone().conclude(NOW, false);
        assert_eq!((pass, line(stamps).as_str()), (None, "1086400;1;0;1;0"));
        let (pass, stamps) = trial.conclude(NOW, true);
        assert_eq!((pass, line(stamps).as_str()), (Some(Pass::New), "1086400;1;1000500;1;1000700"));
        let half = Trial::new(rules.clone(), Stamps::parse("1086400;1;0;1;0"), NOW);
        assert_eq!(half.conclude(NOW, true).0, Some(Pass::New));
        assert_eq!(Trial::new(rules, stamps, NOW + 1000).conclude(NOW + 1000, true).0, Some(Pass::Old));
    }

    #[test]
    fn an_ignored_deep_failure_is_forgotten_for_the_shortest_of_all_times() {
        let mut trial = Trial::new(rules([false, false, false, false, true], Action::Ignore), None, NOW);
        trial.fail(Test::BareNewline, protocol_error());
        assert_eq!(line(trial.conclude(NOW, false).1), "1;1;1;1;1000060");
    }

    #[test]
    fn lists_that_praise_a_client_spare_it_all_other_tests() {
        let mut trial = Trial::new(rules([true, true, true, false, false], Action::Drop), None, NOW);
        trial.pass_all(NOW, 60);
        assert!(!trial.needs_engine());
        let (pass, stamps) = trial.conclude(NOW, false);
        assert_eq!(
            (pass, line(stamps).as_str()),
            (Some(Pass::New), "1000060;1000060;1000060;1000060;1000060")
        );
    }

    #[test]
    fn a_vetoed_client_is_never_remembered() {
        let mut trial = early(Action::Enforce);
        trial.veto();
        trial.pass(Test::Pregreet, NOW, None);
        trial.pass(Test::Dnsbl, NOW, None);
        assert!(trial.needs_engine());
        assert_eq!(trial.conclude(NOW, true), (None, None));
    }

    #[test]
    fn the_denylist_refuses_until_a_later_offence_has_a_better_reason() {
        let mut trial = early(Action::Enforce);
        assert_eq!(trial.deny(Action::Enforce), Verdict::Go);
        assert_eq!(trial.rcpt_reply().line(), "550 5.3.2 Service currently unavailable");
        trial.fail(Test::Pregreet, protocol_error());
        assert_eq!(trial.rcpt_reply(), protocol_error());
        let mut lenient = early(Action::Enforce);
        assert_eq!(lenient.deny(Action::Ignore), Verdict::Go);
        assert!(!lenient.needs_engine());
        let dropped = early(Action::Enforce).deny(Action::Drop);
        assert_eq!(dropped, Verdict::Drop(Reply::new(521, 3, 2, UNAVAILABLE)));
    }

    #[test]
    fn actions_are_words() {
        assert_eq!(Action::parse("Drop"), Some(Action::Drop));
        assert_eq!(Action::parse("continue"), None);
    }
}
