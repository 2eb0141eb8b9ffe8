//! postscreen(8): one process that meets every client before an SMTP server has to. It looks the client up in lists of
//! its own, watches how it behaves, asks DNS lists about it (through dnsblog(8)), and hands the good ones to smtpd(8) with
//! their connections. The others talk to an SMTP engine that accepts nothing.
//!
//! What is decided stands in the crate `screen`; this room has the sockets, the clock, the tables and the cache. It reads
//! no mail, and writes nothing but its cache.

mod crowd;
mod dialogue;
mod dnsblog;
mod early;
mod handover;
mod lists;
mod lookups;
mod memory;
mod replies;
mod settings;
mod visit;

use config::{Conf, p};
use crowd::Crowd;
use lists::Lists;
use lookups::Lookups;
use memory::Memory;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use settings::Settings;
use std::ffi::OsString;
use std::process::ExitCode;
use tables::{Options, Warn};
use visit::Visit;

/// Runs postscreen(8).
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Postscreen>(&args)
}

/// Runs dnsblog(8).
pub fn dnsblog(args: Vec<OsString>) -> ExitCode {
    service::main::<dnsblog::Dnsblog>(&args)
}

struct Postscreen {
    settings: Settings,
    lookups: Lookups,
    lists: Lists,
    memory: Memory,
    crowd: Crowd,
}

impl Daemon for Postscreen {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "postscreen",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: true, inet: false }),
        resident: true,
    };
    const ALL_CLIENTS: bool = true;

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let options = options(conf, before)?;
        let lookups = Lookups::open(conf, &options)?;
        let memory = before.as_owner(conf, || Memory::open(conf, &options, &before.log))??;
        let lists = Lists::new(&settings);
        let crowd = Crowd::new(settings.crowd, before.log.clone());
        Ok(Self { settings, lookups, lists, memory, crowd })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        match stream {
            Stream::Inet(stream) | Stream::Passed(stream, _) => {
                if let Some(visit) = Visit::begin(self, stream, jailed.log()).await {
                    visit.run().await;
                }
            }
            Stream::Unix(_) => jailed.log().warning("postscreen serves the network only; see master.cf"),
        }
    }

    async fn run(&self, jailed: &Jailed) {
        self.memory.keep_clean(jailed.log()).await;
    }
}

fn options(conf: &Conf, before: &BeforeJail) -> Result<Options, Fatal> {
    let log = before.log.clone();
    Ok(Options {
        utf8: conf.get(p::SMTPUTF8_ENABLE)?,
        lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX),
        warn: Warn::new(move |text| log.warning(text)),
        ..Options::default()
    })
}
