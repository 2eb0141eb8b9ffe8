//! postsuper(1): maintenance of the queue, for the super-user. It acts as mail_owner: what it may not touch as that
//! user, it doesn't touch.

mod action;
mod structure;

use action::{Action, Actions};
use command::{Command, Fatal};
use config::p;
use options::{GetOpt, Opt};
use os::jail::Ids;
use os::users::User;
use queue::{Queue, QueueName, QueueOptions};
use std::ffi::OsString;
use std::io::BufRead;
use std::process::ExitCode;
use structure::Structure;

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    run(&args).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

#[derive(Debug, Default)]
struct Request {
    directory: Option<OsString>,
    purge: bool,
    /// Names that don't match, files out of place (`-s`).
    repair: bool,
    /// Long ids must match too (`-S`).
    strict: bool,
    /// In the order of [`Action::ALL`]: the ids, or ALL.
    ids: [Vec<String>; Action::ALL.len()],
    queues: Vec<QueueName>,
    /// What stands on the command line in the place of queues.
    names: Vec<String>,
}

fn run(args: &[OsString]) -> Result<(), Fatal> {
    if os::jail::real_uid() != 0 {
        return Err(Fatal::say(PROGRAM, "use of this command is reserved for the superuser"));
    }
    let mut request = options(args)?;
    let command = Command::open(PROGRAM, request.directory.as_deref())?;
    for name in &request.names {
        let known = QueueName::parse(name).filter(|_| name != "corrupt" && name != "saved");
        let invalid = || command.fatal(format_args!("invalid directory name: {name}"));
        request.queues.push(known.ok_or_else(invalid)?);
    }
    let options = QueueOptions::from_conf(&command.conf).map_err(|fault| command.fatal(fault))?;
    let directory = &command.queue_directory;
    let queue = Queue::open(directory, &options).map_err(|error| {
        command.fatal(format_args!("open {}: {}", directory.display(), os::strerror(&error)))
    })?;
    let request = read_standard_input(request, &command)?;
    become_owner(&command)?;
    let structure = Structure {
        queue: &queue,
        log: &command.log,
        purge: request.purge,
        repair: request.repair,
        strict: request.strict,
    };
    if request.purge || request.repair {
        structure.run(&request.queues).map_err(|error| command.fatal(error))?;
    }
    let mut actions = Actions::new(&queue, &command.log);
    for (action, ids) in Action::ALL.into_iter().zip(&request.ids) {
        actions.run(action, ids, &request.queues).map_err(|error| command.fatal(error))?;
    }
    actions.report(&request.ids);
    Ok(())
}

fn options(args: &[OsString]) -> Result<Request, Fatal> {
    let mut request = Request::default();
    let mut options = GetOpt::new("c:d:e:f:h:H:pr:sSv", args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) => request.directory = Some(value),
            Opt::Value(letter, id) => {
                if let Some(at) = Action::ALL.iter().position(|action| action.letter() == letter) {
                    request.ids[at].push(id.to_string_lossy().into_owned());
                }
            }
            Opt::Flag(b'p') => request.purge = true,
            Opt::Flag(b's') => request.repair = true,
            Opt::Flag(b'S') => (request.repair, request.strict) = (true, true),
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
    request.names = options.rest().iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if !request.purge && !request.repair && request.ids.iter().all(Vec::is_empty) {
        (request.purge, request.repair) = (true, true);
    }
    Ok(request)
}

/// An id of `-` stands for the lines of standard input; the first option that asks gets them.
fn read_standard_input(mut request: Request, command: &Command) -> Result<Request, Fatal> {
    for ids in &mut request.ids {
        if let Some(at) = ids.iter().position(|id| id == STANDARD_INPUT) {
            // An empty list is still a request: the report says zero.
            ids[at] = NO_ID.to_owned();
            for line in std::io::stdin().lock().lines() {
                ids.push(line.map_err(|error| command.fatal(format_args!("stdin: {error}")))?);
            }
        }
    }
    Ok(request)
}

fn become_owner(command: &Command) -> Result<(), Fatal> {
    let name = command.conf.get(p::MAIL_OWNER).map_err(|fault| command.fatal(fault))?;
    match User::by_name(&name) {
        Ok(Some(user)) => os::jail::become_user(Ids { uid: user.uid, gid: user.gid })
            .map_err(|error| command.fatal(format_args!("become {name}: {error}"))),
        Ok(None) => Err(command.fatal(format_args!("parameter mail_owner: unknown user name value: {name}"))),
        Err(error) => Err(command.fatal(format_args!("parameter mail_owner: {error}"))),
    }
}

const PROGRAM: &str = "postsuper";
const STANDARD_INPUT: &str = "-";
/// Stands for "asked for, but none named"; no id has a space.
const NO_ID: &str = " ";
const USAGE: &str = "usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] \
    [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] \
    [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] \
    [-S (redundant structure fix)][-v (verbose)] [queue...]";
