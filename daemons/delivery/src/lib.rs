//! local(8), virtual(8), pipe(8) and spawn(8): the rooms that become other users. The agents take a message as an open
//! descriptor and put it into mailboxes, files and commands; each recipient's fate goes back to the queue
//! manager when it is durable.
//! Files of a user are opened by a thread that acts as that user; commands run in a child that has given up
//! everything of ours. No network, no queue directories; forwarded mail goes to cleanup(8).

// Fates travel as errors; there is one of them for each recipient, and size is no matter.
#![allow(clippy::result_large_err)]

mod agent;
mod command;
mod fault;

mod local;
mod loops;
mod maildir;
mod mbox;
mod pipe;
mod rendering;
mod spawn;
mod sysexits;
mod user;
mod virtual_agent;

pub use local::Local;
pub use pipe::Pipe;
pub use spawn::Spawn;
pub use virtual_agent::Virtual;

use std::ffi::OsString;
use std::process::ExitCode;

/// local(8). `args` are those after the program's name.
pub fn local(args: Vec<OsString>) -> ExitCode {
    service::main::<Local>(&args)
}

/// virtual(8).
pub fn virtual_(args: Vec<OsString>) -> ExitCode {
    service::main::<Virtual>(&args)
}

/// pipe(8).
pub fn pipe(args: Vec<OsString>) -> ExitCode {
    service::main::<Pipe>(&args)
}

/// spawn(8).
pub fn spawn(args: Vec<OsString>) -> ExitCode {
    service::main::<Spawn>(&args)
}
