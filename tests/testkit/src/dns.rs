//! A fake DNS server with the zone of a test, on 127.0.0.1:53 of its namespace (UDP).
//!
//! A zone line is `name TYPE data`; types A, AAAA, MX, PTR (the name may be an address), TXT, CNAME, NS.
//! In place of a type: NXDOMAIN, SERVFAIL, SILENT. A name that has no line does not exist.
use std::net::{IpAddr, UdpSocket};

/// What the server knows: lower-case names with their records.
#[derive(Clone, Default)]
pub struct Zone(Vec<(String, String, String)>);

impl Zone {
    /// Reads zone lines; a line that is no zone line stops the test.
    pub fn parse(text: &str) -> Zone {
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        Zone(lines.map(record).collect())
    }

    /// Serves until the process ends.
    pub fn serve(self, address: &str) {
        let socket = UdpSocket::bind(address).unwrap_or_else(|e| panic!("no DNS on {address}: {e}"));
        std::thread::spawn(move || {
            let mut packet = [0u8; 4096];
            while let Ok((size, peer)) = socket.recv_from(&mut packet) {
                if let Some(answer) = self.answer(&packet[..size]) {
                    socket.send_to(&answer, peer).ok();
                }
            }
        });
    }

    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let (name, end) = read_name(query, 12)?;
        let kind = u16::from_be_bytes([*query.get(end)?, *query.get(end + 1)?]);
        let question = &query[12..end + 4];
        let all: Vec<_> = self.0.iter().filter(|(owner, ..)| *owner == name).collect();
        let says = |word: &str| all.iter().any(|(_, t, _)| t == word);
        if says("SILENT") {
            return None;
        }
        let code = match () {
            () if says("SERVFAIL") => 2,
            () if says("NXDOMAIN") || (all.is_empty() && !self.is_parent(&name)) => 3,
            () => 0,
        };
        let records = if code == 0 { self.find(&name, kind) } else { Vec::new() };
        let mut out = query[..2].to_vec();
        out.extend([0x81 | (query[2] & 1), 0x80 | code, 0, 1]);
        out.extend((records.len() as u16).to_be_bytes());
        out.extend([0, 0, 0, 0]);
        out.extend(question);
        records.into_iter().for_each(|record| out.extend(record));
        Some(out)
    }

    fn is_parent(&self, name: &str) -> bool {
        self.0.iter().any(|(owner, ..)| owner.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')))
    }

    /// Records of the wanted type, after following aliases.
    fn find(&self, name: &str, kind: u16) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for (owner, word, data) in self.0.iter().filter(|(owner, ..)| owner == name) {
            if code_of(word) == Some(kind) {
                found.push(encode(owner, kind, &rdata(word, data)));
            } else if word == "CNAME" {
                found.push(encode(owner, 5, &rdata(word, data)));
                found.extend(self.find(&data.to_lowercase(), kind));
            }
        }
        found
    }
}

fn record(line: &str) -> (String, String, String) {
    let mut words = line.splitn(3, char::is_whitespace);
    let name = words.next().unwrap_or_default();
    let word = words.next().unwrap_or_else(|| panic!("zone line without a type: {line}"));
    assert!(
        code_of(word).is_some() || ["NXDOMAIN", "SERVFAIL", "SILENT"].contains(&word),
        "zone line of an unknown type: {line}"
    );
    let name = name.parse().map_or_else(|_| name.to_lowercase(), reverse);
    (name, word.to_string(), words.next().unwrap_or_default().trim().to_string())
}

fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let nibbles = v6.octets().into_iter().rev().flat_map(|o| [o & 15, o >> 4]);
            nibbles.map(|n| format!("{n:x}.")).collect::<String>() + "ip6.arpa"
        }
    }
}

fn read_name(packet: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    loop {
        let size = *packet.get(at)? as usize;
        at += 1;
        if size == 0 {
            return Some((labels.join("."), at));
        }
        labels.push(String::from_utf8_lossy(packet.get(at..at + size)?).to_lowercase());
        at += size;
    }
}

fn write_name(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(label.len() as u8);
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}

fn rdata(word: &str, data: &str) -> Vec<u8> {
    match word {
        "A" => data.parse::<std::net::Ipv4Addr>().expect("an IPv4 address").octets().to_vec(),
        "AAAA" => data.parse::<std::net::Ipv6Addr>().expect("an IPv6 address").octets().to_vec(),
        "MX" => {
            let (preference, host) = data.split_once(char::is_whitespace).expect("MX preference host");
            let preference: u16 = preference.parse().expect("an MX preference");
            [&preference.to_be_bytes()[..], &write_name(host.trim())].concat()
        }
        "TXT" => [&[data.len() as u8][..], data.as_bytes()].concat(),
        _ => write_name(data),
    }
}

fn encode(owner: &str, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = write_name(owner);
    out.extend(kind.to_be_bytes());
    out.extend([0, 1, 0, 0, 0, 60]);
    out.extend((data.len() as u16).to_be_bytes());
    out.extend(data);
    out
}

fn code_of(word: &str) -> Option<u16> {
    Some(match word {
        "A" => 1,
        "NS" => 2,
        "CNAME" => 5,
        "PTR" => 12,
        "MX" => 15,
        "TXT" => 16,
        "AAAA" => 28,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(zone: &str, name: &str, kind: u8) -> Option<Vec<u8>> {
        let query = [&[7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], &write_name(name)[..], &[0, kind, 0, 1]].concat();
        Zone::parse(zone).answer(&query)
    }

    #[test]
    fn answers_what_the_zone_says() {
        let answer = ask("example.org MX 10 mx.example.org", "Example.ORG", 15).unwrap();
        assert_eq!((answer[3] & 15, answer[7]), (0, 1));
        assert!(answer.ends_with(&write_name("mx.example.org")));
    }

    #[test]
    fn a_name_without_a_line_does_not_exist_and_silence_is_silent() {
        assert_eq!(ask("", "example.org", 1).unwrap()[3] & 15, 3);
        assert_eq!(ask("example.org SERVFAIL", "example.org", 1).unwrap()[3] & 15, 2);
        assert!(ask("example.org SILENT", "example.org", 1).is_none());
    }
}
