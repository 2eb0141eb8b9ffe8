//! The server's side: a context from settings, then for each client the hello, the choice of a certificate, and the
//! handshake.

use crate::schemes::{AnyCertificate, OwnScheme, watched};
use crate::session::{Judge, describe, own_key, unsigned};
use crate::trust::Role;
use crate::{Credentials, Digest, Fault, Params, Session, Stream, Tickets, Trust};
use rustls::server::{Acceptor, ClientHello, ResolvesServerCert, ServerConfig, ServerSessionMemoryCache};
use rustls::sign::CertifiedKey;
use rustls::{DistinguishedName, SignatureScheme};
use std::sync::{Arc, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{LazyConfigAcceptor, StartHandshake};

/// What a server is made of.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Versions, ciphers, groups.
    pub params: Params,
    /// Its certificates.
    pub credentials: Credentials,
    /// Its own order of ciphers counts (`tls_preempt_cipherlist`).
    pub server_order: bool,
    /// It asks clients for a certificate.
    pub ask: bool,
    /// Whose client certificates are good.
    pub trust: Trust,
    /// How many certificates may lie between a client's and a trusted one.
    pub depth: usize,
    /// By which hash certificates are known.
    pub digest: Digest,
    /// Sessions that are resumed with tickets, or None.
    pub tickets: Option<Tickets>,
    /// Sessions are also kept here for clients that know no tickets.
    pub cache: bool,
}

/// A server's context.
pub struct Server {
    settings: ServerSettings,
    config: ServerConfig,
    verifier: Arc<AnyCertificate>,
}

/// A client has said hello, and what it said is known.
pub struct Hello<'a, S> {
    server: &'a Server,
    start: StartHandshake<S>,
}

impl Server {
    /// Makes the context.
    pub fn new(settings: ServerSettings) -> Result<Self, Fault> {
        let hints =
            settings.trust.subjects().iter().map(|name| DistinguishedName::from(name.clone())).collect();
        let verifier = Arc::new(AnyCertificate::new(settings.ask, hints));
        let fault = |error: rustls::Error| Fault::new(error.to_string());
        let mut config = ServerConfig::builder_with_provider(settings.params.provider.clone())
            .with_protocol_versions(&settings.params.protocols.versions())
            .map_err(fault)?
            .with_client_cert_verifier(verifier.clone())
            .with_cert_resolver(Arc::new(Chosen(None)));
        config.ignore_client_order = settings.server_order;
        config.send_tls13_tickets = 1;
        match &settings.tickets {
            Some(tickets) => config.ticketer = Arc::new(tickets.clone()),
            None => config.send_tls13_tickets = 0,
        }
        config.session_storage = match settings.cache {
            true => ServerSessionMemoryCache::new(KEPT_SESSIONS),
            false => Arc::new(rustls::server::NoServerSessionStorage {}),
        };
        Ok(Self { settings, config, verifier })
    }

    /// Waits for the client's hello.
    pub async fn hello<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> Result<Hello<'_, S>, Fault> {
        let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await;
        Ok(Hello { server: self, start: start.map_err(|error| Fault::handshake(&error))? })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Hello<'_, S> {
    /// The name that the client wants to talk to, in lower case.
    pub fn server_name(&self) -> Option<String> {
        self.start.client_hello().server_name().map(str::to_ascii_lowercase)
    }

    /// Completes the handshake, with the certificates for the name that the client asked for if there are such.
    pub async fn finish(self, special: Option<Credentials>) -> Result<(Stream<S>, Session), Fault> {
        let Self { server, start } = self;
        let hello = start.client_hello();
        let sni = hello.server_name().unwrap_or_default().to_ascii_lowercase();
        let special_sni = special.is_some();
        let credentials = special.unwrap_or_else(|| server.settings.credentials.clone());
        let used = OwnScheme::default();
        let kind = own_key(&credentials, hello.signature_schemes());
        let key = choose(&credentials, &hello).map(|key| watched(&key, &used));
        let mut config = server.config.clone();
        config.cert_resolver = Arc::new(Chosen(key));
        let stream = start.into_stream(Arc::new(config)).await.map_err(|error| Fault::handshake(&error))?;
        let own = *used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut session = server.session(&stream, own, &credentials);
        if session.resumed && session.protocol == "TLSv1.3" {
            session.details.extend(unsigned(kind));
        }
        // Postfix tells of names only that it has certificates for.
        session.sni = if special_sni { sni } else { String::new() };
        Ok((Stream::Tls(Box::new(stream.into())), session))
    }
}

impl Server {
    fn session<S>(
        &self,
        stream: &tokio_rustls::server::TlsStream<S>,
        own: Option<SignatureScheme>,
        credentials: &Credentials,
    ) -> Session {
        let connection = stream.get_ref().1;
        let settings = &self.settings;
        let judge = Judge {
            trust: &settings.trust,
            digest: settings.digest,
            role: Role::Client,
            depth: settings.depth,
        };
        let peer = connection.peer_certificates().and_then(|chain| judge.peer(chain));
        let mut signatures = Vec::new();
        signatures.extend(own.map(|scheme| ("server", scheme, own_key(credentials, &[scheme]))));
        let theirs = peer.as_ref().and_then(|peer| {
            let scheme = self.verifier.scheme_of(peer.certificate.der())?;
            Some(("client", scheme, peer.certificate.key))
        });
        signatures.extend(theirs);
        Session { peer, ..describe(connection, &signatures) }
    }
}

/// The key for this client: what it can verify, in its order of preference.
fn choose(credentials: &Credentials, hello: &ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
    credentials.pick(hello.signature_schemes())
}

/// The certificate that was chosen when the hello was read.
#[derive(Debug)]
struct Chosen(Option<Arc<CertifiedKey>>);

impl ResolvesServerCert for Chosen {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }
}

const KEPT_SESSIONS: usize = 1000;
