//! The words that every room of the house speaks: addresses, queue ids, status codes, outcomes.
//! Plain values: no I/O, no clock, no tables, no configuration.

mod address;
mod address_filter;
mod dsn;
mod outcome;
mod probe;
mod queue_id;
mod quote;
mod recipient;
mod reply;
mod time;

pub use address::{Address, AddressClass};
pub use address_filter::{AddressFilter, BadFilter};
pub use dsn::{Enhanced, Notify, ReturnFormat};
pub use outcome::{Diagnosis, Outcome, RemoteMta};
pub use probe::ProbeSender;
pub use queue_id::QueueId;
pub use recipient::Recipient;
pub use reply::{Rejection, Reply};
pub use time::Timestamp;
