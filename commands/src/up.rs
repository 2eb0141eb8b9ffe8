//! `posthaste up`: a whole mail system in one folder, for trying. It writes ordinary main.cf and master.cf,
//! starts the ordinary master with the ordinary daemons, and tells in plain words what the log says.
//! The second start finds the same queue, and keeps what was edited.

mod folder;
mod story;

use folder::Folder;
use os::poll;
use os::signals::{Signal, SignalFd};
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;
use story::Story;

/// `posthaste up [--port N] [--folder F] [--domain D]`.
pub fn main(args: Vec<OsString>) -> ExitCode {
    match Wish::parse(&args).and_then(|wish| run(&wish)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("posthaste up: {text}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
pub(crate) struct Wish {
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    pub(crate) domain: String,
}

impl Wish {
    fn parse(args: &[OsString]) -> Result<Self, String> {
        let mut wish =
            Self { port: 2525, folder: PathBuf::from("posthaste-data"), domain: "example.test".into() };
        let mut words = args.iter();
        while let Some(word) = words.next() {
            let name = word.to_str().unwrap_or_default();
            if !["--port", "--folder", "--domain"].contains(&name) {
                return Err(format!("unknown option {word:?}\n{USAGE}"));
            }
            let value = words.next().ok_or_else(|| format!("{name} needs a value\n{USAGE}"))?;
            let text = value.to_string_lossy();
            match name {
                "--port" => {
                    wish.port = text.parse().map_err(|_| format!("--port {text}: not a port number"))?
                }
                "--domain" => wish.domain = domain(&text)?,
                _ => wish.folder = PathBuf::from(value),
            }
        }
        wish.folder =
            std::path::absolute(&wish.folder).map_err(|e| format!("{}: {e}", wish.folder.display()))?;
        Ok(wish)
    }
}

/// Only what can't mean anything else in main.cf.
fn domain(text: &str) -> Result<String, String> {
    let valid = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    if valid { Ok(text.to_lowercase()) } else { Err(format!("--domain {text}: not a domain name")) }
}

fn run(wish: &Wish) -> Result<(), String> {
    let folder = Folder::prepare(wish)?;
    let signals = SignalFd::open().map_err(|e| format!("signals: {e}"))?;
    let mut log = open_log(&folder)?;
    let mut master = start(&folder)?;
    let greeting = format!("127.0.0.1:{}", wish.port);
    if !comes_up(&mut master, &greeting)? {
        return Err(format!("the mail system did not start; see {}", folder.log().display()));
    }
    println!("{}", folder.welcome(wish));
    let mut story = Story::default();
    loop {
        tell(&mut log, &mut story)?;
        poll::readable(&signals, LOOK_AGAIN_MS).map_err(|e| format!("poll: {e}"))?;
        match signals.next().map_err(|e| format!("signals: {e}"))? {
            Some(Signal::Interrupt | Signal::Terminate | Signal::Hangup) => break,
            Some(Signal::Child) if master.try_wait().ok().flatten().is_some() => {
                tell(&mut log, &mut story)?;
                return Err(format!("the mail system ended by itself; see {}", folder.log().display()));
            }
            _ => {}
        }
    }
    println!("Stopping; mail that is still in the queue stays there for the next start.");
    stop(&mut master)?;
    tell(&mut log, &mut story)
}

/// The log from now on: earlier runs have been told.
fn open_log(folder: &Folder) -> Result<BufReader<File>, String> {
    let fail = |e: std::io::Error| format!("{}: {e}", folder.log().display());
    let mut file = File::open(folder.log()).map_err(fail)?;
    file.seek(SeekFrom::End(0)).map_err(fail)?;
    Ok(BufReader::new(file))
}

fn start(folder: &Folder) -> Result<Child, String> {
    let program = folder.program("master");
    // A process group of its own: ^C is ours to handle.
    use std::os::unix::process::CommandExt;
    Command::new(&program)
        .args(["-s", "-c"])
        .arg(folder.config())
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|e| format!("{}: {e}", program.display()))
}

/// Waits for the port to answer; false when master has ended instead.
fn comes_up(master: &mut Child, address: &str) -> Result<bool, String> {
    let process = os::spawn::watch(master.id()).map_err(|e| format!("watch master: {e}"))?;
    let deadline = std::time::Instant::now() + START_PATIENCE;
    while std::time::Instant::now() < deadline {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(true);
        }
        if poll::readable(&process, LOOK_AGAIN_MS).map_err(|e| format!("poll: {e}"))? {
            return Ok(false);
        }
    }
    Ok(false)
}

fn stop(master: &mut Child) -> Result<(), String> {
    os::spawn::terminate(master.id()).map_err(|e| format!("stop master: {e}"))?;
    master.wait().map(drop).map_err(|e| format!("stop master: {e}"))
}

/// Tells what was logged since the last time. A line without its end is left for later.
fn tell(log: &mut BufReader<File>, story: &mut Story) -> Result<(), String> {
    let mut line = String::new();
    loop {
        line.clear();
        let length = log.read_line(&mut line).map_err(|e| format!("read the log: {e}"))?;
        if length == 0 {
            return Ok(());
        }
        if !line.ends_with('\n') {
            let back = -(length as i64);
            return log.seek_relative(back).map_err(|e| format!("read the log: {e}"));
        }
        if let Some(sentence) = story.tell(line.trim_end()) {
            println!("{sentence}");
        }
    }
}

const USAGE: &str = "usage: posthaste up [--port N] [--folder F] [--domain D]";
const LOOK_AGAIN_MS: u32 = 100;
const START_PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_cannot_smuggle_settings() {
        assert!(domain("Example.TEST").is_ok_and(|d| d == "example.test"));
        for bad in ["", "a b", "a\nb=c", "$x", "a/b"] {
            assert!(domain(bad).is_err(), "{bad}");
        }
    }
}
