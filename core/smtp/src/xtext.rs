//! xtext of RFC 3461 section 4: `+` and two upper-case hexadecimal digits for what may not stand for itself.

/// Encodes as xtext. 8-bit text that is UTF-8 stays as it is (RFC 6533 section 3, utf-8-addr-unitext).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '+' | '=' => out.push_str(&format!("+{:02X}", c as u32)),
            '!'..='~' => out.push(c),
            c if (c as u32) < 128 => out.push_str(&format!("+{:02X}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// Decodes xtext; leniently, lower-case digits count too. None when a `+` lacks its two digits. What is no UTF-8
/// afterwards becomes the replacement character.
pub fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'+' {
            let digits = text.get(at + 1..at + 3)?;
            if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            out.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for text in ["", "a+b=c", "a b\r\n", "rfc822;user@example.org", "grün"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        assert_eq!(encode("a+b c"), "a+2Bb+20c");
        assert_eq!(decode("a+2bb+ce").as_deref(), Some("a+b\u{fffd}"));
    }

    #[test]
    fn broken_escapes_are_refused() {
        for bad in ["+", "+2", "a+zz", "+-1", "+\u{e9}1"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
