//! Driving a session over a stream: the protocol decides what to say (`smtp::client`), this file says it, reads
//! the replies and keeps the time limits.

mod passive;

use crate::outgoing::Outgoing;
use crate::settings::Timeouts;
use maillog::Log;
use smtp::client::{
    AuthStep, Credentials, Features, Handshake, HandshakeStep, Hello, Mechanism, Negotiation, Peer, Received,
    ReplyReader, ServerReply, Stage, Transaction, TransactionStep, Trouble,
};
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::time::Instant;
use tls::Stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// An open session.
pub struct Session {
    stream: Stream<net::Stream>,
    reader: ReplyReader,
    buffer: Box<[u8]>,
    timeouts: Rc<Timeouts>,
    /// When it began.
    pub opened: Instant,
    /// Whom we talk to.
    pub peer: Peer,
    /// What it offers.
    pub features: Features,
    /// How many messages it has carried.
    pub uses: u32,
    /// How TLS is spoken, if it is.
    pub tls: Option<tls::Session>,
}

impl Session {
    /// Greets and is greeted. What deserves a warning goes to `log`.
    pub async fn open(
        (stream, tls): (Stream<net::Stream>, Option<tls::Session>),
        peer: Peer,
        hello: Hello,
        timeouts: Rc<Timeouts>,
        log: &Log,
    ) -> Result<Self, Trouble> {
        let features = Features::default();
        let (reader, opened) = (ReplyReader::default(), Instant::now());
        let buffer = vec![0; READ_SIZE].into();
        let mut session = Self { stream, reader, buffer, timeouts, opened, peer, features, uses: 0, tls };
        let shake = Handshake::new(hello);
        let stage = shake.stage();
        session.features = session.introduce(shake, stage, log).await?;
        Ok(session)
    }

    /// Reads replies and answers them until both sides know each other.
    async fn introduce(
        &mut self,
        mut shake: Handshake,
        mut stage: Stage,
        log: &Log,
    ) -> Result<Features, Trouble> {
        loop {
            let reply = self.reply(stage).await?;
            let step = shake.on_reply(&reply);
            if let Some(warning) = shake.warning.take() {
                log.warning(format_args!("host {} {warning}", self.peer.name_with_port()));
            }
            match step {
                HandshakeStep::Send(line, next) => {
                    self.send(line.as_bytes(), next).await?;
                    stage = next;
                }
                HandshakeStep::Ready(features) => return Ok(features),
                HandshakeStep::Failed(trouble) => {
                    // Nobody waits for the answer to this goodbye.
                    let _ = self.send(b"QUIT\r\n", Stage::Quit).await;
                    return Err(trouble);
                }
            }
        }
    }

    /// STARTTLS; the inner error is the server's refusal.
    pub async fn start_tls(&mut self) -> Result<Result<(), ServerReply>, Trouble> {
        self.send(b"STARTTLS\r\n", Stage::StartTls).await?;
        let reply = self.reply(Stage::StartTls).await?;
        Ok(if reply.class() == 2 { Ok(()) } else { Err(reply) })
    }

    /// The stream below, for a handshake. What came in clear behind the reply is thrown away (RFC 3207 section 6).
    pub fn take_clear(&mut self) -> Result<net::Stream, Trouble> {
        self.reader = ReplyReader::default();
        self.stream.take_clear().ok_or(Trouble::Lost(Stage::StartTls))
    }

    /// Goes on in TLS; what the server said of itself before counts no more.
    pub fn go_on(&mut self, stream: Stream<net::Stream>, tls: tls::Session) {
        self.stream = stream;
        self.tls = Some(tls);
        self.features = Features::default();
    }

    /// EHLO once more.
    pub async fn hello_again(&mut self, hello: Hello, log: &Log) -> Result<(), Trouble> {
        let mut shake = Handshake::new(hello);
        let (line, stage) = shake.again();
        self.send(line.as_bytes(), stage).await?;
        self.features = self.introduce(shake, stage, log).await?;
        Ok(())
    }

    /// Authenticates.
    pub async fn authenticate(
        &mut self,
        mechanism: Mechanism,
        credentials: Credentials,
    ) -> Result<(), Trouble> {
        let mut auth = Negotiation::new(mechanism, credentials);
        let mut line = auth.start();
        loop {
            self.send(line.as_bytes(), Stage::Auth).await?;
            let reply = self.reply(Stage::Auth).await?;
            match auth.on_reply(&reply, &self.peer) {
                AuthStep::Send(next) => line = next,
                AuthStep::Done => return Ok(()),
                AuthStep::Failed(trouble) => return Err(trouble),
            }
        }
    }

