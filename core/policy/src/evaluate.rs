//! The evaluation of restriction lists: from left to right, until one decides.
//! What single keywords mean stands in `keywords`, what tables answer in `access`.

use crate::ask::{Answer, Ask, Pending, Question};
use crate::facts::Facts;
use crate::judgement::{Edit, Remark};
use crate::rules::{List, Rules};
use mail::Reply;

/// What one restriction, or a whole list, says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing.
    Dunno,
    /// This list permits.
    Permit,
    /// The command is refused.
    Reject(Reply),
    /// The message will be thrown away: stop looking and say yes.
    Discard,
}

/// Why an evaluation ended early, whatever lists it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A question has no answer yet.
    Pending(Pending),
    /// The configuration is at fault; `warn_if_reject` doesn't apply.
    Fault(Reply),
    /// A table or a service didn't answer; `warn_if_reject` doesn't apply.
    Unanswered(Reply),
    /// HANGUP.
    Hangup,
}

impl From<Pending> for Stop {
    fn from(pending: Pending) -> Self {
        Self::Pending(pending)
    }
}

pub(crate) type Step = Result<Outcome, Stop>;

/// The list being evaluated: it decides what a bare `type:table` means, and who is blamed by `reject`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Client,
    Helo,
    Sender,
    Recipient,
    Data,
    EndOfData,
    Etrn,
}

/// What a reply is about: `<name>: class rejected: text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub name: String,
    pub class: Class,
}

/// The kind of subject; it decides how enhanced status codes are adapted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Client,
    UnverifiedClient,
    Helo,
    Sender,
    Recipient,
    Data,
    EndOfData,
    Etrn,
    Login,
    Certificate,
}

impl Class {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Client => "Client host",
            Self::UnverifiedClient => "Unverified Client host",
            Self::Helo => "Helo command",
            Self::Sender => "Sender address",
            Self::Recipient => "Recipient address",
            Self::Data => "Data command",
            Self::EndOfData => "End-of-data",
            Self::Etrn => "Etrn command",
            Self::Login => "SASL login name",
            Self::Certificate => "Client certificate",
        }
    }
}

impl Subject {
    /// `<name>: class rejected: text`.
    pub(crate) fn rejected(&self, text: &str) -> String {
        format!("<{}>: {} rejected: {text}", self.name, self.class.text())
    }
}

