//! Address verification.

use super::number;
use super::rules::{code, tempfail};
use config::{Conf, Fault, p};
use mail::ProbeSender;
use policy::Unverified;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How verify(8) is asked.
#[derive(Clone, Debug)]
pub(crate) struct VerifySettings {
    pub socket: PathBuf,
    pub poll_count: u32,
    pub poll_delay: Duration,
    /// Mail for the sender of our probes is never refused.
    pub probe_sender: ProbeSender,
}

impl VerifySettings {
    pub(super) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let ttl = conf.get(p::ADDRESS_VERIFY_SENDER_TTL)?.as_secs();
        Ok(Self {
            socket: Path::new("private").join(conf.get(p::ADDRESS_VERIFY_SERVICE_NAME)?),
            poll_count: number(conf.get(p::ADDRESS_VERIFY_POLL_COUNT)?),
            poll_delay: conf.get(p::ADDRESS_VERIFY_POLL_DELAY)?,
            probe_sender: ProbeSender::new(
                &conf.get(p::ADDRESS_VERIFY_SENDER)?,
                &conf.get(p::MYORIGIN)?,
                i64::try_from(ttl).unwrap_or(i64::MAX),
            ),
        })
    }
}

/// `unverified_sender_*`.
pub(super) fn unverified_sender(conf: &Conf) -> Result<Unverified, Fault> {
    Ok(Unverified {
        reject_code: code(conf.get(p::UNVERIFIED_SENDER_REJECT_CODE)?),
        defer_code: code(conf.get(p::UNVERIFIED_SENDER_DEFER_CODE)?),
        reject_reason: conf.get(p::UNVERIFIED_SENDER_REJECT_REASON)?,
        tempfail: tempfail(conf, p::UNVERIFIED_SENDER_TEMPFAIL_ACTION.name())?,
    })
}

/// `unverified_recipient_*`.
pub(super) fn unverified_recipient(conf: &Conf) -> Result<Unverified, Fault> {
    Ok(Unverified {
        reject_code: code(conf.get(p::UNVERIFIED_RECIPIENT_REJECT_CODE)?),
        defer_code: code(conf.get(p::UNVERIFIED_RECIPIENT_DEFER_CODE)?),
        reject_reason: conf.get(p::UNVERIFIED_RECIPIENT_REJECT_REASON)?,
        tempfail: tempfail(conf, p::UNVERIFIED_RECIPIENT_TEMPFAIL_ACTION.name())?,
    })
}
