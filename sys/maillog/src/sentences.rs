//! Log sentences that programs read, word for word (`docs/log-lines` in the reference; fail2ban, pflogsumm,
//! logwatch, exporters). Each is made in one place only: here.

use crate::Delays;
use mail::{Address, Outcome, QueueId, Recipient};
use std::fmt;

/// `QID: to=<>, orig_to=<>, relay=, conn_use=, delay=, delays=, tls=, dsn=, status=word (text)`.
pub struct Delivery<'a> {
    /// The message.
    pub queue_id: &'a QueueId,
    /// The recipient; its original address shows only when it differs.
    pub recipient: &'a Recipient,
    /// `host[ip]:port`, `local`, `none`, ...
    pub relay: &'a str,
    /// How many deliveries this connection has carried; shown from 2 on.
    pub conn_use: u32,
    /// Where the time went.
    pub delays: Delays,
    /// TLS level of the delivery; shown in the modern form only. None: nothing to say.
    pub tls: Option<&'a str>,
    /// What happened.
    pub outcome: &'a Outcome,
    /// Only probing: `deliverable` and `undeliverable` instead of `sent` and `bounced`.
    pub probe: bool,
    /// `soft_bounce` turned a bounce into this deferral: `SOFTBOUNCE`.
    pub soft_bounced: bool,
}

impl fmt::Display for Delivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Recipient { address, original, .. } = self.recipient;
        write!(f, "{}: to=<{}>, ", self.queue_id, address.to_external())?;
        if !original.is_null() && !original.as_str().eq_ignore_ascii_case(address.as_str()) {
            write!(f, "orig_to=<{}>, ", original.to_external())?;
        }
        write!(f, "relay={}, ", self.relay)?;
        if self.conn_use > 1 {
            write!(f, "conn_use={}, ", self.conn_use)?;
        }
        write!(f, "{}, ", self.delays)?;
        if let Some(tls) = self.tls {
            write!(f, "tls={tls}, ")?;
        }
        write!(f, "dsn={}, status={} ({})", self.outcome.dsn(), self.word(), self.outcome.diagnosis().reason)
    }
}

impl Delivery<'_> {
    fn word(&self) -> &'static str {
        match self.outcome {
            _ if self.soft_bounced => "SOFTBOUNCE",
            Outcome::Sent(_) if self.probe => "deliverable",
            _ if self.probe => "undeliverable",
            other => other.word(),
        }
    }
}

/// `connect from HOST[IP]`.
pub struct Connect<'a> {
    /// `name[address]`.
    pub client: &'a str,
}

impl fmt::Display for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connect from {}", self.client)
    }
}

/// `disconnect from HOST[IP] ehlo=1 mail=1 ... commands=N`: each command that was used, as good or good/total.
pub struct Disconnect<'a> {
    /// `name[address]`.
    pub client: &'a str,
    /// Command word in lower case, how often it succeeded, how often it was tried.
    pub commands: &'a [(&'a str, u32, u32)],
}

impl fmt::Display for Disconnect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "disconnect from {}", self.client)?;
        let (mut all_good, mut all_tried) = (0, 0);
        for (name, good, tried) in self.commands.iter().filter(|(_, _, tried)| *tried > 0) {
            counter(f, name, *good, *tried)?;
            all_good += good;
            all_tried += tried;
        }
        if all_tried > 0 { counter(f, "commands", all_good, all_tried) } else { f.write_str(" commands=0/0") }
    }
}

fn counter(f: &mut fmt::Formatter<'_>, name: &str, good: u32, tried: u32) -> fmt::Result {
    if good == tried { write!(f, " {name}={tried}") } else { write!(f, " {name}={good}/{tried}") }
}

/// `QID: from=<>, size=N, nrcpt=N (queue active)`.
pub struct QueueActive<'a> {
    /// The message.
    pub queue_id: &'a QueueId,
    /// Envelope sender.
    pub sender: &'a Address,
    /// Bytes of content.
    pub size: u64,
    /// Recipients still to be delivered.
    pub recipients: usize,
}

impl fmt::Display for QueueActive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queue_id, sender, size, recipients } = self;
        let sender = sender.to_external();
        write!(f, "{queue_id}: from=<{sender}>, size={size}, nrcpt={recipients} (queue active)")
    }
}

/// `QID: removed`.
pub struct Removed<'a> {
    /// The message.
    pub queue_id: &'a QueueId,
}

impl fmt::Display for Removed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: removed", self.queue_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Diagnosis, Enhanced};

    #[test]
    fn a_delivery_line_has_postfixs_order() {
        let id = QueueId::parse("4F0D2150A3").unwrap();
        let mut recipient = Recipient::new("bob@example.org");
        recipient.original = "BOB@example.org".into();
        let outcome = Outcome::Sent(Diagnosis::new(Enhanced::new(0, 0), "delivered to mailbox"));
        let delays = Delays { queue: 0.05, transmission: 0.01, resolution: 2, ..Delays::default() };
        let mut line = Delivery {
            queue_id: &id,
            recipient: &recipient,
            relay: "local",
            conn_use: 1,
            delays,
            tls: None,
            outcome: &outcome,
            probe: false,
            soft_bounced: false,
        };
        let expected = "4F0D2150A3: to=<bob@example.org>, relay=local, delay=0.06, delays=0.05/0/0/0.01, \
                        dsn=2.0.0, status=sent (delivered to mailbox)";
        assert_eq!(line.to_string(), expected);
        line.conn_use = 2;
        line.probe = true;
        assert!(line.to_string().contains("conn_use=2") && line.to_string().contains("status=deliverable"));
    }

    #[test]
    fn a_disconnect_line_shows_failures_as_good_over_total() {
        let commands = [("ehlo", 1, 1), ("mail", 1, 2), ("rcpt", 0, 0)];
        let line = Disconnect { client: "h[192.0.2.1]", commands: &commands }.to_string();
        assert_eq!(line, "disconnect from h[192.0.2.1] ehlo=1 mail=1/2 commands=2/3");
    }
}
