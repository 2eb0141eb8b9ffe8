//! master(8) at work. The sentences are the manual's; what can be compared with Postfix is also a conformance case.

use std::os::unix::net::UnixStream;
use std::time::Duration;
use system::{PATIENCE, Smtp, System};
use testkit::patience::wait_for;

const SMTPD: &str = "$SMTP inet n - n - - smtpd\nrewrite unix - - n - - trivial-rewrite\n";

fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    assert!(wait_for(PATIENCE, || is_so().then_some(())).is_some(), "{what}");
}

/// ARC-001, ARC-003: processes exist only when clients come.
#[test]
fn a_client_starts_its_service() {
    let system = System::start("", SMTPD);
    assert_eq!(system.processes("smtpd"), Vec::<u32>::new());
    let (_client, greeting) = system.client();
    assert!(greeting.starts_with("220 mail.example.com ESMTP"), "{greeting}");
    assert_eq!(system.processes("smtpd").len(), 1);
}

/// ARC-001: many clients share the one process of their service.
#[test]
fn one_process_serves_many_clients() {
    let system = System::start("", SMTPD);
    let clients: Vec<_> = (0..20).map(|_| system.client()).collect();
    assert!(clients.iter().all(|(_, greeting)| greeting.starts_with("220 ")));
    assert_eq!(system.processes("smtpd").len(), 1);
}

/// ARC-011.
#[test]
fn an_idle_process_ends_after_max_idle_and_the_next_client_gets_a_new_one() {
    let system = System::start("max_idle = 1\n", SMTPD);
    let (mut client, _) = system.client();
    let first = system.processes("smtpd");
    assert!(client.ask("QUIT").starts_with("221 "));
    eventually("smtpd ends", || system.processes("smtpd").is_empty());
    let (_client, greeting) = system.client();
    assert!(greeting.starts_with("220 "));
    assert_ne!(system.processes("smtpd"), first);
    assert_eq!(system.count_log("warning: process"), 0, "{}", system.log());
}

/// ARC-011: max_use counts per slot of the process limit.
#[test]
fn a_process_retires_after_max_use_requests_and_finishes_what_it_has() {
    let system = System::start("max_use = 2\n", "$SMTP inet n - n - 2 smtpd\n");
    let (mut stays, _) = system.client();
    let first = system.processes("smtpd");
    for _ in 0..3 {
        let (mut client, _) = system.client();
        client.ask("QUIT");
    }
    let (_client, greeting) = system.client();
    assert!(greeting.starts_with("220 "));
    assert!(stays.ask("NOOP").starts_with("250 "), "a session outlives the retirement of its process");
    let now = system.processes("smtpd");
    assert!(now.len() == 2 && now.contains(&first[0]), "{now:?} {first:?}");
    stays.ask("QUIT");
    eventually("the old process ends", || !system.processes("smtpd").contains(&first[0]));
}

/// ARC-010: the process limit is the limit of sessions at a time.
#[test]
fn a_client_beyond_the_process_limit_waits_for_a_place() {
    let system = System::start(
        "",
        "$SMTP inet n - n - 2 smtpd\n  -o { smtpd_banner = $myhostname ${stress?{busy}:{calm}} }\n",
    );
    let (mut first, greeting) = system.client();
    assert_eq!(greeting, "220 mail.example.com calm");
    let (_second, _) = system.client();
    // ARC-020: the full service goes into stress mode; its new process has stress=yes.
    let (_third, greeting) = system.client();
    assert_eq!(greeting, "220 mail.example.com busy");
    system.wait_log("has reached its process limit \"2\"");
    let (_fourth, _) = system.client();
    let mut fifth = Smtp::connect(system.port);
    assert!(fifth.is_quiet_for(Duration::from_millis(300)), "the limit holds in stress, too");
    first.ask("QUIT");
    drop(_third);
    assert!(fifth.line().starts_with("220 "), "a place became free");
}

/// Idle clients keep nobody out: when all places are taken, the one that has been silent for longest must go.
#[test]
fn a_silent_client_makes_room_when_all_places_are_taken() {
    let system = System::start("", "$SMTP inet n - n - 2 smtpd\n");
    let (_first, _) = system.client();
    let (_second, _) = system.client();
    let (mut third, _) = system.client();
    let (_fourth, _) = system.client();
    let mut fifth = Smtp::connect(system.port);
    assert!(fifth.line().starts_with("220 "), "there is room");
    let farewell = third.line();
    assert!(
        farewell.starts_with("421 4.4.2 ") && farewell.ends_with("Error: timeout exceeded"),
        "{farewell}"
    );
}

/// ARC-012.
#[test]
fn a_program_that_dies_at_its_start_is_throttled_and_tried_again() {
    let system = System::new("service_throttle_time = 2\n", "$SMTP inet n - n - - dies\n");
    std::os::unix::fs::symlink("/bin/false", system.path("libexec/dies")).unwrap();
    let mut system = system;
    system.run();
    let _client = Smtp::connect(system.port);
    system.wait_log("bad command startup -- throttling");
    system.wait_log("libexec/dies pid");
    eventually("it is tried again", || system.count_log("throttling") > 1);
}

