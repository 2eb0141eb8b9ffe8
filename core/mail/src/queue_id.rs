//! The name of a message in the queue. How ids are made belongs to the `queue` crate.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A queue id, short (`4F0D2150A3`) or long (`4hsKz13NNHz9sy`); only alphanumerics and `_`, so it is safe as
/// a file name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QueueId(String);

impl QueueId {
    /// Checks the alphabet and the length (1 to 100). None for anything that can't be a queue id.
    pub fn parse(text: &str) -> Option<Self> {
        let ok =
            (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        ok.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for QueueId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a queue id")
    }
}

impl From<QueueId> for String {
    fn from(id: QueueId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_never_be_a_path() {
        assert!(QueueId::parse("4hsKz13NNHz9sy").is_some());
        for bad in ["", "..", "a/b", "a.b", "-q", &"A".repeat(101)] {
            assert!(QueueId::parse(bad).is_none(), "{bad}");
        }
    }
}
