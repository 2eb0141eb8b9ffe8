//! A mail system on a stage of its own: users, configuration and queue under /mnt (a tmpfs of the
//! namespace), the configuration also seen as /etc/postfix. The stage is the same for Postfix and for
//! Posthaste, to the path, so that what they say can be compared.
use crate::patience::wait_for;
use crate::run::{Done, shell};
use std::os::unix::fs::MetadataExt;
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
            Mta::Posthaste => {
                ["posthaste", "master", "postdrop"].iter().find(|name| !binary(name).exists()).map(|name| {
                    format!("{} is not built: run `cargo build --workspace --bins`", binary(name).display())
                })
            }
        }
    }
}

/// The stage of one mail system: everything below its root, /mnt for the only or the first one.
pub struct Stage {
    root: String,
    etc: String,
}

impl Stage {
    /// Sets the stage of a namespace: users, directories, programs. The namespace must be settled.
    pub fn set(mta: Mta) -> Stage {
        let stage = Stage { root: "/mnt".into(), etc: "/etc/postfix".into() };
        stage.directories();
        shell(COPY_POSTFIX_FILES);
        shell("mkdir /mnt/sys /mnt/home /mnt/virtual && chown 5000:5000 /mnt/virtual").text();
        users();
        bind("hosts", HOSTS);
        bind("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n");
        bind("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
        shell("set -e; mkdir -p /etc/postfix; mount --bind /mnt/etc /etc/postfix; chown postfix /mnt/data")
            .text();
        stage.programs(mta);
        stage
    }

    /// A second mail system in the same namespace, below `root`.
    pub fn beside(mta: Mta, root: &str) -> Stage {
        let stage = Stage { root: root.into(), etc: format!("{root}/etc") };
        shell(&format!("mkdir -p {root}")).text();
        stage.directories();
        shell(&format!("cp -a /mnt/etc/dynamicmaps* {root}/etc/; chown postfix {root}/data"));
        stage.programs(mta);
        stage
    }

    fn directories(&self) {
        let make = "mkdir etc queue data mail sbin libexec log; chown root:mail mail; chmod 1777 mail";
        shell(&format!("set -e; cd {}; {make}", self.root)).text();
    }

    /// Puts the programs of a mail system in place, also in the place of another's.
    pub fn programs(&self, mta: Mta) {
        let root = &self.root;
        shell(&format!("umount {root}/sbin {root}/libexec 2>/dev/null"));
        let from = match mta {
            Mta::Postfix => ("/usr/sbin".into(), "/usr/lib/postfix/sbin".into()),
            Mta::Posthaste => {
                our_programs(&format!("{root}/posthaste"));
                (format!("{root}/posthaste/sbin"), format!("{root}/posthaste/libexec"))
            }
        };
        let (sbin, libexec) = from;
        shell(&format!("set -e; mount --bind {sbin} {root}/sbin; mount --bind {libexec} {root}/libexec"))
            .text();
    }

    /// Writes main.cf: the base settings with `lines` over them.
    pub fn main_cf(&self, lines: &str) {
        let named = |line: &str| line.split_once('=').map(|(name, _)| name.trim().to_string());
        let set: Vec<_> = lines.lines().filter(|l| !l.starts_with([' ', '#'])).filter_map(named).collect();
        let base = BASE.replace("/mnt", &self.root);
        let kept = base.lines().filter(|line| named(line).is_none_or(|name| !set.contains(&name)));
        let text: String = kept.chain(lines.lines()).map(|line| format!("{line}\n")).collect();
        self.file(&format!("{}/main.cf", self.etc), &text);
    }

    /// Writes master.cf: the base services; an entry of `lines` replaces the one of its name and type.
    pub fn master_cf(&self, lines: &str) {
        let key = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let replaced: Vec<String> = lines.lines().filter(|l| !l.starts_with(' ')).map(key).collect();
        let kept = SERVICES.lines().filter(|line| !replaced.contains(&key(line)));
        let text: String = kept.chain(lines.lines()).map(|line| format!("{line}\n")).collect();
        self.file(&format!("{}/master.cf", self.etc), &text);
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

    /// `postfix WORD` with this stage's configuration.
    pub fn postfix(&self, word: &str) -> Done {
        shell(&format!("{}/sbin/postfix -c {} {word}", self.root, self.etc))
    }

    /// Starts the mail system and waits until it says so in the log.
    pub fn start(&self) -> Result<(), String> {
        let starts = self.log().matches("daemon started").count();
        let done = self.postfix("start");
        let up = || (self.log().matches("daemon started").count() > starts).then_some(());
        if done.status == Some(0) && wait_for(PATIENCE, up).is_some() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&done.output).into_owned();
        Err(format!("postfix start: exit status {:?}\n{text}{}", done.status, self.log()))
    }

    /// Stops the mail system; it must say that it did.
    pub fn stop(&self) {
        let done = self.postfix("stop");
        assert!(done.status == Some(0), "postfix stop: {:?}\n{}", done.status, self.log());
    }

    /// The log so far.
    pub fn log(&self) -> String {
        let text = std::fs::read(format!("{}/log/mail.log", self.root));
        text.map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
    }

    /// How many messages a queue directory holds, also in its subdirectories.
    pub fn queued(&self, name: &str) -> usize {
        fn count(dir: &Path) -> usize {
            let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
            entries.map(|e| if e.path().is_dir() { count(&e.path()) } else { 1 }).sum()
        }
        count(&Path::new(&self.root).join("queue").join(name))
    }

    /// The ids of the messages in the queue: short ones, that end in the number of their inode. What a test puts there under
    /// a name of its own choice is not among them.
    pub fn queue_ids(&self) -> Vec<String> {
        fn names(dir: &Path, into: &mut Vec<String>) {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => names(&path, into),
                    path => {
                        let name = entry.file_name().to_string_lossy().into_owned();
                        let inode = path.symlink_metadata().map_or(0, |meta| meta.ino());
                        into.extend(name.ends_with(&format!("{inode:X}")).then_some(name));
                    }
                }
            }
        }
        let mut found = Vec::new();
        for queue in ["maildrop", "incoming", "active", "deferred", "hold", "corrupt"] {
            names(&Path::new(&self.root).join("queue").join(queue), &mut found);
        }
        found
    }

    /// Waits until nothing is on its way: no mail in maildrop, incoming, active or deferred.
    pub fn wait_empty(&self) -> bool {
        self.wait_empty_for(PATIENCE)
    }

    /// The same, with a patience of one's own.
    pub fn wait_empty_for(&self, limit: Duration) -> bool {
        let dirs = ["maildrop", "incoming", "active", "deferred"];
        wait_for(limit, || dirs.iter().all(|dir| self.queued(dir) == 0).then_some(())).is_some()
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
fn our_programs(place: &str) {
    let mut script = format!(
        "set -e; [ ! -d {place} ] || exit 0\nmkdir -p {place}/bin {place}/sbin {place}/libexec; cd {place}\n"
    );
    for name in ["posthaste", "master"] {
        script += &format!("touch bin/{name}; mount --bind {} bin/{name}\n", binary(name).display());
    }
    for name in ["postdrop", "postqueue"] {
        let from = Some(binary(name)).filter(|path| path.exists()).unwrap_or_else(|| binary("posthaste"));
        script += &format!(
            "cp {} sbin/{name}; chgrp postdrop sbin/{name}; chmod 2755 sbin/{name}\n",
            from.display()
        );
    }
    for name in COMMANDS {
        script += &format!("ln -s {place}/bin/posthaste sbin/{name}\n");
    }
    for name in DAEMONS {
        script += &format!("ln -s {place}/bin/posthaste libexec/{name}\n");
    }
    shell(&(script + &format!("ln -s {place}/bin/master libexec/master\n"))).text();
}

/// One of our binaries: in POSTHASTE_BIN, or in the profile's folder that this program runs from (a test's own
/// place is `deps` below it).
fn binary(name: &str) -> PathBuf {
    let dir = std::env::var_os("POSTHASTE_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let me = std::env::current_exe().expect("the path of this program");
        let here = me.parent().unwrap_or(&me);
        let profile = if here.ends_with("deps") { here.parent().unwrap_or(here) } else { here };
        profile.to_path_buf()
    });
    dir.join(name)
}

