//! QMQP (<https://cr.yp.to/proto/qmqp.html>): one message in nested netstrings, `LENGTH:BYTES,`, and one netstring as
//! the answer. Bytes in; a message, or what is wrong with it, out. No I/O, no clock, no judgement of addresses.

use std::fmt;

/// A message as a client sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Header and body; lines end with LF.
    pub content: Vec<u8>,
    /// Envelope sender in internal form, empty for the null sender.
    pub sender: Vec<u8>,
    /// Envelope recipients in internal form.
    pub recipients: Vec<Vec<u8>>,
}

/// What a client may make us remember.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The content (`message_size_limit`).
    pub content: usize,
    /// All recipients together.
    pub recipients: usize,
    /// One address (`line_length_limit`).
    pub address: usize,
}

/// The parts of a request, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The length of the whole.
    Header,
    /// The message.
    Content,
    /// The sender.
    Sender,
    /// A recipient, or the end.
    Recipient,
}

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// This isn't a netstring.
    Format,
    /// Longer than the limits allow.
    TooLong,
}

/// Takes a request in pieces as they arrive.
pub struct Receiver {
    limits: Limits,
    part: Part,
    netstring: Netstring,
    request: Request,
    /// What the recipients have cost of `limits.recipients`.
    used: usize,
    done: bool,
}

/// How far the current netstring has come.
#[derive(Clone, Copy, Debug)]
enum Netstring {
    /// In the digits.
    Length { value: usize, begun: bool },
    /// This many bytes are missing.
    Data { missing: usize },
    /// The comma is missing.
    Comma,
}

impl Receiver {
    /// Nothing has arrived yet.
    pub fn new(limits: Limits) -> Self {
        let (part, netstring) = (Part::Header, Netstring::START);
        Self { limits, part, netstring, request: Request::default(), used: 0, done: false }
    }

    /// Takes the next bytes; true when the request is complete. What follows is ignored.
    pub fn feed(&mut self, input: &[u8]) -> Result<bool, Flaw> {
        let mut rest = input;
        while let (false, Some((&byte, after))) = (self.done, rest.split_first()) {
            rest = match self.netstring {
                Netstring::Length { value, begun } => {
                    self.length(byte, value, begun)?;
                    after
                }
                Netstring::Data { missing } => self.data(rest, missing),
                Netstring::Comma if byte == b',' => {
                    self.complete();
                    after
                }
                Netstring::Comma => return Err(Flaw::Format),
            };
        }
        Ok(self.done)
    }

    /// What is being received.
    pub fn part(&self) -> Part {
        self.part
    }

    /// What has been received.
    pub fn into_request(self) -> Request {
        self.request
    }

    fn length(&mut self, byte: u8, value: usize, begun: bool) -> Result<(), Flaw> {
        match byte {
            b'0'..=b'9' => {
                let value = value.saturating_mul(10).saturating_add(usize::from(byte - b'0'));
                if value > self.limit() {
                    return Err(Flaw::TooLong);
                }
                self.netstring = Netstring::Length { value, begun: true };
            }
            b':' => self.begin(value),
            // The netstring around all others ends here; its length was never needed.
            b',' if self.part == Part::Recipient && !begun => self.done = true,
            _ => return Err(Flaw::Format),
        }
        Ok(())
    }

    fn limit(&self) -> usize {
        let Limits { content, recipients, address } = self.limits;
        match self.part {
            // Its parts have limits of their own; a number must do.
            Part::Header => usize::MAX - 1,
            Part::Content => content,
            Part::Sender => address,
            Part::Recipient => address.min(recipients.saturating_sub(self.used)),
        }
    }

    fn begin(&mut self, length: usize) {
        if self.part == Part::Header {
            (self.part, self.netstring) = (Part::Content, Netstring::START);
            return;
        }
        if self.part == Part::Recipient {
            self.used = self.used.saturating_add(length).saturating_add(RECIPIENT_COST);
            self.request.recipients.push(Vec::new());
        }
        self.netstring = if length == 0 { Netstring::Comma } else { Netstring::Data { missing: length } };
    }

