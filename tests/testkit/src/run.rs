//! Commands of a test: input from a string, output into a file. Not into a pipe: a daemon that
//! keeps its standard output open would hold the reader for ever.
use crate::patience::wait_for;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a command left behind.
pub struct Done {
    /// Standard output and standard error, in the order of writing.
    pub output: Vec<u8>,
    /// Exit status; 128 + N after signal N; None when it had to be killed at the deadline.
    pub status: Option<i32>,
}

impl Done {
    /// The output as text, after asserting that the command succeeded.
    pub fn text(self) -> String {
        let text = String::from_utf8_lossy(&self.output).into_owned();
        assert!(self.status == Some(0), "exit status {:?}: {text}", self.status);
        text
    }
}

/// Runs a shell command line as root.
pub fn shell(line: &str) -> Done {
    shell_as(None, line, b"")
}

/// Runs a shell command line, as another user when one is named, with `input` on standard input.
pub fn shell_as(user: Option<&str>, line: &str, input: &[u8]) -> Done {
    let mut command = match user {
        None => Command::new("/bin/sh"),
        Some(user) => {
            let mut setpriv = Command::new("setpriv");
            setpriv.args(["--reuid", user, "--regid", user, "--clear-groups", "/bin/sh"]);
            setpriv.env("HOME", format!("/mnt/home/{user}")).env("USER", user).env("LOGNAME", user);
            setpriv
        }
    };
    command.arg("-c").arg(line).env("PATH", "/mnt/sbin:/usr/bin:/bin:/usr/sbin:/sbin").env("LC_ALL", "C");
    run(command, input, LIMIT)
}

/// Runs `command` to its end or to the deadline.
pub fn run(mut command: Command, input: &[u8], limit: Duration) -> Done {
    let mut output = scratch();
    let mut stdin = scratch();
    stdin.write_all(input).and_then(|()| stdin.rewind()).expect("write the input of a command");
    command.stdin(stdin);
    command.stdout(Stdio::from(output.try_clone().expect("dup")));
    command.stderr(Stdio::from(output.try_clone().expect("dup")));
    let mut child = command.spawn().unwrap_or_else(|e| panic!("cannot run {command:?}: {e}"));
    let status = wait_for(limit, || child.try_wait().expect("wait for a command"));
    if status.is_none() {
        child.kill().ok();
        child.wait().ok();
    }
    let mut text = Vec::new();
    output.rewind().and_then(|()| output.read_to_end(&mut text)).expect("read the output of a command");
    Done { output: text, status: status.map(code) }
}

fn code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

/// An unnamed file; standard output and standard error share it and its offset.
fn scratch() -> File {
    File::from(rustix::fs::memfd_create("test", rustix::fs::MemfdFlags::CLOEXEC).expect("an unnamed file"))
}

const LIMIT: Duration = Duration::from_secs(20);
