//! One measurement after another: each in a namespace of its own, on the stage that the tests use.

use crate::load::Load;
use crate::plan::{Measurement, Plan, Scenario};
use crate::sink::Sink;
use crate::table::{Numbers, Table};
use crate::usage::{MemoryWatch, cpu_micros};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::patience::{wait_for, wait_until_still};
use testkit::run::shell;
use testkit::space;
use testkit::stage::{Mta, Stage};

/// Measures everything and prints the table.
pub fn all(plan: &Plan) {
    let mut table = Table::default();
    for round in 1..=plan.rounds {
        for measurement in plan.round() {
            let words = measurement.words();
            eprint!("round {round}: {} ... ", words[..3].join(" "));
            let arguments: Vec<&str> =
                ["inside"].into_iter().chain(words.iter().map(String::as_str)).collect();
            let done = space::rerun_inside(&arguments, LIMIT);
            let text = String::from_utf8_lossy(&done.output).into_owned();
            match text.lines().find_map(Numbers::parse) {
                Some(numbers) => {
                    eprintln!("{:.0} messages/s", numbers.rate);
                    table.add(&measurement, numbers);
                }
                None => eprintln!("failed (exit status {:?})\n{text}", done.status),
            }
        }
    }
    print!("{table}");
}

/// Inside the namespace: sets the stage, starts the mail system, measures, prints one line.
pub fn inside(words: &[String]) {
    let measurement = Measurement::from_words(words).unwrap_or_else(|| panic!("bad arguments: {words:?}"));
    space::settle();
    let stage = Stage::set(measurement.mta);
    if let Some(disc) = &measurement.disc {
        put_on_disc(disc, measurement.mta);
    }
    stage.main_cf(settings(measurement.scenario));
    stage.master_cf("");
    let sink = Sink::start(TcpListener::bind(SINK).expect("listen"));
    stage.start().unwrap_or_else(|problem| panic!("{problem}"));
    // A first message starts the daemons; it is not measured.
    warm_up(&stage, &measurement, &sink);
    let before = cpu_micros();
    let watch = MemoryWatch::start();
    let (accepted, delivered) = measure(&stage, &measurement, &sink);
    let micros = cpu_micros() - before;
    let numbers = Numbers {
        rate: measurement.messages as f64 / delivered.as_secs_f64(),
        accept_rate: measurement.messages as f64 / accepted.as_secs_f64(),
        cpu_micros: micros as f64 / measurement.messages as f64,
        peak_kib: watch.peak_kib() as f64,
    };
    println!("{}", numbers.line());
    stage.stop();
}

fn warm_up(stage: &Stage, measurement: &Measurement, sink: &Sink) {
    let one = load(&Measurement { messages: 1, sessions: 1, ..measurement.clone() });
    one.run();
    let arrived = || (delivered(measurement.scenario, sink) >= 1 && stage.wait_empty()).then_some(());
    wait_for(PATIENCE, arrived)
        .unwrap_or_else(|| panic!("the first message did not arrive\n{}", stage.log()));
}

/// How long until the last message was accepted, and until the last was delivered.
fn measure(stage: &Stage, measurement: &Measurement, sink: &Sink) -> (Duration, Duration) {
    let started = Instant::now();
    let goal = delivered(measurement.scenario, sink) + measurement.messages;
    let accepted = load(measurement).run();
    let arrived = || match measurement.scenario {
        Scenario::Intake => stage.wait_empty().then_some(()),
        scenario => (delivered(scenario, sink) >= goal).then_some(()),
    };
    wait_for(LIMIT, arrived).unwrap_or_else(|| panic!("mail did not arrive\n{}", tail(&stage.log())));
    let delivered = started.elapsed();
    // Queue files are removed and lines logged after the last delivery: that is part of the cost.
    stage.wait_empty();
    wait_until_still(Duration::from_millis(300), PATIENCE, cpu_micros);
    (accepted, delivered)
}

fn load(measurement: &Measurement) -> Load {
    let recipient = match measurement.scenario {
        Scenario::Relay | Scenario::Intake => "receiver@example.net",
        Scenario::Maildir => "receiver@virtual.test",
    };
    Load {
        to: ([127, 0, 0, 1], 25).into(),
        recipient: recipient.to_owned(),
        messages: measurement.messages,
        sessions: measurement.sessions,
        per_connection: measurement.per_connection,
        size: measurement.size,
    }
}

/// How many messages have come out at the far end. Discarded ones leave no trace but an empty queue.
fn delivered(scenario: Scenario, sink: &Sink) -> usize {
    match scenario {
        Scenario::Relay => sink.messages(),
        Scenario::Maildir => std::fs::read_dir("/mnt/virtual/inbox/new").map_or(0, Iterator::count),
        Scenario::Intake => 1,
    }
}

fn settings(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Relay => "relayhost = [127.0.0.1]:2525\n",
        Scenario::Intake => "default_transport = discard:measurement\n",
        Scenario::Maildir => {
            "virtual_mailbox_domains = virtual.test\nvirtual_mailbox_base = /mnt/virtual\n\
             virtual_mailbox_maps = static:inbox/\nvirtual_uid_maps = static:5000\n\
             virtual_gid_maps = static:5000\n"
        }
    }
}

/// Queue and mailboxes on a real disc, where an fsync costs what it costs.
fn put_on_disc(disc: &Path, mta: Mta) {
    let place = disc.join(crate::plan::name_of(mta)).display().to_string();
    shell(&format!(
        "set -e; rm -rf '{place}'; mkdir -p '{place}/queue' '{place}/virtual'; chmod 755 '{place}'
         chown 5000:5000 '{place}/virtual'
         mount --bind '{place}/queue' /mnt/queue; mount --bind '{place}/virtual' /mnt/virtual"
    ))
    .text();
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

const SINK: &str = "127.0.0.1:2525";
const PATIENCE: Duration = Duration::from_secs(20);
const LIMIT: Duration = Duration::from_secs(300);
