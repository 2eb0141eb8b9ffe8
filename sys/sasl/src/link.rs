//! One connection to the service: its greeting, then lines out and lines in, each within a time limit.

use crate::protocol::Mechanism;
use net::{Endpoint, Source, Stream, connect_unix};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Link {
    stream: BufReader<Stream>,
    last_id: u32,
}

impl Link {
    /// Connects, and hears what the service offers.
    pub(crate) async fn open(endpoint: &Endpoint) -> io::Result<(Self, Vec<Mechanism>)> {
        let stream = timeout(LIMIT, connect(endpoint)).await??;
        let mut link = Self { stream: BufReader::new(stream), last_id: 0 };
        link.send(&format!("VERSION\t1\t0\nCPID\t{}\n", std::process::id())).await?;
        let mechanisms = link.greeting().await?;
        Ok((link, mechanisms))
    }

    /// A number for the next request.
    pub(crate) fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) async fn send(&mut self, text: &str) -> io::Result<()> {
        timeout(LIMIT, self.stream.get_mut().write_all(text.as_bytes())).await?
    }

    /// The next line, without its end.
    pub(crate) async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        timeout(LIMIT, (&mut self.stream).take(LINE_LIMIT).read_until(b'\n', &mut line)).await??;
        if line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    /// Is the service still there, and silent?
    pub(crate) async fn is_alive(&mut self) -> bool {
        if !self.stream.buffer().is_empty() {
            return false;
        }
        let mut space = [0; 1];
        let mut buffer = ReadBuf::new(&mut space);
        let stream = self.stream.get_mut();
        poll_fn(|context| Poll::Ready(Pin::new(&mut *stream).poll_read(context, &mut buffer).is_pending()))
            .await
    }

    async fn greeting(&mut self) -> io::Result<Vec<Mechanism>> {
        let mut mechanisms = Vec::new();
        for _ in 0..GREETING_LIMIT {
            let line = self.line().await?;
            match line.split_once('\t').unwrap_or((line.as_str(), "")) {
                ("VERSION", version) if version.split('\t').next() != Some("1") => {
                    return Err(io::Error::other(format!("protocol version {version}")));
                }
                ("MECH", mechanism) => mechanisms.extend(Mechanism::parse(mechanism)),
                ("DONE", _) => return Ok(mechanisms),
                _ => {}
            }
        }
        Err(io::Error::other("no end of the greeting"))
    }
}

async fn connect(endpoint: &Endpoint) -> io::Result<Stream> {
    match endpoint {
        Endpoint::Unix(path) => connect_unix(path, None).await,
        Endpoint::Inet(place) => {
            let service = place.service.as_deref().unwrap_or_default();
            let port =
                net::port(service).ok_or_else(|| io::Error::other(format!("unknown service {service}")))?;
            if let Ok(ip) = place.host.parse::<std::net::IpAddr>() {
                return net::connect((ip, port).into(), Source::default(), None).await;
            }
            TcpStream::connect((place.host.as_str(), port)).await.map(Stream::Tcp)
        }
    }
}

/// As Postfix; Dovecot takes two seconds to refuse a password.
const LIMIT: Duration = Duration::from_secs(10);
const LINE_LIMIT: u64 = 16 * 1024;
const GREETING_LIMIT: usize = 1000;
