//! The line to master(8): descriptor 3, a stream socket. We say how busy we are; master hanging up means
//! "finish what you have and go" (reload, stop, or a master that died).

use std::io;
use tokio::net::UnixStream;

/// One byte each, written by the daemon.
pub(crate) mod word {
    /// In service.
    pub(crate) const READY: u8 = b'A';
    /// All places are taken.
    pub(crate) const FULL: u8 = b'B';
    /// There are places again.
    pub(crate) const FREE: u8 = b'F';
    /// No new requests will be taken: start another process when one is needed.
    pub(crate) const RETIRING: u8 = b'R';
}

/// The daemon's end.
pub(crate) struct Control(UnixStream);

impl Control {
    pub(crate) fn new(fd: std::os::fd::OwnedFd) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(Self(UnixStream::from_std(fd.into())?))
    }

    /// Tells master, past the reactor, which may not have seen yet that the socket can be written to. A master
    /// that can't listen now will hear the next word.
    pub(crate) fn tell(&self, word: u8) {
        let _ = rustix::io::write(&self.0, &[word]);
    }

    /// Returns when master has hung up.
    pub(crate) async fn hung_up(&self) {
        let mut bytes = [0; 16];
        loop {
            if self.0.readable().await.is_err() {
                return;
            }
            match self.0.try_read(&mut bytes) {
                Ok(length) if length > 0 => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                _ => return,
            }
        }
    }
}
