//! Where mail for an address goes: transport, next hop, recipient and address class (trivial-rewrite(8),
//! ADDRESS_CLASS_README). Decisions only: domain lists and tables answer through [`Tables`].
//!
//! Routing operators are looked for even inside quotes, because other systems see them there; else one could
//! relay through us with `"user@elsewhere"@here`.

use crate::host::{is_hostname, literal_address};
use crate::settings::{DomainList, Found, Map, Settings, Tables};
use crate::standard::{internal_form, last, strip_trailing_dot};
use crate::{Key, TransportEntry, address_keys, split_extension, standard_tokens};
use mail::{Address, AddressClass};
use message::{Token, scan};
use std::net::IpAddr;

/// Why no decision was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A table failed, or main.cf has no usable value: ask again later. The text is for the log.
    TryAgain(String),
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The service that delivers.
    pub transport: String,
    /// Its destination, or the text of the `error` transport.
    pub nexthop: String,
    /// The recipient as the transport is to see it.
    pub recipient: Address,
    /// The kind of domain.
    pub class: AddressClass,
    /// The local part has routing operators.
    pub has_routing: bool,
    /// The address is malformed.
    pub is_error: bool,
    /// Warnings for the log (`helpful_warnings`).
    pub warnings: Vec<String>,
}

/// Settings and tables together.
pub struct Resolver<'a, T> {
    /// What is configured.
    pub settings: &'a Settings,
    /// Who is asked.
    pub tables: &'a T,
}

