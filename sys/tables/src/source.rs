//! The text form of tables: the `key value` lines of postmap(1) and the `name: value` lines of aliases(5).
//! Text in, entries and flaws out; no files.

/// One entry of a table source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number of its first line.
    pub line: usize,
    /// The key as written.
    pub key: Vec<u8>,
    /// The value, blanks around it trimmed.
    pub value: Vec<u8>,
    /// A doubt that doesn't keep the entry out.
    pub doubt: Option<&'static str>,
}

/// A line that can't be an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The number of its first line; 0 when the text of the fault shows the line.
    pub line: usize,
    /// What is wrong.
    pub fault: String,
}

/// The two text forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// postmap(1): key, blanks, value.
    Map,
    /// aliases(5): name, colon, value.
    Aliases,
}

/// All entries of a source, each good or flawed.
pub fn parse(text: &[u8], form: Form) -> Vec<Result<Entry, Flaw>> {
    logical_lines(text).iter().map(|line| entry(line, form)).collect()
}

/// The entry of one logical line.
pub fn entry(line: &Line, form: Form) -> Result<Entry, Flaw> {
    let parsed = match (&line.fault, form) {
        (Some(fault), _) => Err(fault.clone()),
        (None, Form::Map) => map_entry(&line.text, line.number),
        (None, Form::Aliases) => alias_entry(&line.text, line.number),
    };
    let number = if line.fault.is_some() { 0 } else { line.number };
    parsed.map_err(|fault| Flaw { line: number, fault })
}

/// True when every entry has the form `name:`, as in aliases(5).
pub fn looks_like_aliases(text: &[u8]) -> bool {
    let entries = parse(text, Form::Map);
    !entries.is_empty() && entries.iter().all(|e| e.as_ref().is_ok_and(|e| e.key.ends_with(b":")))
}

/// A logical line: one that starts at the left margin, with the lines that continue it.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the first line.
    pub number: usize,
    /// The joined text; line ends are gone, the blanks that begin a continuation stay.
    pub text: Vec<u8>,
    /// Set when the line is no logical line.
    pub fault: Option<String>,
}

/// Joins lines that start with blanks to the one before; drops blank lines and comments, which don't end a
/// logical line.
pub fn logical_lines(text: &[u8]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (number, line) in (1..).zip(text.split(|b| *b == b'\n')) {
        let Some(start) = line.iter().position(|b| !is_blank(*b)) else { continue };
        if line[start] == b'#' {
            continue;
        }
        match lines.last_mut() {
            Some(last) if start > 0 && last.fault.is_none() => last.text.extend_from_slice(line),
            _ => {
                let shown = String::from_utf8_lossy(&line[..line.len().min(30)]).into_owned();
                let fault =
                    (start > 0).then(|| format!("logical line must not start with whitespace: \"{shown}\""));
                lines.push(Line { number, text: line.to_vec(), fault });
            }
        }
    }
    lines
}

fn map_entry(text: &[u8], line: usize) -> Result<Entry, String> {
    let end = if text.first() == Some(&b'"') {
        let close = closing_quote(text)
            .ok_or_else(|| format!("unbalanced '\"' in '{}'", String::from_utf8_lossy(text)))?;
        close + text[close..].iter().position(|b| is_blank(*b)).unwrap_or(text.len() - close)
    } else {
        text.iter().position(|b| is_blank(*b)).unwrap_or(text.len())
    };
    let (key, value) = (text[..end].to_vec(), trim(&text[end..]).to_vec());
    if value.is_empty() {
        return Err("expected format: key whitespace value".to_owned());
    }
    let doubt = key.ends_with(b":").then_some(ALIAS_DOUBT);
    Ok(Entry { line, key, value, doubt })
}

fn alias_entry(text: &[u8], line: usize) -> Result<Entry, String> {
    let colon = alias_colon(text).ok_or(NEED_PAIR)?;
    let key = alias_name(&text[..colon]);
    let value = close_quote(trim(&text[colon + 1..]));
    if key.is_empty() || value.is_empty() {
        return Err(NEED_PAIR.to_owned());
    }
    if key.contains(&b'@') {
        return Err("name must be local".to_owned());
    }
    Ok(Entry { line, key, value, doubt: None })
}

/// The first `:` outside quotes and comments.
fn alias_colon(text: &[u8]) -> Option<usize> {
    let (mut quoted, mut depth, mut at) = (false, 0usize, 0);
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'"' if depth == 0 => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            b':' if !quoted && depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The name without quotes, comments and the blanks around it.
fn alias_name(text: &[u8]) -> Vec<u8> {
    let (mut name, mut quoted, mut depth) = (Vec::new(), false, 0usize);
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => name.extend(bytes.next().filter(|_| depth == 0)),
            b'"' if depth == 0 => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted && depth > 0 => depth -= 1,
            _ if depth == 0 => name.push(byte),
            _ => {}
        }
    }
    trim(&name).to_vec()
}

/// Ends a quoted string that the value leaves open, as Postfix does.
fn close_quote(value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    let mut open = false;
    let mut bytes = value.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next(),
            b'"' => open = !open,
            _ => {}
        }
    }
    if open {
        value.push(b'"');
    }
    value
}

fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'"' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| !is_blank(*b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_blank(*b)).map_or(start, |p| p + 1);
    &text[start..end]
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

const ALIAS_DOUBT: &str = "record is in \"key: value\" format; is this an alias file?";
const NEED_PAIR: &str = "need name:value pair";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: Form) -> Vec<String> {
        let lossy = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let show = |item: Result<Entry, Flaw>| match item {
            Ok(e) => format!("{} {}={}", e.line, lossy(&e.key), lossy(&e.value)),
            Err(f) => format!("{} ! {}", f.line, f.fault),
        };
        parse(text.as_bytes(), form).into_iter().map(show).collect()
    }

    #[test]
    fn comments_and_blank_lines_do_not_end_a_logical_line() {
        let text = "Foo  bar baz\n# c\n\n  cont\nquux\n\"a b\" c d  \n\"x y\nxx  \t \n";
        let expected = [
            "1 Foo=bar baz  cont",
            "5 ! expected format: key whitespace value",
            "6 \"a b\"=c d",
            "7 ! unbalanced '\"' in '\"x y'",
            "8 ! expected format: key whitespace value",
        ];
        assert_eq!(read(text, Form::Map), expected);
        assert_eq!(
            read("  x y\nb c\n", Form::Map),
            ["0 ! logical line must not start with whitespace: \"  x y\"", "2 b=c"]
        );
    }

    #[test]
    fn aliases_are_read_as_postalias_reads_them() {
        let text = "Postmaster: root\nfoo : bar, \"|/bin/x y\", :include:/x y\n cont\n\"q: Name\": z\nbaz\n\
            two(x:y): (comment) a b\nempty:\na@b: x\nbad: x \"un\nx y: z\n|cmd: foo\n";
        let expected = [
            "1 Postmaster=root",
            "2 foo=bar, \"|/bin/x y\", :include:/x y cont",
            "4 q: Name=z",
            "5 ! need name:value pair",
            "6 two=(comment) a b",
            "7 ! need name:value pair",
            "8 ! name must be local",
            "9 bad=x \"un\"",
            "10 x y=z",
            "11 |cmd=foo",
        ];
        assert_eq!(read(text, Form::Aliases), expected);
    }

    #[test]
    fn an_alias_file_is_told_from_a_map() {
        assert!(looks_like_aliases(b"# x\npostmaster: root\nroot: me\n"));
        assert!(!looks_like_aliases(b"example.org smtp:\n"));
        assert!(!looks_like_aliases(b""));
    }
}
