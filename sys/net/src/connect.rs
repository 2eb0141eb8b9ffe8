//! Connections with a source address and a time limit.

use crate::Stream;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpSocket, UnixStream};

/// `smtp_bind_address` and its kin: the local address to connect from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// For IPv4 destinations.
    pub ipv4: Option<Ipv4Addr>,
    /// For IPv6 destinations.
    pub ipv6: Option<Ipv6Addr>,
    /// A source address that can't be used is an error (`smtp_bind_address_enforce`); otherwise the kernel
    /// chooses.
    pub enforce: bool,
}

/// Connects to `to`. No `limit` means as long as the kernel tries.
pub async fn connect(to: SocketAddr, source: Source, limit: Option<Duration>) -> io::Result<Stream> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(from) = source.for_destination(to) {
        match socket.bind((from, 0).into()) {
            Err(error) if source.enforce => return Err(error),
            _ => {}
        }
    }
    let stream = within(limit, socket.connect(to)).await?;
    // Commands and replies are written whole, so nothing is gained from waiting for more.
    stream.set_nodelay(true)?;
    Ok(Stream::Tcp(stream))
}

/// Connects to a unix-domain socket.
pub async fn connect_unix(path: &Path, limit: Option<Duration>) -> io::Result<Stream> {
    within(limit, UnixStream::connect(path)).await.map(Stream::Unix)
}

/// The words of strerror(3), as Postfix logs them: without Rust's `(os error N)`.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None if error.kind() == io::ErrorKind::TimedOut => "Connection timed out".to_owned(),
        None => text,
    }
}

impl Source {
    fn for_destination(self, to: SocketAddr) -> Option<IpAddr> {
        match to {
            SocketAddr::V4(_) => self.ipv4.map(IpAddr::V4),
            SocketAddr::V6(_) => self.ipv6.map(IpAddr::V6),
        }
    }
}

async fn within<T>(limit: Option<Duration>, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, work).await?,
        None => work.await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, UnixListener};

    #[tokio::test]
    async fn a_connection_comes_from_the_source_address() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let source = Source { ipv4: Some(Ipv4Addr::new(127, 0, 0, 9)), ..Source::default() };
        let to = listener.local_addr().unwrap();
        let (made, taken) = tokio::join!(connect(to, source, None), listener.accept());
        made.unwrap();
        assert_eq!(taken.unwrap().1.ip().to_string(), "127.0.0.9");
    }

    #[tokio::test]
    async fn a_useless_source_address_matters_only_when_enforced() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = listener.local_addr().unwrap();
        let foreign = Source { ipv4: Some(Ipv4Addr::new(192, 0, 2, 77)), ..Source::default() };
        assert!(connect(to, foreign, None).await.is_ok());
        assert!(connect(to, Source { enforce: true, ..foreign }, None).await.is_err());
    }

    #[tokio::test]
    async fn refusal_is_told_in_the_words_of_the_c_library() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = listener.local_addr().unwrap();
        drop(listener);
        let error = connect(to, Source::default(), Some(Duration::from_secs(5))).await.unwrap_err();
        assert_eq!(reason(&error), "Connection refused");
        assert_eq!(reason(&io::ErrorKind::TimedOut.into()), "Connection timed out");
    }

    #[tokio::test]
    async fn unix_sockets_connect_too() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lmtp");
        assert_eq!(reason(&connect_unix(&path, None).await.unwrap_err()), "No such file or directory");
        let _listener = UnixListener::bind(&path).unwrap();
        assert!(connect_unix(&path, None).await.is_ok());
    }
}
