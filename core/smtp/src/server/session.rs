//! The state of one conversation, and the only functions that change it.

use super::identity::{Forwarded, Xclient};
use super::offers::{Grants, Login, Offer, Tls};
use super::request::{Answer, Blame, Chunk, RcptTo, Refusal, Request, Sender, Then};
use super::settings::Settings;
use super::tally::Tally;
use crate::command::Verb;
use mail::{Address, QueueId, Reply};
use std::rc::Rc;

/// One conversation. What it holds is bounded by constants, whatever the client sends.
#[derive(Debug)]
pub struct Session {
    pub(super) settings: Rc<Settings>,
    pub(super) grants: Grants,
    hello: Option<Hello>,
    /// ESMTP: EHLO was said, or XCLIENT says so. HELO doesn't take that back.
    extended: bool,
    pub(super) offer: Option<Offer>,
    login: Option<Login>,
    forwarded: Option<Forwarded>,
    envelope: Option<Envelope>,
    stage: &'static str,
    errors: u32,
    junk: u32,
    overshoot: usize,
    chunk_error: bool,
    talked_early: bool,
    tally: Tally,
    pub(super) tls: Tls,
}

/// What the client calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The name, neutered.
    pub name: String,
    /// It said EHLO.
    pub extended: bool,
}

/// A message in the making. Recipients aren't kept: they went to the queue when they were accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What MAIL said.
    pub sender: Sender,
    /// How many recipients were accepted.
    pub recipients: usize,
    /// The first accepted recipient.
    pub first_recipient: Option<Address>,
    /// A chunk has been taken.
    pub chunked: bool,
    /// The bytes of all chunks so far.
    pub chunk_bytes: u64,
}

impl Envelope {
    /// The recipient, when there is exactly one.
    pub fn only_recipient(&self) -> Option<&Address> {
        self.first_recipient.as_ref().filter(|_| self.recipients == 1)
    }
}

/// The client talked before it was its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyTalk {
    /// The command after which it did.
    pub verb: Verb,
    /// What to answer, when it is forbidden.
    pub refusal: Option<Refusal>,
}

impl Session {
    /// A conversation that has just begun.
    pub fn new(settings: Rc<Settings>) -> Self {
        Self {
            settings,
            grants: Grants::default(),
            hello: None,
            extended: false,
            offer: None,
            login: None,
            forwarded: None,
            envelope: None,
            stage: "CONNECT",
            errors: 0,
            junk: 0,
            overshoot: 0,
            chunk_error: false,
            talked_early: false,
            tally: Tally::default(),
            tls: Tls::None,
        }
    }

    /// How TLS stands.
    pub fn tls(&self) -> Tls {
        self.tls
    }

    /// Offers TLS, or takes the offer back.
    pub fn offer_tls(&mut self, tls: Tls) {
        self.tls = tls;
    }

    /// TLS is spoken from now on, after STARTTLS or from the beginning. RFC 3207 section 4.2: what the client said
    /// before is forgotten, its name too.
    pub fn tls_begins(&mut self) {
        if self.stage == Verb::Starttls.name() {
            self.tally.succeed(Verb::Starttls);
        }
        self.tls = Tls::Active;
        self.reset();
        self.hello = None;
        self.login = None;
    }

    /// The last word to a client whose certificate is missing or not good enough.
    pub fn certificate_reply(&self, why: &str) -> Reply {
        Reply::new(421, 7, 1, format!("{} Error: {why}", self.settings.hostname))
    }

    /// The greeting.
    pub fn greeting(&self) -> Reply {
        Reply::bare(220, &self.settings.banner)
    }

    /// Tells the session what it may offer. Call it before the greeting, and whenever the client has become another.
    pub fn grant(&mut self, grants: Grants) {
        self.grants = grants;
    }

    /// What is offered.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Offers AUTH; None takes the offer back.
    pub fn offer_auth(&mut self, offer: Option<Offer>) {
        self.offer = offer;
    }

