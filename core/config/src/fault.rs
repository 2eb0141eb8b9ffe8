//! What is wrong with a configuration, and where. The text says what the administrator wrote and what was wanted.

use std::fmt;

/// A fault in main.cf, master.cf or a value that they give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    place: Option<(String, usize)>,
    text: String,
}

impl Fault {
    /// A fault without a place: the value came from a default, from `-o` or from the environment.
    pub fn new(text: impl Into<String>) -> Self {
        Self { place: None, text: text.into() }
    }

    /// A fault in a line of a file; lines count from 1.
    pub fn at(file: &str, line: usize, text: impl Into<String>) -> Self {
        Self { place: Some((file.to_owned(), line)), text: text.into() }
    }

    /// The same fault with a place, if it has none yet.
    pub(crate) fn placed(mut self, place: Option<(String, usize)>) -> Self {
        self.place = self.place.or(place);
        self
    }

    /// What is wrong, without the place.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// File and line, when known.
    pub fn place(&self) -> Option<(&str, usize)> {
        self.place.as_ref().map(|(file, line)| (file.as_str(), *line))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((file, line)) => write!(f, "{file}, line {line}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl std::error::Error for Fault {}
