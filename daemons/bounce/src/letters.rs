//! Who is told what about a message: decided from its log, before anything is sent.

use crate::settings::Settings;
use ipc::bounce::Notice;
use mail::{Address, Recipient, ReturnFormat};
use notice::{Entry, Kind, Returned, verp_sender};
use queue::{LogEntry, LogKind};

/// One notice to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it is about.
    pub kind: Kind,
    /// A copy for the postmaster.
    pub postmaster: bool,
    /// Its envelope sender.
    pub from: Address,
    /// Its recipient.
    pub to: Address,
    /// The recipients that it is about.
    pub entries: Vec<Entry>,
    /// How much of the message it returns.
    pub returned: Returned,
}

/// What to do about a message's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Send these (there may be none).
    Send(Vec<Letter>),
    /// A notice of ours to the postmaster came back: nobody is left to be told.
    Discard,
}

impl Letter {
    /// How the log calls it: `sender non-delivery notification`.
    pub fn log_name(&self) -> String {
        let who = if self.postmaster { "postmaster" } else { "sender" };
        let what = match self.kind {
            Kind::Failure => "non-delivery",
            Kind::Delay => "delay",
            Kind::Success | Kind::Verify => "delivery status",
        };
        format!("{who} {what} notification")
    }
}

/// The notices that a flush of this log calls for.
pub fn flush(log: LogKind, notice: &Notice, entries: &[LogEntry], settings: &Settings) -> Plan {
    match log {
        LogKind::Bounce | LogKind::Defer => failure(notice, entries, settings),
        LogKind::Trace => success(notice, entries),
    }
}

/// The notices that a delay calls for.
pub fn warning(notice: &Notice, entries: &[LogEntry], settings: &Settings) -> Plan {
    let mut letters = Vec::new();
    if is_double_bounce(notice, settings) {
        return Plan::Send(letters);
    }
    let headers = Returned::Headers;
    if !notice.sender.is_null() {
        let wanted = told(entries, |e| e.recipient.notify.wants_delay());
        letters.extend(to_sender(Kind::Delay, &notice.sender, wanted, headers));
    }
    if settings.delay_copies {
        let to = &settings.delay_notice_recipient;
        letters.extend(to_postmaster(Kind::Delay, to, settings, told(entries, |_| true), headers));
    }
    Plan::Send(letters)
}

fn failure(notice: &Notice, entries: &[LogEntry], settings: &Settings) -> Plan {
    if is_double_bounce(notice, settings) {
        return Plan::Discard;
    }
    let returned = returned(notice, settings);
    let everybody = told(entries, |_| true);
    if notice.sender.is_null() {
        let to = &settings.double_bounce_notice_recipient;
        let letter = to_postmaster(Kind::Failure, to, settings, everybody, returned);
        return Plan::Send(letter.filter(|_| settings.double_bounces).into_iter().collect());
    }
    let wanted = told(entries, |e| e.recipient.notify.wants_failure());
    let mut letters = match &notice.verp {
        Some(delimiters) => one_by_one(notice, delimiters, wanted, returned),
        None => to_sender(Kind::Failure, &notice.sender, wanted, returned).into_iter().collect(),
    };
    if settings.copies {
        let to = &settings.bounce_notice_recipient;
        letters.extend(to_postmaster(Kind::Failure, to, settings, everybody, Returned::Headers));
    }
    Plan::Send(letters)
}

fn success(notice: &Notice, entries: &[LogEntry]) -> Plan {
    let kind = if notice.verify { Kind::Verify } else { Kind::Success };
    if notice.sender.is_null() {
        return Plan::Send(Vec::new());
    }
    let letter = to_sender(kind, &notice.sender, told(entries, |_| true), Returned::Headers);
    Plan::Send(letter.into_iter().collect())
}

