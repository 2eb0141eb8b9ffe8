//! Command-line options as POSIX getopt(3) reads them: clusters, attached values, `--`, and the end at the
//! first word that isn't an option (Postfix's commands never look further).

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// One step of reading a command line.
#[derive(Debug, PartialEq, Eq)]
pub enum Opt {
    /// An option without a value.
    Flag(u8),
    /// An option with its value.
    Value(u8, OsString),
    /// An option that the specification does not list.
    Unknown(u8),
    /// An option whose value is missing.
    Missing(u8),
}

/// Reads options by a getopt specification such as `"c:vd"`.
pub struct GetOpt<'a> {
    spec: &'a [u8],
    args: &'a [OsString],
    next: usize,
    cluster: usize,
}

impl<'a> GetOpt<'a> {
    /// `args` without the program name.
    pub fn new(spec: &'a str, args: &'a [OsString]) -> Self {
        Self { spec: spec.as_bytes(), args, next: 0, cluster: 0 }
    }

    /// What follows the options; call it when the iterator has ended.
    pub fn rest(&self) -> &'a [OsString] {
        &self.args[self.next.min(self.args.len())..]
    }

    fn value(&mut self, option: u8, attached: &[u8]) -> Opt {
        self.next += 1;
        self.cluster = 0;
        if !attached.is_empty() {
            return Opt::Value(option, OsString::from_vec(attached.to_vec()));
        }
        let Some(value) = self.args.get(self.next) else { return Opt::Missing(option) };
        self.next += 1;
        Opt::Value(option, value.clone())
    }
}

impl Iterator for GetOpt<'_> {
    type Item = Opt;

    fn next(&mut self) -> Option<Opt> {
        let word = self.args.get(self.next)?.as_bytes();
        if self.cluster == 0 {
            if word == b"--" {
                self.next += 1;
                return None;
            }
            if word.len() < 2 || word[0] != b'-' {
                return None;
            }
            self.cluster = 1;
        }
        let option = word[self.cluster];
        let attached = &word[self.cluster + 1..];
        let found = self.spec.iter().position(|b| *b == option && option != b':');
        if found.is_some_and(|at| self.spec.get(at + 1) == Some(&b':')) {
            return Some(self.value(option, attached));
        }
        if attached.is_empty() {
            self.next += 1;
            self.cluster = 0;
        } else {
            self.cluster += 1;
        }
        Some(if found.is_some() { Opt::Flag(option) } else { Opt::Unknown(option) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn clusters_values_and_the_first_plain_word_are_read_as_getopt_does() {
        let args = words("-vd -cdir -c dir2 user -v");
        let mut options = GetOpt::new("c:vd", &args);
        let seen: Vec<Opt> = options.by_ref().collect();
        let expected = [
            Opt::Flag(b'v'),
            Opt::Flag(b'd'),
            Opt::Value(b'c', "dir".into()),
            Opt::Value(b'c', "dir2".into()),
        ];
        assert_eq!(seen, expected);
        assert_eq!(options.rest(), words("user -v"));
    }

    #[test]
    fn faults_are_told_apart() {
        let args = words("-x -c");
        let seen: Vec<Opt> = GetOpt::new("c:", &args).collect();
        assert_eq!(seen, [Opt::Unknown(b'x'), Opt::Missing(b'c')]);
    }

    #[test]
    fn a_double_dash_ends_the_options() {
        let args = words("-v -- -v");
        let mut options = GetOpt::new("v", &args);
        assert_eq!(options.by_ref().count(), 1);
        assert_eq!(options.rest(), words("-v"));
    }
}
