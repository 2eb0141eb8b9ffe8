//! The server's side of the conversation: command lines and verdicts in, answers out.
//!
//! A command is first *admitted* (may it run now? nothing changes), then *judged* by whoever knows tables, DNS and
//! policies, then *committed* or *refused*. Nothing changes before commit, so nothing is ever undone.
//! No I/O, no clock, no tables: those belong to the driver and the policy. Content bytes go through `data`.

mod admit;
mod identity;
mod offers;
mod request;
mod session;
mod settings;
mod tally;

pub use identity::{Families, Forwarded, Named, Permit, Xclient};
pub use offers::{Grants, Login, Offer, Tls};
pub use request::{Answer, Blame, Chunk, Note, RcptTo, Refusal, Request, Sender, Then};
pub use session::{EarlyTalk, Envelope, Hello, Session};
pub use settings::Settings;
pub use tally::{Count, Tally};
