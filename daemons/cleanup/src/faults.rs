//! What can be wrong with a message, and the reply that each fault gets. Several may come together: the worst
//! one is told.

use mail::{Enhanced, Reply};

/// A set of faults, with the words of the first that had some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    set: u16,
    /// `5.7.1 text`: from a table's REJECT action, or from the MIME walk.
    reason: Option<String>,
}

/// One fault. Declared in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Fault {
    /// A table asks to refuse the message for now, or alias expansion has no end.
    Defer = 1,
    /// The client said something that makes no sense.
    Bad = 2,
    /// No recipients.
    NoRecipients = 4,
    /// Larger than message_size_limit.
    TooLarge = 8,
    /// More Received fields than hopcount_limit.
    TooManyHops = 16,
    /// A table or the MIME rules refuse the content.
    Content = 32,
    /// The queue file can't be written, or a table can't be asked.
    Write = 64,
    /// As `Write`, because the file system is full.
    NoSpace = 128,
}

impl From<&queue::DraftError> for Fault {
    fn from(error: &queue::DraftError) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error.error.kind() {
            StorageFull | QuotaExceeded => Self::NoSpace,
            _ => Self::Write,
        }
    }
}

impl Faults {
    /// Adds a fault.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.set |= fault as u16;
    }

    /// Adds a fault with the words for the client; the last words win.
    pub(crate) fn add_with(&mut self, fault: Fault, reason: String) {
        self.add(fault);
        self.reason = Some(reason);
    }

    /// True when this fault is among them.
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.set & fault as u16 != 0
    }

    /// True when nothing is wrong.
    pub(crate) fn none(&self) -> bool {
        self.set == 0
    }

    /// The words that the refusal will have, when a table gave some.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// True when the sender may be told by a bounce: the message is whole, and it will never be wanted.
    pub(crate) fn can_bounce(&self) -> bool {
        let never = [Fault::Defer, Fault::Bad, Fault::Write, Fault::NoSpace];
        !self.none() && !never.iter().any(|fault| self.has(*fault))
    }

    /// True when what is written from now on is of no use. With `bouncing`, content that is refused is needed
    /// for the notice to the sender.
    pub(crate) fn ends_output(&self, bouncing: bool) -> bool {
        if bouncing { !self.none() && !self.can_bounce() } else { !self.none() }
    }

    /// What the client is told.
    pub(crate) fn reply(&self) -> Reply {
        let with_reason = |code, subject, detail, text: &str| match &self.reason {
            Some(reason) => reply_of(code, reason),
            None => Reply::new(code, subject, detail, format!("Error: {text}")),
        };
        let plain =
            |code, subject, detail, text: &str| Reply::new(code, subject, detail, format!("Error: {text}"));
        if self.has(Fault::Defer) {
            with_reason(451, 7, 1, "service unavailable")
        } else if self.has(Fault::Bad) {
            plain(451, 3, 0, "internal protocol error")
        } else if self.has(Fault::NoRecipients) {
            plain(550, 1, 0, "no recipients specified")
        } else if self.has(Fault::TooLarge) {
            plain(552, 3, 4, "message file too big")
        } else if self.has(Fault::TooManyHops) {
            plain(554, 4, 0, "too many hops")
        } else if self.has(Fault::Content) {
            with_reason(550, 7, 1, "message content rejected")
        } else if self.has(Fault::NoSpace) {
            Reply::new(452, 3, 1, "Insufficient system storage")
        } else {
            plain(451, 3, 0, "queue file write error")
        }
    }
}

/// A reply from `5.7.1 text`.
fn reply_of(code: u16, reason: &str) -> Reply {
    let (status, text) = reason.split_once(' ').unwrap_or((reason, ""));
    let enhanced = Enhanced::parse(status).map(|(_, enhanced)| enhanced);
    match enhanced {
        Some(enhanced) => Reply { code, enhanced: Some(enhanced), text: text.to_owned() },
        None => Reply::new(code, 7, 1, reason),
    }
}

/// Puts an enhanced status code in front of a text that has none (`REJECT text` of a table).
pub(crate) fn with_status(default: &str, text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    if Enhanced::parse(first).is_some() { text.to_owned() } else { format!("{default} {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(faults: &[Fault], reason: Option<&str>) -> String {
        let mut set = Faults::default();
        faults.iter().for_each(|fault| set.add(*fault));
        set.reason = reason.map(str::to_owned);
        set.reply().line()
    }

    #[test]
    fn each_fault_has_postfix_words() {
        assert_eq!(line(&[Fault::TooLarge], None), "552 5.3.4 Error: message file too big");
        assert_eq!(line(&[Fault::TooManyHops], None), "554 5.4.0 Error: too many hops");
        assert_eq!(line(&[Fault::Write], None), "451 4.3.0 Error: queue file write error");
        assert_eq!(line(&[Fault::Content], Some("5.7.9 no")), "550 5.7.9 no");
        assert_eq!(
            line(&[Fault::Defer], Some("4.6.0 Alias expansion error")),
            "451 4.6.0 Alias expansion error"
        );
    }

    #[test]
    fn a_passing_fault_is_told_before_a_lasting_one() {
        let both = line(&[Fault::Content, Fault::Defer], Some("4.7.1 later"));
        assert_eq!(both, "451 4.7.1 later");
    }

    #[test]
    fn only_a_whole_message_bounces() {
        let mut faults = Faults::default();
        assert!(!faults.can_bounce());
        faults.add(Fault::Content);
        assert!(faults.can_bounce() && !faults.ends_output(true) && faults.ends_output(false));
        faults.add(Fault::Write);
        assert!(!faults.can_bounce() && faults.ends_output(true));
    }

    #[test]
    fn a_status_code_is_only_added_where_there_is_none() {
        assert_eq!(with_status("5.7.1", "no way"), "5.7.1 no way");
        assert_eq!(with_status("5.7.1", "4.2.0 later"), "4.2.0 later");
    }
}
