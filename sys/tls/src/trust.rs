//! Whose signatures count: the certificates of `..._tls_CAfile` and `..._tls_CApath`, and whether a chain leads to one
//! of them. Names are not compared here.

use crate::Fault;
use crate::x509::Certificate;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use webpki::{EndEntityCert, Error, KeyUsage};

/// Certificates that are trusted. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trust(Arc<Anchors>);

#[derive(Debug, Default)]
struct Anchors {
    /// Themselves, since a server may well show one of them.
    certificates: Vec<CertificateDer<'static>>,
    anchors: Vec<TrustAnchor<'static>>,
    subjects: Vec<Vec<u8>>,
}

/// What the peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Server,
    Client,
}

impl Trust {
    /// Reads a file of certificates and all files of a directory; empty names are not set. `defaults` adds what the
    /// system trusts (`tls_append_default_CA`).
    pub fn load(file: &str, directory: &str, defaults: bool) -> Result<Self, Fault> {
        let mut ders = Vec::new();
        if !file.is_empty() {
            ders.extend(certificates(Path::new(file))?);
        }
        if !directory.is_empty() {
            ders.extend(all_of(Path::new(directory))?);
        }
        if defaults {
            // Where systems keep them; not having any is no fault.
            ders.extend(certificates(Path::new(SYSTEM_FILE)).unwrap_or_default());
        }
        Ok(Self::from_ders(ders))
    }

    /// Trusts these certificates.
    pub fn from_ders(ders: Vec<CertificateDer<'static>>) -> Self {
        let mut all = Anchors::default();
        for der in ders {
            let Ok(anchor) = webpki::anchor_from_trusted_cert(&der) else { continue };
            let anchor = anchor.to_owned();
            all.subjects.push(distinguished_name(&anchor));
            all.anchors.push(anchor);
            all.certificates.push(der.clone());
        }
        Self(Arc::new(all))
    }

    /// Nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.anchors.is_empty()
    }

    /// The names of authorities, as DER, for clients that choose a certificate by them.
    pub(crate) fn subjects(&self) -> &[Vec<u8>] {
        &self.0.subjects
    }

    /// Whether the chain leads to a trusted certificate, over no more than `depth` others. The reason why it does not
    /// is in OpenSSL's words.
    pub(crate) fn verify(
        &self,
        chain: &[CertificateDer<'_>],
        role: Role,
        depth: usize,
        now: UnixTime,
    ) -> Result<(), String> {
        let Some((leaf, others)) = chain.split_first() else { return Err("no certificate".to_owned()) };
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let known = Certificate::parse(leaf);
        // One that is trusted itself needs nobody's word, be it an authority or not.
        if self.0.certificates.iter().any(|trusted| trusted == leaf) {
            let valid = known.is_some_and(|certificate| certificate.is_valid_at(seconds));
            return if valid { Ok(()) } else { Err("certificate has expired".to_owned()) };
        }
        let usage = match role {
            Role::Server => KeyUsage::server_auth(),
            Role::Client => KeyUsage::client_auth(),
        };
        let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.all;
        let untrusted = |error: Error| reason(&error, known.as_ref());
        let leaf = EndEntityCert::try_from(leaf).map_err(untrusted)?;
        let path = leaf
            .verify_for_usage(algorithms, &self.0.anchors, others, now, usage, None, None)
            .map_err(untrusted)?;
        match path.intermediate_certificates().count() < depth.max(1) {
            true => Ok(()),
            false => Err("certificate chain too long".to_owned()),
        }
    }
}

fn reason(error: &Error, certificate: Option<&Certificate>) -> String {
    match error {
        Error::UnknownIssuer | Error::CaUsedAsEndEntity => match certificate {
            Some(certificate) if certificate.is_self_issued() => "self-signed certificate".to_owned(),
            Some(certificate) => format!("untrusted issuer /CN={}", certificate.issuer_cn),
            None => "untrusted issuer".to_owned(),
        },
        Error::CertExpired { .. } => "certificate has expired".to_owned(),
        Error::CertNotValidYet { .. } => "certificate is not yet valid".to_owned(),
        other => other.to_string(),
    }
}

/// The subject as a Name: webpki keeps it without its outermost tag and length.
fn distinguished_name(anchor: &TrustAnchor<'_>) -> Vec<u8> {
    rustls::DistinguishedName::in_sequence(anchor.subject.as_ref()).as_ref().to_vec()
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let text = std::fs::read(path).map_err(|error| Fault::file(path, error))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    found.map_err(|error| Fault::file(path, error))
}

/// Every certificate in a directory. OpenSSL reads only files that are named by hashes; the others are links to them.
fn all_of(directory: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let fault = |error| Fault::file(directory, error);
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(fault)? {
        paths.push(entry.map_err(fault)?.path());
    }
    paths.sort();
    let hashed = |path: &&PathBuf| path.extension().is_some_and(|word| word.len() == 1 && word != "r");
    Ok(paths.iter().filter(hashed).filter_map(|path| certificates(path).ok()).flatten().collect())
}

const SYSTEM_FILE: &str = "/etc/ssl/certs/ca-certificates.crt";

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn der(name: &str) -> CertificateDer<'static> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/tls").join(name);
        CertificateDer::from_pem_file(path).unwrap()
    }

    fn now() -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(1_900_000_000))
    }

    #[test]
    fn a_chain_to_a_trusted_authority_is_good() {
        let trust = Trust::from_ders(vec![der("ca.pem")]);
        assert_eq!(trust.verify(&[der("server.pem")], Role::Server, 9, now()), Ok(()));
        let why = trust.verify(&[der("self.pem")], Role::Server, 9, now()).unwrap_err();
        assert_eq!(why, "self-signed certificate");
        let why = Trust::default().verify(&[der("client.pem")], Role::Client, 9, now()).unwrap_err();
        assert_eq!(why, "untrusted issuer /CN=Test CA");
    }

    #[test]
    fn a_certificate_that_is_trusted_itself_is_good_in_its_time() {
        let trust = Trust::from_ders(vec![der("self.pem")]);
        assert_eq!(trust.verify(&[der("self.pem")], Role::Server, 9, now()), Ok(()));
        let early = UnixTime::since_unix_epoch(Duration::from_secs(1000));
        assert!(trust.verify(&[der("self.pem")], Role::Server, 9, early).is_err());
    }
}
