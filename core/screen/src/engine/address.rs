//! Addresses as the engine reads them: only to be logged, so anything will do.

use mail::Address;

/// The address in what follows a command's word: behind the first colon, with or without `<>`, without a source route,
/// quotes removed. None when there is no colon.
pub(super) fn extract(args: &[u8]) -> Option<Address> {
    let text = String::from_utf8_lossy(args);
    let (_, text) = text.split_once(':')?;
    let text = text.trim_start_matches(' ');
    let (text, bracketed) = match text.strip_prefix('<') {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let text = match text.split_once(':') {
        Some((_, address)) if bracketed && text.starts_with('@') => address,
        _ => text,
    };
    Some(Address::new(unquoted(text, if bracketed { '>' } else { ' ' })))
}

/// The text up to an unquoted `end`, without quotes and backslashes.
fn unquoted(text: &str, end: char) -> String {
    let mut out = String::new();
    let mut quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '"' => quoted = !quoted,
            c if c == end && !quoted => break,
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use smtp::address::quote;

    #[test]
    fn whatever_a_client_writes_can_be_logged() {
        for (args, expected) in [
            ("FROM: <a@b>", "a@b"),
            ("TO: <@x,@y:c@d> foo", "c@d"),
            ("TO:\"a b\"@c", "\"a b\"@c"),
            ("TO:a@b c@d", "a@b"),
            ("to: <c", "c"),
            ("TO: <\"x>y\"@c>", "\"x>y\"@c"),
            ("X:<a@b>", "a@b"),
            ("TO :<a@b>", "a@b"),
            ("TO:<a b@c>", "\"a b\"@c"),
            ("TO:<a\\>b@c>", "\"a>b\"@c"),
            ("TO:<<a@b>>", "\"<a\"@b"),
            ("TO:a<b@c>d", "\"a<b\"@c>d"),
            ("TO:<a@b@c>", "\"a@b\"@c"),
            ("TO:<>", ""),
            ("TO:", ""),
            ("TO:<@b>", "\"\"@b"),
            ("TO:<a.>", "\"a.\""),
            ("TO:<a@[1.2.3.4]>", "a@[1.2.3.4]"),
            ("TO:<\"a\\\"b\"@c>", "\"a\\\"b\"@c"),
            ("TO:<a\"b c\"d@c>", "\"ab cd\"@c"),
            ("TO:(x)<b>", "\"(x)<b>\""),
        ] {
            assert_eq!(extract(args.as_bytes()).map(|a| quote(&a)).as_deref(), Some(expected), "{args}");
        }
        assert_eq!(extract(b"TO <a@b>"), None);
    }
}
