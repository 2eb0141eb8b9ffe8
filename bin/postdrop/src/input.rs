//! Records from standard input, and the signals that mean "never mind": both are waited for together, so that an
//! interrupted postdrop leaves no file behind.

use os::signals::{Signal, SignalFd};
use record::{Decoded, Kind, decode};
use rustix::event::{PollFd, PollFlags, poll};
use std::io;

/// What came.
pub enum Read {
    /// A record.
    Record(Kind, Vec<u8>),
    /// The input ended between two records.
    End,
    /// Somebody wants us to stop.
    Interrupted,
}

/// Standard input as records.
pub struct Input {
    signals: SignalFd,
    buffer: Vec<u8>,
    offset: u64,
}

impl Input {
    /// From now on, signals don't kill.
    pub fn open() -> io::Result<Self> {
        Ok(Self { signals: SignalFd::open()?, buffer: Vec::new(), offset: 0 })
    }

    /// The next record.
    pub fn next(&mut self) -> io::Result<Read> {
        loop {
            let decoded = decode(&self.buffer, self.offset)
                .map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault))?;
            if let Decoded::Whole(kind, data, next) = decoded {
                let record = self.buffer[data..next].to_vec();
                self.buffer.drain(..next);
                self.offset += next as u64;
                return Ok(Read::Record(kind, record));
            }
            if self.interrupted()? {
                return Ok(Read::Interrupted);
            }
            if self.fill()? == 0 {
                return if self.buffer.is_empty() { Ok(Read::End) } else { Err(cut()) };
            }
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let old = self.buffer.len();
        self.buffer.resize(old + STEP, 0);
        let read = rustix::io::retry_on_intr(|| rustix::io::read(std::io::stdin(), &mut self.buffer[old..]));
        self.buffer.truncate(old + read.unwrap_or(0));
        Ok(read?)
    }

    /// Waits for input or a signal.
    fn interrupted(&self) -> io::Result<bool> {
        let stdin = std::io::stdin();
        let mut waiting = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(&self.signals, PollFlags::IN)];
        rustix::io::retry_on_intr(|| poll(&mut waiting, None))?;
        if waiting[1].revents().is_empty() {
            return Ok(false);
        }
        Ok(matches!(self.signals.next()?, Some(Signal::Hangup | Signal::Terminate | Signal::Interrupt)))
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "unexpected EOF in data")
}

const STEP: usize = 16 << 10;
