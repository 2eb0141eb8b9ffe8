//! Cipher lists in OpenSSL's language (openssl-ciphers(1)), over the TLS 1.2 suites that there are. TLS 1.3 has suites
//! of its own, which such lists don't touch.

use rustls::{CipherSuite, SupportedCipherSuite};

/// What a suite is called and made of.
pub(crate) struct Suite {
    suite: CipherSuite,
    /// OpenSSL's name, as logs show it.
    pub(crate) name: &'static str,
    /// Strength in bits; also the algorithm's.
    pub(crate) bits: u16,
    /// The words of cipher lists that mean it.
    classes: &'static [&'static str],
}

/// Facts about a suite.
pub(crate) fn about(suite: CipherSuite) -> Option<&'static Suite> {
    SUITES.iter().find(|known| known.suite == suite)
}

/// The suites that `list` chooses, less those that `exclude` means, in their order; those of TLS 1.3 come first.
pub(crate) fn choose(
    all: &[SupportedCipherSuite],
    list: &str,
    exclude: &[String],
) -> Vec<SupportedCipherSuite> {
    let mut active: Vec<SupportedCipherSuite> = Vec::new();
    let mut killed: Vec<CipherSuite> = Vec::new();
    for word in list.split([':', ',', ' ', '\t', '\n']).filter(|word| !word.is_empty()) {
        apply(word, all, &mut active, &mut killed);
    }
    active.retain(|suite| !exclude.iter().any(|word| means(word, suite.suite())));
    all.iter().copied().filter(is_tls13).chain(active).collect()
}

fn apply(
    word: &str,
    all: &[SupportedCipherSuite],
    active: &mut Vec<SupportedCipherSuite>,
    killed: &mut Vec<CipherSuite>,
) {
    if word == "@STRENGTH" {
        return active.sort_by_key(|suite| std::cmp::Reverse(about(suite.suite()).map(|known| known.bits)));
    }
    let (operator, words) = match word.split_at_checked(1) {
        Some((operator @ ("!" | "-" | "+"), rest)) => (operator, rest),
        _ => ("", word),
    };
    let meant = |suite: &SupportedCipherSuite| means(words, suite.suite());
    match operator {
        "!" => {
            killed.extend(all.iter().filter(|suite| meant(suite)).map(SupportedCipherSuite::suite));
            active.retain(|suite| !meant(suite));
        }
        "-" => active.retain(|suite| !meant(suite)),
        "+" => active.sort_by_key(meant),
        _ => {
            let is_new = |suite: &SupportedCipherSuite| {
                !is_tls13(suite)
                    && !killed.contains(&suite.suite())
                    && !active.iter().any(|old| old.suite() == suite.suite())
            };
            let new: Vec<_> = all.iter().copied().filter(|suite| meant(suite) && is_new(suite)).collect();
            active.extend(new);
        }
    }
}

fn is_tls13(suite: &SupportedCipherSuite) -> bool {
    matches!(suite, SupportedCipherSuite::Tls13(_))
}

/// `kECDHE+AESGCM` means what both words mean.
fn means(words: &str, suite: CipherSuite) -> bool {
    let Some(known) = about(suite) else { return false };
    let is = |word: &str| word == known.name || known.classes.contains(&word);
    !words.is_empty() && words.split('+').all(is)
}

const fn tls12(suite: CipherSuite, name: &'static str, bits: u16, classes: &'static [&'static str]) -> Suite {
    Suite { suite, name, bits, classes }
}

macro_rules! classes {
    ($($word:literal),*) => {
        &["ALL", "DEFAULT", "HIGH", "TLSv1.2", "kEECDH", "kECDHE", "EECDH", "ECDHE", "AEAD", $($word),*]
    };
}

const SUITES: [Suite; 9] = [
    tls12(CipherSuite::TLS13_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", 256, &[]),
    tls12(CipherSuite::TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", 128, &[]),
    tls12(CipherSuite::TLS13_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256", 256, &[]),
    tls12(
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        256,
        classes!("aECDSA", "ECDSA", "AES", "AES256", "AESGCM", "SHA384"),
    ),
    tls12(
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        128,
        classes!("aECDSA", "ECDSA", "AES", "AES128", "AESGCM", "SHA256"),
    ),
    tls12(
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        256,
        classes!("aECDSA", "ECDSA", "CHACHA20"),
    ),
    tls12(
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        "ECDHE-RSA-AES256-GCM-SHA384",
        256,
        classes!("aRSA", "AES", "AES256", "AESGCM", "SHA384"),
    ),
    tls12(
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-RSA-AES128-GCM-SHA256",
        128,
        classes!("aRSA", "AES", "AES128", "AESGCM", "SHA256"),
    ),
    tls12(
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        "ECDHE-RSA-CHACHA20-POLY1305",
        256,
        classes!("aRSA", "CHACHA20"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str, exclude: &[&str]) -> Vec<&'static str> {
        let exclude: Vec<String> = exclude.iter().map(|word| (*word).to_owned()).collect();
        let all = rustls::crypto::aws_lc_rs::ALL_CIPHER_SUITES;
        choose(all, list, &exclude)
            .iter()
            .filter_map(|suite| about(suite.suite()))
            .map(|known| known.name)
            .collect()
    }

    #[test]
    fn the_default_list_takes_all_and_tls13_comes_first() {
        let list = "aNULL:-aNULL:HIGH:MEDIUM:!SEED:!IDEA:!3DES:!RC4:!kDH:!kECDH:!aDSS:!MD5:+RC4:@STRENGTH";
        let all = names(list, &[]);
        assert_eq!(all.len(), 9);
        assert!(all[..3].iter().all(|name| name.starts_with("TLS_")), "{all:?}");
        assert!(all[all.len() - 1].contains("128"), "{all:?}");
    }

    #[test]
    fn exclusions_take_ciphers_away() {
        let left = names("HIGH", &["aECDSA", "AES128", "CHACHA20"]);
        assert_eq!(left[3..], ["ECDHE-RSA-AES256-GCM-SHA384"]);
        assert_eq!(names("ECDHE-RSA-AES128-GCM-SHA256:!AES128", &[]).len(), 3);
        assert_eq!(names("aRSA+AESGCM:-SHA384", &[])[3..], ["ECDHE-RSA-AES128-GCM-SHA256"]);
    }

    #[test]
    fn a_killed_cipher_does_not_come_back() {
        assert_eq!(names("HIGH:!aRSA:ALL", &[]).len(), 6);
        assert_eq!(names("HIGH:-aRSA:ALL", &[]).len(), 9);
    }
}
