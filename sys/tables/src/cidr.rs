//! cidr: tables (cidr_table(5)): network blocks with results.

use crate::TableError;
use crate::network::Network;
use crate::options::Options;
use crate::rules::{Parsed, Rule, Rulebook, Rules, take_endif, take_if, take_not};
use crate::table::{Driver, Kind};
use std::net::IpAddr;

pub(crate) struct Cidr(Rulebook<Rules<Network, String>>);

impl Cidr {
    pub(crate) fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        Rulebook::open("cidr", name, options, |text, warn| Rules::build(text, warn, |line, _| rule(line)))
            .map(Self)
    }
}

impl Driver for Cidr {
    /// A key that is no address matches nothing, not even a negated pattern.
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let address = std::str::from_utf8(key).ok().and_then(|text| text.parse::<IpAddr>().ok());
        let Some(address) = address else { return Ok(None) };
        let rules = self.0.get()?;
        let found = rules.find(|network| Ok::<_, TableError>(network.contains(address).then_some(())))?;
        Ok(found.map(|(result, _)| result.clone()))
    }

    fn kind(&self) -> Kind {
        Kind::Pattern
    }
}

fn rule(line: &str) -> Parsed<Network, String> {
    if let Some(end) = take_endif(line) {
        return end.map(|()| Rule::Endif);
    }
    let conditional = take_if(line);
    let (negate, text) = take_not(conditional.unwrap_or(line));
    let (pattern, result) =
        text.split_once(|c: char| c.is_ascii_whitespace()).map_or((text, ""), |(p, r)| (p, r.trim()));
    if pattern.is_empty() {
        return Err(vec!["no address pattern: skipping this rule".to_owned()]);
    }
    let pattern = Network::parse(pattern).map_err(|fault| vec![format!("{fault}: skipping this rule")])?;
    if conditional.is_some() {
        return Ok(Rule::If { pattern, negate, end: 0 });
    }
    if result.is_empty() {
        return Err(vec!["no lookup result: skipping this rule".to_owned()]);
    }
    Ok(Rule::Result { pattern, negate, result: result.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    fn look(table: &str, key: &str) -> Option<String> {
        let options = Options { warn: crate::Warn::new(|_| ()), ..Options::default() };
        Table::open(table, &options).unwrap().lookup_blocking(key).unwrap()
    }

    #[test]
    fn the_first_block_that_holds_the_address_wins() {
        let table = "cidr:{{192.0.2.0/28 a}, {1.2.3.4/24 bad}, {192.0.2.0/24 b c}, { ::/0 v6 }}";
        assert_eq!(look(table, "192.0.2.1").as_deref(), Some("a"));
        assert_eq!(look(table, "192.0.2.77").as_deref(), Some("b c"));
        assert_eq!(look(table, "2001:DB8:0::1").as_deref(), Some("v6"));
        assert_eq!(look(table, "198.51.100.1"), None);
        assert_eq!(look(table, "not an address"), None);
    }

    #[test]
    fn conditions_nest_and_can_be_turned_over() {
        let table = "cidr:{{if 10.0.0.0/8},{if !10.1.0.0/16},{10.0.0.0/8 outer},{endif},{10.1.0.0/16 inner},\
            {endif},{!10.0.0.0/8 other}}";
        assert_eq!(look(table, "10.2.0.1").as_deref(), Some("outer"));
        assert_eq!(look(table, "10.1.0.1").as_deref(), Some("inner"));
        assert_eq!(look(table, "11.0.0.1").as_deref(), Some("other"));
    }
}
