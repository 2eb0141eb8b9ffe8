//! Where lines go: the system's log socket, postlogd's socket, standard error, or several of these.

use crate::Level;
use crate::batch::{Added, Batch};
use os::clock::Local;
use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// A destination for lines.
pub struct Sink {
    syslog: Option<Datagrams>,
    postlog: Option<(Datagrams, Batch)>,
    file: Option<Mutex<std::fs::File>>,
    terminal: Option<String>,
    facility: u8,
    latest: Mutex<Option<Moment>>,
}

impl Sink {
    /// Nowhere.
    pub fn discard() -> Self {
        Self {
            syslog: None,
            postlog: None,
            file: None,
            terminal: None,
            facility: FACILITY_MAIL,
            latest: Mutex::new(None),
        }
    }

    /// syslog(3) through its socket, with a facility by name (`syslog_facility`, default mail).
    pub fn syslog(facility: &str) -> Self {
        let facility = facility_number(facility).unwrap_or(FACILITY_MAIL);
        Self { syslog: Some(Datagrams::to(Path::new(SYSLOG_SOCKET))), facility, ..Self::discard() }
    }

    /// postlogd(8) through its socket (`maillog_file` is set): the line is complete, with time and host.
    pub fn postlog(socket: &Path) -> Self {
        Self { postlog: Some((Datagrams::to(socket), Batch::new())), ..Self::discard() }
    }

    /// Straight to an open file: postlogd's own lines, and a mail system that is not running.
    pub fn file(file: std::fs::File) -> Self {
        Self { file: Some(Mutex::new(file)), ..Self::discard() }
    }

    /// Adds standard error, as commands do: `program: text`.
    pub fn and_terminal(mut self, program: impl Into<String>) -> Self {
        self.terminal = Some(program.into());
        self
    }

    pub(crate) fn send(&self, level: Level, identity: &str, number: u64, line: &str) {
        if let Some(program) = &self.terminal {
            // A closed standard error is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{program}: {line}");
        }
        if self.syslog.is_none() && self.postlog.is_none() && self.file.is_none() {
            return;
        }
        let moment = self.moment();
        if let Some(syslog) = &self.syslog {
            let priority = u32::from(self.facility) << 3 | u32::from(level.severity());
            syslog.send(format!("<{priority}>{} {identity}[{number}]: {line}", moment.time).as_bytes());
        }
        if let Some((postlog, batch)) = &self.postlog {
            let line = moment.complete(identity, number, line);
            match batch.add(&line) {
                Added::Kept => {}
                Added::Full(lines) => postlog.send(&lines),
                Added::Refused => postlog.send(line.as_bytes()),
            }
        }
        if let Some(file) = &self.file {
            let text = moment.complete(identity, number, line) + "\n";
            let _ = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes());
        }
    }

    pub(crate) fn gather(&self, wake: impl Fn() + Send + Sync + 'static) {
        if let Some((_, batch)) = &self.postlog {
            batch.gather(wake);
        }
    }

    pub(crate) fn flush(&self) {
        if let Some((postlog, batch)) = &self.postlog {
            let lines = batch.take();
            if !lines.is_empty() {
                postlog.send(&lines);
            }
        }
    }

    /// What begins a line; the same for a second.
    fn moment(&self) -> Moment {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        match &*latest {
            Some(moment) if moment.seconds == now => moment.clone(),
            _ => {
                let moment = Moment::of(now);
                *latest = Some(moment.clone());
                moment
            }
        }
    }
}

#[derive(Clone)]
struct Moment {
    seconds: u64,
    time: Arc<str>,
    host: Arc<str>,
}

impl Moment {
    fn of(seconds: u64) -> Self {
        let host = os::host::name();
        let host = host.split('.').next().unwrap_or_default();
        Self { seconds, time: Local::from_seconds(seconds as i64).syslog().into(), host: host.into() }
    }

    /// A line as the log file holds it.
    fn complete(&self, identity: &str, number: u64, line: &str) -> String {
        format!("{} {} {identity}[{number}]: {line}", self.time, self.host)
    }
}

/// A datagram socket that is found again when its server restarts, and never waited for.
struct Datagrams {
    path: PathBuf,
    socket: Mutex<Option<UnixDatagram>>,
    lost: AtomicU64,
}

impl Datagrams {
    fn to(path: &Path) -> Self {
        let datagrams = Self { path: path.to_owned(), socket: Mutex::new(None), lost: AtomicU64::new(0) };
        // Connecting now lets a process that changes its root directory later go on logging.
        *datagrams.socket.lock().unwrap_or_else(PoisonError::into_inner) = datagrams.connect();
        datagrams
    }

    fn connect(&self) -> Option<UnixDatagram> {
        let socket = UnixDatagram::unbound().ok()?;
        socket.connect(&self.path).ok()?;
        socket.set_nonblocking(true).ok()?;
        Some(socket)
    }

    fn send(&self, bytes: &[u8]) {
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        for attempt in 0..2 {
            if socket.is_none() {
                *socket = self.connect();
            }
            match socket.as_ref().map(|socket| socket.send(bytes)) {
                Some(Ok(_)) => return,
                // The reader is behind. Waiting for it would let a stuck log stop the mail.
                Some(Err(e)) if e.kind() == std::io::ErrorKind::WouldBlock && self.wait(socket.as_ref()) => {}
                Some(Err(e)) if e.kind() == std::io::ErrorKind::WouldBlock => break,
                Some(Err(_)) if attempt == 0 => *socket = None,
                _ => break,
            }
        }
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Gives a reader that is behind a short moment.
    fn wait(&self, socket: Option<&UnixDatagram>) -> bool {
        let Some(socket) = socket else { return false };
        os::poll::writable(socket, 100).unwrap_or(false)
    }
}

fn facility_number(name: &str) -> Option<u8> {
    const NAMES: [&str; 12] = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    ];
    let local = |name: &str| name.strip_prefix("local")?.parse().ok().filter(|n| *n < 8).map(|n: u8| 16 + n);
    NAMES.iter().position(|known| *known == name).map(|at| at as u8).or_else(|| local(name))
}

const SYSLOG_SOCKET: &str = "/dev/log";
const FACILITY_MAIL: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Log;

    #[test]
    fn a_line_for_postlogd_is_complete() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postlog");
        let server = UnixDatagram::bind(&path).unwrap();
        let log = Log::open("postfix/smtpd", Sink::postlog(&path), false);
        log.warning("hello");
        let mut buffer = [0; 512];
        let length = server.recv(&mut buffer).unwrap();
        let line = String::from_utf8_lossy(&buffer[..length]).into_owned();
        assert!(line.ends_with(&format!("postfix/smtpd[{}]: warning: hello", std::process::id())), "{line}");
    }

    #[test]
    fn facilities_have_their_numbers() {
        assert_eq!(facility_number("mail"), Some(2));
        assert_eq!(facility_number("local7"), Some(23));
        assert_eq!(facility_number("local8"), None);
    }
}
