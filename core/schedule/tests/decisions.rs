//! What the queue manager decides, case by case.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, outside `#[test]` functions

use mail::{Diagnosis, Enhanced, QueueId, Recipient, Timestamp};
use schedule::{
    Action, Arrival, DeliveryId, Event, Health, Limits, Report, Routed, Schedule, TransportLimits,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_000_000 + seconds)
}

fn id(name: &str) -> QueueId {
    QueueId::parse(name).unwrap()
}

fn to(transport: &str, nexthop: &str, address: &str) -> Routed {
    Routed { transport: transport.into(), nexthop: nexthop.into(), recipient: Recipient::new(address) }
}

fn arrival(name: &str, recipients: Vec<Routed>) -> Arrival {
    Arrival {
        message: id(name),
        created: at(0),
        null_sender: false,
        warn_at: None,
        force_expire: false,
        kept: 0,
        one_by_one: false,
        flush: false,
        undefer: false,
        recipients,
        more: false,
    }
}

fn queue(limits: TransportLimits) -> Schedule {
    let of = move |name: &str| if name == "retry" { TransportLimits::default() } else { limits.clone() };
    Schedule::new(Limits::default(), of)
}

/// One message with one recipient.
fn one(schedule: &mut Schedule, name: &str, nexthop: &str, now: i64) -> Vec<Action> {
    let recipients = vec![to("smtp", nexthop, &format!("u@{nexthop}"))];
    schedule.on(Event::Arrived(arrival(name, recipients)), at(now))
}

fn finish(schedule: &mut Schedule, delivery: DeliveryId, report: Report, now: i64) -> Vec<Action> {
    schedule.on(Event::Finished { delivery, report }, at(now))
}

fn deliveries(actions: &[Action]) -> Vec<(DeliveryId, String, String, usize)> {
    let pick = |action: &Action| match action {
        Action::Deliver { delivery, transport, nexthop, recipients, .. } => {
            Some((*delivery, transport.clone(), nexthop.clone(), recipients.len()))
        }
        _ => None,
    };
    actions.iter().filter_map(pick).collect()
}

fn messages(actions: &[Action]) -> Vec<String> {
    let pick = |action: &Action| match action {
        Action::Deliver { message, .. } => Some(message.to_string()),
        _ => None,
    };
    actions.iter().filter_map(pick).collect()
}

fn sent() -> Report {
    Report::default()
}

fn refused() -> Report {
    let why = Diagnosis::new(Enhanced::new(4, 1), "connect to x[192.0.2.1]:25: Connection refused");
    Report { deferred: 1, health: Health::Unreachable(why), ..Report::default() }
}

#[test]
fn a_delivered_message_is_removed() {
    let mut schedule = queue(TransportLimits::default());
    let actions = one(&mut schedule, "A", "x", 0);
    let [(delivery, ..)] = deliveries(&actions)[..] else { panic!("{actions:?}") };
    let actions = finish(&mut schedule, delivery, sent(), 0);
    assert_eq!(actions, [Action::Remove { message: id("A") }]);
    assert!(schedule.is_empty());
}

#[test]
fn a_message_without_recipients_left_is_finished_at_once() {
    let mut schedule = queue(TransportLimits::default());
    let actions = schedule.on(Event::Arrived(arrival("A", vec![])), at(0));
    assert_eq!(actions, [Action::Remove { message: id("A") }]);
}

#[test]
fn recipients_of_one_destination_travel_together_up_to_the_limit() {
    let mut schedule = queue(TransportLimits { recipients_per_delivery: 3, ..Default::default() });
    let recipients = (0..7).map(|n| to("smtp", "x", &format!("{n}@x"))).collect();
    let actions = schedule.on(Event::Arrived(arrival("A", recipients)), at(0));
    let sizes: Vec<_> = deliveries(&actions).iter().map(|d| d.3).collect();
    assert_eq!(sizes, [3, 3, 1]);
}

