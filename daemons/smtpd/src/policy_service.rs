//! Policy services (SMTPD_POLICY_README): what they are told, how they are asked, and connections that are kept for the
//! next question. What an answer does is decided in `policy`.

use crate::conversation::Conversation;
use crate::settings::{PolicySettings, Settings};
use dns::{Families, Resolver};
use maillog::Log;
use net::{Endpoint, HostPort, Stream};
use policy::{Answer, Facts};
use smtp::xtext;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Instant, SystemTime};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

/// All services that have been asked, by the argument of `check_policy_service`.
#[derive(Default)]
pub(crate) struct PolicyServices(RefCell<HashMap<String, Rc<Service>>>);

/// One service, with the connections that nobody is using.
struct Service {
    endpoint: Endpoint,
    settings: PolicySettings,
    idle: RefCell<Vec<Connection>>,
}

struct Connection {
    stream: BufReader<Stream>,
    opened: Instant,
    used: Instant,
    requests: u32,
}

/// Why there is no answer.
enum Trouble {
    /// Nobody could be reached.
    Connect(io::Error),
    /// It took too long.
    Timeout,
    /// The stream failed.
    Stream(io::Error),
    /// The service hung up, or gave an answer that is none; the text says how.
    Protocol(Option<String>),
}

impl PolicyServices {
    /// What the service wants done. Without an answer it is the default action.
    pub(crate) async fn ask(
        &self,
        argument: &str,
        attributes: &str,
        settings: &Settings,
        resolver: &Resolver,
        log: &Log,
    ) -> Answer {
        let service = match self.service(argument, &settings.policy_service) {
            Ok(service) => service,
            Err(why) => return Answer::Failed(format!("check_policy_service: {why}")),
        };
        let own = &service.settings;
        let (context, version) = (&own.policy_context, &own.version);
        let request = format!("{attributes}policy_context={context}\n{version}\n");
        for attempt in 1..=own.try_limit {
            match service.attempt(&request, resolver).await {
                Ok(action) => return Answer::Found(action),
                Err(trouble) => service.complain(&trouble, attempt == own.try_limit, log),
            }
            if attempt < own.try_limit {
                tokio::time::sleep(own.retry_delay).await;
            }
        }
        Answer::Found(own.default_action.clone())
    }

    fn service(&self, argument: &str, settings: &PolicySettings) -> Result<Rc<Service>, String> {
        if let Some(service) = self.0.borrow().get(argument) {
            return Ok(service.clone());
        }
        let (endpoint, settings) = settings.of_service(argument)?;
        let service = Rc::new(Service { endpoint, settings, idle: RefCell::default() });
        self.0.borrow_mut().insert(argument.to_owned(), service.clone());
        Ok(service)
    }
}

impl Service {
    async fn attempt(&self, request: &str, resolver: &Resolver) -> Result<String, Trouble> {
        let exchange = async {
            let mut connection = match self.kept() {
                Some(connection) => connection,
                None => self.connect(resolver).await.map_err(Trouble::Connect)?,
            };
            connection.stream.get_mut().write_all(request.as_bytes()).await.map_err(Trouble::Stream)?;
            let action = read_action(&mut connection.stream, &self.place()).await?;
            connection.requests += 1;
            connection.used = Instant::now();
            self.keep(connection);
            Ok(action)
        };
        tokio::time::timeout(self.settings.timeout, exchange).await.unwrap_or(Err(Trouble::Timeout))
    }

    /// A connection that may be used again, and isn't closed or old.
    fn kept(&self) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        idle.retain(|c| {
            c.used.elapsed() < self.settings.max_idle && c.opened.elapsed() < self.settings.max_ttl
        });
        while let Some(connection) = idle.pop() {
            if is_quiet(connection.stream.get_ref()) {
                return Some(connection);
            }
        }
        None
    }

    fn keep(&self, connection: Connection) {
        let limit = self.settings.request_limit;
        if limit == 0 || connection.requests < limit {
            self.idle.borrow_mut().push(connection);
        }
    }

    async fn connect(&self, resolver: &Resolver) -> io::Result<Connection> {
        let stream = match &self.endpoint {
            Endpoint::Unix(path) => net::connect_unix(path, None).await?,
            Endpoint::Inet(place) => connect_inet(place, resolver).await?,
        };
        let now = Instant::now();
        Ok(Connection { stream: BufReader::new(stream), opened: now, used: now, requests: 0 })
    }

    /// A service that hangs up is no news until we give up.
    fn complain(&self, trouble: &Trouble, last: bool, log: &Log) {
        let place = self.place();
        let (why, news) = match trouble {
            Trouble::Connect(error) => {
                log.warning(format_args!("connect to {place}: {}", net::reason(error)));
                (net::reason(error), is_news(error))
            }
            Trouble::Stream(error) => (net::reason(error), is_news(error)),
            Trouble::Timeout => ("Connection timed out".to_owned(), true),
            Trouble::Protocol(text) => {
                text.iter().for_each(|text| log.warning(text));
                ("Application error".to_owned(), false)
            }
        };
        if last || news {
            log.warning(format_args!("problem talking to server {place}: {why}"));
        }
    }

    /// The server, without the kind of its address.
    fn place(&self) -> String {
        match &self.endpoint {
            Endpoint::Unix(path) => path.display().to_string(),
            Endpoint::Inet(HostPort { host, service, .. }) => {
                format!("{host}:{}", service.as_deref().unwrap_or_default())
            }
        }
    }
}

