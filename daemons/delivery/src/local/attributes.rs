//! What is known of one address while it is being expanded, and the names that paths, commands and
//! `luser_relay` may refer to.

use super::settings::{Settings, Sources};
use crate::user::Account;
use config::expand::{Expansion, Macros};
use mail::{Address, Recipient};
use tables::split_extension;

/// One address on its way.
#[derive(Clone, Debug)]
pub(crate) struct Attributes {
    /// Where the mail goes now, and what it was sent to first.
    pub(crate) recipient: Recipient,
    /// Envelope sender; the owner of a mailing list takes its place.
    pub(crate) sender: Address,
    /// Whose expansion this is: others than the owner get their mail as a new message.
    pub(crate) owner: Option<String>,
    /// What `Delivered-To:` says.
    pub(crate) delivered: Option<Address>,
    pub(crate) level: u32,
    pub(crate) source: Source,
    /// The alias or user whose expansion named this address.
    pub(crate) expanded_from: Option<String>,
    /// Whose rights deliveries have; None: `default_privs`.
    pub(crate) account: Option<Account>,
    /// An address extension that the expansion did not use, to be passed on.
    pub(crate) unmatched: Option<String>,
    /// Written as `\user`: not expanded again.
    pub(crate) literal: bool,
}

/// Where an address was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Envelope,
    Alias,
    Forward,
    Include,
}

impl Source {
    pub(crate) fn is_in(self, sources: Sources) -> bool {
        match self {
            Self::Envelope => false,
            Self::Alias => sources.alias,
            Self::Forward => sources.forward,
            Self::Include => sources.include,
        }
    }
}

/// The parts of a recipient, folded to lower case (local(8), CASE FOLDING).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The whole local part.
    pub(crate) local: String,
    /// Without the extension.
    pub(crate) user: String,
    /// With its delimiter.
    pub(crate) extension: Option<String>,
    pub(crate) domain: String,
}

impl Name {
    pub(crate) fn of(address: &Address, settings: &Settings) -> Self {
        let local = address.local().to_lowercase();
        let (user, extension) = split_extension(&local, &settings.extensions);
        let (user, extension) = (user.to_owned(), extension.map(str::to_owned));
        Self { local, user, extension, domain: address.domain().unwrap_or_default().to_lowercase() }
    }

    /// The extension without its delimiter.
    pub(crate) fn bare_extension(&self) -> Option<&str> {
        self.extension.as_deref().map(|e| e.get(1..).unwrap_or_default())
    }

    /// Expands a text with `$user`, `$home` and so on (local(8)); other characters than those of `filter`
    /// become `_`.
    pub(crate) fn expand(
        &self,
        text: &str,
        attributes: &Attributes,
        account: Option<&Account>,
        filter: Option<&str>,
    ) -> Result<Expansion, config::Fault> {
        let lookup = |name: &str| {
            let value = match name {
                "user" => Some(self.user.as_str()),
                "local" => Some(self.local.as_str()),
                "domain" => Some(self.domain.as_str()),
                "extension" => self.bare_extension(),
                "recipient_delimiter" => self.extension.as_deref().map(|e| &e[..1]),
                "recipient" => Some(attributes.recipient.address.as_str()),
                "home" => account.map(|a| a.home.as_str()),
                "shell" => account.map(|a| a.shell.as_str()),
                _ => None,
            };
            Ok(value.filter(|v| !v.is_empty()).map(str::to_owned))
        };
        Macros { lookup: &lookup, recursive: false, filter }.expand(text)
    }
}
