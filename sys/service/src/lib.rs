//! The skeleton that every daemon hangs on. The order *options, configuration, log, open, jail, serve* stands
//! here, once ([`main`]); a daemon says what it opens, what it may touch and how it answers one request.
//!
//! One process serves many requests at once on a single-threaded reactor. The process-limit column of master.cf
//! bounds how many requests a service works on at a time ([`Jailed::request`]); `max_idle` ends an idle
//! process, `max_use` retires a busy one. What a request says is not known here.

mod control;
mod endpoint;
mod fatal;
mod gauge;
mod invocation;
mod jail;
mod serve;
mod together;

pub use endpoint::{Datagram, Request, Stream, Wakeup};
pub use fatal::Fatal;
pub use gauge::Working;
pub use invocation::{Invocation, ServiceType};
pub use jail::{BeforeJail, Jailed, Privilege, Sandbox, Spec};
pub use serve::{answer, main};
pub use together::Together;

use config::Conf;
use std::future::Future;

/// A daemon of master.cf.
pub trait Daemon: Sized + 'static {
    /// What arrives at its endpoint.
    type Request: Request;
    /// Its name, its privilege and its walls.
    const SPEC: Spec;
    /// One process serves all clients there are: the process limit counts processes, not requests (postscreen,
    /// tlsproxy). Such a daemon lives until master(8) ends it, and has limits of its own.
    const ALL_CLIENTS: bool = false;

    /// Reads settings and opens what needs the privileges that the jail takes away.
    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal>;

    /// Answers one request; called for many at once.
    fn serve(&self, request: Self::Request, jailed: &Jailed) -> impl Future<Output = ()>;

    /// Work of its own, beside requests. A daemon without any waits for ever.
    fn run(&self, _jailed: &Jailed) -> impl Future<Output = ()> {
        std::future::pending()
    }

    /// No more requests will come (reload, stop, `max_idle`): winds up work of its own. Requests in progress are
    /// waited for without its help.
    fn retire(&self, _jailed: &Jailed) -> impl Future<Output = ()> {
        std::future::ready(())
    }

    /// Folders that it writes in besides those of [`Spec`], as its configuration wants.
    fn more_writes(&self) -> Vec<std::path::PathBuf> {
        Vec::new()
    }

    /// Its configuration makes it connect to internet addresses although [`Spec`] does not say so.
    fn needs_inet(&self) -> bool {
        false
    }
}
