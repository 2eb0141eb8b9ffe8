//! Playing a case, inside its namespace: the stage, the steps, the transcript.
//!
//! The transcript has a line `@N` for each step, its answer below, and at the end `@log` with the log.
use crate::case::{Case, Section, Step, unescape};
use crate::journal;
use crate::normalise::Normaliser;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use testkit::client::Client;
use testkit::dns::Zone;
use testkit::patience::{wait_for, wait_until_still};
use testkit::peer::Peer;
use testkit::run::{shell, shell_as};
use testkit::stage::{Mta, Stage, mailbox};
use testkit::{glob, space};

/// Plays the case and prints the transcript.
pub fn play(case: &Case, mta: Mta) {
    space::settle();
    let stage = Stage::set(mta);
    let peers = set(case, &stage, mta);
    let mut player =
        Player { stage, peers, client: None, waited: HashMap::new(), normaliser: Normaliser::default() };
    if case.started
        && let Err(why) = player.stage.start()
    {
        println!("@start\n{why}");
        return;
    }
    for (number, step) in case.steps.iter().enumerate() {
        println!("@{number}");
        let answer = player.step(step);
        answer.iter().for_each(|line| println!("{line}"));
        if answer.first().is_some_and(|line| line.starts_with('!')) {
            println!("{}", player.evidence());
            return;
        }
    }
    drop(player.client.take());
    player.settle();
    println!("@log");
    let log = player.stage.log();
    journal::ordered(&log, &mut player.normaliser).iter().for_each(|line| println!("{line}"));
}

/// Writes what the sections say. Peers are the last: their sockets may stand in the queue directory.
fn set(case: &Case, stage: &Stage, mta: Mta) -> HashMap<String, Peer> {
    let text = |name: &str| -> String {
        case.sections.iter().filter(|s| s.words[0] == name).map(|s| s.text.as_str()).collect()
    };
    let aliases = case.sections.iter().any(|s| s.words[0] == "aliases");
    let spoil = std::env::var("CONFORMANCE_SPOIL").ok().filter(|_| mta == Mta::Posthaste);
    let lines =
        if aliases { ALIASES } else { "" }.to_string() + &text("main.cf") + &spoil.unwrap_or_default();
    stage.main_cf(&lines);
    stage.master_cf(&text("master.cf"));
    Zone::parse(&format!("{ZONE}{}", text("dns"))).serve("127.0.0.1:53");
    for section in &case.sections {
        table_or_file(section, stage);
    }
    let peers = case.sections.iter().filter(|s| s.words[0] == "peer");
    peers.map(|s| (s.words[1].clone(), start_peer(s))).collect()
}

fn table_or_file(section: &Section, stage: &Stage) {
    let words: Vec<&str> = section.words.iter().map(String::as_str).collect();
    match words[..] {
        ["hash", name] => {
            stage.file(&format!("/etc/postfix/{name}"), &section.text);
            shell(&format!("postmap hash:/etc/postfix/{name}")).text();
        }
        ["aliases"] => {
            stage.file("/etc/postfix/aliases", &section.text);
            shell("postalias hash:/etc/postfix/aliases").text();
        }
        ["file", path, ref rest @ ..] => {
            stage.file(path, &section.text);
            shell(&format!("chmod {} {path}", rest.first().unwrap_or(&"644"))).text();
            shell(&format!("chown {} {path}", rest.get(1).unwrap_or(&"root"))).text();
        }
        ["certificates"] => {
            for (name, certificate, key) in testkit::secure::CERTIFICATES {
                stage.file(&format!("/etc/postfix/{name}.pem"), certificate);
                stage.file(&format!("/etc/postfix/{name}.key"), key);
                shell(&format!("chmod 600 /etc/postfix/{name}.key")).text();
            }
        }
        ["main.cf" | "master.cf" | "dns" | "peer", ..] => {}
        _ => panic!("unknown section: {words:?}"),
    }
}

fn start_peer(section: &Section) -> Peer {
    let [_, name, address, rest @ ..] = &section.words[..] else { panic!("peer NAME ADDRESS:PORT [lmtp]") };
    if let Some((dir, _)) = address.rsplit_once('/').filter(|(dir, _)| !dir.is_empty()) {
        shell(&format!("[ -d {dir} ] || {{ mkdir -p -m 700 {dir}; chown postfix {dir}; }}")).text();
    }
    Peer::start(name, address, rest.first().is_some_and(|word| word == "lmtp"), &section.text)
}

struct Player {
    stage: Stage,
    peers: HashMap<String, Peer>,
    client: Option<Client>,
    waited: HashMap<String, usize>,
    normaliser: Normaliser,
}

