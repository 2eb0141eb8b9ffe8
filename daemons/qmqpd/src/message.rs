//! A message on its way to cleanup(8). Nothing of it exists until cleanup says so at the end; dropping it before
//! throws it away.

use crate::Qmqpd;
use crate::client::Client;
use ipc::cleanup::{Begin, Finished, Frame, Opened, Recipient};
use ipc::{IpcError, Lease};
use mail::{Address, QueueId, Reply, Timestamp};
use smtp::qmqp::{Answer, Verdict};
use std::time::{Duration, SystemTime};

/// An open queue file, still empty.
pub(crate) struct Message<'a> {
    /// Its queue id.
    pub id: QueueId,
    daemon: &'a Qmqpd,
    lease: Lease<'a>,
}

/// What is to be sent.
pub(crate) struct Mail {
    pub sender: String,
    /// VERP delimiters.
    pub verp: Option<String>,
    pub recipients: Vec<String>,
    pub content: Vec<u8>,
}

impl<'a> Message<'a> {
    /// Opens a queue file before anything is known of the message.
    pub(crate) async fn open(daemon: &'a Qmqpd) -> Result<Result<Self, Reply>, IpcError> {
        let mut lease = daemon.cleanup.begin().await?;
        lease.send(&Frame::Open).await?;
        Ok(match within(daemon.settings.ipc_timeout, lease.expect::<Opened>()).await? {
            Opened::Id(id) => Ok(Self { id, daemon, lease }),
            Opened::Refused(reply) => {
                lease.done();
                Err(reply)
            }
        })
    }

    /// Sends all of it, and waits until it is safe, or refused.
    pub(crate) async fn submit(mut self, mail: Mail, client: &Client) -> Result<Finished, IpcError> {
        let timeout = self.daemon.settings.ipc_timeout;
        within(timeout, self.send(mail, client)).await?;
        let finished = within(timeout, self.lease.expect::<Finished>()).await?;
        self.lease.done();
        Ok(finished)
    }

    async fn send(&mut self, mail: Mail, client: &Client) -> Result<(), IpcError> {
        let received = self.received(&mail.recipients, client);
        let begin = self.begin(mail.sender, mail.verp, client);
        self.lease.feed(&Frame::Begin(Box::new(begin))).await?;
        for recipient in mail.recipients {
            let address = Address::new(recipient);
            let recipient = Recipient {
                original: address.clone(),
                dsn_orcpt: orcpt(&address),
                address,
                ..Recipient::default()
            };
            self.lease.feed(&Frame::Recipient(recipient)).await?;
        }
        self.lease.feed(&Frame::Content(received.into_bytes())).await?;
        let content = without_mailbox_lines(mail.content);
        for piece in content.chunks(PIECE) {
            self.lease.feed(&Frame::Content(piece.to_vec())).await?;
        }
        self.lease.send(&Frame::Finish).await
    }

    fn begin(&self, sender: String, verp: Option<String>, client: &Client) -> Begin {
        let settings = &self.daemon.settings;
        Begin {
            flags: settings.flags,
            arrival: Timestamp::from_system(SystemTime::now()),
            sender: Address::new(sender),
            attributes: attributes(client),
            content_filter: settings.content_filter.clone(),
            verp,
            ..Begin::default()
        }
    }

    /// The Received header (RFC 5321 section 4.4), as Postfix folds it. One recipient is named, several are not.
    fn received(&self, recipients: &[String], client: &Client) -> String {
        let now = Timestamp::from_system(SystemTime::now());
        let date = os::clock::Local::from_seconds(now.seconds).rfc5322();
        let (name, address, id) = (&client.name, client.rfc_address(), &self.id);
        let (host, software) = (&self.daemon.settings.hostname, &self.daemon.settings.mail_name);
        let tail = match recipients {
            [only] => {
                let shown = Address::new(only.as_str()).to_external();
                format!(" id {id}\n\tfor <{shown}>; {date}\n")
            }
            _ => format!("\n\tid {id}; {date}\n"),
        };
        format!("Received: from {name} ({name} [{address}])\n\tby {host} ({software}) with {PROTOCOL}{tail}")
    }
}

