//! The queue manager's brain: events in, decisions out. What is delivered when, how much at once, what waits,
//! what is given up. No I/O, no clock, no files: `qmgr` carries the decisions out and tells the time, so that a
//! simulation can run a week of mail in a second.

mod destination;
mod event;
mod feed;
mod feedback;
mod job;
mod limits;
mod message;
mod retry;
mod schedule;
mod transport;

pub use event::{Action, Arrival, Clog, DeliveryId, Event, Health, Report, Routed};
pub use feed::{Source, Turns};
pub use feedback::Feedback;
pub use limits::{Limits, TransportLimits};
pub use schedule::Schedule;

/// The service of master.cf that defers what it gets: the next hop is `status text`.
pub const RETRY: &str = "retry";
