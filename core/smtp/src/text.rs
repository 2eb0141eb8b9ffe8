//! Remote text made safe to show: in log lines, replies and header fields.

/// The text with each control character replaced by `?`. 8-bit text that is valid UTF-8 stays.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Bytes from a peer as one printable line; what is no UTF-8 becomes `?` too.
pub fn printable_bytes(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() || c == char::REPLACEMENT_CHARACTER { '?' } else { c }).collect()
}

/// A HELO name as log lines, policies and the Received header show it: no white space, brackets of any kind or
/// quotes, so that it cannot pretend to be something else.
pub fn neuter_helo(name: &str) -> String {
    name.chars().map(|c| if c.is_control() || HELO_UNSAFE.contains(c) { '?' } else { c }).collect()
}

/// A host name: labels of letters, digits, `-` and `_`, and not all digits.
pub fn is_hostname(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b >= 0x80;
    let label = |label: &str| {
        let hyphen = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && !hyphen && label.bytes().all(letter)
    };
    let numeric = name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    name.len() <= 255 && !numeric && name.split('.').all(label)
}

/// The first `limit` bytes, cut at a character boundary.
pub fn clip(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Text with control characters as C escapes (`\r\n`), as the log shows early talk.
pub fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b'\r' => out.push_str("\\r"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            7 => out.push_str("\\a"),
            8 => out.push_str("\\b"),
            11 => out.push_str("\\v"),
            12 => out.push_str("\\f"),
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out
}

/// The other way round, for parameters that are written so: `\t`, `\40`, `\\`.
pub fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut octal = String::new();
        while let Some(digit) = rest.next_if(|c| octal.len() < 3 && ('0'..='7').contains(c)) {
            octal.push(digit);
        }
        match u32::from_str_radix(&octal, 8).ok().and_then(char::from_u32) {
            Some(c) => out.push(c),
            None => out.extend(rest.next().map(|c| match c {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                c => c,
            })),
        }
    }
    out
}

const HELO_UNSAFE: &str = " <>()\\\";@,";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helo_name_cannot_carry_syntax_into_the_received_header() {
        assert_eq!(neuter_helo("a<b>(c)\"d\"\r\nX: y"), "a?b??c??d???X:?y");
        assert_eq!(neuter_helo("[IPv6:2001:db8::1]"), "[IPv6:2001:db8::1]");
    }

    #[test]
    fn clipping_keeps_characters_whole() {
        assert_eq!(clip("aé", 2), "a");
        assert_eq!(clip("abc", 9), "abc");
    }

    #[test]
    fn escapes_stand_for_characters() {
        assert_eq!(unescaped(r"\t\40!\\]x"), "\t !\\]x");
    }

    #[test]
    fn early_talk_is_shown_with_escapes() {
        assert_eq!(escaped(b"RSET\r\n\x00\x08"), "RSET\\r\\n\\000\\b");
    }
}
