//! sendmail(1): the interface that programs have known since Sendmail. It reads a message and hands it to
//! postdrop(1); every other mode runs the command that does the work. It has no privilege and needs none.

mod envelope;
mod message;
mod posting;
mod request;

pub(crate) use request::Mode;

use crate::{newaliases, postalias, table_command};
use command::{Caller, Command, Fatal};
use config::p;
use request::Request;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    run("sendmail", &args, Mode::Post)
}

/// The command under the name that it was called by.
pub(crate) fn run(name: &'static str, args: &[OsString], mode: Mode) -> ExitCode {
    // sysexits(3) EX_TEMPFAIL, whatever went wrong: the caller is to try again.
    obey(name, args, mode).unwrap_or(ExitCode::from(EX_TEMPFAIL))
}

fn obey(name: &'static str, args: &[OsString], mode: Mode) -> Result<ExitCode, Fatal> {
    let request = Request::parse(args, mode).map_err(|fault| {
        fault.lines.iter().for_each(|line| eprintln!("{name}: {line}"));
        Fatal::say(name, fault.text)
    })?;
    let directory = request.directory.as_deref().map(config_directory);
    let command = Command::open_as("sendmail", name, directory.as_deref().map(Path::as_os_str))?;
    let work = Work { command: &command, directory: directory.as_deref(), request: &request };
    if let Some(what) = request.mode.refuses_recipients().filter(|_| !request.recipients.is_empty()) {
        return Err(command.fatal(format_args!("{what} requires no recipient")));
    }
    match &request.mode {
        Mode::Post | Mode::Verify => posting::post(&command, directory.as_deref(), &request),
        Mode::ListQueue => work.become_command("postqueue", &["-p"]),
        Mode::FlushAll => work.become_command("postqueue", &["-f"]),
        Mode::FlushId(id) => work.become_command("postqueue", &["-i", id]),
        Mode::FlushSite(site) => work.become_command("postqueue", &["-s", site]),
        Mode::Daemon => work.start(),
        Mode::Dialogue => work.become_smtpd(),
        Mode::NewAliases => Ok(work.make_aliases()),
        Mode::Nothing => Ok(ExitCode::SUCCESS),
    }
}

struct Work<'a> {
    command: &'a Command,
    directory: Option<&'a Path>,
    request: &'a Request,
}

impl Work<'_> {
    /// Runs another command in our place.
    fn become_command(&self, program: &str, args: &[&str]) -> Result<ExitCode, Fatal> {
        let get = self.command.conf.get(p::COMMAND_DIRECTORY);
        let path = Path::new(&get.map_err(|fault| self.command.fatal(fault))?).join(program);
        self.replace(&path, args)
    }

    /// `-bd`: whatever becomes of it, postfix(1) says it in the log.
    fn start(&self) -> Result<ExitCode, Fatal> {
        let get = self.command.conf.get(p::COMMAND_DIRECTORY).map_err(|fault| self.command.fatal(fault))?;
        let path = Path::new(&get).join("postfix");
        let mut postfix = std::process::Command::new(&path);
        postfix.arg("start");
        if let Some(directory) = self.directory {
            postfix.env("MAIL_CONFIG", directory);
        }
        let failed = |error| self.command.fatal(format_args!("{}: {}", path.display(), os::strerror(&error)));
        postfix.status().map_err(failed)?;
        Ok(ExitCode::SUCCESS)
    }

    /// `-bs`: an SMTP dialogue on standard input and output.
    fn become_smtpd(&self) -> Result<ExitCode, Fatal> {
        let caller = Caller::of_this_process();
        if !self.command.allows(&caller, p::AUTHORIZED_SUBMIT_USERS)? {
            return Err(self.command.fatal(format_args!("User {caller} is not allowed to submit mail")));
        }
        let get = self.command.conf.get(p::DAEMON_DIRECTORY);
        let path = Path::new(&get.map_err(|fault| self.command.fatal(fault))?).join("smtpd");
        self.replace(&path, &["-S"])
    }

    fn replace(&self, path: &Path, args: &[&str]) -> Result<ExitCode, Fatal> {
        let mut program = std::process::Command::new(path);
        program.args(args);
        if let Some(directory) = self.directory {
            program.env("MAIL_CONFIG", directory);
        }
        let error = program.exec();
        Err(self.command.fatal(format_args!("execvp {}: {}", path.display(), os::strerror(&error))))
    }

    fn make_aliases(&self) -> ExitCode {
        match &self.request.alias_databases[..] {
            [] => newaliases::rebuild(&self.command.conf),
            names => table_command::rebuild(&postalias::POSTALIAS, names, &self.command.conf),
        }
    }
}

/// `-C` names the directory, or main.cf in it.
fn config_directory(value: &OsStr) -> PathBuf {
    let path = Path::new(value);
    match path.parent() {
        Some(parent) if path.file_name() == Some(OsStr::new("main.cf")) => parent.to_owned(),
        _ => path.to_owned(),
    }
}

/// sysexits(3).
const EX_TEMPFAIL: u8 = 75;
