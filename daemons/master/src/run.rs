//! The life of master: start, the loop, reload, stop.

use crate::child::Child;
use crate::invocation::Invocation;
use crate::lock;
use crate::plan::Plan;
use crate::service::{Service, open_all, renew};
use config::p;
use maillog::{Log, Sink};
use os::signals::{Signal, SignalFd};
use os::spawn::Program;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::ffi::OsString;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs master; `args` are those after the program name.
pub fn main(args: &[OsString]) -> ExitCode {
    let invocation = match Invocation::parse(args) {
        Ok(invocation) => invocation,
        Err(usage) => return complain(&conf::config_directory(None), &usage),
    };
    let directory = conf::config_directory(invocation.config_directory.as_deref().map(Path::as_os_str));
    if invocation.wait {
        return start_and_wait(&directory);
    }
    let report = invocation.reports.then(|| os::spawn::inherited(os::spawn::FIRST_TARGET)).flatten();
    if invocation.test {
        return test(&directory);
    }
    match Master::start(directory.clone(), &invocation) {
        Ok(mut master) => {
            if let Some(pipe) = report {
                lock::report(pipe, STARTED);
            }
            master.run()
        }
        Err(text) => {
            if let Some(pipe) = report {
                lock::report(pipe, &text);
                return ExitCode::FAILURE;
            }
            complain(&directory, &text)
        }
    }
}

/// Says why there will be no master: in the log that main.cf asks for, if it can be read, and on a terminal.
fn complain(directory: &Path, text: &str) -> ExitCode {
    let own = conf::load(directory, []).and_then(|conf| {
        let name = conf.get(p::SYSLOG_NAME)?;
        conf::open_tagged_log(&conf, &format!("{name}/master"))
    });
    own.unwrap_or_else(|_| Log::open("postfix/master", Sink::syslog("mail"), false)).fatal(text);
    ExitCode::FAILURE
}

/// `-w`: starts the real master in a session of its own, and waits until it is in service or has failed.
fn start_and_wait(directory: &Path) -> ExitCode {
    let outcome = || -> std::io::Result<String> {
        let (read, write) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let program = std::env::current_exe()?;
        let args: Vec<OsString> = vec!["-R".into(), "-c".into(), directory.into()];
        let environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let descriptors = [write.as_fd()];
        os::spawn::start(&Program {
            path: &program,
            name: "master".as_ref(),
            args: &args,
            environment: &environment,
            descriptors: &descriptors,
            new_session: true,
        })?;
        drop(write);
        let mut text = String::new();
        std::fs::File::from(read).read_to_string(&mut text)?;
        Ok(text)
    };
    match outcome() {
        Ok(text) if text == STARTED => ExitCode::SUCCESS,
        Ok(text) if text.is_empty() => complain(directory, "the new master process ended without a word"),
        Ok(text) => complain(directory, &text),
        Err(e) => complain(directory, &format!("start: {e}")),
    }
}

fn test(directory: &Path) -> ExitCode {
    let pid_file = || -> Result<Option<u32>, String> {
        let conf = conf::load(directory, []).map_err(|e| e.to_string())?;
        let queue = PathBuf::from(conf.get(p::QUEUE_DIRECTORY).map_err(|e| e.to_string())?);
        lock::holder(&queue.join("pid/master.pid"))
    };
    match pid_file() {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(_)) => ExitCode::FAILURE,
        Err(text) => complain(directory, &text),
    }
}

struct Master {
    directory: PathBuf,
    plan: Plan,
    services: Vec<Service>,
    /// Processes of services that the last reload dropped.
    orphans: Vec<Child>,
    signals: SignalFd,
    log: Log,
    exit_at: Option<Instant>,
    stopping: Option<Instant>,
    _locks: lock::Locks,
}

