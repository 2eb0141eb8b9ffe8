//! postcat(1): shows a queue file, record by record, as people and scripts know it.

mod show;

use command::{Command, Fatal};
use mail::QueueId;
use maillog::Log;
use options::{GetOpt, Opt};
use queue::{Queue, QueueOptions};
use show::{Parts, Show};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    run(&args).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// What the command line asks for.
#[derive(Debug, Default)]
struct Request {
    show: Show,
    directory: Option<OsString>,
    /// Names are queue ids (`-q`).
    search: bool,
    names: Vec<OsString>,
}

fn run(args: &[OsString]) -> Result<(), Fatal> {
    let request = options(args)?;
    let command = Command::open_silent(PROGRAM, request.directory.as_deref())?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failed = Ok(());
    if request.names.is_empty() {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map_err(|error| command.fatal(format_args!("stdin: {error}")))?;
        failed = shown(&command.log, request.show.run("stdin", &bytes[..], &mut out, &command.log), &mut out);
    }
    let queue = if request.search { Some(open_queue(&command)?) } else { None };
    for name in &request.names {
        let opened = match &queue {
            Some(queue) => find(&command, queue, name),
            None => open(&command, name),
        };
        let result = opened.and_then(|(name, file)| {
            let source = content::FileSource(&file);
            shown(&command.log, request.show.run(&name, source, &mut out, &command.log), &mut out)
        });
        if result.is_err() {
            failed = result;
            break;
        }
    }
    let _ = out.flush(); // a reader that went away has seen enough
    failed
}

fn options(args: &[OsString]) -> Result<Request, Fatal> {
    let mut request = Request::default();
    let mut parts = Parts::default();
    let mut options = GetOpt::new("bc:defhoqrs:v", args);
    for option in options.by_ref() {
        match option {
            Opt::Flag(b'b') => parts.body = true,
            Opt::Flag(b'e') => parts.envelope = true,
            Opt::Flag(b'h') => parts.header = true,
            Opt::Flag(b'd') => request.show.types = true,
            Opt::Flag(b'f') => request.show.file_names = true,
            Opt::Flag(b'o') => request.show.offsets = true,
            Opt::Flag(b'q') => request.search = true,
            Opt::Flag(b'r') => request.show.raw = true,
            Opt::Flag(_) => request.show.verbose = true,
            Opt::Value(b'c', value) => request.directory = Some(value),
            Opt::Value(_, value) => request.show.start = Some(offset(&value)?),
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
    request.show.parts = if parts == Parts::default() { Parts::ALL } else { parts };
    request.names = options.rest().to_vec();
    Ok(request)
}

fn offset(value: &OsStr) -> Result<u64, Fatal> {
    let parsed = value.to_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| Fatal::say(PROGRAM, format_args!("bad offset: {}", value.display())))
}

/// Writes out what was shown so far, so that it comes before the error.
fn shown(log: &Log, result: io::Result<()>, out: &mut impl Write) -> Result<(), Fatal> {
    let _ = out.flush();
    result.map_err(|error| {
        log.fatal(&error);
        Fatal::said()
    })
}

fn open(command: &Command, name: &OsStr) -> Result<(String, File), Fatal> {
    let shown = name.to_string_lossy().into_owned();
    let opened = File::open(name);
    let file =
        opened.map_err(|error| command.fatal(format_args!("open {shown}: {}", os::strerror(&error))))?;
    Ok((shown, file))
}

fn open_queue(command: &Command) -> Result<Queue, Fatal> {
    let options = QueueOptions::from_conf(&command.conf).map_err(|fault| command.fatal(fault))?;
    let directory = &command.queue_directory;
    Queue::open(directory, &options).map_err(|error| {
        command.fatal(format_args!("open {}: {}", directory.display(), os::strerror(&error)))
    })
}

fn find(command: &Command, queue: &Queue, name: &OsStr) -> Result<(String, File), Fatal> {
    let text = name.to_string_lossy();
    let Some(id) = QueueId::parse(&text) else {
        return Err(command.fatal(format_args!("bad mail queue ID: {text}")));
    };
    let mut reason = io::Error::from(io::ErrorKind::NotFound);
    for name in show::QUEUES {
        let path = queue.path(name, &id);
        match File::open(command.queue_directory.join(&path)) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => reason = error,
        }
    }
    let why = match reason.kind() {
        io::ErrorKind::NotFound => "No such file or directory".to_owned(),
        _ => os::strerror(&reason),
    };
    Err(command.fatal(format_args!("open queue file {id}: {why}")))
}

const PROGRAM: &str = "postcat";
const USAGE: &str = "usage: postcat [-b (body text)] [-c config_dir] [-d (decimal record type)] \
    [-e (envelope records)] [-h (header text)] [-q (access queue)] [-v] [file(s)...]";
