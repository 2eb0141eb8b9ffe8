//! Postfix's attribute streams: names and values, each ended by a null byte; an empty name ends a group.

use std::io::{self, BufRead, Read};

/// One group of attributes.
pub type Group = Vec<(String, String)>;

/// Reads groups.
pub struct Groups<R>(pub R);

impl<R: BufRead> Groups<R> {
    /// The next group; an end of input instead of one is an error.
    pub fn next(&mut self) -> io::Result<Group> {
        let mut group = Group::new();
        loop {
            let name = self.word()?;
            if name.is_empty() {
                return Ok(group);
            }
            if group.len() >= MAX_ATTRIBUTES {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "too many attributes"));
            }
            group.push((name, self.word()?));
        }
    }

    fn word(&mut self) -> io::Result<String> {
        let mut word = Vec::new();
        self.0.by_ref().take(MAX_WORD).read_until(0, &mut word)?;
        match word.pop() {
            Some(0) => Ok(String::from_utf8_lossy(&word).into_owned()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// The value of an attribute.
pub fn value<'a>(group: &'a Group, name: &str) -> &'a str {
    group.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

const MAX_WORD: u64 = 100_000;
/// A message of a million recipients has two attributes for each.
const MAX_ATTRIBUTES: usize = 4_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_end_with_an_empty_name_and_a_cut_is_an_error() {
        let mut groups = Groups(&b"a\x001\0b\0\0\0\0a\x002"[..]);
        let first = groups.next().unwrap();
        assert_eq!((value(&first, "a"), value(&first, "b"), value(&first, "c")), ("1", "", ""));
        assert!(groups.next().unwrap().is_empty());
        assert!(groups.next().is_err());
    }
}
