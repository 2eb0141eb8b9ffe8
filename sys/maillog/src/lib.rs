//! The log, which is an interface (fail2ban, pflogsumm and people read it): sentences as types, a clean line
//! for each, and the way to syslog, to postlogd or to a terminal.
//!
//! Logging never fails and never waits: a line that cannot be sent is counted and told later.

mod batch;
mod delays;
mod log;
mod sentences;
mod sink;

pub use batch::lines_of;
pub use delays::{Delays, seconds};
pub use log::{Level, Log};
pub use sentences::{Connect, Delivery, Disconnect, QueueActive, Removed};
pub use sink::Sink;
