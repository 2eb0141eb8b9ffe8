//! pipe(8): gives messages to an external command, as the user that master.cf names.

mod argv;
mod attributes;

use crate::agent::{Agent, Fates, Job, Reporting, serve};
use crate::command::Command;
use crate::fault::fate;
use crate::loops::Delivered;
use crate::rendering::Stamp;
use crate::user::as_actor;
use attributes::Attributes;
use config::{Conf, p};
use ipc::IpcError;
use mail::{Diagnosis, Enhanced, Outcome, Recipient};
use os::jail::Ids;
use os::users::{Group, User};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Spec, Stream};
use status_filter::StatusFilter;
use std::sync::Arc;
use std::time::Duration;
use tables::{Extensions, Warn};

/// pipe(8).
pub struct Pipe {
    attributes: Attributes,
    settings: Settings,
    ids: Ids,
    filter: StatusFilter,
}

/// What main.cf says.
#[derive(Clone, Debug)]
struct Settings {
    service: String,
    /// The file that the command line stands in, for messages.
    master: String,
    limit: Duration,
    environment: Vec<(String, String)>,
    extensions: Extensions,
    soft_bounce: bool,
    resolution: u8,
    original_recipient: bool,
}

impl Settings {
    fn from_conf(conf: &Conf, service: &str) -> Result<Self, Fatal> {
        Ok(Self {
            service: service.to_owned(),
            master: format!("{}/master.cf", conf.get(p::CONFIG_DIRECTORY)?),
            limit: conf.transport(p::COMMAND_TIME_LIMIT, service)?,
            environment: exported_environment(&conf.get(p::EXPORT_ENVIRONMENT)?),
            extensions: Extensions {
                delimiters: conf.get(p::RECIPIENT_DELIMITER)?,
                owner_request_special: conf.get(p::OWNER_REQUEST_SPECIAL)?,
            },
            soft_bounce: conf.get(p::SOFT_BOUNCE)?,
            resolution: conf.get(p::DELAY_LOGGING_RESOLUTION_LIMIT)?.clamp(0, 6) as u8,
            original_recipient: conf.get(p::ENABLE_ORIGINAL_RECIPIENT)?,
        })
    }
}

/// `export_environment`: names whose values pass, and `name=value`; everything else stays out.
pub(crate) fn exported_environment(list: &str) -> Vec<(String, String)> {
    let mut environment = vec![("PATH".to_owned(), DEFAULT_PATH.to_owned())];
    for item in config::split_list(list) {
        let item = item.strip_prefix('{').and_then(|i| i.strip_suffix('}')).map_or(item.as_str(), str::trim);
        match item.split_once('=') {
            Some((name, value)) => environment.push((name.trim().to_owned(), value.trim().to_owned())),
            None => {
                if let Ok(value) = std::env::var(item) {
                    environment.push((item.to_owned(), value));
                }
            }
        }
    }
    environment
}

impl Daemon for Pipe {
    type Request = Stream;
    const SPEC: Spec = Spec { name: "pipe", privilege: Privilege::Root, sandbox: None, resident: false };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let attributes = Attributes::parse(&before.invocation.attributes).map_err(Fatal::new)?;
        let ids = ids(&attributes.user, attributes.group.as_deref(), &conf.get(p::MAIL_OWNER)?)?;
        let settings = Settings::from_conf(conf, &before.invocation.name)?;
        let log = before.log.clone();
        let warn = Warn::new(move |text| log.warning(text));
        let filter = StatusFilter::open(
            "pipe_delivery_status_filter",
            &conf.get(p::PIPE_DELIVERY_STATUS_FILTER)?,
            warn,
        )
        .map_err(|error| Fatal::new(error.to_string()))?;
        Ok(Self { attributes, settings, ids, filter })
    }

    async fn serve(&self, request: Stream, jailed: &Jailed) {
        serve(self, request, jailed).await;
    }
}

