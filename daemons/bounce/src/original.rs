//! The message that comes back, read block by block from a passed descriptor. All calls block.

use content::{ContentError, Message};
use notice::Returned;

/// Hands the text to `put` in blocks, LF after each line. `put` says whether it wants more.
pub fn copy(
    message: &Message,
    returned: Returned,
    mut put: impl FnMut(Vec<u8>) -> bool,
) -> Result<(), ContentError> {
    let mut block = Vec::with_capacity(BLOCK);
    let mut chunks = message.chunks();
    let mut line_begins = true;
    while let Some(chunk) = chunks.next_chunk()? {
        let header_ends = line_begins && chunk.text.is_empty() && chunk.ends_line;
        if returned == Returned::Headers && header_ends {
            break;
        }
        block.extend_from_slice(chunk.text);
        if chunk.ends_line {
            block.push(b'\n');
        }
        line_begins = chunk.ends_line;
        if block.len() >= BLOCK && !put(std::mem::replace(&mut block, Vec::with_capacity(BLOCK))) {
            return Ok(());
        }
    }
    if !block.is_empty() {
        put(block);
    }
    Ok(())
}

/// The value of the `Message-Id:` header field, when it looks like one.
pub fn message_id(message: &Message) -> Result<Option<String>, ContentError> {
    let mut chunks = message.chunks();
    let mut line_begins = true;
    while let Some(chunk) = chunks.next_chunk()? {
        if line_begins && chunk.text.is_empty() && chunk.ends_line {
            return Ok(None);
        }
        if line_begins && chunk.ends_line {
            let name = chunk.text.get(..NAME.len());
            if name.is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
                let value = String::from_utf8_lossy(&chunk.text[NAME.len()..]).trim().to_owned();
                return Ok(Some(value).filter(|v| v.starts_with('<') && v.ends_with('>')));
            }
        }
        line_begins = chunk.ends_line;
    }
    Ok(None)
}

const BLOCK: usize = 16 << 10;
const NAME: &[u8] = b"message-id:";

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn message() -> Message {
        let mut file = tempfile::tempfile().unwrap();
        let mut records = Vec::new();
        for line in ["Subject: x", "Message-ID: <a@b>", "", "body"] {
            record::encode(record::Kind::NORMAL, line.as_bytes(), &mut records);
        }
        record::encode(record::Kind::EXTRACTED, b"", &mut records);
        file.write_all(&records).unwrap();
        Message::new(file.into(), 0)
    }

    fn text(returned: Returned) -> String {
        let mut out = Vec::new();
        copy(&message(), returned, |block| {
            out.extend(block);
            true
        })
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn headers_end_before_the_empty_line() {
        assert_eq!(text(Returned::Headers), "Subject: x\nMessage-ID: <a@b>\n");
        assert_eq!(text(Returned::Full), "Subject: x\nMessage-ID: <a@b>\n\nbody\n");
    }

    #[test]
    fn the_message_id_is_found_in_the_header() {
        assert_eq!(message_id(&message()).unwrap().as_deref(), Some("<a@b>"));
    }
}
