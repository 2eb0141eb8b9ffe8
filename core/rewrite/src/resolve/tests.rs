//! Resolution against tables in memory. One row per case, as an administrator would read it.

use super::*;
use crate::{Delimiter, Origin, Rules};
use std::collections::HashMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Default)]
struct World {
    lists: HashMap<&'static str, Vec<&'static str>>,
    maps: HashMap<&'static str, Vec<(&'static str, &'static str)>>,
    broken: Option<&'static str>,
}

impl Tables for World {
    async fn contains(&self, list: DomainList, domain: &str) -> Result<bool, String> {
        if self.broken == Some(list.parameter()) {
            return Err("no answer".into());
        }
        let listed = self.lists.get(list.parameter());
        Ok(listed.is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case(domain))))
    }

    fn is_own_address(&self, address: IpAddr) -> bool {
        address == IpAddr::from([192, 0, 2, 1])
    }

    async fn find(&self, map: Map, key: &str, _partial: bool) -> Result<Found, String> {
        if self.broken == Some(map.parameter()) {
            return Err("no answer".into());
        }
        let rows = self.maps.get(map.parameter());
        let row = rows.and_then(|rows| rows.iter().find(|(name, _)| *name == key));
        Ok(row.map(|(_, value)| (*value).to_owned()))
    }
}

fn settings() -> Settings {
    Settings {
        rules: Rules {
            swap_bangpath: true,
            allow_percent_hack: true,
            append_at_myorigin: true,
            append_dot_mydomain: false,
        },
        origin: Origin { origin: "mail.example.com".into(), domain: "example.com".into() },
        myhostname: "mail.example.com".into(),
        empty_address_recipient: "MAILER-DAEMON".into(),
        resolve_dequoted_address: true,
        resolve_null_domain: false,
        resolve_numeric_domain: false,
        smtputf8: true,
        allow_min_user: false,
        show_user_unknown_table_name: true,
        helpful_warnings: true,
        relocated_prefix: true,
        delimiter: Delimiter { characters: "+".into(), ..Delimiter::default() },
        transport_parent_matches: false,
        local_transport: "local:mail.example.com".into(),
        virtual_transport: "virtual".into(),
        relay_transport: "relay".into(),
        default_transport: "smtp".into(),
        relayhost: String::new(),
        empty_relayhost_key: "<>".into(),
        empty_default_transport_key: "<>".into(),
    }
}

fn world() -> World {
    let mut world = World::default();
    world.lists.insert("mydestination", vec!["mail.example.com", "localhost"]);
    world.lists.insert("virtual_alias_domains", vec!["alias.test"]);
    world.lists.insert("virtual_mailbox_domains", vec!["box.test"]);
    world.lists.insert("relay_domains", vec!["relay.test"]);
    world
}

/// The futures of [`World`] are always ready.
fn decide(settings: &Settings, world: &World, sender: &str, address: &str) -> Result<Decision, Flaw> {
    let resolver = Resolver { settings, tables: world };
    let (sender, address) = (Address::from(sender), Address::from(address));
    let mut future = pin!(resolver.resolve(&sender, &address));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(decision) => decision,
        Poll::Pending => panic!("a table in memory kept us waiting"),
    }
}

fn route(settings: &Settings, world: &World, address: &str) -> String {
    let d = decide(settings, world, "s@sender.test", address).unwrap();
    let routed = if d.has_routing { " routed" } else { "" };
    format!("{}:{} {} {:?}{routed}", d.transport, d.nexthop, d.recipient, d.class)
}

#[test]
fn each_class_has_its_transport() {
    for (address, expected) in [
        ("bob", "local:mail.example.com bob@mail.example.com Local"),
        ("bob@localhost", "local:mail.example.com bob@localhost Local"),
        ("bob@LOCALHOST.", "local:mail.example.com bob@LOCALHOST Local"),
        ("bob@[192.0.2.1]", "local:mail.example.com bob@[192.0.2.1] Local"),
        ("x@alias.test", "error:5.1.1 User unknown in virtual alias table x@alias.test VirtualAlias"),
        ("x@box.test", "virtual:box.test x@box.test VirtualMailbox"),
        ("x@relay.test", "relay:relay.test x@relay.test Relay"),
        ("x@far.test", "smtp:far.test x@far.test Default"),
        ("x@[198.51.100.7]", "smtp:[198.51.100.7] x@[198.51.100.7] Default"),
        ("", "local:mail.example.com MAILER-DAEMON@mail.example.com Local"),
        ("@localhost", "local:mail.example.com MAILER-DAEMON@localhost Local"),
    ] {
        assert_eq!(route(&settings(), &world(), address), expected, "{address}");
    }
}

#[test]
fn routing_through_us_is_seen_in_every_disguise() {
    for (address, expected) in [
        ("u%far.test@localhost", "smtp:far.test u@far.test Default routed"),
        ("far.test!u@localhost", "smtp:far.test u@far.test Default routed"),
        ("u@far.test@localhost", "smtp:far.test u@far.test Default routed"),
        ("u%far.test", "smtp:far.test u@far.test Default routed"),
        ("a!b@far.test", "smtp:far.test a!b@far.test Default routed"),
        ("u%x@far.test", "smtp:far.test u%x@far.test Default routed"),
        ("u%localhost@localhost", "local:mail.example.com u@localhost Local routed"),
    ] {
        assert_eq!(route(&settings(), &world(), address), expected, "{address}");
    }
}

