//! Policy servers that people run: postgrey, which greylists, and policyd-spf, which spawn(8) starts.
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::wait_for;
use testkit::run::shell;
use testkit::stage::{Mta, Stage};

/// A stranger is greylisted and taken when it comes again; a forger is refused by SPF.
pub fn play(mta: Mta) {
    Zone::parse(ZONE).serve("127.0.0.1:53");
    let stage = Stage::set(mta);
    stage.main_cf(MAIN_CF);
    stage.master_cf("policyd-spf unix - n n - 0 spawn user=nobody argv=/usr/bin/policyd-spf\n");
    shell(POSTGREY).text();
    stage.start().unwrap();
    let up = || std::net::TcpStream::connect("127.0.0.1:10023").ok();
    assert!(
        wait_for(PATIENCE, up).is_some(),
        "postgrey does not start: {}",
        shell("cat /mnt/postgrey/out").text()
    );

    let first = rcpt("a@sender.example");
    assert!(
        first.starts_with("450 4.2.0 <alice@example.com>: Recipient address rejected: Greylisted"),
        "{first}"
    );
    let again =
        wait_for(PATIENCE, || Some(rcpt("a@sender.example")).filter(|reply| reply.starts_with("250 ")));
    assert!(again.is_some(), "greylisted for ever\n{}", stage.log());

    let forged = rcpt("a@forged.example");
    assert!(
        forged.starts_with("550 5.7.23 <alice@example.com>: Recipient address rejected:"),
        "{forged}\n{}",
        stage.log()
    );
    assert!(forged.contains("SPF"), "{forged}");
}

/// The reply to RCPT in a session from a stranger.
fn rcpt(sender: &str) -> String {
    let from = Some("198.51.100.7:0".parse().unwrap());
    let mut client = Client::connect(from, "192.0.2.1:25".parse().unwrap()).expect("a server");
    client.reply();
    client.ask("EHLO client.example.net");
    client.ask(&format!("MAIL FROM:<{sender}>"));
    let reply = client.ask("RCPT TO:<alice@example.com>");
    client.ask("QUIT");
    reply
}

const PATIENCE: Duration = Duration::from_secs(30);
const MAIN_CF: &str = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = check_policy_service unix:private/policyd-spf, check_policy_service inet:127.0.0.1:10023
policyd-spf_time_limit = 3600
local_recipient_maps =
";
const ZONE: &str = "example.com MX 10 mail.example.com\nmail.example.com A 192.0.2.1
198.51.100.7 PTR client.example.net\nclient.example.net A 198.51.100.7
sender.example TXT v=spf1 ip4:198.51.100.7 -all\nforged.example TXT v=spf1 ip4:192.0.2.99 -all\n";
const POSTGREY: &str = "mkdir -p /mnt/postgrey && chown postfix:postfix /mnt/postgrey && touch /mnt/postgrey/none && \
    postgrey --inet=127.0.0.1:10023 --dbdir=/mnt/postgrey --delay=2 --user=postfix --group=postfix \
    --whitelist-clients=/mnt/postgrey/none --whitelist-recipients=/mnt/postgrey/none --daemonize \
    --pidfile=/mnt/postgrey/pid > /mnt/postgrey/out 2>&1";
