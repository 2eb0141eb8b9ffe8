//! The tests of what stands around a mail system. `all inside SCENARIO MTA` plays a scenario inside its
//! namespace; without arguments every test runs, each scenario in a process of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on must stop

mod clients;
mod crash;
mod disc;
mod dovecot;
mod logins;
mod policy;
mod readers;
mod relay;
mod swap;

use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::time::Duration;
use testkit::space;
use testkit::stage::Mta;

/// A scenario: what it is called, what it does, what its test asks for.
struct Scenario {
    name: &'static str,
    play: fn(Mta),
    test: fn(&str) -> Result<(), Failed>,
}

const SCENARIOS: [Scenario; 9] = [
    Scenario { name: "a_queue_is_handed_over_and_back", play: swap::play, test: play_ours },
    Scenario { name: "dovecot_stores_by_lmtp", play: dovecot::play, test: play_both },
    Scenario { name: "policy_servers_greylist_and_check_spf", play: policy::play, test: play_both },
    Scenario { name: "clients_log_in_by_dovecot", play: logins::play, test: play_both },
    Scenario { name: "mail_goes_to_and_from_a_postfix", play: relay::play, test: play_both },
    Scenario { name: "mail_clients_reach_posthaste_up", play: clients::play, test: play_ours },
    Scenario { name: "log_readers_count_the_same", play: readers::play, test: readers::compare },
    Scenario { name: "a_full_disc_refuses_and_loses_nothing", play: disc::play, test: play_both },
    Scenario { name: "twenty_kills_lose_nothing", play: crash::play, test: play_ours },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [inside, name, who] = &args[..]
        && inside == "inside"
    {
        let mta = if who == "postfix" { Mta::Postfix } else { Mta::Posthaste };
        let scenario = SCENARIOS.iter().find(|s| s.name == name).expect("a scenario of this name");
        space::settle();
        (scenario.play)(mta);
        return ExitCode::SUCCESS;
    }
    let trials = SCENARIOS.iter().map(|scenario| {
        Trial::test(scenario.name, || {
            let ours = Mta::Postfix.missing().or_else(|| Mta::Posthaste.missing());
            match space::missing().or(ours) {
                Some(missing) => Err(missing.into()),
                None => (scenario.test)(scenario.name),
            }
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// Plays a scenario in a namespace of its own and returns what it printed.
fn play(name: &str, mta: Mta) -> Result<String, Failed> {
    let who = if mta == Mta::Postfix { "postfix" } else { "posthaste" };
    let done = space::rerun_inside(&["inside", name, who], LIMIT);
    let text = String::from_utf8_lossy(&done.output).into_owned();
    if done.status == Some(0) { Ok(text) } else { Err(format!("{mta:?}, {:?}:\n{text}", done.status).into()) }
}

fn play_ours(name: &str) -> Result<(), Failed> {
    play(name, Mta::Posthaste).map(drop)
}

/// With Postfix first: a scenario that Postfix fails says nothing about us.
fn play_both(name: &str) -> Result<(), Failed> {
    play(name, Mta::Postfix)?;
    play(name, Mta::Posthaste).map(drop)
}

const LIMIT: Duration = Duration::from_secs(150);
