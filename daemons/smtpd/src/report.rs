//! The log lines of a session that log readers match word for word (spec of log lines: `NOQUEUE: reject: ...`).

use crate::conversation::Conversation;
use crate::message::Trouble;
use crate::wire::Lost;
use mail::{Address, Reply};
use maillog::{Connect, Disconnect};
use smtp::address::quote;
use smtp::command::Verb;
use smtp::reply::render;
use smtp::server::{Note, Refusal};
use smtp::text::printable;

impl<S> Conversation<'_, S> {
    pub(crate) fn log_connect(&self) {
        self.log.say(&Connect { client: &self.peer.label });
    }

    pub(crate) fn log_disconnect(&self) {
        let used: Vec<_> = self.session.tally().used().collect();
        let commands: Vec<_> =
            used.iter().map(|(name, count)| (name.as_str(), count.good, count.total)).collect();
        self.log.say(&Disconnect { client: &self.peer.label, commands: &commands });
    }

    /// `ID: kind: STAGE from CLIENT: text; from=<> to=<> proto=... helo=<>`. A recipient given here wins over the
    /// one in the envelope.
    pub(crate) fn log_event(&self, kind: &str, stage: &str, text: &str, about: About<'_>) {
        let mut line = format!("{}: {kind}: {stage} from {}: {text};", self.queue_id(), self.peer.label);
        let envelope = self.session.envelope();
        if let Some(sender) = about.sender.or_else(|| envelope.map(|e| &e.sender.address)) {
            line.push_str(&format!(" from=<{}>", quote(sender)));
        }
        if let Some(recipient) = about.recipient.or_else(|| envelope.and_then(|e| e.only_recipient())) {
            line.push_str(&format!(" to=<{}>", quote(recipient)));
        }
        line.push_str(&format!(" proto={}", self.session.protocol()));
        if let Some(helo) = about.helo.or_else(|| self.session.hello().map(|hello| hello.name.as_str())) {
            line.push_str(&format!(" helo=<{helo}>"));
        }
        self.log.info(line);
    }

    /// `proxy-accept` or `proxy-reject`: what a filter before the queue says to the content.
    pub(crate) fn log_filtered(&self, reply: &Reply) {
        let kind = if reply.class() == 2 { "proxy-accept" } else { "proxy-reject" };
        let said = render(reply);
        let mut line = format!("{kind}: END-OF-MESSAGE: {};", printable(said.trim_end()));
        if let Some(envelope) = self.session.envelope() {
            line.push_str(&format!(" from=<{}>", quote(&envelope.sender.address)));
            if let Some(recipient) = &envelope.first_recipient {
                line.push_str(&format!(" to=<{}>", quote(recipient)));
            }
        }
        line.push_str(&format!(" proto={}", self.session.protocol()));
        if let Some(hello) = self.session.hello() {
            line.push_str(&format!(" helo=<{}>", hello.name));
        }
        self.log.info(line);
    }

    /// What the session wants the log to say about a refusal.
    pub(crate) fn log_note(&self, refusal: &Refusal) {
        let client = &self.peer.label;
        match &refusal.note {
            None => {}
            Some(Note::NonSmtp(text)) => {
                self.log.warning(format_args!("non-SMTP command from {client}: {text}"))
            }
            Some(Note::LongLine(text)) => {
                let limit = self.daemon.settings.line_limit;
                self.log.warning(format_args!("{client}: request longer than {limit}: {text}..."));
            }
            Some(Note::IllegalAddress(verb, text)) => {
                let verb = verb.name();
                self.log
                    .warning(format_args!("Illegal address syntax from {client} in {verb} command: {text}"));
            }
            Some(Note::UnknownNotify(word, value)) => {
                self.log.warning(format_args!("unknown DSN NOTIFY command value \"{word}\" in \"{value}\""));
            }
            Some(Note::MalformedBdat(text)) => {
                let id = self.queue_id();
                self.log.warning(format_args!("{id}: malformed BDAT command syntax from {client}: {text}"));
            }
            Some(Note::NullBdat) => {
                self.log.warning(format_args!("{}: null BDAT request from {client}", self.queue_id()));
            }
            Some(Note::BdatTooBig) => {
                let id = self.queue_id();
                self.log.warning(format_args!("{id}: BDAT request from {client} exceeds message size limit"));
            }
            Some(Note::Etrn(domain)) => {
                self.log.warning(format_args!("reject: ETRN {domain}... from {client}"))
            }
            Some(Note::BareNewline) => {
                self.log_event("reject", self.session.stage(), "bare <LF> received", About::default());
            }
            Some(Note::Unsure(what)) => {
                let verb = refusal.verb.map_or("UNKNOWN", Verb::name);
                self.log.warning(format_args!("don't know {what} {client}"));
                self.log_unserved(verb, &refusal.reply);
            }
            Some(Note::Reject(sender)) => {
                let stage = refusal.verb.map_or("UNKNOWN", Verb::name);
                let about = About { sender: Some(sender), ..About::default() };
                self.log_event("reject", stage, &refusal.reply.line(), about);
            }
        }
    }

    /// The session ends because something of ours can't be asked: `ID: reject: STAGE from CLIENT: reply`.
    pub(crate) fn log_unserved(&self, stage: &str, reply: &Reply) {
        let (id, client) = (self.queue_id(), &self.peer.label);
        self.log.info(format_args!("{id}: reject: {stage} from {client}: {}", reply.line()));
    }

    /// `ID: client=CLIENT`, who it has proved to be, and who is behind it.
    pub(crate) fn log_client(&self, id: &str) {
        let mut line = format!("{id}: client={}", self.peer.label);
        if let Some(login) = self.session.login() {
            line.push_str(&format!(", sasl_method={}, sasl_username={}", login.method, login.username));
            let sender = self.session.envelope().and_then(|envelope| envelope.sender.params.auth_sender());
            if let Some(sender) = sender {
                line.push_str(&format!(", sasl_sender={sender}"));
            }
        }
        if let Some(forwarded) = self.session.forwarded() {
            if let Some(ident) = &forwarded.ident {
                line.push_str(&format!(", orig_queue_id={ident}"));
            }
            let origin = crate::message::origin(forwarded);
            if forwarded.name.is_some() || forwarded.address.is_some() {
                let port = forwarded
                    .port
                    .as_ref()
                    .filter(|_| self.daemon.settings.client_port_logging && forwarded.address.is_some());
                let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                line.push_str(&format!(", orig_client={origin}{port}"));
            }
        }
        self.log.info(line);
    }

    /// `lost connection after STAGE[ (N bytes)] from CLIENT` and its kin.
    pub(crate) fn log_loss(&self, lost: Lost, bytes: Option<u64>) {
        let what = match lost {
            Lost::Connection => "lost connection",
            Lost::Time => "timeout",
        };
        let bytes = bytes.map(|count| format!(" ({count} bytes)")).unwrap_or_default();
        self.log_end(what, &bytes);
    }

    /// The last line but one of a session that didn't end with QUIT.
    pub(crate) fn log_end(&self, what: &str, bytes: &str) {
        // Postfix 3.10 and later put the queue id first.
        let id = if self.log.modern() { format!("{}: ", self.queue_id()) } else { String::new() };
        let (stage, client) = (self.session.stage(), &self.peer.label);
        self.log.info(format_args!("{id}{what} after {stage}{bytes} from {client}"));
    }

    /// The cause of a fault of our own.
    pub(crate) fn log_trouble(&self, trouble: &Trouble) {
        if let Some(cause) = &trouble.cause {
            self.log.warning(cause);
        }
    }

    fn queue_id(&self) -> &str {
        self.message.as_ref().map_or("NOQUEUE", crate::message::Message::shown_id)
    }
}

/// What an event is about, when the session doesn't know it (yet).
#[derive(Clone, Copy, Default)]
pub(crate) struct About<'a> {
    pub sender: Option<&'a Address>,
    pub recipient: Option<&'a Address>,
    pub helo: Option<&'a str>,
}