    /// Takes what belongs to this netstring and gives back the rest.
    fn data<'a>(&mut self, input: &'a [u8], missing: usize) -> &'a [u8] {
        let (data, rest) = input.split_at(missing.min(input.len()));
        let place = match self.part {
            Part::Header | Part::Content => Some(&mut self.request.content),
            Part::Sender => Some(&mut self.request.sender),
            Part::Recipient => self.request.recipients.last_mut(),
        };
        place.into_iter().for_each(|place| place.extend_from_slice(data));
        let missing = missing - data.len();
        self.netstring = if missing == 0 { Netstring::Comma } else { Netstring::Data { missing } };
        rest
    }

    fn complete(&mut self) {
        self.netstring = Netstring::START;
        self.part = match self.part {
            Part::Header => Part::Content,
            Part::Content => Part::Sender,
            Part::Sender | Part::Recipient => Part::Recipient,
        };
    }
}

impl Netstring {
    const START: Self = Self::Length { value: 0, begun: false };
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "receiving QMQP packet header",
            Self::Content => "receiving message content",
            Self::Sender => "receiving sender address",
            Self::Recipient => "receiving recipient address",
        })
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => "netstring format error",
            Self::TooLong => "netstring length exceeds storage limit",
        })
    }
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it means.
    pub verdict: Verdict,
    /// For people.
    pub text: String,
}

/// What an answer means: its first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `K`: the message is in our hands.
    Taken,
    /// `Z`: try again later.
    Later,
    /// `D`: never.
    Never,
}

impl Answer {
    /// On the wire.
    pub fn encode(&self) -> Vec<u8> {
        let letter = match self.verdict {
            Verdict::Taken => 'K',
            Verdict::Later => 'Z',
            Verdict::Never => 'D',
        };
        format!("{}:{letter}{},", self.text.len() + 1, self.text).into_bytes()
    }
}

/// What ezmlm sends as the sender of a list: `list-@domain-@[]`. Gives `list@domain` and the two characters that VERP
/// puts in the place of the recipient's (`-=`); None for any other address.
pub fn verp(sender: &str) -> Option<(String, String)> {
    let (local, domain) = sender.strip_suffix("-@[]")?.split_once('@')?;
    let delimiter = local.chars().next_back()?;
    let list = &local[..local.len() - delimiter.len_utf8()];
    (!list.is_empty() && !domain.is_empty()).then(|| (format!("{list}@{domain}"), format!("{delimiter}=")))
}

