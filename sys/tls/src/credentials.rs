//! Keys with their certificates, from PEM files: pairs of a certificate file and a key file, or chain files in which
//! each key is followed by its chain (`smtpd_tls_chain_files`, `tls_server_sni_maps`).

use crate::Fault;
use crate::x509::Certificate;
use rustls::SignatureScheme;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer,
};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The certificate parameters of one side, as main.cf has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// `..._tls_chain_files`. When there are any, the pairs don't count.
    pub chains: Vec<PathBuf>,
    /// `..._tls_cert_file` with `..._tls_key_file`, and the same of eccert and dcert; those that are set.
    pub pairs: Vec<(PathBuf, PathBuf)>,
}

/// Keys with their chains, in the order in which they were listed. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Credentials(Arc<Vec<Arc<CertifiedKey>>>);

impl Files {
    /// From the values of parameters; empty ones and `none` are not set.
    pub fn new(chains: Vec<String>, pairs: &[(String, String)]) -> Self {
        let is_set = |name: &str| !name.is_empty() && name != "none";
        let pairs = pairs.iter().filter(|(certificate, _)| is_set(certificate));
        Self {
            chains: chains.into_iter().filter(|name| is_set(name)).map(PathBuf::from).collect(),
            pairs: pairs.map(|(certificate, key)| (certificate.into(), key.into())).collect(),
        }
    }

    /// No file is named.
    pub fn is_empty(&self) -> bool {
        self.chains.is_empty() && self.pairs.is_empty()
    }

    /// Every file that is named.
    pub fn paths(&self) -> Vec<PathBuf> {
        match self.chains.is_empty() {
            false => self.chains.clone(),
            true => self.pairs.iter().flat_map(|(a, b)| [a.clone(), b.clone()]).collect(),
        }
    }
}

impl Credentials {
    /// Reads the files. Needs the privileges that key files ask for.
    pub fn load(files: &Files) -> Result<Self, Fault> {
        if !files.chains.is_empty() {
            let texts = files.chains.iter().map(|path| Ok((path.clone(), read(path)?)));
            return Self::from_chains(texts.collect::<Result<Vec<_>, Fault>>()?);
        }
        let keys = files.pairs.iter().map(|(certificate, key)| pair(certificate, key));
        Ok(Self(Arc::new(keys.collect::<Result<_, _>>()?)))
    }

    /// Reads chain files whose texts are at hand: key, certificate, the rest of its chain, next key, ...
    pub fn from_chains(texts: Vec<(PathBuf, Vec<u8>)>) -> Result<Self, Fault> {
        let mut keys = Vec::new();
        let mut open: Option<(PathBuf, PrivateKeyDer<'static>, Vec<CertificateDer<'static>>)> = None;
        for (path, text) in texts {
            for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(&text) {
                let (kind, der) = section.map_err(|error| Fault::file(&path, error))?;
                match (private_key(kind, &der), kind, &mut open) {
                    (Some(key), _, _) => {
                        keys.extend(open.take().map(|(path, key, chain)| certified(&path, chain, key)));
                        open = Some((path.clone(), key, Vec::new()));
                    }
                    (None, SectionKind::Certificate, Some((_, _, chain))) => chain.push(der.into()),
                    (None, SectionKind::Certificate, None) => {
                        return Err(Fault::file(&path, "a certificate stands before its private key"));
                    }
                    _ => {}
                }
            }
        }
        keys.extend(open.map(|(path, key, chain)| certified(&path, chain, key)));
        if keys.is_empty() {
            return Err(Fault::new("no private key in the chain files"));
        }
        Ok(Self(Arc::new(keys.into_iter().collect::<Result<_, _>>()?)))
    }

    /// There is no certificate at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first key that can sign by the first scheme of the peer's list that any key can sign by.
    pub(crate) fn pick(&self, schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let able = |scheme: &SignatureScheme| {
            self.0.iter().find(|each| each.key.choose_scheme(std::slice::from_ref(scheme)).is_some())
        };
        schemes.iter().find_map(able).cloned()
    }
}

fn pair(certificate: &Path, key: &Path) -> Result<Arc<CertifiedKey>, Fault> {
    let text = read(certificate)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.map_err(|error| Fault::file(certificate, error))?;
    let bytes = read(key)?;
    let private = PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| Fault::file(key, error))?;
    certified(certificate, chain, private)
}

fn certified(
    path: &Path,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<CertifiedKey>, Fault> {
    let Some(leaf) = chain.first().and_then(|der| Certificate::parse(der)) else {
        return Err(Fault::file(path, "no certificate"));
    };
    let key = any_supported_type(&key).map_err(|error| Fault::file(path, error))?;
    let ours = key.public_key();
    if ours.is_some_and(|ours| ours.as_ref() != leaf.public_key_info()) {
        return Err(Fault::file(path, "key and certificate don't match"));
    }
    Ok(Arc::new(CertifiedKey::new(chain, key)))
}

fn private_key(kind: SectionKind, der: &[u8]) -> Option<PrivateKeyDer<'static>> {
    let der = der.to_vec();
    match kind {
        SectionKind::RsaPrivateKey => Some(PrivatePkcs1KeyDer::from(der).into()),
        SectionKind::EcPrivateKey => Some(PrivateSec1KeyDer::from(der).into()),
        SectionKind::PrivateKey => Some(PrivatePkcs8KeyDer::from(der).into()),
        _ => None,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|error| Fault::file(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/tls").join(name)
    }

    fn names(files: &Files) -> Result<Credentials, Fault> {
        Credentials::load(files)
    }

    #[test]
    fn pairs_are_chosen_by_what_the_peer_can_verify() {
        let pair = |name: &str| (data(&format!("{name}.pem")), data(&format!("{name}.key")));
        let both = names(&Files { chains: vec![], pairs: vec![pair("server"), pair("server-ec")] }).unwrap();
        let ecdsa = both.pick(&[SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::RSA_PSS_SHA256]);
        let rsa = both.pick(&[SignatureScheme::RSA_PSS_SHA256, SignatureScheme::ECDSA_NISTP256_SHA256]);
        assert_ne!(ecdsa.unwrap().cert, rsa.unwrap().cert);
        assert!(both.pick(&[SignatureScheme::ED448]).is_none());
    }

    #[test]
    fn a_chain_file_has_the_key_first() {
        let text = |name: &str| std::fs::read(data(name)).unwrap();
        let good = [text("server.key"), text("server.pem"), text("ca.pem")].concat();
        let loaded = Credentials::from_chains(vec![("good".into(), good)]).unwrap();
        assert_eq!(loaded.pick(&[SignatureScheme::RSA_PSS_SHA256]).unwrap().cert.len(), 2);
        let bad = [text("server.pem"), text("server.key")].concat();
        assert!(Credentials::from_chains(vec![("bad".into(), bad)]).is_err());
    }

    #[test]
    fn a_key_of_another_certificate_is_a_fault_that_names_the_file() {
        let fault = names(&Files { chains: vec![], pairs: vec![(data("server.pem"), data("sni.key"))] });
        assert!(fault.unwrap_err().to_string().ends_with("server.pem: key and certificate don't match"));
        let missing = names(&Files { chains: vec![], pairs: vec![(data("none.pem"), data("sni.key"))] });
        assert!(missing.unwrap_err().to_string().contains("none.pem: No such file"));
    }
}
