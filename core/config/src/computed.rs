//! Defaults that no text can give: the host's name and domain, its networks, the running process. All are computed
//! from [`crate::HostFacts`] and other parameters.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Conf, Fault, Interface, p, split_list};

/// The computed default of a parameter; `None` when its default stands in the table.
pub(crate) fn default_of(conf: &Conf, name: &str) -> Option<String> {
    match name {
        "myhostname" => Some(my_hostname(conf)),
        "mydomain" => Some(my_domain(conf)),
        "mynetworks" => Some(my_networks(conf).unwrap_or_default().join(" ")),
        "mail_version" => Some(MAIL_VERSION.to_owned()),
        "process_id" | "process_name" | "service_name" => Some(String::new()),
        _ => None,
    }
}

/// The system's host name; a name without domain gets mydomain, which then must not ask for myhostname.
fn my_hostname(conf: &Conf) -> String {
    let name = &conf.host().hostname;
    if name.contains('.') {
        return name.clone();
    }
    let domain = if conf.is_set("mydomain") { conf.lookup("mydomain").ok().flatten() } else { None };
    format!("{name}.{}", domain.unwrap_or_else(|| NO_DOMAIN.to_owned()))
}

/// myhostname without its first label.
fn my_domain(conf: &Conf) -> String {
    let name = conf.get(p::MYHOSTNAME).unwrap_or_default();
    name.split_once('.').map_or(NO_DOMAIN, |(_, domain)| domain).to_owned()
}

/// The networks of the addresses that inet_interfaces names, as mynetworks_style cuts them.
pub(crate) fn my_networks(conf: &Conf) -> Result<Vec<String>, Fault> {
    let style = conf.get(p::MYNETWORKS_STYLE)?;
    let mut networks = Vec::new();
    for interface in own_interfaces(conf)? {
        let network = match style.as_str() {
            "subnet" => network(interface.address, interface.prefix),
            "host" => network(interface.address, u8::MAX),
            "class" => network(interface.address, class_bits(interface)),
            _ => return Err(Fault::new(format!("bad value: mynetworks_style = {style}"))),
        };
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    Ok(networks)
}

/// The addresses at which this host is reached by mail: those of `inet_interfaces`, and of `proxy_interfaces`
/// in front of it.
pub fn own_addresses(conf: &Conf) -> Result<Vec<IpAddr>, Fault> {
    let mut addresses: Vec<IpAddr> = own_interfaces(conf)?.into_iter().map(|i| i.address).collect();
    for word in split_list(&conf.get(p::PROXY_INTERFACES)?) {
        addresses.extend(conf.host().resolved.get(&word).into_iter().flatten());
        addresses.extend(literal(&word));
    }
    Ok(addresses)
}

/// The interfaces of this host that inet_interfaces and inet_protocols let mail use, IPv4 first.
pub(crate) fn own_interfaces(conf: &Conf) -> Result<Vec<Interface>, Fault> {
    let host = conf.host();
    let protocols = split_list(&conf.get(p::INET_PROTOCOLS)?);
    let speaks = |name: &str| protocols.iter().any(|p| p == name || p == "all");
    let usable = |address: IpAddr| speaks(if address.is_ipv4() { "ipv4" } else { "ipv6" });
    let wanted = split_list(&conf.get(p::INET_INTERFACES)?);
    let named = |address: IpAddr| {
        wanted.iter().any(|word| match word.as_str() {
            "all" => true,
            "loopback-only" => address.is_loopback(),
            word => {
                host.resolved.get(word).is_some_and(|all| all.contains(&address))
                    || literal(word) == Some(address)
            }
        })
    };
    let own = host.interfaces.iter().copied().filter(|i| usable(i.address) && named(i.address));
    let (v4, v6): (Vec<_>, Vec<_>) = own.partition(|i| i.address.is_ipv4());
    Ok(v4.into_iter().chain(v6).collect())
}

/// An address, in brackets or not.
fn literal(word: &str) -> Option<IpAddr> {
    let inner = word.strip_prefix('[').and_then(|w| w.strip_suffix(']')).unwrap_or(word);
    inner.parse().ok()
}

fn class_bits(interface: Interface) -> u8 {
    match interface.address {
        IpAddr::V4(address) if address.octets()[0] < 128 => 8,
        IpAddr::V4(address) if address.octets()[0] < 192 => 16,
        IpAddr::V4(_) => 24,
        IpAddr::V6(_) => interface.prefix,
    }
}

fn network(address: IpAddr, bits: u8) -> String {
    match address {
        IpAddr::V4(address) => {
            let bits = bits.min(32);
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            format!("{}/{bits}", Ipv4Addr::from(u32::from(address) & mask))
        }
        IpAddr::V6(address) => {
            let bits = bits.min(128);
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            format!("[{}]/{bits}", Ipv6Addr::from(u128::from(address) & mask))
        }
    }
}

const NO_DOMAIN: &str = "localdomain";

/// What we say we are: programs around Postfix parse it for features, so it is the version we follow.
const MAIL_VERSION: &str = "3.12.0";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostFacts;

    fn conf(text: &str) -> Conf {
        let interface = |address: &str, prefix| Interface { address: address.parse().unwrap(), prefix };
        let host = HostFacts {
            hostname: "vm".into(),
            interfaces: vec![
                interface("127.0.0.1", 8),
                interface("::1", 128),
                interface("192.0.2.2", 24),
                interface("fd00::2", 64),
            ],
            ..HostFacts::default()
        };
        Conf::parse("main.cf", text, &host).unwrap()
    }

    #[test]
    fn a_host_name_without_domain_gets_one() {
        assert_eq!(conf("").get(p::MYHOSTNAME).unwrap(), "vm.localdomain");
        assert_eq!(conf("").get(p::MYDOMAIN).unwrap(), "localdomain");
        assert_eq!(conf("mydomain = example.org\n").get(p::MYHOSTNAME).unwrap(), "vm.example.org");
        assert_eq!(conf("myhostname = a.b.example\n").get(p::MYDOMAIN).unwrap(), "b.example");
        assert_eq!(conf("myhostname = plain\n").get(p::MYDOMAIN).unwrap(), "localdomain");
    }

    #[test]
    fn mynetworks_follows_style_interfaces_and_protocols() {
        let networks = |text: &str| conf(text).get(p::MYNETWORKS).unwrap();
        assert_eq!(networks(""), "127.0.0.0/8 192.0.2.0/24 [::1]/128 [fd00::]/64");
        assert_eq!(networks("compatibility_level = 2"), "127.0.0.1/32 192.0.2.2/32 [::1]/128 [fd00::2]/128");
        assert_eq!(networks("mynetworks_style = class\ninet_protocols = ipv4"), "127.0.0.0/8 192.0.2.0/24");
        assert_eq!(networks("inet_interfaces = loopback-only"), "127.0.0.0/8 [::1]/128");
        assert_eq!(networks("inet_interfaces = 192.0.2.2, [::1]"), "192.0.2.0/24 [::1]/128");
    }
}
