//! What the server's EHLO reply offers (RFC 5321 4.1.1.1).

use super::ServerReply;
use serde::{Deserialize, Serialize};

/// One service extension that can be offered, and hidden by `smtp_discard_ehlo_keywords`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Feature {
    Pipelining,
    EightBitMime,
    Size,
    StartTls,
    Auth,
    Dsn,
    EnhancedStatusCodes,
    XForward,
    SmtpUtf8,
}

impl Feature {
    /// The keyword of EHLO replies and of `smtp_discard_ehlo_keywords`, in any case.
    pub fn from_keyword(word: &str) -> Option<Self> {
        let known = KEYWORDS.iter().find(|known| word.eq_ignore_ascii_case(known.0));
        known.map(|known| known.1)
    }
}

/// What a server offers. It travels with a session that another process goes on with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// EHLO or LHLO was accepted.
    pub esmtp: bool,
    /// RFC 2920.
    pub pipelining: bool,
    /// RFC 6152.
    pub eight_bit_mime: bool,
    /// RFC 1870.
    pub size: bool,
    /// The announced limit; None when there is none.
    pub size_limit: Option<u64>,
    /// RFC 3207.
    pub start_tls: bool,
    /// RFC 4954: the mechanisms, upper case.
    pub auth: Vec<String>,
    /// RFC 3461.
    pub dsn: bool,
    /// XFORWARD attributes, upper case.
    pub xforward: Vec<String>,
    /// RFC 6531.
    pub smtp_utf8: bool,
}

impl Features {
    /// Reads an EHLO or LHLO reply, without the keywords that the administrator wants hidden.
    pub fn from_reply(reply: &ServerReply, hidden: &[Feature]) -> Self {
        let mut features = Self { esmtp: true, ..Self::default() };
        for line in reply.text.lines().skip(1) {
            // AUTH=PLAIN is an old form that some servers still send.
            let line = line.get(4..).unwrap_or_default().replacen('=', " ", 1);
            let mut words = line.split_ascii_whitespace();
            let feature = words.next().and_then(Feature::from_keyword);
            if let Some(feature) = feature.filter(|feature| !hidden.contains(feature)) {
                features.add(feature, words);
            }
        }
        features
    }

    fn add<'a>(&mut self, feature: Feature, words: impl Iterator<Item = &'a str>) {
        let mut words = words.map(str::to_ascii_uppercase);
        match feature {
            Feature::Pipelining => self.pipelining = true,
            Feature::EightBitMime => self.eight_bit_mime = true,
            Feature::Size => {
                self.size = true;
                // RFC 1870 section 4: zero means no fixed limit.
                let limit = words.next().and_then(|word| word.parse().ok());
                self.size_limit = limit.filter(|limit| *limit > 0);
            }
            Feature::StartTls => self.start_tls = true,
            Feature::Auth => {
                let new: Vec<String> =
                    words.take(MAX_WORDS).filter(|word| !self.auth.contains(word)).collect();
                self.auth.extend(new);
                self.auth.truncate(MAX_WORDS);
            }
            Feature::Dsn => self.dsn = true,
            Feature::XForward => self.xforward = words.take(MAX_WORDS).collect(),
            Feature::SmtpUtf8 => self.smtp_utf8 = true,
            Feature::EnhancedStatusCodes => {}
        }
    }
}

const MAX_WORDS: usize = 40;
const KEYWORDS: &[(&str, Feature)] = &[
    ("PIPELINING", Feature::Pipelining),
    ("8BITMIME", Feature::EightBitMime),
    ("SIZE", Feature::Size),
    ("STARTTLS", Feature::StartTls),
    ("AUTH", Feature::Auth),
    ("DSN", Feature::Dsn),
    ("ENHANCEDSTATUSCODES", Feature::EnhancedStatusCodes),
    ("XFORWARD", Feature::XForward),
    ("SMTPUTF8", Feature::SmtpUtf8),
];

#[cfg(test)]
mod tests {
    use super::*;
    use mail::Enhanced;

    fn reply(text: &str) -> ServerReply {
        ServerReply { code: 250, enhanced: Enhanced::new(0, 0), text: text.to_owned() }
    }

    #[test]
    fn offers_are_read_and_the_hidden_ones_are_not() {
        let reply = reply(
            "250-mx.example\n250-pipelining\n250-SIZE 1000\n250-AUTH PLAIN login\n250-AUTH=PLAIN X\n250 DSN",
        );
        let features = Features::from_reply(&reply, &[Feature::Dsn]);
        assert!(features.pipelining && features.size && !features.dsn && !features.eight_bit_mime);
        assert_eq!(features.size_limit, Some(1000));
        assert_eq!(features.auth, ["PLAIN", "LOGIN", "X"]);
    }

    #[test]
    fn the_host_name_line_is_no_offer() {
        assert!(!Features::from_reply(&reply("250 PIPELINING"), &[]).pipelining);
    }

    #[test]
    fn a_size_of_zero_or_nonsense_is_no_limit() {
        for text in ["250-h\n250 SIZE 0", "250-h\n250 SIZE", "250-h\n250 SIZE 99999999999999999999999"] {
            let features = Features::from_reply(&reply(text), &[]);
            assert_eq!((features.size, features.size_limit), (true, None), "{text}");
        }
    }
}
