//! One process of a service, and the line to it.

use crate::endpoint::Endpoint;
use crate::plan::Planned;
use os::spawn::Program;
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use std::ffi::OsString;
use std::os::fd::{AsFd, OwnedFd};

/// A running process.
pub(crate) struct Child {
    pub(crate) pid: u32,
    /// Our end of the line; None after we hung up.
    pub(crate) control: Option<OwnedFd>,
    /// It takes new requests.
    pub(crate) takes_requests: bool,
    /// It has come into service: what happens later is not a bad start.
    pub(crate) ready: bool,
}

/// What a child says, one byte each (the other end is `service::control`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Ready,
    Full,
    Free,
    Retiring,
}

impl Child {
    /// Starts a process with the service's endpoints.
    pub(crate) fn start(
        planned: &Planned,
        endpoints: &[Endpoint],
        stress: Option<bool>,
        environment: &[(OsString, OsString)],
    ) -> std::io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (ours, theirs) = rustix::net::socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        let mut descriptors = vec![theirs.as_fd()];
        descriptors.extend(endpoints.iter().map(|endpoint| endpoint.fd.as_fd()));
        let mut args = planned.args.clone();
        if let Some(stress) = stress {
            // Before the entry's own -o options, so that master.cf may say otherwise.
            let value = if stress { "stress=yes" } else { "stress=" };
            args.splice(0..0, ["-o".into(), OsString::from(value)]);
        }
        let program = Program {
            path: &planned.program,
            name: planned.entry.command.as_ref(),
            args: &args,
            environment,
            descriptors: &descriptors,
            new_session: false,
        };
        let pid = os::spawn::start(&program)?;
        Ok(Self { pid, control: Some(ours), takes_requests: true, ready: false })
    }

    /// What the child said since the last time; the flag tells that its end is closed.
    pub(crate) fn words(&self) -> (Vec<Word>, bool) {
        let Some(control) = &self.control else { return (Vec::new(), true) };
        let mut bytes = [0; 64];
        match rustix::io::read(control, &mut bytes) {
            Ok(0) => (Vec::new(), true),
            Ok(length) => (bytes[..length].iter().filter_map(|byte| word(*byte)).collect(), false),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => (Vec::new(), false),
            Err(_) => (Vec::new(), true),
        }
    }

    /// Asks it to finish what it has, and to go.
    pub(crate) fn retire(&mut self) {
        self.control = None;
        self.takes_requests = false;
    }
}

fn word(byte: u8) -> Option<Word> {
    match byte {
        b'A' => Some(Word::Ready),
        b'B' => Some(Word::Full),
        b'F' => Some(Word::Free),
        b'R' => Some(Word::Retiring),
        _ => None,
    }
}
