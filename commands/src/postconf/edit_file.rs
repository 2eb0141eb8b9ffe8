//! A file that changes as a whole: the new text goes to `name.tmp` beside it, under an exclusive lock on that file, is
//! synced, and takes the old file's place by rename(2). Postfix's postconf uses the same name and lock, so the two
//! wait for each other.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use config::Fault;
use rustix::fs::{FlockOperation, flock};

/// Replaces the file's content by what `change` makes of it.
pub(super) fn replace(
    path: &Path,
    change: impl FnOnce(&[u8]) -> Result<Vec<u8>, Fault>,
) -> Result<(), Fault> {
    let aside = Aside::open(path)?;
    let old = fs::read(path).map_err(|error| fault("open", path, &error))?;
    let new = change(&old)?;
    aside.commit(path, &new)
}

/// The new file beside the old one. Gone unless committed.
struct Aside {
    path: PathBuf,
    file: File,
    committed: bool,
}

impl Aside {
    /// Creates and locks the file. Another editor may rename the file away while we wait for its lock: try again
    /// until the name leads to the file that is locked.
    fn open(beside: &Path) -> Result<Self, Fault> {
        let mut name = beside.as_os_str().to_owned();
        name.push(".tmp");
        let path = PathBuf::from(name);
        loop {
            let options = OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).to_owned();
            let file = options.open(&path).map_err(|error| fault("open", &path, &error))?;
            flock(&file, FlockOperation::LockExclusive)
                .map_err(|error| fault("lock", &path, &error.into()))?;
            let ours = file.metadata().map_err(|error| fault("stat", &path, &error))?;
            if fs::metadata(&path).is_ok_and(|named| (named.dev(), named.ino()) == (ours.dev(), ours.ino())) {
                return Ok(Self { path, file, committed: false });
            }
        }
    }

    fn commit(mut self, target: &Path, content: &[u8]) -> Result<(), Fault> {
        let old = fs::metadata(target).map_err(|error| fault("stat", target, &error))?;
        self.write(content, &old).map_err(|error| fault("write", &self.path, &error))?;
        fs::rename(&self.path, target).map_err(|error| fault("rename", &self.path, &error))?;
        self.committed = true;
        let directory = target.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory).and_then(|dir| dir.sync_all()).map_err(|error| fault("sync", directory, &error))
    }

    /// The new file has the old one's mode and owner.
    fn write(&mut self, content: &[u8], old: &fs::Metadata) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(content)?;
        self.file.set_permissions(fs::Permissions::from_mode(old.mode() & 0o7777))?;
        let new = self.file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            std::os::unix::fs::fchown(&self.file, Some(old.uid()), Some(old.gid()))?;
        }
        self.file.sync_all()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.committed {
            // The lock is ours, so is the name. A file that stays behind is used again.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn fault(what: &str, path: &Path, error: &std::io::Error) -> Fault {
    Fault::new(format!("{what} {}: {}", path.display(), conf::reason(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_text_takes_the_old_ones_place_with_its_mode() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("main.cf");
        fs::write(&path, "a = 1\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, |old| Ok([old, b"b = 2\n"].concat())).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a = 1\nb = 2\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_change_that_fails_leaves_everything_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("main.cf");
        fs::write(&path, "a = 1\n").unwrap();
        assert!(replace(&path, |_| Err(Fault::new("no"))).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a = 1\n");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn editors_at_the_same_time_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("main.cf");
        fs::write(&path, "").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        replace(&path, |old| Ok([old, b"x\n"].concat())).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 40);
    }
}
