//! Everything in a queue file that is not content, parsed: the envelope segment and the extracted segment.
//! The content between them is skipped by the offsets of the size record.

use crate::{Fault, Item, Kind, ReadError, Reader, Size, Source, parse_time, parse_warning_time};
use mail::{Address, Notify, Recipient, ReturnFormat, Timestamp};

/// Queue-manager flag of the size record: recipients are mixed with other records, so read all of it before
/// the first delivery.
pub const MIXED_RECIPIENTS: i64 = 1;

/// When to warn the sender of a delay, and where that stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelayWarning {
    /// Seconds since 1970; -1 (0 in files of old versions) when the warning was sent.
    pub time: i64,
    /// Where the number stands: 15 bytes to overwrite.
    pub data_offset: u64,
}

/// What `sendmail -v`, `-bv` or a probe asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceFlags {
    /// The bits.
    pub flags: i64,
    /// Where the record stands: once the report is sent its type byte becomes [`Kind::KILLED`].
    pub offset: u64,
}

/// Where to go on reading recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Resume {
    offset: u64,
    extracted: bool,
}

/// A parsed envelope. Text that is not UTF-8 is kept readable, not byte-exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The size record; all zero in a maildrop file.
    pub size: Size,
    /// When the message arrived.
    pub arrival: Timestamp,
    /// When this queue file was made; after a requeue the queue life time counts from here.
    pub create_time: Option<i64>,
    /// The envelope sender.
    pub sender: Address,
    /// Full name of a local sender.
    pub full_name: Option<String>,
    /// `content_filter`.
    pub inspector: Option<String>,
    /// FILTER action; comes before `inspector`.
    pub filter: Option<String>,
    /// REDIRECT action.
    pub redirect: Option<String>,
    /// VERP delimiters, two characters.
    pub verp: Option<String>,
    /// When to warn the sender of a delay.
    pub warning: Option<DelayWarning>,
    /// Delivery reports that were asked for.
    pub trace: Option<TraceFlags>,
    /// RFC 3461 ENVID.
    pub envelope_id: Option<String>,
    /// RFC 3461 RET.
    pub ret: Option<ReturnFormat>,
    /// `Errors-To:` and `Return-Receipt-To:` of the header.
    pub errors_to: Option<String>,
    /// `Return-Receipt-To:` of the header.
    pub return_receipt: Option<String>,
    /// All other attributes in order, the unknown ones too.
    pub attributes: Vec<(String, String)>,
    /// Recipients still to be delivered.
    pub recipients: Vec<Recipient>,
    /// How many recipients are done or cancelled, as far as the file was read.
    pub finished: usize,
    /// Where the content begins.
    pub data_offset: u64,
    resume: Option<Resume>,
}

impl Envelope {
    /// Reads a committed file. Stops after `limit` open recipients (unless recipients are mixed with other
    /// records); [`Self::read_more`] goes on.
    pub fn read<S: Source>(source: S, limit: usize) -> Result<Self, ReadError<S::Error>> {
        let mut parser = Parser::new(source, 0, limit);
        parser.envelope()?;
        let found = &parser.found;
        let fault = match () {
            () if !parser.seen.size => "missing size record",
            () if !parser.seen.time => "missing arrival time record",
            () if !parser.seen.sender => "missing sender record",
            () => return Ok(parser.found),
        };
        Err(Fault::new(found.data_offset, fault).into())
    }

    /// Reads what postdrop writes: no size record; `size.content_length` counts the content on the way.
    pub fn read_maildrop<S: Source>(source: S) -> Result<Self, ReadError<S::Error>> {
        let mut parser = Parser::new(source, 0, usize::MAX);
        parser.maildrop = true;
        parser.envelope()?;
        if !parser.seen.sender {
            return Err(Fault::new(parser.found.data_offset, "missing sender record").into());
        }
        Ok(parser.found)
    }

    /// True when [`Self::read_more`] would find more records.
    pub fn has_more(&self) -> bool {
        self.resume.is_some()
    }

    /// Replaces `recipients` by the next ones, at most `limit`.
    pub fn read_more<S: Source>(&mut self, source: S, limit: usize) -> Result<(), ReadError<S::Error>> {
        let Some(resume) = self.resume.take() else {
            self.recipients.clear();
            return Ok(());
        };
        let mut parser = Parser::new(source, resume.offset, limit);
        parser.found = std::mem::take(self);
        parser.found.recipients.clear();
        parser.seen = Seen { size: true, time: true, sender: true };
        let result = if resume.extracted { parser.extracted() } else { parser.envelope() };
        *self = parser.found;
        result
    }

