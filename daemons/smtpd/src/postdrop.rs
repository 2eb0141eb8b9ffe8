//! Mail of a user of this machine (`sendmail -bs`) on its way through postdrop(1), which alone may write to maildrop.
//! One session, one message at a time: waiting here keeps nobody else waiting.

use crate::message::Trouble;
use ipc::cleanup::{Begin, Frame, Recipient};
use mail::{Notify, QueueId, Reply, ReturnFormat};
use record::{Kind, encode, encode_line};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running `postdrop -r`.
pub(crate) struct Postdrop {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
    line_limit: usize,
    /// A line whose end hasn't come yet; at most `line_limit` bytes.
    line: Vec<u8>,
    in_content: bool,
}

impl Postdrop {
    /// Starts it, and writes the envelope as it is known.
    pub(crate) fn start(
        program: &Path,
        begin: &Begin,
        line_limit: usize,
    ) -> Result<(QueueId, Self), Trouble> {
        let failed = |error| Trouble::ours(format!("{}: {error}", program.display()));
        let mut child = Command::new(program)
            .arg("-r")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let input = child.stdin.take();
        let output = child.stdout.take().map(BufReader::new);
        let mut postdrop =
            Self { child, input, output, line_limit: line_limit.max(1), line: Vec::new(), in_content: false };
        let id = postdrop.attribute("queue_id").and_then(|id| QueueId::parse(&id));
        let id = id.ok_or_else(|| Trouble::ours(format!("{}: no queue id", program.display())))?;
        postdrop.write(&envelope(begin))?;
        Ok((id, postdrop))
    }

    /// Passes on what would go to cleanup.
    pub(crate) fn take(&mut self, frame: &Frame) -> Result<(), Trouble> {
        match frame {
            Frame::Recipient(recipient) => self.write(&recipient_records(recipient)),
            Frame::Content(bytes) => self.content(bytes),
            // Access tables don't apply to local users, and the two ends have functions of their own.
            Frame::Edit(_) | Frame::Open | Frame::Begin(_) | Frame::Finish => Ok(()),
        }
    }

    /// Ends the message, and waits for the word that it is safe.
    pub(crate) fn finish(mut self) -> Result<(), Trouble> {
        self.content(b"")?;
        let mut tail = Vec::new();
        if !self.line.is_empty() {
            encode(Kind::NORMAL, &self.line, &mut tail);
        }
        encode(Kind::EXTRACTED, b"", &mut tail);
        encode(Kind::END, b"", &mut tail);
        self.write(&tail)?;
        self.input = None;
        let status = self.attribute("status");
        match (status.as_deref(), self.child.wait()) {
            (Some("0"), Ok(ended)) if ended.success() => Ok(()),
            (Some("4"), _) => Err(Trouble {
                reply: Reply::new(552, 3, 4, "Error: message file too big"),
                cause: None,
                fault: false,
            }),
            (_, Ok(ended)) => Err(Trouble::ours(format!("postdrop: {ended}"))),
            (_, Err(error)) => Err(Trouble::ours(format!("postdrop: {error}"))),
        }
    }

    fn content(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let mut out = Vec::new();
        if !self.in_content {
            self.in_content = true;
            encode(Kind::MESSAGE, b"", &mut out);
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            self.line.extend_from_slice(text);
            if ends {
                encode_line(&self.line, self.line_limit, &mut out);
                self.line.clear();
            }
            while self.line.len() > self.line_limit {
                let rest = self.line.split_off(self.line_limit);
                encode(Kind::CONTINUED, &self.line, &mut out);
                self.line = rest;
            }
        }
        self.write(&out)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let Some(input) = &mut self.input else { return Err(Trouble::ours("postdrop: closed".to_owned())) };
        input.write_all(bytes).map_err(|error| Trouble::ours(format!("postdrop: {error}")))
    }

    /// Reads one answer (names and values that end in null bytes, and one null byte more), and gives a value of it.
    fn attribute(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        loop {
            let word = self.word()?;
            if word.is_empty() {
                return found;
            }
            let value = self.word()?;
            if word == name {
                found = Some(value);
            }
        }
    }

