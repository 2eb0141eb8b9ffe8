//! One question to the servers of resolv.conf: UDP first, TCP when the reply was cut, the next server when one
//! is silent or in trouble. Each question has its own socket with a port of the kernel's choice and a random
//! id, so a forger has to guess both.

use crate::wire::{Query, Reading};
use crate::{Error, Kind, ResolvConf};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout_at};

/// Asks until a server says something definite. The error is never `Alias` or `Foreign`.
pub async fn ask(conf: &ResolvConf, name: &str, kind: Kind, secure: bool) -> Result<Reading, Error> {
    let mut worst = Error::TryAgain;
    let start = if conf.rotate { usize::from(random_id()) } else { 0 };
    for _ in 0..conf.attempts {
        for turn in 0..conf.servers.len() {
            let server = conf.servers[(start + turn) % conf.servers.len()];
            let query = Query::new(random_id(), name, kind, secure)?;
            match one_server(conf, server, &query).await {
                Ok(Reading::ServerTrouble(error)) => worst = error,
                Ok(reading) => return Ok(reading),
                Err(_) => worst = Error::TryAgain,
            }
        }
    }
    Err(worst)
}

async fn one_server(conf: &ResolvConf, server: SocketAddr, query: &Query) -> io::Result<Reading> {
    let deadline = Instant::now() + conf.patience();
    if !conf.use_tcp {
        let reading = timeout_at(deadline, by_udp(server, query)).await??;
        if reading != Reading::Truncated {
            return Ok(reading);
        }
    }
    match timeout_at(deadline, by_tcp(server, query)).await?? {
        Reading::Foreign | Reading::Truncated => Err(io::ErrorKind::InvalidData.into()),
        reading => Ok(reading),
    }
}

async fn by_udp(server: SocketAddr, query: &Query) -> io::Result<Reading> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(&query.bytes).await?;
    // Not on the stack: a session that may ask would be as much larger all its life.
    let mut buffer = vec![0; UDP_MAX];
    loop {
        let length = socket.recv(&mut buffer).await?;
        match query.read(&buffer[..length]) {
            Reading::Foreign => {}
            reading => return Ok(reading),
        }
    }
}

async fn by_tcp(server: SocketAddr, query: &Query) -> io::Result<Reading> {
    let mut stream = TcpStream::connect(server).await?;
    let mut framed = (query.bytes.len() as u16).to_be_bytes().to_vec();
    framed.extend_from_slice(&query.bytes);
    stream.write_all(&framed).await?;
    let length = usize::from(stream.read_u16().await?);
    // At most 64 kB, and only for as long as this question lives.
    let mut reply = vec![0; length];
    stream.read_exact(&mut reply).await?;
    Ok(query.read(&reply))
}

fn random_id() -> u16 {
    let mut bytes = [0; 2];
    // The kernel's generator answers at once after boot; without it the random port still guards us.
    let _ = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty());
    u16::from_ne_bytes(bytes)
}

/// More than any server sends us by UDP: without EDNS 512 bytes, with it what `wire` offers.
const UDP_MAX: usize = 4096;
