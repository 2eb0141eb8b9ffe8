//! Deliveries to servers that we script, found through a name server that we script.

use crate::daemon::Client;
use crate::flags::Flags;
use crate::settings::Settings;
use config::{Conf, HostFacts, Interface};
use dns::{ResolvConf, Resolver};
use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Name};
use domain::rdata::{A, Mx};
use ipc::Conversation;
use ipc::deliver::{ClientInfo, Reply, Request};
use mail::{Outcome, QueueId, Recipient, Timestamp};
use maillog::{Log, Sink};
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tables::Warn;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, UdpSocket, UnixListener, UnixStream};

/// What a scripted server says to a line; None hangs up. The first "line" is the connection, `.` the end of data.
type Script = fn(&str) -> Option<&'static str>;

/// All that was said to a server.
type Heard = Arc<Mutex<String>>;

fn friendly(line: &str) -> Option<&'static str> {
    Some(match line.split([' ', ':']).next().unwrap() {
        "CONNECT" => "220 mx ESMTP",
        "EHLO" | "LHLO" => "250-mx\r\n250-PIPELINING\r\n250 8BITMIME",
        "DATA" => "354 go",
        "QUIT" => "221 bye",
        "." => "250 2.0.0 taken",
        _ => "250 ok",
    })
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, script: Script, heard: Heard) {
    let mut stream = BufReader::new(stream);
    let (mut line, mut in_data) = ("CONNECT\r\n".to_owned(), false);
    loop {
        let command = line.trim_end_matches(['\r', '\n']).to_owned();
        if !in_data || command == "." {
            let Some(reply) = script(&command) else { return };
            in_data = command == "DATA" && reply.starts_with("354");
            if stream.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
                return;
            }
        }
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        heard.lock().unwrap().push_str(&line);
    }
}

/// A server on `ip`, on the port that all servers of this test share.
async fn server(ip: &str, port: u16, script: Script) -> (u16, Heard) {
    let listener = TcpListener::bind((ip, port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let told = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, script, told.clone()));
        }
    });
    (port, heard)
}

/// Two exchangers, 10 at 127.0.0.2 and 20 at 127.0.0.3, for every name but a few.
fn zone(query: &[u8]) -> Vec<u8> {
    let query = Message::from_slice(query).unwrap();
    let question = query.first_question().unwrap();
    let qname = question.qname().to_string();
    let name = |text: &str| Name::<Vec<u8>>::vec_from_str(text).unwrap();
    let owner = name(&qname);
    if qname.starts_with("missing.") {
        return MessageBuilder::new_vec().start_error(query, Rcode::NXDOMAIN).finish();
    }
    if qname.starts_with("broken.") {
        return MessageBuilder::new_vec().start_error(query, Rcode::SERVFAIL).finish();
    }
    let mut reply = MessageBuilder::new_vec().start_answer(query, Rcode::NOERROR).unwrap();
    match (question.qtype(), qname.as_str()) {
        (Rtype::MX, q) if q.starts_with("null.") => {
            reply.push((&owner, Class::IN, 60, Mx::new(0, name(".")))).unwrap();
        }
        (Rtype::MX, _) => {
            reply.push((&owner, Class::IN, 60, Mx::new(10, name("one.example")))).unwrap();
            reply.push((&owner, Class::IN, 60, Mx::new(20, name("two.example")))).unwrap();
        }
        (Rtype::A, "one.example") => {
            reply.push((&owner, Class::IN, 60, A::from_octets(127, 0, 0, 2))).unwrap();
        }
        (Rtype::A, "two.example") => {
            reply.push((&owner, Class::IN, 60, A::from_octets(127, 0, 0, 3))).unwrap();
        }
        _ => {}
    }
    reply.finish()
}

async fn resolver() -> Resolver {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = vec![socket.local_addr().unwrap()];
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            socket.send_to(&zone(&buffer[..length]), from).await.unwrap();
        }
    });
    let timeout = Duration::from_secs(2);
    Resolver::with_conf(ResolvConf { servers, timeout, attempts: 1, ..ResolvConf::default() })
}

