//! Blocking work in batches. A trip to a pool thread and back costs more than the system calls that are done there;
//! what comes in while a trip is under way goes along on the next one.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Does the same blocking work for many.
pub struct Together<T, R>(Rc<Inner<T, R>>);

struct Inner<T, R> {
    work: Arc<dyn Fn(T) -> R + Send + Sync>,
    waiting: RefCell<Vec<(T, oneshot::Sender<R>)>>,
    trips: Cell<usize>,
}

impl<T: Send + 'static, R: Send + 'static> Together<T, R> {
    /// `work` is done on a pool thread, for one item after the other.
    pub fn new(work: impl Fn(T) -> R + Send + Sync + 'static) -> Self {
        Self(Rc::new(Inner { work: Arc::new(work), waiting: RefCell::default(), trips: Cell::new(0) }))
    }

    /// Does the work for one item. None when it panicked, or the runtime is at its end. The work is done even when nobody
    /// waits for it any more.
    pub fn run(&self, item: T) -> impl Future<Output = Option<R>> + use<T, R> {
        let (sender, receiver) = oneshot::channel();
        self.0.waiting.borrow_mut().push((item, sender));
        if self.0.trips.get() < TRIPS {
            self.0.trips.set(self.0.trips.get() + 1);
            tokio::task::spawn_local(travel(Rc::clone(&self.0)));
        }
        async { receiver.await.ok() }
    }
}

async fn travel<T: Send + 'static, R: Send + 'static>(inner: Rc<Inner<T, R>>) {
    loop {
        let batch = {
            let mut waiting = inner.waiting.borrow_mut();
            let end = waiting.len().min(BATCH);
            waiting.drain(..end).collect::<Vec<_>>()
        };
        if batch.is_empty() {
            return inner.trips.set(inner.trips.get() - 1);
        }
        let work = Arc::clone(&inner.work);
        let done = tokio::task::spawn_blocking(move || {
            // Answers go out together as well: whoever waits is woken once.
            let done = batch.into_iter().map(|(item, sender)| (work(item), sender));
            done.collect::<Vec<_>>()
        });
        // After a panic the senders are gone, and those who wait hear of it.
        for (result, sender) in done.await.unwrap_or_default() {
            let _ = sender.send(result);
        }
    }
}

/// Two at a time: while one trip waits for the disk, another goes on.
const TRIPS: usize = 2;
/// Those at the front of a batch wait for those at its end.
const BATCH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn in_runtime<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, work)
    }

    #[test]
    fn everybody_gets_the_answer_to_their_own_question() {
        in_runtime(async {
            let square = Together::new(|number: u64| number * number);
            let asked: Vec<_> = (0..1000).map(|number| square.run(number)).collect();
            for (number, answer) in (0..).zip(asked) {
                assert_eq!(answer.await, Some(number * number));
            }
        });
    }

    #[test]
    fn a_panic_is_no_answer_and_the_next_trip_goes() {
        in_runtime(async {
            let half =
                Together::new(|number: u64| if number == 1 { panic!("on purpose") } else { number / 2 });
            assert_eq!(half.run(1).await, None);
            assert_eq!(half.run(4).await, Some(2));
        });
    }
}
