//! smtp(8) and lmtp(8): take a message and some recipients of one destination from the queue manager, find the
//! destination's servers, and hand the message over; each recipient's fate goes back as soon as it is known.
//! The message comes as an open descriptor: this room knows no queue directories, becomes no other user and
//! runs no programs.

mod cache;
mod daemon;
mod delivery;
mod destination;
mod flags;
mod generic;
mod order;
mod outgoing;
mod pass;
mod report;
mod route;
mod sasl;
mod session;
mod settings;
mod shared;
mod tls;

#[cfg(test)]
mod tests;

pub use daemon::{Lmtp, Smtp};
pub use settings::Settings;

use std::ffi::OsString;
use std::process::ExitCode;

/// smtp(8). `args` are those after the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Smtp>(&args)
}

/// lmtp(8).
pub fn lmtp(args: Vec<OsString>) -> ExitCode {
    service::main::<Lmtp>(&args)
}
