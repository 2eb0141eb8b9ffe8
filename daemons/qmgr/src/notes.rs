//! What is noted about recipients, and the notices that come of it: requests to bounce(8), defer(8) and trace(8).

use crate::active::Active;
use crate::settings::Settings;
use ipc::bounce::{Notice, Reply, Request};
use ipc::{Client, IpcError, verify};
use mail::{Outcome, QueueId, Recipient};
use std::time::Duration;

/// The three services, and verify(8).
pub struct Notes {
    bounce: Client,
    defer: Client,
    trace: Client,
    verify: Client,
    patience: Duration,
}

/// Which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// bounce(8)
    Bounce,
    /// defer(8)
    Defer,
    /// trace(8)
    Trace,
}

impl Notes {
    /// Nothing is connected yet.
    pub fn new(settings: &Settings) -> Self {
        let client = |name: &str| Client::new(settings.socket(name), CONVERSATIONS, settings.ipc_timeout);
        Self {
            bounce: client(&settings.bounce_service),
            defer: client(&settings.defer_service),
            trace: client(&settings.trace_service),
            verify: client(&settings.verify_service),
            patience: settings.agent_timeout,
        }
    }

    /// Notes one recipient's fate; it is safe on disk when this returns.
    pub async fn append(
        &self,
        service: Service,
        queue_id: &QueueId,
        recipient: &Recipient,
        outcome: &Outcome,
    ) -> Result<(), String> {
        let (queue_id, recipient, outcome) = (queue_id.clone(), recipient.clone(), outcome.clone());
        let request = Request::Append { queue_id, recipient, outcome };
        done(self.client(service).call(&request).await)
    }

    /// Tells verify(8) what a probe has shown.
    pub async fn probed(&self, recipient: &Recipient, outcome: &Outcome) -> Result<(), String> {
        for request in verify::Request::updates(recipient, outcome) {
            match self.verify.call(&request).await {
                Ok(verify::Reply::Failed) => return Err("the cache can't be used".to_owned()),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    /// Has the notices sent that the log of this service calls for. The log is gone then.
    pub async fn flush(&self, service: Service, message: &Active, notice: Notice) -> Result<(), String> {
        self.with_file(service, message, Request::Flush(notice)).await
    }

    /// Has a delay warning sent.
    pub async fn warn(&self, message: &Active, notice: Notice) -> Result<(), String> {
        self.with_file(Service::Defer, message, Request::Warn(notice)).await
    }

    async fn with_file(&self, service: Service, message: &Active, request: Request) -> Result<(), String> {
        let ask = async {
            let mut lease = self.client(service).begin().await?;
            lease.send_with(&request, message.file.descriptor()).await?;
            let reply = lease.expect::<Reply>().await?;
            lease.done();
            Ok(reply)
        };
        done(tokio::time::timeout(self.patience, ask).await.unwrap_or(Err(IpcError::Timeout)))
    }

    fn client(&self, service: Service) -> &Client {
        match service {
            Service::Bounce => &self.bounce,
            Service::Defer => &self.defer,
            Service::Trace => &self.trace,
        }
    }
}

fn done(reply: Result<Reply, IpcError>) -> Result<(), String> {
    match reply {
        Ok(Reply::Done) => Ok(()),
        Ok(Reply::Failed(why)) => Err(why),
        Err(error) => Err(error.to_string()),
    }
}

/// What the report of `sendmail -v` says of an outcome: who delivered, and for probes whether it would have.
pub fn traced(outcome: &Outcome, relay: Option<&str>, probe: bool) -> Outcome {
    let mut told = outcome.clone();
    let (why, usual) = match &mut told {
        Outcome::Sent(why) => (why, if probe { "deliverable" } else { "delivered" }),
        Outcome::Deferred(why) => (why, "delayed"),
        Outcome::Bounced(why) => (why, if probe { "undeliverable" } else { "failed" }),
    };
    let said = why.action.take().filter(|action| !action.is_empty() && !probe);
    why.action = Some(said.unwrap_or_else(|| usual.to_owned()));
    if let Some(relay) = relay {
        why.reason = format!("delivery via {relay}: {}", why.reason);
    }
    told
}

const CONVERSATIONS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Diagnosis, Enhanced};

    #[test]
    fn a_report_says_who_delivered_and_a_probe_what_would_have_happened() {
        let why = Diagnosis::new(Enhanced::new(0, 0), "delivered via cap service");
        let told = traced(&Outcome::Sent(why.clone()), Some("cap"), false);
        assert_eq!(told.diagnosis().reason, "delivery via cap: delivered via cap service");
        assert_eq!(told.diagnosis().action.as_deref(), Some("delivered"));
        let relayed = Diagnosis { action: Some("relayed".into()), ..why.clone() };
        assert_eq!(
            traced(&Outcome::Sent(relayed), Some("cap"), false).diagnosis().action.as_deref(),
            Some("relayed")
        );
        let probe = traced(&Outcome::Bounced(why), None, true);
        assert_eq!(probe.diagnosis().action.as_deref(), Some("undeliverable"));
        assert_eq!(probe.diagnosis().reason, "delivered via cap service");
    }
}