impl<T: Tables> Resolver<'_, T> {
    /// Decides where mail from `sender` to `address` (both internal form) goes.
    pub async fn resolve(&self, sender: &Address, address: &Address) -> Result<Decision, Flaw> {
        let Stripped { tokens, local, mut has_routing } = self.strip_local_domains(address).await?;
        let mut local = local;
        let mut recipient = internal_form(&tokens);
        let mut domain = domain_of(&recipient).to_owned();
        if self.settings.resolve_numeric_domain && domain.parse::<IpAddr>().is_ok() {
            domain = format!("[{domain}]");
            recipient = format!("{}@{domain}", &recipient[..recipient.rfind('@').unwrap_or(recipient.len())]);
            local = self.is_local(&domain).await?;
        }
        if !self.is_deliverable(&recipient, &domain) {
            return Ok(malformed(recipient, has_routing));
        }
        let first = recipient.find(['@', '!', '%']).map_or(recipient.len(), |at| at + 1);
        has_routing |= recipient[first..] != domain;
        let mut decision = Decision {
            transport: String::new(),
            nexthop: domain.clone(),
            recipient: Address::new(recipient),
            class: AddressClass::Local,
            has_routing,
            is_error: false,
            warnings: Vec::new(),
        };
        let blame = self.by_class(&mut decision, &domain, local, sender).await?;
        self.split_transport(&mut decision, blame)?;
        if decision.class != AddressClass::VirtualAlias {
            self.transport_map(&mut decision, &domain).await?;
        }
        self.relocated(&mut decision).await?;
        Ok(decision)
    }

    /// Takes `@domain` off as long as the domain is ours, and brings what was behind it (`user%domain`,
    /// `site!user`, quoted or not) into standard form, until a foreign domain or a plain user is left.
    async fn strip_local_domains(&self, address: &Address) -> Result<Stripped, Flaw> {
        let mut state = Stripping {
            tokens: scan(address.to_external().as_bytes(), usize::MAX),
            saved_domain: None,
            has_routing: false,
        };
        // Each round takes something away; the limit only guards against a pathological address.
        for _ in 0..address.as_str().len() + 100 {
            strip_trailing_dot(&mut state.tokens);
            if self.settings.resolve_null_domain && state.tokens.last().is_some_and(|t| t.is_op(b'@')) {
                state.tokens.pop();
            }
            if let Some(at) = last(&state.tokens, b'@') {
                let domain = internal_form(&state.tokens[at + 1..]);
                if at + 1 < state.tokens.len() && !self.is_local(&domain).await? {
                    return Ok(Stripped {
                        tokens: state.tokens,
                        local: false,
                        has_routing: state.has_routing,
                    });
                }
                state.saved_domain = Some(state.tokens.split_off(at));
            }
            if self.another_round(&mut state) {
                continue;
            }
            let mut tokens = state.tokens;
            tokens.extend(state.saved_domain.unwrap_or_default());
            return Ok(Stripped { tokens, local: true, has_routing: state.has_routing });
        }
        Err(Flaw::TryAgain(format!("<{address}>: giving up after too many iterations")))
    }

    /// After a local domain went away: is there another domain in what is left? Fills in what is missing.
    fn another_round(&self, state: &mut Stripping) -> bool {
        let rules = &self.settings.rules;
        let tokens = &mut state.tokens;
        if last(tokens, b'@').is_some()
            || (rules.swap_bangpath && last(tokens, b'!').is_some())
            || (rules.allow_percent_hack && last(tokens, b'%').is_some())
        {
            standard_tokens(tokens, rules, &self.settings.origin);
            state.has_routing = true;
            return true;
        }
        if let Some(opened) = self.dequoted(tokens) {
            *tokens = opened;
            standard_tokens(tokens, rules, &self.settings.origin);
            state.has_routing = true;
            return true;
        }
        if matches!(tokens.as_slice(), [Token::Quoted(text)] if text.is_empty()) {
            tokens.clear();
        }
        if tokens.is_empty() {
            *tokens = scan(self.settings.empty_address_recipient.as_bytes(), usize::MAX);
            return true;
        }
        if state.saved_domain.is_none() {
            tokens.push(Token::Op(b'@'));
            tokens.extend(scan(self.settings.myhostname.as_bytes(), usize::MAX));
            return true;
        }
        false
    }

    /// A quoted local part with a routing operator, cracked open (`resolve_dequoted_address`).
    fn dequoted(&self, tokens: &[Token]) -> Option<Vec<Token>> {
        let rules = &self.settings.rules;
        let [Token::Quoted(text)] = tokens else { return None };
        if !self.settings.resolve_dequoted_address {
            return None;
        }
        let find = |op: u8| text.iter().rposition(|&b| b == op);
        let mut opened = text.clone();
        let at = find(b'@').or_else(|| {
            let percent = find(b'%').filter(|_| rules.allow_percent_hack)?;
            opened[percent] = b'@';
            Some(percent)
        });
        if at.is_some() {
            let address = Address::new(String::from_utf8_lossy(&opened).into_owned());
            return Some(scan(address.to_external().as_bytes(), usize::MAX));
        }
        let bang = find(b'!').filter(|_| rules.swap_bangpath);
        bang.map(|_| scan(&opened, usize::MAX))
    }

    async fn is_local(&self, domain: &str) -> Result<bool, Flaw> {
        let name = match domain.strip_suffix('.') {
            Some(shorter) if !shorter.is_empty() && !shorter.ends_with('.') => shorter,
            _ => domain,
        };
        if self.contains(DomainList::Local, name).await? {
            return Ok(true);
        }
        Ok(literal_address(name).is_some_and(|address| self.tables.is_own_address(address)))
    }

    fn is_deliverable(&self, recipient: &str, domain: &str) -> bool {
        let domain_ok = match domain.starts_with('[') {
            true => literal_address(domain).is_some(),
            false => is_hostname(domain, self.settings.smtputf8),
        };
        domain_ok && (self.settings.allow_min_user || !recipient.starts_with('-'))
    }

    /// The transport and next hop of the address class; gives the parameter to blame for a bad value.
    async fn by_class(
        &self,
        decision: &mut Decision,
        domain: &str,
        local: bool,
        sender: &Address,
    ) -> Result<&'static str, Flaw> {
        if local {
            self.warn_of_second_list(decision, domain, DomainList::Local).await?;
            decision.class = AddressClass::Local;
            decision.transport.clone_from(&self.settings.local_transport);
            return Ok("local_transport");
        }
        if self.contains(DomainList::VirtualAlias, domain).await? {
            self.warn_of_second_list(decision, domain, DomainList::VirtualAlias).await?;
            let table =
                if self.settings.show_user_unknown_table_name { " in virtual alias table" } else { "" };
            decision.class = AddressClass::VirtualAlias;
            decision.transport = format!("error:5.1.1 User unknown{table}");
            return Ok("virtual_alias_domains");
        }
        if self.contains(DomainList::VirtualMailbox, domain).await? {
            self.warn_of_second_list(decision, domain, DomainList::VirtualMailbox).await?;
            decision.class = AddressClass::VirtualMailbox;
            decision.transport.clone_from(&self.settings.virtual_transport);
            return Ok("virtual_transport");
        }
        self.elsewhere(decision, domain, sender).await
    }

    /// Relay and default class: the relayhost, general or by sender, stands in for the domain.
    async fn elsewhere(
        &self,
        decision: &mut Decision,
        domain: &str,
        sender: &Address,
    ) -> Result<&'static str, Flaw> {
        let blame = if self.contains(DomainList::Relay, domain).await? {
            decision.class = AddressClass::Relay;
            decision.transport.clone_from(&self.settings.relay_transport);
            "relay_transport"
        } else {
            decision.class = AddressClass::Default;
            let key = &self.settings.empty_default_transport_key;
            let by_sender = self.by_sender(decision, Map::SenderDefaultTransport, sender, key).await?;
            match by_sender {
                Some(Choice::Use(transport)) => decision.transport = transport,
                _ => decision.transport.clone_from(&self.settings.default_transport),
            }
            "default_transport"
        };
        let key = &self.settings.empty_relayhost_key;
        match self.by_sender(decision, Map::SenderRelayhost, sender, key).await? {
            Some(Choice::Use(relay)) => decision.nexthop = relay,
            Some(Choice::Dunno) => {}
            None if self.settings.relayhost.is_empty() => {}
            None => decision.nexthop.clone_from(&self.settings.relayhost),
        }
        Ok(blame)
    }

    async fn by_sender(
        &self,
        decision: &mut Decision,
        map: Map,
        sender: &Address,
        empty_key: &str,
    ) -> Result<Option<Choice>, Flaw> {
        // The key for the null sender is no address, and is not taken apart.
        let (key, found) = match sender.is_null() {
            true => (empty_key, self.find(map, empty_key, false).await?),
            false => (sender.as_str(), self.find_address(map, sender.as_str()).await?),
        };
        let choice = found.map(|found| {
            if found.is_empty() {
                let name = map.parameter();
                decision.warnings.push(format!("{name}: ignoring null lookup result for {key}"));
            }
            let dunno = found.is_empty() || found.eq_ignore_ascii_case("DUNNO");
            if dunno { Choice::Dunno } else { Choice::Use(found) }
        });
        Ok(choice)
    }

    /// `transport:nexthop` of main.cf: the next hop given there wins.
    fn split_transport(&self, decision: &mut Decision, blame: &str) -> Result<(), Flaw> {
        let entry = TransportEntry::parse(&decision.transport);
        if !entry.nexthop.is_empty() {
            decision.nexthop = entry.nexthop;
        }
        decision.transport = entry.transport;
        let missing = match (decision.transport.is_empty(), decision.nexthop.is_empty()) {
            (true, _) => "transport",
            (_, true) => "nexthop",
            _ => return Ok(()),
        };
        Err(Flaw::TryAgain(format!("parameter {blame}: null {missing} is not allowed")))
    }

    /// Lookup order of transport(5): `user+x@domain`, `user@domain`, `domain`, `.parent` ..., `*`.
    async fn transport_map(&self, decision: &mut Decision, domain: &str) -> Result<(), Flaw> {
        let recipient = decision.recipient.as_str().to_owned();
        let mut found = self.find(Map::Transport, &recipient, false).await?;
        let (local, _) = recipient.rsplit_once('@').unwrap_or((&recipient, ""));
        if let (None, Some((user, _))) = (&found, split_extension(local, &self.settings.delimiter)) {
            found = self.find(Map::Transport, &format!("{user}@{domain}"), true).await?;
        }
        let mut name = domain;
        while found.is_none() && !name.is_empty() {
            found = self.find(Map::Transport, name, true).await?;
            let Some(dot) = name.char_indices().skip(1).find(|(_, c)| *c == '.').map(|(at, _)| at) else {
                break;
            };
            name = &name[dot + usize::from(self.settings.transport_parent_matches)..];
        }
        if found.is_none() {
            found = self.find(Map::Transport, "*", true).await?;
        }
        if let Some(found) = found {
            let entry = TransportEntry::parse(&found);
            entry.apply(&mut decision.transport, &mut decision.nexthop, domain);
        }
        Ok(())
    }

    async fn relocated(&self, decision: &mut Decision) -> Result<(), Flaw> {
        let recipient = decision.recipient.as_str().to_owned();
        if let Some(place) = self.find_address(Map::Relocated, &recipient).await? {
            let prefix = if self.settings.relocated_prefix { "5.1.6 User has moved to " } else { "" };
            decision.transport = "error".to_owned();
            decision.nexthop = format!("{prefix}{place}");
        }
        Ok(())
    }

    /// The lookup order that canonical, relocated and sender-dependent tables share.
    async fn find_address(&self, map: Map, address: &str) -> Result<Found, Flaw> {
        let keys = address_keys(address, &self.settings.delimiter);
        if let Some(found) = self.find_first(map, &keys.address).await? {
            return Ok(Some(found));
        }
        if let Some(domain) = &keys.domain
            && (domain.eq_ignore_ascii_case(&self.settings.origin.origin) || self.is_local(domain).await?)
            && let Some(found) = self.find_first(map, &keys.local).await?
        {
            return Ok(Some(found));
        }
        self.find_first(map, keys.domain_key.as_slice()).await
    }

    async fn find_first(&self, map: Map, keys: &[Key]) -> Result<Found, Flaw> {
        for key in keys {
            if let Some(found) = self.find(map, &key.text, key.partial).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn find(&self, map: Map, key: &str, partial: bool) -> Result<Found, Flaw> {
        let found = self.tables.find(map, key, partial).await;
        found.map_err(|cause| Flaw::TryAgain(format!("{} lookup failure: {cause}", map.parameter())))
    }

    async fn contains(&self, list: DomainList, domain: &str) -> Result<bool, Flaw> {
        let found = self.tables.contains(list, domain).await;
        found.map_err(|cause| Flaw::TryAgain(format!("{} lookup failure: {cause}", list.parameter())))
    }

    /// A domain belongs into one list only; which one wins else is an accident.
    async fn warn_of_second_list(
        &self,
        decision: &mut Decision,
        domain: &str,
        first: DomainList,
    ) -> Result<(), Flaw> {
        let others: &[DomainList] = match first {
            DomainList::Local => &[DomainList::VirtualAlias, DomainList::VirtualMailbox],
            DomainList::VirtualAlias => &[DomainList::VirtualMailbox, DomainList::Relay],
            _ => &[DomainList::Relay],
        };
        for &other in others {
            if self.settings.helpful_warnings && self.contains(other, domain).await? {
                let (one, two) = (first.parameter(), other.parameter());
                let warning = format!("do not list domain {domain} in BOTH {one} and {two}");
                decision.warnings.push(warning);
            }
        }
        Ok(())
    }
}

struct Stripped {
    tokens: Vec<Token>,
    local: bool,
    has_routing: bool,
}

struct Stripping {
    tokens: Vec<Token>,
    /// The last local domain that was taken off, with its `@`.
    saved_domain: Option<Vec<Token>>,
    has_routing: bool,
}

enum Choice {
    Use(String),
    Dunno,
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn malformed(recipient: String, has_routing: bool) -> Decision {
    Decision {
        transport: "error".to_owned(),
        nexthop: "5.1.3 bad address syntax".to_owned(),
        recipient: Address::new(recipient),
        class: AddressClass::Default,
        has_routing,
        is_error: true,
        warnings: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