    /// The value of an attribute; the last one wins.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Copy, Default)]
struct Seen {
    size: bool,
    time: bool,
    sender: bool,
}

/// What was said ahead of the next recipient.
#[derive(Default)]
struct Ahead {
    original: Option<String>,
    orcpt: String,
    notify: Notify,
}

struct Parser<S> {
    reader: Reader<S>,
    limit: usize,
    maildrop: bool,
    found: Envelope,
    seen: Seen,
    ahead: Ahead,
}

impl<S: Source> Parser<S> {
    fn new(source: S, offset: u64, limit: usize) -> Self {
        let reader = Reader::new(source, offset);
        Self {
            reader,
            limit,
            maildrop: false,
            found: Envelope::default(),
            seen: Seen::default(),
            ahead: Ahead::default(),
        }
    }

    fn envelope(&mut self) -> Result<(), ReadError<S::Error>> {
        loop {
            match self.step(false)? {
                None => return Ok(()),
                Some(Kind::MESSAGE) if self.maildrop => return self.past_content(),
                Some(Kind::MESSAGE) => {
                    let (size, at) = (self.found.size, self.reader.offset());
                    if i64::try_from(at) != Ok(size.data_offset) {
                        return Err(Fault::new(at, "content is not where the size record says").into());
                    }
                    // Both were checked not to be negative.
                    self.found.data_offset = size.data_offset as u64;
                    self.reader.seek((size.data_offset as u64).saturating_add(size.content_size as u64));
                    let at = self.reader.offset();
                    let kind = self.reader.next_record()?.map(|item| item.kind);
                    return if kind == Some(Kind::EXTRACTED) {
                        self.extracted()
                    } else {
                        Err(Fault::new(at, "no extracted segment after the content").into())
                    };
                }
                Some(Kind::END | Kind::EXTRACTED) => {
                    let at = self.reader.offset();
                    return Err(Fault::new(at, "envelope has no content after it").into());
                }
                Some(_) => {}
            }
        }
    }

    fn extracted(&mut self) -> Result<(), ReadError<S::Error>> {
        loop {
            match self.step(true)? {
                None | Some(Kind::END) => return Ok(()),
                Some(Kind::MESSAGE | Kind::EXTRACTED) => {
                    let at = self.reader.offset();
                    return Err(Fault::new(at, "unexpected record type in the extracted segment").into());
                }
                Some(_) => {}
            }
        }
    }

    /// Content of a maildrop file: has to be read, nothing tells where it ends.
    fn past_content(&mut self) -> Result<(), ReadError<S::Error>> {
        self.found.data_offset = self.reader.offset();
        loop {
            let at = self.reader.offset();
            let Some(item) = self.reader.next_record()? else {
                return Err(Fault::new(at, "content has no end").into());
            };
            let length = item.data.len() as i64;
            match item.kind {
                Kind::EXTRACTED => break,
                Kind::NORMAL => self.found.size.content_length += length + 1,
                Kind::CONTINUED => self.found.size.content_length += length,
                _ => return Err(Fault::new(at, "unexpected record type in the content").into()),
            }
        }
        self.extracted()
    }

