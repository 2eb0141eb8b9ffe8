//! Queue directories and files as Postfix has them: create, commit, lock, scan, mark, move.
//! Knows nothing of delivery, retry times or who may do what; never parses message headers. All calls block:
//! daemons run them on the blocking pool.

mod directory;
mod draft;
mod id;
mod log;
mod message;
mod name;
mod recycle;
mod scan;
mod sync;

pub use content::{ContentError, Message};
pub use directory::{Queue, QueueOptions};
pub use draft::{Draft, DraftError};
pub use id::{hash_key, inode_of, is_long_id, long_id, rename_inode, short_id};
pub use log::{LogEntry, LogKind, parse_log};
pub use message::{Lock, MessageFile, QueueError};
pub use name::QueueName;
pub use record;
pub use scan::{Entry, Found, Scan, Strange};
