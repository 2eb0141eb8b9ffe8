//! Address verification: asks verify(8), and waits a while for the outcome of a probe.

use crate::conversation::Conversation;
use crate::settings::Settings;
use ipc::verify::{Reply, Request, Status};
use mail::{Address, Timestamp};
use policy::{Answer, Probed};
use smtp::server::Request as Command;
use std::time::{Duration, SystemTime};

/// Who knows, and how long we wait.
pub(crate) struct Verifier {
    service: ipc::Client,
    poll_count: u32,
    poll_delay: Duration,
}

impl Verifier {
    pub(crate) fn new(settings: &Settings) -> Self {
        let verify = &settings.verify;
        Self {
            service: ipc::Client::new(&verify.socket, CONVERSATIONS, settings.ipc_timeout),
            poll_count: verify.poll_count,
            poll_delay: verify.poll_delay,
        }
    }

    /// What is known about an address.
    pub(crate) async fn ask(&self, address: &Address) -> Answer {
        let request = Request::Query(address.clone());
        let mut left = self.poll_count;
        loop {
            let (status, text) = match self.service.call(&request).await {
                Ok(Reply::Known(status, text)) => (status, text),
                Ok(Reply::Noted | Reply::Failed) => {
                    return Answer::Failed(format!("verify service: nothing about {address}"));
                }
                Err(error) => return Answer::Failed(format!("verify service: {error}")),
            };
            left = left.saturating_sub(1);
            match status {
                Status::Deliverable => return Answer::Probed(Probed::Deliverable, text),
                Status::Undeliverable => return Answer::Probed(Probed::Undeliverable, text),
                Status::InProgress if left > 0 => tokio::time::sleep(self.poll_delay).await,
                Status::Deferred | Status::InProgress => return Answer::Probed(Probed::Deferred, text),
            }
        }
    }
}

impl<S> Conversation<'_, S> {
    /// The sender of our own probes: mail for it is never refused, or probes of others would fail.
    pub(crate) fn is_probe_sender(&self, address: &Address) -> bool {
        let now = Timestamp::from_system(SystemTime::now()).seconds;
        self.daemon.settings.verify.probe_sender.is_in_use(address, now)
    }

    /// Mail from a sender of our own probes comes from the address without its changing part.
    pub(crate) fn without_probe_sender(&self, mut command: Command) -> Command {
        if let Command::Mail(sender) = &mut command
            && self.is_probe_sender(&sender.address)
        {
            sender.address = self.daemon.settings.verify.probe_sender.base.clone();
        }
        command
    }

    /// The recipient as the queue is to know it: a sender of our own probes without its changing part.
    pub(crate) fn queued_recipient(&self, address: &Address) -> Address {
        match self.is_probe_sender(address) {
            true => self.daemon.settings.verify.probe_sender.base.clone(),
            false => address.clone(),
        }
    }
}

const CONVERSATIONS: usize = 20;
