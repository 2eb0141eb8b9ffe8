//! How requests arrive: connections, triggers, datagrams.

use crate::ServiceType;
use ipc::Conversation;
use ipc::pass::Handover;
use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream, UnixDatagram, UnixListener, UnixStream, unix::pipe};

/// An inherited endpoint, registered with the reactor.
pub(crate) enum Endpoint {
    Inet(TcpListener),
    Unix(UnixListener),
    Pass(UnixListener),
    Datagrams(UnixDatagram),
    Fifo(pipe::Receiver),
}

impl Endpoint {
    /// Takes over a descriptor that master(8) opened.
    pub(crate) fn new(fd: OwnedFd, kind: ServiceType) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(match kind {
            ServiceType::Inet => Self::Inet(TcpListener::from_std(fd.into())?),
            ServiceType::Unix => Self::Unix(UnixListener::from_std(fd.into())?),
            ServiceType::Pass => Self::Pass(UnixListener::from_std(fd.into())?),
            ServiceType::UnixDgram => Self::Datagrams(UnixDatagram::from_std(fd.into())?),
            ServiceType::Fifo => Self::Fifo(pipe::Receiver::from_owned_fd(fd)?),
        })
    }
}

/// What a daemon is asked with.
pub trait Request: Sized + 'static {
    /// What is known at arrival, before anything was read.
    type Raw: 'static;

    /// Takes the next arrival. Private to the skeleton.
    #[doc(hidden)]
    fn arrive(endpoint: &Arriving<'_>) -> impl Future<Output = io::Result<Self::Raw>>;

    /// Completes it; None when there is nothing to serve.
    #[doc(hidden)]
    fn complete(raw: Self::Raw) -> impl Future<Output = Option<Self>>;
}

/// An endpoint as [`Request`] sees it.
pub struct Arriving<'a>(pub(crate) &'a Endpoint);

/// A connection.
pub enum Stream {
    /// From another process of this machine.
    Unix(UnixStream),
    /// From the network.
    Inet(TcpStream),
    /// From the network, by way of another daemon that looked at it first (master.cf type `pass`).
    Passed(TcpStream, Handover),
}

/// A connection whose first words may still have to be read.
pub enum RawStream {
    #[doc(hidden)]
    Ready(Stream),
    #[doc(hidden)]
    Passing(UnixStream),
}

impl Request for Stream {
    type Raw = RawStream;

    async fn arrive(endpoint: &Arriving<'_>) -> io::Result<RawStream> {
        match endpoint.0 {
            Endpoint::Inet(listener) => Ok(RawStream::Ready(Self::Inet(listener.accept().await?.0))),
            Endpoint::Unix(listener) => Ok(RawStream::Ready(Self::Unix(listener.accept().await?.0))),
            Endpoint::Pass(listener) => Ok(RawStream::Passing(listener.accept().await?.0)),
            _ => Err(unsuitable()),
        }
    }

    async fn complete(raw: RawStream) -> Option<Self> {
        match raw {
            RawStream::Ready(stream) => Some(stream),
            RawStream::Passing(stream) => tokio::time::timeout(PATIENCE, passed(stream)).await.ok()?,
        }
    }
}

/// A connection that another daemon accepted and hands over. Hanging up is our receipt.
async fn passed(stream: UnixStream) -> Option<Stream> {
    let mut giver = Conversation::new(stream);
    let handover = giver.expect::<Handover>().await.ok()?;
    let fd = giver.take_descriptor()?;
    rustix::io::ioctl_fionbio(&fd, true).ok()?;
    Some(Stream::Passed(TcpStream::from_std(fd.into()).ok()?, handover))
}

/// A trigger: "look now". The bytes say what for; `W` is master's periodic wakeup.
#[derive(Debug)]
pub struct Wakeup(pub Vec<u8>);

/// A trigger that has not been read yet.
pub enum RawWakeup {
    #[doc(hidden)]
    Stream(UnixStream),
    #[doc(hidden)]
    Bytes(Vec<u8>),
}

impl Request for Wakeup {
    type Raw = RawWakeup;

    async fn arrive(endpoint: &Arriving<'_>) -> io::Result<RawWakeup> {
        match endpoint.0 {
            Endpoint::Unix(listener) => Ok(RawWakeup::Stream(listener.accept().await?.0)),
            Endpoint::Fifo(pipe) => loop {
                pipe.readable().await?;
                let mut bytes = vec![0; TRIGGER_SIZE];
                match pipe.try_read(&mut bytes) {
                    Ok(length) => {
                        bytes.truncate(length);
                        return Ok(RawWakeup::Bytes(bytes));
                    }
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                    Err(e) => return Err(e),
                }
            },
            _ => Err(unsuitable()),
        }
    }

    async fn complete(raw: RawWakeup) -> Option<Self> {
        let mut stream = match raw {
            RawWakeup::Bytes(bytes) => return Some(Self(bytes)),
            RawWakeup::Stream(stream) => stream,
        };
        let mut bytes = vec![0; TRIGGER_SIZE];
        let length = tokio::time::timeout(PATIENCE, stream.read(&mut bytes)).await.ok()?.ok()?;
        bytes.truncate(length);
        (length > 0).then_some(Self(bytes))
    }
}

/// One datagram (postlogd).
pub struct Datagram(pub Vec<u8>);

impl Request for Datagram {
    type Raw = Self;

    async fn arrive(endpoint: &Arriving<'_>) -> io::Result<Self> {
        let Endpoint::Datagrams(socket) = endpoint.0 else { return Err(unsuitable()) };
        let mut bytes = vec![0; DATAGRAM_SIZE];
        let length = socket.recv(&mut bytes).await?;
        bytes.truncate(length);
        Ok(Self(bytes))
    }

    async fn complete(raw: Self) -> Option<Self> {
        Some(raw)
    }
}

fn unsuitable() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "master.cf gives this service a type that it can't serve")
}

const PATIENCE: Duration = Duration::from_secs(10);
const TRIGGER_SIZE: usize = 4096;
const DATAGRAM_SIZE: usize = 8192;
