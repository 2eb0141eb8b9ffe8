//! Who signed the handshake, and how. rustls checks signatures and forgets the scheme, which log lines name; and it
//! would refuse a certificate that nobody trusts, with which mail goes on. So both checks are ours: the signature is
//! verified strictly, with the key of the certificate; the certificate is judged later ([`crate::Trust`]).

use crate::digest::Digest;
use crate::x509::Certificate;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerMisbehaved, SignatureAlgorithm,
    SignatureScheme,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Takes every certificate whose holder proves to have its key.
#[derive(Debug)]
pub(crate) struct AnyCertificate {
    algorithms: WebPkiSupportedAlgorithms,
    ask: bool,
    hints: Vec<DistinguishedName>,
    seen: Mutex<VecDeque<(Vec<u8>, SignatureScheme)>>,
}

impl AnyCertificate {
    /// `ask`: a server asks its clients for one; `hints` are the authorities that it knows.
    pub(crate) fn new(ask: bool, hints: Vec<DistinguishedName>) -> Self {
        let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms;
        Self { algorithms, ask, hints, seen: Mutex::default() }
    }

    /// The scheme by which the holder of this certificate signed last.
    pub(crate) fn scheme_of(&self, certificate: &[u8]) -> Option<SignatureScheme> {
        let print = Digest::Sha256.hash(certificate);
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().rev().find(|(known, _)| *known == print).map(|(_, scheme)| *scheme)
    }

    fn check(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let bad = || Error::InvalidCertificate(CertificateError::BadEncoding);
        let known = Certificate::parse(certificate).ok_or_else(bad)?;
        let key_algorithm = known.key_algorithm().ok_or_else(bad)?;
        let algorithms = self.algorithms.mapping.iter().find(|(scheme, _)| *scheme == signed.scheme);
        let (scheme, algorithms) =
            algorithms.ok_or(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)?;
        let fitting =
            algorithms.iter().filter(|algorithm| algorithm.public_key_alg_id().as_ref() == key_algorithm);
        let valid = |algorithm: &&dyn rustls::pki_types::SignatureVerificationAlgorithm| {
            algorithm.verify_signature(known.public_key(), message, signed.signature()).is_ok()
        };
        let mut fitting = fitting.copied();
        if !fitting.any(|algorithm| valid(&algorithm)) {
            return Err(Error::InvalidCertificate(CertificateError::BadSignature));
        }
        self.remember(certificate, *scheme);
        Ok(HandshakeSignatureValid::assertion())
    }

    fn remember(&self, certificate: &[u8], scheme: SignatureScheme) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.pop_front();
        }
        seen.push_back((Digest::Sha256.hash(certificate), scheme));
    }
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn offer_client_auth(&self) -> bool {
        self.ask
    }

    /// A client without one is refused in SMTP's words, not by a broken handshake.
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The scheme by which we signed; None when a session was resumed.
pub(crate) type OwnScheme = Arc<Mutex<Option<SignatureScheme>>>;

/// A key that signs by the peer's preference, as OpenSSL does, and tells how.
pub(crate) fn watched(key: &CertifiedKey, used: &OwnScheme) -> Arc<CertifiedKey> {
    let watching = WatchedKey { key: key.key.clone(), used: used.clone() };
    Arc::new(CertifiedKey::new(key.cert.clone(), Arc::new(watching)))
}

#[derive(Debug)]
struct WatchedKey {
    key: Arc<dyn SigningKey>,
    used: OwnScheme,
}

impl SigningKey for WatchedKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let signer = offered.iter().find_map(|scheme| self.key.choose_scheme(&[*scheme]))?;
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Some(signer.scheme());
        Some(signer)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }
}

/// Certificates whose last scheme is remembered: more than handshakes that are in progress at one time.
const REMEMBERED: usize = 256;
