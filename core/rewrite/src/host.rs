//! Domain names and address literals, as far as routing needs to judge them.

use std::net::IpAddr;

/// A name that a mail domain can have: labels of letters, digits, `-`, `_`; at most 63 bytes each, 255 in all; not
/// all digits. Bytes above 127 (RFC 6531) pass when `utf8` says so.
pub fn is_hostname(name: &str, utf8: bool) -> bool {
    let fits = (1..=255).contains(&name.len());
    let numeric = name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    fits && !numeric && name.split('.').all(|label| is_label(label, utf8))
}

fn is_label(label: &str, utf8: bool) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || (utf8 && !c.is_ascii());
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(allowed)
}

/// The address in `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3).
pub fn literal_address(literal: &str) -> Option<IpAddr> {
    let inside = literal.strip_prefix('[')?.strip_suffix(']')?;
    match inside.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => inside[5..].parse().ok().map(IpAddr::V6),
        _ => inside.parse().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_domain_has_are_refused() {
        for good in ["example.org", "a_b.c-d", "x", "1a.2"] {
            assert!(is_hostname(good, false), "{good}");
        }
        for bad in ["", ".", "a..b", "a.", "-a.b", "a-.b", "1.2.3.4", "a b", "ü.org", &"a".repeat(64)] {
            assert!(!is_hostname(bad, false), "{bad}");
        }
        assert!(is_hostname("ü.org", true));
    }

    #[test]
    fn literals_hold_an_address() {
        assert_eq!(literal_address("[192.0.2.1]"), Some("192.0.2.1".parse().unwrap()));
        assert_eq!(literal_address("[ipv6:::1]"), Some("::1".parse().unwrap()));
        for bad in ["[1]", "[::1]", "192.0.2.1", "[]", "[IPv6:x]"] {
            assert_eq!(literal_address(bad), None, "{bad}");
        }
    }
}
