//! The heart of local(8): who gets the mail of one recipient. Aliases first, then .forward, then the mailbox
//! (semantics: local(8) and its precedence of delivery methods).

use super::attributes::{Attributes, Name, Source};
use super::destination::{Destination, parse};
use super::forwarding::Forwards;
use super::{Local, settings::Settings};
use crate::agent::{Job, sent};
use crate::fault::fate;
use crate::loops::Delivered;
use crate::user::Account;
use ipc::rewrite::{Context, Reply, Request as Rewrite, Resolved};
use mail::{Address, Diagnosis, Enhanced, Notify, Outcome, Recipient};
use std::collections::HashSet;
use std::sync::Arc;
use tables::Key;

/// The expansion of one recipient of one request.
pub(crate) struct Expansion<'a> {
    pub(crate) local: &'a Local,
    pub(crate) job: &'a Arc<Job>,
    delivered: Arc<Delivered>,
    /// `duplicate_filter_limit`: what was delivered to already.
    seen: HashSet<String>,
    pub(crate) forwards: Forwards,
    outcomes: Vec<Outcome>,
    /// The recipient itself is an alias, and this is what its sender is told (RFC 3461 5.2.7): delivered to a list
    /// with an owner, or expanded.
    told: Option<&'static str>,
    /// What is still to be delivered to, the next one last. A list and not recursion: the depth of aliases is
    /// bounded by a count, not by the stack.
    work: Vec<(Arc<Attributes>, Destination)>,
}

impl<'a> Expansion<'a> {
    pub(crate) fn new(local: &'a Local, job: &'a Arc<Job>, delivered: Arc<Delivered>) -> Self {
        let (seen, forwards, outcomes) = (HashSet::new(), Forwards::default(), Vec::new());
        Self { local, job, delivered, seen, forwards, outcomes, told: None, work: Vec::new() }
    }

    /// Delivers to one recipient; the one fate that stands for all that it expanded to.
    pub(crate) async fn deliver(mut self, recipient: &Recipient) -> Outcome {
        let attributes = Attributes {
            recipient: recipient.clone(),
            sender: self.job.request.sender.clone(),
            owner: None,
            delivered: None,
            level: 0,
            source: Source::Envelope,
            expanded_from: None,
            account: None,
            unmatched: None,
            literal: false,
        };
        self.recipient(attributes).await;
        while let Some((attributes, destination)) = self.work.pop() {
            if let Err(outcome) = self.destination(&attributes, destination).await {
                self.settle(&attributes, outcome).await;
            }
        }
        let forwarded = self.forward_all(recipient).await;
        self.outcomes.extend(forwarded);
        let wanted = recipient.notify.has(Notify::SUCCESS) && !self.job.request.trace;
        match (combine(self.outcomes), self.told.filter(|_| wanted)) {
            (Outcome::Sent(_), Some(action)) => {
                let why = Diagnosis::new(Enhanced::new(0, 0), "alias expanded");
                Outcome::Sent(Diagnosis { action: Some(action.to_owned()), ..why })
            }
            (outcome, _) => outcome,
        }
    }

