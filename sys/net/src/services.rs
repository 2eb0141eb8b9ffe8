//! services(5): port numbers by name.

/// The TCP port that a number or a service name means. Names come from /etc/services; those that mail lives by
/// are known without it, so that a small container works.
pub fn port(service: &str) -> Option<u16> {
    if service.bytes().all(|b| b.is_ascii_digit()) {
        return service.parse().ok().filter(|port| *port != 0);
    }
    let text = std::fs::read_to_string("/etc/services").unwrap_or_default();
    find(&text, service).or_else(|| KNOWN.iter().find(|known| known.0 == service).map(|known| known.1))
}

fn find(text: &str, service: &str) -> Option<u16> {
    text.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let name = words.next()?;
        let port = words.next()?.strip_suffix("/tcp")?;
        (name == service || words.any(|alias| alias == service)).then(|| port.parse().ok())?
    })
}

const KNOWN: &[(&str, u16)] =
    &[("smtp", 25), ("lmtp", 24), ("submission", 587), ("submissions", 465), ("smtps", 465), ("qmqp", 628)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_aliases_are_ports() {
        assert_eq!(port("2525"), Some(2525));
        assert_eq!(port("smtp"), Some(25));
        assert_eq!((port("0"), port("65536"), port(""), port("no-such-service")), (None, None, None, None));
        let text = "domain 53/udp\nsmtp 25/tcp mail # x\n";
        assert_eq!((find(text, "mail"), find(text, "domain")), (Some(25), None));
    }
}
