//! `postfix set-permissions`: gives programs, configuration and queue the owners and modes that the manual wants.
//! Installation parameters on its command line go to main.cf first.
//!
//! A link is left alone, so that a tree of links to one program (or to somebody else's) harms nobody.

use super::folders::{FOLDERS, Ids, Owner, create, ids, numbers};
use super::upgrade::set_parameters;
use crate::install::{COMMANDS, DAEMONS};
use crate::system::System;
use config::{Conf, p};
use rustix::fs::{AtFlags, CWD, Gid, Mode, Uid};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `postfix set-permissions [name=value ...]`.
pub(super) fn set(system: &System, words: &[String]) -> Result<ExitCode, String> {
    if !os::jail::is_root() {
        return Err("the postfix command is reserved for the superuser".to_owned());
    }
    set_parameters(system, words)?;
    let conf = conf::load(&system.directory, []).map_err(|fault| fault.to_string())?;
    create(&conf)?;
    let ids = ids(&conf)?;
    for piece in pieces(&conf)? {
        piece.put_right(&ids)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A file or folder, and how it should be.
struct Piece {
    path: PathBuf,
    mode: u32,
    owner: Owner,
    /// A program with the group `setgid_group`.
    shared_program: bool,
    deep: bool,
}

impl Piece {
    fn new(path: PathBuf, mode: u32, owner: Owner) -> Self {
        Self { path, mode, owner, shared_program: false, deep: false }
    }

    fn put_right(&self, ids: &Ids) -> Result<(), String> {
        // What is not installed needs no owner, and what a link leads to is somebody else's business.
        let Ok(status) = std::fs::symlink_metadata(&self.path) else { return Ok(()) };
        if status.is_symlink() {
            return Ok(());
        }
        let (uid, _) = numbers(self.owner, ids);
        let gid = (self.shared_program || self.owner == Owner::Shared).then_some(ids.shared);
        own(&self.path, uid, gid)?;
        // chown(2) takes set-id bits away: the mode comes last.
        rustix::fs::chmodat(CWD, &self.path, Mode::from_raw_mode(self.mode), AtFlags::empty())
            .map_err(|e| failed("chmod", &self.path, e.into()))?;
        if self.deep { own_below(&self.path, uid) } else { Ok(()) }
    }
}

/// The table of `postfix-files`, as far as we have such files.
fn pieces(conf: &Conf) -> Result<Vec<Piece>, String> {
    let path = |parameter| conf.get(parameter).map(PathBuf::from).map_err(|fault| fault.to_string());
    let (config, data) = (path(p::CONFIG_DIRECTORY)?, path(p::DATA_DIRECTORY)?);
    let (daemons, commands) = (path(p::DAEMON_DIRECTORY)?, path(p::COMMAND_DIRECTORY)?);
    let queue = path(p::QUEUE_DIRECTORY)?;
    let mut pieces = vec![
        Piece::new(config.clone(), 0o755, Owner::Root),
        Piece::new(data, 0o700, Owner::Mail),
        Piece::new(daemons.clone(), 0o755, Owner::Root),
        Piece::new(queue.clone(), 0o755, Owner::Root),
    ];
    for folder in FOLDERS {
        let piece = Piece::new(queue.join(folder.name), folder.mode, folder.owner);
        pieces.push(Piece { deep: folder.deep, ..piece });
    }
    let programs = DAEMONS.iter().chain(["master", "posthaste"].iter()).map(|name| daemons.join(name));
    let programs = programs.chain(COMMANDS.iter().map(|name| commands.join(name)));
    pieces.extend(programs.map(|path| Piece::new(path, 0o755, Owner::Root)));
    for name in ["postdrop", "postqueue"] {
        let piece = Piece::new(commands.join(name), 0o2755, Owner::Root);
        pieces.push(Piece { shared_program: true, ..piece });
    }
    pieces.extend(["main.cf", "master.cf"].map(|name| Piece::new(config.join(name), 0o644, Owner::Root)));
    Ok(pieces)
}

/// Everything below a folder, links themselves and not what they lead to.
fn own_below(folder: &Path, uid: u32) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|e| failed("read", folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| failed("read", folder, e))?;
        own(&entry.path(), uid, None)?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // Hashed directories are as closed as the queue that they belong to.
            let path = entry.path();
            rustix::fs::chmodat(CWD, &path, Mode::RWXU, AtFlags::empty())
                .map_err(|e| failed("chmod", &path, e.into()))?;
            own_below(&path, uid)?;
        }
    }
    Ok(())
}

/// No group means that the group stays.
fn own(path: &Path, uid: u32, gid: Option<u32>) -> Result<(), String> {
    let (uid, gid) = (Some(Uid::from_raw(uid)), gid.map(Gid::from_raw));
    match rustix::fs::chownat(CWD, path, uid, gid, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()), // a queue in use changes meanwhile
        Err(errno) => Err(failed("chown", path, errno.into())),
    }
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> String {
    format!("{what} {}: {}", path.display(), conf::reason(&error))
}
