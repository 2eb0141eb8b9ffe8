//! postqueue(1): shows the queue and asks for delivery, for any user.
//!
//! SET-GID, so that it reaches the sockets in `public`. It reads no queue file: showq(8), qmgr(8) and flush(8) do
//! the work. No async runtime. As root, with the mail system down, it lets showq list the queue directly.

mod attributes;
mod flush;
mod format;
mod list;

use command::{Caller, Command, Fatal};
use config::{Param, Text, p};
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program; `args` are those after its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    // sysexits(3) EX_UNAVAILABLE, whatever went wrong.
    run(&args).map_or(ExitCode::from(EX_UNAVAILABLE), |()| ExitCode::SUCCESS)
}

#[derive(Debug, PartialEq, Eq)]
enum Mode {
    List,
    ListJson,
    FlushAll,
    FlushId(String),
    FlushSite(String),
}

fn run(args: &[OsString]) -> Result<(), Fatal> {
    let (mode, directory) = options(args)?;
    let command = Command::open(PROGRAM, directory.as_deref())?;
    match mode {
        Mode::List | Mode::ListJson => {
            authorize(&command, p::AUTHORIZED_MAILQ_USERS, "view")?;
            list::list(&command, mode == Mode::ListJson)
        }
        Mode::FlushAll => {
            authorize(&command, p::AUTHORIZED_FLUSH_USERS, "flush")?;
            flush::all(&command)
        }
        Mode::FlushId(id) => {
            authorize(&command, p::AUTHORIZED_FLUSH_USERS, "flush")?;
            flush::message(&command, &id)
        }
        Mode::FlushSite(site) => {
            authorize(&command, p::AUTHORIZED_FLUSH_USERS, "flush")?;
            flush::site(&command, &site)
        }
    }
}

fn options(args: &[OsString]) -> Result<(Mode, Option<OsString>), Fatal> {
    let usage = || Fatal::say(PROGRAM, USAGE);
    let text = |value: OsString| value.to_string_lossy().into_owned();
    let (mut modes, mut directory) = (Vec::new(), None);
    let mut options = GetOpt::new("c:fi:jps:v", args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) => directory = Some(value),
            Opt::Value(b'i', id) => modes.push(Mode::FlushId(text(id))),
            Opt::Value(_, site) => modes.push(Mode::FlushSite(text(site))),
            Opt::Flag(b'f') => modes.push(Mode::FlushAll),
            Opt::Flag(b'j') => modes.push(Mode::ListJson),
            Opt::Flag(b'p') => modes.push(Mode::List),
            Opt::Flag(_) => {} // -v is for the super-user and has nothing to say here
            Opt::Unknown(letter) => {
                eprintln!("{PROGRAM}: invalid option -- '{}'", letter.escape_ascii());
                return Err(usage());
            }
            Opt::Missing(letter) => {
                eprintln!("{PROGRAM}: option requires an argument -- '{}'", letter.escape_ascii());
                return Err(usage());
            }
        }
    }
    match (modes.pop(), modes.is_empty(), options.rest().is_empty()) {
        (Some(mode), true, true) => Ok((mode, directory)),
        // Like Postfix's, which looks for a mode after it has found its log.
        (None, _, true) => Err(Command::open(PROGRAM, directory.as_deref())?.fatal(USAGE)),
        _ => Err(usage()),
    }
}

fn authorize(command: &Command, list: Param<Text>, what: &str) -> Result<(), Fatal> {
    let caller = Caller::of_this_process();
    if caller.uid == 0 || command.allows(&caller, list)? {
        return Ok(());
    }
    Err(command.fatal(format_args!("User {caller} is not allowed to {what} the mail queue")))
}

const PROGRAM: &str = "postqueue";
const USAGE: &str =
    "usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site";
/// sysexits(3).
const EX_UNAVAILABLE: u8 = 69;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_mode_is_wanted() {
        let parse = |line: &str| {
            let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
            options(&args).ok().map(|(mode, _)| mode)
        };
        assert_eq!(parse("-p"), Some(Mode::List));
        assert_eq!(parse("-v -j -c /x"), Some(Mode::ListJson));
        assert_eq!(parse("-i ABC"), Some(Mode::FlushId("ABC".into())));
        for bad in ["", "-p -f", "-p x", "-z", "-i"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
