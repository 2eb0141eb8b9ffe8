//! newaliases(1), also `sendmail -bi` and `sendmail -I`: makes every database of `alias_database` anew.

use crate::postalias::POSTALIAS;
use crate::table_command;
use config::{Conf, p};
use std::ffi::OsString;
use std::process::ExitCode;

/// The command; `args` without its name: sendmail(1) by another name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    crate::sendmail::run("newaliases", &args, crate::sendmail::Mode::NewAliases)
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
