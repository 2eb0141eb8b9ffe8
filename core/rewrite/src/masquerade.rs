//! Address masquerading: hide the hosts below a domain (masquerade_domains).

/// The address with its domain cut to the first matching entry of `domains`, or None when it stays as it is.
/// An entry with `!` in front keeps what is below it; the order of the entries matters. `masquerade_exceptions`
/// are the caller's, because they may need a table.
pub fn masquerade(address: &str, domains: &[String]) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let domain = domain.to_lowercase();
    for entry in domains {
        let name = entry.trim_start_matches('!');
        let cuts = (entry.len() - name.len()).is_multiple_of(2);
        let name = name.to_lowercase();
        if domain == name {
            return None;
        }
        if domain.strip_suffix(&name).is_some_and(|above| above.ends_with('.')) {
            return cuts.then(|| format!("{local}@{name}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_hidden_below_listed_domains_only() {
        let domains = ["!sub.masq.org".to_owned(), "masq.org".to_owned()];
        assert_eq!(masquerade("a@h.Masq.org", &domains).as_deref(), Some("a@masq.org"));
        for stays in ["a@sub.masq.org", "a@h.sub.masq.org", "b@masq.org", "a@xmasq.org", "a@y.org", "a"] {
            assert_eq!(masquerade(stays, &domains), None, "{stays}");
        }
    }
}
