//! The haproxy PROXY protocol, versions 1 and 2: what a load balancer says about the client before the client's own bytes
//! (`smtpd_upstream_proxy_protocol`, `postscreen_upstream_proxy_protocol`). The bytes come from the network: every length is
//! bounded, and not one byte behind the header is taken.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the proxy itself (a health check): the connection's own endpoints count.
    Local,
    /// From a client of the proxy.
    Proxied {
        /// The client.
        client: SocketAddr,
        /// The address that it connected to.
        server: SocketAddr,
    },
}

/// A header that can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(&'static str);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Which address families are in use (`inet_protocols`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Families {
    /// IPv4.
    pub ipv4: bool,
    /// IPv6.
    pub ipv6: bool,
}

/// A header that is being read.
#[derive(Clone, Debug, Default)]
pub struct Header(Vec<u8>);

impl Header {
    /// Takes what belongs to the header from the front of `input`; gives the number of bytes taken.
    pub fn take(&mut self, input: &[u8]) -> usize {
        let mut taken = 0;
        while taken < input.len() && !self.is_complete() {
            self.0.push(input[taken]);
            taken += 1;
        }
        taken
    }

    /// Has all of it been read?
    pub fn is_complete(&self) -> bool {
        let header = &self.0;
        if !could_be_version_2(header) {
            return header.last() == Some(&b'\n') || header.len() >= VERSION_1_LIMIT;
        }
        let fixed = header.get(VERSION_2_FIXED - 2..VERSION_2_FIXED);
        let Some(&[high, low]) = fixed else { return false };
        let length = usize::from(u16::from_be_bytes([high, low]));
        header.len() >= VERSION_2_FIXED + length.min(VERSION_2_LIMIT)
    }

    /// The bytes read so far, for the log.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What it says. Also for a header that broke off.
    pub fn read(&self, families: Families) -> Result<Origin, Fault> {
        if self.0.starts_with(SIGNATURE) {
            version_2(&self.0, families)
        } else {
            version_1(&self.0, families)
        }
    }
}

fn could_be_version_2(header: &[u8]) -> bool {
    header.iter().zip(SIGNATURE).all(|(a, b)| a == b)
}

fn version_1(header: &[u8], families: Families) -> Result<Origin, Fault> {
    if header.len() < SIGNATURE.len() {
        return Err(Fault("short protocol header"));
    }
    let text = std::str::from_utf8(header).map_err(|_| Fault("bad or missing protocol header"))?;
    let mut words = text.split([' ', '\r', '\n']).filter(|word| !word.is_empty());
    if words.next() != Some("PROXY") {
        return Err(Fault("bad or missing protocol header"));
    }
    let is_v6 = match words.next() {
        Some("TCP4") if families.ipv4 => false,
        Some("TCP6") if families.ipv6 => true,
        _ => return Err(Fault("bad or missing protocol type")),
    };
    let mut address = |fault| address(words.next(), is_v6).ok_or(Fault(fault));
    let client = address("bad or missing client address")?;
    let server = address("bad or missing server address")?;
    let mut port = |fault| words.next().and_then(port).ok_or(Fault(fault));
    let client_port = port("bad or missing client port")?;
    let server_port = port("bad or missing server port")?;
    Ok(Origin::Proxied {
        client: SocketAddr::new(client, client_port),
        server: SocketAddr::new(server, server_port),
    })
}

fn address(word: Option<&str>, is_v6: bool) -> Option<IpAddr> {
    let word = word?;
    if is_v6 { word.parse().ok().map(IpAddr::V6) } else { word.parse().ok().map(IpAddr::V4) }
}

fn port(word: &str) -> Option<u16> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) { word.parse().ok() } else { None }
}

