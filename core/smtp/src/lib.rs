//! SMTP (RFC 5321) as a language: addresses on the wire, replies, commands, the content codecs, and the server's
//! side of the conversation as a pure state machine. LMTP is the same language.
//! No I/O, no clock, no tables, no configuration: drivers and policies belong to the daemons.

pub mod address;
pub mod command;
pub mod data;
pub mod line;
pub mod params;
pub mod reply;
pub mod text;
pub mod xtext;
