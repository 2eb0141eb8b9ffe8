//! One delivery request: hand it to an agent, and note what becomes of each recipient before it counts as done.

use crate::active::{self, Active, success_wanted};
use crate::manager::Manager;
use crate::notes::{Service, traced};
use ipc::deliver::{Reply, Request};
use ipc::{Client, IpcError};
use mail::{Diagnosis, Enhanced, Outcome, Recipient, Timestamp};
use maillog::{Delays, Delivery};
use notice::verp_sender;
use schedule::{Health, Report};
use std::rc::Rc;
use std::time::SystemTime;

/// What an agent is asked.
pub struct Errand {
    /// Of which message.
    pub message: Rc<Active>,
    /// By which service.
    pub transport: String,
    /// For which next hop.
    pub nexthop: String,
    /// For whom.
    pub recipients: Vec<Recipient>,
}

impl Manager {
    /// Runs one errand to its end.
    pub async fn run_errand(&self, errand: Errand) -> Report {
        let mut report = Report::default();
        let mut left: Vec<Option<Recipient>> = errand.recipients.iter().cloned().map(Some).collect();
        report.health = match self.ask_agent(&errand, &mut left, &mut report.deferred).await {
            Ok(None) => Health::Answered,
            Ok(Some(why)) => Health::Unreachable(why),
            Err(Trouble::Unavailable(why)) => {
                let socket = self.settings.socket(&errand.transport);
                self.log.warning(format_args!("connect to transport {}: {why}", socket.display()));
                Health::AgentFailed(Diagnosis::new(Enhanced::new(3, 0), "mail transport unavailable"))
            }
            Err(Trouble::Broken(why)) => {
                let (id, socket) = (&errand.message.id, self.settings.socket(&errand.transport));
                self.log.warning(format_args!("{id}: {} socket: {why}", socket.display()));
                Health::AgentFailed(Diagnosis::new(Enhanced::new(3, 0), "unknown mail transport error"))
            }
        };
        report.untold = left.into_iter().flatten().collect();
        report
    }

    async fn ask_agent(
        &self,
        errand: &Errand,
        left: &mut [Option<Recipient>],
        deferred: &mut usize,
    ) -> Result<Option<Diagnosis>, Trouble> {
        let client: Rc<Client> = self.agent(&errand.transport);
        let mut lease = match tokio::time::timeout(self.settings.ipc_timeout, client.begin()).await {
            Ok(Ok(lease)) => lease,
            Ok(Err(IpcError::Connect(_, error))) => return Err(Trouble::Unavailable(conf::reason(&error))),
            Ok(Err(error)) => return Err(Trouble::Unavailable(error.to_string())),
            Err(_) => return Err(Trouble::Unavailable("Connection timed out".to_owned())),
        };
        lease.send_with(&self.request(errand), errand.message.file.descriptor()).await?;
        loop {
            let reply = tokio::time::timeout(self.settings.agent_timeout, lease.expect::<Reply>()).await;
            match reply.unwrap_or(Err(IpcError::Timeout))? {
                Reply::Recipient { index, outcome, relay } => {
                    let slot = left.get_mut(index as usize).and_then(Option::take);
                    let Some(recipient) = slot else {
                        return Err(Trouble::Broken("a fate of nobody's".to_owned()));
                    };
                    if !self.settle(errand, &recipient, &outcome, &relay).await {
                        *deferred += 1;
                    }
                }
                Reply::Done { unavailable } => {
                    lease.done();
                    return Ok(unavailable);
                }
            }
        }
    }

    /// Notes one recipient's fate. True when the recipient is done with.
    async fn settle(&self, errand: &Errand, recipient: &Recipient, outcome: &Outcome, relay: &str) -> bool {
        let message = &errand.message;
        let trace = message.trace();
        let cleared = self.settings.confirm_delay_cleared && message.was_warned();
        if trace.reports() || (!trace.probes() && success_wanted(recipient, outcome, cleared)) {
            let told = traced(outcome, relay_of(relay, &errand.transport), trace.probes());
            match self.notes.append(Service::Trace, &message.id, recipient, &told).await {
                Ok(()) => message.traced.set(true),
                Err(why) => self.log.warning(format_args!("{}: trace service: {why}", message.id)),
            }
        }
        if trace.probes() {
            return self.end_probe(message, recipient, outcome).await;
        }
        match outcome {
            Outcome::Sent(_) => self.mark(message, recipient).await,
            Outcome::Deferred(why) => {
                message.suspect.set(message.suspect.get() || why.enhanced == LOCAL_FAULT);
                self.note_delay(message, recipient, why).await;
                false
            }
            Outcome::Bounced(_) => self.note_failure(message, recipient, outcome).await,
        }
    }

    /// A probe is over, whatever it has shown. Nothing is lost when verify(8) doesn't hear of it: it asks again.
    async fn end_probe(&self, message: &Active, recipient: &Recipient, outcome: &Outcome) -> bool {
        if message.trace().verifies()
            && let Err(why) = self.notes.probed(recipient, outcome).await
        {
            self.log.warning(format_args!("{}: verify service: {why}", message.id));
        }
        self.mark(message, recipient).await
    }

