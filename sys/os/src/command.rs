//! Other people's commands: a child that gives up everything of ours before it runs, in a process group of
//! its own so that all of it can be ended.

use crate::jail::Ids;
use std::ffi::{CString, OsString};
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

/// A command to run.
pub struct Order<'a> {
    /// Program and arguments. A program without `/` is looked for in the environment's PATH.
    pub argv: &'a [OsString],
    /// The whole environment.
    pub environment: &'a [(OsString, OsString)],
    /// Whom to become; None: stays who we are (a process that isn't root).
    pub ids: Option<Ids>,
    /// New root directory, entered before anything else.
    pub root: Option<&'a Path>,
    /// Working directory, entered as the user.
    pub directory: Option<&'a Path>,
}

/// A command that runs.
pub struct Running {
    /// Its standard input.
    pub input: Option<ChildStdin>,
    /// Its standard output and standard error.
    pub output: ChildStdout,
    /// The rest.
    pub process: Process,
}

/// A command's process, and what it starts.
pub struct Process {
    child: std::process::Child,
    handle: OwnedFd,
}

/// Why a command does not run.
#[derive(Debug)]
pub enum NoStart {
    /// No process, no pipe: may pass.
    System(io::Error),
    /// The root directory can't be entered.
    Root(io::Error),
    /// The user can't be become.
    Identity(io::Error),
    /// The working directory can't be entered.
    Directory(io::Error),
    /// The program can't be executed.
    Program(io::Error),
}

/// Starts a command between two pipes.
pub fn run(order: &Order<'_>) -> Result<Running, NoStart> {
    let mut process = start(order, Stdio::piped(), Stdio::piped())?;
    let input = process.child.stdin.take();
    match process.child.stdout.take() {
        Some(output) => Ok(Running { input, output, process }),
        None => {
            process.kill();
            let _ = process.wait();
            Err(NoStart::System(io::ErrorKind::Other.into()))
        }
    }
}

/// Starts a command that talks to a connection: its standard input, output and errors.
pub fn connect(order: &Order<'_>, connection: OwnedFd) -> Result<Process, NoStart> {
    // Commands expect descriptors that wait.
    rustix::io::ioctl_fionbio(&connection, false).map_err(|e| NoStart::System(e.into()))?;
    let input = connection.try_clone().map_err(NoStart::System)?;
    start(order, input.into(), connection.into())
}

fn start(order: &Order<'_>, input: Stdio, output: Stdio) -> Result<Process, NoStart> {
    let (program, args) = order
        .argv
        .split_first()
        .ok_or_else(|| NoStart::Program(io::Error::from_raw_os_error(libc::ENOENT)))?;
    let steps = Steps::new(order).map_err(NoStart::System)?;
    let (mut told, tell) = io::pipe().map_err(NoStart::System)?;
    let mut command = Command::new(program);
    command.args(args).env_clear().stdin(input).stdout(output).process_group(0);
    command.envs(order.environment.iter().map(|(k, v)| (k, v)));
    let place = tell.as_raw_fd();
    // SAFETY: between fork and exec the closure makes system calls only, on memory prepared before.
    unsafe { command.pre_exec(move || steps.take(place)) };
    let started = command.spawn();
    drop(tell);
    let mut child = started.map_err(|error| {
        let mut step = [0];
        match told.read(&mut step) {
            Ok(1) => Step::fault(step[0], error),
            // exec tells by its error; fork and pipes too, before any step was told.
            _ => NoStart::System(error),
        }
    })?;
    let Some(pid) = rustix::process::Pid::from_raw(child.id() as i32) else {
        return Err(NoStart::System(io::Error::from_raw_os_error(libc::ESRCH)));
    };
    let opened = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty());
    match opened {
        Ok(handle) => Ok(Process { child, handle }),
        Err(errno) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(NoStart::System(errno.into()))
        }
    }
}

impl Running {
    /// Readable when the command has ended.
    pub fn handle(&self) -> &OwnedFd {
        self.process.handle()
    }

    /// Ends the command and what it started, at once.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Waits for the end; the status.
    pub fn wait(&mut self) -> io::Result<std::process::ExitStatus> {
        self.process.wait()
    }
}

impl Process {
    /// Readable when the command has ended.
    pub fn handle(&self) -> &OwnedFd {
        &self.handle
    }

