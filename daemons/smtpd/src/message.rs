//! A message on its way to cleanup(8). Nothing of it exists until cleanup says so at the end; dropping it before
//! throws it away. In the place of cleanup there may be postdrop(1), or a filter before the queue.

use crate::peer::Peer;
use crate::postdrop::Postdrop;
use crate::proxy::{About, Filter, Proxy};
use crate::{Intake, Smtpd};
use ipc::cleanup::{Begin, Edit, Finished, Flags, Frame, Opened, Recipient};
use ipc::{IpcError, Lease};
use mail::{Address, QueueId, Reply, Timestamp};
use smtp::params::Body;
use smtp::server::{Envelope, Forwarded, RcptTo, Session};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

/// An open message.
pub(crate) struct Message<'a> {
    /// Its queue id; None when it goes to a filter.
    pub id: Option<QueueId>,
    carrier: Carrier<'a>,
    pending: Vec<u8>,
    timeout: Duration,
}

/// Who carries the message; dropping it throws the message away.
enum Carrier<'a> {
    Cleanup(Lease<'a>),
    Postdrop(Postdrop),
    Proxy(Box<Proxy>),
}

/// Who has taken the message.
pub(crate) enum Taken {
    /// We have, under this id.
    Queued(QueueId),
    /// The filter; this is what it says, and it may be a refusal.
    Passed(Reply),
}

/// Why a message isn't taken: the reply for the client, and the cause for our log.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub reply: Reply,
    pub cause: Option<String>,
    /// The postmaster should hear of it (`notify_classes = software`).
    pub fault: bool,
}

impl<'a> Message<'a> {
    /// Opens a message with the envelope as it is known.
    pub(crate) async fn open(daemon: &'a Smtpd, begin: Begin) -> Result<Self, Trouble> {
        let timeout = daemon.settings.ipc_timeout;
        let (id, carrier) = match &daemon.intake {
            Intake::Postdrop(program) => {
                let (id, postdrop) = Postdrop::start(program, &begin, daemon.settings.line_limit)?;
                (id, Carrier::Postdrop(postdrop))
            }
            Intake::Cleanup(client) => {
                let mut lease = client.begin().await?;
                lease.send(&Frame::Begin(Box::new(begin))).await?;
                match within(timeout, lease.expect::<Opened>()).await? {
                    Opened::Id(id) => (id, Carrier::Cleanup(lease)),
                    Opened::Refused(reply) => return Err(Trouble { reply, cause: None, fault: false }),
                }
            }
        };
        Ok(Self { id: Some(id), carrier, pending: Vec::new(), timeout })
    }

    /// Begins a message that goes to a filter, with the client's MAIL command.
    pub(crate) async fn open_at_filter(filter: &Filter, about: About, mail: &str) -> Result<Self, Trouble> {
        let proxy = Proxy::begin(filter, about, mail).await?;
        let carrier = Carrier::Proxy(Box::new(proxy));
        Ok(Self { id: None, carrier, pending: Vec::new(), timeout: filter.timeout })
    }

    /// The id as log lines show it.
    pub(crate) fn shown_id(&self) -> &str {
        self.id.as_ref().map_or("NOQUEUE", QueueId::as_str)
    }

    /// DATA, or the first BDAT.
    pub(crate) async fn begin_content(&mut self) -> Result<(), Trouble> {
        match &mut self.carrier {
            Carrier::Proxy(proxy) => proxy.begin_content().await,
            Carrier::Cleanup(_) | Carrier::Postdrop(_) => Ok(()),
        }
    }

    /// Adds a recipient; `rcpt` is the client's command.
    pub(crate) async fn recipient(&mut self, to: &RcptTo, rcpt: &str) -> Result<(), Trouble> {
        if let Carrier::Proxy(proxy) = &mut self.carrier {
            return proxy.recipient(rcpt).await;
        }
        // RFC 3461 5.2.1 d: when the client says nothing, the address it gave is the original one.
        let dsn_orcpt = match to.params.orcpt.as_str() {
            "" => format!("rfc822;{}", to.text.trim_start_matches('<').trim_end_matches('>')),
            orcpt => orcpt.to_owned(),
        };
        let (address, notify) = (to.address.clone(), to.params.notify);
        self.feed(&Frame::Recipient(Recipient { original: address.clone(), address, dsn_orcpt, notify }))
            .await
    }

