//! Requests to anvil(8): a client has come, has gone, wants something that is counted.
//!
//! Postfix's own form, which its manual offers to programs of others: lines `name=value`, ended by an empty one;
//! anvil(8) speaks first. Connections that were registered on a stream end with it, so a process asks on one stream
//! only, for all its sessions.

use crate::IpcError;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::Mutex;

/// What anvil(8) is asked at `private/anvil`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What happened.
    pub event: Event,
    /// To whom: service and client, in a form that means nothing to anvil(8).
    pub ident: String,
}

/// What anvil(8) counts, and what else it may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A connection; answered by [`Reply::Connected`].
    Connect,
    /// The end of a connection; answered by [`Reply::Done`].
    Disconnect,
    /// A message; this and the next three are answered by [`Reply::Rate`].
    Message,
    /// A recipient.
    Recipient,
    /// A TLS handshake without a session to resume.
    NewTls,
    /// An AUTH command.
    Auth,
    /// No event: what is the rate of TLS handshakes? Answered by [`Reply::Rate`].
    NewTlsReport,
    /// No event: what are the numbers? Answered by [`Reply::Numbers`].
    Lookup,
}

/// The numbers of one client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Connections now.
    pub count: u32,
    /// Connections in the present time unit.
    pub rate: u32,
    /// Messages in the present time unit.
    pub messages: u32,
    /// Recipients in the present time unit.
    pub recipients: u32,
    /// New TLS sessions in the present time unit.
    pub new_tls: u32,
    /// AUTH commands in the present time unit.
    pub auth: u32,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Noted.
    Done,
    /// Connections now, and in the present time unit.
    Connected {
        /// Now.
        count: u32,
        /// In the present time unit.
        rate: u32,
    },
    /// How often in the present time unit.
    Rate(u32),
    /// All numbers.
    Numbers(Numbers),
    /// No such request.
    Unknown,
}

/// What arrived at the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A request.
    Request(Request),
    /// One that has the form of a request, with a name that nobody knows.
    Unknown(String),
    /// What has no such form; the text says what is wrong with it.
    Malformed(String),
    /// The peer hung up.
    End,
}

/// The service's end of a stream.
pub struct Service(BufReader<UnixStream>);

impl Service {
    /// Begins to speak.
    pub async fn new(mut stream: UnixStream) -> Result<Self, IpcError> {
        stream.write_all(ANNOUNCEMENT).await?;
        Ok(Self(BufReader::new(stream)))
    }

    /// The next request.
    pub async fn receive(&mut self) -> Result<Received, IpcError> {
        let Some(group) = read_group(&mut self.0).await? else { return Ok(Received::End) };
        let mut lines = group.iter();
        let event = match lines.next() {
            Some((name, value)) if name == REQUEST => value,
            Some((name, _)) => {
                return Ok(Received::Malformed(format!(
                    "unexpected attribute {name} from anvil socket (expecting: {REQUEST})"
                )));
            }
            None => return Ok(missing(REQUEST)),
        };
        let Some((_, ident)) = lines.next().filter(|(name, _)| name == IDENT) else {
            return Ok(missing(IDENT));
        };
        Ok(match EVENTS.iter().find(|(name, _)| name == event) {
            Some((_, event)) => Received::Request(Request { event: *event, ident: ident.clone() }),
            None => Received::Unknown(event.clone()),
        })
    }

    /// Answers it.
    pub async fn send(&mut self, reply: Reply) -> Result<(), IpcError> {
        Ok(self.0.get_mut().write_all(reply.to_text().as_bytes()).await?)
    }
}

/// The asking end, for all sessions of a process.
pub struct Client {
    path: PathBuf,
    timeout: Duration,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    stream: Option<BufReader<UnixStream>>,
    /// How many streams there have been.
    number: u64,
}

/// A connection that anvil(8) knows of. End it with [`Client::disconnect`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The name it was registered under.
    pub ident: String,
    /// How many connections of that name there are.
    pub count: u32,
    /// How many there were in the present time unit.
    pub rate: u32,
    /// On which stream it was registered.
    stream: u64,
}

impl Client {
    /// Asks the service behind `path`; each answer may take `timeout` (`ipc_timeout`).
    pub fn new(path: impl Into<PathBuf>, timeout: Duration) -> Self {
        Self { path: path.into(), timeout, line: Mutex::default() }
    }

