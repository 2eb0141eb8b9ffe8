//! mailq(1): `sendmail -bp` under its own name.

use crate::sendmail;
use std::ffi::OsString;
use std::process::ExitCode;

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    sendmail::run("mailq", &args, sendmail::Mode::ListQueue)
}