    /// Passes an access(5) action on.
    pub(crate) async fn edit(&mut self, edit: &policy::Edit) -> Result<(), Trouble> {
        // cleanup sees things in the order in which they happened.
        self.send_pending().await?;
        self.feed(&Frame::Edit(match edit {
            policy::Edit::Filter(target) => Edit::Filter(target.clone()),
            policy::Edit::Redirect(address) => Edit::Redirect(address.clone()),
            policy::Edit::Bcc(address) => Edit::Bcc(address.clone()),
            policy::Edit::Prepend(line) => Edit::Prepend(line.clone()),
            policy::Edit::Hold => Edit::Hold,
            policy::Edit::Discard => Edit::Discard,
        }))
        .await
    }

    /// Adds content; it travels in large pieces.
    pub(crate) async fn content(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PIECE { self.send_pending().await } else { Ok(()) }
    }

    /// The message is complete: waits until it is safe, or refused.
    pub(crate) async fn finish(mut self) -> Result<Taken, Trouble> {
        self.send_pending().await?;
        let mut lease = match self.carrier {
            Carrier::Cleanup(lease) => lease,
            Carrier::Postdrop(postdrop) => {
                postdrop.finish()?;
                return queued(self.id);
            }
            Carrier::Proxy(proxy) => return proxy.finish().await.map(Taken::Passed),
        };
        lease.send(&Frame::Finish).await?;
        let finished = within(self.timeout, lease.expect::<Finished>()).await?;
        lease.done();
        match finished {
            Finished::Queued | Finished::Discarded => queued(self.id),
            Finished::Refused(reply) => Err(Trouble { reply, cause: None, fault: false }),
        }
    }

    /// Throws the message away. cleanup sees what came of it, and logs its Message-ID.
    pub(crate) async fn give_up(mut self) {
        if let Carrier::Proxy(proxy) = &mut self.carrier {
            return proxy.give_up().await;
        }
        let sent = self.send_pending().await;
        if let (Ok(()), Carrier::Cleanup(mut lease)) = (sent, self.carrier) {
            let _ = within(self.timeout, lease.flush()).await;
        }
    }

    async fn send_pending(&mut self) -> Result<(), Trouble> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.pending);
        self.feed(&Frame::Content(piece)).await
    }

    async fn feed(&mut self, frame: &Frame) -> Result<(), Trouble> {
        match &mut self.carrier {
            Carrier::Cleanup(lease) => Ok(within(self.timeout, lease.feed(frame)).await?),
            Carrier::Postdrop(postdrop) => postdrop.take(frame),
            Carrier::Proxy(proxy) => match frame {
                Frame::Content(bytes) => proxy.content(bytes).await,
                // PREPEND comes before the content; the other actions are for a queue.
                Frame::Edit(Edit::Prepend(line)) => {
                    self.pending.extend_from_slice(format!("{line}\n").as_bytes());
                    Ok(())
                }
                _ => Ok(()),
            },
        }
    }
}

impl Trouble {
    /// Our own fault, and one that passes.
    pub(crate) fn ours(cause: String) -> Self {
        Self {
            reply: Reply::new(451, 3, 0, "Error: queue file write error"),
            cause: Some(cause),
            fault: false,
        }
    }

    /// The same, and the postmaster should know.
    pub(crate) fn fault(cause: String) -> Self {
        Self { fault: true, ..Self::ours(cause) }
    }
}

impl From<IpcError> for Trouble {
    fn from(error: IpcError) -> Self {
        Self::ours(format!("cleanup service: {error}"))
    }
}

