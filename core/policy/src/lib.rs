//! The access policy of smtpd (SMTPD_ACCESS_README, access(5)): restriction lists are evaluated left to right until
//! one permits, rejects or defers.
//!
//! Evaluation is pure. What it must know it asks through the trait [`Ask`]; when the answer isn't there yet it stops
//! with the question, and the driver evaluates again once it has the answer (see [`Memo`]). Nothing has happened by
//! then: log lines and changes to the message are part of the judgement, not side effects.

mod access;
mod actions;
mod addresses;
mod ask;
mod backup;
mod dns;
mod evaluate;
mod facts;
mod identity;
mod judgement;
mod keywords;
mod listed;
mod names;
mod old_defaults;
mod rules;
mod servers;
mod service;
mod stages;
mod template;
mod verification;

pub use ask::{
    Answer, Ask, DnsFault, DnsQuestion, DnsRecord, Maps, Memo, NoRecords, Pending, Probed, Question, Resolved,
};
pub use facts::{Certificate, Client, Facts, NameStatus};
pub use judgement::{Edit, Judgement, Remark, Verdict};
pub use names::is_hostname;
pub use rules::{Codes, List, OldDefaults, Rules, TempfailAction};
pub use verification::Unverified;
