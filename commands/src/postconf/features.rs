//! What this build can do: SASL types, lock types, table types, TLS.

use super::Report;

/// Lists what -a, -A, -l or -m asks for.
pub(super) fn list(letter: u8, report: &mut Report) {
    let names: &[&str] = match letter {
        b'a' => &["cyrus", "dovecot"],
        b'A' => &["cyrus"],
        b'l' => &["flock", "fcntl", "dotlock"],
        _ => tables::TYPES,
    };
    for name in names {
        report.out.push_str(name);
        report.out.push('\n');
    }
}

/// Answers -T: the TLS library, or the public-key algorithms that certificates may have.
pub(super) fn tls(mode: &str, report: &mut Report) {
    match mode {
        "compile-version" | "run-version" => report.out.push_str("rustls with aws-lc-rs\n"),
        "public-key-algorithms" => report.out.push_str("ecdsa\ned25519\nrsa\n"),
        _ => report.warn(format!("unknown 'postconf -T' mode: {mode}")),
    }
}
