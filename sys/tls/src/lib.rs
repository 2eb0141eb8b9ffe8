//! TLS (RFC 8446, RFC 5246) behind a typed door: contexts for both sides made from plain settings, the streams that
//! come of them, and what a session turned out to be, in the words that Postfix uses for it.
//! rustls does the work, with aws-lc for the arithmetic: TLS 1.2 and 1.3 with forward secrecy. What main.cf asks for
//! beyond that is answered with a warning ([`Params`]), never in silence. No parameters of one daemon are known here,
//! no log is written; certificates are judged after the handshake, because mail goes on with bad ones.

mod ciphers;
mod client;
mod credentials;
mod digest;
mod fault;
mod names;
mod params;
mod protocols;
mod schemes;
mod server;
mod session;
mod stream;
mod tickets;
mod trust;
mod watch;
mod x509;

pub use client::{Client, ClientSettings};
pub use credentials::{Credentials, Files};
pub use digest::Digest;
pub use fault::Fault;
pub use names::matches_name;
pub use params::{Grades, Params};
pub use protocols::Protocols;
pub use server::{Hello, Server, ServerSettings};
pub use session::{Peer, Session, Status};
pub use stream::Stream;
pub use tickets::Tickets;
pub use trust::Trust;
pub use watch::Watch;
pub use x509::Certificate;
