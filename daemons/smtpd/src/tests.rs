//! Whole sessions against a cleanup and a trivial-rewrite of the test's own: what the client hears, what cleanup gets,
//! what the log says.

use crate::conversation::Conversation;
use crate::limits::Limits;
use crate::lookups::Lookups;
use crate::peer::Peer;
use crate::settings::Settings;
use crate::{Intake, Smtpd};
use ipc::Conversation as Talk;
use ipc::cleanup::{Finished, Frame, Opened};
use ipc::rewrite;
use mail::{AddressClass, QueueId, Reply};
use maillog::{Log, Sink};
use policy::Client;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::task::LocalSet;

/// What one session left behind.
struct Outcome {
    said: String,
    frames: Vec<Frame>,
}

impl Outcome {
    fn content(&self) -> String {
        let pieces = self.frames.iter().filter_map(|frame| match frame {
            Frame::Content(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        });
        pieces.collect()
    }

    fn finished(&self) -> bool {
        self.frames.contains(&Frame::Finish)
    }
}

/// Plays `input` to an smtpd with this main.cf; cleanup answers `finished`.
fn session_with(main_cf: &str, input: &[u8], finished: Finished) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let frames = Rc::new(RefCell::new(Vec::new()));
    let tasks = LocalSet::new();
    let said = tasks.block_on(&runtime, async {
        let cleanup = UnixListener::bind(folder.path().join("cleanup")).unwrap();
        let rewrite = UnixListener::bind(folder.path().join("rewrite")).unwrap();
        tokio::task::spawn_local(serve_cleanup(cleanup, frames.clone(), finished));
        tokio::task::spawn_local(serve_rewrite(rewrite));
        let daemon = daemon(main_cf, folder.path());
        talk(&daemon, input).await
    });
    // The conversation has ended; its frames are all read once the tasks have seen the hang-up.
    let frames = frames.borrow().clone();
    Outcome { said, frames }
}

fn session(main_cf: &str, input: &str) -> Outcome {
    session_with(main_cf, input.replace('\n', "\r\n").as_bytes(), Finished::Queued)
}

fn daemon(main_cf: &str, folder: &Path) -> Smtpd {
    let text = format!(
        "compatibility_level = 3.6\nmyhostname = mail.example.com\nmydomain = example.com\nmyorigin = example.com\n\
         mynetworks = 127.0.0.0/8\nlocal_recipient_maps = inline:{{ {{user=x}}, {{info=x}} }}\n\
         smtpd_error_sleep_time = 0\n{main_cf}\n"
    );
    let conf = config::Conf::parse("main.cf", &text, &config::HostFacts::default()).unwrap();
    let mut settings = Settings::from_conf(&conf).unwrap();
    settings.cleanup_socket = folder.join("cleanup");
    settings.rewrite_socket = folder.join("rewrite");
    let log = Log::open("postfix/smtpd", Sink::discard(), false);
    let lookups = Lookups::open(&conf, &settings, &log).unwrap();
    let cleanup = ipc::Client::new(&settings.cleanup_socket, 4, settings.ipc_timeout);
    Smtpd { settings, lookups, limits: Limits::none(), intake: Intake::Cleanup(cleanup), tls: None }
}

async fn talk(daemon: &Smtpd, input: &[u8]) -> String {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    let name = "client.example.net".to_owned();
    let address = "192.0.2.9".to_owned();
    let who = Client { reverse_name: name.clone(), name, address, is_self: false, ..Client::default() };
    let peer = Peer { label: who.name_address(), client: who, ..Peer::local() };
    let log = Log::open("postfix/smtpd", Sink::discard(), false);
    client.write_all(input).await.unwrap();
    client.shutdown().await.unwrap();
    let mut said = String::new();
    let hear = async { client.read_to_string(&mut said).await.unwrap() };
    tokio::join!(Conversation::new(daemon, server, peer, log).run(), hear);
    said
}

