//! TLS in the SMTP server: the context that all sessions share, the handshake of one, and what the log and the Received
//! header say about it. Certificates are read before the privileges for it are given up; when they change, the process
//! makes room for one that reads them again.

use crate::conversation::Conversation;
use crate::settings::tls::{Level, Settings};
use crate::wire::Lost;
use ::tls::{Credentials, Fault, Files, Server, ServerSettings, Session, Status, Tickets, Trust, Watch};
use base64::Engine;
use mail::Reply;
use maillog::Log;
use service::Jailed;
use smtp::server::Tls as Standing;
use std::path::PathBuf;
use tables::{Maps, Options};
use tokio::io::{AsyncRead, AsyncWrite};

/// TLS as it is configured.
pub(crate) struct Tls {
    pub settings: Settings,
    /// None when the certificates can't be used.
    server: Option<Server>,
    sni: Maps,
    tickets: Tickets,
    tlsmgr: ipc::Client,
    watch: Option<Watch>,
}

impl Tls {
    /// Reads the certificates. Those that can't be used are told to the log, and TLS is not available.
    pub(crate) fn open(settings: Settings, options: &Options, log: &Log) -> Result<Self, service::Fatal> {
        settings.warnings.iter().for_each(|text| log.warning(text));
        let tickets = Tickets::new(settings.ticket_lifetime);
        let server = server(&settings, &tickets);
        if let Err(fault) = &server {
            log.warning(format_args!("{fault}: disabling TLS support"));
        }
        let sni = Maps::open("tls_server_sni_maps", &settings.sni_maps, options)
            .map_err(|error| service::Fatal::new(error.to_string()))?;
        let tlsmgr = ipc::Client::new(&settings.tlsmgr_socket, 1, TLSMGR_PATIENCE);
        let watch = Watch::new(&settings.certificates.paths());
        Ok(Self { server: server.ok(), sni, tickets, tlsmgr, watch, settings })
    }

    /// Returns when the certificates have changed; for the process that can't read them again.
    pub(crate) async fn outlive(&self, jailed: &Jailed) {
        match &self.watch {
            Some(watch) => match watch.changed().await {
                Ok(()) => jailed.retire(),
                Err(error) => jailed.log().warning(format_args!("watching certificates: {error}")),
            },
            None => std::future::pending().await,
        }
    }

    /// How a session begins.
    pub(crate) fn standing(&self) -> Standing {
        Standing::Offered { required: self.settings.level == Level::Encrypt }
    }

    /// STARTTLS would succeed.
    pub(crate) fn is_available(&self) -> bool {
        self.server.is_some()
    }

    /// Asks tlsmgr(8) for the keys of tickets when it is time to. Without any, sessions are not resumed.
    async fn renew_ticket_keys(&self, log: &Log) {
        if !self.tickets.is_stale() {
            return;
        }
        match self.tlsmgr.call(&self.tickets.request()).await {
            Ok(keys) => self.tickets.learn(keys),
            Err(error) => log.warning(format_args!("problem talking to server private/tlsmgr: {error}")),
        }
    }

    /// The certificates for a server name, of the name itself or of a parent domain.
    async fn special(&self, name: &str, log: &Log) -> Option<Credentials> {
        let parents = name.match_indices('.').map(|(at, _)| &name[at..]);
        for key in std::iter::once(name).chain(parents) {
            let found = match self.sni.find(key).await {
                Ok(None) => continue,
                Ok(Some(value)) => decoded(key, &value),
                Err(error) => Err(Fault::new(error.to_string())),
            };
            match found {
                Ok(credentials) => return Some(credentials),
                Err(fault) => {
                    log.warning(format_args!(
                        "tls_server_sni_maps: error loading chain for \"{key}\": {fault}"
                    ));
                    return None;
                }
            }
        }
        None
    }
}

