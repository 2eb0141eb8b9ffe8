//! Mail that goes on to other addresses is a new message, handed to cleanup(8), so that each recipient has a
//! delivery status on disk of its own.

use super::attributes::Attributes;
use super::expansion::Expansion;
use crate::agent::sent;
use crate::fault::fate;
use ipc::cleanup::{Begin, Finished, Flags, Frame, Opened, Recipient as Given};
use ipc::{IpcError, Lease};
use mail::{Address, Outcome, QueueId, Recipient, Timestamp};
use os::clock::Local as LocalTime;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// The new messages of one delivery: one for each sender and each forwarding address.
#[derive(Default)]
pub(crate) struct Forwards(BTreeMap<(Address, Address), Vec<Given>>);

impl Forwards {
    /// One more recipient.
    pub(crate) fn add(&mut self, attributes: &Attributes) {
        let recipient = &attributes.recipient;
        let delivered = attributes.delivered.clone().unwrap_or_else(|| recipient.address.clone());
        let given = Given {
            address: recipient.address.clone(),
            original: recipient.original.clone(),
            dsn_orcpt: recipient.dsn_orcpt.clone(),
            notify: recipient.notify,
        };
        let recipients = self.0.entry((attributes.sender.clone(), delivered)).or_default();
        if !recipients.contains(&given) {
            recipients.push(given);
        }
    }
}

/// Why a new message was not taken.
enum NoForward {
    Peer(IpcError),
    Refused(String),
    Content(content::ContentError),
}

impl From<IpcError> for NoForward {
    fn from(error: IpcError) -> Self {
        Self::Peer(error)
    }
}

impl Expansion<'_> {
    /// Hands the new messages over; one fate for each, logged for the recipient that they come from.
    pub(crate) async fn forward_all(&mut self, recipient: &Recipient) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for ((sender, delivered), recipients) in std::mem::take(&mut self.forwards).0 {
            let outcome = match self.forward(&sender, &delivered, &recipients).await {
                Ok(reason) => sent(reason),
                Err(why) => {
                    self.job.log.warning(match why {
                        NoForward::Peer(error) => format!("cleanup service: {error}"),
                        NoForward::Refused(text) => format!("cleanup service: {text}"),
                        NoForward::Content(error) => error.to_string(),
                    });
                    fate("4.3.0", "unable to forward message")
                }
            };
            outcomes.push(self.job.log_fate(recipient, outcome).await);
        }
        outcomes
    }

    async fn forward(
        &self,
        sender: &Address,
        delivered: &Address,
        recipients: &[Given],
    ) -> Result<String, NoForward> {
        if self.job.request.probe {
            return Ok("forwards the message".to_owned());
        }
        let mut cleanup = self.local.cleanup.begin().await?;
        cleanup.send(&Frame::Begin(Box::new(self.begin(sender)))).await?;
        let id = match cleanup.expect::<Opened>().await? {
            Opened::Id(id) => id,
            Opened::Refused(reply) => return Err(NoForward::Refused(reply.line())),
        };
        for recipient in recipients {
            cleanup.feed(&Frame::Recipient(recipient.clone())).await?;
        }
        self.content(&mut cleanup, &id, delivered).await?;
        cleanup.send(&Frame::Finish).await?;
        match cleanup.expect::<Finished>().await? {
            Finished::Queued | Finished::Discarded => {
                cleanup.done();
                Ok(format!("forwarded as {id}"))
            }
            Finished::Refused(reply) => Err(NoForward::Refused(reply.line())),
        }
    }

    fn begin(&self, sender: &Address) -> Begin {
        let request = &self.job.request;
        Begin {
            flags: Flags { maps: true, ..Flags::default() },
            arrival: Timestamp::from_system(SystemTime::now()),
            sender: sender.clone(),
            attributes: self.inherited_attributes(),
            envelope_id: request.envelope_id.clone(),
            ret: request.ret,
            smtputf8: request.smtputf8,
            ..Begin::default()
        }
    }

    /// Who gave us the message stays known.
    fn inherited_attributes(&self) -> Vec<(String, String)> {
        let client = &self.job.request.client;
        [
            ("rewrite_context", self.job.request.rewrite_context.as_str()),
            ("log_client_name", &client.name),
            ("log_client_address", &client.address),
            ("log_client_port", &client.port),
            ("log_helo_name", &client.helo),
            ("log_protocol_name", &client.protocol),
            ("sasl_method", &client.sasl_method),
            ("sasl_username", &client.sasl_username),
            ("sasl_sender", &client.sasl_sender),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    async fn content(
        &self,
        cleanup: &mut Lease<'_>,
        id: &QueueId,
        delivered: &Address,
    ) -> Result<(), NoForward> {
        let mut buffer = self.trace(id, delivered).into_bytes();
        let mut chunks = self.job.message.chunks();
        loop {
            let chunk = chunks.next_chunk().map_err(|error| NoForward::Content(error.into()))?;
            if let Some(chunk) = &chunk {
                buffer.extend_from_slice(chunk.text);
                if chunk.ends_line {
                    buffer.push(b'\n');
                }
            }
            if chunk.is_none() || buffer.len() >= crate::rendering::PIECE {
                let ended = chunk.is_none();
                cleanup.feed(&Frame::Content(std::mem::take(&mut buffer))).await?;
                if ended {
                    return Ok(());
                }
            }
        }
    }

    /// The header lines that stop loops and tell the way.
    fn trace(&self, id: &QueueId, delivered: &Address) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let date = LocalTime::from_seconds(now.as_secs() as i64).rfc5322();
        let settings = self.settings();
        let received =
            format!("Received: by {} ({})\n\tid {id}; {date}\n", settings.my_hostname, settings.mail_name);
        if !settings.delivered_header.forward {
            return received;
        }
        let address = delivered.to_external().replace(|c: char| c.is_control(), "?");
        format!("{received}Delivered-To: {address}\n")
    }
}
