//! A message in the active queue, as long as the queue manager works on it.

use ipc::bounce::Notice;
use ipc::deliver::ClientInfo;
use mail::{Notify, Outcome, QueueId, Recipient, Timestamp};
use queue::record::{Envelope, TraceFlags};
use queue::{MessageFile, QueueName};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// One active message.
pub struct Active {
    /// Its name.
    pub id: QueueId,
    /// The open, locked file.
    pub file: Arc<MessageFile>,
    /// The envelope; its recipients have been handed to the schedule.
    pub envelope: RefCell<Envelope>,
    /// When it entered the active queue.
    pub since: Timestamp,
    /// The one recipient left is the only one: when it is done, the file goes, and needs no mark.
    pub sole: bool,
    /// Its bounce log wants a notice.
    pub bounced: Cell<bool>,
    /// Its trace log wants a report.
    pub traced: Cell<bool>,
    /// Its place among the probes of verify(8), if it is one.
    pub pending_probe: Option<PendingProbe>,
    /// A delay could not be noted: returning the message now would leave somebody out.
    pub unnoted: Cell<bool>,
    /// Somebody who reads the content had a fault of this system: it may be the file's.
    pub suspect: Cell<bool>,
}

impl Active {
    /// When the message was first queued.
    pub fn created(&self) -> Timestamp {
        let envelope = self.envelope.borrow();
        envelope.create_time.map_or(envelope.arrival, Timestamp::from_seconds)
    }

    /// `sendmail -v`, `sendmail -bv` and probes.
    pub fn trace(&self) -> Trace {
        Trace::of(self.envelope.borrow().trace)
    }

    /// The delay warning was sent in an earlier pass.
    pub fn was_warned(&self) -> bool {
        self.envelope.borrow().warning.is_some_and(|w| w.time < 0)
    }

    /// What notices about the message need to know.
    pub fn notice(&self, disable_verp: bool) -> Notice {
        let envelope = self.envelope.borrow();
        Notice {
            queue_name: QueueName::Active.as_str().to_owned(),
            queue_id: self.id.clone(),
            data_offset: envelope.data_offset,
            data_size: u64::try_from(envelope.size.content_size).unwrap_or(0),
            arrival: envelope.arrival.seconds,
            encoding: envelope.attribute("encoding").unwrap_or_default().to_owned(),
            smtputf8: smtputf8(&envelope),
            sender: envelope.sender.clone(),
            envelope_id: envelope.envelope_id.clone().unwrap_or_default(),
            ret: envelope.ret,
            verp: envelope.verp.clone().filter(|_| !disable_verp),
            verify: Trace::of(envelope.trace).reports(),
        }
    }
}

/// RFC 6531: asked for, or needed by header, sender or recipient.
pub fn smtputf8(envelope: &Envelope) -> bool {
    envelope.size.send_options & SMTPUTF8 != 0
}

/// What is known of the client that gave us the message.
pub fn client(envelope: &Envelope) -> ClientInfo {
    let text = |name: &str| envelope.attribute(name).unwrap_or_default().to_owned();
    ClientInfo {
        name: text("log_client_name"),
        address: text("log_client_address"),
        port: text("log_client_port"),
        protocol: text("log_protocol_name"),
        helo: text("log_helo_name"),
        ident: text("log_ident"),
        sasl_method: text("sasl_method"),
        sasl_username: text("sasl_username"),
        sasl_sender: text("sasl_sender"),
    }
}

/// The `trace_flags` of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace(i64);

impl Trace {
    /// The trace flags of an envelope.
    pub fn of(flags: Option<TraceFlags>) -> Self {
        Self(flags.map_or(0, |trace| trace.flags))
    }

    /// Nothing is delivered: only find out.
    pub fn probes(self) -> bool {
        self.0 & (PROBE_OF_OURS | PROBE_OF_THE_SENDER) != 0
    }

    /// verify(8) hears of the outcome.
    pub fn verifies(self) -> bool {
        self.0 & PROBE_OF_OURS != 0
    }

    /// The sender gets a report about every recipient.
    pub fn reports(self) -> bool {
        self.0 & (PROBE_OF_THE_SENDER | RECORD) != 0
    }
}

/// Counts the probes of verify(8) in the active queue; each is counted as long as it lives.
pub struct PendingProbe(Rc<Cell<usize>>);

impl PendingProbe {
    /// One more.
    pub fn new(count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self(count.clone())
    }
}

impl Drop for PendingProbe {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Does the sender want to hear of this success (RFC 3461 NOTIFY=SUCCESS, `confirm_delay_cleared`)? Not when the next
/// system takes over the duty to tell, which the agent says with an empty action.
pub fn success_wanted(recipient: &Recipient, outcome: &Outcome, delay_cleared: bool) -> bool {
    let Outcome::Sent(diagnosis) = outcome else { return false };
    let told_by_others = diagnosis.action.as_deref() == Some("");
    let asked = recipient.notify.has(Notify::SUCCESS);
    (asked && !told_by_others) || (delay_cleared && recipient.notify.wants_delay())
}

/// `sendmail -bv` and `-v`, address verification: bits of `trace_flags` in queue files.
const PROBE_OF_OURS: i64 = 1 << 8;
const PROBE_OF_THE_SENDER: i64 = 1 << 9;
const RECORD: i64 = 1 << 10;
/// Bits of the size record's send options: requested, and needed by header, sender, recipient.
const SMTPUTF8: i64 = 0b1111;

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Diagnosis, Enhanced};

    fn sent(action: Option<&str>) -> Outcome {
        let why = Diagnosis::new(Enhanced::new(0, 0), "250 ok");
        Outcome::Sent(Diagnosis { action: action.map(str::to_owned), ..why })
    }

    #[test]
    fn success_is_told_once_and_only_to_those_who_asked() {
        let asked = Recipient { notify: Notify::SUCCESS, ..Recipient::new("a@x") };
        let silent = Recipient::new("a@x");
        assert!(success_wanted(&asked, &sent(Some("relayed")), false));
        assert!(!success_wanted(&asked, &sent(Some("")), false), "the next system will tell");
        assert!(!success_wanted(&silent, &sent(None), false));
        assert!(success_wanted(&silent, &sent(None), true), "after a delay warning");
    }

    #[test]
    fn trace_flags_are_those_of_queue_files() {
        let trace = |flags| Trace::of(Some(TraceFlags { flags, offset: 0 }));
        assert!(trace(1024).reports() && !trace(1024).probes());
        assert!(trace(512).reports() && trace(512).probes());
        assert!(!trace(256).reports() && trace(256).probes() && trace(256).verifies());
        assert!(!trace(512).verifies());
        assert!(!Trace::of(None).reports());
    }
}
