//! Restriction lists as an administrator writes them, with the replies that Postfix gave to the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test speaks by panicking")]

use mail::{Address, AddressClass};
use policy::{
    Answer, Client, DnsFault, DnsQuestion, DnsRecord, Edit, Facts, Judgement, Maps, Memo, NameStatus,
    NoRecords, Probed, Question, Remark, Resolved, Rules, TempfailAction, Unverified, Verdict,
};
use std::net::Ipv4Addr;

/// A site: example.com is local, relay.example relayed, va.example an alias domain, everything else foreign.
fn answer(question: &Question) -> Answer {
    match question {
        Question::Lookup { table, key } => lookup(table, key),
        Question::InMynetworks | Question::IsOwnHost => Answer::No,
        Question::Resolve { address, .. } => Answer::Resolved(Box::new(resolve(address))),
        Question::Known { maps, address, .. } => known(*maps, address.as_str()),
        Question::Dns(question) => dns(question),
        Question::InMxBackupNetworks { .. } | Question::InRelayDomains(_) | Question::RelayCertificate(_) => {
            Answer::No
        }
        Question::RblReply(_) => Answer::Absent,
        Question::Owners { address, .. } => match address.as_str() {
            "owned@example.net" => Answer::Found("joe, jane".to_owned()),
            _ => Answer::Absent,
        },
        Question::Verify(address) => verify(address.local()),
        Question::PolicyService(service) => policy_service(service),
        Question::Sleep(_) => Answer::Yes,
    }
}

fn policy_service(service: &str) -> Answer {
    match service.split_once('=') {
        Some((_, action)) => Answer::Found(action.trim_end_matches('}').to_owned()),
        None => Answer::Failed(format!("bad policy server \"{service}\"")),
    }
}

fn verify(local: &str) -> Answer {
    match local {
        "bad" => Answer::Probed(Probed::Undeliverable, "no such user".to_owned()),
        "later" => Answer::Probed(Probed::Deferred, "come again".to_owned()),
        "nobody-knows" => Answer::Failed("verify service: away".to_owned()),
        _ => Answer::Probed(Probed::Deliverable, "fine".to_owned()),
    }
}

fn dns(question: &DnsQuestion) -> Answer {
    let none = |fault| {
        let reason = "Host not found".to_owned();
        Answer::NoRecords(NoRecords { fault, text: reason.clone(), reason, known: false })
    };
    let there = || Answer::Records(vec![DnsRecord::Address(Ipv4Addr::LOCALHOST.into())]);
    match question {
        DnsQuestion::Mx(name) | DnsQuestion::Addresses(name) => match name.as_str() {
            "absent.example" | "helo" => none(DnsFault::Absent),
            "null.example" => none(DnsFault::NullMx),
            "slow.example" | "slow" => none(DnsFault::TryAgain),
            _ => there(),
        },
        DnsQuestion::Listing(name) if name == "9.2.0.192.listed.example" => there(),
        _ => none(DnsFault::Absent),
    }
}

fn lookup(table: &str, key: &str) -> Answer {
    match table.split_once(':').unwrap() {
        ("static", value) => Answer::Found(value.trim_matches(['{', '}']).to_owned()),
        ("fail", _) => Answer::Failed(format!("{table} lookup error for \"{key}\"")),
        // The value is the key itself: shows which one is asked first.
        ("echo", wanted) if wanted == key => Answer::Found(format!("REJECT {key}")),
        _ => Answer::Absent,
    }
}

fn resolve(address: &Address) -> Resolved {
    let (class, recipient) = match address.domain() {
        Some("example.com") => (AddressClass::Local, address.clone()),
        None => (AddressClass::Local, Address::new(format!("{address}@example.com"))),
        Some("relay.example") => (AddressClass::Relay, address.clone()),
        Some("va.example") => (AddressClass::VirtualAlias, address.clone()),
        Some("vm.example") => (AddressClass::VirtualMailbox, address.clone()),
        Some(_) => (AddressClass::Default, address.clone()),
    };
    let transport = if class == AddressClass::VirtualAlias { "error" } else { "smtp" };
    let has_routing = address.local().contains(['%', '@']);
    let nexthop = "5.1.1 User unknown in virtual alias table".to_owned();
    Resolved { transport: transport.to_owned(), nexthop, recipient, class, has_routing, is_error: false }
}