/// RFC 3461 5.2.1 d: the client says nothing, so the address it gave is the original one.
fn orcpt(address: &Address) -> String {
    if address.is_null() { String::new() } else { format!("rfc822;{}", address.as_str()) }
}

/// In the order in which Postfix writes them.
fn attributes(client: &Client) -> Vec<(String, String)> {
    let origin = format!("{}[{}]", client.name, client.address);
    let pairs = [
        ("log_client_name", client.name.as_str()),
        ("log_client_address", &client.address),
        ("log_client_port", &client.port),
        ("log_message_origin", &origin),
        ("log_protocol_name", PROTOCOL),
        ("client_name", &client.name),
        ("client_address", &client.address),
        ("client_port", &client.port),
        ("client_address_type", if client.is_ipv6 { "10" } else { "2" }),
        ("protocol_name", PROTOCOL),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What stands at the top must not continue our Received field, and `From ` lines of a mailbox are no header.
fn without_mailbox_lines(content: Vec<u8>) -> Vec<u8> {
    let mut head = Vec::new();
    let mut rest = content.as_slice();
    while is_mailbox_line(rest) {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        head.extend_from_slice(b"X-Mailbox-Line: ");
        head.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
    }
    if matches!(rest.first(), Some(b' ' | b'\t')) {
        head.push(b'\n');
    }
    if head.is_empty() {
        return content;
    }
    head.extend_from_slice(rest);
    head
}

/// Is this `From `, perhaps behind `>`?
fn is_mailbox_line(text: &[u8]) -> bool {
    let quotes = text.iter().take_while(|byte| **byte == b'>').count();
    text[quotes..].starts_with(b"From ")
}

/// What the client hears.
pub(crate) fn answer(finished: &Finished, id: &QueueId) -> Answer {
    match finished {
        Finished::Queued | Finished::Discarded => {
            Answer { verdict: Verdict::Taken, text: format!("Ok: queued as {id}") }
        }
        Finished::Refused(reply) => refusal(reply),
    }
}

/// A refusal of cleanup(8) in the words of this protocol.
pub(crate) fn refusal(reply: &Reply) -> Answer {
    let verdict = if reply.class() == 5 { Verdict::Never } else { Verdict::Later };
    let words = reply.text.strip_prefix("Error: ");
    let text = match (reply.code, words) {
        (552, Some(_)) => "message too large".to_owned(),
        (_, Some(words)) => words.to_owned(),
        // The words of a table, which have a status of their own.
        (_, None) => reply.line().split_once(' ').map_or(String::new(), |(_, rest)| rest.to_owned()),
    };
    Answer { verdict, text: format!("Error: {text}") }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, IpcError>>) -> Result<T, IpcError> {
    tokio::time::timeout(limit, work).await.map_err(|_| IpcError::Timeout)?
}

const PROTOCOL: &str = "QMQP";
const PIECE: usize = 32 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_the_top_cannot_continue_our_own_field() {
        let head = |text: &str| String::from_utf8(without_mailbox_lines(text.into())).unwrap();
        assert_eq!(head("S: x\n y\n\nFrom z\n"), "S: x\n y\n\nFrom z\n");
        assert_eq!(head(" x\nS: y\n"), "\n x\nS: y\n");
        assert_eq!(
            head("From a\n>>From b\nS: x\n"),
            "X-Mailbox-Line: From a\nX-Mailbox-Line: >>From b\nS: x\n"
        );
        assert_eq!(head("From a\n\tx"), "X-Mailbox-Line: From a\n\n\tx");
        assert_eq!(head("From a"), "X-Mailbox-Line: From a");
    }

    #[test]
    fn refusals_have_postfix_words() {
        let text = |reply: Reply| refusal(&reply).text;
        assert_eq!(text(Reply::new(552, 3, 4, "Error: message file too big")), "Error: message too large");
        assert_eq!(text(Reply::new(554, 4, 0, "Error: too many hops")), "Error: too many hops");
        assert_eq!(text(Reply::new(550, 7, 1, "no such subject")), "Error: 5.7.1 no such subject");
        assert_eq!(refusal(&Reply::new(451, 3, 0, "Error: x")).verdict, Verdict::Later);
    }
}
