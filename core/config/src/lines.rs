//! Logical lines, as main.cf, master.cf and most table files have them: text in column one opens a line, leading
//! white space continues it; comments (first non-blank character `#`) and blank lines are skipped and do not end
//! a continued line (postconf(5)).

/// A logical line and where it stands in its file; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logical {
    /// The physical lines joined, their leading white space kept, line ends removed.
    pub text: String,
    /// The first physical line.
    pub first: usize,
    /// The last physical line with text of this logical line.
    pub last: usize,
}

/// All logical lines of a text. A continuation without a line to continue becomes a logical line of its own,
/// which still begins with white space: readers refuse or ignore it.
pub fn logical(text: &str) -> Vec<Logical> {
    let mut lines: Vec<Logical> = Vec::new();
    for (index, physical) in text.split('\n').enumerate() {
        let physical = physical.strip_suffix('\r').unwrap_or(physical);
        let content = physical.trim_start_matches(is_space);
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let continues = physical.starts_with(is_space);
        match lines.last_mut() {
            Some(line) if continues => {
                line.text.push_str(physical);
                line.last = index + 1;
            }
            _ => lines.push(Logical { text: physical.to_owned(), first: index + 1, last: index + 1 }),
        }
    }
    lines
}

/// `name = value` taken apart, both trimmed; the fault is the sentence Postfix says.
pub fn name_value(line: &str) -> Result<(&str, &str), &'static str> {
    let line = line.trim_matches(is_space);
    let end = line.find(|c| is_space(c) || c == '=').unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if name.is_empty() {
        return Err("missing attribute name");
    }
    let rest = rest.trim_start_matches(is_space);
    let value = rest.strip_prefix('=').ok_or("missing '=' after attribute name")?;
    Ok((name, value.trim_start_matches(is_space)))
}

/// White space as the C locale's isspace(3) has it.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, usize, usize)> {
        logical(text).into_iter().map(|line| (line.text, line.first, line.last)).collect()
    }

    #[test]
    fn comments_and_blank_lines_do_not_end_a_continued_line() {
        let text = "# head\na = 1,\n# between\n\n  2,\n   # indented comment\n\t3\nb = # data\n";
        assert_eq!(texts(text), [("a = 1,  2,\t3".into(), 2, 7), ("b = # data".into(), 8, 8)]);
    }

    #[test]
    fn white_space_before_the_first_line_continues_nothing() {
        assert_eq!(texts("  a = 1\nb = 2"), [("  a = 1".into(), 1, 1), ("b = 2".into(), 2, 2)]);
    }

    #[test]
    fn names_and_values_are_trimmed_and_faults_named() {
        assert_eq!(name_value("a=b = c "), Ok(("a", "b = c")));
        assert_eq!(name_value("a ="), Ok(("a", "")));
        assert_eq!(name_value("a b"), Err("missing '=' after attribute name"));
        assert_eq!(name_value("= b"), Err("missing attribute name"));
    }
}
