//! Mail for a user: another transport, a command, a maildir or a mailbox; and mail for nobody.

use super::attributes::{Attributes, Name};
use super::destination::Destination;
use super::expansion::Expansion;
use crate::agent::sent;
use crate::fault::{fate, prefixed};
use crate::mbox::{Appending, Target};
use crate::rendering::Style;
use crate::user::{Account, as_actor};
use ipc::Conversation;
use ipc::deliver::{Reply, Request};
use mail::{Address, Outcome};
use os::acting::Actor;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tables::Maps;

impl Expansion<'_> {
    /// Delivers to the user's mailbox; false when there is no such user.
    pub(crate) async fn mailbox(&mut self, attributes: &Attributes, name: &Name) -> Result<bool, Outcome> {
        let local = self.local;
        let transport = self.per_user(&local.mailbox_transports, &name.user).await?;
        let transport = transport.or_else(|| non_empty(&self.settings().mailbox_transport));
        if let Some(transport) = transport {
            if !self.been_here(format!("mailbox {}", name.user)) {
                self.pass(attributes, &transport).await?;
            }
            return Ok(true);
        }
        let Some(account) = Account::by_name(&name.user).await? else { return Ok(false) };
        if self.been_here(format!("mailbox {}", name.user)) {
            return Ok(true);
        }
        let command = self.per_user(&local.mailbox_commands, &name.user).await?;
        if let Some(command) = command.or_else(|| non_empty(&self.settings().mailbox_command)) {
            return self.run(attributes, Some(&account), &command).await.map(|()| true);
        }
        self.by_files(attributes, name, &account).await.map(|()| true)
    }

    async fn by_files(
        &mut self,
        attributes: &Attributes,
        name: &Name,
        account: &Account,
    ) -> Result<(), Outcome> {
        let settings = self.settings();
        if !settings.home_mailbox.is_empty() {
            let path = Path::new(&account.home).join(&settings.home_mailbox);
            if settings.home_mailbox.ends_with('/') {
                return self.maildir(attributes, account, path).await;
            }
            return self.append(attributes, account, path, account.actor(&[])).await;
        }
        // A user's name is a file name here; the user database has none with a slash, but who knows.
        if name.user.contains('/') || name.user.starts_with('.') {
            return Err(fate("5.1.1", format!("unknown user: \"{}\"", name.user)));
        }
        let path = settings.spool.join(&name.user);
        if settings.spool_is_maildir {
            return self.maildir(attributes, account, path).await;
        }
        let actor = spool_actor(&settings.spool, account);
        self.append(attributes, account, path, actor).await
    }

    async fn append(
        &mut self,
        attributes: &Attributes,
        account: &Account,
        path: PathBuf,
        actor: Actor,
    ) -> Result<(), Outcome> {
        let settings = self.settings();
        if self.job.request.probe {
            self.settle(attributes, sent("delivers to mailbox")).await;
            return Ok(());
        }
        let appending = Appending {
            target: Target::Mailbox { owner: settings.strict_ownership.then_some(account.uid) },
            locking: settings.locking.clone(),
            limit: settings.mailbox_limit,
            otherwise: "4.2.0",
        };
        let context = format!("cannot update mailbox {} for user {}. ", path.display(), account.name);
        let style = Style { delivered_to: settings.delivered_header.file, ..Style::mailbox() };
        let (stamp, job) = (self.stamp(attributes), Arc::clone(self.job));
        as_actor(Some(actor), move || appending.append(&path, &job.message, &stamp, &style))
            .await?
            .map_err(|outcome| prefixed(outcome, &context))?;
        self.settle(attributes, sent("delivered to mailbox")).await;
        Ok(())
    }

    /// Nobody here has this name.
    pub(crate) async fn unknown(&mut self, attributes: &Attributes, name: &Name) -> Result<(), Outcome> {
        let local = self.local;
        let transport = self.per_user(&local.fallback_transports, &name.user).await?;
        if let Some(transport) = transport.or_else(|| non_empty(&self.settings().fallback_transport)) {
            return self.pass(attributes, &transport).await;
        }
        if let Some(relay) = non_empty(&self.settings().luser_relay) {
            return self.luser_relay(attributes, name, &relay);
        }
        // Mail that everybody may write to must not bounce, or bounces would bounce.
        if ALWAYS_THERE.contains(&name.user.as_str()) {
            self.job.log.warning(format_args!("required alias not found: {}", name.user));
            self.settle(attributes, sent("discarded")).await;
            return Ok(());
        }
        Err(fate("5.1.1", format!("unknown user: \"{}\"", name.user)))
    }

    fn luser_relay(&mut self, attributes: &Attributes, name: &Name, relay: &str) -> Result<(), Outcome> {
        if attributes.level > DEEPEST || attributes.expanded_from.as_deref() == Some(LUSER_RELAY) {
            return Err(fate("5.1.1", format!("unknown user: \"{}\"", name.user)));
        }
        let expanded = name.expand(relay, attributes, None, None).map_err(|fault| {
            self.job.log.warning(format_args!("luser_relay: {fault}"));
            fate("4.3.5", "mail system configuration error")
        })?;
        let next = Attributes {
            level: attributes.level + 1,
            expanded_from: Some(LUSER_RELAY.to_owned()),
            ..attributes.clone()
        };
        let text = Address::new(expanded.text).to_external();
        self.destinations(next, vec![Destination::Address { text, literal: false }]);
        Ok(())
    }

    async fn per_user(&self, maps: &Maps, user: &str) -> Result<Option<String>, Outcome> {
        maps.find(user).await.map_err(|error| {
            self.job.log.warning(error);
            fate("4.3.0", "mail system configuration error")
        })
    }

    /// Hands one recipient on to another delivery agent and waits for its fate. That agent logs it.
    async fn pass(&mut self, attributes: &Attributes, transport: &str) -> Result<(), Outcome> {
        let (service, nexthop) = transport.split_once(':').unwrap_or((transport, ""));
        let nexthop = match nexthop {
            "" => attributes.recipient.address.domain().unwrap_or(&self.settings().my_hostname),
            nexthop => nexthop,
        };
        let request = Request {
            nexthop: nexthop.to_owned(),
            sender: attributes.sender.clone(),
            recipients: vec![attributes.recipient.clone()],
            ..self.job.request.clone()
        };
        let (id, address) = (&request.queue_id, &attributes.recipient.address);
        self.job.log.info(format_args!("{id}: passing <{address}> to transport={service}"));
        let outcome = self.ask_agent(service, &request).await.map_err(|why| {
            self.job.log.warning(format_args!("delivery agent {service}: {why}"));
            fate("4.3.0", "unable to pass the message to another delivery agent")
        })?;
        self.settle_logged(outcome);
        Ok(())
    }

    async fn ask_agent(&self, service: &str, request: &Request) -> Result<Outcome, ipc::IpcError> {
        let mut agent = Conversation::connect(&self.local.queue.join("private").join(service)).await?;
        agent.send_with(request, self.job.message.as_fd()).await?;
        let mut fate = None;
        loop {
            match agent.expect::<Reply>().await? {
                Reply::Recipient { outcome, .. } => fate = Some(outcome),
                Reply::Done { .. } => return fate.ok_or(ipc::IpcError::Malformed("reply (no recipient)")),
            }
        }
    }
}

/// Who writes into the mail spool: its own group when that may write there (and make lock files), root when
/// only root may; in a directory that is open to all, the user alone.
fn spool_actor(spool: &Path, account: &Account) -> Actor {
    let own = account.actor(&[]);
    match std::fs::metadata(spool) {
        Ok(data) if data.mode() & 0o002 != 0 => own,
        Ok(data) if data.mode() & 0o020 != 0 => Actor { gid: data.gid(), groups: vec![account.gid], ..own },
        _ => own,
    }
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

const ALWAYS_THERE: [&str; 3] = ["postmaster", "mailer-daemon", "double-bounce"];
const LUSER_RELAY: &str = "luser_relay";
const DEEPEST: u32 = 100;
