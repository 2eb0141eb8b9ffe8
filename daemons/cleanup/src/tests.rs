//! Whole messages, from frames to queue files. What the files must hold was seen in Postfix's own.

use crate::finish::End;
use crate::message::Message;
use crate::output::Output;
use crate::rewriter::Rewriter;
use crate::settings::Settings;
use crate::world::World;
use ipc::cleanup::{Begin, Edit, Finished, Flags, Recipient};
use mail::{Notify, Timestamp};
use maillog::{Log, Sink};
use queue::record::{Decoded, decode};
use queue::{Draft, Queue, QueueName, QueueOptions};
use std::sync::Arc;

/// What becomes of a message, and the records of its queue file as `T data` lines.
struct Outcome {
    finished: Finished,
    records: Vec<String>,
    held: bool,
    log: String,
}

struct Case {
    main_cf: String,
    begin: Begin,
    recipients: Vec<Recipient>,
    edits: Vec<Edit>,
    content: Vec<u8>,
}

fn case(content: &str) -> Case {
    Case {
        main_cf: String::new(),
        begin: Begin {
            flags: Flags { checks: true, bcc: true, maps: true, ..Flags::default() },
            arrival: Timestamp { seconds: 1_795_526_276, micros: 614_337 },
            sender: "bob".into(),
            ..Begin::default()
        },
        recipients: vec![to("a@localhost")],
        edits: Vec::new(),
        content: content.as_bytes().to_vec(),
    }
}

fn to(address: &str) -> Recipient {
    Recipient { address: address.into(), ..Recipient::default() }
}

impl Case {
    fn main_cf(mut self, text: &str) -> Self {
        self.main_cf = text.to_owned();
        self
    }

    fn from(mut self, sender: &str) -> Self {
        self.begin.sender = sender.into();
        self
    }

    fn to(mut self, recipients: &[&str]) -> Self {
        self.recipients = recipients.iter().map(|address| to(address)).collect();
        self
    }

    fn attribute(mut self, name: &str, value: &str) -> Self {
        self.begin.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    fn run(self) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, self.receive())
    }

    async fn receive(self) -> Outcome {
        let dir = tempfile::tempdir().unwrap();
        for name in QueueName::ALL {
            std::fs::create_dir(dir.path().join(name.as_str())).unwrap();
        }
        let log_path = dir.path().join("log");
        let log = Log::open("test", Sink::file(std::fs::File::create(&log_path).unwrap()), false);
        let world = self.world(&log);
        let queue = Arc::new(Queue::open(dir.path(), &QueueOptions::default()).unwrap());
        let now = Timestamp { seconds: 1_795_526_277, micros: 1 };
        let draft = Draft::create(&queue, now).unwrap();
        let id = draft.id().clone();
        let limits = &world.settings.limits;
        let output = Output::new(draft, limits.message_size, limits.line_length);
        let mut message = Message::begin(&world, log.clone(), (id.clone(), output), self.begin, now).await;
        for recipient in self.recipients {
            message.recipient(recipient).await;
        }
        for edit in self.edits {
            message.edit(edit).await;
        }
        // Any cut must do.
        for piece in self.content.chunks(7) {
            message.content(piece).await;
        }
        let (finished, held) = match message.finish().await {
            End::Queued { held, .. } => (Finished::Queued, held),
            End::Told(finished) => (finished, false),
            End::Bounce(bounce) => (bounce.refused.clone(), false),
        };
        let home = if held { "hold" } else { "incoming" };
        let bytes = std::fs::read(dir.path().join(home).join(id.as_str())).unwrap_or_default();
        let records = records(&bytes, id.as_str());
        let log = std::fs::read_to_string(log_path).unwrap().replace(id.as_str(), "ID");
        Outcome { finished, records, held, log }
    }

    fn world(&self, log: &Log) -> World {
        let text = format!(
            "myhostname = mail.example.com\nmydestination = mail.example.com, localhost\n\
             recipient_delimiter = +\ncompatibility_level = 3.6\n{}",
            self.main_cf
        );
        let conf = config::Conf::parse("main.cf", &text, &config::HostFacts::default()).unwrap();
        let rules = rewrite::Rules {
            swap_bangpath: true,
            allow_percent_hack: true,
            append_at_myorigin: true,
            append_dot_mydomain: false,
        };
        let origin = rewrite::Origin { origin: "mail.example.com".into(), domain: "example.com".into() };
        World::open(Settings::from_conf(&conf).unwrap(), Rewriter::by_rules(rules, origin), log).unwrap()
    }
}

