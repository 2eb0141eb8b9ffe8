//! Waiting for a condition with a deadline, instead of sleeping and hoping.
use std::time::{Duration, Instant};

/// Asks `ready` until it answers, or gives up after `limit`.
pub fn wait_for<T>(limit: Duration, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ready() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::park_timeout(STEP);
    }
}

/// Waits until `value` has stayed the same for `quiet`, at most for `limit`.
pub fn wait_until_still<T: PartialEq>(quiet: Duration, limit: Duration, mut value: impl FnMut() -> T) {
    let mut last = value();
    let mut since = Instant::now();
    wait_for(limit, || {
        let now = value();
        if now != last {
            last = now;
            since = Instant::now();
        }
        (since.elapsed() >= quiet).then_some(())
    });
}

const STEP: Duration = Duration::from_millis(5);
