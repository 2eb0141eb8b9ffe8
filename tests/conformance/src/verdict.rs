//! The verdict on a case: play it with one mail system or with both, check, compare.
use crate::case::{Case, fits};
use crate::compare::difference;
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::space;
use testkit::stage::Mta;

/// Which mail systems play.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only Postfix: are the case's expectations true?
    OracleOnly,
    /// Both, and compare.
    Both,
    /// Postfix twice, and compare: a case must not differ from itself.
    Itself,
}

/// A transcript: the answer to each step, the log, and what went wrong.
pub struct Transcript {
    /// Answers, as many as steps were played.
    pub answers: Vec<Vec<String>>,
    /// The ordered log.
    pub log: Vec<String>,
    /// Why it did not come to its end.
    pub failure: Option<String>,
}

/// All case files with their names, sorted.
pub fn cases() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let files = |dir: &Path| {
        let entries = std::fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for group in files(&folder().join("cases")) {
        for file in files(&group).into_iter().filter(|f| f.extension().is_some_and(|e| e == "case")) {
            found.push((format!("{}::{}", stem(&group), stem(&file)), file));
        }
    }
    found.sort();
    found
}

/// Names of the cases that are not yet green with us.
pub fn pending() -> Vec<String> {
    let text = std::fs::read_to_string(folder().join("pending.txt")).unwrap_or_default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(String::from).collect()
}

/// Plays the case as the mode says; Err tells what is wrong.
pub fn judge(name: &str, path: &Path, mode: Mode) -> Result<(), String> {
    let case = Case::load(name, path);
    if mode == Mode::OracleOnly {
        return check(&case, &transcript(name, Mta::Postfix), "Postfix");
    }
    let (oracle, ours) = std::thread::scope(|scope| {
        let oracle = scope.spawn(|| transcript(name, Mta::Postfix));
        let ours = transcript(name, if mode == Mode::Itself { Mta::Postfix } else { Mta::Posthaste });
        (oracle.join().expect("the oracle's thread"), ours)
    });
    check(&case, &oracle, "Postfix")?;
    check(&case, &ours, "Posthaste")?;
    let log = |t: &Transcript| if case.logged { t.log.clone() } else { Vec::new() };
    difference(&script(&case, &oracle), &script(&case, &ours)).map_or(Ok(()), Err)?;
    difference(&log(&oracle), &log(&ours)).map_or(Ok(()), |text| Err(format!("the logs differ\n{text}")))
}

/// Plays a case in a namespace of its own.
pub fn transcript(name: &str, mta: Mta) -> Transcript {
    let who = if mta == Mta::Postfix { "postfix" } else { "posthaste" };
    let done = space::rerun_inside(&["inside", who, name], LIMIT);
    let text = String::from_utf8_lossy(&done.output).into_owned();
    let mut all = Transcript { answers: Vec::new(), log: Vec::new(), failure: None };
    let mut in_log = false;
    for line in text.lines() {
        match line.strip_prefix('@') {
            Some("log") => in_log = true,
            Some(number) if number.parse::<usize>().is_ok() => all.answers.push(Vec::new()),
            _ if in_log => all.log.push(line.into()),
            _ => match all.answers.last_mut() {
                Some(answer) if !line.starts_with('!') && all.failure.is_none() => answer.push(line.into()),
                _ => *all.failure.get_or_insert_default() += &format!("{line}\n"),
            },
        }
    }
    if !in_log && all.failure.is_none() {
        all.failure = Some(format!("exit status {:?} before the end\n{text}", done.status));
    }
    all
}

/// The case's steps with their answers, as lines.
pub fn script(case: &Case, seen: &Transcript) -> Vec<String> {
    let lines = case.steps.iter().zip(&seen.answers).flat_map(|(step, answer)| {
        let line = Some(step.line.clone()).filter(|line| !line.is_empty());
        line.into_iter().chain(step.input_lines.clone()).chain(answer.clone()).collect::<Vec<_>>()
    });
    lines.collect()
}

fn check(case: &Case, seen: &Transcript, who: &str) -> Result<(), String> {
    for (step, answer) in case.steps.iter().zip(&seen.answers) {
        let refused = step.line.starts_with("mail ") && step.expected.is_empty() && !answer.is_empty();
        if seen.failure.is_none() && (refused || !fits(&step.expected, answer)) {
            let (step, wanted, got) = (&step.line, step.expected.join("\n"), answer.join("\n"));
            let so_far = script(case, seen).join("\n");
            return Err(format!("{who}: {step}\nexpected:\n{wanted}\ngot:\n{got}\n\nall of it:\n{so_far}"));
        }
    }
    match &seen.failure {
        Some(why) => Err(format!("{who} did not come to the end:\n{}\n{why}", script(case, seen).join("\n"))),
        None => Ok(()),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

const LIMIT: Duration = Duration::from_secs(60);
