//! `smtpd_sasl_security_options`: which mechanisms are good enough.

use crate::protocol::Mechanism;

/// What a mechanism must, or must not, be like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Security {
    no_plaintext: bool,
    no_active: bool,
    no_dictionary: bool,
    no_anonymous: bool,
    forward_secrecy: bool,
    mutual_auth: bool,
}

impl Security {
    /// Reads the words; the error is the first that nobody knows.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut security = Self::default();
        for word in words {
            match word.to_ascii_lowercase().as_str() {
                "noplaintext" => security.no_plaintext = true,
                "noactive" => security.no_active = true,
                "nodictionary" => security.no_dictionary = true,
                "noanonymous" => security.no_anonymous = true,
                "forward_secrecy" => security.forward_secrecy = true,
                "mutual_auth" => security.mutual_auth = true,
                _ => return Err(word),
            }
        }
        Ok(security)
    }

    /// Is the mechanism good enough? A private one is never offered.
    pub fn allows(&self, mechanism: &Mechanism) -> bool {
        let unwanted = (self.no_plaintext && mechanism.plaintext)
            || (self.no_active && mechanism.active)
            || (self.no_dictionary && mechanism.dictionary)
            || (self.no_anonymous && mechanism.anonymous);
        let lacking = (self.forward_secrecy && !mechanism.forward_secrecy)
            || (self.mutual_auth && !mechanism.mutual_auth);
        !mechanism.private && !unwanted && !lacking
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mechanisms_are_kept_or_dropped_by_what_they_are_like() {
        let plain = Mechanism::parse("PLAIN\tplaintext").unwrap();
        let digest = Mechanism::parse("DIGEST-MD5\tdictionary\tactive\tmutual-auth").unwrap();
        let hidden = Mechanism::parse("EXTERNAL\tprivate").unwrap();
        let offered = |words: &str| {
            let security = Security::parse(words.split_whitespace()).unwrap();
            [&plain, &digest, &hidden].map(|mechanism| security.allows(mechanism))
        };
        assert_eq!(offered("noanonymous"), [true, true, false]);
        assert_eq!(offered("noplaintext"), [false, true, false]);
        assert_eq!(offered("nodictionary"), [true, false, false]);
        assert_eq!(offered("noactive"), [true, false, false]);
        assert_eq!(offered("mutual_auth"), [false, true, false]);
        assert_eq!(offered("forward_secrecy"), [false, false, false]);
        assert_eq!(Security::parse(["noplaintext", "foo"]), Err("foo"));
    }
}
