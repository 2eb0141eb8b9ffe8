//! The multi-call program: it looks at the name it was called by, or, as `posthaste`, at its first argument,
//! and hands over. No behaviour of its own.

mod programs;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let called = args.next().unwrap_or_default();
    let mut rest: Vec<OsString> = args.collect();
    let mut name = Path::new(&called).file_name().unwrap_or_default().to_owned();
    if name == OWN_NAME {
        if rest.is_empty() {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        }
        name = rest.remove(0);
    }
    match programs::find(&name) {
        Some(program) => program(rest),
        None => unknown(&name),
    }
}

fn unknown(name: &OsStr) -> ExitCode {
    eprintln!("posthaste: fatal: there is no program of this name here: {}\n{USAGE}", name.display());
    ExitCode::FAILURE
}

const OWN_NAME: &str = "posthaste";
const USAGE: &str = "usage: posthaste up | posthaste install --prefix P | posthaste PROGRAM [arguments]";
