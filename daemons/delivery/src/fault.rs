//! From an error to a fate: what passes defers, what belongs to the recipient (quota, a file of the wrong
//! kind) may bounce, and a local fault never bounces.

use content::ContentError;
use mail::{Diagnosis, Enhanced, Outcome};
use rustix::io::Errno;
use std::io;

/// A fate from a full status code such as `4.3.0`.
pub(crate) fn fate(dsn: &str, reason: impl Into<String>) -> Outcome {
    let (class, enhanced) = Enhanced::parse(dsn).unwrap_or((4, Enhanced::new(3, 0)));
    let diagnosis = Diagnosis::new(enhanced, reason);
    match class {
        2 => Outcome::Sent(diagnosis),
        5 => Outcome::Bounced(diagnosis),
        _ => Outcome::Deferred(diagnosis),
    }
}

/// The same fate with text in front of its reason.
pub(crate) fn prefixed(outcome: Outcome, prefix: &str) -> Outcome {
    let extend = |d: Diagnosis| Diagnosis { reason: format!("{prefix}{}", d.reason), ..d };
    match outcome {
        Outcome::Sent(d) => Outcome::Sent(extend(d)),
        Outcome::Deferred(d) => Outcome::Deferred(extend(d)),
        Outcome::Bounced(d) => Outcome::Bounced(extend(d)),
    }
}

/// The status for a failed system call on a mailbox; `otherwise` when the error says nothing special.
pub(crate) fn mailbox_status(error: &io::Error, otherwise: &'static str) -> &'static str {
    let Some(errno) = Errno::from_io_error(error) else { return otherwise };
    match errno {
        Errno::DQUOT | Errno::FBIG => "5.2.2",
        Errno::NOSPC => "4.3.0",
        errno if PASSING.contains(&errno) => "4.2.0",
        _ => otherwise,
    }
}

/// `what: No such file or directory` with the status of [`mailbox_status`].
pub(crate) fn system(what: &str, error: &io::Error, otherwise: &'static str) -> Outcome {
    fate(mailbox_status(error, otherwise), format!("{what}: {}", os::strerror(error)))
}

/// A copy that failed.
pub(crate) fn copying(error: &ContentError, otherwise: &'static str) -> Outcome {
    match error {
        ContentError::Write(error) => system("error writing message", error, otherwise),
        ContentError::Read(_) | ContentError::Damaged(_) => fate("4.3.0", error.to_string()),
    }
}

/// A thread or a process that could not be had.
pub(crate) fn resources(error: &io::Error) -> Outcome {
    fate("4.3.0", format!("local resource problem: {}", os::strerror(error)))
}

/// Errors of this system that may pass: never a reason to bounce.
const PASSING: [Errno; 11] = [
    Errno::AGAIN,
    Errno::STALE,
    Errno::IO,
    Errno::MFILE,
    Errno::NFILE,
    Errno::NOMEM,
    Errno::NOLCK,
    Errno::ROFS,
    Errno::INTR,
    Errno::TXTBSY,
    Errno::BUSY,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quota_bounces_and_passing_faults_defer() {
        for (errno, otherwise, expected) in [
            (Errno::DQUOT, "4.2.0", "5.2.2"),
            (Errno::NOSPC, "5.2.0", "4.3.0"),
            (Errno::IO, "5.2.0", "4.2.0"),
            (Errno::ISDIR, "5.2.0", "5.2.0"),
        ] {
            assert_eq!(system("x", &errno.into(), otherwise).dsn(), expected);
        }
    }
}
