//! `posthaste install`: puts the programs, their names, manual pages and sample configuration where they
//! belong. Works for packages (`--destdir`), for tests, and beside an untouched Postfix.

mod names;
mod samples;

use os::users::{Group, User};
use rustix::fs::{AtFlags, CWD, Gid, Mode, Uid};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) use names::{COMMANDS, DAEMONS};
pub(crate) use samples::MASTER_CF;

/// `posthaste install --prefix P [--config-directory C] [--destdir D]`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    match Wish::parse(&args).and_then(|wish| wish.carry_out()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(text) => {
            eprintln!("posthaste install: fatal: {text}");
            ExitCode::FAILURE
        }
    }
}

/// What is to be installed where.
struct Wish {
    prefix: PathBuf,
    config: PathBuf,
    destdir: Option<PathBuf>,
}

impl Wish {
    fn parse(args: &[OsString]) -> Result<Self, String> {
        let (mut prefix, mut config, mut destdir) = (None, None, None);
        let mut words = args.iter();
        while let Some(word) = words.next() {
            let place = match word.to_str() {
                Some("--prefix") => &mut prefix,
                Some("--config-directory") => &mut config,
                Some("--destdir") => &mut destdir,
                _ => return Err(format!("unknown option {word:?}\n{USAGE}")),
            };
            let value = words.next().ok_or_else(|| format!("{word:?} needs a value\n{USAGE}"))?;
            *place = Some(PathBuf::from(value));
        }
        let prefix = prefix.ok_or(USAGE)?;
        let config = config.unwrap_or_else(|| prefix.join("etc/postfix"));
        if !prefix.is_absolute() || !config.is_absolute() {
            return Err("--prefix and --config-directory must be absolute".to_owned());
        }
        Ok(Self { prefix, config, destdir })
    }

    /// Where a file goes now, which with `--destdir` is not where it will stand.
    fn at(&self, path: &Path) -> PathBuf {
        match &self.destdir {
            Some(destdir) => destdir.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_owned(),
        }
    }

    fn carry_out(&self) -> Result<String, String> {
        let (sbin, libexec) = (self.prefix.join("sbin"), self.prefix.join("libexec/posthaste"));
        for folder in [&sbin, &libexec, &self.config] {
            make_folder(&self.at(folder))?;
        }
        self.programs(&sbin, &libexec)?;
        for name in COMMANDS {
            link("../libexec/posthaste/posthaste", &self.at(&sbin.join(name)))?;
        }
        for name in DAEMONS {
            link("posthaste", &self.at(&libexec.join(name)))?;
        }
        self.configuration(&libexec)?;
        let pages = self.manual_pages()?;
        let (prefix, config) = (self.prefix.display(), self.config.display());
        Ok(format!("installed below {prefix}, with {pages} manual pages; configuration in {config}"))
    }

    fn programs(&self, sbin: &Path, libexec: &Path) -> Result<(), String> {
        let own = std::env::current_exe().map_err(|e| format!("find this program: {e}"))?;
        let beside = |name: &str| own.with_file_name(name);
        copy(&own, &self.at(&libexec.join("posthaste")), 0o755)?;
        copy(&beside("master"), &self.at(&libexec.join("master")), 0o755)?;
        let group = Group::by_name(SETGID_GROUP).map_err(|e| format!("group {SETGID_GROUP}: {e}"))?;
        for name in ["postdrop", "postqueue"] {
            let to = self.at(&sbin.join(name));
            copy(&beside(name), &to, 0o755)?;
            // Without root, or without the group, they are plain programs: fine for a system of one's own.
            if let (true, Some(group)) = (os::jail::is_root(), &group) {
                own_by_group(&to, group.gid)?;
            }
        }
        Ok(())
    }

    /// Sample files where there are none; where defaults of an installed tree are found, always.
    fn configuration(&self, libexec: &Path) -> Result<(), String> {
        let main_cf = samples::main_cf(&self.prefix, os::jail::is_root(), owner()?);
        for (name, text) in [("main.cf", main_cf.as_str()), ("master.cf", MASTER_CF)] {
            let path = self.at(&self.config.join(name));
            if !path.exists() {
                write(&path, text)?;
            }
        }
        let defaults = format!("config_directory = {}\n", self.config.display());
        write(&self.at(&libexec.join("defaults.cf")), &defaults)
    }

    fn manual_pages(&self) -> Result<usize, String> {
        let pages = crate::manual::pages();
        for page in &pages {
            let folder = self.at(&self.prefix.join(format!("share/man/man{}", page.section)));
            make_folder(&folder)?;
            write(&folder.join(format!("{}.{}", page.name, page.section)), &page.text)?;
        }
        Ok(pages.len())
    }
}

/// mail_owner for the sample main.cf: the one the manual names, or whoever installs.
fn owner() -> Result<String, String> {
    let name_of = |uid| User::by_uid(uid).map(|user| user.map_or_else(|| uid.to_string(), |user| user.name));
    if os::jail::is_root() {
        return Ok(MAIL_OWNER.to_owned());
    }
    name_of(os::jail::effective_uid()).map_err(|e| format!("look up our own name: {e}"))
}

fn make_folder(path: &Path) -> Result<(), String> {
    std::fs::create_dir_all(path).map_err(|e| format!("create {}: {}", path.display(), conf::reason(&e)))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("write {}: {}", path.display(), conf::reason(&e)))
}

/// Copies aside and renames, so that a running program is replaced and not overwritten.
fn copy(from: &Path, to: &Path, mode: u32) -> Result<(), String> {
    let fail =
        |e: std::io::Error| format!("copy {} to {}: {}", from.display(), to.display(), conf::reason(&e));
    let aside = to.with_extension("new");
    std::fs::copy(from, &aside).map_err(fail)?;
    set_mode(&aside, mode)?;
    std::fs::rename(&aside, to).map_err(fail)
}

fn set_mode(path: &Path, mode: u32) -> Result<(), String> {
    rustix::fs::chmodat(CWD, path, Mode::from_raw_mode(mode), AtFlags::empty())
        .map_err(|e| format!("chmod {}: {e}", path.display()))
}

fn own_by_group(path: &Path, gid: u32) -> Result<(), String> {
    let (root, group) = (Some(Uid::from_raw(0)), Some(Gid::from_raw(gid)));
    rustix::fs::chownat(CWD, path, root, group, AtFlags::empty())
        .map_err(|e| format!("chown {}: {e}", path.display()))?;
    set_mode(path, 0o2755)
}

pub(crate) fn link(target: &str, at: &Path) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("link {}: {}", at.display(), conf::reason(&e));
    match std::fs::remove_file(at) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(fail(e)),
        _ => {}
    }
    std::os::unix::fs::symlink(target, at).map_err(fail)
}

const USAGE: &str = "usage: posthaste install --prefix P [--config-directory C] [--destdir D]";
const MAIL_OWNER: &str = "postfix";
const SETGID_GROUP: &str = "postdrop";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn a_staged_file_goes_below_destdir() {
        let wish =
            Wish::parse(&words("--prefix /usr --config-directory /etc/postfix --destdir /stage")).unwrap();
        assert_eq!(wish.at(Path::new("/usr/sbin/postfix")), Path::new("/stage/usr/sbin/postfix"));
    }

    #[test]
    fn a_relative_prefix_is_refused() {
        assert!(Wish::parse(&words("--prefix here")).is_err());
        assert!(Wish::parse(&words("--destdir /x")).is_err());
    }
}
