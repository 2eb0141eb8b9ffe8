//! Relaying to a real Postfix and from it: two mail systems in one namespace, mail in both directions.
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::wait_for;
use testkit::stage::{Mta, Stage, mailbox};

/// The first system is the one under test, its neighbour is a Postfix.
pub fn play(mta: Mta) {
    Zone::parse(ZONE).serve("127.0.0.1:53");
    let ours = Stage::set(mta);
    ours.main_cf("inet_interfaces = 127.0.0.1, 192.0.2.1\n");
    ours.master_cf("");
    let neighbour = Stage::beside(Mta::Postfix, "/mnt/two");
    neighbour.main_cf(NEIGHBOUR);
    neighbour.master_cf("");
    for stage in [&ours, &neighbour] {
        stage.start().unwrap();
    }
    send("127.0.0.1:25", "alice@example.com", "alice@two.example");
    send("192.0.2.2:25", "alice@two.example", "alice@example.com");
    let arrived = || mailbox("/mnt/mail/alice").len() == 1 && mailbox("/mnt/two/mail/alice").len() == 1;
    let ok = wait_for(Duration::from_secs(15), || arrived().then_some(()));
    assert!(ok.is_some(), "mail is missing\n{}\n{}", ours.log(), neighbour.log());
    for (mail, from) in
        [(mailbox("/mnt/mail/alice"), "two.example"), (mailbox("/mnt/two/mail/alice"), "example.com")]
    {
        let mail = &mail[0];
        assert!(mail.contains(&format!("Return-Path: <alice@{from}>")), "the sender: {mail}");
        assert!(mail.ends_with(CONTENT_AS_STORED), "the content, to the byte: {mail}");
        assert_eq!(mail.matches("\nReceived: ").count(), 2, "two hops: {mail}");
    }
}

fn send(to: &str, sender: &str, recipient: &str) {
    let mut client = Client::connect(None, to.parse().unwrap()).expect("a server");
    client.reply();
    assert!(client.ask("EHLO localhost").starts_with("250"));
    let reply = client.mail(sender, &[recipient], CONTENT);
    assert!(reply.starts_with("250 2.0.0"), "{reply}");
    client.ask("QUIT");
}

const CONTENT: &str = "Subject: relay\nMessage-Id: <relay@example.com>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nFrom: a\n\n.dot\n\nFrom the sea: \u{e9}\n";
const CONTENT_AS_STORED: &str = "\n\n.dot\n\n>From the sea: \u{e9}\n\n";
const ZONE: &str = "example.com MX 10 mail.example.com\nmail.example.com A 192.0.2.1
two.example MX 10 mx.two.example\nmx.two.example A 192.0.2.2\n";
const NEIGHBOUR: &str = "myhostname = mx.two.example
mydomain = two.example
inet_interfaces = 192.0.2.2
mynetworks = 127.0.0.0/8, 192.0.2.0/24
smtp_bind_address = 192.0.2.2
maillog_file_prefixes = /mnt
";
