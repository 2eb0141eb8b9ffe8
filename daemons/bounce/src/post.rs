//! Sends one notice: through cleanup(8), like all mail.

use crate::letters::Letter;
use crate::original;
use crate::settings::{Prose, Settings};
use content::Message;
use ipc::bounce::Notice;
use ipc::cleanup::{Begin, Finished, Flags, Frame, Opened, Recipient};
use ipc::{Client, Lease};
use mail::{Address, QueueId, Timestamp};
use maillog::Log;
use notice::{Kind, Report};
use os::clock::Local;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Posts a letter about a message. The error is for our own log.
pub async fn post(
    letter: &Letter,
    notice: &Notice,
    message: &Arc<Message>,
    cleanup: &Client,
    settings: &Settings,
    log: &Log,
) -> Result<(), String> {
    let now = Timestamp::from_system(std::time::SystemTime::now());
    let prose = settings.prose(letter.kind);
    if let Err(why) = &prose.text {
        return Err(why.clone());
    }
    let mut lease = cleanup.begin().await.map_err(|e| e.to_string())?;
    let said = "cleanup service";
    let failed = |e: ipc::IpcError| format!("{said}: {e}");
    lease.send(&Frame::Begin(Box::new(begin(letter, notice, settings, now)))).await.map_err(failed)?;
    let id = match lease.expect::<Opened>().await.map_err(failed)? {
        Opened::Id(id) => id,
        Opened::Refused(reply) => return Err(format!("{said}: {}", reply.line())),
    };
    let sentence = format!("{}: {}: {id}", notice.queue_id, letter.log_name());
    if settings.early_log {
        log.info(&sentence);
    }
    if !letter.postmaster {
        prose.complaints.iter().for_each(|complaint| log.warning(complaint));
    }
    let recipient = Recipient { address: letter.to.clone(), ..Recipient::default() };
    lease.feed(&Frame::Recipient(recipient)).await.map_err(failed)?;
    write(&mut lease, letter, notice, message, settings, (&id, now)).await?;
    lease.send(&Frame::Finish).await.map_err(failed)?;
    let answer = tokio::time::timeout(settings.ipc_timeout, lease.expect::<Finished>()).await;
    match answer.map_err(|_| format!("{said}: no answer in time"))?.map_err(failed)? {
        Finished::Queued | Finished::Discarded => {}
        Finished::Refused(reply) => return Err(format!("{said}: {}", reply.line())),
    }
    lease.done();
    if !settings.early_log {
        log.info(&sentence);
    }
    Ok(())
}

fn begin(letter: &Letter, notice: &Notice, settings: &Settings, now: Timestamp) -> Begin {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Begin {
        flags: Flags {
            maps: true,
            checks: settings.filtered,
            milters: settings.filtered,
            ..Flags::default()
        },
        arrival: now,
        sender: letter.from.clone(),
        attributes: vec![
            attribute("rewrite_context", "local"),
            attribute("log_message_origin", "local"),
            attribute("encoding", if eight_bit(notice, settings) { "8bit" } else { "7bit" }),
        ],
        smtputf8: notice.smtputf8,
        ..Begin::default()
    }
}

async fn write(
    lease: &mut Lease<'_>,
    letter: &Letter,
    notice: &Notice,
    message: &Arc<Message>,
    settings: &Settings,
    (id, now): (&QueueId, Timestamp),
) -> Result<(), String> {
    let thread = if settings.threaded { find_message_id(message).await? } else { None };
    let date = Local::from_seconds(now.seconds).rfc5322();
    let arrival = Local::from_seconds(notice.arrival).rfc5322();
    let until = Local::from_seconds(notice.arrival.saturating_add(settings.queue_lifetime)).rfc5322();
    let boundary = format!("{}.{}/{}", notice.queue_id, now.seconds, settings.myhostname);
    let sender = match notice.sender.is_null() {
        true => Address::new(format!("MAILER-DAEMON@{}", settings.myhostname)),
        false => notice.sender.clone(),
    };
    let Prose { template, text, .. } = settings.prose(letter.kind);
    let report = Report {
        kind: letter.kind,
        postmaster: letter.postmaster,
        template,
        text: text.as_deref().unwrap_or_default(),
        myhostname: &settings.myhostname,
        mail_name: &settings.mail_name,
        to: &letter.to.to_external(),
        date: &date,
        boundary: &boundary,
        queue_id: notice.queue_id.as_str(),
        sender: &sender.to_external(),
        envelope_id: &notice.envelope_id,
        arrival: &arrival,
        retry_until: (letter.kind == Kind::Delay).then_some(&until),
        message_id: thread.as_deref(),
        smtputf8: notice.smtputf8,
        eight_bit: eight_bit(notice, settings),
        returned: letter.returned,
        entries: &letter.entries,
    };
    let (host, name) = (&settings.myhostname, &settings.mail_name);
    let received = format!("Received: by {host} ({name})\n\tid {id}; {date}\n");
    put(lease, (received + &report.head()).into_bytes()).await?;
    copy_original(lease, letter, message).await?;
    put(lease, report.tail().into_bytes()).await
}

/// The message is read on the blocking pool, a few blocks ahead of the writer.
async fn copy_original(lease: &mut Lease<'_>, letter: &Letter, message: &Arc<Message>) -> Result<(), String> {
    let (sender, mut receiver) = mpsc::channel(BLOCKS_AHEAD);
    let (message, returned) = (Arc::clone(message), letter.returned);
    let reader = tokio::task::spawn_blocking(move || {
        original::copy(&message, returned, |block| sender.blocking_send(block).is_ok())
    });
    while let Some(block) = receiver.recv().await {
        put(lease, block).await?;
    }
    let copied = reader.await.map_err(|e| e.to_string())?;
    copied.map_err(|e| format!("original message: {e}"))
}

async fn find_message_id(message: &Arc<Message>) -> Result<Option<String>, String> {
    let message = Arc::clone(message);
    let found = tokio::task::spawn_blocking(move || original::message_id(&message)).await;
    found.map_err(|e| e.to_string())?.map_err(|e| format!("original message: {e}"))
}

async fn put(lease: &mut Lease<'_>, content: Vec<u8>) -> Result<(), String> {
    lease.feed(&Frame::Content(content)).await.map_err(|e| e.to_string())
}

/// Text that may hold 8-bit characters, unless the message said that it has none.
fn eight_bit(notice: &Notice, settings: &Settings) -> bool {
    notice.encoding == "8bit" || (settings.smtputf8 && notice.encoding != "7bit")
}

const BLOCKS_AHEAD: usize = 2;
