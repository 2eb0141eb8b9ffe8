//! The keys under which an address is looked up in canonical, virtual alias, relocated, generic and bcc tables.

use crate::{Delimiter, split_extension};
use mail::Address;

/// Lookup keys in their order: `address`, then `local` when the domain is ours, then `domain_key`. Whoever
/// looks up stops at the first answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The whole address, then without its extension.
    pub address: Vec<Key>,
    /// The local part, then without extension: asked only when the domain is `myorigin`, in `mydestination`, or
    /// an interface.
    pub local: Vec<Key>,
    /// `@domain`.
    pub domain_key: Option<Key>,
    /// The domain, to find out whether it is ours.
    pub domain: Option<String>,
    /// The extension with its delimiter, which goes into results that are found under a bare key.
    pub extension: String,
}

/// One lookup key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What is looked up.
    pub text: String,
    /// Only a part of the address: not for regexp, pcre, cidr and network tables.
    pub partial: bool,
    /// The extension was left out.
    pub bare: bool,
}

/// The keys of an address (internal form), after ADDRESS_REWRITING_README: `user+x@domain`, `user@domain`,
/// `user+x`, `user`, `@domain`. When quoting makes a difference the quoted form is tried first, then the unquoted.
pub fn address_keys(address: &str, delimiter: &Delimiter) -> Keys {
    let (local, domain) = match address.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (address, None),
    };
    let bare = split_extension(local, delimiter).map(|(user, _)| user);
    let with_domain = |local: &str| domain.map_or(local.to_owned(), |domain| format!("{local}@{domain}"));
    let mut keys = Keys {
        domain_key: domain.map(|d| Key { text: format!("@{d}"), partial: true, bare: false }),
        domain: domain.map(str::to_owned),
        extension: bare.map_or_else(String::new, |user| local[user.len()..].to_owned()),
        ..Keys::default()
    };
    both_forms(&mut keys.address, &with_domain(local), false, false);
    if let Some(user) = bare {
        both_forms(&mut keys.address, &with_domain(user), true, true);
    }
    if domain.is_some() {
        both_forms(&mut keys.local, local, true, false);
        if let Some(user) = bare {
            both_forms(&mut keys.local, user, true, true);
        }
    }
    keys
}

fn both_forms(keys: &mut Vec<Key>, internal: &str, partial: bool, bare: bool) {
    if internal.is_empty() {
        return;
    }
    let external = Address::new(internal).to_external();
    if external != internal {
        keys.push(Key { text: external, partial, bare });
    }
    keys.push(Key { text: internal.to_owned(), partial, bare });
}

/// Puts an unmatched extension (with its delimiter) in front of the `@` of a lookup result, internal form.
pub fn with_extension(address: &str, extension: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}{extension}@{domain}"),
        None => format!("{address}{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plus() -> Delimiter {
        Delimiter { characters: "+".into(), ..Delimiter::default() }
    }

    fn texts(keys: &[Key]) -> Vec<&str> {
        keys.iter().map(|key| key.text.as_str()).collect()
    }

    #[test]
    fn keys_come_in_the_order_of_the_manual() {
        let keys = address_keys("bob+x@example.org", &plus());
        assert_eq!(texts(&keys.address), ["bob+x@example.org", "bob@example.org"]);
        assert_eq!(texts(&keys.local), ["bob+x", "bob"]);
        assert_eq!(keys.domain_key.unwrap().text, "@example.org");
        assert_eq!(keys.extension, "+x");
        assert!(!keys.address[0].partial && keys.address[1].partial && keys.local[0].partial);
        assert!(!keys.address[0].bare && keys.address[1].bare);
    }

    #[test]
    fn an_address_without_domain_has_no_domain_keys() {
        let keys = address_keys("bob", &plus());
        assert_eq!((texts(&keys.address), keys.local, keys.domain_key), (vec!["bob"], vec![], None));
    }

    #[test]
    fn the_quoted_form_comes_first() {
        let keys = address_keys("a b+c@x.org", &plus());
        let expected = ["\"a b+c\"@x.org", "a b+c@x.org", "\"a b\"@x.org", "a b@x.org"];
        assert_eq!(texts(&keys.address), expected);
    }

    #[test]
    fn an_extension_goes_in_front_of_the_domain() {
        assert_eq!(with_extension("a@b", "+x"), "a+x@b");
        assert_eq!(with_extension("a", "+x"), "a+x");
    }
}