    /// The sender's notice must be safe before the recipient is done with.
    async fn note_failure(&self, message: &Active, recipient: &Recipient, outcome: &Outcome) -> bool {
        match self.notes.append(Service::Bounce, &message.id, recipient, outcome).await {
            Ok(()) => {
                message.bounced.set(true);
                self.mark(message, recipient).await
            }
            Err(why) => {
                self.log.warning(format_args!("{}: bounce service: {why}", message.id));
                let reason = Diagnosis::new(Enhanced::new(3, 0), "bounce failed");
                self.note_delay(message, recipient, &reason).await;
                false
            }
        }
    }

    async fn note_delay(&self, message: &Active, recipient: &Recipient, why: &Diagnosis) {
        self.flush_list.note(&message.id, &recipient.address, &self.log).await;
        let outcome = Outcome::Deferred(why.clone());
        if let Err(error) = self.notes.append(Service::Defer, &message.id, recipient, &outcome).await {
            message.unnoted.set(true);
            self.log.warning(format_args!("{}: defer service: {error}", message.id));
        }
    }

    /// A delay that no agent logged. False when the recipient waits for nothing: a probe is tried once.
    pub async fn postpone(&self, message: &Active, recipient: &Recipient, why: &Diagnosis) -> bool {
        let outcome = Outcome::Deferred(why.clone());
        self.say(message, recipient, &outcome);
        if message.trace().verifies() {
            return !self.end_probe(message, recipient, &outcome).await;
        }
        self.note_delay(message, recipient, why).await;
        true
    }

    /// Mail that nobody reads.
    pub async fn absorb(&self, message: &Active, recipient: &Recipient) {
        let why = Diagnosis::new(Enhanced::new(0, 0), "undeliverable postmaster notification discarded");
        let outcome = Outcome::Sent(why);
        self.say(message, recipient, &outcome);
        self.end_probe(message, recipient, &outcome).await;
    }

    fn say(&self, message: &Active, recipient: &Recipient, outcome: &Outcome) {
        let arrival = message.envelope.borrow().arrival;
        let delays = Delays::between(arrival, message.since, now(), None, now());
        self.log.say(&Delivery {
            queue_id: &message.id,
            recipient,
            relay: "none",
            conn_use: 0,
            delays: Delays { resolution: self.settings.delay_resolution, ..delays },
            tls: None,
            outcome,
            probe: message.trace().probes(),
            soft_bounced: false,
        });
    }

    /// Marks the recipient in the queue file. A mark that fails costs a second delivery at worst, so it is no reason
    /// to try again; a file that is damaged is.
    async fn mark(&self, message: &Active, recipient: &Recipient) -> bool {
        // Nothing but its removal is left for this file.
        if message.sole && !message.bounced.get() && !message.traced.get() {
            return true;
        }
        let (file, offset) = (message.file.clone(), recipient.offset);
        let marked = tokio::task::spawn_blocking(move || file.mark_done(offset)).await;
        if let Ok(Err(error)) = marked {
            self.log.warning(format_args!("{}: mark recipient: {error}", message.id));
        }
        true
    }

    fn request(&self, errand: &Errand) -> Request {
        let envelope = errand.message.envelope.borrow();
        let verp = envelope.verp.as_deref().zip(errand.recipients.first());
        let sender = verp.and_then(|(d, first)| verp_sender(d, &envelope.sender, &first.address));
        let size = |field: i64| u64::try_from(field).unwrap_or(0);
        let trace = errand.message.trace();
        Request {
            queue_name: queue::QueueName::Active.as_str().to_owned(),
            queue_id: errand.message.id.clone(),
            nexthop: errand.nexthop.clone(),
            data_offset: envelope.data_offset,
            data_size: size(envelope.size.content_size),
            message_size: size(envelope.size.content_length),
            encoding: envelope.attribute("encoding").unwrap_or_default().to_owned(),
            smtputf8: active::smtputf8(&envelope),
            sender: sender.unwrap_or_else(|| envelope.sender.clone()),
            envelope_id: envelope.envelope_id.clone().unwrap_or_default(),
            ret: envelope.ret,
            rewrite_context: envelope.attribute("rewrite_context").unwrap_or("local").to_owned(),
            arrival: envelope.arrival,
            active: errand.message.since,
            handed: now(),
            client: active::client(&envelope),
            probe: trace.probes(),
            trace: trace.reports(),
            recipients: errand.recipients.clone(),
        }
    }
}

/// Who took part: another system, or else the service itself when it delivers.
fn relay_of<'a>(relay: &'a str, transport: &'a str) -> Option<&'a str> {
    match (relay, transport) {
        ("", "error" | "retry" | "discard" | "smtp" | "lmtp" | "relay") => None,
        ("", transport) => Some(transport),
        (relay, _) => Some(relay),
    }
}

/// What can go wrong with an agent, or on the way to it.
enum Trouble {
    /// Nobody answers at the socket.
    Unavailable(String),
    /// The agent failed in the middle.
    Broken(String),
}

impl From<IpcError> for Trouble {
    fn from(error: IpcError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What agents say of faults of this system, a file that they can't read among them.
const LOCAL_FAULT: Enhanced = Enhanced::new(3, 0);

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
