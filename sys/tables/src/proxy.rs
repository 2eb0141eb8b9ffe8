//! `proxy:type:name`: tables that proxymap(8) opens for others. What is asked is declared here, once; the client is here
//! too, and blocks, because programs without an async runtime have tables as well. A service that can't be reached is
//! a failed look-up, never "not found".
//!
//! Tables whose results name users, files or commands are opened directly ([`Options::no_substitution`]): proxymap
//! is not trusted with those.

use crate::options::Options;
use crate::table::{Driver, Kind};
use crate::{ErrorKind, TableError, split_type};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// What proxymap(8) is asked. Every request names the table: there is no close, and a connection remembers nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// `type:name`, without `proxy:`.
    pub table: String,
    /// How it is opened.
    pub flags: Flags,
    /// What is wanted.
    pub verb: Verb,
}

/// Switches that change what a table answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Flags {
    /// [`Options::fold`].
    pub fold: bool,
    /// [`Options::utf8`].
    pub utf8: bool,
}

/// What is wanted of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verb {
    /// Open it, and tell what sort it is.
    Open,
    /// The value of this key.
    Lookup(Vec<u8>),
    /// Set the value of a key.
    Update(Vec<u8>, Vec<u8>),
    /// Remove this key.
    Delete(Vec<u8>),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// The table is open.
    Opened {
        /// It has patterns, and must not see parts of keys.
        pattern: bool,
    },
    /// The value.
    Found(String),
    /// No such key.
    NotFound,
    /// Changed.
    Done,
    /// The table can't be asked now; proxymap's log says why.
    TryAgain,
    /// The table isn't in `proxy_read_maps` or `proxy_write_maps`.
    Denied,
    /// The request makes no sense.
    Bad,
}

/// Where the services are.
#[derive(Clone, Debug)]
pub struct Services {
    /// The socket of `proxymap_service_name`.
    pub read: PathBuf,
    /// The socket of `proxywrite_service_name`.
    pub write: PathBuf,
    /// `ipc_timeout`.
    pub timeout: Duration,
}

impl Services {
    /// The services of these names whose sockets stand in the folder `private`.
    pub fn new(private: &Path, read: &str, write: &str, timeout: Duration) -> Self {
        Self { read: private.join(read), write: private.join(write), timeout }
    }

    /// Says where this process finds its services, before it opens tables. The first word counts; without any it is
    /// `private/proxymap` below the working directory.
    pub fn announce(self) {
        let _ = SERVICES.set(self);
    }
}

/// A table behind proxymap(8).
pub(crate) struct Proxied {
    table: String,
    flags: Flags,
    /// Unknown until the service has opened the table. Nothing is found before that, so that no part of a key
    /// can reach a pattern meanwhile.
    kind: OnceLock<Kind>,
}

impl Proxied {
    pub(crate) fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let proxied = Self { table: inner(name), flags: flags(options), kind: OnceLock::new() };
        match proxied.find_kind() {
            Err(error) if error.is_configuration() => return Err(error),
            Err(error) if error.kind == ErrorKind::Unavailable => options.warn.say(&error.to_string()),
            _ => {}
        }
        Ok(proxied)
    }

    fn find_kind(&self) -> Result<(), TableError> {
        match self.ask(Verb::Open)? {
            Reply::Opened { pattern } => {
                let _ = self.kind.set(if pattern { Kind::Pattern } else { Kind::Fixed });
                Ok(())
            }
            Reply::Denied => Err(denied("proxymap", &self.table)),
            Reply::Bad => {
                let text = format!("proxymap open failed for table \"{}\": invalid request", self.table);
                Err(TableError::syntax(text))
            }
            _ => Err(failed()),
        }
    }

    fn ask(&self, verb: Verb) -> Result<Reply, TableError> {
        ask(&READERS, &services().read, &Request { table: self.table.clone(), flags: self.flags, verb })
    }
}