fn request(nexthop: &str, recipients: &[&str]) -> Request {
    Request {
        queue_name: "active".into(),
        queue_id: QueueId::parse("4F0D2150A3").unwrap(),
        nexthop: nexthop.into(),
        data_offset: 2,
        data_size: 0,
        message_size: 20,
        encoding: "8bit".into(),
        smtputf8: false,
        sender: "s@example.org".into(),
        envelope_id: String::new(),
        ret: None,
        rewrite_context: "local".into(),
        arrival: Timestamp::default(),
        active: Timestamp::default(),
        handed: Timestamp::default(),
        client: ClientInfo::default(),
        probe: false,
        trace: false,
        recipients: recipients.iter().map(|address| Recipient::new(*address)).collect(),
    }
}

async fn client(main_cf: &str, lmtp: bool) -> Client {
    let host = HostFacts {
        hostname: "me.example".into(),
        interfaces: vec![Interface { address: "127.0.0.9".parse().unwrap(), prefix: 8 }],
        ..HostFacts::default()
    };
    let conf = Conf::parse("main.cf", &format!("inet_protocols = ipv4\n{main_cf}"), &host).unwrap();
    let settings = Settings::from_conf(&conf, lmtp).unwrap();
    Client::from_settings(settings, Flags::default(), resolver().await, Warn::new(|_| ())).unwrap()
}

/// Delivers; gives the fates in the order of the recipients and whether the destination counts as dead.
async fn deliver(main_cf: &str, lmtp: bool, request: &Request) -> (Vec<Outcome>, bool) {
    deliver_by(&client(main_cf, lmtp).await, request).await
}

async fn deliver_by(client: &Client, request: &Request) -> (Vec<Outcome>, bool) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"M\x00N\x0aSubject: xN\x00N\x04.dotX\x00E\x00").unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    let (mut manager, mut agent) = (Conversation::new(ours), Conversation::new(theirs));
    manager.send_with(request, file.as_fd()).await.unwrap();
    let work = async {
        let received: Request = agent.expect().await.unwrap();
        let log = Log::open("postfix/smtp", Sink::discard(), false);
        client.answer(&mut agent, &received, &log).await.unwrap();
    };
    let listen = async {
        let mut fates: Vec<Option<Outcome>> = vec![None; request.recipients.len()];
        loop {
            match manager.expect().await.unwrap() {
                Reply::Recipient { index, outcome, .. } => {
                    assert!(fates[index as usize].replace(outcome).is_none(), "told twice");
                }
                Reply::Done { unavailable } => {
                    return (fates.into_iter().map(Option::unwrap).collect(), unavailable.is_some());
                }
            }
        }
    };
    tokio::join!(work, listen).1
}

fn reason(outcome: &Outcome) -> String {
    format!("{} {}", outcome.dsn(), outcome.diagnosis().reason)
}

#[tokio::test]
async fn mail_goes_to_the_best_exchanger_byte_by_byte() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let (fates, dead) = deliver("", false, &request(&format!("d.example:{port}"), &["a@d", "b@d"])).await;
    assert_eq!(reason(&fates[0]), "2.0.0 250 2.0.0 taken");
    assert!(matches!(fates[1], Outcome::Sent(_)) && !dead);
    let heard = heard.lock().unwrap();
    let expected = "EHLO me.example\r\nMAIL FROM:<s@example.org> BODY=8BITMIME\r\nRCPT TO:<a@d>\r\n\
                    RCPT TO:<b@d>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\n";
    assert!(heard.starts_with(expected), "{heard}");
}

#[tokio::test]
async fn a_dead_or_unwilling_exchanger_is_passed_over() {
    let unwilling: Script = |_| Some("554 5.7.1 go away");
    let (port, _) = server("127.0.0.2", 0, unwilling).await;
    let (_, heard) = server("127.0.0.3", port, friendly).await;
    let (fates, _) = deliver("", false, &request(&format!("d.example:{port}"), &["a@d"])).await;
    assert!(matches!(fates[0], Outcome::Sent(_)), "{fates:?}");
    assert!(heard.lock().unwrap().contains("RCPT TO:<a@d>"));
}

