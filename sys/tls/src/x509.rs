//! What Postfix tells of a certificate: its names, its issuer, its key. Read from the DER form (RFC 5280) by hand,
//! because names have to be shown of certificates too that nobody would trust, of version 1 for instance. Nothing is
//! verified here.

use std::ops::Range;

/// A certificate that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    key_info: Range<usize>,
    key_bits: Range<usize>,
    subject: Vec<u8>,
    issuer: Vec<u8>,
    /// Seconds since 1970 in which it is valid.
    valid: Option<(i64, i64)>,
    /// `subjectAltName` names of hosts, as they stand.
    pub dns_names: Vec<String>,
    /// The CN of the subject, empty without one.
    pub subject_cn: String,
    /// The CN of the issuer, or else its O, or empty.
    pub issuer_cn: String,
    /// The kind of key.
    pub key: Key,
}

/// A public key, as log lines tell of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// RSA with a modulus of this many bits.
    Rsa(usize),
    /// A curve, by OpenSSL's name.
    Ec(&'static str),
    /// Ed25519.
    Ed25519,
    /// Something else.
    Other,
}

impl Certificate {
    /// Reads the DER form.
    pub fn parse(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(der).enter(SEQUENCE)?;
        let mut body = outer.enter(SEQUENCE)?;
        body.optional(CONTEXT_0);
        body.take(INTEGER)?;
        body.take(SEQUENCE)?;
        let issuer = body.take(SEQUENCE)?;
        let mut validity = body.enter(SEQUENCE)?;
        let valid = validity.time().zip(validity.time());
        let subject = body.take(SEQUENCE)?;
        let start = body.position;
        let mut key_info = body.enter(SEQUENCE)?;
        let key_info_range = start..body.position;
        let algorithm = key_info.take(SEQUENCE)?;
        let bits = key_info.take(BIT_STRING)?;
        let key_bits = key_info.position - bits.len() + 1..key_info.position;
        let dns_names = alternative_names(&mut body).unwrap_or_default();
        Some(Self {
            key: key(algorithm, bits.get(1..)?),
            key_info: key_info_range,
            key_bits,
            valid,
            dns_names,
            subject_cn: attribute(subject, COMMON_NAME).unwrap_or_default(),
            issuer_cn: attribute(issuer, COMMON_NAME)
                .or_else(|| attribute(issuer, ORGANIZATION))
                .unwrap_or_default(),
            subject: subject.to_vec(),
            issuer: issuer.to_vec(),
            der: der.to_vec(),
        })
    }

    /// The whole certificate.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The `SubjectPublicKeyInfo`, of which public-key fingerprints are made.
    pub fn public_key_info(&self) -> &[u8] {
        self.der.get(self.key_info.clone()).unwrap_or_default()
    }

    /// The key itself.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.der.get(self.key_bits.clone()).unwrap_or_default()
    }

    /// The content of the key's `AlgorithmIdentifier`.
    pub(crate) fn key_algorithm(&self) -> Option<&[u8]> {
        Reader::new(self.public_key_info()).enter(SEQUENCE)?.take(SEQUENCE)
    }

    /// Its subject is its issuer.
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Within its time, at `now` in seconds since 1970.
    pub(crate) fn is_valid_at(&self, now: i64) -> bool {
        self.valid.is_some_and(|(from, to)| (from..=to).contains(&now))
    }
}

/// The names of type `dNSName` in the subjectAltName extension.
fn alternative_names(body: &mut Reader<'_>) -> Option<Vec<String>> {
    body.optional(ISSUER_ID);
    body.optional(SUBJECT_ID);
    let mut extensions = body.enter(CONTEXT_3)?.enter(SEQUENCE)?;
    while let Some(mut extension) = extensions.enter(SEQUENCE) {
        if extension.take(OID)? != ALTERNATIVE_NAME {
            continue;
        }
        extension.optional(BOOLEAN);
        let value = extension.take(OCTET_STRING)?;
        let mut names = Reader::new(value).enter(SEQUENCE)?;
        let mut found = Vec::new();
        while let Some((tag, name)) = names.next() {
            if tag == DNS_NAME && name.is_ascii() {
                found.push(String::from_utf8_lossy(name).into_owned());
            }
        }
        return Some(found);
    }
    None
}

/// The last attribute of this type in a Name.
fn attribute(name: &[u8], wanted: &[u8]) -> Option<String> {
    let mut found = None;
    let mut sets = Reader::new(name);
    while let Some(mut set) = sets.enter(SET) {
        while let Some(mut pair) = set.enter(SEQUENCE) {
            if pair.take(OID)? == wanted {
                found = pair.next().and_then(|(tag, value)| text(tag, value));
            }
        }
    }
    found
}

/// A string that is safe to show: one with control characters or null bytes may be a forgery.
fn text(tag: u8, value: &[u8]) -> Option<String> {
    let text = match tag {
        BMP_STRING => {
            let units: Vec<u16> =
                value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()?
        }
        TELETEX_STRING => value.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8(value.to_vec()).ok()?,
    };
    (!text.is_empty() && !text.chars().any(char::is_control) && text.len() <= LONGEST_NAME).then_some(text)
}

