//! Every file under cases/ is a test. `cases inside MTA CASE` plays one inside its namespace,
//! `cases show MTA CASE` prints a transcript, `cases bless CASE...` writes Postfix's answers into cases.
//!
//! CONFORMANCE=oracle-only plays Postfix alone; =itself compares Postfix with Postfix; =all also
//! compares the cases of pending.txt. CONFORMANCE_SPOIL='soft_bounce = yes' gives that setting to us alone,
//! to see that the cases about it fail.
#![allow(clippy::expect_used, clippy::panic)] // a test that cannot go on must stop

use conformance::case::Case;
use conformance::verdict::{Mode, cases, judge, pending, script, transcript};
use libtest_mimic::{Arguments, Trial};
use std::path::PathBuf;
use std::process::ExitCode;
use testkit::stage::Mta;
use testkit::{glob, space};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["inside", who, name] => conformance::play::play(&load(name), mta(who)),
        ["show", who, name] => show(name, mta(who)),
        ["bless", ref names @ ..] => names.iter().for_each(|name| bless(name)),
        _ => return tests(),
    }
    ExitCode::SUCCESS
}

fn tests() -> ExitCode {
    let asked = std::env::var("CONFORMANCE").unwrap_or_default();
    let waiting = pending();
    let trial = |(name, path): (String, PathBuf)| {
        let alone = asked == "oracle-only"
            || (asked != "all" && waiting.iter().any(|pattern| glob::matches(pattern, &name)));
        let mode = match asked.as_str() {
            "itself" => Mode::Itself,
            _ if alone => Mode::OracleOnly,
            _ => Mode::Both,
        };
        Trial::test(name.clone(), move || {
            let missing = space::missing().or_else(|| Mta::Postfix.missing());
            let ours = || Mta::Posthaste.missing().filter(|_| mode == Mode::Both);
            match missing.or_else(ours) {
                Some(missing) => Err(missing.into()),
                None => judge(&name, &path, mode).map_err(Into::into),
            }
        })
    };
    let trials = cases().into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn show(name: &str, mta: Mta) {
    let seen = transcript(name, mta);
    let (script, log) = (script(&load(name), &seen).join("\n"), seen.log.join("\n"));
    println!("{script}\n\n== log\n{log}\n{}", seen.failure.unwrap_or_default());
}

fn bless(name: &str) {
    let seen = transcript(name, Mta::Postfix);
    if let Some(why) = seen.failure {
        println!("{name}: {}\n{why}", script(&load(name), &transcript(name, Mta::Postfix)).join("\n"));
        return;
    }
    std::fs::write(path(name), load(name).with_answers(&seen.answers)).expect("write the case");
}

fn load(name: &str) -> Case {
    Case::load(name, &path(name))
}

fn path(name: &str) -> PathBuf {
    let found = cases().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no case {name}")).1
}

fn mta(who: &str) -> Mta {
    match who {
        "postfix" => Mta::Postfix,
        "posthaste" => Mta::Posthaste,
        _ => panic!("postfix or posthaste, not {who}"),
    }
}