#[test]
fn with_a_recipient_limit_of_one_each_recipient_is_its_own_destination() {
    let limits = TransportLimits { recipients_per_delivery: 1, concurrency: 2, ..Default::default() };
    let mut schedule = queue(limits);
    let mut recipients: Vec<_> = (0..4).map(|n| to("local", "x", &format!("{n}@x"))).collect();
    recipients.extend((0..3).map(|_| to("local", "x", "same@x")));
    let actions = schedule.on(Event::Arrived(arrival("A", recipients)), at(0));
    assert_eq!(deliveries(&actions).len(), 4 + 2);
}

#[test]
fn a_destination_gets_no_more_than_its_window_and_others_go_on() {
    let mut schedule = queue(TransportLimits { initial_concurrency: 2, ..Default::default() });
    let mut going = Vec::new();
    for n in 0..10 {
        going.extend(deliveries(&one(&mut schedule, &format!("S{n}"), "slow", 0)));
    }
    assert_eq!(going.len(), 2);
    assert_eq!(deliveries(&one(&mut schedule, "F", "fast", 0)).len(), 1);
}

#[test]
fn the_process_limit_bounds_a_transport() {
    let mut schedule = queue(TransportLimits { processes: 3, ..Default::default() });
    let going: usize =
        (0..10).map(|n| deliveries(&one(&mut schedule, &format!("M{n}"), &format!("d{n}"), 0)).len()).sum();
    assert_eq!(going, 3);
}

#[test]
fn mail_for_a_dead_destination_goes_to_retry_with_the_last_reason_until_the_backoff_is_over() {
    let mut schedule = queue(TransportLimits { initial_concurrency: 1, ..Default::default() });
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    assert!(deliveries(&one(&mut schedule, "B", "x", 0)).is_empty(), "B waits");
    let actions = finish(&mut schedule, first[0].0, refused(), 1);
    let expect = "4.4.1 delivery temporarily suspended: connect to x[192.0.2.1]:25: Connection refused";
    let rerouted = deliveries(&actions);
    assert_eq!((rerouted[0].1.as_str(), rerouted[0].2.as_str()), ("retry", expect));
    assert_eq!(deliveries(&one(&mut schedule, "C", "x", 2))[0].1, "retry");
    assert_eq!(schedule.next_timer(), Some(at(301)));
    schedule.on(Event::Timer, at(301));
    assert_eq!(deliveries(&one(&mut schedule, "D", "x", 301))[0].1, "smtp");
}

#[test]
fn a_destination_is_remembered_as_dead_when_no_mail_waits_for_it() {
    let mut schedule = queue(TransportLimits { initial_concurrency: 1, ..Default::default() });
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    finish(&mut schedule, first[0].0, refused(), 1);
    assert_eq!(deliveries(&one(&mut schedule, "B", "x", 2))[0].1, "retry");
}

#[test]
fn a_flush_tries_dead_destinations_at_once() {
    let mut schedule = queue(TransportLimits { initial_concurrency: 1, ..Default::default() });
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    finish(&mut schedule, first[0].0, refused(), 1);
    schedule.on(Event::Revive, at(2));
    assert_eq!(deliveries(&one(&mut schedule, "B", "x", 2))[0].1, "smtp");
}

#[test]
fn one_flushed_message_revives_its_own_destination() {
    let mut schedule = queue(TransportLimits { initial_concurrency: 1, ..Default::default() });
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    finish(&mut schedule, first[0].0, refused(), 1);
    let flushed = Arrival { flush: true, ..arrival("B", vec![to("smtp", "x", "u@x")]) };
    assert_eq!(deliveries(&schedule.on(Event::Arrived(flushed), at(2)))[0].1, "smtp");
}

