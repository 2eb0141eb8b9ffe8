//! Appending to a UNIX mailbox or to a file: lock, append, sync; in case of problems, back to the old length.
//! Runs on a thread that acts as the owner.

use crate::fault::{copying, fate, mailbox_status, system};
use crate::rendering::{Rendering, Stamp, Style};
use content::{ContentError, Message};
use mail::Outcome;
use os::mailbox::Locking;
use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What kind of file mail may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A user's mailbox: a regular file of this owner, with one name.
    Mailbox {
        /// None: whoever owns it (`strict_mailbox_ownership = no`).
        owner: Option<u32>,
    },
    /// A file that an alias or .forward names; devices such as /dev/null too.
    External,
}

/// How mail is appended.
#[derive(Clone, Debug)]
pub(crate) struct Appending {
    pub(crate) target: Target,
    pub(crate) locking: Locking,
    /// `mailbox_size_limit`; 0 for none.
    pub(crate) limit: u64,
    /// The status when an error says nothing special: a mailbox waits, a file bounces.
    pub(crate) otherwise: &'static str,
}

impl Appending {
    /// Appends the message; it is on disk when this returns Ok. The error is the fate, without context.
    pub(crate) fn append(
        &self,
        path: &Path,
        message: &Message,
        stamp: &Stamp,
        style: &Style,
    ) -> Result<(), Outcome> {
        let regular = std::fs::symlink_metadata(path).map_or(true, |data| data.is_file());
        // Before opening: others must find the lock when they find a new mailbox.
        let _lock = match regular {
            true => self.locking.lock_beside(path).map_err(|error| {
                let what = format!("unable to create lock file {}.lock", path.display());
                fate(lock_status(&error), format!("{what}: {}", os::strerror(&error)))
            })?,
            false => None,
        };
        let (file, data) = self.open(path)?;
        if !data.is_file() {
            let rendering = Rendering::new(message, stamp, style);
            return rendering.write_to(&mut &file).map(drop).map_err(|e| copying(&e, self.otherwise));
        }
        self.locking.lock_file(&file).map_err(|error| {
            let status = mailbox_status(&error, "4.2.0");
            fate(status, format!("unable to lock for exclusive access: {}", os::strerror(&error)))
        })?;
        self.append_to(&file, path, Rendering::new(message, stamp, style))
    }

    fn append_to(&self, file: &File, path: &Path, rendering: Rendering<'_>) -> Result<(), Outcome> {
        // Under the lock, and not before: others may have appended while we waited.
        let before = file.metadata().map_err(|e| system("cannot stat file", &e, self.otherwise))?;
        same_file(path, &before)?;
        let mut out = Limited { file, room: self.room(before.len()) };
        let copied = rendering.write_to(&mut out).and_then(|_| file.sync_all().map_err(ContentError::Write));
        let Err(error) = copied else { return sync_directory(path, self.otherwise) };
        // I3: never leave half a message behind.
        let _ = file.set_len(before.len()).and_then(|()| file.sync_all());
        Err(copying(&error, self.otherwise))
    }

    fn room(&self, used: u64) -> u64 {
        if self.limit == 0 { u64::MAX } else { self.limit.saturating_sub(used) }
    }

    /// Opens for appending, never through a symbolic link, never waiting for a FIFO.
    fn open(&self, path: &Path) -> Result<(File, Metadata), Outcome> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::CLOEXEC;
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let file = rustix::fs::open(path, flags, mode).map_err(|errno| match errno {
            // No waiting turns a directory into a mailbox.
            Errno::ISDIR => system("cannot open file", &errno.into(), "5.2.0"),
            Errno::LOOP => fate(self.otherwise, "cannot open file: file is a symbolic link"),
            errno => system("cannot open file", &errno.into(), self.otherwise),
        })?;
        let file = File::from(file);
        let data = file.metadata().map_err(|e| system("cannot stat file", &e, self.otherwise))?;
        self.check(&data)?;
        Ok((file, data))
    }

    fn check(&self, data: &Metadata) -> Result<(), Outcome> {
        let kind = FileType::from_raw_mode(data.mode());
        match self.target {
            Target::External if kind == FileType::CharacterDevice => return Ok(()),
            _ if kind != FileType::RegularFile => {
                return Err(fate(self.otherwise, "destination is not a regular file"));
            }
            Target::Mailbox { owner: Some(owner) } if data.uid() != owner => {
                return Err(fate("4.2.0", "destination is not owned by recipient"));
            }
            _ => {}
        }
        if data.nlink() > 1 {
            return Err(fate(self.otherwise, format!("destination has {} hard links", data.nlink())));
        }
        Ok(())
    }
}