#[tokio::test]
async fn each_recipient_has_its_own_fate_over_two_servers() {
    let picky: Script = |line| match line {
        "RCPT TO:<bad@d>" => Some("550 5.1.1 no such"),
        "RCPT TO:<later@d>" => Some("450 4.2.1 later"),
        other => friendly(other),
    };
    let (port, _) = server("127.0.0.2", 0, picky).await;
    let (_, second) = server("127.0.0.3", port, picky).await;
    let request = request(&format!("d.example:{port}"), &["bad@d", "good@d", "later@d"]);
    let (fates, dead) = deliver("", false, &request).await;
    let said = "host one.example[127.0.0.2] said: 550 5.1.1 no such (in reply to RCPT TO command)";
    assert_eq!(reason(&fates[0]), format!("5.1.1 {said}"));
    assert!(matches!(fates[1], Outcome::Sent(_)) && !dead);
    assert!(reason(&fates[2]).starts_with("4.2.1 host two.example[127.0.0.3] said: 450 4.2.1 later"));
    let second = second.lock().unwrap();
    assert!(second.contains("later@d") && !second.contains("good@d") && !second.contains("bad@d"));
}

#[tokio::test]
async fn lost_connections_and_silence_defer_and_tell_where() {
    let rude: Script = |line| if line == "." { None } else { friendly(line) };
    let (port, _) = server("127.0.0.2", 0, rude).await;
    let (fates, dead) = deliver("", false, &request(&format!("[127.0.0.2]:{port}"), &["a@d"])).await;
    assert_eq!(
        reason(&fates[0]),
        "4.4.2 lost connection with 127.0.0.2[127.0.0.2] while sending end of data -- \
         message may be sent more than once"
    );
    assert!(dead);
    let silent = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let main_cf = "smtp_helo_timeout = 1s\n";
    let (fates, _) = deliver(main_cf, false, &request(&format!("[127.0.0.2]:{port}"), &["a@d"])).await;
    assert_eq!(
        reason(&fates[0]),
        "4.4.2 conversation with 127.0.0.2[127.0.0.2] timed out while receiving the initial server greeting"
    );
}

#[tokio::test]
async fn what_dns_says_decides_between_bounce_and_defer() {
    let fate = async |domain: &str| reason(&deliver("", false, &request(domain, &["a@d"])).await.0[0]);
    let none = "Host or domain name not found. Name service error for name=missing.example type=";
    assert!(fate("missing.example").await.starts_with(&format!("5.4.4 {none}A: Host not found")));
    assert!(fate("broken.example").await.starts_with("4.4.3 Host or domain name not found."));
    assert_eq!(fate("null.example").await, "5.1.0 Domain null.example does not accept mail (nullMX)");
}

#[tokio::test]
async fn we_never_deliver_to_ourselves() {
    let main_cf = "proxy_interfaces = 127.0.0.2\n";
    let (fates, _) = deliver(main_cf, false, &request("d.example", &["a@d"])).await;
    assert_eq!(reason(&fates[0]), "5.4.6 mail for d.example loops back to myself");
}

#[tokio::test]
async fn a_fallback_relay_takes_what_has_no_server_but_not_loops() {
    let (port, heard) = server("127.0.0.4", 0, friendly).await;
    let main_cf = format!("smtp_fallback_relay = [127.0.0.4]:{port}\n");
    let (fates, _) = deliver(&main_cf, false, &request("missing.example", &["a@d"])).await;
    assert!(matches!(fates[0], Outcome::Sent(_)), "{fates:?}");
    assert!(heard.lock().unwrap().contains("a@d"));
    let main_cf = format!("{main_cf}proxy_interfaces = 127.0.0.2\n");
    let (fates, _) = deliver(&main_cf, false, &request("d.example", &["a@d"])).await;
    assert!(reason(&fates[0]).contains("loops back"), "{fates:?}");
}

#[tokio::test]
async fn a_relayhost_that_does_not_exist_defers() {
    let main_cf = "relayhost = missing.example\n";
    let (fates, _) = deliver(main_cf, false, &request("missing.example", &["a@d"])).await;
    assert!(reason(&fates[0]).starts_with("4.3.5 "), "{fates:?}");
}

