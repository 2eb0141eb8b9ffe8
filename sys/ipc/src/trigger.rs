//! Triggers: a byte or a few, written to a service's socket, that say "look now" (postkick(1)). Postfix's own
//! form, so that its commands and ours can wake either mail system.

use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

/// Wakes the service behind `path`. Failure is harmless: the service wakes by itself later.
pub async fn send(path: &Path, request: &[u8]) -> std::io::Result<()> {
    let attempt = async {
        let mut stream = UnixStream::connect(path).await?;
        stream.write_all(request).await
    };
    tokio::time::timeout(PATIENCE, attempt).await.map_err(|_| std::io::ErrorKind::TimedOut)?
}

/// qmgr(8), pickup(8): the periodic wakeup of master(8).
pub const WAKEUP: u8 = b'W';
/// qmgr(8): scan the incoming queue.
pub const SCAN_INCOMING: u8 = b'I';
/// qmgr(8): scan the deferred queue.
pub const SCAN_DEFERRED: u8 = b'D';
/// qmgr(8): ignore the times in deferred files.
pub const IGNORE_TIMES: u8 = b'A';
/// qmgr(8): forget which transports and destinations were dead.
pub const FLUSH_DEAD: u8 = b'F';

const PATIENCE: Duration = Duration::from_secs(10);
