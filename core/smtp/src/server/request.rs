//! What passes between the session and its driver: admitted commands, refusals, answers.

use super::identity::{Forwarded, Xclient};
use crate::command::Verb;
use crate::params::{MailParams, RcptParams};
use crate::text::clip;
use mail::{Address, Reply};

/// An admitted command, with all that the check learned, so that nothing is parsed twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// HELO, or EHLO when `extended`. The name is neutered: safe to show.
    Hello {
        /// What the client calls itself.
        name: String,
        /// EHLO.
        extended: bool,
    },
    /// MAIL FROM.
    Mail(Sender),
    /// RCPT TO.
    Rcpt(RcptTo),
    /// DATA.
    Data,
    /// BDAT; the bytes follow at once.
    Bdat(Chunk),
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// VRFY with the address as written and as understood.
    Vrfy {
        /// The argument as the client wrote it.
        text: String,
        /// The address, internal form.
        address: Address,
    },
    /// ETRN: deliver what waits for this domain. Whoever carries it out may still refuse.
    Etrn(String),
    /// AUTH: prove who you are.
    Auth {
        /// The mechanism, as the client wrote it.
        mechanism: String,
        /// The initial response, which is a secret.
        response: Option<String>,
    },
    /// XCLIENT: the session begins anew, as that of another client.
    Xclient(Box<Xclient>),
    /// XFORWARD: all that is known of the client behind the client.
    Xforward(Box<Forwarded>),
    /// STARTTLS.
    Starttls,
    /// HELP.
    Help,
    /// QUIT.
    Quit,
    /// A command nobody knows. The judge may know it as forbidden (`smtpd_forbidden_commands`).
    Unknown {
        /// The first word.
        word: String,
        /// The line, printable.
        line: String,
    },
}

impl Request {
    /// The command's verb.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Hello { extended: false, .. } => Verb::Helo,
            Self::Hello { extended: true, .. } => Verb::Ehlo,
            Self::Mail(_) => Verb::Mail,
            Self::Rcpt(_) => Verb::Rcpt,
            Self::Data => Verb::Data,
            Self::Bdat(_) => Verb::Bdat,
            Self::Rset => Verb::Rset,
            Self::Noop => Verb::Noop,
            Self::Vrfy { .. } => Verb::Vrfy,
            Self::Etrn(_) => Verb::Etrn,
            Self::Auth { .. } => Verb::Auth,
            Self::Xclient(_) => Verb::Xclient,
            Self::Xforward(_) => Verb::Xforward,
            Self::Starttls => Verb::Starttls,
            Self::Help => Verb::Help,
            Self::Quit => Verb::Quit,
            Self::Unknown { .. } => Verb::Unknown,
        }
    }
}

/// The argument of MAIL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The sender, internal form; null for `<>`.
    pub address: Address,
    /// The path as the client wrote it, for warnings about it.
    pub text: String,
    /// The rest.
    pub params: MailParams,
}

/// The argument of RCPT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RcptTo {
    /// The recipient, internal form.
    pub address: Address,
    /// The path as the client wrote it, for warnings about it.
    pub text: String,
    /// The rest.
    pub params: RcptParams,
}

/// The argument of BDAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// How many bytes follow.
    pub size: u64,
    /// The message ends with them.
    pub last: bool,
}

/// Why a command isn't carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The command; None when the line was no command at all.
    pub verb: Option<Verb>,
    /// What the client is told.
    pub reply: Reply,
    /// Whether it counts as a mistake of the client.
    pub blame: Blame,
    /// Bytes of a chunk to read and throw away before the reply.
    pub discard: Option<Chunk>,
    /// What the log should say.
    pub note: Option<Note>,
    /// The conversation ends after the reply.
    pub close: bool,
}

/// How a refusal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// One error more.
    Error,
    /// A recipient beyond the limit; an error only when there are too many of them.
    Overshoot,
}

/// What the driver should log beside its own lines; it knows the client's name and the queue id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// `warning: non-SMTP command from CLIENT: text`.
    NonSmtp(String),
    /// `warning: CLIENT: request longer than N: text...`.
    LongLine(String),
    /// `warning: Illegal address syntax from CLIENT in VERB command: text`.
    IllegalAddress(Verb, String),
    /// `warning: unknown DSN NOTIFY command value "word" in "value"`.
    UnknownNotify(String, String),
    /// `warning: ID: malformed BDAT command syntax from CLIENT: text`.
    MalformedBdat(String),
    /// `warning: ID: null BDAT request from CLIENT`.
    NullBdat,
    /// `warning: ID: BDAT request from CLIENT exceeds message size limit`.
    BdatTooBig,
    /// `warning: reject: ETRN domain... from CLIENT`.
    Etrn(String),
    /// `ID: reject: STAGE from CLIENT: bare <LF> received; ...`.
    BareNewline,
    /// `warning: don't know TEXT CLIENT`, and the refusal: a table can't be asked.
    Unsure(String),
    /// `ID: reject: MAIL from CLIENT: reply; from=...`: a refusal that deserves the full line.
    Reject(Address),
}

/// What the driver does next: say the reply, if there is one, then what `then` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The reply; none while a chunk has yet to be read.
    pub reply: Option<Reply>,
    /// `smtpd_error_sleep_time` first: the client has made too many errors.
    pub slow: bool,
    /// What follows.
    pub then: Then,
}

/// What follows a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The next command.
    Command,
    /// The content up to the lone dot; then call `content_end`.
    Content,
    /// A chunk of this size; then call `chunk_end` or, for the last, `content_end`.
    Chunk(Chunk),
    /// Read and throw away a chunk, and only then say the reply and go on.
    Discard(Chunk),
    /// The client is another one now: find out who, judge it, and greet it.
    Restart,
    /// Say the reply, throw away what came behind the command, and make a TLS handshake.
    StartTls,
    /// Hang up.
    Close,
}

impl Refusal {
    /// A refusal that counts as an error.
    pub fn new(verb: Verb, reply: Reply) -> Self {
        let close = matches!(reply.code, 221 | 421 | 521);
        Self { verb: Some(verb), reply, blame: Blame::Error, discard: None, note: None, close }
    }

    /// Adds what the log should say.
    pub fn noted(self, note: Note) -> Self {
        Self { note: Some(note), ..self }
    }

    /// The mail of this domain doesn't wait here to be asked for.
    pub fn unserved(domain: &str) -> Self {
        let reply = Reply::bare(459, format!("<{domain}>: service unavailable"));
        Self::new(Verb::Etrn, reply).noted(Note::Etrn(clip(domain, 100).to_owned()))
    }

    /// STARTTLS when our certificates can't be used.
    pub fn tls_unavailable() -> Self {
        Self::new(Verb::Starttls, Reply::new(454, 7, 0, "TLS not available due to local problem"))
    }

    /// RFC 5321: what postfix says to a sender or recipient path that is no address.
    pub fn bad_address(verb: Verb, text: &str) -> Self {
        let reply = match verb {
            Verb::Mail => Reply::new(501, 1, 7, "Bad sender address syntax"),
            _ => Reply::new(501, 1, 3, "Bad recipient address syntax"),
        };
        Self::new(verb, reply).noted(Note::IllegalAddress(verb, text.to_owned()))
    }
}
