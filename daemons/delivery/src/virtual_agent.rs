//! virtual(8): mailboxes and maildirs of virtual domains, below one directory, owned by whom the tables say.
//! No aliases, no commands, no shell.

use crate::agent::{Agent, Fates, Job, Reporting, sent, serve};
use crate::fault::{fate, prefixed};
use crate::loops::Delivered;
use crate::maildir;
use crate::mbox::{Appending, Target};
use crate::rendering::{Stamp, Style};
use crate::user::as_actor;
use config::{Conf, p};
use ipc::IpcError;
use mail::{Outcome, Recipient};
use os::acting::Actor;
use os::mailbox::Locking;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Spec, Stream};
use status_filter::StatusFilter;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tables::{Extensions, Maps, Options, TableError, Warn, mail_address};

/// virtual(8).
pub struct Virtual {
    settings: Settings,
    mailboxes: Maps,
    uids: Maps,
    gids: Maps,
    filter: StatusFilter,
}

/// What main.cf says.
#[derive(Clone, Debug)]
struct Settings {
    service: String,
    base: PathBuf,
    minimum_uid: u32,
    limit: u64,
    locking: Locking,
    strict_ownership: bool,
    extensions: Extensions,
    host: String,
    soft_bounce: bool,
    resolution: u8,
    original_recipient: bool,
}

impl Settings {
    fn from_conf(conf: &Conf, service: &str) -> Result<Self, Fatal> {
        let locking = Locking::parse(
            "virtual_mailbox_lock",
            &conf.get(p::VIRTUAL_MAILBOX_LOCK)?,
            u32::try_from(conf.get(p::DELIVER_LOCK_ATTEMPTS)?).unwrap_or(u32::MAX),
            conf.get(p::DELIVER_LOCK_DELAY)?,
            conf.get(p::STALE_LOCK_TIME)?,
        );
        let limit = conf.get(p::VIRTUAL_MAILBOX_LIMIT)?;
        check_limit(conf, "virtual_mailbox_limit", limit)?;
        Ok(Self {
            service: service.to_owned(),
            base: conf.get(p::VIRTUAL_MAILBOX_BASE)?.into(),
            minimum_uid: u32::try_from(conf.get(p::VIRTUAL_MINIMUM_UID)?).unwrap_or(u32::MAX),
            limit: limit.max(0) as u64,
            locking: locking.map_err(Fatal::new)?,
            strict_ownership: conf.get(p::STRICT_MAILBOX_OWNERSHIP)?,
            extensions: Extensions {
                delimiters: conf.get(p::RECIPIENT_DELIMITER)?,
                owner_request_special: conf.get(p::OWNER_REQUEST_SPECIAL)?,
            },
            host: os::host::name(),
            soft_bounce: conf.get(p::SOFT_BOUNCE)?,
            resolution: conf.get(p::DELAY_LOGGING_RESOLUTION_LIMIT)?.clamp(0, 6) as u8,
            original_recipient: conf.get(p::ENABLE_ORIGINAL_RECIPIENT)?,
        })
    }
}

/// A mailbox limit below the message limit would bounce mail that we took.
pub(crate) fn check_limit(conf: &Conf, name: &str, limit: i64) -> Result<(), Fatal> {
    let message = conf.get(p::MESSAGE_SIZE_LIMIT)?;
    if limit > 0 && (message == 0 || limit < message) {
        return Err(Fatal::new(format!(
            "main.cf configuration error: {name} is smaller than message_size_limit"
        )));
    }
    Ok(())
}

impl Daemon for Virtual {
    type Request = Stream;
    const SPEC: Spec = Spec { name: "virtual", privilege: Privilege::Root, sandbox: None, resident: false };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let log = before.log.clone();
        Self::from_conf(conf, &before.invocation.name, Warn::new(move |text| log.warning(text)))
    }

    async fn serve(&self, request: Stream, jailed: &Jailed) {
        serve(self, request, jailed).await;
    }
}

