//! Lines as postconf prints them: words joined by single blanks, and with -f wrapped before column 80, continuation
//! lines indented by four.

/// A line of words that wraps when asked to.
pub(super) struct Line {
    text: String,
    length: usize,
    fold: bool,
}

impl Line {
    pub(super) fn new(fold: bool) -> Self {
        Self { text: String::new(), length: 0, fold }
    }

    /// Adds text as it is.
    pub(super) fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.length += text.len();
    }

    /// Adds a word after a blank or a line break, whichever `length` (of what must stay together) calls for.
    pub(super) fn word(&mut self, word: &str, length: usize) {
        if !self.text.is_empty() {
            self.part(length);
        }
        self.put(word);
    }

    /// A blank, or a line break when what follows does not fit.
    fn part(&mut self, length: usize) {
        if !self.fold || self.length + length < LIMIT {
            self.put(" ");
            return;
        }
        self.text.push('\n');
        self.text.push_str(INDENT);
        self.length = INDENT.len();
    }

    /// Makes the next word begin a line.
    pub(super) fn break_next(&mut self) {
        self.length = LIMIT;
    }

    pub(super) fn column(&self) -> usize {
        self.length
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }
}

/// A line of main.cf: its white space becomes single blanks.
pub(super) fn words(text: &str, fold: bool) -> String {
    let mut line = Line::new(fold);
    for word in text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()) {
        line.word(word, word.len());
    }
    line.finish()
}

const LIMIT: usize = 80;
const INDENT: &str = "    ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_and_wrapped_before_the_limit() {
        assert_eq!(words("a =   b,\tc", true), "a = b, c\n");
        let long = format!("name = {} {} end", "x".repeat(40), "y".repeat(40));
        assert_eq!(words(&long, false), format!("{long}\n"));
        let wrapped = format!("name = {}\n    {} end\n", "x".repeat(40), "y".repeat(40));
        assert_eq!(words(&long, true), wrapped);
    }
}
