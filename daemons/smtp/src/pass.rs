//! Handing a request on to another delivery agent (`best_mx_transport`): it logs, it reports, we only pass its
//! answers through.

use content::Message;
use ipc::deliver::{Reply, Request};
use ipc::{Conversation, IpcError};
use mail::{Diagnosis, Enhanced, Outcome};
use std::os::fd::AsFd;
use std::path::Path;

/// Has `transport` (`name` or `name:nexthop`) deliver to the recipients at these places; gives a fate for each.
pub async fn pass(
    request: &Request,
    places: &[usize],
    message: &Message,
    transport: &str,
) -> Vec<(usize, Outcome)> {
    let mut fates = Vec::new();
    let result = ask(request, places, message, transport, &mut fates).await;
    let excuse = result.err().map_or("recipient without result".to_owned(), |error| error.to_string());
    for place in places {
        if !fates.iter().any(|(known, _)| known == place) {
            let text = format!("mail transport {transport} unavailable: {excuse}");
            fates.push((*place, Outcome::Deferred(Diagnosis::new(Enhanced::new(3, 0), text))));
        }
    }
    fates
}

async fn ask(
    request: &Request,
    places: &[usize],
    message: &Message,
    transport: &str,
    fates: &mut Vec<(usize, Outcome)>,
) -> Result<(), IpcError> {
    let (service, nexthop) = transport.split_once(':').unwrap_or((transport, ""));
    let mut passed = request.clone();
    passed.recipients = places.iter().map(|place| request.recipients[*place].clone()).collect();
    if !nexthop.is_empty() {
        passed.nexthop = nexthop.to_owned();
    }
    let mut agent = Conversation::connect(&Path::new("private").join(service)).await?;
    agent.send_with(&passed, message.as_fd()).await?;
    loop {
        match agent.expect().await? {
            Reply::Recipient { index, outcome, .. } => {
                let place = places.get(index as usize).ok_or(IpcError::Malformed("recipient"))?;
                fates.push((*place, outcome));
            }
            Reply::Done { .. } => return Ok(()),
        }
    }
}