async fn serve_cleanup(listener: UnixListener, frames: Rc<RefCell<Vec<Frame>>>, finished: Finished) {
    while let Ok((stream, _)) = listener.accept().await {
        let (frames, finished) = (frames.clone(), finished.clone());
        tokio::task::spawn_local(async move {
            let mut peer = Talk::new(stream);
            while let Ok(Some(frame)) = peer.receive::<Frame>().await {
                frames.borrow_mut().push(frame.clone());
                match frame {
                    Frame::Begin(_) => peer.send(&Opened::Id(QueueId::parse("4ABC").unwrap())).await.unwrap(),
                    Frame::Finish => peer.send(&finished).await.unwrap(),
                    _ => {}
                }
            }
        });
    }
}

async fn serve_rewrite(listener: UnixListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::task::spawn_local(async move {
            let mut peer = Talk::new(stream);
            while let Ok(Some(request)) = peer.receive::<rewrite::Request>().await {
                let reply = match request {
                    rewrite::Request::Rewrite { address, .. } => rewrite::Reply::Rewritten(address),
                    rewrite::Request::Resolve { address, .. } => rewrite::Reply::Resolved(resolve(&address)),
                };
                peer.send(&reply).await.unwrap();
            }
        });
    }
}

fn resolve(address: &mail::Address) -> rewrite::Resolved {
    let local = matches!(address.domain(), None | Some("example.com"));
    rewrite::Resolved {
        transport: "local".to_owned(),
        nexthop: "x".to_owned(),
        recipient: match address.domain() {
            None => format!("{address}@example.com").into(),
            Some(_) => address.clone(),
        },
        class: if local { AddressClass::Local } else { AddressClass::Default },
        has_routing: false,
        is_error: address.as_str().starts_with('-'),
    }
}

const ENVELOPE: &str = "EHLO c.example.net\nMAIL FROM:<a@b.example>\nRCPT TO:<user@example.com>\n";
/// The client of these tests doesn't wait for replies.
const EAGER: &str = "smtpd_forbid_unauth_pipelining = no";

fn last_line(outcome: &Outcome) -> &str {
    outcome.said.lines().last().unwrap()
}

#[test]
fn a_message_reaches_cleanup_with_envelope_header_and_content() {
    let outcome = session(EAGER, &format!("{ENVELOPE}DATA\nSubject: x\n\n..hi\n.\nQUIT\n"));
    assert!(outcome.said.contains("250 2.0.0 Ok: queued as 4ABC\r\n221 2.0.0 Bye"), "{}", outcome.said);
    let Frame::Begin(begin) = &outcome.frames[0] else { panic!("{:?}", outcome.frames) };
    assert_eq!(begin.sender.as_str(), "a@b.example");
    assert!(begin.attributes.contains(&("client_name".to_owned(), "client.example.net".to_owned())));
    let Frame::Recipient(recipient) = &outcome.frames[1] else { panic!("{:?}", outcome.frames) };
    assert_eq!(
        (recipient.address.as_str(), recipient.dsn_orcpt.as_str()),
        ("user@example.com", "rfc822;user@example.com")
    );
    let content = outcome.content();
    let head = "Received: from c.example.net (client.example.net [192.0.2.9])\n\tby mail.example.com (Postfix) with ESMTP id 4ABC\n\tfor <user@example.com>; ";
    assert!(content.starts_with(head) && content.ends_with("\nSubject: x\n\n.hi\n"), "{content}");
    assert!(outcome.finished());
}

#[test]
fn a_client_that_vanishes_in_data_leaves_nothing() {
    let outcome = session(EAGER, &format!("{ENVELOPE}DATA\nSubject: x\n\nhalf a li"));
    assert!(!outcome.finished() && !outcome.said.contains("queued"), "{}", outcome.said);
}

#[test]
fn what_cleanup_refuses_the_client_hears() {
    let refused = Finished::Refused(Reply::new(554, 4, 0, "Error: too many hops"));
    let input = format!("{ENVELOPE}DATA\nx\n.\nQUIT\n").replace('\n', "\r\n");
    let outcome = session_with(EAGER, input.as_bytes(), refused);
    assert!(outcome.said.contains("554 5.4.0 Error: too many hops\r\n221"), "{}", outcome.said);
}

