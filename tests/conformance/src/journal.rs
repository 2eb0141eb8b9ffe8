//! The log of a case, in an order that does not depend on who was faster: first the sessions of
//! smtpd, then a block for each queue id, then the other lines, sorted.
use crate::normalise::Normaliser;

/// The normalised log, ready to be compared.
pub fn ordered(log: &str, normaliser: &mut Normaliser) -> Vec<String> {
    normaliser.learn(log);
    let mut sessions = Vec::new();
    let mut messages: Vec<(String, Vec<String>)> = Vec::new();
    let mut others = Vec::new();
    for line in log.lines() {
        let normal = normaliser.line(line);
        if BORING.iter().any(|word| normal.contains(word)) {
            continue;
        }
        match queue_id(line).filter(|id| normaliser.knows(id)) {
            Some(id) => match messages.iter_mut().find(|(known, _)| *known == id) {
                Some((_, lines)) => lines.push(normal),
                None => messages.push((id, vec![normal])),
            },
            None if normal.contains("/smtpd: ") => sessions.push(normal),
            None => others.push(normal),
        }
    }
    others.sort();
    let mut blocks: Vec<Vec<String>> = messages.into_iter().map(|(_, lines)| settled(lines)).collect();
    blocks.sort();
    let blocks = blocks.into_iter().flat_map(|lines| [vec![String::new()], lines].concat());
    sessions.into_iter().chain(blocks).chain([String::new()]).chain(others).collect()
}

/// Recipients of one message are delivered at the same time: their lines in a row are sorted.
fn settled(mut lines: Vec<String>) -> Vec<String> {
    let is_delivery = |line: &String| line.contains(": to=<") || line.contains(": passing <");
    lines.chunk_by_mut(|a, b| is_delivery(a) && is_delivery(b)).for_each(<[String]>::sort);
    lines
}

fn queue_id(line: &str) -> Option<String> {
    let (_, after) = line.split_once("]: ")?;
    let (id, _) = after.split_once(": ")?;
    Some(id.to_string())
}

/// Lines about the programs, not the mail.
const BORING: [&str; 8] = [
    "warning: file system clock is ",
    "warning: resetting file time stamps",
    "/postfix-script: ",
    "/anvil: statistics:",
    "/master: ",
    "/scache: statistics:",
    "/postlogd: ",
    "reload -- version",
];
