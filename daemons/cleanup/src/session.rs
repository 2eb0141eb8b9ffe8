//! The conversation with a client: one message after another, until it hangs up. Hanging up inside a message throws
//! that message away.

use crate::Cleanup;
use crate::faults::{Fault, Faults};
use crate::finish::End;
use crate::message::Message;
use crate::output::{Output, gone};
use crate::settings::Settings;
use ipc::cleanup::{Begin, Finished, Frame, Opened};
use ipc::{Conversation, IpcError};
use mail::{QueueId, Reply, Timestamp};
use maillog::Log;
use queue::{Draft, DraftError, Queue};
use service::{Jailed, Stream, Together};
use std::sync::Arc;
use std::time::SystemTime;

/// Serves one client.
pub(crate) async fn serve(cleanup: &Cleanup, stream: Stream, jailed: &Jailed) {
    let Stream::Unix(stream) = stream else {
        jailed.log().warning("cleanup is open to the network; see master.cf");
        return;
    };
    let mut peer = Conversation::new(stream);
    loop {
        let begin = match peer.receive::<Frame>().await {
            Ok(Some(Frame::Begin(begin))) => Some(*begin),
            Ok(Some(Frame::Open)) => None,
            Ok(None) | Err(IpcError::Stream(_)) => return,
            Ok(Some(_)) => return jailed.log().warning("a client began a message in the middle"),
            Err(error) => return jailed.log().warning(error),
        };
        let _place = jailed.request().await;
        if cleanup.message(&mut peer, begin, jailed.log()).await.is_err() {
            return;
        }
    }
}

impl Cleanup {
    /// One message, from opening the queue file to the answer. An error means that the client is gone.
    async fn message(
        &self,
        peer: &mut Conversation,
        begin: Option<Begin>,
        log: &Log,
    ) -> Result<(), IpcError> {
        self.inflow.pause().await;
        let now = Timestamp::from_system(SystemTime::now());
        let (id, output) = match self.open_file(now).await {
            Ok(opened) => opened,
            Err(refusal) => {
                log.warning(&refusal.cause);
                return peer.send(&Opened::Refused(refusal.reply)).await;
            }
        };
        let opened = Opened::Id(id.clone());
        let begin_with = |begin| Message::begin(&self.world, log.clone(), (id.clone(), output), begin, now);
        let message = match begin {
            Some(begin) => {
                let message = begin_with(begin).await;
                peer.send(&opened).await?;
                message
            }
            None => {
                peer.send(&opened).await?;
                begin_with(expect_begin(peer).await?).await
            }
        };
        let message = match receive(peer, message).await {
            Ok(message) => message,
            Err(error) => {
                if log.modern() {
                    log.info(format_args!("{id}: canceled"));
                }
                return Err(error);
            }
        };
        let finished = self.finish(&id, message, log).await;
        peer.send(&finished).await
    }

    async fn finish(&self, id: &QueueId, message: Message<'_>, log: &Log) -> Finished {
        match message.finish().await {
            End::Told(finished) => finished,
            End::Queued { held, expanded, probed } => {
                self.notices.probed(id, probed, log).await;
                self.notices.expanded(id, expanded, log).await;
                if !held {
                    self.inflow.arrived(id.clone());
                    self.notices.wake_queue_manager(log);
                }
                Finished::Queued
            }
            End::Bounce(bounce) => {
                let refused = bounce.refused.clone();
                let told = self.notices.bounce(id, *bounce, log).await;
                if told { Finished::Discarded } else { refused_for_now(refused) }
            }
        }
    }

    /// Makes the queue file, when there is room for the largest message.
    async fn open_file(&self, now: Timestamp) -> Result<(QueueId, Output), Refusal> {
        let limits = &self.world.settings.limits;
        let opened = self.openings.run(now).await;
        let draft = opened.unwrap_or_else(|| Err(Refusal::failed(gone())))?;
        Ok((draft.id().clone(), Output::new(draft, limits.message_size, limits.line_length)))
    }
}

/// The envelope of a message whose queue file is open already.
async fn expect_begin(peer: &mut Conversation) -> Result<Begin, IpcError> {
    match peer.expect::<Frame>().await? {
        Frame::Begin(begin) => Ok(*begin),
        _ => Err(IpcError::Malformed("message without a beginning")),
    }
}

/// The work that begins a queue file.
pub(crate) fn openings(
    queue: &Arc<Queue>,
    settings: &Settings,
) -> Together<Timestamp, Result<Draft, Refusal>> {
    let limits = &settings.limits;
    // As smtpd(8) does: room for one and a half of the largest message, or queue_minfree.
    let wanted = limits.queue_minfree.max(limits.message_size + limits.message_size / 2);
    let queue = Arc::clone(queue);
    Together::new(move |now| {
        let free = rustix::fs::fstatvfs(queue.root()).map(|fs| fs.f_bavail.saturating_mul(fs.f_frsize));
        match free {
            Ok(free) if free < wanted => Err(Refusal::no_room(free, wanted)),
            _ => Draft::create(&queue, now).map_err(Refusal::failed),
        }
    })
}

/// Takes recipients, edits and content until the client says that it was all.
async fn receive<'w>(peer: &mut Conversation, message: Message<'w>) -> Result<Message<'w>, IpcError> {
    let mut message = message;
    loop {
        match peer.expect::<Frame>().await? {
            Frame::Recipient(recipient) if message.content.data_offset.is_none() => {
                message.recipient(recipient).await;
                if message.out.is_full() {
                    message.spill().await;
                }
            }
            Frame::Recipient(recipient) => message.late_recipients.push(recipient),
            Frame::Edit(edit) => message.edit(edit).await,
            Frame::Content(content) => message.content(&content).await,
            Frame::Finish => return Ok(message),
            Frame::Begin(_) | Frame::Open => return Err(IpcError::Malformed("message inside a message")),
        }
    }
}

/// A queue file that can't be made: the reply for the client, and the cause for the log.
pub(crate) struct Refusal {
    reply: Reply,
    cause: String,
}

impl Refusal {
    fn no_room(free: u64, wanted: u64) -> Self {
        let cause = format!("not enough free space in mail queue: {free} bytes < {wanted} bytes");
        Self { reply: Reply::new(452, 3, 1, "Insufficient system storage"), cause }
    }

    fn failed(error: DraftError) -> Self {
        let mut faults = Faults::default();
        faults.add(Fault::from(&error));
        Self { reply: faults.reply(), cause: error.to_string() }
    }
}

/// The sender could not be told: the client keeps the message.
fn refused_for_now(refused: Finished) -> Finished {
    match refused {
        Finished::Refused(_) => Finished::Refused(Reply::new(451, 3, 0, "Error: queue file write error")),
        other => other,
    }
}