impl Player {
    fn step(&mut self, step: &Step) -> Vec<String> {
        let line = step.line.as_str();
        if line.is_empty() && step.expected.is_empty() || line.starts_with('#') {
            return Vec::new();
        }
        if line.is_empty() {
            return self.reply();
        }
        if let Some((user, command)) = line.split_once("$ ").filter(|(user, _)| !user.contains(' ')) {
            return self.command(Some(user).filter(|user| !user.is_empty()), command, &step.input);
        }
        match line.split_once(' ').unwrap_or((line, "")) {
            ("connect", rest) => self.connect(rest),
            ("C:", text) => self.send(format!("{text}\r\n").as_bytes()),
            ("C~", text) => self.send(&unescape(text)),
            ("starttls", rest) => return self.start_tls(rest),
            ("mail", rest) => return self.mail(rest, &step.input),
            ("close", _) => drop(self.client.take()),
            ("half-close", _) => self.client.as_mut().expect("a connection").finish_sending(),
            ("wait", rest) if self.wait(rest) => {}
            ("wait", rest) => return vec![format!("! waited in vain for {rest}")],
            ("show", rest) => return self.show(rest),
            _ => panic!("unknown step: {line}"),
        }
        Vec::new()
    }

    fn connect(&mut self, rest: &str) {
        let port = |address: &str| -> SocketAddr {
            let parse = |text: &str| text.parse().unwrap_or_else(|_| panic!("no address: {text}"));
            address.parse().unwrap_or_else(|_| SocketAddr::new(parse(address), 25))
        };
        let words: Vec<&str> = rest.split_whitespace().collect();
        let after = |word: &str| words.iter().skip_while(|w| **w != word).nth(1).copied();
        let from = after("from").map(|a| SocketAddr::new(port(a).ip(), 0));
        let local = match from.map(|a| a.ip()) {
            None => "127.0.0.1",
            Some(IpAddr::V4(ip)) if ip == Ipv4Addr::LOCALHOST => "127.0.0.1",
            Some(IpAddr::V4(_)) => "192.0.2.1",
            Some(IpAddr::V6(_)) => "2001:db8::1",
        };
        let to = port(after("to").unwrap_or(local));
        self.client = Some(Client::connect(from, to).unwrap_or_else(|e| panic!("connect to {to}: {e}")));
    }

