//! Lists that say yes or no: `mynetworks` (hosts), `relay_domains` (domains), plain strings.
//! Items are tried in order and the first that matches decides; `!` before it means no. `/file` stands for
//! the items in the file, `type:table` for the keys of a table.

use crate::keys::{Key, access_domain};
use crate::network::Network;
use crate::offload::block_on;
use crate::options::Options;
use crate::source::logical_lines;
use crate::{Maps, TableError, split_list};
use std::net::IpAddr;

/// Hosts by name and address: `mynetworks`, `debug_peer_list` and the like.
#[derive(Clone, Debug, Default)]
pub struct HostList(Vec<Item<HostPattern>>);

/// Domains: `relay_domains`, `mydestination`, `virtual_mailbox_domains`.
#[derive(Clone, Debug, Default)]
pub struct DomainList {
    items: Vec<Item<String>>,
    parents: bool,
}

/// Strings without regard to case.
#[derive(Clone, Debug, Default)]
pub struct StringList(Vec<Item<String>>);

#[derive(Clone, Debug)]
struct Item<P> {
    negate: bool,
    test: Test<P>,
}

#[derive(Clone, Debug)]
enum Test<P> {
    Pattern(P),
    Table(Maps),
}

#[derive(Clone, Debug)]
enum HostPattern {
    Network(Network),
    Name { name: String, parents: bool },
}

impl HostList {
    /// Reads a list. `title` is the parameter's name, for messages; `parents`: it is named in
    /// `parent_domain_matches_subdomains`.
    pub fn parse(title: &str, list: &str, parents: bool, options: &Options) -> Result<Self, TableError> {
        items(title, list, options, &|word| host_pattern(title, word, parents)).map(Self)
    }

    /// Does the host match? `name` is empty or `unknown` when it isn't known.
    pub async fn matches(&self, name: &str, address: &str) -> Result<bool, TableError> {
        let ip: Option<IpAddr> = address.parse().ok();
        for item in &self.0 {
            let hit = match &item.test {
                Test::Table(table) => has(table, name).await? || has(table, address).await?,
                Test::Pattern(HostPattern::Network(network)) => ip.is_some_and(|ip| network.contains(ip)),
                Test::Pattern(HostPattern::Name { name: pattern, parents }) => {
                    domain_matches(pattern, name, *parents) || pattern.eq_ignore_ascii_case(address)
                }
            };
            if hit {
                return Ok(!item.negate);
            }
        }
        Ok(false)
    }

    /// [`HostList::matches`] for threads that may wait.
    pub fn matches_blocking(&self, name: &str, address: &str) -> Result<bool, TableError> {
        block_on(self.matches(name, address))
    }
}

impl DomainList {
    /// Reads a list; `parents`: a domain stands for its subdomains too, else only `.domain` does.
    pub fn parse(title: &str, list: &str, parents: bool, options: &Options) -> Result<Self, TableError> {
        let items = items(title, list, options, &|word| Ok(word.to_owned()))?;
        Ok(Self { items, parents })
    }

    /// Is the domain in the list?
    pub async fn matches(&self, domain: &str) -> Result<bool, TableError> {
        for item in &self.items {
            let hit = match &item.test {
                Test::Table(table) => table.find_first_present(&access_domain(domain, self.parents)).await?,
                Test::Pattern(pattern) => domain_matches(pattern, domain, self.parents),
            };
            if hit {
                return Ok(!item.negate);
            }
        }
        Ok(false)
    }

    /// [`DomainList::matches`] for threads that may wait.
    pub fn matches_blocking(&self, domain: &str) -> Result<bool, TableError> {
        block_on(self.matches(domain))
    }
}

impl StringList {
    /// Reads a list.
    pub fn parse(title: &str, list: &str, options: &Options) -> Result<Self, TableError> {
        items(title, list, options, &|word| Ok(word.to_owned())).map(Self)
    }

    /// Is the string in the list?
    pub async fn matches(&self, text: &str) -> Result<bool, TableError> {
        for item in &self.0 {
            let hit = match &item.test {
                Test::Table(table) => has(table, text).await?,
                Test::Pattern(pattern) => same(pattern, text),
            };
            if hit {
                return Ok(!item.negate);
            }
        }
        Ok(false)
    }

    /// [`StringList::matches`] for threads that may wait.
    pub fn matches_blocking(&self, text: &str) -> Result<bool, TableError> {
        block_on(self.matches(text))
    }
}

type Read<'a, P> = &'a dyn Fn(&str) -> Result<P, TableError>;

fn items<P>(
    title: &str,
    list: &str,
    options: &Options,
    read: Read<'_, P>,
) -> Result<Vec<Item<P>>, TableError> {
    let mut found = Vec::new();
    collect(title, list, false, options, read, (0, &mut found))?;
    Ok(found)
}

