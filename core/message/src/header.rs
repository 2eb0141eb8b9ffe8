//! Header fields: where a field name ends, which fields carry addresses, how long lines fold.

/// The length of the field name when this text begins a header field (RFC 5322 section 2.2; blanks before the
/// colon are tolerated, section 4.5). None when it is no header field.
pub fn field_length(text: &[u8]) -> Option<usize> {
    let name = text.iter().take_while(|&&b| b > b' ' && b < 0x7f && b != b':').count();
    let blanks = text[name..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    (name > 0 && text.get(name + blanks) == Some(&b':')).then_some(name)
}

/// A header field that a mail system knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the variants are the field names themselves
pub enum Field {
    ApparentlyTo,
    Bcc,
    Cc,
    ContentDescription,
    ContentDisposition,
    ContentId,
    ContentLength,
    ContentTransferEncoding,
    ContentType,
    Date,
    DeliveredTo,
    DispositionNotificationTo,
    ErrorsTo,
    From,
    MailFollowupTo,
    MessageId,
    MimeVersion,
    Received,
    ReplyTo,
    ResentBcc,
    ResentCc,
    ResentDate,
    ResentFrom,
    ResentMessageId,
    ResentReplyTo,
    ResentSender,
    ResentTo,
    ReturnPath,
    ReturnReceiptTo,
    Sender,
    TlsRequired,
    To,
}

/// The addresses that a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// None that are rewritten.
    None,
    /// Addresses of the sending side.
    Senders,
    /// Addresses of the receiving side, which `sendmail -t` does not deliver to.
    Recipients,
    /// Addresses that `sendmail -t` delivers to.
    Extracted,
}

/// What is known about a field.
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    /// Which one it is.
    pub field: Field,
    /// The usual spelling, which a rewritten field gets.
    pub name: &'static str,
    /// Which addresses it holds.
    pub addresses: Addresses,
    /// It belongs to a block of Resent- fields.
    pub resent: bool,
}

impl FieldInfo {
    /// Looks at the name of a header field; None for fields that need no attention.
    pub fn of(header: &[u8]) -> Option<&'static Self> {
        let name = &header[..field_length(header)?];
        FIELDS.iter().find(|info| info.name.as_bytes().eq_ignore_ascii_case(name))
    }

    /// The value of a field: what follows the colon, without leading white space.
    pub fn value(header: &[u8]) -> &[u8] {
        let colon = header.iter().position(|&b| b == b':').map_or(header.len(), |at| at + 1);
        header[colon..].trim_ascii_start()
    }
}

/// Joins the lines of a rewritten address field: as many addresses on a line as fit into about 70 characters,
/// in their order. Only line breaks of the list writer (no white space behind them) are joined.
pub fn fold(header: &mut [u8]) {
    let mut line_start = 0;
    let mut at = 0;
    while at < header.len() {
        let end = header[at..].iter().position(|&b| b == b'\n').map_or(header.len(), |n| at + n);
        if at > line_start || at > 0 {
            if end - line_start < FOLD_WIDTH {
                header[at - 1] = b' ';
            } else {
                line_start = at;
            }
        }
        at = end + 1;
    }
}

/// A full name as the phrase before `<address>`: quoted when it holds specials (RFC 5322 section 3.2.3).
pub fn from_phrase(full_name: &str) -> String {
    let name: String = full_name.chars().map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c }).collect();
    let special = |c: char| "%!()<>@,;:\\\".[]".contains(c);
    let tokens = if name.contains(special) {
        vec![crate::Token::Quoted(name.into_bytes())]
    } else {
        crate::scan(name.as_bytes(), usize::MAX)
    };
    let mut out = Vec::new();
    crate::externalize(&tokens, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// What a mail system does to the first line of a message from a client, before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLine {
    /// It stays.
    Keep,
    /// A `From ` line of a mailbox: it becomes the value of an `X-Mailbox-Line:` field.
    Mailbox,
    /// It begins with white space: an empty line comes before it, or it would continue our own header.
    EmptyLineBefore,
}

/// Judges the first line of content (without its line end).
pub fn first_line_fix(line: &[u8]) -> FirstLine {
    let unquoted = &line[line.iter().take_while(|&&b| b == b'>').count()..];
    if unquoted.len() >= 5 && unquoted[..5].eq_ignore_ascii_case(b"From ") {
        FirstLine::Mailbox
    } else if matches!(line.first(), Some(b' ' | b'\t')) {
        FirstLine::EmptyLineBefore
    } else {
        FirstLine::Keep
    }
}

const fn plain(field: Field, name: &'static str) -> FieldInfo {
    FieldInfo { field, name, addresses: Addresses::None, resent: false }
}

