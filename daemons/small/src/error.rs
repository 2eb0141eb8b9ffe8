//! error(8): bounces whatever it gets, for the reason that the next hop states. As the service `retry` it defers instead.

use crate::agent::{self, Manner};
use mail::Outcome;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs error(8). `args` are those after the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Error>(&args)
}

struct Error {
    manner: Manner,
    retry: bool,
}

impl Daemon for Error {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "error",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &config::Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        Ok(Self { manner: Manner::from_conf(conf)?, retry: before.invocation.name == "retry" })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        agent::serve(stream, jailed, self.manner, |request| fate(&request.nexthop, self.retry)).await;
    }
}

fn fate(nexthop: &str, retry: bool) -> Outcome {
    let why = agent::reason(nexthop);
    if retry { Outcome::Deferred(why) } else { Outcome::Bounced(why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_decides_about_the_class_and_the_next_hop_about_the_rest() {
        assert_eq!(fate("5.1.1 gone", false).dsn(), "5.1.1");
        assert_eq!(fate("4.3.0 busy", true).dsn(), "4.3.0");
        assert_eq!(fate("5.7.1 odd", true).dsn(), "4.7.1");
    }
}
