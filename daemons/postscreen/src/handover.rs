//! Giving a connection to an SMTP server (master.cf type `pass`). The server hangs up on us when it has taken it.

use ipc::pass::{Endpoints, Handover};
use ipc::{Conversation, IpcError};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;

/// Passes the connection on, and waits until it is taken. The error is for the log.
pub(crate) async fn give(
    stream: &TcpStream,
    endpoints: Option<Endpoints>,
    service: &Path,
    patience: Duration,
) -> Result<(), String> {
    let told = |error: IpcError| match error {
        IpcError::Connect(path, error) => {
            format!("cannot connect to service {}: {}", path.display(), os::strerror(&error))
        }
        other => format!("service {}: {other}", service.display()),
    };
    let mut server = Conversation::connect(service).await.map_err(told)?;
    server.send_with(&Handover { endpoints }, std::os::fd::AsFd::as_fd(stream)).await.map_err(told)?;
    // A busy server may let us wait. Either way the connection lives on without us: its descriptor is on its way.
    let _ = tokio::time::timeout(patience, server.receive::<Handover>()).await;
    Ok(())
}
