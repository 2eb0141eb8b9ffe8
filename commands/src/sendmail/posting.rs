//! Submission: records go through a pipe into `postdrop -r`, which alone may write to maildrop.

use super::envelope::{Envelope, put_recipient};
use super::message::{self, LineEnds, Reading};
use super::request::{Mode, Request};
use command::{Caller, Command, Fatal};
use config::p;
use mail::Address;
use os::users::User;
use record::{Kind, encode};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ExitCode, ExitStatus, Stdio};

/// Reads the message and submits it.
pub(super) fn post(
    command: &Command,
    directory: Option<&Path>,
    request: &Request,
) -> Result<ExitCode, Fatal> {
    request.warnings.iter().for_each(|text| command.log.warning(text));
    let caller = Caller::of_this_process();
    if !command.allows(&caller, p::AUTHORIZED_SUBMIT_USERS)? {
        return Err(command.fatal(format_args!("User {caller} is not allowed to submit mail")));
    }
    let user = User::by_uid(caller.uid).ok().flatten();
    let envelope = Envelope::new(command, request, user.as_ref())?;
    if envelope.recipients.is_empty() && !request.extract {
        return Err(command.fatal(format_args!("{caller}: {NO_RECIPIENTS}")));
    }
    let reading = reading(command, request)?;
    let mut postdrop = Postdrop::start(command, directory, &caller)?;
    let written = postdrop.write(&envelope, request, &reading);
    match written {
        Ok(Written::Complete) => postdrop.finish(command, &caller)?,
        Ok(Written::NoRecipients) => {
            postdrop.give_up();
            return Err(command.fatal(format_args!("{caller}: {NONE_IN_HEADER}")));
        }
        Err(Failure::Input(error)) => {
            postdrop.give_up();
            return Err(command.fatal(format_args!("{caller}: reading the message: {error}")));
        }
        // postdrop ended early; its status says why.
        Err(Failure::Pipe) => postdrop.finish(command, &caller)?,
    }
    if request.report || request.mode == Mode::Verify {
        println!("Mail Delivery Status Report will be mailed to <{}>.", envelope.sender);
    }
    Ok(ExitCode::SUCCESS)
}

fn reading(command: &Command, request: &Request) -> Result<Reading, Fatal> {
    let fault = |fault| command.fatal(fault);
    Ok(Reading {
        dot_ends: request.dot_ends,
        extract: request.extract,
        line_length_limit: command.conf.get(p::LINE_LENGTH_LIMIT).map_err(fault)? as usize,
        line_ends: match command.conf.get(p::SENDMAIL_FIX_LINE_ENDINGS).map_err(fault)?.as_str() {
            "never" => LineEnds::Never,
            "strict" => LineEnds::Strict,
            _ => LineEnds::Always,
        },
    })
}

enum Written {
    Complete,
    NoRecipients,
}

enum Failure {
    Input(io::Error),
    Pipe,
}

struct Postdrop {
    child: Child,
    program: String,
}

impl Postdrop {
    fn start(command: &Command, directory: Option<&Path>, caller: &Caller) -> Result<Self, Fatal> {
        let folder = command.conf.get(p::COMMAND_DIRECTORY).map_err(|fault| command.fatal(fault))?;
        let path = Path::new(&folder).join("postdrop");
        let program = format!("{} -r", path.display());
        let mut postdrop = std::process::Command::new(&path);
        postdrop.arg("-r").stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(directory) = directory {
            postdrop.env("MAIL_CONFIG", directory);
        }
        match postdrop.spawn() {
            Ok(child) => Ok(Self { child, program }),
            Err(error) => {
                let text = os::strerror(&error);
                Err(command.fatal(format_args!("{caller}: unable to execute {program}: {text}")))
            }
        }
    }

    fn write(
        &mut self,
        envelope: &Envelope,
        request: &Request,
        reading: &Reading,
    ) -> Result<Written, Failure> {
        let Some(stdin) = self.child.stdin.take() else { return Err(Failure::Pipe) };
        let mut pipe = Pipe { out: BufWriter::new(stdin), broken: false };
        let written = write_all(&mut pipe, envelope, request, reading);
        match written {
            Err(_) if pipe.broken => Err(Failure::Pipe),
            Err(error) => Err(Failure::Input(error)),
            Ok(written) => Ok(written),
        }
    }

