//! `postfix check`: says what is wrong with the files and folders, and what main.cf sets that nobody reads yet.
//! Changes nothing but missing folders.

use super::folders;
use crate::system::System;
use config::p;
use maillog::Log;
use std::path::Path;
use std::process::Command;
use std::process::ExitCode;

/// The whole check; success when no fault was found (warnings are none).
pub(super) fn run(system: &System, log: &Log) -> Result<ExitCode, String> {
    folders::create(&system.conf)?;
    faults(system, log)?;
    queue(system)?;
    for complaint in folders::complaints(&system.conf)? {
        log.warning(complaint);
    }
    for name in names_without_program(system)? {
        log.warning(name);
    }
    for (setting, _) in system.conf.unread() {
        let (file, line) = (system.conf.file_name(), setting.line);
        let name = &setting.name;
        log.warning(format_args!("{file}, line {line}: nothing here reads {name} yet: it has no effect"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What must not be started or reloaded: master.cf that cannot be read, programs that are not there.
pub(super) fn faults(system: &System, log: &Log) -> Result<(), String> {
    let text = |fault: config::Fault| fault.to_string();
    let entries = conf::load_master(&system.directory).map_err(text)?;
    let programs = system.conf.get(p::DAEMON_DIRECTORY).map_err(text)?;
    for entry in entries {
        let program = Path::new(&programs).join(&entry.command);
        if !program.exists() {
            let file = system.directory.join("master.cf");
            let (file, line) = (file.display(), entry.line);
            log.warning(format_args!("{file}, line {line}: {} is not there", program.display()));
        }
    }
    Ok(())
}

/// Gives queue files the names and places that they should have, and removes what dead writers left behind:
/// postsuper(1) without options. A queue that was copied here is put right before anything is delivered from it.
pub(super) fn queue(system: &System) -> Result<(), String> {
    let program = system.command("postsuper").map_err(|fault| fault.to_string())?;
    if !os::jail::is_root() || !program.exists() {
        return Ok(()); // only root may change the queue by hand, and `posthaste up` has no such program
    }
    let status = Command::new(&program).arg("-c").arg(&system.directory).status();
    let status = status.map_err(|e| format!("{}: {}", program.display(), conf::reason(&e)))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", program.display())) }
}

/// The names by which other software calls us, and that lead nowhere.
fn names_without_program(system: &System) -> Result<Vec<String>, String> {
    let mut missing = Vec::new();
    for parameter in [p::SENDMAIL_PATH, p::MAILQ_PATH, p::NEWALIASES_PATH] {
        let path = system.conf.get(parameter).map_err(|fault| fault.to_string())?;
        if !Path::new(&path).exists() {
            missing.push(format!("{} = {path}: there is no such file", parameter.name()));
        }
    }
    Ok(missing)
}
