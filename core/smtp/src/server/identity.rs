//! XCLIENT and XFORWARD (XCLIENT_README, XFORWARD_README): what a trusted client says about the client behind it.
//! Values are read strictly; nothing that comes in here can carry syntax into a log line or a header.
//! Who may say such things, and what is done with them, is decided elsewhere.

use super::offers::Grants;
use super::request::{Note, Refusal, Request};
use super::session::Session;
use crate::command::{Verb, Word};
use crate::text::{is_hostname, neuter_helo, printable};
use crate::xtext;
use mail::Reply;
use std::net::IpAddr;

/// Whether a client may use a command that is not for everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permit {
    /// It may not.
    #[default]
    No,
    /// It may.
    Yes,
    /// The table that knows could not be asked.
    Unsure,
}

/// The attributes of one XCLIENT command. What it doesn't mention stays, but for protocol, HELO name and login: those
/// are what the last command says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Xclient {
    /// NAME.
    pub name: Option<Named>,
    /// REVERSE_NAME.
    pub reverse_name: Option<Named>,
    /// ADDR; None inside for an address that is not available.
    pub address: Option<Option<IpAddr>>,
    /// PORT.
    pub port: Option<Option<String>>,
    /// PROTO=ESMTP.
    pub extended: bool,
    /// HELO, neutered.
    pub helo: Option<String>,
    /// LOGIN.
    pub login: Option<String>,
    /// DESTADDR.
    pub server_address: Option<Option<IpAddr>>,
    /// DESTPORT.
    pub server_port: Option<Option<String>>,
}

/// A host name that may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// The name.
    Name(String),
    /// `[TEMPUNAVAIL]`: nobody could say.
    Temporary,
    /// `[UNAVAILABLE]`: there is none.
    Missing,
}

/// What XFORWARD told since the last message; None for what is not available.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// NAME.
    pub name: Option<String>,
    /// ADDR.
    pub address: Option<IpAddr>,
    /// PORT.
    pub port: Option<String>,
    /// PROTO.
    pub protocol: Option<String>,
    /// HELO.
    pub helo: Option<String>,
    /// IDENT: the queue id over there.
    pub ident: Option<String>,
    /// SOURCE: the message comes from the machine that forwards it.
    pub local: Option<bool>,
}

/// The attributes that EHLO announces.
pub(super) const XCLIENT: &str = "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";
pub(super) const XFORWARD: &str = "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT";

