//! flush(8): remembers which messages wait for a destination of `fast_flush_domains`, so that all mail for one site,
//! or one message, can be tried at once (ETRN, postqueue -s and -i) without a scan of the whole queue.
//!
//! It moves files from `deferred` to `incoming` and wakes qmgr(8), which decides all else. It reads no mail.

mod lists;

use config::{Conf, p, split_list};
use ipc::flush::{Request, Status};
use lists::Lists;
use queue::{Queue, QueueOptions};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tables::{DomainList, Options, Warn};

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Flush>(&args)
}

struct Flush {
    lists: Arc<Lists>,
    eligible: DomainList,
    /// Where qmgr(8) is woken.
    queue_manager: PathBuf,
}

impl Daemon for Flush {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "flush",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &["flush", "deferred", "incoming"], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let queue = Queue::open(&before.queue_directory, &QueueOptions::from_conf(conf)?)?;
        let lists = Lists {
            queue,
            refresh: conf.get(p::FAST_FLUSH_REFRESH_TIME)?,
            purge: conf.get(p::FAST_FLUSH_PURGE_TIME)?,
        };
        let queue_manager = Path::new("public").join(conf.get(p::QUEUE_SERVICE_NAME)?);
        Ok(Self { lists: Arc::new(lists), eligible: eligible(conf, before)?, queue_manager })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let Stream::Unix(mut stream) = stream else {
            return jailed.log().warning("flush requests come by unix-domain sockets only");
        };
        let _place = jailed.request().await;
        let request = match Request::receive(&mut stream).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(error) => return jailed.log().warning(error),
        };
        let (status, refresh) = match request {
            Ok(request @ (Request::Refresh | Request::Purge)) => (Status::Done, Some(request)),
            Ok(request) => (self.answer(request, jailed).await, None),
            Err(status) => (status, None),
        };
        // A wakeup has hung up; the request counts all the same.
        let _ = status.send(&mut stream).await;
        if let Some(request) = refresh {
            self.refresh(request == Request::Purge, jailed).await;
        }
    }
}

impl Flush {
    async fn answer(&self, request: Request, jailed: &Jailed) -> Status {
        match request {
            Request::Add { site, queue_id } => match self.site(&site, jailed).await {
                Ok(site) => {
                    let done = self.work(jailed, move |lists| lists.add(&site, &queue_id)).await;
                    done.map_or(Status::Failed, |()| Status::Done)
                }
                Err(status) => status,
            },
            Request::SendSite(site) => match self.site(&site, jailed).await {
                Ok(site) => {
                    let moved = self.work(jailed, move |lists| lists.send_site(&site)).await;
                    self.moved(moved, jailed).await
                }
                Err(status) => status,
            },
            Request::SendFile(queue_id) => {
                let moved = self.work(jailed, move |lists| lists.send_file(&queue_id).map(usize::from)).await;
                self.moved(moved, jailed).await
            }
            Request::Refresh | Request::Purge => Status::Bad,
        }
    }

    /// The name of the list for an eligible destination.
    async fn site(&self, site: &str, jailed: &Jailed) -> Result<String, Status> {
        let site = site.to_ascii_lowercase();
        let name = lists::name(&site).ok_or(Status::Bad)?;
        match self.eligible.matches(&site).await {
            Ok(true) => Ok(name),
            Ok(false) => Err(Status::Denied),
            Err(error) => {
                jailed.log().warning(error);
                Err(Status::Failed)
            }
        }
    }

    async fn refresh(&self, all: bool, jailed: &Jailed) {
        let moved = self.work(jailed, move |lists| lists.refresh(all)).await;
        self.moved(moved, jailed).await;
    }

    async fn moved(&self, moved: Option<usize>, jailed: &Jailed) -> Status {
        match moved {
            None => return Status::Failed,
            Some(0) => return Status::Done,
            Some(_) => {}
        }
        if let Err(error) = ipc::trigger::send(&self.queue_manager, &[ipc::trigger::SCAN_INCOMING]).await {
            // It looks by itself soon.
            jailed.log().warning(format_args!("wake the queue manager: {error}"));
        }
        Status::Done
    }

    /// File work, on the blocking pool.
    async fn work<T: Send + 'static>(
        &self,
        jailed: &Jailed,
        work: impl FnOnce(&Lists) -> std::io::Result<T> + Send + 'static,
    ) -> Option<T> {
        let lists = Arc::clone(&self.lists);
        let done = tokio::task::spawn_blocking(move || work(&lists)).await.map_err(std::io::Error::other);
        done.flatten().map_err(|error| jailed.log().warning(format_args!("fast flush: {error}"))).ok()
    }
}

/// `fast_flush_domains`.
fn eligible(conf: &Conf, before: &BeforeJail) -> Result<DomainList, Fatal> {
    let log = before.log.clone();
    let options = Options {
        utf8: conf.get(p::SMTPUTF8_ENABLE)?,
        lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX),
        warn: Warn::new(move |text| log.warning(text)),
        ..Options::default()
    };
    let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
    let name = p::FAST_FLUSH_DOMAINS.name();
    let parents = parents.iter().any(|word| word == name);
    let list = conf.get(p::FAST_FLUSH_DOMAINS)?;
    DomainList::parse(name, &list, parents, &options).map_err(|error| Fatal::new(error.to_string()))
}
