//! `posthaste install`: a tree below a prefix that runs by itself, whatever else the machine has.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may stop at once

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use system::{PATIENCE, Smtp};
use testkit::patience::wait_for;

struct Tree(tempfile::TempDir);

impl Tree {
    fn install() -> Self {
        let tree = Self(tempfile::Builder::new().prefix("posthaste").tempdir().unwrap());
        // Daemons that became another user must be able to enter it.
        fs::set_permissions(tree.0.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("posthaste");
        let (prefix, config) = (tree.path("opt"), tree.path("conf"));
        let mut install = Command::new(program);
        let output = install
            .args(["install", "--prefix"])
            .arg(prefix)
            .arg("--config-directory")
            .arg(config)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        Command::new(self.path("opt/sbin").join(program)).args(args).output().unwrap()
    }

    fn postfix(&self, word: &str) -> bool {
        self.run("postfix", &["-c", self.path("conf").to_str().unwrap(), word]).status.success()
    }

    fn add(&self, file: &str, lines: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        fs::write(self.path(file), text + lines).unwrap();
    }
}

#[test]
fn an_installed_tree_has_every_program_page_and_sample() {
    let tree = Tree::install();
    for name in [
        "postfix",
        "sendmail",
        "mailq",
        "newaliases",
        "postconf",
        "postmap",
        "postdrop",
        "postqueue",
        "postsuper",
    ] {
        assert!(tree.path("opt/sbin").join(name).exists(), "sbin/{name}");
    }
    for name in ["master", "smtpd", "cleanup", "qmgr", "smtp", "lmtp", "local", "virtual", "pipe", "bounce"] {
        assert!(tree.path("opt/libexec/posthaste").join(name).exists(), "libexec/{name}");
    }
    for page in ["man1/postconf.1", "man5/postconf.5", "man8/smtpd.8"] {
        assert!(tree.path("opt/share/man").join(page).exists(), "{page}");
    }
    for file in ["conf/main.cf", "conf/master.cf"] {
        assert!(tree.path(file).exists(), "{file}");
    }
    if let (true, Ok(Some(group))) = (os::jail::is_root(), os::users::Group::by_name("postdrop")) {
        for name in ["postdrop", "postqueue"] {
            let found = fs::metadata(tree.path("opt/sbin").join(name)).unwrap();
            assert_eq!((found.mode() & 0o7777, found.uid(), found.gid()), (0o2755, 0, group.gid), "{name}");
        }
    }
    let shown = tree.run("postconf", &["-h", "config_directory", "daemon_directory"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let expected =
        format!("{}\n{}\n", tree.path("conf").display(), tree.path("opt/libexec/posthaste").display());
    assert_eq!(shown, expected, "installed commands find their own tree");
}

/// Nothing of an installed Postfix takes part, and nothing of it changes.
#[test]
fn an_installed_tree_runs_beside_a_systems_own_postfix() {
    if !os::jail::is_root() {
        return eprintln!("an installation of many users needs root");
    }
    let before = listing(Path::new("/etc/postfix"));
    let tree = Tree::install();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = tree.path("mail.log");
    let root = tree.0.path().display();
    tree.add(
        "conf/main.cf",
        &format!("myhostname = mail.example.com\ninet_protocols = ipv4\nmydestination =\nmaillog_file = {}\nmaillog_file_prefixes = {root}\ndefer_transports = smtp\n", log.display()),
    );
    let master = fs::read_to_string(tree.path("conf/master.cf")).unwrap();
    fs::write(
        tree.path("conf/master.cf"),
        master.replacen("smtp       inet", &format!("127.0.0.1:{port} inet"), 1),
    )
    .unwrap();
    assert!(tree.postfix("start"), "{}", fs::read_to_string(&log).unwrap_or_default());
    let greeting = Smtp::connect(port).line();
    assert_eq!(greeting, "220 mail.example.com ESMTP Postfix");
    let mut sendmail = Command::new("/bin/sh");
    let config = tree.path("conf");
    let line = format!(
        "echo hello | {root}/opt/sbin/sendmail -C {} -f me@example.com you@example.org",
        config.display()
    );
    assert!(sendmail.arg("-c").arg(line).status().unwrap().success());
    let queued = wait_for(PATIENCE, || {
        let listed = tree.run("postqueue", &["-c", config.to_str().unwrap(), "-p"]);
        String::from_utf8_lossy(&listed.stdout).contains("you@example.org").then_some(())
    });
    assert!(queued.is_some(), "{}", fs::read_to_string(&log).unwrap());
    assert!(tree.postfix("status") && tree.postfix("stop") && !tree.postfix("status"));
    assert_eq!(listing(Path::new("/etc/postfix")), before);
}

fn listing(folder: &Path) -> Vec<(PathBuf, i64, u64)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let facts = |path: PathBuf| fs::metadata(&path).map(|m| (path, m.mtime(), m.size())).ok();
    let mut found: Vec<_> = entries.filter_map(|entry| facts(entry.path())).collect();
    found.sort();
    found
}
