//! LMTP to a real Dovecot: virtual users, delivery over a unix socket, and the message read back with doveadm.
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::wait_for;
use testkit::run::shell;
use testkit::stage::{Mta, Stage};

/// Two recipients that Dovecot knows and one that it does not.
pub fn play(mta: Mta) {
    Zone::parse("example.com MX 10 mail.example.com\n").serve("127.0.0.1:53");
    let stage = Stage::set(mta);
    stage.main_cf(MAIN);
    stage.master_cf("");
    stage.file("/mnt/dovecot/dovecot.conf", DOVECOT);
    stage.file("/mnt/dovecot/users", "u@box.example:{PLAIN}secret:5000:5000::/mnt/virtual/u\nv@box.example:{PLAIN}secret:5000:5000::/mnt/virtual/v\n");
    add_dovecot_users();
    stage.start().unwrap();
    shell("dovecot -c /mnt/dovecot/dovecot.conf > /mnt/dovecot/out 2>&1").text();
    wait_for(PATIENCE, || std::fs::metadata("/mnt/queue/private/dovecot-lmtp").ok())
        .expect("Dovecot's socket");
    let mut client = Client::connect(None, "127.0.0.1:25".parse().unwrap()).expect("a server");
    client.reply();
    client.ask("EHLO localhost");
    let recipients = ["u@box.example", "v@box.example", "w@box.example"];
    let reply = client.mail("alice@example.com", &recipients, "Subject: to dovecot\n\n.a line\nlast\n");
    assert!(reply.starts_with("250"), "{reply}");
    let fates =
        || stage.log().matches("@box.example>").count() >= 3 && stage.log().contains("status=bounced");
    assert!(wait_for(PATIENCE, || fates().then_some(())).is_some(), "{}", stage.log());
    for user in ["u", "v"] {
        let fetch = format!("doveadm -c /mnt/dovecot/dovecot.conf fetch -u {user}@box.example text all 2>&1");
        let mail = shell(&fetch).text();
        assert!(mail.contains("\nSubject: to dovecot\n"), "{mail}");
        assert!(mail.contains("\n\n.a line\nlast\n"), "{mail}");
    }
    let log = stage.log();
    assert!(log.contains("to=<w@box.example>, relay=mail.example.com[private/dovecot-lmtp]"), "{log}");
    assert!(
        log.contains(
            "dsn=5.1.1, status=bounced (host mail.example.com[private/dovecot-lmtp] said: 550 5.1.1"
        ),
        "{log}"
    );
}

pub fn add_dovecot_users() {
    shell("set -e; printf 'dovecot:x:4001:4001::/:/bin/false\ndovenull:x:4002:4002::/:/bin/false\n' >> /etc/passwd
           printf 'dovecot:x:4001:\ndovenull:x:4002:\n' >> /etc/group; mkdir -p /mnt/dovecot/run").text();
}

const PATIENCE: Duration = Duration::from_secs(15);
const MAIN: &str = "virtual_mailbox_domains = box.example
virtual_mailbox_maps = static:known
virtual_transport = lmtp:unix:private/dovecot-lmtp
";
const DOVECOT: &str = "base_dir = /mnt/dovecot/run
state_dir = /mnt/dovecot/run
log_path = /mnt/dovecot/log
protocols = lmtp
listen = 127.0.0.1
ssl = no
mail_location = maildir:~/Maildir
hostname = mail.example.com
lmtp_rcpt_check_quota = no
passdb {
  driver = passwd-file
  args = /mnt/dovecot/users
}
userdb {
  driver = passwd-file
  args = /mnt/dovecot/users
}
service lmtp {
  unix_listener /mnt/queue/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
";
