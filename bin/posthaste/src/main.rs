//! The multi-call program: it looks at the name it was called by (or its first argument) and hands over.
//! No behaviour of its own.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    eprintln!("posthaste: fatal: no program of this name: {:?}", args.first());
    ExitCode::FAILURE
}
