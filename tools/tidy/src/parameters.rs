//! Which parameters some program reads: those whose constant a source file outside `core/config` names.

use crate::sources::{files, read, root, short};
use std::collections::{BTreeMap, BTreeSet};

/// The list of unread parameters as a source file, true to the sources.
pub fn unread_list() -> String {
    let used = used_constants();
    let declared = declared();
    // lmtp(8) is smtp(8) under another name: it reads lmtp_x where smtp(8) reads smtp_x.
    let counterpart = |name: &str| {
        let lmtp_name = |smtp: &str| {
            smtp.replacen("smtp_", "lmtp_", 1).replace("_helo_", "_lhlo_").replace("_ehlo_", "_lhlo_")
        };
        declared.iter().any(|(c, n)| n.starts_with("smtp_") && lmtp_name(n) == name && used.contains(c))
    };
    let is_read = |constant: &str, name: &str| {
        used.contains(constant) || BY_THE_LANGUAGE.contains(&name) || counterpart(name)
    };
    let names: BTreeSet<&String> =
        declared.iter().filter(|(constant, name)| !is_read(constant, name)).map(|(_, name)| name).collect();
    let lines: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let text = read(&root().join(LIST));
    let head = text.split_inclusive("&[\n").next().unwrap_or_default();
    format!("{head}{lines}];\n")
}

/// Constants and names, from the tables.
fn declared() -> BTreeMap<String, String> {
    let tables = files(&[".rs"]).into_iter().filter(|path| short(path).starts_with("core/config/src/table/"));
    let mut found = BTreeMap::new();
    for line in tables.flat_map(|path| read(&path).lines().map(str::to_owned).collect::<Vec<_>>()) {
        let Some((constant, rest)) = line.trim_start().split_once(": ") else { continue };
        let is_constant = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let mut quoted = rest.split('"');
        let is_kind = quoted.next().is_some_and(|kind| kind.chars().all(|c| c.is_alphanumeric() || c == ' '));
        if let (true, true, Some(name)) = (constant.chars().all(is_constant), is_kind, quoted.next()) {
            found.insert(constant.to_owned(), name.to_owned());
        }
    }
    found
}

fn used_constants() -> BTreeSet<String> {
    let programs = ["sys/", "daemons/", "commands/", "bin/", "core/"];
    let counts = |name: &str| {
        programs.iter().any(|top| name.starts_with(top))
            && !name.starts_with("core/config/")
            && !name.starts_with("commands/src/postconf")
            && !name.contains("/tests/")
    };
    let mut used = BTreeSet::new();
    for path in files(&[".rs"]).iter().filter(|path| counts(&short(path))) {
        let text = read(path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        used.extend(code.split("p::").skip(1).map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_').collect()
        }));
    }
    used
}

/// Where the list stands.
pub const LIST: &str = "core/config/src/unread.rs";

/// What the configuration language itself reads.
const BY_THE_LANGUAGE: &[&str] = &[
    "compatibility_level",
    "mail_name",
    "mail_release_date",
    "multi_instance_name",
    "process_id",
    "process_name",
    "service_name",
    "stress",
];
