//! `smtpd -S`, which is what `sendmail -bs` runs: one session on standard input and output, for whoever started it.
//! For mail_owner it is a session like those from the network; others post through postdrop, and nobody judges them
//! before their mail is picked up.

use crate::conversation::Conversation;
use crate::limits::Limits;
use crate::lookups::Lookups;
use crate::peer::Peer;
use crate::settings::Settings;
use crate::{Intake, Smtpd};
use config::{Conf, p};
use maillog::Log;
use os::users::User;
use service::Fatal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::task::LocalSet;

/// Runs the session.
pub(crate) fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fatal) => {
            eprintln!("smtpd: fatal: {fatal}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Fatal> {
    let directory = conf::config_directory(None);
    let conf = conf::load(&directory, [("process_name", "smtpd"), ("service_name", "smtpd")])?;
    let log = conf::open_log(&conf, "smtpd")?;
    let daemon = open(&conf, &log)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stream = tokio::io::join(tokio::io::stdin(), tokio::io::stdout());
    let session = Conversation::new(&daemon, stream, Peer::local(), log).run();
    LocalSet::new().block_on(&runtime, session);
    // A thread may still wait for standard input; nobody waits for that thread.
    runtime.shutdown_background();
    Ok(())
}

fn open(conf: &Conf, log: &Log) -> Result<Smtpd, Fatal> {
    let settings = Settings::from_conf(conf)?;
    let owner = User::by_name(&conf.get(p::MAIL_OWNER)?)?;
    if owner.is_some_and(|user| user.uid == rustix::process::getuid().as_raw()) {
        let queue = PathBuf::from(conf.get(p::QUEUE_DIRECTORY)?);
        std::env::set_current_dir(&queue)
            .map_err(|e| Fatal::new(format!("chdir {}: {e}", queue.display())))?;
        let lookups = Lookups::open(conf, &settings, log)?;
        let cleanup = ipc::Client::new(&settings.cleanup_socket, 1, settings.ipc_timeout);
        return Ok(Smtpd {
            settings,
            lookups,
            limits: Limits::none(),
            intake: Intake::Cleanup(cleanup),
            tls: None,
        });
    }
    let lookups = Lookups::none(&settings);
    let program = Path::new(&conf.get(p::COMMAND_DIRECTORY)?).join("postdrop");
    Ok(Smtpd { settings, lookups, limits: Limits::none(), intake: Intake::Postdrop(program), tls: None })
}
