//! The parameters of verify(8), as plain values.

use super::entry::Lifetimes;
use config::{Conf, Fault, p};
use mail::ProbeSender;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What main.cf says.
pub(super) struct Settings {
    pub(super) map: String,
    pub(super) lmdb_map_size: usize,
    pub(super) lifetimes: Lifetimes,
    pub(super) negative_cache: bool,
    /// `address_verify_cache_cleanup_interval`; 0: never.
    pub(super) cleanup_interval: i64,
    pub(super) sender: ProbeSender,
    pub(super) myhostname: String,
    pub(super) mail_name: String,
    pub(super) cleanup_socket: PathBuf,
    pub(super) ipc_timeout: Duration,
}

impl Settings {
    pub(super) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let ttl = seconds(conf.get(p::ADDRESS_VERIFY_SENDER_TTL)?);
        Ok(Self {
            map: conf.get(p::ADDRESS_VERIFY_MAP)?,
            lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX),
            lifetimes: Lifetimes {
                positive_expire: seconds(conf.get(p::ADDRESS_VERIFY_POSITIVE_EXPIRE_TIME)?),
                positive_refresh: seconds(conf.get(p::ADDRESS_VERIFY_POSITIVE_REFRESH_TIME)?),
                negative_expire: seconds(conf.get(p::ADDRESS_VERIFY_NEGATIVE_EXPIRE_TIME)?),
                negative_refresh: seconds(conf.get(p::ADDRESS_VERIFY_NEGATIVE_REFRESH_TIME)?),
            },
            negative_cache: conf.get(p::ADDRESS_VERIFY_NEGATIVE_CACHE)?,
            cleanup_interval: seconds(conf.get(p::ADDRESS_VERIFY_CACHE_CLEANUP_INTERVAL)?),
            sender: ProbeSender::new(&conf.get(p::ADDRESS_VERIFY_SENDER)?, &conf.get(p::MYORIGIN)?, ttl),
            myhostname: conf.get(p::MYHOSTNAME)?,
            mail_name: conf.get(p::MAIL_NAME)?,
            cleanup_socket: Path::new("public").join(conf.get(p::CLEANUP_SERVICE_NAME)?),
            ipc_timeout: conf.get(p::IPC_TIMEOUT)?,
        })
    }
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
