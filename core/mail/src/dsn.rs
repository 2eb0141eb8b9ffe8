//! Enhanced status codes (RFC 3463) and the DSN request values of RFC 3461.

use serde::{Deserialize, Serialize};
use std::fmt;

/// RFC 3463 `subject.detail`. The class digit is not stored: it follows the reply code or the outcome, so
/// the two cannot disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Enhanced {
    /// What the status is about: 1 addressing, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content,
    /// 7 policy.
    pub subject: u16,
    /// The precise condition within the subject.
    pub detail: u16,
}

impl Enhanced {
    /// `x.subject.detail`.
    pub const fn new(subject: u16, detail: u16) -> Self {
        Self { subject, detail }
    }

    /// The text with a class digit in front: `5.1.1`.
    pub fn with_class(self, class: u8) -> String {
        format!("{class}.{self}")
    }

    /// Reads `5.1.1`; gives the class digit apart. None when the text is not a status code.
    pub fn parse(text: &str) -> Option<(u8, Self)> {
        let mut parts = text.split('.');
        let class = match parts.next()? {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return None,
        };
        let mut number = || {
            let part = parts.next()?;
            let valid = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            valid.then(|| part.parse().ok()).flatten()
        };
        let enhanced = Self::new(number()?, number()?);
        parts.next().is_none().then_some((class, enhanced))
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.subject, self.detail)
    }
}

/// RFC 3461 NOTIFY as the mask that queue files hold: never 1, success 2, failure 4, delay 8; 0 when the
/// client did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notify(pub u8);

impl Notify {
    /// No notification at all.
    pub const NEVER: Self = Self(1);
    /// Notify on delivery.
    pub const SUCCESS: Self = Self(2);
    /// Notify on failure.
    pub const FAILURE: Self = Self(4);
    /// Notify on delay.
    pub const DELAY: Self = Self(8);

    /// True when the mask has a bit of `other`.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// A failure is to be reported: FAILURE was asked for, or nothing was said.
    pub fn wants_failure(self) -> bool {
        self.0 == 0 || self.has(Self::FAILURE)
    }

    /// A delay is to be reported: DELAY was asked for, or nothing was said.
    pub fn wants_delay(self) -> bool {
        self.0 == 0 || self.has(Self::DELAY)
    }
}

impl std::ops::BitOr for Notify {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// RFC 3461 RET: how much of the message a failure notice returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReturnFormat {
    /// The whole message (`ret_flags` 1 in queue files).
    Full,
    /// The header only (`ret_flags` 2 in queue files).
    Headers,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_parse_strictly() {
        assert_eq!(Enhanced::parse("5.1.10"), Some((5, Enhanced::new(1, 10))));
        for bad in ["3.1.1", "5.1", "5.1.1.1", "5.1.", "5.1.1234", "5.x.1", ""] {
            assert_eq!(Enhanced::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_unset_mask_wants_failure_and_delay_but_not_success() {
        let unset = Notify::default();
        assert!(unset.wants_failure() && unset.wants_delay() && !unset.has(Notify::SUCCESS));
        assert!(!Notify::NEVER.wants_failure() && !Notify::NEVER.wants_delay());
    }
}