fn records(bytes: &[u8], id: &str) -> Vec<String> {
    let mut at = 0;
    let mut records = Vec::new();
    while at < bytes.len() {
        let Decoded::Whole(kind, data, next) = decode(&bytes[at..], at as u64).unwrap() else {
            panic!("the file is cut")
        };
        let text = String::from_utf8_lossy(&bytes[at + data..at + next]).replace(id, "ID");
        records.push(format!("{} {text}", kind.0 as char));
        at += next;
    }
    records
}

impl Outcome {
    /// The content, without the fields that every message gets.
    fn content(&self) -> Vec<&str> {
        let start = self.records.iter().position(|r| r == "M ").expect("no content") + 1;
        let end = self.records.iter().position(|r| r == "X ").expect("no end of content");
        let added = ["Message-Id: <2026", "Date: Tue, 24", "From: bob@mail"];
        let lines = self.records[start..end].iter().map(|record| &record[2..]);
        lines.filter(|line| !added.iter().any(|field| line.starts_with(field))).collect()
    }

    fn only(&self, kinds: &str) -> Vec<&str> {
        let wanted = |record: &&String| kinds.contains(&record[..1]);
        self.records.iter().filter(wanted).map(String::as_str).collect()
    }

    fn refusal(&self) -> String {
        match &self.finished {
            Finished::Refused(reply) => reply.line(),
            other => panic!("not refused: {other:?}"),
        }
    }
}

#[test]
fn a_queue_file_has_the_records_that_postfix_writes() {
    let case = case("Received: x\nSubject: hi\nTo: a, b c@d,\n\tx <y>\nCC: z@w\n\nbody\n")
        .to(&["a@localhost", "b"])
        .main_cf("delay_warning_time = 1h")
        .attribute("rewrite_context", "local")
        .attribute("log_client_name", "localhost");
    let expected = [
        "C             290             303               2               0             290               0",
        "T 1795526276 614337",
        "A create_time=1795526277",
        "A log_ident=ID",
        "A rewrite_context=local",
        "S bob@mail.example.com",
        "A log_client_name=localhost",
        "W      1795529876",
        "A dsn_orig_rcpt=rfc822;a@localhost",
        "O a@localhost",
        "R a@localhost",
        "A dsn_orig_rcpt=rfc822;b@mail.example.com",
        "O b",
        "R b@mail.example.com",
        "M ",
        "N Received: x",
        "N Subject: hi",
        "N To: a@mail.example.com, b@mail.example.com, c@d,",
        "N \tx <y@mail.example.com>",
        "N CC: z@w",
        "N Message-Id: <20261124131757.ID@mail.example.com>",
        "N Date: Tue, 24 Nov 2026 13:17:56 +0000 (UTC)",
        "N From: bob@mail.example.com",
        "N ",
        "N body",
        "X ",
        "E ",
    ];
    let outcome = case.run();
    assert_eq!(outcome.finished, Finished::Queued);
    // The id's length depends on the inode, so the numbers of the size record do, too.
    assert_eq!(outcome.records[1..], expected[1..]);
    assert_eq!(outcome.records[0].len(), expected[0].len());
    assert!(outcome.log.contains("ID: message-id=<20261124131757.ID@mail.example.com>"), "{}", outcome.log);
}

#[test]
fn headers_of_remote_mail_stay_as_they_are() {
    let remote = || case("To: a\n\nb\n").attribute("rewrite_context", "remote");
    let outcome = remote().run();
    assert_eq!(outcome.content(), ["To: a", "", "b"]);
    assert!(outcome.log.contains("ID: message-id=<>"));
    let labelled = remote().main_cf("remote_header_rewrite_domain = domain.invalid").run();
    assert_eq!(labelled.content(), ["To: a@mail.example.com", "", "b"]);
    let completed = remote().main_cf("always_add_missing_headers = yes").run();
    assert!(completed.records.iter().any(|r| r == "N From: bob@mail.example.com"));
}

#[test]
fn resent_fields_are_completed_as_a_block() {
    let outcome = case("To: x@y\nResent-To: z\n\n").run();
    let content = outcome.content();
    assert!(content.iter().any(|line| line.starts_with("Resent-Message-Id: <20261124131757.")));
    assert!(content.contains(&"Resent-From: bob@mail.example.com"));
    assert!(outcome.log.contains("resent-message-id=<") && outcome.log.contains(": message-id=<>"));
}

