//! The receiving side: a server that takes everything and keeps nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A running sink; it ends with the process.
pub struct Sink {
    messages: Arc<AtomicUsize>,
}

impl Sink {
    /// Takes connections of this listener.
    pub fn start(listener: TcpListener) -> Self {
        let messages = Arc::new(AtomicUsize::new(0));
        let count = messages.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = count.clone();
                // A client that hangs up in the middle is its own affair.
                std::thread::spawn(move || serve(stream, &count).ok());
            }
        });
        Self { messages }
    }

    /// How many messages it has taken.
    pub fn messages(&self) -> usize {
        self.messages.load(Ordering::Relaxed)
    }
}

fn serve(stream: TcpStream, messages: &AtomicUsize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::with_capacity(32 << 10, stream);
    let mut replies = b"220 sink.example.net ESMTP\r\n".to_vec();
    let mut line = Vec::new();
    let mut in_data = false;
    loop {
        // Replies wait until the client has nothing more to say: commands come pipelined.
        if reader.buffer().is_empty() && !replies.is_empty() {
            writer.write_all(&replies)?;
            replies.clear();
        }
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or(&line) {
            b".\r\n" if in_data => {
                in_data = false;
                messages.fetch_add(1, Ordering::Relaxed);
                replies.extend_from_slice(b"250 2.0.0 taken\r\n");
            }
            _ if in_data => {}
            b"EHLO" => replies.extend_from_slice(OFFERS),
            b"DATA" => {
                in_data = true;
                replies.extend_from_slice(b"354 go on\r\n");
            }
            b"QUIT" => return writer.write_all(&[&replies[..], b"221 2.0.0 bye\r\n"].concat()),
            _ => replies.extend_from_slice(b"250 2.0.0 ok\r\n"),
        }
    }
}

const OFFERS: &[u8] =
    b"250-sink.example.net\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n";
