//! Damaged queue files of every kind, met by a running system. They go to `corrupt` at first sight, and mail that is
//! well does not wait for them.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may stop at once

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;
use system::{PATIENCE, System};
use testkit::patience::wait_for;

/// QUE-011; issues of cut records, wrong lengths, wrong types, numbers out of range and pointers that lead nowhere.
#[test]
fn damaged_files_are_set_aside_at_once_and_delay_nobody() {
    let mut system = System::new(&main_cf(), MASTER_CF);
    fs::create_dir(system.path("box")).unwrap();
    own(&system.path("box"));
    system.run();
    send(&system, "keep@example.test", "sample@example.test");
    let sample = wait_for(PATIENCE, || Some(fs::read(files(&system, "hold").first()?).unwrap())).unwrap();
    let usual = slowest(&system, "usual");
    assert!(system.stop());

    let damages = damages(&sample);
    assert!(damages.len() > 150, "{} kinds of damage", damages.len());
    for (number, damage) in damages.iter().enumerate() {
        place(&system, number, &damage.bytes);
    }
    system.run();
    let beside_damage = slowest(&system, "healthy");
    assert!(beside_damage < usual + 1.0, "healthy mail took {beside_damage} s, before {usual} s");

    let certain: BTreeSet<String> =
        (0..).zip(&damages).filter(|(_, d)| d.certain).map(|(number, _)| name(number)).collect();
    let set_aside = || files(&system, "corrupt").iter().map(|path| base(path)).collect::<BTreeSet<_>>();
    let all_set_aside = wait_for(PATIENCE, || certain.is_subset(&set_aside()).then_some(()));
    let missing: Vec<_> = certain.difference(&set_aside()).cloned().collect();
    let kinds = (0..).zip(&damages).filter(|(number, _)| missing.contains(&name(*number)));
    let kinds: Vec<_> = kinds.map(|(number, damage)| format!("{}: {}", name(number), damage.what)).collect();
    assert!(all_set_aside.is_some(), "not set aside: {kinds:#?}\n{}", system.log());

    // What may still make sense is delivered or returned; nothing hangs about, nothing is looked at twice.
    let waiting = || ["incoming", "active"].map(|queue| files(&system, queue).len());
    let idle = wait_for(PATIENCE, || (waiting() == [0, 0]).then_some(()));
    assert!(idle.is_some(), "{:?} files hang about in incoming and active:\n{}", waiting(), system.log());
    let log = system.log();
    for id in set_aside() {
        assert_eq!(log.matches(&format!("saving corrupt file \"{id}\"")).count(), 1, "{id}");
    }
    for word in ["panic", "exit status", "killed by signal", "throttling"] {
        assert!(!log.contains(word), "{word} in\n{log}");
    }
}

/// One way to spoil a file.
struct Damage {
    what: String,
    bytes: Vec<u8>,
    /// Nobody could make sense of it; otherwise what is left may by chance be a message.
    certain: bool,
}

fn damages(sample: &[u8]) -> Vec<Damage> {
    let records = records(sample);
    let mut damages = Vec::new();
    for record in &records {
        cuts(sample, record, &mut damages);
        lengths(sample, record, &mut damages);
        types(sample, record, &mut damages);
    }
    sizes(sample, &mut damages);
    pointers(sample, &records, &mut damages);
    for (what, bytes) in [("empty", ""), ("text", "From alice\n\nhello\n"), ("zeros", "\0\0\0\0\0\0\0\0")] {
        damages.push(Damage { what: what.to_owned(), bytes: bytes.into(), certain: true });
    }
    damages
}

/// A record of the sample: type, and where type, data and the next record stand.
struct Record {
    kind: char,
    start: usize,
    data: usize,
    end: usize,
}

/// The records of a file without pointers; lengths in 7-bit groups, least significant first.
fn records(bytes: &[u8]) -> Vec<Record> {
    let (mut records, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let (start, mut length, mut shift) = (at, 0, 0);
        loop {
            at += 1;
            length |= usize::from(bytes[at] & 0x7f) << shift;
            shift += 7;
            if bytes[at] & 0x80 == 0 {
                break;
            }
        }
        let data = at + 1;
        at = data + length;
        records.push(Record { kind: char::from(bytes[start]), start, data, end: at });
    }
    records
}

fn cuts(sample: &[u8], record: &Record, damages: &mut Vec<Damage>) {
    for at in BTreeSet::from([record.start, record.start + 1, usize::midpoint(record.data, record.end)]) {
        let what = format!("cut at {at}, in record {}", record.kind);
        damages.push(Damage { what, bytes: sample[..at].to_vec(), certain: at < sample.len() });
    }
}

fn lengths(sample: &[u8], record: &Record, damages: &mut Vec<Damage>) {
    let length = record.end - record.data;
    for wrong in [length.saturating_sub(1), length + 1, 0, 0x7f].into_iter().filter(|wrong| *wrong != length)
    {
        let mut bytes = sample.to_vec();
        bytes[record.start + 1] = u8::try_from(wrong & 0x7f).unwrap();
        let what = format!("length {wrong} instead of {length} of record {}", record.kind);
        damages.push(Damage { what, bytes, certain: false });
    }
    let huge = [&sample[..=record.start], b"\xff\xff\xff\xff\x7f", &sample[record.data..]].concat();
    damages.push(Damage {
        what: format!("huge length of record {}", record.kind),
        bytes: huge,
        certain: true,
    });
}

fn types(sample: &[u8], record: &Record, damages: &mut Vec<Damage>) {
    // Without these there is no message; others may be missing, as far as their types tell.
    let certain = "CTSMXE".contains(record.kind) || record.kind == 'N';
    for wrong in [b'R', b'?', b'E', b'M', 0] {
        let mut bytes = sample.to_vec();
        bytes[record.start] = wrong;
        let what = format!("type {:?} instead of {}", char::from(wrong), record.kind);
        let certain = certain && bytes != sample;
        damages.push(Damage { what, bytes, certain });
    }
}