#[test]
fn too_much_content_is_refused_at_its_end_and_the_session_goes_on() {
    let conf = format!("message_size_limit = 1000\n{EAGER}");
    let outcome = session(&conf, &format!("{ENVELOPE}DATA\n{}\n.\nNOOP\nQUIT\n", "x".repeat(2000)));
    assert!(
        outcome.said.contains("552 5.3.4 Error: message file too big\r\n250 2.0.0 Ok\r\n221"),
        "{}",
        outcome.said
    );
    assert!(!outcome.finished());
}

#[test]
fn chunks_become_one_message() {
    let outcome = session_with(
        EAGER,
        b"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nBDAT 3\r\nabcBDAT 5 LAST\r\nde\r\nfQUIT\r\n",
        Finished::Queued,
    );
    assert!(
        outcome.said.contains("250 2.0.0 Ok: 3 bytes\r\n250 2.0.0 Ok: 10 bytes queued as 4ABC\r\n221"),
        "{}",
        outcome.said
    );
    assert!(outcome.content().ends_with("\nabcde\nf\n"));
}

#[test]
fn a_cut_chunk_leaves_nothing() {
    let outcome = session_with(
        EAGER,
        b"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nBDAT 300 LAST\r\nabc",
        Finished::Queued,
    );
    assert!(!outcome.finished() && !outcome.said.contains("queued"));
}

#[test]
fn strangers_and_unknown_users_are_refused_before_anything_is_opened() {
    let outcome = session(
        EAGER,
        "HELO c\nMAIL FROM:<a@b>\nRCPT TO:<x@other.example>\nRCPT TO:<bad@example.com>\nRCPT TO:<-x@example.com>\nQUIT\n",
    );
    assert!(outcome.said.contains("454 4.7.1 <x@other.example>: Relay access denied"), "{}", outcome.said);
    assert!(outcome.said.contains(
        "550 5.1.1 <bad@example.com>: Recipient address rejected: User unknown in local recipient table"
    ));
    assert!(outcome.said.contains("501 5.1.3 Bad recipient address syntax"));
    assert!(outcome.frames.is_empty());
}

#[test]
fn actions_of_access_tables_reach_cleanup_once() {
    let conf =
        format!("{EAGER}\nsmtpd_sender_restrictions = check_sender_access inline:{{ {{b.example=HOLD}} }}");
    let outcome = session(&conf, &format!("{ENVELOPE}RCPT TO:<info@example.com>\nDATA\nx\n.\nQUIT\n"));
    let holds =
        outcome.frames.iter().filter(|frame| matches!(frame, Frame::Edit(ipc::cleanup::Edit::Hold))).count();
    assert_eq!(holds, 1);
    assert!(outcome.finished() && outcome.content().contains(" id 4ABC;\n\t"));
}

#[test]
fn discarded_mail_is_accepted_from_anybody_for_anybody() {
    let conf = format!("{EAGER}\nsmtpd_sender_restrictions = check_sender_access static:DISCARD");
    let outcome = session(&conf, "HELO c\nMAIL FROM:<a@b>\nRCPT TO:<x@other.example>\nDATA\nx\n.\nQUIT\n");
    assert!(outcome.said.contains("250 2.0.0 Ok: queued as 4ABC"), "{}", outcome.said);
    assert!(outcome.frames.contains(&Frame::Edit(ipc::cleanup::Edit::Discard)));
}

#[test]
fn talking_before_the_reply_ends_the_session() {
    let outcome = session("", "EHLO c\nMAIL FROM:<a@b>\n");
    assert_eq!(last_line(&outcome), "554 5.5.0 Error: SMTP protocol synchronization");
}

