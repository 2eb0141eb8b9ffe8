//! How many deliveries a destination is offered at once. SCHEDULER_README, "Theory of the concurrency
//! scheduler": success opens the window, failure closes it, and a destination whose first cohort fails is dead.

use crate::TransportLimits;

/// `destination_concurrency_{positive,negative}_feedback`: a number between 0 and 1, alone or divided by the
/// current concurrency or its square root.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feedback {
    number: f64,
    per: Per,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Per {
    Delivery,
    Concurrency,
    SqrtConcurrency,
}

impl Feedback {
    /// The default: one up for each success, one down for each failure.
    pub const ONE: Self = Self { number: 1.0, per: Per::Delivery };

    /// Reads `0.5`, `1/concurrency`, `1/sqrt_concurrency`. None when it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, per) = match text.split_once('/') {
            None => (text, Per::Delivery),
            Some((number, divisor)) => match divisor.trim() {
                "concurrency" => (number, Per::Concurrency),
                "sqrt_concurrency" => (number, Per::SqrtConcurrency),
                _ => return None,
            },
        };
        let number: f64 = number.trim().parse().ok()?;
        (0.0..=1.0).contains(&number).then_some(Self { number, per })
    }

    fn amount(self, window: usize) -> f64 {
        match self.per {
            Per::Delivery => self.number,
            Per::Concurrency => self.number / window as f64,
            Per::SqrtConcurrency => self.number / (window as f64).sqrt(),
        }
    }
}

/// The concurrency window of one destination.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    size: usize,
    success: f64,
    failure: f64,
    failed_cohorts: f64,
}

impl Window {
    /// A destination that nothing is known about.
    pub(crate) fn new(limits: &TransportLimits) -> Self {
        let size = limits.initial_concurrency.clamp(1, limits.most_concurrency());
        Self { size, success: 0.0, failure: 0.0, failed_cohorts: 0.0 }
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// A delivery reached the destination while `busy` requests, this one included, were under way. The
    /// window grows only as far as there is use for it: `initial_destination_concurrency` ahead.
    pub(crate) fn succeeded(&mut self, busy: usize, limits: &TransportLimits) {
        self.failed_cohorts = 0.0;
        let most = limits.most_concurrency();
        if self.size >= most || self.size >= busy.saturating_add(limits.initial_concurrency) {
            return;
        }
        let step = limits.positive_feedback.amount(self.size);
        self.success += step;
        // Half a step of slack: sums of fractions such as 1/3 may stay just below one.
        if step > 0.0 && self.success + step / 2.0 >= 1.0 {
            self.size = (self.size + 1).min(most);
            self.success -= 1.0;
            self.failure = 0.0;
        }
    }

    /// A delivery could not reach the destination. True when the destination is now to be taken for dead.
    pub(crate) fn failed(&mut self, limits: &TransportLimits) -> bool {
        // One failure of n that are under way is the n-th part of a cohort ("pseudo-cohort").
        self.failed_cohorts += 1.0 / self.size as f64;
        if limits.failed_cohorts > 0 && self.failed_cohorts >= limits.failed_cohorts as f64 - ROUNDING {
            return true;
        }
        let step = limits.negative_feedback.amount(self.size);
        self.failure += step;
        if step > 0.0 && self.failure + step / 2.0 >= 1.0 {
            self.size = (self.size - 1).max(1);
            self.failure -= 1.0;
            self.success = 0.0;
        }
        false
    }
}

const ROUNDING: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> TransportLimits {
        TransportLimits::default()
    }

    #[test]
    fn feedback_is_a_fraction_of_one_and_nothing_else() {
        assert_eq!(Feedback::parse("1"), Some(Feedback::ONE));
        assert!(Feedback::parse("0.25/sqrt_concurrency").is_some());
        assert!(Feedback::parse("1 / concurrency").is_some());
        for bad in ["", "2", "-1", "1/x", "1/", "x", "nan", "1/concurrency/2"] {
            assert_eq!(Feedback::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_busy_destination_grows_to_its_limit_and_not_beyond() {
        let mut window = Window::new(&limits());
        assert_eq!(window.size(), 5);
        for _ in 0..100 {
            window.succeeded(window.size(), &limits());
        }
        assert_eq!(window.size(), 20);
    }

    #[test]
    fn a_destination_that_gets_little_mail_is_not_offered_more() {
        let mut window = Window::new(&limits());
        for _ in 0..100 {
            window.succeeded(1, &limits());
        }
        assert_eq!(window.size(), 6);
    }

    #[test]
    fn one_over_concurrency_takes_a_whole_cohort_to_grow_by_one() {
        let slow =
            TransportLimits { positive_feedback: Feedback::parse("1/concurrency").unwrap(), ..limits() };
        let mut window = Window::new(&slow);
        for _ in 0..4 {
            window.succeeded(5, &slow);
        }
        assert_eq!(window.size(), 5);
        window.succeeded(5, &slow);
        assert_eq!(window.size(), 6);
    }

    #[test]
    fn a_failed_first_cohort_is_death() {
        let mut window = Window::new(&limits());
        let deaths = (0..8).take_while(|_| !window.failed(&limits())).count();
        // 1/5 + 1/4 + 1/3 < 1 <= ... + 1/2
        assert_eq!(deaths, 3);
    }

    #[test]
    fn a_success_in_between_saves_the_destination() {
        let mut window = Window::new(&limits());
        for _ in 0..20 {
            assert!(!window.failed(&limits()));
            window.succeeded(5, &limits());
        }
    }

    #[test]
    fn without_a_cohort_limit_the_window_only_shrinks_to_one() {
        let patient = TransportLimits { failed_cohorts: 0, ..limits() };
        let mut window = Window::new(&patient);
        assert!((0..50).all(|_| !window.failed(&patient)));
        assert_eq!(window.size(), 1);
    }

    #[test]
    fn a_rate_delay_means_one_at_a_time() {
        let slow = TransportLimits { destination_rate_delay: 1, ..limits() };
        assert_eq!(Window::new(&slow).size(), 1);
    }
}
