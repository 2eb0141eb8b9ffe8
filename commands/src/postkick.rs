//! postkick(1): writes a request to a service's socket, for scripts that want to wake something.

use crate::system::System;
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// `postkick [-c config_dir] [-v] class service request`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(text) => {
            eprintln!("postkick: fatal: {text}");
            ExitCode::FAILURE
        }
    }
}

/// False when the service could not be reached, which has been said.
fn run(args: &[OsString]) -> Result<bool, String> {
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
    let Err(e) = os::trigger::send(&path, request.as_bytes()) else { return Ok(true) };
    let (class, service) = (class.to_string_lossy(), service.to_string_lossy());
    eprintln!("postkick: warning: unable to look up {class}/{service}: {}", conf::reason(&e));
    eprintln!(
        "postkick: warning: Cannot contact class {class} service {service} - perhaps the mail system is down"
    );
    Ok(false)
}

const USAGE: &str = "usage: postkick [-c config_dir] [-v] class service request";
