//! Users, jail, fork and exec, locks, descriptor passing and the sandbox, behind safe and typed doors.
//! The only crate with `unsafe`; each block says why it is sound.

pub mod clock;
pub mod host;
pub mod jail;
pub mod passing;
pub mod poll;
pub mod sandbox;
pub mod signals;
pub mod spawn;
pub mod trigger;
pub mod users;
