//! Starting a program with exactly the arguments, environment and descriptors that are listed, nothing else.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A program to start.
pub struct Program<'a> {
    /// The file to run.
    pub path: &'a Path,
    /// What the program sees as its own name.
    pub name: &'a OsStr,
    /// Arguments after the name.
    pub args: &'a [OsString],
    /// The whole environment.
    pub environment: &'a [(OsString, OsString)],
    /// Descriptors beyond 0, 1, 2: the first becomes 3, the next 4, ...
    pub descriptors: &'a [BorrowedFd<'a>],
    /// Lead a session of its own, away from any terminal. Otherwise it leads a process group of its own, so
    /// that ^C at our terminal reaches us and not it.
    pub new_session: bool,
}

/// Starts a daemon: /dev/null as input, output and errors as ours. Gives the process id; who starts must reap
/// ([`reap`]).
pub fn start(program: &Program<'_>) -> io::Result<u32> {
    // Duplicates above every target number, so that no dup2 below can overwrite a source.
    let above = FIRST_TARGET + program.descriptors.len() as i32;
    let sources: Vec<OwnedFd> = program
        .descriptors
        .iter()
        .map(|fd| rustix::io::fcntl_dupfd_cloexec(fd, above.max(64)))
        .collect::<Result<_, _>>()?;
    let raw: Vec<i32> = sources.iter().map(AsRawFd::as_raw_fd).collect();
    let mut command = Command::new(program.path);
    command.arg0(program.name).args(program.args).env_clear().stdin(Stdio::null());
    command.envs(program.environment.iter().map(|(k, v)| (k, v)));
    let new_session = program.new_session;
    if new_session {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    } else {
        command.process_group(0);
    }
    // SAFETY: between fork and exec the closure calls only async-signal-safe functions (setsid, sigprocmask,
    // dup2) and allocates nothing.
    unsafe {
        command.pre_exec(move || {
            unblock_signals()?;
            if new_session && libc::setsid() < 0 {
                return Err(io::Error::last_os_error());
            }
            for (place, source) in raw.iter().enumerate() {
                if libc::dup2(*source, FIRST_TARGET + place as i32) < 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            Ok(())
        });
    }
    Ok(command.spawn()?.id())
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this status.
    Exited(i32),
    /// By this signal.
    Killed(i32),
}

/// The next child that ended, if any; never waits.
pub fn reap() -> Option<(u32, Ended)> {
    use rustix::process::{WaitOptions, wait};
    let (pid, status) = wait(WaitOptions::NOHANG).ok()??;
    let ended = match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Ended::Exited(code),
        (None, Some(signal)) => Ended::Killed(signal),
        (None, None) => return None,
    };
    Some((pid.as_raw_nonzero().get() as u32, ended))
}

/// Sends SIGTERM to one process that we started.
pub fn terminate(pid: u32) -> io::Result<()> {
    signal(pid, rustix::process::Signal::TERM)
}

/// Sends SIGKILL to one process that we started.
pub fn kill(pid: u32) -> io::Result<()> {
    signal(pid, rustix::process::Signal::KILL)
}

/// Sends SIGHUP: reload.
pub fn hang_up(pid: u32) -> io::Result<()> {
    signal(pid, rustix::process::Signal::HUP)
}

/// True when a process of this id exists.
pub fn is_alive(pid: u32) -> bool {
    let Some(pid) = rustix::process::Pid::from_raw(pid as i32) else { return false };
    !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

/// A descriptor that becomes readable when the process, which need not be our child, has ended.
pub fn watch(pid: u32) -> io::Result<OwnedFd> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    let pid = Pid::from_raw(pid as i32).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

/// Waits for a process to end; false when it has not after `patience`.
pub fn ends_within(pid: u32, patience: std::time::Duration) -> io::Result<bool> {
    match watch(pid) {
        Ok(process) => crate::poll::readable(&process, patience.as_millis() as u32),
        Err(e) if e.raw_os_error() == Some(libc::ESRCH) => Ok(true),
        Err(e) => Err(e),
    }
}

/// Takes ownership of an inherited descriptor, such as a listening socket that master(8) passed at start.
/// None when it is not open. Call once per number, at program start.
pub fn inherited(number: i32) -> Option<OwnedFd> {
    use std::os::fd::FromRawFd;
    // SAFETY: fcntl with F_SETFD touches no memory, whatever the number.
    if number < FIRST_TARGET || unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) } < 0 {
        return None;
    }
    // SAFETY: the descriptor is open (checked above), was made for us by the parent, and the caller's contract
    // (once per number, before anything else opens descriptors) makes us its only owner.
    Some(unsafe { OwnedFd::from_raw_fd(number) })
}

fn signal(pid: u32, signal: rustix::process::Signal) -> io::Result<()> {
    let pid = rustix::process::Pid::from_raw(pid as i32).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(rustix::process::kill_process(pid, signal)?)
}

fn unblock_signals() -> io::Result<()> {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset initialises the set that pthread_sigmask then reads.
    let error = unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut())
    };
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error)) }
}

/// The number that the first passed descriptor gets.
pub const FIRST_TARGET: i32 = 3;
