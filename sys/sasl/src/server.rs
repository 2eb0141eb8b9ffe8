//! Authentication as a sequence of steps. A connection serves one exchange at a time and is kept for the next; one
//! that was broken while nobody used it is replaced in silence.

use crate::link::Link;
use crate::protocol::{Answer, Mechanism, is_base64};
use net::{BadEndpoint, Endpoint};
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;

/// Dovecot's authentication service.
#[derive(Debug)]
pub struct Server {
    path: String,
    endpoint: Endpoint,
    idle: RefCell<Vec<Link>>,
    mechanisms: RefCell<Rc<Vec<Mechanism>>>,
}

/// A client that wants to prove who it is.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The mechanism, by the name that the service gives it.
    pub mechanism: &'a str,
    /// `smtpd_sasl_service`.
    pub service: &'a str,
    /// Our address, when it is known.
    pub local_address: Option<&'a str>,
    /// Our port.
    pub local_port: Option<&'a str>,
    /// The client's address.
    pub remote_address: Option<&'a str>,
    /// The client's port.
    pub remote_port: Option<&'a str>,
    /// Nobody can listen.
    pub encrypted: bool,
    /// The initial response, in base64.
    pub response: Option<&'a str>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The client is this user.
    Done(String),
    /// It is not.
    Failed {
        /// Whom the service took it for.
        user: Option<String>,
        /// Why, if the service says so.
        reason: Option<String>,
    },
    /// The client must answer this, in base64.
    Challenge(String),
    /// The service is gone.
    Lost,
}

/// An authentication under way. Dropping it before its end tells the service by hanging up.
#[derive(Debug)]
pub struct Exchange<'a> {
    server: &'a Server,
    link: Option<Link>,
    id: u32,
}

/// There is nobody to ask.
#[derive(Debug)]
pub struct Unavailable {
    path: String,
    error: io::Error,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = net::reason(&self.error);
        write!(f, "SASL: Connect to Dovecot auth socket '{}' failed: {reason}", self.path)
    }
}

impl std::error::Error for Unavailable {}

impl Server {
    /// The service at `unix:path`, `inet:host:port` or a plain path (`smtpd_sasl_path`).
    pub fn new(path: &str) -> Result<Self, BadEndpoint> {
        let endpoint = match path.strip_prefix("inet:") {
            Some(_) => Endpoint::parse(path)?,
            None => Endpoint::Unix(path.strip_prefix("unix:").unwrap_or(path).into()),
        };
        let path = path.to_owned();
        Ok(Self { path, endpoint, idle: RefCell::default(), mechanisms: RefCell::default() })
    }

    /// What the service offers now.
    pub async fn mechanisms(&self) -> Result<Rc<Vec<Mechanism>>, Unavailable> {
        let link = match self.rested().await {
            Some(link) => link,
            None => self.connect().await?,
        };
        self.keep(link);
        Ok(self.mechanisms.borrow().clone())
    }

    /// Begins an authentication. A response that is no base64 never reaches the service.
    pub async fn begin(&self, attempt: &Attempt<'_>) -> (Exchange<'_>, Step) {
        let mut exchange = Exchange { server: self, link: None, id: 0 };
        if !is_base64(attempt.response.unwrap_or_default()) {
            return (exchange, bad_response("initial"));
        }
        if let Some(link) = self.rested().await {
            let step = exchange.ask(link, attempt).await;
            if step != Step::Lost {
                return (exchange, step);
            }
        }
        let step = match self.connect().await {
            Ok(link) => exchange.ask(link, attempt).await,
            Err(_) => Step::Lost,
        };
        (exchange, step)
    }

    /// A connection that nobody uses and that is still there.
    async fn rested(&self) -> Option<Link> {
        loop {
            let mut link = self.idle.borrow_mut().pop()?;
            if link.is_alive().await {
                return Some(link);
            }
        }
    }

    async fn connect(&self) -> Result<Link, Unavailable> {
        let unavailable = |error| Unavailable { path: self.path.clone(), error };
        let (link, mechanisms) = Link::open(&self.endpoint).await.map_err(unavailable)?;
        *self.mechanisms.borrow_mut() = Rc::new(mechanisms);
        Ok(link)
    }

    fn keep(&self, link: Link) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < KEPT {
            idle.push(link);
        }
    }
}

impl Exchange<'_> {
    /// The client's answer to a challenge.
    pub async fn respond(&mut self, response: &str) -> Step {
        if !is_base64(response) {
            self.link = None;
            return bad_response("continued");
        }
        match self.link.take() {
            Some(mut link) => match link.send(&format!("CONT\t{}\t{response}\n", self.id)).await {
                Ok(()) => self.hear(link).await,
                Err(_) => Step::Lost,
            },
            None => Step::Lost,
        }
    }

    async fn ask(&mut self, mut link: Link, attempt: &Attempt<'_>) -> Step {
        self.id = link.next_id();
        match link.send(&request(self.id, attempt)).await {
            Ok(()) => self.hear(link).await,
            Err(_) => Step::Lost,
        }
    }

    /// Waits for the answer; the connection is ours as long as the exchange goes on.
    async fn hear(&mut self, mut link: Link) -> Step {
        let answer = loop {
            match link.line().await.map(|line| Answer::parse(&line, self.id)) {
                Ok(Some(answer)) => break answer,
                Ok(None) => {}
                Err(_) => return Step::Lost,
            }
        };
        match answer {
            Answer::Continue(challenge) => {
                self.link = Some(link);
                return Step::Challenge(challenge);
            }
            Answer::Nonsense => return Step::Lost,
            Answer::Ok(_) | Answer::Fail { .. } => self.server.keep(link),
        }
        match answer {
            Answer::Ok(user) => Step::Done(user),
            Answer::Fail { user, reason } => Step::Failed { user, reason },
            Answer::Continue(_) | Answer::Nonsense => Step::Lost,
        }
    }
}

