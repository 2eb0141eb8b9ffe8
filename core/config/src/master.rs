//! master.cf: one service a line, eight columns (master(5)). Continuation lines as in main.cf; when a name and type
//! come twice the last one counts. Arguments may be quoted with `{...}`, and `-o { name = value }` keeps spaces.

mod written;

use crate::lines::{self, Logical, is_space};
use crate::value::{split_at_braces, split_protected};
use crate::{Conf, Fault, Level, p};

/// A service of master.cf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEntry {
    /// The service name; for inet services `[host:]port`.
    pub name: String,
    /// How clients reach it.
    pub kind: ServiceType,
    /// Whether only mail programs may connect; `None` for `-`.
    pub private: Option<bool>,
    /// Whether it runs as mail_owner; `None` for `-`.
    pub unprivileged: Option<bool>,
    /// Whether it runs in queue_directory as root directory; `None` for `-`.
    pub chroot: Option<bool>,
    /// How often it is woken up; `None` for `-` and 0.
    pub wakeup: Option<Wakeup>,
    /// How many requests it serves at once, 0 for no limit; `None` for `-`.
    pub process_limit: Option<u32>,
    /// The program, relative to daemon_directory.
    pub command: String,
    /// All arguments, quotes removed. Among the options before the first other word, `-o` and its `name=value` are
    /// two arguments.
    pub args: Vec<String>,
    /// The first line of the entry, from 1.
    pub line: usize,
    columns: [String; COLUMNS],
}

/// How clients reach a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceType {
    /// TCP.
    Inet,
    /// A stream socket in the queue directory.
    Unix,
    /// A datagram socket in the queue directory.
    UnixDgram,
    /// A named pipe in the queue directory.
    Fifo,
    /// A stream socket that receives connections from postscreen(8).
    Pass,
}

/// A periodic trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wakeup {
    /// Seconds between two.
    pub seconds: u32,
    /// Whether to wait until the service was used once (`?`).
    pub only_after_use: bool,
}

pub use written::quoted;

/// Reads master.cf's text; of entries with the same name and type the last remains. `file` is for messages.
pub fn parse(file: &str, text: &str) -> Result<Vec<ServiceEntry>, Fault> {
    let (mut entries, faults) = read(file, text)?;
    if let Some(fault) = faults.into_iter().next() {
        return Err(fault);
    }
    if let Some(entry) = entries.iter().find(|entry| entry.kind == ServiceType::Inet && entry.is_private()) {
        return Err(Fault::at(file, entry.line, format!("inet service {} cannot be private", entry.name)));
    }
    let mut at = 0;
    while at < entries.len() {
        let same = |other: &ServiceEntry| other.name == entries[at].name && other.kind == entries[at].kind;
        if entries[at + 1..].iter().any(same) {
            entries.remove(at);
        } else {
            at += 1;
        }
    }
    Ok(entries)
}

/// Reads all entries of master.cf, repeated ones too, and the faults in their arguments' quoting: postconf shows an
/// entry in spite of these.
pub fn read(file: &str, text: &str) -> Result<(Vec<ServiceEntry>, Vec<Fault>), Fault> {
    let mut faults = Vec::new();
    let mut entries = Vec::new();
    for line in lines::logical(text) {
        if line.text.starts_with(is_space) {
            let text = line.text.trim_matches(is_space);
            let what = format!("logical line must not start with whitespace: \"{text}\"");
            faults.push(Fault::at(file, line.first, what));
            continue;
        }
        entries.push(entry(file, &line, &mut faults)?);
    }
    Ok((entries, faults))
}

impl ServiceEntry {
    /// Reads one entry from its text, `line` being where it stands.
    pub fn from_text(file: &str, text: &str, line: usize) -> Result<Self, Fault> {
        let mut faults = Vec::new();
        let line = Logical { text: text.to_owned(), first: line, last: line };
        let entry = entry(file, &line, &mut faults)?;
        faults.into_iter().next().map_or(Ok(entry), Err)
    }

    /// Whether only mail programs may connect.
    pub fn is_private(&self) -> bool {
        self.private.unwrap_or(true)
    }

    /// Whether the program runs as mail_owner.
    pub fn is_unprivileged(&self) -> bool {
        self.unprivileged.unwrap_or(true)
    }

    /// Whether the program's root directory is queue_directory: by default only at compatibility level 0.
    pub fn is_chrooted(&self, level: Level) -> bool {
        self.chroot.unwrap_or(level < Level::new(1, 0, 0))
    }

    /// How many requests it serves at once; 0 for no limit.
    pub fn limit(&self, conf: &Conf) -> Result<u32, Fault> {
        match self.process_limit {
            Some(limit) => Ok(limit),
            None => Ok(u32::try_from(conf.get(p::DEFAULT_PROCESS_LIMIT)?).unwrap_or(u32::MAX)),
        }
    }

    /// The socket or pipe relative to queue_directory, as in `private/smtp`; `None` for inet services.
    pub fn endpoint(&self) -> Option<String> {
        let directory = if self.is_private() { "private" } else { "public" };
        (self.kind != ServiceType::Inet).then(|| format!("{directory}/{}", self.name))
    }

