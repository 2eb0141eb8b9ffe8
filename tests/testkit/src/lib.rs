//! What tests share: network namespaces, a mail system on a stage of its own, a fake DNS server,
//! scripted SMTP and LMTP peers, an SMTP client, deadlines. No test lives here, and nothing here
//! knows what the right answer is.
//!
//! Whatever cannot be set up stops the test with a message that says what is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test without its stage must stop at once

pub mod client;
pub mod dns;
pub mod glob;
pub mod patience;
pub mod peer;
pub mod run;
pub mod secure;
pub mod space;
pub mod stage;
