//! qshape(1): how old the queued mail is, domain by domain. Reads queue files, changes nothing; memory grows with the
//! number of different domains, not with that of messages.

use command::{Command, Fatal};
use content::FileSource;
use mail::{Address, QueueId};
use options::{GetOpt, Opt};
use record::Envelope;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// The command; `args` without its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    run(&args).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn run(args: &[OsString]) -> Result<(), Fatal> {
    let request = Request::parse(args)?;
    let command = Command::open_silent(PROGRAM, request.directory.as_deref())?;
    let mut shape = Shape::new(&request);
    let terminal = io::stdout().is_terminal();
    let mut out = io::stdout().lock();
    for queue in &request.queues {
        // An absolute name stays what it is.
        let folder = command.queue_directory.join(queue);
        let walked = walk(&folder, 0, &mut |path| {
            shape.file(path);
            if terminal && shape.messages.is_multiple_of(request.batch) {
                let _ = shape.print(&mut out, Some(request.top)).and_then(|()| writeln!(out));
            }
        });
        if let Err(error) = walked {
            command.log.warning(format_args!("{}: {}", folder.display(), os::strerror(&error)));
        }
    }
    // A reader that went away has seen enough.
    let _ = shape.print(&mut out, terminal.then_some(request.top)).and_then(|()| out.flush());
    Ok(())
}

/// What the command line asks for.
struct Request {
    sender: bool,
    parents: bool,
    min_subdomains: usize,
    buckets: usize,
    time: u64,
    linear: bool,
    width: usize,
    batch: u64,
    top: usize,
    directory: Option<OsString>,
    queues: Vec<PathBuf>,
}

impl Request {
    fn parse(args: &[OsString]) -> Result<Self, Fatal> {
        let mut request = Self {
            sender: false,
            parents: false,
            min_subdomains: 5,
            buckets: 10,
            time: 5,
            linear: false,
            width: TERMINAL,
            batch: 1000,
            top: 20,
            directory: None,
            queues: Vec::new(),
        };
        let mut options = GetOpt::new("b:c:lm:n:N:pst:w:", args);
        for option in options.by_ref() {
            match option {
                Opt::Flag(b's') => request.sender = true,
                Opt::Flag(b'p') => request.parents = true,
                Opt::Flag(_) => request.linear = true,
                Opt::Value(b'c', value) => request.directory = Some(value),
                Opt::Value(letter, value) => request.number(letter, &value)?,
                Opt::Unknown(letter) | Opt::Missing(letter) => {
                    eprintln!("{PROGRAM}: invalid option -- '{}'", letter.escape_ascii());
                    return Err(Fatal::say(PROGRAM, USAGE));
                }
            }
        }
        request.queues = options.rest().iter().map(PathBuf::from).collect();
        if request.queues.is_empty() {
            request.queues = ["incoming", "active"].map(PathBuf::from).into();
        }
        Ok(request)
    }

    /// Zero stands for the default, as in Postfix's qshape.
    fn number(&mut self, letter: u8, value: &OsStr) -> Result<(), Fatal> {
        let parsed: Option<u32> = value.to_str().and_then(|text| text.parse().ok());
        let Some(number) = parsed else {
            let (letter, value) = (char::from(letter), value.display());
            return Err(Fatal::say(PROGRAM, format_args!("-{letter}: bad number: {value}\n{USAGE}")));
        };
        let size = number as usize;
        match letter {
            _ if number == 0 => {}
            b'b' => self.buckets = size.min(MOST_BUCKETS),
            b'm' => self.min_subdomains = size,
            b'n' => self.top = size,
            b'N' => self.batch = number.into(),
            b't' => self.time = number.into(),
            // The columns need as much at least.
            _ => self.width = size.max(TERMINAL),
        }
        Ok(())
    }

    /// The age limits of all buckets but the last, in minutes.
    fn limits(&self) -> Vec<u64> {
        let limit = |n: usize| match self.linear {
            true => self.time.saturating_mul(n as u64),
            false => self.time.saturating_mul(1 << (n - 1)),
        };
        (1..self.buckets).map(limit).collect()
    }
}

/// How many of each age.
type Ages = Vec<u64>;

/// The count so far.
struct Shape<'a> {
    request: &'a Request,
    limits: Vec<u64>,
    now: i64,
    messages: u64,
    domains: BTreeMap<String, Ages>,
}

impl<'a> Shape<'a> {
    fn new(request: &'a Request) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        Self { request, limits: request.limits(), now, messages: 0, domains: BTreeMap::new() }
    }

