//! The SMTP engine that accepts nothing: it lets a client say who it is and what it wants, so that the log can tell, looks
//! for the faults that spam software has, and refuses every recipient. It knows neither AUTH nor pipelining, and no mail
//! content ever comes in (POSTSCREEN_README, "Tests after the 220 SMTP server greeting").

mod address;
mod commands;

use crate::{Test, Trial, Verdict};
use mail::{Address, Reply};
use smtp::text::{clip, escaped, printable_bytes};
use std::rc::Rc;

/// What main.cf says about it; the fields are parameters, without `postscreen_`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `myhostname`.
    pub hostname: String,
    /// `message_size_limit`; 0 is none.
    pub size_limit: u64,
    /// `disable_vrfy_command`.
    pub vrfy_disabled: bool,
    /// `helo_required`.
    pub helo_required: bool,
    /// `tls_security_level`.
    pub tls: TlsLevel,
    /// `smtputf8_enable`.
    pub smtputf8: bool,
    /// `command_count_limit`.
    pub command_limit: u32,
    /// `line_length_limit`.
    pub line_limit: usize,
    /// `soft_bounce`, for the log; whoever says the replies must do the same.
    pub soft_bounce: bool,
}

/// Is there STARTTLS, and must it be used?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsLevel {
    /// There is none.
    None,
    /// Who wants to.
    May,
    /// Everybody must.
    Encrypt,
}

/// Who is talking.
#[derive(Clone, Debug)]
pub struct Client {
    /// `[address]:port`, for the log.
    pub label: String,
    /// EHLO keywords that it does not get to see.
    pub hidden: Vec<String>,
}

/// One line, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It isn't complete.
    Incomplete,
    /// A command, without its line end.
    Line {
        /// What was sent.
        text: Vec<u8>,
        /// Its line ended in a bare LF.
        bare: bool,
    },
    /// It is longer than any command may be.
    TooLong,
}

/// What the client is told, and what follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The reply.
    pub reply: Option<Reply>,
    /// The conversation ends with it.
    pub close: bool,
    /// TLS begins after it.
    pub starttls: bool,
    /// For the log.
    pub log: Vec<String>,
}

/// A conversation.
#[derive(Debug)]
pub struct Engine {
    settings: Rc<Settings>,
    client: Client,
    /// The command before: where things happen.
    place: String,
    count: u32,
    hello: Option<String>,
    extended: bool,
    sender: Option<Address>,
    encrypted: bool,
    tried: bool,
}

impl Engine {
    /// At the greeting.
    pub fn new(settings: Rc<Settings>, client: Client) -> Self {
        Self {
            settings,
            client,
            place: "CONNECT".to_owned(),
            count: 0,
            hello: None,
            extended: false,
            sender: None,
            encrypted: false,
            tried: false,
        }
    }

    /// Has the client named a recipient?
    pub fn tried(&self) -> bool {
        self.tried
    }

    /// TLS has begun: all is forgotten that was said before (RFC 3207 4.2).
    pub fn encrypted(&mut self) {
        self.encrypted = true;
        self.hello = None;
        self.sender = None;
    }

    /// Takes the first line out of what was received.
    pub fn take_line(&self, input: &mut Vec<u8>) -> Event {
        let end = input.iter().position(|&byte| byte == b'\n');
        if end.unwrap_or(input.len()) > self.settings.line_limit {
            return Event::TooLong;
        }
        let Some(end) = end else { return Event::Incomplete };
        let mut text: Vec<u8> = input.drain(..=end).collect();
        text.pop();
        let bare = text.last() != Some(&b'\r');
        if !bare {
            text.pop();
        }
        Event::Line { text, bare }
    }

    /// The first word of a command, for `postscreen_forbidden_commands`.
    pub fn word(text: &[u8]) -> String {
        printable_bytes(divide(text).0)
    }