/// Somebody may have moved the mailbox away while we waited for the lock.
fn same_file(path: &Path, open: &Metadata) -> Result<(), Outcome> {
    let moved = |data: Metadata| (data.dev(), data.ino()) != (open.dev(), open.ino());
    if std::fs::symlink_metadata(path).map_or(true, moved) {
        return Err(fate("4.2.0", "the mailbox was replaced while it was being locked"));
    }
    Ok(())
}

/// A new mailbox is safe only when its name is. Directories that can't be opened for reading (a sticky spool)
/// or don't know fsync are as safe as they get.
pub(crate) fn sync_directory(path: &Path, otherwise: &'static str) -> Result<(), Outcome> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(directory) = File::open(parent) else { return Ok(()) };
    match directory.sync_all() {
        Err(error) if error.raw_os_error() != Some(Errno::INVAL.raw_os_error()) => {
            Err(system("cannot sync directory", &error, otherwise))
        }
        _ => Ok(()),
    }
}

/// Stops where the mailbox would outgrow its limit, as RLIMIT_FSIZE would.
struct Limited<'a> {
    file: &'a File,
    room: u64,
}

impl io::Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.room {
            return Err(Errno::FBIG.into());
        }
        let written = self.file.write(bytes)?;
        self.room -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A lock that somebody else holds is no reason to bounce, nor is a directory that takes no lock file.
fn lock_status(error: &io::Error) -> &'static str {
    match mailbox_status(error, "4.2.0") {
        "5.2.2" => "5.2.2",
        status => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rendering::tests::message;
    use mail::Recipient;
    use std::time::Duration;

    fn appending() -> Appending {
        let (delay, stale) = (Duration::from_millis(1), Duration::from_secs(500));
        let locking = Locking::parse("x", "fcntl, dotlock", 2, delay, stale).unwrap();
        let owner = Some(rustix::process::geteuid().as_raw());
        Appending { target: Target::Mailbox { owner }, locking, limit: 0, otherwise: "4.2.0" }
    }

    fn append(appending: &Appending, path: &Path) -> Result<(), String> {
        let stamp = Stamp::new(&"s@x".into(), &Recipient::new("r@x"), &"r@x".into());
        appending
            .append(path, &message(&["Subject: t", "", "text"]), &stamp, &Style::mailbox())
            .map_err(|outcome| format!("{} {}", outcome.dsn(), outcome.diagnosis().reason))
    }

    #[test]
    fn messages_follow_each_other_and_no_lock_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("box");
        append(&appending(), &path).unwrap();
        append(&appending(), &path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("\n\nFrom s@x  ").count(), 1);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_mailbox_that_would_outgrow_its_limit_stays_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("box");
        std::fs::write(&path, "old\n").unwrap();
        let small = Appending { limit: 50, ..appending() };
        assert_eq!(append(&small, &path).unwrap_err(), "5.2.2 error writing message: File too large");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old\n");
    }

    #[test]
    fn strange_mailboxes_are_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        std::fs::write(place("victim"), "v").unwrap();
        std::os::unix::fs::symlink(place("victim"), place("link")).unwrap();
        std::fs::hard_link(place("victim"), place("second")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            place("fifo"),
            FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        std::fs::create_dir(place("dir")).unwrap();
        for (name, words) in [
            ("link", "file is a symbolic link"),
            ("second", "destination has 2 hard links"),
            ("fifo", "cannot open file: No such device or address"),
            ("dir", "cannot open file: Is a directory"),
        ] {
            let fault = append(&appending(), &place(name)).unwrap_err();
            let status = if name == "dir" { "5.2.0 " } else { "4.2.0 " };
            assert!(fault.starts_with(status) && fault.ends_with(words), "{name}: {fault}");
        }
        let other = Appending { target: Target::Mailbox { owner: Some(12345) }, ..appending() };
        std::fs::write(place("other"), "").unwrap();
        assert_eq!(
            append(&other, &place("other")).unwrap_err(),
            "4.2.0 destination is not owned by recipient"
        );
        assert_eq!(std::fs::read_to_string(place("victim")).unwrap(), "v");
    }

    #[test]
    fn mail_for_a_device_goes_there() {
        let external = Appending { target: Target::External, otherwise: "5.2.0", ..appending() };
        append(&external, Path::new("/dev/null")).unwrap();
    }

    #[test]
    fn a_held_lock_defers() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("box");
        let holder = File::create(&path).unwrap();
        assert!(os::locks::try_lock(&holder, os::locks::Lock::Exclusive).unwrap());
        let fault = append(&appending(), &path).unwrap_err();
        assert!(fault.starts_with("4.2.0 unable to lock for exclusive access: "), "{fault}");
    }
}
