//! What is remembered about an address, and for how long it holds. It knows no table and no clock.

use ipc::verify::Status;

/// One address in the cache. Its text form is Postfix's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) status: Status,
    /// When the last probe was sent whose outcome isn't known; 0 when there is none.
    pub(super) probed: i64,
    /// When the status was learned; 0 when it wasn't.
    pub(super) updated: i64,
    /// In the words of whoever found out.
    pub(super) text: String,
}

/// How long what is known holds, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetimes {
    pub(super) positive_expire: i64,
    pub(super) positive_refresh: i64,
    pub(super) negative_expire: i64,
    pub(super) negative_refresh: i64,
}

impl Entry {
    /// Nobody has asked about this address before.
    pub(super) fn unknown() -> Self {
        let text = "Address verification in progress".to_owned();
        Self { status: Status::InProgress, probed: 0, updated: 0, text }
    }

    /// None for what is no entry.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let mut fields = value.splitn(4, ':');
        let status = *STATUSES.get(fields.next()?.parse::<usize>().ok()?)?;
        let mut time = || fields.next()?.parse::<i64>().ok();
        let (probed, updated) = (time()?, time()?);
        let text = fields.next().filter(|text| !text.is_empty())?.to_owned();
        Some(Self { status, probed, updated, text })
    }

    pub(super) fn format(&self) -> String {
        let number = STATUSES.iter().position(|status| *status == self.status).unwrap_or_default();
        format!("{number}:{}:{}:{}", self.probed, self.updated, self.text)
    }

    /// It has held long enough. While a probe is out, nothing is forgotten.
    pub(super) fn is_expired(&self, lifetimes: &Lifetimes, now: i64) -> bool {
        let expire = match self.status {
            Status::Deliverable => lifetimes.positive_expire,
            _ => lifetimes.negative_expire,
        };
        self.may_probe(now) && self.updated.saturating_add(expire) < now
    }

    /// It is time to look again.
    pub(super) fn wants_probe(&self, lifetimes: &Lifetimes, now: i64) -> bool {
        let refresh = match self.status {
            Status::Deliverable => lifetimes.positive_refresh,
            _ => lifetimes.negative_refresh,
        };
        self.may_probe(now) && self.updated.saturating_add(refresh) < now
    }

    /// The last probe was long ago.
    fn may_probe(&self, now: i64) -> bool {
        now.saturating_sub(self.probed) > PROBE_LIFETIME
    }
}

/// In the order of their numbers.
const STATUSES: [Status; 4] =
    [Status::Deliverable, Status::Deferred, Status::Undeliverable, Status::InProgress];
/// After so many seconds a probe is believed to be lost.
const PROBE_LIFETIME: i64 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIMES: Lifetimes = Lifetimes {
        positive_expire: 31 * 86400,
        positive_refresh: 7 * 86400,
        negative_expire: 3 * 86400,
        negative_refresh: 3 * 3600,
    };
    const NOW: i64 = 1_795_538_368;

    fn entry(status: Status, probed: i64, updated: i64) -> Entry {
        Entry { status, probed, updated, text: "a: b".into() }
    }

    #[test]
    fn entries_keep_their_form() {
        for text in ["0:0:1795538108:delivers to mailbox", "3:1795538183:0:a:b"] {
            assert_eq!(Entry::parse(text).unwrap().format(), text);
        }
        for text in ["foo", "4:0:0:x", "-1:0:0:x", "0:1:2", "0:1:2:", "0:a:2:x"] {
            assert_eq!(Entry::parse(text), None, "{text}");
        }
    }

    /// As the oracle kept and dropped them.
    #[test]
    fn good_news_holds_longer_than_bad_and_a_probe_under_way_keeps_both() {
        let (day, old) = (86400, NOW - 2000);
        let expired = |status, probed, age| entry(status, probed, NOW - age).is_expired(&LIFETIMES, NOW);
        assert!(expired(Status::Deliverable, 0, 40 * day) && expired(Status::Deliverable, old, 40 * day));
        assert!(!expired(Status::Deliverable, NOW - 100, 40 * day));
        assert!(!expired(Status::Deliverable, 0, 20 * day));
        assert!(expired(Status::Undeliverable, 0, 5 * day) && expired(Status::InProgress, old, 5 * day));
        assert!(!expired(Status::Deferred, 0, day) && !expired(Status::Deferred, NOW - 100, 20 * day));
    }

    #[test]
    fn an_address_is_probed_again_when_its_time_has_come_but_not_twice_at_once() {
        let wants = |status, probed, age| entry(status, probed, NOW - age).wants_probe(&LIFETIMES, NOW);
        assert!(Entry::unknown().wants_probe(&LIFETIMES, NOW));
        assert!(wants(Status::Deliverable, 0, 8 * 86400) && !wants(Status::Deliverable, 0, 6 * 86400));
        assert!(wants(Status::Deferred, 0, 4 * 3600) && !wants(Status::Deferred, NOW - 100, 4 * 3600));
    }
}
