//! qmgr(8) with agents, bounce(8) and trivial-rewrite(8) of the test's own behind the sockets.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, outside `#[test]` functions

use config::{Conf, HostFacts};
use ipc::{Conversation, bounce, deliver, rewrite};
use mail::{AddressClass, Diagnosis, Enhanced, Outcome, QueueId, Timestamp};
use maillog::{Log, Sink};
use qmgr::{Manager, Settings};
use queue::record::{Kind, Size, format_time};
use queue::{Draft, LogKind, Queue, QueueName, QueueOptions};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::net::UnixListener;
use tokio::task::{LocalSet, spawn_local};

/// A queue directory with a queue manager and its neighbours.
struct Site {
    dir: tempfile::TempDir,
    queue: Arc<Queue>,
    manager: Rc<Manager>,
    /// What the neighbours were asked, in order.
    asked: Rc<RefCell<Vec<String>>>,
}

impl Site {
    fn new(main_cf: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL.map(QueueName::as_str).into_iter().chain(["private", "public"]) {
            std::fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        let conf = Conf::parse("main.cf", main_cf, &HostFacts::default()).unwrap();
        let mut settings = Settings::from_conf(&conf, &[]).unwrap();
        settings.sockets = dir.path().to_owned();
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        let file = std::fs::File::create(dir.path().join("log")).unwrap();
        let log = Log::open("postfix/qmgr", Sink::file(file), false);
        let manager = Rc::new(Manager::new(settings, queue.clone(), log));
        let site = Self { dir, queue, manager, asked: Rc::default() };
        site.serve_rewrite();
        for (name, kind) in
            [("bounce", LogKind::Bounce), ("defer", LogKind::Defer), ("trace", LogKind::Trace)]
        {
            site.serve_notes(name, kind);
        }
        site
    }

    fn listen(&self, name: &str) -> UnixListener {
        UnixListener::bind(self.dir.path().join("private").join(name)).unwrap()
    }

    fn serve(&self, name: &str, session: impl AsyncFn(Conversation) + 'static) {
        let listener = self.listen(name);
        let session = Rc::new(session);
        spawn_local(async move {
            loop {
                let peer = Conversation::new(listener.accept().await.unwrap().0);
                let session = session.clone();
                spawn_local(async move { session(peer).await });
            }
        });
    }

    /// `user@transport.example` goes to that transport.
    fn serve_rewrite(&self) {
        self.serve("rewrite", async |mut peer: Conversation| {
            while let Ok(Some(request)) = peer.receive::<rewrite::Request>().await {
                let rewrite::Request::Resolve { address, .. } = request else { panic!() };
                let domain = address.domain().unwrap().to_owned();
                let resolved = rewrite::Resolved {
                    transport: domain.split('.').next().unwrap().to_owned(),
                    nexthop: domain,
                    recipient: address,
                    class: AddressClass::Default,
                    has_routing: false,
                    is_error: false,
                };
                peer.send(&rewrite::Reply::Resolved(resolved)).await.unwrap();
            }
        });
    }

    fn serve_notes(&self, name: &'static str, kind: LogKind) {
        let (asked, queue) = (self.asked.clone(), self.queue.clone());
        self.serve(name, async move |mut peer: Conversation| {
            while let Ok(Some(request)) = peer.receive::<bounce::Request>().await {
                let said = match &request {
                    bounce::Request::Append { queue_id, recipient, outcome } => {
                        let entry = queue::LogEntry::new(recipient, outcome);
                        queue.append_log(kind, queue_id, &entry, true).unwrap();
                        format!("{name} notes {}", recipient.address)
                    }
                    bounce::Request::Flush(notice) => {
                        assert!(peer.take_descriptor().is_some());
                        let entries = queue.read_log(kind, &notice.queue_id).unwrap();
                        let names: Vec<_> = entries.iter().map(|e| e.recipient.address.to_string()).collect();
                        queue.remove_log(kind, &notice.queue_id).unwrap();
                        format!("{name} tells {} of {}", notice.sender, names.join(" "))
                    }
                    bounce::Request::Warn(notice) => format!("{name} warns {}", notice.sender),
                    bounce::Request::Forget { .. } => format!("{name} forgets"),
                };
                asked.borrow_mut().push(said);
                peer.send(&bounce::Reply::Done).await.unwrap();
            }
        });
    }

    /// An agent that gives every recipient the same fate.
    fn serve_agent(&self, name: &'static str, fate: impl Fn() -> Outcome + 'static) {
        let asked = self.asked.clone();
        self.serve(name, async move |mut peer: Conversation| {
            while let Ok(Some(request)) = peer.receive::<deliver::Request>().await {
                assert!(peer.take_descriptor().is_some(), "the message comes with the request");
                let names: Vec<_> = request.recipients.iter().map(|r| r.address.to_string()).collect();
                asked.borrow_mut().push(format!("{name} gets {} via {}", names.join(" "), request.nexthop));
                for index in 0..request.recipients.len() as u32 {
                    peer.feed(&deliver::Reply::Recipient { index, outcome: fate(), relay: String::new() })
                        .await
                        .unwrap();
                }
                peer.send(&deliver::Reply::Done { unavailable: None }).await.unwrap();
            }
        });
    }

    fn submit(&self, recipients: &[&str]) -> QueueId {
        self.submit_to(QueueName::Incoming, recipients)
    }

    fn submit_to(&self, home: QueueName, recipients: &[&str]) -> QueueId {
        let now = Timestamp::from_system(SystemTime::now());
        let mut draft = Draft::create(&self.queue, now).unwrap();
        let size = Size { recipient_count: recipients.len() as i64, ..Size::default() };
        draft.put(Kind::SIZE, size.format().as_bytes()).unwrap();
        draft.put(Kind::TIME, format_time(now).as_bytes()).unwrap();
        draft.put(Kind::SENDER, b"me@here").unwrap();
        for recipient in recipients {
            draft.put(Kind::RECIPIENT, recipient.as_bytes()).unwrap();
        }
        draft.put(Kind::MESSAGE, b"").unwrap();
        let data_offset = draft.position() as i64;
        draft.put(Kind::NORMAL, b"body").unwrap();
        let content_size = draft.position() as i64 - data_offset;
        draft.put(Kind::EXTRACTED, b"").unwrap();
        draft.put(Kind::END, b"").unwrap();
        draft.set_size(&Size { content_size, data_offset, ..size }).unwrap();
        draft.commit_to(home).unwrap()
    }

    fn path(&self, queue: QueueName, id: &QueueId) -> PathBuf {
        self.dir.path().join(self.queue.path(queue, id))
    }

    /// Where the message is now.
    fn place(&self, id: &QueueId) -> Option<QueueName> {
        let queues = [QueueName::Incoming, QueueName::Active, QueueName::Deferred, QueueName::Corrupt];
        queues.into_iter().find(|queue| self.path(*queue, id).exists())
    }

    async fn until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !condition(self) {
            assert!(
                Instant::now() < deadline,
                "{what}; asked: {:?}; log:\n{}",
                self.asked.borrow(),
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap()
    }

    fn start(&self) {
        let manager = self.manager.clone();
        spawn_local(async move { manager.run().await });
    }
}

fn sent() -> Outcome {
    Outcome::Sent(Diagnosis::new(Enhanced::new(0, 0), "ok"))
}

fn deferred() -> Outcome {
    Outcome::Deferred(Diagnosis::new(Enhanced::new(4, 1), "not now"))
}

fn bounced() -> Outcome {
    Outcome::Bounced(Diagnosis::new(Enhanced::new(1, 1), "unknown"))
}

fn run(main_cf: &str, test: impl AsyncFnOnce(Site)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async { test(Site::new(main_cf)).await });
}

fn age(path: &Path, seconds: u64) {
    let then = SystemTime::now() - Duration::from_secs(seconds);
    std::fs::File::open(path).unwrap().set_modified(then).unwrap();
}

#[test]
fn new_mail_is_delivered_and_removed() {
    run("", async |site| {
        site.serve_agent("smtp", sent);
        let id = site.submit(&["a@smtp.example", "b@smtp.example"]);
        site.start();
        site.until("removed", |site| site.place(&id).is_none()).await;
        assert_eq!(*site.asked.borrow(), ["smtp gets a@smtp.example b@smtp.example via smtp.example"]);
        let log = site.log();
        assert!(log.contains(&format!("{id}: from=<me@here>, size=")), "{log}");
        assert!(log.contains("nrcpt=2 (queue active)") && log.contains(&format!("{id}: removed")), "{log}");
    });
}

#[test]
fn a_failure_is_noted_and_told_before_the_file_goes() {
    run("", async |site| {
        site.serve_agent("error", bounced);
        let id = site.submit(&["a@error.example"]);
        site.start();
        site.until("removed", |site| site.place(&id).is_none()).await;
        let asked = site.asked.borrow();
        assert_eq!(asked[1..], ["bounce notes a@error.example", "bounce tells me@here of a@error.example"]);
    });
}

#[test]
fn what_is_delivered_is_marked_and_the_rest_waits() {
    run("", async |site| {
        site.serve_agent("smtp", sent);
        site.serve_agent("slow", deferred);
        let id = site.submit(&["a@smtp.example", "b@slow.example"]);
        site.start();
        site.until("deferred", |site| site.place(&id) == Some(QueueName::Deferred)).await;
        let file = std::fs::read(site.path(QueueName::Deferred, &id)).unwrap();
        let has = |record: &[u8]| file.windows(record.len()).any(|window| window == record);
        assert!(has(b"D\x0ea@smtp.example") && has(b"R\x0eb@slow.example"));
        let next = std::fs::metadata(site.path(QueueName::Deferred, &id)).unwrap().modified().unwrap();
        assert!(next > SystemTime::now() + Duration::from_secs(200));
        assert!(site.asked.borrow().contains(&"defer notes b@slow.example".to_owned()));
    });
}

#[test]
fn deferred_mail_is_tried_again_when_its_time_has_come_and_when_flushed() {
    run("", async |site| {
        site.serve_agent("smtp", sent);
        let (due, early) = (
            site.submit_to(QueueName::Deferred, &["a@smtp.example"]),
            site.submit_to(QueueName::Deferred, &["b@smtp.example"]),
        );
        age(&site.path(QueueName::Deferred, &due), 10);
        let later = SystemTime::now() + Duration::from_secs(1000);
        std::fs::File::open(site.path(QueueName::Deferred, &early)).unwrap().set_modified(later).unwrap();
        site.start();
        site.until("due mail goes", |site| site.place(&due).is_none()).await;
        assert_eq!(site.place(&early), Some(QueueName::Deferred));
        site.manager.wake(b"DAF");
        site.until("flushed mail goes", |site| site.place(&early).is_none()).await;
    });
}

#[test]
fn mail_that_is_too_old_is_returned_with_all_that_were_left() {
    run("maximal_queue_lifetime = 0\n", async |site| {
        site.serve_agent("slow", deferred);
        let id = site.submit(&["a@slow.example", "b@slow.example"]);
        site.start();
        site.until("removed", |site| site.place(&id).is_none()).await;
        let last = site.asked.borrow().last().cloned().unwrap();
        assert_eq!(last, "defer tells me@here of a@slow.example b@slow.example");
        assert!(site.log().contains(&format!("{id}: from=<me@here>, status=expired, returned to sender")));
    });
}

#[test]
fn without_an_agent_mail_is_deferred_by_retry_or_failing_that_by_the_queue_manager() {
    run("", async |site| {
        let id = site.submit(&["a@nowhere.example"]);
        site.start();
        site.until("deferred", |site| site.place(&id) == Some(QueueName::Deferred)).await;
        let log = site.log();
        assert!(log.contains("private/nowhere: No such file or directory"), "{log}");
        let line = "to=<a@nowhere.example>, relay=none, delay=";
        assert!(
            log.contains(line) && log.contains("dsn=4.3.0, status=deferred (mail transport unavailable)"),
            "{log}"
        );
    });
}

#[test]
fn an_agent_that_dies_costs_its_recipients_a_delay_and_no_bounce() {
    run("", async |site| {
        site.serve_agent("retry", deferred);
        site.serve("crash", async |mut peer: Conversation| {
            let _: deliver::Request = peer.expect().await.unwrap();
            peer.send(&deliver::Reply::Recipient { index: 0, outcome: sent(), relay: String::new() })
                .await
                .unwrap();
        });
        let id = site.submit(&["a@crash.example", "b@crash.example"]);
        site.start();
        site.until("deferred", |site| site.place(&id) == Some(QueueName::Deferred)).await;
        let asked = site.asked.borrow();
        assert_eq!(
            asked[..],
            [
                "retry gets b@crash.example via 4.3.0 unknown mail transport error",
                "defer notes b@crash.example"
            ]
        );
    });
}

#[test]
fn what_a_dead_queue_manager_left_active_is_taken_up_again() {
    run("", async |site| {
        site.serve_agent("smtp", sent);
        let id = site.submit(&["a@smtp.example"]);
        site.queue.rename(&id, QueueName::Incoming, QueueName::Active).unwrap();
        site.start();
        site.until("removed", |site| site.place(&id).is_none()).await;
    });
}

#[test]
fn a_damaged_file_is_set_aside_and_other_mail_goes_on() {
    run("", async |site| {
        site.serve_agent("smtp", sent);
        let (bad, good) = (site.submit(&["a@smtp.example"]), site.submit(&["b@smtp.example"]));
        let length = std::fs::metadata(site.path(QueueName::Incoming, &bad)).unwrap().len();
        let file =
            std::fs::OpenOptions::new().write(true).open(site.path(QueueName::Incoming, &bad)).unwrap();
        file.set_len(length / 2).unwrap();
        site.start();
        site.until("good mail goes", |site| site.place(&good).is_none()).await;
        site.until("bad file aside", |site| site.place(&bad) == Some(QueueName::Corrupt)).await;
    });
}

#[test]
fn a_notice_that_cannot_be_sent_keeps_the_message() {
    run("", async |site| {
        std::fs::remove_file(site.dir.path().join("private/bounce")).unwrap();
        let id_of_log = Rc::new(RefCell::new(None));
        let keep = id_of_log.clone();
        site.serve("bounce", async move |mut peer: Conversation| {
            while let Ok(Some(request)) = peer.receive::<bounce::Request>().await {
                let reply = match request {
                    bounce::Request::Append { queue_id, .. } => {
                        keep.replace(Some(queue_id));
                        bounce::Reply::Done
                    }
                    _ => bounce::Reply::Failed("no space".into()),
                };
                peer.send(&reply).await.unwrap();
            }
        });
        site.serve_agent("error", bounced);
        let id = site.submit(&["a@error.example"]);
        site.start();
        site.until("deferred", |site| site.place(&id) == Some(QueueName::Deferred)).await;
        assert_eq!(*id_of_log.borrow(), Some(id.clone()));
        let file = std::fs::read(site.path(QueueName::Deferred, &id)).unwrap();
        assert!(file.windows(4).any(|w| w == b"D\x0fa@"), "the recipient is not bounced again");
    });
}

#[test]
fn a_queue_manager_that_retires_finishes_what_it_has_begun() {
    run("", async |site| {
        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let gone = RefCell::new(Some(gone));
        let asked = site.asked.clone();
        site.serve("smtp", async move |mut peer: Conversation| {
            let _: deliver::Request = peer.expect().await.unwrap();
            asked.borrow_mut().push("begun".into());
            let gone = gone.borrow_mut().take().unwrap();
            gone.await.unwrap();
            peer.send(&deliver::Reply::Recipient { index: 0, outcome: sent(), relay: String::new() })
                .await
                .unwrap();
            peer.send(&deliver::Reply::Done { unavailable: None }).await.unwrap();
        });
        let id = site.submit(&["a@smtp.example"]);
        site.start();
        site.until("begun", |site| !site.asked.borrow().is_empty()).await;
        let release = async {
            tokio::task::yield_now().await;
            go.send(()).unwrap();
        };
        tokio::join!(site.manager.retire(), release);
        assert_eq!(site.place(&id), None, "delivered and removed");
    });
}

/// A restart with a mountain of deferred mail: new mail is delivered at once, and no more of the old is in memory than
/// `qmgr_message_active_limit` allows.
#[test]
fn a_mountain_of_deferred_mail_neither_holds_up_new_mail_nor_fills_the_memory() {
    run("qmgr_message_active_limit = 200\nqmgr_clog_warn_time = 0\n", async |site| {
        site.serve_agent("smtp", sent);
        site.serve_agent("slow", deferred);
        let old = site.submit_to(QueueName::Deferred, &["a@slow.example"]);
        let file = std::fs::read(site.path(QueueName::Deferred, &old)).unwrap();
        for n in 0..MOUNTAIN {
            let id = QueueId::parse(&format!("{n:X}0000000")).unwrap();
            let path = site.path(QueueName::Deferred, &id);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &file).unwrap();
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        }
        let new = site.submit(&["b@smtp.example"]);
        let (before, begun) = (resident_kilobytes(), Instant::now());
        site.start();
        site.until("new mail goes out", |site| site.place(&new).is_none()).await;
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        // Another one in the middle of it.
        let next = site.submit(&["c@smtp.example"]);
        site.manager.wake(b"I");
        site.until("more new mail goes out", |site| site.place(&next).is_none()).await;
        let active = std::fs::read_dir(site.dir.path().join("active")).unwrap().count();
        assert!(active <= 200, "{active} active");
        let grown = resident_kilobytes().saturating_sub(before);
        assert!(grown < 40_000, "{grown} KB more memory for {MOUNTAIN} messages");
        let log = site.log();
        let warnings: Vec<_> = log.lines().filter(|line| line.contains("warning")).take(3).collect();
        assert!(warnings.is_empty(), "{warnings:?}");
    });
}

fn resident_kilobytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

const MOUNTAIN: usize = 20_000;