#[test]
fn full_names_make_a_from_field() {
    let mut named = case("\n");
    named.begin.full_name = Some("Full. Name".into());
    let outcome = named.run();
    assert!(outcome.records.iter().any(|r| r == "N From: \"Full. Name\" <bob@mail.example.com>"));
    assert!(outcome.records.iter().any(|r| r == "F Full. Name"));
}

#[test]
fn bcc_and_return_path_fields_are_dropped() {
    let outcome = case("Bcc: x\nReturn-Path: <y>\nX-A: b\nContent-Length: 5\n\n").run();
    assert_eq!(outcome.content(), ["X-A: b", ""]);
    let kept = case("Bcc: x@y\nX-A: b\n\n").main_cf("message_drop_headers = x-a").run();
    assert_eq!(kept.content(), ["Bcc: x@y", ""]);
}

#[test]
fn canonical_tables_and_masquerading_change_header_and_envelope() {
    let main_cf = "canonical_maps = inline:{ {c1@x.org=c2@x.org} {c2@x.org=c3@x.org} {@dom.org=@other.org} \
                   {q@x.org=\"q r\"@y.org} {plain=new.user} {m@x.org=one@y.org, two@y.org} }\n\
                   masquerade_domains = !sub.masq.org masq.org\nmasquerade_exceptions = root";
    let header = "To: c1@x.org, u+v@dom.org, c1+e@x.org, q@x.org, q+f@x.org, plain, plain+g, m@x.org, P <c1@x.org>\n\
                  From: a@h.masq.org, a@sub.masq.org, a@h.sub.masq.org, root@h.masq.org, b@masq.org\n\n";
    let outcome = case(header).main_cf(main_cf).from("c1@x.org").to(&["plain+g", "a@h.masq.org"]).run();
    assert_eq!(
        outcome.content(),
        [
            "To: c3@x.org, u+v@other.org, c3+e@x.org, \"q r\"@y.org, \"q r+f\"@y.org,",
            "\tnew.user@mail.example.com, new.user+g@mail.example.com, one@y.org,",
            "\tP <c3@x.org>",
            "From: a@masq.org, a@sub.masq.org, a@h.sub.masq.org, root@h.masq.org,",
            "\tb@masq.org",
            "",
        ]
    );
    assert_eq!(outcome.only("SR"), ["S c3@x.org", "R new.user+g@mail.example.com", "R a@h.masq.org"]);
    assert!(outcome.log.contains("ID: multi-valued canonical_maps entry for m@x.org"));
}

#[test]
fn virtual_aliases_expand_in_postfix_order() {
    let main_cf = "virtual_alias_maps = inline:{ {v1@x.org=a@y.org, b@y.org} {v2@x.org=v2@x.org, c@y.org} \
                   {v3@x.org=v1@x.org, v1+e@x.org} {loc=lx} {@vd.org=catch@z.org} }\n\
                   sender_bcc_maps = inline:{ {sb@x.org=bcc-s} }\n\
                   recipient_bcc_maps = inline:{ {rb@x.org=bcc-r} }";
    let recipients = [
        "v1@x.org",
        "v1+e@x.org",
        "v2@x.org",
        "v3@x.org",
        "loc",
        "loc+x@localhost",
        "foo+b@vd.org",
        "rb@x.org",
    ];
    let outcome = case("\n").main_cf(main_cf).from("sb@x.org").to(&recipients).run();
    let expected = "R bcc-s@mail.example.com,R a@y.org,R b@y.org,R a+e@y.org,R b+e@y.org,R v2@x.org,R c@y.org,\
                    R a@y.org,R a+e@y.org,R b@y.org,R b+e@y.org,R lx@mail.example.com,R lx+x@mail.example.com,\
                    R catch@z.org,R rb@x.org,R bcc-r@mail.example.com";
    assert_eq!(outcome.only("R").join(","), expected);
    let first = outcome.records.iter().position(|r| r == "R bcc-s@mail.example.com").unwrap();
    assert_eq!(outcome.records[first - 2..first], ["A notify_flags=1", "O bcc-s@mail.example.com"]);
}

#[test]
fn an_alias_bomb_is_refused_for_now() {
    let main_cf = "virtual_alias_maps = inline:{ {b@x=b1@x, b2@x} {b1@x=b3@x, b4@x} {b2@x=b5@x, b6@x} }\n\
                   virtual_alias_expansion_limit = 3";
    let outcome = case("\n").main_cf(main_cf).to(&["b@x"]).run();
    assert_eq!(outcome.refusal(), "451 4.6.0 Alias expansion error");
    assert!(outcome.records.is_empty());
    let loops = "virtual_alias_maps = inline:{ {a@x=b@x} {b@x=a@x} }";
    assert_eq!(case("\n").main_cf(loops).to(&["a@x"]).run().only("R"), ["R a@x"]);
}