/// The user of `user=`: never root, never the mail system.
pub(crate) fn ids(user: &str, group: Option<&str>, mail_owner: &str) -> Result<Ids, Fatal> {
    let user = match User::by_name(user)? {
        Some(user) => user,
        None => return Err(Fatal::new(format!("unknown username: {user}"))),
    };
    let gid = match group {
        None => user.gid,
        Some(name) => match Group::by_name(name)? {
            Some(group) => group.gid,
            None => return Err(Fatal::new(format!("unknown group: {name}"))),
        },
    };
    let owner = User::by_name(mail_owner)?;
    let refused = |what: &str| Err(Fatal::new(format!("user= command-line attribute specifies {what}")));
    match () {
        () if user.uid == 0 => refused("root privileges"),
        () if gid == 0 => refused("root group privileges"),
        () if owner.as_ref().is_some_and(|o| o.uid == user.uid) => {
            refused(&format!("mail system owner {mail_owner}"))
        }
        () if owner.as_ref().is_some_and(|o| o.gid == gid) => {
            refused(&format!("mail system owner {mail_owner} group"))
        }
        () => Ok(Ids { uid: user.uid, gid }),
    }
}

impl Agent for Pipe {
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
        let mut places = Vec::new();
        for (index, recipient) in job.request.recipients.iter().enumerate() {
            match self.refusal(job, recipient) {
                Some(outcome) => fates.tell(index, job.log_fate(recipient, outcome).await).await?,
                None => places.push(index),
            }
        }
        if places.is_empty() {
            return Ok(());
        }
        let outcome = self.run(job, &places).await.unwrap_or_else(|outcome| outcome);
        for index in places {
            if let Some(recipient) = job.request.recipients.get(index) {
                fates.tell(index, job.log_fate(recipient, outcome.clone()).await).await?;
            }
        }
        Ok(())
    }
}

impl Pipe {
    /// A recipient that the command must not see.
    fn refusal(&self, job: &Job, recipient: &Recipient) -> Option<Outcome> {
        let attributes = &self.attributes;
        if attributes.size > 0 && job.request.message_size > attributes.size {
            return Some(fate("5.2.3", "message too large"));
        }
        if recipient.address.as_str().starts_with('-') {
            return Some(fate("5.1.3", format!("bad address syntax: \"{}\"", recipient.address)));
        }
        if attributes.style.delivered_to {
            return match Delivered::read(&job.message) {
                Ok(delivered) if delivered.has(&recipient.address) => {
                    Some(fate("5.4.6", format!("mail forwarding loop for {}", recipient.address)))
                }
                Ok(_) => None,
                Err(error) => Some(fate("4.3.0", error.to_string())),
            };
        }
        None
    }

    async fn run(&self, job: &Arc<Job>, places: &[usize]) -> Result<Outcome, Outcome> {
        let (attributes, request) = (&self.attributes, &job.request);
        if request.probe {
            return Ok(self.taken(&format!("delivers via {} service", self.settings.service)));
        }
        let recipients: Vec<&Recipient> =
            places.iter().filter_map(|at| request.recipients.get(*at)).collect();
        let argv =
            argv::expand(attributes, request, &recipients, &self.settings.extensions).map_err(|fault| {
                let Settings { service, master, .. } = &self.settings;
                job.log.warning(format_args!("file {master}: service {service}: {fault}"));
                fate("4.3.5", "mail system configuration error")
            })?;
        let command = Command {
            shown: argv.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            argv,
            environment: self.settings.environment.clone(),
            ids: self.ids,
            root: attributes.chroot.as_ref().map(Into::into),
            directory: attributes.directory.as_ref().map(Into::into),
            limit: self.settings.limit,
            program: "pipe",
            stage: "pipe_command: ",
            log: job.log.clone(),
        };
        let stamp = self.stamp(job, &recipients);
        let (style, job) = (attributes.style.clone(), Arc::clone(job));
        as_actor(None, move || command.deliver(&job.message, &stamp, &style)).await??;
        Ok(self.taken(&format!("delivered via {} service", self.settings.service)))
    }