/// VERP: each recipient's notice goes to the address that names it.
fn one_by_one(notice: &Notice, delimiters: &str, entries: Vec<Entry>, returned: Returned) -> Vec<Letter> {
    let letter = |entry: Entry| {
        let to = verp_sender(delimiters, &notice.sender, &entry.recipient.address);
        to_sender(Kind::Failure, &to.unwrap_or_else(|| notice.sender.clone()), vec![entry], returned)
    };
    entries.into_iter().filter_map(letter).collect()
}

fn to_sender(kind: Kind, to: &Address, entries: Vec<Entry>, returned: Returned) -> Option<Letter> {
    let (from, to) = (Address::null(), to.clone());
    (!entries.is_empty()).then_some(Letter { kind, postmaster: false, from, to, entries, returned })
}

fn to_postmaster(
    kind: Kind,
    to: &str,
    settings: &Settings,
    entries: Vec<Entry>,
    returned: Returned,
) -> Option<Letter> {
    let (from, to) = (Address::new(&settings.double_bounce), Address::new(to));
    (!entries.is_empty()).then_some(Letter { kind, postmaster: true, from, to, entries, returned })
}

/// RFC 3461 RET, and `bounce_size_limit`.
fn returned(notice: &Notice, settings: &Settings) -> Returned {
    let headers = notice.ret == Some(ReturnFormat::Headers) || notice.data_size > settings.size_limit;
    if headers { Returned::Headers } else { Returned::Full }
}

fn is_double_bounce(notice: &Notice, settings: &Settings) -> bool {
    notice.sender.as_str().eq_ignore_ascii_case(&settings.double_bounce)
}

/// The entries that a reader is told of, as notices tell them. One recipient is told once, though a crash may have
/// noted it twice.
fn told(entries: &[LogEntry], wanted: impl Fn(&LogEntry) -> bool) -> Vec<Entry> {
    let mut told: Vec<Entry> = Vec::new();
    for entry in entries.iter().filter(|entry| wanted(entry)) {
        let same = |other: &&mut Entry| same_recipient(&other.recipient, &entry.recipient);
        match told.iter_mut().find(same) {
            Some(earlier) => *earlier = as_told(entry),
            None => told.push(as_told(entry)),
        }
    }
    told
}

fn same_recipient(one: &Recipient, other: &Recipient) -> bool {
    one.offset == other.offset && one.address == other.address
}

