//! Scripted SMTP and LMTP servers: they answer what a script says and remember what they were told.
//!
//! A script line is `VERB[/N] [PATTERN]: reply`. VERB is BANNER, a command, or DOT for the end of the
//! content (with LMTP one reply for each accepted recipient, PATTERN tried on that recipient); PATTERN
//! is tried on the whole command; `/N` makes the line good for N uses. `|` parts the lines of a reply.
//! CLOSE hangs up, SILENT says nothing. Without a fitting line the peer is a friendly server.
//! After a 220 to STARTTLS it speaks TLS, with the certificate and in the way that a line `TLS: NAME ...` says (see
//! `secure`), `server` without one; `TLS: CLOSE` breaks the handshake. A line `WRAP: NAME` has it speak TLS at once.
use crate::glob;
use crate::patience::wait_for;
use crate::secure::Channel;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A running peer.
#[derive(Clone)]
pub struct Peer {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    lmtp: bool,
    rules: Mutex<Vec<Rule>>,
    heard: Mutex<Vec<Vec<String>>>,
    open: AtomicUsize,
}

struct Rule {
    verb: String,
    pattern: String,
    uses: Option<usize>,
    reply: String,
}

impl Peer {
    /// Starts a peer on `address:port`, or on a socket file when the address begins with `/`.
    pub fn start(name: &str, address: &str, lmtp: bool, script: &str) -> Peer {
        let rules = Mutex::new(script.lines().map(str::trim).filter(|l| !l.is_empty()).map(rule).collect());
        let peer = Peer {
            inner: Arc::new(Inner {
                name: name.into(),
                lmtp,
                rules,
                heard: Mutex::default(),
                open: AtomicUsize::new(0),
            }),
        };
        let inner = Arc::clone(&peer.inner);
        if address.starts_with('/') {
            let listener = UnixListener::bind(address).unwrap_or_else(|e| panic!("peer on {address}: {e}"));
            crate::run::shell(&format!("chmod 666 {address}"));
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    inner.host(stream);
                }
            });
        } else {
            let listener = TcpListener::bind(address).unwrap_or_else(|e| panic!("peer on {address}: {e}"));
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    stream.set_nodelay(true).ok();
                    inner.host(stream);
                }
            });
        }
        peer
    }

    /// All that the peer was told, connection by connection, when the last one has ended.
    pub fn heard(&self) -> Vec<String> {
        wait_for(PATIENCE, || (self.inner.open.load(Ordering::SeqCst) == 0).then_some(()));
        self.inner.heard.lock().unwrap().iter().flatten().cloned().collect()
    }
}

