//! What the engine says to each command. Its replies are those of smtpd(8) where it has the command; it forgives
//! arguments that smtpd(8) would not.

use super::address::extract;
use super::{Answer, Engine, TlsLevel, divide};
use crate::Trial;
use mail::{Address, Reply};
use smtp::address::quote;
use smtp::command::Verb;
use smtp::text::{clip, printable, printable_bytes};

impl Engine {
    pub(super) fn carry_out(&mut self, text: &[u8], trial: &Trial) -> Answer {
        let (word, args) = divide(text);
        let verb = std::str::from_utf8(word).map_or(Verb::Unknown, Verb::parse);
        self.tried |= verb == Verb::Rcpt;
        if self.must_encrypt(verb) {
            return Reply::new(530, 7, 0, "Must issue a STARTTLS command first").into();
        }
        match verb {
            Verb::Quit => Answer { close: true, ..Reply::new(221, 0, 0, "Bye").into() },
            Verb::Helo | Verb::Ehlo => self.hello(verb, args),
            Verb::Starttls => self.starttls(args),
            Verb::Mail => self.mail(args),
            Verb::Rcpt => self.rcpt(args, trial),
            Verb::Data | Verb::Bdat => self.content(verb, args),
            Verb::Rset => {
                self.sender = None;
                Reply::new(250, 0, 0, "Ok").into()
            }
            Verb::Noop => Reply::new(250, 0, 0, "Ok").into(),
            Verb::Vrfy => self.vrfy(args, trial),
            Verb::Etrn => self.etrn(args),
            Verb::Auth | Verb::Xclient | Verb::Xforward | Verb::Help | Verb::Unknown => {
                Reply::new(502, 5, 2, "Error: command not recognized").into()
            }
        }
    }

    fn must_encrypt(&self, verb: Verb) -> bool {
        let guarded = matches!(
            verb,
            Verb::Mail | Verb::Rcpt | Verb::Data | Verb::Bdat | Verb::Rset | Verb::Vrfy | Verb::Etrn
        );
        guarded && !self.encrypted && self.settings.tls == TlsLevel::Encrypt
    }

    fn hello(&mut self, verb: Verb, args: &[u8]) -> Answer {
        let (name, _) = divide(args);
        if name.is_empty() {
            return Reply::bare(501, format!("Syntax: {} hostname", verb.name())).into();
        }
        self.hello = Some(clip(&printable_bytes(name), HELLO_KEPT).to_owned());
        self.sender = None;
        // Who has said EHLO once speaks ESMTP, for the log.
        self.extended |= verb == Verb::Ehlo;
        let mut text = self.settings.hostname.clone();
        if verb == Verb::Ehlo {
            for keyword in self.keywords() {
                text.push('\n');
                text.push_str(&keyword);
            }
        }
        Reply::bare(250, text).into()
    }

    fn keywords(&self) -> Vec<String> {
        let settings = &self.settings;
        let size = match settings.size_limit {
            0 => "SIZE".to_owned(),
            limit => format!("SIZE {limit}"),
        };
        let tls = settings.tls != TlsLevel::None && !self.encrypted;
        let all = [
            (true, size.as_str()),
            // Also when it is disabled, as Postfix does.
            (true, "VRFY"),
            (true, "ETRN"),
            (tls, "STARTTLS"),
            (true, "ENHANCEDSTATUSCODES"),
            (true, "8BITMIME"),
            (true, "DSN"),
            (settings.smtputf8, "SMTPUTF8"),
            (true, "CHUNKING"),
        ];
        let shown = |(on, keyword): &(bool, &str)| *on && !self.is_hidden(keyword);
        all.into_iter().filter(shown).map(|(_, keyword)| keyword.to_owned()).collect()
    }

    fn is_hidden(&self, keyword: &str) -> bool {
        let name = keyword.split(' ').next().unwrap_or(keyword);
        self.client.hidden.iter().any(|hidden| hidden.eq_ignore_ascii_case(name))
    }

