//! A mail system on a stage of its own: users, configuration and queue under /mnt (a tmpfs of the
//! namespace), the configuration also seen as /etc/postfix. The stage is the same for Postfix and for
//! Posthaste, to the path, so that what they say can be compared.
use crate::patience::wait_for;
use crate::run::{Done, shell};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which mail system plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mta {
    /// The oracle: Debian's Postfix.
    Postfix,
    /// Ours, from the binaries next to this test's.
    Posthaste,
}

impl Mta {
    /// What is missing to run it, as a sentence.
    pub fn missing(self) -> Option<String> {
        match self {
            Mta::Postfix => (!Path::new("/usr/lib/postfix/sbin/master").exists())
                .then(|| "Postfix is not installed: run tools/setup-tests".into()),
            Mta::Posthaste => ["posthaste", "master", "postdrop", "postqueue"]
                .iter()
                .find(|name| !binary(name).exists())
                .map(|name| format!("{} is not built: run `cargo build --bins`", binary(name).display())),
        }
    }
}

/// The stage of one mail system. One per namespace.
pub struct Stage {
    mta: Mta,
}

impl Stage {
    /// Sets the stage: users, directories, programs. The namespace must be settled.
    pub fn set(mta: Mta) -> Stage {
        shell(
            "set -e; cd /mnt; mkdir etc queue data mail home sbin libexec log bin virtual sys
             chown root:mail mail; chmod 1777 mail; chown 5000:5000 virtual",
        )
        .text();
        copy_postfix_files();
        users();
        bind("hosts", HOSTS);
        bind("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n");
        bind("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
        shell("set -e; mkdir -p /etc/postfix; mount --bind /mnt/etc /etc/postfix; chown postfix /mnt/data")
            .text();
        match mta {
            Mta::Postfix => drop(shell(POSTFIX_PROGRAMS).text()),
            Mta::Posthaste => our_programs(),
        }
        Stage { mta }
    }

    /// Which mail system plays here.
    pub fn mta(&self) -> Mta {
        self.mta
    }

    /// Writes main.cf: the base settings with `lines` over them.
    pub fn main_cf(&self, lines: &str) {
        let named = |line: &str| line.split_once('=').map(|(name, _)| name.trim().to_string());
        let set: Vec<_> = lines.lines().filter(|l| !l.starts_with([' ', '#'])).filter_map(named).collect();
        let kept = BASE.lines().filter(|line| named(line).is_none_or(|name| !set.contains(&name)));
        let text: String = kept.chain(lines.lines()).map(|line| format!("{line}\n")).collect();
        self.file("/etc/postfix/main.cf", &text);
    }

    /// Writes master.cf: the base services; an entry of `lines` replaces the one of its name and type.
    pub fn master_cf(&self, lines: &str) {
        let key = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let replaced: Vec<String> = lines.lines().filter(|l| !l.starts_with(' ')).map(key).collect();
        let kept = SERVICES.lines().filter(|line| !replaced.contains(&key(line)));
        let text: String = kept.chain(lines.lines()).map(|line| format!("{line}\n")).collect();
        self.file("/etc/postfix/master.cf", &text);
    }

    /// Writes a file, old enough that no command waits for it to settle.
    pub fn file(&self, path: &str, text: &str) {
        if let Some(parent) = Path::new(path).parent() {
            std::fs::create_dir_all(parent).unwrap_or_else(|e| panic!("{path}: {e}"));
        }
        std::fs::write(path, text).unwrap_or_else(|e| panic!("{path}: {e}"));
        let old = std::time::SystemTime::now() - Duration::from_secs(30);
        std::fs::File::options()
            .write(true)
            .open(path)
            .and_then(|f| f.set_modified(old))
            .expect("age a file");
    }

    /// Starts the mail system and waits until its first port answers.
    pub fn start(&self) -> Result<(), String> {
        let done = shell("/mnt/sbin/postfix start");
        let up = wait_for(PATIENCE, || self.log().contains("daemon started").then_some(()));
        if done.status == Some(0) && up.is_some() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&done.output).into_owned();
        Err(format!("postfix start: exit status {:?}\n{text}{}", done.status, self.log()))
    }

    /// Stops the mail system.
    pub fn stop(&self) -> Done {
        shell("/mnt/sbin/postfix stop")
    }

    /// The log so far.
    pub fn log(&self) -> String {
        std::fs::read(LOG).map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
    }

    /// How many messages a queue directory holds, also in its subdirectories.
    pub fn queued(&self, name: &str) -> usize {
        fn count(dir: &Path) -> usize {
            let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
            entries.map(|e| if e.path().is_dir() { count(&e.path()) } else { 1 }).sum()
        }
        count(&Path::new("/mnt/queue").join(name))
    }

    /// Waits until nothing is on its way: no mail in maildrop, incoming, active or deferred.
    pub fn wait_empty(&self) -> bool {
        let dirs = ["maildrop", "incoming", "active", "deferred"];
        wait_for(PATIENCE, || dirs.iter().all(|dir| self.queued(dir) == 0).then_some(())).is_some()
    }
}

