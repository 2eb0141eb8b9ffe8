//! Port names: `known_tcp_ports` first, then services(5), then plain numbers.

use config::{Conf, Fault, p};

/// The TCP port that a name stands for.
pub(crate) fn port(conf: &Conf, name: &str) -> Result<u16, Fault> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    config::known_tcp_port(&conf.get(p::KNOWN_TCP_PORTS)?, name)
        .or_else(|| in_services(&std::fs::read_to_string(SERVICES).unwrap_or_default(), name))
        .ok_or_else(|| Fault::new(format!("unknown TCP port name: {name}")))
}

fn in_services(text: &str, name: &str) -> Option<u16> {
    text.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let (first, number) = (words.next()?, words.next()?.strip_suffix("/tcp")?);
        (first == name || words.any(|alias| alias == name)).then(|| number.parse().ok()).flatten()
    })
}

const SERVICES: &str = "/etc/services";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_searched_by_every_name() {
        let services = "qmqp\t628/tcp # x\nsmtp 25/udp\nsmtp 25/tcp mail\n";
        assert_eq!(in_services(services, "mail"), Some(25));
        assert_eq!(in_services(services, "qmqp"), Some(628));
    }
}
