//! Where each recipient of a message goes: as trivial-rewrite(8) says, or as a content filter or REDIRECT says
//! instead.

use crate::active::Trace;
use crate::settings::Settings;
use ipc::Client;
use ipc::rewrite::{Reply, Request, Resolved};
use mail::{Address, AddressClass, Recipient};
use queue::record::Envelope;
use schedule::{RETRY, Routed};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// What a recipient list comes to.
#[derive(Debug, Default)]
pub struct Routes {
    /// To be delivered.
    pub routed: Vec<Routed>,
    /// Mail to `double-bounce`: nobody reads it, and nobody must hear that.
    pub absorbed: Vec<Recipient>,
    /// Complaints for the log.
    pub warnings: Vec<String>,
}

/// Routes the recipients that the envelope holds now; takes them out of it.
pub async fn routes(envelope: &mut Envelope, router: &Router, settings: &Settings) -> Routes {
    let mut routes = Routes::default();
    let mut recipients = std::mem::take(&mut envelope.recipients);
    if let Some(target) = &envelope.redirect {
        // All mail goes to one address: once is enough.
        recipients.truncate(1);
        recipients.iter_mut().for_each(|recipient| recipient.address = Address::new(target));
    }
    let probe = Trace::of(envelope.trace).verifies();
    let filter = envelope.filter.clone().or_else(|| envelope.inspector.clone());
    for recipient in recipients {
        match &filter {
            Some(filter) => routes.routed.push(filtered(filter, recipient, settings)),
            None => resolve(&envelope.sender, recipient, probe, router, settings, &mut routes).await,
        }
    }
    sort(&mut routes.routed);
    routes
}

/// Recipients of one domain stand together, in order of their addresses: servers see them as Postfix's qmgr_message
/// hands them out.
fn sort(routed: &mut [Routed]) {
    routed.sort_by_cached_key(|routed| {
        let address = routed.recipient.address.as_str().to_ascii_lowercase();
        let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
        (domain, address)
    });
}

/// content_filter and FILTER: `transport:nexthop`; an empty next hop is `default_filter_nexthop`, or else the
/// recipient's domain.
fn filtered(filter: &str, recipient: Recipient, settings: &Settings) -> Routed {
    let (transport, nexthop) = filter.split_once(':').unwrap_or((filter, ""));
    let nexthop = match (nexthop, settings.default_filter_nexthop.as_str()) {
        ("", "") => recipient.address.domain().unwrap_or_default(),
        ("", default) => default,
        (nexthop, _) => nexthop,
    };
    Routed { transport: transport.to_owned(), nexthop: nexthop.to_owned(), recipient }
}

async fn resolve(
    sender: &Address,
    recipient: Recipient,
    probe: bool,
    router: &Router,
    settings: &Settings,
    routes: &mut Routes,
) {
    let why = match router.ask(sender, &recipient.address, probe).await {
        Ok(resolved) => return take(resolved, recipient, settings, routes),
        Err(why) => why,
    };
    routes.warnings.push(why);
    let nexthop = "4.3.0 address resolver failure".to_owned();
    routes.routed.push(Routed { transport: RETRY.to_owned(), nexthop, recipient });
}

/// trivial-rewrite(8), and its answers of a moment ago.
pub struct Router {
    rewrite: Client,
    known: RefCell<HashMap<Question, (Instant, Resolved)>>,
}

/// A sender, a recipient, and whether this is a probe.
type Question = (Address, Address, bool);

impl Router {
    /// Asks at this socket.
    pub fn new(rewrite: Client) -> Self {
        Self { rewrite, known: RefCell::default() }
    }

