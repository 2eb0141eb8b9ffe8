//! The bounce, defer and trace logs: text files named like the message, one record for each recipient.
//! A log must be safe on disk before the recipient is marked done, or a crash could lose the notice.

use crate::{Queue, QueueError, QueueName};
use mail::{Address, Diagnosis, Enhanced, Notify, Outcome, QueueId, Recipient, RemoteMta};
use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Read, Write};

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// Failed for good.
    Bounce,
    /// To be tried again.
    Defer,
    /// Somebody wants to know what happened.
    Trace,
}

impl LogKind {
    /// The directory.
    pub fn queue(self) -> QueueName {
        match self {
            Self::Bounce => QueueName::Bounce,
            Self::Defer => QueueName::Defer,
            Self::Trace => QueueName::Trace,
        }
    }
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Who.
    pub recipient: Recipient,
    /// The class digit of the status: 2, 4 or 5.
    pub class: u8,
    /// RFC 3464 `Action:`: `failed`, `delayed`, `delivered`, `relayed`, `expanded`, `deliverable`, ...
    pub action: String,
    /// Why. Its own `action` is not used.
    pub diagnosis: Diagnosis,
}

impl LogEntry {
    /// From the outcome of a delivery attempt, with the action that goes with it unless it names its own.
    pub fn new(recipient: &Recipient, outcome: &Outcome) -> Self {
        let diagnosis = outcome.diagnosis();
        let usual = match outcome {
            Outcome::Sent(_) => "delivered",
            Outcome::Deferred(_) => "delayed",
            Outcome::Bounced(_) => "failed",
        };
        Self {
            recipient: recipient.clone(),
            class: outcome.class(),
            action: diagnosis.action.clone().unwrap_or_else(|| usual.to_owned()),
            diagnosis: Diagnosis { action: None, ..diagnosis.clone() },
        }
    }

    /// The text of the record. `compatible`: `backwards_bounce_logfile_compatibility`.
    pub fn format(&self, compatible: bool) -> String {
        let address = external(&self.recipient.address);
        let mut out = String::from("\n");
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                out.push_str(&format!("{name}{}\n", clean(value)));
            }
        };
        if compatible {
            let shown = if address == "<>" { String::new() } else { address.clone() };
            line("", &format!("<{shown}>: {}", self.diagnosis.reason));
        }
        line("recipient=", &address);
        let original = &self.recipient.original;
        if !original.is_null() && !original.as_str().eq_ignore_ascii_case(self.recipient.address.as_str()) {
            line("original_recipient=", &external(original));
        }
        line("offset=", &nonzero(self.recipient.offset));
        line("dsn_orig_rcpt=", &self.recipient.dsn_orcpt);
        line("notify_flags=", &nonzero(self.recipient.notify.0.into()));
        line("status=", &self.diagnosis.enhanced.with_class(self.class));
        line("action=", &self.action);
        if let Some((kind, text)) = &self.diagnosis.diagnostic {
            line("diag_type=", kind);
            line("diag_text=", text);
        }
        if let Some(mta) = &self.diagnosis.remote_mta {
            line("mta_type=", &mta.kind);
            line("mta_mname=", &mta.name);
        }
        line("reason=", &self.diagnosis.reason);
        out + "\n"
    }
}

impl Queue {
    /// Appends to the log of a message, safe on disk when this returns. On a failure the log is as it was.
    pub fn append_log(
        &self,
        kind: LogKind,
        id: &QueueId,
        entry: &LogEntry,
        compatible: bool,
    ) -> io::Result<()> {
        let (mut file, new) = self.open_log_to_append(kind, id)?;
        rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
        let length = file.metadata()?.len();
        let result = file.write_all(entry.format(compatible).as_bytes()).and_then(|()| file.sync_all());
        if let Err(error) = result {
            // Best effort: half a record at the end is skipped by the reader.
            let _ = file.set_len(length);
            return Err(error);
        }
        if new { self.sync_parent(kind.queue(), id) } else { Ok(()) }
    }

