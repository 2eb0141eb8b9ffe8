//! `smtpd_proxy_filter` (SMTPD_PROXY_README): a content filter before the queue. It gets the client's own MAIL and RCPT
//! commands, and XFORWARD with what is known of the client; what it says to the content the client hears. One
//! connection carries one message. Faults of the filter are for our log, not for strangers.

use crate::message::Trouble;
use mail::Reply;
use net::{Endpoint, Source, Stream, connect_unix};
use smtp::client::Encoder;
use smtp::reply::{Parser, render};
use smtp::text::{printable, printable_bytes};
use smtp::xtext;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// `smtpd_proxy_filter` and its kin.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// As main.cf names it.
    pub name: String,
    pub endpoint: Endpoint,
    /// `smtpd_proxy_ehlo`.
    pub ehlo: String,
    /// `smtpd_proxy_timeout`.
    pub timeout: Duration,
    /// `smtpd_proxy_options = speed_adjust`: connect when all of the message is there.
    pub speed_adjust: bool,
}

/// What XFORWARD tells, in the order in which it is told; None for what isn't known.
pub(crate) type About = Vec<(&'static str, Option<String>)>;

/// A message on its way to the filter; dropping it throws the message away.
pub(crate) struct Proxy {
    filter: Filter,
    about: About,
    /// None as long as `speed_adjust` lets the filter wait.
    link: Option<Link>,
    envelope: Vec<String>,
    content: Vec<u8>,
    encoder: Encoder,
}

/// What came of the attempt to say something to the filter.
enum Fault {
    Lost,
    Time,
}

impl Filter {
    /// Reads `host:port`, `port`, `inet:host:port` or `unix:path`.
    pub(crate) fn endpoint(text: &str) -> Result<Endpoint, net::BadEndpoint> {
        let place = text.strip_prefix("inet:").unwrap_or(text);
        let alone = !text.starts_with("unix:") && !place.contains([':', '[']);
        let local = format!("localhost:{}", place.trim_start_matches(':'));
        if alone || place.starts_with(':') { Endpoint::parse(&local) } else { Endpoint::parse(text) }
    }
}

impl Proxy {
    /// Begins a message with the client's MAIL command.
    pub(crate) async fn begin(filter: &Filter, about: About, mail: &str) -> Result<Self, Trouble> {
        let mut proxy = Self {
            filter: filter.clone(),
            about,
            link: None,
            envelope: Vec::new(),
            content: Vec::new(),
            encoder: Encoder::new(0),
        };
        if !filter.speed_adjust {
            proxy.connect().await?;
        }
        let begun = proxy.command(mail).await;
        if begun.is_err() {
            proxy.give_up().await;
        }
        begun.map(|()| proxy)
    }

    /// The client's RCPT command.
    pub(crate) async fn recipient(&mut self, rcpt: &str) -> Result<(), Trouble> {
        self.command(rcpt).await
    }

    /// DATA.
    pub(crate) async fn begin_content(&mut self) -> Result<(), Trouble> {
        match self.link {
            Some(_) => self.ask("DATA", 3).await,
            None => Ok(()),
        }
    }

    /// Content whose lines end in LF.
    pub(crate) async fn content(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.encoder.encode(bytes, &mut self.content);
        self.send_content().await
    }

    /// The content is complete: what the filter says to it. Refusals are among that.
    pub(crate) async fn finish(mut self) -> Result<Reply, Trouble> {
        self.encoder.finish(&mut self.content);
        let reply = self.deliver().await;
        self.give_up().await;
        reply
    }

    async fn deliver(&mut self) -> Result<Reply, Trouble> {
        if self.link.is_none() {
            self.connect().await?;
            for command in std::mem::take(&mut self.envelope) {
                self.ask(&command, 2).await?;
            }
            self.ask("DATA", 3).await?;
        }
        self.send_content().await?;
        let Some(link) = &mut self.link else { return Err(self.fault(&Fault::Lost)) };
        let reply = link.reply().await;
        reply.map_err(|fault| self.fault(&fault))
    }

    /// Takes leave.
    pub(crate) async fn give_up(&mut self) {
        if let Some(mut link) = self.link.take() {
            let _ = link.send(b"QUIT\r\n").await;
        }
    }

    async fn connect(&mut self) -> Result<(), Trouble> {
        let name = &self.filter.name;
        let connected = timeout(self.filter.timeout, connect(&self.filter.endpoint)).await;
        let stream = connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(|error| {
            Trouble::fault(format!("connect to proxy filter {name}: {}", net::reason(&error)))
        })?;
        self.link = Some(Link { stream: BufReader::new(stream), limit: self.filter.timeout });
        self.private("connection request", None).await?;
        let ehlo = format!("EHLO {}", self.filter.ehlo);
        let offered = self.private(&ehlo, Some(&ehlo)).await?;
        for command in xforward(&self.about, &offered) {
            self.private(&command, Some(&command)).await?;
        }
        Ok(())
    }

    /// What the client isn't told when the filter refuses it.
    async fn private(&mut self, what: &str, say: Option<&str>) -> Result<Reply, Trouble> {
        let reply = self.exchange(say).await?;
        if reply.class() == 2 {
            return Ok(reply);
        }
        let cause = self.rejected(what, &reply);
        self.give_up().await;
        Err(Trouble { fault: false, ..Trouble::fault(cause) })
    }

    async fn command(&mut self, command: &str) -> Result<(), Trouble> {
        if self.link.is_some() {
            return self.ask(command, 2).await;
        }
        self.envelope.push(command.to_owned());
        Ok(())
    }

    /// A command of the client, or DATA: a refusal is for the client.
    async fn ask(&mut self, command: &str, class: u16) -> Result<(), Trouble> {
        let reply = self.exchange(Some(command)).await?;
        if reply.class() == class {
            return Ok(());
        }
        let cause = Some(self.rejected(command, &reply));
        // What is no refusal makes no sense here.
        let reply = if reply.class() < 4 { Trouble::fault(String::new()).reply } else { reply };
        Err(Trouble { reply, cause, fault: false })
    }

    async fn exchange(&mut self, say: Option<&str>) -> Result<Reply, Trouble> {
        let Some(link) = &mut self.link else { return Err(self.fault(&Fault::Lost)) };
        let reply = match say {
            Some(command) => match link.send(format!("{command}\r\n").as_bytes()).await {
                Ok(()) => link.reply().await,
                Err(fault) => Err(fault),
            },
            None => link.reply().await,
        };
        reply.map_err(|fault| {
            self.link = None;
            self.fault(&fault)
        })
    }

    async fn send_content(&mut self) -> Result<(), Trouble> {
        let Some(link) = &mut self.link else { return Ok(()) };
        let piece = std::mem::take(&mut self.content);
        link.send(&piece).await.map_err(|fault| self.fault(&fault))
    }

    fn rejected(&self, command: &str, reply: &Reply) -> String {
        let said = render(reply);
        let said = printable(said.trim_end());
        format!("proxy {} rejected \"{}\": \"{said}\"", self.filter.name, printable(command))
    }

    fn fault(&self, fault: &Fault) -> Trouble {
        let name = &self.filter.name;
        Trouble::fault(match fault {
            Fault::Lost => format!("lost connection with proxy {name}"),
            Fault::Time => format!("timeout talking to proxy {name}"),
        })
    }
}

/// The connection.
struct Link {
    stream: BufReader<Stream>,
    limit: Duration,
}

impl Link {
    async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        match timeout(self.limit, self.stream.get_mut().write_all(bytes)).await {
            Err(_) => Err(Fault::Time),
            Ok(result) => result.map_err(|_| Fault::Lost),
        }
    }

    async fn reply(&mut self) -> Result<Reply, Fault> {
        let mut parser = Parser::new();
        loop {
            let mut line = Vec::new();
            let mut limited = (&mut self.stream).take(LINE_LIMIT);
            match timeout(self.limit, limited.read_until(b'\n', &mut line)).await {
                Err(_) => return Err(Fault::Time),
                Ok(Err(_)) => return Err(Fault::Lost),
                Ok(Ok(_)) if !line.ends_with(b"\n") => return Err(Fault::Lost),
                Ok(Ok(_)) => {}
            }
            match parser.line(&line) {
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => {}
                // Not SMTP: what it said is a refusal that nobody can pass on.
                Err(_) => return Ok(Reply::bare(500, printable_bytes(&line))),
            }
        }
    }
}