fn known(maps: Maps, address: &str) -> Answer {
    match (maps, address) {
        (Maps::RelayRecipient, _) => Answer::Unset,
        (Maps::VirtualAlias, "alias@va.example") => Answer::Yes,
        (Maps::LocalRecipient, "user@example.com") => Answer::Yes,
        _ => Answer::No,
    }
}

fn rules(lists: &str) -> Rules {
    let mut rules = Rules {
        delay_reject: true,
        log_permits: true,
        relay_first: true,
        reject_unlisted_recipient: true,
        show_table_name: true,
        parent_matches_subdomains: true,
        null_access_key: "<>".to_owned(),
        default_rbl_reply: "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain"
            .to_owned(),
        expansion_filter: (' '..='~').collect(),
        recipient_delimiter: "+".to_owned(),
        relay: vec!["permit_mynetworks".to_owned(), "defer_unauth_destination".to_owned()],
        ..Rules::default()
    };
    rules.classes.insert("Greylist".to_owned(), vec!["reject".to_owned()]);
    rules.classes.insert("loop".to_owned(), vec!["loop".to_owned()]);
    for part in lists.split(" / ") {
        let (name, list) = part.split_once('=').unwrap();
        let list = words(list);
        match name {
            "client" => rules.client = list,
            "helo" => rules.helo = list,
            "sender" => rules.sender = list,
            "relay" => rules.relay = list,
            "recipient" => rules.recipient = list,
            "etrn" => rules.etrn = list,
            "data" => rules.data = list,
            "end_of_data" => rules.end_of_data = list,
            _ => panic!("no list {name}"),
        }
    }
    rules
}

/// Commas divide; nothing in these tests needs white space to do so.
fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn facts(sender: &str, recipient: &str) -> Facts {
    let client = Client {
        name: "client.example.net".to_owned(),
        reverse_name: "client.example.net".to_owned(),
        address: "192.0.2.9".to_owned(),
        ..Client::default()
    };
    Facts {
        client,
        helo: Some("helo".to_owned()),
        sender: Some(Address::new(sender)),
        recipient: Some(Address::new(recipient)),
        ..Facts::default()
    }
}

fn decide(ask: impl Fn(&Memo) -> Result<Judgement, policy::Pending>) -> Judgement {
    let mut memo = Memo::new();
    for _ in 0..1000 {
        match ask(&memo) {
            Ok(judgement) => return judgement,
            Err(policy::Pending(question)) => {
                let answer = answer(&question);
                memo.learn(question, answer);
            }
        }
    }
    panic!("the policy asks without end");
}

fn judge_rcpt(lists: &str, sender: &str, recipient: &str) -> Judgement {
    let rules = rules(lists);
    let facts = facts(sender, recipient);
    decide(|memo| rules.rcpt(&facts, None, memo))
}

fn rcpt(lists: &str, sender: &str, recipient: &str) -> String {
    shown(&judge_rcpt(lists, sender, recipient))
}

fn shown(judgement: &Judgement) -> String {
    match &judgement.verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::Refuse(reply) | Verdict::Fault(reply) => reply.line(),
        Verdict::Hangup => "hangup".to_owned(),
    }
}

#[test]
fn a_policy_service_decides_in_the_words_of_access_tables() {
    for (service, want) in [
        ("{ unix:x, a=dunno}", "554 5.7.1 <user@example.com>: Recipient address rejected: Access denied"),
        ("{ unix:x, a=}", "554 5.7.1 <user@example.com>: Recipient address rejected: Access denied"),
        ("{ unix:x, a=ok}", "pass"),
        (
            "{ unix:x, a=450 4.2.0 Greylisted}",
            "450 4.2.0 <user@example.com>: Recipient address rejected: Greylisted",
        ),
        ("{ unix:x, a=nonsense}", "451 4.3.5 Server configuration error"),
        ("unix:x", "451 4.3.5 Server configuration error"),
        ("nonsense", "451 4.3.5 Server configuration error"),
    ] {
        let mut rules = rules("recipient=x");
        rules.recipient = ["check_policy_service", service, "reject"].map(str::to_owned).to_vec();
        let facts = facts("x@y", "user@example.com");
        assert_eq!(shown(&decide(|memo| rules.rcpt(&facts, None, memo))), want, "{service}");
    }
}

