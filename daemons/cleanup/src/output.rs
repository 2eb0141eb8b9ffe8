//! The queue file as it grows: records gather in memory, and go to disk in large pieces on the blocking pool.

use queue::record::{Kind, Size, encode, encode_line};
use queue::{Draft, DraftError, QueueName};
use std::io;

/// A queue file that is not finished.
pub(crate) struct Output {
    draft: Option<Draft>,
    buffer: Vec<u8>,
    /// What is in the file already.
    written: u64,
    /// `message_size_limit`, which counts the whole file; 0: none.
    limit: u64,
    line_limit: usize,
    too_large: bool,
}

impl Output {
    /// Begins with an empty size record, which [`Self::commit`] fills in.
    pub(crate) fn new(draft: Draft, limit: u64, line_limit: usize) -> Self {
        let mut output =
            Self { draft: Some(draft), buffer: Vec::new(), written: 0, limit, line_limit, too_large: false };
        output.record(Kind::SIZE, Size::default().format().as_bytes());
        output
    }

    /// Appends a record.
    pub(crate) fn record(&mut self, kind: Kind, data: &[u8]) {
        if self.fits(data.len()) {
            encode(kind, data, &mut self.buffer);
        }
    }

    /// Appends `name=value`.
    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        self.record(Kind::ATTRIBUTE, format!("{name}={value}").as_bytes());
    }

    /// Appends a line of content, or a piece of one that goes on.
    pub(crate) fn text(&mut self, text: &[u8], complete: bool) {
        if !self.fits(text.len()) {
            return;
        }
        if complete || text.len() > self.line_limit {
            encode_line(text, self.line_limit, &mut self.buffer);
        } else {
            encode(Kind::CONTINUED, text, &mut self.buffer);
        }
    }

    /// Where the next record will stand.
    pub(crate) fn position(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// True when something was left out because of message_size_limit.
    pub(crate) fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// True when enough has gathered to be worth a trip to the pool.
    pub(crate) fn is_full(&self) -> bool {
        self.buffer.len() >= GATHER
    }

    /// Writes what has gathered.
    pub(crate) async fn spill(&mut self) -> Result<(), DraftError> {
        let buffer = std::mem::take(&mut self.buffer);
        let length = buffer.len() as u64;
        let Some(mut draft) = self.draft.take() else { return Err(gone()) };
        let (draft, result) = on_pool(move || {
            let result = draft.put_encoded(&buffer).map(|_| ());
            (draft, result)
        })
        .await?;
        self.draft = Some(draft);
        self.written += length;
        result
    }

    /// Completes the size record and makes the file part of the queue.
    pub(crate) async fn commit(mut self, size: Size, home: QueueName) -> Result<(), DraftError> {
        let buffer = std::mem::take(&mut self.buffer);
        let Some(mut draft) = self.draft.take() else { return Err(gone()) };
        on_pool(move || {
            draft.put_encoded(&buffer)?;
            draft.set_size(&size)?;
            draft.commit_to(home).map(|_| ())
        })
        .await?
    }

    /// Completes the file, but leaves it outside of the queue: for a bounce.
    pub(crate) async fn complete(mut self, size: Size) -> Result<Draft, DraftError> {
        let buffer = std::mem::take(&mut self.buffer);
        let Some(mut draft) = self.draft.take() else { return Err(gone()) };
        on_pool(move || {
            draft.put_encoded(&buffer)?;
            draft.set_size(&size)?;
            draft.read_back()?;
            Ok(draft)
        })
        .await?
    }

    fn fits(&mut self, length: usize) -> bool {
        let after = self.position() + length as u64;
        self.too_large |= self.limit > 0 && after > self.limit;
        !self.too_large
    }
}

impl Drop for Output {
    /// Removing the file takes time that the reactor does not have.
    fn drop(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(draft));
        }
    }
}

/// Runs blocking work on the pool. A panic there is a failed write here.
pub(crate) async fn on_pool<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, DraftError> {
    let failed = |error: tokio::task::JoinError| DraftError { step: "write", error: io::Error::other(error) };
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

pub(crate) fn gone() -> DraftError {
    DraftError { step: "write", error: io::Error::other("an earlier write failed") }
}

const GATHER: usize = 128 << 10;
