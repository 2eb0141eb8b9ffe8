//! newaliases(1), also `sendmail -bi` and `sendmail -I`: makes every database of `alias_database` anew.

use crate::postalias::POSTALIAS;
use crate::table_command;
use config::{Conf, p};
use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::process::ExitCode;

/// The command; `args` without its name. Takes sendmail(1)'s options and heeds `-C`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    let mut directory = None;
    for option in GetOpt::new(SENDMAIL_OPTIONS, &args) {
        match option {
            Opt::Value(b'C', dir) => directory = Some(dir),
            Opt::Unknown(letter) | Opt::Missing(letter) => {
                eprintln!("newaliases: invalid option -- '{}'", char::from(letter));
                eprintln!("newaliases: fatal: usage: newaliases [options]");
                return ExitCode::from(EX_USAGE);
            }
            _ => {}
        }
    }
    let directory = conf::config_directory(directory.as_deref());
    match conf::load(&directory, []) {
        Ok(conf) => rebuild(&conf),
        Err(fault) => {
            eprintln!("newaliases: fatal: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the databases of a configuration that is loaded already.
pub fn rebuild(conf: &Conf) -> ExitCode {
    match conf.get(p::ALIAS_DATABASE) {
        Ok(list) => table_command::rebuild(&POSTALIAS, &tables::split_list(&list), conf),
        Err(fault) => {
            eprintln!("newaliases: fatal: {fault}");
            ExitCode::FAILURE
        }
    }
}

const SENDMAIL_OPTIONS: &str = "A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:r:q:tvx";
const EX_USAGE: u8 = 64;
