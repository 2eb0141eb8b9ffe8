//! The record by record form.

use maillog::Log;
use os::clock::Local;
use queue::QueueName;
use record::{Item, Kind, ReadError, Reader, Source, parse_pointer};
use std::fmt::Display;
use std::io::{self, Write};

/// Which parts of a file to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) envelope: bool,
    pub(super) header: bool,
    pub(super) body: bool,
}

impl Parts {
    pub(super) const ALL: Self = Self { envelope: true, header: true, body: true };
}

/// How to show them.
#[derive(Clone, Debug, Default)]
pub(super) struct Show {
    pub(super) parts: Parts,
    /// Decimal record types (`-d`).
    pub(super) types: bool,
    /// Offsets (`-o`).
    pub(super) offsets: bool,
    /// In file order (`-r`).
    pub(super) raw: bool,
    /// File name before each line (`-f`).
    pub(super) file_names: bool,
    /// Names of content records too (`-v`).
    pub(super) verbose: bool,
    /// Where to begin (`-s`).
    pub(super) start: Option<u64>,
}

/// Where in the file we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Segment {
    Envelope,
    Header,
    Body,
    Extracted,
}

impl Show {
    /// Shows one file.
    pub(super) fn run<S>(&self, name: &str, source: S, out: &mut impl Write, log: &Log) -> io::Result<()>
    where
        S: Source,
        S::Error: Display,
    {
        let mut reader = Reader::new(source, self.start.unwrap_or(0));
        if self.raw {
            reader = reader.in_file_order();
        }
        let mut page = Page { show: self, name, out, log, segment: Segment::Envelope, line_start: true };
        let mut first = self.start.is_none();
        let mut skipped = None;
        loop {
            // As Postfix: where reading went on, be it at a pointer or padding before the record that is shown.
            let offset = skipped.take().unwrap_or_else(|| reader.offset());
            let item = match reader.next_record() {
                Ok(Some(item)) => item,
                Ok(None) => return Ok(()),
                Err(ReadError::Damaged(fault)) => {
                    page.out.flush()?;
                    log.warning(format_args!("{name}: {fault}"));
                    return Err(io::Error::other("record read error"));
                }
                Err(ReadError::Source(error)) => {
                    return Err(io::Error::other(format!("read {name}: {error}")));
                }
            };
            if std::mem::take(&mut first) {
                if item.kind != Kind::SIZE && item.kind != Kind::TIME {
                    page.out.flush()?;
                    log.warning(format_args!("{name}: input is not a valid queue file"));
                    return Ok(());
                }
                page.mark(None, "ENVELOPE RECORDS")?;
            }
            if item.kind == Kind::PADDING && !self.verbose {
                skipped = Some(offset);
                continue;
            }
            let ended = item.kind == Kind::END && !self.raw;
            page.item(Item { offset, ..item })?;
            if ended {
                return Ok(());
            }
        }
    }
}

struct Page<'a, W> {
    show: &'a Show,
    name: &'a str,
    out: &'a mut W,
    log: &'a Log,
    segment: Segment,
    /// The last content record ended its line.
    line_start: bool,
}

impl<W: Write> Page<'_, W> {
    fn item(&mut self, item: Item<'_>) -> io::Result<()> {
        match item.kind {
            Kind::MESSAGE => {
                self.mark(Some(&item), "MESSAGE CONTENTS")?;
                self.segment = Segment::Header;
                Ok(())
            }
            Kind::EXTRACTED => {
                self.mark(Some(&item), "HEADER EXTRACTED")?;
                self.segment = Segment::Extracted;
                Ok(())
            }
            Kind::END => self.mark(Some(&item), "MESSAGE FILE END"),
            Kind::POINTER | Kind::PADDING if self.show.verbose => self.record(item, name_of(item.kind)),
            Kind::POINTER | Kind::PADDING => Ok(()),
            _ if matches!(self.segment, Segment::Header | Segment::Body) => self.text(item),
            _ if self.show.parts.envelope => self.envelope(item),
            _ => Ok(()),
        }
    }

    /// `*** MESSAGE CONTENTS name ***`
    fn mark(&mut self, item: Option<&Item<'_>>, title: &str) -> io::Result<()> {
        if !self.show.parts.envelope {
            return Ok(());
        }
        self.prefix(item)?;
        writeln!(self.out, "*** {title} {} ***", self.name)
    }

    fn prefix(&mut self, item: Option<&Item<'_>>) -> io::Result<()> {
        if self.show.file_names {
            write!(self.out, "{}: ", self.name)?;
        }
        let Some(item) = item else { return Ok(()) };
        if self.show.offsets {
            write!(self.out, "{:9} ", item.offset)?;
        }
        if self.show.types {
            write!(self.out, "{:3} ", item.kind.0)?;
        }
        Ok(())
    }

    fn text(&mut self, item: Item<'_>) -> io::Result<()> {
        let (whole, parts) = (item.kind == Kind::NORMAL, self.show.parts);
        if self.line_start && self.segment == Segment::Header && !is_header(item.data) {
            self.segment = Segment::Body;
        }
        self.line_start = whole;
        if (self.segment == Segment::Header && !parts.header)
            || (self.segment == Segment::Body && !parts.body)
        {
            return Ok(());
        }
        self.prefix(Some(&item))?;
        if self.show.verbose {
            write!(self.out, "{}: ", if whole { "regular_text" } else { "unterminated_text" })?;
        }
        self.out.write_all(item.data)?;
        if whole || self.show.offsets || self.show.verbose { writeln!(self.out) } else { Ok(()) }
    }

    fn envelope(&mut self, item: Item<'_>) -> io::Result<()> {
        match item.kind {
            Kind::TIME => self.time(item, "message_arrival_time", item.data),
            Kind::WARNING_TIME => self.time(item, "warning_message_time", item.data),
            Kind::ATTRIBUTE => match item.data.iter().position(|byte| *byte == b'=') {
                Some(at) if item.data[..at].trim_ascii() == b"create_time" => {
                    self.time(item, "create_time", &item.data[at + 1..])
                }
                Some(_) => self.record(item, "named_attribute"),
                None => {
                    self.out.flush()?;
                    let (name, record) = (self.name, String::from_utf8_lossy(item.data));
                    let problem = "malformed attribute: missing '=' after attribute name";
                    self.log.warning(format_args!("{name}: {problem}: {record}"));
                    Ok(())
                }
            },
            kind => self.record(item, name_of(kind)),
        }
    }

    fn record(&mut self, item: Item<'_>, name: &str) -> io::Result<()> {
        self.prefix(Some(&item))?;
        write!(self.out, "{name}: ")?;
        self.out.write_all(item.data)?;
        writeln!(self.out)
    }

    fn time(&mut self, item: Item<'_>, name: &str, data: &[u8]) -> io::Result<()> {
        let number = data.trim_ascii_start().split(|byte| !byte.is_ascii_digit()).next().unwrap_or_default();
        let seconds = parse_pointer(number).unwrap_or(0);
        let time = Local::from_seconds(i64::try_from(seconds).unwrap_or(0));
        self.prefix(Some(&item))?;
        writeln!(
            self.out,
            "{name}: {} {} {:2} {:02}:{:02}:{:02} {}",
            time.weekday_name(),
            time.month_name(),
            time.day,
            time.hour,
            time.minute,
            time.second,
            time.year
        )
    }
}