async fn connect_inet(place: &HostPort, resolver: &Resolver) -> io::Result<Stream> {
    let unknown = |what: &str| io::Error::other(format!("{what} not found"));
    let port = place.service.as_deref().and_then(net::port).ok_or_else(|| unknown("Service"))?;
    let addresses = match place.host.as_str() {
        "" => vec![std::net::Ipv4Addr::LOCALHOST.into()],
        host => match host.parse() {
            Ok(address) => vec![address],
            Err(_) => resolver.native_addresses(host, Families::ALL).await.map_err(|_| unknown("Host"))?,
        },
    };
    let mut failure = unknown("Host");
    for address in addresses {
        match net::connect(SocketAddr::new(address, port), net::Source::default(), None).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The first `action=` up to the empty line; other attributes may come with it.
async fn read_action(stream: &mut BufReader<Stream>, place: &str) -> Result<String, Trouble> {
    let mut bounded = stream.take(REPLY_LIMIT);
    let (mut action, mut begun) = (None, false);
    loop {
        let mut line = Vec::new();
        bounded.read_until(b'\n', &mut line).await.map_err(Trouble::Stream)?;
        if line.last() != Some(&b'\n') {
            let text = format!("premature end-of-input on {place} while reading input attribute name");
            return Err(Trouble::Protocol(begun.then_some(text)));
        }
        let line = String::from_utf8_lossy(&line[..line.len() - 1]).into_owned();
        begun = true;
        match line.split_once('=') {
            _ if line.is_empty() => break,
            Some(("action", value)) if action.is_none() => action = Some(value.to_owned()),
            _ => {}
        }
    }
    action.ok_or_else(|| Trouble::Protocol(Some(format!("missing attribute action in input from {place}"))))
}

/// Nothing to read, so neither closed nor out of step.
fn is_quiet(stream: &Stream) -> bool {
    let mut byte = [0];
    let read = match stream {
        Stream::Tcp(stream) => stream.try_read(&mut byte),
        Stream::Unix(stream) => stream.try_read(&mut byte),
    };
    matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn is_news(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, NotFound};
    !matches!(error.kind(), BrokenPipe | ConnectionReset | NotFound)
}

impl<S> Conversation<'_, S> {
    /// Asks a policy service about the command of this state.
    pub(crate) async fn ask_policy_service(&self, argument: &str, state: &str, facts: &Facts) -> Answer {
        let (settings, lookups) = (&self.daemon.settings, &self.daemon.lookups);
        let attributes = self.policy_attributes(state, facts);
        lookups.policy_services.ask(argument, &attributes, settings, lookups.resolver(), &self.log).await
    }

    /// The attributes, in Postfix's order.
    fn policy_attributes(&self, state: &str, facts: &Facts) -> String {
        let mut text = String::from("request=smtpd_access_policy\n");
        let mut add = |name: &str, value: &str| {
            let value = value.replace(['\n', '\0'], " ");
            let _ = writeln!(text, "{name}={value}");
        };
        let envelope = self.session.envelope();
        let address = |address: &Option<mail::Address>| address.clone().unwrap_or_default();
        add("protocol_state", state);
        add("protocol_name", self.session.protocol());
        add("client_address", &facts.client.address);
        add("client_name", &facts.client.name);
        add("client_port", &self.peer.port);
        add("reverse_client_name", &facts.client.reverse_name);
        add("server_address", &self.peer.server_address);
        add("server_port", &self.peer.server_port);
        add("helo_name", facts.helo.as_deref().unwrap_or_default());
        add("sender", address(&facts.sender).as_str());
        add("recipient", address(&facts.recipient).as_str());
        // Only when no recipient is being looked at.
        let count = if matches!(state, "DATA" | "END-OF-MESSAGE") { facts.recipient_count } else { 0 };
        add("recipient_count", &count.to_string());
        let id = self.message.as_ref().and_then(|message| message.id.as_ref());
        add("queue_id", id.map_or("", |id| id.as_str()));
        add("instance", if envelope.is_some() { &self.instance } else { "" });
        add("size", &facts.size.to_string());
        add("etrn_domain", facts.etrn.as_deref().unwrap_or_default());
        add("stress", &self.daemon.settings.policy_service.stress);
        let login = self.session.login();
        add("sasl_method", login.map_or("", |login| &login.method));
        add("sasl_username", login.map_or("", |login| &login.username));
        add("sasl_sender", envelope.and_then(|e| e.sender.params.auth_sender()).unwrap_or_default());
        let tls = self.tls.as_ref();
        let peer = tls.and_then(|tls| tls.peer.as_ref());
        let name = |text: &str| xtext::encode(text);
        add("ccert_subject", &peer.map_or(String::new(), |peer| name(&peer.certificate.subject_cn)));
        add("ccert_issuer", &peer.map_or(String::new(), |peer| name(&peer.certificate.issuer_cn)));
        add("ccert_fingerprint", peer.map_or("", |peer| &peer.fingerprint));
        add("ccert_pubkey_fingerprint", peer.map_or("", |peer| &peer.public_key_fingerprint));
        add("encryption_protocol", tls.map_or("", |tls| &tls.protocol));
        add("encryption_cipher", tls.map_or("", |tls| &tls.cipher));
        add("encryption_keysize", &tls.map_or(0, |tls| tls.bits).to_string());
        add("tls_sni", tls.map_or("", |tls| &tls.sni));
        text
    }

    /// What ties the questions about one message together: no two messages have the same.
    pub(crate) fn new_instance(&mut self) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.messages += 1;
        self.instance = format!(
            "{:x}.{:x}.{:x}.{:x}",
            self.log.number(),
            now.as_secs(),
            now.subsec_micros(),
            self.messages
        );
    }
}

/// Longer answers are none.
const REPLY_LIMIT: u64 = 64 * 1024;
