//! The log that main.cf asks for.

use config::{Conf, Fault, Level, p};
use maillog::{Log, Sink};
use std::path::Path;

/// Opens the log under `syslog_name/program`: postlogd's socket when `maillog_file` is set, syslog otherwise.
pub fn open_log(conf: &Conf, program: &str) -> Result<Log, Fault> {
    log_to(conf, program, sink(conf)?)
}

/// The same, and standard error, as commands do.
pub fn open_command_log(conf: &Conf, program: &str) -> Result<Log, Fault> {
    log_to(conf, program, sink(conf)?.and_terminal(program))
}

fn log_to(conf: &Conf, program: &str, sink: Sink) -> Result<Log, Fault> {
    let identity = format!("{}/{program}", conf.get(p::SYSLOG_NAME)?);
    Ok(Log::open(identity, sink, conf.compatibility_level() >= Level::new(3, 11, 0)))
}

fn sink(conf: &Conf) -> Result<Sink, Fault> {
    if conf.get(p::MAILLOG_FILE)?.is_empty() {
        return Ok(Sink::syslog(&conf.get(p::SYSLOG_FACILITY)?));
    }
    let queue = conf.get(p::QUEUE_DIRECTORY)?;
    Ok(Sink::postlog(&Path::new(&queue).join("public").join(conf.get(p::POSTLOG_SERVICE_NAME)?)))
}
