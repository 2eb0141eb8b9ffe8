//! cleanup(8): receives one message after another, brings addresses and header into shape, checks content, and
//! writes one queue file for each.
//!
//! A message is accepted only when `Draft::commit` says that it is safe on disk; there is no other way. Knows no
//! network, and no queue but `incoming` and `hold`.

mod checks;
mod content;
mod envelope;
mod faults;
mod finish;
mod header;
mod inflow;
mod lines;
mod mapping;
mod message;
mod notices;
mod output;
mod rewriter;
mod session;
mod settings;
mod world;

#[cfg(test)]
mod tests;

use inflow::Inflow;
use ipc::Client;
use mail::Timestamp;
use notices::Notices;
use queue::{Draft, Queue};
use rewriter::Rewriter;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream, Together};
use session::Refusal;
use settings::Settings;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use world::World;

/// Runs cleanup(8).
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Cleanup>(&args)
}

struct Cleanup {
    world: World,
    /// Queue files begin in batches.
    openings: Together<Timestamp, Result<Draft, Refusal>>,
    notices: Notices,
    inflow: Inflow,
}

impl Daemon for Cleanup {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "cleanup",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &["incoming", "hold", "recycled"], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &config::Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let queue = Queue::open(&settings.queue.directory, &settings.queue.options)
            .map_err(|e| Fatal::new(format!("open {}: {e}", settings.queue.directory.display())))?;
        let services = &settings.services;
        let rewriter = Rewriter::new(Client::new(&services.rewrite, CONVERSATIONS, services.timeout));
        let notices = Notices::new(services);
        let world = World::open(settings, rewriter, &before.log).map_err(|e| Fatal::new(e.to_string()))?;
        let queue = Arc::new(queue);
        let openings = session::openings(&queue, &world.settings);
        let limits = &world.settings.queue;
        let inflow = Inflow::new(&queue, limits.in_flow_delay, limits.process_limit);
        Ok(Self { world, openings, notices, inflow })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        session::serve(self, stream, jailed).await;
    }
}

const CONVERSATIONS: usize = 100;
