//! One client, from greeting to disconnect: reads a command, has it admitted, judged and carried out, says the reply.

use crate::Smtpd;
use crate::content::Content;
use crate::judge::Refused;
use crate::message::Message;
use crate::names::Listings;
use crate::notice::{Mistakes, Transcript};
use crate::peer::Peer;
use crate::wire::{Lost, Wire};
use ipc::anvil::Connected;
use mail::Reply;
use maillog::Log;
use policy::Edit;
use smtp::command::Verb;
use smtp::data::BareNewline;
use smtp::line::{Line, Lines};
use smtp::server::{Answer, Note, Request, Session, Then};
use smtp::text::escaped;
use tokio::io::{AsyncRead, AsyncWrite};

/// A session and all that belongs to it.
pub(crate) struct Conversation<'a, S> {
    pub(crate) daemon: &'a Smtpd,
    pub(crate) wire: Wire<S>,
    pub(crate) peer: Peer,
    pub(crate) log: Log,
    pub(crate) session: Session,
    /// The message at cleanup, from the first recipient on.
    pub(crate) message: Option<Message<'a>>,
    pub(crate) content: Option<Content>,
    /// What access tables want done to the message.
    pub(crate) edits: Vec<Edit>,
    /// DISCARD: everything passes, and nothing is kept.
    pub(crate) discarding: bool,
    /// A `defer_if_permit` of an earlier stage.
    pub(crate) deferral: Option<Reply>,
    pub(crate) talked_early: bool,
    /// What DNS lists have said.
    pub(crate) listings: Listings,
    pub(crate) bare_newline: BareNewline,
    pub(crate) mistakes: Mistakes,
    pub(crate) transcript: Transcript,
    /// anvil(8) counts this client.
    pub(crate) counted: Option<Connected>,
    /// How TLS is spoken, once it is.
    pub(crate) tls: Option<::tls::Session>,
    /// The command, as a filter before the queue gets it.
    pub(crate) line: String,
    /// The MAIL command of the message.
    pub(crate) mail_line: String,
    /// What ties the questions about one message together (policy services).
    pub(crate) instance: String,
    /// How many messages have begun.
    pub(crate) messages: u64,
    /// The client was refused at connect and may only quit.
    denied: bool,
    /// `quit` or a last word has been said: no line about a lost connection.
    pub(crate) parted: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Command,
    Close,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Conversation<'a, S> {
    pub(crate) fn new(daemon: &'a Smtpd, stream: S, peer: Peer, log: Log) -> Self {
        Self {
            daemon,
            wire: Wire::new(stream, daemon.settings.patience, daemon.limits.crowd.clone()),
            peer,
            log,
            session: Session::new(daemon.settings.session.clone()),
            message: None,
            content: None,
            edits: Vec::new(),
            discarding: false,
            deferral: None,
            talked_early: false,
            listings: Listings::default(),
            bare_newline: daemon.settings.session.bare_newline,
            mistakes: Mistakes::default(),
            transcript: Transcript::default(),
            counted: None,
            tls: None,
            line: String::new(),
            mail_line: String::new(),
            instance: String::new(),
            messages: 0,
            denied: false,
            parted: false,
        }
    }

    /// Serves the client until one of us hangs up.
    pub(crate) async fn run(mut self) {
        self.log_connect();
        if self.daemon.lookups.is_trusted_with_newlines(&self.peer.client).await {
            let settings = self.daemon.settings.trusted_session.clone();
            self.bare_newline = settings.bare_newline;
            self.session = Session::new(settings);
        }
        let trust = &self.daemon.lookups.trust;
        self.session.grant(trust.grants(&self.peer.client, &self.log).await);
        if let Some(tls) = &self.daemon.tls {
            self.session.offer_tls(tls.standing());
        }
        if let Err(lost) = self.talk().await {
            self.lose(lost).await;
        }
        if self.daemon.settings.proxy.is_some() {
            self.forget_message().await;
        }
        // Before the last word goes out: who hears it may come again at once.
        self.discount_connection().await;
        self.wire.close().await;
        self.notify_postmaster().await;
        self.log_disconnect();
    }

    /// Tells a client that we can't serve it, since nobody knows who it is.
    pub(crate) async fn turn_away(mut self) {
        self.log_connect();
        let text = format!("{} Server local error", self.daemon.settings.hostname);
        self.tell(&Reply::new(421, 3, 0, text));
        self.wire.close().await;
        self.log_disconnect();
    }

    async fn talk(&mut self) -> Result<(), Lost> {
        if let Some(reply) = self.count_connection().await {
            self.tell(&reply);
            return Ok(());
        }
        if self.daemon.tls.as_ref().is_some_and(|tls| tls.settings.wrapper)
            && self.wrap().await? == Next::Close
        {
            return Ok(());
        }
        if self.offer_auth().await.is_err() || self.greet().await == Next::Close {
            self.parted = true;
            return Ok(());
        }
        let mut lines = Lines::new(self.daemon.settings.line_limit);
        loop {
            let line = self.wire.line(&mut lines).await?;
            if self.command(line).await? == Next::Close {
                return Ok(());
            }
        }
    }

    /// The greeting, or a refusal in its place.
    async fn greet(&mut self) -> Next {
        self.denied = false;
        match self.judge_connect().await {
            Ok(()) => {
                let greeting = self.session.greeting();
                self.tell(&greeting);
                Next::Command
            }
            Err(Refused::Reply(reply)) => {
                self.denied = true;
                let reply = self.finished(reply).await;
                self.tell(&reply);
                if matches!(reply.code, 421 | 521) { Next::Close } else { Next::Command }
            }
            Err(_) => Next::Close,
        }
    }

    /// XCLIENT: the session goes on as that of another client.
    async fn begin_again(&mut self) -> Next {
        self.forget_message().await;
        self.deferral = None;
        let (trust, before) = (&self.daemon.lookups.trust, self.session.grants());
        let grants = trust.grants_after_xclient(before, &self.peer.client, &self.log).await;
        self.session.grant(grants);
        let next = match self.offer_auth().await {
            Ok(()) => self.greet().await,
            Err(_) => Next::Close,
        };
        self.parted |= next == Next::Close;
        next
    }

    /// Queues a reply, and remembers it for the postmaster.
    pub(crate) fn tell(&mut self, reply: &Reply) {
        self.transcript.said(reply);
        self.wire.say(reply);
    }

    async fn command(&mut self, line: Line) -> Result<Next, Lost> {
        self.transcript.heard(&line);
        let Ok(line) = self.filtered(line).await else { return Ok(self.give_up_unfiltered()) };
        let verb = Verb::of_line(&line.bytes);
        if self.is_noop(&line).await {
            let answer = self.session.idle();
            return self.follow(answer).await;
        }
        if self.denied && verb != Verb::Quit {
            let answer = self.deny(&line, verb).await;
            return self.follow(answer).await;
        }
        if let Some(next) = self.notice_early_talk(verb).await {
            return Ok(next);
        }
        if let Some(refusal) = self.count_command(&line).await {
            let answer = self.session.refuse(refusal);
            return self.follow(answer).await;
        }
        let request = match self.session.admit(&line) {
            Ok(request) => self.without_probe_sender(request),
            Err(refusal) => {
                self.mistakes.protocol = true;
                self.log_note(&refusal);
                let answer = self.session.refuse(refusal);
                return self.follow(answer).await;
            }
        };
        self.note_command(&line, verb);
        if let Request::Auth { mechanism, response } = &request {
            return self.authenticate(mechanism, response.as_deref()).await;
        }
        let answer = match self.judge(&request).await {
            Ok(()) => {
                self.mistakes.protocol |= matches!(request, Request::Unknown { .. });
                if let Request::Xclient(said) = &request {
                    self.peer.pretend(said, self.daemon.settings.client_port_logging);
                }
                let answer = self.session.commit(request);
                self.after_commit(verb).await.map_or(answer, |refused| self.session.refuse(refused))
            }
            Err(Refused::Reply(reply)) => self.session.reject(&request, reply),
            Err(Refused::Refusal(refusal)) => {
                self.log_note(&refusal);
                self.session.refuse(*refusal)
            }
            Err(Refused::Hangup) => {
                self.parted = true;
                return Ok(Next::Close);
            }
        };
        self.follow(answer).await
    }

    /// A filter before the queue gets commands as the client gave them.
    fn note_command(&mut self, line: &Line, verb: Verb) {
        if self.daemon.settings.proxy.is_none() {
            return;
        }
        let text = || String::from_utf8_lossy(&line.bytes).into_owned();
        match verb {
            Verb::Mail => self.mail_line = text(),
            Verb::Rcpt => self.line = text(),
            _ => {}
        }
    }

    /// The client was refused when it came. Who speaks no SMTP is sent away all the same.
    async fn deny(&mut self, line: &Line, verb: Verb) -> Answer {
        let refusal = match self.session.admit(line) {
            Err(refusal) if matches!(refusal.note, Some(Note::NonSmtp(_))) => Some(refusal),
            Ok(request @ Request::Unknown { .. }) => match self.judge(&request).await {
                Err(Refused::Refusal(refusal)) => Some(*refusal),
                _ => None,
            },
            _ => None,
        };
        match refusal {
            Some(refusal) => {
                self.log_note(&refusal);
                self.session.refuse(refusal)
            }
            None => self.session.deny(verb, &self.peer.label),
        }
    }

    /// `smtpd_command_filter` can't be asked.
    fn give_up_unfiltered(&mut self) -> Next {
        let text = format!("{} Server local data error", self.daemon.settings.hostname);
        let reply = Reply::new(421, 3, 0, text);
        self.log_unserved(self.session.stage(), &reply);
        self.tell(&reply);
        self.parted = true;
        Next::Close
    }

    /// RFC 2920 3.1: who talks before the reply to EHLO, DATA and the like is no mail server.
    async fn notice_early_talk(&mut self, verb: Verb) -> Option<Next> {
        // What a local program writes into `sendmail -bs` needs no manners.
        if self.is_unjudged() || !self.wire.has_more().await {
            return None;
        }
        let talk = self.session.early_talk(verb)?;
        self.talked_early = true;
        // What follows AUTH is a secret.
        let length = if verb == Verb::Auth { 0 } else { EARLY_TALK_SHOWN.min(self.wire.input().len()) };
        let shown = escaped(&self.wire.input()[..length]);
        let (verb, client) = (talk.verb.name(), &self.peer.label);
        self.log.info(format_args!("improper command pipelining after {verb} from {client}: {shown}"));
        let answer = self.session.refuse(talk.refusal?);
        Some(self.carry_out(answer).await)
    }

    /// Keeps what we have in step with the session.
    async fn after_commit(&mut self, verb: Verb) -> Option<smtp::server::Refusal> {
        if verb == Verb::Mail {
            self.new_instance();
        }
        match verb {
            Verb::Ehlo => {
                self.log_hidden_keywords();
                self.forget_message().await;
                self.flush_history().await;
            }
            Verb::Rset => {
                self.forget_message().await;
                self.flush_history().await;
            }
            Verb::Helo => self.forget_message().await,
            Verb::Data | Verb::Bdat => self.deferral = None,
            Verb::Mail if !self.daemon.settings.delay_open => {
                if let Err(Refused::Reply(reply)) = self.open_message().await {
                    return Some(smtp::server::Refusal::new(verb, reply));
                }
            }
            _ => {}
        }
        None
    }

    pub(crate) async fn forget_message(&mut self) {
        if let Some(message) = self.message.take() {
            message.give_up().await;
        }
        self.content = None;
        self.edits.clear();
        self.discarding = false;
    }

    /// Does what the session says.
    async fn follow(&mut self, answer: Answer) -> Result<Next, Lost> {
        match answer.then {
            Then::Content => {
                self.carry_out(answer).await;
                self.data().await
            }
            Then::Chunk(chunk) => self.chunk(chunk).await,
            Then::Discard(chunk) => {
                self.discard(chunk).await?;
                if chunk.last {
                    self.forget_message().await;
                }
                Ok(self.carry_out(Answer { then: Then::Command, ..answer }).await)
            }
            Then::Restart => Ok(self.begin_again().await),
            Then::StartTls => {
                self.carry_out(answer).await;
                self.start_tls().await?;
                Ok(self.go_on_encrypted().await)
            }
            Then::Command | Then::Close => Ok(self.carry_out(answer).await),
        }
    }

    /// Says the reply, slowly to those who err a lot, and ends the conversation with those who err too much.
    pub(crate) async fn carry_out(&mut self, answer: Answer) -> Next {
        let pause = self.daemon.settings.error_sleep;
        if answer.slow && !pause.is_zero() {
            let _ = self.wire.flush().await;
            tokio::time::sleep(pause).await;
        }
        if let Some(reply) = answer.reply {
            let reply = self.finished(reply).await;
            self.tell(&reply);
        }
        if answer.then == Then::Close {
            self.parted = true;
            return Next::Close;
        }
        if let Some(reply) = self.session.too_many_errors() {
            self.log_end("too many errors", "");
            self.tell(&reply);
            self.parted = true;
            return Next::Close;
        }
        Next::Command
    }

    /// `smtpd_tls_wrappermode`: TLS comes before the greeting.
    async fn wrap(&mut self) -> Result<Next, Lost> {
        if !self.daemon.tls.as_ref().is_some_and(crate::tls::Tls::is_available) {
            let (client, service) = (&self.peer.label, &self.daemon.limits.service());
            self.log.warning(format_args!(
                "Wrapper-mode request dropped from {client} for service {service}. TLS context initialization failed. \
                 For details see earlier warnings in your logs."
            ));
            self.parted = true;
            return Ok(Next::Close);
        }
        if self.refuses_new_tls("TLS service").await {
            self.parted = true;
            return Ok(Next::Close);
        }
        self.start_tls().await?;
        Ok(self.check_certificate())
    }

    /// What may be offered is another thing now.
    async fn go_on_encrypted(&mut self) -> Next {
        if self.check_certificate() == Next::Close {
            return Next::Close;
        }
        if self.offer_auth().await.is_err() {
            self.parted = true;
            return Next::Close;
        }
        Next::Command
    }

    /// Says goodbye to a client without the certificate that it should have.
    fn check_certificate(&mut self) -> Next {
        let Some(why) = self.certificate_objection() else { return Next::Command };
        self.log.info(format_args!("NOQUEUE: abort: TLS from {}: {why}", self.peer.label));
        let reply = self.session.certificate_reply(why);
        self.tell(&reply);
        self.mistakes.policy = true;
        self.parted = true;
        Next::Close
    }

    async fn lose(&mut self, lost: Lost) {
        // A client that has its answer to the content may leave without a word.
        let satisfied = lost == Lost::Connection && self.session.stage() == END_OF_MESSAGE;
        if self.parted || satisfied {
            return;
        }
        self.transcript.aborted(lost);
        if lost == Lost::Time {
            let reply = self.session.timeout_reply();
            self.tell(&reply);
        }
        let bytes = self.content.as_ref().map(|content| content.decoder.lines_size());
        self.log_loss(lost, bytes);
        // Half a message is no message.
        self.forget_message().await;
    }
}

const END_OF_MESSAGE: &str = "END-OF-MESSAGE";
const EARLY_TALK_SHOWN: usize = 100;
