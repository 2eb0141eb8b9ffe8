//! `notify_classes`: mail to the postmaster about a session in which something was wrong, with its transcript.

use crate::conversation::Conversation;
use crate::message::Message;
use crate::wire::Lost;
use ipc::cleanup::{Begin, Flags};
use mail::{Address, Reply, Timestamp};
use os::clock::Local;
use smtp::command::Verb;
use smtp::line::Line;
use smtp::params::RcptParams;
use smtp::reply::render;
use smtp::server::RcptTo;
use smtp::text::{clip, printable_bytes};
use std::time::SystemTime;
use tokio::io::{AsyncRead, AsyncWrite};

/// The sorts of trouble in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mistakes {
    /// Mail was not taken because of something of ours that ran out or is down.
    pub resource: bool,
    /// The configuration, or a table.
    pub software: bool,
    /// The client was refused by policy.
    pub policy: bool,
    /// The client erred.
    pub protocol: bool,
}

impl Mistakes {
    fn touch(self, other: Self) -> bool {
        (self.resource && other.resource)
            || (self.software && other.software)
            || (self.policy && other.policy)
            || (self.protocol && other.protocol)
    }
}

/// What was said, as far as it fits.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    lines: Vec<String>,
    /// How many there have been since it began; not all may be kept.
    count: usize,
    reason: Option<&'static str>,
}

impl Transcript {
    pub(crate) fn said(&mut self, reply: &Reply) {
        render(reply).lines().for_each(|line| self.keep(format!(" Out: {}", clip(line, LINE_KEPT))));
    }

    pub(crate) fn heard(&mut self, line: &Line) {
        let mut text = printable_bytes(&line.bytes);
        if Verb::of_line(&line.bytes) == Verb::Auth {
            // The mechanism is no secret; what follows is.
            text = text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        }
        self.keep(format!(" In:  {}", clip(&text, LINE_KEPT)));
    }

    /// The session ended without a goodbye.
    pub(crate) fn aborted(&mut self, lost: Lost) {
        self.reason = Some(match lost {
            Lost::Connection => "lost connection",
            Lost::Time => "timeout",
        });
    }

    /// Keeps the newest lines.
    fn keep(&mut self, line: String) {
        if self.lines.len() >= LINES_KEPT {
            self.lines.drain(..LINES_KEPT / 2);
        }
        self.lines.push(line);
        self.count += 1;
    }

    fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        if let Some(reason) = self.reason {
            text.push_str(&format!("\n\nSession aborted, reason: {reason}"));
        }
        text
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    /// `smtpd_history_flush_threshold`: EHLO, RSET and the end of a message begin a new transcript when the old one
    /// is long.
    pub(crate) async fn flush_history(&mut self) {
        if self.transcript.count > self.daemon.settings.notices.history_threshold {
            self.notify_postmaster().await;
            self.mistakes = Mistakes::default();
            self.transcript = Transcript::default();
        }
    }

    /// Sends the notice, if the postmaster wants one about a session like this.
    pub(crate) async fn notify_postmaster(&self) {
        let notices = &self.daemon.settings.notices;
        if self.is_unjudged() || !self.mistakes.touch(notices.classes) {
            return;
        }
        if let Err(trouble) = self.post_notice().await {
            self.log_trouble(&trouble);
            self.log.warning("postmaster notify: no notice was queued");
        }
    }

    async fn post_notice(&self) -> Result<(), crate::message::Trouble> {
        let settings = &self.daemon.settings;
        let recipient = &settings.notices.recipient;
        let begin = Begin {
            flags: Flags { maps: true, ..Flags::default() },
            arrival: Timestamp::from_system(SystemTime::now()),
            sender: Address::new(&settings.notices.sender),
            attributes: vec![("log_message_origin".to_owned(), "local".to_owned())],
            ..Begin::default()
        };
        let mut message = Message::open(self.daemon, begin).await?;
        let address = Address::new(recipient);
        let to = RcptTo { address, text: recipient.clone(), params: RcptParams::default() };
        message.recipient(&to, "").await?;
        let text = self.notice_text(message.shown_id());
        message.content(text.as_bytes()).await?;
        message.finish().await.map(drop)
    }

    fn notice_text(&self, id: &str) -> String {
        let settings = &self.daemon.settings;
        let (host, software) = (&settings.hostname, &settings.mail_name);
        let date = Local::from_seconds(Timestamp::from_system(SystemTime::now()).seconds).rfc5322();
        format!(
            "Received: by {host} ({software})\n\tid {id}; {date}\n\
             Date: {date}\n\
             From: Mail Delivery System <MAILER-DAEMON@{host}>\n\
             To: Postmaster <{}>\n\
             Subject: {software} SMTP server: errors from {}\n\
             \nTranscript of session follows.\n\n{}\n\n\nFor other details, see the local mail logfile\n",
            settings.notices.recipient,
            self.peer.label,
            self.transcript.text(),
        )
    }
}

const LINES_KEPT: usize = 100;
const LINE_KEPT: usize = 200;