    /// Carries one message. Afterwards every recipient has a fate; the error says that the session is of no
    /// more use.
    pub async fn run(
        &mut self,
        transaction: &mut Transaction,
        outgoing: &mut Outgoing<'_>,
    ) -> Result<(), Trouble> {
        self.uses += 1;
        let result = self.converse(transaction, outgoing).await;
        if let Err(trouble) = &result {
            transaction.give_up(trouble);
        }
        result
    }

    async fn converse(
        &mut self,
        transaction: &mut Transaction,
        outgoing: &mut Outgoing<'_>,
    ) -> Result<(), Trouble> {
        loop {
            match transaction.step() {
                TransactionStep::Send(bytes) => {
                    let stage = match transaction.step() {
                        TransactionStep::Receive(stage) => stage,
                        _ => Stage::Mail,
                    };
                    self.send(&bytes, stage).await?;
                }
                TransactionStep::Receive(stage) => {
                    let reply = self.reply(stage).await?;
                    transaction.on_reply(&reply);
                }
                TransactionStep::Content => {
                    self.send_content(outgoing).await?;
                    transaction.content_sent();
                }
                TransactionStep::Done => return Ok(()),
            }
        }
    }

    /// Asks whether the server still listens, and makes it forget what went before.
    pub async fn reset(&mut self) -> Result<(), Trouble> {
        self.send(b"RSET\r\n", Stage::Rset).await?;
        match self.reply(Stage::Rset).await? {
            reply if reply.class() == 2 => Ok(()),
            reply => Err(Trouble::Refused(reply, Stage::Rset)),
        }
    }

    /// Says goodbye; `wait` for the answer, or not (`smtp_skip_quit_response`).
    pub async fn quit(mut self, wait: bool) {
        if self.send(b"QUIT\r\n", Stage::Quit).await.is_ok() && wait {
            // What a server answers to a goodbye changes nothing.
            let _ = self.reply(Stage::Quit).await;
        }
    }

    async fn send_content(&mut self, outgoing: &mut Outgoing<'_>) -> Result<(), Trouble> {
        let mut out = Vec::with_capacity(PIECE * 2);
        loop {
            let more = outgoing.fill(&mut out, PIECE).await.map_err(|()| Trouble::LocalData)?;
            self.send(&out, Stage::Content).await?;
            out.clear();
            if !more {
                return Ok(());
            }
        }
    }

    async fn send(&mut self, bytes: &[u8], stage: Stage) -> Result<(), Trouble> {
        let limit = self.timeouts.of(stage);
        let stream = &mut self.stream;
        let write = async {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        within(limit, stage, write).await
    }

    async fn reply(&mut self, stage: Stage) -> Result<ServerReply, Trouble> {
        let limit = self.timeouts.of(stage);
        match tokio::time::timeout(limit, self.read_reply(stage)).await {
            Ok(result) => result,
            Err(_) => Err(Trouble::TimedOut(stage)),
        }
    }

    async fn read_reply(&mut self, stage: Stage) -> Result<ServerReply, Trouble> {
        let (mut received, mut garbage) = (0, 0);
        loop {
            match self.reader.take() {
                Received::Reply(reply) => return Ok(reply),
                Received::Garbage(line) if self.features.pipelining || garbage >= GARBAGE_LIMIT => {
                    return Err(Trouble::Garbage(line));
                }
                Received::Garbage(_) => garbage += 1,
                Received::Partial => {
                    let length =
                        self.stream.read(&mut self.buffer).await.map_err(|_| Trouble::Lost(stage))?;
                    received += length;
                    if length == 0 {
                        return Err(Trouble::Lost(stage));
                    }
                    if received > REPLY_LIMIT {
                        return Err(Trouble::Garbage("a reply without end".to_owned()));
                    }
                    self.reader.feed(&self.buffer[..length]);
                }
            }
        }
    }
}

async fn within(
    limit: std::time::Duration,
    stage: Stage,
    work: impl Future<Output = io::Result<()>>,
) -> Result<(), Trouble> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Trouble::Lost(stage)),
        Err(_) => Err(Trouble::TimedOut(stage)),
    }
}

/// Content is sent in pieces of about this size.
const PIECE: usize = 32 << 10;
const READ_SIZE: usize = 4096;
/// A reply may be long, but not endless.
const REPLY_LIMIT: usize = 1 << 20;
/// Lines that are no reply, and are skipped before a reply without pipelining.
const GARBAGE_LIMIT: usize = 100;