/// ARC-001: a process that dies later is replaced at once.
#[test]
fn a_killed_process_is_replaced_for_the_next_client() {
    let system = System::start("", SMTPD);
    let (_client, _) = system.client();
    os::spawn::kill(system.processes("smtpd")[0]).unwrap();
    system.wait_log("killed by signal 9");
    let (_client, greeting) = system.client();
    assert!(greeting.starts_with("220 "));
    assert_eq!(system.count_log("throttling"), 0);
}

/// ARC-013, ARC-014, ARC-026.
#[test]
fn overrides_of_a_service_may_hold_spaces_and_refer_to_other_parameters() {
    let master =
        "$SMTP inet n - n - - smtpd\n  -o { smtpd_banner = $myhostname two words of $service_name }\n";
    let system = System::start("", master);
    let (_client, greeting) = system.client();
    assert_eq!(greeting, format!("220 mail.example.com two words of 127.0.0.1:{}", system.port));
}

/// ARC-016.
#[test]
fn of_two_entries_for_one_service_the_last_counts() {
    let master = "$SMTP inet n - n - - smtpd -o smtpd_banner=$myhostname-one\n$SMTP inet n - n - - smtpd -o smtpd_banner=$myhostname-two\n";
    let system = System::start("", master);
    assert_eq!(system.client().1, "220 mail.example.com-two");
}

/// ARC-017.
#[test]
fn a_disabled_service_does_not_listen() {
    let system = System::start("master_service_disable = inet\n", SMTPD);
    assert!(std::net::TcpStream::connect(("127.0.0.1", system.port)).is_err());
    assert!(system.path("queue/private/rewrite").exists());
}

/// ARC-004, ARC-005.
#[test]
fn unix_services_stand_in_private_or_public() {
    let system = System::start("", "showq unix n - n - - showq\nrewrite unix - - n - - trivial-rewrite\n");
    UnixStream::connect(system.path("queue/public/showq")).unwrap();
    UnixStream::connect(system.path("queue/private/rewrite")).unwrap();
    eventually("both started", || {
        system.processes("showq").len() == 1 && system.processes("trivial-rewrite").len() == 1
    });
    // The log itself came through a unix-dgram service.
    assert!(system.log().contains("daemon started") && system.path("queue/public/postlog").exists());
}

/// ARC-006.
#[test]
fn a_passed_connection_is_served() {
    use std::os::fd::AsFd;
    let system = System::start("", "smtpd pass - - n - - smtpd\n");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Smtp::connect(listener.local_addr().unwrap().port());
    let (accepted, _) = listener.accept().unwrap();
    let door = UnixStream::connect(system.path("queue/private/smtpd")).unwrap();
    // A frame of one byte (`ipc::pass`): nothing is known but what the socket knows.
    os::passing::send_with_descriptor(door.as_fd(), b"\x01\0\0\0\0", accepted.as_fd()).unwrap();
    drop(accepted);
    assert!(client.line().starts_with("220 mail.example.com"));
}

/// ARC-009.
#[test]
fn a_wakeup_starts_its_service_without_a_client() {
    let system = System::start("", "qmgr unix n - n 300 1 qmgr\nrewrite unix - - n 300? - trivial-rewrite\n");
    eventually("qmgr is woken at the start", || system.processes("qmgr").len() == 1);
    assert!(system.processes("trivial-rewrite").is_empty(), "\"?\" waits for the first use");
}

/// ARC-018: no connection is refused and no session cut, however often the system reloads.
#[test]
fn a_reload_refuses_no_client_and_cuts_no_session() {
    let system = System::start("", SMTPD);
    let (mut old, greeting) = system.client();
    assert_eq!(greeting, "220 mail.example.com ESMTP Postfix");
    system.set("smtpd_banner = $myhostname reloaded");
    for _ in 0..10 {
        let (reloaded, said) = system.postfix("reload");
        assert!(reloaded && said.contains("refreshing the Postfix mail system"), "{said}");
        let (mut client, greeting) = system.client();
        assert!(greeting.starts_with("220 "), "{greeting}");
        assert!(client.ask("QUIT").starts_with("221 "));
    }
    eventually("new sessions see the new banner", || system.client().1 == "220 mail.example.com reloaded");
    assert!(old.ask("NOOP").starts_with("250 "), "the old session goes on");
}

/// ARC-018: an endpoint that the new master.cf has not is closed, a new one is opened.
#[test]
fn a_reload_opens_and_closes_endpoints() {
    let system = System::start("", SMTPD);
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    system.write(
        "etc/master.cf",
        &format!("127.0.0.1:{other} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\n"),
    );
    assert!(system.postfix("reload").0);
    eventually("the old port closes", || std::net::TcpStream::connect(("127.0.0.1", system.port)).is_err());
    eventually("the new port opens", || std::net::TcpStream::connect(("127.0.0.1", other)).is_ok());
}

