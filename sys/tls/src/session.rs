//! What a TLS session turned out to be, in the words of Postfix's log lines, Received headers and macros.

use crate::ciphers::about;
use crate::credentials::Credentials;
use crate::x509::{Certificate, Key};
use crate::{Digest, Trust};
use rustls::pki_types::CertificateDer;
use rustls::{CommonState, HandshakeKind, NamedGroup, ProtocolVersion, SignatureScheme};
use std::fmt;

/// A TLS session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// `TLSv1.3`.
    pub protocol: String,
    /// OpenSSL's name of the cipher.
    pub cipher: String,
    /// The strength of the cipher in bits.
    pub bits: u16,
    /// The server name that the client asked for.
    pub sni: String,
    /// It goes on with the keys of an earlier session.
    pub resumed: bool,
    /// The other side's certificate.
    pub peer: Option<Peer>,
    /// ` key-exchange X25519 server-signature ...`; only TLS 1.3 tells.
    pub(crate) details: Vec<String>,
}

/// The certificate of the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The certificate.
    pub certificate: Certificate,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The fingerprint of its public key.
    pub public_key_fingerprint: String,
    /// Why it is not trusted; None when it is.
    pub distrust: Option<String>,
    /// It is the certificate of the host that we wanted: name or fingerprint.
    pub matched: bool,
    /// The whole chain, as it was shown, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
}

/// The first word of the log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No certificate.
    Anonymous,
    /// A certificate that nobody vouches for.
    Untrusted,
    /// A certificate from a trusted authority.
    Trusted,
    /// Trusted, and of the host that we wanted.
    Verified,
}

impl Session {
    /// Untrusted, Trusted, ...
    pub fn status(&self) -> Status {
        match &self.peer {
            None => Status::Anonymous,
            Some(Peer { matched: true, .. }) => Status::Verified,
            Some(Peer { distrust: Some(_), .. }) => Status::Untrusted,
            Some(_) => Status::Trusted,
        }
    }

    /// `TLSv1.3 with cipher NAME (n/n bits)` and all that is known besides.
    pub fn summary(&self) -> String {
        let mut summary = self.brief();
        self.details.iter().for_each(|detail| {
            summary.push(' ');
            summary.push_str(detail);
        });
        summary
    }

    /// `TLSv1.3 with cipher NAME (n/n bits)`.
    pub fn brief(&self) -> String {
        format!("{} with cipher {} ({}/{} bits)", self.protocol, self.cipher, self.bits, self.bits)
    }

    /// ` key-exchange ... server-signature ...`, the parts apart.
    pub fn details(&self) -> &[String] {
        &self.details
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Untrusted => "Untrusted",
            Self::Trusted => "Trusted",
            Self::Verified => "Verified",
        })
    }
}

/// How the other side's certificate is judged and shown.
pub(crate) struct Judge<'a> {
    pub trust: &'a Trust,
    pub digest: Digest,
    pub role: crate::trust::Role,
    pub depth: usize,
}

impl Judge<'_> {
    /// Reads and judges a chain. A certificate that can't be read is as good as none.
    pub(crate) fn peer(&self, chain: &[CertificateDer<'_>]) -> Option<Peer> {
        let certificate = Certificate::parse(chain.first()?)?;
        let now = rustls::pki_types::UnixTime::now();
        Some(Peer {
            fingerprint: self.digest.fingerprint(certificate.der()),
            public_key_fingerprint: self.digest.fingerprint(certificate.public_key_info()),
            distrust: self.trust.verify(chain, self.role, self.depth, now).err(),
            matched: false,
            chain: chain.iter().map(|der| der.clone().into_owned()).collect(),
            certificate,
        })
    }
}

