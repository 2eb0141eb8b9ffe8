//! master(8): opens every endpoint of master.cf, starts a service's process when a client arrives, wakes the
//! services that want it, watches children end, reloads, stops. It reads no byte of mail.
//!
//! A service has at most one process that takes new requests; that process serves many at once, up to the
//! service's process limit. Older processes may still be finishing what they took. Endpoints stay open here
//! all the time, so a client that connects between two processes waits and is not refused.

mod child;
mod endpoint;
mod invocation;
mod lock;
mod plan;
mod ports;
mod run;
mod service;

pub use run::main;