#[test]
fn forbidden_commands_end_the_session() {
    for command in ["GET / HTTP/1.0\n", "<html>\n", "Subject: x\n"] {
        let outcome = session("", command);
        assert_eq!(last_line(&outcome), "221 2.7.0 Error: I can break rules, too. Goodbye.", "{command}");
    }
}

#[test]
fn a_client_refused_at_connect_may_only_quit() {
    let conf = format!("{EAGER}\nsmtpd_delay_reject = no\nsmtpd_client_restrictions = reject");
    let outcome = session(&conf, "HELO c\nQUIT\n");
    let lines: Vec<_> = outcome.said.lines().collect();
    let client = "client.example.net[192.0.2.9]";
    assert_eq!(lines[0], format!("554 5.7.1 <{client}>: Client host rejected: Access denied"));
    assert_eq!(lines[1], format!("503 5.7.0 Error: access denied for {client}"));
    assert_eq!(lines[2], "221 2.0.0 Bye");
}

#[test]
fn when_cleanup_is_dead_the_client_comes_back_later() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let said = LocalSet::new().block_on(&runtime, async {
        let rewrite = UnixListener::bind(folder.path().join("rewrite")).unwrap();
        tokio::task::spawn_local(serve_rewrite(rewrite));
        let daemon = daemon(EAGER, folder.path());
        talk(&daemon, b"HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<user@example.com>\r\nDATA\r\nQUIT\r\n").await
    });
    assert!(said.contains("451 4.3.0 Error: queue file write error\r\n554 5.5.1"), "{said}");
}

/// invariants 2, row 29: what an attacker sends without end is answered about a hundred times.
#[test]
fn junk_without_end_is_cut_off() {
    let outcome = session(EAGER, &"NOOP\n".repeat(20_000));
    assert_eq!(outcome.said.matches("250 2.0.0 Ok").count(), 121);
    assert_eq!(last_line(&outcome), "421 4.7.0 mail.example.com Error: too many errors");
}

#[test]
fn a_line_of_a_megabyte_is_one_error() {
    let outcome = session(EAGER, &format!("{}\nNOOP\nQUIT\n", "X".repeat(900_000)));
    assert!(
        outcome.said.contains("500 5.5.2 Error: line too long\r\n250 2.0.0 Ok\r\n221"),
        "{}",
        outcome.said
    );
}

#[test]
fn a_deferral_of_one_recipient_is_not_that_of_the_next() {
    let conf = format!(
        "{EAGER}\nsmtpd_recipient_restrictions = check_recipient_access inline:{{ {{user@example.com=DEFER_IF_PERMIT}} }}"
    );
    let outcome = session(&conf, &format!("{ENVELOPE}RCPT TO:<info@example.com>\nQUIT\n"));
    let deferred = "450 4.7.1 <user@example.com>: Recipient address rejected: Service unavailable";
    assert!(outcome.said.contains(&format!("{deferred}\r\n250 2.1.5 Ok\r\n221")), "{}", outcome.said);
}

#[test]
fn refusals_end_with_the_footer_of_the_site() {
    let conf = format!("{EAGER}\nsmtpd_reject_footer = \\c. See $server_name\\nor go away, $client_address");
    let outcome = session(&conf, "HELO c\nNOOP\nFOO\nQUIT\n");
    let lines = "500-5.5.2 Error: command not recognized. See mail.example.com\r\n500 5.5.2 or go away, 192.0.2.9\r\n";
    assert!(outcome.said.contains(&format!("250 2.0.0 Ok\r\n{lines}221")), "{}", outcome.said);
}

#[test]
fn with_soft_bounce_nothing_is_final() {
    let outcome = session(
        &format!("{EAGER}\nsoft_bounce = yes"),
        "FOO\nHELO c\nMAIL FROM:<a@b>\nRCPT TO:<bad@example.com>\nQUIT\n",
    );
    assert!(
        outcome.said.contains("400 4.5.2 Error") && outcome.said.contains("450 4.1.1 <bad@example.com>"),
        "{}",
        outcome.said
    );
}