    /// A client has come.
    pub async fn connect(&self, ident: &str) -> Result<Connected, IpcError> {
        let mut line = self.line.lock().await;
        let reply = self.call(&mut line, Event::Connect, ident).await?;
        let (count, rate) = (number(&reply, "count")?, number(&reply, "rate")?);
        Ok(Connected { ident: ident.to_owned(), count, rate, stream: line.number })
    }

    /// It has gone. The end of a stream ended all that was registered on it: then there is nothing to do.
    pub async fn disconnect(&self, connected: &Connected) -> Result<(), IpcError> {
        let mut line = self.line.lock().await;
        if line.number != connected.stream || line.stream.is_none() {
            return Ok(());
        }
        self.call(&mut line, Event::Disconnect, &connected.ident).await.map(drop)
    }

    /// Something happened that is counted: how often in the present time unit?
    pub async fn rate(&self, event: Event, ident: &str) -> Result<u32, IpcError> {
        let mut line = self.line.lock().await;
        let reply = self.call(&mut line, event, ident).await?;
        number(&reply, "rate")
    }

    /// A kept stream may have ended since it was last used; that is repaired by asking once more on a new one.
    async fn call(&self, line: &mut Line, event: Event, ident: &str) -> Result<Group, IpcError> {
        let kept = line.stream.is_some();
        match self.attempt(line, event, ident).await {
            Err(IpcError::Closed | IpcError::Stream(_)) if kept => self.attempt(line, event, ident).await,
            other => other,
        }
    }

    /// The stream is put back only after a complete exchange.
    async fn attempt(&self, line: &mut Line, event: Event, ident: &str) -> Result<Group, IpcError> {
        let exchange = async {
            let mut stream = match line.stream.take() {
                Some(stream) => stream,
                None => {
                    line.number += 1;
                    self.open().await?
                }
            };
            let request = format!("{REQUEST}={}\n{IDENT}={ident}\n\n", event.name());
            stream.get_mut().write_all(request.as_bytes()).await?;
            let reply = read_group(&mut stream).await?.ok_or(IpcError::Closed)?;
            line.stream = Some(stream);
            Ok::<_, IpcError>(reply)
        };
        let reply = tokio::time::timeout(self.timeout, exchange).await.map_err(|_| IpcError::Timeout)??;
        match number(&reply, STATUS)? {
            0 => Ok(reply),
            _ => Err(IpcError::Malformed("anvil request")),
        }
    }

    async fn open(&self) -> Result<BufReader<UnixStream>, IpcError> {
        let stream =
            UnixStream::connect(&self.path).await.map_err(|e| IpcError::Connect(self.path.clone(), e))?;
        let mut stream = BufReader::new(stream);
        read_group(&mut stream).await?.ok_or(IpcError::Closed)?;
        Ok(stream)
    }
}

impl Event {
    fn name(self) -> &'static str {
        EVENTS.iter().find(|(_, event)| *event == self).map_or("", |(name, _)| name)
    }
}

impl Reply {
    fn to_text(self) -> String {
        // Postfix's -1, as its unsigned numbers show it.
        let status = if self == Self::Unknown { u32::MAX } else { 0 };
        let mut text = format!("{STATUS}={status}\n");
        let mut add = |name: &str, value: u32| {
            let _ = writeln!(text, "{name}={value}");
        };
        match self {
            Self::Done | Self::Unknown => {}
            Self::Connected { count, rate } => {
                add("count", count);
                add("rate", rate);
            }
            Self::Rate(rate) => add("rate", rate),
            Self::Numbers(numbers) => {
                add("count", numbers.count);
                add("rate", numbers.rate);
                add("mail", numbers.messages);
                add("rcpt", numbers.recipients);
                add("newtls", numbers.new_tls);
                add("auth", numbers.auth);
            }
        }
        text.push('\n');
        text
    }
}

type Group = Vec<(String, String)>;

