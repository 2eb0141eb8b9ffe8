//! AUTH (RFC 4954): what is offered to a client, and the exchange between it and the authentication service. What a
//! client answers goes to the service and nowhere else: no log, no transcript.

use crate::conversation::{Conversation, Next};
use crate::settings::SaslSettings;
use crate::trust::unanswered;
use crate::wire::Lost;
use config::{Conf, p, split_list};
use mail::Reply;
use policy::Client;
use sasl::{Attempt, Mechanism, Security, Server, Step};
use service::Fatal;
use smtp::command::Verb;
use smtp::line::Lines;
use smtp::server::{Login, Offer, Refusal};
use smtp::text::{clip, printable, printable_bytes};
use tables::{HostList, Options, StringList};
use tokio::io::{AsyncRead, AsyncWrite};

/// `smtpd_sasl_auth_enable = yes`.
pub(crate) struct Auth {
    settings: SaslSettings,
    server: Server,
    security: Security,
    tls_security: Security,
    exceptions: HostList,
    filter: StringList,
}

/// The service can't be asked, or has nothing that may be offered; the log knows more.
pub(crate) struct NoMechanisms;

impl Auth {
    /// None when authentication isn't enabled.
    pub(crate) fn open(
        conf: &Conf,
        settings: &SaslSettings,
        options: &Options,
    ) -> Result<Option<Self>, Fatal> {
        if !settings.enabled {
            return Ok(None);
        }
        if settings.kind != "dovecot" {
            let kind = &settings.kind;
            return Err(Fatal::new(format!(
                "unsupported SASL server implementation: {kind} (smtpd_sasl_type): there is dovecot"
            )));
        }
        let fatal = |error: &dyn std::fmt::Display| Fatal::new(error.to_string());
        let security = |name: &str, list: &str| {
            let words = split_list(list);
            let security = Security::parse(words.iter().map(String::as_str));
            security.map_err(|word| Fatal::new(format!("unknown {name} value \"{word}\" in \"{list}\"")))
        };
        let exceptions = conf.get(p::SMTPD_SASL_EXCEPTIONS_NETWORKS)?;
        let filter = conf.get(p::SMTPD_SASL_MECHANISM_FILTER)?;
        Ok(Some(Self {
            server: Server::new(&settings.path).map_err(|error| fatal(&error))?,
            security: security("smtpd_sasl_security_options", &settings.security)?,
            tls_security: security("smtpd_sasl_tls_security_options", &settings.tls_security)?,
            exceptions: HostList::parse("smtpd_sasl_exceptions_networks", &exceptions, false, options)
                .map_err(|error| fatal(&error))?,
            filter: StringList::parse("smtpd_sasl_mechanism_filter", &filter, options)
                .map_err(|error| fatal(&error))?,
            settings: settings.clone(),
        }))
    }

    /// The mechanisms that are good enough.
    async fn usable(&self, encrypted: bool) -> Result<Vec<Mechanism>, String> {
        let security = if encrypted { &self.tls_security } else { &self.security };
        let all = self.server.mechanisms().await.map_err(|error| error.to_string())?;
        Ok(all.iter().filter(|mechanism| security.allows(mechanism)).cloned().collect())
    }

