//! Compatibility levels: `0`, `1`, `2`, `3.6`, `3.11.2`. They compare part by part, missing parts being 0.

use std::fmt;
use std::str::FromStr;

use crate::Fault;

/// A compatibility level (postconf(5), compatibility_level).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u32, u32, u32);

impl Level {
    /// The level `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self(major, minor, patch)
    }
}

impl FromStr for Level {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let bad = || Fault::new(format!("invalid compatibility level: \"{text}\""));
        let mut parts = [0u32; 3];
        for (at, part) in text.split('.').enumerate() {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad());
            }
            *parts.get_mut(at).ok_or_else(bad)? = part.parse().map_err(|_| bad())?;
        }
        Ok(Self(parts[0], parts[1], parts[2]))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(major, 0, 0) => write!(f, "{major}"),
            Self(major, minor, 0) => write!(f, "{major}.{minor}"),
            Self(major, minor, patch) => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_compare_part_by_part() {
        let level = |text: &str| text.parse::<Level>().unwrap();
        assert!(level("3.6") < level("3.11"));
        assert!(level("2") < level("3.6"));
        assert_eq!(level("3"), level("3.0.0"));
        assert_eq!(level("3.10").to_string(), "3.10");
    }

    #[test]
    fn text_that_is_no_level_is_named() {
        for bad in ["", "3.", "three", "1.2.3.4", "-1", "9999999999"] {
            assert!(bad.parse::<Level>().unwrap_err().to_string().contains(&format!("\"{bad}\"")));
        }
    }
}
