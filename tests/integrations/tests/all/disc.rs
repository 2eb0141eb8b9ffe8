//! A queue disc that is really full: clients hear 452, what was acknowledged arrives, and when there is room again
//! mail flows without help.
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::wait_for;
use testkit::run::shell;
use testkit::stage::{Mta, Stage, mailbox};

/// Messages are kept until there is room; the disc is filled to the last blocks in between.
pub fn play(mta: Mta) {
    Zone::parse("example.com A 192.0.2.1\n").serve("127.0.0.1:53");
    let stage = Stage::set(mta);
    shell(
        "set -e; mount -t tmpfs -o size=8m,mode=755 queue /mnt/queue; mount -t tmpfs -o size=8m log /mnt/log",
    )
    .text();
    stage.main_cf(KEEP);
    stage.master_cf("");
    stage.start().unwrap();
    let mut acknowledged = BTreeSet::new();
    assert!(send("before", &mut acknowledged).starts_with("250"));
    shell("head -c 16m /dev/zero > /mnt/queue/saved/ballast");
    shell("truncate -s -40960 /mnt/queue/saved/ballast");
    let refused = (0..20)
        .map(|n| send(&format!("full-{n}"), &mut acknowledged))
        .find(|reply| !reply.starts_with("250"));
    let refused = refused.expect("a full disc refuses");
    assert!(refused.starts_with("452 4.3.1"), "{refused}");
    shell("rm /mnt/queue/saved/ballast");
    let room = wait_for(PATIENCE, || send("after", &mut acknowledged).starts_with("250").then_some(()));
    assert!(room.is_some(), "{}", stage.log());
    stage.stop();
    stage.main_cf(&KEEP.replace("defer_transports = local", "defer_transports ="));
    stage.start().unwrap();
    stage.postfix("flush");
    let arrived = || -> BTreeSet<String> {
        mailbox("/mnt/mail/alice").iter().filter_map(|mail| subject(mail)).collect()
    };
    let all = wait_for(PATIENCE, || acknowledged.is_subset(&arrived()).then_some(()));
    assert!(all.is_some(), "acknowledged {acknowledged:?}, arrived {:?}\n{}", arrived(), stage.log());
    assert!(arrived().is_subset(&acknowledged), "what was refused is not delivered");
    assert_eq!(stage.queued("corrupt"), 0, "{}", stage.log());
}

fn send(name: &str, acknowledged: &mut BTreeSet<String>) -> String {
    let mut client = Client::connect(None, "127.0.0.1:25".parse().unwrap()).expect("a server");
    client.reply();
    client.ask("EHLO localhost");
    let content = format!("Subject: {name}\n\n{}", "a line of the body\n".repeat(400));
    let reply = client.mail("a@example.net", &["alice@example.com"], &content);
    if reply.starts_with("250") {
        acknowledged.insert(name.to_owned());
    }
    reply
}

fn subject(mail: &str) -> Option<String> {
    mail.lines().find_map(|line| line.strip_prefix("Subject: ")).map(str::to_owned)
}

const PATIENCE: Duration = Duration::from_secs(30);
// A small limit, so that MAIL is let through until the very end of the disc.
const KEEP: &str = "message_size_limit = 10000\ndefer_transports = local\n";
