//! postconf(1): shows main.cf and master.cf, and edits them. What is shown and how it's worded follows Postfix's
//! postconf; parameters and defaults come from `config`.
//!
//! One run: read the options, do what they ask into a [`Report`], print it.

mod compatible;
mod databases;
mod edit_file;
mod edit_main;
mod edit_master;
mod features;
mod fold;
mod pattern;
mod request;
mod scope;
mod show_main;
mod show_master;
mod templates;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use config::Fault;

use request::{Action, Request, Subject};

/// Runs the command; `args` come without the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    let answer = answer(&args);
    answer.warnings.iter().for_each(|warning| eprintln!("postconf: warning: {warning}"));
    // Nobody to tell when the reader has gone away.
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(answer.out.as_bytes()).and_then(|()| out.flush());
    answer.afterthoughts.iter().for_each(|warning| eprintln!("postconf: warning: {warning}"));
    match answer.fatal {
        Some(fault) => {
            eprintln!("postconf: fatal: {fault}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

/// What a run says.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// For the standard output.
    pub out: String,
    /// For the standard error stream, one a line.
    pub warnings: Vec<String>,
    /// The same, after the output: about names that nobody uses or should no longer use.
    pub afterthoughts: Vec<String>,
    /// Why the run failed, if it did.
    pub fatal: Option<Fault>,
}

/// Runs the command; `args` come without the program's name.
pub fn answer(args: &[OsString]) -> Answer {
    let mut report = Report::default();
    let fatal = request::parse(args).and_then(|request| run(&request, &mut report)).err();
    Answer { out: report.out, warnings: report.warnings, afterthoughts: report.afterthoughts, fatal }
}

/// What a run has to say.
/// Sets parameters in `dir`/main.cf, as `postconf -e` does.
pub(crate) fn set(dir: &Path, settings: &[OsString]) -> Result<(), Fault> {
    edit_main::edit(dir, request::Change::Set, settings, &mut Report::default())
}

/// Replaces a configuration file's content under the lock of `postconf -e`.
pub(crate) fn replace_file(
    path: &Path,
    change: impl FnOnce(&[u8]) -> Result<Vec<u8>, Fault>,
) -> Result<(), Fault> {
    edit_file::replace(path, change)
}

#[derive(Debug, Default)]
struct Report {
    out: String,
    warnings: Vec<String>,
    afterthoughts: Vec<String>,
}

impl Report {
    fn warn_after(&mut self, text: impl Into<String>) {
        self.afterthoughts.push(text.into());
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }
}

fn run(request: &Request, report: &mut Report) -> Result<(), Fault> {
    match &request.action {
        Action::Features(letter) => features::list(*letter, report),
        Action::Tls(mode) => features::tls(mode, report),
        Action::Templates { expanded } => return templates::show(request, *expanded, report),
        Action::Show if request.subject == Subject::Main => return show_main::show(request, report),
        Action::Show => return show_master::show(request, report),
        Action::Edit(change) if request.subject == Subject::Main => {
            return edit_main::edit(&request.dir, *change, &request.words, report);
        }
        Action::Edit(change) => return edit_master::edit(request, *change, report),
    }
    Ok(())
}