    fn start_tls(&mut self, rest: &str) -> Vec<String> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let told = self.client.as_mut().expect("a connection").start_tls(&words);
        vec![format!("> {told}")]
    }

    /// One message in a session of its own.
    fn mail(&mut self, rest: &str, content: &[u8]) -> Vec<String> {
        let (from, envelope) = match rest.strip_prefix("via ").and_then(|rest| rest.split_once(' ')) {
            Some((address, envelope)) => (format!("from {address}"), envelope),
            None => (String::new(), rest),
        };
        let words: Vec<&str> = envelope.split_whitespace().collect();
        let [sender, recipients @ ..] = &words[..] else { panic!("mail SENDER RECIPIENT...") };
        let content =
            String::from_utf8_lossy(if content.is_empty() { CONTENT } else { content }).into_owned();
        self.connect(&from);
        let mut client = self.client.take().expect("a connection");
        client.reply();
        client.ask("EHLO client.example.net");
        let reply = client.mail(sender.trim_matches(['<', '>']), recipients, &content);
        client.ask("QUIT");
        if reply.starts_with("250 ") { Vec::new() } else { self.lines(&reply) }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.client.as_mut().expect("a connection").send(bytes);
    }

    fn reply(&mut self) -> Vec<String> {
        let mut lines = self.client.as_mut().expect("a connection").reply();
        self.normaliser.learn(&lines.join("\n"));
        let last = lines.pop().unwrap_or_default();
        let mut answer: Vec<_> = lines.iter().map(|l| format!("S- {}", self.normaliser.line(l))).collect();
        answer.push(format!("S: {}", self.normaliser.line(&last)));
        answer
    }

    fn command(&mut self, user: Option<&str>, command: &str, input: &[u8]) -> Vec<String> {
        if command.contains("/mnt/log/") {
            wait_until_still(QUIET, PATIENCE / 4, || self.stage.log().len());
        }
        // What a command names may not be in the log yet.
        self.normaliser.know(self.stage.queue_ids());
        let done = shell_as(user, command, input);
        self.normaliser.learn(&self.stage.log());
        let mut answer = self.lines(&String::from_utf8_lossy(&done.output));
        match done.status {
            Some(0) => {}
            Some(status) => answer.push(format!("? {status}")),
            None => answer.push("? killed at the deadline".into()),
        }
        answer
    }

    fn wait(&mut self, what: &str) -> bool {
        let words: Vec<&str> = what.split_whitespace().collect();
        let number = |word: Option<&&str>| word.map_or(1, |w| w.parse::<usize>().expect("a number"));
        match words[..] {
            ["empty"] => self.stage.wait_empty(),
            ["queue", name, ref rest @ ..] => {
                let count = number(rest.first());
                wait_for(PATIENCE, || (self.stage.queued(name) == count).then_some(())).is_some()
            }
            ["mail", path, ref rest @ ..] => {
                let count = number(rest.first());
                wait_for(PATIENCE, || (mailbox(path).len() >= count).then_some(())).is_some()
            }
            ["log", ..] => {
                let pattern = what["log ".len()..].to_string();
                let times = self.waited.entry(pattern.clone()).or_insert(0);
                *times += 1;
                let times = *times;
                wait_for(PATIENCE, || (self.logged(&pattern).len() >= times).then_some(())).is_some()
            }
            _ => panic!("unknown wait: {what}"),
        }
    }

    fn logged(&mut self, pattern: &str) -> Vec<String> {
        let log = self.stage.log();
        self.normaliser.learn(&log);
        let lines = log.lines().map(|line| self.normaliser.line(line));
        lines.filter(|line| glob::matches(&format!("*{pattern}*"), line)).collect()
    }

    fn show(&mut self, what: &str) -> Vec<String> {
        let (kind, name) = what.split_once(' ').expect("show WHAT NAME");
        let heard = || self.peers.get(name).filter(|_| kind == "peer").map_or(0, |peer| peer.heard().len());
        let written = || (self.stage.log().len(), mailbox(name).join("").len(), heard());
        wait_until_still(QUIET, PATIENCE / 4, written);
        let log = self.stage.log();
        self.normaliser.learn(&log);
        let text = match kind {
            "mail" => mailbox(name).join(""),
            "bounce" => without_prose(mailbox(name).last().map_or("", String::as_str)),
            "peer" => self.peers[name].heard().join("\n"),
            "log" => {
                let mut lines = self.logged(name);
                lines.sort();
                lines.join("\n")
            }
            _ => panic!("unknown show: {what}"),
        };
        self.lines(&text)
    }

    fn lines(&mut self, text: &str) -> Vec<String> {
        self.normaliser.learn(text);
        text.lines().map(|line| format!("> {}", self.normaliser.line(line)).trim_end().to_string()).collect()
    }

    /// Waits until all that was begun is also logged.
    fn settle(&mut self) {
        let busy = ["maildrop", "incoming", "active"];
        wait_for(PATIENCE, || busy.iter().all(|dir| self.stage.queued(dir) == 0).then_some(()));
        let count = |log: &str, word: &str| log.matches(word).count();
        wait_for(PATIENCE / 4, || {
            let log = self.stage.log();
            (count(&log, "]: connect from ") <= count(&log, "]: disconnect from ")).then_some(())
        });
        wait_until_still(QUIET, PATIENCE / 4, || self.stage.log().len());
    }

    /// What helps to understand a step that failed.
    fn evidence(&self) -> String {
        let queue =
            shell("find /mnt/queue -type f | head -50; find /mnt/mail /mnt/virtual /mnt/home | head -50");
        format!("! the log:\n{}! files:\n{}", self.stage.log(), String::from_utf8_lossy(&queue.output))
    }
}

/// A bounce's prose is free; its recipients' reasons, its fields and the returned message are not.
fn without_prose(mail: &str) -> String {
    let mut prose = false;
    let mut text = String::new();
    for line in mail.lines() {
        if line.starts_with("Content-Description: Notification") {
            prose = true;
        } else if prose && (line.starts_with('<') || line.starts_with("--")) {
            prose = false;
            text += "\n";
        }
        if !prose {
            text += line;
            text += "\n";
        }
    }
    text
}

const CONTENT: &[u8] = b"Subject: test\n\nbody\n";
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the log must be silent before it counts as complete.
const QUIET: Duration = Duration::from_millis(80);
const ALIASES: &str = "alias_maps = hash:/etc/postfix/aliases\nalias_database = hash:/etc/postfix/aliases\n";
/// Every case's zone: our own name, and a client with a name.
const ZONE: &str = "mail.example.com A 192.0.2.1\nexample.com MX 10 mail.example.com
198.51.100.7 PTR client.example.net\nclient.example.net A 198.51.100.7\nexample.net A 198.51.100.7\n";
