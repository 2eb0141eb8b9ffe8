//! Who the client is: its addresses, and the name that DNS gives it.

use crate::settings::Settings;
use dns::{NameCode, Resolver};
use ipc::pass::Endpoints;
use maillog::Log;
use policy::{Client, NameStatus};
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpStream;

/// A client.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// What the policy knows about it.
    pub client: Client,
    /// Its port; empty when there is none.
    pub port: String,
    /// Our address that it came to.
    pub server_address: String,
    /// Our port that it came to.
    pub server_port: String,
    /// IPv6.
    pub is_ipv6: bool,
    /// `name[address]` for log lines, with the port if `smtpd_client_port_logging` says so.
    pub label: String,
}

impl Peer {
    /// A client from the network; looks its name up. When a proxy stands between, it has told the connection's ends.
    pub(crate) async fn of_tcp(
        stream: &TcpStream,
        told: Option<Endpoints>,
        settings: &Settings,
        resolver: &Resolver,
        log: &Log,
    ) -> Self {
        let remote = told.map(|ends| ends.client).or_else(|| stream.peer_addr().ok());
        let Some(remote) = remote else {
            // Gone before we could look.
            return Self::unknown();
        };
        let ip = remote.ip().to_canonical();
        let mut peer = Self {
            client: Client { address: ip.to_string(), ..nameless() },
            port: remote.port().to_string(),
            is_ipv6: ip.is_ipv6(),
            ..Self::unknown()
        };
        peer.client.is_self = settings.own_addresses.contains(&ip);
        if let Some(local) = told.map(|ends| ends.server).or_else(|| stream.local_addr().ok()) {
            peer.set_server(local);
        }
        if settings.peername_lookup {
            peer.set_name(ip, resolver, log).await;
        }
        peer.relabel(settings.client_port_logging);
        peer
    }

    pub(crate) fn relabel(&mut self, port_logging: bool) {
        self.client.shown_port = port_logging.then(|| self.port.clone());
        self.label = self.client.name_address();
    }

    /// A process of this machine.
    pub(crate) fn local() -> Self {
        let name = "localhost".to_owned();
        let client = Client {
            name: name.clone(),
            reverse_name: name,
            address: "127.0.0.1".to_owned(),
            is_self: true,
            ..Client::default()
        };
        Self { label: client.name_address(), client, ..Self::unknown() }
    }

    pub(crate) fn unknown() -> Self {
        let client = Client { address: UNKNOWN.to_owned(), ..nameless() };
        Self {
            label: client.name_address(),
            client,
            port: UNKNOWN.to_owned(),
            server_address: UNKNOWN.to_owned(),
            server_port: UNKNOWN.to_owned(),
            is_ipv6: false,
        }
    }

    fn set_server(&mut self, local: SocketAddr) {
        self.server_address = local.ip().to_canonical().to_string();
        self.server_port = local.port().to_string();
    }

    async fn set_name(&mut self, ip: IpAddr, resolver: &Resolver, log: &Log) {
        let found = resolver.client_name(ip).await;
        if let Some(warning) = &found.warning {
            log.warning(warning);
        }
        self.client.name = found.name.unwrap_or_else(|| UNKNOWN.to_owned());
        self.client.reverse_name = found.reverse.unwrap_or_else(|| UNKNOWN.to_owned());
        self.client.name_status = status(found.name_code);
        self.client.reverse_status = status(found.reverse_code);
    }

    /// The address as the Received header shows it: `192.0.2.1`, `IPv6:2001:db8::1`.
    pub(crate) fn rfc_address(&self) -> String {
        let tag = if self.is_ipv6 { "IPv6:" } else { "" };
        format!("{tag}{}", self.client.address)
    }
}

fn nameless() -> Client {
    Client {
        name: UNKNOWN.to_owned(),
        reverse_name: UNKNOWN.to_owned(),
        name_status: NameStatus::Missing,
        reverse_status: NameStatus::Missing,
        ..Client::default()
    }
}

fn status(code: NameCode) -> NameStatus {
    match code {
        NameCode::Ok => NameStatus::Ok,
        NameCode::Temporary => NameStatus::Temporary,
        NameCode::Permanent | NameCode::Forged => NameStatus::Missing,
    }
}

const UNKNOWN: &str = "unknown";
