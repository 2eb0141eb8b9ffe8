//! Giving a message to a command: its standard input gets the message, what it writes is kept for the reason
//! text, and `command_time_limit` ends it. Runs on a thread of its own.

use crate::fault::{fate, resources};
use crate::rendering::{PIECE, Rendering, Stamp, Style};
use crate::sysexits::{End, outcome};
use content::{ContentError, Message};
use mail::Outcome;
use maillog::Log;
use os::command::{NoStart, Order, Running, run};
use os::jail::Ids;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A command and everything it gets.
#[derive(Clone)]
pub(crate) struct Command {
    /// Program and arguments.
    pub(crate) argv: Vec<OsString>,
    /// How reasons name it.
    pub(crate) shown: String,
    /// The whole environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Whom it runs as; ignored when we aren't root.
    pub(crate) ids: Ids,
    /// `chroot=`.
    pub(crate) root: Option<PathBuf>,
    /// The working directory; None: ours.
    pub(crate) directory: Option<PathBuf>,
    /// `command_time_limit`.
    pub(crate) limit: Duration,
    /// The program's name, and what it was doing, in complaints about a command that can't be executed.
    pub(crate) program: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) log: Log,
}

impl Command {
    /// Runs the command with the message; Ok when it took it.
    pub(crate) fn deliver(&self, message: &Message, stamp: &Stamp, style: &Style) -> Result<(), Outcome> {
        let environment: Vec<(OsString, OsString)> =
            self.environment.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let running = run(&Order {
            argv: &self.argv,
            environment: &environment,
            ids: os::jail::is_root().then_some(self.ids),
            root: self.root.as_deref(),
            directory: self.directory.as_deref(),
        })
        .map_err(|why| self.no_start(&why))?;
        let mut talk = Talk::new(running, self.limit).map_err(|error| resources(&error))?;
        let end = talk.run(Rendering::new(message, stamp, style))?;
        if end == End::TimeLimit {
            self.log.warning("pipe_command_read: read time limit exceeded");
        }
        match outcome(end, &self.shown, &printable(&talk.said)) {
            None => Ok(()),
            Some(outcome) => Err(outcome),
        }
    }

    fn no_start(&self, why: &NoStart) -> Outcome {
        let directory = self.directory.clone().unwrap_or_default();
        let root = self.root.clone().unwrap_or_default();
        match why {
            NoStart::System(error) => resources(error),
            NoStart::Root(e) => fate(
                "4.3.0",
                format!("cannot change root directory to \"{}\": {}", root.display(), os::strerror(e)),
            ),
            NoStart::Identity(e) => {
                fate("4.3.0", format!("cannot become user {}: {}", self.ids.uid, os::strerror(e)))
            }
            NoStart::Directory(e) => fate(
                "4.3.0",
                format!("cannot change directory to \"{}\": {}", directory.display(), os::strerror(e)),
            ),
            NoStart::Program(error) => {
                let name = self.argv.first().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                let fault = format!("{}execvp {name}: {}", self.stage, os::strerror(error));
                self.log.fatal(&fault);
                let said = format!("{}: fatal: {fault} ", self.program);
                fate("4.3.0", format!("temporary failure. Command output: {said}"))
            }
        }
    }
}

/// A conversation with a running command.
struct Talk {
    running: Running,
    deadline: Instant,
    said: Vec<u8>,
    /// The command closed its output: that place stays "readable" for ever.
    silent: bool,
}

impl Talk {
    fn new(running: Running, limit: Duration) -> std::io::Result<Self> {
        if let Some(input) = &running.input {
            rustix::io::ioctl_fionbio(input, true)?;
        }
        rustix::io::ioctl_fionbio(&running.output, true)?;
        Ok(Self { running, deadline: Instant::now() + limit, said: Vec::new(), silent: false })
    }

    /// Feeds and listens until the command ends, one way or the other.
    fn run(&mut self, mut rendering: Rendering<'_>) -> Result<End, Outcome> {
        let (mut pending, mut at, mut more) = (Vec::new(), 0, true);
        loop {
            if self.running.input.is_some() && at == pending.len() {
                pending.clear();
                at = 0;
                if more {
                    more = rendering.fill(&mut pending, PIECE).map_err(|error| self.give_up(&error))?;
                }
                if pending.is_empty() {
                    // End of file for the command.
                    self.running.input = None;
                }
            }
            let Some(ready) = self.wait()? else {
                self.running.kill();
                let _ = self.running.wait();
                return Ok(End::TimeLimit);
            };
            if ready.input {
                at += self.feed(&pending[at..]);
            }
            if ready.output {
                self.listen();
            }
            if ready.ended {
                self.listen();
                return self.end();
            }
        }
    }

