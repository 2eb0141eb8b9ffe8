//! Right-hand sides of transport(5) tables, and values like `transport:nexthop` in main.cf.

/// `transport:nexthop`, both optional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportEntry {
    /// The service in master.cf; empty: stay with what was decided before.
    pub transport: String,
    /// The next hop; empty: the default.
    pub nexthop: String,
}

impl TransportEntry {
    /// Divides at the first colon. Without one, the whole text is a transport.
    pub fn parse(text: &str) -> Self {
        let (transport, nexthop) = text.split_once(':').unwrap_or((text, ""));
        Self { transport: transport.to_owned(), nexthop: nexthop.to_owned() }
    }

    /// Applies a transport table's entry to what was decided before: `:` changes nothing, `:host` changes the
    /// next hop, `transport:` resets the next hop to the domain (transport(5), "RESULT FORMAT").
    pub fn apply(self, transport: &mut String, nexthop: &mut String, domain: &str) {
        if self.transport.is_empty() {
            if !self.nexthop.is_empty() {
                *nexthop = self.nexthop;
            }
            return;
        }
        *nexthop = match self.nexthop {
            given if !given.is_empty() => given,
            _ if matches!(self.transport.as_str(), "error" | "retry") => {
                "Address is undeliverable".to_owned()
            }
            _ => domain.to_owned(),
        };
        *transport = self.transport;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(entry: &str) -> (String, String) {
        let (mut transport, mut nexthop) = ("smtp".to_owned(), "relay.example".to_owned());
        TransportEntry::parse(entry).apply(&mut transport, &mut nexthop, "example.org");
        (transport, nexthop)
    }

    #[test]
    fn each_half_of_an_entry_may_be_missing() {
        for (entry, transport, nexthop) in [
            (":", "smtp", "relay.example"),
            (":other", "smtp", "other"),
            ("uucp", "uucp", "example.org"),
            ("uucp:", "uucp", "example.org"),
            ("uucp:host", "uucp", "host"),
            ("smtp:[::1]:25", "smtp", "[::1]:25"),
            ("error:", "error", "Address is undeliverable"),
            ("error:5.7.1 gone", "error", "5.7.1 gone"),
        ] {
            assert_eq!(applied(entry), (transport.to_owned(), nexthop.to_owned()), "{entry}");
        }
    }
}