impl Virtual {
    fn from_conf(conf: &Conf, service: &str, warn: Warn) -> Result<Self, Fatal> {
        let options = Options { warn: warn.clone(), no_substitution: true, ..Options::default() };
        let open = |name: &str, list: String| {
            Maps::open(name, &list, &options).map_err(|error| Fatal::new(error.to_string()))
        };
        Ok(Self {
            settings: Settings::from_conf(conf, service)?,
            mailboxes: open("virtual_mailbox_maps", conf.get(p::VIRTUAL_MAILBOX_MAPS)?)?,
            uids: open("virtual_uid_maps", conf.get(p::VIRTUAL_UID_MAPS)?)?,
            gids: open("virtual_gid_maps", conf.get(p::VIRTUAL_GID_MAPS)?)?,
            filter: StatusFilter::open(
                "virtual_delivery_status_filter",
                &conf.get(p::VIRTUAL_DELIVERY_STATUS_FILTER)?,
                warn,
            )
            .map_err(|error| Fatal::new(error.to_string()))?,
        })
    }
}

impl Agent for Virtual {
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
        let delivered = Delivered::read(&job.message);
        for (index, recipient) in job.request.recipients.iter().enumerate() {
            let outcome = match &delivered {
                Ok(delivered) => self.recipient(job, recipient, delivered).await.unwrap_or_else(|o| o),
                Err(error) => fate("4.3.0", error.to_string()),
            };
            fates.tell(index, job.log_fate(recipient, outcome).await).await?;
        }
        Ok(())
    }
}

impl Virtual {
    /// Ok and Err are both fates: Err ends the steps early.
    async fn recipient(
        &self,
        job: &Arc<Job>,
        recipient: &Recipient,
        delivered: &Delivered,
    ) -> Result<Outcome, Outcome> {
        let address = &recipient.address;
        if delivered.has(address) {
            return Err(fate("5.4.6", format!("mail forwarding loop for {address}")));
        }
        let mailbox = match self.find(&self.mailboxes, address.as_str(), job).await? {
            Some(mailbox) => mailbox,
            None => return Err(fate("5.1.1", format!("unknown user: \"{address}\""))),
        };
        let uid = self.id(&self.uids, "uid", address.as_str(), self.settings.minimum_uid, job).await?;
        let gid = self.id(&self.gids, "gid", address.as_str(), 1, job).await?;
        let path = self.path(&mailbox, job)?;
        let is_maildir = mailbox.ends_with('/');
        if job.request.probe {
            return Ok(sent(if is_maildir { "delivers to maildir" } else { "delivers to mailbox" }));
        }
        let stamp = Stamp::new(&job.request.sender, recipient, address)
            .with_original(self.settings.original_recipient);
        let (job, settings) = (Arc::clone(job), self.settings.clone());
        as_actor(Some(Actor::new(uid, gid)), move || {
            if is_maildir {
                return maildir::deliver(&path, &job.message, &stamp, &settings.host)
                    .map(|()| sent("delivered to maildir"))
                    .map_err(|outcome| prefixed(outcome, "maildir delivery failed: "));
            }
            append(&settings, uid, &path, &job, &stamp)
        })
        .await?
    }

    async fn find(&self, maps: &Maps, address: &str, job: &Job) -> Result<Option<String>, Outcome> {
        let keys = mail_address(&address.to_lowercase(), &self.settings.extensions, false);
        match maps.find_first(&keys).await {
            Ok(found) => Ok(found.map(|found| found.value)),
            Err(error) => Err(unavailable(job, &error)),
        }
    }

    async fn id(
        &self,
        maps: &Maps,
        what: &str,
        address: &str,
        minimum: u32,
        job: &Job,
    ) -> Result<u32, Outcome> {
        let text = self.find(maps, address, job).await?;
        let number: Option<u32> = text.as_ref().and_then(|text| text.trim().parse().ok());
        match (text, number) {
            (_, Some(number)) if number >= minimum => Ok(number),
            (None, _) => {
                Err(misconfigured(job, &format!("recipient {address}: not found in virtual_{what}_maps")))
            }
            (Some(text), _) => Err(misconfigured(
                job,
                &format!("recipient {address}: bad {what} {text} in virtual_{what}_maps"),
            )),
        }
    }

    /// Below the base, whatever the table says: `..` leads nowhere.
    fn path(&self, mailbox: &str, job: &Job) -> Result<PathBuf, Outcome> {
        if Path::new(mailbox).components().any(|part| part == Component::ParentDir) {
            return Err(misconfigured(
                job,
                &format!("virtual_mailbox_maps: unsafe mailbox path \"{mailbox}\""),
            ));
        }
        Ok(PathBuf::from(format!("{}/{mailbox}", self.settings.base.display())))
    }
}

