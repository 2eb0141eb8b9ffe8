//! A service while it runs: its endpoints, its processes, when it is to be woken, whether it is held back.

use crate::child::{Child, Word};
use crate::endpoint::Endpoint;
use crate::plan::{Plan, Planned};
use config::Fault;
use config::master::ServiceType;
use maillog::Log;
use os::spawn::Ended;
use std::ffi::OsString;
use std::time::{Duration, Instant};

/// One service of master.cf.
pub(crate) struct Service {
    pub(crate) planned: Planned,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) children: Vec<Child>,
    throttled_until: Option<Instant>,
    next_wakeup: Option<Instant>,
    used: bool,
    stress_until: Option<Instant>,
}

impl Service {
    /// Opens the endpoints. `kept` are those of the same service in the generation before.
    pub(crate) fn open(
        planned: Planned,
        mut kept: Vec<Endpoint>,
        plan_owner: Option<(u32, u32)>,
        now: Instant,
    ) -> Result<Self, Fault> {
        let mut endpoints = Vec::new();
        for address in &planned.addresses {
            match kept.iter().position(|endpoint| endpoint.address == *address) {
                Some(place) => endpoints.push(kept.swap_remove(place)),
                None => endpoints.push(Endpoint::open(address.clone(), plan_owner)?),
            }
        }
        let wakeup = planned.entry.wakeup;
        Ok(Self {
            planned,
            endpoints,
            children: Vec::new(),
            throttled_until: None,
            next_wakeup: wakeup.map(|_| now),
            used: false,
            stress_until: None,
        })
    }

    /// True when a client at an endpoint is to be answered by starting a process.
    pub(crate) fn waits_for_clients(&self, now: Instant) -> bool {
        self.throttled_until.is_none_or(|until| until <= now)
            && !self.children.iter().any(|child| child.takes_requests)
    }

    /// Starts a process.
    pub(crate) fn start(
        &mut self,
        environment: &[(OsString, OsString)],
        hold: Duration,
        now: Instant,
        log: &Log,
    ) {
        let public = matches!(self.planned.entry.kind, ServiceType::Inet | ServiceType::Pass);
        let stress = public.then(|| self.stress_until.is_some_and(|until| until > now));
        self.used = true;
        match Child::start(&self.planned, &self.endpoints, stress, environment) {
            Ok(child) => self.children.push(child),
            Err(e) => {
                log.warning(format_args!("{}: {}", self.planned.program.display(), conf::reason(&e)));
                self.throttle(hold, now, log);
            }
        }
    }

    fn throttle(&mut self, hold: Duration, now: Instant, log: &Log) {
        let program = self.planned.program.display();
        log.warning(format_args!("{program}: bad command startup -- throttling"));
        self.throttled_until = Some(now + hold);
    }

    /// A child ended.
    pub(crate) fn ended(&mut self, pid: u32, how: Ended, hold: Duration, now: Instant, log: &Log) {
        let Some(place) = self.children.iter().position(|child| child.pid == pid) else { return };
        let child = self.children.swap_remove(place);
        let program = self.planned.program.display();
        match how {
            Ended::Exited(0) => return,
            Ended::Exited(status) => {
                log.warning(format_args!("process {program} pid {pid} exit status {status}"));
            }
            Ended::Killed(signal) => {
                log.warning(format_args!("process {program} pid {pid} killed by signal {signal}"));
            }
        }
        if child.ready {
            // Something that is woken now and then has work to look after, and shouldn't wait for its turn.
            self.next_wakeup = self.next_wakeup.map(|due| due.min(now + RESTART_PAUSE));
        } else {
            self.throttle(hold, now, log);
        }
    }

    /// A child has something to say.
    pub(crate) fn listen(&mut self, place: usize, now: Instant, log: &Log) {
        let (words, closed) = self.children[place].words();
        for word in words {
            match word {
                Word::Ready => self.children[place].ready = true,
                Word::Retiring => self.children[place].takes_requests = false,
                Word::Full => self.full(place, now, log),
                Word::Free => {}
            }
        }
        if closed {
            // It is about to end; a client that comes now gets a new process.
            self.children[place].retire();
        }
    }

    /// The process limit of a public service is reached (others do not say so). It goes into stress mode: the process finishes what it has,
    /// and its successor has `stress=yes`, hence shorter limits. Once, so that the limit is at most doubled.
    fn full(&mut self, place: usize, now: Instant, log: &Log) {
        let in_stress = self.stress_until.is_some_and(|until| until > now);
        self.stress_until = Some(now + STRESS_TIME);
        if in_stress {
            return;
        }
        let (name, limit) = (&self.planned.entry.name, self.limit());
        log.warning(format_args!(
            "service \"{name}\" ({name}) has reached its process limit \"{limit}\": new clients may experience \
             noticeable delays"
        ));
        log.warning("to avoid this condition, increase the process count in master.cf or reduce the service time per client");
        if self.children.len() == 1 {
            self.children[place].retire();
        }
    }

