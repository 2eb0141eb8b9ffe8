//! Edits main.cf: sets parameters (-e), comments them out (-#), removes them (-X). Comments, blank lines and the order
//! stay; a new parameter goes to the end.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use config::Fault;

use super::request::Change;
use super::{Report, edit_file};

/// Makes the change to `dir`/main.cf.
pub(super) fn edit(dir: &Path, change: Change, words: &[OsString], report: &mut Report) -> Result<(), Fault> {
    let wanted = wanted(change, words, report)?;
    let path = dir.join("main.cf");
    edit_file::replace(&path, |old| Ok(edited(old, change, wanted, &path.display().to_string(), report)))
}

/// What is wanted of each name, and how often it was met in the file.
type Wanted = BTreeMap<Vec<u8>, (Vec<u8>, usize)>;

fn wanted(change: Change, words: &[OsString], report: &mut Report) -> Result<Wanted, Fault> {
    let mut wanted = Wanted::new();
    for word in words {
        let word = one_line(word, "-e, -X, or -#")?;
        let (name, value) = match change {
            Change::Set => name_value(word)?,
            Change::CommentOut | Change::Remove if word.is_empty() => {
                return Err(Fault::new("-X or -# requires non-blank parameter names"));
            }
            Change::CommentOut | Change::Remove if word.contains(&b'=') => {
                return Err(Fault::new("-X or -# requires parameter names without value"));
            }
            Change::CommentOut | Change::Remove => (word, b"".as_slice()),
        };
        if let Some((earlier, _)) = wanted.insert(name.to_vec(), (value.to_vec(), 0)) {
            let (name, earlier) =
                (String::from_utf8_lossy(name), String::from_utf8_lossy(&earlier).into_owned());
            report.warn(format!("ignoring earlier request: '{name} = {earlier}'"));
        }
    }
    Ok(wanted)
}

fn edited(old: &[u8], change: Change, mut wanted: Wanted, path: &str, report: &mut Report) -> Vec<u8> {
    let mut new = Vec::with_capacity(old.len() + 100);
    let mut in_wanted = false;
    for line in physical_lines(old) {
        let content = line.trim_ascii_start();
        if content.is_empty() || content.starts_with(b"#") {
            new.extend(line);
            continue;
        }
        let opens = !line[0].is_ascii_whitespace();
        if opens {
            let name = name_of(line);
            let entry = wanted.get_mut(name);
            in_wanted = entry.is_some();
            if let Some((value, met)) = entry {
                *met += 1;
                if *met == 2 {
                    let name = String::from_utf8_lossy(name);
                    report.warn(format!("{path}: multiple entries for \"{name}\""));
                }
                if change == Change::Set {
                    new.extend(setting(name, value));
                }
            }
        }
        match change {
            _ if !in_wanted => new.extend(line),
            Change::CommentOut => new.extend([b"#", line].concat()),
            Change::Set | Change::Remove => {}
        }
    }
    if change == Change::Set {
        let missing = wanted.iter().filter(|(_, (_, met))| *met == 0);
        missing.for_each(|(name, (value, _))| new.extend(setting(name, value)));
    }
    new
}

/// The text of a request: without a newline, and no comment.
pub(super) fn one_line<'a>(word: &'a OsString, options: &str) -> Result<&'a [u8], Fault> {
    let word = word.as_bytes();
    if word.contains(&b'\n') {
        return Err(Fault::new(format!("{options} accepts no multi-line input")));
    }
    let word = word.trim_ascii();
    if word.starts_with(b"#") {
        return Err(Fault::new(format!("{options} accepts no comment input")));
    }
    Ok(word)
}

/// `name=value` in bytes: main.cf need not be UTF-8.
pub(super) fn name_value(word: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let fault = |text: &str| Fault::new(format!("{text}: \"{}\"", String::from_utf8_lossy(word)));
    let name = name_of(word);
    if name.is_empty() {
        return Err(fault("missing attribute name"));
    }
    let rest = word[name.len()..].trim_ascii_start();
    let value = rest.strip_prefix(b"=").ok_or_else(|| fault("missing '=' after attribute name"))?;
    Ok((name, value.trim_ascii()))
}

/// Lines with their newline; the last gets one if it has none.
pub(super) fn physical_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| {
        let end: &[u8] = if line.ends_with(b"\n") { b"" } else { b"\n" };
        [line, end].into_iter().filter(|part| !part.is_empty())
    })
}

fn name_of(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'=');
    &line[..end.unwrap_or(line.len())]
}

fn setting(name: &[u8], value: &[u8]) -> Vec<u8> {
    [name, b" = ", value, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "# c\na = 1\n# mid\n  2\n# c2\n\n  3\nb=2\na = 4\nc = 5";

    fn run(change: Change, words: &[&str]) -> (String, Vec<String>) {
        let mut report = Report::default();
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let wanted = wanted(change, &words, &mut report).unwrap();
        let new = edited(OLD.as_bytes(), change, wanted, "main.cf", &mut report);
        (String::from_utf8(new).unwrap(), report.warnings)
    }

    #[test]
    fn setting_keeps_comments_and_order_and_adds_at_the_end() {
        let (new, warnings) = run(Change::Set, &["z=1", "y = 2 ", "a="]);
        assert_eq!(new, "# c\na = \n# mid\n# c2\n\nb=2\na = \nc = 5\ny = 2\nz = 1\n");
        assert_eq!(warnings, ["main.cf: multiple entries for \"a\""]);
    }

    #[test]
    fn commenting_out_takes_continuation_lines_along() {
        let (new, _) = run(Change::CommentOut, &["a"]);
        assert_eq!(new, "# c\n#a = 1\n# mid\n#  2\n# c2\n\n#  3\nb=2\n#a = 4\nc = 5\n");
    }

    #[test]
    fn removing_leaves_the_comments() {
        let (new, _) = run(Change::Remove, &["a", "zz"]);
        assert_eq!(new, "# c\n# mid\n# c2\n\nb=2\nc = 5\n");
    }

    #[test]
    fn the_last_request_of_a_name_counts() {
        let (new, warnings) = run(Change::Set, &["b=7", "b=8"]);
        assert!(new.contains("b = 8\n"));
        assert_eq!(warnings, ["ignoring earlier request: 'b = 7'"]);
    }

    #[test]
    fn requests_that_make_no_sense_are_refused() {
        for (change, word, expected) in [
            (Change::Set, "b=x\ny", "-e, -X, or -# accepts no multi-line input"),
            (Change::Set, " #b=1", "-e, -X, or -# accepts no comment input"),
            (Change::Set, "b", "missing '=' after attribute name: \"b\""),
            (Change::Remove, " ", "-X or -# requires non-blank parameter names"),
            (Change::CommentOut, "a=b", "-X or -# requires parameter names without value"),
        ] {
            let fault = wanted(change, &[OsString::from(word)], &mut Report::default()).unwrap_err();
            assert_eq!(fault.to_string(), expected);
        }
    }
}
