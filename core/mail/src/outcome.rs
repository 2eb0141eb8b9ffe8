//! What became of one recipient in one delivery attempt.

use crate::{Enhanced, Notify};
use serde::{Deserialize, Serialize};

/// The fate of one recipient after one attempt. The variant decides the class digit of the status (2, 4, 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Delivered, and safe where it was delivered to.
    Sent(Diagnosis),
    /// Try again later.
    Deferred(Diagnosis),
    /// Will never work; tell the sender.
    Bounced(Diagnosis),
}

impl Outcome {
    /// The class digit: 2, 4 or 5.
    pub fn class(&self) -> u8 {
        match self {
            Self::Sent(_) => 2,
            Self::Deferred(_) => 4,
            Self::Bounced(_) => 5,
        }
    }

    /// The details, whatever the fate.
    pub fn diagnosis(&self) -> &Diagnosis {
        match self {
            Self::Sent(d) | Self::Deferred(d) | Self::Bounced(d) => d,
        }
    }

    /// The whole enhanced status code, as `dsn=` in the log shows it.
    pub fn dsn(&self) -> String {
        self.diagnosis().enhanced.with_class(self.class())
    }

    /// The word after `status=` in the log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Deferred(_) => "deferred",
            Self::Bounced(_) => "bounced",
        }
    }

    /// The notification (RFC 3461) that this fate may cause.
    pub fn notice(&self) -> Notify {
        match self {
            Self::Sent(_) => Notify::SUCCESS,
            Self::Deferred(_) => Notify::DELAY,
            Self::Bounced(_) => Notify::FAILURE,
        }
    }
}

/// Why a recipient met its fate, as logs and DSN reports tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// `x.subject.detail`.
    pub enhanced: Enhanced,
    /// One clean line of text for people; the part in parentheses of the log line.
    pub reason: String,
    /// `Remote-MTA:` of RFC 3464, when another system said it.
    pub remote_mta: Option<RemoteMta>,
    /// `Diagnostic-Code:` of RFC 3464: type (`smtp`, `x-unix`, `x-postfix`) and text, when it differs from
    /// `x-postfix; reason`.
    pub diagnostic: Option<(String, String)>,
    /// RFC 3464 `Action:` when it is not the ordinary one of the fate (`relayed`, `expanded`). Empty text: the
    /// next system will tell the sender (RFC 3461 5.2.2), so a success is not reported from here.
    pub action: Option<String>,
}

impl Diagnosis {
    /// A diagnosis of our own: no other system took part.
    pub fn new(enhanced: Enhanced, reason: impl Into<String>) -> Self {
        Self { enhanced, reason: reason.into(), remote_mta: None, diagnostic: None, action: None }
    }
}

/// `Remote-MTA: dns; mail.example.org`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteMta {
    /// The name type, usually `dns`.
    pub kind: String,
    /// The host name.
    pub name: String,
}
