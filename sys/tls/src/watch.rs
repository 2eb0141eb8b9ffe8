//! Notices that certificates have changed. A daemon can't read keys again once it has given up its privileges, and
//! often not even see them; but what inotify(7) was told to watch before, it goes on watching.

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::unix::pipe::Receiver;

/// Files that are watched, with all links that lead to them.
pub struct Watch {
    descriptor: OwnedFd,
    names: BTreeSet<OsString>,
}

impl Watch {
    /// Watches these files, and what they are links to, by the folders in which they stand. None without files, or
    /// where the kernel can't; then a change shows when the process has served its time.
    pub fn new(paths: &[PathBuf]) -> Option<Self> {
        let places = places(paths);
        if places.is_empty() {
            return None;
        }
        let descriptor = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?;
        let changes = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::CREATE;
        let folders: BTreeSet<_> = places.iter().filter_map(|place| place.parent()).collect();
        let add = |folder: &&&Path| inotify::add_watch(&descriptor, **folder, changes).is_ok();
        let watched = folders.iter().filter(add).count();
        let names = places.iter().filter_map(|place| place.file_name().map(OsStr::to_owned)).collect();
        (watched > 0).then_some(Self { descriptor, names })
    }

    /// Returns when one of the files has changed, and it has been quiet since: whoever changes certificates writes
    /// several files. Must be called inside a reactor.
    pub async fn changed(&self) -> io::Result<()> {
        // To the reactor every descriptor that becomes readable is like the reading end of a pipe.
        let events = Receiver::from_owned_fd_unchecked(self.descriptor.try_clone()?)?;
        let mut changed = false;
        loop {
            let limit = if changed { QUIET } else { FOREVER };
            match tokio::time::timeout(limit, events.readable()).await {
                Ok(ready) => {
                    ready?;
                    changed |= self.concerns_us();
                    // Finds nothing, and so tells the reactor to wait; what it does find has come just now.
                    changed |= events.try_read(&mut [0; 4096]).is_ok();
                }
                Err(_) if changed => return Ok(()),
                Err(_) => {}
            }
        }
    }

    /// Takes all events; true when one of them is about our files.
    fn concerns_us(&self) -> bool {
        let mut space = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&self.descriptor, &mut space);
        let mut ours = false;
        while let Ok(event) = events.next() {
            let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
            ours |= name.is_some_and(|name| self.names.contains(name));
        }
        ours
    }
}

/// The files, and where the links that they are lead to.
fn places(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut places = BTreeSet::new();
    for path in paths {
        let mut path = path.clone();
        for _ in 0..LINKS {
            places.insert(path.clone());
            match std::fs::read_link(&path) {
                Ok(target) => path = path.parent().unwrap_or(Path::new("/")).join(target),
                Err(_) => break,
            }
        }
    }
    places
}

const QUIET: Duration = Duration::from_secs(1);
const FOREVER: Duration = Duration::from_secs(86_400);
const LINKS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_turned_to_another_file_is_a_change() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let path = |name: &str| dir.path().join(name);
            std::fs::create_dir(path("live")).unwrap();
            std::fs::write(path("old"), "1").unwrap();
            std::fs::write(path("new"), "2").unwrap();
            std::os::unix::fs::symlink(path("old"), path("live/cert")).unwrap();
            let watch = Watch::new(&[path("live/cert")]).unwrap();
            let early = tokio::time::timeout(Duration::from_millis(20), watch.changed()).await;
            assert!(early.is_err());
            std::os::unix::fs::symlink(path("new"), path("live/next")).unwrap();
            std::fs::rename(path("live/next"), path("live/cert")).unwrap();
            tokio::time::timeout(Duration::from_secs(10), watch.changed()).await.unwrap().unwrap();
        });
        assert!(Watch::new(&[]).is_none());
    }
}
