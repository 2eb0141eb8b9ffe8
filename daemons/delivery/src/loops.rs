//! The addresses that the message's `Delivered-To:` fields name: mail for one of them has been here before.

use content::{ContentError, Message};
use mail::Address;
use std::collections::HashSet;

/// The recipients that this message was delivered to already, folded to lower case.
#[derive(Debug, Default)]
pub(crate) struct Delivered(HashSet<String>);

impl Delivered {
    /// Reads the header of a message.
    pub(crate) fn read(message: &Message) -> Result<Self, ContentError> {
        let mut found = HashSet::new();
        let (mut line, mut field) = (Vec::new(), Vec::new());
        let mut chunks = message.chunks();
        while let Some(chunk) = chunks.next_chunk()? {
            if line.len() < LONGEST {
                line.extend_from_slice(chunk.text);
            }
            if !chunk.ends_line {
                continue;
            }
            let complete = std::mem::take(&mut line);
            if complete.starts_with(b" ") || complete.starts_with(b"\t") {
                if field.len() < LONGEST {
                    field.extend_from_slice(&complete);
                }
                continue;
            }
            note(&std::mem::replace(&mut field, complete), &mut found);
            if field.is_empty() || !field.contains(&b':') || found.len() >= MOST {
                return Ok(Self(found));
            }
        }
        note(&field, &mut found);
        Ok(Self(found))
    }

    /// Was the message delivered to this address before?
    pub(crate) fn has(&self, address: &Address) -> bool {
        self.0.contains(&address.as_str().to_lowercase())
    }
}

fn note(field: &[u8], found: &mut HashSet<String>) {
    let text = String::from_utf8_lossy(field);
    let Some((name, value)) = text.split_once(':') else { return };
    if name.trim_end().eq_ignore_ascii_case("delivered-to") {
        found.insert(Address::from_external(value.trim()).as_str().to_lowercase());
    }
}

const LONGEST: usize = 4096;
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rendering::tests::message;

    #[test]
    fn only_the_header_counts_and_case_does_not() {
        let message = message(&[
            "Delivered-To: Alice@Mail.test",
            "X: y",
            "delivered-to : \"a b\"@x",
            "Delivered-To:",
            " folded@x",
            "",
            "Delivered-To: body@x",
        ]);
        let delivered = Delivered::read(&message).unwrap();
        for (address, expected) in
            [("alice@mail.test", true), ("a b@x", true), ("FOLDED@x", true), ("body@x", false)]
        {
            assert_eq!(delivered.has(&address.into()), expected, "{address}");
        }
    }
}
