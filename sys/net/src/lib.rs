//! Endpoints as configuration writes them (`[host]:port`, `host:service`, `inet:...`, `unix:path`), and
//! connections to them with a source address and a time limit.
//! No name look-ups (`dns`), no TLS, no protocol.

mod connect;
mod endpoint;
mod services;
mod stream;

pub use connect::{Source, connect, connect_unix, reason};
pub use endpoint::{BadEndpoint, Endpoint, HostPort};
pub use services::port;
pub use stream::Stream;