impl Inner {
    fn host<S: Read + Write + Send + 'static>(self: &Arc<Self>, stream: S) {
        let number = {
            let mut heard = self.heard.lock().unwrap();
            heard.push(vec!["connection".into()]);
            heard.len() - 1
        };
        let me = Arc::clone(self);
        me.open.fetch_add(1, Ordering::SeqCst);
        std::thread::spawn(move || {
            let mut stream = BufReader::new(Channel::Clear(stream));
            me.talk(number, &mut stream);
            stream.get_mut().goodbye();
            me.open.fetch_sub(1, Ordering::SeqCst);
        });
    }

    fn talk<S: Read + Write>(&self, number: usize, stream: &mut BufReader<Channel<S>>) -> Option<()> {
        let mut accepted: Vec<String> = Vec::new();
        if let Some(words) = self.scripted("WRAP", "") {
            self.encrypt(number, stream, &words)?;
        }
        self.say(stream.get_mut(), "BANNER", "")?;
        while let Some(line) = read_line(stream) {
            self.note(number, &line);
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let reply = self.say(stream.get_mut(), &verb, &line)?;
            match verb.as_str() {
                "RCPT" if reply.starts_with('2') => accepted.push(line.clone()),
                "RSET" | "MAIL" | "EHLO" | "LHLO" | "HELO" => accepted.clear(),
                "QUIT" => return None,
                "STARTTLS" if reply.starts_with("220") => {
                    let words = self.scripted("TLS", "").unwrap_or_else(|| "server".into());
                    self.encrypt(number, stream, &words)?;
                }
                "DATA" if reply.starts_with('3') => {
                    self.content(number, stream)?;
                    let ends = if self.lmtp { accepted.clone() } else { vec![String::new()] };
                    for recipient in ends {
                        self.say(stream.get_mut(), "DOT", &recipient)?;
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// None when there is nothing to go on with.
    fn encrypt<S: Read + Write>(
        &self,
        number: usize,
        stream: &mut BufReader<Channel<S>>,
        words: &str,
    ) -> Option<()> {
        let words: Vec<&str> = words.split_whitespace().collect();
        if words == ["CLOSE"] {
            // What has arrived is read, so that the end is an end and no reset.
            let _ = stream.read(&mut [0; 4096]);
            return None;
        }
        let told = stream.get_mut().become_server(&words);
        self.note(
            number,
            &told.as_ref().map_or_else(|_| "no handshake".to_string(), |told| format!("({told})")),
        );
        told.ok().map(drop)
    }

    fn content<R: BufRead>(&self, number: usize, reader: &mut R) -> Option<()> {
        loop {
            let line = read_line(reader)?;
            self.note(number, &line);
            if line == "." {
                return Some(());
            }
        }
    }

    fn note(&self, number: usize, line: &str) {
        self.heard.lock().unwrap()[number].push(line.to_string());
    }

    /// Says what the script has for this moment; None when the connection ends.
    fn say<W: Write>(&self, writer: &mut W, verb: &str, line: &str) -> Option<String> {
        let reply = self.scripted(verb, line).unwrap_or_else(|| self.friendly(verb));
        match reply.as_str() {
            "CLOSE" => None,
            "SILENT" => Some(reply),
            _ => {
                let text: String = reply.split('|').map(|line| format!("{line}\r\n")).collect();
                writer.write_all(text.as_bytes()).and_then(|()| writer.flush()).ok()?;
                Some(reply)
            }
        }
    }

    fn scripted(&self, verb: &str, line: &str) -> Option<String> {
        let mut rules = self.rules.lock().unwrap();
        let fits = |rule: &&mut Rule| {
            rule.verb == verb && rule.uses != Some(0) && glob::matches(&format!("*{}*", rule.pattern), line)
        };
        let rule = rules.iter_mut().find(fits)?;
        rule.uses = rule.uses.map(|left| left - 1);
        Some(rule.reply.clone())
    }

    fn friendly(&self, verb: &str) -> String {
        let name = &self.name;
        match verb {
            "BANNER" => format!("220 {name} ESMTP"),
            "EHLO" | "LHLO" if self.lmtp != (verb == "LHLO") => "500 5.5.1 wrong greeting".into(),
            "EHLO" | "LHLO" => format!("250-{name}|250-PIPELINING|250-SIZE 10240000|250 8BITMIME"),
            "HELO" => format!("250 {name}"),
            "MAIL" => "250 2.1.0 Ok".into(),
            "RCPT" => "250 2.1.5 Ok".into(),
            "DATA" => "354 End data with <CR><LF>.<CR><LF>".into(),
            "DOT" => "250 2.0.0 Ok: taken".into(),
            "RSET" | "NOOP" => "250 2.0.0 Ok".into(),
            "QUIT" => "221 2.0.0 Bye".into(),
            _ => "500 5.5.2 unknown command".into(),
        }
    }
}

fn rule(line: &str) -> Rule {
    let (head, reply) = line.split_once(": ").unwrap_or_else(|| panic!("no script line: {line}"));
    let (verb, pattern) = head.split_once(' ').unwrap_or((head, ""));
    let (verb, uses) = match verb.split_once('/') {
        Some((verb, uses)) => (verb, Some(uses.parse().unwrap_or_else(|_| panic!("no count: {line}")))),
        None => (verb, None),
    };
    Rule { verb: verb.into(), pattern: pattern.trim().into(), uses, reply: reply.trim().into() }
}

fn read_line<R: BufRead>(reader: &mut R) -> Option<String> {
    let mut line = Vec::new();
    match reader.read_until(b'\n', &mut line) {
        Ok(size) if size > 0 => {
            Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string())
        }
        _ => None,
    }
}

/// How long a connection may stay open after all is said.
const PATIENCE: Duration = Duration::from_secs(2);
