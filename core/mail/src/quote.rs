//! External (quoted) form of addresses, as commands, headers and logs carry it (RFC 5321 4.1.2).

use crate::Address;

impl Address {
    /// External form: the local part is quoted when it is no dot-string (RFC 5321 4.1.2). The null sender stays
    /// empty. Bytes above 127 need no quotes, as in Postfix.
    pub fn to_external(&self) -> String {
        let text = self.as_str();
        let split = text.rfind('@').unwrap_or(text.len());
        let (local, domain) = text.split_at(split);
        if text.is_empty() || is_dot_string(local) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len() + 2);
        out.push('"');
        for c in local.chars() {
            if matches!(c, '"' | '\\' | '\r' | '\n') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('"');
        out + domain
    }

    /// Internal form of an address in external form: quotes go, backslashes go, the domain stays as it is.
    pub fn from_external(text: &str) -> Self {
        let split = text.rfind('@').unwrap_or(text.len());
        let (local, domain) = text.split_at(split);
        let mut out = String::with_capacity(text.len());
        let mut chars = local.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => {}
                '\\' => out.extend(chars.next()),
                c => out.push(c),
            }
        }
        Self::new(out + domain)
    }
}

fn is_dot_string(local: &str) -> bool {
    let plain = |c: char| !c.is_ascii_control() && !" <>()[]\\,;:@\"".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_gets_them_and_they_come_off_again() {
        for (internal, external) in [
            ("bob@example.org", "bob@example.org"),
            ("bob", "bob"),
            ("", ""),
            ("bob x@example.org", "\"bob x\"@example.org"),
            ("a\"b\\c@example.org", "\"a\\\"b\\\\c\"@example.org"),
            (".a@example.org", "\".a\"@example.org"),
            ("a..b@example.org", "\"a..b\"@example.org"),
            ("a@b@example.org", "\"a@b\"@example.org"),
            ("jürgen@example.org", "jürgen@example.org"),
            ("@example.org", "\"\"@example.org"),
        ] {
            assert_eq!(Address::new(internal).to_external(), external);
            assert_eq!(Address::from_external(external).as_str(), internal);
        }
    }
}