    fn word(&mut self) -> Option<String> {
        let mut word = Vec::new();
        self.output.as_mut()?.take(WORD_LIMIT).read_until(0, &mut word).ok()?;
        (word.pop() == Some(0)).then(|| String::from_utf8(word).ok()).flatten()
    }
}

impl Drop for Postdrop {
    fn drop(&mut self) {
        // Without the end record postdrop forgets the message.
        self.input = None;
        let _ = self.child.wait();
    }
}

fn envelope(begin: &Begin) -> Vec<u8> {
    let mut out = Vec::new();
    let mut attribute = |name: &str, value: &str| {
        encode(Kind::ATTRIBUTE, format!("{name}={value}").as_bytes(), &mut out);
    };
    attribute("rewrite_context", "local");
    if !begin.envelope_id.is_empty() {
        attribute("envelope_id", &begin.envelope_id);
    }
    if let Some(ret) = begin.ret {
        attribute("ret_flags", if ret == ReturnFormat::Full { "1" } else { "2" });
    }
    if let Some((name, value)) = begin.attributes.iter().find(|(name, _)| name == "encoding") {
        attribute(name, value);
    }
    encode(Kind::SENDER, begin.sender.as_str().as_bytes(), &mut out);
    out
}

fn recipient_records(recipient: &Recipient) -> Vec<u8> {
    let mut out = Vec::new();
    encode(Kind::ATTRIBUTE, format!("dsn_orig_rcpt={}", recipient.dsn_orcpt).as_bytes(), &mut out);
    if recipient.notify != Notify::default() {
        encode(Kind::ATTRIBUTE, format!("notify_flags={}", recipient.notify.0).as_bytes(), &mut out);
    }
    encode(Kind::RECIPIENT, recipient.address.as_str().as_bytes(), &mut out);
    out
}

const WORD_LIMIT: u64 = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A stand-in for postdrop that gives an id, keeps its input, and answers with this status.
    fn stand_in(folder: &Path, status: u8) -> std::path::PathBuf {
        let path = folder.join("postdrop");
        let kept = folder.join("kept");
        let script = format!(
            "#!/bin/sh\nprintf 'protocol\\0postdrop_protocol\\0queue_id\\0ABC\\0\\0'\ncat > {}\nprintf 'status\\0%s\\0reason\\0\\0\\0' {status}\nexit {status}\n",
            kept.display()
        );
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn post(status: u8) -> (Result<(), Trouble>, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let program = stand_in(folder.path(), status);
        let begin = Begin { sender: "a@b".into(), ..Begin::default() };
        let (id, mut postdrop) = Postdrop::start(&program, &begin, 4).unwrap();
        assert_eq!(id.as_str(), "ABC");
        postdrop
            .take(&Frame::Recipient(Recipient { address: "u@c".into(), ..Recipient::default() }))
            .unwrap();
        for piece in ["ab", "cdef", "g\n", "last"] {
            postdrop.take(&Frame::Content(piece.as_bytes().to_vec())).unwrap();
        }
        let finished = postdrop.finish();
        (finished, std::fs::read(folder.path().join("kept")).unwrap())
    }

    #[test]
    fn a_message_becomes_records() {
        let (finished, kept) = post(0);
        assert!(finished.is_ok());
        let text = String::from_utf8(kept).unwrap();
        assert!(
            text.contains("S\u{3}a@b")
                && text.contains("R\u{3}u@cM\u{0}L\u{4}abcdN\u{3}efgN\u{4}lastX\u{0}E\u{0}"),
            "{text:?}"
        );
    }

    #[test]
    fn its_refusal_is_ours() {
        assert_eq!(post(4).0.unwrap_err().reply.line(), "552 5.3.4 Error: message file too big");
        assert_eq!(post(2).0.unwrap_err().reply.line(), "451 4.3.0 Error: queue file write error");
    }
}
