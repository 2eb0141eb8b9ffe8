//! One stream between two daemons: frames out, frames in, a descriptor beside a frame when asked.
//! It knows nothing of what the frames mean.

use crate::IpcError;
use os::passing::{receive_with_descriptors, send_with_descriptor};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::UnixStream;

/// One end of a conversation.
pub struct Conversation {
    stream: UnixStream,
    /// Space for what comes in; `start..end` of it has come and is not used yet.
    incoming: Vec<u8>,
    start: usize,
    end: usize,
    outgoing: Vec<u8>,
    descriptors: VecDeque<OwnedFd>,
}

impl Conversation {
    /// Connects to the socket of a service.
    pub async fn connect(path: &Path) -> Result<Self, IpcError> {
        let stream = UnixStream::connect(path).await.map_err(|e| IpcError::Connect(path.to_owned(), e))?;
        Ok(Self::new(stream))
    }

    /// Wraps an accepted stream.
    pub fn new(stream: UnixStream) -> Self {
        Self {
            stream,
            incoming: Vec::new(),
            start: 0,
            end: 0,
            outgoing: Vec::new(),
            descriptors: VecDeque::new(),
        }
    }

    /// Queues a frame; it leaves with the next [`Self::send`] or [`Self::flush`], or when enough has gathered.
    pub async fn feed<T: Serialize>(&mut self, value: &T) -> Result<(), IpcError> {
        self.append(value)?;
        if self.outgoing.len() >= GATHER { self.flush().await } else { Ok(()) }
    }

    /// Sends a frame, with all that was queued before it.
    pub async fn send<T: Serialize>(&mut self, value: &T) -> Result<(), IpcError> {
        self.append(value)?;
        self.flush().await
    }

    /// Sends a frame with a descriptor beside it. The descriptor stays open on our side.
    pub async fn send_with<T: Serialize>(&mut self, value: &T, fd: BorrowedFd<'_>) -> Result<(), IpcError> {
        self.flush().await?;
        self.append(value)?;
        let frame = std::mem::take(&mut self.outgoing);
        let sent = loop {
            self.stream.writable().await?;
            let attempt = self
                .stream
                .try_io(Interest::WRITABLE, || send_with_descriptor(self.stream.as_fd(), &frame, fd));
            match attempt {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                other => break other?,
            }
        };
        self.stream.write_all(&frame[sent..]).await?;
        Ok(())
    }

    /// Sends all queued frames.
    pub async fn flush(&mut self) -> Result<(), IpcError> {
        if !self.outgoing.is_empty() {
            self.stream.write_all(&self.outgoing).await?;
            self.outgoing.clear();
        }
        Ok(())
    }

    /// The next frame; None when the peer hung up between frames.
    pub async fn receive<T: DeserializeOwned>(&mut self) -> Result<Option<T>, IpcError> {
        loop {
            if let Some(value) = self.take_frame()? {
                return Ok(Some(value));
            }
            if self.fill().await? == 0 {
                return if self.pending().is_empty() { Ok(None) } else { Err(IpcError::Closed) };
            }
        }
    }

    /// The next frame, when hanging up instead is a fault.
    pub async fn expect<T: DeserializeOwned>(&mut self) -> Result<T, IpcError> {
        self.receive().await?.ok_or(IpcError::Closed)
    }

    /// The oldest descriptor that came with the frames received so far.
    pub fn take_descriptor(&mut self) -> Option<OwnedFd> {
        self.descriptors.pop_front()
    }

    /// False when the peer has hung up, or spoke without being asked: not to be used again.
    pub fn is_reusable(&self) -> bool {
        let quiet = self.pending().is_empty() && self.descriptors.is_empty() && self.outgoing.is_empty();
        let mut byte = [0];
        quiet && matches!(self.stream.try_read(&mut byte), Err(e) if e.kind() == io::ErrorKind::WouldBlock)
    }

    /// The user id of the peer process.
    pub fn peer_uid(&self) -> io::Result<u32> {
        Ok(self.stream.peer_cred()?.uid())
    }

    fn append<T: Serialize>(&mut self, value: &T) -> Result<(), IpcError> {
        let start = self.outgoing.len();
        self.outgoing.extend_from_slice(&[0; HEADER]);
        let buffer = std::mem::take(&mut self.outgoing);
        self.outgoing = postcard::to_extend(value, buffer).map_err(|_| IpcError::Malformed("own value"))?;
        let length = self.outgoing.len() - start - HEADER;
        if length > FRAME_LIMIT {
            self.outgoing.truncate(start);
            return Err(IpcError::Malformed("own value (too large)"));
        }
        self.outgoing[start..start + HEADER].copy_from_slice(&(length as u32).to_le_bytes());
        Ok(())
    }

