//! Patterns with `*` as the only wildcard, for lines that a test expects.

/// Does `text` match `pattern`, in which `*` stands for any run of characters?
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("250 *", "250 2.1.0 Ok"));
        assert!(matches("*queued as*", "250 2.0.0 Ok: queued as 1F"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*b", "a-c"));
        assert!(!matches("250", "250 Ok"));
        assert!(!matches("ab*b", "ab"));
    }
}
