//! Users, jail, fork and exec, locks, descriptor passing and the sandbox, behind safe and typed doors.
//! The only crate with `unsafe`; each block says why it is sound.

pub mod passing;
