//! local(8): aliases, .forward and :include: files, mailboxes and commands of the users of this system.

mod attributes;
mod destination;
mod expansion;
mod forwarding;
mod leaves;
mod mailbox;
mod reading;
mod settings;

#[cfg(test)]
mod tests;

use crate::agent::{Agent, Fates, Job, Reporting, serve};
use crate::fault::fate;
use crate::loops::Delivered;
use config::{Conf, p};
use expansion::Expansion;
use ipc::{Client, IpcError};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Spec, Stream};
use settings::Settings;
use status_filter::StatusFilter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tables::{Maps, Options, Warn};

/// local(8).
pub struct Local {
    settings: Settings,
    aliases: Maps,
    mailbox_commands: Maps,
    mailbox_transports: Maps,
    fallback_transports: Maps,
    rewrite: Client,
    cleanup: Client,
    filter: StatusFilter,
    /// Where the sockets of other services are; empty: the working directory.
    queue: PathBuf,
}

impl Daemon for Local {
    type Request = Stream;
    const SPEC: Spec = Spec { name: "local", privilege: Privilege::Root, sandbox: None, resident: false };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let log = before.log.clone();
        let warn = Warn::new(move |text| log.warning(text));
        // The working directory is the queue directory, in a chroot too.
        Self::from_conf(conf, &before.invocation.name, PathBuf::new(), warn)
    }

    async fn serve(&self, request: Stream, jailed: &Jailed) {
        serve(self, request, jailed).await;
    }
}

impl Agent for Local {
    fn reporting(&self) -> Reporting {
        let Settings { soft_bounce, resolution, .. } = self.settings;
        Reporting {
            relay: self.settings.service.clone(),
            soft_bounce,
            resolution,
            filter: self.filter.clone(),
        }
    }

    async fn deliver(&self, job: &Arc<Job>, fates: &mut Fates<'_>) -> Result<(), IpcError> {
        let delivered = match Delivered::read(&job.message) {
            Ok(delivered) => Arc::new(delivered),
            Err(error) => {
                for (index, recipient) in job.request.recipients.iter().enumerate() {
                    let outcome = fate("4.3.0", error.to_string());
                    fates.tell(index, job.log_fate(recipient, outcome).await).await?;
                }
                return Ok(());
            }
        };
        for (index, recipient) in job.request.recipients.iter().enumerate() {
            let outcome = Expansion::new(self, job, Arc::clone(&delivered)).deliver(recipient).await;
            fates.tell(index, outcome).await?;
        }
        Ok(())
    }
}

impl Local {
    fn from_conf(conf: &Conf, service: &str, queue: PathBuf, warn: Warn) -> Result<Self, Fatal> {
        let alias_maps = conf.get(p::ALIAS_MAPS)?;
        // No $1 in results: a stranger's address must not end up in a command.
        let options = Options {
            warn: warn.clone(),
            no_substitution: true,
            alias_databases: tables::split_list(&alias_maps),
            ..Options::default()
        };
        let open = |name: &str, list: &str| {
            Maps::open(name, list, &options).map_err(|error| Fatal::new(error.to_string()))
        };
        let timeout = conf.get(p::IPC_TIMEOUT)?;
        Ok(Self {
            settings: Settings::from_conf(conf, service)?,
            aliases: open("alias_maps", &alias_maps)?,
            mailbox_commands: open("mailbox_command_maps", &conf.get(p::MAILBOX_COMMAND_MAPS)?)?,
            mailbox_transports: open("mailbox_transport_maps", &conf.get(p::MAILBOX_TRANSPORT_MAPS)?)?,
            fallback_transports: open("fallback_transport_maps", &conf.get(p::FALLBACK_TRANSPORT_MAPS)?)?,
            rewrite: client(&queue.join("private"), &conf.get(p::REWRITE_SERVICE_NAME)?, timeout),
            cleanup: client(&queue.join("public"), &conf.get(p::CLEANUP_SERVICE_NAME)?, timeout),
            filter: StatusFilter::open(
                "local_delivery_status_filter",
                &conf.get(p::LOCAL_DELIVERY_STATUS_FILTER)?,
                warn,
            )
            .map_err(|error| Fatal::new(error.to_string()))?,
            queue,
        })
    }
}

fn client(class: &Path, name: &str, timeout: Duration) -> Client {
    Client::new(class.join(name), CONVERSATIONS, timeout)
}

const CONVERSATIONS: usize = 100;