    fn stamp(&self, job: &Job, recipients: &[&Recipient]) -> Stamp {
        let recipient = recipients.first().map(|r| (*r).clone()).unwrap_or_default();
        let null = self.attributes.null_sender.clone();
        let stamp = Stamp::new(&job.request.sender, &recipient, &recipient.address)
            .with_original(self.settings.original_recipient);
        Stamp { null_sender: null.clone(), null_return_path: null, ..stamp }
    }

    /// Flag X says that the message has arrived; otherwise it went on.
    fn taken(&self, reason: &str) -> Outcome {
        let action = if self.attributes.is_final { None } else { Some("relayed".to_owned()) };
        Outcome::Sent(Diagnosis { action, ..Diagnosis::new(Enhanced::new(0, 0), reason) })
    }
}

/// The C library's _PATH_DEFPATH.
const DEFAULT_PATH: &str = "/usr/bin:/bin";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::{deliver, request};

    /// As root, the command runs as somebody else.
    fn agent(line: &[&str]) -> Pipe {
        let words: Vec<String> = line.iter().map(|word| (*word).to_owned()).collect();
        let settings = Settings {
            service: "p".into(),
            master: "master.cf".into(),
            limit: Duration::from_secs(60),
            environment: exported_environment(""),
            extensions: Extensions::default(),
            soft_bounce: false,
            resolution: 2,
            original_recipient: true,
        };
        let ids = match os::jail::is_root() {
            true => Ids { uid: 54321, gid: 54321 },
            false => Ids { uid: os::jail::effective_uid(), gid: rustix::process::getegid().as_raw() },
        };
        let filter = StatusFilter::open("", "", Warn::new(|_| ())).unwrap();
        Pipe { attributes: Attributes::parse(&words).unwrap(), settings, ids, filter }
    }

    #[tokio::test]
    async fn one_command_serves_all_recipients_and_says_who_it_is() {
        let script = "argv=/bin/sh";
        let agent = agent(&[
            "flags=R",
            "user=x",
            script,
            "-c",
            "{id -u; echo $$*; grep -c s@example; exit 77}",
            "x",
            "$$ $recipient",
        ]);
        let fates = deliver(&agent, request("n", &["a;b@x", "c@x"]), &["x"]).await;
        let uid = if os::jail::is_root() { 54321 } else { os::jail::effective_uid() };
        let expected = format!("5.7.0 permission denied. Command output: {uid} $ a;b@x $ c@x 1 ");
        assert_eq!(fates, [expected.clone(), expected]);
    }

    #[tokio::test]
    async fn loops_sizes_and_options_in_disguise_never_reach_the_command() {
        let plain = agent(&["user=x", "argv=/bin/true"]);
        assert_eq!(
            deliver(&plain, request("n", &["-oQ/tmp@x", "a@x"]), &["x"]).await,
            ["5.1.3 bad address syntax: \"-oQ/tmp@x\"", "2.0.0 delivered via p service"]
        );
        let small = agent(&["user=x", "size=10", "argv=/bin/true"]);
        assert_eq!(deliver(&small, request("n", &["a@x"]), &["x"]).await, ["5.2.3 message too large"]);
        let looping = agent(&["flags=D", "user=x", "argv=/bin/true"]);
        let fates = deliver(&looping, request("n", &["a@x"]), &["Delivered-To: A@x", "", "x"]).await;
        assert_eq!(fates, ["5.4.6 mail forwarding loop for a@x"]);
    }

    #[tokio::test]
    async fn a_missing_program_or_directory_defers() {
        let missing = agent(&["user=x", "argv=/no/such"]);
        let fates = deliver(&missing, request("n", &["a@x"]), &["x"]).await;
        assert!(fates[0].starts_with(
            "4.3.0 temporary failure. Command output: pipe: fatal: pipe_command: execvp /no/such: "
        ));
        let nowhere = agent(&["user=x", "directory=/no/such", "argv=/bin/true"]);
        let fates = deliver(&nowhere, request("n", &["a@x"]), &["x"]).await;
        assert_eq!(fates, ["4.3.0 cannot change directory to \"/no/such\": No such file or directory"]);
    }
}
