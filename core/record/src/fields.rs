//! Numbers inside records: the size record, pointers, times.

use mail::Timestamp;

/// The `C` record: six numbers of fixed width, so that it can be rewritten in place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// From the first content record to the `X` record.
    pub content_size: i64,
    /// Where the content begins.
    pub data_offset: i64,
    /// How many recipients the file holds.
    pub recipient_count: i64,
    /// Queue-manager flags ([`crate::MIXED_RECIPIENTS`], NOTIFY bits shifted left by one).
    pub flags: i64,
    /// Length of the message as `size=` in the log tells it.
    pub content_length: i64,
    /// SMTPUTF8, REQUIRETLS.
    pub send_options: i64,
}

impl Size {
    /// The record's data; always the same length.
    pub fn format(&self) -> String {
        format!(
            "{:15} {:15} {:15} {:15} {:15} {:15}",
            self.content_size,
            self.data_offset,
            self.recipient_count,
            self.flags,
            self.content_length,
            self.send_options
        )
    }

    /// Reads it; files of old versions have fewer fields, at least two. None when the numbers make no sense.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(data).ok()?;
        let numbers: Vec<i64> =
            text.split_ascii_whitespace().map(|n| n.parse().ok()).collect::<Option<_>>()?;
        let field = |at: usize| numbers.get(at).copied().unwrap_or(0);
        let size = Self {
            content_size: field(0),
            data_offset: field(1),
            recipient_count: field(2),
            flags: field(3),
            content_length: numbers.get(4).copied().unwrap_or(field(0)),
            send_options: field(5),
        };
        let sane = numbers.len() >= 2 && size.content_size >= 0 && size.data_offset >= 0;
        (sane && size.recipient_count >= 0 && size.content_length >= 0).then_some(size)
    }
}

/// The data of a `p` record, and of a `W` record that is still to come true.
pub fn format_pointer(offset: u64) -> String {
    format!("{offset:15}")
}

/// The data of a `W` record; -1 when the warning was sent.
pub fn format_warning_time(time: i64) -> String {
    format!("{time:15}")
}

/// Reads a `W` record.
pub fn parse_warning_time(data: &[u8]) -> Option<i64> {
    std::str::from_utf8(data).ok()?.trim().parse().ok()
}

/// Reads a `p` record.
pub fn parse_pointer(data: &[u8]) -> Option<u64> {
    std::str::from_utf8(data).ok()?.trim().parse().ok()
}

/// The data of a `T` record.
pub fn format_time(time: Timestamp) -> String {
    format!("{} {}", time.seconds, time.micros)
}

/// Reads a `T` record; very old files have whole seconds only.
pub fn parse_time(data: &[u8]) -> Option<Timestamp> {
    let mut parts = std::str::from_utf8(data).ok()?.split_ascii_whitespace();
    let seconds = parts.next()?.parse().ok().filter(|s| *s >= 0)?;
    let micros = parts.next().map_or(Some(0), |m| m.parse().ok()).filter(|m| *m < 1_000_000)?;
    Some(Timestamp { seconds, micros })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_record_is_95_bytes_whatever_it_holds() {
        let size = Size {
            content_size: 3321,
            data_offset: 838,
            recipient_count: 2,
            flags: 12,
            content_length: 3321,
            send_options: 0,
        };
        let text = size.format();
        assert_eq!(text.len(), 95);
        assert_eq!(Size::default().format().len(), 95);
        assert_eq!(Size::parse(text.as_bytes()), Some(size));
    }

    #[test]
    fn size_records_of_old_versions_are_read() {
        let size = Size::parse(b"            100              20               1").unwrap();
        assert_eq!((size.content_length, size.recipient_count, size.flags), (100, 1, 0));
        for bad in ["", "12", "x y", "-1 5", "5 -1", "1 2 3 4 -5"] {
            assert_eq!(Size::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn times_are_read_with_and_without_microseconds() {
        assert_eq!(
            parse_time(b"1795334447 904640"),
            Some(Timestamp { seconds: 1_795_334_447, micros: 904_640 })
        );
        assert_eq!(parse_time(b"5"), Some(Timestamp::from_seconds(5)));
        assert_eq!(parse_time(b"-5"), None);
        assert_eq!(parse_time(b"5 1000000"), None);
    }
}
