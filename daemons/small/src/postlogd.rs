//! postlogd(8): appends what other programs log to `maillog_file`. It opens the file before it gives up its
//! privileges; a new file after a rotation comes with a reload.

use config::Conf;
use service::{BeforeJail, Daemon, Datagram, Fatal, Jailed, Privilege, Sandbox, Spec};
use std::cell::RefCell;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::process::ExitCode;

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Postlogd>(&args)
}

struct Postlogd {
    file: RefCell<Option<File>>,
}

impl Daemon for Postlogd {
    type Request = Datagram;
    const SPEC: Spec = Spec {
        name: "postlogd",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &Conf, _: &BeforeJail) -> Result<Self, Fatal> {
        // Without a file the service only drains its socket, as programs of an older configuration may log on.
        Ok(Self { file: RefCell::new(conf::open_maillog_file(conf)?) })
    }

    async fn serve(&self, Datagram(bytes): Datagram, _: &Jailed) {
        if let Some(file) = self.file.borrow_mut().as_mut() {
            // A full disc must not stop the mail; the line is lost, as it would be with syslog.
            let _ = file.write_all(&line(&bytes));
        }
    }
}

/// One clean line: senders are ours, but any local program may reach the socket.
fn line(bytes: &[u8]) -> Vec<u8> {
    let clean = |byte: &u8| if byte.is_ascii_control() { b'?' } else { *byte };
    let mut line: Vec<u8> = bytes.iter().map(clean).collect();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_one_line_whatever_it_holds() {
        assert_eq!(line(b"a\nb\0"), b"a?b?\n");
    }
}
