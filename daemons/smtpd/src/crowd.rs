//! The clients that keep us waiting for a command, and who of them must go when all places are taken: the one that has
//! been silent for longest. Content that is on its way is never cut off.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Everybody who is waiting, longest first.
#[derive(Default)]
pub(crate) struct Crowd {
    waiting: RefCell<BTreeMap<Place, Rc<Notify>>>,
    next: Cell<u64>,
}

type Place = (Instant, u64);

/// A place in the crowd, as long as it lives.
pub(crate) struct Seat {
    crowd: Rc<Crowd>,
    place: Place,
    called: Rc<Notify>,
}

impl Crowd {
    /// Somebody begins to be silent.
    pub(crate) fn enter(self: &Rc<Self>) -> Seat {
        let place = (Instant::now(), self.next.replace(self.next.get() + 1));
        let called = Rc::<Notify>::default();
        self.waiting.borrow_mut().insert(place, called.clone());
        Seat { crowd: self.clone(), place, called }
    }

    /// Lets the one go who has been silent for longest, unless that isn't long. False when nobody went.
    pub(crate) fn let_one_go(&self) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        let Some(longest) = waiting.first_entry().filter(|entry| entry.key().0.elapsed() >= SILENCE) else {
            return false;
        };
        longest.remove().notify_one();
        true
    }
}

impl Seat {
    /// Returns when it is time to go.
    pub(crate) async fn called(&self) {
        self.called.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.crowd.waiting.borrow_mut().remove(&self.place);
    }
}

/// Who was heard of a moment ago may still be thinking.
const SILENCE: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_has_been_silent_for_long_is_let_go_and_the_longest_first() {
        let crowd = Rc::<Crowd>::default();
        let fresh = crowd.enter();
        assert!(!crowd.let_one_go());
        drop(fresh);
        assert!(crowd.waiting.borrow().is_empty());
        let now = Instant::now();
        let called: Vec<_> = [5, 9, 7]
            .map(|seconds| {
                let called = Rc::<Notify>::default();
                let since = now - Duration::from_secs(seconds);
                crowd.waiting.borrow_mut().insert((since, seconds), called.clone());
                called
            })
            .into();
        assert!(crowd.let_one_go());
        let left: Vec<u64> = crowd.waiting.borrow().keys().map(|(_, seconds)| *seconds).collect();
        assert_eq!(left, [7, 5]);
        drop(called);
    }
}
