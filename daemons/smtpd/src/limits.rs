//! How much one client may ask for: connections at a time, and connections, messages, recipients, AUTH commands and
//! new TLS sessions in a time unit. anvil(8) counts, for all processes of a service; here its numbers meet the limits.

use crate::conversation::Conversation;
use crate::crowd::Crowd;
use crate::lookups;
use crate::peer::Peer;
use crate::settings::{Hosts, LimitSettings, Settings};
use config::Conf;
use ipc::anvil::{Connected, Event};
use mail::Reply;
use maillog::Log;
use service::Fatal;
use smtp::command::Verb;
use smtp::line::Line;
use smtp::server::Refusal;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;
use std::time::Duration;
use tables::HostList;

/// The limits, and who counts.
pub(crate) struct Limits {
    settings: LimitSettings,
    /// Who may have to make room for others.
    pub(crate) crowd: Rc<Crowd>,
    anvil: ipc::anvil::Client,
    /// `smtpd_client_event_limit_exceptions`.
    exceptions: HostList,
    /// `smtpd_authorized_xclient_hosts`: what they do, they do for others.
    proxies: HostList,
}

impl Limits {
    pub(crate) fn open(conf: &Conf, settings: &Settings, log: &Log) -> Result<Self, Fatal> {
        let options = lookups::options(conf, log)?;
        let hosts = |list: &Hosts| {
            HostList::parse(list.name, &list.list, list.parents, &options)
                .map_err(|error| Fatal::new(error.to_string()))
        };
        let limits = settings.limits.clone();
        Ok(Self {
            anvil: ipc::anvil::Client::new(ANVIL, settings.ipc_timeout),
            crowd: Rc::default(),
            exceptions: hosts(&limits.exceptions)?,
            proxies: hosts(&limits.proxies)?,
            settings: limits,
        })
    }

    /// Without any limit (`sendmail -bs`).
    pub(crate) fn none() -> Self {
        Self {
            anvil: ipc::anvil::Client::new(ANVIL, Duration::ZERO),
            crowd: Rc::default(),
            exceptions: HostList::default(),
            proxies: HostList::default(),
            settings: LimitSettings::default(),
        }
    }

    /// The name under which a client is counted; None for those who aren't.
    async fn ident(&self, peer: &Peer, log: &Log) -> Option<String> {
        if !self.settings.any() {
            return None;
        }
        let client = &peer.client;
        for list in [&self.exceptions, &self.proxies] {
            match list.matches(&client.name, &client.address).await {
                Ok(true) => return None,
                Ok(false) => {}
                // Nobody is sent away because a table is.
                Err(error) => {
                    log.warning(error);
                    return None;
                }
            }
        }
        Some(format!("{}:{}", self.settings.service, self.range(&client.address)))
    }

    /// The service as master.cf names it.
    pub(crate) fn service(&self) -> &str {
        &self.settings.service
    }

    /// The network that a client is counted as.
    fn range(&self, address: &str) -> String {
        let network = match address.parse() {
            Ok(IpAddr::V4(ip)) => v4_network(ip, self.settings.ipv4_prefix),
            Ok(IpAddr::V6(ip)) => v6_network(ip, self.settings.ipv6_prefix),
            Err(_) => None,
        };
        network.unwrap_or_else(|| address.to_owned())
    }
}

/// None when the prefix is all of the address.
fn v4_network(ip: Ipv4Addr, prefix: u32) -> Option<String> {
    let network = ip.to_bits() & u32::MAX.checked_shl(32_u32.checked_sub(prefix)?).unwrap_or(0);
    (prefix < 32).then(|| format!("{}/{prefix}", Ipv4Addr::from_bits(network)))
}

fn v6_network(ip: Ipv6Addr, prefix: u32) -> Option<String> {
    let network = ip.to_bits() & u128::MAX.checked_shl(128_u32.checked_sub(prefix)?).unwrap_or(0);
    (prefix < 128).then(|| format!("{}/{prefix}", Ipv6Addr::from_bits(network)))
}