const PATIENCE: Duration = Duration::from_secs(10);
const USERS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const HOSTS: &str = "127.0.0.1 localhost\n::1 localhost\n192.0.2.1 mail.example.com mail\n";
/// dynamicmaps.cf and the like, which Debian's Postfix wants next to main.cf.
const COPY_POSTFIX_FILES: &str = "for f in dynamicmaps.cf dynamicmaps.cf.d postfix-files postfix-files.d; do
    [ ! -e /etc/postfix/$f ] || cp -a /etc/postfix/$f /mnt/etc/; done";
const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin
mail:x:8:8::/var/mail:/usr/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
vmail:x:5000:5000::/mnt/virtual:/usr/sbin/nologin\n";
const GROUP: &str = "root:x:0:\ndaemon:x:1:\nmail:x:8:\nnogroup:x:65534:\nvmail:x:5000:\n";
const COMMANDS: [&str; 14] = [
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
    "qshape",
    "sendmail",
    "mailq",
    "newaliases",
];
const DAEMONS: [&str; 26] = [
    "anvil",
    "bounce",
    "cleanup",
    "discard",
    "dnsblog",
    "error",
    "flush",
    "lmtp",
    "local",
    "pickup",
    "pipe",
    "postlogd",
    "postscreen",
    "proxymap",
    "qmgr",
    "qmqpd",
    "scache",
    "showq",
    "smtp",
    "smtpd",
    "spawn",
    "tlsmgr",
    "tlsproxy",
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
