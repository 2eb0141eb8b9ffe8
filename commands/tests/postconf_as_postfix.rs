//! postconf against Postfix's own postconf, on the same files: main.cf files as administrators have them
//! (`tests/data/main.cf`), with one master.cf. Both only read, so nothing needs to be shut off from the host.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

/// postconf -n shows what main.cf sets, every byte as Postfix does.
#[test]
fn settings_are_shown_as_postfix_shows_them() {
    compare(&[&["-n"], &["-nf"], &["-nh"], &["-nH"], &["-C", "user"], &["-C", "service", "-d"]]);
}

/// postconf -M, -F and -P show master.cf, every byte as Postfix does.
#[test]
fn master_cf_is_shown_as_postfix_shows_it() {
    compare(&[
        &["-M"],
        &["-Mf"],
        &["-Mx"],
        &["-F"],
        &["-Ff"],
        &["-FH"],
        &["-P"],
        &["-Px"],
        &["-Ph", "submission"],
    ]);
}

/// -x expands as Postfix does; in values that do not depend on the version.
#[test]
fn values_expand_as_postfix_expands_them() {
    let names = ["mydestination", "myorigin", "mynetworks", "relay_domains", "smtpd_sasl_local_domain"];
    let more = ["smtpd_timeout", "syslog_name", "smtpd_restriction_classes", "smtpd_client_restrictions"];
    let mut plain = vec!["-x"];
    plain.extend(names);
    let mut stressed = vec!["-x", "-o", "stress=yes"];
    stressed.extend(more);
    compare(&[&plain, &stressed]);
}

/// Names that are mistyped or that nobody uses draw the same warnings, in whatever order.
#[test]
fn unused_names_are_reported_as_postfix_reports_them() {
    let Some(postfix) = postfix() else { return };
    for file in main_cf_files() {
        let dir = directory_of(&file);
        let theirs = run(&postfix, dir.path(), &["-n"]);
        let theirs = String::from_utf8_lossy(&theirs.stderr).into_owned();
        let unused = |line: &str| line.split_once("unused parameter: ").map(|(_, what)| what.to_owned());
        let mut expected: Vec<String> = theirs.lines().filter_map(unused).collect();
        // Parameters that are gone are reported in other words.
        expected.retain(|what| !GONE.iter().any(|name| what.starts_with(name)));
        let answer = ours(dir.path(), &["-n"]);
        let mut seen: Vec<String> = answer.afterthoughts.iter().filter_map(|line| unused(line)).collect();
        expected.sort();
        seen.sort();
        assert_eq!(seen, expected, "{}", file.display());
    }
}

/// Edits leave the same file behind.
#[test]
fn edits_leave_the_file_that_postfix_leaves() {
    let Some(postfix) = postfix() else { return };
    let edits: &[&[&str]] = &[
        &["-e", "myhostname = new.example"],
        &["-e", "relayhost="],
        &["zzz_new=a  b"],
        &["-X", "myhostname", "smtpd_recipient_restrictions"],
        &["-#", "mynetworks", "debugger_command"],
        &["-Me", "smtp/inet=smtp inet n - n - 5 smtpd -v"],
        &["-MX", "submission/inet"],
        &["-M#", "submission/inet", "relay/unix"],
        &["-F", "*/unix/chroot=n"],
        &["-P", "submission/inet/smtpd_client_restrictions=reject", "relay/unix/a=b"],
        &["-PX", "submission/inet/syslog_name"],
    ];
    for file in main_cf_files().iter().step_by(3) {
        for edit in edits {
            let (theirs, our) = (directory_of(file), directory_of(file));
            assert!(run(&postfix, theirs.path(), edit).status.success());
            assert_eq!(ours(our.path(), edit).fatal, None);
            for name in ["main.cf", "master.cf"] {
                let expected = fs::read_to_string(theirs.path().join(name)).unwrap();
                let seen = fs::read_to_string(our.path().join(name)).unwrap();
                assert_eq!(seen, expected, "{} {edit:?}", file.display());
            }
        }
    }
}

/// Runs both on every file with each set of options, and compares what they print.
fn compare(runs: &[&[&str]]) {
    let Some(postfix) = postfix() else { return };
    for file in main_cf_files() {
        let dir = directory_of(&file);
        for options in runs {
            let theirs = run(&postfix, dir.path(), options);
            assert!(theirs.status.success(), "{}: {options:?}", file.display());
            let answer = ours(dir.path(), options);
            assert_eq!(answer.fatal, None, "{}: {options:?}", file.display());
            let expected = String::from_utf8_lossy(&theirs.stdout);
            assert_eq!(answer.out, expected, "{}: {options:?}", file.display());
        }
    }
}

fn run(postfix: &Path, dir: &Path, options: &[&str]) -> Output {
    Command::new(postfix).arg("-c").arg(dir).args(options).output().unwrap()
}

fn ours(dir: &Path, options: &[&str]) -> commands::postconf::Answer {
    let mut args = vec![OsString::from("-c"), dir.into()];
    args.extend(options.iter().map(OsString::from));
    commands::postconf::answer(&args)
}

/// Postfix's postconf. Without it the test fails, unless POSTHASTE_NO_ORACLE says that there is none here.
fn postfix() -> Option<PathBuf> {
    let found = ["/usr/sbin/postconf", "/usr/local/sbin/postconf"].into_iter().map(PathBuf::from);
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        let said = std::env::var_os("POSTHASTE_NO_ORACLE").is_some();
        assert!(
            said,
            "no Postfix to compare with: install Debian's package, or set POSTHASTE_NO_ORACLE to go without"
        );
        eprintln!("not compared with Postfix: POSTHASTE_NO_ORACLE is set");
    }
    found
}

fn main_cf_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(data().join("main.cf")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20);
    files
}

/// A configuration directory with the file as main.cf. Postfix waits while main.cf is fresh, so it gets old.
fn directory_of(main_cf: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (from, to) in [(main_cf.to_owned(), "main.cf"), (data().join("master.cf"), "master.cf")] {
        let copy = dir.path().join(to);
        fs::copy(from, &copy).unwrap();
        let file = File::options().append(true).open(&copy).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }
    dir
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data")
}

const GONE: [&str; 4] = [
    "smtpd_sasl_application_name=",
    "smtp_skip_4xx_greeting=",
    "lmtp_cache_connection=",
    "enable_errors_to=",
];
