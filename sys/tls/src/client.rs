//! The client's side: a context from settings, then a handshake with a server, whose certificate is judged when it is
//! over. Whether a bad one matters is the caller's business: opportunistic TLS takes any.

use crate::schemes::{AnyCertificate, OwnScheme, watched};
use crate::session::{Judge, describe, own_key};
use crate::trust::Role;
use crate::{Credentials, Digest, Fault, Params, Session, Stream, Trust};
use rustls::SignatureScheme;
use rustls::client::{ClientConfig, ResolvesClientCert, Resumption};
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;

/// What a client is made of.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Versions, ciphers, groups.
    pub params: Params,
    /// Certificates to show when a server asks.
    pub credentials: Credentials,
    /// Whose server certificates are good.
    pub trust: Trust,
    /// How many certificates may lie between a server's and a trusted one.
    pub depth: usize,
    /// By which hash certificates are known.
    pub digest: Digest,
    /// Sessions are kept, to be resumed.
    pub resume: bool,
}

/// A client's context.
pub struct Client {
    settings: ClientSettings,
    config: ClientConfig,
    verifier: Arc<AnyCertificate>,
}

impl Client {
    /// Makes the context.
    pub fn new(settings: ClientSettings) -> Result<Self, Fault> {
        let verifier = Arc::new(AnyCertificate::new(false, Vec::new()));
        let fault = |error: rustls::Error| Fault::new(error.to_string());
        let builder = ClientConfig::builder_with_provider(settings.params.provider.clone())
            .with_protocol_versions(&settings.params.protocols.versions())
            .map_err(fault)?
            .dangerous()
            .with_custom_certificate_verifier(verifier.clone());
        let own = Own { credentials: settings.credentials.clone(), used: OwnScheme::default() };
        let mut config = builder.with_client_cert_resolver(Arc::new(own));
        config.resumption = match settings.resume {
            true => Resumption::in_memory_sessions(KEPT_SESSIONS),
            false => Resumption::disabled(),
        };
        Ok(Self { settings, config, verifier })
    }

    /// Makes the handshake with the server at `address`, asking for `name` if there is one.
    pub async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        address: IpAddr,
        name: Option<&str>,
    ) -> Result<(Stream<S>, Session), Fault> {
        let server_name = match name {
            Some(name) => ServerName::try_from(name.to_owned())
                .map_err(|_| Fault::new(format!("invalid TLS server name: \"{name}\"")))?,
            // No name is sent for an address (RFC 6066 section 3).
            None => ServerName::IpAddress(address.into()),
        };
        let used = OwnScheme::default();
        let mut config = self.config.clone();
        if !self.settings.credentials.is_empty() {
            // Told apart by resolver, such sessions are not resumed.
            config.client_auth_cert_resolver =
                Arc::new(Own { credentials: self.settings.credentials.clone(), used: used.clone() });
        }
        let connector = TlsConnector::from(Arc::new(config));
        let stream =
            connector.connect(server_name, stream).await.map_err(|error| Fault::handshake(&error))?;
        let own = *used.lock().unwrap_or_else(PoisonError::into_inner);
        let session = self.session(&stream, own, name);
        Ok((Stream::Tls(Box::new(stream.into())), session))
    }

    fn session<S>(
        &self,
        stream: &tokio_rustls::client::TlsStream<S>,
        own: Option<SignatureScheme>,
        name: Option<&str>,
    ) -> Session {
        let connection = stream.get_ref().1;
        let settings = &self.settings;
        let judge = Judge {
            trust: &settings.trust,
            digest: settings.digest,
            role: Role::Server,
            depth: settings.depth,
        };
        let peer = connection.peer_certificates().and_then(|chain| judge.peer(chain));
        let mut signatures = Vec::new();
        let theirs = peer.as_ref().and_then(|peer| {
            let scheme = self.verifier.scheme_of(peer.certificate.der())?;
            Some(("server", scheme, peer.certificate.key))
        });
        signatures.extend(theirs);
        signatures.extend(own.map(|scheme| ("client", scheme, own_key(&settings.credentials, &[scheme]))));
        let sni = name.unwrap_or_default().to_owned();
        Session { peer, sni, ..describe(connection, &signatures) }
    }
}

/// The first of our certificates that the server can verify.
#[derive(Debug)]
struct Own {
    credentials: Credentials,
    used: OwnScheme,
}

impl ResolvesClientCert for Own {
    fn resolve(&self, _: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.credentials.pick(schemes).map(|key| watched(&key, &self.used))
    }

    fn has_certs(&self) -> bool {
        !self.credentials.is_empty()
    }
}

