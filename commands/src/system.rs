//! The mail system that a command works on: its configuration directory and the few facts of main.cf that
//! all commands need. One place decides which `main.cf` it is.

use config::{Conf, Fault, p};
use std::ffi::OsStr;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A mail system as commands see it.
pub(crate) struct System {
    /// Where main.cf stands.
    pub(crate) directory: PathBuf,
    /// main.cf.
    pub(crate) conf: Conf,
    /// queue_directory.
    pub(crate) queue: PathBuf,
}

impl System {
    /// By `-c`, MAIL_CONFIG or the default.
    pub(crate) fn load(option_c: Option<&OsStr>) -> Result<Self, Fault> {
        let directory = conf::config_directory(option_c);
        let conf = conf::load(&directory, [])?;
        let queue = PathBuf::from(conf.get(p::QUEUE_DIRECTORY)?);
        Ok(Self { directory, conf, queue })
    }

    /// A file of daemon_directory.
    pub(crate) fn daemon(&self, name: &str) -> Result<PathBuf, Fault> {
        Ok(Path::new(&self.conf.get(p::DAEMON_DIRECTORY)?).join(name))
    }

    /// A file of command_directory.
    pub(crate) fn command(&self, name: &str) -> Result<PathBuf, Fault> {
        Ok(Path::new(&self.conf.get(p::COMMAND_DIRECTORY)?).join(name))
    }

    /// The process id of the running master; None when none is running. A lock tells, not the file.
    pub(crate) fn master(&self) -> Option<u32> {
        let path = self.queue.join("pid/master.pid");
        let file = std::fs::File::open(&path).ok()?;
        let wish = rustix::fs::FlockOperation::NonBlockingLockShared;
        if rustix::fs::flock(&file, wish).is_ok() {
            return None;
        }
        std::fs::read_to_string(&path).ok()?.trim().parse().ok()
    }
}

/// Some commands speak to a terminal only; what they have to say goes to the log in any case.
pub(crate) fn say_on_terminal(text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("{text}");
    }
}