fn request(id: u32, attempt: &Attempt<'_>) -> String {
    let mut line = format!("AUTH\t{id}\t{}\tservice={}\tnologin", attempt.mechanism, attempt.service);
    let places = [
        ("lip", attempt.local_address),
        ("rip", attempt.remote_address),
        ("lport", attempt.local_port),
        ("rport", attempt.remote_port),
    ];
    for (name, value) in places {
        if let Some(value) = value {
            line.push_str(&format!("\t{name}={value}"));
        }
    }
    if attempt.encrypted {
        line.push_str("\tsecured");
    }
    if let Some(response) = attempt.response {
        line.push_str(&format!("\tresp={response}"));
    }
    line.push('\n');
    line
}

fn bad_response(which: &str) -> Step {
    Step::Failed { user: None, reason: Some(format!("Invalid base64 data in {which} response")) }
}

/// How many connections wait for the next exchange.
const KEPT: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{UnixListener, UnixStream};

    const GREETING: &str = "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t7\nDONE\n";
    const PLAIN: Attempt<'_> = Attempt {
        mechanism: "PLAIN",
        service: "smtp",
        local_address: Some("192.0.2.1"),
        local_port: Some("25"),
        remote_address: Some("192.0.2.9"),
        remote_port: None,
        encrypted: true,
        response: Some("YQ=="),
    };

    /// A service that serves one connection after another, each by its script: what it says to each line it hears.
    async fn serve(listener: UnixListener, scripts: Vec<Vec<&'static str>>) -> Vec<String> {
        let mut heard = Vec::new();
        for script in scripts {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream: BufReader<UnixStream> = BufReader::new(stream);
            stream.get_mut().write_all(GREETING.as_bytes()).await.unwrap();
            for _ in 0..2 {
                stream.read_line(&mut String::new()).await.unwrap();
            }
            for say in script {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                heard.push(line);
                stream.get_mut().write_all(say.as_bytes()).await.unwrap();
            }
        }
        heard
    }

    async fn with_service<T>(
        scripts: Vec<Vec<&'static str>>,
        client: impl AsyncFnOnce(&Server) -> T,
    ) -> (T, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("auth");
        let listener = UnixListener::bind(&path).unwrap();
        let server = Server::new(&path.to_string_lossy()).unwrap();
        tokio::join!(client(&server), serve(listener, scripts))
    }

    #[tokio::test]
    async fn a_connection_serves_one_exchange_after_another() {
        let script = vec!["FAIL\t1\tuser=joe\treason=no\n", "CONT\t2\tYg==\n", "OK\t2\tuser=joe\n"];
        let (steps, heard) = with_service(vec![script], async |server| {
            assert_eq!(server.mechanisms().await.unwrap()[0].name, "PLAIN");
            let (_, first) = server.begin(&PLAIN).await;
            let (mut exchange, second) = server.begin(&Attempt { response: None, ..PLAIN }).await;
            [first, second, exchange.respond("=").await]
        })
        .await;
        let failed = Step::Failed { user: Some("joe".to_owned()), reason: Some("no".to_owned()) };
        assert_eq!(steps, [failed, Step::Challenge("Yg==".to_owned()), Step::Done("joe".to_owned())]);
        let place = "service=smtp\tnologin\tlip=192.0.2.1\trip=192.0.2.9\tlport=25\tsecured";
        assert_eq!(heard[0], format!("AUTH\t1\tPLAIN\t{place}\tresp=YQ==\n"));
        assert_eq!(heard[1..], [format!("AUTH\t2\tPLAIN\t{place}\n"), "CONT\t2\t=\n".to_owned()]);
    }

    #[tokio::test]
    async fn a_service_that_was_restarted_is_found_again() {
        let scripts = vec![vec!["OK\t1\tuser=a\n"], vec!["OK\t1\tuser=b\n"]];
        let (steps, _) = with_service(scripts, async |server| {
            let (_, first) = server.begin(&PLAIN).await;
            let (_, second) = server.begin(&PLAIN).await;
            [first, second]
        })
        .await;
        assert_eq!(steps, [Step::Done("a".to_owned()), Step::Done("b".to_owned())]);
    }

    #[tokio::test]
    async fn an_exchange_that_is_given_up_takes_its_connection_along() {
        let scripts = vec![vec!["CONT\t1\t\n"], vec!["OK\t1\tuser=b\n"]];
        let (steps, _) = with_service(scripts, async |server| {
            let (exchange, first) = server.begin(&PLAIN).await;
            drop(exchange);
            [first, server.begin(&PLAIN).await.1]
        })
        .await;
        assert_eq!(steps, [Step::Challenge(String::new()), Step::Done("b".to_owned())]);
    }

    #[tokio::test]
    async fn a_service_that_is_not_there_is_named() {
        let server = Server::new("/nowhere/auth").unwrap();
        assert_eq!(server.begin(&PLAIN).await.1, Step::Lost);
        let text = server.mechanisms().await.unwrap_err().to_string();
        let expected =
            "SASL: Connect to Dovecot auth socket '/nowhere/auth' failed: No such file or directory";
        assert_eq!(text, expected);
    }
}
