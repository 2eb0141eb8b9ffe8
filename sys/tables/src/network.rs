//! Network blocks: `192.0.2.0/24`, `[2001:db8::]/32`, or a single address.

use std::fmt;
use std::net::IpAddr;

/// A block of addresses of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `address` or `address/length`, the address with or without `[]`. Bits beyond the length must
    /// be zero. The error says what is wrong, as cidr_table(5) files and `mynetworks` report it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (host, mask) = divide(text)?;
        let address: IpAddr = host.parse().map_err(|_| format!("bad address pattern: \"{text}\""))?;
        let width = width(address);
        let Some(mask) = mask else { return Ok(Self { address, prefix: width }) };
        if mask.is_empty() || !mask.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("bad mask value in \"{text}\""));
        }
        let prefix = mask
            .parse()
            .ok()
            .filter(|p| *p <= width)
            .ok_or_else(|| format!("bad mask length in \"{text}\""))?;
        let network = Self { address, prefix };
        if network.base() != bits(address) {
            let proper = Self { address: from_bits(network.base(), address), prefix };
            return Err(format!(
                "non-null host address bits in \"{text}\", perhaps you should use \"{proper}\" instead"
            ));
        }
        Ok(network)
    }

    /// True when `address` is of the same family and in the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4()
            && Self { address, prefix: self.prefix }.base() == self.base()
    }

    fn base(&self) -> u128 {
        let host_bits = u32::from(width(self.address) - self.prefix);
        bits(self.address).checked_shr(host_bits).map_or(0, |b| b.checked_shl(host_bits).unwrap_or(0))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            IpAddr::V4(address) => write!(f, "{address}/{}", self.prefix),
            IpAddr::V6(address) => write!(f, "[{address}]/{}", self.prefix),
        }
    }
}

/// Host and mask, brackets taken off.
fn divide(text: &str) -> Result<(&str, Option<&str>), String> {
    let Some(inner) = text.strip_prefix('[') else {
        return Ok(text.split_once('/').map_or((text, None), |(host, mask)| (host, Some(mask))));
    };
    let (host, rest) =
        inner.split_once(']').ok_or_else(|| format!("missing ']' character after \"{text}\""))?;
    match rest.strip_prefix('/') {
        Some(mask) => Ok((host, Some(mask))),
        None if rest.is_empty() => Ok((host, None)),
        None => Err(format!("garbage after \"[{host}]\"")),
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(a) => u128::from(a.to_bits()),
        IpAddr::V6(a) => a.to_bits(),
    }
}

fn from_bits(bits: u128, like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => IpAddr::V4((bits as u32).into()),
        IpAddr::V6(_) => IpAddr::V6(bits.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_their_addresses_and_no_others() {
        for (block, address, expected) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("[2001:db8::]/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("::/0", "::1", true),
            ("[::1]", "::1", true),
        ] {
            let network = Network::parse(block).unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), expected, "{block} {address}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (text, fault) in [
            (
                "1.2.3.4/24",
                "non-null host address bits in \"1.2.3.4/24\", perhaps you should use \"1.2.3.0/24\" instead",
            ),
            ("x", "bad address pattern: \"x\""),
            ("1.2.3.4/33", "bad mask length in \"1.2.3.4/33\""),
            ("1.2.3.4/", "bad mask value in \"1.2.3.4/\""),
            ("[1.2.3.4", "missing ']' character after \"[1.2.3.4\""),
        ] {
            assert_eq!(Network::parse(text).unwrap_err(), fault);
        }
    }
}
