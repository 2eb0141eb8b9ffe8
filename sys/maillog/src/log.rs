//! The handle that everybody logs through: an identity, a number, a sink.

use crate::Sink;
use std::fmt::{self, Display, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How grave a line is; the word in front of the text is part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Ordinary business; no word.
    Info,
    /// `warning: `.
    Warning,
    /// `error: `.
    Error,
    /// `fatal: `; the process ends.
    Fatal,
    /// `panic: `; a fault of the program itself.
    Panic,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "",
            Self::Warning => "warning: ",
            Self::Error => "error: ",
            Self::Fatal => "fatal: ",
            Self::Panic => "panic: ",
        }
    }

    /// The severity of syslog(3).
    pub(crate) fn severity(self) -> u8 {
        match self {
            Self::Info => 6,
            Self::Warning => 4,
            Self::Error => 3,
            Self::Fatal | Self::Panic => 2,
        }
    }
}

/// A place to log to, under an identity such as `postfix/smtpd` and a number in brackets.
#[derive(Clone)]
pub struct Log {
    shared: Arc<Shared>,
    number: u64,
}

struct Shared {
    identity: String,
    sink: Sink,
    sessions: AtomicU64,
    modern: bool,
}

impl Log {
    /// `identity` is `syslog_name/program`. `modern` chooses the forms of Postfix 3.11 and later
    /// (compatibility_level).
    pub fn open(identity: impl Into<String>, sink: Sink, modern: bool) -> Self {
        let shared = Shared { identity: identity.into(), sink, sessions: AtomicU64::new(0), modern };
        Self { shared: Arc::new(shared), number: u64::from(std::process::id()) }
    }

    /// The same log under a number of its own. Log readers pair the lines of a session by the number in
    /// brackets; in a process that serves many clients the process id can't be that number.
    pub fn session(&self) -> Self {
        let count = self.shared.sessions.fetch_add(1, Ordering::Relaxed) % SESSIONS;
        let pid = u64::from(std::process::id());
        // The first session keeps the process id, so that a quiet system looks as it always did.
        let number = if count == 0 { pid } else { pid * SESSIONS + count };
        Self { shared: self.shared.clone(), number }
    }

    /// The number in brackets; unique among live sessions.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// True when lines take the form of Postfix 3.11 and later.
    pub fn modern(&self) -> bool {
        self.shared.modern
    }

    /// Ordinary business.
    pub fn info(&self, text: impl Display) {
        self.write(Level::Info, &text);
    }

    /// Something an administrator should look at.
    pub fn warning(&self, text: impl Display) {
        self.write(Level::Warning, &text);
    }

    /// Something failed.
    pub fn error(&self, text: impl Display) {
        self.write(Level::Error, &text);
    }

    /// The process can't go on. Logging it does not end the process: returning from main does.
    pub fn fatal(&self, text: impl Display) {
        self.write(Level::Fatal, &text);
    }

    /// A fault of the program itself.
    pub fn panic(&self, text: impl Display) {
        self.write(Level::Panic, &text);
    }

    /// From now on lines for postlogd may wait for others, until [`Self::flush`]; `wake` is called when the first one
    /// waits. Lines for syslog never wait.
    pub fn gather(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.shared.sink.gather(wake);
    }

    /// Sends the lines that wait.
    pub fn flush(&self) {
        self.shared.sink.flush();
    }

    /// One of the sentences of [`crate::sentences`].
    pub fn say(&self, sentence: &impl Display) {
        self.write(Level::Info, sentence);
    }

    fn write(&self, level: Level, text: &dyn Display) {
        let mut line = Clean(String::with_capacity(160));
        // Writing to a String cannot fail.
        let _ = write!(line, "{}{text}", level.word());
        let (identity, number) = (&self.shared.identity, self.number);
        self.shared.sink.send(level, identity, number, &line.0);
        if level >= Level::Fatal {
            self.flush();
        }
    }
}

/// Collects text with control characters replaced and the length bounded: nothing remote can forge a line.
struct Clean(String);

impl Write for Clean {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() >= LINE_LIMIT {
                return Ok(());
            }
            self.0.push(if c.is_control() { '?' } else { c });
        }
        Ok(())
    }
}

const SESSIONS: u64 = 100_000;
/// Some syslog daemons cut at 2,048 bytes with the header.
const LINE_LIMIT: usize = 1_900;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_cannot_forge_a_line_and_length_is_bounded() {
        let mut line = Clean(String::new());
        write!(line, "a\nb\tc{}", "x".repeat(5000)).unwrap();
        assert!(line.0.starts_with("a?b?cx") && line.0.len() <= LINE_LIMIT);
    }

    #[test]
    fn live_sessions_have_numbers_of_their_own() {
        let log = Log::open("postfix/smtpd", Sink::discard(), false);
        let numbers: Vec<u64> = (0..3).map(|_| log.session().number()).collect();
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2]);
    }
}
