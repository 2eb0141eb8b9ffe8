//! What the host says of itself: its name, its network interfaces, the addresses of names in main.cf.

use std::net::{IpAddr, ToSocketAddrs};

use config::{Conf, HostFacts, Interface, p, split_list};
use nix::ifaddrs::{InterfaceAddress, getifaddrs};
use nix::sys::socket::SockaddrStorage;

use crate::place;

/// The facts of this host and of the place where the running program stands.
pub fn host_facts() -> HostFacts {
    HostFacts {
        hostname: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        interfaces: interfaces(),
        defaults: place::defaults(),
        ..HostFacts::default()
    }
}

/// Looks up the names that inet_interfaces and proxy_interfaces use instead of addresses; whether there were any.
/// A name without address stays out: nothing on this host can match it.
pub(crate) fn resolve_names(conf: &Conf, host: &mut HostFacts) -> bool {
    let lists = [p::INET_INTERFACES, p::PROXY_INTERFACES];
    let words = lists.into_iter().flat_map(|list| split_list(&conf.get(list).unwrap_or_default()));
    let names = words.filter(|word| !(KEYWORDS.contains(&word.as_str()) || is_literal(word)));
    for name in names {
        if let Ok(addresses) = (name.as_str(), 0u16).to_socket_addrs() {
            let all = addresses.map(|address| address.ip()).collect();
            host.resolved.insert(name, all);
        }
    }
    !host.resolved.is_empty()
}

fn is_literal(word: &str) -> bool {
    word.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// Addresses of interfaces that are up; none when the system does not tell.
fn interfaces() -> Vec<Interface> {
    let Ok(all) = getifaddrs() else { return Vec::new() };
    let up = all.filter(|i| i.flags.contains(nix::net::if_::InterfaceFlags::IFF_UP));
    up.filter_map(|i| interface(&i)).collect()
}

fn interface(interface: &InterfaceAddress) -> Option<Interface> {
    let address = ip(interface.address.as_ref()?)?;
    let ones = |mask: IpAddr| match mask {
        IpAddr::V4(mask) => u32::from(mask).count_ones(),
        IpAddr::V6(mask) => u128::from(mask).count_ones(),
    };
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let prefix = interface.netmask.as_ref().and_then(ip).map_or(whole, ones);
    Some(Interface { address, prefix: prefix as u8 })
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip())))
}

const KEYWORDS: [&str; 2] = ["all", "loopback-only"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_has_a_name_and_a_loopback_interface() {
        let host = host_facts();
        assert!(!host.hostname.is_empty());
        assert!(host.interfaces.iter().any(|i| i.address.is_loopback() && i.prefix >= 8));
    }
}