fn key(algorithm: &[u8], bits: &[u8]) -> Key {
    let mut parts = Reader::new(algorithm);
    match parts.take(OID) {
        Some(oid) if oid == RSA || oid == RSA_PSS => {
            let modulus = Reader::new(bits).enter(SEQUENCE).and_then(|mut key| key.take(INTEGER));
            let modulus = modulus.unwrap_or_default();
            let significant = modulus.iter().position(|byte| *byte != 0).map_or(&[][..], |at| &modulus[at..]);
            let spare = significant.first().map_or(0, |byte| byte.leading_zeros() as usize);
            Key::Rsa(significant.len() * 8 - spare)
        }
        Some(oid) if oid == EC => match parts.take(OID) {
            Some(P256) => Key::Ec("prime256v1"),
            Some(P384) => Key::Ec("secp384r1"),
            Some(P521) => Key::Ec("secp521r1"),
            _ => Key::Other,
        },
        Some(oid) if oid == ED25519 => Key::Ed25519,
        _ => Key::Other,
    }
}

/// Walks over DER: tag, length, content.
struct Reader<'a> {
    bytes: &'a [u8],
    /// Where we are, counted in the outermost bytes.
    position: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0, end: bytes.len() }
    }

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, content) = self.header()?;
        self.position = content.end;
        Some((tag, &self.bytes[content]))
    }

    fn header(&self) -> Option<(u8, Range<usize>)> {
        let rest = self.bytes.get(self.position..self.end)?;
        let [tag, first, more @ ..] = rest else { return None };
        let (length, used) = match first {
            0..=0x7f => (usize::from(*first), 0),
            0x81..=0x84 => {
                let used = usize::from(first & 0x7f);
                (more.get(..used)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), used)
            }
            _ => return None,
        };
        let start = self.position + 2 + used;
        let end = start.checked_add(length).filter(|end| *end <= self.end)?;
        Some((*tag, start..end))
    }

    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, _) = self.header()?;
        if found == tag { self.next().map(|(_, content)| content) } else { None }
    }

    fn optional(&mut self, tag: u8) {
        let _ = self.take(tag);
    }

    /// Positions inside stay those of the outermost bytes.
    fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        let (found, content) = self.header()?;
        if found != tag {
            return None;
        }
        self.position = content.end;
        Some(Reader { bytes: self.bytes, position: content.start, end: content.end })
    }

    fn time(&mut self) -> Option<i64> {
        let (tag, value) = self.next()?;
        let digits = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
        let (year, rest) = digits.split_at_checked(if tag == GENERALIZED_TIME { 4 } else { 2 })?;
        let year: i64 = year.parse().ok()?;
        let year = match tag {
            GENERALIZED_TIME => year,
            // RFC 5280 4.1.2.5.1
            _ if year < 50 => year + 2000,
            _ => year + 1900,
        };
        let field = |at: usize| rest.get(at..at + 2)?.parse::<i64>().ok();
        let days = days_since_1970(year, field(0)?, field(2)?);
        Some(days * 86_400 + field(4)? * 3600 + field(6)? * 60 + field(8)?)
    }
}

/// Days in the Gregorian calendar; years begin in March, so that leap days come last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const TELETEX_STRING: u8 = 0x14;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const ISSUER_ID: u8 = 0x81;
const SUBJECT_ID: u8 = 0x82;
const DNS_NAME: u8 = 0x82;
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_3: u8 = 0xa3;
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 17];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
const P521: &[u8] = &[0x2b, 0x81, 4, 0, 35];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const LONGEST_NAME: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    fn certificate(pem: &str) -> Certificate {
        Certificate::parse(&CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn names_and_keys_are_read() {
        let rsa = certificate(include_str!("../../../tests/data/tls/server.pem"));
        assert_eq!(rsa.subject_cn, "mail.example.com");
        assert_eq!(rsa.issuer_cn, "Test CA");
        assert_eq!(rsa.dns_names, ["mail.example.com", "*.wild.example.com"]);
        assert_eq!(rsa.key, Key::Rsa(2048));
        assert!(rsa.is_valid_at(1_800_000_000) && !rsa.is_valid_at(0) && !rsa.is_self_issued());
        let ec = certificate(include_str!("../../../tests/data/tls/server-ec.pem"));
        assert_eq!((ec.key, ec.public_key().len()), (Key::Ec("prime256v1"), 65));
        assert!(certificate(include_str!("../../../tests/data/tls/ca.pem")).is_self_issued());
    }

    #[test]
    fn a_certificate_cut_anywhere_is_none_and_no_panic() {
        let whole = certificate(include_str!("../../../tests/data/tls/server.pem"));
        for length in 0..whole.der.len() {
            assert_eq!(Certificate::parse(&whole.der[..length]), None);
        }
        for at in 0..whole.der.len() {
            let mut bad = whole.der.clone();
            bad[at] ^= 0xff;
            let _ = Certificate::parse(&bad);
        }
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1970(2000, 3, 1), 11_017);
        assert_eq!(days_since_1970(2024, 2, 29), 19_782);
    }
}
