//! What the host and the installation decide, as plain values: the loader asks the system, this crate does not.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Facts that stand in for defaults which differ from host to host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostFacts {
    /// The system's host name, with or without a domain.
    pub hostname: String,
    /// Network interface addresses, in the system's order.
    pub interfaces: Vec<Interface>,
    /// Addresses of the names that inet_interfaces and proxy_interfaces mention.
    pub resolved: BTreeMap<String, Vec<IpAddr>>,
    /// Defaults that follow from where the programs stand (daemon_directory, command_directory,
    /// config_directory, ...) or from the running process (process_name, process_id), by parameter name.
    pub defaults: BTreeMap<String, String>,
}

/// An address of a network interface with the length of its network prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// The address.
    pub address: IpAddr,
    /// Bits of the network part.
    pub prefix: u8,
}
