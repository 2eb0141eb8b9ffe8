//! SMTP (RFC 5321) as a language: addresses on the wire, replies, commands, the content codecs, and both
//! sides of the conversation as pure state machines. LMTP is the same language; QMQP, its small cousin, stands beside it.
//! No I/O, no clock, no tables, no configuration: drivers and policies belong to the daemons.

pub mod address;
pub mod client;
pub mod command;
pub mod data;
pub mod haproxy;
pub mod line;
pub mod params;
pub mod qmqp;
pub mod reply;
pub mod server;
pub mod text;
pub mod xtext;
