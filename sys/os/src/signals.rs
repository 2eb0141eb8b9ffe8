//! Signals as a descriptor to poll (signalfd(2)), for the one long-lived program without an async runtime.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

/// Signals that master(8) acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP: reload.
    Hangup,
    /// SIGTERM: stop in order.
    Terminate,
    /// SIGINT: stop in order (start-fg on a terminal).
    Interrupt,
    /// SIGCHLD: a child changed state.
    Child,
    /// SIGALRM, SIGUSR1 and others that are blocked but not acted on.
    Other,
}

/// The descriptor on which blocked signals arrive.
pub struct SignalFd(OwnedFd);

impl SignalFd {
    /// Blocks SIGHUP, SIGTERM, SIGINT and SIGCHLD for this thread and delivers them here instead. Call before
    /// any thread is started.
    pub fn open() -> io::Result<Self> {
        let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: sigemptyset initialises the set before sigaddset and assume_init_ref use it; signalfd and
        // pthread_sigmask only read it.
        let fd = unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            for signal in [libc::SIGHUP, libc::SIGTERM, libc::SIGINT, libc::SIGCHLD] {
                libc::sigaddset(set.as_mut_ptr(), signal);
            }
            let error = libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut());
            if error != 0 {
                return Err(io::Error::from_raw_os_error(error));
            }
            libc::signalfd(-1, set.as_ptr(), libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
        };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: signalfd gave us this descriptor, and nobody else owns it.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// The next signal that arrived, if any.
    pub fn next(&self) -> io::Result<Option<Signal>> {
        let mut info = [0u8; std::mem::size_of::<libc::signalfd_siginfo>()];
        let number = match rustix::io::read(&self.0, &mut info) {
            Ok(_) => u32::from_ne_bytes([info[0], info[1], info[2], info[3]]),
            Err(rustix::io::Errno::AGAIN) => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        Ok(Some(match number as libc::c_int {
            libc::SIGHUP => Signal::Hangup,
            libc::SIGTERM => Signal::Terminate,
            libc::SIGINT => Signal::Interrupt,
            libc::SIGCHLD => Signal::Child,
            _ => Signal::Other,
        }))
    }
}

impl std::os::fd::AsFd for SignalFd {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}