/// A recipient takes this much room besides its bytes.
const RECIPIENT_COST: usize = size_of::<Vec<u8>>();

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { content: 1000, recipients: 1000, address: 20 };

    fn receive(bytes: &[u8]) -> Result<Option<Request>, (Flaw, Part)> {
        let mut receiver = Receiver::new(LIMITS);
        match receiver.feed(bytes) {
            Ok(done) => Ok(done.then(|| receiver.into_request())),
            Err(flaw) => Err((flaw, receiver.part())),
        }
    }

    fn request(content: &str, sender: &str, recipients: &[&str]) -> Request {
        let recipients = recipients.iter().map(|r| r.as_bytes().to_vec()).collect();
        Request { content: content.into(), sender: sender.into(), recipients }
    }

    #[test]
    fn a_request_is_the_same_however_it_is_cut() {
        let bytes = b"22:6:a\n\nb,\n,3:s@x,1:r,0:,,rest";
        let expected = request("a\n\nb,\n", "s@x", &["r", ""]);
        for cut in 0..bytes.len() {
            let mut receiver = Receiver::new(LIMITS);
            let early = receiver.feed(&bytes[..cut]).unwrap();
            assert!(receiver.feed(&bytes[cut..]).unwrap() || early, "cut at {cut}");
            assert_eq!(receiver.into_request(), expected, "cut at {cut}");
        }
        let mut receiver = Receiver::new(LIMITS);
        let fed = bytes.iter().map(|byte| receiver.feed(&[*byte]).unwrap()).collect::<Vec<_>>();
        assert_eq!(fed.iter().filter(|done| **done).count(), "rest".len() + 1);
        assert_eq!(receiver.into_request(), expected);
    }

    #[test]
    fn an_unfinished_request_is_no_request() {
        for bytes in
            ["", "9", "9:", "9:3:ab", "9:3:abc,", "9:3:abc,1:s,", "9:3:abc,1:s,1:r,", "9:3:abc,1:s,2"]
        {
            assert_eq!(receive(bytes.as_bytes()), Ok(None), "{bytes}");
        }
    }

    #[test]
    fn flaws_are_told_with_the_part_they_are_in() {
        let long = "9".repeat(30);
        for (bytes, flaw, part) in [
            ("x", Flaw::Format, Part::Header),
            ("-1:", Flaw::Format, Part::Header),
            (&long, Flaw::TooLong, Part::Header),
            (" 1:", Flaw::Format, Part::Header),
            ("9:,", Flaw::Format, Part::Content),
            ("9:3:abcd", Flaw::Format, Part::Content),
            ("9:1001:", Flaw::TooLong, Part::Content),
            (&format!("9:{long}:"), Flaw::TooLong, Part::Content),
            ("9:3:abc,,", Flaw::Format, Part::Sender),
            ("9:3:abc,21:", Flaw::TooLong, Part::Sender),
            ("9:3:abc,1:s,x", Flaw::Format, Part::Recipient),
            ("9:3:abc,1:s,1,", Flaw::Format, Part::Recipient),
            ("9:3:abc,1:s,21:", Flaw::TooLong, Part::Recipient),
        ] {
            assert_eq!(receive(bytes.as_bytes()), Err((flaw, part)), "{bytes}");
        }
    }

    #[test]
    fn many_small_recipients_are_bounded_like_a_large_content() {
        let bytes = format!("9:0:,0:,{}", "1:r,".repeat(500));
        assert_eq!(receive(bytes.as_bytes()), Err((Flaw::TooLong, Part::Recipient)));
    }

    #[test]
    fn no_bytes_can_make_it_stumble() {
        let mut seed = 7u64;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..24)
                .map(|_| {
                    seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    b"0123456789:,:,ab"[(seed >> 60) as usize]
                })
                .collect();
            let mut receiver = Receiver::new(LIMITS);
            let whole = receiver.feed(&bytes);
            let mut slow = Receiver::new(LIMITS);
            let steps = bytes.iter().try_fold(false, |_, byte| slow.feed(&[*byte]));
            assert_eq!(whole, steps, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn answers_are_netstrings() {
        let answer = Answer { verdict: Verdict::Taken, text: "Ok: é".into() };
        assert_eq!(answer.encode(), "7:KOk: é,".as_bytes());
    }

    #[test]
    fn a_list_names_its_verp_delimiters() {
        let parts = |list: &str, delimiters: &str| Some((list.to_owned(), delimiters.to_owned()));
        assert_eq!(verp("list-@example.net-@[]"), parts("list@example.net", "-="));
        assert_eq!(verp("list=@example.net-@[]"), parts("list@example.net", "=="));
        assert_eq!(verp("l-@[127.0.0.1]-@[]"), parts("l@[127.0.0.1]", "-="));
        assert_eq!(verp("list@example.net-@[]"), parts("lis@example.net", "t="));
        for other in
            ["", "-@[]", "x-@[]", "-@-@[]", "a-@-@[]", "-@example.net-@[]", "@example.net-@[]", "list-@x"]
        {
            assert_eq!(verp(other), None, "{other}");
        }
    }
}