const KEPT_SESSIONS: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Files, Grades, Server, ServerSettings, Status, Tickets, matches_name};
    use ipc::tlsmgr::{TicketKey, TicketKeys};
    use std::path::{Path, PathBuf};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    fn data(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/tls").join(name)
    }

    fn credentials(name: &str) -> Credentials {
        let pair = (data(&format!("{name}.pem")), data(&format!("{name}.key")));
        Credentials::load(&Files { chains: vec![], pairs: vec![pair] }).unwrap()
    }

    fn params(protocols: &str) -> Params {
        let conf = config::Conf::parse("main.cf", "", &config::HostFacts::default()).unwrap();
        Grades::from_conf(&conf).unwrap().params(protocols, "medium", &[]).unwrap()
    }

    fn trust() -> Trust {
        Trust::load(data("ca.pem").to_str().unwrap(), "", false).unwrap()
    }

    fn server(protocols: &str, name: &str) -> Server {
        let tickets = Tickets::new(Duration::from_secs(100));
        let keys = vec![TicketKey { name: [1; 16], secret: [2; 32] }];
        tickets.learn(TicketKeys { keys, renew_after: 50 });
        Server::new(ServerSettings {
            params: params(protocols),
            credentials: credentials(name),
            server_order: false,
            ask: true,
            trust: trust(),
            depth: 9,
            digest: Digest::Sha256,
            tickets: Some(tickets),
            cache: false,
        })
        .unwrap()
    }

    fn client(own: Option<&str>, resume: bool) -> Client {
        Client::new(ClientSettings {
            params: params(">=TLSv1"),
            credentials: own.map(credentials).unwrap_or_default(),
            trust: trust(),
            depth: 9,
            digest: Digest::Sha256,
            resume,
        })
        .unwrap()
    }

    async fn shake(server: &Server, client: &Client) -> (Session, Session) {
        let (here, there) = duplex(100_000);
        let accept = async {
            let hello = server.hello(there).await.unwrap();
            let (mut stream, session): (Stream<DuplexStream>, _) = hello.finish(None).await.unwrap();
            stream.write_all(b"hello").await.unwrap();
            stream.shutdown().await.unwrap();
            session
        };
        let connect = async {
            let address = "192.0.2.1".parse().unwrap();
            let (mut stream, session) =
                client.connect(here, address, Some("mail.example.com")).await.unwrap();
            let mut text = String::new();
            stream.read_to_string(&mut text).await.unwrap();
            assert_eq!(text, "hello");
            session
        };
        tokio::join!(accept, connect)
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    #[test]
    fn both_sides_know_what_the_session_is_like() {
        let (ours, theirs) = run(shake(&server("", "server"), &client(Some("client"), false)));
        assert_eq!((ours.status(), theirs.status()), (Status::Trusted, Status::Trusted));
        assert_eq!(ours.summary(), theirs.summary());
        assert!(ours.brief().starts_with("TLSv1.3 with cipher TLS_"), "{}", ours.summary());
        assert!(ours.summary().contains(" server-signature RSA-PSS (2048 bits) server-digest SHA"));
        assert!(ours.summary().contains(" client-signature RSA-PSS (2048 bits) client-digest SHA"));
        let certificate = ours.peer.unwrap().certificate;
        assert_eq!(certificate.subject_cn, "client.example.net");
        let wanted = ["a.wild.example.com".to_owned()];
        assert!(matches_name(&theirs.peer.unwrap().certificate, &wanted, true).is_some());
    }

    #[test]
    fn a_certificate_that_nobody_trusts_is_taken_and_told() {
        let (ours, theirs) = run(shake(&server("", "self"), &client(None, false)));
        assert_eq!((ours.status(), theirs.status()), (Status::Anonymous, Status::Untrusted));
        assert_eq!(theirs.peer.unwrap().distrust.unwrap(), "self-signed certificate");
    }

    #[test]
    fn tls12_tells_no_details() {
        let (ours, _) = run(shake(&server("TLSv1.2", "server-ec"), &client(None, false)));
        assert!(ours.summary().starts_with("TLSv1.2 with cipher ECDHE-ECDSA-"), "{}", ours.summary());
        assert_eq!(ours.summary(), ours.brief());
    }

    #[test]
    fn a_session_is_resumed_with_a_ticket() {
        let (server, client) = (server("", "server"), client(None, true));
        let (first, second) = run(async { (shake(&server, &client).await, shake(&server, &client).await) });
        assert!(!first.0.resumed && second.0.resumed && second.1.resumed);
        assert_eq!(second.1.status(), Status::Trusted);
    }

    #[test]
    fn what_is_no_tls_is_a_fault_and_hanging_up_is_another() {
        run(async {
            for (bytes, lost) in [(&b"EHLO client.example.net\r\n"[..], false), (b"", true)] {
                let (mut here, there) = duplex(1000);
                here.write_all(bytes).await.unwrap();
                here.shutdown().await.unwrap();
                let Err(fault) = server("", "server").hello(there).await else { panic!("no fault") };
                assert_eq!(fault.is_lost_connection(), lost, "{fault}");
            }
        });
    }
}
