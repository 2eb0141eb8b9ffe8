//! Passwords for servers: `smtp_sasl_password_maps`, by sender, by host, by next hop.

use crate::settings::SaslSettings;
use mail::{Address, Enhanced};
use smtp::client::{Credentials, Features, Mechanism, Peer, Trouble, choose_mechanism};
use tables::Maps;

/// Finds credentials and a mechanism.
pub struct Sasl {
    settings: SaslSettings,
    passwords: Maps,
}

impl Sasl {
    /// From the settings, with the password tables open.
    pub fn new(settings: SaslSettings, passwords: Maps) -> Self {
        Self { settings, passwords }
    }

    /// How to authenticate to this server; None when there is no password for it, or it does not ask for one.
    pub async fn plan(
        &self,
        sender: &Address,
        peer: &Peer,
        nexthop: &str,
        features: &Features,
        tls: Option<&tls::Session>,
    ) -> Result<Option<(Mechanism, Credentials)>, Trouble> {
        if features.auth.is_empty() {
            return Ok(None);
        }
        let Some(credentials) = self.credentials(sender, peer, nexthop).await? else { return Ok(None) };
        let permitted = |name: &str| {
            let filter = &self.settings.filter;
            self.settings.plaintext[security(tls)]
                && (filter.is_empty() || filter.iter().any(|each| each == name))
        };
        match choose_mechanism(&features.auth, permitted) {
            Some(mechanism) => Ok(Some((mechanism, credentials))),
            None => {
                let text = format!(
                    "SASL authentication failed: server {} offered no compatible authentication mechanisms \
                     for this type of connection security",
                    peer.name()
                );
                Err(Trouble::Auth(text, Enhanced::new(7, 0)))
            }
        }
    }

    async fn credentials(
        &self,
        sender: &Address,
        peer: &Peer,
        nexthop: &str,
    ) -> Result<Option<Credentials>, Trouble> {
        let sender = Some(sender.as_str()).filter(|text| self.settings.by_sender && !text.is_empty());
        for key in sender.into_iter().chain([peer.host.as_str(), nexthop]) {
            let found = self.passwords.find(key).await.map_err(|error| {
                Trouble::Auth(format!("SASL password lookup error: {error}"), Enhanced::new(3, 0))
            })?;
            if let Some(value) = found {
                let parts = value.split_once(&self.settings.delimiter);
                let (user, password) = parts.unwrap_or((&value, ""));
                return Ok(Some(Credentials { user: user.to_owned(), password: password.to_owned() }));
            }
        }
        Ok(None)
    }
}

/// Which of the three security options counts.
fn security(tls: Option<&tls::Session>) -> usize {
    match tls {
        None => 0,
        Some(session) if session.status() == tls::Status::Verified => 2,
        Some(_) => 1,
    }
}
