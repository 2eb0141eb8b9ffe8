//! The forms of a next hop: `domain`, `domain:service`, `[host]`, `[host]:port`, several of these, and for LMTP
//! `unix:path` and `inet:host:port`.

use net::{Endpoint, HostPort};
use std::path::PathBuf;

/// Where a delivery may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A unix-domain socket.
    Unix(PathBuf),
    /// Sites on the network, to be tried in order.
    Sites(Vec<String>),
}

/// One site: what to look up and which port to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Domain or host.
    pub name: String,
    /// It stood in brackets: this very host, no MX records.
    pub exact: bool,
    /// The TCP port.
    pub port: u16,
}

impl Destination {
    /// Reads a next hop; the fallback relays follow its own sites.
    pub fn parse(nexthop: &str, lmtp: bool, fallback: &[String]) -> Self {
        let nexthop = match nexthop.strip_prefix("inet:") {
            Some(rest) if lmtp => rest,
            _ => nexthop,
        };
        if let (true, Ok(Endpoint::Unix(path))) = (lmtp, Endpoint::parse(nexthop)) {
            return Self::Unix(path);
        }
        let own = nexthop.split([',', ' ', '\t']).filter(|word| !word.is_empty());
        Self::Sites(own.map(str::to_owned).chain(fallback.iter().cloned()).collect())
    }
}

impl Site {
    /// Reads one site; `service` is the port of one that names none, `known_ports` are `known_tcp_ports`. What can't be read is a fault of our configuration; the error is text for the log.
    pub fn parse(text: &str, service: &str, known_ports: &str) -> Result<Self, String> {
        let place = HostPort::parse(text).map_err(|error| error.to_string())?;
        if place.host.is_empty() {
            return Err(format!("empty host name in server description: {text}"));
        }
        let service = place.service.as_deref().unwrap_or(service);
        let port = config::known_tcp_port(known_ports, service)
            .or_else(|| net::port(service))
            .ok_or_else(|| format!("bad network port: {service} for destination: {text}"))?;
        Ok(Self { name: place.host, exact: place.bracketed, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_before_fallback_relays() {
        let fallback = ["[f.example]".to_owned()];
        let sites = Destination::parse("a.example, b.example:587", false, &fallback);
        let expected = ["a.example", "b.example:587", "[f.example]"].map(str::to_owned);
        assert_eq!(sites, Destination::Sites(expected.into()));
    }

    #[test]
    fn unix_sockets_are_for_lmtp_only() {
        assert_eq!(
            Destination::parse("unix:private/lmtp", true, &[]),
            Destination::Unix("private/lmtp".into())
        );
        assert!(matches!(Destination::parse("unix:private/lmtp", false, &[]), Destination::Sites(_)));
        let inet = Destination::parse("inet:[::1]:24", true, &[]);
        assert_eq!(inet, Destination::Sites(vec!["[::1]:24".into()]));
    }

    #[test]
    fn a_site_has_the_default_port_or_its_own() {
        let site = |text| Site::parse(text, "smtp", "mine=ours=2525").unwrap();
        assert_eq!(site("example.org"), Site { name: "example.org".into(), exact: false, port: 25 });
        assert_eq!(site("[192.0.2.1]:2525"), Site { name: "192.0.2.1".into(), exact: true, port: 2525 });
        assert_eq!(site("example.org:ours").port, 2525);
        assert!(Site::parse("example.org:nosuch", "smtp", "").is_err());
        assert!(Site::parse("[", "smtp", "").is_err());
    }
}
