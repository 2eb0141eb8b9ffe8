//! What this build can do: SASL types, lock types, table types, TLS.

use super::Report;

/// Lists what -a, -A, -l or -m asks for. The SMTP server has no SASL yet; the client logs in by itself, which main.cf
/// calls by the name of the library that Postfix needs for it.
pub(super) fn list(letter: u8, report: &mut Report) {
    let names: &[&str] = match letter {
        b'a' => &[],
        b'A' => &["cyrus"],
        b'l' => &["flock", "fcntl", "dotlock"],
        _ => tables::TYPES,
    };
    for name in names {
        report.out.push_str(name);
        report.out.push('\n');
    }
}

/// Answers -T. Without TLS there is nothing to tell, as in a Postfix that was built without it.
pub(super) fn tls(mode: &str, report: &mut Report) {
    if !["compile-version", "run-version", "public-key-algorithms"].contains(&mode) {
        report.warn(format!("unknown 'postconf -T' mode: {mode}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_listed_one_a_line() {
        let listed = |letter| {
            let mut report = Report::default();
            list(letter, &mut report);
            report.out
        };
        assert_eq!(listed(b'l'), "flock\nfcntl\ndotlock\n");
        assert_eq!(listed(b'm').lines().collect::<Vec<_>>(), tables::TYPES);
    }

    #[test]
    fn unknown_tls_modes_are_reported() {
        let mut report = Report::default();
        tls("run-version", &mut report);
        tls("nosuch", &mut report);
        assert_eq!(report.warnings, ["unknown 'postconf -T' mode: nosuch"]);
    }
}
