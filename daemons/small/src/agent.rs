//! What delivery agents share that deliver nothing themselves: the conversation with the queue manager, where all
//! recipients of a request meet the same fate.

use ipc::Conversation;
use ipc::deliver::{Reply, Request};
use mail::{Diagnosis, Enhanced, Outcome, Timestamp};
use maillog::{Delays, Delivery};
use service::{Jailed, Stream};
use std::time::SystemTime;

/// How an agent logs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// `soft_bounce`
    pub(crate) soft_bounce: bool,
    /// `delay_logging_resolution_limit`
    pub(crate) resolution: u8,
}

impl Manner {
    /// From main.cf.
    pub(crate) fn from_conf(conf: &config::Conf) -> Result<Self, config::Fault> {
        let resolution = u8::try_from(conf.get(config::p::DELAY_LOGGING_RESOLUTION_LIMIT)?).unwrap_or(2);
        Ok(Self { soft_bounce: conf.get(config::p::SOFT_BOUNCE)?, resolution })
    }
}

/// Answers delivery requests until the queue manager hangs up.
pub(crate) async fn serve(
    stream: Stream,
    jailed: &Jailed,
    manner: Manner,
    fate: impl Fn(&Request) -> Outcome,
) {
    let Stream::Unix(stream) = stream else {
        return jailed.log().warning("delivery requests come by unix-domain sockets only");
    };
    let mut peer = Conversation::new(stream);
    loop {
        let request: Request = match peer.receive().await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(error) => return jailed.log().warning(format_args!("delivery request: {error}")),
        };
        let _place = jailed.request().await;
        drop(peer.take_descriptor());
        let outcome = fate(&request);
        if let Err(error) = answer(&mut peer, &request, outcome, jailed, manner).await {
            return jailed.log().warning(format_args!("{}: {error}", request.queue_id));
        }
    }
}

async fn answer(
    peer: &mut Conversation,
    request: &Request,
    outcome: Outcome,
    jailed: &Jailed,
    manner: Manner,
) -> Result<(), ipc::IpcError> {
    let log = jailed.log().session();
    let soft_bounced = manner.soft_bounce && !request.probe && matches!(outcome, Outcome::Bounced(_));
    let outcome = match outcome {
        Outcome::Bounced(why) if soft_bounced => Outcome::Deferred(why),
        outcome => outcome,
    };
    let now = Timestamp::from_system(SystemTime::now());
    let delays = Delays::between(request.arrival, request.active, request.handed, None, now);
    for (index, recipient) in request.recipients.iter().enumerate() {
        log.say(&Delivery {
            queue_id: &request.queue_id,
            recipient,
            relay: "none",
            conn_use: 0,
            delays: Delays { resolution: manner.resolution, ..delays },
            tls: None,
            outcome: &outcome,
            probe: request.probe,
            soft_bounced,
        });
        let (index, outcome) = (index as u32, outcome.clone());
        peer.feed(&Reply::Recipient { index, outcome, relay: String::new() }).await?;
    }
    peer.send(&Reply::Done { unavailable: None }).await
}

/// The next hop of these agents: `status text`, where the status may be left out.
pub(crate) fn reason(nexthop: &str) -> Diagnosis {
    let with_status = nexthop
        .split_once(char::is_whitespace)
        .and_then(|(status, text)| Some(Diagnosis::new(Enhanced::parse(status)?.1, text.trim_start())));
    with_status.unwrap_or_else(|| Diagnosis::new(Enhanced::new(0, 0), nexthop))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_in_front_is_taken_as_such() {
        let parsed = |text| {
            let why = reason(text);
            (why.enhanced.to_string(), why.reason)
        };
        assert_eq!(parsed("5.1.1 no such place"), ("1.1".into(), "no such place".into()));
        assert_eq!(parsed("no such place"), ("0.0".into(), "no such place".into()));
        assert_eq!(parsed("5.1.1:no such place"), ("0.0".into(), "5.1.1:no such place".into()));
    }
}
