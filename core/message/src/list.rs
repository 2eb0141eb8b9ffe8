//! Address lists of header fields: which tokens form an address, and which are names and comments around it.
//!
//! Read from right to left, as Postfix does: a `>` tells that what stands before the `<` is only a name.
//! Missing commas are added; what makes no sense is kept as it is. No rewriting here: callers change the
//! addresses they find, and write the list back.

use crate::token::{Token, scan, write_external};

/// A parsed address list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressList {
    /// What the field holds, in order.
    pub items: Vec<Item>,
}

/// One element of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// The tokens of one address, without the angle brackets around it.
    Address(Vec<Token>),
    /// An address that a caller put in place of tokens, in external form.
    Text(String),
    /// Everything else: names, comments, commas, brackets, group punctuation.
    Other(Token),
}

impl AddressList {
    /// Parses the value of a header field. At most `token_limit` tokens are looked at
    /// (`header_address_token_limit`); what comes later is lost when the list is written back.
    pub fn parse(text: &[u8], token_limit: usize) -> Self {
        Reader::new(scan(text, token_limit)).read()
    }

    /// The addresses, each in external form. An address that is no valid UTF-8 is left out.
    pub fn addresses(&self) -> impl Iterator<Item = String> {
        self.items.iter().filter_map(|item| match item {
            Item::Address(tokens) => external(tokens),
            Item::Text(text) => Some(text.clone()),
            Item::Other(_) => None,
        })
    }

    /// Writes the list back. `line_breaks` puts each address on a line of its own (a newline behind each comma,
    /// to be joined by [`crate::fold`]); without, the list is one line.
    pub fn externalize(&self, line_breaks: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let mut items = self.items.iter().peekable();
        while let Some(item) = items.next() {
            match item {
                Item::Address(tokens) => externalize_address(tokens, &mut out),
                Item::Text(text) => out.extend_from_slice(text.as_bytes()),
                Item::Other(token) => write_external(token, &mut out),
            }
            match items.peek() {
                _ if is_op(item, b',') => out.push(if line_breaks { b'\n' } else { b' ' }),
                Some(next) if needs_space(item, next) => out.push(b' '),
                _ => {}
            }
        }
        out
    }
}

/// The external form of an address's tokens; None when it is no valid UTF-8.
pub fn external(tokens: &[Token]) -> Option<String> {
    let mut out = Vec::new();
    externalize_address(tokens, &mut out);
    String::from_utf8(out).ok()
}

/// Words inside one address are written without a space: `<a b@c>` was never valid.
fn externalize_address(tokens: &[Token], out: &mut Vec<u8>) {
    for token in tokens {
        write_external(token, out);
    }
}

fn is_op(item: &Item, op: u8) -> bool {
    matches!(item, Item::Other(token) if token.is_op(op))
}

fn needs_space(item: &Item, next: &Item) -> bool {
    let word = |item: &Item| match item {
        Item::Address(_) | Item::Text(_) => true,
        Item::Other(token) => token.is_word(),
    };
    *item == Item::Other(Token::StartGroup) || is_op(next, b'<') || (word(item) && word(next))
}

/// Reads tokens from the last to the first. `out` and `pending` are in reverse order.
struct Reader {
    tokens: Vec<Token>,
    out: Vec<Item>,
    /// Tokens of the address that is being read.
    pending: Vec<Token>,
    /// A word may come next without a comma being missing.
    word_allowed: bool,
    in_group: bool,
}

impl Reader {
    fn new(tokens: Vec<Token>) -> Self {
        Self { tokens, out: Vec::new(), pending: Vec::new(), word_allowed: true, in_group: false }
    }

    fn read(mut self) -> AddressList {
        while let Some(token) = self.tokens.pop() {
            self.token(token);
        }
        self.finish_address(false);
        self.out.reverse();
        AddressList { items: self.out }
    }

