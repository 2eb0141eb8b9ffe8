//! Files that say where mail goes: .forward of users, :include: files. They are read as the one whom they
//! belong to, and only when nobody else can write them.

use super::attributes::{Attributes, Name, Source};
use super::destination::parse;
use super::expansion::Expansion;
use crate::fault::{fate, system};
use crate::user::{Account, as_actor};
use mail::Outcome;
use rustix::fs::{Mode, OFlags};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

impl Expansion<'_> {
    /// $HOME/.forward: true when it says where the mail goes.
    pub(crate) async fn dot_forward(
        &mut self,
        attributes: &Attributes,
        name: &Name,
    ) -> Result<bool, Outcome> {
        // A user who lists herself means her mailbox.
        if attributes.expanded_from.as_ref().is_some_and(|from| from.eq_ignore_ascii_case(&name.user)) {
            return Ok(false);
        }
        let Some(account) = Account::by_name(&name.user).await? else { return Ok(false) };
        if attributes.level > DEEPEST {
            let text = format!("mail forwarding loop for {}", name.user);
            self.job.log.warning(&text);
            return Err(fate("5.4.6", text));
        }
        self.require_home(&account).await?;
        for template in &self.settings().forward_path {
            let filter = Some(self.settings().forward_filter.as_str());
            let expanded = match name.expand(template, attributes, Some(&account), filter) {
                Ok(expanded) => expanded,
                Err(fault) => {
                    self.job.log.warning(format_args!("forward_path: {fault}"));
                    return Err(fate("4.3.5", "mail system configuration error"));
                }
            };
            // No extension, no .forward+extension.
            if expanded.undefined || expanded.text.is_empty() {
                continue;
            }
            let with_extension = name.extension.as_deref().is_some_and(|e| expanded.text.ends_with(e));
            let Some(text) = self.read_forward(&account, PathBuf::from(&expanded.text)).await? else {
                continue;
            };
            let destinations = parse(&text);
            // An empty file means: do not forward.
            if destinations.is_empty() {
                return Ok(false);
            }
            let unmatched = name.extension.as_deref().filter(|_| !with_extension);
            let next = Attributes {
                owner: Some(name.user.clone()),
                level: attributes.level + 1,
                source: Source::Forward,
                expanded_from: Some(name.user.clone()),
                unmatched: self.passed_on(unmatched, self.settings().propagate.forward),
                account: Some(account),
                delivered: match self.settings().frozen_delivered_to {
                    true => attributes.delivered.clone(),
                    false => Some(attributes.recipient.address.clone()),
                },
                ..attributes.clone()
            };
            self.destinations(next, destinations);
            return Ok(true);
        }
        Ok(false)
    }

    async fn require_home(&self, account: &Account) -> Result<(), Outcome> {
        if !self.settings().require_home {
            return Ok(());
        }
        let home = account.home.clone();
        let found = as_actor(Some(account.actor(&[])), move || std::fs::metadata(home)).await?;
        found.map(drop).map_err(|error| {
            fate("4.3.0", format!("cannot access home directory {}: {}", account.home, os::strerror(&error)))
        })
    }

    /// The text of a .forward file; None when there is none that may be used.
    async fn read_forward(&self, account: &Account, path: PathBuf) -> Result<Option<String>, Outcome> {
        let (uid, shown) = (account.uid, path.display().to_string());
        match as_actor(Some(account.actor(&[])), move || read(&path, &[0, uid])).await? {
            Ok(text) => Ok(Some(text)),
            Err(Unread::System(error)) if is_absence(&error) => Ok(None),
            // A fault of ours or of the disc that may pass: delivering to the mailbox would be wrong.
            Err(Unread::System(error)) if !crate::fault::mailbox_status(&error, "").is_empty() => {
                Err(system(&format!("cannot open file {shown}"), &error, "4.3.0"))
            }
            Err(Unread::System(error)) => {
                self.job.log.warning(format_args!("cannot open file {shown}: {}", os::strerror(&error)));
                Ok(None)
            }
            Err(Unread::Unsafe(what)) => {
                self.job.log.warning(format_args!("file {shown} {what}"));
                Ok(None)
            }
        }
    }

    /// `:include:/file/name`.
    pub(crate) async fn include(&mut self, attributes: &Attributes, path: &str) -> Result<(), Outcome> {
        let misconfigured = |text: String| {
            self.job.log.warning(text);
            fate("5.3.5", "mail system configuration error")
        };
        if !path.starts_with('/') {
            return Err(misconfigured(format!(":include:{path} uses a relative path")));
        }
        if attributes.level > DEEPEST {
            return Err(fate("5.4.6", format!(":include:{path} is part of a loop")));
        }
        let reader = attributes.account.clone().unwrap_or_else(|| self.settings().default_account.clone());
        let place = path.to_owned();
        // Whom it belongs to is asked as root: the alias may be root's and the file somebody else's.
        let owner = match as_actor(None, move || std::fs::metadata(place)).await? {
            Ok(data) => data.uid(),
            Err(error) if is_absence(&error) => {
                let what = os::strerror(&error);
                return Err(misconfigured(format!("unable to lookup :include: file {path}: {what}")));
            }
            Err(error) => {
                return Err(system(&format!("unable to lookup :include: file {path}"), &error, "4.3.0"));
            }
        };
        let account = match (&attributes.account, owner) {
            // The user's own expansion stays the user's.
            (Some(account), _) if account.uid != 0 && attributes.source == Source::Forward => account.clone(),
            (_, 0) => reader,
            (_, uid) => Account::by_uid(uid)
                .await?
                .ok_or_else(|| misconfigured(format!("cannot find username for uid {uid}")))?,
        };
        let place = PathBuf::from(path);
        let text = match as_actor(Some(account.actor(&[])), move || read(&place, &[0, owner])).await? {
            Ok(text) => text,
            Err(Unread::Unsafe(what)) => return Err(misconfigured(format!(":include: file {path} {what}"))),
            Err(Unread::System(error)) => {
                let outcome = system(&format!("cannot open include file {path}"), &error, "5.3.5");
                self.job.log.warning(&outcome.diagnosis().reason);
                return Err(fate(&outcome.dsn(), "mail system configuration error"));
            }
        };
        let next = Attributes {
            account: Some(account),
            level: attributes.level + 1,
            source: Source::Include,
            ..attributes.clone()
        };
        self.destinations(next, parse(&text));
        Ok(())
    }
}

