//! Log readers count the same whoever wrote the log: fail2ban's filter in its modes, pflogsumm's report.
use crate::play as play_in_space;
use libtest_mimic::Failed;
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::{wait_for, wait_until_still};
use testkit::peer::Peer;
use testkit::run::{shell, shell_as};
use testkit::stage::{Mta, Stage};

/// Runs the scenario with both and compares what the readers say.
pub fn compare(name: &str) -> Result<(), Failed> {
    let postfix = play_in_space(name, Mta::Postfix)?;
    let ours = play_in_space(name, Mta::Posthaste)?;
    if !postfix.contains("failregex matched 3 lines") || !postfix.contains("received") {
        return Err(format!("the readers found nothing to count:\n{postfix}").into());
    }
    if postfix == ours { Ok(()) } else { Err(format!("Postfix:\n{postfix}\n\nPosthaste:\n{ours}").into()) }
}

/// A small day of mail; then the readers' reports on standard output.
pub fn play(mta: Mta) {
    Zone::parse(
        "far.example A 192.0.2.25\n198.51.100.7 PTR client.example.net\nclient.example.net A 198.51.100.7\n",
    )
    .serve("127.0.0.1:53");
    Peer::start(
        "far",
        "192.0.2.25:25",
        false,
        "RCPT bad@: 550 5.1.1 no such user\nRCPT busy@: 450 4.2.1 busy\n",
    );
    let stage = Stage::set(mta);
    stage.main_cf("smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nsmtpd_hard_error_limit = 5\n");
    stage.master_cf("");
    stage.start().unwrap();
    strangers();
    for (sender, recipient) in [
        ("alice", "bob@example.com"),
        ("alice", "good@far.example"),
        ("bob", "bad@far.example"),
        ("carol", "busy@far.example"),
    ] {
        let mut client = open("127.0.0.1");
        client.mail(&format!("{sender}@example.com"), &[recipient], "Subject: x\n\nbody\n");
        client.ask("QUIT");
    }
    shell_as(Some("alice"), "sendmail carol@example.com", b"Subject: x\n\nbody\n").text();
    let settled = || {
        let log = stage.log();
        log.matches(": removed").count() >= 5
            && log.contains("status=deferred")
            && log.matches("]: connect from").count() == log.matches("]: disconnect from").count()
    };
    assert!(wait_for(Duration::from_secs(20), || settled().then_some(())).is_some(), "{}", stage.log());
    wait_until_still(Duration::from_millis(300), Duration::from_secs(5), || stage.log().len());
    report(&stage.log());
}

/// Refused relays, unknown users, too many errors, a client that leaves early.
fn strangers() {
    let mut client = open("198.51.100.7");
    client.mail("a@example.net", &["b@elsewhere.example"], "x");
    client.ask("RSET");
    client.mail("a@example.net", &["nosuch@example.com"], "x");
    client.ask("QUIT");
    let mut client = open("198.51.100.8");
    (0..6).for_each(|_| drop(client.ask("BOGUS")));
    let mut client = open("198.51.100.9");
    client.ask("MAIL FROM:<a@example.net>");
    drop(client);
    let mut client = open("198.51.100.7");
    client.mail("a@example.net", &["alice@example.com"], "Subject: fine\n\nbody\n");
    client.ask("QUIT");
}

fn open(from: &str) -> Client {
    let from = format!("{from}:0").parse().unwrap();
    let to = if from == "127.0.0.1:0".parse().unwrap() { "127.0.0.1:25" } else { "192.0.2.1:25" };
    let mut client = Client::connect(Some(from), to.parse().unwrap()).expect("a server");
    client.reply();
    client.ask("EHLO client.example.net");
    client
}

fn report(log: &str) {
    println!("{}", if log.is_empty() { "no log" } else { "log readers:" });
    for mode in ["normal", "auth", "rbl", "ddos", "extra", "aggressive", "errors"] {
        let regex = format!("fail2ban-regex /mnt/log/mail.log 'postfix[mode={mode}]' 2>&1");
        let counts = shell(&format!(
            "{regex} | grep -o 'failregex: [0-9]* total\\|[0-9]* matched'; {regex} --print-all-matched | grep -c 'postfix/'"
        ));
        println!("{mode}: {}", String::from_utf8_lossy(&counts.output).replace('\n', " "));
    }
    let matched =
        shell("fail2ban-regex /mnt/log/mail.log 'postfix[mode=normal]' | grep -o '[0-9]* matched' | head -1")
            .output;
    println!("failregex matched {} lines", String::from_utf8_lossy(&matched).replace(" matched", "").trim());
    let summary = shell(PFLOGSUMM).text();
    println!("{summary}");
}

/// The report's lines without what may differ: times and the order by them, sizes (a bounce's prose is
/// free), the program's version.
const PFLOGSUMM: &str = "pflogsumm --smtpd-stats /mnt/log/mail.log 2>&1 |
    sed 's/[0-9]*:[0-9:]*//g; s/[0-9.][0-9.]* [smh]\\b/T/g; /bytes/d; /daemon started/d; /connect time/d
        s/^\\( *[0-9][0-9]*\\)  *[0-9][0-9]*k*  */\\1 SIZE /' |
    awk '/by message size|^Per-Hour|^Master/ {skip = 1} /^message |^Host/ {skip = 0} !skip' |
    sed 's/[0-9][0-9]*s\\b/T/g' | sort";
