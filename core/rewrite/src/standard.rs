//! The standard form of an address: `user@fully.qualified.domain`, after the rules of postconf(5).
//! Works on tokens; an address that makes no sense stays as it is, so that messages about it show it.

use mail::Address;
use message::{Token, scan};

/// Which forms are brought into standard form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `swap_bangpath`: `site!user` becomes `user@site`.
    pub swap_bangpath: bool,
    /// `allow_percent_hack`: `user%domain` becomes `user@domain`.
    pub allow_percent_hack: bool,
    /// `append_at_myorigin`: `user` becomes `user@origin`.
    pub append_at_myorigin: bool,
    /// `append_dot_mydomain`: `user@host` becomes `user@host.domain`.
    pub append_dot_mydomain: bool,
}

/// What completes an incomplete address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Follows the `@` that is missing: `myorigin`, or `remote_header_rewrite_domain`. Empty: nothing.
    pub origin: String,
    /// Follows a host name without dot: `mydomain`, or `remote_header_rewrite_domain`. Empty: nothing.
    pub domain: String,
}

/// The standard form of an address in external form, again in external form. The null address is `""`.
pub fn standard_form(address: &str, rules: &Rules, origin: &Origin) -> String {
    let mut tokens = scan(address.as_bytes(), usize::MAX);
    if tokens.is_empty() {
        return address.to_owned();
    }
    standard_tokens(&mut tokens, rules, origin);
    let internal = internal_form(&tokens);
    if internal.is_empty() { "\"\"".to_owned() } else { Address::new(internal).to_external() }
}

/// The host name that `append_dot_mydomain` completes in an address, if it does.
pub fn completed_host(address: &str, rules: &Rules, origin: &Origin) -> Option<String> {
    let undotted = Rules { append_dot_mydomain: false, ..*rules };
    let form = |rules: &Rules| {
        let mut tokens = scan(address.as_bytes(), usize::MAX);
        standard_tokens(&mut tokens, rules, origin);
        tokens
    };
    let (before, after) = (form(&undotted), form(rules));
    let at = last(&before, b'@')?;
    (before != after && !before.is_empty()).then(|| internal_form(&before[at + 1..]))
}

/// The standard form, on tokens.
pub fn standard_tokens(tokens: &mut Vec<Token>, rules: &Rules, origin: &Origin) {
    if matches!(tokens.as_slice(), [Token::Quoted(text)] if text.is_empty()) {
        return;
    }
    // A lone @ counts as the null address.
    if matches!(tokens.as_slice(), [token] if token.is_op(b'@')) {
        *tokens = vec![Token::Quoted(Vec::new())];
        return;
    }
    strip_source_route(tokens);
    if last(tokens, b'@').is_none() {
        add_domain(tokens, rules, origin);
    }
    if rules.append_dot_mydomain && !origin.domain.is_empty() {
        complete_domain(tokens, origin);
    }
    if ends_in_single_dot(tokens) {
        tokens.pop();
    }
}

