//! postdrop(1): copies a message from standard input into the maildrop queue.
//!
//! SET-GID. Whoever calls it chooses its arguments, environment, descriptors, limits and signals; nothing of that
//! decides what is written where. It reads records, lets only those through that a submission needs, and runs no
//! other program. No async runtime, no network but a trigger for pickup(8).

mod filter;
mod input;
mod sender;

use command::{Caller, Command, Fatal};
use config::p;
use filter::{Filter, Verdict};
use input::{Input, Read};
use mail::Timestamp;
use options::{GetOpt, Opt};
use queue::{Draft, DraftError, Queue, QueueName, QueueOptions};
use record::{Kind, format_time};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

/// Runs the program; `args` are those after its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    run(&args).unwrap_or(ExitCode::FAILURE)
}

fn run(args: &[OsString]) -> Result<ExitCode, Fatal> {
    let config_directory = options(args)?;
    let command = Command::open(PROGRAM, config_directory.as_deref())?;
    let caller = Caller::of_this_process();
    if !command.allows(&caller, p::AUTHORIZED_SUBMIT_USERS)? {
        return Err(command.fatal(format_args!("User {caller} is not allowed to submit mail")));
    }
    // The caller's umask is not ours: pickup has to read the file. Mode bits come from the queue crate alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    let mut draft = open_draft(&command)?;
    report(&["protocol", "postdrop_protocol", "queue_id", draft.id().as_str()]);
    let status = match copy(&command, &caller, &mut draft)? {
        Copied::Nothing => return Ok(ExitCode::SUCCESS),
        Copied::Whole => finish(&command, draft),
        Copied::Refused(status) => status,
    };
    report(&["status", &(status as u8).to_string(), "reason", ""]);
    Ok(ExitCode::from(status as u8))
}

fn options(args: &[OsString]) -> Result<Option<OsString>, Fatal> {
    let mut directory = None;
    for option in GetOpt::new("c:rv", args) {
        match option {
            Opt::Value(_, value) => directory = Some(value),
            // -r is the only way to talk to it; -v is for the super-user and has nothing to say here.
            Opt::Flag(_) => {}
            Opt::Unknown(letter) => {
                eprintln!("{PROGRAM}: invalid option -- '{}'", letter.escape_ascii());
                return Err(Fatal::say(PROGRAM, USAGE));
            }
            Opt::Missing(letter) => {
                eprintln!("{PROGRAM}: option requires an argument -- '{}'", letter.escape_ascii());
                return Err(Fatal::say(PROGRAM, USAGE));
            }
        }
    }
    Ok(directory)
}

fn open_draft(command: &Command) -> Result<Draft, Fatal> {
    let options = QueueOptions::from_conf(&command.conf).map_err(|fault| command.fatal(fault))?;
    let directory = &command.queue_directory;
    let queue = Queue::open(directory, &options)
        .map_err(|error| command.fatal(format_args!("open {}: {error}", directory.display())))?;
    let now = Timestamp::from_system(SystemTime::now());
    let opened = Draft::create_in(&Arc::new(queue), QueueName::Maildrop, now)
        .and_then(|mut draft| draft.put(Kind::TIME, format_time(now).as_bytes()).map(|_| draft));
    opened.map_err(|error| command.fatal(format_args!("mail_queue_enter: maildrop: {error}")))
}

enum Copied {
    /// The caller gave up before the end: not an error, and no message.
    Nothing,
    Whole,
    Refused(Status),
}

/// What the caller is told; the numbers of Postfix's cleanup protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Ok = 0,
    Bad = 1,
    Write = 2,
    Size = 4,
}

fn copy(command: &Command, caller: &Caller, draft: &mut Draft) -> Result<Copied, Fatal> {
    let limit = command.conf.get(p::MESSAGE_SIZE_LIMIT).map_err(|fault| command.fatal(fault))? as u64;
    let mut input = Input::open().map_err(|error| command.fatal(format_args!("signals: {error}")))?;
    let mut filter = Filter::default();
    let uid = caller.uid;
    loop {
        let (kind, data) = match input.next() {
            Ok(Read::Record(kind, data)) => (kind, data),
            Ok(Read::End) => return Ok(Copied::Nothing),
            Ok(Read::Interrupted) => return Err(command.fatal(format_args!("uid={uid}: interrupted"))),
            Err(error) => {
                command.log.warning(format_args!("stdin: {error}"));
                return Err(command.fatal(format_args!("uid={uid}: malformed input")));
            }
        };
        match filter.judge(kind, &data) {
            Verdict::Forbidden => {
                let text = format!("uid={uid}: unexpected record type: {}", kind.0);
                return Err(command.fatal(text));
            }
            Verdict::Ignore(why) => {
                let record = String::from_utf8_lossy(&data);
                command.log.warning(format_args!("uid={uid}: {why}: {record}"));
                continue;
            }
            Verdict::Pass => {}
        }
        if kind == Kind::SENDER {
            sender::check(command, caller, &String::from_utf8_lossy(&data))?;
        }
        if let Err(error) = draft.put(kind, &data) {
            command.log.warning(format_args!("uid={uid}: {error}"));
            return Ok(Copied::Refused(status_of(&error)));
        }
        if limit > 0 && draft.position() > limit {
            command.log.warning(format_args!("uid={uid}: File too large"));
            return Ok(Copied::Refused(Status::Size));
        }
        if kind == Kind::END {
            let complete = filter.has_sender_and_recipient();
            return Ok(if complete { Copied::Whole } else { Copied::Refused(Status::Bad) });
        }
    }
}

fn finish(command: &Command, draft: Draft) -> Status {
    if let Err(error) = draft.commit() {
        command.log.warning(&error);
        return status_of(&error);
    }
    // Failure is harmless: pickup looks by itself once a minute.
    let service = command.conf.get(p::PICKUP_SERVICE_NAME).unwrap_or_else(|_| "pickup".to_owned());
    let _ = os::trigger::send(&command.queue_directory.join("public").join(service), b"W");
    Status::Ok
}

fn status_of(error: &DraftError) -> Status {
    match error.error.kind() {
        std::io::ErrorKind::FileTooLarge => Status::Size,
        _ => Status::Write,
    }
}

/// Attributes on standard output: names and values, each ended by a null byte, then one more. A caller that has
/// gone doesn't matter to the message.
fn report(attributes: &[&str]) {
    let mut out: Vec<u8> = attributes.iter().flat_map(|text| text.bytes().chain([0])).collect();
    out.push(0);
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(&out).and_then(|()| stdout.flush());
}

const PROGRAM: &str = "postdrop";
const USAGE: &str = "usage: postdrop [-c config_dir] [-v]";