    /// All records of the log of a message; none when there is no log.
    pub fn read_log(&self, kind: LogKind, id: &QueueId) -> Result<Vec<LogEntry>, QueueError> {
        let path = self.path(kind.queue(), id);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut file = match rustix::fs::openat(self.root(), path, flags, Mode::empty()) {
            Ok(descriptor) => File::from(descriptor),
            Err(Errno::NOENT) => return Ok(Vec::new()),
            Err(errno) => return Err(errno.into()),
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(parse_log(&String::from_utf8_lossy(&bytes)))
    }

    /// Removes the log of a message. False when there is none.
    pub fn remove_log(&self, kind: LogKind, id: &QueueId) -> io::Result<bool> {
        self.remove(kind.queue(), id)
    }

    fn open_log_to_append(&self, kind: LogKind, id: &QueueId) -> io::Result<(File, bool)> {
        let path = self.path(kind.queue(), id);
        let base = OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open =
            |more| rustix::fs::openat(self.root(), path.as_str(), base | more, Mode::RUSR | Mode::WUSR);
        match open(OFlags::empty()) {
            Ok(descriptor) => return Ok((descriptor.into(), false)),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
        let descriptor = match open(OFlags::CREATE) {
            Err(Errno::NOENT) => {
                self.make_parents(kind.queue(), id)?;
                open(OFlags::CREATE)
            }
            result => result,
        }?;
        Ok((descriptor.into(), true))
    }
}

/// Reads a log; what it can't understand it leaves out.
pub fn parse_log(text: &str) -> Vec<LogEntry> {
    text.split("\n\n").filter_map(parse_entry).collect()
}

fn parse_entry(text: &str) -> Option<LogEntry> {
    let mut entry = LogEntry {
        recipient: Recipient::default(),
        class: 4,
        action: String::new(),
        diagnosis: Diagnosis::new(Enhanced::new(0, 0), ""),
    };
    let (mut diagnostic, mut mta) =
        ((String::new(), String::new()), RemoteMta { kind: String::new(), name: String::new() });
    let mut known = false;
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(old) = line.strip_prefix('<') {
            // The only line of very old files: `<recipient>: reason`.
            let Some((address, reason)) = old.split_once(">: ") else { continue };
            entry.recipient.address = Address::from_external(address);
            entry.diagnosis.reason = reason.to_owned();
            known = true;
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        match name {
            "recipient" => {
                entry.recipient.address = internal(value);
                known = true;
            }
            "original_recipient" => entry.recipient.original = internal(value),
            "offset" => entry.recipient.offset = value.parse().unwrap_or_default(),
            "dsn_orig_rcpt" => entry.recipient.dsn_orcpt = value.to_owned(),
            "notify_flags" => entry.recipient.notify = Notify(value.parse().unwrap_or_default()),
            "status" => {
                if let Some((class, enhanced)) = Enhanced::parse(value) {
                    entry.class = class;
                    entry.diagnosis.enhanced = enhanced;
                }
            }
            "action" => entry.action = value.to_owned(),
            "diag_type" => diagnostic.0 = value.to_owned(),
            "diag_text" => diagnostic.1 = value.to_owned(),
            "mta_type" => mta.kind = value.to_owned(),
            "mta_mname" => mta.name = value.to_owned(),
            "reason" => entry.diagnosis.reason = value.to_owned(),
            _ => {}
        }
    }
    entry.diagnosis.diagnostic = (!diagnostic.0.is_empty()).then_some(diagnostic);
    entry.diagnosis.remote_mta = (!mta.name.is_empty()).then_some(mta);
    known.then_some(entry)
}

fn external(address: &Address) -> String {
    if address.is_null() { "<>".to_owned() } else { address.to_external() }
}

fn internal(text: &str) -> Address {
    if text == "<>" { Address::null() } else { Address::from_external(text) }
}

fn nonzero(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// One line stays one line.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QueueOptions;

    /// As Postfix 3.7 wrote it.
    const REAL: &str = "\n<carol@remote.example>: deferred transport\nrecipient=carol@remote.example\n\
        offset=845\ndsn_orig_rcpt=rfc822;carol@remote.example\nnotify_flags=1\nstatus=4.3.2\naction=delayed\n\
        reason=deferred transport\n\n";

    #[test]
    fn a_log_of_postfix_is_read_and_written_alike() {
        let entries = parse_log(REAL);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].format(true), REAL);
        let twice = format!("{REAL}{REAL}");
        assert_eq!(parse_log(&twice).len(), 2);
    }

    #[test]
    fn everything_survives_a_round_trip() {
        let mut recipient = Recipient::new("bob x@example.org");
        recipient.original = Address::new("robert@example.org");
        recipient.offset = 7;
        let mut diagnosis = Diagnosis::new(Enhanced::new(1, 1), "host said no");
        diagnosis.remote_mta = Some(RemoteMta { kind: "dns".into(), name: "mx.example.org".into() });
        diagnosis.diagnostic = Some(("smtp".into(), "550 no".into()));
        for address in [recipient, Recipient::default()] {
            let entry = LogEntry::new(&address, &Outcome::Bounced(diagnosis.clone()));
            for compatible in [true, false] {
                assert_eq!(parse_log(&entry.format(compatible)), std::slice::from_ref(&entry));
            }
        }
    }

    #[test]
    fn line_ends_in_a_reason_make_no_new_lines() {
        let outcome = Outcome::Deferred(Diagnosis::new(Enhanced::new(3, 0), "a\n\nrecipient=evil"));
        let entries = parse_log(&LogEntry::new(&Recipient::new("bob"), &outcome).format(true));
        assert_eq!((entries.len(), entries[0].recipient.address.as_str()), (1, "bob"));
    }

    #[test]
    fn very_old_logs_and_half_records_are_read_as_far_as_they_go() {
        let entries = parse_log("<a@example.org>: because\n<b@example");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].diagnosis.reason, "because");
        assert!(parse_log("\n\n\ngarbage\n\n").is_empty());
    }

    #[test]
    fn logs_are_appended_read_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("defer")).unwrap();
        let queue = Queue::open(dir.path(), &QueueOptions::default()).unwrap();
        let id = QueueId::parse("4FDF798C123").unwrap();
        assert!(queue.read_log(LogKind::Defer, &id).unwrap().is_empty());
        let entry = &parse_log(REAL)[0];
        for _ in 0..2 {
            queue.append_log(LogKind::Defer, &id, entry, true).unwrap();
        }
        assert_eq!(queue.read_log(LogKind::Defer, &id).unwrap(), [entry.clone(), entry.clone()]);
        assert!(queue.remove_log(LogKind::Defer, &id).unwrap());
    }
}
