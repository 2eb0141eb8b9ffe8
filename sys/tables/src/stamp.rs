//! Files that change under a running daemon: noticed at the next look-up, by one stat(2).
//! A file that was modified within the last second may still be half written (editors truncate, then
//! write): what was read before stays in use until the file has settled.

use crate::TableError;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// What a file looked like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    place: (u64, u64),
    size: u64,
    modified: (i64, i64),
}

impl Stamp {
    /// None when there is no such file.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        match std::fs::metadata(path) {
            Ok(data) => Ok(Some(Self {
                place: (data.dev(), data.ino()),
                size: data.size(),
                modified: (data.mtime(), data.mtime_nsec()),
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// True when this file was modified after the other one.
    pub(crate) fn newer_than(&self, other: &Self) -> bool {
        self.modified > other.modified
    }

    /// True when the last change is a moment ago (or in the future, where it says nothing).
    pub(crate) fn settled(&self) -> bool {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let modified = Duration::new(self.modified.0.max(0) as u64, self.modified.1 as u32);
        now < modified || now - modified > SETTLE
    }
}

type Load<T> = Box<dyn Fn(Vec<u8>) -> Result<T, TableError> + Send + Sync>;

/// What was made of a file's text, made anew when the file changes.
pub(crate) struct Watched<T> {
    path: PathBuf,
    /// What the open error begins with: `open` or `open database`.
    opening: &'static str,
    load: Load<T>,
    state: Mutex<Option<(Stamp, Arc<T>)>>,
}

impl<T> Watched<T> {
    /// Reads the file for the first time.
    pub(crate) fn open(
        path: impl Into<PathBuf>,
        opening: &'static str,
        load: impl Fn(Vec<u8>) -> Result<T, TableError> + Send + Sync + 'static,
    ) -> Result<Self, TableError> {
        let watched = Self { path: path.into(), opening, load: Box::new(load), state: Mutex::new(None) };
        watched.get()?;
        Ok(watched)
    }

    /// What the file says now.
    pub(crate) fn get(&self) -> Result<Arc<T>, TableError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = Stamp::of(&self.path).and_then(|stamp| stamp.ok_or(rustix::io::Errno::NOENT.into()));
        let stamp = match (looked, &*state) {
            // Out of sight since it was opened: removed, or we have changed our root directory or our rights.
            (Err(_), Some((_, value))) => return Ok(Arc::clone(value)),
            (looked, _) => looked.map_err(|e| self.fault(&e))?,
        };
        if let Some((seen, value)) = &*state
            && (*seen == stamp || !stamp.settled())
        {
            return Ok(Arc::clone(value));
        }
        let text = std::fs::read(&self.path).map_err(|e| self.fault(&e))?;
        let value = Arc::new((self.load)(text)?);
        *state = Some((stamp, Arc::clone(&value)));
        Ok(value)
    }

    /// Who owns the file.
    pub(crate) fn owner_uid(&self) -> Option<u32> {
        owner_uid(&self.path)
    }

    fn fault(&self, error: &io::Error) -> TableError {
        TableError::open(&format!("{} {}", self.opening, self.path.display()), error)
    }
}

/// Who owns a file; None when there is none.
pub(crate) fn owner_uid(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|data| data.uid())
}

const SETTLE: Duration = Duration::from_secs(1);
