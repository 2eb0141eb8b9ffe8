//! Asking DNS lists, through dnsblog(8). Connections of one client that are open at the same time share the answers.

use crate::settings::Settings;
use ipc::dnsblog::Request;
use maillog::Log;
use screen::{Score, Sites};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::sync::Notify;

/// The lists, and who is being asked about.
pub(crate) struct Lists {
    sites: Rc<Sites>,
    dnsblog: Rc<ipc::Client>,
    timeout: Duration,
    running: RefCell<HashMap<IpAddr, Weak<Inquiry>>>,
}

/// What the lists say of one client.
pub(crate) struct Inquiry {
    score: RefCell<Score>,
    pending: Cell<usize>,
    changed: Notify,
}

impl Lists {
    pub(crate) fn new(settings: &Settings) -> Self {
        let lists = &settings.lists;
        Self {
            sites: Rc::new(lists.sites.clone()),
            dnsblog: Rc::new(ipc::Client::new(&lists.service, CONVERSATIONS, lists.timeout)),
            timeout: lists.timeout,
            running: RefCell::default(),
        }
    }

    /// Asks all lists about a client; or joins in when that is under way.
    pub(crate) fn ask(&self, address: IpAddr, log: &Log) -> Rc<Inquiry> {
        let mut running = self.running.borrow_mut();
        if let Some(inquiry) = running.get(&address).and_then(Weak::upgrade) {
            return inquiry;
        }
        running.retain(|_, inquiry| inquiry.strong_count() > 0);
        let domains: Vec<String> = self.sites.domains().into_iter().map(str::to_owned).collect();
        let inquiry = Rc::new(Inquiry {
            score: RefCell::default(),
            pending: Cell::new(domains.len()),
            changed: Notify::new(),
        });
        for domain in domains {
            tokio::task::spawn_local(self.question(domain, address, Rc::downgrade(&inquiry), log.clone()));
        }
        running.insert(address, Rc::downgrade(&inquiry));
        inquiry
    }

    fn question(
        &self,
        domain: String,
        address: IpAddr,
        inquiry: Weak<Inquiry>,
        log: Log,
    ) -> impl Future<Output = ()> + use<> {
        let (sites, dnsblog, timeout) = (self.sites.clone(), self.dnsblog.clone(), self.timeout);
        async move {
            let request = Request { domain, address };
            // The wait for a free conversation counts too.
            let answer = tokio::time::timeout(timeout, dnsblog.call(&request)).await;
            // Nobody is interested any more.
            let Some(inquiry) = inquiry.upgrade() else { return };
            match answer {
                Ok(Ok(reply)) => {
                    inquiry.score.borrow_mut().add(&sites, &request.domain, &reply.answers, reply.ttl);
                }
                Ok(Err(error)) => {
                    log.warning(format_args!("dnsblog service: {error}"));
                }
                Err(_) => {
                    log.warning(format_args!(
                        "dnsblog reply timeout {}s for {}",
                        timeout.as_secs(),
                        request.domain
                    ));
                }
            }
            inquiry.pending.set(inquiry.pending.get() - 1);
            inquiry.changed.notify_waiters();
        }
    }
}

impl Inquiry {
    /// Waits until all lists have answered.
    pub(crate) async fn complete(&self) {
        while self.pending.get() > 0 {
            self.changed.notified().await;
        }
    }

    /// What they said so far.
    pub(crate) fn score(&self) -> Score {
        self.score.borrow().clone()
    }
}

/// At one dnsblog(8), which answers many at a time.
const CONVERSATIONS: usize = 500;
