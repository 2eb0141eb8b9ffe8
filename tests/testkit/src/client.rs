//! An SMTP client that says exactly what a test tells it to.
use crate::secure::{Channel, HalfClose};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One connection to a server.
pub struct Client {
    stream: BufReader<Channel<TcpStream>>,
}

impl Client {
    /// Connects, from the given address when there is one.
    pub fn connect(from: Option<SocketAddr>, to: SocketAddr) -> std::io::Result<Client> {
        let stream = match from {
            None => TcpStream::connect(to)?,
            Some(from) => bound(from, to)?,
        };
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::new(Channel::Clear(stream)) })
    }

    /// Sends bytes as they are. A connection that the server has closed is no fault of the test:
    /// the next reply tells.
    pub fn send(&mut self, bytes: &[u8]) {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).and_then(|()| stream.flush()).ok();
    }

    /// Reads one reply, all its lines; `EOF` when the server has closed, `TIMEOUT` when it is silent.
    pub fn reply(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            match self.stream.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => lines.push("EOF".into()),
                Ok(_) => {
                    lines.push(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string())
                }
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => lines.push("TIMEOUT".into()),
                Err(_) => lines.push("EOF".into()),
            }
            if lines.last().is_none_or(|line| line.as_bytes().get(3) != Some(&b'-')) {
                return lines;
            }
        }
    }

    /// Sends one command and returns the last line of its reply.
    pub fn ask(&mut self, command: &str) -> String {
        self.send(format!("{command}\r\n").as_bytes());
        self.reply().pop().unwrap_or_default()
    }

    /// Sends one message, dots doubled; returns the last reply, or the first that refuses.
    pub fn mail(&mut self, sender: &str, recipients: &[&str], content: &str) -> String {
        let mut commands = vec![format!("MAIL FROM:<{sender}>")];
        commands.extend(recipients.iter().map(|recipient| format!("RCPT TO:<{recipient}>")));
        commands.push("DATA".into());
        for command in commands {
            let reply = self.ask(&command);
            if !reply.starts_with(['2', '3']) {
                return reply;
            }
        }
        for line in content.lines() {
            let dot = if line.starts_with('.') { "." } else { "" };
            self.send(format!("{dot}{line}\r\n").as_bytes());
        }
        self.ask(".")
    }

    /// Makes a TLS handshake; words as in [`Channel::become_client`]. Says what came of it.
    pub fn start_tls(&mut self, words: &[&str]) -> String {
        self.stream.get_mut().become_client(words).unwrap_or_else(|_| "no handshake".into())
    }

    /// Says nothing more, but still listens.
    pub fn finish_sending(&mut self) {
        if let Some(socket) = self.stream.get_ref().socket() {
            socket.finish();
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stream.get_mut().goodbye();
    }
}

fn bound(from: SocketAddr, to: SocketAddr) -> std::io::Result<TcpStream> {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
    let family = if to.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket(family, SocketType::STREAM, None)?;
    bind(&socket, &from)?;
    connect(&socket, &to)?;
    Ok(TcpStream::from(socket))
}

const LIMIT: Duration = Duration::from_secs(10);
const LONGEST: u64 = 100_000;