impl Driver for Proxied {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        if self.kind.get().is_none() {
            self.find_kind()?;
        }
        match self.ask(Verb::Lookup(key.to_vec()))? {
            Reply::Found(value) => Ok(Some(value)),
            Reply::NotFound => Ok(None),
            Reply::Denied => {
                Err(TableError::new(ErrorKind::Lookup, denied("proxymap", &self.table).to_string()))
            }
            _ => Err(failed()),
        }
    }

    fn kind(&self) -> Kind {
        self.kind.get().copied().unwrap_or(Kind::Fixed)
    }

    fn blocks(&self) -> bool {
        true
    }
}

/// A table behind proxywrite, for changes.
pub struct ProxyWriter {
    table: String,
    flags: Flags,
}

impl ProxyWriter {
    /// Opens `proxy:type:name`.
    pub fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let writer = Self { table: inner(name), flags: flags(options) };
        writer.ask(Verb::Open).map(|_| writer)
    }

    /// Sets the value of a key.
    pub fn put(&self, key: &[u8], value: &[u8]) -> Result<(), TableError> {
        match self.ask(Verb::Update(key.to_vec(), value.to_vec()))? {
            Reply::Done => Ok(()),
            _ => Err(failed()),
        }
    }

    /// Removes a key; false when there is none.
    pub fn delete(&self, key: &[u8]) -> Result<bool, TableError> {
        match self.ask(Verb::Delete(key.to_vec()))? {
            Reply::Done => Ok(true),
            Reply::NotFound => Ok(false),
            _ => Err(failed()),
        }
    }

    fn ask(&self, verb: Verb) -> Result<Reply, TableError> {
        let request = Request { table: self.table.clone(), flags: self.flags, verb };
        match ask(&WRITERS, &services().write, &request)? {
            Reply::Denied => Err(denied("proxywrite", &self.table)),
            reply => Ok(reply),
        }
    }
}

/// The table behind all `proxy:` prefixes; what the service gets has none.
fn inner(name: &str) -> String {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("proxy:") {
        name = rest;
    }
    name.to_owned()
}

/// A name as proxymap(8) takes it: with a type.
pub fn is_table_name(name: &str) -> bool {
    split_type(name).is_ok()
}

fn flags(options: &Options) -> Flags {
    Flags { fold: options.fold, utf8: options.utf8 }
}

fn denied(service: &str, table: &str) -> TableError {
    let text = format!("{service} service is not configured for table \"{table}\"");
    TableError::new(ErrorKind::Unsupported, text)
}

fn failed() -> TableError {
    TableError::new(ErrorKind::Lookup, "Application error")
}

type Idle = Mutex<Vec<UnixStream>>;

/// Asks, on a kept connection or a new one. A kept one may have ended since it was used; that is repaired by asking
/// once more.
fn ask(idle: &Idle, socket: &PathBuf, request: &Request) -> Result<Reply, TableError> {
    let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let attempt = kept.map(|stream| exchange(stream, request));
    let (stream, reply) = match attempt {
        Some(Ok(answered)) => answered,
        _ => connect(socket).and_then(|stream| exchange(stream, request)).map_err(|error| {
            let text = format!("connect to {}: {}", socket.display(), os::strerror(&error));
            TableError::unavailable(text)
        })?,
    };
    let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
    if idle.len() < MOST_IDLE {
        idle.push(stream);
    }
    Ok(reply)
}

fn connect(socket: &PathBuf) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(socket)?;
    let timeout = Some(services().timeout).filter(|limit| !limit.is_zero());
    stream.set_read_timeout(timeout)?;
    stream.set_write_timeout(timeout)?;
    Ok(stream)
}

fn exchange(mut stream: UnixStream, request: &Request) -> io::Result<(UnixStream, Reply)> {
    stream.write_all(&frame(request)?)?;
    let mut header = [0; HEADER];
    stream.read_exact(&mut header)?;
    let length = u32::from_le_bytes(header) as usize;
    if length > FRAME_LIMIT {
        return Err(malformed());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let reply = postcard::from_bytes(&body).map_err(|_| malformed())?;
    Ok((stream, reply))
}

/// The form in which all our daemons talk: four bytes of length, and a postcard value.
fn frame(request: &Request) -> io::Result<Vec<u8>> {
    let mut frame = postcard::to_extend(request, vec![0; HEADER]).map_err(|_| malformed())?;
    let length = frame.len() - HEADER;
    if length > FRAME_LIMIT {
        return Err(malformed());
    }
    frame[..HEADER].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(frame)
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "malformed proxymap frame")
}

