//! Which ciphers, which key exchange: the parameters that all TLS programs share, and what is left of their values in
//! a library that has only good ciphers.

use crate::ciphers::choose;
use crate::{Fault, Protocols};
use config::{Conf, p};
use rustls::SupportedCipherSuite;
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use std::sync::Arc;

/// `tls_high_cipherlist` and the like.
#[derive(Clone, Debug)]
pub struct Grades {
    high: String,
    medium: String,
    groups: Vec<&'static dyn SupportedKxGroup>,
    /// `tls_preempt_cipherlist`.
    pub server_order: bool,
    /// `tls_append_default_CA`.
    pub system_trust: bool,
    /// `tls_wildcard_matches_multiple_labels`.
    pub deep_wildcards: bool,
}

/// Versions, ciphers and groups of a handshake.
#[derive(Clone, Debug)]
pub struct Params {
    pub(crate) provider: Arc<CryptoProvider>,
    pub(crate) protocols: Protocols,
}

impl Grades {
    /// From main.cf.
    pub fn from_conf(conf: &Conf) -> Result<Self, config::Fault> {
        Ok(Self {
            high: conf.get(p::TLS_HIGH_CIPHERLIST)?,
            medium: conf.get(p::TLS_MEDIUM_CIPHERLIST)?,
            groups: groups(&conf.get(p::TLS_EECDH_AUTO_CURVES)?),
            server_order: conf.get(p::TLS_PREEMPT_CIPHERLIST)?,
            system_trust: conf.get(p::TLS_APPEND_DEFAULT_CA)?,
            deep_wildcards: conf.get(p::TLS_WILDCARD_MATCHES_MULTIPLE_LABELS)?,
        })
    }

    /// The ciphers of a grade (`smtpd_tls_ciphers`) without some (`smtpd_tls_exclude_ciphers`), and versions.
    pub fn params(&self, protocols: &str, grade: &str, exclude: &[String]) -> Result<Params, Fault> {
        let protocols = Protocols::parse(protocols)?;
        let all = aws_lc_rs::ALL_CIPHER_SUITES;
        let list = match grade.to_ascii_lowercase().as_str() {
            "high" => &self.high,
            // The weaker grades hold what the stronger ones hold, and nothing weaker is spoken.
            "medium" | "low" | "export" => &self.medium,
            "null" => return Err(Fault::new("ciphers that don't encrypt (grade \"null\") are not spoken")),
            other => return Err(Fault::new(format!("invalid TLS cipher grade: \"{other}\""))),
        };
        let cipher_suites = choose(all, list, exclude);
        self.of_suites(protocols, cipher_suites)
    }

    fn of_suites(
        &self,
        protocols: Protocols,
        cipher_suites: Vec<SupportedCipherSuite>,
    ) -> Result<Params, Fault> {
        let spoken = |suite: &SupportedCipherSuite| protocols.versions().contains(&suite.version());
        if !cipher_suites.iter().any(spoken) {
            return Err(Fault::new("no cipher is left to speak with"));
        }
        // rustls wants a cipher for each version, so a version without any is not offered.
        let protocols = protocols.limited_to(&cipher_suites);
        let provider =
            CryptoProvider { cipher_suites, kx_groups: self.groups.clone(), ..aws_lc_rs::default_provider() };
        Ok(Params { provider: Arc::new(provider), protocols })
    }
}

/// `tls_eecdh_auto_curves`: those that there are, in that order; as OpenSSL does, the others are passed over. A list
/// without any is no list.
fn groups(list: &str) -> Vec<&'static dyn SupportedKxGroup> {
    let mut chosen: Vec<&'static dyn SupportedKxGroup> = Vec::new();
    for word in list.split([' ', '\t', ',', ':', '/']) {
        let word = word.trim_start_matches(['?', '*']);
        let named: &[&'static dyn SupportedKxGroup] = match word.to_ascii_lowercase().as_str() {
            "x25519" => &[kx_group::X25519],
            "prime256v1" | "p-256" | "secp256r1" => &[kx_group::SECP256R1],
            "secp384r1" | "p-384" => &[kx_group::SECP384R1],
            "x25519mlkem768" => &[kx_group::X25519MLKEM768],
            "secp256r1mlkem768" => &[kx_group::SECP256R1MLKEM768],
            "mlkem768" => &[kx_group::MLKEM768],
            "default" => &DEFAULT,
            _ => &[],
        };
        for group in named {
            if !chosen.iter().any(|old| old.name() == group.name()) {
                chosen.push(*group);
            }
        }
    }
    if chosen.is_empty() { DEFAULT.to_vec() } else { chosen }
}

const DEFAULT: [&dyn SupportedKxGroup; 4] =
    [kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1];

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(main_cf: &str) -> Grades {
        Grades::from_conf(&Conf::parse("main.cf", main_cf, &config::HostFacts::default()).unwrap()).unwrap()
    }

    fn names(list: &str) -> Vec<String> {
        groups(list).iter().map(|group| format!("{:?}", group.name())).collect()
    }

    #[test]
    fn curves_that_there_are_not_are_passed_over() {
        assert_eq!(names("X25519 X448 prime256v1 secp521r1"), ["X25519", "secp256r1"]);
        assert_eq!(names("?X25519MLKEM768:DEFAULT")[0], "X25519MLKEM768");
        assert_eq!(names("X448").len(), DEFAULT.len());
    }

    #[test]
    fn a_grade_gives_ciphers_and_nonsense_a_fault() {
        let grades = grades("");
        assert_eq!(grades.params(">=TLSv1", "medium", &[]).unwrap().provider.cipher_suites.len(), 9);
        let few = grades.params(">=TLSv1.2", "high", &["AES128".to_owned()]).unwrap();
        assert_eq!(few.provider.cipher_suites.len(), 7);
        assert!(grades.params("", "null", &[]).is_err() && grades.params("", "best", &[]).is_err());
    }

    #[test]
    fn when_no_cipher_of_a_version_is_left_the_version_is_not_offered() {
        let grades = grades("tls_high_cipherlist = RC4");
        let left = grades.params(">=TLSv1.2", "high", &[]).unwrap();
        assert_eq!(left.protocols.versions().len(), 1);
        assert!(grades.params("TLSv1.2", "high", &[]).is_err());
    }
}
