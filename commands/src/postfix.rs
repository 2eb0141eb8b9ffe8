//! postfix(1): start, stop, reload, check and ask after a mail system. The work of starting services is
//! master's; the state of the folders is looked after here.

mod check;
mod folders;
mod permissions;
mod upgrade;

use crate::system::System;
use config::Level;
use maillog::{Log, Sink};
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::time::Duration;

pub(crate) use folders::create as create_folders;

/// `postfix [-c config_dir] [-Dv] command`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    let (directory, words) = match parse(&args) {
        Ok(parsed) => parsed,
        Err(text) => return complain(&text),
    };
    let system = match System::load(directory.as_deref()) {
        Ok(system) => system,
        Err(fault) => return complain(&fault.to_string()),
    };
    let log = match script_log(&system) {
        Ok(log) => log,
        Err(fault) => return complain(&fault.to_string()),
    };
    if let Err(fault) = tell_old_level(&system) {
        return complain(&fault.to_string());
    }
    match run(&system, &log, &words) {
        Ok(code) => code,
        Err(text) => {
            log.fatal(text);
            ExitCode::FAILURE
        }
    }
}

fn parse(args: &[OsString]) -> Result<(Option<OsString>, Vec<String>), String> {
    let mut directory = None;
    let mut options = GetOpt::new("c:Dv", args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) if value.as_encoded_bytes().starts_with(b"/") => directory = Some(value),
            Opt::Value(b'c', _) => return Err("-c requires absolute pathname".to_owned()),
            Opt::Flag(b'D' | b'v') => {}
            Opt::Unknown(letter) => {
                eprintln!("postfix: invalid option -- '{}'", letter.escape_ascii());
                return Err(USAGE.to_owned());
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    let words: Vec<String> = options.rest().iter().map(|word| word.to_string_lossy().into_owned()).collect();
    if words.is_empty() { Err(USAGE.to_owned()) } else { Ok((directory, words)) }
}

fn complain(text: &str) -> ExitCode {
    crate::system::say_on_terminal(&format!("postfix: fatal: {text}"));
    Log::open("postfix/postfix", Sink::syslog("mail"), false).fatal(text);
    ExitCode::FAILURE
}

/// What the shell script of Postfix says, it says under this name; log readers know it.
fn script_log(system: &System) -> Result<Log, config::Fault> {
    let name = system.conf.get(config::p::SYSLOG_NAME)?;
    conf::open_tagged_log(&system.conf, &format!("{name}/postfix-script"))
}

/// COMPATIBILITY_README: says that the safety net is there, and how it is taken away. As the form of all log lines
/// follows the level (below 3.11 it is that of Postfix 3.7), the level to name is 3.6.
fn tell_old_level(system: &System) -> Result<(), config::Fault> {
    if system.conf.compatibility_level() >= Level::new(3, 6, 0) {
        return Ok(());
    }
    let log = conf::open_tagged_log(&system.conf, "postfix")?;
    log.info("Postfix is using backwards-compatible default settings");
    log.info("See http://www.postfix.org/COMPATIBILITY_README.html for details");
    log.info(
        "To disable backwards compatibility use \"postconf compatibility_level=3.6\" and \"postfix reload\"",
    );
    Ok(())
}

fn run(system: &System, log: &Log, words: &[String]) -> Result<ExitCode, String> {
    match words[0].as_str() {
        "start" => start(system, log),
        "start-fg" => start_foreground(system, log),
        "stop" => stop(system, log),
        "abort" => abort(system, log),
        "reload" => reload(system, log),
        "flush" => flush(system),
        "check" => check::run(system, log),
        "status" => Ok(status(system, log)),
        "set-permissions" => permissions::set(system, &words[1..]),
        "upgrade-configuration" => upgrade::run(system, &words[1..]),
        "logrotate" => logrotate(system, log),
        "tls" | "post-install" | "quick-start" | "quick-stop" | "non-bdb" => {
            Err(format!("{}: this command is not built yet", words[0]))
        }
        other => Err(format!("unknown command: '{other}'. Usage: postfix {COMMANDS}")),
    }
}

fn start(system: &System, log: &Log) -> Result<ExitCode, String> {
    prepare(system, log)?;
    log.info("starting the Postfix mail system");
    let program = system.daemon("master").map_err(|fault| fault.to_string())?;
    let status = Command::new(&program)
        .arg("-w")
        .env("MAIL_CONFIG", &system.directory)
        .status()
        .map_err(|e| format!("{}: {}", program.display(), conf::reason(&e)))?;
    if status.success() { Ok(ExitCode::SUCCESS) } else { Err("mail system startup failed".to_owned()) }
}

fn start_foreground(system: &System, log: &Log) -> Result<ExitCode, String> {
    prepare(system, log)?;
    log.info("starting the Postfix mail system");
    let program = system.daemon("master").map_err(|fault| fault.to_string())?;
    let flag = if std::process::id() == 1 { "-i" } else { "-s" };
    let error = Command::new(&program).arg(flag).env("MAIL_CONFIG", &system.directory).exec();
    Err(format!("{}: {}", program.display(), conf::reason(&error)))
}

/// Refuses a second start and faulty files, and makes missing folders.
fn prepare(system: &System, log: &Log) -> Result<(), String> {
    if system.master().is_some() {
        return Err("the Postfix mail system is already running".to_owned());
    }
    folders::create(&system.conf)?;
    check::faults(system, log)?;
    // What it could not mend it has said; mail that is well is delivered all the same.
    let _ = check::queue(system);
    Ok(())
}

fn running(system: &System) -> Result<u32, String> {
    system.master().ok_or_else(|| "the Postfix mail system is not running".to_owned())
}

fn stop(system: &System, log: &Log) -> Result<ExitCode, String> {
    let pid = running(system)?;
    log.info("stopping the Postfix mail system");
    os::spawn::terminate(pid).map_err(|e| format!("kill {pid}: {}", conf::reason(&e)))?;
    if ends(pid, STOP_PATIENCE)? {
        return Ok(ExitCode::SUCCESS);
    }
    log.warning("stopping the Postfix mail system with force");
    // Its children end by themselves when master has gone.
    os::spawn::kill(pid).map_err(|e| format!("kill {pid}: {}", conf::reason(&e)))?;
    if ends(pid, STOP_PATIENCE)? { Ok(ExitCode::SUCCESS) } else { Err(format!("process {pid} does not end")) }
}

fn abort(system: &System, log: &Log) -> Result<ExitCode, String> {
    let pid = running(system)?;
    log.info("aborting the Postfix mail system");
    // Once is "in order", twice is "now"; the pause lets both signals count.
    for _ in 0..2 {
        os::spawn::terminate(pid).map_err(|e| format!("kill {pid}: {}", conf::reason(&e)))?;
        if ends(pid, ABORT_PAUSE)? {
            return Ok(ExitCode::SUCCESS);
        }
    }
    if ends(pid, STOP_PATIENCE)? { Ok(ExitCode::SUCCESS) } else { Err(format!("process {pid} does not end")) }
}

fn reload(system: &System, log: &Log) -> Result<ExitCode, String> {
    let pid = running(system)?;
    // Said here, where somebody listens; master would keep its old configuration and say so in the log only.
    check::faults(system, log)?;
    let _ = check::queue(system);
    log.info("refreshing the Postfix mail system");
    os::spawn::hang_up(pid).map_err(|e| format!("kill {pid}: {}", conf::reason(&e)))?;
    Ok(ExitCode::SUCCESS)
}

fn flush(system: &System) -> Result<ExitCode, String> {
    running(system)?;
    let program = system.command("postqueue").map_err(|fault| fault.to_string())?;
    let error = Command::new(&program).arg("-c").arg(&system.directory).arg("-f").exec();
    Err(format!("{}: {}", program.display(), conf::reason(&error)))
}

fn status(system: &System, log: &Log) -> ExitCode {
    match system.master() {
        Some(pid) => {
            log.info(format_args!("the Postfix mail system is running: PID: {pid}"));
            ExitCode::SUCCESS
        }
        None => {
            log.info("the Postfix mail system is not running");
            ExitCode::FAILURE
        }
    }
}

/// Renames the log file, lets postlogd open a new one, and compresses the old (maillog_file_compressor).
fn logrotate(system: &System, log: &Log) -> Result<ExitCode, String> {
    let text = |fault: config::Fault| fault.to_string();
    let name = system.conf.get(config::p::MAILLOG_FILE).map_err(text)?;
    if name.is_empty() || name.starts_with("/dev/") {
        return Err("maillog_file is not the name of a file: there is nothing to rotate".to_owned());
    }
    let pattern = system.conf.get(config::p::MAILLOG_FILE_ROTATE_SUFFIX).map_err(text)?;
    let suffix =
        Command::new("date").arg(format!("+{pattern}")).output().map_err(|e| format!("date: {e}"))?;
    let rotated = format!("{name}.{}", String::from_utf8_lossy(&suffix.stdout).trim());
    std::fs::rename(&name, &rotated).map_err(|e| format!("rename {name}: {}", conf::reason(&e)))?;
    if system.master().is_some() {
        reload(system, log)?;
    }
    let compressor = system.conf.get(config::p::MAILLOG_FILE_COMPRESSOR).map_err(text)?;
    let status =
        Command::new(&compressor).arg(&rotated).status().map_err(|e| format!("{compressor}: {e}"))?;
    if status.success() { Ok(ExitCode::SUCCESS) } else { Err(format!("{compressor} {rotated}: {status}")) }
}

fn ends(pid: u32, patience: Duration) -> Result<bool, String> {
    os::spawn::ends_within(pid, patience).map_err(|e| format!("wait for process {pid}: {}", conf::reason(&e)))
}

const COMMANDS: &str = "start (or stop, reload, abort, flush, check, status, set-permissions, upgrade-configuration, start-fg, logrotate)";
const USAGE: &str = "usage: postfix [-c config_dir] [-Dv] command";
const STOP_PATIENCE: Duration = Duration::from_secs(10);
const ABORT_PAUSE: Duration = Duration::from_millis(100);
