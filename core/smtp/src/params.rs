//! The parameters of MAIL and RCPT: SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET, ENVID, NOTIFY and
//! ORCPT (RFC 3461), AUTH (RFC 4954).

use crate::command::Word;
use crate::text::printable;
use crate::xtext;
use mail::{Notify, Reply, ReturnFormat};

/// What MAIL said beside the sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailParams {
    /// SIZE, 0 when it wasn't given.
    pub size: u64,
    /// BODY.
    pub body: Body,
    /// SMTPUTF8.
    pub smtputf8: bool,
    /// RET.
    pub ret: Option<ReturnFormat>,
    /// ENVID, decoded; empty when it wasn't given.
    pub envid: String,
    /// XVERP: the delimiters.
    pub verp: Option<String>,
    /// AUTH (RFC 4954 section 5), as it was written; empty when it wasn't given.
    pub auth: String,
}

impl MailParams {
    /// AUTH, as the client wrote it, unless it names nobody.
    pub fn auth_sender(&self) -> Option<&str> {
        Some(self.auth.as_str()).filter(|sender| !sender.is_empty() && *sender != "<>")
    }
}

/// What MAIL may say to this client.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    /// SMTPUTF8.
    pub smtputf8: bool,
    /// RET and ENVID.
    pub dsn: bool,
    /// XVERP: its delimiters by default, and the characters it may ask for.
    pub verp: Option<(&'a str, &'a str)>,
}

/// The BODY parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Not said.
    #[default]
    Unknown,
    /// BODY=7BIT.
    SevenBit,
    /// BODY=8BITMIME.
    EightBit,
}

/// What RCPT said beside the recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RcptParams {
    /// NOTIFY.
    pub notify: Notify,
    /// ORCPT as `type;text`, decoded; empty when it wasn't given.
    pub orcpt: String,
}

