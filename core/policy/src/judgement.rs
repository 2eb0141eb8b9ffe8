//! What the policy decides, and all that belongs to the decision.

use mail::{Address, Reply};

/// A decision with its consequences; the driver carries them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// May it pass?
    pub verdict: Verdict,
    /// What the log should say, in order. The rejection itself isn't among it.
    pub remarks: Vec<Remark>,
    /// What happens to the message, in order.
    pub edits: Vec<Edit>,
    /// `defer_if_permit` in force, for the stages that follow (when `smtpd_delay_reject = no`).
    pub defer_if_permit: Option<Reply>,
}

/// Pass or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Pass,
    /// The client gets this reply.
    Refuse(Reply),
    /// The client gets this reply because our configuration is at fault.
    Fault(Reply),
    /// HANGUP: the client gets nothing.
    Hangup,
}

/// Something for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// `warning: text`.
    Warning(String),
    /// `warning: text`, said once in a process's life.
    WarnOnce(String),
    /// A line of its own.
    Info(String),
    /// A line of its own, behind the one that tells of the rejection.
    Afterwards(String),
    /// A restriction has permitted, and `smtpd_log_access_permit_actions` may want it told:
    /// `ID: permit: VERB from CLIENT: text; from=...`.
    Permit {
        /// The restriction, or the value in the table.
        action: String,
        /// The middle of the line.
        text: String,
    },
    /// `ID: kind: VERB from CLIENT: text; from=... to=... proto=... helo=...`.
    Event {
        /// `reject_warning`, `hold`, `filter` and so on.
        kind: &'static str,
        /// The middle of the line.
        text: String,
    },
}

/// access(5): what happens to the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// FILTER transport:destination.
    Filter(String),
    /// REDIRECT user@domain.
    Redirect(Address),
    /// BCC user@domain.
    Bcc(Address),
    /// PREPEND header: text.
    Prepend(String),
    /// HOLD.
    Hold,
    /// DISCARD: the client hears yes to everything that follows.
    Discard,
}
