//! Queue files that Postfix 3.7.11 wrote: read, and written again byte for byte.

use mail::{Notify, ReturnFormat};
use record::{Content, Envelope, Reader, encode};

const DSN: &[u8] = include_bytes!("../testdata/4FDF798C123");
const TRACED: &[u8] = include_bytes!("../testdata/2B91A98C100");

#[test]
fn the_envelope_of_an_smtp_message_is_understood() {
    let envelope = Envelope::read(DSN, 100).unwrap();
    assert_eq!((envelope.size.content_length, envelope.data_offset, envelope.size.flags), (313, 869, 14));
    assert_eq!(envelope.sender.as_str(), "alice@example.org");
    assert_eq!(
        (envelope.envelope_id.as_deref(), envelope.ret),
        (Some("abc123"), Some(ReturnFormat::Headers))
    );
    assert_eq!(envelope.warning.unwrap().time, 1_795_525_713 + 4 * 3600);
    assert_eq!(envelope.attribute("log_helo_name"), Some("client.example.org"));
    let seen: Vec<_> = envelope.recipients.iter().map(|r| (r.address.as_str(), r.notify, r.offset)).collect();
    assert_eq!(seen, [("bob@remote.example", Notify(6), 744), ("carol@remote.example", Notify(1), 845)]);
}

#[test]
fn done_recipients_and_killed_records_are_passed_over() {
    let envelope = Envelope::read(TRACED, 100).unwrap();
    assert_eq!((envelope.finished, envelope.recipients.len(), envelope.trace), (1, 1, None));
    assert!(envelope.sender.is_null());
}

#[test]
fn the_content_is_as_long_as_the_size_record_says() {
    for file in [DSN, TRACED] {
        let envelope = Envelope::read(file, 100).unwrap();
        let mut content = Content::new(file, envelope.data_offset);
        let (mut length, mut records) = (0, 0);
        while let Some(chunk) = content.next_chunk().unwrap() {
            length += chunk.text.len() + usize::from(chunk.ends_line);
            records += 1;
        }
        // Both lengths in the size record count whole records: type and length bytes too.
        assert!(length > 250 && records > 8);
        assert_eq!(envelope.size.content_size, envelope.size.content_length);
    }
}

#[test]
fn reading_and_writing_gives_the_same_bytes() {
    for file in [DSN, TRACED] {
        let (mut reader, mut again) = (Reader::new(file, 0).in_file_order(), Vec::new());
        while let Some(item) = reader.next_record().unwrap() {
            assert_eq!(item.offset, again.len() as u64);
            encode(item.kind, item.data, &mut again);
        }
        assert!(again == file);
    }
}
