//! How many clients there are: under test, waiting for an SMTP server, and with each address. When the place gets full,
//! clients are hurried ("stress"), and at last turned away.

use crate::settings::Limits;
use maillog::Log;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;

/// All clients.
pub(crate) struct Crowd {
    limits: Limits,
    log: Log,
    pre_queue: Cell<usize>,
    post_queue: Cell<usize>,
    clients: RefCell<HashMap<IpAddr, Connections>>,
    stress: Cell<bool>,
}

/// The connections of one address.
#[derive(Default)]
struct Connections {
    count: usize,
    /// One of them has passed.
    passed: bool,
}

impl Crowd {
    pub(crate) fn new(limits: Limits, log: Log) -> Self {
        Self {
            limits,
            log,
            pre_queue: Cell::new(0),
            post_queue: Cell::new(0),
            clients: RefCell::default(),
            stress: Cell::new(false),
        }
    }

    /// A client has come.
    pub(crate) fn enter(&self, address: IpAddr) -> Present<'_> {
        self.clients.borrow_mut().entry(address).or_default().count += 1;
        let count = self.pre_queue.get() + 1;
        self.pre_queue.set(count);
        if !self.stress.get() && count >= part(self.limits.pre_queue, STRESS_BEGINS) {
            self.stress.set(true);
            self.log.info(format_args!("entering STRESS mode with {count} connections"));
        }
        Present { crowd: self, address, tested: true, full: count >= self.limits.pre_queue }
    }

    /// Are clients to be hurried?
    pub(crate) fn is_stressed(&self) -> bool {
        self.stress.get()
    }

    /// Do as many wait for an SMTP server as may?
    pub(crate) fn servers_are_busy(&self) -> bool {
        self.post_queue.get() >= self.limits.post_queue
    }

    /// A place among those who wait for an SMTP server.
    pub(crate) fn wait_for_server(&self) -> Waiting<'_> {
        self.post_queue.set(self.post_queue.get() + 1);
        Waiting(self)
    }

    fn tested(&self) {
        let count = self.pre_queue.get() - 1;
        self.pre_queue.set(count);
        if self.stress.get() && count <= part(self.limits.pre_queue, STRESS_ENDS) {
            self.stress.set(false);
            self.log.info(format_args!("leaving STRESS mode with {count} connections"));
        }
    }
}

/// A client's presence; dropped when it is gone.
pub(crate) struct Present<'a> {
    crowd: &'a Crowd,
    address: IpAddr,
    tested: bool,
    full: bool,
}

impl Present<'_> {
    /// Does the client have more connections than it may (`postscreen_client_connection_count_limit`)?
    pub(crate) fn is_too_much(&self) -> bool {
        let limit = self.crowd.limits.per_client;
        let count = self.crowd.clients.borrow().get(&self.address).map_or(0, |client| client.count);
        limit > 0 && count > limit
    }

    /// When the client came, were there too many under test, itself included?
    pub(crate) fn met_a_full_house(&self) -> bool {
        self.full
    }

    /// The client has passed. True for the first of the connections that it has at the same time.
    pub(crate) fn passes_first(&self) -> bool {
        let mut clients = self.crowd.clients.borrow_mut();
        clients.get_mut(&self.address).is_some_and(|client| !std::mem::replace(&mut client.passed, true))
    }

    /// The tests are over.
    pub(crate) fn tests_are_over(&mut self) {
        if std::mem::take(&mut self.tested) {
            self.crowd.tested();
        }
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.tests_are_over();
        let mut clients = self.crowd.clients.borrow_mut();
        match clients.get_mut(&self.address) {
            Some(client) if client.count > 1 => client.count -= 1,
            _ => drop(clients.remove(&self.address)),
        }
    }
}

/// A client that waits for an SMTP server.
pub(crate) struct Waiting<'a>(&'a Crowd);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.post_queue.set(self.0.post_queue.get() - 1);
    }
}

fn part(limit: usize, tenths: usize) -> usize {
    limit.saturating_mul(tenths) / 10
}

const STRESS_BEGINS: usize = 9;
const STRESS_ENDS: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_house_is_in_stress_before_it_is_full_and_some_time_after() {
        let limits = Limits { pre_queue: 10, post_queue: 2, per_client: 9 };
        let crowd = Crowd::new(limits, Log::open("x", maillog::Sink::discard(), false));
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let mut present: Vec<_> = (0..8).map(|_| crowd.enter(address)).collect();
        assert!(!crowd.is_stressed());
        present.push(crowd.enter(address));
        assert!(crowd.is_stressed() && !present[8].met_a_full_house() && !present[0].is_too_much());
        present.push(crowd.enter(address));
        assert!(present[9].met_a_full_house() && present[0].is_too_much());
        assert!(present[3].passes_first() && !present[4].passes_first());
        present.truncate(8);
        assert!(crowd.is_stressed());
        present[0].tests_are_over();
        assert!(!crowd.is_stressed());
        let first = crowd.wait_for_server();
        assert!(!crowd.servers_are_busy());
        let second = crowd.wait_for_server();
        assert!(crowd.servers_are_busy());
        drop((first, second, present));
        assert!(!crowd.servers_are_busy() && crowd.clients.borrow().is_empty());
        assert_eq!(crowd.pre_queue.get(), 0);
    }
}
