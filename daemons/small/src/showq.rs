//! showq(8): lists the queues to whoever asks on `public/showq`, in Postfix's own form (names and values, each
//! ended by a null byte), which postqueue and monitoring programs read. Reads everything, changes nothing.

mod listing;

use config::{Conf, p};
use listing::Listing;
use os::jail::Ids;
use os::users::User;
use queue::{Queue, QueueOptions};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

/// Runs the daemon; with `-S`, as postqueue(1) does when the mail system is down, lists to standard output.
pub fn main(args: Vec<OsString>) -> ExitCode {
    if !args.iter().any(|arg| arg == "-S") {
        return service::main::<Showq>(&args);
    }
    match stand_alone() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fatal) => {
            eprintln!("showq: fatal: {fatal}");
            ExitCode::FAILURE
        }
    }
}

struct Showq {
    queue: Arc<Queue>,
}

impl Daemon for Showq {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "showq",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let options = QueueOptions::from_conf(conf)?;
        Ok(Self { queue: Arc::new(Queue::open(&before.queue_directory, &options)?) })
    }

    async fn serve(&self, request: Stream, jailed: &Jailed) {
        let Stream::Unix(mut stream) = request else { return };
        let _place = jailed.request().await;
        let (pieces, mut ready) = mpsc::channel(PIECES_AHEAD);
        let queue = Arc::clone(&self.queue);
        let log = jailed.log().clone();
        let listing = tokio::task::spawn_blocking(move || {
            // A reader that hangs up ends the listing.
            let mut send = |piece: Vec<u8>| pieces.blocking_send(piece).is_ok();
            let warn = |text: String| log.warning(text);
            Listing { queue: &queue, warn: &warn }.run(&mut send);
        });
        while let Some(piece) = ready.recv().await {
            if stream.write_all(&piece).await.is_err() {
                break;
            }
        }
        drop(ready);
        let _ = listing.await;
    }
}

/// Without master: root reads the queue as mail_owner would.
fn stand_alone() -> Result<(), Fatal> {
    let conf = conf::load(&conf::config_directory(None), [("process_name", Showq::SPEC.name)])?;
    let options = QueueOptions::from_conf(&conf)?;
    let queue = Arc::new(Queue::open(&PathBuf::from(conf.get(p::QUEUE_DIRECTORY)?), &options)?);
    if os::jail::is_root() {
        let name = conf.get(p::MAIL_OWNER)?;
        let owner = User::by_name(&name)?
            .ok_or_else(|| Fatal::new(format!("parameter mail_owner: unknown user name value: {name}")))?;
        os::jail::become_user(Ids { uid: owner.uid, gid: owner.gid })?;
    }
    let mut out = std::io::stdout().lock();
    let mut send = |piece: Vec<u8>| out.write_all(&piece).is_ok();
    let warn = |text: String| eprintln!("showq: warning: {text}");
    Listing { queue: &queue, warn: &warn }.run(&mut send);
    Ok(out.flush()?)
}

const PIECES_AHEAD: usize = 4;