#[test]
fn a_broken_agent_suspends_its_transport_but_no_other() {
    let mut schedule = queue(TransportLimits::default());
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    let why = Diagnosis::new(Enhanced::new(3, 0), "mail transport unavailable");
    let untold = vec![Recipient::new("u@x")];
    let report = Report { deferred: 0, untold, health: Health::AgentFailed(why) };
    let actions = finish(&mut schedule, first[0].0, report, 0);
    let retried = deliveries(&actions);
    assert_eq!((retried[0].1.as_str(), retried[0].2.as_str()), ("retry", "4.3.0 mail transport unavailable"));
    assert_eq!(deliveries(&one(&mut schedule, "B", "y", 1))[0].1, "retry");
    let local = arrival("L", vec![to("local", "y", "u@y")]);
    assert_eq!(deliveries(&schedule.on(Event::Arrived(local), at(1)))[0].1, "local");
    schedule.on(Event::Timer, at(60));
    assert_eq!(deliveries(&one(&mut schedule, "C", "y", 60))[0].1, "smtp");
}

#[test]
fn when_even_retry_is_broken_the_delay_is_recorded_without_an_agent() {
    let mut schedule = queue(TransportLimits::default());
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    let broken = |deferred| Report {
        deferred,
        untold: vec![Recipient::new("u@x")],
        health: Health::AgentFailed(Diagnosis::new(Enhanced::new(3, 0), "mail transport unavailable")),
    };
    let retried = deliveries(&finish(&mut schedule, first[0].0, broken(0), 0));
    let actions = finish(&mut schedule, retried[0].0, broken(0), 0);
    let [Action::Postpone { delivery, diagnosis, .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(diagnosis.reason, "mail transport unavailable");
    let end = finish(&mut schedule, *delivery, Report { deferred: 1, ..Report::default() }, 0);
    assert_eq!(end, [Action::Defer { message: id("A"), until: at(300), warn: false }]);
}

#[test]
fn defer_transports_hold_mail_until_it_is_flushed() {
    let limits = Limits { defer_transports: vec!["uucp".into()], ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits::default());
    let mail = arrival("A", vec![to("uucp", "x", "u@x")]);
    let actions = deliveries(&schedule.on(Event::Arrived(mail), at(0)));
    assert_eq!((actions[0].1.as_str(), actions[0].2.as_str()), ("retry", "4.3.2 deferred transport"));
    let flushed = Arrival { flush: true, ..arrival("B", vec![to("uucp", "x", "u@x")]) };
    assert_eq!(deliveries(&schedule.on(Event::Arrived(flushed), at(0)))[0].1, "uucp");
}

#[test]
fn what_stays_is_deferred_and_what_is_too_old_expires() {
    let limits = Limits { queue_lifetime: 1000, ..Limits::default() };
    for (now, expect) in [
        (10, Action::Defer { message: id("A"), until: at(310), warn: false }),
        (1000, Action::Expire { message: id("A"), forced: false }),
    ] {
        let mut schedule = Schedule::new(limits.clone(), |_| TransportLimits::default());
        let delivery = deliveries(&one(&mut schedule, "A", "x", now))[0].0;
        let actions = finish(&mut schedule, delivery, Report { deferred: 1, ..Report::default() }, now);
        assert_eq!(actions, [expect]);
    }
}

#[test]
fn a_forced_expiry_asks_no_agent_but_retry() {
    let mut schedule = queue(TransportLimits::default());
    let forced = Arrival { force_expire: true, ..arrival("A", vec![to("smtp", "x", "u@x")]) };
    let retried = deliveries(&schedule.on(Event::Arrived(forced), at(0)));
    let expect = ("retry", "4.7.0 message is administratively expired");
    assert_eq!((retried[0].1.as_str(), retried[0].2.as_str()), expect);
    let actions = finish(&mut schedule, retried[0].0, Report { deferred: 1, ..Report::default() }, 0);
    assert_eq!(actions, [Action::Expire { message: id("A"), forced: true }]);
}

#[test]
fn a_forced_expiry_of_mail_that_was_tried_before_comes_at_once() {
    let mut schedule = queue(TransportLimits::default());
    let forced = Arrival { force_expire: true, kept: 2, ..arrival("A", vec![]) };
    let actions = schedule.on(Event::Arrived(forced), at(0));
    assert_eq!(actions, [Action::Expire { message: id("A"), forced: true }]);
}

#[test]
fn a_rate_delay_paces_one_destination() {
    let mut schedule = queue(TransportLimits { destination_rate_delay: 10, ..Default::default() });
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    assert!(deliveries(&one(&mut schedule, "B", "x", 0)).is_empty());
    assert_eq!(deliveries(&one(&mut schedule, "Y", "y", 0)).len(), 1);
    assert!(deliveries(&finish(&mut schedule, first[0].0, sent(), 3)).is_empty());
    assert_eq!(schedule.next_timer(), Some(at(13)));
    assert_eq!(messages(&schedule.on(Event::Timer, at(13))), ["B"]);
}

#[test]
fn a_transport_rate_delay_paces_all_destinations() {
    let mut schedule = queue(TransportLimits { transport_rate_delay: 10, ..Default::default() });
    let first = deliveries(&one(&mut schedule, "A", "x", 0));
    assert!(deliveries(&one(&mut schedule, "Y", "y", 0)).is_empty());
    finish(&mut schedule, first[0].0, sent(), 3);
    assert_eq!(messages(&schedule.on(Event::Timer, at(13))), ["Y"]);
}

#[test]
fn small_mail_overtakes_a_mailing_list() {
    let mut schedule = queue(TransportLimits { processes: 1, ..Default::default() });
    let list = (0..1000).map(|n| to("smtp", &format!("d{n}"), "u")).collect();
    let mut going = deliveries(&schedule.on(Event::Arrived(arrival("LIST", list)), at(0)));
    one(&mut schedule, "SMALL", "z", 0);
    let mut before = 0;
    loop {
        before += 1;
        let actions = finish(&mut schedule, going.remove(0).0, sent(), 0);
        if messages(&actions) == ["SMALL"] {
            break;
        }
        going = deliveries(&actions);
    }
    assert!(before < 10, "{before} deliveries went first");
}

#[test]
fn a_message_with_two_destinations_is_not_starved_by_those_with_one() {
    let mut schedule = queue(TransportLimits { processes: 1, ..Default::default() });
    let list = (0..1000).map(|n| to("smtp", &format!("d{n}"), "u")).collect();
    let mut going = deliveries(&schedule.on(Event::Arrived(arrival("LIST", list)), at(0)));
    for n in 0..8 {
        one(&mut schedule, &format!("EARLY{n}"), &format!("early{n}"), 0);
    }
    let two = vec![to("smtp", "e1", "u"), to("smtp", "e2", "u")];
    schedule.on(Event::Arrived(arrival("TWO", two)), at(0));
    let mut overtook = Vec::new();
    for second in 1..150 {
        // As much small mail as may overtake.
        if second % 5 == 0 {
            one(&mut schedule, &format!("S{second}"), &format!("s{second}"), second);
        }
        let actions = finish(&mut schedule, going.remove(0).0, sent(), second);
        overtook.extend(messages(&actions).into_iter().filter(|name| name != "LIST"));
        going = deliveries(&actions);
    }
    assert!(overtook.iter().any(|name| name == "TWO"), "{overtook:?}");
}

#[test]
fn feedback_is_explained_when_asked_for() {
    let limits = Limits { explain_feedback: true, ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits::default());
    let delivery = deliveries(&one(&mut schedule, "A", "x", 0))[0].0;
    let told: Vec<_> = finish(&mut schedule, delivery, refused(), 1)
        .into_iter()
        .filter_map(|action| if let Action::Explain(text) = action { Some(text) } else { None })
        .collect();
    let state = "queue x: limit 20 window 3 success 0 failure 1 fail_cohorts 0.2";
    assert_eq!(told, ["qmgr_queue_throttle: feedback 1".to_owned(), format!("qmgr_queue_throttle: {state}")]);
}

#[test]
fn with_a_slot_cost_of_zero_nothing_overtakes() {
    let mut schedule = queue(TransportLimits { processes: 1, slot_cost: 0, ..Default::default() });
    let list = (0..100).map(|n| to("smtp", &format!("d{n}"), "u")).collect();
    let mut going = deliveries(&schedule.on(Event::Arrived(arrival("LIST", list)), at(0)));
    one(&mut schedule, "SMALL", "z", 0);
    for _ in 0..99 {
        let actions = finish(&mut schedule, going.remove(0).0, sent(), 0);
        assert_eq!(messages(&actions), ["LIST"]);
        going = deliveries(&actions);
    }
}

#[test]
fn a_large_message_is_read_in_parts_and_leaves_room_for_others() {
    let limits = Limits { recipients: 100, ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits { processes: 1, ..Default::default() });
    assert_eq!(schedule.allowance(), 50);
    let part = |from: usize| (from..from + 50).map(|n| to("smtp", &format!("d{n}"), "u")).collect::<Vec<_>>();
    let big = Arrival { more: true, ..arrival("BIG", part(0)) };
    let mut going = deliveries(&schedule.on(Event::Arrived(big), at(0)));
    assert!(schedule.has_room() && schedule.allowance() == 25);
    let mut refills = 0;
    for _ in 0..50 {
        let actions = finish(&mut schedule, going.remove(0).0, sent(), 0);
        going.extend(deliveries(&actions));
        refills += actions.iter().filter(|a| matches!(a, Action::Refill { .. })).count();
    }
    assert_eq!(refills, 1, "asked for more, once");
    let more = Event::Refilled { message: id("BIG"), recipients: part(50), more: false };
    assert_eq!(deliveries(&schedule.on(more, at(0))).len(), 1);
}

#[test]
fn a_message_whose_rest_cannot_be_read_is_tried_again_however_old_it_is() {
    let limits = Limits { recipients: 20, queue_lifetime: 100, ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits::default());
    let big = Arrival { more: true, ..arrival("BIG", vec![to("smtp", "x", "u@x")]) };
    let going = deliveries(&schedule.on(Event::Arrived(big), at(200)));
    let asked = finish(&mut schedule, going[0].0, sent(), 200);
    assert!(matches!(asked[..], [Action::Refill { .. }]), "{asked:?}");
    let end = schedule.on(Event::Unread { message: id("BIG") }, at(201));
    assert_eq!(end, [Action::Defer { message: id("BIG"), until: at(501), warn: false }]);
    assert!(schedule.is_empty());
}

#[test]
fn a_full_active_queue_has_no_room() {
    let limits = Limits { active_messages: 2, ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits::default());
    one(&mut schedule, "A", "x", 0);
    assert!(schedule.has_room());
    one(&mut schedule, "B", "x", 0);
    assert!(!schedule.has_room());
}

#[test]
fn a_clogged_queue_is_reported_once_in_a_while() {
    let limits = Limits { active_messages: 10, ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits { processes: 1, ..Default::default() });
    let reports: usize = (0..10)
        .map(|n| one(&mut schedule, &format!("M{n}"), "x", 0))
        .map(|actions| actions.iter().filter(|a| matches!(a, Action::Clogged(_))).count())
        .sum();
    assert_eq!(reports, 1);
}

#[test]
fn mail_with_many_recipients_does_not_clog() {
    let limits = Limits { active_messages: 10, ..Limits::default() };
    let mut schedule = Schedule::new(limits, |_| TransportLimits { processes: 1, ..Default::default() });
    for n in 0..10 {
        let recipients = (0..5).map(|n| to("smtp", "x", &format!("{n}@x"))).collect();
        let actions = schedule.on(Event::Arrived(arrival(&format!("M{n}"), recipients)), at(0));
        assert!(!actions.iter().any(|a| matches!(a, Action::Clogged(_))));
    }
}