    pub(crate) fn settings(&self) -> &'a Settings {
        &self.local.settings
    }

    /// The fate of an address that was delivered to: logged, and kept.
    pub(crate) async fn settle(&mut self, attributes: &Attributes, outcome: Outcome) {
        let outcome = self.job.log_fate(&attributes.recipient, outcome).await;
        self.outcomes.push(outcome);
    }

    /// A fate that another agent has logged.
    pub(crate) fn settle_logged(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    /// True the second time that something is to be delivered to.
    pub(crate) fn been_here(&mut self, what: String) -> bool {
        if self.seen.contains(&what) {
            return true;
        }
        let limit = self.settings().duplicates;
        if limit == 0 || self.seen.len() < limit {
            self.seen.insert(what);
        }
        false
    }

    /// One address of this system.
    async fn recipient(&mut self, mut attributes: Attributes) {
        let address = attributes.recipient.address.clone();
        let folded = address.as_str().to_lowercase();
        if self.been_here(format!("recipient {} {folded}", attributes.level)) {
            return;
        }
        if self.delivered.has(&address) {
            let text = format!("mail forwarding loop for {address}");
            return self.settle(&attributes, fate("5.4.6", text)).await;
        }
        if attributes.delivered.is_none() {
            attributes.delivered = Some(address.clone());
        }
        let name = Name::of(&address, self.settings());
        if let Err(outcome) = self.choose(&attributes, &name).await {
            self.settle(&attributes, outcome).await;
        }
    }

    /// The precedence of delivery methods. An error is the fate of the address.
    async fn choose(&mut self, attributes: &Attributes, name: &Name) -> Result<(), Outcome> {
        if !attributes.literal {
            if self.alias(attributes, name, &name.local, None).await? {
                return Ok(());
            }
            let unmatched = name.extension.as_deref();
            if unmatched.is_some() && self.alias(attributes, name, &name.user, unmatched).await? {
                return Ok(());
            }
            // A different recipient than the owner of the expansion gets a message of its own, so that its
            // delivery status is kept apart; so does everybody in an :include: file.
            let foreign =
                attributes.owner.as_ref().is_some_and(|owner| !owner.eq_ignore_ascii_case(&name.user));
            if foreign || attributes.source == Source::Include {
                self.forwards.add(attributes);
                return Ok(());
            }
            if self.dot_forward(attributes, name).await? {
                return Ok(());
            }
        }
        if self.mailbox(attributes, name).await? {
            return Ok(());
        }
        self.unknown(attributes, name).await
    }

    /// Aliases: true when `key` is one.
    async fn alias(
        &mut self,
        attributes: &Attributes,
        name: &Name,
        key: &str,
        unmatched: Option<&str>,
    ) -> Result<bool, Outcome> {
        // An alias that lists itself means the user of that name.
        if attributes.expanded_from.as_ref().is_some_and(|from| from.eq_ignore_ascii_case(key)) {
            return Ok(false);
        }
        let Some(found) = self.find_alias(key).await? else { return Ok(false) };
        if self.job.request.probe && !self.job.request.trace {
            // An address that verify(8) asks about; `sendmail -bv` wants to see what comes of it.
            let outcome = fate("2.0.0", format!("aliased to {}", found.value));
            self.settle(attributes, outcome).await;
            return Ok(true);
        }
        self.check_level(attributes, key)?;
        let mut next =
            Attributes { account: self.alias_account(found.owner_uid).await?, ..attributes.clone() };
        self.set_owner(&mut next, key).await?;
        if attributes.level == 0 {
            self.told.get_or_insert(if next.owner.is_some() { "delivered" } else { "expanded" });
        }
        next.level += 1;
        next.source = Source::Alias;
        next.expanded_from = Some(key.to_owned());
        next.unmatched = self.passed_on(unmatched, self.settings().propagate.alias);
        if !self.settings().frozen_delivered_to {
            next.delivered = Some(attributes.recipient.address.clone());
        }
        let destinations = parse(&found.value);
        if destinations.is_empty() {
            self.job
                .log
                .warning(format_args!("{}: alias {key} of {} has no destination", found.table, name.local));
            return Err(fate("5.3.5", "mail system configuration error"));
        }
        self.destinations(next, destinations);
        Ok(true)
    }

    async fn find_alias(&self, key: &str) -> Result<Option<tables::Found>, Outcome> {
        let key = Key { text: key.to_owned(), partial: false, extension: None };
        self.local.aliases.find_first(&[key]).await.map_err(|error| {
            self.job.log.warning(error);
            fate("4.3.0", "alias database unavailable")
        })
    }

    fn check_level(&self, attributes: &Attributes, name: &str) -> Result<(), Outcome> {
        if attributes.level <= DEEPEST {
            return Ok(());
        }
        let text = format!("alias database loop for {name}");
        self.job.log.warning(&text);
        Err(fate("5.4.6", text))
    }

    /// The owner of an alias file lends its rights, unless it is root.
    async fn alias_account(&self, owner: Option<u32>) -> Result<Option<Account>, Outcome> {
        match owner {
            None | Some(0) => Ok(None),
            Some(uid) => match Account::by_uid(uid).await? {
                Some(account) => Ok(Some(account)),
                None => {
                    self.job.log.warning(format_args!("cannot find alias database owner: uid {uid}"));
                    Err(fate("4.3.0", "cannot find alias database owner"))
                }
            },
        }
    }

    /// `owner-name`: its address takes the place of the sender.
    async fn set_owner(&self, next: &mut Attributes, name: &str) -> Result<(), Outcome> {
        let owner = format!("owner-{name}");
        let found = match self.settings().owner_request_special {
            true => self.find_alias(&owner).await?,
            false => None,
        };
        let Some(found) = found else {
            if self.settings().reset_owner_alias {
                next.owner = None;
                next.sender = self.job.request.sender.clone();
            }
            return Ok(());
        };
        let text = if self.settings().expand_owner_alias { found.value } else { owner };
        let address = self.canonical(&text).await?;
        next.owner = Some(address.as_str().to_owned());
        next.sender = address;
        // The list is the correspondent now: what it was sent to first is the list's business.
        // So are its delivery notices (RFC 3461 5.2.7).
        next.recipient.original = Address::null();
        next.recipient.dsn_orcpt = String::new();
        next.recipient.notify = mail::Notify::default();
        Ok(())
    }

    pub(crate) fn passed_on(&self, unmatched: Option<&str>, propagate: bool) -> Option<String> {
        unmatched.filter(|_| propagate).map(str::to_owned)
    }

    /// All destinations of an expansion.
    pub(crate) fn destinations(&mut self, attributes: Attributes, destinations: Vec<Destination>) {
        let attributes = Arc::new(attributes);
        self.work.extend(destinations.into_iter().rev().map(|one| (Arc::clone(&attributes), one)));
    }

    async fn destination(
        &mut self,
        attributes: &Attributes,
        destination: Destination,
    ) -> Result<(), Outcome> {
        let settings = self.settings();
        match destination {
            Destination::Command(_) if !attributes.source.is_in(settings.commands_from) => {
                Err(fate("5.7.1", "mail to command is restricted"))
            }
            Destination::File(_) if !attributes.source.is_in(settings.files_from) => {
                Err(fate("5.7.1", "mail to file is restricted"))
            }
            Destination::Command(command) => self.command(attributes, &command).await,
            Destination::File(path) => self.file(attributes, &path).await,
            Destination::Include(path) => self.include(attributes, &path).await,
            Destination::Address { text, literal } => self.address(attributes, &text, literal).await,
        }
    }

    /// An address in an expansion: of this system, or of another.
    async fn address(&mut self, attributes: &Attributes, text: &str, literal: bool) -> Result<(), Outcome> {
        let mut address = self.canonical(text).await?;
        if let Some(extension) = &attributes.unmatched {
            address = with_extension(&address, extension);
        }
        let resolved = self.resolve(&attributes.sender, address).await?;
        if resolved.is_error {
            return Err(fate("5.1.3", format!("bad recipient address syntax: \"{}\"", resolved.recipient)));
        }
        let mut next = Attributes { literal, unmatched: None, ..attributes.clone() };
        next.recipient.address = resolved.recipient;
        if resolved.transport == self.settings().service {
            self.recipient(next).await;
        } else {
            self.forwards.add(&next);
        }
        Ok(())
    }

    /// The standard form of an address in external form.
    async fn canonical(&self, text: &str) -> Result<Address, Outcome> {
        let request = Rewrite::Rewrite { context: Context::Local, address: text.to_owned() };
        match self.local.rewrite.call(&request).await {
            Ok(Reply::Rewritten(text)) => Ok(Address::from_external(&text)),
            Ok(other) => Err(self.no_rewrite(&format!("{other:?}"))),
            Err(error) => Err(self.no_rewrite(&error.to_string())),
        }
    }

    async fn resolve(&self, sender: &Address, address: Address) -> Result<Resolved, Outcome> {
        match self
            .local
            .rewrite
            .call(&Rewrite::Resolve { sender: sender.clone(), address, probe: false })
            .await
        {
            Ok(Reply::Resolved(resolved)) => Ok(resolved),
            Ok(other) => Err(self.no_rewrite(&format!("{other:?}"))),
            Err(error) => Err(self.no_rewrite(&error.to_string())),
        }
    }

    fn no_rewrite(&self, why: &str) -> Outcome {
        self.job.log.warning(format_args!("address resolver failure: {why}"));
        fate("4.3.0", "address resolver failure")
    }
}

fn with_extension(address: &Address, extension: &str) -> Address {
    match address.domain() {
        Some(domain) => Address::new(format!("{}{extension}@{domain}", address.local())),
        None => Address::new(format!("{address}{extension}")),
    }
}

/// One fate for the queue manager: what must be tried again decides, then what failed.
fn combine(outcomes: Vec<Outcome>) -> Outcome {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Deferred(_) => 0,
        Outcome::Bounced(_) => 1,
        Outcome::Sent(_) => 2,
    };
    outcomes.into_iter().min_by_key(rank).unwrap_or_else(|| sent("delivered"))
}

/// Nested expansions beyond this are a loop.
const DEEPEST: u32 = 100;