#[test]
fn unverified_addresses_are_refused_as_the_parameters_say() {
    let verify = |change: fn(&mut Rules), recipient: &str| {
        let mut rules = rules("recipient=reject_unverified_recipient,permit");
        rules.reject_unlisted_recipient = false;
        change(&mut rules);
        let facts = facts("x@y", recipient);
        shown(&decide(|memo| rules.rcpt(&facts, None, memo)))
    };
    assert_eq!(verify(|_| (), "good@example.com"), "pass");
    assert_eq!(
        verify(|_| (), "bad@example.com"),
        "450 4.1.1 <bad@example.com>: Recipient address rejected: unverified address: no such user"
    );
    assert_eq!(
        verify(|rules| rules.unverified_recipient.reject_code = 550, "bad@example.com"),
        "550 5.1.1 <bad@example.com>: Recipient address rejected: undeliverable address: no such user"
    );
    assert_eq!(
        verify(|rules| rules.unverified_recipient.reject_reason = "No.".into(), "later@example.com"),
        "450 4.1.1 <later@example.com>: Recipient address rejected: unverified address: No."
    );
    let take_it = Unverified { defer_code: 250, tempfail: TempfailAction::Defer, ..Unverified::default() };
    let mut rules = rules("recipient=reject_unverified_recipient,reject");
    rules.unverified_recipient = take_it;
    let facts = facts("x@y", "later@example.com");
    assert_eq!(
        shown(&decide(|memo| rules.rcpt(&facts, None, memo))),
        "554 5.7.1 <later@example.com>: Recipient address rejected: Access denied"
    );
    assert_eq!(rcpt("sender=reject_unverified_sender", "", "user@example.com"), "pass");
    assert_eq!(
        rcpt("sender=reject_unverified_sender", "bad@y", "user@example.com"),
        "450 4.1.7 <bad@y>: Sender address rejected: unverified address: no such user"
    );
}

#[test]
fn simple_keywords_answer_as_postfix_does() {
    for (lists, want) in [
        ("client=reject", "554 5.7.1 <client.example.net[192.0.2.9]>: Client host rejected: Access denied"),
        ("client=defer", "450 4.3.2 <client.example.net[192.0.2.9]>: Client host rejected: Try again later"),
        ("helo=REJECT", "554 5.7.1 <helo>: Helo command rejected: Access denied"),
        ("sender=reject", "554 5.7.1 <x@y>: Sender address rejected: Access denied"),
        ("recipient=reject", "554 5.7.1 <user@example.com>: Recipient address rejected: Access denied"),
        ("client=permit,reject", "pass"),
        (
            "client=permit_mynetworks,reject",
            "554 5.7.1 <client.example.net[192.0.2.9]>: Client host rejected: Access denied",
        ),
        ("client=blah", "451 4.3.5 Server configuration error"),
        ("client=warn_if_reject,blah", "451 4.3.5 Server configuration error"),
        ("client=check_client_access", "451 4.3.5 Server configuration error"),
        ("client=sleep,x", "451 4.3.5 Server configuration error"),
        ("client=sleep,1", "pass"),
        ("client=Greylist", "554 5.7.1 <client.example.net[192.0.2.9]>: Client host rejected: Access denied"),
        ("client=greylist", "451 4.3.5 Server configuration error"),
        ("client=loop", "451 4.3.5 Server configuration error"),
        (
            "helo=reject_non_fqdn_helo_hostname",
            "504 5.5.2 <helo>: Helo command rejected: need fully-qualified hostname",
        ),
        ("helo=reject_unknown_helo_hostname", "450 4.7.1 <helo>: Helo command rejected: Host not found"),
        ("helo=reject_invalid_helo_hostname", "pass"),
        (
            "sender=reject_non_fqdn_sender",
            "504 5.5.2 <x@y>: Sender address rejected: need fully-qualified address",
        ),
        ("client=reject_plaintext_session", "450 4.7.1 Session encryption is required"),
    ] {
        assert_eq!(rcpt(lists, "x@y", "user@example.com"), want, "{lists}");
    }
}

#[test]
fn strangers_may_not_relay() {
    assert_eq!(rcpt("client=", "x@y", "x@other.example"), "454 4.7.1 <x@other.example>: Relay access denied");
    assert_eq!(
        rcpt("relay=reject_unauth_destination", "x@y", "x@o.example"),
        "554 5.7.1 <x@o.example>: Relay access denied"
    );
    // invariants 2, row 1: a detour through us to somewhere else.
    assert_eq!(
        rcpt("client=", "x@y", "a%other@example.com"),
        "454 4.7.1 <a%other@example.com>: Relay access denied"
    );
    assert_eq!(rcpt("relay=permit_auth_destination,reject", "x@y", "u@relay.example"), "pass");
}

