//! SASL (RFC 4422) for servers, by Dovecot's authentication service (SASL_README): which mechanisms there are, and
//! whether a client is who it says. Passwords pass through here and are kept nowhere.
//! No SMTP, no log: AUTH commands and what is said about them belong to smtpd.

mod link;
mod protocol;
mod security;
mod server;

pub use protocol::Mechanism;
pub use security::Security;
pub use server::{Attempt, Exchange, Server, Step, Unavailable};