impl Session {
    pub(super) fn admit_xclient(&self, args: &[Word<'_>]) -> Result<Request, Refusal> {
        self.permit(Verb::Xclient, self.grants.xclient, args)?;
        let mut said = Xclient::default();
        for arg in args {
            let attr = Attr::read(Verb::Xclient, arg)?;
            match attr.name.as_str() {
                "NAME" => said.name = Some(attr.host_name()?),
                "REVERSE_NAME" => said.reverse_name = Some(attr.host_name()?),
                "ADDR" => said.address = Some(attr.address(self.settings.families)?),
                "PORT" => said.port = Some(attr.port()?),
                "PROTO" => said.extended = attr.is_extended()?,
                "HELO" => said.helo = attr.given().map(neuter_helo),
                "LOGIN" => said.login = attr.given().map(printable),
                "DESTADDR" => said.server_address = Some(attr.address(self.settings.families)?),
                "DESTPORT" => said.server_port = Some(attr.port()?),
                _ => return Err(unknown(Verb::Xclient, arg)),
            }
        }
        Ok(Request::Xclient(Box::new(said)))
    }

    pub(super) fn admit_xforward(&self, args: &[Word<'_>]) -> Result<Request, Refusal> {
        self.permit(Verb::Xforward, self.grants.xforward, args)?;
        let mut known = self.forwarded().cloned().unwrap_or_default();
        for arg in args {
            let attr = Attr::read(Verb::Xforward, arg)?.neutered();
            match attr.name.as_str() {
                "NAME" => known.name = attr.forwarded_name()?,
                "ADDR" => known.address = attr.address(self.settings.families)?,
                "PORT" => known.port = attr.port()?,
                "PROTO" => known.protocol = attr.protocol()?,
                "HELO" => known.helo = attr.given().map(str::to_owned),
                "IDENT" => known.ident = attr.given().map(str::to_owned),
                "SOURCE" => known.local = attr.is_local()?,
                _ => return Err(unknown(Verb::Xforward, arg)),
            }
        }
        Ok(Request::Xforward(Box::new(known)))
    }

    fn permit(&self, verb: Verb, permit: Permit, args: &[Word<'_>]) -> Result<(), Refusal> {
        if self.envelope().is_some() {
            return Err(Refusal::new(verb, Reply::new(503, 5, 1, "Error: MAIL transaction in progress")));
        }
        match permit {
            Permit::Yes if args.is_empty() => {
                Err(bad(verb, format!("Syntax: {} attribute=value...", verb.name())))
            }
            Permit::Yes => Ok(()),
            Permit::No => Err(Refusal::new(verb, Reply::new(550, 7, 0, "Error: insufficient authorization"))),
            Permit::Unsure => {
                Err(self.unsure(verb, format!("if command {} should be allowed from", verb.name())))
            }
        }
    }

    /// EHLO can't be answered while nobody knows what to announce.
    pub(super) fn sure_of_keywords(&self) -> Result<(), Refusal> {
        let Grants { verp, xclient, xforward, .. } = &self.grants;
        if self.grants.keywords_unknown {
            return Err(self.unsure(Verb::Ehlo, "what EHLO features to announce to".to_owned()));
        }
        for (name, permit) in [("XVERP", verp), ("XCLIENT", xclient), ("XFORWARD", xforward)] {
            if *permit == Permit::Unsure && !self.hides(name) {
                return Err(self.unsure(Verb::Ehlo, format!("if EHLO feature {name} should be announced to")));
            }
        }
        Ok(())
    }

    fn unsure(&self, verb: Verb, what: String) -> Refusal {
        let text = format!("{} Server local data error", self.settings.hostname);
        Refusal::new(verb, Reply::new(421, 3, 0, text)).noted(Note::Unsure(what))
    }
}

/// One attribute, decoded.
struct Attr {
    verb: Verb,
    name: String,
    value: String,
}

type Read<T> = Result<T, Refusal>;

impl Attr {
    fn read(verb: Verb, word: &Word<'_>) -> Read<Self> {
        let (name, raw) = word
            .text
            .split_once('=')
            .filter(|(name, value)| !name.is_empty() && !value.is_empty())
            .ok_or_else(|| bad(verb, "Error: attribute=value expected".to_owned()))?;
        let name = name.to_ascii_uppercase();
        let value = xtext::decode(raw);
        let attr = Self { verb, name, value: value.clone().unwrap_or_else(|| raw.to_owned()) };
        if value.is_none() || attr.value.len() > VALUE_LIMIT { Err(attr.bad()) } else { Ok(attr) }
    }

    /// XFORWARD's values go into headers and log lines of others.
    fn neutered(self) -> Self {
        Self { value: neuter_helo(&self.value), ..self }
    }

    fn given(&self) -> Option<&str> {
        Some(self.value.as_str()).filter(|value| !value.eq_ignore_ascii_case(UNAVAILABLE))
    }

    fn host_name(&self) -> Read<Named> {
        match self.given() {
            None => Ok(Named::Missing),
            Some(value) if value.eq_ignore_ascii_case(TEMPORARY) => Ok(Named::Temporary),
            Some(value) if is_hostname(value) => Ok(Named::Name(value.to_owned())),
            Some(_) => Err(self.bad()),
        }
    }

    fn forwarded_name(&self) -> Read<Option<String>> {
        match self.given() {
            Some(name) if !is_hostname(name) => Err(self.bad()),
            name => Ok(name.map(str::to_owned)),
        }
    }

    /// A family that `inet_protocols` leaves out has no addresses.
    fn address(&self, families: Families) -> Read<Option<IpAddr>> {
        let Some(value) = self.given() else { return Ok(None) };
        let tag = value.get(..5).filter(|tag| tag.eq_ignore_ascii_case("IPv6:"));
        let address = match tag {
            Some(_) => value[5..].parse().map(IpAddr::V6).ok().filter(|_| families.ipv6),
            None => value.parse().map(IpAddr::V4).ok().filter(|_| families.ipv4),
        };
        address.map(Some).ok_or_else(|| self.bad())
    }

    fn port(&self) -> Read<Option<String>> {
        let Some(value) = self.given() else { return Ok(None) };
        let fits =
            value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<u16>().is_ok();
        if fits { Ok(Some(value.to_owned())) } else { Err(self.bad()) }
    }

    fn is_extended(&self) -> Read<bool> {
        match self.value.to_ascii_uppercase().as_str() {
            "SMTP" => Ok(false),
            "ESMTP" => Ok(true),
            _ => Err(self.bad()),
        }
    }

    fn protocol(&self) -> Read<Option<String>> {
        match self.given() {
            Some(protocol) if protocol.len() > PROTOCOL_LIMIT => Err(self.bad()),
            protocol => Ok(protocol.map(str::to_owned)),
        }
    }

    fn is_local(&self) -> Read<Option<bool>> {
        match self.given().map(str::to_ascii_uppercase).as_deref() {
            None => Ok(None),
            Some("LOCAL") => Ok(Some(true)),
            Some("REMOTE") => Ok(Some(false)),
            Some(_) => Err(self.bad()),
        }
    }

    fn bad(&self) -> Refusal {
        bad(self.verb, format!("Bad {} syntax: {}", self.name, printable(&self.value)))
    }
}

/// `inet_protocols`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Families {
    /// IPv4 is in use.
    pub ipv4: bool,
    /// IPv6 is in use.
    pub ipv6: bool,
}

fn unknown(verb: Verb, word: &Word<'_>) -> Refusal {
    let name = word.text.split('=').next().unwrap_or_default();
    bad(verb, format!("Bad {} attribute name: {}", verb.name(), printable(name)))
}

fn bad(verb: Verb, text: String) -> Refusal {
    Refusal::new(verb, Reply::new(501, 5, 4, text))
}

const UNAVAILABLE: &str = "[UNAVAILABLE]";
const TEMPORARY: &str = "[TEMPUNAVAIL]";
const VALUE_LIMIT: usize = 255;
const PROTOCOL_LIMIT: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Line;
    use crate::server::{Settings, Then};
    use std::rc::Rc;

    fn session() -> Session {
        let mut session = Session::new(Rc::new(Settings::new("mail.example.com")));
        session.grant(Grants { xclient: Permit::Yes, xforward: Permit::Yes, ..Grants::default() });
        session
    }

    fn admit(session: &Session, text: &str) -> Result<Request, String> {
        let line = Line { bytes: text.as_bytes().to_vec(), bare_lf: false, too_long: false };
        session.admit(&line).map_err(|refusal| refusal.reply.line())
    }

    #[test]
    fn xclient_values_are_read_strictly() {
        for (line, reply) in [
            ("XCLIENT", "501 5.5.4 Syntax: XCLIENT attribute=value..."),
            ("XCLIENT FOO=bar", "501 5.5.4 Bad XCLIENT attribute name: FOO"),
            ("XCLIENT NAME=", "501 5.5.4 Error: attribute=value expected"),
            ("XCLIENT NAME=a+zz", "501 5.5.4 Bad NAME syntax: a+zz"),
            ("XCLIENT NAME=-bad-", "501 5.5.4 Bad NAME syntax: -bad-"),
            ("XCLIENT NAME=192.0.2.1", "501 5.5.4 Bad NAME syntax: 192.0.2.1"),
            ("XCLIENT ADDR=[192.0.2.1]", "501 5.5.4 Bad ADDR syntax: [192.0.2.1]"),
            ("XCLIENT ADDR=2001:db8::1", "501 5.5.4 Bad ADDR syntax: 2001:db8::1"),
            ("XCLIENT PORT=70000", "501 5.5.4 Bad PORT syntax: 70000"),
            ("XCLIENT PROTO=LMTP", "501 5.5.4 Bad PROTO syntax: LMTP"),
        ] {
            assert_eq!(admit(&session(), line), Err(reply.to_owned()), "{line}");
        }
    }

    #[test]
    fn a_name_from_xforward_cannot_carry_syntax() {
        let session = session();
        let Ok(Request::Xforward(known)) = admit(&session, "XFORWARD HELO=a+3Cb+0D+0Ac IDENT=a+20b") else {
            panic!()
        };
        assert_eq!((known.helo.as_deref(), known.ident.as_deref()), (Some("a?b??c"), Some("a?b")));
    }

    #[test]
    fn xclient_begins_the_session_anew_and_keeps_only_what_it_says() {
        let mut session = session();
        let said = admit(&session, "XCLIENT HELO=foo PROTO=ESMTP LOGIN=joe").unwrap();
        assert_eq!(session.commit(said).then, Then::Restart);
        let seen = |s: &Session| (s.hello().is_some(), s.protocol(), s.login().is_some());
        assert_eq!(seen(&session), (true, "ESMTP", true));
        let said = admit(&session, "XCLIENT ADDR=IPV6:2001:db8::1").unwrap();
        session.commit(said);
        assert_eq!(seen(&session), (false, "SMTP", false));
    }

    #[test]
    fn who_may_not_is_refused_and_a_table_that_fails_ends_the_session() {
        let mut session = session();
        session.grant(Grants { xclient: Permit::Unsure, ..Grants::default() });
        assert_eq!(
            admit(&session, "XFORWARD NAME=a"),
            Err("550 5.7.0 Error: insufficient authorization".to_owned())
        );
        let reply = "421 4.3.0 mail.example.com Server local data error";
        assert_eq!(admit(&session, "XCLIENT NAME=a"), Err(reply.to_owned()));
    }
}
