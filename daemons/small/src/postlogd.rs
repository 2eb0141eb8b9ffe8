//! postlogd(8): appends what other programs log to `maillog_file`, in the order in which it was said. It opens the file before it gives up its
//! privileges; a new file after a rotation comes with a reload.

use config::Conf;
use service::{BeforeJail, Daemon, Datagram, Fatal, Jailed, Privilege, Sandbox, Spec};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::Notify;

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Postlogd>(&args)
}

struct Postlogd {
    file: RefCell<Option<File>>,
    /// Held for life: one process at a time reads the socket and writes the file.
    _turn: Option<File>,
    /// Lines by the moment they were said; those of one moment in order of arrival.
    waiting: RefCell<BTreeMap<(u64, u64), Vec<u8>>>,
    arrived: Cell<u64>,
    changed: Notify,
}

impl Daemon for Postlogd {
    type Request = Datagram;
    const SPEC: Spec = Spec {
        name: "postlogd",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        Ok(Self {
            _turn: wait_for_turn(&before.invocation.name),
            // Without a file the service only drains its socket, as programs of an older configuration may log on.
            file: RefCell::new(conf::open_maillog_file(conf)?),
            waiting: RefCell::default(),
            arrived: Cell::new(0),
            changed: Notify::new(),
        })
    }

    async fn serve(&self, Datagram(bytes): Datagram, _: &Jailed) {
        let mut waiting = self.waiting.borrow_mut();
        for (stamp, text) in maillog::lines_of(&bytes, os::clock::monotonic_nanos()) {
            let count = self.arrived.get();
            self.arrived.set(count + 1);
            waiting.insert((stamp, count), line(text));
        }
        self.changed.notify_one();
    }

    async fn run(&self, _: &Jailed) {
        loop {
            self.changed.notified().await;
            while !self.waiting.borrow().is_empty() {
                let now = os::clock::monotonic_nanos();
                self.write(now.saturating_sub(PATIENCE.as_nanos() as u64));
                tokio::time::sleep(PATIENCE / 2).await;
            }
        }
    }

    async fn retire(&self, _: &Jailed) {
        self.write(u64::MAX);
    }
}

impl Postlogd {
    /// Writes the lines that were said before `moment`, or more when too many wait.
    fn write(&self, moment: u64) {
        let mut waiting = self.waiting.borrow_mut();
        let later = match waiting.len() {
            0..MOST_LINES => waiting.split_off(&(moment, 0)),
            _ => BTreeMap::new(),
        };
        let lines = std::mem::replace(&mut *waiting, later);
        if let Some(file) = self.file.borrow_mut().as_mut().filter(|_| !lines.is_empty()) {
            let text: Vec<u8> = lines.into_values().flatten().collect();
            // A full disc must not stop the mail; lines are lost, as they would be with syslog.
            let _ = file.write_all(&text);
        }
    }
}

/// After a reload the process before us still writes what was said to it. Two that read the same socket would mix up
/// the order. Where the lock can't be had the log goes on without it.
fn wait_for_turn(service: &str) -> Option<File> {
    let path = format!("pid/unix.{service}");
    let lock = File::options().write(true).create(true).truncate(false).mode(0o600).open(path).ok()?;
    lock.lock().ok()?;
    Some(lock)
}

/// One clean line: senders are ours, but any local program may reach the socket.
fn line(bytes: &[u8]) -> Vec<u8> {
    let clean = |byte: &u8| if byte.is_ascii_control() { b'?' } else { *byte };
    let mut line: Vec<u8> = bytes.iter().map(clean).collect();
    line.push(b'\n');
    line
}

/// Programs send their lines some milliseconds late; those of others may belong before them.
const PATIENCE: Duration = Duration::from_millis(30);
const MOST_LINES: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_one_line_whatever_it_holds() {
        assert_eq!(line(b"a\nb\0"), b"a?b?\n");
    }
}
