//! Two transcripts side by side.
use similar::{ChangeTag, TextDiff};

/// The difference, with some lines around it; None when there is none.
pub fn difference(oracle: &[String], ours: &[String]) -> Option<String> {
    if oracle == ours {
        return None;
    }
    let (oracle, ours) = (oracle.join("\n") + "\n", ours.join("\n") + "\n");
    let diff = TextDiff::from_lines(&oracle, &ours);
    let mut text = String::from("--- Postfix\n+++ Posthaste\n");
    for group in diff.grouped_ops(4) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => "- ",
                ChangeTag::Insert => "+ ",
                ChangeTag::Equal => "  ",
            };
            text += &format!("{sign}{change}");
        }
        text += "  ---\n";
    }
    Some(text)
}
