//! postlock(1): runs a command while holding the lock on a mailbox, in the way local(8) takes it.

use crate::system::System;
use config::p;
use options::{GetOpt, Opt};
use os::mailbox::Locking;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, ExitCode};

/// `postlock [-c config_dir] [-l lock_style] [-v] folder command...`: the command's exit status, or 75 when there
/// was no lock.
pub fn main(args: Vec<OsString>) -> ExitCode {
    match run(&args) {
        Ok(code) => code,
        Err(text) => {
            eprintln!("postlock: fatal: {text}");
            ExitCode::from(EX_TEMPFAIL)
        }
    }
}

fn run(args: &[OsString]) -> Result<ExitCode, String> {
    let (mut directory, mut style) = (None, None);
    let mut options = GetOpt::new("c:l:v", args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) => directory = Some(value),
            Opt::Value(b'l', value) => style = Some(value.to_string_lossy().into_owned()),
            Opt::Flag(b'v') => {}
            _ => return Err(USAGE.to_owned()),
        }
    }
    let [folder, program, args @ ..] = options.rest() else { return Err(USAGE.to_owned()) };
    let system = System::load(directory.as_deref()).map_err(|fault| fault.to_string())?;
    let locking = locking(&system, style)?;
    let folder = Path::new(folder);
    let fail = |what: String, e: std::io::Error| {
        format!("open file {}: {what}: {}", folder.display(), conf::reason(&e))
    };
    let mailbox = open(folder).map_err(|e| fail("cannot open file".into(), e))?;
    let beside = format!("unable to create lock file {}.lock", folder.display());
    let _lock_file = locking.lock_beside(folder).map_err(|e| fail(beside, e))?;
    locking.lock_file(&mailbox).map_err(|e| fail("unable to lock for exclusive access".into(), e))?;
    command(program, args)
}

fn locking(system: &System, style: Option<String>) -> Result<Locking, String> {
    let text = |fault: config::Fault| fault.to_string();
    let conf = &system.conf;
    let style = style.map_or_else(|| conf.get(p::MAILBOX_DELIVERY_LOCK), Ok).map_err(text)?;
    let attempts = u32::try_from(conf.get(p::DELIVER_LOCK_ATTEMPTS).map_err(text)?).unwrap_or(u32::MAX);
    let delay = conf.get(p::DELIVER_LOCK_DELAY).map_err(text)?;
    let stale = conf.get(p::STALE_LOCK_TIME).map_err(text)?;
    Locking::parse(p::MAILBOX_DELIVERY_LOCK.name(), &style, attempts, delay, stale)
}

fn open(folder: &Path) -> std::io::Result<File> {
    let file = File::options().append(true).create(true).mode(0o600).open(folder)?;
    // Only a real file can be a mailbox; a device or a pipe is somebody's mistake.
    if file.metadata()?.is_file() { Ok(file) } else { Err(std::io::Error::other("not a regular file")) }
}

fn command(program: &OsString, args: &[OsString]) -> Result<ExitCode, String> {
    match Command::new(program).args(args).status() {
        // Ended by a signal: the shell's way to say so does not fit an exit status that scripts compare.
        Ok(status) => {
            Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(EX_TEMPFAIL)))
        }
        Err(e) => {
            eprintln!("postlock: fatal: execvp {}: {}", program.display(), conf::reason(&e));
            Ok(ExitCode::FAILURE)
        }
    }
}

const EX_TEMPFAIL: u8 = 75;
const USAGE: &str = "usage: postlock [-c config_dir] [-l lock_style] [-v] folder command...";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_file_is_locked_and_a_missing_one_is_made() {
        let dir = tempfile::tempdir().unwrap();
        assert!(open(dir.path()).is_err());
        assert!(open(Path::new("/dev/null")).is_err());
        let folder = dir.path().join("mbox");
        open(&folder).unwrap();
        assert!(folder.exists());
    }

    #[test]
    fn the_commands_exit_status_comes_through() {
        let args = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let shell = OsString::from("/bin/sh");
        let status = command(&shell, &[OsString::from("-c"), OsString::from("exit 7")]).unwrap();
        assert_eq!(format!("{status:?}"), format!("{:?}", ExitCode::from(7)));
        assert!(run(&args("-x")).is_err() && run(&args("folder")).is_err());
    }
}