/// One evaluation.
pub(crate) struct Evaluation<'a> {
    pub rules: &'a Rules,
    pub facts: &'a Facts,
    /// The command that is being judged; Client is the connection itself.
    pub at: Place,
    /// The list that is being evaluated, or that refers to what is being evaluated.
    pub place: Place,
    ask: &'a dyn Ask,
    pub remarks: Vec<Remark>,
    pub edits: Vec<Edit>,
    pub defer_if_permit: Option<Reply>,
    defer_if_reject: Option<Reply>,
    /// `warn_if_reject` applies to what is being evaluated.
    warn: bool,
    depth: usize,
    /// The permit that is on its way out has been told.
    permit_told: bool,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(rules: &'a Rules, facts: &'a Facts, at: Place, ask: &'a dyn Ask) -> Self {
        Self {
            rules,
            facts,
            at,
            place: at,
            ask,
            remarks: Vec::new(),
            edits: Vec::new(),
            defer_if_permit: None,
            defer_if_reject: None,
            warn: false,
            depth: 0,
            permit_told: false,
        }
    }

    /// A stage begins: `defer_if_reject` doesn't reach across stages.
    pub(crate) fn begin_stage(&mut self, place: Place) {
        self.place = place;
        self.defer_if_reject = None;
    }

    /// Evaluates a list on behalf of a subject.
    pub(crate) fn list(&mut self, list: &List, subject: &Subject) -> Step {
        if self.depth >= DEPTH_LIMIT {
            return Err(self.fault("restriction lists refer to each other without end".to_owned()));
        }
        self.depth += 1;
        let outcome = self.words(list, subject);
        self.depth -= 1;
        outcome
    }

    fn words(&mut self, list: &List, subject: &Subject) -> Step {
        let outer_warn = self.warn;
        let mut words = Words { list, at: 0 };
        let mut warn_next = false;
        while let Some(word) = words.next() {
            if word.eq_ignore_ascii_case("warn_if_reject") {
                warn_next = true;
                continue;
            }
            self.warn = outer_warn || std::mem::take(&mut warn_next);
            self.permit_told = false;
            let outcome = self.restriction(word, &mut words, subject);
            self.warn = outer_warn;
            match outcome? {
                Outcome::Dunno => {}
                Outcome::Permit => {
                    self.tell_permit_of(word, subject);
                    return Ok(Outcome::Permit);
                }
                decided => return Ok(decided),
            }
            if let (Some(reply), Some(_)) = (&self.defer_if_permit, &self.defer_if_reject) {
                // Whatever comes now, it will be a deferral.
                return Ok(Outcome::Reject(reply.clone()));
            }
        }
        Ok(Outcome::Dunno)
    }

    /// A keyword has permitted: those that look at somebody else than the list does name who it was.
    fn tell_permit_of(&mut self, word: &str, subject: &Subject) {
        if !self.rules.log_permits {
            return;
        }
        let word = word.to_ascii_lowercase();
        let other = match word.as_str() {
            "permit" => None,
            "permit_auth_destination" | "permit_mx_backup" => {
                self.address_subject(Class::Recipient).map(|(_, subject)| subject)
            }
            _ => Some(self.client_subject()),
        };
        self.tell_permit(&word, other.as_ref().unwrap_or(subject), "");
    }

    /// `from`: where the value comes from, when it comes from a table.
    pub(crate) fn tell_permit(&mut self, action: &str, subject: &Subject, from: &str) {
        if self.rules.log_permits && !self.permit_told {
            let text = format!("action={action} for {}={} {from}", subject.class.text(), subject.name);
            self.remarks.push(Remark::Permit { action: action.to_owned(), text });
            self.permit_told = true;
        }
    }

    /// Only a warning will come of what is being evaluated.
    pub(crate) fn only_warns(&self) -> bool {
        self.warn
    }

    /// Refuses, or only warns, or turns a final refusal into a deferral.
    pub(crate) fn refuse(&mut self, reply: Reply) -> Outcome {
        let reply = self.checked(reply);
        if self.warn {
            self.remarks.push(Remark::Event { kind: "reject_warning", text: reply.line() });
            return Outcome::Dunno;
        }
        match (&self.defer_if_reject, reply.class()) {
            (Some(deferral), 5) => Outcome::Reject(deferral.clone()),
            _ => Outcome::Reject(reply),
        }
    }

    /// Raises the flag `defer_if_permit`; the first reason stays.
    pub(crate) fn defer_if_permit(&mut self, reply: Reply) -> Outcome {
        if self.warn {
            self.remarks.push(Remark::Event { kind: "reject_warning", text: reply.line() });
        } else {
            self.defer_if_permit.get_or_insert(reply);
        }
        Outcome::Dunno
    }

    /// Raises the flag `defer_if_reject`; the first reason stays.
    pub(crate) fn defer_if_reject(&mut self, reply: Reply) -> Outcome {
        if self.warn {
            self.remarks.push(Remark::Event { kind: "reject_warning", text: reply.line() });
        } else {
            self.defer_if_reject.get_or_insert(reply);
        }
        Outcome::Dunno
    }

    /// A parameter may hold any number, but a client that is refused must not hear a yes.
    fn checked(&mut self, reply: Reply) -> Reply {
        if (400..600).contains(&reply.code) {
            return reply;
        }
        let class =
            reply.code.to_string().bytes().next().filter(|b| matches!(b, b'4' | b'5')).unwrap_or(b'5');
        let enhanced = reply.enhanced.map(|e| format!(" {}", e.with_class(class - b'0'))).unwrap_or_default();
        let (code, text) = (reply.code, reply.text);
        self.warning(format!("SMTP reply code configuration error: {code}{enhanced} {text}"));
        Reply::new(450, 7, 1, "Service unavailable")
    }

    pub(crate) fn question(&self, question: Question) -> Result<Answer, Stop> {
        Ok(self.ask.ask(question)?)
    }

    pub(crate) fn warning(&mut self, text: impl Into<String>) {
        self.remarks.push(Remark::Warning(text.into()));
    }

    /// An error in the configuration: the client may come back when it is mended.
    pub(crate) fn fault(&mut self, text: String) -> Stop {
        self.warning(text);
        Stop::Fault(Reply::new(451, 3, 5, "Server configuration error"))
    }
}

/// The words of a list, and where we are.
pub(crate) struct Words<'a> {
    list: &'a [String],
    at: usize,
}

impl<'a> Words<'a> {
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let word = self.list.get(self.at)?;
        self.at += 1;
        Some(word)
    }

    /// What follows, without taking it.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.list.get(self.at).map(String::as_str)
    }
}

/// SMTPD_ACCESS_README: lists that come out of tables may refer to lists again.
const DEPTH_LIMIT: usize = 100;
