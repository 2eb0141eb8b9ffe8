//! generic(5): addresses that mean something inside become addresses that work outside, in the envelope and in
//! the header, on the way out only.

use mail::Address;
use message::{AddressList, Addresses, FieldInfo, Item, fold, scan};
use smtp::address::{parse_path, quote};
use tables::{DomainList, Extensions, Maps, TableError, mail_address, split_extension};

/// `smtp_generic_maps`, and what its look-ups depend on.
pub struct Generic {
    /// The tables.
    pub maps: Maps,
    /// `recipient_delimiter`.
    pub extensions: Extensions,
    /// `propagate_unmatched_extensions` has `generic`.
    pub propagate: bool,
    /// `myorigin`: the domain of results that have none.
    pub my_origin: String,
    /// `mydestination` and `myorigin`: their users may stand in the tables without a domain.
    pub mine: DomainList,
    /// `header_address_token_limit`.
    pub token_limit: usize,
}

impl Generic {
    /// False when there is nothing to do.
    pub fn is_active(&self) -> bool {
        !self.maps.is_empty()
    }

    /// The address as it leaves. The null sender has no other.
    pub async fn address(&self, address: &Address) -> Result<Address, TableError> {
        if address.is_null() || !self.is_active() {
            return Ok(address.clone());
        }
        let bare = match address.domain() {
            Some(domain) => self.mine.matches(domain).await?,
            None => true,
        };
        let keys = mail_address(address.as_str(), &self.extensions, bare);
        let Some(found) = self.maps.find_first(&keys).await? else { return Ok(address.clone()) };
        let extension = found.key.extension.filter(|_| self.propagate).unwrap_or_default();
        Ok(self.result(address, found.value.trim(), &extension))
    }

    /// `@domain` keeps the user; a result without domain is ours.
    fn result(&self, address: &Address, value: &str, extension: &str) -> Address {
        if let Some(domain) = value.strip_prefix('@') {
            return Address::new(format!("{}@{domain}", address.local()));
        }
        let new = parse_path(value, false).unwrap_or_else(|_| Address::from(value));
        let domain = new.domain().unwrap_or(&self.my_origin).to_owned();
        let has_own = split_extension(new.local(), &self.extensions).1.is_some();
        let extension = if has_own { "" } else { extension };
        Address::new(format!("{}{extension}@{domain}", new.local()))
    }

    /// The header field with its addresses as they leave; None when nothing changes.
    pub async fn header(&self, field: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        let Some(info) = FieldInfo::of(field).filter(|info| info.addresses != Addresses::None) else {
            return Ok(None);
        };
        let mut list = AddressList::parse(FieldInfo::value(field), self.token_limit);
        let mut changed = false;
        for item in &mut list.items {
            let Item::Address(tokens) = item else { continue };
            let mut external = Vec::new();
            message::externalize(tokens, &mut external);
            let Ok(Ok(old)) = String::from_utf8(external).map(|text| parse_path(&text, false)) else {
                continue;
            };
            let new = self.address(&old).await?;
            if new != old {
                *tokens = scan(quote(&new).as_bytes(), self.token_limit);
                changed = true;
            }
        }
        if !changed {
            return Ok(None);
        }
        let mut out = format!("{}: ", info.name).into_bytes();
        out.extend(list.externalize(true));
        fold(&mut out);
        Ok(Some(continued(&out)))
    }
}

/// Lines of a folded field begin with white space.
fn continued(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    for &byte in field {
        out.push(byte);
        if byte == b'\n' {
            out.extend_from_slice(b"    ");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tables::Options;

    fn generic(list: &str) -> Generic {
        let options = Options::default();
        Generic {
            maps: Maps::open("smtp_generic_maps", list, &options).unwrap(),
            extensions: Extensions { delimiters: "+".into(), owner_request_special: true },
            propagate: true,
            my_origin: "example.com".into(),
            mine: DomainList::parse("mydestination", "localhost", false, &options).unwrap(),
            token_limit: 10_000,
        }
    }

    #[tokio::test]
    async fn addresses_become_what_the_table_says() {
        let generic =
            generic("inline:{his@localhost=hisaccount@isp.example, @local.example=@out.example, her=she}");
        for (old, new) in [
            ("his@localhost", "hisaccount@isp.example"),
            ("his+tag@localhost", "hisaccount+tag@isp.example"),
            ("x@local.example", "x@out.example"),
            ("her@localhost", "she@example.com"),
            ("other@localhost", "other@localhost"),
            ("", ""),
        ] {
            assert_eq!(generic.address(&old.into()).await.unwrap().as_str(), new);
        }
    }

    #[tokio::test]
    async fn header_fields_change_only_where_they_hold_addresses() {
        let generic = generic("inline:{his@localhost=hisaccount@isp.example}");
        let changed = generic.header(b"from: Him <his@localhost>, x@y").await.unwrap().unwrap();
        assert_eq!(String::from_utf8(changed).unwrap(), "From: Him <hisaccount@isp.example>, x@y");
        assert_eq!(generic.header(b"Subject: his@localhost").await.unwrap(), None);
        assert_eq!(generic.header(b"To: x@y").await.unwrap(), None);
    }
}