    /// AUTH, if it is offered.
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// AUTH has succeeded.
    pub fn authenticated(&mut self, login: Login) -> Answer {
        self.stage = Verb::Auth.name();
        self.tally.add(Verb::Auth, true);
        self.login = Some(login);
        self.say(Reply::new(235, 7, 0, "Authentication successful"), Then::Command)
    }

    /// Who the client has proved to be.
    pub fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }

    /// The client behind the client, for the next message.
    pub fn forwarded(&self) -> Option<&Forwarded> {
        self.forwarded.as_ref()
    }

    /// What the client called itself.
    pub fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// The message in the making, between MAIL and its end.
    pub fn envelope(&self) -> Option<&Envelope> {
        self.envelope.as_ref()
    }

    /// The stage that log lines name: `lost connection after STAGE`.
    pub fn stage(&self) -> &'static str {
        self.stage
    }

    /// `SMTP`, or `ESMTP` after EHLO.
    pub fn protocol(&self) -> &'static str {
        if self.extended { "ESMTP" } else { "SMTP" }
    }

    /// The counters for the disconnect line.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// A chunk was refused: those that follow are thrown away until the message is over.
    pub(super) fn chunk_error(&self) -> bool {
        self.chunk_error
    }

    /// Call it when more input waits behind a command line. Some, once in a session, when the client had to wait for
    /// the reply (RFC 2920 section 3.1).
    pub fn early_talk(&mut self, verb: Verb) -> Option<EarlyTalk> {
        // The bytes behind BDAT are its chunk.
        let may_pipeline = self.protocol() == "ESMTP" && !self.hides("PIPELINING");
        if self.talked_early
            || verb == Verb::Bdat
            || verb == Verb::Unknown
            // RFC 3207 section 6: it is thrown away.
            || verb == Verb::Starttls
            || (may_pipeline && !verb.ends_a_group())
        {
            return None;
        }
        self.talked_early = true;
        let reply = Reply::new(554, 5, 0, "Error: SMTP protocol synchronization");
        let refusal = Refusal { close: true, ..Refusal::new(verb, reply) };
        Some(EarlyTalk { verb, refusal: self.settings.forbid_early_talk.then_some(refusal) })
    }

    /// Carries out an admitted command that the judge let pass.
    pub fn commit(&mut self, request: Request) -> Answer {
        let verb = request.verb();
        self.stage = verb.name();
        if let Request::Unknown { .. } = request {
            return self.refuse(Refusal::new(verb, Reply::new(500, 5, 2, "Error: command not recognized")));
        }
        if verb.is_junk() {
            self.count_junk();
        }
        // DATA and BDAT have succeeded when their content has; after XCLIENT Postfix has forgotten that it did.
        self.tally.add(
            verb,
            !matches!(request, Request::Data | Request::Bdat(_) | Request::Xclient(_) | Request::Starttls),
        );
        match request {
            Request::Hello { name, extended } => self.greet(name, extended),
            Request::Mail(sender) => self.open(sender),
            Request::Rcpt(to) => self.add(to),
            Request::Data => self.say(data_reply(), Then::Content),
            Request::Bdat(chunk) => self.expect_chunk(chunk),
            Request::Xclient(said) => self.become_another(*said),
            Request::Xforward(known) => {
                self.forwarded = Some(*known);
                self.say(Reply::new(250, 0, 0, "Ok"), Then::Command)
            }
            // Who checks passwords tells of the outcome: `authenticated`, or a refusal.
            Request::Auth { .. } => self.say(temporary_failure(), Then::Command),
            Request::Rset => {
                self.end_transaction();
                self.say(Reply::new(250, 0, 0, "Ok"), Then::Command)
            }
            Request::Noop => self.say(Reply::new(250, 0, 0, "Ok"), Then::Command),
            Request::Vrfy { text, .. } => self.say(Reply::new(252, 0, 0, text), Then::Command),
            Request::Etrn(_) => self.say(Reply::bare(250, "Queuing started"), Then::Command),
            Request::Starttls => self.say(Reply::new(220, 0, 0, "Ready to start TLS"), Then::StartTls),
            Request::Help => self.say(Reply::new(214, 0, 0, HELP), Then::Command),
            Request::Quit => self.say(Reply::new(221, 0, 0, "Bye"), Then::Close),
            Request::Unknown { .. } => self.say(Reply::new(500, 5, 2, "Error"), Then::Command),
        }
    }

    /// `smtpd_noop_commands`: a word that does nothing, and isn't counted as a command.
    pub fn idle(&mut self) -> Answer {
        self.count_junk();
        self.say(Reply::new(250, 0, 0, "Ok"), Then::Command)
    }

    /// Answers a command that isn't carried out.
    pub fn refuse(&mut self, refusal: Refusal) -> Answer {
        let mut blamed = true;
        if refusal.blame == Blame::Overshoot {
            self.overshoot += 1;
            blamed = self.overshoot > self.settings.overshoot_limit;
        }
        if let Some(verb) = refusal.verb {
            self.stage = verb.name();
            if verb.is_junk() {
                self.count_junk();
            }
            self.tally.add(verb, !blamed);
        }
        self.errors += u32::from(blamed);
        if let Some(chunk) = refusal.discard {
            self.chunk_error = !chunk.last;
            if chunk.last {
                self.end_transaction();
            }
        }
        let then = match refusal.discard {
            Some(chunk) if !refusal.close => Then::Discard(chunk),
            _ if refusal.close => Then::Close,
            _ => Then::Command,
        };
        self.say(refusal.reply, then)
    }

    /// The client was refused when it connected (`smtpd_delay_reject = no`): it may only quit.
    pub fn deny(&mut self, verb: Verb, client: &str) -> Answer {
        self.refuse(Refusal::new(verb, Reply::new(503, 7, 0, format!("Error: access denied for {client}"))))
    }

    /// Answers a command that the judge refused.
    pub fn reject(&mut self, request: &Request, reply: Reply) -> Answer {
        let mut refusal = Refusal::new(request.verb(), reply);
        if let Request::Bdat(chunk) = request {
            refusal.discard = Some(*chunk);
        }
        self.refuse(refusal)
    }

    /// A chunk that wasn't the last one has been taken or refused.
    pub fn chunk_end(&mut self, chunk: Chunk, verdict: Result<(), Reply>) -> Answer {
        match verdict {
            Ok(()) => {
                self.tally.succeed(Verb::Bdat);
                self.say(Reply::new(250, 0, 0, format!("Ok: {} bytes", chunk.size)), Then::Command)
            }
            Err(reply) => {
                self.errors += 1;
                self.chunk_error = true;
                self.close_or_go_on(reply)
            }
        }
    }

    /// The content is complete, and the message is queued under an id (`size` is its size in bytes), or refused.
    pub fn content_end(&mut self, outcome: Result<(&QueueId, u64), Reply>) -> Answer {
        self.stage = "END-OF-MESSAGE";
        let chunked = self.envelope.as_ref().is_some_and(|envelope| envelope.chunked);
        self.end_transaction();
        match outcome {
            Ok((id, size)) => {
                self.tally.succeed(if chunked { Verb::Bdat } else { Verb::Data });
                self.errors = 0;
                self.junk = 0;
                let bytes = if chunked { format!("{size} bytes ") } else { String::new() };
                self.say(Reply::new(250, 0, 0, format!("Ok: {bytes}queued as {id}")), Then::Command)
            }
            Err(reply) => {
                self.errors += 1;
                self.close_or_go_on(reply)
            }
        }
    }

    /// The content is complete, and a filter before the queue has said what becomes of it.
    pub fn content_passed(&mut self, reply: Reply) -> Answer {
        if reply.class() != 2 {
            return self.content_end(Err(reply));
        }
        self.stage = "END-OF-MESSAGE";
        let chunked = self.envelope.as_ref().is_some_and(|envelope| envelope.chunked);
        self.end_transaction();
        self.tally.succeed(if chunked { Verb::Bdat } else { Verb::Data });
        self.errors = 0;
        self.junk = 0;
        self.say(reply, Then::Command)
    }

    /// The last word to a client that made too many errors; look after every answer.
    pub fn too_many_errors(&self) -> Option<Reply> {
        let text = format!("{} Error: too many errors", self.settings.hostname);
        (self.errors >= self.settings.hard_error_limit).then(|| Reply::new(421, 7, 0, text))
    }

    /// The last word to a client that took too long.
    pub fn timeout_reply(&self) -> Reply {
        Reply::new(421, 4, 2, format!("{} Error: timeout exceeded", self.settings.hostname))
    }

    /// The reply to content or commands with LF where CR LF belongs.
    pub fn bare_newline_reply(&self) -> Reply {
        let text = format!("{} Error: bare <LF> received", self.settings.hostname);
        Reply::new(self.settings.bare_newline_code, 5, 2, text)
    }

    fn greet(&mut self, name: String, extended: bool) -> Answer {
        self.end_transaction();
        self.extended |= extended;
        self.hello = Some(Hello { name, extended });
        let mut lines = vec![self.settings.hostname.clone()];
        if extended {
            lines.extend(self.keywords());
        }
        self.say(Reply::bare(250, lines.join("\n")), Then::Command)
    }

    /// XCLIENT_README: back to the greeting; what the command says about protocol, name and login is what there is.
    fn become_another(&mut self, said: Xclient) -> Answer {
        self.end_transaction();
        self.extended = said.extended;
        self.hello = said.helo.map(|name| Hello { name, extended: said.extended });
        let method = Verb::Xclient.name().to_owned();
        self.login = said.login.map(|username| Login { method, username });
        Answer { reply: None, slow: false, then: Then::Restart }
    }

    fn open(&mut self, sender: Sender) -> Answer {
        self.reset();
        self.envelope =
            Some(Envelope { sender, recipients: 0, first_recipient: None, chunked: false, chunk_bytes: 0 });
        self.say(Reply::new(250, 1, 0, "Ok"), Then::Command)
    }

    fn add(&mut self, to: RcptTo) -> Answer {
        if let Some(envelope) = &mut self.envelope {
            envelope.recipients += 1;
            envelope.first_recipient.get_or_insert(to.address);
        }
        self.say(Reply::new(250, 1, 5, "Ok"), Then::Command)
    }

    fn expect_chunk(&mut self, chunk: Chunk) -> Answer {
        if let Some(envelope) = &mut self.envelope {
            envelope.chunked = true;
            envelope.chunk_bytes = envelope.chunk_bytes.saturating_add(chunk.size);
        }
        Answer { reply: None, slow: false, then: Then::Chunk(chunk) }
    }

    /// The message is over, or given up: what XFORWARD said was about it.
    fn end_transaction(&mut self) {
        self.reset();
        self.forwarded = None;
    }

    /// Forgets the message; what the client called itself stays.
    fn reset(&mut self) {
        self.envelope = None;
        self.overshoot = 0;
        self.chunk_error = false;
    }

    fn count_junk(&mut self) {
        self.errors += u32::from(self.junk > self.settings.junk_limit);
        self.junk += 1;
    }

    fn close_or_go_on(&mut self, reply: Reply) -> Answer {
        let then = if matches!(reply.code, 221 | 421 | 521) { Then::Close } else { Then::Command };
        self.say(reply, then)
    }

    fn say(&self, reply: Reply, then: Then) -> Answer {
        Answer { reply: Some(reply), slow: self.errors >= self.settings.soft_error_limit, then }
    }
}

fn temporary_failure() -> Reply {
    Reply::new(454, 7, 0, "Temporary authentication failure")
}

fn data_reply() -> Reply {
    Reply::bare(354, "End data with <CR><LF>.<CR><LF>")
}

const HELP: &str =
    "Commands: AUTH BDAT DATA EHLO ETRN HELO HELP MAIL NOOP QUIT RCPT RSET STARTTLS VRFY XCLIENT XFORWARD";
