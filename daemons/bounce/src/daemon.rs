//! bounce(8) as a service of master(8). The name of the service says which log it keeps.

use crate::{Bouncer, Settings};
use config::{Conf, p};
use ipc::Client;
use queue::{LogKind, Queue};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// bounce(8), defer(8), trace(8). `args` are those after the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Bounce>(&args)
}

struct Bounce(Bouncer);

impl Daemon for Bounce {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "bounce",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &["bounce", "defer", "trace"], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let template_file = conf.get(p::BOUNCE_TEMPLATE_FILE)?;
        let templates = match template_file.is_empty() {
            true => None,
            false => Some(conf::text_of(Path::new(&template_file))?.1),
        };
        let settings = Settings::from_conf(conf, templates.as_deref())?;
        settings.complaints.iter().for_each(|complaint| before.log.warning(complaint));
        let queue = Queue::open(&settings.queue_directory, &settings.queue)
            .map_err(|e| Fatal::new(format!("open {}: {e}", settings.queue_directory.display())))?;
        let name = &before.invocation.name;
        let kind = match () {
            () if *name == conf.get(p::DEFER_SERVICE_NAME)? => LogKind::Defer,
            () if *name == conf.get(p::TRACE_SERVICE_NAME)? => LogKind::Trace,
            () => LogKind::Bounce,
        };
        let cleanup = format!("public/{}", conf.get(p::CLEANUP_SERVICE_NAME)?);
        let cleanup = Client::new(cleanup, NOTICES_AT_ONCE, settings.ipc_timeout);
        Ok(Self(Bouncer::new(kind, Arc::new(queue), Arc::new(settings), cleanup, before.log.clone())))
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        service::answer(stream, jailed, async |request, descriptor| self.0.answer(request, descriptor).await)
            .await;
    }
}

const NOTICES_AT_ONCE: usize = 20;
