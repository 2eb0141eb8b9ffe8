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

    /// With the status code and the text of `delivery_status_filter` (postconf(5)): `code text`, where an empty text
    /// leaves the reason as it is. None when the replacement has no code, or would make a success of a failure or the
    /// other way round; a failure for now may become one for ever and back.
    pub fn replaced(self, replacement: &str) -> Option<Self> {
        let (code, text) = replacement.split_once(char::is_whitespace).unwrap_or((replacement, ""));
        let (class, enhanced) = Enhanced::parse(code)?;
        let text = text.trim();
        let with = |mut diagnosis: Diagnosis| {
            diagnosis.enhanced = enhanced;
            if !text.is_empty() {
                diagnosis.reason = text.to_owned();
            }
            diagnosis
        };
        match (self, class) {
            (Self::Sent(diagnosis), 2) => Some(Self::Sent(with(diagnosis))),
            (Self::Deferred(diagnosis) | Self::Bounced(diagnosis), 4) => {
                Some(Self::Deferred(with(diagnosis)))
            }
            (Self::Deferred(diagnosis) | Self::Bounced(diagnosis), 5) => Some(Self::Bounced(with(diagnosis))),
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_keeps_success_and_failure_apart() {
        let why = Diagnosis::new(Enhanced::new(1, 1), "nobody");
        let becomes = |outcome: Outcome, text: &str| {
            outcome.replaced(text).map(|o| format!("{} {} {}", o.word(), o.dsn(), o.diagnosis().reason))
        };
        let bounced = || Outcome::Bounced(why.clone());
        assert_eq!(becomes(bounced(), "4.1.2  later").as_deref(), Some("deferred 4.1.2 later"));
        assert_eq!(becomes(bounced(), "5.1.2").as_deref(), Some("bounced 5.1.2 nobody"));
        assert_eq!(becomes(Outcome::Deferred(why.clone()), "5.0.0 no").as_deref(), Some("bounced 5.0.0 no"));
        assert_eq!(becomes(Outcome::Sent(why.clone()), "2.1.5 yes").as_deref(), Some("sent 2.1.5 yes"));
        for (outcome, text) in
            [(bounced(), "2.0.0 yes"), (Outcome::Sent(why.clone()), "4.0.0 no"), (bounced(), "no code")]
        {
            assert_eq!(becomes(outcome, text), None, "{text}");
        }
    }
}