const fn of(field: Field, name: &'static str, addresses: Addresses) -> FieldInfo {
    FieldInfo { field, name, addresses, resent: false }
}

const fn resent(field: Field, name: &'static str, addresses: Addresses) -> FieldInfo {
    FieldInfo { field, name, addresses, resent: true }
}

const FOLD_WIDTH: usize = 70;

static FIELDS: [FieldInfo; 32] = [
    of(Field::ApparentlyTo, "Apparently-To", Addresses::Recipients),
    of(Field::Bcc, "Bcc", Addresses::Extracted),
    of(Field::Cc, "Cc", Addresses::Extracted),
    plain(Field::ContentDescription, "Content-Description"),
    plain(Field::ContentDisposition, "Content-Disposition"),
    plain(Field::ContentId, "Content-ID"),
    plain(Field::ContentLength, "Content-Length"),
    plain(Field::ContentTransferEncoding, "Content-Transfer-Encoding"),
    plain(Field::ContentType, "Content-Type"),
    plain(Field::Date, "Date"),
    plain(Field::DeliveredTo, "Delivered-To"),
    of(Field::DispositionNotificationTo, "Disposition-Notification-To", Addresses::Senders),
    of(Field::ErrorsTo, "Errors-To", Addresses::Senders),
    of(Field::From, "From", Addresses::Senders),
    of(Field::MailFollowupTo, "Mail-Followup-To", Addresses::Senders),
    plain(Field::MessageId, "Message-Id"),
    plain(Field::MimeVersion, "MIME-Version"),
    plain(Field::Received, "Received"),
    of(Field::ReplyTo, "Reply-To", Addresses::Senders),
    resent(Field::ResentBcc, "Resent-Bcc", Addresses::Extracted),
    resent(Field::ResentCc, "Resent-Cc", Addresses::Extracted),
    resent(Field::ResentDate, "Resent-Date", Addresses::None),
    resent(Field::ResentFrom, "Resent-From", Addresses::Senders),
    resent(Field::ResentMessageId, "Resent-Message-Id", Addresses::None),
    resent(Field::ResentReplyTo, "Resent-Reply-To", Addresses::Recipients),
    resent(Field::ResentSender, "Resent-Sender", Addresses::Senders),
    resent(Field::ResentTo, "Resent-To", Addresses::Extracted),
    of(Field::ReturnPath, "Return-Path", Addresses::Senders),
    of(Field::ReturnReceiptTo, "Return-Receipt-To", Addresses::Senders),
    of(Field::Sender, "Sender", Addresses::Senders),
    plain(Field::TlsRequired, "TLS-Required"),
    of(Field::To, "To", Addresses::Extracted),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_name_is_printable_ascii_before_a_colon() {
        for (text, length) in [
            ("Subject: x", Some(7)),
            ("Subject : x", Some(7)),
            ("Subject:", Some(7)),
            ("X Y: z", None),
            (": x", None),
            ("From bob Mon", None),
            ("Sübject: x", None),
            ("", None),
            ("no colon", None),
        ] {
            assert_eq!(field_length(text.as_bytes()), length, "{text}");
        }
    }

    #[test]
    fn fields_are_known_whatever_their_case() {
        assert_eq!(FieldInfo::of(b"mEssage-iD : <x>").unwrap().field, Field::MessageId);
        assert!(FieldInfo::of(b"X-Unknown: y").is_none());
        assert_eq!(FieldInfo::value(b"To :  \tbob"), b"bob");
    }

    #[test]
    fn folding_fills_lines_up_to_seventy_characters() {
        let a = "abcdefghijklmnopqrstuvwxyz0123456789@example.org";
        let mut header = format!("To: {a},\n{a},\na@mail.example.com").into_bytes();
        fold(&mut header);
        assert_eq!(String::from_utf8(header).unwrap(), format!("To: {a},\n{a}, a@mail.example.com"));
    }

    #[test]
    fn a_full_name_is_quoted_when_it_must_be() {
        assert_eq!(from_phrase("Full  Name"), "Full Name");
        assert_eq!(from_phrase("Full. Name"), "\"Full. Name\"");
        assert_eq!(from_phrase("a\nb\"c"), "\"a b\\\"c\"");
    }

    #[test]
    fn a_mailbox_line_and_a_leading_blank_are_seen() {
        assert_eq!(first_line_fix(b">From bob"), FirstLine::Mailbox);
        assert_eq!(first_line_fix(b" x"), FirstLine::EmptyLineBefore);
        assert_eq!(first_line_fix(b"From: bob"), FirstLine::Keep);
    }
}