fn server(settings: &Settings, tickets: &Tickets) -> Result<Server, Fault> {
    let credentials = Credentials::load(&settings.certificates)?;
    if credentials.is_empty() && settings.sni_maps.is_empty() {
        return Err(Fault::new(
            "no server certificate is configured (smtpd_tls_chain_files, smtpd_tls_cert_file)",
        ));
    }
    Server::new(ServerSettings {
        params: settings.params.clone(),
        credentials,
        server_order: settings.server_order,
        ask: settings.ask_certificate,
        trust: Trust::load(&settings.ca_file, &settings.ca_path, settings.system_trust)?,
        depth: settings.depth,
        digest: settings.digest,
        tickets: Some(tickets.clone()),
        cache: settings.cache,
    })
}

/// A value of `tls_server_sni_maps`: the files themselves, in base64 (postmap -F), or in tables without an index their
/// names.
fn decoded(key: &str, value: &str) -> Result<Credentials, Fault> {
    if value.starts_with('/') && value.contains('.') {
        return Credentials::load(&Files::new(config::split_list(value), &[]));
    }
    let engine = base64::engine::general_purpose::STANDARD;
    let text = engine
        .decode(value)
        .map_err(|_| Fault::new("malformed BASE64 value; was it made with postmap -F?"))?;
    Credentials::from_chains(vec![(PathBuf::from(key), text)])
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    /// Makes the handshake. The error says how the session ends.
    pub(crate) async fn start_tls(&mut self) -> Result<(), Lost> {
        let Some(Tls { server: Some(server), settings, .. }) = &self.daemon.tls else {
            return Err(Lost::Connection);
        };
        let stream = self.wire.take_clear().await?;
        if settings.log_level >= 2 {
            self.log.info(format_args!("setting up TLS connection from {}", self.peer.label));
        }
        let handshake = tokio::time::timeout(settings.handshake_timeout, self.handshake(server, stream));
        let (stream, session) = match handshake.await {
            Ok(Ok(done)) => done,
            Ok(Err(fault)) => return Err(self.log_failure(&fault)),
            Err(_) => {
                let client = &self.peer.label;
                self.log.info(format_args!("SSL_accept error from {client}: Connection timed out"));
                return Err(Lost::Connection);
            }
        };
        self.wire.go_on(stream);
        if !session.resumed && self.counts_new_tls().await {
            self.mistakes.policy = true;
            let text = format!("{} {}", self.daemon.settings.hostname, self.too_many_tls_sessions());
            self.tell(&Reply::new(421, 7, 0, text));
            self.parted = true;
            return Err(Lost::Connection);
        }
        self.session.tls_begins();
        self.forget_message().await;
        self.log_session(&session, settings);
        self.tls = Some(session);
        Ok(())
    }

    async fn handshake(&self, server: &Server, stream: S) -> Result<(::tls::Stream<S>, Session), Fault> {
        let Some(tls) = &self.daemon.tls else { return Err(Fault::new("TLS is off")) };
        tls.renew_ticket_keys(&self.log).await;
        let hello = server.hello(stream).await?;
        let special = match hello.server_name() {
            Some(name) if !tls.sni.is_empty() => {
                let found = tls.special(&name.to_ascii_lowercase(), &self.log).await;
                if found.is_none() && tls.settings.log_level >= 1 {
                    let client = &self.peer.label;
                    self.log
                        .info(format_args!("TLS SNI {name} from {client} not matched, using default chain"));
                }
                found
            }
            _ => None,
        };
        hello.finish(special).await
    }

    fn log_failure(&self, fault: &Fault) -> Lost {
        let client = &self.peer.label;
        if fault.is_lost_connection() {
            self.log.info(format_args!("SSL_accept error from {client}: {}", fault.loss()));
        } else {
            self.log.info(format_args!("SSL_accept error from {client}: -1"));
            self.log.warning(format_args!("TLS library problem: {fault}"));
        }
        Lost::Connection
    }

    fn log_session(&self, session: &Session, settings: &Settings) {
        let client = &self.peer.label;
        if let Some(peer) = &session.peer {
            if let (Some(why), true) =
                (&peer.distrust, settings.require_certificate || settings.log_level >= 2)
            {
                self.log.info(format_args!("certificate verification failed for {client}: {why}"));
            }
            if settings.log_level >= 2 {
                let names = &peer.certificate;
                self.log.info(format_args!(
                    "{client}: subject_CN={}, issuer={}, fingerprint={}, pkey_fingerprint={}",
                    names.subject_cn, names.issuer_cn, peer.fingerprint, peer.public_key_fingerprint
                ));
            }
        }
        if settings.log_level >= 1 {
            let (status, summary) = (session.status(), session.summary());
            let to = if session.sni.is_empty() { String::new() } else { format!(" to {}", session.sni) };
            self.log.info(format_args!("{status} TLS connection established from {client}{to}: {summary}"));
        }
    }

    /// Nobody can listen.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Why the client must go, if its certificate is not what it should be (`smtpd_tls_req_ccert`).
    pub(crate) fn certificate_objection(&self) -> Option<&'static str> {
        let required = self.daemon.tls.as_ref().is_some_and(|tls| tls.settings.require_certificate);
        let session = self.tls.as_ref().filter(|_| required)?;
        match session.status() {
            Status::Anonymous => Some("No client certificate presented"),
            Status::Untrusted => Some("Client certificate not trusted"),
            Status::Trusted | Status::Verified => None,
        }
    }

    /// What the policy knows about the client's certificate.
    pub(crate) fn client_certificate(&self) -> Option<policy::Certificate> {
        let peer = self.tls.as_ref()?.peer.as_ref()?;
        Some(policy::Certificate {
            name: peer.certificate.subject_cn.clone(),
            trusted: peer.distrust.is_none(),
            fingerprint: peer.fingerprint.clone(),
            key_fingerprint: peer.public_key_fingerprint.clone(),
        })
    }

    /// The lines of the Received header about TLS; empty without `smtpd_tls_received_header`.
    pub(crate) fn tls_trace(&self) -> String {
        let (Some(tls), Some(session)) = (&self.daemon.tls, &self.tls) else { return String::new() };
        match tls.settings.received_header {
            true => trace(session, tls.settings.ask_certificate),
            false => String::new(),
        }
    }
}

