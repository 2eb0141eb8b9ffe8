//! Requests to flush(8): remember that mail waits for a destination, deliver it now.
//!
//! Postfix's own form of names and values, each ended by a null byte: the same socket takes the wakeup of master(8),
//! and postqueue(1), which has no async runtime, speaks it too. One request per connection; flush(8) speaks first.

use crate::IpcError;
use mail::QueueId;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// What flush(8) is asked at `public/flush` (`flush_service_name`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// This message waits for this destination.
    Add {
        /// The destination.
        site: String,
        /// The message.
        queue_id: QueueId,
    },
    /// Deliver what waits for this destination.
    SendSite(String),
    /// Deliver this message.
    SendFile(QueueId),
    /// Deliver what waits for destinations that nobody has asked about for long.
    Refresh,
    /// Deliver what waits for any listed destination.
    Purge,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done, or begun.
    Done,
    /// The request makes no sense.
    Bad,
    /// The queue can't be worked on now.
    Failed,
    /// The destination isn't in `fast_flush_domains`.
    Denied,
}

impl Request {
    /// Asks the service behind `path`.
    pub async fn send(&self, path: &Path, patience: Duration) -> Result<Status, IpcError> {
        let exchange = async {
            let mut stream =
                UnixStream::connect(path).await.map_err(|e| IpcError::Connect(path.to_owned(), e))?;
            let mut bytes = Vec::new();
            read_group(&mut stream, &mut bytes).await?;
            stream.write_all(&self.to_bytes()).await?;
            bytes.clear();
            read_group(&mut stream, &mut bytes).await?;
            Status::from_bytes(&bytes).ok_or(IpcError::Malformed("flush status"))
        };
        tokio::time::timeout(patience, exchange).await.unwrap_or(Err(IpcError::Timeout))
    }

    /// Reads a request, after the service has spoken; None from a peer that only looked in. A wakeup refreshes.
    pub async fn receive(stream: &mut UnixStream) -> Result<Option<Result<Self, Status>>, IpcError> {
        let receive = async {
            // Nobody waits for this who only came to wake us.
            let _ = stream.write_all(ANNOUNCEMENT).await;
            let mut bytes = Vec::new();
            stream.read_buf(&mut bytes).await?;
            if bytes.is_empty() {
                return Ok(None);
            }
            if bytes.iter().all(|byte| *byte == crate::trigger::WAKEUP) {
                return Ok(Some(Ok(Self::Refresh)));
            }
            read_group(stream, &mut bytes).await?;
            Ok(Some(Self::from_bytes(&bytes).ok_or(Status::Bad)))
        };
        tokio::time::timeout(PATIENCE, receive).await.unwrap_or(Err(IpcError::Timeout))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let words: Vec<&str> = match self {
            Self::Add { site, queue_id } => {
                vec!["request", "add", "site", site, "queue_id", queue_id.as_str()]
            }
            Self::SendSite(site) => vec!["request", "send_site", "site", site],
            Self::SendFile(queue_id) => vec!["request", "send_file", "queue_id", queue_id.as_str()],
            Self::Refresh => vec!["request", "refresh"],
            Self::Purge => vec!["request", "purge"],
        };
        group(&words)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let queue_id = || QueueId::parse(value(bytes, "queue_id")?);
        let site = || value(bytes, "site").filter(|site| !site.is_empty()).map(str::to_owned);
        match value(bytes, "request")? {
            "add" => Some(Self::Add { site: site()?, queue_id: queue_id()? }),
            "send_site" => Some(Self::SendSite(site()?)),
            "send_file" => Some(Self::SendFile(queue_id()?)),
            "refresh" => Some(Self::Refresh),
            "purge" => Some(Self::Purge),
            _ => None,
        }
    }
}