    /// Those of them that EHLO shows.
    async fn shown(&self, usable: &[Mechanism], client: &Client) -> Result<Vec<String>, tables::TableError> {
        let mut shown = Vec::new();
        if self.exceptions.matches(&client.name, &client.address).await? {
            return Ok(shown);
        }
        for mechanism in usable {
            if self.filter.matches(&mechanism.name).await? {
                shown.push(mechanism.name.clone());
            }
        }
        Ok(shown)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    /// Finds out what may be offered to this client. Call it when the client comes, has become another (XCLIENT), or
    /// the session has become encrypted.
    pub(crate) async fn offer_auth(&mut self) -> Result<(), NoMechanisms> {
        self.session.offer_auth(None);
        let encrypted = self.is_encrypted();
        let Some(auth) = &self.daemon.lookups.auth else { return Ok(()) };
        if (auth.settings.tls_only && !encrypted) || self.session.hides("AUTH") {
            return Ok(());
        }
        let usable = auth.usable(encrypted).await.unwrap_or_else(|error| {
            self.log.warning(error);
            Vec::new()
        });
        if usable.is_empty() {
            self.log.fatal("no SASL authentication mechanisms");
            return Err(NoMechanisms);
        }
        let shown = match auth.shown(&usable, &self.peer.client).await {
            Ok(shown) => shown,
            Err(error) => {
                self.log.warning(unanswered(&error));
                Vec::new()
            }
        };
        self.session
            .offer_auth(Some(Offer { mechanisms: shown.join(" "), twice: auth.settings.broken_clients }));
        Ok(())
    }

    /// Carries an AUTH command out.
    pub(crate) async fn authenticate(
        &mut self,
        mechanism: &str,
        response: Option<&str>,
    ) -> Result<Next, Lost> {
        let answer = match self.exchange(mechanism, response).await? {
            Ok(username) => self.session.authenticated(Login { method: mechanism.to_owned(), username }),
            Err(reply) => self.session.refuse(Refusal::new(Verb::Auth, reply)),
        };
        Ok(self.carry_out(answer).await)
    }

    /// Who the client has proved to be, or the refusal.
    async fn exchange(&mut self, name: &str, response: Option<&str>) -> Result<Result<String, Reply>, Lost> {
        let daemon = self.daemon;
        let Some(auth) = &daemon.lookups.auth else { return Ok(Err(temporary(CONNECTION_LOST))) };
        let usable = auth.usable(self.is_encrypted()).await.unwrap_or_default();
        let Some(mechanism) = usable.iter().find(|known| known.name.eq_ignore_ascii_case(name)) else {
            return Ok(Err(self.failed(name, None, "Invalid authentication mechanism")));
        };
        let peer = self.peer.clone();
        let (mut exchange, mut step) = auth
            .server
            .begin(&Attempt {
                mechanism: &mechanism.name,
                service: &auth.settings.service,
                local_address: known(&peer.server_address),
                local_port: known(&peer.server_port),
                remote_address: known(&peer.client.address),
                remote_port: known(&peer.port),
                encrypted: self.is_encrypted(),
                response,
            })
            .await;
        loop {
            match step {
                Step::Done(user) => return Ok(Ok(printable(&user))),
                Step::Failed { user, reason } => {
                    let reason = reason.unwrap_or_else(|| "(reason unavailable)".to_owned());
                    return Ok(Err(self.failed(name, user.as_deref(), &reason)));
                }
                Step::Lost => {
                    self.failed(name, None, CONNECTION_LOST);
                    return Ok(Err(temporary(CONNECTION_LOST)));
                }
                Step::Challenge(challenge) => {
                    let reply = Reply::bare(334, challenge);
                    match self.challenge(name, reply, auth.settings.response_limit).await? {
                        Ok(response) => step = exchange.respond(&response).await,
                        Err(refusal) => return Ok(Err(refusal)),
                    }
                }
            }
        }
    }

    /// Asks the client.
    async fn challenge(
        &mut self,
        name: &str,
        reply: Reply,
        limit: usize,
    ) -> Result<Result<String, Reply>, Lost> {
        self.wire.say(&reply);
        let line = self.wire.line(&mut Lines::new(limit.saturating_sub(1))).await?;
        let client = &self.peer.label;
        if line.too_long {
            self.log.warning(format_args!("{client}: request longer than {limit}: ..."));
            return Ok(Err(Reply::new(500, 5, 6, "SASL response limit exceeded")));
        }
        if line.bytes == b"*" {
            self.log.warning(format_args!("{client}: SASL {} authentication aborted", shown(name)));
            return Ok(Err(Reply::new(501, 7, 0, "Authentication aborted")));
        }
        // What is no text is no base64 either, and never gets to the service.
        Ok(Ok(printable_bytes(&line.bytes)))
    }

    fn failed(&mut self, name: &str, user: Option<&str>, reason: &str) -> Reply {
        let (client, name) = (&self.peer.label, shown(name));
        let user = user.unwrap_or("(unavailable)");
        self.log.warning(format_args!(
            "{client}: SASL {name} authentication failed: {reason}, sasl_username={user}"
        ));
        Reply::new(535, 7, 8, format!("Error: authentication failed: {reason}"))
    }
}

fn temporary(reason: &str) -> Reply {
    Reply::new(454, 7, 0, format!("Temporary authentication failure: {reason}"))
}

fn known(value: &str) -> Option<&str> {
    Some(value).filter(|value| *value != "unknown")
}

fn shown(name: &str) -> String {
    printable(clip(name, 100))
}

const CONNECTION_LOST: &str = "Connection lost to authentication server";
