//! Opening files as somebody else, in a process that stays root: one thread takes on other ids, works, and
//! ends. Linux keeps ids per thread; the thread's effective ids and groups decide what it may open, and with
//! them go all capabilities. Real and saved ids stay ours, so that the user can't signal us.

use rustix::process::{Gid, Uid};
use std::io;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Further groups.
    pub groups: Vec<u32>,
}

impl Actor {
    /// A user with one group.
    pub fn new(uid: u32, gid: u32) -> Self {
        Self { uid, gid, groups: Vec::new() }
    }
}

/// Runs `work` on a new thread that acts as `actor` and hands the result to `done`, also on that thread. A
/// process that isn't root acts as itself.
pub fn act<T: Send + 'static>(
    actor: Option<Actor>,
    work: impl FnOnce() -> T + Send + 'static,
    done: impl FnOnce(io::Result<T>) + Send + 'static,
) -> io::Result<()> {
    let job = move || match actor.filter(|_| crate::jail::is_root()) {
        Some(actor) => done(take_on(&actor).map(|()| work())),
        None => done(Ok(work())),
    };
    std::thread::Builder::new().name("acting".into()).spawn(job).map(drop)
}

/// Only this thread changes. There is no way back: the thread ends when its work is done.
fn take_on(actor: &Actor) -> io::Result<()> {
    let (uid, gid) = (Uid::from_raw(actor.uid), Gid::from_raw(actor.gid));
    let mut groups = vec![gid];
    groups.extend(actor.groups.iter().map(|group| Gid::from_raw(*group)));
    rustix::thread::set_thread_groups(&groups)?;
    rustix::thread::set_thread_res_gid(None, Some(gid), None)?;
    rustix::thread::set_thread_res_uid(None, Some(uid), None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn only_the_acting_thread_is_somebody_else() {
        let (sender, receiver) = channel();
        let who = || (rustix::process::geteuid().as_raw(), std::fs::File::open("/etc/shadow").is_ok());
        let actor = Actor::new(65534, 65534);
        act(Some(actor), who, move |result| sender.send(result.unwrap()).unwrap()).unwrap();
        let (uid, reads) = receiver.recv().unwrap();
        if crate::jail::is_root() {
            assert_eq!((uid, reads), (65534, false));
            assert_eq!(rustix::process::geteuid().as_raw(), 0);
        } else {
            assert_eq!(uid, rustix::process::geteuid().as_raw());
        }
    }
}
