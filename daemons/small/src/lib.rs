//! Daemons of one module each. What they share is the skeleton in `service`; they never depend on each other.

mod agent;
pub mod anvil;
pub mod discard;
pub mod error;
pub mod flush;
pub mod pickup;
pub mod postlogd;
pub mod proxymap;
pub mod scache;
pub mod showq;
pub mod tlsmgr;
pub mod trivial_rewrite;
pub mod verify;
