//! qmgr(8), the queue manager: moves messages between queues, has delivery agents deliver them, tells bounce(8) and
//! defer(8) what failed, and removes what is done. It alone changes queue files once they are complete.
//! When to deliver what is decided in `schedule`. Message content is not read here.

mod active;
mod clog;
mod deliver;
mod feed;
mod finish;
mod flush_list;
mod manager;
mod notes;
mod route;
mod scan;
mod settings;
mod take;

pub use manager::Manager;
pub use settings::Settings;

use config::Conf;
use queue::Queue;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Wakeup};
use std::ffi::OsString;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

/// qmgr(8). `args` are those after the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Qmgr>(&args)
}

struct Qmgr(Rc<Manager>);

impl Daemon for Qmgr {
    type Request = Wakeup;
    const SPEC: Spec = Spec {
        name: "qmgr",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox {
            writes: &["active", "incoming", "deferred", "corrupt", "bounce", "defer", "trace", "recycled"],
            data: false,
            inet: false,
        }),
        resident: true,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let services = conf::load_master(&before.config_directory)?;
        let settings = Settings::from_conf(conf, &services)?;
        let queue = Queue::open(&settings.queue_directory, &settings.queue)
            .map_err(|e| Fatal::new(format!("open {}: {e}", settings.queue_directory.display())))?;
        Ok(Self(Rc::new(Manager::new(settings, Arc::new(queue), before.log.clone()))))
    }

    async fn serve(&self, Wakeup(letters): Wakeup, _: &Jailed) {
        self.0.wake(&letters);
    }

    async fn run(&self, _: &Jailed) {
        self.0.run().await;
    }

    async fn retire(&self, _: &Jailed) {
        self.0.retire().await;
    }
}
