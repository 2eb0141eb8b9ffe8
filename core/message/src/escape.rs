//! C-style escapes in `message_strip_characters` and `message_reject_characters`.

/// `\a \b \f \n \r \t \v \nnn \\`; a backslash before anything else gives that character (postconf(5)).
pub fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escaped) = bytes.get(at) else { break };
        if (b'0'..=b'7').contains(&escaped) {
            let digits = bytes[at..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let value = bytes[at..at + digits].iter().fold(0u32, |sum, b| sum * 8 + u32::from(b - b'0'));
            out.push((value & 0xff) as u8);
            at += digits;
        } else {
            out.push(simple(escaped));
            at += 1;
        }
    }
    out
}

fn simple(letter: u8) -> u8 {
    match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_give_the_bytes_that_c_gives() {
        assert_eq!(unescape("\\0\\n\\101\\\\x\\q"), b"\0\nA\\xq");
        assert_eq!(unescape("\\1234"), b"S4");
        assert_eq!(unescape("end\\"), b"end");
    }
}
