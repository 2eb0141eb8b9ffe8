//! Which directory holds the configuration, and whether a set-gid program may trust it.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use config::{Fault, p, split_list};

use crate::{facts, read};

/// The configuration directory: `-c`, else MAIL_CONFIG, else the default.
pub fn config_directory(option_c: Option<&OsStr>) -> PathBuf {
    match option_c {
        Some(dir) => PathBuf::from(dir),
        None => env::var_os("MAIL_CONFIG").map_or_else(default_directory, PathBuf::from),
    }
}

/// Whether a program with more rights than its caller may read `dir`: the default directory itself, or one that the
/// default main.cf lists in alternate_config_directories or multi_instance_directories (postconf(5)).
pub fn check_directory(dir: &Path) -> Result<(), Fault> {
    let default = default_directory();
    if dir == default {
        return Ok(());
    }
    let conf = read(&default)?;
    let listed = |list: String| split_list(&list).iter().any(|known| Path::new(known) == dir);
    if listed(conf.get(p::ALTERNATE_CONFIG_DIRECTORIES)?) || listed(conf.get(p::MULTI_INSTANCE_DIRECTORIES)?)
    {
        return Ok(());
    }
    let text = format!("unauthorized configuration directory name: {}", dir.display());
    let dir = dir.display();
    // The words of Postfix, in two lines: what is wrong, and what to do about it.
    Err(Fault::new(format!(
        "{text}\nspecify \"alternate_config_directories = {dir}\" or \"multi_instance_directories = {dir}\" in \
         {}/main.cf",
        default.display()
    )))
}

fn default_directory() -> PathBuf {
    let place = facts::host_facts().defaults.remove(p::CONFIG_DIRECTORY.name());
    PathBuf::from(place.unwrap_or_else(|| p::CONFIG_DIRECTORY.facts().default.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_everything() {
        assert_eq!(config_directory(Some(OsStr::new("/a/b"))), Path::new("/a/b"));
    }

    #[test]
    fn a_strange_directory_is_refused() {
        assert!(check_directory(Path::new("/tmp/strange")).is_err());
    }
}
