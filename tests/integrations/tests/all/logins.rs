//! Logins: mail clients prove who they are to a real Dovecot behind our AUTH, within TLS and without.
use std::time::Duration;
use testkit::patience::wait_for;
use testkit::run::{Done, shell};
use testkit::stage::{Mta, Stage, mailbox};

/// Python's smtplib and curl log in and send mail to a place that only those with a login may send to; a wrong
/// password is refused.
pub fn play(mta: Mta) {
    let stage = Stage::set(mta);
    for (name, certificate, key) in testkit::secure::CERTIFICATES {
        stage.file(&format!("/etc/postfix/{name}.pem"), certificate);
        stage.file(&format!("/etc/postfix/{name}.key"), key);
    }
    stage.main_cf(MAIN);
    stage.master_cf("");
    stage.file("/mnt/dovecot/dovecot.conf", DOVECOT);
    stage.file("/mnt/dovecot/users", "joe:{PLAIN}secret:5000:5000::/mnt/virtual/joe\n");
    stage.file("/mnt/tmp/login.py", PYTHON);
    super::dovecot::add_dovecot_users();
    stage.start().unwrap();
    shell("dovecot -c /mnt/dovecot/dovecot.conf > /mnt/dovecot/out 2>&1").text();
    wait_for(PATIENCE, || std::fs::metadata("/mnt/queue/private/auth").ok()).expect("Dovecot's socket");
    let Done { output, status } = shell("python3 /mnt/tmp/login.py 2>&1");
    let text = String::from_utf8_lossy(&output).into_owned();
    assert_eq!(status, Some(0), "{text}\n{}", stage.log());
    assert_eq!(text, "PLAIN ok\nLOGIN ok\nCRAM-MD5 ok\nTLS ok\nwrong 535\nnobody 554\n");
    let sent = || (mailbox("/mnt/mail/alice").len() == 4).then_some(());
    assert!(wait_for(PATIENCE, sent).is_some(), "{}", stage.log());
    let log = stage.log();
    for method in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        assert!(log.contains(&format!("sasl_method={method}, sasl_username=joe")), "{log}");
    }
    assert!(!log.contains("secret") && !log.contains("c2VjcmV0"), "{log}");
}

const PATIENCE: Duration = Duration::from_secs(15);
const MAIN: &str = "smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/postfix/server.pem
smtpd_tls_key_file = /etc/postfix/server.key
";
const PYTHON: &str = r#"
import smtplib, ssl
MAIL = "Subject: a login\n\nbody\n"
def send(smtp):
    smtp.sendmail("joe@example.com", ["alice@example.com"], MAIL)
for method in ["PLAIN", "LOGIN", "CRAM-MD5"]:
    with smtplib.SMTP("127.0.0.1", 25, local_hostname="client") as smtp:
        smtp.ehlo()
        smtp.user, smtp.password = "joe", "secret"
        call = getattr(smtp, "auth_" + method.lower().replace("-", "_"))
        smtp.auth(method, call, initial_response_ok=method != "CRAM-MD5")
        send(smtp)
        print(method, "ok")
with smtplib.SMTP("127.0.0.1", 25, local_hostname="client") as smtp:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    smtp.starttls(context=context)
    smtp.login("joe", "secret")
    send(smtp)
    print("TLS ok")
with smtplib.SMTP("127.0.0.1", 25, local_hostname="client") as smtp:
    try:
        smtp.ehlo()
        smtp.user, smtp.password = "joe", "wrong"
        smtp.auth("PLAIN", smtp.auth_plain)
    except smtplib.SMTPAuthenticationError as error:
        print("wrong", error.smtp_code)
with smtplib.SMTP("127.0.0.1", 25, local_hostname="client") as smtp:
    try:
        send(smtp)
    except smtplib.SMTPRecipientsRefused as error:
        print("nobody", error.recipients["alice@example.com"][0])
"#;
const DOVECOT: &str = "base_dir = /mnt/dovecot/run
state_dir = /mnt/dovecot/run
log_path = /mnt/dovecot/log
protocols =
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = /mnt/dovecot/users
}
userdb {
  driver = passwd-file
  args = /mnt/dovecot/users
}
service auth {
  unix_listener /mnt/queue/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
";
