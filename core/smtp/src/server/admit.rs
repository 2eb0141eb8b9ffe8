//! May this command run now? Each function refuses, refuses, and then gives the parsed command. Nothing changes here.

use super::identity::Permit;
use super::offers::Tls;
use super::request::{Blame, Chunk, Note, RcptTo, Refusal, Request, Sender};
use super::session::{Envelope, Session};
use crate::address::parse_path;
use crate::command::{Verb, Word, words};
use crate::data::BareNewline;
use crate::line::Line;
use crate::params::{Allowed, MailParams, RcptParams, octets, unknown_notify};
use crate::text::{clip, is_hostname, neuter_helo, printable};
use mail::{Address, Reply};
use std::borrow::Cow;

type Admission = Result<Request, Refusal>;
/// A path and what follows it.
type Argument<'a, 'b> = (&'a Word<'b>, &'a [Word<'b>]);

impl Session {
    /// Checks a command line.
    pub fn admit(&self, line: &Line) -> Admission {
        let text = self.readable(line)?;
        let text = text.as_ref();
        let words = words(text);
        let Some((first, args)) = words.split_first() else {
            return Err(self.nonsense("Error: bad syntax"));
        };
        let verb = Verb::parse(first.text);
        if self.tls() == (Tls::Offered { required: true }) && !may_precede_tls(verb) {
            return refuse(verb, Reply::new(530, 7, 0, "Must issue a STARTTLS command first"));
        }
        match verb {
            Verb::Helo => self.admit_hello(args, false),
            Verb::Ehlo => self.admit_hello(args, true),
            Verb::Mail => self.admit_mail(args),
            Verb::Rcpt => self.admit_rcpt(args),
            Verb::Data => self.admit_data(args),
            Verb::Bdat => self.admit_bdat(args, text),
            Verb::Rset if args.is_empty() => Ok(Request::Rset),
            Verb::Rset => refuse(Verb::Rset, Reply::new(501, 5, 4, "Syntax: RSET")),
            Verb::Noop => Ok(Request::Noop),
            Verb::Vrfy => self.admit_vrfy(args),
            Verb::Help => Ok(Request::Help),
            Verb::Quit => Ok(Request::Quit),
            Verb::Etrn => self.admit_etrn(args),
            Verb::Starttls => self.admit_starttls(args),
            Verb::Auth => self.admit_auth(args),
            Verb::Xclient => self.admit_xclient(args),
            Verb::Xforward => self.admit_xforward(args),
            Verb::Unknown => admit_unknown(first.text, text),
        }
    }

    /// MAIL, RCPT, VRFY and AUTH are counted against the limits of a client (`smtpd_client_message_rate_limit` and its kin)
    /// when they come at their time and have an argument, whatever may be wrong with that.
    pub fn counted(&self, line: &Line) -> Option<Verb> {
        let text = self.readable(line).ok()?;
        let words = words(&text);
        let (first, args) = words.split_first()?;
        let verb = Verb::parse(first.text);
        let is_request = match verb {
            Verb::Mail => self.mail_argument(args).is_ok(),
            Verb::Rcpt => self.rcpt_argument(args).is_ok(),
            Verb::Vrfy => self.vrfy_argument(args).is_ok(),
            Verb::Auth => self.auth_trouble().is_none(),
            _ => false,
        };
        is_request.then_some(verb)
    }

