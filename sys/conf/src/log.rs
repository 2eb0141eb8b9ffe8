//! The log that main.cf asks for.

use config::{Conf, Fault, Level, p, split_list};
use maillog::{Log, Sink};
use std::fs::{File, OpenOptions};
use std::io::IsTerminal;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

/// Opens the log under `syslog_name/program`: postlogd's socket when `maillog_file` is set, syslog otherwise.
pub fn open_log(conf: &Conf, program: &str) -> Result<Log, Fault> {
    let identity = format!("{}/{program}", conf.get(p::SYSLOG_NAME)?);
    Ok(Log::open(identity, sink(conf)?, is_modern(conf)))
}

/// The log of a command that is run beside the mail system: also to standard error, under the command's own name.
pub fn open_command_log(conf: &Conf, program: &str) -> Result<Log, Fault> {
    open_command_log_as(conf, program, program)
}

/// The same for a program that was called by another name: the log knows it by its own, the caller by that one.
pub fn open_command_log_as(conf: &Conf, program: &str, name: &str) -> Result<Log, Fault> {
    let identity = format!("{}/{program}", conf.get(p::SYSLOG_NAME)?);
    Ok(Log::open(identity, command_sink(conf)?.and_terminal(name), is_modern(conf)))
}

/// Standard error alone, under the command's own name.
pub fn terminal_log(program: &str) -> Log {
    Log::open(program, Sink::discard().and_terminal(program), false)
}

/// A command's log under a whole identity of its own choice; to standard error only when that is a terminal, as
/// postlog(1) and postfix(1) do.
pub fn open_tagged_log(conf: &Conf, tag: &str) -> Result<Log, Fault> {
    let sink = command_sink(conf)?;
    let sink = if std::io::stderr().is_terminal() { sink.and_terminal(tag) } else { sink };
    Ok(Log::open(tag, sink, is_modern(conf)))
}

/// The log file, when `maillog_file` is set and stands where `maillog_file_prefixes` allows; opened to append.
pub fn open_maillog_file(conf: &Conf) -> Result<Option<File>, Fault> {
    let name = conf.get(p::MAILLOG_FILE)?;
    if name.is_empty() {
        return Ok(None);
    }
    let prefixes = split_list(&conf.get(p::MAILLOG_FILE_PREFIXES)?);
    if !prefixes.iter().any(|prefix| name.starts_with(prefix.as_str())) {
        let prefixes = prefixes.join(" ");
        let text = format!("maillog_file value '{name}' does not match any prefix in maillog_file_prefixes");
        return Err(Fault::new(format!("{text} ({prefixes})")));
    }
    let mode = conf.get(p::MAILLOG_FILE_PERMISSIONS)?;
    let mode = u32::from_str_radix(&mode, 8)
        .map_err(|_| Fault::new(format!("maillog_file_permissions: bad octal number: {mode}")))?;
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(mode);
    if !name.starts_with("/dev/") {
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32);
    }
    let file = options.open(&name).map_err(|e| Fault::new(format!("open {name}: {}", crate::reason(&e))))?;
    Ok(Some(file))
}

fn is_modern(conf: &Conf) -> bool {
    conf.compatibility_level() >= Level::new(3, 11, 0)
}

fn sink(conf: &Conf) -> Result<Sink, Fault> {
    match postlog_socket(conf)? {
        Some(socket) => Ok(Sink::postlog(&socket)),
        None => Ok(Sink::syslog(&conf.get(p::SYSLOG_FACILITY)?)),
    }
}

/// While the mail system is down nobody reads postlogd's socket: then the file itself, if we may.
fn command_sink(conf: &Conf) -> Result<Sink, Fault> {
    let Some(socket) = postlog_socket(conf)? else { return sink(conf) };
    // The file is root's: nobody is to write to it with the rights of a set-gid program.
    let rights = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let caller = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    if rights != caller {
        return Ok(Sink::postlog(&socket));
    }
    let answers = UnixDatagram::unbound().is_ok_and(|probe| probe.connect(&socket).is_ok());
    match open_maillog_file(conf) {
        Ok(Some(file)) if !answers => Ok(Sink::file(file)),
        _ => Ok(Sink::postlog(&socket)),
    }
}

fn postlog_socket(conf: &Conf) -> Result<Option<PathBuf>, Fault> {
    if conf.get(p::MAILLOG_FILE)?.is_empty() {
        return Ok(None);
    }
    let queue = conf.get(p::QUEUE_DIRECTORY)?;
    Ok(Some(Path::new(&queue).join("public").join(conf.get(p::POSTLOG_SERVICE_NAME)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;

    #[test]
    fn a_log_file_outside_the_allowed_places_is_refused() {
        let conf = |text: &str| Conf::parse("main.cf", text, &HostFacts::default()).unwrap();
        assert!(open_maillog_file(&conf("")).unwrap().is_none());
        let fault = open_maillog_file(&conf("maillog_file = /etc/passwd\n")).unwrap_err().to_string();
        assert!(fault.contains("maillog_file_prefixes"), "{fault}");
        let dir = tempfile::tempdir().unwrap();
        let (file, prefix) = (dir.path().join("log"), dir.path().display());
        let text = format!("maillog_file = {}\nmaillog_file_prefixes = {prefix}\n", file.display());
        assert!(open_maillog_file(&conf(&text)).unwrap().is_some() && file.exists());
    }
}