#[test]
fn unknown_users_are_refused_last_and_postmaster_never() {
    let unknown =
        "550 5.1.1 <bad@example.com>: Recipient address rejected: User unknown in local recipient table";
    assert_eq!(rcpt("client=", "x@y", "bad@example.com"), unknown);
    assert_eq!(rcpt("client=", "x@y", "alias@va.example"), "pass");
    assert_eq!(rcpt("client=", "x@y", "any@relay.example"), "pass");
    assert_eq!(
        rcpt("client=", "x@y", "bad@va.example"),
        "550 5.1.1 <bad@va.example>: Recipient address rejected: User unknown in virtual alias table"
    );
    assert_eq!(
        rcpt("client=", "x@y", "bad@vm.example"),
        "550 5.1.1 <bad@vm.example>: Recipient address rejected: User unknown in virtual mailbox table"
    );
    assert_eq!(rcpt("client=reject", "x@y", "Postmaster"), "pass");
    assert_eq!(
        rcpt("sender=reject_unlisted_sender", "bad@example.com", "user@example.com"),
        "550 5.1.0 <bad@example.com>: Sender address rejected: User unknown in local recipient table"
    );
}

#[test]
fn deferral_flags_change_what_comes_later() {
    let requested = "450 4.7.0 <x@y>: Sender address rejected: defer_if_permit requested";
    assert_eq!(rcpt("sender=defer_if_permit", "x@y", "user@example.com"), requested);
    assert_eq!(rcpt("sender=defer_if_permit", "x@y", "bad@example.com"), requested);
    assert_eq!(
        rcpt("sender=defer_if_permit", "x@y", "x@other.example"),
        "454 4.7.1 <x@other.example>: Relay access denied"
    );
    assert_eq!(
        rcpt("sender=defer_if_reject,reject", "x@y", "user@example.com"),
        "450 4.7.0 <x@y>: Sender address rejected: defer_if_reject requested"
    );
    // It doesn't reach the next stage.
    assert_eq!(
        rcpt("sender=defer_if_reject / recipient=reject", "x@y", "user@example.com"),
        "554 5.7.1 <user@example.com>: Recipient address rejected: Access denied"
    );
    assert_eq!(rcpt("client=warn_if_reject,defer_if_permit", "x@y", "user@example.com"), "pass");
}

#[test]
fn temporary_dns_trouble_defers_what_would_have_passed() {
    let sender = "sender=reject_unknown_sender_domain";
    let text = "Sender address rejected: Domain not found";
    assert_eq!(
        rcpt(sender, "a@absent.example", "user@example.com"),
        format!("450 4.1.8 <a@absent.example>: {text}")
    );
    assert_eq!(
        rcpt(sender, "a@slow.example", "user@example.com"),
        format!("450 4.1.8 <a@slow.example>: {text}")
    );
    assert_eq!(
        rcpt(sender, "a@slow.example", "x@other.example"),
        "454 4.7.1 <x@other.example>: Relay access denied"
    );
    assert_eq!(
        rcpt(sender, "a@null.example", "user@example.com"),
        "550 5.7.27 <a@null.example>: Sender address rejected: Domain null.example does not accept mail (nullMX)"
    );
    assert_eq!(rcpt(sender, "", "user@example.com"), "pass");
}

#[test]
fn access_tables_answer_as_the_manual_says() {
    let sender = |value: &str| {
        rcpt(&format!("sender=check_sender_access,static:{{{value}}}"), "x@y", "user@example.com")
    };
    let rejected = |text: &str| format!("<x@y>: Sender address rejected: {text}");
    for (value, reply) in [
        ("REJECT", format!("554 5.7.1 {}", rejected("Access denied"))),
        ("reject 5.1.1 go away", format!("554 5.1.7 {}", rejected("go away"))),
        ("DEFER", format!("450 4.7.1 {}", rejected("Access denied"))),
        ("450 4.7.1 later", format!("450 4.7.1 {}", rejected("later"))),
        ("550 no dsn", format!("550 5.7.1 {}", rejected("no dsn"))),
        ("550 5.7.2", format!("550 5.7.2 {}", rejected("Access denied"))),
        ("550 4.1.1 x", format!("550 5.1.7 {}", rejected("x"))),
        ("DEFER_IF_PERMIT", format!("450 4.7.1 {}", rejected("Service unavailable"))),
        ("421 4.7.0 bye", format!("421 4.7.0 {}", rejected("bye"))),
        ("blah blah", "451 4.3.5 Server configuration error".to_owned()),
        ("12345 abc", "451 4.3.5 Server configuration error".to_owned()),
        ("Greylist", format!("554 5.7.1 {}", rejected("Access denied"))),
        (" ", format!("451 4.3.5 {}", rejected("Server configuration error"))),
        ("HANGUP", "hangup".to_owned()),
    ] {
        assert_eq!(sender(value), reply, "{value}");
    }
    for permitted in
        ["550", "OK", "relay", "12345", "DUNNO", "HOLD", "WARN x", "INFO x", "FILTER bad", "REDIRECT bad"]
    {
        assert_eq!(sender(permitted), "pass", "{permitted}");
    }
    assert_eq!(
        rcpt("sender=check_sender_access,fail:foo", "x@y", "user@example.com"),
        "451 4.3.5 <x@y>: Sender address rejected: Server configuration error"
    );
}

