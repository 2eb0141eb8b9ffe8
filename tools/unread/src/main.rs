//! Writes the list of unread parameters anew.

use std::process::ExitCode;

fn main() -> ExitCode {
    let root = unread::root();
    let written = unread::list(&root).and_then(|text| std::fs::write(unread::path(&root), text));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("unread: {error}");
            ExitCode::FAILURE
        }
    }
}