#[test]
fn a_table_that_fails_refuses_for_now() {
    for parameter in
        ["canonical_maps", "virtual_alias_maps", "header_checks", "body_checks", "recipient_bcc_maps"]
    {
        let main_cf = format!("{parameter} = fail:always");
        let outcome = case("To: x\n\nbody\n").main_cf(&main_cf).run();
        assert_eq!(outcome.refusal(), "451 4.3.0 Error: queue file write error", "{parameter}");
        assert!(outcome.log.contains("try again later"), "{parameter}: {}", outcome.log);
    }
}

#[test]
fn a_recipient_is_written_once() {
    let twice = case("\n").to(&["a@localhost", "A@localhost", "a@localhost"]);
    assert_eq!(twice.run().only("R"), ["R a@localhost"]);
    let originals = case("\n").main_cf("virtual_alias_maps = inline:{ {x@v=z@w} {y@v=z@w} }");
    assert_eq!(originals.to(&["x@v", "y@v"]).run().only("R"), ["R z@w", "R z@w"]);
    let merged = case("\n")
        .main_cf("enable_original_recipient = no\nvirtual_alias_maps = inline:{ {x@v=z@w} {y@v=z@w} }");
    assert_eq!(merged.to(&["x@v", "y@v"]).run().only("OR"), ["O x@v", "R z@w"]);
}

#[test]
fn checks_change_the_message_or_refuse_it() {
    let main_cf = "header_checks = inline:{ {A: reject=REJECT 5.7.9 no} {A: warn=WARN text} {A: drop=IGNORE} \
                   {A: before=PREPEND X-B: y} {A: other=REPLACE X-C: z} {A: hold=HOLD} {A: gone=DISCARD} \
                   {A: filter=FILTER smtp:[h]} {A: to=REDIRECT r@x} {A: copy=BCC c@x} {A: later=REJECT 4.7.1 wait} }\n\
                   body_checks = inline:{ {bad=REJECT} {swap=REPLACE good} }";
    let check = |content: &str| case(content).main_cf(main_cf).attribute("log_message_origin", "h[1]").run();
    assert_eq!(check("A: reject\n\n").refusal(), "550 5.7.9 no");
    assert_eq!(check("A: later\n\n").refusal(), "451 4.7.1 wait");
    assert_eq!(check("\nbad\n").refusal(), "550 5.7.1 message content rejected");
    let warned = check("A: warn\n\n");
    assert_eq!(warned.content(), ["A: warn", ""]);
    let sentence =
        "ID: warning: header A: warn from h[1]; from=<bob@mail.example.com> to=<a@localhost>: text";
    assert!(warned.log.contains(sentence), "{}", warned.log);
    assert_eq!(check("A: drop\nB: c\n\n").content(), ["B: c", ""]);
    assert_eq!(check("A: before\n\n").content(), ["X-B: y", "A: before", ""]);
    assert_eq!(check("A: other\n\nswap\n").content(), ["X-C: z", "", "good"]);
    assert!(check("A: hold\n\n").held);
    assert_eq!(check("A: gone\n\n").finished, Finished::Discarded);
    assert_eq!(check("A: filter\n\n").only("L"), ["L smtp:[h]"]);
    assert_eq!(check("A: to\n\n").only(">"), ["> r@x"]);
    assert_eq!(check("A: copy\n\n").only("R"), ["R a@localhost", "R c@x"]);
}

#[test]
fn our_own_mail_is_not_checked() {
    let mut own = case("A: reject\n\n").main_cf("header_checks = inline:{ {A: reject=REJECT} }");
    own.begin.flags.checks = false;
    assert_eq!(own.run().finished, Finished::Queued);
}

#[test]
fn limits_refuse_what_exceeds_them() {
    let large = format!("\n{}", "x\n".repeat(2000));
    assert_eq!(
        case(&large).main_cf("message_size_limit = 2000").run().refusal(),
        "552 5.3.4 Error: message file too big"
    );
    let hops = "Received: x\n".repeat(60) + "\n";
    assert_eq!(case(&hops).run().refusal(), "554 5.4.0 Error: too many hops");
    assert_eq!(case("\n").to(&[]).run().refusal(), "550 5.1.0 Error: no recipients specified");
    let cut = case(&format!("X: a\n{}\n", " b\n".repeat(50))).main_cf("header_size_limit = 20").run();
    assert_eq!(cut.content(), ["X: a", " b", " b", " b", " b", " b", ""]);
}

