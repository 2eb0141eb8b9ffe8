//! One line of the postscreen cache: for each test the time until which its result is good, in seconds since 1970, in
//! the order of [`Test`]: `1795623383;1;1798128983;1798128983;1`. The form is Postfix's, so that a cache may be read
//! by either.

use crate::Test;
use std::fmt;

/// When the results of a client's tests expire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamps([i64; Test::COUNT]);

impl Stamps {
    /// The stamp of a test that was never passed.
    pub const NEW: i64 = 0;
    /// The stamp of a test that was not enabled: never valid, but no news either.
    pub const DISABLED: i64 = 1;

    /// Reads a cache line. An older version may have known fewer tests: those are new. None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut stamps = Self::default();
        let mut count = 0;
        for (index, word) in text.split(';').enumerate() {
            *stamps.0.get_mut(index)? = word.parse().ok().filter(|stamp| *stamp >= 0)?;
            count += 1;
        }
        (count > 0).then_some(stamps)
    }

    /// When this test must be passed again.
    pub fn of(&self, test: Test) -> i64 {
        self.0[test as usize]
    }

    /// Sets the stamp of a test.
    pub fn set(&mut self, test: Test, stamp: i64) {
        self.0[test as usize] = stamp;
    }

    /// When nothing in it is good any more.
    pub fn latest(&self) -> i64 {
        self.0.iter().copied().max().unwrap_or(Self::NEW)
    }
}

impl fmt::Display for Stamps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [pregreet, dnsbl, pipelining, non_smtp, bare_newline] = self.0;
        write!(f, "{pregreet};{dnsbl};{pipelining};{non_smtp};{bare_newline}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back() {
        let line = "1795623383;1;0;1798128983;7";
        let stamps = Stamps::parse(line).unwrap();
        assert_eq!(stamps.to_string(), line);
        assert_eq!((stamps.of(Test::Pregreet), stamps.of(Test::BareNewline)), (1_795_623_383, 7));
        assert_eq!(stamps.latest(), 1_798_128_983);
        assert_eq!(Stamps::parse("5;6").unwrap().to_string(), "5;6;0;0;0");
    }

    #[test]
    fn what_is_no_line_is_nothing() {
        for bad in ["", "x", "1;2;3;4;5;6", "1;-2;3", "1;;2", "99999999999999999999"] {
            assert_eq!(Stamps::parse(bad), None, "{bad}");
        }
    }
}
