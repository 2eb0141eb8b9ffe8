//! Who a delivery acts as: a recipient, the owner of an alias file, the user of `default_privs` or `user=`.

use crate::fault::{fate, resources};
use mail::Outcome;
use os::acting::{Actor, act};
use os::users::User;
use std::io;

/// A user with what commands are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) home: String,
    pub(crate) shell: String,
}

impl Account {
    /// By login name; None when there is no such user.
    pub(crate) async fn by_name(name: &str) -> Result<Option<Self>, Outcome> {
        let name = name.to_owned();
        ask(move || User::by_name(&name)).await
    }

    /// By user id.
    pub(crate) async fn by_uid(uid: u32) -> Result<Option<Self>, Outcome> {
        ask(move || User::by_uid(uid)).await
    }

    /// Who opens files for this account. `groups`: further groups, such as that of a mail spool.
    pub(crate) fn actor(&self, groups: &[u32]) -> Actor {
        Actor { groups: groups.to_vec(), ..Actor::new(self.uid, self.gid) }
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        let home = user.home.to_string_lossy().into_owned();
        Self { name: user.name, uid: user.uid, gid: user.gid, home, shell: user.shell }
    }
}

/// Runs `work` as `actor`, on a thread of its own; the reactor goes on meanwhile.
pub(crate) async fn as_actor<T: Send + 'static>(
    actor: Option<Actor>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Outcome> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // The receiver may have gone: the delivery was given up.
    let done = move |result| drop(sender.send(result));
    act(actor, work, done).map_err(|error| resources(&error))?;
    match receiver.await {
        Ok(result) => result.map_err(|error| resources(&error)),
        Err(_) => Err(fate("4.3.0", "internal error: a delivery thread ended early")),
    }
}

/// Name services may block, and what they can't tell now they may tell later.
async fn ask(
    query: impl FnOnce() -> io::Result<Option<User>> + Send + 'static,
) -> Result<Option<Account>, Outcome> {
    let found = as_actor(None, query).await?;
    let failed = |error: io::Error| fate("4.3.0", format!("user lookup error: {}", os::strerror(&error)));
    Ok(found.map_err(failed)?.map(Account::from))
}
