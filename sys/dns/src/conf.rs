//! resolv.conf(5) and the `hosts:` line of nsswitch.conf(5), as text. Unknown options are left alone: the file
//! belongs to the C library.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What resolv.conf says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvConf {
    /// Asked in this order. Never empty: without a `nameserver` line it is the local host.
    pub servers: Vec<SocketAddr>,
    /// Domains for short names, used by native look-ups only.
    pub search: Vec<String>,
    /// Names with at least so many dots are tried as they are first.
    pub ndots: usize,
    /// How long to wait for one server.
    pub timeout: Duration,
    /// How many times to go through the servers.
    pub attempts: u32,
    /// Start with another server each time.
    pub rotate: bool,
    /// Use TCP only.
    pub use_tcp: bool,
}

impl Default for ResolvConf {
    fn default() -> Self {
        Self {
            servers: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))],
            search: Vec::new(),
            ndots: 1,
            timeout: Duration::from_secs(5),
            attempts: 2,
            rotate: false,
            use_tcp: false,
        }
    }
}

impl ResolvConf {
    /// Reads the file's text. As in the C library, a line that makes no sense is skipped.
    pub fn parse(text: &str) -> Self {
        let mut conf = Self::default();
        let mut servers = Vec::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") => servers.extend(words.next().and_then(server)),
                Some("search" | "domain") => conf.search = words.map(plain_domain).collect(),
                Some("options") => words.for_each(|option| conf.option(option)),
                _ => {}
            }
        }
        servers.truncate(MAX_SERVERS);
        if !servers.is_empty() {
            conf.servers = servers;
        }
        conf
    }

    /// How long one server may take, so that all attempts at all servers fit into `timeout * attempts`: a dead
    /// server must not make a question last longer than with one server alone.
    pub fn patience(&self) -> Duration {
        let share = self.timeout / self.servers.len().max(1) as u32;
        share.max(Duration::from_millis(500))
    }

    fn option(&mut self, option: &str) {
        let (name, value) = option.split_once(':').unwrap_or((option, ""));
        let number = value.parse::<u64>();
        match (name, number) {
            ("ndots", Ok(n)) => self.ndots = n.min(15) as usize,
            ("timeout", Ok(n)) => self.timeout = Duration::from_secs(n.clamp(1, 30)),
            ("attempts", Ok(n)) => self.attempts = n.clamp(1, 5) as u32,
            ("rotate", _) => self.rotate = true,
            ("use-vc", _) => self.use_tcp = true,
            _ => {}
        }
    }
}

/// Where native look-ups go, in order (nsswitch.conf `hosts:`); other sources of names are not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The hosts file.
    Files,
    /// The name servers.
    Dns,
}

/// The `hosts:` line of nsswitch.conf; `files dns` when there is none that names either.
pub fn native_order(nsswitch: &str) -> Vec<Source> {
    let line = nsswitch.lines().find_map(|line| line.trim_start().strip_prefix("hosts:"));
    let line = line.unwrap_or_default().split('#').next().unwrap_or_default();
    let source = |word| match word {
        "files" => Some(Source::Files),
        "dns" | "resolve" => Some(Source::Dns),
        _ => None,
    };
    let mut order: Vec<Source> = Vec::new();
    for found in line.split_whitespace().filter_map(source) {
        if !order.contains(&found) {
            order.push(found);
        }
    }
    if order.is_empty() { vec![Source::Files, Source::Dns] } else { order }
}

fn server(word: &str) -> Option<SocketAddr> {
    // `fe80::1%eth0` needs an interface number that plain text can't give; such servers are rare enough.
    word.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, PORT))
}

fn plain_domain(word: &str) -> String {
    word.trim_end_matches('.').to_ascii_lowercase()
}

const PORT: u16 = 53;
/// MAXNS of resolv.conf(5).
const MAX_SERVERS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_file_is_understood() {
        let conf = ResolvConf::parse(
            "# comment\nnameserver 192.0.2.1\nnameserver 2001:db8::1\nnameserver nonsense\n\
             search example.org. Sub.Example\noptions ndots:2 timeout:1 attempts:9 rotate unknown:7\n",
        );
        assert_eq!(conf.servers, ["192.0.2.1:53".parse().unwrap(), "[2001:db8::1]:53".parse().unwrap()]);
        assert_eq!(conf.search, ["example.org", "sub.example"]);
        assert_eq!((conf.ndots, conf.attempts, conf.rotate), (2, 5, true));
        assert_eq!(conf.timeout, Duration::from_secs(1));
    }

    #[test]
    fn an_empty_file_means_the_local_host() {
        assert_eq!(ResolvConf::parse(""), ResolvConf::default());
    }

    #[test]
    fn three_servers_take_no_longer_than_one() {
        let conf = ResolvConf::parse("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n");
        let whole = conf.patience() * conf.servers.len() as u32 * conf.attempts;
        assert!(whole <= Duration::from_secs(10), "{whole:?}");
    }

    #[test]
    fn the_order_of_sources_follows_nsswitch() {
        assert_eq!(native_order("hosts: dns [NOTFOUND=return] files # x"), [Source::Dns, Source::Files]);
        assert_eq!(native_order("passwd: files\n"), [Source::Files, Source::Dns]);
    }
}
