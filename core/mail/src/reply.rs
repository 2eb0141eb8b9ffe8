//! SMTP replies (RFC 5321 4.2) and refusals: what the peer sees and what our log says are two fields.

use crate::Enhanced;
use serde::{Deserialize, Serialize};

/// A reply to an SMTP command. The class digit of the enhanced code is the first digit of `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// RFC 2034 code; None for greetings, HELO, EHLO and the like.
    pub enhanced: Option<Enhanced>,
    /// The text; `\n` divides the lines of a multi-line reply.
    pub text: String,
}

impl Reply {
    /// A reply with an enhanced code.
    pub fn new(code: u16, subject: u16, detail: u16, text: impl Into<String>) -> Self {
        Self { code, enhanced: Some(Enhanced::new(subject, detail)), text: text.into() }
    }

    /// A reply without an enhanced code.
    pub fn bare(code: u16, text: impl Into<String>) -> Self {
        Self { code, enhanced: None, text: text.into() }
    }

    /// 2 for success, 3 for "go on", 4 for "later", 5 for "never".
    pub fn class(&self) -> u16 {
        self.code / 100
    }

    /// The reply on one line, as logs show it: `550 5.1.1 text`.
    pub fn line(&self) -> String {
        let text = self.text.replace('\n', " ");
        match self.enhanced {
            Some(enhanced) => format!("{} {}.{enhanced} {text}", self.code, self.class()),
            None => format!("{} {text}", self.code),
        }
    }
}

/// A refusal: the reply for the peer, and the cause for our log when it is our own fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What the peer is told.
    pub reply: Reply,
    /// What our log says beside the reply; never shown to the peer.
    pub cause: Option<String>,
}

impl Rejection {
    /// A refusal without anything to add for our own log.
    pub fn new(code: u16, subject: u16, detail: u16, text: impl Into<String>) -> Self {
        Self { reply: Reply::new(code, subject, detail, text), cause: None }
    }

    /// Adds what our log should say about it.
    pub fn caused_by(mut self, cause: impl ToString) -> Self {
        self.cause = Some(cause.to_string());
        self
    }
}

impl From<Reply> for Rejection {
    fn from(reply: Reply) -> Self {
        Self { reply, cause: None }
    }
}
