//! What postscreen(8) decides: which tests a client still has to pass, what a result means and how long it is good for,
//! how block lists add up, and what the SMTP engine says that accepts nothing.
//! No I/O, no clock, no tables: time and what DNS says come in as arguments; the daemon owns sockets and timers.

mod dnsbl;
mod engine;
mod stamps;
mod trial;

pub use dnsbl::{Score, Site, Sites, listing};
pub(crate) use engine::protocol_error;
pub use engine::{Answer, Client, Engine, Event, Settings, TlsLevel};
pub use stamps::Stamps;
pub use trial::{Action, Pass, Rule, Rules, Test, Trial, Verdict};