fn as_told(entry: &LogEntry) -> Entry {
    Entry {
        recipient: entry.recipient.clone(),
        status: entry.diagnosis.enhanced.with_class(entry.class),
        action: entry.action.clone(),
        diagnosis: entry.diagnosis.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::{Conf, HostFacts};
    use mail::{Diagnosis, Enhanced, Notify, Outcome, QueueId};

    fn settings(text: &str) -> Settings {
        let host = HostFacts { hostname: "mx.example.org".into(), ..HostFacts::default() };
        Settings::from_conf(&Conf::parse("main.cf", text, &host).unwrap(), None).unwrap()
    }

    fn notice(sender: &str) -> Notice {
        Notice {
            queue_name: "active".into(),
            queue_id: QueueId::parse("4F0D2150A3").unwrap(),
            data_offset: 0,
            data_size: 1000,
            arrival: 0,
            encoding: String::new(),
            smtputf8: false,
            sender: sender.into(),
            envelope_id: String::new(),
            ret: None,
            verp: None,
            verify: false,
        }
    }

    fn failed(address: &str, notify: Notify, offset: u64) -> LogEntry {
        let recipient = Recipient { notify, offset, ..Recipient::new(address) };
        LogEntry::new(&recipient, &Outcome::Bounced(Diagnosis::new(Enhanced::new(1, 1), "unknown")))
    }

    /// Each letter as `kind to [recipients]`.
    fn letters(plan: Plan) -> Vec<String> {
        let Plan::Send(letters) = plan else { return vec!["discard".into()] };
        let names =
            |l: &Letter| l.entries.iter().map(|e| e.recipient.address.to_string()).collect::<Vec<_>>();
        letters
            .iter()
            .map(|l| format!("{} {} {:?} {}", l.log_name(), l.to, l.returned, names(l).join(" ")))
            .collect()
    }

    #[test]
    fn the_sender_hears_of_failures_unless_he_did_not_want_to() {
        let log =
            [failed("a@x", Notify(0), 1), failed("b@x", Notify::NEVER, 2), failed("c@x", Notify::SUCCESS, 3)];
        let plan = flush(LogKind::Bounce, &notice("me@y"), &log, &settings(""));
        assert_eq!(letters(plan), ["sender non-delivery notification me@y Full a@x"]);
        assert!(letters(flush(LogKind::Bounce, &notice("me@y"), &log[1..], &settings(""))).is_empty());
    }

    #[test]
    fn the_postmaster_gets_headers_of_everything_when_notify_classes_says_so() {
        let log = [failed("a@x", Notify(0), 1), failed("b@x", Notify::NEVER, 2)];
        let plan = flush(LogKind::Bounce, &notice("me@y"), &log, &settings("notify_classes = bounce\n"));
        assert_eq!(letters(plan)[1], "postmaster non-delivery notification postmaster Headers a@x b@x");
    }

    #[test]
    fn a_bounce_of_a_bounce_goes_to_the_postmaster_or_nowhere_and_never_further() {
        let log = [failed("a@x", Notify(0), 1)];
        assert!(letters(flush(LogKind::Bounce, &notice(""), &log, &settings(""))).is_empty());
        let told = settings("notify_classes = 2bounce\n2bounce_notice_recipient = pm@z\n");
        let plan = flush(LogKind::Bounce, &notice(""), &log, &told);
        assert_eq!(letters(plan), ["postmaster non-delivery notification pm@z Full a@x"]);
        let plan = flush(LogKind::Bounce, &notice("Double-Bounce@mx.example.org"), &log, &told);
        assert_eq!(plan, Plan::Discard);
    }

    #[test]
    fn large_messages_and_ret_hdrs_come_back_as_headers() {
        let log = [failed("a@x", Notify(0), 1)];
        let large = Notice { data_size: 60_000, ..notice("me@y") };
        let hdrs = Notice { ret: Some(ReturnFormat::Headers), ..notice("me@y") };
        for notice in [large, hdrs] {
            let plan = flush(LogKind::Bounce, &notice, &log, &settings(""));
            assert_eq!(letters(plan), ["sender non-delivery notification me@y Headers a@x"]);
        }
    }

    #[test]
    fn verp_tells_each_failure_to_its_own_address() {
        let log = [failed("a@x", Notify(0), 1), failed("b@x", Notify(0), 2)];
        let verp = Notice { verp: Some("+=".into()), ..notice("list@y") };
        let plan = letters(flush(LogKind::Bounce, &verp, &log, &settings("")));
        assert_eq!(plan[0], "sender non-delivery notification list+a=x@y Full a@x");
        assert_eq!(plan.len(), 2);
    }

    #[test]
    fn a_delay_is_told_to_those_who_want_it_and_to_no_null_sender() {
        let log = [failed("a@x", Notify(0), 1), failed("b@x", Notify::FAILURE, 2)];
        let plan = warning(&notice("me@y"), &log, &settings(""));
        assert_eq!(letters(plan), ["sender delay notification me@y Headers a@x"]);
        assert!(letters(warning(&notice(""), &log, &settings(""))).is_empty());
    }

    #[test]
    fn a_recipient_noted_twice_is_told_once() {
        let log = [failed("a@x", Notify(0), 1), failed("a@x", Notify(0), 1), failed("a@x", Notify(0), 2)];
        let plan = flush(LogKind::Bounce, &notice("me@y"), &log, &settings(""));
        assert_eq!(letters(plan), ["sender non-delivery notification me@y Full a@x a@x"]);
    }
}
