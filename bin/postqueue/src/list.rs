//! `-p` and `-j`: asks showq(8) and prints.

use crate::attributes::Groups;
use crate::format::{Json, Message, Traditional};
use command::{Command, Fatal};
use config::p;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};

/// Prints the queue.
pub fn list(command: &Command, json: bool) -> Result<(), Fatal> {
    let service = command.conf.get(p::SHOWQ_SERVICE_NAME).map_err(|fault| command.fatal(fault))?;
    let path = command.queue_directory.join("public").join(&service);
    match UnixStream::connect(&path) {
        Ok(stream) => show(command, stream, json),
        Err(error) => {
            let text = os::strerror(&error);
            let why = format!("Connect to the Postfix {service} service: {text}");
            if os::jail::real_uid() != 0 {
                let down = "Queue report unavailable - mail system is down";
                return Err(command.fatal(format_args!("{down} ({why})")));
            }
            command.log.warning(format_args!("Mail system is down -- accessing queue directly ({why})"));
            let mut showq = Showq::start(command)?;
            let result = match showq.child.stdout.take() {
                Some(stdout) => show(command, stdout, json),
                None => Ok(()),
            };
            showq.finish(command).and(result)
        }
    }
}

fn show(command: &Command, input: impl Read, json: bool) -> Result<(), Fatal> {
    let out = BufWriter::new(io::stdout().lock());
    let printed = if json {
        print(input, Json { out })
    } else {
        let long = command.conf.get(p::ENABLE_LONG_QUEUE_IDS).map_err(|fault| command.fatal(fault))?;
        print(input, Traditional::new(out, long))
    };
    match printed {
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(command.fatal(format_args!("malformed showq server response: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// A way to show messages.
pub trait Printer {
    /// Shows one message.
    fn message(&mut self, message: &Message) -> io::Result<()>;
    /// Shows what comes last.
    fn end(&mut self) -> io::Result<()>;
}

fn print(input: impl Read, mut printer: impl Printer) -> io::Result<()> {
    let mut groups = Groups(BufReader::new(input));
    groups.next()?; // the name of the protocol
    loop {
        let group = groups.next()?;
        if group.is_empty() {
            return printer.end();
        }
        printer.message(&Message::new(&group))?;
    }
}

/// showq(8) without master(8).
struct Showq {
    child: Child,
}

impl Showq {
    fn start(command: &Command) -> Result<Self, Fatal> {
        let folder = command.conf.get(p::DAEMON_DIRECTORY).map_err(|fault| command.fatal(fault))?;
        let path = Path::new(&folder).join("showq");
        let started = std::process::Command::new(&path)
            .args(["-u", "-S"])
            .env_clear()
            .env("MAIL_CONFIG", &command.directory)
            .envs(std::env::var_os("TZ").map(|zone| ("TZ", zone)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let child = started.map_err(|error| {
            command.fatal(format_args!("execute {}: {}", path.display(), os::strerror(&error)))
        })?;
        Ok(Self { child })
    }

    fn finish(mut self, command: &Command) -> Result<(), Fatal> {
        match self.child.wait() {
            Ok(status) if ExitStatus::success(&status) => Ok(()),
            Ok(status) => Err(command.fatal(format_args!("showq: {status}"))),
            Err(error) => Err(command.fatal(format_args!("wait for showq: {error}"))),
        }
    }
}

impl<W: Write> Printer for Json<W> {
    fn message(&mut self, message: &Message) -> io::Result<()> {
        self.print(message)
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Printer for Traditional<W> {
    fn message(&mut self, message: &Message) -> io::Result<()> {
        self.print(message)
    }

    fn end(&mut self) -> io::Result<()> {
        self.total()
    }
}