    fn token(&mut self, token: Token) {
        match token {
            // A comment moves behind the address it stands in.
            Token::Comment(_) => self.out.push(Item::Other(token)),
            Token::Op(b';') => {
                self.finish_address(true);
                self.out.push(Item::Other(token));
                (self.in_group, self.word_allowed) = (true, true);
            }
            Token::Op(b':') if self.in_group => {
                self.finish_address(false);
                self.out.push(Item::Other(Token::StartGroup));
                self.copy_name(b",");
            }
            Token::Op(b'>') => self.angle_address(),
            Token::Op(b',') => {
                self.finish_address(false);
                self.out.push(Item::Other(token));
                self.word_allowed = true;
            }
            Token::Op(_) | Token::StartGroup => {
                self.pending.push(token);
                self.word_allowed = true;
            }
            Token::Atom(_) | Token::Quoted(_) | Token::Literal(_) => {
                if !self.word_allowed {
                    self.finish_address(true);
                }
                self.pending.push(token);
                self.word_allowed = false;
            }
        }
    }

    /// `name <address>`, from the `>` leftwards.
    fn angle_address(&mut self) {
        self.finish_address(true);
        self.out.push(Item::Other(Token::Op(b'>')));
        while let Some(token) = self.tokens.pop_if(|token| !token.is_op(b'<')) {
            match token {
                Token::Comment(_) => self.out.push(Item::Other(token)),
                _ => self.pending.push(token),
            }
        }
        self.finish_address(false);
        self.copy_name(b">;,:");
        self.word_allowed = true;
    }

    /// Copies tokens that are no address, up to one of `stops`.
    fn copy_name(&mut self, stops: &[u8]) {
        let goes_on = |token: &mut Token| !matches!(token, Token::Op(op) if stops.contains(op));
        while let Some(token) = self.tokens.pop_if(goes_on) {
            self.out.push(Item::Other(token));
        }
    }

    fn finish_address(&mut self, comma_missing: bool) {
        if self.pending.is_empty() {
            return;
        }
        self.pending.reverse();
        self.out.push(Item::Address(std::mem::take(&mut self.pending)));
        if comma_missing {
            self.out.push(Item::Other(Token::Op(b',')));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> AddressList {
        AddressList::parse(text.as_bytes(), 10240)
    }

    fn addresses(text: &str) -> Vec<String> {
        list(text).addresses().collect()
    }

    #[test]
    fn addresses_are_found_among_names_comments_and_groups() {
        for (text, expected) in [
            ("a@x, b@y", &["a@x", "b@y"][..]),
            ("First Last <a@x>", &["a@x"]),
            ("\"Last, First\" <a@x> (c), b", &["a@x", "b"]),
            ("a b c@d", &["a", "b", "c@d"]),
            ("friends: a@x, b@y;, c", &["a@x", "b@y", "c"]),
            ("undisclosed-recipients:;", &[]),
            ("a (one) @ (two) x", &["a@x"]),
            ("<@a,@b:c@d>", &["@a,@b:c@d"]),
            ("<>", &[]),
            ("", &[]),
            ("a@x>", &["a@x"]),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn a_list_is_written_back_as_postfix_does() {
        for (text, expected) in [
            ("a, b c@d,\n\tx <y>", "a, b, c@d, x <y>"),
            (
                "<a b@c>, \"q r\"@foo, (c) g: x, y;, u@[1.2.3.4] , r (c2) @ s",
                "<ab@c>, \"q r\"@foo, (c) g: x, y;, u@[1.2.3.4], r@s (c2)",
            ),
        ] {
            assert_eq!(String::from_utf8(list(text).externalize(false)).unwrap(), expected);
        }
    }

    #[test]
    fn ninety_kilobytes_of_any_operator_take_linear_time() {
        for op in "(<@,\"\\:;>[".chars() {
            let text: String = std::iter::repeat_n(op, 90_000).collect();
            let start = std::time::Instant::now();
            let parsed = AddressList::parse(text.as_bytes(), usize::MAX);
            let _ = parsed.externalize(true);
            assert!(start.elapsed().as_secs() < 1, "{op}");
        }
    }
}
