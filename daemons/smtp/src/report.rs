//! What became of each recipient: the line in the log and the answer to the queue manager, made from the same
//! value.

use ipc::deliver::Request;
use mail::{Diagnosis, Outcome, Timestamp};
use maillog::{Delays, Delivery, Log};
use smtp::client::{Features, Peer, ServerReply};
use status_filter::StatusFilter;
use std::time::SystemTime;

/// Collects fates until they are told.
pub struct Report<'a> {
    request: &'a Request,
    log: &'a Log,
    manner: Manner<'a>,
    set_up: Option<Timestamp>,
    settled: Vec<Fate>,
    left: Vec<usize>,
}

/// How fates are told.
pub struct Manner<'a> {
    /// `soft_bounce`
    pub soft_bounce: bool,
    /// `delay_logging_resolution_limit`
    pub resolution: u8,
    /// `smtp_delivery_status_filter`
    pub filter: &'a StatusFilter,
}

/// One recipient's fate.
struct Fate {
    index: usize,
    outcome: Outcome,
    /// Who took part; empty when nobody did.
    relay: String,
    /// For the log; None when another agent has logged it.
    logged: Option<(u32, Delays)>,
}

impl<'a> Report<'a> {
    /// Nobody has a fate yet.
    pub fn new(request: &'a Request, log: &'a Log, manner: Manner<'a>) -> Self {
        let left = (0..request.recipients.len()).collect();
        Self { request, log, manner, set_up: None, settled: Vec::new(), left }
    }

    /// Recipients without a fate, as places in the request.
    pub fn left(&self) -> &[usize] {
        &self.left
    }

    /// Logs the fates since the last call, and gives them for the queue manager.
    pub async fn take(&mut self) -> Vec<(u32, Outcome, String)> {
        let mut told = Vec::new();
        for fate in std::mem::take(&mut self.settled) {
            let Fate { index, outcome, relay, logged } = fate;
            let outcome = match logged {
                Some(details) => self.log_fate(index, outcome, &relay, details).await,
                None => outcome,
            };
            told.push((index as u32, outcome, relay));
        }
        told
    }

    /// The session is set up: what follows counts as transmission. The first session counts.
    pub fn set_up(&mut self) {
        self.set_up.get_or_insert_with(now);
    }

    /// Keeps one recipient's fate.
    pub fn settle(&mut self, index: usize, outcome: Outcome, relay: Option<&Peer>, uses: u32) {
        self.left.retain(|left| *left != index);
        let relay = relay.map_or_else(String::new, Peer::name_with_port);
        let logged = Some((uses, self.delays()));
        self.settled.push(Fate { index, outcome, relay, logged });
    }

    /// Keeps a fate that another agent has logged.
    pub fn pass_on(&mut self, index: usize, outcome: Outcome) {
        self.left.retain(|left| *left != index);
        self.settled.push(Fate { index, outcome, relay: String::new(), logged: None });
    }

    /// All who are left share one fate.
    pub fn settle_rest(&mut self, outcome: &Outcome, relay: Option<&Peer>, uses: u32) {
        // Trouble before a session was set up is set-up time, for all recipients the same.
        self.set_up();
        for index in self.left.clone() {
            self.settle(index, outcome.clone(), relay, uses);
        }
    }

    async fn log_fate(
        &self,
        index: usize,
        outcome: Outcome,
        relay: &str,
        (uses, delays): (u32, Delays),
    ) -> Outcome {
        let Some(recipient) = self.request.recipients.get(index) else { return outcome };
        let outcome = self.manner.filter.apply(outcome).await;
        let probe = self.request.probe;
        let soft_bounced = self.manner.soft_bounce && !probe && matches!(outcome, Outcome::Bounced(_));
        let outcome = match outcome {
            Outcome::Bounced(diagnosis) if soft_bounced => Outcome::Deferred(diagnosis),
            other => other,
        };
        self.log.say(&Delivery {
            queue_id: &self.request.queue_id,
            recipient,
            relay: if relay.is_empty() { "none" } else { relay },
            conn_use: uses,
            delays,
            tls: None,
            outcome: &outcome,
            probe,
            soft_bounced,
        });
        outcome
    }

    fn delays(&self) -> Delays {
        let Request { arrival, active, handed, .. } = *self.request;
        let delays = Delays::between(arrival, active, handed, self.set_up, now());
        Delays { resolution: self.manner.resolution, ..delays }
    }
}

/// The fate of a recipient that the server took.
pub fn sent(reply: &ServerReply, peer: &Peer, features: &Features, assume_final: bool) -> Outcome {
    let mut diagnosis = Diagnosis::new(reply.enhanced, reply.one_line());
    diagnosis.remote_mta = Some(mail::RemoteMta { kind: "dns".to_owned(), name: peer.host.clone() });
    diagnosis.diagnostic = Some(("smtp".to_owned(), reply.one_line()));
    // RFC 3461 5.2.2: a server that offers DSN tells the sender itself; for any other this is where our
    // knowledge ends.
    diagnosis.action = match (features.dsn, assume_final) {
        (true, _) => Some(String::new()),
        (false, true) => None,
        (false, false) => Some("relayed".to_owned()),
    };
    Outcome::Sent(diagnosis)
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