    async fn ask(&self, sender: &Address, address: &Address, probe: bool) -> Result<Resolved, String> {
        let key = (sender.clone(), address.clone(), probe);
        if let Some((at, resolved)) = self.known.borrow().get(&key)
            && at.elapsed() < FRESH
        {
            return Ok(resolved.clone());
        }
        let request = Request::Resolve { sender: sender.clone(), address: address.clone(), probe };
        let resolved = match self.rewrite.call(&request).await {
            Ok(Reply::Resolved(resolved)) => resolved,
            Ok(Reply::TryAgain(why)) => return Err(why),
            Ok(Reply::Rewritten(_)) => {
                return Err("rewrite service: an answer to another question".to_owned());
            }
            Err(error) => return Err(error.to_string()),
        };
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(key, (Instant::now(), resolved.clone()));
        Ok(resolved)
    }
}

fn take(resolved: Resolved, recipient: Recipient, settings: &Settings, routes: &mut Routes) {
    let address = &resolved.recipient;
    let double_bounce = address.local().eq_ignore_ascii_case(&settings.double_bounce_sender);
    if double_bounce && resolved.class == AddressClass::Local {
        return routes.absorbed.push(recipient);
    }
    // A name that would lead out of the socket directory can only be a mistake in a table.
    if resolved.transport.is_empty()
        || resolved.transport.contains(['/', '\0'])
        || resolved.transport.starts_with('.')
    {
        routes.warnings.push(format!("bad transport name: {:?}", resolved.transport));
        let nexthop = "4.3.5 mail transport configuration error".to_owned();
        return routes.routed.push(Routed { transport: RETRY.to_owned(), nexthop, recipient });
    }
    let recipient = Recipient { address: resolved.recipient, ..recipient };
    routes.routed.push(Routed { transport: resolved.transport, nexthop: resolved.nexthop, recipient });
}

/// Long enough for a burst of mail, and so short that nobody sees an old answer after a table has changed.
const FRESH: Duration = Duration::from_secs(1);
const MOST_KNOWN: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use config::{Conf, HostFacts};

    fn settings(main_cf: &str) -> Settings {
        let conf = Conf::parse("main.cf", main_cf, &HostFacts::default()).unwrap();
        Settings::from_conf(&conf, &[]).unwrap()
    }

    fn resolved(transport: &str, recipient: &str, class: AddressClass) -> Resolved {
        Resolved {
            transport: transport.into(),
            nexthop: "x".into(),
            recipient: recipient.into(),
            class,
            has_routing: false,
            is_error: false,
        }
    }

    #[test]
    fn a_filter_without_next_hop_gets_the_default_or_the_recipients_domain() {
        let next = |filter: &str, main_cf: &str| {
            filtered(filter, Recipient::new("u@d.example"), &settings(main_cf)).nexthop
        };
        assert_eq!(next("scan:[127.0.0.1]:10025", ""), "[127.0.0.1]:10025");
        assert_eq!(next("scan:", ""), "d.example");
        assert_eq!(next("scan", "default_filter_nexthop = f.example\n"), "f.example");
    }

    #[test]
    fn recipients_go_out_in_order_of_domain_and_address() {
        let routed = |address: &str| Routed {
            transport: "smtp".into(),
            nexthop: "relay".into(),
            recipient: Recipient::new(address),
        };
        let mut all = ["good@b", "Bad@b", "z@a"].map(routed);
        sort(&mut all);
        assert_eq!(all.map(|routed| routed.recipient.address.to_string()), ["z@a", "Bad@b", "good@b"]);
    }

    #[test]
    fn mail_to_double_bounce_is_absorbed_but_only_here() {
        let mut routes = Routes::default();
        let here = resolved("local", "Double-Bounce@here", AddressClass::Local);
        take(here, Recipient::new("double-bounce"), &settings(""), &mut routes);
        let there = resolved("smtp", "double-bounce@there", AddressClass::Default);
        take(there, Recipient::new("double-bounce@there"), &settings(""), &mut routes);
        assert_eq!((routes.absorbed.len(), routes.routed.len()), (1, 1));
    }

    #[test]
    fn a_transport_is_a_name_and_no_path() {
        let mut routes = Routes::default();
        let evil = resolved("../public/cleanup", "u@x", AddressClass::Default);
        take(evil, Recipient::new("u@x"), &settings(""), &mut routes);
        assert_eq!(routes.routed[0].transport, RETRY);
    }
}