    fn readable<'a>(&self, line: &'a Line) -> Result<Cow<'a, str>, Refusal> {
        if line.bare_lf && self.settings.bare_newline == BareNewline::Reject {
            let refusal =
                Refusal { verb: None, close: true, ..Refusal::new(Verb::Unknown, self.bare_newline_reply()) };
            return Err(refusal.noted(Note::BareNewline));
        }
        if line.too_long {
            let shown = String::from_utf8_lossy(&line.bytes);
            return Err(self
                .nonsense("Error: line too long")
                .noted(Note::LongLine(printable(clip(&shown, 30)))));
        }
        match String::from_utf8_lossy(&line.bytes) {
            Cow::Owned(_) if self.settings.smtputf8 => Err(self.nonsense("Error: bad UTF-8 syntax")),
            text => Ok(text),
        }
    }

    fn nonsense(&self, text: &str) -> Refusal {
        Refusal { verb: None, ..Refusal::new(Verb::Unknown, Reply::new(500, 5, 2, text)) }
    }

    fn admit_hello(&self, args: &[Word<'_>], extended: bool) -> Admission {
        let verb = if extended { Verb::Ehlo } else { Verb::Helo };
        if args.is_empty() {
            return refuse(verb, Reply::bare(501, format!("Syntax: {} hostname", verb.name())));
        }
        if extended {
            self.sure_of_keywords()?;
        }
        let name = args.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        Ok(Request::Hello { name: neuter_helo(&name), extended })
    }

    /// The path and the parameters, when it is time for MAIL.
    fn mail_argument<'a, 'b>(&self, args: &'a [Word<'b>]) -> Result<Argument<'a, 'b>, Refusal> {
        if self.settings.helo_required && self.hello().is_none() {
            return Err(Refusal::new(Verb::Mail, Reply::new(503, 5, 1, "Error: send HELO/EHLO first")));
        }
        if self.envelope().is_some() {
            return Err(Refusal::new(Verb::Mail, Reply::new(503, 5, 1, "Error: nested MAIL command")));
        }
        let syntax = || Refusal::new(Verb::Mail, Reply::new(501, 5, 4, "Syntax: MAIL FROM:<address>"));
        labelled(args, "FROM:").ok_or_else(syntax)
    }

    fn admit_mail(&self, args: &[Word<'_>]) -> Admission {
        let (path, words) = self.mail_argument(args)?;
        let address = self.address(Verb::Mail, path)?;
        let allowed = Allowed {
            smtputf8: self.settings.smtputf8,
            dsn: !self.hides("DSN"),
            verp: (self.grants.verp == Permit::Yes)
                .then_some((&self.settings.verp_delimiters, &self.settings.verp_filter)),
        };
        let params = MailParams::parse(words, &allowed).map_err(|reply| Refusal::new(Verb::Mail, reply))?;
        if params.verp.is_some() && address.is_null() {
            return refuse(Verb::Mail, Reply::new(503, 5, 4, "Error: XVERP requires non-null sender"));
        }
        self.check_utf8(Verb::Mail, &address, params.smtputf8)?;
        if self.settings.size_limit > 0 && params.size > self.settings.size_limit {
            let reply = Reply::new(552, 3, 4, "Message size exceeds fixed limit");
            return Err(Refusal::new(Verb::Mail, reply).noted(Note::Reject(address)));
        }
        Ok(Request::Mail(Sender { address, text: printable(path.text), params }))
    }

    /// The open envelope, the path and the parameters, when it is time for RCPT.
    fn rcpt_argument<'a, 'b>(&self, args: &'a [Word<'b>]) -> Result<(&Envelope, Argument<'a, 'b>), Refusal> {
        let refusal = |reply| Refusal::new(Verb::Rcpt, reply);
        let Some(envelope) = self.envelope() else {
            return Err(refusal(Reply::new(503, 5, 1, "Error: need MAIL command")));
        };
        if envelope.chunked {
            return Err(refusal(Reply::new(503, 5, 1, "Error: RCPT after BDAT")));
        }
        let syntax = || refusal(Reply::new(501, 5, 4, "Syntax: RCPT TO:<address>"));
        Ok((envelope, labelled(args, "TO:").ok_or_else(syntax)?))
    }

    fn admit_rcpt(&self, args: &[Word<'_>]) -> Admission {
        let (envelope, (path, words)) = self.rcpt_argument(args)?;
        let address = self.address(Verb::Rcpt, path)?;
        let params = RcptParams::parse(words, !self.hides("DSN")).map_err(|reply| {
            let note = unknown_notify(words)
                .map(|(word, value)| Note::UnknownNotify(printable(&word), printable(&value)));
            Refusal { note, ..Refusal::new(Verb::Rcpt, reply) }
        })?;
        self.check_utf8(Verb::Rcpt, &address, envelope.sender.params.smtputf8)?;
        if envelope.recipients >= self.settings.recipient_limit {
            let reply = Reply::new(452, 5, 3, "Error: too many recipients");
            return Err(Refusal { blame: Blame::Overshoot, ..Refusal::new(Verb::Rcpt, reply) });
        }
        Ok(Request::Rcpt(RcptTo { address, text: printable(path.text), params }))
    }

    /// Reads a path. Only MAIL may have an empty one.
    fn address(&self, verb: Verb, path: &Word<'_>) -> Result<Address, Refusal> {
        let bad = || Refusal::bad_address(verb, &printable(path.text));
        // Bytes that are no UTF-8 (smtputf8_enable = no) name nobody here.
        if path.text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(bad());
        }
        if path.broken {
            return Err(Refusal { note: None, ..bad() });
        }
        let address = parse_path(path.text, self.settings.strict_envelopes).map_err(|_| bad())?;
        if address.is_null() && verb != Verb::Mail {
            return Err(bad());
        }
        Ok(address)
    }

    fn check_utf8(&self, verb: Verb, address: &Address, declared: bool) -> Result<(), Refusal> {
        if self.settings.smtputf8
            && self.settings.strict_smtputf8
            && !declared
            && !address.as_str().is_ascii()
        {
            let reply = Reply::new(553, 6, 7, "Must declare SMTPUTF8 to send unicode address");
            return Err(Refusal::new(verb, reply));
        }
        Ok(())
    }

    fn admit_data(&self, args: &[Word<'_>]) -> Admission {
        if self.envelope().is_some_and(|envelope| envelope.chunked) {
            return refuse(Verb::Data, Reply::new(503, 5, 1, "Error: DATA after BDAT"));
        }
        if let Some(reply) = self.lacks_recipients() {
            return refuse(Verb::Data, reply);
        }
        if !args.is_empty() {
            return refuse(Verb::Data, Reply::new(501, 5, 4, "Syntax: DATA"));
        }
        Ok(Request::Data)
    }

    fn lacks_recipients(&self) -> Option<Reply> {
        match self.envelope() {
            None => Some(Reply::new(503, 5, 1, "Error: need RCPT command")),
            Some(envelope) if envelope.recipients == 0 => {
                Some(Reply::new(554, 5, 1, "Error: no valid recipients"))
            }
            Some(_) => None,
        }
    }

    /// RFC 3030 section 2: the chunk follows whatever we think of the command, so a size we can't read leaves
    /// nothing to do but hang up, and any other refusal first reads the chunk.
    fn admit_bdat(&self, args: &[Word<'_>], line: &str) -> Admission {
        if self.hides("CHUNKING") {
            return refuse(Verb::Bdat, Reply::new(521, 5, 1, "Error: command not implemented"));
        }
        let Some(chunk) = chunk(args) else {
            let reply = Reply::new(521, 5, 4, "Syntax: BDAT count [LAST]");
            return Err(
                Refusal::new(Verb::Bdat, reply).noted(Note::MalformedBdat(printable(clip(line, 100))))
            );
        };
        let refusal = |reply| Refusal { discard: Some(chunk), ..Refusal::new(Verb::Bdat, reply) };
        if self.chunk_error() {
            let text = format!("Discarded {} bytes after earlier error", chunk.size);
            return Err(refusal(Reply::new(551, 0, 0, text)));
        }
        if let Some(reply) = self.lacks_recipients() {
            return Err(refusal(reply));
        }
        if chunk.size == 0 && !chunk.last {
            return Err(refusal(Reply::new(551, 7, 1, "Null BDAT request")).noted(Note::NullBdat));
        }
        let before = self.envelope().map_or(0, |envelope| envelope.chunk_bytes);
        let limit = self.settings.size_limit;
        if limit > 0 && before.saturating_add(chunk.size) > limit {
            return Err(
                refusal(Reply::new(552, 3, 4, "Chunk exceeds message size limit")).noted(Note::BdatTooBig)
            );
        }
        Ok(Request::Bdat(chunk))
    }

    fn vrfy_argument<'a, 'b>(&self, args: &'a [Word<'b>]) -> Result<Argument<'a, 'b>, Refusal> {
        if self.settings.vrfy_disabled {
            return Err(Refusal::new(Verb::Vrfy, Reply::new(502, 5, 1, "VRFY command is disabled")));
        }
        let syntax = || Refusal::new(Verb::Vrfy, Reply::new(501, 5, 4, "Syntax: VRFY address [SMTPUTF8]"));
        args.split_first().ok_or_else(syntax)
    }

    fn admit_starttls(&self, args: &[Word<'_>]) -> Admission {
        let reply = match self.tls() {
            _ if !args.is_empty() => Reply::new(501, 5, 4, "Syntax: STARTTLS"),
            Tls::None => Reply::new(502, 5, 1, "Error: command not implemented"),
            Tls::Active => Reply::new(554, 5, 1, "Error: TLS already active"),
            Tls::Offered { .. } => return Ok(Request::Starttls),
        };
        refuse(Verb::Starttls, reply)
    }

    fn admit_vrfy(&self, args: &[Word<'_>]) -> Admission {
        let (path, rest) = self.vrfy_argument(args)?;
        if rest.iter().any(|word| !word.text.eq_ignore_ascii_case("SMTPUTF8")) {
            return refuse(Verb::Vrfy, Reply::new(501, 5, 4, "Syntax: VRFY address [SMTPUTF8]"));
        }
        let address = self.address(Verb::Vrfy, path)?;
        Ok(Request::Vrfy { text: printable(path.text), address })
    }

    /// RFC 4954 section 4.
    fn admit_auth(&self, args: &[Word<'_>]) -> Admission {
        if let Some(text) = self.auth_trouble() {
            return refuse(Verb::Auth, Reply::new(503, 5, 1, text));
        }
        let (mechanism, response) = match args {
            [mechanism] => (mechanism, None),
            [mechanism, response] => (mechanism, Some(response.text.to_owned())),
            _ => return refuse(Verb::Auth, Reply::new(501, 5, 4, "Syntax: AUTH mechanism")),
        };
        Ok(Request::Auth { mechanism: printable(mechanism.text), response })
    }

    /// Why it isn't the time for AUTH.
    fn auth_trouble(&self) -> Option<&'static str> {
        if self.settings.helo_required && self.hello().is_none() {
            Some("Error: send HELO/EHLO first")
        } else if self.offer().is_none() {
            Some("Error: authentication not enabled")
        } else if self.envelope().is_some() {
            Some("Error: MAIL transaction in progress")
        } else if self.login().is_some() {
            Some("Error: already authenticated")
        } else {
            None
        }
    }

    /// RFC 1985. Its replies have no enhanced codes. A `@` or `#` before the domain asks for more than we do.
    fn admit_etrn(&self, args: &[Word<'_>]) -> Admission {
        if self.settings.helo_required && self.hello().is_none() {
            return refuse(Verb::Etrn, Reply::bare(503, "Error: send HELO/EHLO first"));
        }
        if self.envelope().is_some() {
            return refuse(Verb::Etrn, Reply::bare(503, "Error: MAIL transaction in progress"));
        }
        let [domain] = args else { return refuse(Verb::Etrn, Reply::bare(500, "Syntax: ETRN domain")) };
        let domain = domain.text.strip_prefix(['@', '#']).unwrap_or(domain.text);
        if !is_destination(domain) {
            return refuse(Verb::Etrn, Reply::bare(501, "Error: invalid parameter syntax"));
        }
        Ok(Request::Etrn(domain.to_owned()))
    }
}

/// RFC 3207 section 4: NOOP, EHLO, STARTTLS and QUIT; and what nobody knows is answered as such.
fn may_precede_tls(verb: Verb) -> bool {
    use Verb::{Ehlo, Helo, Help, Noop, Quit, Starttls, Unknown, Xclient};
    matches!(verb, Helo | Ehlo | Starttls | Noop | Quit | Help | Xclient | Unknown)
}

/// A host name, or an address in brackets.
fn is_destination(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address = literal.strip_prefix("IPv6:").unwrap_or(literal);
        return address.parse::<std::net::IpAddr>().is_ok();
    }
    is_hostname(domain.strip_suffix('.').unwrap_or(domain))
}

/// A line that looks like a header comes from a message that was sent too early, or through a web browser.
fn admit_unknown(word: &str, line: &str) -> Admission {
    let line = printable(clip(line, 100));
    let (name, is_header) = word.split_once(':').map_or((word, false), |(name, _)| (name, true));
    if is_header && !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::new(Verb::Unknown, goodbye()).noted(Note::NonSmtp(line)));
    }
    Ok(Request::Unknown { word: word.to_owned(), line })
}

/// The reply to forbidden commands.
fn goodbye() -> Reply {
    Reply::new(221, 7, 0, "Error: I can break rules, too. Goodbye.")
}

impl Refusal {
    /// The refusal of a command that is in `smtpd_forbidden_commands`.
    pub fn forbidden(line: &str) -> Self {
        Self::new(Verb::Unknown, goodbye()).noted(Note::NonSmtp(line.to_owned()))
    }
}

fn refuse(verb: Verb, reply: Reply) -> Admission {
    Err(Refusal::new(verb, reply))
}

/// `FROM:` or `TO:`, the path, and the words behind it.
fn labelled<'a, 'b>(args: &'a [Word<'b>], label: &str) -> Option<Argument<'a, 'b>> {
    match args {
        [first, path, rest @ ..] if first.text.eq_ignore_ascii_case(label) => Some((path, rest)),
        _ => None,
    }
}

fn chunk(args: &[Word<'_>]) -> Option<Chunk> {
    let (size, last) = match args {
        [size] => (size, false),
        [size, last] if last.text.eq_ignore_ascii_case("LAST") => (size, true),
        _ => return None,
    };
    let size = octets(size.text).filter(|&size| size <= i64::MAX as u64)?;
    Some(Chunk { size, last })
}