    /// Counts one queue file; what is none is passed by.
    fn file(&mut self, path: &Path) {
        let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits();
        let Ok(flags) = i32::try_from(flags) else { return };
        let Ok(file) = File::options().read(true).custom_flags(flags).open(path) else { return };
        let source = FileSource(&file);
        let envelope =
            Envelope::read(source, usize::MAX).or_else(|_| Envelope::read_maildrop(FileSource(&file)));
        let Ok(envelope) = envelope else { return };
        let arrival = match envelope.arrival.seconds {
            0 => file.metadata().map_or(self.now, |meta| meta.mtime()),
            seconds => seconds,
        };
        self.message(&envelope, arrival);
    }

    fn message(&mut self, envelope: &Envelope, arrival: i64) {
        self.messages += 1;
        let minutes = u64::try_from(self.now.saturating_sub(arrival)).unwrap_or(0) / 60;
        let bucket = self.limits.iter().position(|limit| minutes < *limit).unwrap_or(self.limits.len());
        if self.request.sender {
            return self.count(&envelope.sender, bucket);
        }
        envelope.recipients.iter().for_each(|recipient| self.count(&recipient.address, bucket));
    }

    fn count(&mut self, address: &Address, bucket: usize) {
        let domain = match address.domain() {
            Some(domain) => domain.to_lowercase(),
            None if address.is_null() => "MAILER-DAEMON".to_owned(),
            None => address.as_str().to_lowercase(),
        };
        let buckets = self.limits.len() + 1;
        self.domains.entry(domain).or_insert_with(|| vec![0; buckets])[bucket] += 1;
    }

    /// Parent domains with enough subdomains, in the form `.parent`. Top-level domains are none.
    fn parents(&self) -> Vec<(String, Ages)> {
        let mut parents: BTreeMap<&str, (BTreeSet<&str>, Ages)> = BTreeMap::new();
        for (domain, ages) in self.domains.iter().filter(|(domain, _)| !domain.starts_with('[')) {
            let mut child = domain.as_str();
            while let Some((_, parent)) = child.split_once('.').filter(|(_, parent)| parent.contains('.')) {
                let (children, sums) =
                    parents.entry(parent).or_insert_with(|| (BTreeSet::new(), vec![0; ages.len()]));
                children.insert(child);
                sums.iter_mut().zip(ages).for_each(|(sum, age)| *sum += age);
                child = parent;
            }
        }
        let enough =
            parents.into_iter().filter(|(_, (children, _))| children.len() >= self.request.min_subdomains);
        enough.map(|(parent, (_, ages))| (format!(".{parent}"), ages)).collect()
    }

    fn print(&self, out: &mut impl Write, top: Option<usize>) -> io::Result<()> {
        let mut total = vec![0; self.limits.len() + 1];
        for ages in self.domains.values() {
            total.iter_mut().zip(ages).for_each(|(sum, age)| *sum += age);
        }
        let mut rows: Vec<(String, Ages)> = self.domains.clone().into_iter().collect();
        if self.request.parents {
            rows.extend(self.parents());
        }
        rows.sort_by_key(|(name, ages)| {
            (std::cmp::Reverse(ages.iter().sum::<u64>()), name.len(), name.clone())
        });
        let table = Table::new(self.request.width, &self.limits, &total);
        writeln!(out, "{:room$}{}", "", table.heads(), room = table.room)?;
        table.row(out, "TOTAL", &total)?;
        rows.iter().take(top.unwrap_or(usize::MAX)).try_for_each(|(name, ages)| table.row(out, name, ages))
    }
}

/// The layout: names at the right of their column, then the counts.
struct Table {
    labels: Vec<String>,
    widths: Vec<usize>,
    room: usize,
}

impl Table {
    fn new(width: usize, limits: &[u64], total: &Ages) -> Self {
        let last = limits.last().map_or(0, |limit| *limit);
        let numbers = limits.iter().map(u64::to_string);
        let labels: Vec<String> =
            std::iter::once("T".to_owned()).chain(numbers).chain([format!("{last}+")]).collect();
        let widest = std::iter::once(total.iter().sum()).chain(total.iter().copied());
        let widths: Vec<usize> = labels
            .iter()
            .zip(widest)
            .map(|(label, count)| label.len().max(count.to_string().len()).max(NARROWEST))
            .collect();
        let counts: usize = widths.iter().map(|width| width + 1).sum();
        Self { labels, widths, room: width.saturating_sub(counts).max(SHORTEST_NAME) }
    }

    fn heads(&self) -> String {
        let columns = self.labels.iter().zip(&self.widths);
        columns.map(|(label, width)| format!(" {label:>width$}")).collect()
    }

