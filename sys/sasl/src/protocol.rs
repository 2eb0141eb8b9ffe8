//! Dovecot's authentication protocol, version 1, as text: lines of words that are separated by tabs.

/// A mechanism that the service offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mechanism {
    /// Its name, as the service writes it.
    pub name: String,
    /// It shows the password to who listens.
    pub plaintext: bool,
    /// It can be guessed by who has listened.
    pub dictionary: bool,
    /// It can be cheated by who stands between.
    pub active: bool,
    /// It proves nothing.
    pub anonymous: bool,
    /// A broken session doesn't break others.
    pub forward_secrecy: bool,
    /// The server proves who it is, too.
    pub mutual_auth: bool,
    /// Not to be offered.
    pub private: bool,
}

/// What the service answers to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The client is this user.
    Ok(String),
    /// It is not. The service may say whom it took it for, and why.
    Fail { user: Option<String>, reason: Option<String> },
    /// The client must answer this, in base64.
    Continue(String),
    /// Nothing that we understand.
    Nonsense,
}

impl Mechanism {
    /// Reads what follows `MECH`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('\t');
        let name = words.next().filter(|name| is_mechanism(name))?.to_owned();
        let mut mechanism = Self { name, ..Self::default() };
        for word in words {
            match word {
                "plaintext" => mechanism.plaintext = true,
                "dictionary" => mechanism.dictionary = true,
                "active" => mechanism.active = true,
                "anonymous" => mechanism.anonymous = true,
                "forward-secrecy" => mechanism.forward_secrecy = true,
                "mutual-auth" => mechanism.mutual_auth = true,
                "private" => mechanism.private = true,
                _ => {}
            }
        }
        Some(mechanism)
    }
}

/// RFC 4422 section 3.1, leniently: no blanks, nothing that could end a line.
fn is_mechanism(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())
}

impl Answer {
    /// Reads a line; None when it is not about the request `id`.
    pub(crate) fn parse(line: &str, id: u32) -> Option<Self> {
        let mut words = line.split('\t');
        let kind = words.next()?;
        if words.next()?.parse() != Ok(id) {
            return None;
        }
        let rest: Vec<&str> = words.collect();
        let value = |name: &str| {
            let found = rest.iter().filter_map(|word| word.split_once('=')).find(|(n, _)| *n == name);
            found.map(|(_, value)| unescaped(value))
        };
        match kind {
            "OK" => Some(value("user").map_or(Self::Nonsense, Self::Ok)),
            "FAIL" => Some(Self::Fail { user: value("user"), reason: value("reason") }),
            "CONT" => Some(Self::Continue(rest.first().copied().unwrap_or_default().to_owned())),
            _ => None,
        }
    }
}

/// Is this what a client may send: base64, or an empty response, which is `=`? Only the characters count; the service
/// looks closer. Nothing else may reach the service, least of all a tab.
pub(crate) fn is_base64(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}

/// Control characters, the escape character among them, are not for logs and headers.
fn unescaped(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_other_requests_are_not_answers() {
        assert_eq!(Answer::parse("OK\t8\tuser=evil", 7), None);
        assert_eq!(Answer::parse("OK\t7\tfoo\tuser=joe", 7), Some(Answer::Ok("joe".to_owned())));
        assert_eq!(Answer::parse("OK\t7", 7), Some(Answer::Nonsense));
        assert_eq!(Answer::parse("CONT\t7\tYQ==", 7), Some(Answer::Continue("YQ==".to_owned())));
        assert_eq!(Answer::parse("HUH\t7", 7), None);
        assert_eq!(Answer::parse("OK", 7), None);
    }

    #[test]
    fn what_the_service_says_of_a_failure_is_printable() {
        let (user, reason) = (Some("a b".to_owned()), Some("go ?ta?way".to_owned()));
        let line = "FAIL\t7\treason=go \u{1}ta\u{2}way\tuser=a b\ttemp";
        assert_eq!(Answer::parse(line, 7), Some(Answer::Fail { user, reason }));
    }

    #[test]
    fn nothing_but_base64_reaches_the_service() {
        assert!(is_base64("") && is_base64("=") && is_base64("AGpvZQ+/=="));
        for bad in ["!!!", "a\tresp=", "a b", "ä", "a\n"] {
            assert!(!is_base64(bad), "{bad:?}");
        }
    }
}
