//! Delivery status notifications (RFC 3461 to RFC 3464): what is written in them, and which recipients they are about.
//! Plain text in, plain text out: no files, no clock, no mail is sent. `bounce` posts them, `postconf -b` shows them.

mod report;
mod template;
mod verp;
mod wrap;

pub use report::{Entry, Kind, Report, Returned};
pub use template::{Ignored, Template, TemplateFault, Templates};
pub use verp::verp_sender;