/// The lines up to an empty one; None when the peer has hung up before the first.
async fn read_group(stream: &mut BufReader<UnixStream>) -> Result<Option<Group>, IpcError> {
    let mut group = Group::new();
    let mut bounded = stream.take(GROUP_LIMIT);
    loop {
        let mut line = String::new();
        match bounded.read_line(&mut line).await {
            Ok(0) if group.is_empty() && bounded.limit() == GROUP_LIMIT => return Ok(None),
            Ok(0) if bounded.limit() > 0 => return Err(IpcError::Closed),
            Ok(_) if line.ends_with('\n') => {}
            _ => return Err(IpcError::Malformed("anvil attributes")),
        }
        match line.trim_end_matches('\n') {
            "" => return Ok(Some(group)),
            line => {
                let (name, value) =
                    line.split_once('=').ok_or(IpcError::Malformed("anvil attribute without a value"))?;
                group.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

fn missing(name: &str) -> Received {
    Received::Malformed(format!("missing attribute {name} in input from anvil socket"))
}

fn number(group: &Group, name: &str) -> Result<u32, IpcError> {
    let value = group.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.parse().ok());
    value.ok_or(IpcError::Malformed("anvil reply"))
}

const ANNOUNCEMENT: &[u8] = b"protocol=anvil_protocol\n\n";
const REQUEST: &str = "request";
const IDENT: &str = "ident";
const STATUS: &str = "status";
/// The manual says `newtls_report`; what Postfix understands is `newtls_status`.
const EVENTS: [(&str, Event); 9] = [
    ("connect", Event::Connect),
    ("disconnect", Event::Disconnect),
    ("message", Event::Message),
    ("recipient", Event::Recipient),
    ("newtls", Event::NewTls),
    ("auth", Event::Auth),
    ("newtls_status", Event::NewTlsReport),
    ("newtls_report", Event::NewTlsReport),
    ("lookup", Event::Lookup),
];
const GROUP_LIMIT: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UnixListener;

    fn inside(test: impl AsyncFn(UnixListener, Client)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anvil");
        runtime.block_on(async {
            let listener = UnixListener::bind(&path).unwrap();
            test(listener, Client::new(&path, Duration::from_secs(10))).await;
        });
    }

    #[test]
    fn events_and_numbers_arrive_as_they_were_sent() {
        inside(async |listener, client| {
            let server = async {
                let mut service = Service::new(listener.accept().await.unwrap().0).await.unwrap();
                for (event, reply) in [
                    (Event::Connect, Reply::Connected { count: 2, rate: 3 }),
                    (Event::Message, Reply::Rate(7)),
                    (Event::Disconnect, Reply::Done),
                ] {
                    let request = Request { event, ident: "smtp:192.0.2.1".into() };
                    assert_eq!(service.receive().await.unwrap(), Received::Request(request));
                    service.send(reply).await.unwrap();
                }
            };
            let asks = async {
                let connected = client.connect("smtp:192.0.2.1").await.unwrap();
                assert_eq!((connected.count, connected.rate), (2, 3));
                assert_eq!(client.rate(Event::Message, "smtp:192.0.2.1").await.unwrap(), 7);
                client.disconnect(&connected).await.unwrap();
            };
            tokio::join!(server, asks);
        });
    }

    #[test]
    fn what_was_registered_on_a_stream_that_ended_is_not_ended_again() {
        inside(async |listener, client| {
            let connected = Reply::Connected { count: 1, rate: 1 };
            let server = async {
                for _ in 0..2 {
                    let mut service = Service::new(listener.accept().await.unwrap().0).await.unwrap();
                    service.receive().await.unwrap();
                    service.send(connected).await.unwrap();
                }
            };
            let asks = async {
                let first = client.connect("a").await.unwrap();
                client.connect("b").await.unwrap();
                // The second stream has ended too: a request on it would fail.
                client.disconnect(&first).await.unwrap();
            };
            tokio::join!(server, asks);
        });
    }

    #[test]
    fn what_is_no_request_is_told_apart() {
        inside(async |listener, client| {
            let server = async {
                let mut service = Service::new(listener.accept().await.unwrap().0).await.unwrap();
                assert_eq!(service.receive().await.unwrap(), Received::Unknown("bogus".into()));
                let Received::Malformed(_) = service.receive().await.unwrap() else { panic!("no ident") };
                let Received::Malformed(_) = service.receive().await.unwrap() else { panic!("wrong order") };
                service.receive().await.unwrap_err();
            };
            let stream = async {
                let mut stream = UnixStream::connect(&client.path).await.unwrap();
                let text =
                    "request=bogus\nident=x\n\nrequest=connect\n\nident=x\nrequest=connect\n\nnonsense\n\n";
                stream.write_all(text.as_bytes()).await.unwrap();
                stream
            };
            tokio::join!(server, stream);
        });
    }
}
