//! master's own command line (master(8)).

use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::path::PathBuf;

/// How this master was asked to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// `-c`.
    pub(crate) config_directory: Option<PathBuf>,
    /// `-t`: only tell whether a master is running; success means that none is.
    pub(crate) test: bool,
    /// `-w`: become a daemon, and return only when it is in service or has failed.
    pub(crate) wait: bool,
    /// `-s` or `-d` or `-i`: stay in the foreground.
    pub(crate) foreground: bool,
    /// `-i`: process 1 of a container.
    pub(crate) init: bool,
    /// `-e seconds`: stop after so long (for tests).
    pub(crate) exit_after: Option<u64>,
    /// Descriptor 3 is a pipe on which the waiting parent hears of our start. For our own use.
    pub(crate) reports: bool,
}

impl Invocation {
    pub(crate) fn parse(args: &[OsString]) -> Result<Self, String> {
        let mut found = Self::default();
        let mut options = GetOpt::new("c:Dde:istvwR", args);
        for option in options.by_ref() {
            match option {
                Opt::Value(b'c', dir) => found.config_directory = Some(dir.into()),
                Opt::Value(b'e', seconds) => found.exit_after = Some(number(&seconds)?),
                Opt::Flag(b't') => found.test = true,
                Opt::Flag(b'w') => found.wait = true,
                Opt::Flag(b's' | b'd') => found.foreground = true,
                Opt::Flag(b'i') => (found.init, found.foreground) = (true, true),
                Opt::Flag(b'R') => found.reports = true,
                Opt::Flag(b'D' | b'v') => {}
                _ => return Err(USAGE.to_owned()),
            }
        }
        let clash = found.wait && found.foreground;
        if clash || !options.rest().is_empty() { Err(USAGE.to_owned()) } else { Ok(found) }
    }
}

fn number(text: &OsString) -> Result<u64, String> {
    text.to_str().and_then(|t| t.parse().ok()).ok_or_else(|| format!("bad exit time: {text:?}"))
}

const USAGE: &str = "usage: master [-c config_dir] [-D (debug)] [-d (don't detach from terminal)] \
                     [-e exit_time] [-i (init mode)] [-s (stay in foreground)] [-t (test)] [-v] [-w (wait)]";
