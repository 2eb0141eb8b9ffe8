//! Edits master.cf: whole entries (-M), columns (-F), `-o` parameters (-P). An entry that changes is written anew in
//! postconf's form, after the comments inside it; everything else stays as it is.

use std::ffi::OsString;

use config::Fault;
use config::master::ServiceEntry;

use super::edit_main::{name_value, one_line, physical_lines};
use super::pattern::{FIELDS, Pattern};
use super::request::{Change, Request, Subject};
use super::{Report, edit_file, show_master};

/// Makes the change to master.cf.
pub(super) fn edit(request: &Request, change: Change, report: &mut Report) -> Result<(), Fault> {
    let mut edits = Vec::new();
    for word in &request.words {
        edits.push(Edit::parse(request.subject, change, word)?);
    }
    let path = request.dir.join("master.cf");
    edit_file::replace(&path, |old| edited(old, &path.to_string_lossy(), change, &mut edits))?;
    for edit in edits.iter().filter(|edit| edit.met == 0 && request.subject != Subject::Entries) {
        report.warn(format!("unmatched service_name/type: \"{}\"", edit.text));
    }
    Ok(())
}

/// One request of the command line.
#[derive(Debug)]
struct Edit {
    text: String,
    pattern: Pattern,
    what: What,
    met: usize,
}

/// What becomes of the entries that it picks.
#[derive(Debug)]
enum What {
    /// The first becomes this one, others go.
    Replace(Box<ServiceEntry>),
    Column(usize, String),
    Parameter(String, Option<String>),
    Remove,
    CommentOut,
}

impl Edit {
    fn parse(subject: Subject, change: Change, word: &OsString) -> Result<Self, Fault> {
        let word = one_line(word, "-Me, -Fe, -Pe, -X, or -#")?;
        let text = String::from_utf8_lossy(word).into_owned();
        let (name, value) = match change {
            Change::Set => name_value(word).map(|(name, value)| (lossy(name), lossy(value)))?,
            _ if word.contains(&b'=') => return Err(Fault::new("-X or -# requires names without value")),
            _ => (text.clone(), String::new()),
        };
        let (parts, syntax) = match subject {
            Subject::Fields => (3, "-Fe or -FX requires service_name/type/field_name"),
            Subject::Params => (3, "-Pe or -PX requires service_name/type/parameter"),
            _ => (2, "-Me, -MX or -M# requires service_name/type"),
        };
        let pattern = Pattern::parse(&name, parts, parts).ok_or_else(|| Fault::new(syntax))?;
        let what = What::parse(subject, change, &pattern, value, &text)?;
        Ok(Self { text, pattern, what, met: 0 })
    }

    /// Whether it picks the entry, or says what this entry shall be.
    fn picks(&self, name: &str, kind: &str) -> bool {
        let says = |new: &ServiceEntry| (new.name.as_str(), new.kind.name()) == (name, kind);
        self.pattern.matches_name(name, kind) || matches!(&self.what, What::Replace(new) if says(new))
    }
}

impl What {
    fn parse(
        subject: Subject,
        change: Change,
        pattern: &Pattern,
        value: String,
        text: &str,
    ) -> Result<Self, Fault> {
        let third = pattern.third().unwrap_or_default();
        match (subject, change) {
            (Subject::Entries, Change::Set) => {
                let entry = ServiceEntry::from_text("", &value, 1);
                let named = |fault: Fault| Fault::new(format!("{}: \"{text}\"", fault.text()));
                entry.map(|entry| Self::Replace(Box::new(entry))).map_err(named)
            }
            (Subject::Fields, _) => {
                let column = FIELDS.iter().position(|field| *field == third);
                let blank = value.contains([' ', '\t']);
                match column {
                    None if third == "*" => Err(Fault::new("-Fe does not accept wild-card field name")),
                    None => Err(Fault::new(format!("invalid service attribute name: \"{third}\""))),
                    Some(at) if blank && at + 1 < FIELDS.len() => {
                        Err(Fault::new("-Fe does not accept whitespace in non-command field"))
                    }
                    Some(at) => Ok(Self::Column(at, value)),
                }
            }
            (Subject::Params, _) if third == "*" => {
                Err(Fault::new("-Pe does not accept wild-card parameter name"))
            }
            (Subject::Params, _) => {
                Ok(Self::Parameter(third.to_owned(), (change == Change::Set).then_some(value)))
            }
            (_, Change::CommentOut) => Ok(Self::CommentOut),
            (_, _) => Ok(Self::Remove),
        }
    }
}

