//! `posthaste up` and the clients of its README: swaks, curl, Python's smtplib and our own sendmail.
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use testkit::patience::wait_for;
use testkit::run::{Done, shell};
use testkit::stage::{Mta, mailbox};

/// Each client leaves one message in the maildir, byte-exact but for the headers that a mail system adds.
pub fn play(_: Mta) {
    let up = Up::start();
    std::fs::write("/mnt/tmp/mail.txt", MAIL).expect("write the message");
    up.accepts("swaks --server 127.0.0.1:2525 --from me@example.org --to swaks@example.test --data /mnt/tmp/mail.txt");
    up.accepts("curl -sS smtp://127.0.0.1:2525 --mail-from me@example.org --mail-rcpt curl@example.test -T /mnt/tmp/mail.txt --crlf");
    std::fs::write("/mnt/tmp/send.py", PYTHON).expect("write the script");
    up.accepts("python3 /mnt/tmp/send.py");
    let sendmail = format!(
        "MAIL_CONFIG={} sh -c '(echo To: sendmail@example.test; cat /mnt/tmp/mail.txt) | {}'",
        up.config(),
        up.program("sendmail -t -i")
    );
    up.accepts(&sendmail);
    for name in ["swaks", "curl", "python", "sendmail"] {
        let found = wait_for(PATIENCE, || up.mail_for(name));
        let mail = found.unwrap_or_else(|| panic!("no mail for {name}:\n{}", up.output()));
        assert!(mail.contains("\nSubject: from a client\n"), "{name}: {mail}");
        // swaks ends its data with a line of its own
        assert!(mail.trim_end().ends_with("\n\n.dot\n\nlast line"), "{name}: {mail}");
    }
}

struct Up(Child);

impl Up {
    fn start() -> Up {
        let out = std::fs::File::create("/mnt/tmp/up.out").expect("a file for the output");
        let mut command = Command::new(binary());
        command.args(["up", "--folder", "/mnt/tmp/up"]).stdin(Stdio::null());
        command.stderr(out.try_clone().expect("dup")).stdout(out);
        let up = Up(command.spawn().expect("posthaste up"));
        let listens = || std::net::TcpStream::connect("127.0.0.1:2525").ok().map(drop);
        assert!(wait_for(PATIENCE, listens).is_some(), "nobody listens:\n{}", up.output());
        up
    }

    fn accepts(&self, command: &str) {
        let Done { output, status } = shell(command);
        let text = String::from_utf8_lossy(&output).into_owned();
        assert_eq!(status, Some(0), "{command}:\n{text}\n{}", self.output());
    }

    fn config(&self) -> String {
        let found = shell("dirname $(find /mnt/tmp/up -name main.cf | head -1)").text();
        found.trim().to_string()
    }

    fn program(&self, words: &str) -> String {
        format!("{} {words}", binary().display())
    }

    /// The message for a user, wherever the folder keeps its maildirs.
    fn mail_for(&self, user: &str) -> Option<String> {
        let dirs = shell("find /mnt/tmp/up -type d -name new").text();
        let mails = dirs.lines().flat_map(|dir| mailbox(dir.trim_end_matches("new")));
        mails.into_iter().find(|mail| {
            mail.contains(&format!("for <{user}@example.test>"))
                || mail.contains(&format!("To: {user}@example.test"))
        })
    }

    fn output(&self) -> String {
        let log = shell("find /mnt/tmp/up -name '*log*' -type f -exec tail -n 40 {} +");
        let said = std::fs::read_to_string("/mnt/tmp/up.out").unwrap_or_default();
        said + &String::from_utf8_lossy(&log.output)
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        shell(&format!("kill -INT {}", self.0.id()));
        if wait_for(PATIENCE, || self.0.try_wait().ok().flatten()).is_none() {
            self.0.kill().ok();
        }
    }
}

fn binary() -> PathBuf {
    let me = std::env::current_exe().expect("the path of this program");
    me.ancestors().nth(2).expect("the target folder").join("posthaste")
}

const PATIENCE: Duration = Duration::from_secs(15);
const MAIL: &str = "From: me@example.org\nSubject: from a client\n\n.dot\n\nlast line\n";
const PYTHON: &str = "import smtplib
text = open('/mnt/tmp/mail.txt').read()
with smtplib.SMTP('127.0.0.1', 2525) as server:
    server.sendmail('me@example.org', ['python@example.test'], text)
";
