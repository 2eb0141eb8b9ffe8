//! What is to be measured: the command line, and one measurement as words that pass into a namespace.

use options::{GetOpt, Opt};
use std::ffi::OsString;
use std::path::PathBuf;
use testkit::space;
use testkit::stage::Mta;

/// The whole run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Messages of one measurement.
    pub messages: usize,
    /// Sessions at a time.
    pub sessions: usize,
    /// Bytes of a message.
    pub size: usize,
    /// How often each measurement is made; the best counts, because a busy machine only makes things slower.
    pub rounds: usize,
    /// What is measured.
    pub scenarios: Vec<Scenario>,
    /// Who is measured.
    pub systems: Vec<Mta>,
    /// Messages per connection.
    pub per_connection: Vec<usize>,
    /// Where queue and mailboxes stand; None for memory.
    pub disc: Option<PathBuf>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// In by SMTP, out by SMTP.
    Relay,
    /// In by SMTP, then discarded.
    Intake,
    /// In by SMTP, into a maildir.
    Maildir,
}

/// One measurement.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// Who.
    pub mta: Mta,
    /// What.
    pub scenario: Scenario,
    /// Messages per connection.
    pub per_connection: usize,
    /// Messages.
    pub messages: usize,
    /// Sessions at a time.
    pub sessions: usize,
    /// Bytes of a message.
    pub size: usize,
    /// Where queue and mailboxes stand.
    pub disc: Option<PathBuf>,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Relay, Self::Intake, Self::Maildir];

    /// Its name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Intake => "intake",
            Self::Maildir => "maildir",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == word)
    }
}

/// The system's name on the command line and in the table.
pub fn name_of(mta: Mta) -> &'static str {
    match mta {
        Mta::Postfix => "postfix",
        Mta::Posthaste => "posthaste",
    }
}

fn mta(word: &str) -> Option<Mta> {
    [Mta::Postfix, Mta::Posthaste].into_iter().find(|mta| name_of(*mta) == word)
}

impl Plan {
    /// Reads the command line.
    pub fn from_args(args: &[OsString]) -> Result<Self, String> {
        let mut plan = Self {
            messages: 2000,
            sessions: 50,
            size: 4096,
            rounds: 3,
            scenarios: Scenario::ALL.to_vec(),
            systems: vec![Mta::Postfix, Mta::Posthaste],
            per_connection: vec![1, 100],
            disc: std::env::current_dir().ok().map(|here| here.join("target/bench")),
        };
        let mut options = GetOpt::new("n:s:z:r:w:m:c:d:t", args);
        for option in &mut options {
            match option {
                Opt::Value(letter, value) => plan.set(letter, &value.to_string_lossy())?,
                Opt::Flag(_) => plan.disc = None,
                Opt::Unknown(_) | Opt::Missing(_) => return Err(USAGE.to_owned()),
            }
        }
        if options.rest().is_empty() { Ok(plan) } else { Err(USAGE.to_owned()) }
    }

    fn set(&mut self, letter: u8, value: &str) -> Result<(), String> {
        let number = || value.parse().ok().filter(|n| *n > 0).ok_or(format!("bad number: {value}\n{USAGE}"));
        let words = || value.split(',');
        let bad = || format!("bad value: {value}\n{USAGE}");
        match letter {
            b'n' => self.messages = number()?,
            b's' => self.sessions = number()?,
            b'z' => self.size = number()?,
            b'r' => self.rounds = number()?,
            b'c' => {
                self.per_connection =
                    words().map(|w| w.parse().map_err(|_| bad())).collect::<Result<_, _>>()?
            }
            b'w' => {
                self.scenarios =
                    words().map(|w| Scenario::parse(w).ok_or_else(bad)).collect::<Result<_, _>>()?
            }
            b'm' => self.systems = words().map(|w| mta(w).ok_or_else(bad)).collect::<Result<_, _>>()?,
            _ => self.disc = Some(value.into()),
        }
        Ok(())
    }

    /// Says what is missing on this machine.
    pub fn ready(&self) -> Result<(), String> {
        if let Some(missing) = space::missing() {
            return Err(missing);
        }
        let missing = self.systems.iter().find_map(|mta| mta.missing());
        missing.map_or(Ok(()), Err)
    }

    /// The measurements of one round: the systems take turns.
    pub fn round(&self) -> Vec<Measurement> {
        let mut all = Vec::new();
        for scenario in &self.scenarios {
            for per_connection in &self.per_connection {
                all.extend(self.systems.iter().map(|mta| Measurement {
                    mta: *mta,
                    scenario: *scenario,
                    per_connection: *per_connection,
                    messages: self.messages,
                    sessions: self.sessions,
                    size: self.size,
                    disc: self.disc.clone(),
                }));
            }
        }
        all
    }
}

impl Measurement {
    /// As words for the command line of a namespace.
    pub fn words(&self) -> Vec<String> {
        let disc = self.disc.as_ref().map(|disc| disc.display().to_string()).unwrap_or_default();
        let numbers = [self.per_connection, self.messages, self.sessions, self.size];
        let mut words = vec![name_of(self.mta).to_owned(), self.scenario.name().to_owned()];
        words.extend(numbers.iter().map(usize::to_string));
        words.push(disc);
        words
    }

    /// From those words.
    pub fn from_words(words: &[String]) -> Option<Self> {
        let [who, what, per_connection, messages, sessions, size, disc] = words else { return None };
        Some(Self {
            mta: mta(who)?,
            scenario: Scenario::parse(what)?,
            per_connection: per_connection.parse().ok()?,
            messages: messages.parse().ok()?,
            sessions: sessions.parse().ok()?,
            size: size.parse().ok()?,
            disc: Some(disc).filter(|disc| !disc.is_empty()).map(PathBuf::from),
        })
    }
}

const USAGE: &str = "usage: benches [-n messages] [-s sessions] [-z bytes] [-r rounds] [-c 1,100]
    [-w relay,intake,maildir] [-m postfix,posthaste] [-d directory | -t (in memory)]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_passes_through_a_command_line() {
        let args: Vec<OsString> =
            ["-n", "7", "-w", "maildir", "-m", "posthaste", "-c", "3"].map(Into::into).into();
        let plan = Plan::from_args(&args).unwrap();
        let [one] = &plan.round()[..] else { panic!() };
        let back = Measurement::from_words(&one.words()).unwrap();
        assert_eq!(back.words(), one.words());
        assert_eq!((back.messages, back.scenario), (7, Scenario::Maildir));
        assert!(Plan::from_args(&["-w".into(), "nothing".into()]).is_err());
    }
}