    fn row(&self, out: &mut impl Write, name: &str, ages: &Ages) -> io::Result<()> {
        let counts = std::iter::once(ages.iter().sum()).chain(ages.iter().copied());
        let counts: String =
            counts.zip(&self.widths).map(|(count, width): (u64, _)| format!(" {count:>width$}")).collect();
        writeln!(out, "{:>room$}{counts}", cut(name, self.room), room = self.room)
    }
}

/// A name that is too long loses its beginning: `+` stands for it, `.+` in a parent domain.
fn cut(name: &str, room: usize) -> String {
    let long = name.chars().count();
    if long <= room {
        return name.to_owned();
    }
    let mark = if name.starts_with('.') { ".+" } else { "+" };
    mark.chars().chain(name.chars().skip(long + mark.len() - room)).collect()
}

/// Calls `found` for each queue file: its name is an id, its mode that of a complete one. One letter is a hash directory.
fn walk(folder: &Path, depth: usize, found: &mut impl FnMut(&Path)) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Ok(meta) = std::fs::symlink_metadata(entry.path()) else { continue };
        if meta.is_dir() && name.len() == 1 && depth < DEEPEST {
            walk(&entry.path(), depth + 1, found)?;
        } else if meta.is_file() && meta.mode() & 0o100 != 0 && name.to_str().is_some_and(is_id) {
            found(&entry.path());
        }
    }
    Ok(())
}

fn is_id(name: &str) -> bool {
    QueueId::parse(name).is_some()
}

const PROGRAM: &str = "qshape";
const TERMINAL: usize = 80;
const NARROWEST: usize = 2;
const SHORTEST_NAME: usize = 18;
/// Ages double from bucket to bucket; no mail is older.
const MOST_BUCKETS: usize = 48;
const DEEPEST: usize = 16;
const USAGE: &str = "usage: qshape [-s] [-p] [-m min_subdomains] [-b bucket_count] [-t bucket_time] [-l] \
    [-w terminal_width] [-N batch_msg_count] [-n batch_top_domains] [-c config_directory] [queue_name ...]";

#[cfg(test)]
mod tests {
    use super::*;
    use mail::Recipient;

    fn table(options: &str, messages: &[(i64, &str, &[&str])]) -> String {
        let args: Vec<OsString> = options.split_whitespace().map(OsString::from).collect();
        let request = Request::parse(&args).unwrap();
        let mut shape = Shape::new(&request);
        for (minutes, sender, recipients) in messages {
            let recipients = recipients.iter().map(|address| Recipient::new(*address)).collect();
            let mut envelope = Envelope::default();
            (envelope.sender, envelope.recipients) = (Address::new(*sender), recipients);
            let arrival = shape.now - minutes * 60 - 20;
            shape.message(&envelope, arrival);
        }
        let mut out = Vec::new();
        shape.print(&mut out, None).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn ages_are_counted_by_domain_the_most_first() {
        let seen = table(
            "",
            &[
                (0, "a@x", &["b@One.Example", "local"]),
                (30, "a@x", &["c@one.example"]),
                (9999, "", &["d@two.example"]),
            ],
        );
        let expected = "                                         T  5 10 20 40 80 160 320 640 1280 1280+\n\
             \x20                                 TOTAL  4  2  0  0  1  0   0   0   0    0     1\n\
             \x20                           one.example  2  1  0  0  1  0   0   0   0    0     0\n\
             \x20                                 local  1  1  0  0  0  0   0   0   0    0     0\n\
             \x20                           two.example  1  0  0  0  0  0   0   0   0    0     1\n";
        assert_eq!(seen, expected);
    }

    #[test]
    fn parents_need_enough_children_of_their_own() {
        let mail: Vec<(i64, &str, &[&str])> =
            vec![(1, "a@x1.s.p.example", &["b"]), (1, "a@x2.s.p.example", &["b"]), (1, "", &["b"])];
        let seen = table("-s -p -m 2 -b 2", &mail);
        assert!(seen.contains(" .s.p.example  2  2  0\n") && !seen.contains(" .p.example"), "{seen}");
        assert!(seen.contains(" MAILER-DAEMON  1  1  0\n"));
    }

    #[test]
    fn ages_may_grow_evenly_and_names_that_are_too_long_lose_their_beginning() {
        let long = format!("u@{}.example", "x".repeat(90));
        let seen = table("-l -b 4 -t 10", &[(25, "", &[&long])]);
        assert!(seen.lines().next().unwrap().ends_with("  T 10 20 30 30+"), "{seen}");
        assert!(seen.lines().all(|line| line.len() == 80), "{seen}");
        assert_eq!(cut(".aaaaaaaaaaaaaaaaaaaaaa.example", 18), ".+aaaaaaaa.example");
    }
}
