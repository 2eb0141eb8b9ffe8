//! What a daemon may do before and after it is jailed, as types: opening things takes [`BeforeJail`], serving
//! takes [`Jailed`].

use crate::gauge::{Gauge, Working};
use crate::{Fatal, Invocation};
use config::{Conf, p};
use maillog::Log;
use os::jail::Ids;
use os::sandbox::{Sandboxed, Walls};
use std::path::{Path, PathBuf};

/// What a daemon is, and what it may do: as little as its default configuration needs.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The program's name, as in master.cf's last column.
    pub name: &'static str,
    /// Which user it runs as when master is root.
    pub privilege: Privilege,
    /// Its walls; None for the rooms that run other people's commands.
    pub sandbox: Option<Sandbox>,
    /// Never ends for being idle or for having done enough (qmgr, tlsmgr).
    pub resident: bool,
}

/// Which user a daemon runs as when master is root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// `mail_owner`.
    Owner,
    /// Stays root, to act as recipients (local, virtual, pipe, spawn).
    Root,
}

/// Walls that do not depend on the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Sandbox {
    /// Folders below the queue directory in which it writes. Sockets it connects to need no entry.
    pub writes: &'static [&'static str],
    /// Writes in `data_directory`.
    pub data: bool,
    /// Makes internet sockets.
    pub inet: bool,
}

/// A daemon that has not given up its privileges yet.
pub struct BeforeJail {
    /// Its command line.
    pub invocation: Invocation,
    /// Where main.cf stands.
    pub config_directory: PathBuf,
    /// The working directory of every daemon.
    pub queue_directory: PathBuf,
    /// The log.
    pub log: Log,
}

impl BeforeJail {
    /// Opens files of `mail_owner` with its rights and no more: root would follow whatever that user put in its way.
    pub fn as_owner<T>(&self, conf: &Conf, work: impl FnOnce() -> T) -> Result<T, Fatal> {
        if os::jail::is_root() {
            Ok(os::effective::with_effective_ids(owner_ids(conf)?, work)?)
        } else {
            Ok(work())
        }
    }
}

/// A daemon that has given up its privileges for good.
#[derive(Clone)]
pub struct Jailed {
    log: Log,
    gauge: Gauge,
}

impl Jailed {
    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Takes one of the places that the process limit grants; waits when all are taken. For connections from
    /// the network the skeleton has done so already; services that keep connections open between requests
    /// call this for each request.
    pub async fn request(&self) -> Working {
        self.gauge.enter().await
    }

    /// True when all places are taken: the time for shorter limits (`stress`).
    pub fn is_full(&self) -> bool {
        self.gauge.is_full()
    }

    /// The process has done enough: it finishes what it has begun, and another one begins afresh, with the privileges
    /// that this one has given up.
    pub fn retire(&self) {
        self.gauge.wear_out();
    }

    /// Waits until all places are taken.
    pub async fn filled(&self) {
        self.gauge.filled().await;
    }

    pub(crate) fn new(log: Log, gauge: Gauge) -> Self {
        Self { log, gauge }
    }
}

/// Gives up everything that `spec` does not keep. Working directory: the queue directory.
pub(crate) fn enter(
    spec: &Spec,
    before: &BeforeJail,
    conf: &Conf,
    more: &[PathBuf],
    inet: bool,
) -> Result<(), Fatal> {
    let owner = match spec.privilege {
        Privilege::Owner if os::jail::is_root() => Some(owner_ids(conf)?),
        _ => None,
    };
    let mut queue = before.queue_directory.clone();
    if before.invocation.chroot && os::jail::is_root() {
        os::jail::change_root(&queue).map_err(|e| Fatal::new(format!("chroot {}: {e}", queue.display())))?;
        queue = PathBuf::from("/");
    }
    if let Some(ids) = owner {
        os::jail::become_user(ids).map_err(|e| Fatal::new(format!("set uid {}: {e}", ids.uid)))?;
    }
    os::jail::forbid_core_files()?;
    if let Some(sandbox) = &spec.sandbox {
        put_up_walls(&walls(sandbox, &queue, conf, more, inet)?, conf, &before.log)?;
    }
    Ok(())
}

fn owner_ids(conf: &Conf) -> Result<Ids, Fatal> {
    let name = conf.get(p::MAIL_OWNER)?;
    match os::users::User::by_name(&name) {
        Ok(Some(user)) if user.uid != 0 => Ok(Ids { uid: user.uid, gid: user.gid }),
        Ok(Some(_)) => Err(Fatal::new(format!("parameter mail_owner: user {name} has privileged user ID"))),
        Ok(None) => Err(Fatal::new(format!("parameter mail_owner: unknown user name value: {name}"))),
        Err(e) => Err(Fatal::new(format!("parameter mail_owner: looking up user {name}: {e}"))),
    }
}

fn walls(sandbox: &Sandbox, queue: &Path, conf: &Conf, more: &[PathBuf], inet: bool) -> Result<Walls, Fatal> {
    let mut write: Vec<PathBuf> = sandbox.writes.iter().map(|name| queue.join(name)).collect();
    write.extend_from_slice(more);
    if sandbox.data {
        write.push(PathBuf::from(conf.get(p::DATA_DIRECTORY)?));
    }
    Ok(Walls { write, inet: sandbox.inet || inet, exec: false })
}

/// `sandbox = try` (the default), `require` or `off` in main.cf; a setting that Postfix does not have.
fn put_up_walls(walls: &Walls, conf: &Conf, log: &Log) -> Result<(), Fatal> {
    let wish = conf.lookup("sandbox")?.unwrap_or_default();
    if wish == "off" {
        return Ok(());
    }
    match os::sandbox::enter(walls).map_err(Fatal::new)? {
        Sandboxed::Fully => Ok(()),
        Sandboxed::Partly(lack) if wish == "require" => {
            Err(Fatal::new(format!("sandbox = require, but {lack}")))
        }
        Sandboxed::Partly(lack) => {
            log.warning(format_args!("running without part of the sandbox: {lack}"));
            Ok(())
        }
    }
}