    /// Takes one record; None when there are recipients enough.
    fn step(&mut self, extracted: bool) -> Result<Option<Kind>, ReadError<S::Error>> {
        let at = self.reader.offset();
        let Some(item) = self.reader.next_record()? else {
            return Err(Fault::new(at, "file ends without an end record").into());
        };
        let kind = item.kind;
        take(item, &mut self.found, &mut self.seen, &mut self.ahead)?;
        let mixed = self.found.size.flags & MIXED_RECIPIENTS != 0;
        if kind == Kind::RECIPIENT && self.found.recipients.len() >= self.limit && !mixed {
            self.found.resume = Some(Resume { offset: self.reader.offset(), extracted });
            return Ok(None);
        }
        Ok(Some(kind))
    }
}

fn take(item: Item<'_>, found: &mut Envelope, seen: &mut Seen, ahead: &mut Ahead) -> Result<(), Fault> {
    let data_offset = item.offset + 2;
    let text = || String::from_utf8_lossy(item.data).into_owned();
    let fault = |problem| Fault::new(item.offset, problem);
    match item.kind {
        Kind::SIZE if !seen.size => {
            found.size = Size::parse(item.data).ok_or(fault("malformed size record"))?;
            seen.size = true;
        }
        Kind::TIME if !seen.time => {
            found.arrival = parse_time(item.data).ok_or(fault("malformed arrival time record"))?;
            seen.time = true;
        }
        Kind::SENDER if !seen.sender => {
            found.sender = Address::new(text());
            seen.sender = true;
        }
        Kind::CREATE_TIME => found.create_time = parse_time(item.data).map(|time| time.seconds),
        Kind::ATTRIBUTE => attribute(item, found, ahead),
        Kind::FULL_NAME => found.full_name = Some(text()),
        Kind::INSPECTOR => found.inspector = Some(text()),
        Kind::FILTER => found.filter = Some(text()),
        Kind::REDIRECT => found.redirect = Some(text()),
        Kind::VERP => found.verp = Some(text()),
        Kind::ERRORS_TO => found.errors_to = Some(text()),
        Kind::RETURN_RECEIPT => found.return_receipt = Some(text()),
        Kind::WARNING_TIME => {
            let time = parse_warning_time(item.data).ok_or(fault("malformed warning time record"))?;
            found.warning = Some(DelayWarning { time, data_offset });
        }
        Kind::DSN_ENVID => found.envelope_id = Some(text()),
        Kind::DSN_RET => found.ret = return_format(&text()),
        Kind::DSN_ORCPT => ahead.orcpt = text(),
        Kind::DSN_NOTIFY => ahead.notify = Notify(text().trim().parse().unwrap_or_default()),
        Kind::ORIGINAL_RECIPIENT => ahead.original = Some(text()),
        Kind::RECIPIENT => {
            let ahead = std::mem::take(ahead);
            found.recipients.push(Recipient {
                address: Address::new(text()),
                original: ahead.original.map(Address::new).unwrap_or_default(),
                dsn_orcpt: ahead.orcpt,
                notify: ahead.notify,
                offset: item.offset,
            });
        }
        Kind::DONE | Kind::CANCELED => {
            *ahead = Ahead::default();
            found.finished += 1;
        }
        // Never an error: newer versions may have written it, and the segment marks are the caller's.
        _ => {}
    }
    Ok(())
}

fn attribute(item: Item<'_>, found: &mut Envelope, ahead: &mut Ahead) {
    let text = String::from_utf8_lossy(item.data);
    let Some((name, value)) = text.split_once('=') else { return };
    match name.trim_end() {
        "create_time" => found.create_time = value.trim().parse().ok(),
        "envelope_id" => found.envelope_id = Some(value.to_owned()),
        "ret_flags" => found.ret = return_format(value),
        "trace_flags" => {
            let flags = value.trim().parse().unwrap_or_default();
            found.trace = Some(TraceFlags { flags, offset: item.offset });
        }
        "dsn_orig_rcpt" => ahead.orcpt = value.to_owned(),
        "notify_flags" => ahead.notify = Notify(value.trim().parse().unwrap_or_default()),
        name => found.attributes.push((name.to_owned(), value.to_owned())),
    }
}

fn return_format(text: &str) -> Option<ReturnFormat> {
    match text.trim() {
        "1" => Some(ReturnFormat::Full),
        "2" => Some(ReturnFormat::Headers),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode;

    /// Builds a file; `C` is filled in with the right numbers.
    fn file(envelope: &[(Kind, &str)], extracted: &[(Kind, &str)], flags: i64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut size = Size { flags, ..Size::default() };
        encode(Kind::SIZE, size.format().as_bytes(), &mut out);
        envelope.iter().for_each(|(kind, data)| encode(*kind, data.as_bytes(), &mut out));
        encode(Kind::MESSAGE, b"", &mut out);
        size.data_offset = out.len() as i64;
        encode(Kind::NORMAL, b"Subject: x", &mut out);
        size.content_size = out.len() as i64 - size.data_offset;
        encode(Kind::EXTRACTED, b"", &mut out);
        extracted.iter().for_each(|(kind, data)| encode(*kind, data.as_bytes(), &mut out));
        encode(Kind::END, b"", &mut out);
        out[2..97].copy_from_slice(size.format().as_bytes());
        out
    }

    const HEAD: [(Kind, &str); 2] = [(Kind::TIME, "100 5"), (Kind::SENDER, "alice@example.org")];

    fn with(more: &[(Kind, &'static str)]) -> Vec<(Kind, &'static str)> {
        HEAD.iter().chain(more).copied().collect()
    }

    #[test]
    fn what_stands_ahead_of_a_recipient_belongs_to_it_alone() {
        let bytes = file(
            &with(&[
                (Kind::ATTRIBUTE, "notify_flags=6"),
                (Kind::ATTRIBUTE, "dsn_orig_rcpt=rfc822;bob"),
                (Kind::ORIGINAL_RECIPIENT, "bob"),
                (Kind::DONE, "bob@example.org"),
                (Kind::ORIGINAL_RECIPIENT, "carol"),
                (Kind::RECIPIENT, "carol@example.org"),
            ]),
            &[(Kind::ATTRIBUTE, "notify_flags=1"), (Kind::RECIPIENT, "dave@example.org")],
            0,
        );
        let envelope = Envelope::read(&bytes[..], 100).unwrap();
        assert_eq!(envelope.finished, 1);
        let [carol, dave] = &envelope.recipients[..] else { panic!("{envelope:?}") };
        assert_eq!(
            (carol.original.as_str(), carol.notify, carol.dsn_orcpt.as_str()),
            ("carol", Notify(0), "")
        );
        assert_eq!((dave.original.as_str(), dave.notify), ("", Notify::NEVER));
        assert_eq!(bytes[carol.offset as usize], b'R');
    }

    #[test]
    fn recipients_come_in_portions_across_the_content() {
        let bytes = file(
            &with(&[(Kind::RECIPIENT, "a"), (Kind::RECIPIENT, "b"), (Kind::ATTRIBUTE, "x=y")]),
            &[(Kind::RECIPIENT, "c"), (Kind::ATTRIBUTE, "encoding=8bit")],
            0,
        );
        let mut envelope = Envelope::read(&bytes[..], 1).unwrap();
        let mut seen = Vec::new();
        loop {
            seen.extend(envelope.recipients.iter().map(|r| r.address.to_string()));
            if !envelope.has_more() {
                break;
            }
            envelope.read_more(&bytes[..], 1).unwrap();
        }
        assert_eq!(seen, ["a", "b", "c"]);
        assert_eq!(envelope.attribute("encoding"), Some("8bit"));
        assert_eq!(envelope.attribute("x"), Some("y"));
    }

    #[test]
    fn mixed_recipients_are_read_in_one_go() {
        let bytes = file(&with(&[(Kind::RECIPIENT, "a"), (Kind::RECIPIENT, "b")]), &[], MIXED_RECIPIENTS);
        let envelope = Envelope::read(&bytes[..], 1).unwrap();
        assert_eq!((envelope.recipients.len(), envelope.has_more()), (2, false));
    }

    #[test]
    fn a_file_cut_anywhere_is_damage() {
        let bytes = file(&with(&[(Kind::RECIPIENT, "a")]), &[(Kind::ATTRIBUTE, "encoding=8bit")], 0);
        for cut in 0..bytes.len() {
            assert!(matches!(Envelope::read(&bytes[..cut], 100), Err(ReadError::Damaged(_))), "{cut}");
        }
        assert!(Envelope::read(&bytes[..], 100).is_ok());
    }

    #[test]
    fn flipped_bytes_never_panic() {
        let bytes = file(&with(&[(Kind::WARNING_TIME, "             15"), (Kind::RECIPIENT, "a")]), &[], 0);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                let _ = Envelope::read(&bad[..], 100);
            }
        }
    }

    #[test]
    fn a_warning_that_postfix_has_sent_is_known() {
        let bytes = file(&with(&[(Kind::WARNING_TIME, "             -1"), (Kind::RECIPIENT, "a")]), &[], 0);
        assert_eq!(Envelope::read(&bytes[..], 100).unwrap().warning.unwrap().time, -1);
    }

    #[test]
    fn what_the_envelope_must_have_is_missed() {
        for missing in 0..2 {
            let mut head = HEAD.to_vec();
            head.remove(missing);
            assert!(Envelope::read(&file(&head, &[], 0)[..], 9).is_err());
        }
    }

    #[test]
    fn maildrop_files_need_no_size_record() {
        let mut bytes = Vec::new();
        for (kind, data) in [
            (Kind::TIME, "1 2"),
            (Kind::SENDER, ""),
            (Kind::MESSAGE, ""),
            (Kind::CONTINUED, "ab"),
            (Kind::NORMAL, "c"),
            (Kind::EXTRACTED, ""),
            (Kind::RECIPIENT, "bob"),
            (Kind::END, ""),
        ] {
            encode(kind, data.as_bytes(), &mut bytes);
        }
        let envelope = Envelope::read_maildrop(&bytes[..]).unwrap();
        assert_eq!((envelope.size.content_length, envelope.recipients.len()), (4, 1));
    }
}
