//! The queue directories by name.

/// A directory under `queue_directory` whose files are named by queue ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueueName {
    /// Local submissions, written by postdrop.
    Maildrop,
    /// New messages, as cleanup makes them.
    Incoming,
    /// Messages that the queue manager holds in memory.
    Active,
    /// Messages to try again later.
    Deferred,
    /// Messages that wait for an administrator.
    Hold,
    /// Files that made no sense.
    Corrupt,
    /// Logs of recipients that bounced.
    Bounce,
    /// Logs of recipients that are deferred.
    Defer,
    /// Logs of delivery reports that somebody asked for.
    Trace,
    /// Per-destination lists of queue ids.
    Flush,
    /// Recovery area.
    Saved,
}

impl QueueName {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Maildrop,
        Self::Incoming,
        Self::Active,
        Self::Deferred,
        Self::Hold,
        Self::Corrupt,
        Self::Bounce,
        Self::Defer,
        Self::Trace,
        Self::Flush,
        Self::Saved,
    ];

    /// The directory's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Maildrop => "maildrop",
            Self::Incoming => "incoming",
            Self::Active => "active",
            Self::Deferred => "deferred",
            Self::Hold => "hold",
            Self::Corrupt => "corrupt",
            Self::Bounce => "bounce",
            Self::Defer => "defer",
            Self::Trace => "trace",
            Self::Flush => "flush",
            Self::Saved => "saved",
        }
    }

    /// The queue of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == name)
    }
}

impl std::fmt::Display for QueueName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
