//! The listing itself: each message with the reasons of its defer log first, then the recipients that have none.

use mail::Address;
use queue::{Entry, Found, LogKind, MessageFile, Queue, QueueError, QueueName};
use record::Envelope;
use std::collections::HashSet;
use std::sync::Arc;

/// One walk through all queues.
pub(super) struct Listing<'a> {
    pub(super) queue: &'a Arc<Queue>,
    pub(super) warn: &'a dyn Fn(String),
}

impl Listing<'_> {
    /// Hands out the listing in pieces until `send` says that nobody listens.
    pub(super) fn run(&self, send: &mut dyn FnMut(Vec<u8>) -> bool) {
        let mut out = Vec::new();
        attribute(&mut out, "protocol", "mail_queue_list_protocol");
        out.push(0);
        for name in QUEUES {
            for entry in self.queue.scan(name) {
                match entry {
                    Ok(entry) => self.entry(name, &entry, &mut out),
                    Err(error) => (self.warn)(format!("scan {name}: {error}")),
                }
                if out.len() >= PIECE && !send(std::mem::take(&mut out)) {
                    return;
                }
            }
        }
        out.push(0);
        send(out);
    }

    fn entry(&self, name: QueueName, entry: &Entry, out: &mut Vec<u8>) {
        let Found::Message(id) = &entry.found else { return };
        let envelope = match self.envelope(name, entry) {
            Ok(envelope) => envelope,
            Err(QueueError::Gone) => return,
            Err(error) => return (self.warn)(format!("{}: {error}", entry.path)),
        };
        let arrival = if envelope.arrival.seconds > 0 { envelope.arrival } else { entry.modified };
        // A file in maildrop has no size record; its own size is near enough.
        let size = if name == QueueName::Maildrop { entry.size as i64 } else { envelope.size.content_length };
        let expire = entry.mode & Entry::EXPIRE != 0;
        attribute(out, "queue_name", name.as_str());
        attribute(out, "queue_id", id.as_str());
        attribute(out, "time", &arrival.seconds.to_string());
        attribute(out, "size", &size.to_string());
        attribute(out, "forced_expire", if expire { "1" } else { "0" });
        attribute(out, "sender", &shown(&envelope.sender));
        let mut told = HashSet::new();
        if name != QueueName::Maildrop {
            for reason in self.queue.read_log(LogKind::Defer, id).unwrap_or_default() {
                let address = shown(&reason.recipient.address);
                attribute(out, "recipient", &address);
                attribute(out, "reason", &reason.diagnosis.reason);
                told.insert(address.to_lowercase());
            }
        }
        for recipient in &envelope.recipients {
            let address = shown(&recipient.address);
            if !told.contains(&address.to_lowercase()) {
                attribute(out, "recipient", &address);
                attribute(out, "reason", "");
            }
        }
        out.push(0);
    }

    fn envelope(&self, name: QueueName, entry: &Entry) -> Result<Envelope, QueueError> {
        let Found::Message(id) = &entry.found else { return Err(QueueError::Gone) };
        let file = MessageFile::open(self.queue, name, id)?;
        match file.envelope(usize::MAX) {
            // Requeued messages in maildrop are whole queue files, new ones are not.
            Err(QueueError::Damaged(_)) if name == QueueName::Maildrop => {
                Ok(Envelope::read_maildrop(file.source())?)
            }
            result => result,
        }
    }
}

fn attribute(out: &mut Vec<u8>, name: &str, value: &str) {
    for text in [name, value] {
        out.extend(text.bytes().map(|byte| if byte < b' ' || byte == 0x7f { b'?' } else { byte }));
        out.push(0);
    }
}

fn shown(address: &Address) -> String {
    if address.is_null() { "MAILER-DAEMON".to_owned() } else { address.to_external() }
}

/// Postfix's order.
const QUEUES: [QueueName; 5] =
    [QueueName::Maildrop, QueueName::Active, QueueName::Incoming, QueueName::Deferred, QueueName::Hold];
const PIECE: usize = 32 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Diagnosis, Enhanced, Outcome, Recipient, Timestamp};
    use queue::{Draft, LogEntry, QueueOptions};
    use record::{Kind, Size};

    fn message(queue: &Arc<Queue>) -> mail::QueueId {
        let mut draft = Draft::create(queue, Timestamp::from_seconds(7)).unwrap();
        draft.put(Kind::SIZE, Size::default().format().as_bytes()).unwrap();
        for (kind, data) in [
            (Kind::TIME, "1795525713 5"),
            (Kind::SENDER, ""),
            (Kind::DONE, "done@x"),
            (Kind::RECIPIENT, "bob@x"),
            (Kind::RECIPIENT, "carol@x"),
            (Kind::MESSAGE, ""),
        ] {
            draft.put(kind, data.as_bytes()).unwrap();
        }
        let data_offset = draft.position() as i64;
        draft.put(Kind::EXTRACTED, b"").unwrap();
        draft.put(Kind::END, b"").unwrap();
        draft.set_size(&Size { data_offset, content_length: 313, ..Size::default() }).unwrap();
        draft.commit().unwrap()
    }

    #[test]
    fn a_deferred_message_is_listed_with_its_reasons_first() {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        let id = message(&queue);
        queue.defer(&id, QueueName::Incoming, Timestamp::from_seconds(9)).unwrap();
        let why = Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 1), "timed\nout"));
        queue
            .append_log(LogKind::Defer, &id, &LogEntry::new(&Recipient::new("Carol@x"), &why), true)
            .unwrap();
        let mut listing = Vec::new();
        let warn = |text: String| panic!("{text}");
        Listing { queue: &queue, warn: &warn }.run(&mut |piece| {
            listing.extend(piece);
            true
        });
        let expected = format!(
            "protocol|mail_queue_list_protocol||queue_name|deferred|queue_id|{id}|time|1795525713|size|313|\
             forced_expire|0|sender|MAILER-DAEMON|recipient|Carol@x|reason|timed?out|recipient|bob@x|reason|||"
        );
        let text = String::from_utf8(listing).unwrap().replace('\0', "|");
        assert_eq!(text, format!("{expected}|"));
    }
}
