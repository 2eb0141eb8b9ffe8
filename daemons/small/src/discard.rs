//! discard(8): pretends to deliver, and throws away. The next hop is the reason that the log gives.

use crate::agent::{self, Manner};
use mail::Outcome;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs discard(8). `args` are those after the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Discard>(&args)
}

struct Discard(Manner);

impl Daemon for Discard {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "discard",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &config::Conf, _: &BeforeJail) -> Result<Self, Fatal> {
        Ok(Self(Manner::from_conf(conf)?))
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        agent::serve(stream, jailed, self.0, |request| Outcome::Sent(agent::reason(&request.nexthop))).await;
    }
}
