//! One connection: is the client known, take its message, answer, hang up.

use crate::Qmqpd;
use crate::client::Client;
use crate::message::{Mail, Message, answer, refusal};
use ipc::IpcError;
use maillog::{Connect, Log};
use smtp::qmqp::{Answer, Part, Receiver, Request, Verdict, verp};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// A client's connection.
pub(crate) struct Session<'a, S> {
    daemon: &'a Qmqpd,
    stream: S,
    client: Client,
    log: Log,
}

/// Why there is no message; no answer reaches such a client.
enum Lost {
    Connection,
    Time,
}

/// Why a session ended without a message.
enum End {
    /// The client is told; the log too, as a warning.
    Refused(Answer),
    /// The client is told what it did wrong; the log too.
    Broken(Answer),
    Lost(Lost, Part),
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    pub(crate) fn new(daemon: &'a Qmqpd, stream: S, client: Client, log: Log) -> Self {
        Self { daemon, stream, client, log }
    }

    /// From connect to disconnect.
    pub(crate) async fn run(mut self) {
        self.log.say(&Connect { client: &self.client.label });
        match self.is_authorized().await {
            Ok(()) => self.serve().await,
            Err(answer) => self.reply(answer, None).await,
        }
        self.close().await;
        self.log.info(format_args!("disconnect from {}", self.client.label));
    }

    async fn is_authorized(&self) -> Result<(), Answer> {
        match self.daemon.authorized.matches(&self.client.name, &self.client.address).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                let text = format!("Error: {} is not authorized to use this service", self.client.label);
                Err(Answer { verdict: Verdict::Never, text })
            }
            Err(error) => {
                self.log.warning(error);
                Err(Answer { verdict: Verdict::Later, text: "Error: server configuration error".to_owned() })
            }
        }
    }

    /// Takes the message of a client that may send one.
    async fn serve(&mut self) {
        let message = match Message::open(self.daemon).await {
            Ok(Ok(message)) => message,
            Ok(Err(reply)) => return self.reply(refusal(&reply), None).await,
            Err(error) => {
                let answer = self.trouble(error);
                return self.reply(answer, None).await;
            }
        };
        let id = message.id.clone();
        self.log.info(format_args!("{id}: client={}", self.client.label));
        let label = self.client.label.clone();
        let answer = match self.take(message).await {
            Ok(answer) => answer,
            Err(End::Refused(answer)) => {
                self.log.warning(format_args!("{id}: {label}: {}", answer.text));
                answer
            }
            Err(End::Broken(answer)) => {
                self.log.info(format_args!("{id}: {label}: {}", answer.text));
                answer
            }
            Err(End::Lost(lost, part)) => {
                let what = lost.words();
                return self.log.info(format_args!("{id}: {label}: {what} while {part}"));
            }
        };
        self.reply(answer, Some(id.as_str())).await;
    }

    async fn take(&mut self, message: Message<'_>) -> Result<Answer, End> {
        let request = self.receive().await?;
        let mail = self.mail(request).map_err(End::Refused)?;
        let id = message.id.clone();
        match message.submit(mail, &self.client).await {
            Ok(finished) => match answer(&finished, &id) {
                taken if taken.verdict == Verdict::Taken => Ok(taken),
                refused => Err(End::Refused(refused)),
            },
            Err(error) => Err(End::Refused(self.trouble(error))),
        }
    }

    async fn receive(&mut self) -> Result<Request, End> {
        let mut receiver = Receiver::new(self.daemon.settings.limits);
        let mut input = vec![0; PIECE];
        loop {
            let patience = self.daemon.settings.timeout;
            let length = match timeout(patience, self.stream.read(&mut input)).await {
                Err(_) => return Err(End::Lost(Lost::Time, receiver.part())),
                Ok(Ok(0) | Err(_)) => return Err(End::Lost(Lost::Connection, receiver.part())),
                Ok(Ok(length)) => length,
            };
            match receiver.feed(&input[..length]) {
                Ok(true) => return Ok(receiver.into_request()),
                Ok(false) => {}
                Err(flaw) => {
                    let text = format!("{flaw} while {}", receiver.part());
                    return Err(End::Broken(Answer { verdict: Verdict::Never, text }));
                }
            }
        }
    }

    fn mail(&self, request: Request) -> Result<Mail, Answer> {
        let sender = address(&request.sender);
        let recipients = request.recipients.iter().map(|recipient| address(recipient)).collect();
        let (sender, verp) = match verp(&sender) {
            None => (sender, None),
            Some((list, delimiters)) => (list, Some(delimiters)),
        };
        let allowed = &self.daemon.settings.verp_delimiters;
        if let Some(delimiters) = verp.as_deref().filter(|two| !two.chars().all(|c| allowed.contains(c))) {
            let text = format!(
                "Error: Invalid VERP delimiters: \"{delimiters}\". Need two characters from \"{allowed}\""
            );
            return Err(Answer { verdict: Verdict::Never, text });
        }
        Ok(Mail { sender, verp, recipients, content: request.content })
    }

    /// Our own fault, and one that passes.
    fn trouble(&self, error: IpcError) -> Answer {
        self.log.warning(format_args!("cleanup service: {error}"));
        Answer { verdict: Verdict::Later, text: "Error: queue file write error".to_owned() }
    }

    /// Answers; a negative answer only after a pause that keeps clients from trying again at once.
    async fn reply(&mut self, mut answer: Answer, id: Option<&str>) {
        if answer.verdict != Verdict::Taken {
            tokio::time::sleep(self.daemon.settings.error_delay).await;
        }
        if self.daemon.settings.soft_bounce && answer.verdict == Verdict::Never {
            answer.verdict = Verdict::Later;
        }
        let bytes = answer.encode();
        let lost = match timeout(self.daemon.settings.timeout, self.stream.write_all(&bytes)).await {
            Ok(Ok(())) => return,
            Ok(Err(_)) => Lost::Connection,
            Err(_) => Lost::Time,
        };
        let id = id.unwrap_or("NOQUEUE");
        let (label, what) = (&self.client.label, lost.words());
        self.log.info(format_args!("{id}: {label}: {what} while sending completion status"));
    }

    /// Hangs up. What the client still sends is read for a moment: a connection that is closed over unread data is
    /// reset, and the client might never see our answer.
    async fn close(&mut self) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let stream = &mut self.stream;
        let drain = async {
            let mut rest = vec![0; PIECE];
            for _ in 0..DRAINED_PIECES {
                if !matches!(stream.read(&mut rest).await, Ok(length) if length > 0) {
                    return;
                }
            }
        };
        // A client that neither reads nor hangs up is left alone.
        let _ = timeout(DRAIN, drain).await;
    }
}

impl Lost {
    fn words(&self) -> &'static str {
        match self {
            Self::Connection => "lost connection",
            Self::Time => "read/write timeout",
        }
    }
}

/// An address is text; as in Postfix it ends where a null byte stands.
fn address(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

const PIECE: usize = 16 * 1024;
const DRAIN: Duration = Duration::from_secs(1);
const DRAINED_PIECES: usize = 64;