#[test]
fn the_postmaster_hears_of_a_broken_configuration_and_not_of_ordinary_refusals() {
    let conf = format!("{EAGER}\nsmtpd_client_restrictions = no_such_thing");
    let outcome = session(&conf, &format!("{ENVELOPE}QUIT\n"));
    assert!(outcome.said.contains("451 4.3.5 Server configuration error"), "{}", outcome.said);
    let content = outcome.content();
    assert!(
        content.contains("Subject: Postfix SMTP server: errors from client.example.net[192.0.2.9]\n"),
        "{content}"
    );
    assert!(content.contains("\n In:  QUIT\n Out: 221 2.0.0 Bye\n"), "{content}");
    assert!(outcome.finished());
    let outcome = session(EAGER, "HELO c\nMAIL FROM:<a@b>\nRCPT TO:<bad@example.com>\nQUIT\n");
    assert!(outcome.frames.is_empty());
}

#[test]
fn no_transcript_shows_what_proves_an_identity() {
    let conf = format!("{EAGER}\nnotify_classes = protocol");
    let outcome = session(&conf, "AUTH PLAIN c2VjcmV0\nauth login c2VjcmV0\nQUIT\n");
    let content = outcome.content();
    assert!(content.contains(" In:  AUTH PLAIN\n") && content.contains(" In:  auth login\n"), "{content}");
    assert!(!content.contains("c2VjcmV0"), "{content}");
}

#[test]
fn rejects_can_be_replaced_before_they_get_their_footer() {
    let filter = "regexp:/dev/null, inline:{ {500 5.5.2 Error: command not recognized = 502 5.5.1 Never heard of it}, \
                  {503 5.5.1 Error: need MAIL command = nonsense} }";
    let conf = format!("{EAGER}\nsmtpd_reject_filter_maps = {filter}\nsmtpd_reject_footer = \\c, sorry");
    let outcome = session(&conf, "FOO\nRCPT TO:<a@b>\nQUIT\n");
    let (one, two) = ("502 5.5.1 Never heard of it, sorry", "503 5.5.1 Error: need MAIL command, sorry");
    assert!(outcome.said.contains(&format!("{one}\r\n{two}\r\n221")), "{}", outcome.said);
}

#[test]
fn a_hidden_session_leaves_no_trace_of_the_client() {
    let conf = format!("{EAGER}\nsmtpd_hide_client_session = yes");
    let outcome = session(&conf, &format!("{ENVELOPE}DATA\nx\n.\nQUIT\n"));
    let content = outcome.content();
    let head = "Received: by mail.example.com (Postfix) id 4ABC\n\tfor <user@example.com>; ";
    assert!(content.starts_with(head) && !content.contains("client.example.net"), "{content}");
}

#[test]
fn without_smtputf8_other_bytes_are_taken_but_name_nobody() {
    let conf = format!("{EAGER}\nsmtputf8_enable = no");
    let input = b"NOOP \xff\r\nHELO \xff\r\nMAIL FROM:<\xff@b.example>\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<\xff@example.com>\r\nQUIT\r\n";
    let outcome = session_with(&conf, input, Finished::Queued);
    let lines: Vec<_> = outcome.said.lines().skip(1).map(|line| &line[..9]).collect();
    assert_eq!(lines, ["250 2.0.0", "250 mail.", "501 5.1.7", "250 2.1.0", "501 5.1.3", "221 2.0.0"]);
}

#[test]
fn a_kind_of_sasl_that_is_not_there_is_a_clear_fault() {
    let text = "myhostname = mail.example.com\nsmtpd_sasl_auth_enable = yes\n";
    let conf = config::Conf::parse("main.cf", text, &config::HostFacts::default()).unwrap();
    let settings = Settings::from_conf(&conf).unwrap();
    let log = Log::open("postfix/smtpd", Sink::discard(), false);
    let Err(fatal) = Lookups::open(&conf, &settings, &log) else { panic!("it opens") };
    assert!(fatal.to_string().contains("cyrus (smtpd_sasl_type): there is dovecot"), "{fatal}");
}
