//! Names of TCP ports that main.cf itself gives.

use crate::split_list;

/// The port of a name in `known_tcp_ports`: groups like `smtps=submissions=465`.
pub fn known_tcp_port(list: &str, name: &str) -> Option<u16> {
    split_list(list).iter().find_map(|group| {
        let (names, number) = group.rsplit_once('=')?;
        names.split('=').any(|known| known == name).then(|| number.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_group_is_a_port() {
        let list = "lmtp=24, smtp=25, smtps=submissions=465";
        assert_eq!(known_tcp_port(list, "submissions"), Some(465));
        assert_eq!(known_tcp_port(list, "lmtp"), Some(24));
        assert_eq!(known_tcp_port(list, "25"), None);
    }
}