fn services() -> &'static Services {
    SERVICES.get_or_init(|| {
        Services::new(Path::new("private"), "proxymap", "proxywrite", Duration::from_secs(3600))
    })
}

static SERVICES: OnceLock<Services> = OnceLock::new();
static READERS: Idle = Mutex::new(Vec::new());
static WRITERS: Idle = Mutex::new(Vec::new());
const MOST_IDLE: usize = 8;
const HEADER: usize = 4;
const FRAME_LIMIT: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Maps, Table, Warn};
    use std::os::unix::net::UnixListener;

    /// Answers each request by its verb; every second request ends the connection.
    fn serve(listener: UnixListener, answer: impl Fn(&Request) -> Reply + Send + 'static) {
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                for _ in 0..2 {
                    let mut header = [0; HEADER];
                    if stream.read_exact(&mut header).is_err() {
                        break;
                    }
                    let mut body = vec![0; u32::from_le_bytes(header) as usize];
                    stream.read_exact(&mut body).unwrap();
                    let reply =
                        postcard::to_extend(&answer(&postcard::from_bytes(&body).unwrap()), vec![]).unwrap();
                    stream.write_all(&(reply.len() as u32).to_le_bytes()).unwrap();
                    stream.write_all(&reply).unwrap();
                }
            }
        });
    }

    fn answer(request: &Request) -> Reply {
        match (&request.verb, request.table.as_str()) {
            (_, "hash:/denied") => Reply::Denied,
            (_, "hash:/away") => Reply::TryAgain,
            (Verb::Open, "hash") => Reply::Bad,
            (Verb::Open, table) => Reply::Opened { pattern: table.starts_with("regexp:") },
            (Verb::Lookup(key), _) if key == b"k" => Reply::Found("v".into()),
            (Verb::Delete(key), _) if key == b"k" => Reply::Done,
            _ => Reply::NotFound,
        }
    }

    #[test]
    fn a_proxied_table_answers_and_a_failure_is_not_an_answer() {
        let dir = tempfile::tempdir().unwrap();
        let socket = |name: &str| dir.path().join(name);
        Services::new(dir.path(), "proxymap", "proxywrite", Duration::from_secs(10)).announce();
        let options = Options { warn: Warn::new(|_| ()), ..Options::default() };
        let away = Table::open("proxy:hash:/m", &options).unwrap();
        assert_eq!(away.lookup_blocking("k").unwrap_err().kind, ErrorKind::Unavailable);

        let listen = |path: &Path| UnixListener::bind(path).unwrap();
        serve(listen(&socket("proxymap")), answer);
        serve(listen(&socket("proxywrite")), answer);
        for _ in 0..5 {
            assert_eq!(away.lookup_blocking("K").unwrap().as_deref(), Some("v"));
            assert_eq!(away.lookup_blocking("x").unwrap(), None);
        }
        assert!(Table::open("proxy:proxy:regexp:/m", &options).unwrap().is_pattern() && !away.is_pattern());
        let fault = |name: &str| Table::open(name, &options).unwrap_err();
        assert!(fault("proxy:hash:/denied").is_configuration() && fault("proxy:hash").is_configuration());
        let maps = Maps::open("x", "proxy:hash:/away", &options).unwrap();
        assert_eq!(maps.find_blocking("k").unwrap_err().kind, ErrorKind::Lookup);
        let writer = ProxyWriter::open("proxy:hash:/m", &options).unwrap();
        assert!(writer.delete(b"k").unwrap() && !writer.delete(b"x").unwrap());
        assert!(ProxyWriter::open("proxy:hash:/denied", &options).is_err());
        // Whose results name files and commands are not left to proxymap.
        let sensitive = Options { no_substitution: true, ..options };
        let table = Table::open("proxy:inline:{k=mine}", &sensitive).unwrap();
        assert_eq!(table.lookup_blocking("k").unwrap().as_deref(), Some("mine"));
    }
}
