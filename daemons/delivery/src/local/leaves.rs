//! Where expansion ends: commands and files that aliases and .forward files name, run and written with the
//! rights of whom the expansion belongs to.

use super::attributes::{Attributes, Name};
use super::expansion::Expansion;
use crate::agent::sent;
use crate::command::Command;
use crate::fault::{fate, prefixed};
use crate::maildir;
use crate::mbox::{Appending, Target};
use crate::rendering::{Stamp, Style};
use crate::user::{Account, as_actor};
use mail::{Address, Outcome};
use os::jail::Ids;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Expansion<'_> {
    /// `|command` of an alias or a .forward file.
    pub(crate) async fn command(&mut self, attributes: &Attributes, command: &str) -> Result<(), Outcome> {
        let account = attributes.account.clone();
        self.run(attributes, account.as_ref(), command).await
    }

    /// Runs a command for this address with the rights of `account`.
    pub(crate) async fn run(
        &mut self,
        attributes: &Attributes,
        account: Option<&Account>,
        command: &str,
    ) -> Result<(), Outcome> {
        let settings = self.settings();
        // No command ever runs as root.
        let acting = account.filter(|account| account.uid != 0).unwrap_or(&settings.default_account);
        if self.been_here(format!("command {} {command}", acting.uid)) {
            return Ok(());
        }
        if self.job.request.probe {
            self.settle(attributes, sent(format!("delivers to command: {command}"))).await;
            return Ok(());
        }
        let name = Name::of(&attributes.recipient.address, settings);
        let ids = Ids { uid: acting.uid, gid: acting.gid };
        let order = Command {
            argv: self.argv(command),
            shown: command.to_owned(),
            environment: self.environment(attributes, &name, account),
            ids,
            root: None,
            directory: self.command_directory(attributes, &name, account)?,
            limit: settings.command_limit,
            program: "local",
            stage: "",
            log: self.job.log.clone(),
        };
        let stamp = self.stamp(attributes);
        let style = Style { delivered_to: settings.delivered_header.command, ..Style::command() };
        let job = Arc::clone(self.job);
        as_actor(None, move || order.deliver(&job.message, &stamp, &style)).await??;
        self.settle(attributes, sent(format!("delivered to command: {command}"))).await;
        Ok(())
    }

    /// `/file/name` or `/directory/` of an alias or a .forward file.
    pub(crate) async fn file(&mut self, attributes: &Attributes, path: &str) -> Result<(), Outcome> {
        let settings = self.settings();
        let account = attributes.account.clone().filter(|account| account.uid != 0);
        let acting = account.unwrap_or_else(|| settings.default_account.clone());
        if self.been_here(format!("file {} {path}", acting.uid)) {
            return Ok(());
        }
        if path.ends_with('/') {
            return self.maildir(attributes, &acting, PathBuf::from(path)).await;
        }
        if self.job.request.probe {
            self.settle(attributes, sent(format!("delivers to file: {path}"))).await;
            return Ok(());
        }
        let appending = Appending {
            target: Target::External,
            locking: settings.locking.clone(),
            limit: settings.mailbox_limit,
            otherwise: "5.2.0",
        };
        let style = Style { delivered_to: settings.delivered_header.file, ..Style::mailbox() };
        let (stamp, job, place) = (self.stamp(attributes), Arc::clone(self.job), PathBuf::from(path));
        as_actor(Some(acting.actor(&[])), move || appending.append(&place, &job.message, &stamp, &style))
            .await?
            .map_err(|outcome| prefixed(outcome, &format!("cannot append message to file {path}: ")))?;
        self.settle(attributes, sent(format!("delivered to file: {path}"))).await;
        Ok(())
    }

    /// A maildir of this account.
    pub(crate) async fn maildir(
        &mut self,
        attributes: &Attributes,
        account: &Account,
        path: PathBuf,
    ) -> Result<(), Outcome> {
        if self.job.request.probe {
            self.settle(attributes, sent("delivers to maildir")).await;
            return Ok(());
        }
        let (stamp, job) = (self.stamp(attributes), Arc::clone(self.job));
        let host = self.settings().host.clone();
        as_actor(Some(account.actor(&[])), move || maildir::deliver(&path, &job.message, &stamp, &host))
            .await?
            .map_err(|outcome| prefixed(outcome, "maildir delivery failed: "))?;
        self.settle(attributes, sent("delivered to maildir")).await;
        Ok(())
    }

    /// The lines in front of the message.
    pub(crate) fn stamp(&self, attributes: &Attributes) -> Stamp {
        let delivered = attributes.delivered.as_ref().unwrap_or(&attributes.recipient.address);
        Stamp::new(&attributes.sender, &attributes.recipient, delivered)
            .with_original(self.settings().original_recipient)
    }

    /// local(8), EXTERNAL COMMAND DELIVERY: directly when no shell is needed.
    fn argv(&self, command: &str) -> Vec<OsString> {
        let shell = &self.settings().shell;
        if !shell.is_empty() {
            return shell.iter().map(OsString::from).chain([OsString::from(command)]).collect();
        }
        let words: Vec<&str> = command.split_ascii_whitespace().collect();
        if command.chars().all(|c| c.is_ascii_whitespace() || PLAIN.contains(c))
            && words.first().is_some_and(|program| is_program(program))
        {
            return words.into_iter().map(OsString::from).collect();
        }
        ["/bin/sh", "-c", command].map(OsString::from).to_vec()
    }

    /// Everything a command may know. Values come from strangers: what could mean something to a shell
    /// becomes `_`.
    fn environment(
        &self,
        attributes: &Attributes,
        name: &Name,
        account: Option<&Account>,
    ) -> Vec<(String, String)> {
        let allowed = &self.settings().command_filter;
        let clean = |value: &str| value.chars().map(|c| if allowed.contains(c) { c } else { '_' }).collect();
        let client = &self.job.request.client;
        let plain = |address: &Address| address.to_string();
        let mut environment = self.settings().environment.clone();
        let values = [
            ("SHELL", account.map(|a| a.shell.clone()).unwrap_or_default()),
            ("HOME", account.map(|a| a.home.clone()).unwrap_or_default()),
            ("USER", name.user.clone()),
            ("LOGNAME", name.user.clone()),
            ("EXTENSION", name.bare_extension().unwrap_or_default().to_owned()),
            ("DOMAIN", name.domain.clone()),
            ("LOCAL", name.local.clone()),
            ("RECIPIENT", plain(&attributes.recipient.address)),
            ("ORIGINAL_RECIPIENT", plain(&attributes.recipient.original)),
            ("SENDER", plain(&attributes.sender)),
            ("CLIENT_ADDRESS", client.address.clone()),
            ("CLIENT_HELO", client.helo.clone()),
            ("CLIENT_HOSTNAME", client.name.clone()),
            ("CLIENT_PROTOCOL", client.protocol.clone()),
            ("SASL_METHOD", client.sasl_method.clone()),
            ("SASL_SENDER", client.sasl_sender.clone()),
            ("SASL_USERNAME", client.sasl_username.clone()),
        ];
        let told = values.into_iter().filter(|(_, value)| !value.is_empty());
        environment.extend(told.map(|(name, value)| (name.to_owned(), clean(&value))));
        environment
    }

    fn command_directory(
        &self,
        attributes: &Attributes,
        name: &Name,
        account: Option<&Account>,
    ) -> Result<Option<PathBuf>, Outcome> {
        let template = &self.settings().command_directory;
        if template.is_empty() {
            return Ok(None);
        }
        let filter = Some(self.settings().directory_filter.as_str());
        match name.expand(template, attributes, account, filter) {
            Ok(expanded) => Ok(Some(expanded.text).filter(|text| !text.is_empty()).map(PathBuf::from)),
            Err(fault) => {
                self.job.log.warning(format_args!("command_execution_directory: {fault}"));
                Err(fate("4.3.5", "mail system configuration error"))
            }
        }
    }
}

/// A path, or a program that the PATH of commands has; anything else may be a word of the shell.
fn is_program(word: &str) -> bool {
    word.contains('/') || ["/usr/bin", "/bin"].iter().any(|place| Path::new(place).join(word).is_file())
}

/// Characters that mean nothing to a shell.
const PLAIN: &str = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
