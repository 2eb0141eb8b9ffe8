//! Users, jail, fork and exec, locks, descriptor passing and the sandbox, behind safe and typed doors.
//! The only crate with `unsafe`; each block says why it is sound.

pub mod acting;
pub mod clock;
pub mod command;
pub mod effective;
pub mod host;
pub mod jail;
#[cfg(feature = "lmdb")]
pub mod lmdb;
pub mod locks;
pub mod mailbox;
pub mod passing;
pub mod poll;
pub mod regex;
pub mod sandbox;
pub mod signals;
pub mod spawn;
pub mod trigger;
pub mod users;

/// The system's own words for an error, without Rust's ` (os error 2)`: what Postfix's messages show.
pub fn strerror(error: &std::io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(code) => text.strip_suffix(&format!(" (os error {code})")).unwrap_or(&text).to_owned(),
        None => text,
    }
}