impl Status {
    /// Answers a request.
    pub async fn send(self, stream: &mut UnixStream) -> Result<(), IpcError> {
        let (_, number) = STATUSES.iter().find(|(status, _)| *status == self).unwrap_or(&STATUSES[0]);
        let bytes = group(&["status", number]);
        let sent = tokio::time::timeout(PATIENCE, stream.write_all(&bytes)).await;
        Ok(sent.map_err(|_| IpcError::Timeout)??)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let number = value(bytes, "status")?;
        STATUSES.iter().find(|(_, known)| *known == number).map(|(status, _)| *status)
    }
}

/// Reads to the end of a group: an empty name.
async fn read_group(stream: &mut UnixStream, bytes: &mut Vec<u8>) -> Result<(), IpcError> {
    while !is_complete(bytes) {
        if bytes.len() > GROUP_LIMIT {
            return Err(IpcError::Malformed("flush request"));
        }
        if stream.read_buf(bytes).await? == 0 {
            return Err(IpcError::Closed);
        }
    }
    Ok(())
}

/// Values may be empty, names may not: an empty word in the place of a name ends the group.
fn is_complete(bytes: &[u8]) -> bool {
    bytes.strip_suffix(&[0]).is_some_and(|words| words.split(|b| *b == 0).step_by(2).any(<[u8]>::is_empty))
}

fn group(words: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.bytes().chain([0])).collect();
    bytes.push(0);
    bytes
}

fn value<'a>(bytes: &'a [u8], name: &str) -> Option<&'a str> {
    let words: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
    let pair = words.chunks_exact(2).find(|pair| pair[0] == name.as_bytes())?;
    std::str::from_utf8(pair[1]).ok()
}

const ANNOUNCEMENT: &[u8] = b"protocol\0flush_protocol\0\0";
/// The numbers that postqueue(1) knows too.
const STATUSES: [(Status, &str); 4] =
    [(Status::Failed, "3"), (Status::Done, "0"), (Status::Bad, "2"), (Status::Denied, "4")];
const GROUP_LIMIT: usize = 10_000;
const PATIENCE: Duration = Duration::from_secs(100);

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UnixListener;

    fn requests() -> [Request; 5] {
        let queue_id = QueueId::parse("4FDF798C123").unwrap();
        [
            Request::Add { site: "example.org".into(), queue_id: queue_id.clone() },
            Request::SendSite("[192.0.2.1]".into()),
            Request::SendFile(queue_id),
            Request::Refresh,
            Request::Purge,
        ]
    }

    #[test]
    fn requests_and_statuses_arrive_as_they_were_sent() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("flush");
        runtime.block_on(async {
            let listener = UnixListener::bind(&path).unwrap();
            let server = async {
                for request in requests() {
                    let mut stream = listener.accept().await.unwrap().0;
                    let received = Request::receive(&mut stream).await.unwrap();
                    assert_eq!(received, Some(Ok(request)));
                    Status::Denied.send(&mut stream).await.unwrap();
                }
                let mut stream = listener.accept().await.unwrap().0;
                assert_eq!(Request::receive(&mut stream).await.unwrap(), Some(Ok(Request::Refresh)));
            };
            let client = async {
                for request in requests() {
                    let status = request.send(&path, Duration::from_secs(10)).await.unwrap();
                    assert_eq!(status, Status::Denied);
                }
                crate::trigger::send(&path, &[crate::trigger::WAKEUP]).await.unwrap();
            };
            tokio::join!(server, client);
        });
    }

    #[test]
    fn what_is_no_request_is_told_apart() {
        assert_eq!(Request::from_bytes(b"request\0add\0site\0x\0queue_id\0../x\0\0"), None);
        assert_eq!(Request::from_bytes(b"request\0send_site\0site\0\0\0"), None);
        assert!(!is_complete(b"request\0add\0site\0"));
        assert!(!is_complete(b"request\0send_site\0site\0\0"));
        assert!(is_complete(b"request\0send_site\0site\0\0\0"));
    }
}
