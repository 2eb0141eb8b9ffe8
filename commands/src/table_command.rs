//! What postmap(1) and postalias(1) share: options, and making, asking and changing tables.
//! The text forms and the index files belong to the `tables` crate.

use config::{Conf, p};
use maillog::{Log, Sink};
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::ExitCode;
use tables::source::Form;
use tables::{NullBytes, Options, Stale, Table, TableError, Warn, proxy};

mod ask;
mod change;

/// Which of the two commands runs.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// getopt(3) specification.
    pub(crate) spec: &'static str,
    /// The options of the usage line.
    pub(crate) usage: &'static str,
}

/// Why the command can't do what was asked: the words behind `fatal: `.
pub(crate) struct Fatal(pub(crate) String);

/// The whole command.
pub(crate) fn main(program: &Program, args: &[OsString]) -> ExitCode {
    let terminal = Log::open(program.name, Sink::discard().and_terminal(program.name), false);
    let (request, names) = match Request::parse(program, args) {
        Ok(parsed) => parsed,
        Err(Fatal(text)) => {
            terminal.fatal(text);
            return ExitCode::FAILURE;
        }
    };
    match load(&request) {
        Ok(conf) => {
            let log = open_log(program, &conf);
            run(program, &request, &names, &conf, &log).unwrap_or_else(|Fatal(text)| {
                log.fatal(text);
                ExitCode::FAILURE
            })
        }
        Err(Fatal(text)) => {
            terminal.fatal(text);
            ExitCode::FAILURE
        }
    }
}

/// Makes the index of each of `names` (`type:file`): what newaliases(1) does with `alias_database`.
pub(crate) fn rebuild(program: &Program, names: &[String], conf: &Conf) -> ExitCode {
    let log = open_log(program, conf);
    run(program, &Request::default(), names, conf, &log).unwrap_or_else(|Fatal(text)| {
        log.fatal(text);
        ExitCode::FAILURE
    })
}

fn run(
    program: &Program,
    request: &Request,
    names: &[String],
    conf: &Conf,
    log: &Log,
) -> Result<ExitCode, Fatal> {
    let hostname = conf.get(p::MYHOSTNAME)?;
    let private = Path::new(&conf.get(p::QUEUE_DIRECTORY)?).join("private");
    let (read, write) = (conf.get(p::PROXYMAP_SERVICE_NAME)?, conf.get(p::PROXYWRITE_SERVICE_NAME)?);
    proxy::Services::new(&private, &read, &write, conf.get(p::IPC_TIMEOUT)?).announce();
    let job = Job { program, request, options: table_options(request, conf, log)?, hostname, log };
    let default_type = conf.get(p::DEFAULT_DATABASE_TYPE)?;
    let names: Vec<String> = names.iter().map(|name| full_name(name, &default_type)).collect();
    match &request.verb {
        Verb::Create => job.create_all(&names).map(|()| ExitCode::SUCCESS),
        Verb::Insert => job.insert_all(&names).map(|()| ExitCode::SUCCESS),
        Verb::Delete(keys) => job.delete(keys, &names).map(found),
        Verb::Query(keys) => job.query(keys, &names).map(found),
        Verb::List => job.list(&names).map(|()| ExitCode::SUCCESS),
    }
}

/// One run of the command.
struct Job<'a> {
    program: &'a Program,
    request: &'a Request,
    options: Options,
    hostname: String,
    log: &'a Log,
}

impl Job<'_> {
    fn open(&self, name: &str) -> Result<Table, Fatal> {
        Ok(Table::open(name, &self.options)?)
    }

    /// `file, line N: what`.
    fn warn_at(&self, file: &str, line: usize, what: &str) {
        match line {
            0 => self.log.warning(format_args!("{file}: {what}")),
            line => self.log.warning(format_args!("{file}, line {line}: {what}")),
        }
    }
}

/// What the options ask for.
#[derive(Default)]
struct Request {
    config_directory: Option<OsString>,
    verb: Verb,
    no_fold: bool,
    nulls: Nulls,
    keep_root: bool,
    default_mode: bool,
    duplicates: Duplicates,
    no_utf8: bool,
    force_utf8: bool,
    /// `-F`: values are names of files.
    files: bool,
    headers: bool,
    body: bool,
    mime: bool,
    json: bool,
    verbose: bool,
}

#[derive(Default)]
enum Verb {
    #[default]
    Create,
    Insert,
    Query(Keys),
    Delete(Keys),
    List,
}