    /// Carries a command out. `rest` is what was received after it, `forbidden` whether its word is in
    /// `postscreen_forbidden_commands`.
    pub fn command(&mut self, text: &[u8], rest: &[u8], forbidden: bool, trial: &mut Trial) -> Answer {
        self.count += 1;
        if self.count > self.settings.command_limit {
            return self.limit("COUNT");
        }
        let mut log = Vec::new();
        let fault = self.find_faults(text, rest, forbidden, trial, &mut log);
        if let Some(reply) = fault {
            return Answer { reply: Some(reply), close: true, log, starttls: false };
        }
        let mut answer = self.carry_out(text, trial);
        log.append(&mut answer.log);
        Answer { log, ..answer }
    }

    /// The client sent a line end without CR. Some: the last word to it.
    pub fn bare_newline(&self, text: &[u8], trial: &mut Trial, log: &mut Vec<String>) -> Option<Reply> {
        if trial.has_failed(Test::BareNewline) {
            return None;
        }
        let shown = printable_bytes(&text[..text.len().min(SHOWN)]);
        log.push(format!("BARE NEWLINE from {} after {shown}", self.client.label));
        last_word(trial.fail(Test::BareNewline, protocol_error()))
    }

    /// Foreign protocols and impatience.
    fn find_faults(
        &mut self,
        text: &[u8],
        rest: &[u8],
        forbidden: bool,
        trial: &mut Trial,
        log: &mut Vec<String>,
    ) -> Option<Reply> {
        let (word, args) = divide(text);
        let label = self.client.label.clone();
        if (forbidden || word.contains(&b':')) && !trial.has_failed(Test::NonSmtp) {
            let shown = [word, b" ", args].concat();
            let shown = printable_bytes(&shown[..shown.len().min(SHOWN)]);
            log.push(format!("NON-SMTP COMMAND from {label} after {}: {shown}", self.place));
            if let Verdict::Drop(reply) = trial.fail(Test::NonSmtp, protocol_error()) {
                return Some(Reply::new(reply.code, 7, 0, "Error: I can break rules, too. Goodbye."));
            }
        }
        self.place = clip(&printable_bytes(word), SHOWN).to_owned();
        if !rest.is_empty() && !trial.has_failed(Test::Pipelining) {
            let shown = escaped(&rest[..rest.len().min(SHOWN)]);
            log.push(format!("COMMAND PIPELINING from {label} after {}: {shown}", self.place));
            return last_word(trial.fail(Test::Pipelining, protocol_error()));
        }
        None
    }

    /// A line that is longer than any command may be.
    pub fn too_long(&self) -> Answer {
        self.limit("LENGTH")
    }

    /// The client was silent for too long (`postscreen_command_time_limit`).
    pub fn timeout(&self) -> Answer {
        let text = format!("{} Error: timeout exceeded", self.settings.hostname);
        Answer { reply: Some(Reply::new(421, 4, 2, text)), ..self.limit("TIME") }
    }

    fn limit(&self, what: &str) -> Answer {
        let text = format!("{} Service unavailable - try again later", self.settings.hostname);
        Answer {
            reply: Some(Reply::bare(421, text)),
            close: true,
            log: vec![format!("COMMAND {what} LIMIT from {} after {}", self.client.label, self.place)],
            starttls: false,
        }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { reply: Some(reply), ..Self::default() }
    }
}

/// The reply to those who talk out of turn.
pub(crate) fn protocol_error() -> Reply {
    Reply::new(550, 5, 1, "Protocol error")
}

fn last_word(verdict: Verdict) -> Option<Reply> {
    match verdict {
        Verdict::Drop(reply) => Some(reply),
        Verdict::Go => None,
    }
}

/// A command's word, and what follows it. Only spaces divide.
fn divide(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii();
    let end = text.iter().position(|&byte| byte == b' ').unwrap_or(text.len());
    (&text[..end], text[end..].trim_ascii_start())
}

/// How much of a client's words is shown in the log.
const SHOWN: usize = 100;

#[cfg(test)]
mod tests;
