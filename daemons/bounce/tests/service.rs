//! bounce(8) with a cleanup(8) of the test's own behind the socket.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, outside `#[test]` functions

use bounce::{Bouncer, Settings};
use config::{Conf, HostFacts};
use ipc::bounce::{Notice, Reply, Request};
use ipc::cleanup::{Finished, Frame, Opened};
use ipc::{Client, Conversation};
use mail::{Diagnosis, Enhanced, Outcome, QueueId, Recipient};
use maillog::{Log, Sink};
use queue::{LogKind, Queue, QueueOptions};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;

fn id() -> QueueId {
    QueueId::parse("4F0D2150A3").unwrap()
}

fn bouncer(dir: &Path, kind: LogKind) -> (Bouncer, Arc<Queue>) {
    for name in ["bounce", "defer", "trace"] {
        std::fs::create_dir_all(dir.join(name)).unwrap();
    }
    let host = HostFacts { hostname: "mx.example.org".into(), ..HostFacts::default() };
    let conf = Conf::parse("main.cf", "compatibility_level = 3.6\n", &host).unwrap();
    let settings = Settings::from_conf(&conf, None).unwrap();
    let queue = Arc::new(Queue::open(dir, &QueueOptions::default()).unwrap());
    let cleanup = Client::new(dir.join("cleanup"), 4, Duration::from_secs(10));
    let log = Log::open("postfix/bounce", Sink::discard(), false);
    (Bouncer::new(kind, queue.clone(), Arc::new(settings), cleanup, log), queue)
}

fn message() -> OwnedFd {
    let mut file = tempfile::tempfile().unwrap();
    let mut records = Vec::new();
    for line in ["Subject: x", "", "body"] {
        record::encode(record::Kind::NORMAL, line.as_bytes(), &mut records);
    }
    record::encode(record::Kind::EXTRACTED, b"", &mut records);
    file.write_all(&records).unwrap();
    file.into()
}

fn notice() -> Notice {
    Notice {
        queue_name: "active".into(),
        queue_id: id(),
        data_offset: 0,
        data_size: 100,
        arrival: 0,
        encoding: String::new(),
        smtputf8: false,
        sender: "me@there.example".into(),
        envelope_id: String::new(),
        ret: None,
        verp: None,
        verify: false,
    }
}

fn append() -> Request {
    let outcome = Outcome::Bounced(Diagnosis::new(Enhanced::new(1, 1), "unknown"));
    Request::Append { queue_id: id(), recipient: Recipient::new("gone@here.example"), outcome }
}

/// Takes one message, answers `end`, and gives back sender, recipient and content.
async fn cleanup(listener: UnixListener, end: Finished) -> (String, String, String) {
    let mut peer = Conversation::new(listener.accept().await.unwrap().0);
    let (mut sender, mut recipient, mut content) = (String::new(), String::new(), Vec::new());
    loop {
        match peer.expect::<Frame>().await.unwrap() {
            Frame::Begin(begin) => {
                sender = begin.sender.to_string();
                peer.send(&Opened::Id(QueueId::parse("NEW1").unwrap())).await.unwrap();
            }
            Frame::Recipient(r) => recipient = r.address.to_string(),
            Frame::Content(bytes) => content.extend(bytes),
            Frame::Edit(edit) => panic!("{edit:?}"),
            Frame::Open => panic!("bounce knows the sender"),
            Frame::Finish => break,
        }
    }
    peer.send(&end).await.unwrap();
    (sender, recipient, String::from_utf8(content).unwrap())
}

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

#[test]
fn a_noted_failure_becomes_a_notice_and_the_log_goes() {
    let dir = tempfile::tempdir().unwrap();
    let (bouncer, queue) = bouncer(dir.path(), LogKind::Bounce);
    run(async {
        assert_eq!(bouncer.answer(append(), None).await, Reply::Done);
        let listener = UnixListener::bind(dir.path().join("cleanup")).unwrap();
        let flush = bouncer.answer(Request::Flush(notice()), Some(message()));
        let (reply, (sender, recipient, content)) = tokio::join!(flush, cleanup(listener, Finished::Queued));
        assert_eq!((reply, sender.as_str(), recipient.as_str()), (Reply::Done, "", "me@there.example"));
        assert!(content.starts_with("Received: by mx.example.org (Postfix)\n\tid NEW1; "), "{content}");
        assert!(content.contains("\n<gone@here.example>: unknown\n"), "{content}");
        assert!(
            content.contains("\nReturn-Path: <me@there.example>\nSubject: x\n\nbody\n\n--4F0D2150A3."),
            "{content}"
        );
        assert!(content.ends_with("/mx.example.org--\n"), "{content}");
    });
    assert!(queue.read_log(LogKind::Bounce, &id()).unwrap().is_empty());
}

#[test]
fn a_notice_that_could_not_be_posted_keeps_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let (bouncer, queue) = bouncer(dir.path(), LogKind::Bounce);
    run(async {
        assert_eq!(bouncer.answer(append(), None).await, Reply::Done);
        let refused = Finished::Refused(mail::Reply::new(451, 3, 0, "Error: queue file write error"));
        let listener = UnixListener::bind(dir.path().join("cleanup")).unwrap();
        let flush = bouncer.answer(Request::Flush(notice()), Some(message()));
        let (reply, _) = tokio::join!(flush, cleanup(listener, refused));
        assert!(matches!(reply, Reply::Failed(why) if why.contains("queue file write error")));
    });
    assert_eq!(queue.read_log(LogKind::Bounce, &id()).unwrap().len(), 1);
}

#[test]
fn without_cleanup_the_mail_waits() {
    let dir = tempfile::tempdir().unwrap();
    let (bouncer, queue) = bouncer(dir.path(), LogKind::Bounce);
    run(async {
        bouncer.answer(append(), None).await;
        let reply = bouncer.answer(Request::Flush(notice()), Some(message())).await;
        assert!(matches!(reply, Reply::Failed(_)));
    });
    assert_eq!(queue.read_log(LogKind::Bounce, &id()).unwrap().len(), 1);
}

#[test]
fn a_message_that_is_tried_again_loses_its_defer_log() {
    let dir = tempfile::tempdir().unwrap();
    let (bouncer, queue) = bouncer(dir.path(), LogKind::Defer);
    run(async {
        let outcome = Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 1), "later"));
        let recipient = Recipient::new("slow@here.example");
        bouncer.answer(Request::Append { queue_id: id(), recipient, outcome }, None).await;
        assert_eq!(queue.read_log(LogKind::Defer, &id()).unwrap().len(), 1);
        assert_eq!(bouncer.answer(Request::Forget { queue_id: id() }, None).await, Reply::Done);
    });
    assert!(queue.read_log(LogKind::Defer, &id()).unwrap().is_empty());
}
