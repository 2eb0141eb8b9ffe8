//! `in_flow_delay`: new mail waits a little while the queue manager has not taken what came before it.
//!
//! Postfix passes tokens through a pipe between qmgr(8) and cleanup(8). Here the queue itself tells: a message that has
//! left the incoming queue is a token that came back. As there, `default_process_limit` messages may be ahead.

use mail::QueueId;
use queue::{Queue, QueueName};
use rustix::fs::{AtFlags, statat};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What came in and has not been seen to leave.
pub(crate) struct Inflow {
    queue: Arc<Queue>,
    delay: Duration,
    most: usize,
    waiting: RefCell<VecDeque<QueueId>>,
}

impl Inflow {
    /// `in_flow_delay` and `default_process_limit`.
    pub(crate) fn new(queue: &Arc<Queue>, delay: Duration, most: usize) -> Self {
        Self { queue: Arc::clone(queue), delay, most: most.max(1), waiting: RefCell::default() }
    }

    /// A message is in the incoming queue.
    pub(crate) fn arrived(&self, id: QueueId) {
        let mut waiting = self.waiting.borrow_mut();
        if !self.delay.is_zero() && waiting.len() < 2 * self.most {
            waiting.push_back(id);
        }
    }

    /// Before a message is taken in: pauses when too many of those before it are still there.
    pub(crate) async fn pause(&self) {
        if self.waiting.borrow().len() < self.most {
            return;
        }
        let (queue, waiting) = (Arc::clone(&self.queue), self.waiting.take());
        let left =
            tokio::task::spawn_blocking(move || still_there(&queue, waiting)).await.unwrap_or_default();
        let full = left.len() >= self.most;
        self.waiting.borrow_mut().extend(left);
        if full {
            tokio::time::sleep(self.delay).await;
        }
    }
}

/// The oldest go first, so that most of the time one look is enough; when the oldest stays, all are looked at.
fn still_there(queue: &Queue, mut waiting: VecDeque<QueueId>) -> VecDeque<QueueId> {
    let there = |id: &QueueId| {
        statat(queue.root(), queue.path(QueueName::Incoming, id), AtFlags::SYMLINK_NOFOLLOW).is_ok()
    };
    let before = waiting.len();
    while waiting.front().is_some_and(|id| !there(id)) {
        waiting.pop_front();
    }
    if waiting.len() == before {
        waiting.retain(there);
    }
    waiting
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::QueueOptions;
    use std::time::Instant;

    #[tokio::test]
    async fn mail_waits_only_while_too_much_before_it_has_not_been_taken() {
        let dir = tempfile::tempdir().unwrap();
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        let delay = Duration::from_millis(300);
        let inflow = Inflow::new(&queue, delay, 2);
        let ids = ["A1", "A2"].map(|id| QueueId::parse(id).unwrap());
        let paths = ids.clone().map(|id| dir.path().join(queue.path(QueueName::Incoming, &id)));
        for (id, path) in ids.into_iter().zip(&paths) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
            let begun = Instant::now();
            inflow.pause().await;
            assert!(begun.elapsed() < delay, "there is room");
            inflow.arrived(id);
        }
        let begun = Instant::now();
        inflow.pause().await;
        assert!(begun.elapsed() >= delay);
        // The queue manager takes the second one: the first may be in its writer's hands for long.
        std::fs::remove_file(&paths[1]).unwrap();
        inflow.pause().await;
        assert_eq!(inflow.waiting.borrow().len(), 1);
    }
}