/// The messages in a mailbox: the files of a maildir, or one mbox file.
pub fn mailbox(path: &str) -> Vec<String> {
    let read = |p: PathBuf| std::fs::read(p).map(|t| String::from_utf8_lossy(&t).into_owned()).ok();
    if path.ends_with('/') {
        let mut files: Vec<_> = std::fs::read_dir(format!("{path}new"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect();
        files.sort();
        return files.into_iter().filter_map(read).collect();
    }
    let Some(text) = read(path.into()) else { return Vec::new() };
    let mut mails: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        match mails.last_mut() {
            Some(mail) if !line.starts_with("From ") => mail.push_str(line),
            _ => mails.push(line.to_string()),
        }
    }
    mails
}

/// dynamicmaps.cf and the like, which Debian's Postfix wants next to main.cf.
fn copy_postfix_files() {
    shell(
        "for f in dynamicmaps.cf dynamicmaps.cf.d postfix-files postfix-files.d; do
             [ ! -e /etc/postfix/$f ] || cp -a /etc/postfix/$f /mnt/etc/; done",
    );
}

fn users() {
    let id = |file: &str, name: &str, fallback: u32| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let of = |l: &str| l.strip_prefix(name)?.strip_prefix(":x:")?.split(':').next()?.parse().ok();
        text.lines().find_map(of).unwrap_or(fallback)
    };
    let (uid, gid) = (id("/etc/passwd", "postfix", 102), id("/etc/group", "postfix", 105));
    let drop = id("/etc/group", "postdrop", 106);
    let mut passwd = format!("{PASSWD}postfix:x:{uid}:{gid}::/mnt/queue:/usr/sbin/nologin\n");
    let mut group = format!("{GROUP}postfix:x:{gid}:\npostdrop:x:{drop}:\n");
    for (n, name) in USERS.iter().enumerate() {
        let (id, upper) = (2001 + n, name[..1].to_uppercase() + &name[1..]);
        passwd += &format!("{name}:x:{id}:{id}:{upper} Example,,,:/mnt/home/{name}:/bin/sh\n");
        group += &format!("{name}:x:{id}:\n");
        shell(&format!("mkdir /mnt/home/{name}; chown {id}:{id} /mnt/home/{name}")).text();
    }
    bind("passwd", &passwd);
    bind("group", &group);
}

/// Shows a file of ours in place of /etc/NAME.
fn bind(name: &str, text: &str) {
    let file = format!("/mnt/sys/{name}");
    std::fs::write(&file, text).unwrap_or_else(|e| panic!("{file}: {e}"));
    shell(&format!("[ -e /etc/{name} ] || touch /etc/{name}; mount --bind {file} /etc/{name}")).text();
}

/// Links by the names of the manual to our binaries, as an installation has them.
fn our_programs() {
    let mut script = String::from("set -e; cd /mnt\n");
    for name in ["posthaste", "master"] {
        script += &format!("touch bin/{name}; mount --bind {} bin/{name}\n", binary(name).display());
    }
    for name in ["postdrop", "postqueue"] {
        let from = binary(name);
        script += &format!(
            "cp {} sbin/{name}; chgrp postdrop sbin/{name}; chmod 2755 sbin/{name}\n",
            from.display()
        );
    }
    for name in COMMANDS {
        script += &format!("ln -s ../bin/posthaste sbin/{name}\n");
    }
    for name in DAEMONS {
        script += &format!("ln -s ../bin/posthaste libexec/{name}\n");
    }
    shell(&(script + "ln -s ../bin/master libexec/master\n")).text();
}

/// One of our binaries: in POSTHASTE_BIN, or in the profile's folder that this test runs from.
fn binary(name: &str) -> PathBuf {
    let dir = std::env::var_os("POSTHASTE_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let me = std::env::current_exe().expect("the path of this program");
        me.ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
    });
    dir.join(name)
}

const PATIENCE: Duration = Duration::from_secs(10);
const LOG: &str = "/mnt/log/mail.log";
const USERS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const HOSTS: &str = "127.0.0.1 localhost\n::1 localhost\n192.0.2.1 mail.example.com mail\n";
const POSTFIX_PROGRAMS: &str =
    "set -e; mount --bind /usr/sbin /mnt/sbin; mount --bind /usr/lib/postfix/sbin /mnt/libexec";
const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin
mail:x:8:8::/var/mail:/usr/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
vmail:x:5000:5000::/mnt/virtual:/usr/sbin/nologin\n";
const GROUP: &str = "root:x:0:\ndaemon:x:1:\nmail:x:8:\nnogroup:x:65534:\nvmail:x:5000:\n";
const COMMANDS: [&str; 13] = [
    "postfix",
    "postalias",
    "postmap",
    "postcat",
    "postconf",
    "postkick",
    "postlock",
    "postlog",
    "postmulti",
    "postsuper",
    "sendmail",
    "mailq",
    "newaliases",
];
const DAEMONS: [&str; 23] = [
    "anvil",
    "bounce",
    "cleanup",
    "discard",
    "error",
    "flush",
    "lmtp",
    "local",
    "pickup",
    "pipe",
    "postlogd",
    "proxymap",
    "qmgr",
    "qmqpd",
    "scache",
    "showq",
    "smtp",
    "smtpd",
    "spawn",
    "tlsmgr",
    "trivial-rewrite",
    "verify",
    "virtual",
];
const BASE: &str = "compatibility_level = 3.6
queue_directory = /mnt/queue
command_directory = /mnt/sbin
daemon_directory = /mnt/libexec
data_directory = /mnt/data
sendmail_path = /mnt/sbin/sendmail
newaliases_path = /mnt/sbin/newaliases
mailq_path = /mnt/sbin/mailq
mail_owner = postfix
setgid_group = postdrop
maillog_file = /mnt/log/mail.log
maillog_file_prefixes = /mnt
myhostname = mail.example.com
mydomain = example.com
myorigin = $mydomain
mydestination = $myhostname, localhost.$mydomain, localhost, $mydomain
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1, 192.0.2.1
inet_protocols = ipv4
alias_maps =
alias_database =
mail_spool_directory = /mnt/mail
smtpd_banner = $myhostname ESMTP $mail_name
smtpd_error_sleep_time = 0
smtp_tls_security_level = none
in_flow_delay = 0
biff = no
";
const SERVICES: &str = "smtp inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";
