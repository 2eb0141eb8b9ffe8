//! Listings of a long queue, in little memory.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may stop at once

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use system::{PATIENCE, System};
use testkit::patience::wait_for;

/// CMD-024, OPT-092, OPT-093: what is listed goes out as it is found; nobody holds the whole list.
#[test]
fn a_long_queue_is_listed_in_little_memory() {
    let mut system = System::new("", "showq unix n - n - - showq\n");
    system.run();
    fill(&system, 0..FEW);
    assert!(list(&system, "-p").contains(&format!(" in {FEW} Requests.")));
    let showq = wait_for(PATIENCE, || system.processes("showq").first().copied()).unwrap();
    let before = peak_memory(showq);

    fill(&system, FEW..MANY);
    let listed = list(&system, "-p");
    assert!(listed.contains(&format!(" in {MANY} Requests.")), "{}", listed.len());
    let json = list(&system, "-j");
    assert_eq!(json.lines().count(), MANY);
    assert!(json.len() > 2 * LIMIT * 1024, "too little to show anything: {}", json.len());
    let grown = peak_memory(showq).saturating_sub(before);
    assert!(grown < LIMIT, "showq grew by {grown} KiB");
}

/// postqueue with this many KiB for all its data.
fn list(system: &System, option: &str) -> String {
    let postqueue = beside("postqueue");
    let (path, etc) = (postqueue.display(), system.path("etc"));
    let script = format!("ulimit -d {LIMIT} && exec {path} -c {} {option}", etc.display());
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}{}", output.status, system.log());
    String::from_utf8(output.stdout).unwrap()
}

fn fill(system: &System, numbers: std::ops::Range<usize>) {
    let deferred = system.path("queue/deferred");
    for number in numbers {
        let name = format!("{number:05X}ABC");
        let folder = deferred.join(&name[..1]);
        if !folder.exists() {
            fs::create_dir(&folder).unwrap();
            own(&folder);
        }
        let path = folder.join(name);
        fs::write(&path, message(number)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        own(&path);
    }
}

/// A queue file with one recipient.
fn message(number: usize) -> Vec<u8> {
    let record =
        |kind: u8, data: &str| [&[kind, u8::try_from(data.len()).unwrap()], data.as_bytes()].concat();
    let domain = "a-rather-long-name-of-a-domain.example";
    let size = |data_offset: usize| format!("{:15} {data_offset:15} {:15} {:15} {:15} {:15}", 4, 1, 0, 4, 0);
    let records = |data_offset: usize| {
        [
            record(b'C', &size(data_offset)),
            record(b'T', "1795334447 0"),
            record(b'S', &format!("sender-{number}@{domain}")),
            record(b'R', &format!("recipient-{number}@{domain}")),
            record(b'M', ""),
        ]
        .concat()
    };
    let data_offset = records(0).len();
    [records(data_offset), record(b'N', "hi"), record(b'X', ""), record(b'E', "")].concat()
}

fn own(path: &Path) {
    if os::jail::is_root() {
        let owner = os::users::User::by_name("daemon").unwrap().unwrap();
        std::os::unix::fs::chown(path, Some(owner.uid), Some(owner.gid)).unwrap();
    }
}

/// KiB.
fn peak_memory(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn beside(program: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join(program)
}

const FEW: usize = 100;
const MANY: usize = 16_000;
/// KiB.
const LIMIT: usize = 1_600;