#[tokio::test]
async fn lmtp_over_a_unix_socket_has_a_result_for_each_recipient() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lmtp");
    let listener = UnixListener::bind(&path).unwrap();
    let full: Script =
        |line| if line == "." { Some("250 2.0.0 a\r\n452 4.2.2 full") } else { friendly(line) };
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, full, Heard::default()));
        }
    });
    let socket = path.display().to_string();
    let (fates, _) = deliver("", true, &request(&format!("unix:{socket}"), &["a@d", "b@d"])).await;
    assert!(matches!(fates[0], Outcome::Sent(_)));
    assert_eq!(
        reason(&fates[1]),
        format!("4.2.2 host me.example[{socket}] said: 452 4.2.2 full (in reply to end of DATA command)")
    );
}

#[tokio::test]
async fn what_must_have_tls_is_not_sent_in_clear() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let main_cf = "smtp_tls_security_level = encrypt\n";
    let (fates, _) = deliver(main_cf, false, &request(&format!("[127.0.0.2]:{port}"), &["a@d"])).await;
    assert!(reason(&fates[0]).starts_with("4.7.4 TLS is required"), "{fates:?}");
    assert!(!heard.lock().unwrap().contains("MAIL"));
}

#[tokio::test]
async fn passwords_are_sent_to_the_server_they_are_for() {
    let asking: Script = |line| match line.split(' ').next().unwrap() {
        "EHLO" => Some("250-mx\r\n250 AUTH PLAIN"),
        "AUTH" if line == "AUTH PLAIN AHUAcA==" => Some("235 ok"),
        "AUTH" => Some("535 5.7.8 no"),
        _ => friendly(line),
    };
    let (port, _) = server("127.0.0.2", 0, asking).await;
    let nexthop = format!("[127.0.0.2]:{port}");
    let main_cf = format!(
        "smtp_sasl_auth_enable = yes\nsmtp_sasl_security_options = noanonymous\n\
         smtp_sasl_password_maps = inline:{{{{{nexthop} = u:p}}, {{127.0.0.3 = u:x}}}}\n"
    );
    let (fates, _) = deliver(&main_cf, false, &request(&nexthop, &["a@d"])).await;
    assert!(matches!(fates[0], Outcome::Sent(_)), "{fates:?}");
    server("127.0.0.3", port, asking).await;
    let (fates, _) = deliver(&main_cf, false, &request(&format!("[127.0.0.3]:{port}"), &["a@d"])).await;
    assert_eq!(
        reason(&fates[0]),
        "4.7.8 SASL authentication failed; server 127.0.0.3[127.0.0.3] said: 535 5.7.8 no"
    );
}

#[tokio::test]
async fn hostile_servers_get_no_memory_and_no_bounce() {
    let endless: Script = |_| Some("220-x\r\n220-x\r\n220-x\r\n220-x");
    let babbling: Script = |line| match line {
        "DATA" => Some("354 go\r\nwhat is this"),
        other => friendly(other),
    };
    let twice: Script = |line| if line == "DATA" { Some("354 go\r\n354 go") } else { friendly(line) };
    for (script, expected) in [
        (endless, "4.4.2 conversation with"),
        (babbling, "4.5.0 Protocol error: "),
        (twice, "5.5.0 Protocol error: host 127.0.0.2[127.0.0.2] said: 354 go"),
    ] {
        let (port, _) = server("127.0.0.2", 0, script).await;
        let main_cf = "smtp_helo_timeout = 1s\n";
        let (fates, _) = deliver(main_cf, false, &request(&format!("[127.0.0.2]:{port}"), &["a@d"])).await;
        assert!(reason(&fates[0]).starts_with(expected), "{}", reason(&fates[0]));
    }
}

#[tokio::test]
async fn a_probe_asks_and_sends_nothing() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let probe = Request { probe: true, ..request(&format!("[127.0.0.2]:{port}"), &["a@d"]) };
    let (fates, _) = deliver("", false, &probe).await;
    assert!(matches!(fates[0], Outcome::Sent(_)));
    assert!(!heard.lock().unwrap().contains("DATA"));
}

#[tokio::test]
async fn a_busy_destination_gets_its_mail_over_one_session() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let client = client("smtp_connection_cache_time_limit = 1s\n", false).await;
    let request = request(&format!("[127.0.0.2]:{port}"), &["a@d"]);
    for _ in 0..4 {
        let (fates, _) = deliver_by(&client, &request).await;
        assert!(matches!(fates[0], Outcome::Sent(_)));
    }
    let count = |word: &str| heard.lock().unwrap().matches(word).count();
    assert_eq!((count("DATA"), count("EHLO"), count("RSET")), (4, 2, 2));
    let told = async {
        while count("QUIT") < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = client.cache.sweep() => {}
        done = tokio::time::timeout(Duration::from_secs(10), told) => done.unwrap(),
    }
}