impl Master {
    fn start(directory: PathBuf, invocation: &Invocation) -> Result<Self, String> {
        os::jail::private_umask();
        let text = |fault: config::Fault| fault.to_string();
        let mut plan = Plan::read(&directory).map_err(text)?;
        let queue = PathBuf::from(plan.conf.get(p::QUEUE_DIRECTORY).map_err(text)?);
        let data = PathBuf::from(plan.conf.get(p::DATA_DIRECTORY).map_err(text)?);
        std::env::set_current_dir(&queue).map_err(|e| format!("chdir {}: {e}", queue.display()))?;
        os::jail::raise_file_limit().map_err(|e| format!("set open file limit: {e}"))?;
        let locks = lock::take(Path::new("pid/master.pid"), &data.join("master.lock"), plan.owner)?;
        let signals = SignalFd::open().map_err(|e| format!("signals: {e}"))?;
        let now = Instant::now();
        let services = open_all(std::mem::take(&mut plan.services), plan.owner, now).map_err(text)?;
        let log = conf::open_log(&plan.conf, "master").map_err(text)?;
        plan.old_defaults.iter().for_each(|text| log.info(text));
        let version = plan.conf.get(p::MAIL_VERSION).map_err(text)?;
        log.info(format_args!("daemon started -- version {version}, configuration {}", directory.display()));
        let exit_at = invocation.exit_after.map(|seconds| now + Duration::from_secs(seconds));
        let (orphans, stopping) = (Vec::new(), None);
        Ok(Self { directory, plan, services, orphans, signals, log, exit_at, stopping, _locks: locks })
    }

    fn run(&mut self) -> ExitCode {
        loop {
            let now = Instant::now();
            if self.exit_at.is_some_and(|at| at <= now) && self.stopping.is_none() {
                self.stop(now);
            }
            if self.stopping.is_none() {
                self.services.iter_mut().for_each(|service| service.tick(now, &self.log));
            } else if self.children().next().is_none() {
                return ExitCode::SUCCESS;
            } else if self.services.iter().all(|service| service.is_log() || service.children.is_empty()) {
                self.services.iter_mut().for_each(Service::retire);
            } else if self.stopping.is_some_and(|deadline| deadline <= now) {
                self.children().for_each(|child| drop(os::spawn::terminate(child.pid)));
                self.stopping = Some(now + KILL_AGAIN);
            }
            if let Err(e) = self.wait(now) {
                self.log.fatal(format_args!("poll: {e}"));
                return ExitCode::FAILURE;
            }
        }
    }

    fn children(&self) -> impl Iterator<Item = &Child> {
        self.services.iter().flat_map(|service| &service.children).chain(&self.orphans)
    }

    /// Waits for signals, clients and children, and acts on what came.
    fn wait(&mut self, now: Instant) -> std::io::Result<()> {
        let interests = self.interests(now);
        let mut fds: Vec<PollFd<'_>> = vec![PollFd::new(&self.signals, PollFlags::IN)];
        fds.extend(
            interests
                .iter()
                .map(|interest| PollFd::from_borrowed_fd(self.descriptor(*interest), PollFlags::IN)),
        );
        match poll(&mut fds, self.timeout(now).as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(e) => return Err(e.into()),
        }
        let awake: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        let now = Instant::now();
        for (interest, _) in interests.iter().zip(&awake[1..]).filter(|(_, awake)| **awake) {
            self.attend(*interest, now);
        }
        while let Some(signal) = self.signals.next()? {
            self.signal(signal, Instant::now());
        }
        Ok(())
    }

    fn interests(&self, now: Instant) -> Vec<Interest> {
        let mut interests = Vec::new();
        for (service, running) in self.services.iter().enumerate() {
            if self.stopping.is_none() && running.waits_for_clients(now) {
                interests.extend(
                    (0..running.endpoints.len()).map(|endpoint| Interest::Client { service, endpoint }),
                );
            }
            let lines = running.children.iter().enumerate().filter(|(_, child)| child.control.is_some());
            interests.extend(lines.map(|(child, _)| Interest::Child { service, child }));
        }
        interests
    }

