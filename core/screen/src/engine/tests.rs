//! Conversations with the engine.

use super::*;
use crate::{Action, Rule, Rules};

fn settings() -> Settings {
    Settings {
        hostname: "mail.example".to_owned(),
        size_limit: 1000,
        vrfy_disabled: false,
        helo_required: false,
        tls: TlsLevel::None,
        smtputf8: true,
        command_limit: 20,
        line_limit: 512,
        soft_bounce: false,
    }
}

fn engine(settings: Settings) -> Engine {
    let client = Client { label: "[192.0.2.1]:99".to_owned(), hidden: vec!["dsn".to_owned()] };
    Engine::new(Rc::new(settings), client)
}

fn trial(action: Action) -> Trial {
    let rule = Rule { enabled: true, action, ttl: 60 };
    Trial::new(Rc::new(Rules([rule; Test::COUNT])), None, 100)
}

/// The reply, then the log lines.
fn say(engine: &mut Engine, trial: &mut Trial, text: &str) -> Vec<String> {
    say_with(engine, trial, text, "", false)
}

fn say_with(engine: &mut Engine, trial: &mut Trial, text: &str, rest: &str, forbidden: bool) -> Vec<String> {
    let answer = engine.command(text.as_bytes(), rest.as_bytes(), forbidden, trial);
    let end = if answer.close { " (close)" } else { "" };
    let reply = answer.reply.map(|reply| reply.line() + end);
    reply.into_iter().chain(answer.log).collect()
}

#[test]
fn every_recipient_is_refused_and_logged() {
    let (mut engine, mut trial) = (engine(settings()), trial(Action::Enforce));
    let keywords = "mail.example SIZE 1000 VRFY ETRN ENHANCEDSTATUSCODES 8BITMIME SMTPUTF8 CHUNKING";
    assert_eq!(say(&mut engine, &mut trial, "EHLO x <y>"), [format!("250 {keywords}")]);
    assert_eq!(say(&mut engine, &mut trial, "MAIL FROM:<a@b>"), ["250 2.1.0 Ok"]);
    assert!(!engine.tried());
    assert_eq!(
        say(&mut engine, &mut trial, "RCPT TO:<c@d>"),
        [
            "450 4.3.2 Service currently unavailable",
            "NOQUEUE: reject: RCPT from [192.0.2.1]:99: 450 4.3.2 Service currently unavailable; \
             from=<a@b>, to=<c@d>, proto=ESMTP, helo=<x>",
        ]
    );
    assert!(engine.tried());
    assert_eq!(
        say(&mut engine, &mut trial, "DATA"),
        ["554 5.5.1 Error: no valid recipients (close)", "DATA without valid RCPT from [192.0.2.1]:99"]
    );
}

#[test]
fn what_follows_a_command_too_soon_is_a_fault_once() {
    let (mut engine, mut trial) = (engine(settings()), trial(Action::Enforce));
    let seen = say_with(&mut engine, &mut trial, "FOO", "BAR\r\n", false);
    assert_eq!(
        seen,
        [
            "502 5.5.2 Error: command not recognized",
            "COMMAND PIPELINING from [192.0.2.1]:99 after FOO: BAR\\r\\n"
        ]
    );
    assert_eq!(say_with(&mut engine, &mut trial, "NOOP", "x", false), ["250 2.0.0 Ok"]);
    assert_eq!(say(&mut engine, &mut trial, "VRFY x"), ["550 5.5.1 Protocol error"]);
}

#[test]
fn foreign_commands_end_the_conversation_when_told_to() {
    let (mut engine, mut trial) = (engine(settings()), trial(Action::Drop));
    assert_eq!(
        say_with(&mut engine, &mut trial, "GET / HTTP", "", true),
        [
            "521 5.7.0 Error: I can break rules, too. Goodbye. (close)",
            "NON-SMTP COMMAND from [192.0.2.1]:99 after CONNECT: GET / HTTP"
        ]
    );
    let (mut engine, mut trial) = (super::tests::engine(settings()), super::tests::trial(Action::Enforce));
    let seen = say(&mut engine, &mut trial, "Subject: x");
    assert_eq!(
        seen,
        [
            "502 5.5.2 Error: command not recognized",
            "NON-SMTP COMMAND from [192.0.2.1]:99 after CONNECT: Subject: x"
        ]
    );
    assert_eq!(say(&mut engine, &mut trial, "To: x"), ["502 5.5.2 Error: command not recognized"]);
}

