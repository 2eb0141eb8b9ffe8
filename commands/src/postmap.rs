//! postmap(1): makes lookup tables, asks them, changes them.

use crate::table_command::{self, Program};
use std::ffi::OsString;
use std::process::ExitCode;
use tables::source::Form;

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    table_command::main(&POSTMAP, &args)
}

const POSTMAP: Program =
    Program { name: "postmap", form: Form::Map, spec: "Nbc:d:fFhijmnopq:rsuUvw", usage: "bfFhijmnNoprsuUvw" };
