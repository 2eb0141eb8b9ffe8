//! Plays the conversations of tests/dialogs against the pure session. A file is read like this:
//!
//! `C: line` the client says a line (CR LF added); `D: bytes` it says just these bytes (`\r`, `\n`, `\0` escaped);
//! `S: reply line` the server must answer so (`*` stands for anything); `S: EOF` it must hang up;
//! `J: address reply` the judge refuses that address with that reply; `set name value` changes a setting;
//! `---` begins another conversation with the same settings and judge; `#` is a comment.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test speaks by panicking")]

use mail::{Enhanced, QueueId, Reply};
use smtp::data::{BareNewline, Decoder};
use smtp::line::Lines;
use smtp::reply::render;
use smtp::server::{Answer, Grants, Refusal, Request, Session, Settings, Then};
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;

#[test]
fn every_dialog_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/dialogs");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "smtp"));
    files.sort();
    assert!(files.len() >= 5, "the dialogs are gone");
    for file in files {
        play(&file);
    }
}

/// What decides and remembers on behalf of the driver.
struct Stage {
    settings: Settings,
    grants: Grants,
    judge: Vec<(String, Reply)>,
    peer: Option<Peer>,
}

fn play(file: &Path) {
    let mut settings = Settings::new("mail.example.com");
    settings.forbid_early_talk = false;
    let mut stage = Stage { settings, grants: Grants::default(), judge: Vec::new(), peer: None };
    for (number, line) in std::fs::read_to_string(file).unwrap().lines().enumerate() {
        let place = format!("{}:{}", file.file_name().unwrap().to_string_lossy(), number + 1);
        stage.act(line, &place);
    }
    stage.part("the end of the file");
}

impl Stage {
    fn act(&mut self, line: &str, place: &str) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("C:", text) => self.peer().hear(format!("{text}\r\n").as_bytes()),
            ("D:", text) => {
                let bytes = unescape(text);
                self.peer().hear(&bytes);
            }
            ("S:", want) => self.peer().must_say(want, place),
            ("J:", rule) => {
                let (address, reply) = rule.split_once(' ').unwrap();
                self.judge.push((address.to_owned(), read_reply(reply)));
            }
            ("set", setting) if setting.starts_with("smtpd_discard_ehlo_keywords ") => {
                self.grants.hidden_keywords = setting.split(' ').skip(1).map(str::to_uppercase).collect();
            }
            ("set", setting) => set(&mut self.settings, setting, place),
            ("---", _) => self.part(place),
            (comment, _) if comment.is_empty() || comment.starts_with('#') => {}
            _ => panic!("{place}: cannot read {line:?}"),
        }
    }

    fn peer(&mut self) -> &mut Peer {
        self.peer
            .get_or_insert_with(|| Peer::new(self.settings.clone(), self.grants.clone(), self.judge.clone()))
    }

    fn part(&mut self, place: &str) {
        if let Some(peer) = self.peer.take() {
            assert!(peer.said.is_empty(), "{place}: the server also said {:?}", peer.said);
        }
    }
}

/// A driver without sockets: bytes in, reply lines out.
struct Peer {
    session: Session,
    settings: Settings,
    judge: Vec<(String, Reply)>,
    lines: Lines,
    decoder: Option<Decoder>,
    then: Then,
    left: u64,
    held: Option<Reply>,
    said: VecDeque<String>,
    messages: usize,
}

impl Peer {
    fn new(settings: Settings, grants: Grants, judge: Vec<(String, Reply)>) -> Self {
        let mut session = Session::new(Rc::new(settings.clone()));
        session.grant(grants);
        let said = VecDeque::from([session.greeting().line()]);
        let lines = Lines::new(2048);
        Self {
            session,
            settings,
            judge,
            lines,
            decoder: None,
            then: Then::Command,
            left: 0,
            held: None,
            said,
            messages: 0,
        }
    }

    fn hear(&mut self, mut input: &[u8]) {
        while !input.is_empty() {
            let taken = match self.then {
                Then::Command => self.command(input),
                Then::Content => self.content(input),
                Then::Chunk(_) | Then::Discard(_) => self.chunk(input),
                Then::Close | Then::Restart | Then::StartTls => return,
            };
            input = &input[taken..];
            self.end_chunks();
        }
    }

    fn command(&mut self, input: &[u8]) -> usize {
        let (taken, line) = self.lines.take(input);
        if let Some(line) = line {
            let answer = match self.session.admit(&line) {
                Err(refusal) => self.session.refuse(refusal),
                Ok(request) => match self.refused(&request) {
                    Some(reply) => self.session.reject(&request, reply),
                    None => self.session.commit(request),
                },
            };
            self.say(answer);
        }
        taken
    }