/// Signatures of a handshake: by whom, by which scheme, with which kind of key.
pub(crate) type Signature = (&'static str, SignatureScheme, Key);

/// A session that goes on with an earlier one has no signature, but OpenSSL still names the kind of our key.
pub(crate) fn unsigned(key: Key) -> Option<String> {
    match key {
        Key::Rsa(bits) => Some(format!("server-signature RSA-PSS ({bits} bits)")),
        Key::Ec(curve) => Some(format!("server-signature ECDSA ({curve})")),
        Key::Ed25519 => Some("server-signature ED25519".to_owned()),
        Key::Other => None,
    }
}

/// What the connection says of itself.
pub(crate) fn describe(connection: &CommonState, signatures: &[Signature]) -> Session {
    let (protocol, is_tls13) = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => ("TLSv1.3", true),
        Some(ProtocolVersion::TLSv1_2) => ("TLSv1.2", false),
        _ => ("unknown", false),
    };
    let suite = connection.negotiated_cipher_suite().and_then(|suite| about(suite.suite()));
    let mut details = Vec::new();
    if is_tls13 {
        details.extend(connection.negotiated_key_exchange_group().map(|group| exchange(group.name())));
        details.extend(signatures.iter().flat_map(signed));
    }
    Session {
        protocol: protocol.to_owned(),
        cipher: suite.map_or("unknown", |suite| suite.name).to_owned(),
        bits: suite.map_or(0, |suite| suite.bits),
        resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        details,
        ..Session::default()
    }
}

fn exchange(group: NamedGroup) -> String {
    let name = match group {
        NamedGroup::secp256r1 => "ECDHE (prime256v1)".to_owned(),
        NamedGroup::secp384r1 => "ECDHE (secp384r1)".to_owned(),
        NamedGroup::secp521r1 => "ECDHE (secp521r1)".to_owned(),
        NamedGroup::X25519 => "X25519".to_owned(),
        NamedGroup::X448 => "X448".to_owned(),
        NamedGroup::X25519MLKEM768 => "X25519MLKEM768".to_owned(),
        NamedGroup::secp256r1MLKEM768 => "SecP256r1MLKEM768".to_owned(),
        NamedGroup::MLKEM768 => "MLKEM768".to_owned(),
        other => format!("{other:?}"),
    };
    format!("key-exchange {name}")
}

fn signed((who, scheme, key): &Signature) -> Vec<String> {
    let size = match key {
        Key::Rsa(bits) => format!(" ({bits} bits)"),
        Key::Ec(curve) => format!(" ({curve})"),
        Key::Ed25519 | Key::Other => String::new(),
    };
    let (name, digest) = match *scheme {
        SignatureScheme::RSA_PSS_SHA256 => ("RSA-PSS", Some("SHA256")),
        SignatureScheme::RSA_PSS_SHA384 => ("RSA-PSS", Some("SHA384")),
        SignatureScheme::RSA_PSS_SHA512 => ("RSA-PSS", Some("SHA512")),
        SignatureScheme::RSA_PKCS1_SHA256 => ("RSA", Some("SHA256")),
        SignatureScheme::RSA_PKCS1_SHA384 => ("RSA", Some("SHA384")),
        SignatureScheme::RSA_PKCS1_SHA512 => ("RSA", Some("SHA512")),
        SignatureScheme::ECDSA_NISTP256_SHA256 => ("ECDSA", Some("SHA256")),
        SignatureScheme::ECDSA_NISTP384_SHA384 => ("ECDSA", Some("SHA384")),
        SignatureScheme::ECDSA_NISTP521_SHA512 => ("ECDSA", Some("SHA512")),
        SignatureScheme::ED25519 => ("ED25519", None),
        _ => return Vec::new(),
    };
    let mut parts = vec![format!("{who}-signature {name}{size}")];
    parts.extend(digest.map(|digest| format!("{who}-digest {digest}")));
    parts
}

/// The kind of key of the first certificate among ours that signs by one of these schemes.
pub(crate) fn own_key(credentials: &Credentials, schemes: &[SignatureScheme]) -> Key {
    let leaf =
        credentials.pick(schemes).and_then(|key| key.cert.first().and_then(|der| Certificate::parse(der)));
    leaf.map_or(Key::Other, |leaf| leaf.key)
}