fn collect<P>(
    title: &str,
    list: &str,
    negated: bool,
    options: &Options,
    read: Read<'_, P>,
    (depth, found): (usize, &mut Vec<Item<P>>),
) -> Result<(), TableError> {
    if depth > MOST_NESTED_FILES {
        return Err(TableError::syntax(format!("{title}: files that include each other")));
    }
    for word in split_list(list) {
        let bangs = word.len() - word.trim_start_matches('!').len();
        let (negate, word) = (negated != (bangs % 2 == 1), &word[bangs..]);
        if word.is_empty() {
            return Err(TableError::syntax(format!("{title}: no pattern after '!'")));
        }
        if word.starts_with('/') {
            let text = std::fs::read(word)
                .map_err(|e| TableError::open(&format!("{title}: open file {word}"), &e))?;
            for line in logical_lines(&text) {
                let line = String::from_utf8_lossy(&line.text).into_owned();
                collect(title, &line, negate, options, read, (depth + 1, found))?;
            }
            continue;
        }
        // An address with colons stands in brackets.
        let test = if !word.starts_with('[') && word.contains(':') {
            Test::Table(Maps::open(title, word, options)?)
        } else {
            Test::Pattern(read(word)?)
        };
        found.push(Item { negate, test });
    }
    Ok(())
}

fn host_pattern(title: &str, word: &str, parents: bool) -> Result<HostPattern, TableError> {
    let numeric = word.starts_with('[') || word.contains('/') || word.parse::<IpAddr>().is_ok();
    if !numeric {
        return Ok(HostPattern::Name { name: word.to_owned(), parents });
    }
    Network::parse(word)
        .map(HostPattern::Network)
        .map_err(|fault| TableError::syntax(format!("{title}: {fault}")))
}

/// `example.org` matches itself, and its subdomains when `parents`; `.example.org` matches subdomains when
/// not `parents`.
fn domain_matches(pattern: &str, name: &str, parents: bool) -> bool {
    if same(pattern, name) {
        return true;
    }
    let (Some(at), Some(pattern)) = (
        name.len().checked_sub(pattern.len()),
        if parents { Some(pattern) } else { pattern.strip_prefix('.') },
    ) else {
        return false;
    };
    let at = if parents { at } else { at + 1 };
    at > 0 && name.is_char_boundary(at) && name[..at].ends_with('.') && at > 1 && same(pattern, &name[at..])
}

fn same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(b)
    } else {
        a.to_lowercase() == b.to_lowercase()
    }
}

async fn has(table: &Maps, key: &str) -> Result<bool, TableError> {
    let key = Key { text: key.to_owned(), partial: false, extension: None };
    table.find_first_present(&[key]).await
}

const MOST_NESTED_FILES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_match_by_address_and_the_first_item_decides() {
        let list =
            "!192.0.2.7, 192.0.2.0/24 [2001:db8::]/32 mail.example.org .example.net cidr:{{10.0.0.0/8 x}}";
        let list = HostList::parse("mynetworks", list, false, &Options::default()).unwrap();
        for (name, address, expected) in [
            ("unknown", "192.0.2.7", false),
            ("unknown", "192.0.2.8", true),
            ("unknown", "2001:db8::5", true),
            ("MAIL.example.org", "198.51.100.1", true),
            ("x.mail.example.org", "198.51.100.1", false),
            ("a.example.net", "198.51.100.1", true),
            ("example.net", "198.51.100.1", false),
            ("unknown", "10.9.9.9", true),
            ("unknown", "198.51.100.1", false),
        ] {
            assert_eq!(list.matches_blocking(name, address).unwrap(), expected, "{name} {address}");
        }
        let bad = HostList::parse("mynetworks", "1.2.3.4/8", false, &Options::default());
        assert!(bad.unwrap_err().to_string().starts_with("mynetworks: non-null host address bits"));
    }

    #[test]
    fn domains_cover_subdomains_only_when_told_so() {
        let options = Options::default();
        let with =
            DomainList::parse("relay_domains", "example.org, inline:{{b.test=x}}", true, &options).unwrap();
        let without = DomainList::parse("x", "example.org, .c.test", false, &options).unwrap();
        for (domain, in_with, in_without) in [
            ("Example.ORG", true, true),
            ("a.example.org", true, false),
            ("badexample.org", false, false),
            ("a.b.test", true, false),
            ("a.c.test", false, true),
            ("c.test", false, false),
            (".example.org", false, false),
        ] {
            assert_eq!(with.matches_blocking(domain).unwrap(), in_with, "{domain}");
            assert_eq!(without.matches_blocking(domain).unwrap(), in_without, "{domain}");
        }
    }

    #[test]
    fn files_stand_for_their_items() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list");
        std::fs::write(&path, "# c\nalpha, beta\ngamma\n").unwrap();
        let list = format!("!beta {}", path.display());
        let list = StringList::parse("x", &list, &Options::default()).unwrap();
        let matches = |text| list.matches_blocking(text).unwrap();
        assert!(matches("Alpha") && matches("gamma") && !matches("beta") && !matches("delta"));
    }

    #[test]
    fn a_table_that_fails_is_an_error_and_not_a_no() {
        let list = StringList::parse("x", "a fail:y b", &Options::default()).unwrap();
        assert!(list.matches_blocking("a").unwrap());
        assert!(list.matches_blocking("b").is_err());
    }
}
