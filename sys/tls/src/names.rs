//! Does a certificate speak for a host? The names of `smtp_tls_verify_cert_match` and its kin, once they are filled in,
//! against the names that the certificate has.

use crate::Certificate;

/// Whether one of the certificate's names is one of the wanted ones: a host name as it is, or `.domain` for any host
/// below a domain. A certificate with alternative names is known by those, any other by its CN (RFC 6125 6.4.4).
/// `deep`: a wildcard stands for several labels (`tls_wildcard_matches_multiple_labels`). The name that matched.
pub fn matches_name(certificate: &Certificate, wanted: &[String], deep: bool) -> Option<String> {
    let own: &[String] = match certificate.dns_names.is_empty() {
        false => &certificate.dns_names,
        true => std::slice::from_ref(&certificate.subject_cn),
    };
    let fits = |name: &&String| wanted.iter().any(|pattern| is_match(name, pattern, deep));
    own.iter().find(fits).cloned()
}

fn is_match(name: &str, wanted: &str, deep: bool) -> bool {
    let (name, wanted) = (name.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    if wanted.starts_with('.') {
        // A wildcard covers hosts below its domain, which must itself be the wanted one or below it.
        let domain = name.strip_prefix('*').unwrap_or(&name);
        return domain.len() >= wanted.len()
            && domain.ends_with(&wanted)
            && (name.starts_with('*') || domain.len() > wanted.len());
    }
    let Some(domain) = name.strip_prefix('*') else { return name == wanted };
    // A wildcard stands for whole labels, and not for a top-level domain.
    if !domain.starts_with('.') || !domain[1..].contains('.') {
        return false;
    }
    match wanted.strip_suffix(domain) {
        Some(labels) => !labels.is_empty() && (deep || !labels.contains('.')),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_postfix_matches_them() {
        assert!(is_match("Mail.Example.com", "mail.example.com", true));
        assert!(is_match("*.example.com", "a.b.example.com", true));
        assert!(!is_match("*.example.com", "a.b.example.com", false));
        assert!(!is_match("*.example.com", "example.com", true));
        assert!(!is_match("*.com", "example.com", true));
        assert!(is_match("mx.example.com", ".example.com", true));
        assert!(is_match("*.example.com", ".example.com", true));
        assert!(!is_match("example.com", ".example.com", true));
        assert!(!is_match("mxexample.com", ".example.com", true));
    }
}