    /// Closing the pipe before the end record makes postdrop forget the message.
    fn give_up(mut self) {
        let _ = self.child.wait();
    }

    /// Waits for postdrop, and says what went wrong.
    fn finish(mut self, command: &Command, caller: &Caller) -> Result<(), Fatal> {
        let mut answer = Vec::new();
        if let Some(stdout) = &mut self.child.stdout {
            // Nothing to add to a failure: no answer means no message.
            let _ = stdout.read_to_end(&mut answer);
        }
        let status = self.child.wait();
        let code = status_attribute(&answer);
        if code == Some(0) && status.as_ref().is_ok_and(ExitStatus::success) {
            return Ok(());
        }
        if let Some(reason) = code.and_then(reason) {
            if code == Some(TOO_BIG) {
                // postdrop hung up before it had read all: Postfix's sendmail notices as it closes the pipe.
                command.log.warning("mail_stream_cleanup: close error");
            }
            return Err(command.fatal(format_args!("{caller}: {reason}")));
        }
        let program = &self.program;
        let ended = match status {
            Ok(status) => {
                status.code().map_or("was killed".to_owned(), |code| format!("exited with status {code}"))
            }
            Err(error) => os::strerror(&error),
        };
        command.log.warning(format_args!("command \"{program}\" {ended}"));
        Err(command.fatal(format_args!("{caller}: unable to execute {program}: Application error")))
    }
}

/// Tells errors of the pipe from errors of the input.
struct Pipe {
    out: BufWriter<ChildStdin>,
    broken: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.broken |= written.is_err();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.broken |= flushed.is_err();
        flushed
    }
}

fn write_all(
    pipe: &mut Pipe,
    envelope: &Envelope,
    request: &Request,
    reading: &Reading,
) -> io::Result<Written> {
    let mut head = envelope.records(request);
    encode(Kind::MESSAGE, b"", &mut head);
    pipe.write_all(&head)?;
    let mut found: Vec<Address> = Vec::new();
    if request.mode == Mode::Verify {
        pipe.write_all(&message::probe(&envelope.sender, &envelope.recipients))?;
    } else {
        found = message::copy(reading, &mut io::stdin().lock(), pipe)?;
    }
    if envelope.recipients.is_empty() && found.is_empty() {
        return Ok(Written::NoRecipients);
    }
    let mut tail = Vec::new();
    encode(Kind::EXTRACTED, b"", &mut tail);
    found.iter().for_each(|recipient| put_recipient(recipient, request.notify, &mut tail));
    encode(Kind::END, b"", &mut tail);
    pipe.write_all(&tail)?;
    pipe.flush()?;
    Ok(Written::Complete)
}

/// The value of `status` in postdrop's answer: names and values, each ended by a null byte.
fn status_attribute(answer: &[u8]) -> Option<u8> {
    let mut words = answer.split(|byte| *byte == 0);
    words.by_ref().find(|word| *word == b"status")?;
    std::str::from_utf8(words.next()?).ok()?.parse().ok()
}

/// The words of Postfix for a status of postdrop.
fn reason(status: u8) -> Option<&'static str> {
    match status {
        1 => Some("bad message data"),
        2 => Some("queue file write error"),
        TOO_BIG => Some("message file too big"),
        _ => None,
    }
}

const TOO_BIG: u8 = 4;
const NO_RECIPIENTS: &str = "Recipient addresses must be specified on the command line or via the -t option";
const NONE_IN_HEADER: &str = "No recipient addresses found in message header";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_found_among_the_attributes() {
        let answer = b"protocol\0postdrop_protocol\0queue_id\0ABC\0\0status\x004\0reason\0\0\0";
        assert_eq!(status_attribute(answer), Some(4));
        assert_eq!(status_attribute(b"protocol\0postdrop_protocol\0queue_id\0ABC\0\0"), None);
    }
}
