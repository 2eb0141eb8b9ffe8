//! The folders of a mail system: which there are, whose they are, and with what mode. Made when missing; what
//! has changed since is told, and put right by `postfix set-permissions` alone.

use config::{Conf, p};
use os::users::{Group, User};
use rustix::fs::{AtFlags, CWD, Gid, Mode, Uid};
use std::path::{Path, PathBuf};

/// A folder below the queue directory.
pub(super) struct Folder {
    pub(super) name: &'static str,
    pub(super) mode: u32,
    pub(super) owner: Owner,
    /// What is in it belongs to the same owner.
    pub(super) deep: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Root,
    Mail,
    /// mail_owner, and the group setgid_group: what postdrop and postqueue reach.
    Shared,
}

/// Who owns what, by number.
pub(super) struct Ids {
    uid: u32,
    gid: u32,
    pub(super) shared: u32,
}

/// Makes missing folders; as root with their owners.
pub(crate) fn create(conf: &Conf) -> Result<(), String> {
    let text = |fault: config::Fault| fault.to_string();
    let queue = PathBuf::from(conf.get(p::QUEUE_DIRECTORY).map_err(text)?);
    let data = PathBuf::from(conf.get(p::DATA_DIRECTORY).map_err(text)?);
    let ids = if os::jail::is_root() { Some(ids(conf)?) } else { None };
    folder(&queue, 0o755, Owner::Root, ids.as_ref())?;
    folder(&data, 0o700, Owner::Mail, ids.as_ref())?;
    for Folder { name, mode, owner, .. } in FOLDERS {
        folder(&queue.join(name), *mode, *owner, ids.as_ref())?;
    }
    Ok(())
}

/// What is not as it should be, one sentence each.
pub(crate) fn complaints(conf: &Conf) -> Result<Vec<String>, String> {
    use std::os::unix::fs::MetadataExt;
    let text = |fault: config::Fault| fault.to_string();
    let queue = PathBuf::from(conf.get(p::QUEUE_DIRECTORY).map_err(text)?);
    if !os::jail::is_root() {
        return Ok(Vec::new());
    }
    let ids = ids(conf)?;
    let mut found = Vec::new();
    for folder in FOLDERS {
        let path = queue.join(folder.name);
        let Ok(status) = std::fs::symlink_metadata(&path) else { continue };
        let (uid, gid) = numbers(folder.owner, &ids);
        if status.uid() != uid {
            found.push(format!("not owned by {}: {}", name_of(folder.owner, conf), path.display()));
        }
        if folder.owner == Owner::Shared && status.gid() != gid {
            let group = conf.get(p::SETGID_GROUP).map_err(text)?;
            found.push(format!("not owned by group {group}: {}", path.display()));
        }
        if status.mode() & 0o002 != 0 {
            found.push(format!("group or other writable: {}", path.display()));
        }
    }
    Ok(found)
}

fn name_of(owner: Owner, conf: &Conf) -> String {
    match owner {
        Owner::Root => "root".to_owned(),
        Owner::Mail | Owner::Shared => conf.get(p::MAIL_OWNER).unwrap_or_default(),
    }
}

pub(super) fn ids(conf: &Conf) -> Result<Ids, String> {
    let text = |fault: config::Fault| fault.to_string();
    let owner = conf.get(p::MAIL_OWNER).map_err(text)?;
    let group = conf.get(p::SETGID_GROUP).map_err(text)?;
    let user = User::by_name(&owner)
        .map_err(|e| format!("mail_owner {owner}: {e}"))?
        .ok_or_else(|| format!("parameter mail_owner: unknown user name value: {owner}"))?;
    let shared = Group::by_name(&group)
        .map_err(|e| format!("setgid_group {group}: {e}"))?
        .ok_or_else(|| format!("parameter setgid_group: unknown group name: {group}"))?;
    Ok(Ids { uid: user.uid, gid: user.gid, shared: shared.gid })
}

pub(super) fn numbers(owner: Owner, ids: &Ids) -> (u32, u32) {
    match owner {
        Owner::Root => (0, 0),
        Owner::Mail => (ids.uid, ids.gid),
        Owner::Shared => (ids.uid, ids.shared),
    }
}

fn folder(path: &Path, mode: u32, owner: Owner, ids: Option<&Ids>) -> Result<(), String> {
    let fail = |what: &str, e: std::io::Error| format!("{what} {}: {}", path.display(), conf::reason(&e));
    // A site may have narrowed what it owns: only what is new gets its owner and mode.
    if path.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(path).map_err(|e| fail("create", e))?;
    if let Some(ids) = ids {
        let (uid, gid) = numbers(owner, ids);
        rustix::fs::chownat(CWD, path, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)), AtFlags::empty())
            .map_err(|e| fail("chown", e.into()))?;
    }
    rustix::fs::chmodat(CWD, path, Mode::from_raw_mode(mode), AtFlags::empty())
        .map_err(|e| fail("chmod", e.into()))
}

/// Facts of the queue's layout; see also the manual of postfix(1) on set-permissions.
pub(super) const FOLDERS: &[Folder] = &[
    Folder { name: "active", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "bounce", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "corrupt", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "defer", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "deferred", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "flush", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "hold", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "incoming", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "maildrop", mode: 0o730, owner: Owner::Shared, deep: false },
    Folder { name: "pid", mode: 0o755, owner: Owner::Root, deep: false },
    Folder { name: "private", mode: 0o700, owner: Owner::Mail, deep: false },
    Folder { name: "public", mode: 0o710, owner: Owner::Shared, deep: false },
    Folder { name: "recycled", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "saved", mode: 0o700, owner: Owner::Mail, deep: true },
    Folder { name: "trace", mode: 0o700, owner: Owner::Mail, deep: true },
];

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn missing_folders_are_made_with_their_modes() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().display();
        let names = "mail_owner = daemon\nsetgid_group = mail\n";
        let text = format!("queue_directory = {place}/q\ndata_directory = {place}/d\n{names}");
        let conf = Conf::parse("main.cf", &text, &HostFacts::default()).unwrap();
        create(&conf).unwrap();
        let mode = std::fs::metadata(dir.path().join("q/maildrop")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o730);
        assert_eq!(complaints(&conf).unwrap(), Vec::<String>::new());
    }
}
