//! One maildrop file to cleanup(8): envelope, a Received field, content.

use super::submission::Submission;
use ipc::cleanup::{Begin, Finished, Flags, Frame, Opened, Recipient};
use ipc::{Client, IpcError, Lease};
use mail::{QueueId, Reply, Timestamp};
use maillog::Log;
use os::clock::Local;
use queue::MessageFile;
use record::{Content, Envelope, ReadError};
use std::fmt;
use std::io;
use tokio::sync::mpsc;

/// Knows how to submit.
pub(super) struct Submitter {
    pub(super) client: Client,
    pub(super) flags: Flags,
    pub(super) content_filter: Option<String>,
    /// `host (name`, as the Received field shows it.
    pub(super) received_by: String,
}

/// What became of a file.
pub(super) enum Submitted {
    Queued,
    Refused(QueueId, Reply),
}

/// Why submission stopped: cleanup is away, has no room, or the file can't be read. The file stays.
#[derive(Debug)]
pub(super) enum Stopped {
    Ipc(IpcError),
    NoRoom(Reply),
    Read(String),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipc(error) => write!(f, "cleanup service: {error}"),
            Self::NoRoom(reply) => write!(f, "cleanup service: {}", reply.text),
            Self::Read(why) => write!(f, "read: {why}"),
        }
    }
}

impl From<IpcError> for Stopped {
    fn from(error: IpcError) -> Self {
        Self::Ipc(error)
    }
}

impl Submitter {
    pub(super) async fn submit(&self, submission: Submission, log: &Log) -> Result<Submitted, Stopped> {
        let (mut lease, id) = self.open(&submission).await?;
        let (uid, sender) = (submission.uid, submission.envelope.sender.to_external());
        if submission.requeued {
            log.info(format_args!("{id}: uid={uid} from=<{sender}> orig_id={}", submission.file.id()));
        } else {
            log.info(format_args!("{id}: uid={uid} from=<{sender}>"));
        }
        for recipient in recipients(&submission.envelope) {
            lease.feed(&Frame::Recipient(recipient)).await?;
        }
        let received = self.received(&id, &submission);
        lease.feed(&Frame::Content(received.into_bytes())).await?;
        copy_content(submission.file, submission.envelope.data_offset, &mut lease).await?;
        lease.send(&Frame::Finish).await?;
        let finished = lease.expect().await?;
        lease.done();
        Ok(match finished {
            Finished::Queued | Finished::Discarded => Submitted::Queued,
            Finished::Refused(reply) => Submitted::Refused(id, reply),
        })
    }

    /// A conversation with a queue file open at its other end. A kept conversation may have ended since: once
    /// more on a new one.
    async fn open(&self, submission: &Submission) -> Result<(Lease<'_>, QueueId), Stopped> {
        let begin = Frame::Begin(Box::new(self.begin(submission)));
        let mut again = true;
        loop {
            let mut lease = self.client.begin().await?;
            let opened = match lease.send(&begin).await {
                Ok(()) => lease.expect().await,
                Err(error) => Err(error),
            };
            match opened {
                Ok(Opened::Id(id)) => return Ok((lease, id)),
                Ok(Opened::Refused(reply)) => {
                    lease.done();
                    return Err(Stopped::NoRoom(reply));
                }
                Err(IpcError::Closed | IpcError::Stream(_)) if again => again = false,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn begin(&self, submission: &Submission) -> Begin {
        let envelope = &submission.envelope;
        let mut attributes = envelope.attributes.clone();
        if let Some(trace) = envelope.trace {
            attributes.push(("trace_flags".to_owned(), trace.flags.to_string()));
        }
        let unset = envelope.arrival == Timestamp::default();
        Begin {
            // postsuper(1): requeued mail does not go through Milters again.
            flags: Flags { milters: self.flags.milters && !submission.requeued, ..self.flags },
            arrival: if unset { Timestamp::from_seconds(submission.modified) } else { envelope.arrival },
            sender: envelope.sender.clone(),
            full_name: envelope.full_name.clone(),
            attributes,
            content_filter: self.content_filter.clone(),
            verp: envelope.verp.clone(),
            envelope_id: envelope.envelope_id.clone().unwrap_or_default(),
            ret: envelope.ret,
            smtputf8: false,
            created: None,
        }
    }

    fn received(&self, id: &QueueId, submission: &Submission) -> String {
        let (by, uid) = (&self.received_by, submission.uid);
        let date = Local::from_seconds(submission.modified).rfc5322();
        format!("Received: by {by}, from userid {uid})\n\tid {id}; {date}\n")
    }
}

fn recipients(envelope: &Envelope) -> impl Iterator<Item = Recipient> {
    envelope.recipients.iter().map(|recipient| Recipient {
        address: recipient.address.clone(),
        original: recipient.original.clone(),
        dsn_orcpt: recipient.dsn_orcpt.clone(),
        notify: recipient.notify,
    })
}

/// Reads on a thread that may block, sends on this one, a few pieces apart.
async fn copy_content(file: MessageFile, data_offset: u64, lease: &mut Lease<'_>) -> Result<(), Stopped> {
    let (pieces, mut read) = mpsc::channel(PIECES_AHEAD);
    let reading = tokio::task::spawn_blocking(move || read_content(&file, data_offset, &pieces));
    while let Some(piece) = read.recv().await {
        lease.feed(&Frame::Content(piece)).await?;
    }
    match reading.await {
        Ok(result) => result.map_err(Stopped::Read),
        Err(error) => Err(Stopped::Read(error.to_string())),
    }
}

fn read_content(file: &MessageFile, data_offset: u64, pieces: &mpsc::Sender<Vec<u8>>) -> Result<(), String> {
    let mut content = Content::new(file.source(), data_offset);
    let mut piece = Vec::with_capacity(PIECE);
    let mut first = true;
    loop {
        let chunk = content.next_chunk().map_err(|error: ReadError<io::Error>| match error {
            ReadError::Source(error) => error.to_string(),
            ReadError::Damaged(fault) => fault.to_string(),
        })?;
        let Some(chunk) = chunk else { break };
        // A first line that begins with white space would continue our Received field.
        if std::mem::take(&mut first) && matches!(chunk.text.first(), Some(b' ' | b'\t')) {
            piece.push(b'\n');
        }
        piece.extend_from_slice(chunk.text);
        if chunk.ends_line {
            piece.push(b'\n');
        }
        if piece.len() >= PIECE && pieces.blocking_send(std::mem::take(&mut piece)).is_err() {
            return Ok(()); // the other side gave up and says why
        }
    }
    if !piece.is_empty() {
        let _ = pieces.blocking_send(piece);
    }
    Ok(())
}

const PIECE: usize = 32 << 10;
const PIECES_AHEAD: usize = 4;
