//! SMTP commands as text: the verbs, and how a command line divides into words.
//! What a command means in a session is the server's business; parameters of MAIL and RCPT have their own room.

/// A command that the server has heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Verb {
    Helo,
    Ehlo,
    Xclient,
    Xforward,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Vrfy,
    Etrn,
    Quit,
    Help,
    /// Anything else.
    Unknown,
}

impl Verb {
    /// All of them, in the order in which the disconnect line counts them.
    pub const ALL: [Self; 17] = [
        Self::Helo,
        Self::Ehlo,
        Self::Xclient,
        Self::Xforward,
        Self::Starttls,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Bdat,
        Self::Rset,
        Self::Noop,
        Self::Vrfy,
        Self::Etrn,
        Self::Quit,
        Self::Help,
        Self::Unknown,
    ];

    /// The verb as log lines write it after "after": upper case.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Reads a verb in any case.
    pub fn parse(word: &str) -> Self {
        Self::ALL[..Self::Unknown as usize]
            .iter()
            .copied()
            .find(|verb| word.eq_ignore_ascii_case(verb.name()))
            .unwrap_or(Self::Unknown)
    }

    /// The verb of a command line.
    pub fn of_line(line: &[u8]) -> Self {
        let text = line.trim_ascii_start();
        let end = text.iter().position(|b| matches!(b, b' ' | b'\t')).unwrap_or(text.len());
        std::str::from_utf8(&text[..end]).map_or(Self::Unknown, Self::parse)
    }

    /// RFC 2920 3.1: the client must wait for the reply before it sends more.
    pub fn ends_a_group(self) -> bool {
        matches!(
            self,
            Self::Helo
                | Self::Ehlo
                | Self::Noop
                | Self::Vrfy
                | Self::Data
                | Self::Help
                | Self::Starttls
                | Self::Auth
        )
    }

    /// Commands that do no work for the client: too many of them are errors (`smtpd_junk_command_limit`).
    pub fn is_junk(self) -> bool {
        matches!(
            self,
            Self::Helo | Self::Ehlo | Self::Rset | Self::Noop | Self::Vrfy | Self::Etrn | Self::Help
        )
    }
}

/// One word of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word as written, quotes and brackets included.
    pub text: &'a str,
    /// A quote or bracket in it lacks its end.
    pub broken: bool,
}

/// Divides a command line into words at white space. A bracketed path and a quoted string hold together, and
/// `FROM:` and `TO:` end with their colon, so that `MAIL FROM:<a@b>` and `MAIL FROM: <a@b>` are the same.
pub fn words(line: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut rest = line.trim_start_matches(BLANK);
    while !rest.is_empty() {
        let (length, broken) = word_length(rest, out.len() == 1);
        out.push(Word { text: &rest[..length], broken });
        rest = rest[length..].trim_start_matches(BLANK);
    }
    out
}

fn word_length(text: &str, may_be_label: bool) -> (usize, bool) {
    if let Some(inside) = text.strip_prefix('<') {
        return match closed(inside, '>') {
            Some(length) => (length + 1, false),
            None => (text.len(), true),
        };
    }
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            ' ' | '\t' => break,
            ':' if may_be_label && is_label(&text[..at]) => return (at + 1, false),
            '"' => match closed(&text[at + 1..], '"') {
                Some(length) => at += length + 1,
                None => return (text.len(), true),
            },
            c => at += c.len_utf8(),
        }
    }
    (at, false)
}

fn is_label(word: &str) -> bool {
    word.eq_ignore_ascii_case("FROM") || word.eq_ignore_ascii_case("TO")
}

/// The length of `text` up to and with `end`, which may not be escaped or, within brackets, quoted.
fn closed(text: &str, end: char) -> Option<usize> {
    let mut chars = text.char_indices();
    let mut quoted = false;
    let mut depth = 0;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == end && !quoted && depth == 0 => return Some(at + c.len_utf8()),
            '>' if !quoted => depth -= 1,
            '<' if !quoted => depth += 1,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    None
}

const BLANK: [char; 2] = [' ', '\t'];

const NAMES: [&str; 17] = [
    "HELO", "EHLO", "XCLIENT", "XFORWARD", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "RSET",
    "NOOP", "VRFY", "ETRN", "QUIT", "HELP", "UNKNOWN",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<&str> {
        words(line).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn paths_and_quotes_hold_together() {
        assert_eq!(texts("MAIL FROM:<a b@c> SIZE=1"), ["MAIL", "FROM:", "<a b@c>", "SIZE=1"]);
        assert_eq!(texts("MAIL FROM: <a@b>SIZE=1"), ["MAIL", "FROM:", "<a@b>", "SIZE=1"]);
        assert_eq!(texts("RCPT TO:<\"a> b\"@c> X"), ["RCPT", "TO:", "<\"a> b\"@c>", "X"]);
        assert_eq!(texts("RCPT TO:<<a@b>> x"), ["RCPT", "TO:", "<<a@b>>", "x"]);
        assert_eq!(texts("RCPT TO:\"a b\"@c"), ["RCPT", "TO:", "\"a b\"@c"]);
        assert_eq!(texts("  \tNOOP\tx "), ["NOOP", "x"]);
        assert_eq!(texts("RCPT TO:<a> ORCPT=rfc822;a:b"), ["RCPT", "TO:", "<a>", "ORCPT=rfc822;a:b"]);
        assert_eq!(texts("XCLIENT ADDR=IPv6:::1"), ["XCLIENT", "ADDR=IPv6:::1"]);
        assert!(texts(" \t").is_empty());
    }

    #[test]
    fn what_lacks_its_end_is_marked() {
        for line in ["X <a", "X <a\\>", "X <\"a>", "X \"a", "X a\"b"] {
            assert!(words(line)[1].broken, "{line}");
        }
        assert!(!words("X <a> b")[1].broken);
    }

    #[test]
    fn verbs_know_no_case_and_keep_their_names() {
        assert_eq!(Verb::parse("eHlO"), Verb::Ehlo);
        assert_eq!(Verb::parse("UNKNOWN"), Verb::Unknown);
        for verb in &Verb::ALL[..16] {
            assert_eq!(Verb::parse(verb.name()), *verb);
        }
    }
}