impl MailParams {
    /// Reads the words behind the sender; the error is the reply to give.
    pub fn parse(words: &[Word<'_>], allowed: &Allowed<'_>) -> Result<Self, Reply> {
        let mut params = Self::default();
        for word in words {
            let (name, value) = word.text.split_once('=').map_or((word.text, None), |(n, v)| (n, Some(v)));
            match (name.to_ascii_uppercase().as_str(), value) {
                ("BODY", Some(value)) if value.eq_ignore_ascii_case("8BITMIME") => {
                    params.body = Body::EightBit
                }
                ("BODY", Some(value)) if value.eq_ignore_ascii_case("7BIT") => params.body = Body::SevenBit,
                ("SIZE", Some(value)) => params.size = size(value)?,
                ("SMTPUTF8", None) if allowed.smtputf8 => params.smtputf8 = true,
                ("AUTH", Some(value)) => params.auth = printable(value),
                ("RET" | "ENVID", Some(_)) if !allowed.dsn => return Err(dsn_disabled()),
                ("RET", Some(value)) => params.ret = Some(ret(value, params.ret)?),
                ("ENVID", Some(value)) => params.envid = envid(value, &params.envid)?,
                ("XVERP", value) if allowed.verp.is_some() => params.verp = verp(value, allowed.verp)?,
                _ => return Err(unsupported(word.text)),
            }
        }
        Ok(params)
    }
}

impl RcptParams {
    /// Reads the words behind the recipient; the error is the reply to give.
    pub fn parse(words: &[Word<'_>], dsn: bool) -> Result<Self, Reply> {
        let mut params = Self::default();
        for word in words {
            match word.text.split_once('=') {
                Some((name, _)) if !dsn && is_dsn(name) => return Err(dsn_disabled()),
                Some((name, value)) if name.eq_ignore_ascii_case("NOTIFY") => {
                    params.notify = notify(value, params.notify)
                        .ok_or_else(|| bad("Error: Bad NOTIFY parameter syntax"))?;
                }
                Some((name, value)) if name.eq_ignore_ascii_case("ORCPT") => {
                    params.orcpt = orcpt(value, &params.orcpt)
                        .ok_or_else(|| bad("Error: Bad ORCPT parameter syntax"))?;
                }
                _ => return Err(unsupported(word.text)),
            }
        }
        Ok(params)
    }
}

fn is_dsn(name: &str) -> bool {
    name.eq_ignore_ascii_case("NOTIFY") || name.eq_ignore_ascii_case("ORCPT")
}

/// RFC 3461 is hidden from this client (`smtpd_discard_ehlo_keywords`).
fn dsn_disabled() -> Reply {
    Reply::new(501, 7, 1, "DSN support is disabled")
}

/// Two characters, or the default.
fn verp(value: Option<&str>, allowed: Option<(&str, &str)>) -> Result<Option<String>, Reply> {
    let (default, filter) = allowed.unwrap_or_default();
    let Some(value) = value else { return Ok(Some(default.to_owned())) };
    if value.chars().count() != 2 || !value.chars().all(|c| filter.contains(c)) {
        return Err(bad(&format!("Error: XVERP needs two characters from {filter}")));
    }
    Ok(Some(value.to_owned()))
}

/// The first word of a NOTIFY parameter that nobody knows, and the whole value, for a warning.
pub fn unknown_notify(words: &[Word<'_>]) -> Option<(String, String)> {
    let values = words.iter().filter_map(|word| word.text.split_once('='));
    let value =
        values.filter(|(name, _)| name.eq_ignore_ascii_case("NOTIFY")).map(|(_, value)| value).next_back()?;
    let known =
        |word: &&str| ["NEVER", "SUCCESS", "FAILURE", "DELAY"].iter().any(|k| word.eq_ignore_ascii_case(k));
    let word = value.split(',').find(|word| !word.is_empty() && !known(word))?;
    Some((word.to_owned(), value.to_owned()))
}

/// Reads a number of octets (RFC 1870 section 3); None when it isn't all digits. Too big for the type is the largest.
pub fn octets(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

fn size(value: &str) -> Result<u64, Reply> {
    match octets(value) {
        None => Err(bad("Bad message size syntax")),
        Some(size) if size > i64::MAX as u64 => {
            Err(Reply::new(552, 3, 4, "Message size exceeds file system imposed limit"))
        }
        Some(size) => Ok(size),
    }
}

fn ret(value: &str, before: Option<ReturnFormat>) -> Result<ReturnFormat, Reply> {
    match value.to_ascii_uppercase().as_str() {
        "FULL" if before.is_none() => Ok(ReturnFormat::Full),
        "HDRS" if before.is_none() => Ok(ReturnFormat::Headers),
        _ => Err(bad("Bad RET parameter syntax")),
    }
}

fn envid(value: &str, before: &str) -> Result<String, Reply> {
    let decoded = xtext::decode(value).filter(|text| before.is_empty() && !text.is_empty() && is_clean(text));
    decoded.ok_or_else(|| bad("Bad ENVID parameter syntax"))
}

fn notify(value: &str, before: Notify) -> Option<Notify> {
    if before != Notify::default() {
        return None;
    }
    if value.eq_ignore_ascii_case("NEVER") {
        return Some(Notify::NEVER);
    }
    value.split(',').try_fold(Notify::default(), |mask, word| match word.to_ascii_uppercase().as_str() {
        "SUCCESS" => Some(mask | Notify::SUCCESS),
        "FAILURE" => Some(mask | Notify::FAILURE),
        "DELAY" => Some(mask | Notify::DELAY),
        _ => None,
    })
}

/// RFC 3461 4.2: an address type, a semicolon, xtext. Control characters could end a line of a report: refused.
fn orcpt(value: &str, before: &str) -> Option<String> {
    let (kind, text) = value.split_once(';').filter(|_| before.is_empty())?;
    let kind_is_atom = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let text = xtext::decode(text).filter(|text| !text.is_empty() && kind_is_atom && is_clean(text))?;
    Some(format!("{kind};{text}"))
}

fn is_clean(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn bad(text: &str) -> Reply {
    Reply::new(501, 5, 4, text)
}

fn unsupported(word: &str) -> Reply {
    Reply::new(555, 5, 4, format!("Unsupported option: {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::words;

    fn mail(text: &str) -> Result<MailParams, String> {
        MailParams::parse(&words(text), &Allowed { smtputf8: true, dsn: true, verp: Some(("+=", "-=+")) })
            .map_err(|reply| reply.line())
    }

    #[test]
    fn mail_parameters_are_read() {
        let params = mail("size=100 BODY=8bitmime RET=hdrs ENVID=a+2Bb SMTPUTF8 AUTH=<>").unwrap();
        assert_eq!((params.size, params.body, params.smtputf8), (100, Body::EightBit, true));
        assert_eq!((params.ret, params.envid.as_str()), (Some(ReturnFormat::Headers), "a+b"));
    }

    #[test]
    fn bad_mail_parameters_get_the_replies_of_postfix() {
        for (text, reply) in [
            ("SIZE=", "501 5.5.4 Bad message size syntax"),
            ("SIZE=-1", "501 5.5.4 Bad message size syntax"),
            ("SIZE=99999999999999999999999", "552 5.3.4 Message size exceeds file system imposed limit"),
            ("BODY=foo", "555 5.5.4 Unsupported option: BODY=foo"),
            ("RET=foo", "501 5.5.4 Bad RET parameter syntax"),
            ("RET=FULL RET=HDRS", "501 5.5.4 Bad RET parameter syntax"),
            ("ENVID=", "501 5.5.4 Bad ENVID parameter syntax"),
            ("ENVID=a+0D+0Ab", "501 5.5.4 Bad ENVID parameter syntax"),
            ("ENVID=a ENVID=b", "501 5.5.4 Bad ENVID parameter syntax"),
            ("SMTPUTF8=x", "555 5.5.4 Unsupported option: SMTPUTF8=x"),
            ("x>", "555 5.5.4 Unsupported option: x>"),
        ] {
            assert_eq!(mail(text), Err(reply.to_owned()), "{text}");
        }
    }

    #[test]
    fn rcpt_parameters_are_read_strictly() {
        let params = RcptParams::parse(&words("NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b"), true).unwrap();
        assert_eq!((params.notify.0, params.orcpt.as_str()), (10, "rfc822;a@b"));
        for bad in [
            "NOTIFY=",
            "NOTIFY=x",
            "NOTIFY=NEVER,DELAY",
            "NOTIFY=DELAY NOTIFY=DELAY",
            "ORCPT=foo",
            "ORCPT=rfc822;a+zz",
            "ORCPT=rfc822;a+0D+0Ab",
            "ORCPT=;x",
        ] {
            assert!(
                RcptParams::parse(&words(bad), true).unwrap_err().text.starts_with("Error: Bad "),
                "{bad}"
            );
        }
    }
}
