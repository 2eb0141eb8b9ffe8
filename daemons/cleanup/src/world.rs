//! What one process of cleanup(8) shares among its messages: settings, open tables, the rewriting service.
//! Tables answer here or not at all: every failure is a [`Trouble`], never "not found".

use crate::rewriter::Rewriter;
use crate::settings::Settings;
use maillog::Log;
use message::AddressList;
use rewrite::{address_keys, literal_address, with_extension};
use tables::{DomainList, Key, Maps, StringList, TableError};

/// A table or service did not answer. The text is for the log; the client hears 4xx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble(pub(crate) String);

/// Settings and everything that answers questions about addresses and content.
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) maps: AllMaps,
    pub(crate) rewriter: Rewriter,
    mydestination: DomainList,
    masquerade_exceptions: StringList,
}

/// All tables of cleanup(8).
pub(crate) struct AllMaps {
    pub(crate) canonical: Maps,
    pub(crate) sender_canonical: Maps,
    pub(crate) recipient_canonical: Maps,
    pub(crate) virtual_alias: Maps,
    pub(crate) sender_bcc: Maps,
    pub(crate) recipient_bcc: Maps,
    pub(crate) header_checks: Maps,
    pub(crate) mime_header_checks: Maps,
    pub(crate) nested_header_checks: Maps,
    pub(crate) body_checks: Maps,
}

impl World {
    /// Opens all tables.
    pub(crate) fn open(settings: Settings, rewriter: Rewriter, log: &Log) -> Result<Self, TableError> {
        let sink = log.clone();
        let options = tables::Options {
            warn: tables::Warn::new(move |text| sink.warning(text)),
            ..settings.tables.clone()
        };
        let maps = |title: &str, list: &str| Maps::open(title, list, &options);
        let (mappings, checks, copies) = (&settings.mappings, &settings.checks, &settings.copies);
        let header_checks = maps("header_checks", &checks.header)?;
        // The defaults are the same tables, which need not be read three times.
        let other_header = |title: &str, list: &str| match list == checks.header {
            true => Ok(header_checks.clone()),
            false => maps(title, list),
        };
        let maps = AllMaps {
            canonical: maps("canonical_maps", &mappings.canonical_maps)?,
            sender_canonical: maps("sender_canonical_maps", &mappings.sender_canonical_maps)?,
            recipient_canonical: maps("recipient_canonical_maps", &mappings.recipient_canonical_maps)?,
            virtual_alias: maps("virtual_alias_maps", &mappings.virtual_alias_maps)?,
            sender_bcc: maps("sender_bcc_maps", &copies.sender_bcc_maps)?,
            recipient_bcc: maps("recipient_bcc_maps", &copies.recipient_bcc_maps)?,
            mime_header_checks: other_header("mime_header_checks", &checks.mime_header)?,
            nested_header_checks: other_header("nested_header_checks", &checks.nested_header)?,
            header_checks,
            body_checks: maps("body_checks", &checks.body)?,
        };
        let mydestination = DomainList::parse("mydestination", &settings.mydestination, false, &options)?;
        let masquerade_exceptions =
            StringList::parse("masquerade_exceptions", &mappings.masquerade_exceptions, &options)?;
        Ok(Self { maps, mydestination, masquerade_exceptions, rewriter, settings })
    }

    /// Looks an address up in the order that ADDRESS_REWRITING_README gives. The result comes with the extension
    /// that was not matched.
    pub(crate) async fn find_address(
        &self,
        maps: &Maps,
        address: &str,
    ) -> Result<Option<(String, String)>, Trouble> {
        if maps.is_empty() || address.is_empty() {
            return Ok(None);
        }
        let keys = address_keys(address, &self.settings.delimiter);
        let found = match find_first(maps, &keys.address).await? {
            Some(found) => Some(found),
            None => match find_local(self, maps, &keys).await? {
                Some(found) => Some(found),
                None => find_first(maps, keys.domain_key.as_slice()).await?,
            },
        };
        Ok(found.map(|(value, bare)| (value, if bare { keys.extension } else { String::new() })))
    }

    /// An address's mapping in a table of addresses, each in standard form (internal). The unmatched extension
    /// goes along when `propagate` says so. None when there is no mapping.
    pub(crate) async fn map_address(
        &self,
        maps: &Maps,
        address: &str,
        propagate: bool,
    ) -> Result<Option<Vec<String>>, Trouble> {
        let Some((value, extension)) = self.find_address(maps, address).await? else { return Ok(None) };
        let value = match (value.starts_with('@'), address.rsplit_once('@')) {
            (true, Some((local, _))) => mail::Address::new(format!("{local}{value}")).to_external(),
            (true, None) => mail::Address::new(format!("{address}{value}")).to_external(),
            (false, _) => value,
        };
        let mut results = Vec::new();
        for external in AddressList::parse(value.as_bytes(), usize::MAX).addresses() {
            let standard = self.rewriter.local(&external).await?;
            let internal = mail::Address::from_external(&standard).as_str().to_owned();
            let extended = if propagate { with_extension(&internal, &extension) } else { internal };
            results.push(extended);
        }
        Ok((!results.is_empty()).then_some(results))
    }

    /// Is mail for this domain delivered here: `mydestination`, or the address of an interface?
    pub(crate) async fn is_local(&self, domain: &str) -> Result<bool, Trouble> {
        if self.mydestination.matches(domain).await? {
            return Ok(true);
        }
        Ok(literal_address(domain).is_some_and(|own| self.settings.own_addresses.contains(&own)))
    }

    /// `masquerade_exceptions`.
    pub(crate) async fn is_masquerade_exception(&self, user: &str) -> Result<bool, Trouble> {
        Ok(self.masquerade_exceptions.matches(user).await?)
    }
}

impl From<TableError> for Trouble {
    fn from(error: TableError) -> Self {
        Self(error.to_string())
    }
}

/// The keys without domain: only for domains that are ours.
async fn find_local(
    world: &World,
    maps: &Maps,
    keys: &rewrite::Keys,
) -> Result<Option<(String, bool)>, Trouble> {
    let Some(domain) = &keys.domain else { return Ok(None) };
    if domain.eq_ignore_ascii_case(&world.settings.myorigin) || world.is_local(domain).await? {
        return find_first(maps, &keys.local).await;
    }
    Ok(None)
}

/// The first answer, and whether its key had no extension.
async fn find_first(maps: &Maps, keys: &[rewrite::Key]) -> Result<Option<(String, bool)>, Trouble> {
    for key in keys {
        let asked = Key { text: key.text.clone(), partial: key.partial, extension: None };
        if let Some(found) = maps.find_first(&[asked]).await? {
            return Ok(Some((found.value, key.bare)));
        }
    }
    Ok(None)
}