/// An entry's lines: comments and blank lines among them, and where the next entry's begin.
struct Block<'a> {
    comments: Vec<u8>,
    entry: Vec<&'a [u8]>,
    lines: Vec<&'a [u8]>,
    number: usize,
}

fn edited(old: &[u8], file: &str, change: Change, edits: &mut [Edit]) -> Result<Vec<u8>, Fault> {
    let mut new = Vec::with_capacity(old.len() + 100);
    for block in blocks(old) {
        if block.entry.is_empty() {
            new.extend(block.lines.concat());
        } else {
            new.extend(changed(&block, file, change, edits)?);
        }
    }
    let missing = edits.iter().filter(|edit| edit.met == 0);
    for edit in missing {
        if let What::Replace(entry) = &edit.what {
            new.extend(show_master::folded(entry)?.into_bytes());
        }
    }
    Ok(new)
}

/// A block after all edits that pick its entry.
fn changed(block: &Block, file: &str, change: Change, edits: &mut [Edit]) -> Result<Vec<u8>, Fault> {
    let text = lossy(&block.entry.concat());
    let mut words = text.split_ascii_whitespace();
    let (Some(name), Some(kind)) = (words.next(), words.next()) else {
        return Err(Fault::at(file, block.number, "specify service name and type on the same line"));
    };
    let mut entry: Option<ServiceEntry> = None;
    let mut picked = false;
    let mut rewritten = false;
    for edit in edits.iter_mut().filter(|edit| edit.picks(name, kind)) {
        edit.met += 1;
        picked = true;
        match &edit.what {
            What::Replace(_) if edit.met > 1 => {}
            What::Replace(new) => entry = Some((**new).clone()),
            What::Remove | What::CommentOut => {}
            What::Column(..) | What::Parameter(..) => {
                rewritten = true;
                let current = match entry.take() {
                    Some(entry) => entry,
                    None => ServiceEntry::from_text(file, &joined(&text), block.number)?,
                };
                entry = Some(edit.what.apply(&current)?);
            }
        }
    }
    match entry {
        _ if !picked => Ok(block.lines.concat()),
        Some(entry) if rewritten => {
            Ok([block.comments.clone(), show_master::folded(&entry)?.into_bytes()].concat())
        }
        Some(entry) => Ok([show_master::folded(&entry)?.into_bytes(), block.comments.clone()].concat()),
        None if change == Change::CommentOut => Ok(commented_out(block)),
        None => Ok(block.comments.clone()),
    }
}

impl What {
    fn apply(&self, entry: &ServiceEntry) -> Result<ServiceEntry, Fault> {
        match self {
            Self::Column(at, value) => entry.with_column(*at, value),
            Self::Parameter(name, value) => Ok(entry.with_override(name, value.as_deref())),
            Self::Replace(_) | Self::Remove | Self::CommentOut => Ok(entry.clone()),
        }
    }
}

fn commented_out(block: &Block) -> Vec<u8> {
    let lines =
        block.lines.iter().map(|line| if is_comment(line) { line.to_vec() } else { [b"#", *line].concat() });
    lines.collect::<Vec<_>>().concat()
}

/// Blocks of the file: one for each entry with its continuation lines and what stands between and after them, one for
/// what stands before the first.
fn blocks(text: &[u8]) -> Vec<Block<'_>> {
    let mut blocks = vec![Block { comments: Vec::new(), entry: Vec::new(), lines: Vec::new(), number: 1 }];
    for (at, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let opens = !is_comment(line) && !line[0].is_ascii_whitespace();
        if opens {
            blocks.push(Block { comments: Vec::new(), entry: Vec::new(), lines: Vec::new(), number: at + 1 });
        }
        let Some(block) = blocks.last_mut() else { continue };
        for part in physical_lines(line) {
            block.lines.push(part);
            match is_comment(line) {
                true => block.comments.extend(part),
                false => block.entry.push(part),
            }
        }
    }
    blocks
}

fn is_comment(line: &[u8]) -> bool {
    let content = line.trim_ascii_start();
    content.is_empty() || content.starts_with(b"#")
}