#[test]
fn stray_carriage_returns_become_spaces_and_nul_stays() {
    assert_eq!(case("A: b\n\nx\ry\r\n\0z\n").run().content(), ["A: b", "", "x y ", "\0z"]);
    let strip = case("A: b\n\na\0b\n").main_cf("message_strip_characters = \\0");
    assert_eq!(strip.run().content(), ["A: b", "", "ab"]);
    let reject = case("A: b\n\na\0b\n").main_cf("message_reject_characters = \\0");
    assert_eq!(reject.run().refusal(), "550 5.7.1 disallowed character");
}

#[test]
fn long_lines_are_kept_in_pieces() {
    let outcome = case(&format!("A: b\n\n{}\n", "y".repeat(5000))).run();
    let body: Vec<usize> = outcome.only("LN").iter().rev().take(3).map(|r| r.len() - 2).collect();
    assert_eq!(body, [904, 2048, 2048]);
}

#[test]
fn a_header_without_an_end_gets_one() {
    assert_eq!(case("A: b\nnot a header\n").run().content(), ["A: b", "", "not a header"]);
    let told = case("A: b\nnot a header\n").main_cf("non_empty_end_of_header_action = add_header").run();
    let note = "MIME-Error: message header was not terminated by empty line";
    assert_eq!(told.content(), ["A: b", note, "", "not a header"]);
    assert_eq!(case("").run().content(), Vec::<&str>::new());
}

#[test]
fn recipients_of_the_header_are_taken_when_asked() {
    let mut extract = case("To: one, two@x\nCc: three\nBcc: four\n\n").to(&[]);
    extract.begin.flags.extract = true;
    let expected =
        ["R one@mail.example.com", "R two@x", "R three@mail.example.com", "R four@mail.example.com"];
    let outcome = extract.run();
    assert_eq!(outcome.only("R"), expected);
    let end = outcome.records.iter().position(|r| r == "X ").unwrap();
    assert!(outcome.records.iter().position(|r| r == expected[0]).unwrap() > end);
}

#[test]
fn edits_of_access_tables_reach_the_queue_file() {
    let mut edited = case("A: b\n\n");
    edited.edits = vec![
        Edit::Prepend("X-P: 1".into()),
        Edit::Filter("smtp:[f]".into()),
        Edit::Redirect("r@x".into()),
        Edit::Bcc("c@x".into()),
        Edit::Hold,
    ];
    let outcome = edited.run();
    assert!(outcome.held);
    assert_eq!(outcome.content(), ["X-P: 1", "A: b", ""]);
    assert_eq!(outcome.only(">RL"), ["R a@localhost", "L smtp:[f]", "> r@x", "R c@x"]);
}

#[test]
fn dsn_wishes_are_kept_and_counted() {
    let mut dsn = case("\n");
    dsn.begin.envelope_id = "abc123".into();
    dsn.begin.ret = Some(mail::ReturnFormat::Headers);
    dsn.recipients = vec![Recipient {
        address: "bob@remote.example".into(),
        dsn_orcpt: "rfc822;bob@remote.example".into(),
        notify: Notify(6),
        ..Recipient::default()
    }];
    let outcome = dsn.run();
    assert_eq!(outcome.records[0].split_whitespace().nth(4), Some("12"));
    let attributes = outcome.only("A").join(",");
    let expected = "A create_time=1795526277,A envelope_id=abc123,A ret_flags=2,A notify_flags=6,\
                    A dsn_orig_rcpt=rfc822;bob@remote.example";
    assert_eq!(attributes, expected);
}

#[test]
fn an_8bit_declaration_is_noted() {
    let outcome = case("Content-Transfer-Encoding: 8bit\n\n\u{fc}\n").run();
    assert!(outcome.records.contains(&"A encoding=8bit".to_owned()));
    let utf8 = case("Subject: \u{fc}\n\n").run();
    assert_eq!(utf8.records[0].split_whitespace().nth(6), Some("2"));
}

#[test]
fn mailer_daemon_is_the_null_sender() {
    let outcome = case("\n").from("mailer-daemon").run();
    assert_eq!(outcome.only("S"), ["S "]);
    assert!(outcome.records.contains(&"N From: MAILER-DAEMON".to_owned()));
}
