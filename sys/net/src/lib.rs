//! Endpoints as configuration writes them (`[host]:port`, `host:service`, `inet:...`, `unix:path`), and
//! connections to them with a source address and a time limit.
//! No name look-ups (`dns`), no TLS; no protocol but what a proxy before us says first.

mod connect;
mod endpoint;
mod haproxy;
mod services;
mod stream;

pub use connect::{Source, connect, connect_unix, reason};
pub use endpoint::{BadEndpoint, Endpoint, HostPort};
pub use haproxy::{NoOrigin, read_origin};
pub use services::port;
pub use stream::Stream;
