//! The postdrop program. All of it stands in the library beside this file, so that `posthaste up` can do without a
//! set-gid file.

use std::process::ExitCode;

fn main() -> ExitCode {
    postdrop::main(std::env::args_os().skip(1).collect())
}