    /// The parameters that its `-o` options set, in order.
    pub fn overrides(&self) -> impl Iterator<Item = (&str, &str)> {
        let options = &self.args[..self.end_of_options()];
        let pairs = options.windows(2).filter(|pair| pair[0] == "-o");
        pairs.filter_map(|pair| lines::name_value(&pair[1]).ok())
    }

    /// The configuration that the service sees: main.cf with its overrides on top.
    pub fn configure(&self, conf: &Conf) -> Conf {
        self.overrides().fold(conf.clone(), |conf, (name, value)| conf.with_override(name, value))
    }

    /// How many `-v` it has.
    pub fn verbosity(&self) -> usize {
        let flags = self.args[..self.end_of_options()].iter().filter(|arg| is_flags(arg));
        flags.map(|arg| arg.bytes().filter(|b| *b == b'v').count()).sum()
    }

    /// Whether it runs under debugger_command (`-D`).
    pub fn wants_debugger(&self) -> bool {
        self.args[..self.end_of_options()].iter().any(|arg| is_flags(arg) && arg.contains('D'))
    }

    /// The arguments after the options: `user=...`, `argv=...` of pipe(8) and the like.
    pub fn attributes(&self) -> &[String] {
        let rest = &self.args[self.end_of_options()..];
        if rest.first().is_some_and(|arg| arg == "--") { &rest[1..] } else { rest }
    }

    /// The first seven columns as written.
    pub fn columns(&self) -> &[String; COLUMNS] {
        &self.columns
    }

    fn end_of_options(&self) -> usize {
        let mut at = 0;
        while let Some(arg) = self.args.get(at).filter(|arg| arg.starts_with('-') && arg.as_str() != "--") {
            at += if takes_value(arg) { 2 } else { 1 };
        }
        at.min(self.args.len())
    }
}

impl ServiceType {
    /// The word in master.cf.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inet => "inet",
            Self::Unix => "unix",
            Self::UnixDgram => "unix-dgram",
            Self::Fifo => "fifo",
            Self::Pass => "pass",
        }
    }

    /// The type of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Inet, Self::Unix, Self::UnixDgram, Self::Fifo, Self::Pass]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl Wakeup {
    fn parse(text: &str) -> Option<Self> {
        let (digits, only_after_use) = match text.strip_suffix('?') {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        Some(Self { seconds: number(digits)?, only_after_use })
    }
}

fn entry(file: &str, line: &Logical, faults: &mut Vec<Fault>) -> Result<ServiceEntry, Fault> {
    let fault = |text: String| Fault::at(file, line.first, text);
    let words = split_protected(&line.text, is_space);
    let Some((columns, command)) = words.split_first_chunk::<COLUMNS>().filter(|(_, rest)| !rest.is_empty())
    else {
        return Err(fault("bad field count".to_owned()));
    };
    let invalid = |name: &str, value: &str| {
        fault(format!("invalid {name} field \"{value}\" in \"{}\"", line.text.trim()))
    };
    let flag = |name: &str, value: &str| match value {
        "-" => Ok(None),
        "y" => Ok(Some(true)),
        "n" => Ok(Some(false)),
        _ => Err(invalid(name, value)),
    };
    let wakeup = match columns[5].as_str() {
        "-" => None,
        text => Some(Wakeup::parse(text).ok_or_else(|| invalid("wakeup", text))?).filter(|w| w.seconds > 0),
    };
    let process_limit = match columns[6].as_str() {
        "-" => None,
        text => Some(number(text).ok_or_else(|| invalid("process_limit", text))?),
    };
    Ok(ServiceEntry {
        name: columns[0].clone(),
        kind: ServiceType::from_name(&columns[1]).ok_or_else(|| invalid("type", &columns[1]))?,
        private: flag("private", &columns[2])?,
        unprivileged: flag("unprivileged", &columns[3])?,
        chroot: flag("chroot", &columns[4])?,
        wakeup,
        process_limit,
        command: command[0].clone(),
        args: arguments(&command[1..], |text| faults.push(Fault::at(file, line.first, text))),
        line: line.first,
        columns: columns.clone(),
    })
}

/// Arguments without their quotes, clustered options apart, `-o` values as `name=value`.
fn arguments(words: &[String], mut report: impl FnMut(String)) -> Vec<String> {
    let mut args: Vec<String> = Vec::new();
    let mut in_options = true;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let word = unquoted(word, &mut report);
        in_options &= word.starts_with('-') && word != "--" && word.len() > 1;
        if !in_options {
            args.push(word);
            continue;
        }
        let (flags, overrides, attached) = take_apart(&word);
        if !flags.is_empty() {
            args.push(format!("-{flags}"));
        }
        if overrides {
            args.push("-o".to_owned());
            let value = if attached.is_empty() { words.next() } else { Some(&attached.to_owned()) };
            args.extend(value.map(|value| normal_override(unquoted(value, &mut report), &mut report)));
        }
    }
    args
}

/// `-vDoname=value`: the flags `vD`, whether an `o` follows, and the value attached to it.
fn take_apart(word: &str) -> (&str, bool, &str) {
    let letters = &word[1..];
    match letters.split_once('o') {
        Some((flags, attached)) => (flags, true, attached),
        None => (letters, false, ""),
    }
}

