//! What daemons say to each other: every request is declared here, once, as a plain struct.
//!
//! One conversation is one unix-domain stream; frames are a four-byte length and a postcard value, and a
//! descriptor travels with the frame it belongs to. Conversations are kept and used again ([`Client`]).
//! A peer is never trusted, even ours: lengths are bounded before anything is allocated.
//! What a request *means* belongs to the daemon that answers it. `public/showq`, which foreign programs
//! read, does not speak this protocol; `public/flush`, which programs without an async runtime ask, and
//! `private/anvil`, which Postfix's manual offers to others, have forms of their own ([`flush`], [`anvil`]).

mod client;
mod conversation;
mod error;

pub mod anvil;
pub mod bounce;
pub mod cleanup;
pub mod deliver;
pub mod dnsblog;
pub mod flush;
pub mod pass;
pub mod rewrite;
pub mod scache;
pub mod tlsmgr;
pub mod tlsproxy;
pub mod trigger;
pub mod verify;

pub use client::{Client, Lease};
pub use conversation::{Conversation, FRAME_LIMIT};
pub use error::IpcError;

use serde::{Serialize, de::DeserializeOwned};

/// A request that gets exactly one reply.
pub trait Request: Serialize + DeserializeOwned {
    /// What comes back.
    type Reply: Serialize + DeserializeOwned;
}
