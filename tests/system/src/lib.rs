//! A mail system of one's own in a temporary folder, for tests of what Postfix has no equal of or what needs no
//! comparison: the supervisor, reloads, limits, privileges. No namespaces: ports are picked free.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test without its system must stop at once

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use testkit::patience::wait_for;

/// A folder with main.cf and master.cf, and the master that runs from it.
pub struct System {
    folder: tempfile::TempDir,
    master: Option<Child>,
    /// The port of `$SMTP` in master.cf.
    pub port: u16,
}

impl System {
    /// Prepares a system. In both texts `$DIR` is the folder and `$SMTP` a free port on 127.0.0.1.
    pub fn new(main_cf: &str, master_cf: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // Daemons that became another user must be able to enter it.
        let folder = tempfile::Builder::new().prefix("posthaste").tempdir().unwrap();
        os_chmod(folder.path());
        let system = Self { folder, master: None, port };
        for name in ["etc", "log", "mail", "libexec", "sbin"] {
            fs::create_dir(system.path(name)).unwrap();
        }
        system.programs();
        system.write("etc/main.cf", &format!("{BASE}{main_cf}"));
        system.write("etc/master.cf", &format!("{master_cf}\n{POSTLOG}"));
        system.write("log/mail.log", "");
        system
    }

    /// Prepares and starts a system.
    pub fn start(main_cf: &str, master_cf: &str) -> Self {
        let mut system = Self::new(main_cf, master_cf);
        system.run();
        system
    }

    /// Starts master in the foreground and waits until it says so.
    pub fn run(&mut self) {
        let checked = self.postfix("check");
        assert!(checked.0, "postfix check: {}", checked.1);
        let starts = self.count_log("daemon started");
        let child = Command::new(self.path("libexec/master"))
            .args(["-s", "-c"])
            .arg(self.path("etc"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        self.master = Some(child);
        let started = wait_for(PATIENCE, || (self.count_log("daemon started") > starts).then_some(()));
        assert!(started.is_some(), "master does not start:\n{}", self.log());
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with `$DIR` and `$SMTP` filled in.
    pub fn write(&self, name: &str, text: &str) {
        let text = text.replace("$DIR", &self.folder.path().display().to_string());
        fs::write(self.path(name), text.replace("$SMTP", &format!("127.0.0.1:{}", self.port))).unwrap();
    }

    /// Adds to main.cf.
    pub fn set(&self, lines: &str) {
        let text = fs::read_to_string(self.path("etc/main.cf")).unwrap();
        self.write("etc/main.cf", &format!("{text}{lines}\n"));
    }

    /// Runs `postfix COMMAND`; success, and what it said: without a terminal that is in the log.
    pub fn postfix(&self, command: &str) -> (bool, String) {
        let before = self.log().len();
        let mut postfix = Command::new(self.path("sbin/postfix"));
        let output =
            postfix.arg("-c").arg(self.path("etc")).arg(command).stdin(Stdio::null()).output().unwrap();
        let mut text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        // postlogd may not have written yet what was said through it; other programs say something meanwhile.
        let complete = |log: &String| {
            log.ends_with('\n') && log.get(before..).is_some_and(|new| new.contains("/postfix-script["))
        };
        let log = wait_for(LAST_WORDS, || Some(self.log()).filter(complete)).unwrap_or_else(|| self.log());
        text += &log[before.min(log.len())..];
        (output.status.success(), text)
    }

    /// The log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log/mail.log")).unwrap_or_default()
    }

    /// Waits for a text in the log.
    pub fn wait_log(&self, text: &str) {
        let seen = wait_for(PATIENCE, || self.log().contains(text).then_some(()));
        assert!(seen.is_some(), "the log does not say {text:?}:\n{}", self.log());
    }

    /// How often the log says a text.
    pub fn count_log(&self, text: &str) -> usize {
        self.log().matches(text).count()
    }

    /// The process id of master.
    pub fn master(&self) -> u32 {
        self.master.as_ref().unwrap().id()
    }

    /// Process ids of running daemons of this system by program name.
    pub fn processes(&self, name: &str) -> Vec<u32> {
        let parent = self.master.as_ref().map(Child::id);
        let is_ours = |pid: &u32| {
            let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let after = status.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
            let mut words = after.split(' ');
            let alive = words.next() != Some("Z");
            alive && words.next().and_then(|word| word.parse().ok()) == parent
        };
        let pids = fs::read_dir("/proc").unwrap().flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let called = |pid: &u32| {
            let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split('\0').next() == Some(name)
        };
        pids.filter(called).filter(is_ours).collect()
    }

    /// Ends master and waits for it.
    pub fn stop(&mut self) -> bool {
        let Some(mut master) = self.master.take() else { return true };
        let _ = os::spawn::terminate(master.id());
        master.wait().is_ok_and(|status| status.success())
    }

    /// Kills master as a crash would.
    pub fn crash(&mut self) {
        let mut master = self.master.take().unwrap();
        os::spawn::kill(master.id()).unwrap();
        master.wait().unwrap();
    }

    /// A new SMTP client; the greeting has been read.
    pub fn client(&self) -> (Smtp, String) {
        let mut client = Smtp::connect(self.port);
        let greeting = client.line();
        (client, greeting)
    }

    fn programs(&self) {
        let beside = std::env::current_exe().unwrap();
        let home = beside.ancestors().nth(2).unwrap().to_owned();
        let link = |program: &str, name: &str| {
            std::os::unix::fs::symlink(home.join(program), self.path(name)).unwrap();
        };
        link("master", "libexec/master");
        link("posthaste", "sbin/postfix");
        for name in [
            "smtpd",
            "cleanup",
            "qmgr",
            "tlsmgr",
            "trivial-rewrite",
            "bounce",
            "error",
            "postlogd",
            "virtual",
            "pickup",
            "showq",
        ] {
            link("posthaste", &format!("libexec/{name}"));
        }
    }
}

impl Drop for System {
    fn drop(&mut self) {
        self.stop();
    }
}

fn os_chmod(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// An SMTP client that reads line by line.
pub struct Smtp(BufReader<TcpStream>);

impl Smtp {
    /// Connects without reading anything.
    pub fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    /// The next line, without its end; empty at the end of the connection.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line from the server");
        line.trim_end().to_owned()
    }

    /// Sends a command and gives the last line of the reply.
    pub fn ask(&mut self, command: &str) -> String {
        self.0.get_mut().write_all(format!("{command}\r\n").as_bytes()).unwrap();
        loop {
            let line = self.line();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    /// True when the server says nothing for this long.
    pub fn is_quiet_for(&mut self, time: Duration) -> bool {
        self.0.get_ref().set_read_timeout(Some(time)).unwrap();
        let quiet = self.0.fill_buf().is_err();
        self.0.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        quiet
    }
}

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long a command that said something may need to see it written.
const LAST_WORDS: Duration = Duration::from_millis(500);
const BASE: &str = "compatibility_level = 3.6
queue_directory = $DIR/queue
data_directory = $DIR/data
command_directory = $DIR/sbin
daemon_directory = $DIR/libexec
maillog_file = $DIR/log/mail.log
maillog_file_prefixes = $DIR
mail_owner = daemon
setgid_group = mail
myhostname = mail.example.com
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
default_transport = error:5.1.1 nobody here
";
const POSTLOG: &str = "postlog unix-dgram n - n - 1 postlogd\n";
