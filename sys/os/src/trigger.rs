//! Waking a service from a program without an async runtime (postdrop, master): connect, write, hang up.

use rustix::fd::OwnedFd;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use std::io;
use std::path::Path;

/// Writes `request` to the stream socket at `path` without ever waiting: a busy service looks soon anyway.
pub fn send(path: &Path, request: &[u8]) -> io::Result<()> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket: OwnedFd = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::net::send(&socket, request, rustix::net::SendFlags::NOSIGNAL)?;
    Ok(())
}
