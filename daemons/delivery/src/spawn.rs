//! spawn(8): gives each connection to a command as its standard input, output and errors, and reads not a byte of it.
//! The command runs as the user of `user=`, never as root or the owner of the mail system.

use crate::pipe::{exported_environment, ids};
use config::{Conf, p};
use maillog::Log;
use os::acting::act;
use os::command::{NoStart, Order, Process, connect};
use os::jail::Ids;
use os::poll::readable;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Spec, Stream};
use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// The daemon.
pub struct Spawn {
    argv: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    /// None: a process that isn't root stays who it is.
    ids: Option<Ids>,
    limit: Duration,
}

impl Daemon for Spawn {
    type Request = Stream;
    const SPEC: Spec = Spec { name: "spawn", privilege: Privilege::Root, sandbox: None, resident: false };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let (user, argv) = attributes(&before.invocation.attributes).map_err(Fatal::new)?;
        let (user, group) = user.split_once(':').map_or((user, None), |(user, group)| (user, Some(group)));
        let environment = exported_environment(&conf.get(p::EXPORT_ENVIRONMENT)?);
        let ids = match os::jail::is_root() {
            true => Some(ids(user, group, &conf.get(p::MAIL_OWNER)?)?),
            false => None,
        };
        Ok(Self {
            argv: argv.iter().map(OsString::from).collect(),
            environment: environment.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            ids,
            limit: conf.transport(p::COMMAND_TIME_LIMIT, &before.invocation.name)?,
        })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let (connection, _place) = match stream {
            Stream::Unix(stream) => {
                let place = jailed.request().await;
                (stream.into_std().map(OwnedFd::from), Some(place))
            }
            // The skeleton counts connections from the network.
            Stream::Inet(stream) | Stream::Passed(stream, _) => (stream.into_std().map(OwnedFd::from), None),
        };
        match connection {
            Ok(connection) => self.converse(connection, jailed.log()).await,
            Err(error) => jailed.log().warning(format_args!("take over a connection: {error}")),
        }
    }
}

impl Spawn {
    /// Runs the command to its end, with the connection.
    async fn converse(&self, connection: OwnedFd, log: &Log) {
        let name = self.argv.first().map(|name| name.to_string_lossy()).unwrap_or_default();
        let order = Order {
            argv: &self.argv,
            environment: &self.environment,
            ids: self.ids,
            root: None,
            directory: None,
        };
        let process = match connect(&order, connection) {
            Ok(process) => process,
            Err(why) => return log.warning(format_args!("command {name}: {}", cause(&why))),
        };
        // A thread waits, as for any command of the rooms here.
        let (limit, (end, ended)) = (self.limit, tokio::sync::oneshot::channel());
        let begun = act(None, move || wait(process, limit), move |result| drop(end.send(result.flatten())));
        match begun.map(|()| ended) {
            Ok(ended) => complain(&name, ended.await.map_err(io::Error::other).flatten(), log),
            Err(error) => complain(&name, Err(error), log),
        }
    }
}

/// Waits for the end of a command; None when its time was over.
fn wait(mut process: Process, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    let in_time = loop {
        let left = u32::try_from(limit.saturating_sub(begin.elapsed()).as_millis()).unwrap_or(u32::MAX);
        match readable(process.handle(), left) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    if !matches!(in_time, Ok(true)) {
        process.kill();
    }
    let status = process.wait()?;
    Ok(in_time?.then_some(status))
}

/// `user=` and what follows `argv=`, which is the last attribute.
fn attributes(words: &[String]) -> Result<(&str, Vec<&str>), String> {
    let mut user = None;
    for (at, word) in words.iter().enumerate() {
        match word.split_once('=') {
            Some(("user", name)) if !name.is_empty() => user = Some(name),
            Some(("argv", program)) if !program.is_empty() => {
                let user = user.ok_or("missing user= command-line attribute")?;
                let rest = words.iter().skip(at + 1).map(String::as_str);
                return Ok((user, std::iter::once(program).chain(rest).collect()));
            }
            _ => return Err(format!("unknown attribute name: {word}")),
        }
    }
    Err("missing argv= command-line attribute".to_owned())
}

fn complain(name: &str, end: io::Result<Option<ExitStatus>>, log: &Log) {
    match end.map(|status| status.map(|status| (status.code(), status.signal()))) {
        Ok(Some((Some(0), _) | (None, None))) => {}
        Ok(Some((Some(code), _))) => log.warning(format_args!("command {name} exit status {code}")),
        Ok(Some((None, Some(signal)))) => {
            log.warning(format_args!("command {name} killed by signal {signal}"));
        }
        Ok(None) => log.warning(format_args!("command {name}: time limit exceeded")),
        Err(error) => log.warning(format_args!("command {name}: {}", os::strerror(&error))),
    }
}

fn cause(why: &NoStart) -> String {
    match why {
        NoStart::System(error) | NoStart::Program(error) => os::strerror(error),
        NoStart::Root(error) => format!("change root directory: {}", os::strerror(error)),
        NoStart::Identity(error) => format!("become its user: {}", os::strerror(error)),
        NoStart::Directory(error) => format!("change directory: {}", os::strerror(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maillog::Sink;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    fn spawn(script: &str, limit: Duration) -> Spawn {
        Spawn {
            argv: ["/bin/sh", "-c", script].map(OsString::from).to_vec(),
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            ids: os::jail::is_root().then_some(Ids { uid: 65534, gid: 65534 }),
            limit,
        }
    }

    /// What the command said to a client that said `input`, and the log.
    fn converse(spawn: &Spawn, input: &str) -> (String, String) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("log");
        let log =
            Log::open("postfix/spawn".to_owned(), Sink::file(std::fs::File::create(&file).unwrap()), false);
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        ours.write_all(input.as_bytes()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(spawn.converse(theirs.into(), &log));
        let mut said = String::new();
        ours.read_to_string(&mut said).unwrap();
        (said, std::fs::read_to_string(&file).unwrap_or_default())
    }

    #[test]
    fn attributes_end_with_argv() {
        let line = words("user=vmail:mail argv=/bin/x -d user=y");
        assert_eq!(attributes(&line).unwrap(), ("vmail:mail", vec!["/bin/x", "-d", "user=y"]));
        for (line, fault) in [
            ("argv=/bin/x", "missing user= command-line attribute"),
            ("user=x", "missing argv= command-line attribute"),
            ("user=x flags=R argv=y", "unknown attribute name: flags=R"),
        ] {
            assert_eq!(attributes(&words(line)).unwrap_err(), fault);
        }
    }

    #[test]
    fn a_client_talks_to_the_command_which_is_not_root() {
        let (said, log) = converse(&spawn("read a; echo $a; id -u", Duration::from_secs(60)), "hello\n");
        let (first, uid) = said.split_once('\n').unwrap();
        assert_eq!((first, log.as_str()), ("hello", ""));
        assert_ne!(uid.trim(), "0");
    }

    #[test]
    fn a_command_that_fails_or_takes_too_long_is_reported() {
        let (_, log) = converse(&spawn("exit 3", Duration::from_secs(60)), "");
        assert!(log.contains("warning: command /bin/sh exit status 3"), "{log}");
        let (said, log) = converse(&spawn("sleep 1000", Duration::from_millis(50)), "");
        assert!(said.is_empty() && log.contains("command /bin/sh: time limit exceeded"), "{log}");
    }
}
