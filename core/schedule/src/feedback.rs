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

    /// Reads `0.5`, `1/2`, `1/concurrency`, `1/sqrt_concurrency`. None when it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, divisor) = text.split_once('/').unwrap_or((text, "1"));
        let number: f64 = number.trim().parse().ok()?;
        let (number, per) = match divisor.trim() {
            "concurrency" => (number, Per::Concurrency),
            "sqrt_concurrency" => (number, Per::SqrtConcurrency),
            divisor => (number / divisor.parse::<f64>().ok()?, Per::Delivery),
        };
        (0.0..=1.0).contains(&number).then_some(Self { number, per })
    }

    /// `destination_concurrency_feedback_debug`: what a parameter's value comes to at the initial concurrency.
    pub fn explain(self, transport: &str, parameter: &str, window: usize) -> String {
        let (kind, amount) = (self.per as u8, general(self.amount(window)));
        format!("{transport}: {parameter} feedback type {kind} value at {window}: {amount}")
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

/// What one delivery did to a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Effect {
    /// The feedback that was counted, if any.
    pub(crate) feedback: Option<f64>,
    /// The destination is to be taken for dead.
    pub(crate) dead: bool,
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

    /// A delivery reached the destination while `busy` requests, this one included, were under way. The window grows at the end of a run of
    /// successes, and only as far as there is use for it: `initial_destination_concurrency` ahead.
    pub(crate) fn succeeded(&mut self, busy: usize, limits: &TransportLimits) -> Effect {
        self.failed_cohorts = 0.0;
        let most = limits.most_concurrency();
        if self.size >= most || self.size >= busy.saturating_add(limits.initial_concurrency) {
            return Effect::default();
        }
        let step = limits.positive_feedback.amount(self.size);
        self.success += step;
        // Half a step of slack: sums of fractions such as 1/3 may stay just below one.
        while self.success + step / 2.0 >= 1.0 {
            self.size += 1;
            self.success -= 1.0;
            self.failure = 0.0;
        }
        self.size = self.size.min(most);
        Effect { feedback: Some(step), dead: false }
    }

    /// A delivery could not reach the destination. The window shrinks at the beginning of a run of failures, so that
    /// an overload is answered at once.
    pub(crate) fn failed(&mut self, limits: &TransportLimits) -> Effect {
        // One failure of n that are under way is the n-th part of a cohort ("pseudo-cohort").
        self.failed_cohorts += 1.0 / self.size as f64;
        if limits.failed_cohorts > 0 && self.failed_cohorts >= limits.failed_cohorts as f64 - ROUNDING {
            return Effect { feedback: None, dead: true };
        }
        let step = limits.negative_feedback.amount(self.size);
        self.failure -= step;
        while self.failure - step / 2.0 < 0.0 {
            self.size = self.size.saturating_sub(1);
            self.failure += 1.0;
            self.success = 0.0;
        }
        self.size = self.size.max(1);
        Effect { feedback: Some(step), dead: false }
    }

    /// `destination_concurrency_feedback_debug`: the state after a delivery.
    pub(crate) fn explain(&self, queue: &str, dead: bool, limits: &TransportLimits) -> String {
        let (limit, window) = (limits.concurrency, if dead { 0 } else { self.size });
        let [success, failure, cohorts] = [self.success, self.failure, self.failed_cohorts].map(general);
        format!(
            "queue {queue}: limit {limit} window {window} success {success} failure {failure} fail_cohorts {cohorts}"
        )
    }
}

/// A number with six digits, as `%g` of printf(3) writes it.
pub(crate) fn general(number: f64) -> String {
    let digits = 5 - if number == 0.0 { 0 } else { number.abs().log10().floor() as i32 };
    let text = format!("{number:.*}", usize::try_from(digits).unwrap_or(0));
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
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
        assert!(Feedback::parse("1/2").is_some());
        for bad in ["", "2", "-1", "1/x", "1/", "x", "nan", "1/concurrency/2", "3/2", "1/0", "0/0"] {
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
        let deaths = (0..8).take_while(|_| !window.failed(&limits()).dead).count();
        // 1/5 + 1/3 < 1 <= ... + 1/2: the first failure shrinks the window by two.
        assert_eq!(deaths, 2);
    }

    /// Each step as Postfix 3.7.11 tells it with `destination_concurrency_feedback_debug`.
    #[test]
    fn failures_shrink_the_window_at_the_beginning_of_each_run() {
        let half = Feedback::parse("1/2").unwrap();
        let patient = TransportLimits { failed_cohorts: 2, negative_feedback: half, ..limits() };
        let mut window = Window::new(&patient);
        let mut told = Vec::new();
        for _ in 0..6 {
            let effect = window.failed(&patient);
            told.push(window.explain("q", effect.dead, &patient));
        }
        let expect = [
            "window 4 success 0 failure 0.5 fail_cohorts 0.2",
            "window 3 success 0 failure 1 fail_cohorts 0.45",
            "window 3 success 0 failure 0.5 fail_cohorts 0.783333",
            "window 2 success 0 failure 1 fail_cohorts 1.11667",
            "window 2 success 0 failure 0.5 fail_cohorts 1.61667",
            "window 0 success 0 failure 0.5 fail_cohorts 2.11667",
        ];
        assert_eq!(told, expect.map(|text| format!("queue q: limit 20 {text}")));
    }

    #[test]
    fn numbers_are_told_as_printf_tells_them() {
        let numbers = [0.0, 1.0, 0.2, 1.0 / 3.0, 2.0 + 7.0 / 60.0, 20.0, 0.5_f64.sqrt()];
        let expect = ["0", "1", "0.2", "0.333333", "2.11667", "20", "0.707107"];
        assert_eq!(numbers.map(general), expect);
    }

    #[test]
    fn one_over_the_square_root_grows_between_the_two() {
        let slow =
            TransportLimits { positive_feedback: Feedback::parse("1/sqrt_concurrency").unwrap(), ..limits() };
        let mut window = Window::new(&slow);
        let needed = (1..).find(|_| {
            window.succeeded(5, &slow);
            window.size() == 6
        });
        // 1/sqrt(5) is 0.447: the third success makes it more than one.
        assert_eq!(needed, Some(2), "with half a step of slack");
    }

    #[test]
    fn a_success_in_between_saves_the_destination() {
        let mut window = Window::new(&limits());
        for _ in 0..20 {
            assert!(!window.failed(&limits()).dead);
            window.succeeded(5, &limits());
        }
    }

    #[test]
    fn without_a_cohort_limit_the_window_only_shrinks_to_one() {
        let patient = TransportLimits { failed_cohorts: 0, ..limits() };
        let mut window = Window::new(&patient);
        assert!((0..50).all(|_| !window.failed(&patient).dead));
        assert_eq!(window.size(), 1);
    }

    #[test]
    fn a_rate_delay_means_one_at_a_time() {
        let slow = TransportLimits { destination_rate_delay: 1, ..limits() };
        assert_eq!(Window::new(&slow).size(), 1);
    }
}
