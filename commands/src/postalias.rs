//! postalias(1): makes alias databases from text in aliases(5) form, asks them, changes them.

use crate::table_command::{self, Program};
use std::ffi::OsString;
use std::process::ExitCode;
use tables::source::Form;

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    table_command::main(&POSTALIAS, &args)
}

pub(crate) const POSTALIAS: Program =
    Program { name: "postalias", form: Form::Aliases, spec: "Nc:d:fijnopq:rsuvw", usage: "Nfijnoprsuvw" };