fn joined(text: &str) -> String {
    text.replace('\n', " ")
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "# head\nsmtp inet n - y - - smtpd\n# mid\n  -o a=b\n# tail\n\nfoo unix - n n - 1 pipe\n  \
        flags=R user=x\nsmtp unix - - y - - smtp\n";
    const FOO: &str = "foo unix - n n - 1 pipe\n  flags=R user=x\n";
    const LAST: &str = "smtp unix - - y - - smtp\n";

    fn run(subject: Subject, change: Change, words: &[&str]) -> String {
        let words = words.iter().map(OsString::from);
        let mut edits: Vec<Edit> = words.map(|word| Edit::parse(subject, change, &word).unwrap()).collect();
        String::from_utf8(edited(OLD.as_bytes(), "master.cf", change, &mut edits).unwrap()).unwrap()
    }

    #[test]
    fn an_entry_is_replaced_or_added() {
        let new = run(Subject::Entries, Change::Set, &["smtp/inet=smtp inet n - n - 5 smtpd -v"]);
        let line = "smtp       inet  n       -       n       -       5       smtpd -v\n";
        assert_eq!(new, format!("# head\n{line}# mid\n# tail\n\n{FOO}{LAST}"));
        let new = run(Subject::Entries, Change::Set, &["new/unix=new unix - - - - - pipe -o a=b"]);
        let line = "new        unix  -       -       -       -       -       pipe\n    -o a=b\n";
        assert_eq!(new, format!("{OLD}{line}"));
    }

    #[test]
    fn an_entry_is_removed_or_commented_out() {
        let new = run(Subject::Entries, Change::Remove, &["smtp/inet"]);
        assert_eq!(new, format!("# head\n# mid\n# tail\n\n{FOO}{LAST}"));
        let new = run(Subject::Entries, Change::CommentOut, &["smtp/inet"]);
        assert_eq!(
            new,
            format!("# head\n#smtp inet n - y - - smtpd\n# mid\n#  -o a=b\n# tail\n\n{FOO}{LAST}")
        );
    }

    #[test]
    fn columns_change_in_every_entry_that_matches() {
        let new = run(Subject::Fields, Change::Set, &["*/*/chroot=n", "smtp/inet/process_limit=7"]);
        let smtpd = "smtp       inet  n       -       n       -       7       smtpd\n    -o a=b\n";
        let foo = "foo        unix  -       n       n       -       1       pipe flags=R user=x\n";
        let smtp = "smtp       unix  -       -       n       -       -       smtp\n";
        assert_eq!(new, format!("# head\n# mid\n# tail\n\n{smtpd}{foo}{smtp}"));
    }

    #[test]
    fn parameters_are_set_added_and_removed() {
        let entry = |options: &str| {
            let line = "smtp       inet  n       -       y       -       -       smtpd\n";
            format!("# head\n# mid\n# tail\n\n{line}{options}{FOO}{LAST}")
        };
        assert_eq!(run(Subject::Params, Change::Set, &["smtp/inet/a=z"]), entry("    -o a=z\n"));
        assert_eq!(run(Subject::Params, Change::Set, &["smtp/inet/q=r"]), entry("    -o a=b\n    -o q=r\n"));
        assert_eq!(
            run(Subject::Params, Change::Set, &["smtp/inet/q=r s"]),
            entry("    -o a=b\n    -o {q=r s}\n")
        );
        assert_eq!(run(Subject::Params, Change::Remove, &["smtp/inet/a"]), entry(""));
    }

    #[test]
    fn requests_that_make_no_sense_are_refused() {
        for (subject, word, expected) in [
            (Subject::Fields, "a/b=c", "-Fe or -FX requires service_name/type/field_name"),
            (Subject::Fields, "a/b/*=c", "-Fe does not accept wild-card field name"),
            (Subject::Fields, "a/b/type=c d", "-Fe does not accept whitespace in non-command field"),
            (Subject::Params, "a/b=c", "-Pe or -PX requires service_name/type/parameter"),
            (Subject::Entries, "a=b", "-Me, -MX or -M# requires service_name/type"),
            (Subject::Entries, "a/inet=b", "bad field count: \"a/inet=b\""),
        ] {
            let fault = Edit::parse(subject, Change::Set, &OsString::from(word)).unwrap_err();
            assert_eq!(fault.to_string(), expected);
        }
    }
}