    /// Ends the command and what it started, at once.
    pub fn kill(&mut self) {
        if let Some(group) = rustix::process::Pid::from_raw(self.child.id() as i32) {
            // It may have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }

    /// Waits for the end; the status.
    pub fn wait(&mut self) -> io::Result<std::process::ExitStatus> {
        self.child.wait()
    }
}

/// What the child does between fork and exec.
struct Steps {
    root: Option<CString>,
    ids: Option<Ids>,
    directory: Option<CString>,
}

#[derive(Clone, Copy)]
enum Step {
    Root = 1,
    Identity,
    Directory,
    Program,
}

impl Step {
    fn fault(step: u8, error: io::Error) -> NoStart {
        match step {
            s if s == Self::Root as u8 => NoStart::Root(error),
            s if s == Self::Identity as u8 => NoStart::Identity(error),
            s if s == Self::Directory as u8 => NoStart::Directory(error),
            _ => NoStart::Program(error),
        }
    }
}

impl Steps {
    fn new(order: &Order<'_>) -> io::Result<Self> {
        let text = |path: Option<&Path>| path.map(|p| CString::new(p.as_os_str().as_bytes())).transpose();
        Ok(Self { root: text(order.root)?, ids: order.ids, directory: text(order.directory)? })
    }

    /// Tells the parent which step comes next, over `place`, so that a failure has a name. The last told
    /// step is read only when something failed: success closes the pipe unread.
    fn take(&self, place: i32) -> io::Result<()> {
        self.try_step(place, Step::Root, || match &self.root {
            // SAFETY: C strings that live until exec.
            Some(root) => unsafe { libc::chroot(root.as_ptr()) | libc::chdir(c"/".as_ptr()) },
            None => 0,
        })?;
        self.try_step(place, Step::Identity, || match self.ids {
            // SAFETY: one live gid with count one; plain integers.
            Some(Ids { uid, gid }) => unsafe {
                libc::setgroups(1, &gid) | libc::setresgid(gid, gid, gid) | libc::setresuid(uid, uid, uid)
            },
            None => 0,
        })?;
        self.try_step(place, Step::Directory, || match &self.directory {
            // SAFETY: a C string that lives until exec.
            Some(directory) => unsafe { libc::chdir(directory.as_ptr()) },
            None => 0,
        })?;
        // SAFETY: plain integers; dup2 of output over standard error.
        self.try_step(place, Step::Identity, || unsafe { libc::dup2(1, 2).min(0) })?;
        let step = [Step::Program as u8];
        // SAFETY: one live byte. When exec succeeds, close-on-exec closes the pipe and nobody reads it.
        unsafe { libc::write(place, step.as_ptr().cast(), 1) };
        Ok(())
    }

    fn try_step(&self, place: i32, step: Step, work: impl Fn() -> libc::c_int) -> io::Result<()> {
        if work() == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        let step = [step as u8];
        // SAFETY: one live byte.
        unsafe { libc::write(place, step.as_ptr().cast(), 1) };
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn argv(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    fn order(argv: &[OsString]) -> Order<'_> {
        Order { argv, environment: &[], ids: None, root: None, directory: None }
    }

    #[test]
    fn output_and_errors_come_back_and_the_environment_is_empty() {
        let argv = argv(&["/bin/sh", "-c", "cat; echo err >&2; env | grep -v PWD; exit 3"]);
        let mut running = run(&order(&argv)).unwrap();
        running.input.take().unwrap().write_all(b"in\n").unwrap();
        let mut text = String::new();
        running.output.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("in\nerr\n") && !text.contains("HOME"), "{text}");
        assert_eq!(running.wait().unwrap().code(), Some(3));
    }

    #[test]
    fn a_command_talks_to_a_connection() {
        let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        theirs.set_nonblocking(true).unwrap();
        let argv = argv(&["/bin/sh", "-c", "read line; echo got $line; echo err >&2; exit 4"]);
        let mut process = connect(&order(&argv), theirs.into()).unwrap();
        ours.write_all(b"word\n").unwrap();
        let mut text = String::new();
        ours.read_to_string(&mut text).unwrap();
        assert_eq!(text, "got word\nerr\n");
        assert_eq!(process.wait().unwrap().code(), Some(4));
    }

    #[test]
    fn what_fails_has_a_name() {
        let missing = argv(&["/no/such/program"]);
        assert!(matches!(run(&order(&missing)), Err(NoStart::Program(_))));
        let shell = argv(&["/bin/true"]);
        let nowhere = Order { directory: Some(Path::new("/no/such")), ..order(&shell) };
        assert!(matches!(run(&nowhere), Err(NoStart::Directory(_))));
    }

    #[test]
    fn a_command_is_ended_with_all_it_started() {
        let argv = argv(&["/bin/sh", "-c", "sleep 1000 & sleep 1000"]);
        let mut running = run(&order(&argv)).unwrap();
        running.kill();
        let mut text = Vec::new();
        running.output.read_to_end(&mut text).unwrap();
        assert_eq!(running.wait().unwrap().code(), None);
    }
}