    fn limit(&self) -> String {
        let args = &self.planned.args;
        let place = args.iter().position(|arg| arg == "-m").map_or(0, |at| at + 1);
        args.get(place).map(|limit| limit.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The time of the next thing to do without being asked.
    pub(crate) fn next_event(&self) -> Option<Instant> {
        let wakeup = self.next_wakeup.filter(|_| self.may_wake());
        [wakeup, self.throttled_until].into_iter().flatten().min()
    }

    fn may_wake(&self) -> bool {
        self.used || self.planned.entry.wakeup.is_some_and(|wakeup| !wakeup.only_after_use)
    }

    /// Wakes the service when it is time, and ends a throttle that is over.
    pub(crate) fn tick(&mut self, now: Instant, log: &Log) {
        self.throttled_until = self.throttled_until.filter(|until| *until > now);
        let due = self.next_wakeup.is_some_and(|due| due <= now) && self.may_wake();
        let Some(wakeup) = self.planned.entry.wakeup.filter(|_| due) else { return };
        self.next_wakeup = Some(now + Duration::from_secs(u64::from(wakeup.seconds)));
        if let Err(e) = self.wake() {
            log.warning(format_args!("wake up service {}: {}", self.planned.entry.name, conf::reason(&e)));
        }
    }

    fn wake(&self) -> std::io::Result<()> {
        let Some(path) = self.endpoints.first().and_then(Endpoint::path) else { return Ok(()) };
        match self.planned.entry.kind {
            ServiceType::Fifo => {
                let fd = &self.endpoints[0].fd;
                rustix::io::write(fd, b"W").map(|_| ()).map_err(Into::into)
            }
            _ => os::trigger::send(path, b"W"),
        }
    }

    /// The same service in the next generation keeps the processes of this one until they have finished.
    pub(crate) fn succeed(&mut self, mut before: Self) {
        before.children.iter_mut().for_each(Child::retire);
        self.children.append(&mut before.children);
        self.used = before.used;
    }

    /// True for the service that other services log to.
    pub(crate) fn is_log(&self) -> bool {
        self.planned.entry.kind == ServiceType::UnixDgram
    }

    /// Asks all processes to finish and go.
    pub(crate) fn retire(&mut self) {
        self.children.iter_mut().for_each(Child::retire);
    }
}

/// Opens all services of a plan, keeping what stays the same. On a fault nothing has changed but sockets that
/// could be opened, which are closed again.
pub(crate) fn open_all(
    plan_services: Vec<Planned>,
    owner: Option<(u32, u32)>,
    now: Instant,
) -> Result<Vec<Service>, Fault> {
    plan_services.into_iter().map(|planned| Service::open(planned, Vec::new(), owner, now)).collect()
}

/// Goes from one generation to the next. Addresses that both have are never closed, so no client is refused.
pub(crate) fn renew(
    old: Vec<Service>,
    plan: &mut Plan,
    now: Instant,
) -> (Vec<Service>, Vec<Child>, Vec<Fault>) {
    let (mut old, mut faults, mut services) = (old, Vec::new(), Vec::new());
    for planned in std::mem::take(&mut plan.services) {
        let before = old.iter().position(|service| service.planned.key() == planned.key());
        let mut before = before.map(|place| old.swap_remove(place));
        let kept = before.as_mut().map(|service| std::mem::take(&mut service.endpoints)).unwrap_or_default();
        match Service::open(planned, kept, plan.owner, now) {
            Ok(mut service) => {
                if let Some(before) = before {
                    service.succeed(before);
                }
                services.push(service);
            }
            Err(fault) => faults.push(fault),
        }
    }
    let mut orphans = Vec::new();
    for mut gone in old {
        gone.retire();
        let still_used = |endpoint: &&Endpoint| {
            !services.iter().any(|s| s.endpoints.iter().any(|e| e.address == endpoint.address))
        };
        gone.endpoints.iter().filter(still_used).for_each(Endpoint::remove);
        orphans.append(&mut gone.children);
    }
    (services, orphans, faults)
}

const RESTART_PAUSE: Duration = Duration::from_secs(1);
const STRESS_TIME: Duration = Duration::from_secs(1000);
