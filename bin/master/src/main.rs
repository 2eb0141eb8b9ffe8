//! The master program. All of it stands in `daemons/master`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    master::main(&args)
}
