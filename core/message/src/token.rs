//! The smallest pieces of an address: atoms, quoted strings, comments, domain literals, operators.
//!
//! Nothing is thrown away that is not understood, so a list of tokens can always be written back (Postfix's
//! `tok822` works alike). White space is not kept. One pass, no look-back: linear time.

/// A lexical token of RFC 5322 section 3.2, read leniently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A run of ordinary characters, backslashes removed.
    Atom(Vec<u8>),
    /// A quoted string, without quotes and backslashes. Also an atom that needs quotes.
    Quoted(Vec<u8>),
    /// A comment with its parentheses, as written: nested comments need no parsing that way.
    Comment(Vec<u8>),
    /// A domain literal without brackets and backslashes.
    Literal(Vec<u8>),
    /// One of [`OPERATORS`].
    Op(u8),
    /// The colon behind the name of a group.
    StartGroup,
}

impl Token {
    /// Atoms, strings, comments and literals: two of them in a row need a space between them.
    pub fn is_word(&self) -> bool {
        !matches!(self, Self::Op(_) | Self::StartGroup)
    }

    /// True for this operator.
    pub fn is_op(&self, op: u8) -> bool {
        *self == Self::Op(op)
    }
}

/// Divides text into tokens; stops after `limit` tokens (`header_address_token_limit`).
pub fn scan(text: &[u8], limit: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() && tokens.len() < limit {
        let byte = text[at];
        at += 1;
        match byte {
            _ if is_space(byte) => {}
            b'(' => tokens.push(Token::Comment(comment(text, &mut at))),
            b'[' => tokens.push(Token::Literal(enclosed(text, &mut at, b']'))),
            b'"' => tokens.push(Token::Quoted(enclosed(text, &mut at, b'"'))),
            b'\\' => tokens.push(atom(text, at - 1, &mut at)),
            _ if OPERATORS.contains(&byte) => tokens.push(Token::Op(byte)),
            _ => tokens.push(atom(text, at - 1, &mut at)),
        }
    }
    tokens
}

/// Writes tokens back in external (quoted) form, one after another, with a space only between two words.
pub fn externalize(tokens: &[Token], out: &mut Vec<u8>) {
    for (index, token) in tokens.iter().enumerate() {
        write_external(token, out);
        if token.is_word() && tokens.get(index + 1).is_some_and(Token::is_word) {
            out.push(b' ');
        }
    }
}

/// One token in external form.
pub(crate) fn write_external(token: &Token, out: &mut Vec<u8>) {
    match token {
        Token::Atom(text) | Token::Comment(text) => out.extend_from_slice(text),
        Token::Quoted(text) => quote(text, b'"', b'"', b"\"\\\r\n", out),
        Token::Literal(text) => quote(text, b'[', b']', b"\\\r\n", out),
        Token::Op(op) => out.push(*op),
        Token::StartGroup => out.push(b':'),
    }
}

fn quote(text: &[u8], open: u8, close: u8, special: &[u8], out: &mut Vec<u8>) {
    out.push(open);
    for &byte in text {
        if special.contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(close);
}

/// Everything up to the parenthesis that closes the one before `at`, or to the end of the text.
fn comment(text: &[u8], at: &mut usize) -> Vec<u8> {
    let start = *at - 1;
    let mut level = 1;
    while *at < text.len() && level > 0 {
        match text[*at] {
            b'(' => level += 1,
            b')' => level -= 1,
            b'\\' if *at + 1 < text.len() => *at += 1,
            _ => {}
        }
        *at += 1;
    }
    let mut comment = text[start..*at].to_vec();
    comment.retain(|byte| !matches!(byte, b'\r'));
    comment
}

fn enclosed(text: &[u8], at: &mut usize, close: u8) -> Vec<u8> {
    let inside = collect(text, at, |byte| byte != close);
    *at = (*at + 1).min(text.len());
    inside
}

fn atom(text: &[u8], start: usize, at: &mut usize) -> Token {
    *at = start;
    let word = collect(text, at, |byte| !is_space(byte) && !OPERATORS.contains(&byte));
    // Characters that came in behind a backslash can only be written inside quotes. Bytes above 127 stay bare.
    let needs_quotes = word.iter().any(|&b| b == b' ' || b.is_ascii_control() || OPERATORS.contains(&b));
    if needs_quotes { Token::Quoted(word) } else { Token::Atom(word) }
}

fn collect(text: &[u8], at: &mut usize, goes_on: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut word = Vec::new();
    while *at < text.len() {
        let mut byte = text[*at];
        if byte == b'\\' {
            *at += 1;
            match text.get(*at) {
                Some(&escaped) => byte = escaped,
                None => break,
            }
        } else if !goes_on(byte) {
            break;
        }
        word.push(if is_space(byte) { b' ' } else { byte });
        *at += 1;
    }
    word
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// RFC 5322 specials, and the routing operators of older mail systems.
pub const OPERATORS: &[u8] = b"|%!()<>@,;:\\\".[]";

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        let mut out = Vec::new();
        externalize(&scan(text.as_bytes(), 1000), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_scanned_is_written_back_without_its_white_space() {
        for (input, output) in [
            ("bob @ example . org", "bob@example.org"),
            ("first last@x", "first last@x"),
            ("\"a b\"@x", "\"a b\"@x"),
            ("\"a\\\"b\"@x", "\"a\\\"b\"@x"),
            ("a\\ b@x", "\"a b\"@x"),
            ("u@[1.2.3.4]", "u@[1.2.3.4]"),
            ("a (b (c) \\) d) e", "a (b (c) \\) d) e"),
            ("x (open", "x (open"),
            ("\"open", "\"open\""),
            ("[open", "[open]"),
            ("a\\", "a"),
            ("a%b!c", "a%b!c"),
        ] {
            assert_eq!(round(input), output, "{input}");
        }
    }

    #[test]
    fn the_limit_bounds_the_number_of_tokens() {
        assert_eq!(scan(b"a,b,c,d", 3).len(), 3);
    }
}