    /// Waits for something to do; None when the time is over.
    fn wait(&self) -> Result<Option<Ready>, Outcome> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let mut places = vec![PollFd::new(self.running.handle(), PollFlags::IN)];
            if let Some(input) = &self.running.input {
                places.push(PollFd::new(input, PollFlags::OUT));
            }
            let output = places.len();
            if !self.silent {
                places.push(PollFd::new(&self.running.output, PollFlags::IN));
            }
            let time = Timespec::try_from(left).ok();
            match poll(&mut places, time.as_ref()) {
                Ok(0) => return Ok(None),
                Ok(_) => {
                    let is = |n: usize| places.get(n).is_some_and(|place| !place.revents().is_empty());
                    return Ok(Some(Ready { ended: is(0), input: output > 1 && is(1), output: is(output) }));
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(resources(&error.into())),
            }
        }
    }

    /// A command that reads no further than it cares is no fault.
    fn feed(&mut self, bytes: &[u8]) -> usize {
        let Some(input) = &mut self.running.input else { return 0 };
        match input.write(bytes) {
            Ok(written) => written,
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted
                ) =>
            {
                0
            }
            Err(_) => {
                self.running.input = None;
                bytes.len()
            }
        }
    }

    fn listen(&mut self) {
        let mut buffer = [0; 4096];
        while let Ok(length) = self.running.output.read(&mut buffer) {
            if length == 0 {
                self.silent = true;
                return;
            }
            let room = OUTPUT_KEPT.saturating_sub(self.said.len());
            self.said.extend_from_slice(&buffer[..length.min(room)]);
        }
    }

    fn end(&mut self) -> Result<End, Outcome> {
        let status = self.running.wait().map_err(|error| resources(&error))?;
        Ok(match (status.code(), status.signal()) {
            (Some(code), _) => End::Exited(code),
            (None, signal) => End::Signal(signal.unwrap_or(0)),
        })
    }

    fn give_up(&mut self, error: &ContentError) -> Outcome {
        self.running.kill();
        let _ = self.running.wait();
        crate::fault::copying(error, "4.3.0")
    }
}

struct Ready {
    ended: bool,
    output: bool,
    input: bool,
}

/// What a command wrote, as one clean line.
fn printable(said: &[u8]) -> String {
    let clean = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if c.is_control() => '?',
        c => c,
    };
    String::from_utf8_lossy(said).chars().map(clean).collect()
}

const OUTPUT_KEPT: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rendering::tests::message;
    use mail::Recipient;

    fn deliver(script: &str, limit: Duration, body: &[&str]) -> Result<(), String> {
        let command = Command {
            argv: ["/bin/sh", "-c", script].map(OsString::from).to_vec(),
            shown: script.to_owned(),
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            ids: Ids { uid: os::jail::effective_uid(), gid: rustix::process::getegid().as_raw() },
            root: None,
            directory: None,
            limit,
            program: "local",
            stage: "",
            log: Log::open("test", maillog::Sink::discard(), false),
        };
        let stamp = Stamp::new(&"s@x".into(), &Recipient::new("r@x"), &"r@x".into());
        command
            .deliver(&message(body), &stamp, &Style::command())
            .map_err(|outcome| format!("{} {}", outcome.dsn(), outcome.diagnosis().reason))
    }

    #[test]
    fn the_command_reads_the_message_and_its_words_become_the_reason() {
        let minute = Duration::from_secs(60);
        assert_eq!(deliver("grep -q '^Delivered-To: r@x$'", minute, &["A: b", "", "c"]), Ok(()));
        let fault = deliver("echo out; echo two >&2; exit 75", minute, &["x"]).unwrap_err();
        assert_eq!(fault, "4.3.0 temporary failure. Command output: out two ");
    }

    #[test]
    fn a_command_that_reads_nothing_is_no_fault() {
        let long = "x".repeat(100);
        let body: Vec<&str> = std::iter::repeat_n(long.as_str(), 5000).collect();
        assert_eq!(deliver("exec <&-; true", Duration::from_secs(60), &body), Ok(()));
    }

    #[test]
    fn a_command_that_hangs_is_ended_with_its_children() {
        let fault = deliver("sleep 1000 & sleep 1000", Duration::from_millis(100), &["x"]).unwrap_err();
        assert_eq!(fault, "5.3.0 Command time limit exceeded: \"sleep 1000 & sleep 1000\"");
    }

    #[test]
    fn a_command_that_closes_its_output_is_waited_for() {
        let fault =
            deliver("exec >&- 2>&-; sleep 0.2; exit 67", Duration::from_secs(60), &["x"]).unwrap_err();
        assert_eq!(fault, "5.1.1 user unknown");
    }
}
