//! pickup(8): carries local submissions from the maildrop queue to cleanup(8). Files in there come from any user
//! of the system, so it opens nothing for writing, follows no link, and believes only what a submission may say.

mod submission;
mod submit;

use config::{Conf, p, split_list};
use ipc::cleanup::Flags;
use queue::{Entry, Found, Queue, QueueName, QueueOptions, Strange};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Wakeup};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use submission::{Problem, Submission};
use submit::{Submitted, Submitter};

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Pickup>(&args)
}

struct Pickup {
    queue: Arc<Queue>,
    submitter: Submitter,
    /// One scan at a time; a trigger that comes meanwhile waits for its own.
    scanning: tokio::sync::Mutex<()>,
}

impl Daemon for Pickup {
    type Request = Wakeup;
    const SPEC: Spec = Spec {
        name: "pickup",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &["maildrop"], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let options = QueueOptions::from_conf(conf)?;
        let socket = Path::new("public").join(conf.get(p::CLEANUP_SERVICE_NAME)?);
        let client = ipc::Client::new(socket, 1, conf.get(p::IPC_TIMEOUT)?);
        let submitter = Submitter {
            client,
            flags: flags(&conf.get(p::RECEIVE_OVERRIDE_OPTIONS)?)?,
            content_filter: Some(conf.get(p::CONTENT_FILTER)?).filter(|filter| !filter.is_empty()),
            received_by: format!("{} ({}", conf.get(p::MYHOSTNAME)?, conf.get(p::MAIL_NAME)?),
        };
        let queue = Arc::new(Queue::open(&before.queue_directory, &options)?);
        Ok(Self { queue, submitter, scanning: tokio::sync::Mutex::new(()) })
    }

    async fn serve(&self, _: Wakeup, jailed: &Jailed) {
        let _scan = self.scanning.lock().await;
        let queue = Arc::clone(&self.queue);
        let scan = move || queue.scan(QueueName::Maildrop).collect::<Vec<_>>();
        let entries = tokio::task::spawn_blocking(scan).await.unwrap_or_default();
        for entry in entries {
            match entry {
                Ok(entry) => {
                    if !self.entry(entry, jailed).await {
                        return;
                    }
                }
                Err(error) => jailed.log().warning(format_args!("scan maildrop: {error}")),
            }
        }
    }
}

impl Pickup {
    /// Deals with one file; false when cleanup can't take mail now.
    async fn entry(&self, entry: Entry, jailed: &Jailed) -> bool {
        match &entry.found {
            Found::Message(_) => {}
            Found::Strange(Strange::Type) => {
                let (path, uid) = (&entry.path, entry.uid);
                jailed.log().warning(format_args!("{path}: uid {uid}: not a regular file"));
                return true;
            }
            Found::Unfinished(_) | Found::Strange(Strange::Name) => {
                if is_leftover(&entry) {
                    self.remove(&entry.path, jailed);
                }
                return true;
            }
        }
        let (queue, path) = (Arc::clone(&self.queue), entry.path.clone());
        let Ok(opened) = tokio::task::spawn_blocking(move || Submission::open(&queue, entry)).await else {
            return false;
        };
        match opened {
            Ok(Some(submission)) => self.submit(submission, jailed).await,
            Ok(None) => true,
            Err(Problem::Leave(why)) => {
                jailed.log().warning(format_args!("{path}: {why}"));
                true
            }
            Err(Problem::Malformed(why)) => {
                // The manual: ill-formatted files are deleted without notifying the originator.
                jailed.log().warning(format_args!("{path}: {why}"));
                self.remove(&path, jailed);
                true
            }
        }
    }

    async fn submit(&self, submission: Submission, jailed: &Jailed) -> bool {
        let (log, path) = (jailed.log(), submission.path.clone());
        match self.submitter.submit(submission, log).await {
            Ok(Submitted::Queued) => self.remove(&path, jailed),
            Ok(Submitted::Refused(id, reply)) => {
                log.warning(format_args!("{path}: error writing {id}: {}", reply.text));
                if reply.class() == 5 {
                    self.remove(&path, jailed);
                }
            }
            Err(problem) => {
                log.warning(format_args!("{path}: {problem}"));
                return false;
            }
        }
        true
    }

    fn remove(&self, path: &str, jailed: &Jailed) {
        let root = self.queue.root();
        if let Err(errno) = rustix::fs::unlinkat(root, path, rustix::fs::AtFlags::empty()) {
            jailed.log().warning(format_args!("remove {path}: {errno}"));
        }
    }
}

/// What a killed postdrop left: an unfinished file that nobody has touched for a day.
fn is_leftover(entry: &Entry) -> bool {
    let age = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let temporary = match &entry.found {
        Found::Unfinished(_) => true,
        _ => entry.path.split('/').next_back().is_some_and(is_temporary_name),
    };
    temporary && age.saturating_sub(Duration::from_secs(entry.modified.seconds.max(0) as u64)) > LEFTOVER_AGE
}

/// `<microseconds>.<process id>`.
fn is_temporary_name(name: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    name.split_once('.').is_some_and(|(micros, pid)| digits(micros) && digits(pid))
}

/// `receive_override_options`: what is left out. The submitter has gone, so what is refused bounces.
fn flags(list: &str) -> Result<Flags, Fatal> {
    let words = split_list(list);
    let flags = Flags::with_overrides(&words).map_err(|word| {
        Fatal::new(format!("unknown receive_override_options value \"{word}\" in \"{list}\""))
    })?;
    Ok(Flags { bounce: true, ..flags })
}

const LEFTOVER_AGE: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_leave_things_out_and_typos_are_refused() {
        let flags_of = |list: &str| flags(list).unwrap();
        assert!(flags_of("").maps && flags_of("").milters);
        assert!(!flags_of("no_address_mappings, no_milters").bcc);
        assert!(flags("no_such_thing").is_err());
    }

    #[test]
    fn only_names_of_unfinished_files_are_cleaned_up() {
        assert!(is_temporary_name("574166.91"));
        for name in ["strange.name", "12.", ".5", "README"] {
            assert!(!is_temporary_name(name), "{name}");
        }
    }
}