enum Keys {
    One(Vec<u8>),
    /// `-`: one a line.
    Stdin,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Duplicates {
    #[default]
    Warn,
    Replace,
    Ignore,
}

/// The prefix of tables that proxymap(8) opens.
const PROXY: &str = "proxy:";

#[derive(Clone, Copy, Default)]
struct Nulls(Option<NullBytes>);

impl Nulls {
    fn get(self) -> NullBytes {
        self.0.unwrap_or(NullBytes::Default)
    }
}

impl Request {
    fn parse(program: &Program, args: &[OsString]) -> Result<(Self, Vec<String>), Fatal> {
        let mut request = Self::default();
        let mut options = GetOpt::new(program.spec, args);
        for option in options.by_ref() {
            match option {
                Opt::Flag(letter) => request.flag(letter)?,
                Opt::Value(b'c', dir) => request.config_directory = Some(dir),
                Opt::Value(letter, key) => request.keys(letter, key.into_vec())?,
                Opt::Unknown(letter) => {
                    eprintln!("{}: invalid option -- '{}'", program.name, char::from(letter));
                    return Err(usage(program));
                }
                Opt::Missing(letter) => {
                    let letter = char::from(letter);
                    eprintln!("{}: option requires an argument -- '{letter}'", program.name);
                    return Err(usage(program));
                }
            }
        }
        let names: Vec<String> = options.rest().iter().map(|n| n.to_string_lossy().into_owned()).collect();
        if names.is_empty() {
            return Err(usage(program));
        }
        if (request.headers || request.body || request.mime)
            && !matches!(request.verb, Verb::Query(Keys::Stdin))
        {
            return Err(Fatal("specify -b -h or -m only with \"-q -\"".into()));
        }
        Ok((request, names))
    }

    fn flag(&mut self, letter: u8) -> Result<(), Fatal> {
        match letter {
            b'b' => self.body = true,
            b'f' => self.no_fold = true,
            b'F' => self.files = true,
            b'h' => self.headers = true,
            b'i' if matches!(self.verb, Verb::Create) => self.verb = Verb::Insert,
            b'j' => self.json = true,
            b'm' => self.mime = true,
            b'n' => self.nulls = Nulls(Some(NullBytes::Without)),
            b'N' => self.nulls = Nulls(Some(NullBytes::With)),
            b'o' => self.keep_root = true,
            b'p' => self.default_mode = true,
            b'r' => self.duplicates = Duplicates::Replace,
            b's' => match self.verb {
                Verb::Query(_) | Verb::Delete(_) => {
                    return Err(Fatal("specify only one of -s or -q or -d".into()));
                }
                _ => self.verb = Verb::List,
            },
            b'u' => self.no_utf8 = true,
            b'U' => self.force_utf8 = true,
            b'v' => self.verbose = true,
            b'w' => self.duplicates = Duplicates::Ignore,
            _ => {}
        }
        Ok(())
    }

    fn keys(&mut self, letter: u8, key: Vec<u8>) -> Result<(), Fatal> {
        if matches!(self.verb, Verb::Query(_) | Verb::Delete(_) | Verb::List) {
            return Err(Fatal("specify only one of -s -q or -d".into()));
        }
        let keys = if key == b"-" { Keys::Stdin } else { Keys::One(key) };
        self.verb = if letter == b'd' { Verb::Delete(keys) } else { Verb::Query(keys) };
        Ok(())
    }
}

fn usage(program: &Program) -> Fatal {
    Fatal(format!(
        "usage: {} [-{}] [-c config_dir] [-d key] [-q key] [map_type:]file...",
        program.name, program.usage
    ))
}

fn load(request: &Request) -> Result<Conf, Fatal> {
    let dir = conf::config_directory(request.config_directory.as_deref());
    Ok(conf::load(&dir, [])?)
}

fn open_log(program: &Program, conf: &Conf) -> Log {
    let name = conf.get(p::SYSLOG_NAME).unwrap_or_else(|_| "postfix".to_owned());
    let facility = conf.get(p::SYSLOG_FACILITY).unwrap_or_default();
    let sink = Sink::syslog(&facility).and_terminal(program.name);
    Log::open(format!("{name}/{}", program.name), sink, false)
}

fn table_options(request: &Request, conf: &Conf, log: &Log) -> Result<Options, Fatal> {
    let sink = log.clone();
    let utf8 = conf.get(p::SMTPUTF8_ENABLE)? && !request.no_utf8;
    // Lines of a message need not be UTF-8 (postmap(1), -b and -h).
    let utf8 = utf8 && (!(request.headers || request.body) || request.force_utf8);
    Ok(Options {
        fold: !request.no_fold,
        utf8,
        stale: Stale::Warn,
        lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX / 2),
        warn: Warn::new(move |text| sink.warning(text)),
        ..Options::default()
    })
}

fn full_name(name: &str, default_type: &str) -> String {
    if name.contains(':') { name.to_owned() } else { format!("{default_type}:{name}") }
}

fn found(yes: bool) -> ExitCode {
    if yes { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Calls `each` with every line of standard input, without its end, until `each` says stop.
fn each_stdin_line(mut each: impl FnMut(&[u8]) -> Result<(), Fatal>) -> Result<(), Fatal> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        each(line.strip_suffix(b"\n").unwrap_or(&line))?;
        line.clear();
    }
    Ok(())
}

/// Writes one line to standard output. A reader that went away ends the command.
fn print(parts: &[&[u8]]) -> Result<(), Fatal> {
    let mut line = parts.concat();
    line.push(b'\n');
    io::stdout().lock().write_all(&line).map_err(|e| Fatal(format!("write error: {}", os::strerror(&e))))
}

impl From<TableError> for Fatal {
    fn from(error: TableError) -> Self {
        Self(error.to_string())
    }
}

impl From<config::Fault> for Fatal {
    fn from(fault: config::Fault) -> Self {
        Self(fault.to_string())
    }
}

impl From<io::Error> for Fatal {
    fn from(error: io::Error) -> Self {
        Self(os::strerror(&error))
    }
}
