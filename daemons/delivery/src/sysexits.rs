//! What the end of a command means: sysexits(3), a signal, or a status code that the command wrote.

use crate::fault::fate;
use mail::{Enhanced, Outcome};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With this exit status.
    Exited(i32),
    /// By this signal.
    Signal(i32),
    /// It took longer than `command_time_limit`.
    TimeLimit,
}

/// The fate of a message that was given to `command`, and what it wrote. None: it took the message.
pub(crate) fn outcome(end: End, command: &str, output: &str) -> Option<Outcome> {
    let status = match end {
        End::Exited(0) => return None,
        End::TimeLimit => {
            return Some(fate(
                "5.3.0",
                format!("Command time limit exceeded: \"{command}\"{}", tail(output)),
            ));
        }
        // A signal is no verdict on the message: somebody or something stopped the command.
        End::Signal(number) => {
            return Some(fate(
                "4.3.0",
                format!("Command died with signal {number}: \"{command}\"{}", tail(output)),
            ));
        }
        End::Exited(status) => status,
    };
    if let Some((dsn, text)) = own_status(output) {
        return Some(fate(dsn, text));
    }
    Some(match TABLE.iter().find(|(code, ..)| *code == status) {
        Some((_, dsn, text)) => fate(dsn, format!("{text}{}", tail(output))),
        None => fate("5.3.0", format!("Command died with status {status}: \"{command}\"{}", tail(output))),
    })
}

fn tail(output: &str) -> String {
    if output.is_empty() { String::new() } else { format!(". Command output: {output}") }
}

/// RFC 3463 status at the start of the output: it takes precedence over the exit status.
fn own_status(output: &str) -> Option<(&str, &str)> {
    let (dsn, text) = output.split_once(|c: char| c.is_whitespace())?;
    let (class, _) = Enhanced::parse(dsn)?;
    (class != 2).then_some((dsn, text.trim_start()))
}

/// sysexits(3) in Postfix's words.
const TABLE: [(i32, &str, &str); 15] = [
    (64, "5.3.0", "command line usage error"),
    (65, "5.6.0", "data format error"),
    (66, "5.3.0", "cannot open input"),
    (67, "5.1.1", "user unknown"),
    (68, "5.1.2", "host name unknown"),
    (69, "5.3.0", "service unavailable"),
    (70, "5.3.0", "internal software error"),
    (71, "4.3.0", "system resource problem"),
    (72, "5.3.0", "critical OS file missing"),
    (73, "5.2.0", "can't create user output file"),
    (74, "5.3.0", "input/output error"),
    (75, "4.3.0", "temporary failure"),
    (76, "5.5.0", "remote error in protocol"),
    (77, "5.7.0", "permission denied"),
    (78, "5.3.5", "local configuration error"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn told(end: End, output: &str) -> String {
        let outcome = outcome(end, "cmd", output).unwrap();
        format!("{} {}", outcome.dsn(), outcome.diagnosis().reason)
    }

    #[test]
    fn ends_are_told_as_postfix_tells_them() {
        assert!(outcome(End::Exited(0), "cmd", "x").is_none());
        for (end, output, expected) in [
            (End::Exited(75), "out two ", "4.3.0 temporary failure. Command output: out two "),
            (End::Exited(1), "", "5.3.0 Command died with status 1: \"cmd\""),
            (End::Exited(67), "4.2.2 full of it ", "4.2.2 full of it "),
            (End::Exited(67), "2.0.0 fine", "5.1.1 user unknown. Command output: 2.0.0 fine"),
            (End::Signal(9), "", "4.3.0 Command died with signal 9: \"cmd\""),
            (End::TimeLimit, "", "5.3.0 Command time limit exceeded: \"cmd\""),
        ] {
            assert_eq!(told(end, output), expected);
        }
    }
}