/// A header field, or a line that continues one.
fn is_header(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t')) || message::field_length(line).is_some()
}

/// The words of Postfix for record types.
fn name_of(kind: Kind) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == kind).map_or("unknown_record_type", |(_, name)| name)
}

const NAMES: [(Kind, &str); 27] = [
    (Kind::SIZE, "message_size"),
    (Kind::CREATE_TIME, "queue_file_create_time"),
    (Kind::FULL_NAME, "sender_fullname"),
    (Kind::INSPECTOR, "content_inspector"),
    (Kind::FILTER, "content_filter"),
    (Kind::FLAGS, "flags"),
    (Kind::REDIRECT, "redirect_to"),
    (Kind::SENDER, "sender"),
    (Kind::VERP, "verp_delimiters"),
    (Kind::ORIGINAL_RECIPIENT, "original_recipient"),
    (Kind::DSN_ORCPT, "dsn_original_recipient"),
    (Kind::DSN_NOTIFY, "dsn_notify_flags"),
    (Kind::DSN_ENVID, "dsn_envelope_id"),
    (Kind::DSN_RET, "dsn_return_flags"),
    (Kind::RECIPIENT, "recipient"),
    (Kind::CANCELED, "canceled_recipient"),
    (Kind::DONE, "done_recipient"),
    (Kind::KILLED, "killed_record"),
    (Kind::RETURN_RECEIPT, "return_receipt"),
    (Kind::ERRORS_TO, "errors_to"),
    (Kind::PRIORITY, "priority"),
    (Kind::POINTER, "pointer_record"),
    (Kind::PADDING, "padding"),
    (Kind::NORMAL, "regular_text"),
    (Kind::MESSAGE, "message_content"),
    (Kind::EXTRACTED, "extracted_info"),
    (Kind::END, "message_end"),
];

/// Where `-q` looks.
pub(super) const QUEUES: [QueueName; 7] = [
    QueueName::Maildrop,
    QueueName::Incoming,
    QueueName::Active,
    QueueName::Deferred,
    QueueName::Hold,
    QueueName::Corrupt,
    QueueName::Saved,
];

#[cfg(test)]
mod tests {
    use super::*;
    use maillog::Sink;

    const FILE: &[u8] =
        b"T\x031 2S\x03a@bR\x03c@dA\x03x=yM\x00N\x0aSubject: xL\x02a:N\x01bN\x00N\x04bodyX\x00E\x00";

    fn show(show: &Show) -> String {
        let (mut out, log) = (Vec::new(), Log::open("postcat", Sink::discard(), false));
        show.run("f", FILE, &mut out, &log).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn parts_are_shown_as_asked() {
        let parts = |envelope, header, body| {
            show(&Show { parts: Parts { envelope, header, body }, ..Show::default() })
        };
        assert_eq!(parts(false, true, false), "Subject: x\na:b\n");
        assert_eq!(parts(false, false, true), "\nbody\n");
        assert_eq!(parts(false, true, true), "Subject: x\na:b\n\nbody\n");
        assert!(parts(true, false, false).ends_with(
            "sender: a@b\nrecipient: c@d\nnamed_attribute: x=y\n*** MESSAGE CONTENTS f ***\n\
             *** HEADER EXTRACTED f ***\n*** MESSAGE FILE END f ***\n"
        ));
    }

    #[test]
    fn offsets_and_types_stand_before_each_record() {
        let all = show(&Show { parts: Parts::ALL, types: true, offsets: true, ..Show::default() });
        assert!(all.contains("\n        5  83 sender: a@b\n       10  82 recipient: c@d\n"));
        assert!(all.contains("\n       34  76 a:\n       38  78 b\n"));
    }

    #[test]
    fn a_start_in_the_middle_skips_the_check_of_the_first_record() {
        assert_eq!(
            show(&Show { parts: Parts::ALL, start: Some(10), ..Show::default() }).lines().next(),
            Some("recipient: c@d")
        );
    }
}
