//! Address mappings of one message: canonical, masquerading, virtual aliases (ADDRESS_REWRITING_README).

use crate::faults::Fault;
use crate::message::Message;
use crate::settings::Classes;
use crate::world::Trouble;
use std::collections::HashSet;
use tables::Maps;

/// Where an address stands, which decides what mappings apply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    EnvelopeSender,
    EnvelopeRecipient,
    HeaderSender,
    HeaderRecipient,
}

impl Role {
    fn is_in(self, classes: Classes) -> bool {
        match self {
            Self::EnvelopeSender => classes.envelope_sender,
            Self::EnvelopeRecipient => classes.envelope_recipient,
            Self::HeaderSender => classes.header_sender,
            Self::HeaderRecipient => classes.header_recipient,
        }
    }

    fn is_sender(self) -> bool {
        matches!(self, Self::EnvelopeSender | Self::HeaderSender)
    }
}

impl Message<'_> {
    /// Canonical tables, then masquerading, on an address in internal form.
    pub(crate) async fn map(&mut self, address: String, role: Role) -> String {
        if !self.flags.maps {
            return address;
        }
        let world = self.world;
        let mappings = &world.settings.mappings;
        let (own, own_classes, own_title) = match role.is_sender() {
            true => {
                (&world.maps.sender_canonical, mappings.sender_canonical_classes, "sender_canonical_maps")
            }
            false => (
                &world.maps.recipient_canonical,
                mappings.recipient_canonical_classes,
                "recipient_canonical_maps",
            ),
        };
        let mut address = address;
        if role.is_in(own_classes) {
            address = self.canonical(address, own, own_title).await;
        }
        if role.is_in(mappings.canonical_classes) {
            address = self.canonical(address, &world.maps.canonical, "canonical_maps").await;
        }
        if role.is_in(mappings.masquerade_classes) {
            address = self.masquerade(address).await;
        }
        address
    }

    /// One-to-one, again and again until nothing more is found or the address maps to itself.
    async fn canonical(&mut self, address: String, maps: &Maps, title: &str) -> String {
        let mut address = address;
        for _ in 0..CANONICAL_NESTING {
            let propagate = self.world.settings.mappings.propagate_canonical;
            let mapped = self.world.map_address(maps, &address, propagate).await;
            match self.note(mapped, title, &address) {
                None => return address,
                Some(results) => {
                    if results.len() > 1 {
                        self.warn(format_args!("multi-valued {title} entry for {address}"));
                    }
                    let Some(result) = results.into_iter().next() else { return address };
                    let to_itself = same(&result, &address);
                    address = result;
                    if to_itself {
                        return address;
                    }
                }
            }
        }
        self.warn(format_args!("unreasonable {title} map nesting for {address} -- {TRY_AGAIN}"));
        self.faults.add(Fault::Write);
        address
    }

    async fn masquerade(&mut self, address: String) -> String {
        let domains = &self.world.settings.mappings.masquerade_domains;
        let (false, Some((user, _))) = (domains.is_empty(), address.rsplit_once('@')) else { return address };
        match self.world.is_masquerade_exception(user).await {
            Ok(true) => address,
            Ok(false) => rewrite::masquerade(&address, domains).unwrap_or(address),
            Err(Trouble(cause)) => {
                self.warn(cause);
                self.faults.add(Fault::Write);
                address
            }
        }
    }

    /// Virtual alias expansion, recursive, in the order that Postfix's queue files show. On trouble the address
    /// itself, with a fault noted.
    pub(crate) async fn expand(&mut self, address: &str) -> Vec<String> {
        let world = self.world;
        let mappings = &world.settings.mappings;
        let mut list = vec![address.to_owned()];
        let mut seen = HashSet::new();
        let mut at = 0;
        while at < list.len() {
            if list.len() > mappings.virtual_alias_expansion_limit {
                return self.too_much(format!("map expansion size for {address}"), address);
            }
            let mut depth = 0;
            // An address that is there already is not expanded again; one that maps to itself, once.
            while seen.insert(list[at].to_lowercase()) {
                if depth >= mappings.virtual_alias_recursion_limit {
                    return self.too_much(format!("map nesting for {address}"), address);
                }
                depth += 1;
                let mapped =
                    world.map_address(&world.maps.virtual_alias, &list[at], mappings.propagate_virtual).await;
                let had_trouble = mapped.is_err();
                let Some(results) = self.note(mapped, "virtual_alias_maps", &list[at]) else {
                    if had_trouble {
                        return vec![address.to_owned()];
                    }
                    break;
                };
                let limit = mappings.virtual_alias_address_length_limit;
                if let Some(long) = results.iter().find(|result| result.len() > limit) {
                    let start: String = long.chars().take(300).collect();
                    return self.too_much(format!("result {start}..."), address);
                }
                let before = std::mem::take(&mut list[at]);
                if results.iter().any(|result| same(result, &before)) {
                    seen.insert(before.to_lowercase());
                }
                let mut results = results.into_iter();
                list[at] = results.next().unwrap_or(before);
                list.extend(results);
            }
            at += 1;
        }
        list
    }

    fn too_much(&mut self, what: String, address: &str) -> Vec<String> {
        self.warn(format_args!("unreasonable virtual_alias_maps {what} -- {TRY_AGAIN}"));
        self.faults.add_with(Fault::Defer, "4.6.0 Alias expansion error".to_owned());
        vec![address.to_owned()]
    }

    /// Takes a table's answer; trouble is logged and noted.
    pub(crate) fn note<T>(
        &mut self,
        answer: Result<Option<T>, Trouble>,
        title: &str,
        address: &str,
    ) -> Option<T> {
        match answer {
            Ok(answer) => answer,
            Err(Trouble(cause)) => {
                self.log.warning(cause);
                self.warn(format_args!("{title} map lookup problem for {address} -- {TRY_AGAIN}"));
                self.faults.add(Fault::Write);
                None
            }
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

const CANONICAL_NESTING: usize = 1000;
pub(crate) const TRY_AGAIN: &str = "message not accepted, try again later";
