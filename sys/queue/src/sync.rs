//! fsync of a directory, shared: one call serves everybody who asked before it began.

use rustix::io::Errno;
use std::io;
use std::sync::{Condvar, Mutex, PoisonError};

/// Where waiting commits meet; one for each directory.
#[derive(Debug, Default)]
pub(crate) struct SharedSync {
    state: Mutex<State>,
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many rounds have begun and ended.
    begun: u64,
    ended: u64,
    running: bool,
    /// The latest round that failed, and how.
    failed: Option<(u64, i32)>,
}

impl SharedSync {
    /// Returns when an `fsync` that began after this call has ended, ours or another's.
    pub(crate) fn sync(&self, fsync: impl FnOnce() -> Result<(), Errno>) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // The running round may have begun before our entry was there: only the next one counts.
        let wanted = state.begun + 1;
        while state.running && state.ended < wanted {
            state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.ended >= wanted {
            return state.outcome(wanted);
        }
        state.begun += 1;
        state.running = true;
        let round = state.begun;
        drop(state);
        let result = fsync();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.running = false;
        state.ended = round;
        if let Err(errno) = result {
            state.failed = Some((round, errno.raw_os_error()));
        }
        self.done.notify_all();
        result.map_err(Into::into)
    }
}

impl State {
    fn outcome(&self, wanted: u64) -> io::Result<()> {
        match self.failed {
            // Any failure since counts for us too: the kernel reports a lost write once.
            Some((round, errno)) if round >= wanted => Err(io::Error::from_raw_os_error(errno)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_threads_share_rounds_and_all_return() {
        let directory = std::fs::File::open(tempfile::tempdir().unwrap().path()).unwrap();
        let shared = SharedSync::default();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| shared.sync(|| rustix::fs::fsync(&directory)).unwrap());
            }
        });
        let state = shared.state.lock().unwrap();
        assert!((1..=16).contains(&state.ended) && !state.running);
    }

    #[test]
    fn a_failure_is_told() {
        // fsync of a pipe: EINVAL.
        let (reader, _writer) = std::io::pipe().unwrap();
        assert!(SharedSync::default().sync(|| rustix::fs::fsync(&reader)).is_err());
    }
}
