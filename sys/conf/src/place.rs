//! Where the programs stand: `P/sbin` and `P/libexec/posthaste` of an installed tree. Their defaults follow, so that
//! a tree works wherever it was put; main.cf still decides when it names a directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::lines;

/// Defaults that follow from the program's own path.
pub(crate) fn defaults() -> BTreeMap<String, String> {
    std::env::current_exe()
        .ok()
        .and_then(|program| prefix_of(&program))
        .map(|p| defaults_at(&p))
        .unwrap_or_default()
}

/// The prefix of an installed tree that holds `program`.
fn prefix_of(program: &Path) -> Option<PathBuf> {
    let prefixes = program.ancestors().skip(1).filter_map(|dir| {
        let is_home = dir.ends_with(COMMANDS) || dir.ends_with(DAEMONS);
        is_home.then(|| dir.ancestors().nth(if dir.ends_with(DAEMONS) { 2 } else { 1 })).flatten()
    });
    let installed = |prefix: &&Path| prefix.join(DAEMONS).is_dir();
    prefixes.into_iter().find(installed).map(Path::to_owned)
}

fn defaults_at(prefix: &Path) -> BTreeMap<String, String> {
    let at = |path: &str| prefix.join(path).to_string_lossy().into_owned();
    let mut defaults: BTreeMap<String, String> = BTreeMap::from([
        ("command_directory".into(), at(COMMANDS)),
        ("daemon_directory".into(), at(DAEMONS)),
        ("sendmail_path".into(), at("sbin/sendmail")),
        ("mailq_path".into(), at("sbin/mailq")),
        ("newaliases_path".into(), at("sbin/newaliases")),
        ("manpage_directory".into(), at("share/man")),
        ("shlib_directory".into(), "no".into()),
    ]);
    defaults.extend(installed_defaults(&prefix.join(DAEMONS).join(DEFAULTS)));
    defaults
}

/// What the installer or a package wrote down, in main.cf's syntax: `config_directory = /some/where/etc`.
fn installed_defaults(file: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let pairs = lines::logical(&text).into_iter().filter_map(|line| {
        lines::name_value(&line.text).ok().map(|(name, value)| (name.to_owned(), value.to_owned()))
    });
    pairs.collect()
}

const COMMANDS: &str = "sbin";
const DAEMONS: &str = "libexec/posthaste";
const DEFAULTS: &str = "defaults.cf";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_homes_of_a_tree_lead_to_its_prefix() {
        let tree = tempfile::tempdir().unwrap();
        let prefix = tree.path();
        assert_eq!(prefix_of(&prefix.join("sbin/postfix")), None);
        std::fs::create_dir_all(prefix.join(DAEMONS)).unwrap();
        assert_eq!(prefix_of(&prefix.join("sbin/postfix")).as_deref(), Some(prefix));
        assert_eq!(prefix_of(&prefix.join("libexec/posthaste/smtpd")).as_deref(), Some(prefix));
        assert_eq!(prefix_of(&prefix.join("bin/other")), None);
    }

    #[test]
    fn what_the_installer_wrote_down_comes_last() {
        let tree = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(tree.path().join(DAEMONS)).unwrap();
        let file = tree.path().join(DAEMONS).join(DEFAULTS);
        std::fs::write(file, "config_directory = /c\nmailq_path = /q\n").unwrap();
        let defaults = defaults_at(tree.path());
        assert_eq!(defaults["config_directory"], "/c");
        assert_eq!(defaults["mailq_path"], "/q");
        assert!(defaults["daemon_directory"].ends_with("/libexec/posthaste"));
    }
}
