//! Measures Postfix and Posthaste by turns, in one run, on the same stage: relay, intake and maildir delivery,
//! one and a hundred messages per connection. See docs/performance.md for how to read the numbers.
//! It measures and prints; it judges nothing.
#![allow(clippy::expect_used, clippy::panic)] // a measurement that can't go on must stop

mod load;
mod plan;
mod run;
mod sink;
mod table;
mod usage;

use plan::Plan;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let words: Vec<String> = args.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    if words.first().is_some_and(|word| word == "inside") {
        run::inside(&words[1..]);
        return ExitCode::SUCCESS;
    }
    match Plan::from_args(&args).and_then(|plan| plan.ready().map(|()| plan)) {
        Ok(plan) => {
            run::all(&plan);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("benches: {problem}");
            ExitCode::FAILURE
        }
    }
}
