//! Which names are host names. Remote systems choose these names and they end up in logs, reports and
//! table keys, so nothing strange passes.

use std::net::IpAddr;

/// valid_hostname of Postfix: letters, digits, `-` and `_` (UTF-8 too), labels of 1 to 63 bytes that neither
/// begin nor end with `-`, 255 bytes in all, and not all numeric.
pub fn is_hostname(name: &str) -> bool {
    let has_letter = name.bytes().any(|b| !b.is_ascii_digit() && b != b'.');
    (1..=255).contains(&name.len()) && has_letter && name.split('.').all(is_label)
}

/// What an MX record may point to: a host name, or (wrong but met) an address.
pub fn is_exchange(name: &str) -> bool {
    is_hostname(name) || name.parse::<IpAddr>().is_ok()
}

fn is_label(label: &str) -> bool {
    let byte_ok = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b >= 0x80;
    (1..=63).contains(&label.len())
        && label.bytes().all(byte_ok)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_names_are_no_host_names() {
        for good in ["example.org", "a", "_25._tcp.mx.example", "xn--bcher-kva.example", "1.example"] {
            assert!(is_hostname(good), "{good}");
        }
        let long = "a".repeat(64);
        for bad in ["", ".", "a..b", "a.", "-a.b", "a-.b", "127.0.0.1", "a b", "a\0b", "$(x)", &long] {
            assert!(!is_hostname(bad), "{bad}");
        }
        assert!(is_exchange("127.0.0.1"));
    }
}
