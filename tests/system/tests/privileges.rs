//! Who each daemon is and what it may do, read from the kernel. Needs root, as a system of many users does.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may stop at once

use std::fs;
use system::{PATIENCE, System};
use testkit::patience::wait_for;

fn status(pid: u32, field: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

fn process(system: &System, name: &str) -> u32 {
    wait_for(PATIENCE, || system.processes(name).first().copied()).unwrap_or_else(|| panic!("no {name}"))
}

/// SEC-001, P1: no daemon that reads the network or the queue is root; each has a system-call filter and can gain
/// nothing by running a program.
#[test]
fn daemons_run_as_mail_owner_behind_their_walls() {
    if !os::jail::is_root() {
        return eprintln!("only root can see daemons change their user");
    }
    let master = "$SMTP inet n - n - - smtpd\nrewrite unix - - n - - trivial-rewrite\nqmgr unix n - n 300 1 qmgr\n\
                  cleanup unix n - n - 0 cleanup\nshowq unix n - n - - showq\n";
    let system = System::start("", master);
    let (mut client, _) = system.client();
    client.ask("EHLO client.example.org");
    for service in ["public/showq", "private/rewrite", "public/cleanup"] {
        std::os::unix::net::UnixStream::connect(system.path("queue").join(service)).unwrap();
    }
    let owner = os::users::User::by_name("daemon").unwrap().unwrap();
    for name in ["smtpd", "trivial-rewrite", "qmgr", "cleanup", "showq", "postlogd"] {
        let pid = process(&system, name);
        // The walls go up after the start; wait for them, as a test that is too early proves nothing.
        let walled = wait_for(PATIENCE, || (status(pid, "Seccomp:") == "2").then_some(()));
        assert!(walled.is_some(), "{name} has no system-call filter");
        let ids = status(pid, "Uid:");
        assert!(ids.split_whitespace().all(|id| id == owner.uid.to_string()), "{name}: {ids}");
        assert_eq!(status(pid, "NoNewPrivs:"), "1", "{name}");
        assert_eq!(status(pid, "CapEff:"), "0000000000000000", "{name}");
        let groups = status(pid, "Groups:");
        assert_eq!(groups, owner.gid.to_string(), "{name}");
    }
}

/// ARC-024: `y` in the chroot column.
#[test]
fn a_service_can_live_in_the_queue_directory() {
    if !os::jail::is_root() {
        return eprintln!("only root can change the root directory");
    }
    let system = System::start("", "$SMTP inet n - y - - smtpd\nrewrite unix - - n - - trivial-rewrite\n");
    let (_client, greeting) = system.client();
    assert!(greeting.starts_with("220 "));
    let root = fs::read_link(format!("/proc/{}/root", process(&system, "smtpd"))).unwrap();
    assert_eq!(root, system.path("queue").canonicalize().unwrap());
    let root = fs::read_link(format!("/proc/{}/root", system.master())).unwrap();
    assert_eq!(root.to_str(), Some("/"));
}

/// ARC-024: tables are opened before the root directory changes.
#[test]
fn a_service_in_the_queue_directory_still_has_its_tables() {
    if !os::jail::is_root() {
        return eprintln!("only root can change the root directory");
    }
    let settings = "smtpd_client_restrictions = check_client_access texthash:$DIR/etc/access\n";
    let mut system =
        System::new(settings, "$SMTP inet n - y - - smtpd\nrewrite unix - - n - - trivial-rewrite\n");
    system.write("etc/access", "127.0.0.1 REJECT not you\n");
    system.run();
    let (mut client, _) = system.client();
    client.ask("EHLO client.example.org");
    client.ask("MAIL FROM:<a@example.org>");
    let reply = client.ask("RCPT TO:<b@example.com>");
    assert!(reply.starts_with("554 5.7.1") && reply.contains("not you"), "{reply}");
}

/// The set-up that `postfix check` makes: owners and modes of the queue's folders.
#[test]
fn folders_have_the_owners_and_modes_of_the_manual() {
    use std::os::unix::fs::MetadataExt;
    if !os::jail::is_root() {
        return eprintln!("only root can give folders away");
    }
    let system = System::new("", "");
    assert!(system.postfix("check").0);
    let owner = os::users::User::by_name("daemon").unwrap().unwrap().uid;
    let group = os::users::Group::by_name("mail").unwrap().unwrap().gid;
    for (name, mode, uid, gid) in [
        ("active", 0o700, owner, None),
        ("maildrop", 0o730, owner, Some(group)),
        ("public", 0o710, owner, Some(group)),
        ("private", 0o700, owner, None),
        ("pid", 0o755, 0, None),
    ] {
        let found = fs::metadata(system.path("queue").join(name)).unwrap();
        assert_eq!((found.mode() & 0o777, found.uid()), (mode, uid), "{name}");
        assert!(gid.is_none_or(|gid| found.gid() == gid), "{name}");
    }
}

/// Postfix's master opens this lock as mail_owner: after us it must be able to.
#[test]
fn the_lock_in_the_data_directory_belongs_to_mail_owner() {
    use std::os::unix::fs::MetadataExt;
    if !os::jail::is_root() {
        return eprintln!("only root can give files away");
    }
    let system = System::start("", "");
    let owner = os::users::User::by_name("daemon").unwrap().unwrap().uid;
    assert_eq!(fs::metadata(system.path("data/master.lock")).unwrap().uid(), owner);
}

/// S9: a set-gid program reads no configuration that its caller made; without the bit there is nothing to guard.
#[test]
fn only_the_set_gid_bit_makes_a_strange_configuration_a_danger() {
    use std::os::unix::process::CommandExt;
    if !os::jail::is_root() {
        return eprintln!("only root can make set-gid programs");
    }
    let system = System::new("", "");
    let program = system.path("sbin/postqueue");
    let home = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
    fs::copy(home.join("postqueue"), &program).unwrap();
    let said = || {
        let mut postqueue = std::process::Command::new(&program);
        postqueue.arg("-c").arg(system.path("etc")).arg("-p").uid(1).gid(1);
        String::from_utf8_lossy(&postqueue.output().unwrap().stderr).into_owned()
    };
    let plain = said();
    assert!(!plain.contains("unauthorized") && plain.contains("mail system is down"), "{plain}");
    let mail = os::users::Group::by_name("mail").unwrap().unwrap().gid;
    std::os::unix::fs::chown(&program, None, Some(mail)).unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o2755)).unwrap();
    let guarded = said();
    assert!(guarded.contains("unauthorized configuration directory name"), "{guarded}");
}

/// In a folder of one's own every submission belongs to mail_owner, as a requeued queue file does. Both are taken.
#[test]
fn mail_that_mail_owner_submits_is_carried_like_any_other() {
    use std::os::unix::process::CommandExt;
    if !os::jail::is_root() {
        return eprintln!("only root can act as mail_owner");
    }
    let master = "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
                  rewrite unix - - n - - trivial-rewrite\n";
    let system = System::start("defer_transports = error\n", master);
    let home = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
    for (program, name) in [("posthaste", "sendmail"), ("postdrop", "postdrop")] {
        std::os::unix::fs::symlink(home.join(program), system.path("sbin").join(name)).unwrap();
    }
    let owner = os::users::User::by_name("daemon").unwrap().unwrap();
    let mut sendmail = std::process::Command::new(system.path("sbin/sendmail"));
    sendmail.arg("-C").arg(system.path("etc")).args(["-f", "a@example.com", "b@example.org"]);
    let input = fs::File::open("/dev/null").unwrap();
    assert!(sendmail.stdin(input).uid(owner.uid).gid(owner.gid).status().unwrap().success());
    system.wait_log("from=<a@example.com>, size=");
    assert_eq!(system.count_log("warning: maildrop"), 0, "{}", system.log());
}