/// Why a file is not read.
enum Unread {
    System(io::Error),
    /// What is wrong with it: `file NAME is ...`.
    Unsafe(String),
}

/// Reads a file that only `owners` can have written. Never waits for a FIFO, never follows a link.
fn read(path: &Path, owners: &[u32]) -> Result<String, Unread> {
    let data = std::fs::symlink_metadata(path).map_err(Unread::System)?;
    check(&data, owners)?;
    check_place(path)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|e| Unread::System(e.into()))?;
    let file = File::from(file);
    // What we hold may not be what we looked at.
    check(&file.metadata().map_err(Unread::System)?, owners)?;
    let mut text = Vec::new();
    (&file).take(LARGEST).read_to_end(&mut text).map_err(Unread::System)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// In a directory that everybody may write to, anybody could have put another file in its place. (A sticky
/// one, such as /tmp, protects the files in it.)
fn check_place(path: &Path) -> Result<(), Unread> {
    let Some(place) = path.parent() else { return Ok(()) };
    let mode = std::fs::metadata(place).map_err(Unread::System)?.mode();
    if mode & 0o002 != 0 && mode & 0o1000 == 0 {
        return Err(Unread::Unsafe("is in a world writable directory".into()));
    }
    Ok(())
}

fn check(data: &Metadata, owners: &[u32]) -> Result<(), Unread> {
    if !data.is_file() {
        return Err(Unread::Unsafe("is not a regular file".into()));
    }
    if !owners.contains(&data.uid()) {
        return Err(Unread::Unsafe(format!("has bad owner uid {}", data.uid())));
    }
    if data.mode() & 0o002 != 0 {
        return Err(Unread::Unsafe("is world writable".into()));
    }
    if data.len() > LARGEST {
        return Err(Unread::Unsafe(format!("is larger than {LARGEST} bytes")));
    }
    Ok(())
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Far more than any list of addresses; a bound on memory.
const LARGEST: u64 = 16 << 20;
/// Nested expansions beyond this are a loop.
const DEEPEST: u32 = 100;
