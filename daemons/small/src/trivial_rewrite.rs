//! trivial-rewrite(8): brings addresses into standard form, and says where mail for an address goes.
//!
//! The decisions are `rewrite`'s; this room has the settings, the tables and the socket. It changes nothing on
//! disk and talks to nobody but its clients.

mod settings;

use ipc::rewrite::{Context, Reply, Request, Resolved};
use maillog::Log;
use rewrite::{Decision, DomainList, Flaw, Found, Map, Origin, Resolver, Tables, standard_form};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use settings::Settings;
use std::ffi::OsString;
use std::net::IpAddr;
use std::process::ExitCode;

/// Runs trivial-rewrite(8).
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<TrivialRewrite>(&args)
}

struct TrivialRewrite {
    settings: Settings,
    lists: Lists,
    /// For probes, when main.cf sends them elsewhere.
    probe_lists: Option<Lists>,
}

impl Daemon for TrivialRewrite {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "trivial-rewrite",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &config::Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let open = |settings| Lists::open(settings, &before.log).map_err(|e| Fatal::new(e.to_string()));
        let lists = open(&settings)?;
        let probe_lists = settings.probe.as_deref().map(open).transpose()?;
        Ok(Self { settings, lists, probe_lists })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        service::answer(stream, jailed, async |request, _| self.reply(request, jailed.log()).await).await;
    }
}

impl TrivialRewrite {
    async fn reply(&self, request: Request, log: &Log) -> Reply {
        match request {
            Request::Rewrite { context, address } => {
                let origin = match context {
                    Context::Local => &self.settings.resolve.origin,
                    Context::Remote => &self.settings.remote_origin,
                };
                if self.settings.tells_completion {
                    self.tell_completion(&address, origin, log).await;
                }
                Reply::Rewritten(standard_form(&address, &self.settings.resolve.rules, origin))
            }
            Request::Resolve { sender, address, probe } => {
                let (settings, tables) = match (probe, &self.settings.probe, &self.probe_lists) {
                    (true, Some(settings), Some(lists)) => (&settings.resolve, lists),
                    _ => (&self.settings.resolve, &self.lists),
                };
                let resolver = Resolver { settings, tables };
                match resolver.resolve(&sender, &address).await {
                    Ok(decision) => {
                        decision.warnings.iter().for_each(|text| log.warning(text));
                        Reply::Resolved(resolved(decision))
                    }
                    Err(Flaw::TryAgain(cause)) => {
                        log.warning(&cause);
                        Reply::TryAgain(cause)
                    }
                }
            }
        }
    }
}

impl TrivialRewrite {
    /// COMPATIBILITY_README: a name is completed that the newest default would leave alone.
    async fn tell_completion(&self, address: &str, origin: &Origin, log: &Log) {
        let Some(host) = rewrite::completed_host(address, &self.settings.resolve.rules, origin) else {
            return;
        };
        let advice = match host.eq_ignore_ascii_case("localhost") {
            true if self.has_class(&host).await => return,
            true => "; please add \"localhost\" to mydestination or other address class",
            false => "",
        };
        log.info(format_args!(
            "{} append_dot_mydomain=yes to rewrite \"{host}\" to \"{host}.{}\"{advice}",
            config::OLD_DEFAULT,
            origin.domain
        ));
    }

    async fn has_class(&self, domain: &str) -> bool {
        use DomainList::{Local, Relay, VirtualAlias, VirtualMailbox};
        for list in [Local, VirtualAlias, VirtualMailbox, Relay] {
            if self.lists.contains(list, domain).await.unwrap_or(false) {
                return true;
            }
        }
        false
    }
}

fn resolved(decision: Decision) -> Resolved {
    Resolved {
        transport: decision.transport,
        nexthop: decision.nexthop,
        recipient: decision.recipient,
        class: decision.class,
        has_routing: decision.has_routing,
        is_error: decision.is_error,
    }
}

/// The domain lists and tables of main.cf, open.
struct Lists {
    own_addresses: Vec<IpAddr>,
    local: tables::DomainList,
    virtual_alias: tables::DomainList,
    virtual_mailbox: tables::DomainList,
    relay: tables::DomainList,
    transport: tables::Maps,
    relocated: tables::Maps,
    sender_relayhost: tables::Maps,
    sender_default_transport: tables::Maps,
}

impl Lists {
    fn open(settings: &Settings, log: &Log) -> Result<Self, tables::TableError> {
        let log = log.clone();
        let options = tables::Options {
            utf8: settings.resolve.smtputf8,
            warn: tables::Warn::new(move |text| log.warning(text)),
            ..settings.tables.clone()
        };
        let list = |list: DomainList, text: &str, parents| {
            tables::DomainList::parse(list.parameter(), text, parents, &options)
        };
        let maps = |map: Map, text: &str| tables::Maps::open(map.parameter(), text, &options);
        Ok(Self {
            own_addresses: settings.own_addresses.clone(),
            local: list(DomainList::Local, &settings.mydestination, false)?,
            virtual_alias: list(DomainList::VirtualAlias, &settings.virtual_alias_domains, false)?,
            virtual_mailbox: list(DomainList::VirtualMailbox, &settings.virtual_mailbox_domains, false)?,
            relay: list(DomainList::Relay, &settings.relay_domains, settings.relay_parents)?,
            transport: maps(Map::Transport, &settings.transport_maps)?,
            relocated: maps(Map::Relocated, &settings.relocated_maps)?,
            sender_relayhost: maps(Map::SenderRelayhost, &settings.sender_relayhost_maps)?,
            sender_default_transport: maps(Map::SenderDefaultTransport, &settings.sender_transport_maps)?,
        })
    }
}

