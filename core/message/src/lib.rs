//! What is inside a message: header fields, the addresses in them, the MIME structure, and the text of reports.
//! Content is bytes; nothing here knows tables, queue files, clocks or sockets. Everything takes time linear in
//! its input, whatever a stranger wrote (memory too: the walk holds one header field at a time).

mod check;
mod date;
mod downgrade;
mod escape;
mod header;
mod list;
mod mime;
mod token;

pub use check::{Action, ActionError};
pub use date::compact_utc;
pub use downgrade::{Downgrade, Out};
pub use escape::unescape;
pub use header::{Addresses, Field, FieldInfo, FirstLine, field_length, first_line_fix, fold, from_phrase};
pub use list::{AddressList, Item, external};
pub use mime::{Fault, HeaderClass, Options, Part, Walk};
pub use token::{Token, externalize, scan};
