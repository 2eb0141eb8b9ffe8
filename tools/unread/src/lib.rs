//! Which parameters the programs read, found in their sources: a parameter is read where code outside tests names its
//! constant (`p::SMTPD_BANNER`) or asks for it by name, and where the default of one that is read refers to it.
//! The rest is the list in `core/config/src/unread.rs`; `cargo run -p unread` writes it anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use config::expand::names_in;
use config::{FAMILIES, State, parameters};

/// The text that unread.rs should have, by the sources under `root`.
pub fn list(root: &Path) -> io::Result<String> {
    let read = with_defaults(named_in_sources(root)?);
    let unread = parameters().iter().filter(|parameter| {
        !matches!(parameter.state, State::Function | State::RunTime) && !read.contains(parameter.name)
    });
    let lines: String = unread.map(|parameter| format!("    \"{}\",\n", parameter.name)).collect();
    Ok(format!("{HEAD}pub(crate) const UNREAD: &[&str] = &[\n{lines}];\n"))
}

/// Where the list is, under `root`.
pub fn path(root: &Path) -> PathBuf {
    root.join("core/config/src/unread.rs")
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn named_in_sources(root: &Path) -> io::Result<BTreeSet<&'static str>> {
    let mut words = BTreeSet::new();
    for place in PLACES {
        for file in sources(&root.join(place))? {
            let text = fs::read_to_string(&file)?;
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            words.extend(words_of(code));
        }
    }
    let named = |name: &str| {
        let constant = if name.starts_with(|c: char| c.is_ascii_digit()) { "p::N" } else { "p::" };
        let constant = format!("{constant}{}", name.to_ascii_uppercase());
        words.contains(&constant) || words.contains(&format!("\"{name}\"")) || is_lmtp_twin(name, &words)
    };
    Ok(parameters().iter().map(|parameter| parameter.name).filter(|name| named(name)).collect())
}

/// The SMTP client reads `lmtp_x` where its source says `own.get(p::SMTP_X)`.
fn is_lmtp_twin(name: &str, words: &BTreeSet<String>) -> bool {
    let Some(rest) = name.strip_prefix("lmtp_") else { return false };
    let twins = [rest.to_owned(), rest.replace("lhlo", "helo"), rest.replace("lhlo", "ehlo")];
    twins.iter().any(|rest| words.contains(&format!("own p::SMTP_{}", rest.to_ascii_uppercase())))
}

/// Constants as `p::NAME`, those that are read for SMTP and LMTP alike once more with `own ` before them, and quoted
/// names.
fn words_of(code: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut words = Vec::new();
    for (at, _) in code.match_indices("p::") {
        let rest = &code[at + 3..];
        let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
        if code[..at].ends_with(is_name) {
            continue;
        }
        words.push(format!("p::{}", name.to_ascii_uppercase()));
        if code[..at].ends_with("own.get(") || code[..at].ends_with("own.text(") {
            words.push(format!("own p::{}", name.to_ascii_uppercase()));
        }
    }
    let quoted =
        code.split('"').skip(1).step_by(2).filter(|text| !text.is_empty() && text.chars().all(is_name));
    words.extend(quoted.map(|text| format!("\"{text}\"")));
    words
}

/// Those, and what their defaults refer to, and so on.
fn with_defaults(mut read: BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    loop {
        let defaults = parameters().iter().filter(|parameter| read.contains(parameter.name));
        let names: BTreeSet<String> =
            defaults.flat_map(|p| names_in(p.default).unwrap_or_default()).collect();
        let is_new =
            |name: &&str| (names.contains(*name) || is_of_read_family(name, &read)) && !read.contains(name);
        let more: Vec<&str> = parameters().iter().map(|parameter| parameter.name).filter(is_new).collect();
        if more.is_empty() {
            return read;
        }
        read.extend(more);
    }
}

/// Who reads default_x for any transport reads smtp_x too.
fn is_of_read_family(name: &str, read: &BTreeSet<&str>) -> bool {
    !name.starts_with("default_")
        && FAMILIES.iter().any(|family| name.ends_with(family.suffix) && read.contains(family.default))
}

fn sources(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !dir.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !ELSEWHERE.contains(&name.as_str()) {
            files.extend(sources(&path)?);
        } else if name.ends_with(".rs") && !ELSEWHERE.contains(&name.as_str()) {
            files.push(path);
        }
    }
    Ok(files)
}

/// Folders with programs and what they are made of.
const PLACES: [&str; 5] = ["core", "sys", "daemons", "commands", "bin"];
/// Folders and files in them that name parameters without reading them: the table, what shows parameters, tests.
const ELSEWHERE: [&str; 8] =
    ["table", "unread.rs", "transport.rs", "postconf", "tests", "tests.rs", "benches", "target"];

const HEAD: &str = "\
//! Parameters that no program reads yet; `cargo run -p unread` writes this list from the sources.
//! `postfix check` names each of these that main.cf sets.

/// Their names, in byte order.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_the_sources_say() {
        let seen = fs::read_to_string(path(&root())).unwrap();
        let expected = list(&root()).unwrap();
        assert!(seen == expected, "core/config/src/unread.rs is out of date: cargo run -p unread");
    }

    #[test]
    fn constants_and_quoted_names_count() {
        let words = words_of("conf.get(p::SMTPD_BANNER)?; own.get(p::SMTP_X); lookup(\"myorigin\"); xp::NO");
        let expected = ["p::SMTPD_BANNER", "p::SMTP_X", "own p::SMTP_X", "\"myorigin\""];
        assert_eq!(words, expected);
    }

    #[test]
    fn what_a_default_refers_to_is_read_with_it() {
        let read = with_defaults(BTreeSet::from(["smtpd_banner"]));
        assert!(read.contains("mail_name") && read.contains("myhostname"));
    }
}