/// The size record: six numbers of 15 digits with blanks between.
fn sizes(sample: &[u8], damages: &mut Vec<Damage>) {
    let (content_size, data_offset) = (2, 18);
    let number =
        |at: usize| -> i64 { std::str::from_utf8(&sample[at..at + 15]).unwrap().trim().parse().unwrap() };
    for at in [content_size, data_offset] {
        let right = number(at);
        for wrong in [-1, right - 1, right + 1, 99_999_999, 999_999_999_999_999] {
            let mut bytes = sample.to_vec();
            bytes[at..at + 15].copy_from_slice(format!("{wrong:15}").as_bytes());
            damages.push(Damage {
                what: format!("{wrong} at {at} of the size record"),
                bytes,
                certain: true,
            });
        }
    }
    let mut bytes = sample.to_vec();
    bytes[content_size..content_size + 15].copy_from_slice(b"a number, maybe");
    damages.push(Damage { what: "no number in the size record".to_owned(), bytes, certain: true });
    // The sum is right, the place is not.
    let mut bytes = sample.to_vec();
    let (size, offset) = (number(content_size) + 1, number(data_offset) - 1);
    bytes[content_size..data_offset + 15].copy_from_slice(format!("{size:15} {offset:15}").as_bytes());
    damages.push(Damage { what: "content begins one byte earlier".to_owned(), bytes, certain: true });
}

/// A pointer in the place of an attribute.
fn pointers(sample: &[u8], records: &[Record], damages: &mut Vec<Damage>) {
    let attribute = records.iter().find(|r| r.kind == 'A' && r.end - r.data >= 17).unwrap();
    let padding = attribute.end - attribute.data - 17;
    for (target, what) in [
        ("999999999".to_owned(), "beyond the end"),
        (sample.len().to_string(), "at the end"),
        ("-5".to_owned(), "negative"),
        ("somewhere".to_owned(), "no number"),
        (attribute.start.to_string(), "to itself"),
    ] {
        let mut record = format!("p\x0f{target:>15}").into_bytes();
        record.extend([b'w', u8::try_from(padding).unwrap()]);
        record.resize(attribute.end - attribute.start, b' ');
        let bytes = [&sample[..attribute.start], &record, &sample[attribute.end..]].concat();
        assert_eq!(bytes.len(), sample.len());
        damages.push(Damage { what: format!("pointer {what}"), bytes, certain: true });
    }
}

fn name(number: usize) -> String {
    format!("{number:05X}1F")
}

/// By turns in the queues where the queue manager finds files.
fn place(system: &System, number: usize, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    let queue = ["incoming", "active", "deferred/0"][number % 3];
    let folder = system.path("queue").join(queue);
    let is_new = !folder.exists();
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name(number));
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    own(&path);
    if is_new {
        own(&folder);
    }
}

fn own(path: &Path) {
    let (uid, gid) = owner();
    std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
}

fn send(system: &System, from: &str, to: &str) {
    let (mut client, _) = system.client();
    client.ask("EHLO client.example.org");
    client.ask(&format!("MAIL FROM:<{from}>"));
    let reply = client.ask(&format!("RCPT TO:<{to}>"));
    assert!(reply.starts_with("250"), "{reply}");
    client.ask("DATA");
    let reply = client.ask("Subject: one\r\n\r\nfirst line\r\nsecond line\r\n.");
    assert!(reply.starts_with("250"), "{reply}");
}

/// Sends some mail and tells the longest time that one needed, as the log of its delivery says.
fn slowest(system: &System, kind: &str) -> f64 {
    for number in 0..MAILS {
        send(system, "a@example.test", &format!("{kind}{number}@example.test"));
    }
    let delays = || -> Vec<f64> {
        let log = system.log();
        let lines = log.lines().filter(|l| l.contains(&format!("to=<{kind}")) && l.contains("status=sent"));
        lines.filter_map(|line| line.split_once(", delay=")?.1.split(',').next()?.parse().ok()).collect()
    };
    let delays =
        wait_for(PATIENCE.max(Duration::from_secs(30)), || Some(delays()).filter(|d| d.len() == MAILS));
    delays
        .unwrap_or_else(|| panic!("{kind} mail is not delivered:\n{}", system.log()))
        .into_iter()
        .fold(0.0, f64::max)
}

fn files(system: &System, queue: &str) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(system.path("queue").join(queue)).unwrap();
    entries.flatten().map(|entry| entry.path()).collect()
}

fn base(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Mail for example.test goes to maildirs; what comes from keep@example.test is held.
fn main_cf() -> String {
    let (uid, gid) = owner();
    format!(
        "smtpd_sender_restrictions = check_sender_access inline:{{keep@example.test=HOLD}}\n\
         virtual_mailbox_domains = example.test\nvirtual_mailbox_base = $DIR/box\n\
         virtual_mailbox_maps = static:all/\nvirtual_minimum_uid = 1\n\
         virtual_uid_maps = static:{uid}\nvirtual_gid_maps = static:{gid}\n\
         maximal_queue_lifetime = 5d\nminimal_backoff_time = 1h\n"
    )
}

/// Whose the queue and the mailboxes are.
fn owner() -> (u32, u32) {
    let user = match os::jail::is_root() {
        true => os::users::User::by_name("daemon"),
        false => os::users::User::by_uid(os::jail::effective_uid()),
    };
    let user = user.unwrap().unwrap();
    (user.uid, user.gid)
}

const MAILS: usize = 10;
const MASTER_CF: &str = "$SMTP inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
";
