//! What cleanup(8) tells other services after a message: the queue manager that there is mail, trace(8) that an
//! alias was expanded, bounce(8) that the sender must hear of a refusal.

use crate::finish::Bounce;
use crate::settings::Services;
use ipc::Client;
use ipc::bounce::{Notice, Reply, Request};
use mail::{Diagnosis, Enhanced, Outcome, QueueId, Recipient, ReturnFormat, Timestamp};
use maillog::{Delays, Delivery, Log};
use queue::record::Envelope;
use std::cell::Cell;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::SystemTime;

/// Clients of the other services.
pub(crate) struct Notices {
    bounce: Client,
    trace: Client,
    verify: Client,
    queue_manager: PathBuf,
    wakeup: Rc<Wakeup>,
}

/// At most one trigger is on its way; what arrives meanwhile shares the next one.
#[derive(Default)]
struct Wakeup {
    sending: Cell<bool>,
    again: Cell<bool>,
}

impl Notices {
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            bounce: Client::new(&services.bounce, CONVERSATIONS, services.timeout),
            trace: Client::new(&services.trace, CONVERSATIONS, services.timeout),
            verify: Client::new(&services.verify, CONVERSATIONS, services.timeout),
            queue_manager: services.queue_manager.clone(),
            wakeup: Rc::default(),
        }
    }

    /// Tells the queue manager that there is new mail; nobody waits for it. It looks by itself, too, only later.
    pub(crate) fn wake_queue_manager(&self, log: &Log) {
        if self.wakeup.sending.replace(true) {
            self.wakeup.again.set(true);
            return;
        }
        let (path, wakeup, log) = (self.queue_manager.clone(), Rc::clone(&self.wakeup), log.clone());
        tokio::task::spawn_local(async move {
            loop {
                if let Err(error) = ipc::trigger::send(&path, &[ipc::trigger::SCAN_INCOMING]).await {
                    log.warning(format_args!("unable to wake up {}: {error}", path.display()));
                }
                if !wakeup.again.replace(false) {
                    break;
                }
            }
            wakeup.sending.set(false);
        });
    }

    /// RFC 3461 5.2.7.3: notes that a recipient was an alias with several members. The queue manager sends the
    /// report.
    pub(crate) async fn expanded(&self, id: &QueueId, recipients: Vec<Recipient>, log: &Log) {
        for recipient in recipients {
            let diagnosis = Diagnosis {
                action: Some("expanded".to_owned()),
                ..Diagnosis::new(Enhanced::new(0, 0), "alias expanded")
            };
            let request =
                Request::Append { queue_id: id.clone(), recipient, outcome: Outcome::Sent(diagnosis) };
            match self.trace.call(&request).await {
                Ok(Reply::Done) => {}
                Ok(Reply::Failed(cause)) => log.warning(format_args!("{id}: trace service: {cause}")),
                Err(error) => log.warning(format_args!("{id}: trace service: {error}")),
            }
        }
    }

    /// Tells verify(8) what was found out about aliases.
    pub(crate) async fn probed(&self, id: &QueueId, probed: Vec<(Recipient, Outcome)>, log: &Log) {
        for (recipient, outcome) in probed {
            for request in ipc::verify::Request::updates(&recipient, &outcome) {
                if let Err(error) = self.verify.call(&request).await {
                    log.warning(format_args!("{id}: verify service: {error}"));
                }
            }
        }
    }

    /// Returns a refused message to its sender. False when that did not work: then the client must keep it.
    pub(crate) async fn bounce(&self, id: &QueueId, bounce: Bounce, log: &Log) -> bool {
        match self.try_bounce(id, bounce, log).await {
            Ok(()) => true,
            Err(cause) => {
                log.warning(format_args!("{id}: bounce service: {cause}"));
                false
            }
        }
    }

    async fn try_bounce(&self, id: &QueueId, bounce: Bounce, log: &Log) -> Result<(), String> {
        let Bounce { mut draft, outcome, header_only, .. } = bounce;
        let now = Timestamp::from_system(SystemTime::now());
        let read = tokio::task::spawn_blocking(move || read_back(&mut draft).map(|read| (draft, read)));
        let (draft, (envelope, descriptor)) = read.await.map_err(|e| e.to_string()).and_then(|read| read)?;
        let mut recipients = envelope.recipients.clone();
        if recipients.is_empty() {
            recipients.push(Recipient::new("unknown"));
        }
        for recipient in recipients {
            let outcome = outcome.clone();
            log.say(&Delivery {
                queue_id: id,
                recipient: &recipient,
                relay: "none",
                conn_use: 0,
                delays: Delays {
                    queue: now.since(envelope.arrival).max(0.0),
                    resolution: 2,
                    ..Delays::default()
                },
                tls: None,
                outcome: &outcome,
                probe: false,
                soft_bounced: false,
            });
            ask(&self.bounce, &Request::Append { queue_id: id.clone(), recipient, outcome }).await?;
        }
        let mut notice = notice(id, &envelope);
        if header_only {
            notice.ret = Some(ReturnFormat::Headers);
        }
        let flush = Request::Flush(notice);
        let mut lease = self.bounce.begin().await.map_err(|e| e.to_string())?;
        lease.send_with(&flush, descriptor.as_fd()).await.map_err(|e| e.to_string())?;
        let reply = lease.expect::<Reply>().await.map_err(|e| e.to_string())?;
        lease.done();
        // Removing the file takes time that the reactor does not have.
        tokio::task::spawn_blocking(move || drop(draft));
        verdict(reply)
    }
}

type ReadBack = (Envelope, OwnedFd);

fn read_back(draft: &mut queue::Draft) -> Result<ReadBack, String> {
    let source = draft.read_back().map_err(|e| e.to_string())?;
    let envelope = Envelope::read(source, usize::MAX).map_err(|e| format!("{e:?}"))?;
    let descriptor = source.0.as_fd().try_clone_to_owned().map_err(|e| e.to_string())?;
    Ok((envelope, descriptor))
}

async fn ask(client: &Client, request: &Request) -> Result<(), String> {
    verdict(client.call(request).await.map_err(|e| e.to_string())?)
}

fn verdict(reply: Reply) -> Result<(), String> {
    match reply {
        Reply::Done => Ok(()),
        Reply::Failed(cause) => Err(cause),
    }
}

fn notice(id: &QueueId, envelope: &Envelope) -> Notice {
    Notice {
        queue_name: "incoming".to_owned(),
        queue_id: id.clone(),
        data_offset: envelope.size.data_offset.max(0) as u64,
        data_size: envelope.size.content_size.max(0) as u64,
        arrival: envelope.arrival.seconds,
        encoding: envelope.attribute("encoding").unwrap_or_default().to_owned(),
        smtputf8: envelope.size.send_options != 0,
        sender: envelope.sender.clone(),
        envelope_id: envelope.envelope_id.clone().unwrap_or_default(),
        ret: envelope.ret,
        verp: envelope.verp.clone(),
        verify: false,
    }
}

const CONVERSATIONS: usize = 20;