    fn starttls(&self, args: &[u8]) -> Answer {
        if !args.is_empty() {
            // Postfix says EHLO here, too.
            return Reply::bare(501, "Syntax: EHLO hostname").into();
        }
        if self.encrypted {
            return Reply::new(554, 5, 1, "Error: TLS already active").into();
        }
        if self.settings.tls == TlsLevel::None || self.is_hidden("STARTTLS") {
            return Reply::new(502, 5, 1, "Error: command not implemented").into();
        }
        Answer { starttls: true, ..Answer::default() }
    }

    fn lacks_hello(&self) -> bool {
        self.settings.helo_required && self.hello.is_none()
    }

    fn mail(&mut self, args: &[u8]) -> Answer {
        if self.lacks_hello() {
            return Reply::new(503, 5, 1, "Error: send HELO/EHLO first").into();
        }
        if self.sender.is_some() {
            return Reply::new(503, 5, 1, "Error: nested MAIL command").into();
        }
        let Some(sender) = extract(args) else {
            return Reply::new(501, 5, 4, "Syntax: MAIL FROM:<address>").into();
        };
        self.sender = Some(sender);
        Reply::new(250, 1, 0, "Ok").into()
    }

    fn rcpt(&self, args: &[u8], trial: &Trial) -> Answer {
        let Some(sender) = &self.sender else {
            return Reply::new(503, 5, 1, "Error: need MAIL command").into();
        };
        let Some(recipient) = extract(args) else {
            return Reply::new(501, 5, 4, "Syntax: RCPT TO:<address>").into();
        };
        let reply = self.softened(trial.rcpt_reply());
        let line = format!(
            "NOQUEUE: reject: RCPT from {}: {}; from=<{}>, to=<{}>, proto={}, helo=<{}>",
            self.client.label,
            reply.line(),
            shown(sender),
            shown(&recipient),
            if self.extended { "ESMTP" } else { "SMTP" },
            self.hello.as_deref().unwrap_or_default(),
        );
        Answer { log: vec![line], ..reply.into() }
    }

    fn softened(&self, reply: Reply) -> Reply {
        let soft = self.settings.soft_bounce && reply.class() == 5;
        Reply { code: if soft { reply.code - 100 } else { reply.code }, ..reply }
    }

    /// No recipient was ever accepted, so content would be a mistake: it could only be taken for commands.
    fn content(&self, verb: Verb, args: &[u8]) -> Answer {
        let reply = match (verb, divide(args)) {
            (Verb::Data, (word, _)) if !word.is_empty() => Reply::new(501, 5, 4, "Syntax: DATA"),
            (Verb::Bdat, ([], _)) => Reply::new(501, 5, 4, "Syntax: BDAT count [LAST]"),
            _ if self.sender.is_none() => Reply::new(503, 5, 1, "Error: need RCPT command"),
            _ => Reply::new(554, 5, 1, "Error: no valid recipients"),
        };
        let line = format!("{} without valid RCPT from {}", verb.name(), self.client.label);
        Answer { close: true, log: vec![line], ..reply.into() }
    }

    fn vrfy(&self, args: &[u8], trial: &Trial) -> Answer {
        if self.settings.vrfy_disabled {
            return Reply::new(502, 5, 1, "VRFY command is disabled").into();
        }
        if args.is_empty() {
            return Reply::new(501, 5, 4, "Syntax: VRFY address").into();
        }
        trial.rcpt_reply().into()
    }

    fn etrn(&self, args: &[u8]) -> Answer {
        if self.lacks_hello() {
            return Reply::new(503, 5, 1, "Error: send HELO/EHLO first").into();
        }
        if args.is_empty() {
            return Reply::bare(500, "Syntax: ETRN domain").into();
        }
        Reply::bare(458, "Unable to queue messages").into()
    }
}

fn shown(address: &Address) -> String {
    // Bytes that are no UTF-8 were replaced while the address was read.
    printable(&quote(address)).replace(char::REPLACEMENT_CHARACTER, "?")
}

const HELLO_KEPT: usize = 255;
