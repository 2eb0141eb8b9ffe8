//! Which answers of a DNS list count: `127.0.0.2`, `127.0.[0..255].[1;3..5]`, as in `domain=filter` of reject_rbl_client
//! and of postscreen_dnsbl_sites.

use std::fmt;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// A pattern for IPv4 addresses: for each octet a number, or ranges and numbers in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFilter([Vec<RangeInclusive<u8>>; 4]);

/// A filter that can't be read: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFilter {
    what: &'static str,
    text: String,
    at: usize,
    length: usize,
}

impl fmt::Display for BadFilter {
    /// The text with the place marked: `need "." at "127.0.0>x<"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.at + self.length;
        let (before, here, after) = (&self.text[..self.at], &self.text[self.at..end], &self.text[end..]);
        write!(f, "{} at \"{before}>{here}<{after}\"", self.what)
    }
}

impl AddressFilter {
    /// Reads a filter.
    pub fn parse(text: &str) -> Result<Self, BadFilter> {
        let mut reader = Reader { text, at: 0 };
        let mut octets: [Vec<RangeInclusive<u8>>; 4] = Default::default();
        for (place, octet) in octets.iter_mut().enumerate() {
            if place > 0 && !reader.take('.') {
                return Err(reader.fault("need \".\""));
            }
            *octet = if reader.take('[') { reader.list()? } else { vec![reader.single()?] };
        }
        if reader.at < text.len() { Err(reader.fault("garbage after pattern")) } else { Ok(Self(octets)) }
    }

    /// Does the address match?
    pub fn matches(&self, address: Ipv4Addr) -> bool {
        let octets = address.octets();
        self.0.iter().zip(octets).all(|(ranges, octet)| ranges.iter().any(|range| range.contains(&octet)))
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, wanted: char) -> bool {
        let found = self.text[self.at..].starts_with(wanted);
        self.at += usize::from(found);
        found
    }

    fn single(&mut self) -> Result<RangeInclusive<u8>, BadFilter> {
        let number = self.number("need decimal number 0..255 or \"[\"")?;
        Ok(number..=number)
    }

    /// What stands in brackets, up to and with the closing one.
    fn list(&mut self) -> Result<Vec<RangeInclusive<u8>>, BadFilter> {
        let mut ranges = Vec::new();
        loop {
            let low = self.number("need decimal number 0..255")?;
            let mut high = low;
            if self.text[self.at..].starts_with("..") {
                self.at += 2;
                let (what, at) = ("numeric range error", self.at);
                high = self.number(what)?;
                if high < low {
                    let length = self.at - at;
                    return Err(BadFilter { what, text: self.text.to_owned(), at, length });
                }
            }
            ranges.push(low..=high);
            if self.take(']') {
                return Ok(ranges);
            }
            if !self.take(';') {
                return Err(self.fault("need \";\" or \"]\""));
            }
        }
    }

    fn number(&mut self, what: &'static str) -> Result<u8, BadFilter> {
        let rest = &self.text[self.at..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let Ok(number) = rest[..digits].parse() else {
            let next = rest.chars().next().map_or(0, char::len_utf8);
            let length = if digits > 0 { digits } else { next };
            return Err(BadFilter { what, text: self.text.to_owned(), at: self.at, length });
        };
        self.at += digits;
        Ok(number)
    }

    fn fault(&self, what: &'static str) -> BadFilter {
        let length = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        BadFilter { what, text: self.text.to_owned(), at: self.at, length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_numbers_or_lists_of_ranges() {
        for (filter, address, expected) in [
            ("127.0.0.2", "127.0.0.2", true),
            ("127.0.0.2", "127.0.0.3", false),
            ("127.0.0.[2..4]", "127.0.0.4", true),
            ("127.0.0.[2..4]", "127.0.0.5", false),
            ("127.0.[0..255].[0;3..5]", "127.0.9.0", true),
            ("127.0.[0..255].[0;3..5]", "127.0.9.2", false),
            ("[127;128].0.0.2", "128.0.0.2", true),
        ] {
            let filter = AddressFilter::parse(filter).unwrap();
            assert_eq!(filter.matches(address.parse().unwrap()), expected, "{filter:?} {address}");
        }
    }

    #[test]
    fn a_fault_is_marked_in_the_text() {
        let fault = |text| AddressFilter::parse(text).unwrap_err().to_string();
        assert_eq!(fault("127.0.0.300"), "need decimal number 0..255 or \"[\" at \"127.0.0.>300<\"");
        assert_eq!(fault("127.0.0.[4..3]"), "numeric range error at \"127.0.0.[4..>3<]\"");
        assert_eq!(fault("127.0.0.[1..]"), "numeric range error at \"127.0.0.[1..>]<\"");
        for bad in [
            "",
            "1",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.[",
            "1.2.3.[]",
            "1.2.3.[4..3]",
            "1.2.3.[1,2]",
            "é",
            "1.2.3.[é",
        ] {
            assert!(AddressFilter::parse(bad).is_err(), "{bad}");
        }
    }
}
