//! Lines on their way to postlogd, several in one datagram: a datagram for each line costs more than the line.
//! Each line carries the moment it was said, so that postlogd can put the lines of all programs in order.

use std::sync::{Mutex, OnceLock, PoisonError};

/// Lines that have been said and not sent.
pub(crate) struct Batch {
    lines: Mutex<Vec<u8>>,
    /// Sees to it that [`crate::Log::flush`] is called soon. Before it is set nothing is held back.
    wake: OnceLock<(u32, Box<dyn Fn() + Send + Sync>)>,
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self { lines: Mutex::default(), wake: OnceLock::new() }
    }

    /// Begins to hold lines back.
    pub(crate) fn gather(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.wake.set((std::process::id(), Box::new(wake)));
    }

    /// Takes a line, if it may wait; gives what has to be sent now. A forked child has nobody who would flush.
    pub(crate) fn add(&self, line: &str) -> Added {
        let Some((_, wake)) = self.wake.get().filter(|(owner, _)| *owner == std::process::id()) else {
            return Added::Refused;
        };
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() {
            lines.push(MARK);
            wake();
        }
        append(&mut lines, os::clock::monotonic_nanos(), line.as_bytes());
        if lines.len() < FULL { Added::Kept } else { Added::Full(std::mem::take(&mut lines)) }
    }

    /// What is to be sent now.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What became of a line.
pub(crate) enum Added {
    /// It waits.
    Kept,
    /// It waited, with others; now all are to be sent.
    Full(Vec<u8>),
    /// It can't wait.
    Refused,
}

/// The lines of a datagram that postlogd got, each with the moment it was said (nanoseconds of the monotonic clock);
/// `now` stands for lines that do not say.
pub fn lines_of(datagram: &[u8], now: u64) -> Vec<(u64, &[u8])> {
    let Some((&MARK, mut rest)) = datagram.split_first() else { return vec![(now, datagram)] };
    let mut lines = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk::<HEADER>() {
        let [stamp @ .., low, high] = header;
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((line, after)) = after.split_at_checked(length) else { break };
        // A stamp from the future would keep the line back.
        lines.push((u64::from_le_bytes(*stamp).min(now), line));
        rest = after;
    }
    lines
}

fn append(lines: &mut Vec<u8>, stamp: u64, line: &[u8]) {
    let length = u16::try_from(line.len()).unwrap_or(u16::MAX);
    lines.extend_from_slice(&stamp.to_le_bytes());
    lines.extend_from_slice(&length.to_le_bytes());
    lines.extend_from_slice(&line[..usize::from(length)]);
}

/// No line of text begins like this.
const MARK: u8 = 1;
const HEADER: usize = 10;
/// With another line the datagram still fits what postlogd takes.
const FULL: usize = 5 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_went_in_and_a_cut_datagram_loses_only_its_end() {
        let batch = Batch::new();
        assert!(matches!(batch.add("early"), Added::Refused));
        batch.gather(|| {});
        assert!(matches!(batch.add("one"), Added::Kept));
        assert!(matches!(batch.add("two"), Added::Kept));
        let bytes = batch.take();
        let texts = |bytes: &[u8]| -> Vec<String> {
            let lines = lines_of(bytes, u64::MAX);
            lines.iter().map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect()
        };
        assert_eq!(texts(&bytes), ["one", "two"]);
        assert_eq!(texts(&bytes[..bytes.len() - 1]), ["one"]);
        assert_eq!(texts(b"Nov 24 plain"), ["Nov 24 plain"]);
        let stamps: Vec<u64> = lines_of(&bytes, u64::MAX).iter().map(|(stamp, _)| *stamp).collect();
        assert!(stamps[0] > 0 && stamps[0] <= stamps[1]);
        assert_eq!(lines_of(&bytes, 5)[0].0, 5);
    }

    #[test]
    fn a_full_batch_is_given_out_at_once() {
        let batch = Batch::new();
        batch.gather(|| {});
        let full = (0..100).any(|_| matches!(batch.add(&"x".repeat(500)), Added::Full(_)));
        assert!(full);
    }
}