    fn refused(&self, request: &Request) -> Option<Reply> {
        let address = match request {
            Request::Mail(sender) => sender.address.as_str(),
            Request::Rcpt(to) => to.address.as_str(),
            Request::Vrfy { address, .. } => address.as_str(),
            Request::Etrn(domain) => return Some(Refusal::unserved(domain).reply),
            Request::Unknown { word, line }
                if !word.starts_with(|c: char| c.is_ascii_alphabetic()) || word == "GET" =>
            {
                return Some(Refusal::forbidden(line).reply);
            }
            _ => return None,
        };
        self.judge.iter().find(|(known, _)| known == address).map(|(_, reply)| reply.clone())
    }

    fn content(&mut self, input: &[u8]) -> usize {
        let newline = self.settings.bare_newline;
        let decoder = self.decoder.get_or_insert_with(|| Decoder::for_data(newline));
        let progress = decoder.decode(input, &mut Vec::new());
        if progress.end {
            self.finish();
        }
        progress.taken
    }

    fn chunk(&mut self, input: &[u8]) -> usize {
        let taken = input.len().min(usize::try_from(self.left).unwrap());
        if let Then::Chunk(_) = self.then {
            let newline = self.settings.bare_newline;
            let decoder = self.decoder.get_or_insert_with(|| Decoder::for_chunks(newline));
            decoder.decode(&input[..taken], &mut Vec::new());
        }
        self.left -= taken as u64;
        taken
    }

    fn end_chunks(&mut self) {
        match self.then {
            Then::Discard(_) if self.left == 0 => {
                let reply = self.held.take();
                self.say(Answer { reply, slow: false, then: Then::Command });
            }
            Then::Chunk(chunk) if self.left == 0 && chunk.last => {
                if let Some(decoder) = &mut self.decoder {
                    decoder.finish(&mut Vec::new());
                }
                self.finish();
            }
            Then::Chunk(chunk) if self.left == 0 => {
                let bad = self.decoder.as_ref().is_some_and(Decoder::must_reject);
                let verdict = if bad { Err(self.session.bare_newline_reply()) } else { Ok(()) };
                let answer = self.session.chunk_end(chunk, verdict);
                self.say(answer);
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        let decoder = self.decoder.take().unwrap_or_else(|| Decoder::for_chunks(BareNewline::Allow));
        self.messages += 1;
        let id = QueueId::parse(&format!("ID{}", self.messages)).unwrap();
        let outcome = if decoder.must_reject() {
            Err(self.session.bare_newline_reply())
        } else {
            Ok((&id, decoder.size()))
        };
        let answer = self.session.content_end(outcome);
        self.say(answer);
    }

    fn say(&mut self, answer: Answer) {
        self.then = answer.then;
        if let Then::Chunk(chunk) | Then::Discard(chunk) = answer.then {
            self.left = chunk.size;
        }
        match (answer.then, answer.reply) {
            (Then::Discard(_), reply) => self.held = reply,
            (_, Some(reply)) => self.said.extend(render(&reply).lines().map(str::to_owned)),
            (_, None) => {}
        }
        if let Some(reply) = self.session.too_many_errors() {
            self.said.push_back(reply.line());
            self.then = Then::Close;
        }
        self.end_chunks();
    }

    fn must_say(&mut self, want: &str, place: &str) {
        if want == "EOF" {
            assert!(
                self.said.is_empty() && self.then == Then::Close,
                "{place}: still there, said {:?}",
                self.said
            );
            return;
        }
        let said = self.said.pop_front().unwrap_or_else(|| panic!("{place}: silence, not {want:?}"));
        let fits = match want.split_once('*') {
            Some((before, after)) => said.starts_with(before) && said.ends_with(after),
            None => said == want,
        };
        assert!(fits, "{place}: {said:?}, not {want:?}");
    }
}

fn set(settings: &mut Settings, setting: &str, place: &str) {
    let (name, value) = setting.split_once(' ').unwrap();
    let number = || value.parse().unwrap();
    match name {
        "smtpd_helo_required" => settings.helo_required = value == "yes",
        "smtpd_recipient_limit" => settings.recipient_limit = number(),
        "smtpd_recipient_overshoot_limit" => settings.overshoot_limit = number(),
        "message_size_limit" => settings.size_limit = number() as u64,
        "strict_rfc821_envelopes" => settings.strict_envelopes = value == "yes",
        "strict_smtputf8" => settings.strict_smtputf8 = value == "yes",
        "disable_vrfy_command" => settings.vrfy_disabled = value == "yes",
        "smtpd_forbid_bare_newline" => {
            settings.bare_newline = match value {
                "reject" => BareNewline::Reject,
                "no" => BareNewline::Allow,
                _ => BareNewline::Normalize,
            }
        }
        _ => panic!("{place}: no setting {name}"),
    }
}

fn read_reply(text: &str) -> Reply {
    let mut words = text.splitn(3, ' ');
    let code = words.next().unwrap().parse().unwrap();
    let (_, enhanced) = Enhanced::parse(words.next().unwrap()).unwrap();
    Reply { code, enhanced: Some(enhanced), text: words.next().unwrap().to_owned() }
}

fn unescape(text: &str) -> Vec<u8> {
    text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0").into_bytes()
}
