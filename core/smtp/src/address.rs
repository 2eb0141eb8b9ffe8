//! Addresses on the wire: quoting for commands and log lines, and the lenient reading of what clients put between
//! `<` and `>`. Whether a domain or a local part is acceptable is decided by whoever resolves the address.

use mail::Address;
use std::fmt;

/// The address as RFC 5321 wants it in commands, without the angle brackets: the local part is quoted when it is no
/// dot-string, `"a b"@example.org`. The null sender stays empty.
pub fn quote(address: &Address) -> String {
    if address.is_null() {
        return String::new();
    }
    let local = address.local();
    let mut out = if is_dot_string(local) { local.to_owned() } else { quoted_string(local) };
    if let Some(domain) = address.domain() {
        out.push('@');
        out.push_str(domain);
    }
    out
}

/// Why an envelope address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPath;

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bad address syntax")
    }
}

impl std::error::Error for BadPath {}

/// Reads an envelope path such as `<user@example.org>`. Leniently (`strict_rfc821_envelopes = no`) it also takes
/// missing brackets, RFC 822 comments and a display name, because clients send them. A source route
/// (`<@a,@b:user@c>`) is dropped, RFC 5321 appendix C. The result may be the null address.
pub fn parse_path(text: &str, strict: bool) -> Result<Address, BadPath> {
    if strict && !(text.starts_with('<') && text.ends_with('>')) {
        return Err(BadPath);
    }
    let mut found = Found { strict, ..Found::default() };
    let mut scanner = Scanner(text.char_indices().peekable());
    let mut depth = Depth::Outside;
    while let Some(token) = scanner.next()? {
        depth = found.take(token, depth)?;
    }
    if depth == Depth::Inside {
        return Err(BadPath);
    }
    found.finish()
}

/// True when the text may stand unquoted as a local part.
fn is_dot_string(local: &str) -> bool {
    !local.is_empty() && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char))
}

fn is_atom_char(c: char) -> bool {
    !c.is_ascii() || (c.is_ascii_graphic() && !SPECIALS.contains(c))
}

fn quoted_string(local: &str) -> String {
    let mut out = String::with_capacity(local.len() + 2);
    out.push('"');
    for c in local.chars() {
        if matches!(c, '"' | '\\' | '\r') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[derive(Debug)]
enum Token {
    /// An atom, the inside of a quoted string or a domain literal: text of the address.
    Word(String),
    /// `.`, `@` and the other characters that join words.
    Join(char),
    /// `<`, `>`, `,`, `;`, `:`.
    Mark(char),
    Comment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Outside,
    Inside,
    Closed,
}

/// What the tokens so far amount to.
#[derive(Debug, Default)]
struct Found {
    strict: bool,
    /// The address being read, internal form.
    address: String,
    /// The last token was a word, so that another word would begin a second address.
    after_word: bool,
    /// Two words stood side by side outside of brackets: a display name, if a `<` follows.
    phrase: bool,
    bracketed: bool,
}

impl Found {
    fn take(&mut self, token: Token, depth: Depth) -> Result<Depth, BadPath> {
        match (token, depth) {
            (Token::Comment, _) if self.strict => return Err(BadPath),
            (Token::Comment, _) => {}
            (Token::Mark('<'), Depth::Outside) => return self.open(),
            (Token::Mark('>'), Depth::Inside) => return Ok(Depth::Closed),
            (_, Depth::Closed) => return Err(BadPath),
            (Token::Mark(':'), _) => self.restart()?,
            (Token::Mark(','), Depth::Inside) if self.address.starts_with('@') => self.after_word = false,
            (Token::Mark(';'), _) => self.after_word = true,
            (Token::Mark(_), _) => return Err(BadPath),
            (Token::Word(word), _) => self.word(&word, depth)?,
            (Token::Join(c), _) => {
                self.address.push(c);
                self.after_word = false;
            }
        }
        Ok(depth)
    }

    fn open(&mut self) -> Result<Depth, BadPath> {
        if self.strict && !self.address.is_empty() {
            return Err(BadPath);
        }
        *self = Self { strict: self.strict, bracketed: true, ..Self::default() };
        Ok(Depth::Inside)
    }

    /// A colon ends a source route (or an RFC 822 group name): what came before is not the address.
    fn restart(&mut self) -> Result<(), BadPath> {
        if self.strict && !self.address.starts_with('@') {
            return Err(BadPath);
        }
        self.address.clear();
        self.after_word = false;
        self.phrase = false;
        Ok(())
    }

    fn word(&mut self, word: &str, depth: Depth) -> Result<(), BadPath> {
        if self.after_word {
            if depth == Depth::Inside {
                return Err(BadPath);
            }
            self.phrase = true;
        }
        self.address.push_str(word);
        self.after_word = true;
        Ok(())
    }

    fn finish(self) -> Result<Address, BadPath> {
        if self.phrase || (self.address.is_empty() && !self.bracketed) {
            return Err(BadPath);
        }
        // Outside of quotes nothing here may be a control character; inside, it would end up in headers and logs.
        if self.address.chars().any(char::is_control) {
            return Err(BadPath);
        }
        Ok(Address::new(self.address))
    }
}

struct Scanner<'a>(std::iter::Peekable<std::str::CharIndices<'a>>);

impl Scanner<'_> {
    fn next(&mut self) -> Result<Option<Token>, BadPath> {
        while self.0.next_if(|(_, c)| matches!(c, ' ' | '\t')).is_some() {}
        let Some((_, c)) = self.0.next() else { return Ok(None) };
        let token = match c {
            '"' => Token::Word(self.until('"', false)?),
            '[' => Token::Word(format!("[{}]", self.until(']', true)?)),
            '(' => self.comment()?,
            '<' | '>' | ',' | ';' | ':' => Token::Mark(c),
            '.' | '@' => Token::Join(c),
            ')' | ']' => return Err(BadPath),
            c => Token::Word(self.atom(c)?),
        };
        Ok(Some(token))
    }

    fn atom(&mut self, first: char) -> Result<String, BadPath> {
        let mut out = String::new();
        let mut next = Some(first);
        while let Some(c) = next {
            out.push(if c == '\\' { self.0.next().ok_or(BadPath)?.1 } else { c });
            next = self.0.next_if(|&(_, c)| c == '\\' || (is_atom_char(c) && c != '.')).map(|(_, c)| c);
        }
        Ok(out)
    }

    fn until(&mut self, end: char, keep_escapes: bool) -> Result<String, BadPath> {
        let mut out = String::new();
        loop {
            match self.0.next().ok_or(BadPath)?.1 {
                c if c == end => return Ok(out),
                '\\' => {
                    if keep_escapes {
                        out.push('\\');
                    }
                    out.push(self.0.next().ok_or(BadPath)?.1);
                }
                c => out.push(c),
            }
        }
    }

    /// Comments nest (RFC 822 3.1.4).
    fn comment(&mut self) -> Result<Token, BadPath> {
        let mut depth = 1;
        while depth > 0 {
            match self.0.next().ok_or(BadPath)?.1 {
                '(' => depth += 1,
                ')' => depth -= 1,
                '\\' => drop(self.0.next().ok_or(BadPath)?),
                _ => {}
            }
        }
        Ok(Token::Comment)
    }
}

