//! poll(2) for one descriptor, for the few places that wait without an async runtime.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::os::fd::AsFd;

/// Waits until `fd` can be written to, at most `milliseconds`; false when the time ran out.
pub fn writable(fd: &impl AsFd, milliseconds: u32) -> io::Result<bool> {
    wait(fd, PollFlags::OUT, milliseconds)
}

/// Waits until `fd` can be read from, at most `milliseconds`; false when the time ran out.
pub fn readable(fd: &impl AsFd, milliseconds: u32) -> io::Result<bool> {
    wait(fd, PollFlags::IN, milliseconds)
}

fn wait(fd: &impl AsFd, flags: PollFlags, milliseconds: u32) -> io::Result<bool> {
    let limit = Timespec {
        tv_sec: i64::from(milliseconds / 1000),
        tv_nsec: i64::from(milliseconds % 1000) * 1_000_000,
    };
    Ok(poll(&mut [PollFd::new(fd, flags)], Some(&limit))? > 0)
}
