//! Delivery into a maildir: written under tmp, synced, then named in new. Readers never see half a message.
//! Runs on a thread that acts as the owner.

use crate::fault::{copying, system};
use crate::mbox::sync_directory;
use crate::rendering::{Rendering, Stamp, Style};
use content::{ContentError, Message};
use mail::Outcome;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// Delivers; the message is on disk, under its final name, when this returns Ok. The error is the fate,
/// without context.
pub(crate) fn deliver(directory: &Path, message: &Message, stamp: &Stamp, host: &str) -> Result<(), Outcome> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let host = safe_host(host);
    let (seconds, pid) = (now.as_secs(), std::process::id());
    let draft =
        Draft::create(directory, &format!("{seconds}.P{pid}Q{count}.{host}")).map_err(|(path, error)| {
            system(&format!("create maildir file {}", path.display()), &error, "4.2.0")
        })?;
    Rendering::new(message, stamp, &Style::maildir())
        .write_to(&mut &draft.file)
        .and_then(|_| draft.file.sync_all().map_err(ContentError::Write))
        .map_err(|error| copying(&error, "4.2.0"))?;
    let data = draft.file.metadata().map_err(|e| system("cannot stat file", &e, "4.2.0"))?;
    // Postfix's form: unique by device and inode, so two deliveries can't take the same name.
    let name = format!("{seconds}.V{:x}I{:x}M{}.{host}", data.dev(), data.ino(), now.subsec_micros());
    draft.publish(directory, &name)
}

/// A file under tmp; removed on drop.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    fn create(directory: &Path, name: &str) -> Result<Self, (PathBuf, io::Error)> {
        let path = directory.join("tmp").join(name);
        let open = || File::options().write(true).create_new(true).mode(0o600).open(&path);
        let opened = match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_directories(directory).and_then(|()| open())
            }
            opened => opened,
        };
        match opened {
            Ok(file) => Ok(Self { path, file }),
            Err(error) => Err((path, error)),
        }
    }

    /// link(2), not rename(2): it never replaces another message.
    fn publish(self, directory: &Path, name: &str) -> Result<(), Outcome> {
        let new = directory.join("new").join(name);
        let link = || std::fs::hard_link(&self.path, &new);
        let linked = match link() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_directories(directory).and_then(|()| link())
            }
            linked => linked,
        };
        linked.map_err(|e| system(&format!("create maildir file {}", new.display()), &e, "4.2.0"))?;
        sync_directory(&new, "4.2.0").inspect_err(|_| {
            // Not surely on disk: take it back, so that the next try makes no second copy.
            let _ = std::fs::remove_file(&new);
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn make_directories(directory: &Path) -> io::Result<()> {
    ["tmp", "new", "cur"]
        .iter()
        .try_for_each(|name| DirBuilder::new().recursive(true).mode(0o700).create(directory.join(name)))
}

/// maildir(5): no `/` and no `:` in the host part.
fn safe_host(host: &str) -> String {
    host.replace('/', "\\057").replace(':', "\\072")
}

static COUNT: AtomicU64 = AtomicU64::new(0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rendering::tests::message;
    use mail::Recipient;

    fn stamp() -> Stamp {
        Stamp::new(&"s@x".into(), &Recipient::new("r@x"), &"r@x".into())
    }

    #[test]
    fn a_new_maildir_is_made_and_gets_one_whole_file_in_new() {
        let dir = tempfile::tempdir().unwrap();
        let maildir = dir.path().join("a/b/Maildir");
        deliver(&maildir, &message(&["Subject: t", "", "From x"]), &stamp(), "me.test").unwrap();
        let files: Vec<_> = std::fs::read_dir(maildir.join("new")).unwrap().map(|e| e.unwrap()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(files[0].path()).unwrap();
        assert_eq!(text, "Return-Path: <s@x>\nDelivered-To: r@x\nSubject: t\n\nFrom x\n");
        let data = files[0].metadata().unwrap();
        let name = files[0].file_name().into_string().unwrap();
        let place = format!(".V{:x}I{:x}M", data.dev(), data.ino());
        assert!(name.contains(&place) && name.ends_with(".me.test"), "{name}");
        assert_eq!((data.mode() & 0o777, data.nlink()), (0o600, 1));
        assert_eq!(std::fs::read_dir(maildir.join("tmp")).unwrap().count(), 0);
        assert!(maildir.join("cur").is_dir());
    }

    #[test]
    fn what_fails_defers_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        let outcome = deliver(&dir.path().join("file"), &message(&["x"]), &stamp(), "h").unwrap_err();
        assert_eq!(outcome.dsn(), "4.2.0");
        assert!(outcome.diagnosis().reason.starts_with("create maildir file "));
    }
}
