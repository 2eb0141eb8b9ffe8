//! Who the client is: its address, and the name that DNS gives it.

use dns::Resolver;
use maillog::Log;
use tokio::net::TcpStream;

/// A client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Its verified name, or `unknown`.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its port; `unknown` when there is none.
    pub port: String,
    /// IPv6.
    pub is_ipv6: bool,
    /// `name[address]` for log lines, with the port if `qmqpd_client_port_logging` says so.
    pub label: String,
}

impl Client {
    /// A client from the network; looks its name up.
    pub(crate) async fn of_tcp(stream: &TcpStream, log_port: bool, resolver: &Resolver, log: &Log) -> Self {
        let Ok(remote) = stream.peer_addr() else {
            // Gone before we could look.
            return Self::new(UNKNOWN, UNKNOWN);
        };
        let ip = remote.ip().to_canonical();
        let found = resolver.client_name(ip).await;
        if let Some(warning) = &found.warning {
            log.warning(warning);
        }
        let mut client = Self::new(found.name.as_deref().unwrap_or(UNKNOWN), &ip.to_string());
        client.port = remote.port().to_string();
        client.is_ipv6 = ip.is_ipv6();
        if log_port {
            client.label = format!("{}:{}", client.label, client.port);
        }
        client
    }

    /// A process of this machine.
    pub(crate) fn local() -> Self {
        Self::new("localhost", "127.0.0.1")
    }

    fn new(name: &str, address: &str) -> Self {
        let (name, address) = (name.to_owned(), address.to_owned());
        let label = format!("{name}[{address}]");
        Self { name, address, port: UNKNOWN.to_owned(), is_ipv6: false, label }
    }

    /// The address as the Received header shows it: `192.0.2.1`, `IPv6:2001:db8::1`.
    pub(crate) fn rfc_address(&self) -> String {
        let tag = if self.is_ipv6 { "IPv6:" } else { "" };
        format!("{tag}{}", self.address)
    }
}

const UNKNOWN: &str = "unknown";