#[test]
fn malformed_addresses_are_errors() {
    for address in ["x@", "x@a..b", "x@[1]", "x@1.2.3.4", "x@-a", "-x@far.test", "x@far.test.."] {
        let decision = decide(&settings(), &world(), "", address).unwrap();
        assert!(decision.is_error, "{address}: {decision:?}");
        assert_eq!(decision.nexthop, "5.1.3 bad address syntax");
    }
    let numeric = Settings { resolve_numeric_domain: true, ..settings() };
    assert_eq!(route(&numeric, &world(), "x@192.0.2.1"), "local:mail.example.com x@[192.0.2.1] Local");
}

#[test]
fn relayhosts_and_senders_choose_the_next_hop() {
    let relayed = Settings { relayhost: "[gate.test]".into(), ..settings() };
    let mut world = world();
    assert_eq!(route(&relayed, &world, "x@far.test"), "smtp:[gate.test] x@far.test Default");
    assert_eq!(route(&relayed, &world, "x@relay.test"), "relay:[gate.test] x@relay.test Relay");
    assert_eq!(route(&relayed, &world, "x@box.test"), "virtual:box.test x@box.test VirtualMailbox");
    world
        .maps
        .insert("sender_dependent_relayhost_maps", vec![("s@sender.test", "[mine.test]"), ("<>", "DUNNO")]);
    world.maps.insert("sender_dependent_default_transport_maps", vec![("@sender.test", "slow")]);
    assert_eq!(route(&relayed, &world, "x@far.test"), "slow:[mine.test] x@far.test Default");
    let bounce = decide(&relayed, &world, "", "x@far.test").unwrap();
    assert_eq!((bounce.transport.as_str(), bounce.nexthop.as_str()), ("smtp", "far.test"));
}

#[test]
fn the_transport_map_is_asked_from_special_to_general() {
    let mut world = world();
    let rows = vec![
        ("u+x@far.test", "one:"),
        ("v@far.test", "two:h"),
        ("sub.far.test", ":three"),
        (".far.test", "four"),
        ("*", "five:"),
        ("bob@localhost", ":"),
    ];
    world.maps.insert("transport_maps", rows);
    for (address, expected) in [
        ("u+x@far.test", "one:far.test u+x@far.test Default"),
        ("v+y@far.test", "two:h v+y@far.test Default"),
        ("w@sub.far.test", "smtp:three w@sub.far.test Default"),
        ("w@other.far.test", "four:other.far.test w@other.far.test Default"),
        ("w@far.test", "five:far.test w@far.test Default"),
        ("x@localhost", "five:localhost x@localhost Local"),
        ("bob@localhost", "local:mail.example.com bob@localhost Local"),
        ("x@alias.test", "error:5.1.1 User unknown in virtual alias table x@alias.test VirtualAlias"),
    ] {
        assert_eq!(route(&settings(), &world, address), expected, "{address}");
    }
}

#[test]
fn who_moved_is_an_error_whatever_the_class() {
    let mut world = world();
    world.maps.insert("relocated_maps", vec![("bob", "bob@new.test"), ("@far.test", "elsewhere")]);
    assert_eq!(
        route(&settings(), &world, "bob+x@localhost"),
        "error:5.1.6 User has moved to bob@new.test bob+x@localhost Local"
    );
    assert_eq!(
        route(&Settings { relocated_prefix: false, ..settings() }, &world, "x@far.test"),
        "error:elsewhere x@far.test Default"
    );
}

#[test]
fn a_table_that_cannot_answer_is_never_no() {
    for broken in
        ["mydestination", "virtual_alias_domains", "relay_domains", "transport_maps", "relocated_maps"]
    {
        let world = World { broken: Some(broken), ..world() };
        let result = decide(&settings(), &world, "", "x@far.test");
        assert_eq!(result, Err(Flaw::TryAgain(format!("{broken} lookup failure: no answer"))));
    }
}

#[test]
fn a_domain_in_two_lists_is_warned_about() {
    let mut world = world();
    world.lists.insert("virtual_mailbox_domains", vec!["alias.test", "localhost"]);
    let warnings = |address| decide(&settings(), &world, "", address).unwrap().warnings;
    assert_eq!(
        warnings("x@alias.test"),
        ["do not list domain alias.test in BOTH virtual_alias_domains and virtual_mailbox_domains"]
    );
    assert_eq!(
        warnings("x@localhost"),
        ["do not list domain localhost in BOTH mydestination and virtual_mailbox_domains"]
    );
}

#[test]
fn an_empty_transport_is_a_fault_of_the_configuration() {
    let broken = Settings { default_transport: ":host".into(), ..settings() };
    assert_eq!(
        decide(&broken, &world(), "", "x@far.test"),
        Err(Flaw::TryAgain("parameter default_transport: null transport is not allowed".into()))
    );
}
