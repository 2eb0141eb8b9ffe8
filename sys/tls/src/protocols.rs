//! `smtpd_tls_protocols` and its kin: which versions of the protocol may be spoken. Only 1.2 and 1.3 ever are.

use crate::Fault;
use rustls::version::{TLS12, TLS13};
use rustls::{SupportedCipherSuite, SupportedProtocolVersion};

/// A choice of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protocols {
    tls12: bool,
    tls13: bool,
}

impl Protocols {
    /// Reads `>=TLSv1.2`, `<=TLSv1.3`, `!SSLv3 !TLSv1`, `TLSv1.2, TLSv1.3`; words may be joined by colons. Names that
    /// nobody knows are faults, as is a choice that leaves only versions that are not spoken here.
    pub fn parse(list: &str) -> Result<Self, Fault> {
        let (mut least, mut most) = (0, usize::MAX);
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for word in list.split([',', ' ', '\t', '\n', ':']).filter(|word| !word.is_empty()) {
            let bad = || Fault::new(format!("invalid TLS protocol \"{word}\" in \"{list}\""));
            let known = |name: &str| rank(name).ok_or_else(bad);
            if let Some(name) = word.strip_prefix(">=") {
                least = known(name)?;
            } else if let Some(name) = word.strip_prefix("<=") {
                most = known(name)?;
            } else if let Some(name) = word.strip_prefix('!') {
                unwanted.push(known(name)?);
            } else {
                wanted.push(known(word)?);
            }
        }
        let has = |version: usize| {
            (least..=most).contains(&version)
                && !unwanted.contains(&version)
                && (wanted.is_empty() || wanted.contains(&version))
        };
        let chosen = Self { tls12: has(TLS12_RANK), tls13: has(TLS13_RANK) };
        match chosen.tls12 || chosen.tls13 {
            true => Ok(chosen),
            false => Err(Fault::new(format!("\"{list}\" leaves neither TLSv1.2 nor TLSv1.3"))),
        }
    }

    /// Without versions that none of these ciphers is for.
    pub(crate) fn limited_to(self, suites: &[SupportedCipherSuite]) -> Self {
        let has = |version| suites.iter().any(|suite| suite.version() == version);
        Self { tls12: self.tls12 && has(&TLS12), tls13: self.tls13 && has(&TLS13) }
    }

    pub(crate) fn versions(self) -> Vec<&'static SupportedProtocolVersion> {
        let mut versions = Vec::new();
        versions.extend(self.tls13.then_some(&TLS13));
        versions.extend(self.tls12.then_some(&TLS12));
        versions
    }
}

fn rank(name: &str) -> Option<usize> {
    let by_name = NAMES.iter().position(|(known, _)| name.eq_ignore_ascii_case(known));
    by_name.or_else(|| {
        let number = u16::from_str_radix(name.trim_start_matches("0x"), 16).ok()?;
        NAMES.iter().position(|(_, known)| number == *known)
    })
}

/// In the order of their age, with their numbers on the wire.
const NAMES: [(&str, u16); 6] = [
    ("SSLv2", 0x0002),
    ("SSLv3", 0x0300),
    ("TLSv1", 0x0301),
    ("TLSv1.1", 0x0302),
    ("TLSv1.2", 0x0303),
    ("TLSv1.3", 0x0304),
];
const TLS12_RANK: usize = 4;
const TLS13_RANK: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_exclusions_and_lists_choose_versions() {
        let both = Protocols { tls12: true, tls13: true };
        for list in
            ["", ">=TLSv1", "!SSLv2, !SSLv3", ">=tlsv1.2", "!SSLv2:!SSLv3", ">=0303", "TLSv1.2 TLSv1.3"]
        {
            assert_eq!(Protocols::parse(list), Ok(both), "{list}");
        }
        assert_eq!(Protocols::parse("TLSv1.2"), Ok(Protocols { tls12: true, tls13: false }));
        assert_eq!(Protocols::parse("!TLSv1.2"), Ok(Protocols { tls12: false, tls13: true }));
        assert_eq!(Protocols::parse("<=TLSv1.2"), Ok(Protocols { tls12: true, tls13: false }));
    }

    #[test]
    fn what_cannot_be_spoken_is_a_fault() {
        for list in ["TLSv1.9", "SSLv3", "<=TLSv1.1", "TLSv1, TLSv1.1", ">="] {
            assert!(Protocols::parse(list).is_err(), "{list}");
        }
    }
}