/// Two comments, folded as Postfix folds them.
fn trace(session: &Session, asked: bool) -> String {
    let mut text = format!("\n\t(using {}", session.brief());
    let of_client = |detail: &&String| detail.starts_with("client-");
    let details = session.details();
    let ours: Vec<&str> = details.iter().filter(|d| !of_client(d)).map(String::as_str).collect();
    let theirs: Vec<&str> = details.iter().filter(of_client).map(String::as_str).collect();
    for line in [ours, theirs].iter().filter(|line| !line.is_empty()) {
        text.push_str(&format!("\n\t {}", line.join(" ")));
    }
    text.push_str(")\n\t(");
    match &session.peer {
        Some(peer) => {
            let verified = if peer.distrust.is_none() { "verified OK" } else { "not verified" };
            let (subject, issuer) =
                (comment(&peer.certificate.subject_cn), comment(&peer.certificate.issuer_cn));
            text.push_str(&format!("Client CN \"{subject}\", Issuer \"{issuer}\" ({verified})"));
        }
        None if asked => text.push_str("Client did not present a certificate"),
        None => text.push_str("No client certificate requested"),
    }
    text.push(')');
    text
}

/// A stranger's words inside a comment: no parentheses, quotes or bytes that mean something to others.
fn comment(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_graphic() || c == ' ' { !"()\\\"".contains(c) } else { false };
    text.chars().map(|c| if safe(c) { c } else { '?' }).collect()
}

const TLSMGR_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
