//! Sends a probe: a message without content, to one recipient, that is never delivered. It goes the way of all mail,
//! through cleanup(8).

use super::settings::Settings;
use ipc::Client;
use ipc::cleanup::{Begin, Finished, Flags, Frame, Opened, Recipient};
use mail::{Address, Timestamp};
use os::clock::Local;
use std::time::SystemTime;

/// Sends a probe for an address. The error is for our own log.
pub(super) async fn send(address: &Address, cleanup: &Client, settings: &Settings) -> Result<(), String> {
    let failed = |e: ipc::IpcError| format!("cleanup service: {e}");
    let now = Timestamp::from_system(SystemTime::now());
    let mut lease = cleanup.begin().await.map_err(failed)?;
    lease.send(&Frame::Begin(Box::new(begin(settings, now)))).await.map_err(failed)?;
    let id = match lease.expect::<Opened>().await.map_err(failed)? {
        Opened::Id(id) => id,
        Opened::Refused(reply) => return Err(format!("cleanup service: {}", reply.line())),
    };
    let recipient = Recipient { address: address.clone(), ..Recipient::default() };
    lease.feed(&Frame::Recipient(recipient)).await.map_err(failed)?;
    let date = Local::from_seconds(now.seconds).rfc5322();
    let (host, name) = (&settings.myhostname, &settings.mail_name);
    let content = format!("Received: by {host} ({name})\n\tid {id}; {date}\n");
    lease.feed(&Frame::Content(content.into_bytes())).await.map_err(failed)?;
    lease.send(&Frame::Finish).await.map_err(failed)?;
    let answer = tokio::time::timeout(settings.ipc_timeout, lease.expect::<Finished>()).await;
    match answer.map_err(|_| "cleanup service: no answer in time".to_owned())?.map_err(failed)? {
        Finished::Queued | Finished::Discarded => {}
        Finished::Refused(reply) => return Err(format!("cleanup service: {}", reply.line())),
    }
    lease.done();
    Ok(())
}

fn begin(settings: &Settings, now: Timestamp) -> Begin {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Begin {
        flags: Flags { maps: true, trace_only: true, ..Flags::default() },
        arrival: now,
        sender: settings.sender.at(now.seconds),
        attributes: vec![attribute("log_message_origin", "local"), attribute("trace_flags", PROBE)],
        ..Begin::default()
    }
}

/// The bit of `trace_flags` in queue files that says: only a probe of ours.
const PROBE: &str = "256";
