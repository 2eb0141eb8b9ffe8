//! The text forms of endpoints. IPv6 addresses stand in brackets, with or without Postfix's `ipv6:` mark.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

/// A place to connect to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `inet:host:port`, `host:port`, `[host]:port`, ...
    Inet(HostPort),
    /// `unix:path`.
    Unix(PathBuf),
}

/// A host with a port or service name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// Host name or address, without brackets. Empty in `:port`.
    pub host: String,
    /// True when the host stood in brackets: "this very host, don't look for its MX records".
    pub bracketed: bool,
    /// The port or service, when there is one.
    pub service: Option<String>,
}

/// Text that is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEndpoint {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl fmt::Display for BadEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in server description: {}", self.why, self.text)
    }
}

impl std::error::Error for BadEndpoint {}

impl Endpoint {
    /// Reads `unix:path`, `inet:host:port` or a plain host form.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        if let Some(path) = text.strip_prefix("unix:") {
            let bad = |why| BadEndpoint { text: text.to_owned(), why };
            return match path {
                "" => Err(bad("empty socket name")),
                _ if path.contains('\0') => Err(bad("null byte")),
                _ => Ok(Self::Unix(path.into())),
            };
        }
        HostPort::parse(text.strip_prefix("inet:").unwrap_or(text)).map(Self::Inet)
    }
}

impl HostPort {
    /// Reads `host`, `host:port`, `[host]`, `[host]:port` or `:port`. A bare IPv6 address is an error, because
    /// it could be a host and a port as well.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let bad = |why| BadEndpoint { text: text.to_owned(), why };
        let (host, rest, bracketed) = match text.strip_prefix('[') {
            Some(inner) => {
                let (host, rest) = inner.split_once(']').ok_or(bad("missing \"]\""))?;
                (host, rest, true)
            }
            None => {
                let end = text.find(':').unwrap_or(text.len());
                (&text[..end], &text[end..], false)
            }
        };
        let service = match rest.strip_prefix(':') {
            Some("") => return Err(bad("missing host or service")),
            Some(service) if service.contains(':') => return Err(bad("too many \":\"")),
            Some(service) => Some(service.to_owned()),
            None if rest.is_empty() => None,
            None => return Err(bad("garbage after \"]\"")),
        };
        let host = if bracketed { without_mark(host) } else { host };
        if host.is_empty() && (bracketed || service.is_none()) {
            return Err(bad("missing host or service"));
        }
        if host.bytes().any(|b| b.is_ascii_whitespace() || b.is_ascii_control()) {
            return Err(bad("white space or control character"));
        }
        Ok(Self { host: host.to_owned(), bracketed, service })
    }

    /// The host as an address, when it is one.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

fn without_mark(host: &str) -> &str {
    match host.get(..5) {
        Some(mark) if mark.eq_ignore_ascii_case("ipv6:") => &host[5..],
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, bool, Option<String>) {
        let parsed = HostPort::parse(text).unwrap();
        (parsed.host, parsed.bracketed, parsed.service)
    }

    #[test]
    fn every_form_of_the_manual_is_read() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("example.org"), ("example.org".into(), false, None));
        assert_eq!(parts("example.org:submission"), ("example.org".into(), false, some("submission")));
        assert_eq!(parts("[mx.example.org]"), ("mx.example.org".into(), true, None));
        assert_eq!(parts("[mx.example.org]:587"), ("mx.example.org".into(), true, some("587")));
        assert_eq!(parts("[192.0.2.1]:25"), ("192.0.2.1".into(), true, some("25")));
        assert_eq!(parts("[IPv6:2001:db8::1]"), ("2001:db8::1".into(), true, None));
        assert_eq!(parts("[::1]:24"), ("::1".into(), true, some("24")));
        assert_eq!(parts(":2525"), (String::new(), false, some("2525")));
    }

    #[test]
    fn broken_forms_are_errors() {
        for bad in ["", ":", "[", "[]", "[a", "[a]b", "[a]:", "host:", "::1", "a b", "a:b:c"] {
            assert!(HostPort::parse(bad).is_err(), "{bad}");
        }
        assert!(Endpoint::parse("unix:").is_err());
    }

    #[test]
    fn unix_and_inet_marks_choose_the_kind() {
        assert_eq!(Endpoint::parse("unix:/run/lmtp"), Ok(Endpoint::Unix("/run/lmtp".into())));
        let inet = Endpoint::parse("inet:[::1]:24").unwrap();
        assert_eq!(inet, Endpoint::Inet(HostPort::parse("[::1]:24").unwrap()));
    }
}