fn version_2(header: &[u8], families: Families) -> Result<Origin, Fault> {
    let Some((fixed, rest)) = header.split_first_chunk::<VERSION_2_FIXED>() else {
        return Err(Fault("short version 2 protocol header"));
    };
    let [.., command, family, high, low] = *fixed;
    if command >> 4 != 2 {
        return Err(Fault("unrecognized protocol version"));
    }
    let body = rest
        .get(..usize::from(u16::from_be_bytes([high, low])))
        .ok_or(Fault("short version 2 protocol header"))?;
    match (command & 15, family) {
        (0, _) => Ok(Origin::Local),
        (1, TCP_OVER_IPV4) if families.ipv4 => addresses::<4>(body, |octets| Ipv4Addr::from(octets).into()),
        (1, TCP_OVER_IPV6) if families.ipv6 => addresses::<16>(body, |octets| Ipv6Addr::from(octets).into()),
        (1, _) => Err(Fault("unsupported network protocol")),
        _ => Err(Fault("bad command in proxy header")),
    }
}

/// Both addresses, then both ports. What follows (TLVs) is of no interest.
fn addresses<const SIZE: usize>(
    body: &[u8],
    address: impl Fn([u8; SIZE]) -> IpAddr,
) -> Result<Origin, Fault> {
    let short = Fault("short address field");
    let (client, rest) = body.split_first_chunk::<SIZE>().ok_or(short)?;
    let (server, rest) = rest.split_first_chunk::<SIZE>().ok_or(short)?;
    let (client_port, rest) = rest.split_first_chunk::<2>().ok_or(short)?;
    let (server_port, _) = rest.split_first_chunk::<2>().ok_or(short)?;
    Ok(Origin::Proxied {
        client: SocketAddr::new(address(*client), u16::from_be_bytes(*client_port)),
        server: SocketAddr::new(address(*server), u16::from_be_bytes(*server_port)),
    })
}

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const VERSION_2_FIXED: usize = 16;
/// What we read behind the fixed part: addresses, and as much beside them as any proxy sends.
const VERSION_2_LIMIT: usize = 2048;
/// The protocol's own limit is 107.
const VERSION_1_LIMIT: usize = 512;
const TCP_OVER_IPV4: u8 = 0x11;
const TCP_OVER_IPV6: u8 = 0x21;

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Families = Families { ipv4: true, ipv6: true };

    /// Feeds the bytes, and checks that what follows the header is left alone.
    fn read(bytes: &[u8]) -> Result<Origin, String> {
        let mut header = Header::default();
        let taken = header.take(&[bytes, b"EHLO x\r\n"].concat());
        let complete = header.is_complete();
        assert!(!complete || taken <= bytes.len(), "{taken} of {bytes:?}");
        if complete { &header } else { return Err("incomplete".to_owned()) }
            .read(BOTH)
            .map_err(|fault| fault.to_string())
    }

    fn proxied(client: &str, server: &str) -> Result<Origin, String> {
        Ok(Origin::Proxied { client: client.parse().unwrap(), server: server.parse().unwrap() })
    }

    fn version_2(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u16).to_be_bytes();
        [SIGNATURE, &[command, family], &length, body].concat()
    }

    #[test]
    fn version_1_is_a_line_of_words() {
        let expected = proxied("198.51.100.7:1234", "192.0.2.9:25");
        for line in [
            "PROXY TCP4 198.51.100.7 192.0.2.9 1234 25\r\n",
            "PROXY  TCP4 198.51.100.7 192.0.2.9 1234 25 x\n",
        ] {
            assert_eq!(read(line.as_bytes()), expected, "{line}");
        }
        assert_eq!(read(b"PROXY TCP6 2001:DB8::1 ::1 1 25\r\n"), proxied("[2001:db8::1]:1", "[::1]:25"));
    }

    #[test]
    fn faults_of_version_1_have_postfixs_words() {
        for (line, fault) in [
            ("EHLO x\r\n", "short protocol header"),
            ("HELLO WORLD, THIS IS ME\r\n", "bad or missing protocol header"),
            ("PROXY UNKNOWN\r\n", "bad or missing protocol type"),
            ("PROXY TCP4 198.51.100.300 192.0.2.9 1 25\r\n", "bad or missing client address"),
            ("PROXY TCP4 2001:db8::1 192.0.2.9 1 25\r\n", "bad or missing client address"),
            ("PROXY TCP4 198.51.100.7 x 1 25\r\n", "bad or missing server address"),
            ("PROXY TCP4 198.51.100.7 192.0.2.9 123456 25\r\n", "bad or missing client port"),
            ("PROXY TCP4 198.51.100.7 192.0.2.9 +1 25\r\n", "bad or missing client port"),
            ("PROXY TCP4 198.51.100.7 192.0.2.9 1\r\n", "bad or missing server port"),
        ] {
            assert_eq!(read(line.as_bytes()), Err(fault.to_owned()), "{line}");
        }
        let without = Families { ipv4: true, ipv6: false };
        let mut header = Header::default();
        header.take(b"PROXY TCP6 ::1 ::1 1 25\r\n");
        assert_eq!(header.read(without), Err(Fault("bad or missing protocol type")));
    }

    #[test]
    fn version_2_is_binary() {
        let body = [198, 51, 100, 8, 192, 0, 2, 9, 4, 210, 0, 25];
        assert_eq!(read(&version_2(0x21, 0x11, &body)), proxied("198.51.100.8:1234", "192.0.2.9:25"));
        let with_tlv = [&body[..], &[4, 0, 1, 9]].concat();
        assert_eq!(read(&version_2(0x21, 0x11, &with_tlv)), proxied("198.51.100.8:1234", "192.0.2.9:25"));
        let body = [[1; 16], [2; 16]].concat();
        let v6 = read(&version_2(0x21, 0x21, &[&body[..], &[0, 1, 0, 25]].concat()));
        assert_eq!(
            v6,
            proxied("[101:101:101:101:101:101:101:101]:1", "[202:202:202:202:202:202:202:202]:25")
        );
        assert_eq!(read(&version_2(0x20, 0, &[])), Ok(Origin::Local));
    }

    #[test]
    fn faults_of_version_2_have_postfixs_words() {
        for (bytes, fault) in [
            (version_2(0x22, 0, &[]), "bad command in proxy header"),
            (version_2(0x31, 0x11, &[]), "unrecognized protocol version"),
            (version_2(0x21, 0, &[]), "unsupported network protocol"),
            (version_2(0x21, 0x12, &[0; 12]), "unsupported network protocol"),
            (version_2(0x21, 0x11, &[0; 11]), "short address field"),
        ] {
            assert_eq!(read(&bytes), Err(fault.to_owned()), "{bytes:?}");
        }
        let mut broken = Header::default();
        broken.take(&version_2(0x21, 0x11, &[0; 12])[..14]);
        assert!(!broken.is_complete());
        assert_eq!(broken.read(BOTH), Err(Fault("short version 2 protocol header")));
    }

    /// Any bytes, in any pieces: no panic, bounded memory, and the pieces don't matter.
    #[test]
    fn no_input_does_harm() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let starts: [&[u8]; 4] = [b"", b"PROXY TCP4 1.2.3.4 ", SIGNATURE, b"\r\n\r\n\0\r\nQUIT\n\x21\x11"];
        for round in 0..20_000 {
            let mut bytes = starts[round % starts.len()].to_vec();
            bytes.extend((0..random() % 64).map(|_| random() as u8));
            let mut whole = Header::default();
            let taken = whole.take(&bytes);
            let mut pieces = Header::default();
            let (mut at, mut end) = (0, 0);
            while end < bytes.len() && !pieces.is_complete() {
                end = (end + 1 + (random() % 7) as usize).min(bytes.len());
                at += pieces.take(&bytes[at..end]);
            }
            assert_eq!((taken, whole.bytes(), whole.read(BOTH)), (at, pieces.bytes(), pieces.read(BOTH)));
            assert!(whole.bytes().len() <= VERSION_2_FIXED + VERSION_2_LIMIT);
        }
    }
}