async fn connect(endpoint: &Endpoint) -> io::Result<Stream> {
    match endpoint {
        Endpoint::Unix(path) => connect_unix(path, None).await,
        Endpoint::Inet(place) => {
            let service = place.service.as_deref().unwrap_or_default();
            let port =
                net::port(service).ok_or_else(|| io::Error::other(format!("unknown service {service}")))?;
            if let Ok(ip) = place.host.parse::<std::net::IpAddr>() {
                return net::connect((ip, port).into(), Source::default(), None).await;
            }
            TcpStream::connect((place.host.as_str(), port)).await.map(Stream::Tcp)
        }
    }
}

/// The XFORWARD commands for what the filter wants to know, none longer than a command may be.
fn xforward(about: &About, offered: &Reply) -> Vec<String> {
    let lines = offered.text.lines().map(str::to_ascii_uppercase);
    let wanted = lines.filter_map(|line| line.strip_prefix("XFORWARD ").map(str::to_owned)).next();
    let wanted = wanted.unwrap_or_default();
    let mut commands: Vec<String> = Vec::new();
    for (name, value) in about.iter().filter(|(name, _)| wanted.split(' ').any(|word| word == *name)) {
        let value = value.as_deref().map_or_else(|| UNAVAILABLE.to_owned(), xtext::encode);
        let word = format!(" {name}={value}");
        match commands.last_mut().filter(|command| command.len() + word.len() <= COMMAND_LIMIT) {
            Some(command) => command.push_str(&word),
            None => commands.push(format!("XFORWARD{word}")),
        }
    }
    commands
}

const UNAVAILABLE: &str = "[UNAVAILABLE]";
/// RFC 5321 section 4.5.3.1.4, without the line end.
const COMMAND_LIMIT: usize = 510;
const LINE_LIMIT: u64 = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_on_this_machine() {
        for (text, expected) in [
            ("10025", "localhost:10025"),
            (":10025", "localhost:10025"),
            ("inet:10025", "localhost:10025"),
            ("127.0.0.1:10025", "127.0.0.1:10025"),
            ("inet:[::1]:10025", "[::1]:10025"),
            ("unix:private/filter", "unix:private/filter"),
        ] {
            assert_eq!(Filter::endpoint(text), Endpoint::parse(expected), "{text}");
        }
    }

    #[test]
    fn long_values_of_xforward_go_into_commands_of_their_own() {
        let offered = Reply::bare(250, "filter\nXFORWARD NAME ADDR HELO\n8BITMIME");
        let long = || Some("x".repeat(255));
        let about = vec![("NAME", long()), ("ADDR", None), ("PORT", Some("1".to_owned())), ("HELO", long())];
        let commands = xforward(&about, &offered);
        assert_eq!(commands.len(), 2);
        assert!(commands[0].ends_with(" ADDR=[UNAVAILABLE]") && commands[1].starts_with("XFORWARD HELO=xxx"));
        assert!(xforward(&about, &Reply::bare(250, "filter")).is_empty());
    }
}
