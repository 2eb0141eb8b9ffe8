//! From a session in clear to one in TLS: STARTTLS (RFC 3207), the handshake, the judgement of the certificate, and what
//! happens when one of them fails.

use super::Delivery;
use crate::session::Session;
use crate::tls::{Level, Policy};
use mail::Enhanced;
use smtp::client::{Hello, Peer, Trouble};
use std::time::SystemTime;
use tls::{Fault, Stream};

/// Why there is no TLS.
pub(super) enum Insecure {
    /// This server is of no use.
    Trouble(Trouble),
    /// The handshake failed, and the message may go in clear: connect again.
    GoInClear,
}

impl Delivery<'_> {
    /// The stream to begin with: with `smtp_tls_wrappermode` TLS comes first.
    pub(super) async fn wrapped(
        &self,
        stream: net::Stream,
        peer: &Peer,
        nexthop: &str,
        policy: &Policy,
    ) -> Result<(Stream<net::Stream>, Option<tls::Session>), Trouble> {
        if !policy.wrapper {
            return Ok((Stream::Clear(stream), None));
        }
        if policy.level < Level::Encrypt {
            let text = "client TLS configuration problem: wrappermode requires a security level of encrypt or stronger";
            return Err(Trouble::Tls(text.to_owned(), Enhanced::new(7, 5)));
        }
        let (stream, session) = self.handshake(stream, peer, nexthop, policy).await?;
        Ok((stream, Some(session)))
    }

    /// STARTTLS, if the policy says so; then the features are those that the server offers in TLS.
    pub(super) async fn secure(
        &self,
        session: &mut Session,
        hello: Hello,
        nexthop: &str,
        policy: &Policy,
    ) -> Result<(), Insecure> {
        let peer = session.peer.clone();
        if session.tls.is_some() {
            return self.check_certificate(session, policy).map_err(Insecure::Trouble);
        }
        if policy.level == Level::None || !session.features.start_tls {
            return self.without(session, policy).map_err(Insecure::Trouble);
        }
        let must = policy.level > Level::May;
        if !self.is_available(policy).map_err(Insecure::Trouble)? {
            return Ok(());
        }
        if let Err(refusal) = session.start_tls().await.map_err(Insecure::Trouble)? {
            return if must { Err(Insecure::Trouble(Trouble::NoTls(refusal))) } else { Ok(()) };
        }
        let stream = session.take_clear().map_err(Insecure::Trouble)?;
        match self.handshake(stream, &peer, nexthop, policy).await {
            Ok((stream, tls)) => {
                session.go_on(stream, tls);
                self.check_certificate(session, policy).map_err(Insecure::Trouble)?;
                session.hello_again(hello, self.log).await.map_err(Insecure::Trouble)
            }
            Err(trouble) if must || !self.may_go_in_clear() => Err(Insecure::Trouble(trouble)),
            Err(trouble) => {
                let why = trouble.outcome(&peer).diagnosis().reason.clone();
                self.log.info(format_args!("{}: {why}", self.request.queue_id));
                Err(Insecure::GoInClear)
            }
        }
    }

    /// There will be no TLS: whether that matters.
    fn without(&self, session: &Session, policy: &Policy) -> Result<(), Trouble> {
        if policy.level > Level::May {
            let said = session.peer.name();
            let text = format!("TLS is required, but was not offered by host {said}");
            return Err(Trouble::Tls(text, Enhanced::new(7, 4)));
        }
        if session.features.start_tls && self.client.tls.settings.note_offer {
            self.log.info(format_args!("Host offered STARTTLS: [{}]", session.peer.host));
        }
        Ok(())
    }

    fn is_available(&self, policy: &Policy) -> Result<bool, Trouble> {
        match self.client.tls.context(policy) {
            Ok(Some(_)) => Ok(true),
            Ok(None) if policy.level > Level::May => {
                let text = "TLS is required, but our TLS engine is unavailable";
                Err(Trouble::Tls(text.to_owned(), Enhanced::new(7, 5)))
            }
            Ok(None) => Ok(false),
            Err(fault) => {
                self.log.warning(&fault);
                Err(Trouble::Tls("client TLS configuration problem".to_owned(), Enhanced::new(7, 5)))
            }
        }
    }

    /// Only a message that has waited, and without a password (semantics of `smtp_tls_security_level = may`).
    fn may_go_in_clear(&self) -> bool {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let arrived = u64::try_from(self.request.arrival.seconds).unwrap_or(0);
        // Whole seconds, as Postfix counts.
        let waited = now.as_secs().saturating_sub(arrived);
        self.client.sasl.is_none() && waited > self.client.tls.settings.clear_after.as_secs()
    }

    async fn handshake(
        &self,
        stream: net::Stream,
        peer: &Peer,
        nexthop: &str,
        policy: &Policy,
    ) -> Result<(Stream<net::Stream>, tls::Session), Trouble> {
        let cannot = || Trouble::Tls("Cannot start TLS: handshake failure".to_owned(), Enhanced::new(7, 5));
        let context = self.client.tls.context(policy).ok().flatten().ok_or_else(cannot)?;
        let name = policy.server_name(nexthop, peer);
        let address = peer.address.parse().unwrap_or(std::net::Ipv4Addr::UNSPECIFIED.into());
        let limit = self.client.settings.timeouts.start_tls;
        let attempt = tokio::time::timeout(limit, context.connect(stream, address, name.as_deref())).await;
        let label = peer.name_with_port();
        let (stream, mut session) = match attempt {
            Ok(Ok(done)) => done,
            Ok(Err(fault)) => {
                self.log_failure(&label, &fault);
                return Err(cannot());
            }
            Err(_) => {
                self.log.info(format_args!("SSL_connect error to {label}: Connection timed out"));
                return Err(cannot());
            }
        };
        let deep = self.client.tls.settings.grades.deep_wildcards;
        let judged = policy.judge(&mut session, nexthop, peer, deep);
        self.log_session(&label, &session, judged.as_ref().err().map(String::as_str));
        Ok((stream, session))
    }

    /// After the handshake: is it the server that was wanted?
    pub(super) fn check_certificate(&self, session: &Session, policy: &Policy) -> Result<(), Trouble> {
        let good = policy.level < Level::Fingerprint
            || session.tls.as_ref().is_some_and(|tls| tls.status() == tls::Status::Verified);
        match good {
            true => Ok(()),
            false => Err(Trouble::Tls("Server certificate not verified".to_owned(), Enhanced::new(7, 5))),
        }
    }

    /// `smtp_tls_connection_reuse`: a session in TLS is kept only when told to.
    pub(super) fn may_keep(&self, session: &Session) -> bool {
        session.tls.is_none() || self.policy.reuse
    }

    fn log_failure(&self, label: &str, fault: &Fault) {
        if fault.is_lost_connection() {
            return self.log.info(format_args!("SSL_connect error to {label}: {}", fault.loss()));
        }
        self.log.info(format_args!("SSL_connect error to {label}: -1"));
        self.log.warning(format_args!("TLS library problem: {fault}"));
    }

    fn log_session(&self, label: &str, session: &tls::Session, objection: Option<&str>) {
        let level = self.client.tls.settings.log_level;
        if let Some(why) = objection {
            let which = if why.starts_with("num=") { "server certificate" } else { "certificate" };
            self.log.info(format_args!("{which} verification failed for {label}: {why}"));
        }
        if let (Some(peer), true) = (&session.peer, level >= 2) {
            let names = &peer.certificate;
            self.log.info(format_args!(
                "{label}: subject_CN={}, issuer_CN={}, fingerprint={}, pkey_fingerprint={}",
                names.subject_cn, names.issuer_cn, peer.fingerprint, peer.public_key_fingerprint
            ));
        }
        if level >= 1 {
            let (status, summary) = (session.status(), session.summary());
            self.log.info(format_args!("{status} TLS connection established to {label}: {summary}"));
        }
    }
}
