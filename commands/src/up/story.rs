//! The life of each message in plain words, made from the lines of the ordinary log.

use std::collections::HashMap;

/// What is known of messages whose life is being told.
#[derive(Default)]
pub(super) struct Story {
    clients: HashMap<String, String>,
}

impl Story {
    /// A sentence for this line of the log; None for lines that are not for a first look.
    pub(super) fn tell(&mut self, line: &str) -> Option<String> {
        let (head, text) = line.split_once("]: ")?;
        let program = head.rsplit_once('[')?.0.rsplit_once('/')?.1;
        let time = line.get(7..15).unwrap_or_default();
        if ["warning: ", "error: ", "fatal: ", "panic: "].iter().any(|word| text.starts_with(word)) {
            return Some(format!("{time}  {program}: {text}"));
        }
        if let Some(refusal) = text.strip_prefix("NOQUEUE: reject: ") {
            return Some(format!("{time}  refused: {refusal}"));
        }
        let (id, rest) = text.split_once(": ")?;
        self.about_message(program, id, rest).map(|sentence| format!("{time}  {id}  {sentence}"))
    }

    fn about_message(&mut self, program: &str, id: &str, text: &str) -> Option<String> {
        match program {
            "smtpd" => {
                let client = text.strip_prefix("client=")?.split(',').next()?;
                self.clients.insert(id.to_owned(), format!("by SMTP from {client}"));
                None
            }
            "pickup" => {
                self.clients.insert(id.to_owned(), "by the sendmail command".to_owned());
                None
            }
            "qmgr" => self.queue(id, text),
            "bounce" => Some(text.to_owned()),
            _ if text.starts_with("to=<") => Some(delivery(text)),
            _ => None,
        }
    }

    fn queue(&mut self, id: &str, text: &str) -> Option<String> {
        if text.starts_with("removed") {
            self.clients.remove(id);
            return Some("done, removed from the queue".to_owned());
        }
        let sender = field(text, "from=<", ">")?;
        let sender = if sender.is_empty() { "the mail system" } else { sender };
        let (size, count) = (field(text, "size=", ",")?, field(text, "nrcpt=", " ")?);
        let way = self.clients.remove(id).unwrap_or_else(|| "from the queue".to_owned());
        let plural = if count == "1" { "" } else { "s" };
        Some(format!("from {sender}, {size} bytes, for {count} recipient{plural}, {way}"))
    }
}

fn delivery(text: &str) -> String {
    let recipient = field(text, "to=<", ">").unwrap_or_default();
    let relay = field(text, "relay=", ",").unwrap_or_default();
    let (_, fate) = text.split_once("status=").unwrap_or_default();
    let (word, reason) = fate.split_once(" (").unwrap_or((fate, ""));
    let reason = reason.strip_suffix(')').unwrap_or(reason);
    let what = match word {
        "sent" => "delivered to",
        "deferred" => "has to wait for",
        "bounced" => "cannot be delivered to",
        other => other,
    };
    format!("{what} {recipient} by {relay}: {reason}")
}

fn field<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    rest.split_once(after).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_told_in_order() {
        let lines = "\
Nov 24 13:04:05 host postfix/smtpd[1]: connect from localhost[127.0.0.1]
Nov 24 13:04:05 host postfix/smtpd[1]: 4F0D2: client=localhost[127.0.0.1]
Nov 24 13:04:05 host postfix/qmgr[2]: 4F0D2: from=<me@example.test>, size=300, nrcpt=1 (queue active)
Nov 24 13:04:05 host postfix/virtual[3]: 4F0D2: to=<alice@example.test>, relay=virtual, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
Nov 24 13:04:05 host postfix/qmgr[2]: 4F0D2: removed";
        let mut story = Story::default();
        let told: Vec<String> = lines.lines().filter_map(|line| story.tell(line)).collect();
        let expected = [
            "13:04:05  4F0D2  from me@example.test, 300 bytes, for 1 recipient, by SMTP from localhost[127.0.0.1]",
            "13:04:05  4F0D2  delivered to alice@example.test by virtual: delivered to maildir",
            "13:04:05  4F0D2  done, removed from the queue",
        ];
        assert_eq!(told, expected);
    }
}
