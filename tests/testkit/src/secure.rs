//! TLS for scripted clients and servers, straight from rustls, so that what is tested is not what tests. Every
//! certificate is taken; who showed which one is told.
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, CommonState, DigitallySignedStruct, Error, ServerConfig,
    ServerConnection, SignatureScheme, StreamOwned, SupportedProtocolVersion,
};
use std::io::{Read, Result, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

/// The certificates and keys of the tests, made by tests/data/tls/make: name, certificate, key. The authority's key is
/// not kept.
pub const CERTIFICATES: &[(&str, &str, &str)] = &[
    ("ca", include_str!("../../data/tls/ca.pem"), ""),
    ("server", include_str!("../../data/tls/server.pem"), include_str!("../../data/tls/server.key")),
    ("server-ec", include_str!("../../data/tls/server-ec.pem"), include_str!("../../data/tls/server-ec.key")),
    ("sni", include_str!("../../data/tls/sni.pem"), include_str!("../../data/tls/sni.key")),
    ("client", include_str!("../../data/tls/client.pem"), include_str!("../../data/tls/client.key")),
    ("self", include_str!("../../data/tls/self.pem"), include_str!("../../data/tls/self.key")),
];

/// A connection, in clear or not.
pub enum Channel<S: Read + Write> {
    /// In clear.
    Clear(S),
    /// We are the client.
    Client(Box<StreamOwned<ClientConnection, S>>),
    /// We are the server.
    Server(Box<StreamOwned<ServerConnection, S>>),
    /// While it changes.
    Gone,
}

impl<S: Read + Write> Channel<S> {
    /// The socket below.
    pub fn socket(&self) -> Option<&S> {
        match self {
            Self::Clear(stream) => Some(stream),
            Self::Client(stream) => Some(&stream.sock),
            Self::Server(stream) => Some(&stream.sock),
            Self::Gone => None,
        }
    }

    /// Says goodbye, as an honest peer does.
    pub fn goodbye(&mut self) {
        match self {
            Self::Client(stream) => stream.conn.send_close_notify(),
            Self::Server(stream) => stream.conn.send_close_notify(),
            Self::Clear(_) | Self::Gone => return,
        }
        let _ = self.flush();
    }

    /// Becomes a TLS client. Words: `sni NAME`, `cert NAME`, `tls1.2`, `tls1.3`, `p256`, `resume`. Says what came of it.
    pub fn become_client(&mut self, words: &[&str]) -> Result<String> {
        let Self::Clear(socket) = std::mem::replace(self, Self::Gone) else {
            return Ok("already encrypted".into());
        };
        let after = |word: &str| words.iter().skip_while(|w| **w != word).nth(1).copied();
        let name = match after("sni") {
            Some(name) => ServerName::try_from(name.to_string()).expect("a server name"),
            None => ServerName::try_from("192.0.2.1").expect("an address"),
        };
        let config = client_config(words, after("cert"), words.contains(&"resume"));
        let connection = ClientConnection::new(config, name).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        let told = told(&stream.conn);
        *self = Self::Client(Box::new(stream));
        Ok(told)
    }

    /// Becomes a TLS server with a certificate of ours. Words as for clients; `ask` asks for a certificate.
    pub fn become_server(&mut self, words: &[&str]) -> Result<String> {
        let Self::Clear(socket) = std::mem::replace(self, Self::Gone) else {
            return Ok("already encrypted".into());
        };
        let (chain, key) = identity(words.first().copied().unwrap_or("server"));
        let builder = ServerConfig::builder_with_provider(provider(words))
            .with_protocol_versions(versions(words))
            .expect("versions");
        let config = match words.contains(&"ask") {
            true => builder.with_client_cert_verifier(Arc::new(Any)),
            false => builder.with_no_client_auth(),
        };
        let config = config.with_single_cert(chain, key).expect("a certificate");
        let connection = ServerConnection::new(Arc::new(config)).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        let sni = stream.conn.server_name().unwrap_or("no name").to_string();
        let told = format!("{} for {sni}", told(&stream.conn));
        *self = Self::Server(Box::new(stream));
        Ok(told)
    }
}

impl<S: Read + Write> Read for Channel<S> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Self::Clear(stream) => stream.read(buffer),
            Self::Client(stream) => stream.read(buffer),
            Self::Server(stream) => stream.read(buffer),
            Self::Gone => Ok(0),
        }
    }
}