    fn pending(&self) -> &[u8] {
        &self.incoming[self.start..self.end]
    }

    fn take_frame<T: DeserializeOwned>(&mut self) -> Result<Option<T>, IpcError> {
        let Some((header, rest)) = self.pending().split_first_chunk::<HEADER>() else { return Ok(None) };
        let length = u32::from_le_bytes(*header) as usize;
        if length > FRAME_LIMIT {
            return Err(IpcError::Malformed("frame length"));
        }
        let Some(body) = rest.get(..length) else {
            self.make_room(HEADER + length);
            return Ok(None);
        };
        let value = postcard::from_bytes(body).map_err(|_| IpcError::Malformed("frame"))?;
        self.start += HEADER + length;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        Ok(Some(value))
    }

    /// Makes space for `length` bytes from `start` on, and some more to read ahead. What is in use once is kept: space
    /// is zeroed when it is made, and not for every read.
    fn make_room(&mut self, length: usize) {
        let wanted = length.max(self.end - self.start + READ_AHEAD);
        if self.start + wanted <= self.incoming.len() {
            return;
        }
        self.incoming.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if wanted > self.incoming.len() {
            self.incoming.resize(wanted.next_multiple_of(READ_SIZE), 0);
        }
    }

    async fn fill(&mut self) -> Result<usize, IpcError> {
        self.make_room(0);
        let received = loop {
            self.stream.readable().await?;
            let (stream, space) = (&self.stream, &mut self.incoming[self.end..]);
            let descriptors = &mut self.descriptors;
            let attempt = stream.try_io(Interest::READABLE, || {
                receive_with_descriptors(stream.as_fd(), space, |fd| descriptors.push_back(fd))
            });
            match attempt {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                other => break other?,
            }
        };
        self.end += received;
        Ok(received)
    }
}

/// The largest frame that is taken: a delivery request of some thousand recipients fits with room to spare.
pub const FRAME_LIMIT: usize = 4 << 20;

const HEADER: usize = 4;
/// Space grows by this much; most frames need no more than the first piece.
const READ_SIZE: usize = 8 << 10;
const READ_AHEAD: usize = 4 << 10;
const GATHER: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read, Write};

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn frames_and_a_descriptor_arrive_in_order() {
        runtime().block_on(async {
            let (a, b) = UnixStream::pair().unwrap();
            let (mut a, mut b) = (Conversation::new(a), Conversation::new(b));
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(b"x").unwrap();
            let big = vec![7u8; 300_000];
            let sender = async {
                a.feed(&"one").await.unwrap();
                a.send_with(&"two", file.as_fd()).await.unwrap();
                a.send(&big).await.unwrap();
                drop(a);
            };
            let receiver = async {
                assert_eq!(b.expect::<String>().await.unwrap(), "one");
                assert_eq!(b.expect::<String>().await.unwrap(), "two");
                assert_eq!(b.expect::<Vec<u8>>().await.unwrap(), big);
                let mut copy = File::from(b.take_descriptor().unwrap());
                use std::io::Seek;
                copy.rewind().unwrap();
                let mut text = String::new();
                copy.read_to_string(&mut text).unwrap();
                assert_eq!(text, "x");
                assert!(b.receive::<String>().await.unwrap().is_none());
            };
            tokio::join!(sender, receiver);
        });
    }

    #[test]
    fn a_lying_length_is_refused_before_anything_is_allocated() {
        runtime().block_on(async {
            let (mut a, b) = UnixStream::pair().unwrap();
            a.write_all(&u32::MAX.to_le_bytes()).await.unwrap();
            let mut b = Conversation::new(b);
            assert!(matches!(b.receive::<String>().await, Err(IpcError::Malformed(_))));
        });
    }

    #[test]
    fn hanging_up_inside_a_frame_is_a_fault() {
        runtime().block_on(async {
            let (mut a, b) = UnixStream::pair().unwrap();
            a.write_all(&[9, 0, 0, 0, 1]).await.unwrap();
            drop(a);
            assert!(matches!(Conversation::new(b).receive::<String>().await, Err(IpcError::Closed)));
        });
    }
}