fn queued(id: Option<QueueId>) -> Result<Taken, Trouble> {
    id.map(Taken::Queued).ok_or_else(|| Trouble::ours("a message without a queue id".to_owned()))
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, IpcError>>) -> Result<T, IpcError> {
    tokio::time::timeout(limit, work).await.map_err(|_| IpcError::Timeout)?
}

/// The first frame of a message.
pub(crate) fn begin(
    daemon: &Smtpd,
    peer: &Peer,
    session: &Session,
    envelope: &Envelope,
    local: bool,
) -> Begin {
    let overrides = daemon.settings.overrides;
    let filter = &daemon.settings.content_filter;
    Begin {
        flags: Flags {
            checks: !overrides.header_body_checks,
            bcc: !overrides.address_mappings,
            maps: !overrides.address_mappings,
            milters: !overrides.milters,
            ..Flags::default()
        },
        arrival: Timestamp::from_system(SystemTime::now()),
        sender: envelope.sender.address.clone(),
        full_name: None,
        attributes: attributes(peer, session, envelope, local),
        content_filter: (!filter.is_empty()).then(|| filter.clone()),
        verp: envelope.sender.params.verp.clone(),
        envelope_id: envelope.sender.params.envid.clone(),
        ret: envelope.sender.params.ret,
        smtputf8: envelope.sender.params.smtputf8,
        created: None,
    }
}

/// In the order in which Postfix writes them.
fn attributes(peer: &Peer, session: &Session, envelope: &Envelope, local: bool) -> Vec<(String, String)> {
    let client = &peer.client;
    let helo = session.hello().map(|hello| hello.name.as_str());
    let family = if peer.is_ipv6 { "10" } else { "2" };
    let encoding = match envelope.sender.params.body {
        Body::Unknown => None,
        Body::SevenBit => Some("7bit"),
        Body::EightBit => Some("8bit"),
    };
    let login = session.login();
    let logged = Logged::of(peer, session);
    let pairs = [
        ("log_ident", logged.ident.as_deref()),
        ("rewrite_context", Some(if local { "local" } else { "remote" })),
        ("encoding", encoding),
        ("sasl_method", login.map(|login| login.method.as_str())),
        ("sasl_username", login.map(|login| login.username.as_str())),
        ("sasl_sender", login.and_then(|_| envelope.sender.params.auth_sender())),
        ("log_client_name", Some(logged.name.as_str())),
        ("log_client_address", Some(logged.address.as_str())),
        ("log_client_port", Some(logged.port.as_str())),
        ("log_message_origin", Some(logged.origin.as_str())),
        ("log_helo_name", logged.helo.as_deref()),
        ("log_protocol_name", Some(logged.protocol.as_str())),
        ("client_name", Some(client.name.as_str())),
        ("reverse_client_name", Some(client.reverse_name.as_str())),
        ("client_address", Some(client.address.as_str())),
        ("client_port", Some(peer.port.as_str())),
        ("server_address", Some(peer.server_address.as_str())),
        ("server_port", Some(peer.server_port.as_str())),
        ("helo_name", helo),
        ("protocol_name", Some(session.protocol())),
        ("client_address_type", Some(family)),
    ];
    let known = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    known.collect()
}

/// The client that delivery agents and filters see: the one behind the client, when XFORWARD told of it. The two are
/// not mixed (XFORWARD_README): what it didn't tell is unknown.
struct Logged {
    ident: Option<String>,
    name: String,
    address: String,
    port: String,
    origin: String,
    helo: Option<String>,
    protocol: String,
}

impl Logged {
    fn of(peer: &Peer, session: &Session) -> Self {
        let Some(forwarded) = session.forwarded() else {
            return Self {
                ident: None,
                name: peer.client.name.clone(),
                address: peer.rfc_address(),
                port: peer.port.clone(),
                origin: peer.label.clone(),
                helo: session.hello().map(|hello| hello.name.clone()),
                protocol: session.protocol().to_owned(),
            };
        };
        let known = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        Self {
            ident: forwarded.ident.clone(),
            name: known(&forwarded.name),
            address: forwarded.address.map_or_else(|| UNKNOWN.to_owned(), rfc_address),
            port: known(&forwarded.port),
            origin: origin(forwarded),
            helo: forwarded.helo.clone(),
            protocol: known(&forwarded.protocol),
        }
    }
}

