//! How master(8) starts a daemon: the options it passes, as plain values.
//!
//! `-n name -t type` name the service; `-s N` says how many listening sockets follow descriptor 3, which is the
//! line to master; `-m N` is the process limit (0: none); `-c` asks for a chroot; `-u` says unprivileged;
//! `-o name=value`, `-v`, `-D` come from master.cf, and so does all that follows the options.

use crate::Fatal;
use options::{GetOpt, Opt};
use std::ffi::OsString;

/// What a daemon's command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The service name, column one of master.cf.
    pub name: String,
    /// The service type, column two.
    pub kind: ServiceType,
    /// Listening sockets inherited from descriptor 4 on.
    pub sockets: usize,
    /// The most requests at a time; 0 for no limit.
    pub limit: usize,
    /// Run in the queue directory as root directory.
    pub chroot: bool,
    /// master.cf wants it unprivileged.
    pub unprivileged: bool,
    /// `-v`, counted.
    pub verbose: u32,
    /// `-o name=value`, in order.
    pub overrides: Vec<(String, String)>,
    /// What follows the options: `user=...`, `argv=...` and the like.
    pub attributes: Vec<String>,
}

/// How requests arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceType {
    /// TCP.
    Inet,
    /// A stream socket in the queue directory.
    Unix,
    /// A datagram socket in the queue directory.
    UnixDgram,
    /// A named pipe.
    Fifo,
    /// Connections passed on by postscreen(8).
    Pass,
}

impl Invocation {
    /// Reads the arguments after the program name.
    pub fn parse(args: &[OsString]) -> Result<Self, Fatal> {
        let mut found = Self {
            name: String::new(),
            kind: ServiceType::Unix,
            sockets: 0,
            limit: 0,
            chroot: false,
            unprivileged: false,
            verbose: 0,
            overrides: Vec::new(),
            attributes: Vec::new(),
        };
        let mut options = GetOpt::new("cDm:n:o:s:t:uv", args);
        for option in options.by_ref() {
            found.take(option)?;
        }
        found.attributes = options.rest().iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        if found.name.is_empty() || found.sockets == 0 {
            return Err(Fatal::new("this program is started by master(8), not by hand"));
        }
        Ok(found)
    }

    fn take(&mut self, option: Opt) -> Result<(), Fatal> {
        match option {
            Opt::Flag(b'c') => self.chroot = true,
            Opt::Flag(b'D') => {}
            Opt::Flag(b'u') => self.unprivileged = true,
            Opt::Flag(b'v') => self.verbose += 1,
            Opt::Value(b'n', name) => self.name = name.to_string_lossy().into_owned(),
            Opt::Value(b's', count) => self.sockets = number(&count)?,
            Opt::Value(b'm', count) => self.limit = number(&count)?,
            Opt::Value(b't', kind) => self.kind = service_type(&kind)?,
            Opt::Value(b'o', setting) => self.overrides.push(name_value(&setting)?),
            Opt::Value(option, _) | Opt::Flag(option) | Opt::Unknown(option) | Opt::Missing(option) => {
                return Err(Fatal::new(format!("invalid option: -{}", char::from(option))));
            }
        }
        Ok(())
    }
}

fn number(text: &OsString) -> Result<usize, Fatal> {
    text.to_str().and_then(|t| t.parse().ok()).ok_or_else(|| Fatal::new(format!("bad number: {text:?}")))
}

fn service_type(text: &OsString) -> Result<ServiceType, Fatal> {
    match text.to_str() {
        Some("inet") => Ok(ServiceType::Inet),
        Some("unix") => Ok(ServiceType::Unix),
        Some("unix-dgram") => Ok(ServiceType::UnixDgram),
        Some("fifo") => Ok(ServiceType::Fifo),
        Some("pass") => Ok(ServiceType::Pass),
        _ => Err(Fatal::new(format!("unknown service type: {text:?}"))),
    }
}

fn name_value(text: &OsString) -> Result<(String, String), Fatal> {
    let text = text.to_string_lossy();
    let (name, value) =
        text.split_once('=').ok_or_else(|| Fatal::new(format!("missing '=' after \"{text}\"")))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_attributes_are_told_apart() {
        let args: Vec<OsString> =
            "-n maildrop -t unix -s 1 -m 3 -c -o a=b -v flags=R user=vmail argv=/bin/x -d ${r}"
                .split(' ')
                .map(OsString::from)
                .collect();
        let found = Invocation::parse(&args).unwrap();
        assert_eq!((found.name.as_str(), found.sockets, found.limit), ("maildrop", 1, 3));
        assert!(found.chroot && !found.unprivileged && found.verbose == 1);
        assert_eq!(found.overrides, [("a".to_owned(), "b".to_owned())]);
        assert_eq!(found.attributes, ["flags=R", "user=vmail", "argv=/bin/x", "-d", "${r}"]);
    }

    #[test]
    fn a_daemon_does_not_run_by_hand() {
        assert!(Invocation::parse(&[]).is_err());
    }
}