    fn descriptor(&self, interest: Interest) -> std::os::fd::BorrowedFd<'_> {
        match interest {
            Interest::Client { service, endpoint } => self.services[service].endpoints[endpoint].fd.as_fd(),
            Interest::Child { service, child } => {
                let control = &self.services[service].children[child].control;
                control.as_ref().map_or_else(|| self.signals.as_fd(), OwnedFd::as_fd)
            }
        }
    }

    fn attend(&mut self, interest: Interest, now: Instant) {
        match interest {
            Interest::Client { service, .. } => {
                let hold = self.hold();
                let service = &mut self.services[service];
                // Two endpoints may be awake at once; one process answers both.
                if service.waits_for_clients(now) {
                    service.start(&self.plan.environment, hold, now, &self.log);
                }
            }
            Interest::Child { service, child } => self.services[service].listen(child, now, &self.log),
        }
    }

    fn timeout(&self, now: Instant) -> Option<Timespec> {
        let next = match self.stopping {
            Some(deadline) => Some(deadline),
            None => self.services.iter().filter_map(Service::next_event).chain(self.exit_at).min(),
        }?;
        let left = next.saturating_duration_since(now) + Duration::from_millis(1);
        Some(Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) })
    }

    fn signal(&mut self, signal: Signal, now: Instant) {
        match signal {
            Signal::Child => self.reap(now),
            Signal::Hangup if self.stopping.is_none() => self.reload(now),
            Signal::Terminate | Signal::Interrupt if self.stopping.is_none() => {
                let number = if signal == Signal::Terminate { 15 } else { 2 };
                self.log.info(format_args!("terminating on signal {number}"));
                self.stop(now);
            }
            // Asked twice: now means now (postfix abort).
            Signal::Terminate | Signal::Interrupt => self.stopping = Some(now),
            Signal::Hangup | Signal::Other => {}
        }
    }

    fn reap(&mut self, now: Instant) {
        let hold = self.hold();
        while let Some((pid, how)) = os::spawn::reap() {
            self.orphans.retain(|child| child.pid != pid);
            self.services.iter_mut().for_each(|service| service.ended(pid, how, hold, now, &self.log));
        }
    }

    fn hold(&self) -> Duration {
        self.plan.conf.get(p::SERVICE_THROTTLE_TIME).unwrap_or(Duration::from_secs(60))
    }

    /// A broken file leaves everything as it is.
    fn reload(&mut self, now: Instant) {
        let mut plan = match Plan::read(&self.directory) {
            Ok(plan) => plan,
            Err(fault) => {
                self.log.error(format_args!("reload: {fault}; the running configuration stays"));
                return;
            }
        };
        let version = plan.conf.get(p::MAIL_VERSION).unwrap_or_default();
        self.log
            .info(format_args!("reload -- version {version}, configuration {}", self.directory.display()));
        plan.old_defaults.iter().for_each(|text| self.log.info(text));
        let old = std::mem::take(&mut self.services);
        let (services, mut orphans, faults) = renew(old, &mut plan, now);
        self.services = services;
        self.orphans.append(&mut orphans);
        for fault in faults {
            self.log.error(format_args!("reload: {fault}"));
        }
        if let Ok(log) = conf::open_log(&plan.conf, "master") {
            self.log = log;
        }
        self.plan = plan;
    }

    /// The log goes last: the others may have something to say.
    fn stop(&mut self, now: Instant) {
        self.services.iter_mut().filter(|service| !service.is_log()).for_each(Service::retire);
        self.stopping = Some(now + GRACE);
    }
}

/// A descriptor that something may happen on.
#[derive(Clone, Copy)]
enum Interest {
    Client { service: usize, endpoint: usize },
    Child { service: usize, child: usize },
}

/// What processes get to finish in order, before they are told to end at once.
const GRACE: Duration = Duration::from_secs(3);
const KILL_AGAIN: Duration = Duration::from_secs(1);
const STARTED: &str = "started\n";
