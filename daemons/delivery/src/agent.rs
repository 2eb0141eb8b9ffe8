//! What the three agents share: the conversation with the queue manager, the line in the log and the answer
//! for each recipient, made from the same value.

use content::Message;
use ipc::deliver::{Reply, Request};
use ipc::{Conversation, IpcError};
use mail::{Diagnosis, Enhanced, Outcome, Recipient, Timestamp};
use maillog::{Delays, Delivery, Log};
use service::{Jailed, Stream};
use status_filter::StatusFilter;
use std::sync::Arc;
use std::time::SystemTime;

/// One delivery request, shared with the threads that work on it.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) message: Message,
    pub(crate) log: Log,
    /// `relay=` in the log.
    pub(crate) relay: String,
    /// `soft_bounce`.
    pub(crate) soft_bounce: bool,
    /// `delay_logging_resolution_limit`.
    pub(crate) resolution: u8,
    /// `local_delivery_status_filter` and its kin.
    pub(crate) filter: StatusFilter,
}

/// A delivery agent.
pub(crate) trait Agent {
    /// How its fates are told.
    fn reporting(&self) -> Reporting;

    /// Delivers to all recipients of the request and gives each its fate.
    async fn deliver(&self, job: &Arc<Job>, fates: &mut Fates<'_>) -> Result<(), IpcError>;
}

/// How an agent reports.
#[derive(Clone, Debug)]
pub(crate) struct Reporting {
    pub(crate) relay: String,
    pub(crate) soft_bounce: bool,
    pub(crate) resolution: u8,
    pub(crate) filter: StatusFilter,
}

/// Tells the queue manager.
pub(crate) struct Fates<'a>(&'a mut Conversation);

impl Fates<'_> {
    /// One recipient's fate; what it says is on disk already.
    pub(crate) async fn tell(&mut self, index: usize, outcome: Outcome) -> Result<(), IpcError> {
        self.0.send(&Reply::Recipient { index: index as u32, outcome, relay: String::new() }).await
    }
}

/// Answers delivery requests until the queue manager hangs up.
pub(crate) async fn serve(agent: &impl Agent, stream: Stream, jailed: &Jailed) {
    let Stream::Unix(stream) = stream else {
        return jailed.log().warning("delivery requests come by unix-domain sockets only");
    };
    let mut conversation = Conversation::new(stream);
    loop {
        let request = match conversation.receive::<Request>().await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(error) => return jailed.log().warning(format_args!("delivery request: {error}")),
        };
        let _place = jailed.request().await;
        let id = request.queue_id.clone();
        if let Err(error) = answer(agent, request, &mut conversation, jailed.log().session()).await {
            return jailed.log().warning(format_args!("{id}: {error}"));
        }
    }
}

/// Answers one request.
pub(crate) async fn answer(
    agent: &impl Agent,
    request: Request,
    conversation: &mut Conversation,
    log: Log,
) -> Result<(), IpcError> {
    let descriptor = conversation.take_descriptor().ok_or(IpcError::Malformed("request (no message)"))?;
    let message = Message::new(descriptor, request.data_offset);
    let Reporting { relay, soft_bounce, resolution, filter } = agent.reporting();
    let job = Arc::new(Job { request, message, log, relay, soft_bounce, resolution, filter });
    agent.deliver(&job, &mut Fates(conversation)).await?;
    conversation.send(&Reply::Done { unavailable: None }).await
}

impl Job {
    /// Logs the fate of a recipient, or of an address that it expands to, as the status filter has it. With
    /// `soft_bounce`, a bounce comes back as a deferral.
    pub(crate) async fn log_fate(&self, recipient: &Recipient, outcome: Outcome) -> Outcome {
        let outcome = self.filter.apply(outcome).await;
        let soft_bounced = self.soft_bounce && !self.request.probe && matches!(outcome, Outcome::Bounced(_));
        let outcome = match outcome {
            Outcome::Bounced(diagnosis) if soft_bounced => Outcome::Deferred(diagnosis),
            other => other,
        };
        let Request { arrival, active, handed, .. } = self.request;
        let now = Timestamp::from_system(SystemTime::now());
        let delays =
            Delays { resolution: self.resolution, ..Delays::between(arrival, active, handed, None, now) };
        self.log.say(&Delivery {
            queue_id: &self.request.queue_id,
            recipient,
            relay: &self.relay,
            conn_use: 1,
            delays,
            tls: None,
            outcome: &outcome,
            probe: self.request.probe,
            soft_bounced,
        });
        outcome
    }
}

/// A message that was delivered here.
pub(crate) fn sent(reason: impl Into<String>) -> Outcome {
    Outcome::Sent(Diagnosis::new(Enhanced::new(0, 0), reason))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ipc::deliver::ClientInfo;
    use mail::QueueId;
    use maillog::Sink;
    use std::io::Write;
    use std::os::fd::AsFd;
    use tokio::net::UnixStream;

    /// A request for these recipients; the content begins at 0.
    pub(crate) fn request(nexthop: &str, recipients: &[&str]) -> Request {
        let recipient =
            |address: &&str| Recipient { original: (*address).into(), ..Recipient::new(*address) };
        Request {
            queue_name: "active".into(),
            queue_id: QueueId::parse("4F0D2150A3").unwrap(),
            nexthop: nexthop.into(),
            data_offset: 0,
            data_size: 0,
            message_size: 20,
            encoding: "8bit".into(),
            smtputf8: false,
            sender: "s@example.org".into(),
            envelope_id: String::new(),
            ret: None,
            rewrite_context: "local".into(),
            arrival: Timestamp::default(),
            active: Timestamp::default(),
            handed: Timestamp::default(),
            client: ClientInfo::default(),
            probe: false,
            trace: false,
            recipients: recipients.iter().map(recipient).collect(),
        }
    }

    /// Delivers a message of these lines; `dsn reason` for each recipient.
    pub(crate) async fn deliver(agent: &impl Agent, request: Request, lines: &[&str]) -> Vec<String> {
        let mut bytes = Vec::new();
        for line in lines {
            bytes.extend([b'N', line.len() as u8]);
            bytes.extend(line.as_bytes());
        }
        bytes.extend(b"X\x00E\x00");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (mut manager, mut peer) = (Conversation::new(ours), Conversation::new(theirs));
        manager.send_with(&request, file.as_fd()).await.unwrap();
        let received: Request = peer.expect().await.unwrap();
        let log = Log::open("postfix/test", Sink::discard(), false);
        answer(agent, received, &mut peer, log).await.unwrap();
        let mut fates = vec![String::new(); request.recipients.len()];
        loop {
            match manager.expect().await.unwrap() {
                Reply::Recipient { index, outcome, .. } => {
                    let told = format!("{} {}", outcome.dsn(), outcome.diagnosis().reason);
                    assert!(std::mem::replace(&mut fates[index as usize], told).is_empty(), "told twice");
                }
                Reply::Done { .. } => return fates,
            }
        }
    }
}
