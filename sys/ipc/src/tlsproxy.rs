//! Requests to tlsproxy(8): speak TLS with a client on somebody else's behalf. The client's socket travels to it; what
//! the client says comes back in clear, over a pair of sockets of which the asker keeps one end.

use crate::{Conversation, IpcError};
use serde::{Deserialize, Serialize};
use std::os::fd::AsFd;
use std::path::Path;
use tokio::net::UnixStream;

/// Asked at `private/tlsproxy` (`tlsproxy_service_name`), with the client's connected socket beside it. A second frame
/// ([`ClearEnd`]) follows with the socket over which the clear text goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// `[address]:port` of the client, for log lines.
    pub remote: String,
    /// Seconds in which the handshake must be done (`postscreen_starttls_timeout`).
    pub handshake_timeout: u32,
    /// Seconds of silence after which both ends are closed.
    pub idle_timeout: u32,
}

/// Comes with one end of a socket pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearEnd;

/// The answer, when the handshake is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// TLS is spoken, as described: `TLSv1.3 with cipher ...`. tlsproxy has logged it.
    Ready(String),
    /// The handshake failed or TLS is not available; tlsproxy has logged why. The client's socket is of no more use.
    Failed,
}

/// Hands a client over. When the handshake succeeded: the clear-text end, and how TLS is spoken. Afterwards the caller
/// should forget its own copy of `client`. Closing the clear-text end ends the TLS session in order.
pub async fn start(
    service: &Path,
    request: &Request,
    client: impl AsFd,
) -> Result<Option<(UnixStream, String)>, IpcError> {
    let mut proxy = Conversation::connect(service).await?;
    let (ours, theirs) = UnixStream::pair()?;
    proxy.send_with(request, client.as_fd()).await?;
    proxy.send_with(&ClearEnd, theirs.as_fd()).await?;
    drop(theirs);
    match proxy.expect().await? {
        Reply::Ready(session) => Ok(Some((ours, session))),
        Reply::Failed => Ok(None),
    }
}
