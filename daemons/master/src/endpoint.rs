//! Listening sockets and pipes: made here, passed to children, open for as long as their service exists.

use crate::ports;
use config::master::{ServiceEntry, ServiceType};
use config::{Conf, Fault, p, split_list};
use rustix::fs::{AtFlags, CWD, FileType, Gid, Mode, OFlags, Uid};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, sockopt};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// Where a service listens: enough to say whether a reload may keep the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// TCP.
    Inet(SocketAddr),
    /// A stream socket at this path below the queue directory.
    Unix(PathBuf),
    /// A datagram socket.
    Datagram(PathBuf),
    /// A named pipe.
    Fifo(PathBuf),
}

/// A socket or pipe that clients come to.
pub(crate) struct Endpoint {
    pub(crate) address: Address,
    pub(crate) fd: OwnedFd,
}

impl Endpoint {
    /// Opens one. Unix-domain sockets and pipes belong to `owner` (mail_owner) when we are root.
    pub(crate) fn open(address: Address, owner: Option<(u32, u32)>) -> Result<Self, Fault> {
        let fd = match &address {
            Address::Inet(inet) => listen_inet(*inet).map_err(|e| {
                Fault::new(format!("bind {} port {}: {}", inet.ip(), inet.port(), conf::reason(&e)))
            })?,
            Address::Unix(path) => local(path, owner, |path| socket(path, SocketType::STREAM))?,
            Address::Datagram(path) => local(path, owner, |path| socket(path, SocketType::DGRAM))?,
            Address::Fifo(path) => local(path, owner, fifo)?,
        };
        Ok(Self { address, fd })
    }

    /// Removes what stands in the file system for it.
    pub(crate) fn remove(&self) {
        if let Some(path) = self.path() {
            // Already gone is as good.
            let _ = std::fs::remove_file(path);
        }
    }

    /// The path below the queue directory, but for TCP.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.address {
            Address::Inet(_) => None,
            Address::Unix(path) | Address::Datagram(path) | Address::Fifo(path) => Some(path),
        }
    }
}

/// Where an entry of master.cf listens.
pub(crate) fn addresses(entry: &ServiceEntry, conf: &Conf) -> Result<Vec<Address>, Fault> {
    let path = PathBuf::from(entry.endpoint().unwrap_or_default());
    match entry.kind {
        ServiceType::Inet => inet_addresses(&entry.name, conf),
        ServiceType::Unix | ServiceType::Pass => Ok(vec![Address::Unix(path)]),
        ServiceType::UnixDgram => Ok(vec![Address::Datagram(path)]),
        ServiceType::Fifo => Ok(vec![Address::Fifo(path)]),
    }
}

/// `[host:]port`; without a host the addresses of inet_interfaces.
fn inet_addresses(name: &str, conf: &Conf) -> Result<Vec<Address>, Fault> {
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) => (Some(host.trim_matches(['[', ']'])), port),
        None => (None, name),
    };
    let port = ports::port(conf, port)?;
    let wanted = protocols(conf)?;
    let hosts = match host {
        Some(host) if !host.is_empty() => vec![host.to_owned()],
        _ => split_list(&conf.get(p::INET_INTERFACES)?),
    };
    let mut found = Vec::new();
    for host in hosts {
        for ip in host_addresses(&host)?.into_iter().filter(|ip| wanted(ip)) {
            let address = Address::Inet(SocketAddr::new(ip, port));
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
    if found.is_empty() {
        return Err(Fault::new(format!("no network address to listen on for service {name}")));
    }
    Ok(found)
}

fn host_addresses(host: &str) -> Result<Vec<IpAddr>, Fault> {
    match host.trim_matches(['[', ']']) {
        "all" => Ok(vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]),
        "loopback-only" => Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]),
        name => match name.parse() {
            Ok(ip) => Ok(vec![ip]),
            Err(_) => (name, 0)
                .to_socket_addrs()
                .map(|found| found.map(|address| address.ip()).collect())
                .map_err(|e| Fault::new(format!("host not found: {name}: {}", conf::reason(&e)))),
        },
    }
}

/// Which address families inet_protocols wants, and this kernel has.
fn protocols(conf: &Conf) -> Result<impl Fn(&IpAddr) -> bool + use<>, Fault> {
    let names = split_list(&conf.get(p::INET_PROTOCOLS)?);
    let wants = |name: &str| names.iter().any(|n| n == name || n == "all");
    let (v4, v6) = (wants("ipv4"), wants("ipv6") && Path::new("/proc/net/if_inet6").exists());
    Ok(move |ip: &IpAddr| if ip.is_ipv4() { v4 } else { v6 })
}

fn listen_inet(address: SocketAddr) -> std::io::Result<OwnedFd> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let fd = rustix::net::socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_reuseaddr(&fd, true)?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&fd, true)?;
    }
    rustix::net::bind(&fd, &address)?;
    rustix::net::listen(&fd, BACKLOG)?;
    Ok(fd)
}

/// Makes something in the file system that everybody who may enter its folder can use.
fn local(
    path: &Path,
    owner: Option<(u32, u32)>,
    make: impl Fn(&Path) -> std::io::Result<OwnedFd>,
) -> Result<OwnedFd, Fault> {
    let fault = |e: std::io::Error| Fault::new(format!("{}: {}", path.display(), conf::reason(&e)));
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(fault(e)),
        _ => {}
    }
    let fd = make(path).map_err(fault)?;
    rustix::fs::chmodat(CWD, path, Mode::from_raw_mode(0o666), AtFlags::empty())
        .map_err(|e| fault(e.into()))?;
    if let Some((uid, gid)) = owner {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
        rustix::fs::chownat(CWD, path, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|e| fault(e.into()))?;
    }
    Ok(fd)
}

fn socket(path: &Path, kind: SocketType) -> std::io::Result<OwnedFd> {
    let fd = rustix::net::socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)?;
    rustix::net::bind(&fd, &SocketAddrUnix::new(path)?)?;
    if kind == SocketType::STREAM {
        rustix::net::listen(&fd, BACKLOG)?;
    }
    Ok(fd)
}

fn fifo(path: &Path) -> std::io::Result<OwnedFd> {
    rustix::fs::mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o666), 0)?;
    // Read and write: a pipe whose writers come and go never reads as ended.
    Ok(rustix::fs::open(path, OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?)
}

const BACKLOG: i32 = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_socket_file_is_replaced_and_a_client_can_connect() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("service");
        std::fs::write(&path, "stale").unwrap();
        let endpoint = Endpoint::open(Address::Unix(path.clone()), None).unwrap();
        std::os::unix::net::UnixStream::connect(&path).unwrap();
        endpoint.remove();
        assert!(!path.exists());
    }

    #[test]
    fn a_busy_port_is_told_with_its_address() {
        let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::Inet(busy.local_addr().unwrap());
        let fault = Endpoint::open(address, None).err().unwrap().to_string();
        assert!(fault.contains("bind 127.0.0.1 port") && fault.contains("in use"), "{fault}");
    }
}
