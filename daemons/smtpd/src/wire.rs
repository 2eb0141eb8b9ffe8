//! The client's stream: lines in, replies out, nothing forever. Replies gather until we have to wait for the client
//! (RFC 2920 section 3.2).

use crate::crowd::Crowd;
use mail::Reply;
use smtp::line::{Line, Lines};
use smtp::reply::render;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tls::Stream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, timeout_at};

/// A buffered stream with limits in time.
pub(crate) struct Wire<S> {
    stream: Stream<S>,
    input: Vec<u8>,
    used: usize,
    output: String,
    patience: Patience,
    deadline: Instant,
    crowd: Rc<Crowd>,
}

/// How long we wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// `smtpd_timeout`: for each read or write, or for a whole request.
    pub timeout: Duration,
    /// `smtpd_per_request_deadline`.
    pub per_request: bool,
    /// `smtpd_min_data_rate`: how many bytes buy another second.
    pub min_data_rate: u64,
}

/// Why there is no more to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The client hung up.
    Connection,
    /// The client took too long.
    Time,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(crate) fn new(stream: S, patience: Patience, crowd: Rc<Crowd>) -> Self {
        let deadline = Instant::now() + patience.timeout;
        let stream = Stream::Clear(stream);
        Self { stream, input: Vec::new(), used: 0, output: String::new(), patience, deadline, crowd }
    }

    /// Queues a reply.
    pub(crate) fn say(&mut self, reply: &Reply) {
        self.output.push_str(&render(reply));
    }

    /// Sends what is queued.
    pub(crate) async fn flush(&mut self) -> Result<(), Lost> {
        if self.output.is_empty() {
            return Ok(());
        }
        let output = std::mem::take(&mut self.output);
        let limit = Instant::now() + self.patience.timeout;
        let sent = timeout_at(limit, async {
            self.stream.write_all(output.as_bytes()).await?;
            self.stream.flush().await
        });
        match sent.await {
            Err(_) => Err(Lost::Time),
            Ok(Err(_)) => Err(Lost::Connection),
            Ok(Ok(())) => Ok(()),
        }
    }

    /// A new request begins: the clock starts again.
    pub(crate) fn begin_request(&mut self) {
        self.deadline = Instant::now() + self.patience.timeout;
    }

    /// The next command line.
    pub(crate) async fn line(&mut self, lines: &mut Lines) -> Result<Line, Lost> {
        self.begin_request();
        loop {
            let (taken, line) = lines.take(self.input());
            self.consume(taken);
            if let Some(line) = line {
                return Ok(line);
            }
            let seat = self.crowd.enter();
            tokio::select! {
                biased;
                filled = self.fill() => filled?,
                // Somebody else needs the place.
                () = seat.called() => return Err(Lost::Time),
            }
        }
    }

    /// What has been read and not used.
    pub(crate) fn input(&self) -> &[u8] {
        &self.input[self.used..]
    }

    /// Marks input as used.
    pub(crate) fn consume(&mut self, count: usize) {
        self.used += count;
        if self.used >= self.input.len() {
            self.input.clear();
            self.used = 0;
        }
    }

    /// Waits for more input; sends what is queued first.
    pub(crate) async fn fill(&mut self) -> Result<(), Lost> {
        self.flush().await?;
        if !self.patience.per_request {
            self.begin_request();
        }
        self.input.reserve(CHUNK);
        match timeout_at(self.deadline, self.stream.read_buf(&mut self.input)).await {
            Err(_) => Err(Lost::Time),
            Ok(Ok(0) | Err(_)) => Err(Lost::Connection),
            Ok(Ok(count)) => {
                self.earn(count as u64);
                Ok(())
            }
        }
    }

    /// Is there input now, without waiting for it? What the client has sent already is read.
    pub(crate) async fn has_more(&mut self) -> bool {
        if self.input().is_empty() {
            let mut space = [0; 512];
            let mut buffer = ReadBuf::new(&mut space);
            let stream = &mut self.stream;
            poll_fn(|context| {
                let _ = Pin::new(&mut *stream).poll_read(context, &mut buffer);
                Poll::Ready(())
            })
            .await;
            self.input.extend_from_slice(buffer.filled());
        }
        !self.input().is_empty()
    }

    /// The stream below, for a TLS handshake. What came in clear is thrown away (CVE-2011-0411).
    pub(crate) async fn take_clear(&mut self) -> Result<S, Lost> {
        self.flush().await?;
        self.input.clear();
        self.used = 0;
        self.stream.take_clear().ok_or(Lost::Connection)
    }

    /// Goes on with what came of the handshake.
    pub(crate) fn go_on(&mut self, stream: Stream<S>) {
        self.stream = stream;
    }

    /// Ends the connection in an orderly way.
    pub(crate) async fn close(&mut self) {
        let _ = self.flush().await;
        let _ = timeout_at(Instant::now() + self.patience.timeout, self.stream.shutdown()).await;
    }

    /// Content that comes fast enough extends the deadline of its request.
    fn earn(&mut self, bytes: u64) {
        if self.patience.per_request {
            let millis = bytes.saturating_mul(1000) / self.patience.min_data_rate.max(1);
            let latest = Instant::now() + self.patience.timeout;
            self.deadline = latest.min(self.deadline + Duration::from_millis(millis));
        }
    }
}

const CHUNK: usize = 16 * 1024;
