//! The asking end: conversations with one service, kept open and used again.
//! How many are open at once is bounded; who comes later waits for a free one.

use crate::{Conversation, IpcError, Request};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A pool of conversations with the service at one socket.
pub struct Client {
    path: PathBuf,
    timeout: Duration,
    idle: Mutex<Vec<Conversation>>,
    permits: Semaphore,
}

impl Client {
    /// At most `limit` conversations at a time; each answer may take `timeout` (`ipc_timeout`).
    pub fn new(path: impl Into<PathBuf>, limit: usize, timeout: Duration) -> Self {
        Self {
            path: path.into(),
            timeout,
            idle: Mutex::new(Vec::new()),
            permits: Semaphore::new(limit.clamp(1, Semaphore::MAX_PERMITS)),
        }
    }

    /// The socket's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A conversation of one's own. Give it back with [`Lease::done`]; a lease that is dropped hangs up, which
    /// tells the peer that the work was given up.
    pub async fn begin(&self) -> Result<Lease<'_>, IpcError> {
        let permit = self.permits.acquire().await.map_err(|_| IpcError::Closed)?;
        let conversation = match self.take_idle() {
            Some(kept) => kept,
            None => Conversation::connect(&self.path).await?,
        };
        Ok(Lease { client: self, conversation: Some(conversation), _permit: permit })
    }

    /// Asks, and waits for the answer. A kept conversation may have ended since it was last used; that is
    /// repaired by asking once more on a new one, so requests must bear being asked twice.
    pub async fn call<R: Request>(&self, request: &R) -> Result<R::Reply, IpcError> {
        match self.attempt(request).await {
            Err(IpcError::Closed | IpcError::Stream(_)) => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.attempt(request).await
            }
            other => other,
        }
    }

    async fn attempt<R: Request>(&self, request: &R) -> Result<R::Reply, IpcError> {
        let mut lease = self.begin().await?;
        lease.send(request).await?;
        let reply =
            tokio::time::timeout(self.timeout, lease.expect()).await.map_err(|_| IpcError::Timeout)??;
        lease.done();
        Ok(reply)
    }

    fn take_idle(&self) -> Option<Conversation> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(kept) = idle.pop() {
            if kept.is_reusable() {
                return Some(kept);
            }
        }
        None
    }
}

/// A conversation on loan from a [`Client`].
pub struct Lease<'a> {
    client: &'a Client,
    conversation: Option<Conversation>,
    _permit: SemaphorePermit<'a>,
}

impl Lease<'_> {
    /// The exchange is complete: others may use the conversation.
    pub fn done(mut self) {
        if let Some(conversation) = self.conversation.take() {
            self.client.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conversation);
        }
    }
}

// `conversation` is None only inside `done`, which consumes the lease; the fallbacks cannot be reached by
// callers, and are written without a panic because this runs in every daemon.
impl Deref for Lease<'_> {
    type Target = Conversation;
    fn deref(&self) -> &Conversation {
        match &self.conversation {
            Some(conversation) => conversation,
            None => unreachable!("a lease holds its conversation until it is consumed"),
        }
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Conversation {
        match &mut self.conversation {
            Some(conversation) => conversation,
            None => unreachable!("a lease holds its conversation until it is consumed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite;
    use tokio::net::UnixListener;

    #[test]
    fn a_conversation_that_ended_meanwhile_is_replaced() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rewrite");
        runtime.block_on(async {
            let listener = UnixListener::bind(&path).unwrap();
            // Each conversation answers one request, then hangs up.
            let server = async {
                for _ in 0..2 {
                    let mut peer = Conversation::new(listener.accept().await.unwrap().0);
                    let _: rewrite::Request = peer.expect().await.unwrap();
                    peer.send(&rewrite::Reply::TryAgain("test".into())).await.unwrap();
                }
            };
            let client = Client::new(&path, 4, Duration::from_secs(10));
            let asks = async {
                for _ in 0..2 {
                    let ask =
                        rewrite::Request::Rewrite { context: rewrite::Context::Local, address: "a".into() };
                    let reply = client.call(&ask).await.unwrap();
                    assert_eq!(reply, rewrite::Reply::TryAgain("test".into()));
                }
            };
            tokio::join!(server, asks);
        });
    }
}
