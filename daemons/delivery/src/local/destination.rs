//! The right-hand side of an alias, a line of a .forward or an :include: file: what it names (aliases(5)).
//! Text in, destinations out; nothing is opened and nothing runs here.

/// Where mail may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// An address in external form. `literal`: written as `\user`, not to be expanded again.
    Address { text: String, literal: bool },
    /// `|command`.
    Command(String),
    /// `/file/name`.
    File(String),
    /// `:include:/file/name`.
    Include(String),
}

/// Reads the destinations of a text, divided by commas, blanks or line ends. `#` at the start of a line is a
/// comment.
pub(crate) fn parse(text: &str) -> Vec<Destination> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        line_destinations(line, &mut found);
    }
    found
}

fn line_destinations(line: &str, found: &mut Vec<Destination>) {
    // The words since the last comma: a `<address>` makes those before it its display name.
    let mut words: Vec<String> = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            ',' => {
                chars.next();
                found.extend(words.drain(..).map(|word| classify(&word)));
            }
            // An end without a beginning means nothing.
            c if c.is_whitespace() || c == '>' => _ = chars.next(),
            '(' => skip_comment(&mut chars),
            '<' => {
                chars.next();
                let address: String = take_until(&mut chars, '>');
                words.clear();
                words.extend((!address.is_empty()).then_some(address));
            }
            _ => words.push(word(&mut chars)),
        }
    }
    found.extend(words.drain(..).map(|word| classify(&word)));
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// A word as written, quotes and all; blanks and commas within quotes belong to it.
fn word(chars: &mut Chars<'_>) -> String {
    let (mut word, mut quoted) = (String::new(), false);
    while let Some(c) = chars.next_if(|c| quoted || !(c.is_whitespace() || matches!(c, ',' | '<' | '>'))) {
        word.push(c);
        match c {
            '\\' => word.extend(chars.next()),
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    word
}

fn take_until(chars: &mut Chars<'_>, end: char) -> String {
    let (mut text, mut quoted) = (String::new(), false);
    for c in chars.by_ref() {
        if c == end && !quoted {
            break;
        }
        if c == '"' {
            quoted = !quoted;
        }
        text.push(c);
    }
    text.trim().to_owned()
}

fn skip_comment(chars: &mut Chars<'_>) {
    let mut depth = 0;
    while let Some(c) = chars.next() {
        match c {
            '\\' => _ = chars.next(),
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn classify(word: &str) -> Destination {
    let plain = unquoted(word);
    let text = plain.as_deref().unwrap_or(word);
    if let Some(command) = text.strip_prefix('|') {
        return Destination::Command(command.trim_start().to_owned());
    }
    if let Some(rest) = text.get(..INCLUDE.len()).filter(|head| head.eq_ignore_ascii_case(INCLUDE)) {
        return Destination::Include(text[rest.len()..].to_owned());
    }
    if text.starts_with('/') {
        return Destination::File(text.to_owned());
    }
    match word.strip_prefix('\\') {
        Some(user) => Destination::Address { text: user.to_owned(), literal: true },
        None => Destination::Address { text: word.to_owned(), literal: false },
    }
}

/// The inside of a word that is quoted as a whole.
fn unquoted(word: &str) -> Option<String> {
    let inner = word.strip_prefix('"')?;
    let (mut text, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => return chars.next().is_none().then_some(text),
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    // Left open: the end of the line ends it.
    Some(text)
}

const INCLUDE: &str = ":include:";

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Destination {
        Destination::Address { text: text.into(), literal: false }
    }

    #[test]
    fn all_kinds_of_destinations_are_told_apart() {
        let text = "alice, bob@x carol (a, comment)\n# no\n\\dave,\"|/bin/x -a, \\\"b\\\"\" /var/mail/f\n\
            :include:/etc/list \"/a b/\" Joe User <joe@x>, \"e f\"@x |cmd";
        let expected = [
            address("alice"),
            address("bob@x"),
            address("carol"),
            Destination::Address { text: "dave".into(), literal: true },
            Destination::Command("/bin/x -a, \"b\"".into()),
            Destination::File("/var/mail/f".into()),
            Destination::Include("/etc/list".into()),
            Destination::File("/a b/".into()),
            address("joe@x"),
            address("\"e f\"@x"),
            Destination::Command("cmd".into()),
        ];
        // A display name swallows the words before it, up to the last comma.
        let text = text.replace("\"/a b/\" Joe", "\"/a b/\", Joe");
        assert_eq!(parse(&text), expected);
    }

    #[test]
    fn nothing_is_nothing_and_an_open_quote_ends_with_the_line() {
        assert_eq!(parse(" \n#x\n,,\n"), []);
        assert_eq!(parse("|cat > /x"), [Destination::Command("cat".into()), Destination::File("/x".into())]);
        assert_eq!(parse("\"|exit 1\nalice"), [Destination::Command("exit 1".into()), address("alice")]);
    }
}