/// Bad input: the fault is named with file and line, and the running configuration stays.
#[test]
fn a_reload_with_a_broken_file_changes_nothing() {
    let system = System::start("", SMTPD);
    system.write("etc/master.cf", "this is no service\n");
    let (reloaded, said) = system.postfix("reload");
    assert!(!reloaded && said.contains("master.cf") && said.contains("line 1"), "{said}");
    os::spawn::hang_up(system.master()).unwrap();
    system.wait_log("the running configuration stays");
    assert!(system.client().1.starts_with("220 "));
}

/// ARC-019.
#[test]
fn a_stop_is_orderly_and_complete() {
    let mut system = System::start("", SMTPD);
    let (_client, _) = system.client();
    let (running, said) = system.postfix("status");
    assert!(running && said.contains("the Postfix mail system is running: PID: "), "{said}");
    let smtpd = system.processes("smtpd")[0];
    assert!(system.stop());
    eventually("children end", || !os::spawn::is_alive(smtpd));
    assert!(system.log().contains("terminating on signal 15"));
    let (running, said) = system.postfix("status");
    assert!(!running && said.contains("the Postfix mail system is not running"), "{said}");
    let (stopped, said) = system.postfix("stop");
    assert!(!stopped && said.contains("not running"), "{said}");
}

/// ARC-022, I8.
#[test]
fn a_second_start_is_refused_and_a_crash_blocks_none() {
    let mut system = System::start("", SMTPD);
    let (started, said) = system.postfix("start");
    assert!(!started && said.contains("already running"), "{said}");
    let (client, _) = system.client();
    let smtpd = system.processes("smtpd")[0];
    system.crash();
    drop(client);
    eventually("children end with their master", || !os::spawn::is_alive(smtpd));
    system.run();
    assert!(system.client().1.starts_with("220 "));
}

/// ARC-001: `postfix start` returns when the system is in service, `postfix stop` when it is not.
#[test]
fn start_and_stop_return_when_they_are_done() {
    let system = System::new("", SMTPD);
    let (started, said) = system.postfix("start");
    assert!(started && said.contains("starting the Postfix mail system"), "{said}");
    assert!(system.client().1.starts_with("220 "));
    let (stopped, said) = system.postfix("stop");
    assert!(stopped && said.contains("stopping the Postfix mail system"), "{said}");
    assert!(!system.postfix("status").0);
}

/// Bad input at the start: named, and nothing runs.
#[test]
fn a_broken_file_or_a_taken_port_stops_the_start() {
    let system = System::new("", "smtp inet n - n -\n");
    let (started, said) = system.postfix("start");
    assert!(!started && said.contains("master.cf") && said.contains("line 1"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let system = System::new("", &format!("127.0.0.1:{port} inet n - n - - smtpd\n"));
    let (started, said) = system.postfix("start");
    assert!(!started && said.contains(&format!("bind 127.0.0.1 port {port}")), "{said}");
    assert!(!system.postfix("status").0);
}

/// ARC-003: a port by name, and an IPv6 address in brackets.
#[test]
fn a_listener_may_be_named_by_host_and_by_port_name() {
    let system = System::new("", "127.0.0.1:testport inet n - n - - smtpd\n");
    let mut system = system;
    system.set(&format!("known_tcp_ports = testport={}", system.port));
    system.run();
    assert!(system.client().1.starts_with("220 "));
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return eprintln!("this machine has no IPv6");
    }
    let system = System::new("", "");
    system.write(
        "etc/master.cf",
        &format!("[::1]:{} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\n", system.port),
    );
    let mut system = system;
    system.set("inet_protocols = all");
    system.run();
    assert!(std::net::TcpStream::connect(("::1", system.port)).is_ok());
    assert!(std::net::TcpStream::connect(("127.0.0.1", system.port)).is_err());
}

/// ARC-005.
#[test]
fn a_datagram_service_takes_what_any_local_program_sends() {
    let system = System::start("", "");
    let sender = std::os::unix::net::UnixDatagram::unbound().unwrap();
    sender.send_to(b"one line\nand more", system.path("queue/public/postlog")).unwrap();
    system.wait_log("one line?and more\n");
}

/// ARC-010: `-` means default_process_limit, 0 means no limit.
#[test]
fn the_process_limit_has_a_default_and_can_be_lifted() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let free = format!("127.0.0.1:{other} inet n - n - 0 smtpd\n$SMTP inet n - n - - smtpd -o stress=no\n");
    let system = System::start("default_process_limit = 1\n", &free);
    let (_first, _) = system.client();
    let (_second, _) = system.client();
    let mut third = Smtp::connect(system.port);
    assert!(third.is_quiet_for(Duration::from_millis(300)), "one place, and one more while in stress");
    let many: Vec<Smtp> = (0..5).map(|_| Smtp::connect(other)).collect();
    for mut client in many {
        assert!(client.line().starts_with("220 "));
    }
}