fn append(settings: &Settings, uid: u32, path: &Path, job: &Job, stamp: &Stamp) -> Result<Outcome, Outcome> {
    let appending = Appending {
        target: Target::Mailbox { owner: settings.strict_ownership.then_some(uid) },
        locking: settings.locking.clone(),
        limit: settings.limit,
        otherwise: "4.2.0",
    };
    appending
        .append(path, &job.message, stamp, &Style::mailbox())
        .map(|()| sent("delivered to mailbox"))
        .map_err(|outcome| prefixed(outcome, &format!("delivery failed to mailbox {}: ", path.display())))
}

fn unavailable(job: &Job, error: &TableError) -> Outcome {
    job.log.warning(error);
    fate("4.3.0", "mail system configuration error")
}

fn misconfigured(job: &Job, text: &str) -> Outcome {
    job.log.warning(text);
    fate("4.3.5", "mail system configuration error")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::{deliver, request};
    use config::HostFacts;
    use std::os::unix::fs::{MetadataExt, chown};

    /// As root, somebody else owns the mailboxes.
    fn owner() -> u32 {
        if os::jail::is_root() { 54321 } else { os::jail::effective_uid() }
    }

    fn agent(base: &Path, maps: &str) -> Virtual {
        let gid = if os::jail::is_root() { 54321 } else { rustix::process::getegid().as_raw() };
        let text = format!(
            "virtual_mailbox_base = {}\nvirtual_mailbox_maps = inline:{{{maps}}}\nrecipient_delimiter = +\n\
             virtual_uid_maps = inline:{{@v.test={}, low@v.test=5}}\nvirtual_gid_maps = static:{gid}\n",
            base.display(),
            owner()
        );
        let conf = Conf::parse("main.cf", &text, &HostFacts::default()).unwrap();
        Virtual::from_conf(&conf, "virtual", Warn::new(|_| ())).unwrap_or_else(|f| panic!("{f}"))
    }

    #[tokio::test]
    async fn mail_lands_below_the_base_as_its_owner_and_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        if os::jail::is_root() {
            chown(dir.path(), Some(owner()), None).unwrap();
        }
        let base = dir.path().join("vmail");
        std::fs::create_dir(&base).unwrap();
        std::fs::create_dir(dir.path().join("closed")).unwrap();
        if os::jail::is_root() {
            chown(&base, Some(owner()), None).unwrap();
        }
        let maps =
            "{md@v.test=a/md/},{box@v.test=box},{dots@v.test=../x},{abs@v.test=/abs/},{low@v.test=low}";
        let agent = agent(&base, maps);
        let names = ["md@v.test", "Box+ext@V.test", "dots@v.test", "abs@v.test", "low@v.test", "no@v.test"];
        let fates = deliver(&agent, request("v.test", &names), &["Subject: t", "", "From x"]).await;
        let expected = [
            "2.0.0 delivered to maildir",
            "2.0.0 delivered to mailbox",
            "4.3.5 mail system configuration error",
            "2.0.0 delivered to maildir",
            "4.3.5 mail system configuration error",
            "5.1.1 unknown user: \"no@v.test\"",
        ];
        assert_eq!(fates, expected);
        let mailbox = base.join("box");
        assert!(std::fs::read_to_string(&mailbox).unwrap().contains("Delivered-To: Box+ext@V.test\n"));
        assert_eq!(std::fs::metadata(&mailbox).unwrap().uid(), owner());
        assert!(base.join("abs/new").is_dir() && base.join("a/md/cur").is_dir());
        assert!(!dir.path().join("x").exists());
    }

    #[tokio::test]
    async fn what_the_owner_may_not_write_is_not_written() {
        if !os::jail::is_root() {
            return;
        }
        // Only root may enter this directory, and the agent is root but for its deliveries.
        let dir = tempfile::tempdir().unwrap();
        let agent = agent(dir.path(), "{box@v.test=box},{md@v.test=md/}");
        let fates = deliver(&agent, request("v.test", &["box@v.test", "md@v.test"]), &["x"]).await;
        assert!(
            fates.iter().all(|fate| fate.starts_with("4.2.0 ") && fate.ends_with("Permission denied")),
            "{fates:?}"
        );
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
