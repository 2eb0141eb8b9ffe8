//! postlog(1): a line for the mail log, from the command line or from standard input.

use config::p;
use maillog::{Level, Log};
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::io::BufRead;
use std::process::ExitCode;

/// `postlog [-iv] [-c config_dir] [-p priority] [-t tag] [text...]`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            crate::system::say_on_terminal(&format!("postlog: fatal: {text}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[OsString]) -> Result<(), String> {
    let (mut directory, mut level, mut tag) = (None, Level::Info, None);
    let mut options = GetOpt::new("c:ip:t:v", args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) => directory = Some(value),
            Opt::Value(b'p', name) => level = priority(&name.to_string_lossy())?,
            Opt::Value(b't', value) => tag = Some(value.to_string_lossy().into_owned()),
            // The process id is always shown.
            Opt::Flag(b'i' | b'v') => {}
            _ => return Err(USAGE.to_owned()),
        }
    }
    let log = open(directory.as_deref(), tag)?;
    if options.rest().is_empty() {
        for line in std::io::stdin().lock().split(b'\n') {
            let line = line.map_err(|e| format!("read standard input: {e}"))?;
            write(&log, level, &String::from_utf8_lossy(&line));
        }
    } else {
        let words: Vec<_> = options.rest().iter().map(|word| word.to_string_lossy()).collect();
        write(&log, level, &words.join(" "));
    }
    Ok(())
}

/// The identity is the tag as it stands, or syslog_name and our own name.
fn open(directory: Option<&std::ffi::OsStr>, tag: Option<String>) -> Result<Log, String> {
    let directory = conf::config_directory(directory);
    let conf = conf::load(&directory, []).map_err(|fault| fault.to_string())?;
    let name = || -> Result<String, config::Fault> { Ok(format!("{}/postlog", conf.get(p::SYSLOG_NAME)?)) };
    let tag = tag.map_or_else(name, Ok).map_err(|fault| fault.to_string())?;
    conf::open_tagged_log(&conf, &tag).map_err(|fault| fault.to_string())
}

fn write(log: &Log, level: Level, text: &str) {
    match level {
        Level::Info => log.info(text),
        Level::Warning => log.warning(text),
        Level::Error => log.error(text),
        Level::Fatal => log.fatal(text),
        Level::Panic => log.panic(text),
    }
}

fn priority(name: &str) -> Result<Level, String> {
    match name {
        "info" => Ok(Level::Info),
        "warn" | "warning" => Ok(Level::Warning),
        "error" => Ok(Level::Error),
        "fatal" => Ok(Level::Fatal),
        "panic" => Ok(Level::Panic),
        other => Err(format!("bad priority: {other}")),
    }
}

const USAGE: &str = "usage: postlog [-iv] [-c config_dir] [-p priority] [-t tag] [text...]";
