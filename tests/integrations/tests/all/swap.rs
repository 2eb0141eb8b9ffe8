//! A queue that one mail system leaves is delivered by the other, in both directions, and nothing is lost.
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::wait_for;
use testkit::peer::Peer;
use testkit::run::shell_as;
use testkit::stage::{Mta, Stage};

/// Postfix fills the queue, we deliver half of it; we fill it, Postfix delivers the rest.
pub fn play(_: Mta) {
    Zone::parse("far.example A 192.0.2.25\nlate.example A 192.0.2.26\n").serve("127.0.0.1:53");
    let far = Peer::start("far", "192.0.2.25:25", false, "");
    let stage = Stage::set(Mta::Postfix);
    stage.master_cf("");
    stage.main_cf(KEEP);
    stage.start().unwrap();
    fill(&stage, "first", "far.example");
    stage.stop();
    drop_one("first-stopped");

    stage.programs(Mta::Posthaste);
    stage.main_cf(SEND);
    stage.start().unwrap();
    deliver(&stage, &far, "first");
    stage.stop();
    stage.main_cf(KEEP);
    stage.start().unwrap();
    fill(&stage, "second", "far.example");
    stage.stop();
    drop_one("second-stopped");

    stage.programs(Mta::Postfix);
    stage.main_cf(SEND);
    stage.start().unwrap();
    deliver(&stage, &far, "second");
    assert_eq!(stage.queued("corrupt"), 0, "{}", stage.log());
}

/// Messages of several shapes, all kept: deferred transports, one on hold, one from sendmail.
fn fill(stage: &Stage, round: &str, domain: &str) {
    let mut client = Client::connect(None, "127.0.0.1:25".parse().unwrap()).expect("a server");
    client.reply();
    client.ask("EHLO localhost");
    for n in 0..COUNT {
        let body = match n % 4 {
            0 => "short\n".to_string(),
            1 => format!("{}\n", "long line ".repeat(700)),
            2 => "\u{e9}\u{e8} eight bits\n.\n..\n".to_string(),
            _ => "many lines\n".repeat(2000),
        };
        let (one, two) = (format!("{round}-{n}a@{domain}"), format!("{round}-{n}b@{domain}"));
        let reply =
            client.mail("alice@example.com", &[&one, &two], &format!("Subject: {round}-{n}\n\n{body}"));
        assert!(reply.starts_with("250"), "{reply}");
    }
    let held =
        client.mail("hold@example.com", &[&format!("{round}-held@{domain}")], "Subject: held\n\nheld\n");
    assert!(held.starts_with("250"), "{held}");
    client.ask("QUIT");
    let sent =
        shell_as(Some("alice"), &format!("sendmail {round}-sendmail@{domain}"), b"Subject: x\n\nbody\n");
    assert_eq!(sent.status, Some(0));
    let kept = || stage.queued("deferred") == COUNT + 1 && stage.queued("hold") == 1;
    assert!(wait_for(PATIENCE, || kept().then_some(())).is_some(), "{}", stage.log());
}

/// One more by sendmail while the mail system is down.
fn drop_one(name: &str) {
    let sent = shell_as(Some("bob"), &format!("sendmail {name}@far.example"), b"Subject: x\n\nbody\n");
    assert_eq!(sent.status, Some(0), "{}", String::from_utf8_lossy(&sent.output));
}

fn deliver(stage: &Stage, far: &Peer, round: &str) {
    testkit::run::shell("postsuper -H ALL && postqueue -f").text();
    let done = stage.wait_empty_for(Duration::from_secs(30));
    assert!(done, "the queue is not empty\n{}", stage.log());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in far.heard().iter().filter(|line| line.starts_with(&format!("RCPT TO:<{round}-"))) {
        *counts.entry(line.clone()).or_default() += 1;
    }
    let wanted = 2 * COUNT + 3;
    assert_eq!(counts.len(), wanted, "{counts:?}\n{}", stage.log());
    assert!(counts.values().all(|n| *n == 1), "delivered twice: {counts:?}");
}

const COUNT: usize = 12;
const PATIENCE: Duration = Duration::from_secs(15);
const KEEP: &str = "defer_transports = smtp\nsmtpd_sender_restrictions = check_sender_access inline:{hold@example.com=HOLD}\n";
const SEND: &str = "queue_run_delay = 2s\nminimal_backoff_time = 2s\n";