fn unquoted(word: &str, report: &mut impl FnMut(String)) -> String {
    match split_at_braces(word) {
        Ok(inner) => inner.to_owned(),
        Err(fault) => {
            report(fault.text().to_owned());
            word.strip_prefix('{').unwrap_or(word).replacen('}', "", 1)
        }
    }
}

fn normal_override(value: String, report: &mut impl FnMut(String)) -> String {
    match lines::name_value(&value) {
        Ok((name, text)) => format!("{name}={text}"),
        Err(fault) => {
            report(format!("{fault}: \"{value}\""));
            value
        }
    }
}

fn takes_value(arg: &str) -> bool {
    arg.len() == 2 && arg.chars().nth(1).is_some_and(|c| WITH_VALUE.contains(c))
}

fn is_flags(arg: &str) -> bool {
    arg.starts_with('-') && !takes_value(arg)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Columns before the command.
const COLUMNS: usize = 7;
/// Options of daemons that take a value.
const WITH_VALUE: &str = "imnosSt";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostFacts;

    fn one(text: &str) -> ServiceEntry {
        parse("master.cf", text).unwrap().remove(0)
    }

    #[test]
    fn columns_become_values_and_dashes_defaults() {
        let entry = one("pickup unix n - y 60? 1 pickup -v\n");
        assert_eq!((entry.name.as_str(), entry.kind), ("pickup", ServiceType::Unix));
        assert_eq!((entry.private, entry.unprivileged, entry.chroot), (Some(false), None, Some(true)));
        assert_eq!(entry.wakeup, Some(Wakeup { seconds: 60, only_after_use: true }));
        assert_eq!((entry.process_limit, entry.endpoint().unwrap()), (Some(1), "public/pickup".into()));
        let entry = one("smtp inet n - - 0 - smtpd");
        assert_eq!((entry.wakeup, entry.process_limit, entry.endpoint()), (None, None, None));
        assert!(entry.is_chrooted(Level::new(0, 0, 0)) && !entry.is_chrooted(Level::new(1, 0, 0)));
        let conf = Conf::parse("main.cf", "default_process_limit = 7\n", &HostFacts::default()).unwrap();
        assert_eq!(entry.limit(&conf), Ok(7));
    }

    #[test]
    fn overrides_come_in_short_and_long_form_and_are_expanded_late() {
        let text = "smtp inet n - y - - smtpd -o a=b -o {c = d $myhostname} -o\n  f=g -voh=i\n  -- -o j=k\n";
        let entry = one(text);
        let overrides: Vec<_> = entry.overrides().collect();
        assert_eq!(overrides, [("a", "b"), ("c", "d $myhostname"), ("f", "g"), ("h", "i")]);
        assert_eq!((entry.verbosity(), entry.wants_debugger()), (1, false));
        assert_eq!(entry.attributes(), ["-o", "j=k"]);
        let conf = Conf::parse("main.cf", "myhostname = x.y\n", &HostFacts::default()).unwrap();
        assert_eq!(entry.configure(&conf).lookup("c").unwrap().unwrap(), "d x.y");
    }

    #[test]
    fn braces_keep_arguments_together() {
        let entry = one("foo unix - n n - 1 pipe -D flags=R user=x argv={a b} ${c}\n  { x y } d\n");
        assert!(entry.wants_debugger());
        assert_eq!(entry.attributes(), ["flags=R", "user=x", "argv={a b}", "${c}", "x y", "d"]);
    }

    #[test]
    fn the_last_entry_of_a_name_and_type_counts() {
        let entries = parse("m", "a unix - - n - - x\na inet n - n - - y\na unix - - n - - z\n").unwrap();
        let commands: Vec<_> = entries.iter().map(|entry| entry.command.as_str()).collect();
        assert_eq!(commands, ["y", "z"]);
    }

    #[test]
    fn faults_name_file_line_and_value() {
        for (text, expected) in [
            ("\nx inet\n", "m, line 2: bad field count"),
            ("x foo n - y - - s", "m, line 1: invalid type field \"foo\" in \"x foo n - y - - s\""),
            ("x inet q - y - - s", "m, line 1: invalid private field \"q\" in \"x inet q - y - - s\""),
            ("x unix - - y ? - s", "m, line 1: invalid wakeup field \"?\" in \"x unix - - y ? - s\""),
            (
                "x unix - - y - -1 s",
                "m, line 1: invalid process_limit field \"-1\" in \"x unix - - y - -1 s\"",
            ),
            ("x unix - - y - - s -o a", "m, line 1: missing '=' after attribute name: \"a\""),
            ("x unix - - y - - s -o {a", "m, line 1: missing '}' in \"{a\""),
            ("x inet - - n - - s", "m, line 1: inet service x cannot be private"),
            (
                " x unix - - y - - s",
                "m, line 1: logical line must not start with whitespace: \"x unix - - y - - s\"",
            ),
        ] {
            assert_eq!(parse("m", text).unwrap_err().to_string(), expected);
        }
    }
}
