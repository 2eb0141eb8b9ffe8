//! Scans of the incoming and the deferred queue: each runs on the blocking pool, a little ahead of what the active
//! queue has room for. Requests that come during a scan cause another one.

use mail::{QueueId, Timestamp};
use queue::{Entry, Found, Queue, QueueName};
use schedule::{Source, Turns};
use std::cell::Cell;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::{Mutex, Notify, mpsc};

/// A file whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub id: QueueId,
    /// Where it was seen.
    pub source: Source,
    /// `postqueue -i`: this message is flushed.
    pub flush: bool,
    /// `postsuper -e`
    pub expire: bool,
    /// The whole queue is flushed.
    pub undefer: bool,
}

/// How to scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Ignore the times of the files.
    pub ignore_times: bool,
    /// The whole queue is flushed: not even `defer_transports` hold mail back.
    pub flush: bool,
}

impl Wish {
    fn and(self, other: Self) -> Self {
        Self { ignore_times: self.ignore_times || other.ignore_times, flush: self.flush || other.flush }
    }
}

/// Both scans.
pub struct Scans {
    incoming: Scan,
    deferred: Scan,
    merged: Mutex<Merged>,
}

/// What the scans found and nobody has taken yet; turns between old and new mail.
struct Merged {
    incoming: mpsc::Receiver<Candidate>,
    deferred: mpsc::Receiver<Candidate>,
    next_incoming: Option<Candidate>,
    next_deferred: Option<Candidate>,
    turns: Turns,
}

struct Scan {
    wish: Cell<Wish>,
    wanted: Notify,
    found: mpsc::Sender<Candidate>,
}

impl Scans {
    /// No scan is under way.
    pub fn new() -> Self {
        let (to_incoming, incoming) = mpsc::channel(AHEAD);
        let (to_deferred, deferred) = mpsc::channel(AHEAD);
        let merged =
            Merged { incoming, deferred, next_incoming: None, next_deferred: None, turns: Turns::default() };
        Self {
            incoming: Scan::new(to_incoming),
            deferred: Scan::new(to_deferred),
            merged: Mutex::new(merged),
        }
    }

    /// Asks for a scan.
    pub fn want(&self, source: Source, wish: Wish) {
        let scan = self.scan(source);
        scan.wish.set(scan.wish.get().and(wish));
        scan.wanted.notify_one();
    }

    /// Scans whenever asked, for ever. The result of a scan that failed goes to `failed`.
    pub async fn run(&self, source: Source, queue: &Arc<Queue>, failed: impl Fn(std::io::Error)) {
        let scan = self.scan(source);
        loop {
            scan.wanted.notified().await;
            let (wish, found, queue) = (scan.wish.take(), scan.found.clone(), Arc::clone(queue));
            let work =
                move || candidates(&queue, source, wish, |candidate| found.blocking_send(candidate).is_ok());
            match tokio::task::spawn_blocking(work).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => failed(error),
                Err(error) => failed(std::io::Error::other(error)),
            }
        }
    }

    /// The next file, in turns from both queues.
    pub async fn next(&self) -> Candidate {
        let mut merged = self.merged.lock().await;
        let merged = &mut *merged;
        loop {
            merged.next_incoming = merged.next_incoming.take().or_else(|| merged.incoming.try_recv().ok());
            merged.next_deferred = merged.next_deferred.take().or_else(|| merged.deferred.try_recv().ok());
            let turn = merged.turns.next(merged.next_incoming.is_some(), merged.next_deferred.is_some());
            let taken = match turn {
                Some(Source::Incoming) => merged.next_incoming.take(),
                Some(Source::Deferred) => merged.next_deferred.take(),
                None => None,
            };
            if let Some(candidate) = taken {
                return candidate;
            }
            tokio::select! {
                candidate = merged.incoming.recv() => merged.next_incoming = candidate,
                candidate = merged.deferred.recv() => merged.next_deferred = candidate,
            }
        }
    }

    fn scan(&self, source: Source) -> &Scan {
        match source {
            Source::Incoming => &self.incoming,
            Source::Deferred => &self.deferred,
        }
    }
}

impl Scan {
    fn new(found: mpsc::Sender<Candidate>) -> Self {
        Self { wish: Cell::default(), wanted: Notify::new(), found }
    }
}

/// Goes through a queue and hands over what is due, until `put` has had enough.
fn candidates(
    queue: &Queue,
    source: Source,
    wish: Wish,
    mut put: impl FnMut(Candidate) -> bool,
) -> std::io::Result<()> {
    let name = match source {
        Source::Incoming => QueueName::Incoming,
        Source::Deferred => QueueName::Deferred,
    };
    for entry in queue.scan(name) {
        let Some(candidate) = candidate(&entry?, source, wish, now()) else { continue };
        if !put(candidate) {
            return Ok(());
        }
    }
    Ok(())
}

fn candidate(entry: &Entry, source: Source, wish: Wish, now: Timestamp) -> Option<Candidate> {
    let Found::Message(id) = &entry.found else { return None };
    let flush = entry.mode & Entry::FLUSH != 0;
    let expire = entry.mode & Entry::EXPIRE != 0;
    // Up to one second ahead is now: files and clocks have different grains.
    let due = entry.modified.seconds <= now.seconds + 1;
    if !(due || wish.ignore_times || flush) {
        return None;
    }
    Some(Candidate { id: id.clone(), source, flush, expire, undefer: wish.flush })
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}

const AHEAD: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(modified: i64, mode: u32) -> Entry {
        Entry {
            path: "deferred/A/A1".into(),
            found: Found::Message(QueueId::parse("A1").unwrap()),
            mode: 0o700 | mode,
            modified: Timestamp::from_seconds(modified),
            size: 0,
            uid: 0,
            inode: 0,
        }
    }

    fn is_due(modified: i64, mode: u32, wish: Wish) -> bool {
        candidate(&entry(modified, mode), Source::Deferred, wish, Timestamp::from_seconds(1000)).is_some()
    }

    #[test]
    fn a_file_waits_for_its_time_unless_it_is_flushed() {
        assert!(is_due(1000, 0, Wish::default()));
        assert!(!is_due(1300, 0, Wish::default()));
        assert!(is_due(1300, Entry::FLUSH, Wish::default()));
        assert!(is_due(1300, 0, Wish { ignore_times: true, flush: false }));
    }

    #[test]
    fn unfinished_files_are_left_alone() {
        let unfinished = Entry { found: Found::Unfinished(QueueId::parse("A1").unwrap()), ..entry(0, 0) };
        assert!(
            candidate(&unfinished, Source::Incoming, Wish::default(), Timestamp::from_seconds(9)).is_none()
        );
    }
}