/// What a filter is told of the client.
pub(crate) fn about(peer: &Peer, session: &Session, local: bool) -> About {
    let logged = Logged::of(peer, session);
    let known = |value: String| Some(value).filter(|value| value != UNKNOWN);
    vec![
        ("NAME", known(logged.name)),
        ("ADDR", known(logged.address)),
        ("PORT", known(logged.port)),
        ("HELO", logged.helo),
        ("IDENT", logged.ident),
        ("PROTO", known(logged.protocol)),
        ("SOURCE", Some(if local { "LOCAL" } else { "REMOTE" }.to_owned())),
    ]
}

/// `name[address]`, or the name alone.
pub(crate) fn origin(forwarded: &Forwarded) -> String {
    let name = forwarded.name.as_deref().unwrap_or(UNKNOWN);
    forwarded.address.map_or_else(|| name.to_owned(), |address| format!("{name}[{address}]"))
}

fn rfc_address(address: IpAddr) -> String {
    let tag = if address.is_ipv6() { "IPv6:" } else { "" };
    format!("{tag}{address}")
}

/// The Received header (RFC 5321 section 4.4), as Postfix folds it. One recipient is named, several are not.
/// `tls`: the lines about TLS; the protocol's name tells of TLS too (RFC 3848).
pub(crate) fn received(
    daemon: &Smtpd,
    peer: &Peer,
    session: &Session,
    id: Option<&QueueId>,
    tls: &str,
) -> String {
    let now = Timestamp::from_system(SystemTime::now());
    let date = os::clock::Local::from_seconds(now.seconds).rfc5322();
    let helo = session.hello().map_or(peer.client.name.as_str(), |hello| hello.name.as_str());
    let (host, software) = (&daemon.settings.hostname, &daemon.settings.mail_name);
    let utf8 = session.envelope().is_some_and(|envelope| envelope.sender.params.smtputf8);
    // RFC 3848 knows no "SMTPS".
    let secure = session.tls() == smtp::server::Tls::Active && session.protocol() != "SMTP";
    let secure = if secure { "S" } else { "" };
    let login = if session.login().is_some() { "A" } else { "" };
    let protocol = if utf8 { "UTF8SMTP" } else { session.protocol() };
    // A filter's queue id is not ours.
    let id = id.map(|id| format!(" id {id}")).unwrap_or_default();
    let one = session.envelope().and_then(Envelope::only_recipient);
    let proof = match session.login() {
        Some(login) if daemon.settings.sasl.header => {
            format!("\t(Authenticated sender: {})\n", comment(&login.username))
        }
        _ => String::new(),
    };
    let tail = match one {
        Some(recipient) => format!("\n\tfor <{}>; {date}\n", external(recipient)),
        None => format!(";\n\t{date}\n"),
    };
    if daemon.settings.hide_client {
        return format!("Received: by {host} ({software}){id}{tail}");
    }
    format!(
        "Received: from {helo} ({} [{}]){tls}\n{proof}\tby {host} ({software}) with {protocol}{secure}{login}{id}{tail}",
        peer.client.name,
        peer.rfc_address()
    )
}

/// Text that can stand in a comment (RFC 5322 section 3.2.2) and can't end it: parentheses come in pairs.
fn comment(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b')' | b'\\' => {
                out.push('?');
                continue;
            }
            _ => {}
        }
        out.push(if byte.is_ascii() && !byte.is_ascii_control() { char::from(byte) } else { '?' });
    }
    out + &")".repeat(depth)
}

fn external(address: &Address) -> String {
    smtp::address::quote(address)
}

const UNKNOWN: &str = "unknown";
const PIECE: usize = 32 * 1024;