impl<S: Read + Write> Write for Channel<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Clear(stream) => stream.write(bytes),
            Self::Client(stream) => stream.write(bytes),
            Self::Server(stream) => stream.write(bytes),
            Self::Gone => Err(std::io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> Result<()> {
        match self {
            Self::Clear(stream) => stream.flush(),
            Self::Client(stream) => stream.flush(),
            Self::Server(stream) => stream.flush(),
            Self::Gone => Ok(()),
        }
    }
}

/// A socket whose sending half can be closed.
pub trait HalfClose {
    /// Sends nothing more.
    fn finish(&self);
}

impl HalfClose for TcpStream {
    fn finish(&self) {
        self.shutdown(std::net::Shutdown::Write).ok();
    }
}

/// `TLSv1_3 CIPHER certificate NAME`.
fn told(connection: &CommonState) -> String {
    let version =
        connection.protocol_version().and_then(|v| v.as_str().map(String::from)).unwrap_or_default();
    let suite = connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
    let leaf = connection.peer_certificates().and_then(|chain| chain.first());
    let known = leaf.map(|leaf| {
        let same = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).is_ok_and(|der| der == *leaf);
        CERTIFICATES.iter().find(|(_, pem, _)| same(pem)).map_or("unknown", |(name, ..)| name)
    });
    let kind = connection.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
    let resumed = if kind { " resumed" } else { "" };
    format!("{version} {} certificate {}{resumed}", suite.unwrap_or_default(), known.unwrap_or("none"))
}

fn versions(words: &[&str]) -> &'static [&'static SupportedProtocolVersion] {
    const TLS12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
    const TLS13: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];
    match () {
        () if words.contains(&"tls1.2") => TLS12,
        () if words.contains(&"tls1.3") => TLS13,
        () => rustls::ALL_VERSIONS,
    }
}

/// The same sessions for all clients of a test that resume.
fn client_config(words: &[&str], identity_name: Option<&str>, resume: bool) -> Arc<ClientConfig> {
    static KEPT: Mutex<Option<Arc<ClientConfig>>> = Mutex::new(None);
    let mut kept = KEPT.lock().expect("nobody panics here");
    if let (true, Some(config)) = (resume, &*kept) {
        return config.clone();
    }
    let builder = ClientConfig::builder_with_provider(provider(words))
        .with_protocol_versions(versions(words))
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Any));
    let config = match identity_name.map(identity) {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).expect("a certificate"),
        None => builder.with_no_client_auth(),
    };
    let config = Arc::new(config);
    if resume {
        *kept = Some(config.clone());
    }
    config
}

/// Groups that old OpenSSL knows too, so that both sides of a comparison choose the same.
fn provider(words: &[&str]) -> Arc<CryptoProvider> {
    let kx_groups = if words.contains(&"p256") {
        vec![kx_group::SECP256R1]
    } else {
        vec![kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1]
    };
    Arc::new(CryptoProvider { kx_groups, ..aws_lc_rs::default_provider() })
}

fn identity(name: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let found = CERTIFICATES.iter().find(|(known, ..)| *known == name);
    let (_, certificate, key) = found.unwrap_or_else(|| panic!("no certificate: {name}"));
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect::<std::result::Result<_, _>>();
    (chain.expect("PEM"), PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key"))
}

/// Takes every certificate whose key the peer has.
#[derive(Debug)]
struct Any;

fn signed(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
    check: fn(
        &[u8],
        &CertificateDer<'_>,
        &DigitallySignedStruct,
        &rustls::crypto::WebPkiSupportedAlgorithms,
    ) -> std::result::Result<HandshakeSignatureValid, Error>,
) -> std::result::Result<HandshakeSignatureValid, Error> {
    check(message, certificate, signature, &aws_lc_rs::default_provider().signature_verification_algorithms)
}

fn schemes() -> Vec<SignatureScheme> {
    aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
}

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        signed(message, cert, dss, verify_tls12_signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        signed(message, cert, dss, verify_tls13_signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        schemes()
    }
}

impl rustls::server::danger::ClientCertVerifier for Any {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> std::result::Result<rustls::server::danger::ClientCertVerified, Error> {
        Ok(rustls::server::danger::ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        signed(message, cert, dss, verify_tls12_signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        signed(message, cert, dss, verify_tls13_signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        schemes()
    }
}
