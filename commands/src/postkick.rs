//! postkick(1): writes a request to a service's socket, for scripts that want to wake something.

use crate::system::System;
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// `postkick [-c config_dir] [-v] class service request`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("postkick: fatal: {text}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[OsString]) -> Result<(), String> {
    let mut directory = None;
    let mut options = GetOpt::new("c:v", args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) => directory = Some(value),
            Opt::Flag(b'v') => {}
            _ => return Err(USAGE.to_owned()),
        }
    }
    let [class, service, request] = options.rest() else { return Err(USAGE.to_owned()) };
    let system = System::load(directory.as_deref()).map_err(|fault| fault.to_string())?;
    let path = system.queue.join(class).join(service);
    os::trigger::send(&path, request.as_bytes())
        .map_err(|e| format!("connect to {}: {}", path.display(), conf::reason(&e)))
}

const USAGE: &str = "usage: postkick [-c config_dir] [-v] class service request";
