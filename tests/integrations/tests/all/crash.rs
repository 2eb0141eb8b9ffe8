//! Twenty times kill -9 of a random process under load: whatever got its 250 arrives at least once.
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::wait_for;
use testkit::run::shell;
use testkit::stage::{Mta, Stage, mailbox};

/// Four clients send while processes die.
pub fn play(mta: Mta) {
    Zone::parse("example.com MX 10 mail.example.com\n").serve("127.0.0.1:53");
    let stage = Stage::set(mta);
    stage.main_cf(MAIN);
    stage.master_cf("");
    stage.start().unwrap();
    let load = Load::start();
    let mut seed = 88_172_645_463_325_252_u64;
    for round in 0..KILLS {
        let before = load.count.load(Ordering::SeqCst);
        wait_for(Duration::from_secs(8), || (load.count.load(Ordering::SeqCst) >= before + 10).then_some(()));
        let victim = processes().into_iter().map(|(pid, name)| (random(&mut seed), pid, name)).min();
        let Some((_, pid, name)) = victim else { panic!("no process is left\n{}", stage.log()) };
        println!("round {round}: {} acknowledged, kill -9 {name}", load.count.load(Ordering::SeqCst));
        shell(&format!("kill -9 {pid}"));
        if name == "master" {
            wait_for(Duration::from_secs(10), || (stage.postfix("start").status == Some(0)).then_some(()));
        }
    }
    let before = load.count.load(Ordering::SeqCst);
    let goes_on = wait_for(Duration::from_secs(20), || {
        (load.count.load(Ordering::SeqCst) >= before + 10).then_some(())
    });
    assert!(goes_on.is_some(), "no mail is taken any more\n{}", tail(&stage.log()));
    let acknowledged = load.stop();
    assert!(acknowledged.len() > 100, "only {} messages were taken", acknowledged.len());
    let missing = || {
        let arrived: BTreeSet<String> =
            mailbox("/mnt/home/alice/Maildir/").iter().filter_map(|m| subject(m)).collect();
        acknowledged.difference(&arrived).cloned().collect::<Vec<_>>()
    };
    shell("postqueue -f");
    let all = wait_for(Duration::from_secs(60), || missing().is_empty().then_some(()));
    assert!(all.is_some(), "lost: {:?}\nof {}\n{}", missing(), acknowledged.len(), tail(&stage.log()));
    println!("{} acknowledged, all arrived", acknowledged.len());
}

struct Load {
    count: Arc<AtomicUsize>,
    end: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<BTreeSet<String>>>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Load {
    fn start() -> Load {
        let mut load = Load {
            count: Arc::default(),
            end: Arc::default(),
            acknowledged: Arc::default(),
            threads: Vec::new(),
        };
        for sender in 0..SENDERS {
            let (count, end, acknowledged) =
                (load.count.clone(), load.end.clone(), load.acknowledged.clone());
            load.threads.push(std::thread::spawn(move || {
                let mut number = 0;
                while !end.load(Ordering::SeqCst) {
                    session(sender, &mut number, &acknowledged, &count);
                    std::thread::park_timeout(Duration::from_millis(20));
                }
            }));
        }
        load
    }

    fn stop(self) -> BTreeSet<String> {
        self.end.store(true, Ordering::SeqCst);
        self.threads.into_iter().for_each(|thread| thread.join().expect("a sender"));
        self.acknowledged.lock().unwrap().clone()
    }
}

/// Some messages over one connection, until something goes wrong.
fn session(sender: usize, number: &mut usize, acknowledged: &Mutex<BTreeSet<String>>, count: &AtomicUsize) {
    let Ok(mut client) = Client::connect(None, "127.0.0.1:25".parse().unwrap()) else { return };
    if client.reply().last().is_none_or(|line| !line.starts_with("220")) {
        return;
    }
    client.ask("EHLO localhost");
    for _ in 0..5 {
        *number += 1;
        let name = format!("{sender}-{number}");
        let content = format!("Subject: {name}\n\n{}", "a line of the body\n".repeat(40));
        if !client.mail("bob@example.com", &["alice@example.com"], &content).starts_with("250") {
            return;
        }
        acknowledged.lock().unwrap().insert(name);
        count.fetch_add(1, Ordering::SeqCst);
    }
    client.ask("QUIT");
}

fn subject(mail: &str) -> Option<String> {
    mail.lines().find_map(|line| line.strip_prefix("Subject: ")).map(String::from)
}

/// The mail system's processes in this namespace: those that run from its program directories.
fn processes() -> Vec<(u32, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let first = command.split(|byte| *byte == 0).next().unwrap_or_default();
        let name = String::from_utf8_lossy(first).rsplit('/').next().unwrap_or_default().to_string();
        if pid > 1 && NAMES.contains(&name.as_str()) {
            found.push((pid, name));
        }
    }
    found
}

fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

const KILLS: usize = 20;
const SENDERS: usize = 4;
const NAMES: [&str; 10] = [
    "master",
    "smtpd",
    "cleanup",
    "qmgr",
    "trivial-rewrite",
    "local",
    "bounce",
    "pickup",
    "postlogd",
    "showq",
];
const MAIN: &str = "home_mailbox = Maildir/
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
service_throttle_time = 1s
";
