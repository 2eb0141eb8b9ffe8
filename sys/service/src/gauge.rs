//! How busy a process is: how many requests at once, when it was last at work, how much it has done.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// Counts requests in progress, with a limit.
#[derive(Clone)]
pub(crate) struct Gauge(Rc<Inner>);

struct Inner {
    limit: usize,
    max_served: Cell<Option<u64>>,
    working: Cell<usize>,
    served: Cell<u64>,
    last: Cell<Instant>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gauge {
    /// `limit` 0 means none; `max_served` is when the process has done enough.
    pub(crate) fn new(limit: usize, max_served: Option<u64>) -> Self {
        Self(Rc::new(Inner {
            limit,
            max_served: Cell::new(max_served),
            working: Cell::new(0),
            served: Cell::new(0),
            last: Cell::new(Instant::now()),
            waiting: RefCell::default(),
        }))
    }

    /// Waits for a free place and takes it.
    pub(crate) async fn enter(&self) -> Working {
        self.vacant().await;
        self.enter_now()
    }

    /// Takes a place even when there is none: the request has arrived already.
    pub(crate) fn enter_now(&self) -> Working {
        self.0.working.set(self.0.working.get() + 1);
        self.0.served.set(self.0.served.get() + 1);
        if self.is_worn_out() || self.is_full() {
            self.wake();
        }
        Working(self.clone())
    }

    /// Waits for a free place.
    pub(crate) async fn vacant(&self) {
        self.until(|gauge| !gauge.is_full()).await;
    }

    /// Waits until no place is free.
    pub(crate) async fn filled(&self) {
        self.until(Self::is_full).await;
    }

    /// Waits until nothing is in progress.
    pub(crate) async fn quiet(&self) {
        self.until(|gauge| gauge.0.working.get() == 0).await;
    }

    /// Waits until the process has done enough.
    pub(crate) async fn worn_out(&self) {
        self.until(Self::is_worn_out).await;
    }

    /// The process has done enough, however little that was.
    pub(crate) fn wear_out(&self) {
        self.0.max_served.set(Some(0));
        self.wake();
    }

    async fn until(&self, reached: impl Fn(&Self) -> bool) {
        poll_fn(|context| {
            if reached(self) {
                return Poll::Ready(());
            }
            self.0.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn is_worn_out(&self) -> bool {
        self.0.max_served.get().is_some_and(|max| self.0.served.get() >= max)
    }

    /// True when the limit is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.0.limit > 0 && self.0.working.get() >= self.0.limit
    }

    /// How long nothing has been in progress; None while something is.
    pub(crate) fn idle_for(&self) -> Option<Duration> {
        (self.0.working.get() == 0).then(|| self.0.last.get().elapsed())
    }

    fn leave(&self) {
        self.0.working.set(self.0.working.get() - 1);
        self.0.last.set(Instant::now());
        self.wake();
    }

    fn wake(&self) {
        // Taken out first: a waker may run code that comes back here.
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// A place among the requests in progress; dropping it frees the place.
pub struct Working(Gauge);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_of_two_waits_until_a_place_is_free() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let gauge = Gauge::new(2, None);
            let first = gauge.enter().await;
            let _second = gauge.enter().await;
            assert!(gauge.is_full() && gauge.idle_for().is_none());
            let third = gauge.enter();
            let free = async { drop(first) };
            let (_third, ()) = tokio::join!(third, free);
            assert!(gauge.is_full());
        });
    }
}
