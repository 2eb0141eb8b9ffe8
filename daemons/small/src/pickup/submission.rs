//! A maildrop file: opened with care, its envelope read, its owner known.

use queue::{Entry, Found, Lock, MessageFile, Queue, QueueError, QueueName};
use record::{Envelope, Kind, ReadError, Reader, Source};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// A file that is ready to go.
pub(super) struct Submission {
    pub(super) file: MessageFile,
    pub(super) envelope: Envelope,
    pub(super) path: String,
    /// Who submitted it.
    pub(super) uid: u32,
    /// When; seconds since 1970.
    pub(super) modified: i64,
    /// `postsuper -r` moved it here: a whole queue file, which belongs to mail_owner.
    pub(super) requeued: bool,
}

/// Why a file is not taken.
#[derive(Debug)]
pub(super) enum Problem {
    /// It may be well later, or is none of our business.
    Leave(String),
    /// It never will be.
    Malformed(String),
}

impl Submission {
    /// None when somebody else has it, or had it.
    pub(super) fn open(queue: &Arc<Queue>, entry: Entry) -> Result<Option<Self>, Problem> {
        let Found::Message(id) = &entry.found else { return Ok(None) };
        let file = match MessageFile::open(queue, QueueName::Maildrop, id) {
            Ok(file) => file,
            Err(QueueError::Gone) => return Ok(None),
            Err(error) => return Err(Problem::Leave(format!("cannot open file: {error}"))),
        };
        let failed = |error: std::io::Error| Problem::Leave(error.to_string());
        // postdrop holds the lock until the message is safe on disk.
        if !file.try_lock(Lock::Shared).map_err(failed)? {
            return Ok(None);
        }
        let meta = file.metadata().map_err(failed)?;
        let judged = |error: QueueError| match error {
            QueueError::Damaged(fault) => Problem::Malformed(format!("uid={}: {fault}", meta.uid())),
            other => Problem::Leave(other.to_string()),
        };
        let ours = meta.uid() == os::jail::effective_uid();
        let requeued = ours && is_queue_file(file.source()).map_err(|error| judged(error.into()))?;
        let parsed = if requeued {
            Envelope::read(file.source(), usize::MAX)
        } else {
            Envelope::read_maildrop(file.source()).map(only_what_submitters_may_say)
        };
        let envelope = parsed.map_err(|error| judged(error.into()))?;
        let (uid, modified) = (meta.uid(), meta.mtime());
        Ok(Some(Self { file, envelope, path: entry.path, uid, modified, requeued }))
    }
}

/// A whole queue file begins with its size record, which postdrop writes for nobody. mail_owner's own submissions
/// look like everybody else's.
fn is_queue_file<S: Source>(source: S) -> Result<bool, ReadError<S::Error>> {
    Ok(Reader::new(source, 0).next_record()?.is_some_and(|item| item.kind == Kind::SIZE))
}

/// postdrop has checked it already; but anybody who gets into the group could write here.
fn only_what_submitters_may_say(mut envelope: Envelope) -> Envelope {
    envelope.attributes.retain(|(name, _)| name == "encoding" || name == "rewrite_context");
    (envelope.inspector, envelope.filter, envelope.redirect) = (None, None, None);
    envelope.create_time = None;
    envelope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submitter_cannot_say_who_the_client_was_or_where_the_mail_goes() {
        let mut envelope = Envelope::default();
        envelope.redirect = Some("evil".into());
        for name in ["encoding", "client_name", "rewrite_context", "sasl_username"] {
            envelope.attributes.push((name.into(), "x".into()));
        }
        let clean = only_what_submitters_may_say(envelope);
        let names: Vec<&str> = clean.attributes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, clean.redirect), (vec!["encoding", "rewrite_context"], None));
    }
}
