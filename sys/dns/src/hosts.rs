//! hosts(5): addresses and their names, as text.

use std::net::IpAddr;

/// The hosts file, whole. Small files are the rule, so look-ups go through the list.
#[derive(Clone, Debug, Default)]
pub struct Hosts(Vec<(IpAddr, Vec<String>)>);

impl Hosts {
    /// Reads the file's text; lines that make no sense are skipped, as the C library does.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().filter_map(line).collect())
    }

    /// All addresses of a name.
    pub fn addresses<'a>(&'a self, name: &'a str) -> impl Iterator<Item = IpAddr> + 'a {
        let same = |entry: &&(IpAddr, Vec<String>)| entry.1.iter().any(|n| n.eq_ignore_ascii_case(name));
        self.0.iter().filter(move |entry| same(entry)).map(|entry| entry.0)
    }

    /// The first name of an address.
    pub fn name(&self, ip: IpAddr) -> Option<&str> {
        let entry = self.0.iter().find(|entry| entry.0 == ip)?;
        entry.1.first().map(String::as_str)
    }
}

fn line(line: &str) -> Option<(IpAddr, Vec<String>)> {
    let mut words = line.split('#').next()?.split_whitespace();
    let ip = words.next()?.parse().ok()?;
    let names: Vec<String> = words.map(|word| word.trim_end_matches('.').to_owned()).collect();
    (!names.is_empty()).then_some((ip, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_found_both_ways() {
        let hosts = Hosts::parse("127.0.0.1 localhost l # x\n::1 localhost\nbad line\n192.0.2.1\n");
        let found: Vec<IpAddr> = hosts.addresses("LOCALHOST").collect();
        assert_eq!(found, ["127.0.0.1".parse::<IpAddr>().unwrap(), "::1".parse().unwrap()]);
        assert_eq!(hosts.name("127.0.0.1".parse().unwrap()), Some("localhost"));
        assert_eq!(hosts.name("192.0.2.1".parse().unwrap()), None);
    }
}