/// Internal form of an address's tokens: quotes and backslashes are gone. Text that is no UTF-8 is kept readable.
pub(crate) fn internal_form(tokens: &[Token]) -> String {
    let mut out = Vec::new();
    for token in tokens {
        match token {
            Token::Atom(text) | Token::Quoted(text) | Token::Comment(text) => out.extend_from_slice(text),
            Token::Literal(text) => {
                out.push(b'[');
                out.extend_from_slice(text);
                out.push(b']');
            }
            Token::Op(op) => out.push(*op),
            Token::StartGroup => out.push(b':'),
        }
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A dot at the end of the domain goes.
pub(crate) fn strip_trailing_dot(tokens: &mut Vec<Token>) {
    if last(tokens, b'@').is_some() && ends_in_single_dot(tokens) {
        tokens.pop();
    }
}

/// `..` and `@.` at the end stay: a bogus address is shown as it is.
fn ends_in_single_dot(tokens: &[Token]) -> bool {
    matches!(tokens, [.., before, end] if end.is_op(b'.') && !before.is_op(b'.') && !before.is_op(b'@'))
}

/// The last place of an operator.
pub(crate) fn last(tokens: &[Token], op: u8) -> Option<usize> {
    tokens.iter().rposition(|token| token.is_op(op))
}

/// RFC 5321 section 4.1.1.3: `@a,@b:user@domain` is read as `user@domain`.
fn strip_source_route(tokens: &mut Vec<Token>) {
    if !tokens.first().is_some_and(|token| token.is_op(b'@')) {
        return;
    }
    let colon = tokens.iter().position(|token| token.is_op(b':'));
    if let Some(colon) = colon.filter(|&colon| colon + 1 < tokens.len()) {
        tokens.drain(..=colon);
    }
}

fn add_domain(tokens: &mut Vec<Token>, rules: &Rules, origin: &Origin) {
    let bang = tokens.iter().position(|token| token.is_op(b'!'));
    if let Some(bang) = bang.filter(|_| rules.swap_bangpath) {
        let mut swapped = tokens.split_off(bang + 1);
        tokens.pop();
        swapped.push(Token::Op(b'@'));
        swapped.append(tokens);
        *tokens = swapped;
    } else if let Some(percent) = last(tokens, b'%').filter(|_| rules.allow_percent_hack) {
        tokens[percent] = Token::Op(b'@');
    } else if rules.append_at_myorigin && !origin.origin.is_empty() {
        tokens.push(Token::Op(b'@'));
        tokens.extend(scan(origin.origin.as_bytes(), usize::MAX));
    }
}

/// Adds the domain to a host name without a dot, when there is one.
fn complete_domain(tokens: &mut Vec<Token>, origin: &Origin) {
    let Some(at) = last(tokens, b'@') else { return };
    let host = &tokens[at + 1..];
    let complete = |token: &Token| token.is_op(b'.') || matches!(token, Token::Literal(_));
    if !host.is_empty() && !host.iter().any(complete) {
        tokens.push(Token::Op(b'.'));
        tokens.extend(scan(origin.domain.as_bytes(), usize::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        swap_bangpath: true,
        allow_percent_hack: true,
        append_at_myorigin: true,
        append_dot_mydomain: false,
    };

    fn form(address: &str, rules: Rules) -> String {
        let origin = Origin { origin: "mail.example.com".into(), domain: "example.com".into() };
        standard_form(address, &rules, &origin)
    }

    #[test]
    fn addresses_take_the_form_that_postfix_gives_them() {
        for (address, expected) in [
            ("a", "a@mail.example.com"),
            ("a@b", "a@b"),
            ("u%v", "u@v"),
            ("w!x", "x@w"),
            ("a!b!c", "b!c@a"),
            ("q@r.", "q@r"),
            ("k@.", "k@."),
            ("a@b..", "a@b.."),
            ("@a,@b:c@d", "c@d"),
            ("@", "\"\""),
            ("\"\"", "\"\""),
            ("", ""),
            (".y", "\".y\"@mail.example.com"),
            ("a@b@c", "\"a@b\"@c"),
            ("\"a\"@b", "a@b"),
            ("\"x@y\"@z", "\"x@y\"@z"),
            ("x@\"y z\"", "x@y z"),
            ("a@[1.2.3.4]", "a@[1.2.3.4]"),
            ("\"a b\"", "\"a b\"@mail.example.com"),
        ] {
            assert_eq!(form(address, RULES), expected, "{address}");
        }
    }

    #[test]
    fn each_rule_can_be_turned_off() {
        let none = Rules {
            swap_bangpath: false,
            allow_percent_hack: false,
            append_at_myorigin: false,
            append_dot_mydomain: false,
        };
        for address in ["a", "a%b", "a!b", "a@b"] {
            assert_eq!(form(address, none), address);
        }
        assert_eq!(form("z.", none), "z");
        assert_eq!(form("a@b", Rules { append_dot_mydomain: true, ..none }), "a@b.example.com");
        assert_eq!(form("a@b.c", Rules { append_dot_mydomain: true, ..none }), "a@b.c");
        assert_eq!(form("a@[1]", Rules { append_dot_mydomain: true, ..none }), "a@[1]");
    }
}