#[tokio::test]
async fn a_kept_session_that_died_is_replaced() {
    let once: Script = |line| if line == "RSET" { None } else { friendly(line) };
    let (port, heard) = server("127.0.0.2", 0, once).await;
    let client = client("", false).await;
    for _ in 0..3 {
        let request = request(&format!("[127.0.0.2]:{port}"), &["a@d"]);
        let (fates, _) = deliver_by(&client, &request).await;
        assert!(matches!(fates[0], Outcome::Sent(_)));
    }
    assert_eq!(heard.lock().unwrap().matches("EHLO").count(), 3);
}

#[tokio::test]
async fn addresses_change_on_the_way_out() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let main_cf = "smtp_generic_maps = inline:{s@example.org=out@example.net}\n";
    let (fates, _) = deliver(main_cf, false, &request(&format!("[127.0.0.2]:{port}"), &["a@d"])).await;
    assert!(matches!(fates[0], Outcome::Sent(_)), "{fates:?}");
    let heard = heard.lock().unwrap();
    assert!(heard.contains("MAIL FROM:<out@example.net>") && heard.contains("\r\nSubject: x\r\n"), "{heard}");
}

/// A connection cache for tests: one destination, one endpoint.
async fn scache(path: &std::path::Path) {
    use ipc::scache::{Reply, Request};
    use std::os::fd::AsFd;
    let listener = tokio::net::UnixListener::bind(path).unwrap();
    tokio::spawn(async move {
        let mut kept = None;
        let mut peers = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            let mut peer = Conversation::new(stream);
            while let Ok(Some(request)) = peer.receive::<Request>().await {
                match request {
                    Request::SaveEndpoint { properties, .. } => {
                        kept = peer.take_descriptor().map(|fd| (properties, fd));
                        peer.send(&Reply::Saved).await.unwrap();
                    }
                    Request::SaveDestination { .. } => peer.send(&Reply::Saved).await.unwrap(),
                    Request::FindEndpoint(_) => peer.send(&Reply::NotFound).await.unwrap(),
                    Request::FindDestination(_) => match kept.take() {
                        Some((properties, fd)) => {
                            peer.send_with(&Reply::Found(properties), fd.as_fd()).await.unwrap();
                        }
                        None => peer.send(&Reply::NotFound).await.unwrap(),
                    },
                }
                if kept.is_some() {
                    break; // the next client is another process
                }
            }
            peers.push(peer);
        }
    });
}

#[tokio::test]
async fn another_process_goes_on_with_a_session() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("scache");
    scache(&socket).await;
    let main_cf = format!(
        "smtp_connection_cache_destinations = 127.0.0.2\nconnection_cache_service_name = {}\n",
        socket.display()
    );
    let request = request(&format!("[127.0.0.2]:{port}"), &["a@d"]);
    for _ in 0..2 {
        let client = client(&main_cf, false).await;
        let (fates, _) = deliver_by(&client, &request).await;
        assert!(matches!(fates[0], Outcome::Sent(_)));
        client.cache.hand_over(Duration::ZERO).await;
    }
    let count = |word: &str| heard.lock().unwrap().matches(word).count();
    assert_eq!((count("DATA"), count("EHLO"), count("RSET"), count("QUIT")), (2, 1, 1, 0));
}

#[tokio::test]
async fn a_session_may_be_used_again_as_often_as_the_count_limit_says() {
    let (port, heard) = server("127.0.0.2", 0, friendly).await;
    let main_cf = "smtp_connection_cache_destinations = 127.0.0.2\nsmtp_connection_reuse_count_limit = 2\n";
    let client = client(main_cf, false).await;
    for _ in 0..4 {
        deliver_by(&client, &request(&format!("[127.0.0.2]:{port}"), &["a@d"])).await;
    }
    let count = |word: &str| heard.lock().unwrap().matches(word).count();
    assert_eq!((count("DATA"), count("EHLO"), count("QUIT")), (4, 2, 1));
}
