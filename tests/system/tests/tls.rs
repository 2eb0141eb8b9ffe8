//! Certificates that change while the system runs (integrations: certbot without a hook).

#![allow(clippy::unwrap_used)] // a test that cannot go on must stop

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt, symlink};
use system::{PATIENCE, System};
use testkit::client::Client;
use testkit::patience::wait_for;
use testkit::secure::CERTIFICATES;

const SMTPD: &str =
    "$SMTP inet n - n - - smtpd\ntlsmgr unix - - n - 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\n";

fn pem(wanted: &str) -> String {
    let (_, certificate, key) = CERTIFICATES.iter().find(|(name, ..)| *name == wanted).unwrap();
    format!("{key}{certificate}")
}

/// The certificate that a new client is shown, with the session that shows it.
fn shown(system: &System) -> (Client, String) {
    let mut client = Client::connect(None, SocketAddr::from(([127, 0, 0, 1], system.port))).unwrap();
    client.reply();
    assert!(client.ask("STARTTLS").starts_with("220 "), "{}", system.log());
    let told = client.start_tls(&[]);
    (client, told)
}

/// STL-003: as certbot does it, a link is turned to a new file that only root can read.
#[test]
fn renewed_certificates_are_used_without_a_reload_and_old_sessions_live_on() {
    let main_cf = "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = $DIR/live/chain.pem\n";
    let mut system = System::new(main_cf, SMTPD);
    for folder in ["live", "archive"] {
        fs::create_dir(system.path(folder)).unwrap();
        fs::set_permissions(system.path(folder), fs::Permissions::from_mode(0o700)).unwrap();
    }
    system.write("archive/1.pem", &pem("server"));
    system.write("archive/2.pem", &pem("sni"));
    symlink("../archive/1.pem", system.path("live/chain.pem")).unwrap();
    system.run();
    let (mut old, told) = shown(&system);
    assert!(told.ends_with("certificate server"), "{told}\n{}", system.log());
    symlink("../archive/2.pem", system.path("live/next")).unwrap();
    fs::rename(system.path("live/next"), system.path("live/chain.pem")).unwrap();
    let renewed = wait_for(PATIENCE, || shown(&system).1.ends_with("certificate sni").then_some(()));
    assert!(renewed.is_some(), "{}", system.log());
    assert!(old.ask("NOOP").starts_with("250 "), "a session outlives its certificate");
}
