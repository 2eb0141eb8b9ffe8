//! Names of hosts and domains, as far as restrictions look at their form.

/// RFC 1123 and 5321: labels of letters, digits, `-` and (leniently) `_`, none empty, none with `-` at an end.
pub fn is_hostname(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii())
    };
    // An all-numeric name is an address that lacks its brackets.
    let has_letter = name.chars().any(|c| !c.is_ascii_digit() && c != '.');
    !name.is_empty() && name.len() <= 255 && has_letter && name.split('.').all(label_ok)
}

/// `[1.2.3.4]` or `[IPv6:2001:db8::1]`.
pub(crate) fn is_address_literal(name: &str) -> bool {
    let Some(inside) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) else { return false };
    match inside.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:")) {
        Some(_) => inside[5..].parse::<std::net::Ipv6Addr>().is_ok(),
        None => inside.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}

/// An address without brackets.
pub(crate) fn is_bare_address(name: &str) -> bool {
    name.parse::<std::net::IpAddr>().is_ok()
}

/// A name with at least two labels.
pub(crate) fn is_fully_qualified(name: &str) -> bool {
    is_hostname(name) && name.trim_end_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_follow_their_grammar() {
        for good in ["a", "mail.example.org", "a_b.c", "example.org.", "1a.2"] {
            assert!(is_hostname(good), "{good}");
        }
        for bad in ["", ".", "a..b", "-a", "a-.b", "a b", "1.2.3.4", "a/b", &"x".repeat(64)] {
            assert!(!is_hostname(bad), "{bad}");
        }
        assert!(
            is_address_literal("[1.2.3.4]") && is_address_literal("[IPv6:::1]") && !is_address_literal("[x]")
        );
        assert!(is_fully_qualified("a.b") && !is_fully_qualified("localhost"));
    }
}