#[test]
fn bare_tables_mean_their_list_except_at_data() {
    assert!(rcpt("client=static:REJECT", "x@y", "user@example.com").contains("Client host rejected"));
    assert!(
        rcpt("recipient=static:REJECT", "x@y", "user@example.com").contains("Recipient address rejected")
    );
    let rules = rules("data=static:REJECT");
    let judgement = decide(|memo| rules.data(&facts("x@y", "user@example.com"), memo));
    assert_eq!(shown(&judgement), "451 4.3.5 Server configuration error");
}

#[test]
fn keys_are_tried_in_the_order_of_the_manual() {
    let asked = |table: &str, address: &str| {
        rcpt(&format!("recipient=check_recipient_access,echo:{table}"), "x@y", address)
    };
    for key in [
        "user+ext@sub.example.com",
        "user@sub.example.com",
        "sub.example.com",
        "example.com",
        "com",
        "user+ext@",
        "user@",
    ] {
        let rules = rules(&format!("relay= / recipient=check_recipient_access,echo:{key},reject"));
        let judgement = decide(|memo| rules.rcpt(&facts("x@y", "user+ext@sub.example.com"), None, memo));
        assert!(shown(&judgement).ends_with(&format!("rejected: {key}")), "{key}");
    }
    assert_eq!(asked("", "user@example.com"), "pass");
    for key in ["client.example.net", "example.net", "net", "192.0.2.9", "192.0.2", "192.0", "192"] {
        let said = rcpt(&format!("client=check_client_access,echo:{key}"), "x@y", "user@example.com");
        assert!(said.ends_with(&format!("rejected: {key}")), "{key}");
    }
    let null = rcpt("sender=check_sender_access,echo:<>", "", "user@example.com");
    assert_eq!(null, "554 5.7.1 <>: Sender address rejected: <>");
}

#[test]
fn actions_change_the_message_and_tell_the_log() {
    let judgement = judge_rcpt("sender=check_sender_access,static:{HOLD why}", "x@y", "user@example.com");
    assert_eq!(judgement.edits, [Edit::Hold]);
    assert_eq!(
        judgement.remarks,
        [Remark::Event { kind: "hold", text: "<x@y>: Sender address why".to_owned() }]
    );
    let judgement = judge_rcpt("sender=check_sender_access,static:{DISCARD}", "x@y", "x@other.example");
    assert_eq!((judgement.edits.as_slice(), judgement.verdict), ([Edit::Discard].as_slice(), Verdict::Pass));
    let judgement = judge_rcpt("sender=check_sender_access,static:{REDIRECT bad}", "x@y", "user@example.com");
    let warning = "access table static:{REDIRECT bad} entry \"x@y\" requires user@domain target";
    assert_eq!(judgement.remarks, [Remark::Warning(warning.to_owned())]);
    let judgement = judge_rcpt("client=warn_if_reject,reject", "x@y", "user@example.com");
    let text = "554 5.7.1 <client.example.net[192.0.2.9]>: Client host rejected: Access denied".to_owned();
    assert_eq!(judgement.remarks, [Remark::Event { kind: "reject_warning", text }]);
}

#[test]
fn later_stages_have_their_own_words() {
    let rules = rules("data=reject / end_of_data=check_sender_access,static:{550 5.1.1 x}");
    let facts = facts("x@y", "user@example.com");
    let data = decide(|memo| rules.data(&facts, memo));
    assert_eq!(shown(&data), "554 5.7.1 <DATA>: Data command rejected: Access denied");
    let end = decide(|memo| rules.end_of_data(&facts, memo));
    assert_eq!(shown(&end), "550 5.1.7 <x@y>: Sender address rejected: x");
}