const SPECIALS: &str = "()<>@,;:\\\"[]";

#[cfg(test)]
mod tests {
    use super::*;

    fn lenient(text: &str) -> Option<String> {
        parse_path(text, false).ok().map(|a| a.to_string())
    }

    #[test]
    fn the_forms_clients_send_are_understood() {
        for (text, want) in [
            ("<user@example.org>", "user@example.org"),
            ("user@example.org", "user@example.org"),
            ("<>", ""),
            ("<\"a b\"@c.example>", "a b@c.example"),
            ("<\"a\\\"b\"@c>", "a\"b@c"),
            ("<@a,@b:u@c>", "u@c"),
            ("<@a:u>", "u"),
            ("<a(com)@b>", "a@b"),
            ("<a@b@c>", "a@b@c"),
            ("<a@[1.2.3.4]>", "a@[1.2.3.4]"),
            ("<a@[IPv6:::1]>", "a@[IPv6:::1]"),
            ("<.a@b>", ".a@b"),
            ("<b!a>", "b!a"),
            ("<\"\"@c>", "@c"),
            ("<a:b;>", "b"),
            ("Foo Bar <a@b>", "a@b"),
            ("<grün@example.org>", "grün@example.org"),
        ] {
            assert_eq!(lenient(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn broken_paths_are_refused() {
        for bad in [
            "<",
            "<a",
            "<a b@c>",
            "<<a@b>>",
            "<\"a>",
            "<a\\>",
            "Foo Bar",
            "<a,b@c>",
            "<a@b, c@d>",
            "a@b c@d",
            "",
            "<a@b>c",
            "<a@b><c@d>",
            "<mailer;daemon>",
            "<a\u{1}@b>",
            "<a@b(>",
            "<a@b)>",
            "<a\r\nb@c>",
            "<a@b",
        ] {
            assert_eq!(lenient(bad), None, "{bad}");
        }
    }

    #[test]
    fn strict_envelopes_take_only_the_form_of_the_rfc() {
        assert!(parse_path("<a@b>", true).is_ok() && parse_path("<>", true).is_ok());
        for bad in ["a@b", "<a(com)@b>", "Foo <a@b>", "<x:a@b>"] {
            assert!(parse_path(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn quoting_is_undone_by_reading() {
        for address in
            ["user@example.org", "a b@c", "a\"b\\@c", ".a@b", "a..b@c", "a@b@c", "@b", "postmaster"]
        {
            let address = Address::new(address);
            assert_eq!(parse_path(&format!("<{}>", quote(&address)), true), Ok(address));
        }
        assert_eq!(quote(&Address::new("a@b@c")), "\"a@b\"@c");
        assert_eq!(quote(&Address::new("@b")), "\"\"@b");
    }
}
