//! What every command line program does first: find the configuration and decide whether to trust it, open the
//! log beside standard error, ask who called. No async runtime, no sockets but the log's: set-gid programs
//! depend on this.

use config::{Conf, Fault, Param, Text, p};
use maillog::Log;
use os::users::User;
use std::ffi::OsStr;
use std::fmt::Display;
use std::path::PathBuf;
use tables::StringList;

/// A program that has read its configuration.
pub struct Command {
    /// main.cf.
    pub conf: Conf,
    /// Where main.cf is.
    pub directory: PathBuf,
    /// `queue_directory`.
    pub queue_directory: PathBuf,
    /// The log and standard error.
    pub log: Log,
}

/// Who called the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The real user id.
    pub uid: u32,
    /// The login name; `unknown` when there is none.
    pub name: String,
}

impl Command {
    /// Reads the configuration: `option_c` (the value of `-c`), else MAIL_CONFIG, else the default. A program with
    /// more rights than its caller lets anybody but root only name directories that the default main.cf allows.
    /// An error is said on standard error already.
    pub fn open(program: &'static str, option_c: Option<&OsStr>) -> Result<Self, Fatal> {
        Self::open_with(program, option_c, conf::open_command_log)
    }

    /// As [`Self::open`], for a program that was called by another name.
    pub fn open_as(program: &str, name: &'static str, option_c: Option<&OsStr>) -> Result<Self, Fatal> {
        Self::open_with(name, option_c, |conf, name| conf::open_command_log_as(conf, program, name))
    }

    /// As [`Self::open`]; what goes wrong is said on standard error only.
    pub fn open_silent(program: &'static str, option_c: Option<&OsStr>) -> Result<Self, Fatal> {
        Self::open_with(program, option_c, |_, program| Ok(conf::terminal_log(program)))
    }

    fn open_with(
        program: &'static str,
        option_c: Option<&OsStr>,
        open_log: impl Fn(&Conf, &str) -> Result<Log, Fault>,
    ) -> Result<Self, Fatal> {
        let directory = conf::config_directory(option_c);
        let early = |fault: Fault| Fatal::say(program, fault);
        if os::jail::is_set_id() && os::jail::real_uid() != 0 {
            conf::check_directory(&directory).map_err(|fault| unauthorized(program, &fault))?;
        }
        let conf = conf::load(&directory, [("process_name", program)]).map_err(early)?;
        let log = open_log(&conf, program).map_err(early)?;
        let queue_directory = PathBuf::from(conf.get(p::QUEUE_DIRECTORY).map_err(early)?);
        Ok(Self { conf, directory, queue_directory, log })
    }

    /// Logs why the program can't go on.
    pub fn fatal(&self, text: impl Display) -> Fatal {
        self.log.fatal(text);
        Fatal(())
    }

    /// Is the caller in the list of users of `parameter` (`authorized_submit_users` and its kin)?
    pub fn allows(&self, caller: &Caller, parameter: Param<Text>) -> Result<bool, Fatal> {
        let list = self.conf.get(parameter).map_err(|fault| self.fatal(fault))?;
        let answer = StringList::parse(parameter.name(), &list, &tables::Options::default())
            .and_then(|users| users.matches_blocking(&caller.name));
        answer.map_err(|error| self.fatal(error))
    }
}

impl Caller {
    /// The real user of this process. An unreachable user database makes the name unknown.
    pub fn of_this_process() -> Self {
        let uid = os::jail::real_uid();
        let user = User::by_uid(uid).ok().flatten();
        Self { uid, name: user.map_or_else(|| "unknown".to_owned(), |user| user.name) }
    }
}

impl Display for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.name, self.uid)
    }
}

fn unauthorized(program: &str, fault: &Fault) -> Fatal {
    let text = fault.to_string();
    let Some((what, advice)) = text.split_once('\n') else { return Fatal::say(program, text) };
    eprintln!("{program}: error: {what}");
    Fatal::say(program, advice)
}

/// The program must end; why has been said.
#[derive(Debug)]
pub struct Fatal(());

impl Fatal {
    /// The caller has said why.
    pub fn said() -> Self {
        Self(())
    }

    /// Says it on standard error, before there is a log.
    pub fn say(program: &str, text: impl Display) -> Self {
        eprintln!("{program}: fatal: {text}");
        Self(())
    }
}