impl Tables for Lists {
    async fn contains(&self, list: DomainList, domain: &str) -> Result<bool, String> {
        let list = match list {
            DomainList::Local => &self.local,
            DomainList::VirtualAlias => &self.virtual_alias,
            DomainList::VirtualMailbox => &self.virtual_mailbox,
            DomainList::Relay => &self.relay,
        };
        list.matches(domain).await.map_err(|error| error.to_string())
    }

    fn is_own_address(&self, address: IpAddr) -> bool {
        self.own_addresses.contains(&address)
    }

    async fn find(&self, map: Map, key: &str, partial: bool) -> Result<Found, String> {
        let maps = match map {
            Map::Transport => &self.transport,
            Map::Relocated => &self.relocated,
            Map::SenderRelayhost => &self.sender_relayhost,
            Map::SenderDefaultTransport => &self.sender_default_transport,
        };
        if maps.is_empty() {
            return Ok(None);
        }
        let key = tables::Key { text: key.to_owned(), partial, extension: None };
        let found = maps.find_first(&[key]).await.map_err(|error| error.to_string())?;
        Ok(found.map(|found| found.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;

    fn reply(main_cf: &str, request: Request) -> Reply {
        let text = format!("myhostname = mail.example.com\nmydomain = example.com\n{main_cf}");
        let conf = config::Conf::parse("main.cf", &text, &config::HostFacts::default()).unwrap();
        let log = Log::open("test", maillog::Sink::discard(), false);
        let settings = Settings::from_conf(&conf).unwrap();
        let lists = Lists::open(&settings, &log).unwrap();
        let probe_lists = settings.probe.as_deref().map(|probe| Lists::open(probe, &log).unwrap());
        let daemon = TrivialRewrite { settings, lists, probe_lists };
        let mut reply = pin!(daemon.reply(request, &log));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match reply.as_mut().poll(&mut context) {
            std::task::Poll::Ready(reply) => reply,
            std::task::Poll::Pending => panic!("a table in main.cf kept us waiting"),
        }
    }

    fn resolve(main_cf: &str, address: &str) -> String {
        resolve_for(main_cf, address, false)
    }

    fn resolve_for(main_cf: &str, address: &str, probe: bool) -> String {
        let request = Request::Resolve { sender: mail::Address::null(), address: address.into(), probe };
        match reply(main_cf, request) {
            Reply::Resolved(r) => format!("{}:{} {:?}", r.transport, r.nexthop, r.class),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_context_decides_what_completes_an_address() {
        let ask =
            |context, main_cf: &str| reply(main_cf, Request::Rewrite { context, address: "bob".into() });
        let form = |text: &str| Reply::Rewritten(text.into());
        assert_eq!(ask(Context::Local, ""), form("bob@mail.example.com"));
        let remote = "remote_header_rewrite_domain = domain.invalid";
        assert_eq!(ask(Context::Remote, remote), form("bob@domain.invalid"));
        assert_eq!(ask(Context::Remote, ""), form("bob"));
    }

    #[test]
    fn main_cf_decides_where_mail_goes() {
        let text = "relay_domains = relay.test\ntransport_maps = inline:{ {.far.test=slow:} }\nrelayhost = [gate.test]";
        assert_eq!(resolve(text, "bob"), "local:mail.example.com Local");
        assert_eq!(resolve(text, "x@sub.relay.test"), "relay:[gate.test] Relay");
        assert_eq!(resolve(text, "x@a.far.test"), "slow:a.far.test Default");
        assert_eq!(
            resolve("virtual_alias_domains = va.test", "x@va.test"),
            "error:5.1.1 User unknown in virtual alias table VirtualAlias"
        );
        let map = "virtual_alias_maps = inline:{ {va.test=x} }";
        assert_eq!(resolve(map, "x@va.test"), "error:5.1.1 User unknown in virtual alias table VirtualAlias");
    }

    #[test]
    fn probes_may_go_another_way() {
        let main_cf = "relay_domains = relay.test\nrelayhost = [gate.test]\naddress_verify_relayhost =\n\
                       address_verify_relay_transport = smtp:[192.0.2.1]\n\
                       address_verify_transport_maps = inline:{ {x.test=error:no} }";
        assert_eq!(resolve_for(main_cf, "u@relay.test", false), "relay:[gate.test] Relay");
        assert_eq!(resolve_for(main_cf, "u@relay.test", true), "smtp:[192.0.2.1] Relay");
        assert_eq!(resolve_for(main_cf, "u@x.test", false), "smtp:[gate.test] Default");
        assert_eq!(resolve_for(main_cf, "u@x.test", true), "error:no Default");
        assert_eq!(resolve_for(main_cf, "u@y.test", true), "smtp:y.test Default");
    }
}