#[test]
fn etrn_is_judged_by_who_asks_and_for_which_domain() {
    let facts = Facts { etrn: Some("other.example".to_owned()), ..facts("x@y", "user@example.com") };
    let judge = |lists: &str| {
        let rules = rules(lists);
        shown(&decide(|memo| rules.etrn(&facts, None, memo)))
    };
    assert_eq!(judge("data=reject"), "pass");
    let refused = "554 5.7.1 <other.example>: Etrn command rejected: Access denied";
    assert_eq!(judge("etrn=reject"), refused);
    assert_eq!(judge("etrn=check_etrn_access,static:REJECT"), refused);
    assert!(judge("client=reject").contains("Client host rejected"));
    assert_eq!(judge("sender=reject / etrn=check_etrn_access,static:OK,reject"), "pass");
}

#[test]
fn without_delay_each_list_runs_at_its_own_command() {
    let mut rules = rules("client=reject / sender=defer_if_permit");
    let facts = facts("x@y", "user@example.com");
    assert_eq!(shown(&decide(|memo| rules.connect(&facts, memo))), "pass");
    rules.delay_reject = false;
    assert!(shown(&decide(|memo| rules.connect(&facts, memo))).starts_with("554 5.7.1"));
    let mail = decide(|memo| rules.mail(&facts, None, memo));
    let rcpt = decide(|memo| rules.rcpt(&facts, mail.defer_if_permit.clone(), memo));
    assert_eq!(shown(&rcpt), "450 4.7.0 <x@y>: Sender address rejected: defer_if_permit requested");
}

#[test]
fn nameless_clients_are_refused_when_asked_to() {
    let rules = rules("client=reject_unknown_client_hostname");
    let mut facts = facts("x@y", "user@example.com");
    assert_eq!(shown(&decide(|memo| rules.rcpt(&facts, None, memo))), "pass");
    facts.client.name_status = NameStatus::Missing;
    let refused = decide(|memo| rules.rcpt(&facts, None, memo));
    assert_eq!(shown(&refused), "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]");
}

#[test]
fn a_null_sender_has_one_recipient() {
    let rules = rules("recipient=reject_multi_recipient_bounce");
    let mut facts = facts("", "user@example.com");
    assert_eq!(shown(&decide(|memo| rules.rcpt(&facts, None, memo))), "pass");
    facts.recipient_count = 1;
    let refused = decide(|memo| rules.rcpt(&facts, None, memo));
    assert_eq!(
        shown(&refused),
        "550 5.5.3 <user@example.com>: Recipient address rejected: Multi-recipient bounce"
    );
}

/// semantics 47.
#[test]
fn a_site_that_guards_nothing_takes_nothing() {
    for open in [
        "relay=",
        "relay=permit,reject / recipient=permit",
        "relay=warn_if_reject,reject",
        "relay=permit_mynetworks",
    ] {
        assert_eq!(rcpt(open, "x@y", "user@example.com"), "451 4.3.5 Server configuration error", "{open}");
    }
    for guarded in [
        "relay= / recipient=Greylist",
        "relay=permit_mynetworks,defer",
        "relay= / recipient=reject_unauth_destination",
    ] {
        assert!(rules(guarded).guards_relaying(), "{guarded}");
    }
}

/// The oracle's smtpd ends when a filter can't be read; the client should not pay for that.
#[test]
fn a_list_with_a_filter_that_cannot_be_read_is_a_fault_of_ours() {
    let listed = |filter: &str| {
        judge_rcpt(&format!("client=reject_rbl_client,listed.example{filter}"), "x@y", "user@example.com")
    };
    assert!(shown(&listed("")).starts_with("554 5.7.1 Service unavailable"), "{}", shown(&listed("")));
    assert!(shown(&listed("=127.0.0.[0..1]")).starts_with("554 5.7.1 Service unavailable"));
    assert_eq!(shown(&listed("=127.0.0.2")), "pass");
    for bad in ["=", "=127.0.0", "=127.0.0.300", "=127.0.0.[9..2]", "=127.0.0.[2", "=127.0.x.2"] {
        let judgement = listed(bad);
        assert_eq!(shown(&judgement), "451 4.3.5 Server configuration error", "{bad}");
        let Some(Remark::Warning(text)) = judgement.remarks.first() else { panic!("no warning: {bad}") };
        assert!(text.starts_with("RBL reply error: "), "{text}");
    }
}
