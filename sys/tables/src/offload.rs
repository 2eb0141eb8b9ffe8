//! Look-ups that may block (name services, later databases) run on a few threads of their own, so that no
//! reactor waits for them. No runtime is needed: the answer wakes whoever awaits it.

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Runs `work` on a pool thread. None when the pool can't run it (no threads to be had, or it panicked).
pub(crate) async fn offload<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let slot = Arc::new(Mutex::new(Slot { state: State::Pending, waker: None }));
    let answer = Answer(Arc::clone(&slot));
    let end = End(slot, None);
    let job = Box::new(move || {
        // The whole of it moves in: dropped unrun, the job still answers.
        let mut end = end;
        end.1 = Some(work());
    });
    if pool().send(job).is_err() {
        return None;
    }
    answer.await
}

type Job = Box<dyn FnOnce() + Send>;

enum State<T> {
    Pending,
    Done(Option<T>),
}

struct Slot<T> {
    state: State<T>,
    waker: Option<Waker>,
}

/// The worker's end; its drop answers, also when the work panicked.
struct End<T>(Arc<Mutex<Slot<T>>>, Option<T>);

impl<T> Drop for End<T> {
    fn drop(&mut self) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.state = State::Done(self.1.take());
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

struct Answer<T>(Arc<Mutex<Slot<T>>>);

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut slot.state {
            State::Done(value) => Poll::Ready(value.take()),
            State::Pending => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Waits for a future on this thread: the blocking ends of async look-ups.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        std::thread::park();
    }
}

fn pool() -> Sender<Job> {
    static POOL: OnceLock<Mutex<Sender<Job>>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let (sender, receiver) = channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..THREADS {
            let receiver = Arc::clone(&receiver);
            let name = format!("tables-{number}");
            // Fewer threads will do; with none at all, sending fails and the look-up says so.
            let _ = std::thread::Builder::new().name(name).spawn(move || work(&receiver));
        }
        Mutex::new(sender)
    });
    pool.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A panic in one look-up must not take a thread from the others.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    }
}

const THREADS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_arrives_and_a_panic_is_no_answer() {
        assert_eq!(block_on(offload(|| 42)), Some(42));
        assert_eq!(block_on(offload(|| -> u8 { panic!("on purpose") })), None);
    }
}
