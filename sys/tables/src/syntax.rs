//! The small grammar of table names: `type:name`, lists, and `{ ... }` with its nesting.

use crate::TableError;

/// Divides `type:name`.
pub fn split_type(name: &str) -> Result<(&str, &str), TableError> {
    match name.split_once(':') {
        Some((kind, rest)) if !kind.is_empty() && !rest.is_empty() => Ok((kind, rest)),
        _ => Err(TableError::syntax(format!(
            "open dictionary: expecting \"type:name\" form instead of \"{name}\""
        ))),
    }
}

/// Splits a list at commas and blanks; what stands in `{}` stays together (with its braces).
pub fn split_list(text: &str) -> Vec<String> {
    split_outside_braces(text, |c| c == ',' || c.is_ascii_whitespace())
}

pub(crate) fn split_outside_braces(text: &str, divides: impl Fn(char) -> bool) -> Vec<String> {
    let (mut words, mut word, mut depth) = (Vec::new(), String::new(), 0usize);
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && divides(c) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// What is inside the braces, trimmed; None when `text` isn't one braced whole.
pub(crate) fn unbrace(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut depth = 0i32;
    for c in inner.chars() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth < 0 {
            return None;
        }
    }
    (depth == 0).then(|| inner.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_keep_commas_and_blanks_together() {
        assert_eq!(split_list("a, b  {c, {d}}x,"), ["a", "b", "{c, {d}}x"]);
        assert_eq!(unbrace("{ a {b} }"), Some("a {b}"));
        assert_eq!(unbrace("{a}{b}"), None);
        assert_eq!(unbrace("{a"), None);
    }

    #[test]
    fn a_table_name_needs_both_halves() {
        assert_eq!(split_type("lmdb:/a:b").unwrap(), ("lmdb", "/a:b"));
        for bad in ["x", ":x", "x:"] {
            assert!(split_type(bad).is_err(), "{bad}");
        }
    }
}