#[test]
fn lines_may_end_in_a_bare_newline_which_is_told_once() {
    let (engine, mut trial) = (engine(settings()), trial(Action::Drop));
    let mut input = b"EHLO x\nNOOP\r\nQU".to_vec();
    assert_eq!(engine.take_line(&mut input), Event::Line { text: b"EHLO x".to_vec(), bare: true });
    let mut log = Vec::new();
    assert_eq!(engine.bare_newline(b"EHLO x", &mut trial, &mut log).map(|r| r.code), Some(521));
    assert_eq!(log, ["BARE NEWLINE from [192.0.2.1]:99 after EHLO x"]);
    assert_eq!(engine.bare_newline(b"EHLO x", &mut trial, &mut log), None);
    assert_eq!(engine.take_line(&mut input), Event::Line { text: b"NOOP".to_vec(), bare: false });
    assert_eq!(engine.take_line(&mut input), Event::Incomplete);
    assert_eq!(input, b"QU");
}

#[test]
fn no_line_is_longer_than_the_limit() {
    let engine = engine(settings());
    let line = |length: usize, end: &str| [vec![b'x'; length], end.as_bytes().to_vec()].concat();
    assert!(matches!(engine.take_line(&mut line(511, "\r\n")), Event::Line { .. }));
    assert_eq!(engine.take_line(&mut line(512, "\r\n")), Event::TooLong);
    assert_eq!(engine.take_line(&mut line(512, "")), Event::Incomplete);
    assert_eq!(engine.take_line(&mut line(513, "")), Event::TooLong);
}

#[test]
fn a_session_has_so_many_commands_and_no_more() {
    let mut engine = engine(Settings { command_limit: 2, ..settings() });
    let mut trial = trial(Action::Enforce);
    say(&mut engine, &mut trial, "NOOP");
    say(&mut engine, &mut trial, "RSET");
    assert_eq!(
        say(&mut engine, &mut trial, "HELO x"),
        [
            "421 mail.example Service unavailable - try again later (close)",
            "COMMAND COUNT LIMIT from [192.0.2.1]:99 after RSET"
        ]
    );
}

#[test]
fn tls_may_be_demanded() {
    let mut engine = engine(Settings { tls: TlsLevel::Encrypt, ..settings() });
    let mut trial = trial(Action::Enforce);
    let demand = ["530 5.7.0 Must issue a STARTTLS command first"];
    for command in ["MAIL FROM:<a>", "RCPT TO:<a>", "DATA", "BDAT", "RSET", "VRFY a", "ETRN a"] {
        assert_eq!(say(&mut engine, &mut trial, command), demand, "{command}");
    }
    assert_eq!(say(&mut engine, &mut trial, "NOOP"), ["250 2.0.0 Ok"]);
    assert!(engine.command(b"STARTTLS", b"", false, &mut trial).starttls);
    engine.encrypted();
    assert_eq!(say(&mut engine, &mut trial, "MAIL FROM:<a>"), ["250 2.1.0 Ok"]);
}

#[test]
fn other_commands_get_smtpds_replies() {
    let mut engine =
        engine(Settings { helo_required: true, vrfy_disabled: true, command_limit: 99, ..settings() });
    let mut trial = trial(Action::Enforce);
    for (command, reply) in [
        ("MAIL FROM:<a>", "503 5.5.1 Error: send HELO/EHLO first"),
        ("ETRN x", "503 5.5.1 Error: send HELO/EHLO first"),
        ("RCPT TO:<a>", "503 5.5.1 Error: need MAIL command"),
        ("HELO", "501 Syntax: HELO hostname"),
        ("helo  x y", "250 mail.example"),
        ("MAIL", "501 5.5.4 Syntax: MAIL FROM:<address>"),
        ("MAIL FROM:a", "250 2.1.0 Ok"),
        ("MAIL", "503 5.5.1 Error: nested MAIL command"),
        ("RCPT TO", "501 5.5.4 Syntax: RCPT TO:<address>"),
        ("RSET x", "250 2.0.0 Ok"),
        ("RCPT TO:<a>", "503 5.5.1 Error: need MAIL command"),
        ("VRFY x", "502 5.5.1 VRFY command is disabled"),
        ("ETRN", "500 Syntax: ETRN domain"),
        ("ETRN x y", "458 Unable to queue messages"),
        ("STARTTLS x", "501 Syntax: EHLO hostname"),
        ("STARTTLS", "502 5.5.1 Error: command not implemented"),
        ("AUTH PLAIN", "502 5.5.2 Error: command not recognized"),
        ("EHLO\tx", "502 5.5.2 Error: command not recognized"),
        ("", "502 5.5.2 Error: command not recognized"),
        ("QUIT x", "221 2.0.0 Bye (close)"),
    ] {
        assert_eq!(say(&mut engine, &mut trial, command), [reply], "{command}");
    }
}
