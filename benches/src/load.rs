//! The sending side: sessions that hand over messages as fast as they are taken. A thread for each, because
//! that costs the machine less than it costs to be clever.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is sent.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where to.
    pub to: SocketAddr,
    /// Whom to.
    pub recipient: String,
    /// How many messages in all.
    pub messages: usize,
    /// How many sessions at a time.
    pub sessions: usize,
    /// How many messages in one session.
    pub per_connection: usize,
    /// How many bytes a message has.
    pub size: usize,
}

impl Load {
    /// Sends everything; how long that took. Any refusal ends the measurement.
    pub fn run(&self) -> Duration {
        let started = Instant::now();
        let next = Arc::new(AtomicUsize::new(0));
        let content = Arc::new(content(self.size));
        let threads: Vec<_> = (0..self.sessions)
            .map(|_| {
                let (load, next, content) = (self.clone(), next.clone(), content.clone());
                std::thread::spawn(move || while load.session(&next, &content) {})
            })
            .collect();
        for thread in threads {
            thread.join().expect("a sending session");
        }
        started.elapsed()
    }

    /// One session; false when there is nothing left to send.
    fn session(&self, next: &AtomicUsize, content: &[u8]) -> bool {
        if next.load(Ordering::Relaxed) >= self.messages {
            return false;
        }
        let stream = TcpStream::connect(self.to).expect("connect to the mail system");
        stream.set_nodelay(true).expect("TCP_NODELAY");
        let mut talk = Talk(BufReader::new(stream));
        talk.expect(b'2');
        talk.ask("EHLO client.example.net\r\n", b'2');
        for _ in 0..self.per_connection {
            if next.fetch_add(1, Ordering::Relaxed) >= self.messages {
                break;
            }
            talk.ask("MAIL FROM:<sender@example.net>\r\n", b'2');
            talk.ask(&format!("RCPT TO:<{}>\r\n", self.recipient), b'2');
            talk.ask("DATA\r\n", b'3');
            talk.send(content);
            talk.expect(b'2');
        }
        talk.ask("QUIT\r\n", b'2');
        true
    }
}

struct Talk(BufReader<TcpStream>);

impl Talk {
    fn ask(&mut self, command: &str, class: u8) {
        self.send(command.as_bytes());
        self.expect(class);
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).expect("send to the mail system");
    }

    fn expect(&mut self, class: u8) {
        let mut line = String::new();
        loop {
            line.clear();
            self.0.by_ref().take(4096).read_line(&mut line).expect("a reply");
            assert!(line.as_bytes().first() == Some(&class), "unexpected reply: {line:?}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}

/// A message of about `size` bytes with its final dot.
fn content(size: usize) -> Vec<u8> {
    let header = "From: sender@example.net\r\nTo: receiver@example.test\r\nSubject: measurement\r\n\r\n";
    let line = "The quick brown fox jumps over the lazy dog, again and again, all day.\r\n";
    let body = line.bytes().cycle().take(size.saturating_sub(header.len()));
    let mut content: Vec<u8> = header.bytes().chain(body).collect();
    while content.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
        content.pop();
    }
    content.extend_from_slice(b"\r\n.\r\n");
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Sink;
    use std::net::TcpListener;

    #[test]
    fn what_the_load_sends_the_sink_counts() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap();
        let sink = Sink::start(listener);
        let recipient = "r@example.test".to_owned();
        let load = Load { to, recipient, messages: 25, sessions: 3, per_connection: 4, size: 4096 };
        load.run();
        assert_eq!(sink.messages(), 25);
    }

    #[test]
    fn a_message_has_its_size_and_ends_with_a_dot() {
        let content = content(4096);
        assert!((4090..4106).contains(&content.len()) && content.ends_with(b"\r\n.\r\n"));
    }
}
