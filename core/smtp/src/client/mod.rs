//! The client's side of SMTP and LMTP: replies in, commands and verdicts out. A session is a [`Handshake`], then
//! one [`Transaction`] after another.
//! No I/O, no clock, no DNS; what to do with a verdict (next server, defer, bounce) is the daemon's decision.

mod auth;
mod content;
mod envelope;
mod features;
mod handshake;
mod reply;
mod stage;
mod transaction;
mod trouble;

pub use auth::{AuthStep, Credentials, Mechanism, Negotiation, choose as choose_mechanism};
pub use content::Encoder;
pub use envelope::{Envelope, ProbeTarget, xforward};
pub use features::{Feature, Features};
pub use handshake::{Greeting, Handshake, HandshakeStep, Hello};
pub use reply::{Received, ReplyReader, ServerReply};
pub use stage::Stage;
pub use transaction::{Fate, Transaction, TransactionStep};
pub use trouble::{Peer, Trouble};