impl<S> Conversation<'_, S> {
    /// The client has connected: the reply to give instead of the greeting, if it does so too often.
    pub(crate) async fn count_connection(&mut self) -> Option<Reply> {
        let limits = &self.daemon.limits;
        let ident = limits.ident(&self.peer, &self.log).await?;
        let connected = limits.anvil.connect(&ident).await.map_err(|error| self.log.warning(error)).ok()?;
        let (count, rate) = (connected.count, connected.rate);
        self.counted = Some(connected);
        let settings = &limits.settings;
        if exceeds(count, settings.connection_count) {
            self.warn_exceeded("Connection concurrency", count);
        } else if exceeds(rate, settings.connection_rate) {
            self.warn_exceeded("Connection rate", rate);
        } else {
            return None;
        }
        self.mistakes.policy = true;
        let host = &self.daemon.settings.hostname;
        let text = format!("{host} Error: too many connections from {}", self.peer.client.address);
        Some(Reply::new(421, 7, 0, text))
    }

    /// The client is gone.
    pub(crate) async fn discount_connection(&mut self) {
        if let Some(connected) = self.counted.take()
            && let Err(error) = self.daemon.limits.anvil.disconnect(&connected).await
        {
            self.log.warning(error);
        }
    }

    /// MAIL, RCPT, VRFY or AUTH, whatever comes of it: a refusal, if there have been too many.
    pub(crate) async fn count_command(&mut self, line: &Line) -> Option<Refusal> {
        let settings = &self.daemon.limits.settings;
        let verb = self.session.counted(line)?;
        let (event, limit, name, what) = match verb {
            Verb::Mail => {
                (Event::Message, settings.message_rate, "Message delivery request rate", "much mail")
            }
            Verb::Auth => (Event::Auth, settings.auth_rate, "AUTH command rate", "many AUTH commands"),
            _ => (Event::Recipient, settings.recipient_rate, "Recipient address rate", "many recipients"),
        };
        let rate = self.count(event, limit).await.filter(|rate| exceeds(*rate, limit))?;
        self.warn_exceeded(name, rate);
        self.mistakes.policy = true;
        let text = format!("Error: too {what} from {}", self.peer.client.address);
        Some(Refusal::new(verb, Reply::new(450, 7, 1, text)))
    }

    /// A client that has made too many TLS handshakes may not begin another one.
    pub(crate) async fn refuses_new_tls(&self, request: &str) -> bool {
        let limit = self.daemon.limits.settings.new_tls_rate;
        if !self.count(Event::NewTlsReport, limit).await.is_some_and(|rate| exceeds(rate, limit)) {
            return false;
        }
        let (client, service) = (&self.peer.label, &self.daemon.limits.settings.service);
        self.log.warning(format_args!("Refusing {request} request from {client} for service {service}"));
        true
    }

    /// The client has made a TLS handshake; true if it was one too many.
    pub(crate) async fn counts_new_tls(&self) -> bool {
        let limit = self.daemon.limits.settings.new_tls_rate;
        let Some(rate) = self.count(Event::NewTls, limit).await.filter(|rate| exceeds(*rate, limit)) else {
            return false;
        };
        self.warn_exceeded("New TLS session rate", rate);
        true
    }

    /// What the client hears about that.
    pub(crate) fn too_many_tls_sessions(&self) -> String {
        format!("Error: too many new TLS sessions from {}", self.peer.label)
    }

    /// Has anvil(8) count an event; None when there is no limit to it, or nobody to ask.
    async fn count(&self, event: Event, limit: u32) -> Option<u32> {
        let Connected { ident, .. } = self.counted.as_ref().filter(|_| limit > 0)?;
        let rate = self.daemon.limits.anvil.rate(event, ident).await;
        rate.map_err(|error| self.log.warning(error)).ok()
    }

    fn warn_exceeded(&self, what: &str, number: u32) {
        let (client, service) = (&self.peer.label, &self.daemon.limits.settings.service);
        self.log.warning(format_args!("{what} limit exceeded: {number} from {client} for service {service}"));
    }
}

/// A limit of 0 is none.
fn exceeds(number: u32, limit: u32) -> bool {
    limit > 0 && number > limit
}

/// Postfix has no parameter for it.
const ANVIL: &str = "private/anvil";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_counted_by_network() {
        let (v4, v6) = ("192.0.2.77".parse().unwrap(), "2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(v4_network(v4, 32), None);
        assert_eq!(v4_network(v4, 24).unwrap(), "192.0.2.0/24");
        assert_eq!(v4_network(v4, 0).unwrap(), "0.0.0.0/0");
        assert_eq!(v6_network(v6, 128), None);
        assert_eq!(v6_network(v6, 84).unwrap(), "2001:db8:1:2:3::/84");
        assert_eq!(v6_network(v6, 0).unwrap(), "::/0");
    }
}
