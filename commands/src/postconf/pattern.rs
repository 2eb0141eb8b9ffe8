//! Patterns that pick master.cf entries: `name/type`, `name/type/field`, with `*` for anything; what is left out is
//! `*` too.

use config::master::ServiceEntry;

/// A pattern and the text it came from.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: String,
    parts: Vec<String>,
}

impl Pattern {
    /// A pattern of `min` to `max` parts.
    pub(super) fn parse(text: &str, min: usize, max: usize) -> Option<Self> {
        let parts: Vec<String> = text.splitn(max + 1, '/').map(str::to_owned).collect();
        (min..=max).contains(&parts.len()).then(|| Self { text: text.to_owned(), parts })
    }

    /// Whether it picks the service.
    pub(super) fn matches(&self, entry: &ServiceEntry) -> bool {
        self.matches_name(&entry.name, entry.kind.name())
    }

    /// Whether it picks this name and type.
    pub(super) fn matches_name(&self, name: &str, kind: &str) -> bool {
        self.part(0, name) && self.part(1, kind)
    }

    /// Whether the third part picks this name.
    pub(super) fn matches_third(&self, name: &str) -> bool {
        self.part(2, name)
    }

    /// The third part.
    pub(super) fn third(&self) -> Option<&str> {
        self.parts.get(2).map(String::as_str)
    }

    fn part(&self, at: usize, name: &str) -> bool {
        self.parts.get(at).is_none_or(|part| part == "*" || part == name)
    }
}

/// The columns of master.cf by postconf's names for them.
pub(super) const FIELDS: [&str; 8] =
    ["service", "type", "private", "unprivileged", "chroot", "wakeup", "process_limit", "command"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_parts_and_stars_match_everything() {
        let entry = ServiceEntry::from_text("master.cf", "smtp inet n - y - - smtpd", 1).unwrap();
        for (text, expected) in [("smtp", true), ("*/inet", true), ("smtp/unix", false), ("x/*", false)] {
            assert_eq!(Pattern::parse(text, 1, 2).unwrap().matches(&entry), expected, "{text}");
        }
        assert!(Pattern::parse("a/b/c", 1, 2).is_none());
        assert!(Pattern::parse("a/b", 3, 3).is_none());
        assert!(Pattern::parse("a/b/*", 1, 3).unwrap().matches_third("z"));
    }
}
