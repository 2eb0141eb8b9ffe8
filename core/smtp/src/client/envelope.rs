//! The MAIL and RCPT commands, with the parameters that the server understands.

use super::Features;
use crate::address::quote;
use crate::xtext;
use mail::{Address, Notify, Recipient, ReturnFormat};

/// The envelope of a message to send, and what else decides how MAIL looks.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    /// Null for `<>`.
    pub sender: Address,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// Bytes, for SIZE.
    pub size: u64,
    /// `7bit`, `8bit`, or empty when unknown.
    pub encoding: String,
    /// SMTPUTF8 was asked for, or the envelope or header need it.
    pub smtputf8: bool,
    /// RFC 3461 ENVID, decoded; empty when there is none.
    pub envelope_id: String,
    /// RFC 3461 RET.
    pub ret: Option<ReturnFormat>,
    /// `smtp_send_dummy_mail_auth`, after authentication.
    pub dummy_auth: bool,
    /// XFORWARD commands to send first ([`xforward`]); what the server thinks of them changes nothing.
    pub xforward: Vec<String>,
    /// Only ask whether the recipients would be taken (address verification): nothing is sent.
    pub probe: Option<ProbeTarget>,
}

/// `smtp_address_verify_target`: which reply tells whether a recipient would be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeTarget {
    /// The one to RCPT.
    Rcpt,
    /// The one to DATA: some servers tell no earlier.
    Data,
}

impl Envelope {
    /// The MAIL command with its line end.
    pub fn mail(&self, features: &Features) -> String {
        let mut line = format!("MAIL FROM:<{}>", quote(&self.sender));
        if features.size {
            line += &format!(" SIZE={}", self.size);
        }
        match self.encoding.as_str() {
            "8bit" if features.eight_bit_mime => line += " BODY=8BITMIME",
            "7bit" if features.eight_bit_mime => line += " BODY=7BIT",
            _ => {}
        }
        if features.dsn {
            if !self.envelope_id.is_empty() {
                line += &format!(" ENVID={}", xtext::encode(&self.envelope_id));
            }
            match self.ret {
                Some(ReturnFormat::Full) => line += " RET=FULL",
                Some(ReturnFormat::Headers) => line += " RET=HDRS",
                None => {}
            }
        }
        if self.smtputf8 && features.smtp_utf8 {
            line += " SMTPUTF8";
        }
        if self.dummy_auth {
            line += " AUTH=<>";
        }
        line + "\r\n"
    }

    /// The RCPT command of one recipient with its line end.
    pub fn rcpt(&self, recipient: &Recipient, features: &Features) -> String {
        let mut line = format!("RCPT TO:<{}>", quote(&recipient.address));
        if features.dsn {
            if let Some((kind, address)) = self.original(recipient) {
                line += &format!(" ORCPT={kind};{}", xtext::encode(&address));
            }
            if recipient.notify != Notify::default() {
                line += &format!(" NOTIFY={}", notify(recipient.notify));
            }
        }
        line + "\r\n"
    }

    /// ORCPT as the client gave it, or made from the recipient before aliases.
    fn original(&self, recipient: &Recipient) -> Option<(String, String)> {
        if let Some((kind, address)) = recipient.dsn_orcpt.split_once(';') {
            return Some((kind.to_owned(), address.to_owned()));
        }
        if recipient.original.is_null() {
            return None;
        }
        let address = quote(&recipient.original);
        let kind = if address.is_ascii() { "rfc822" } else { "utf-8" };
        Some((kind.to_owned(), address))
    }
}

/// The XFORWARD commands that tell a content filter who sent the message, with what the server wants to know and
/// we know; each attribute is (name, value), in the order of the manual. Empty when there is nothing to tell.
pub fn xforward(attributes: &[(&str, &str)], features: &Features) -> Vec<String> {
    let command = |names: &[&str]| {
        let known = |(name, value): &&(&str, &str)| {
            let wanted = features.xforward.iter().any(|offered| offered == name);
            names.contains(name) && wanted && !value.is_empty()
        };
        let told: String = attributes
            .iter()
            .filter(known)
            .map(|(name, value)| format!(" {name}={}", xtext::encode(value)))
            .collect();
        (!told.is_empty()).then(|| format!("XFORWARD{told}\r\n"))
    };
    let first = command(&["NAME", "ADDR", "PORT"]);
    let second = command(&["PROTO", "HELO", "IDENT", "SOURCE"]);
    first.into_iter().chain(second).collect()
}

fn notify(mask: Notify) -> String {
    if mask.has(Notify::NEVER) {
        return "NEVER".to_owned();
    }
    let words = [(Notify::SUCCESS, "SUCCESS"), (Notify::FAILURE, "FAILURE"), (Notify::DELAY, "DELAY")];
    let asked: Vec<&str> = words.iter().filter(|word| mask.has(word.0)).map(|word| word.1).collect();
    asked.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Features {
        Features { size: true, eight_bit_mime: true, dsn: true, smtp_utf8: true, ..Features::default() }
    }

    #[test]
    fn parameters_follow_what_the_server_offers() {
        let envelope = Envelope {
            sender: "a b@example.org".into(),
            size: 77,
            encoding: "8bit".into(),
            envelope_id: "x+y".into(),
            ret: Some(ReturnFormat::Headers),
            ..Envelope::default()
        };
        assert_eq!(
            envelope.mail(&all()),
            "MAIL FROM:<\"a b\"@example.org> SIZE=77 BODY=8BITMIME ENVID=x+2By RET=HDRS\r\n"
        );
        assert_eq!(envelope.mail(&Features::default()), "MAIL FROM:<\"a b\"@example.org>\r\n");
    }

    #[test]
    fn a_filter_is_told_what_it_asked_for() {
        let names = ["NAME", "ADDR", "HELO"].map(str::to_owned).to_vec();
        let features = Features { xforward: names, ..Features::default() };
        let known = [("NAME", "mx.example"), ("ADDR", "192.0.2.1"), ("PORT", "77"), ("HELO", "a b")];
        let commands = xforward(&known, &features);
        assert_eq!(commands, ["XFORWARD NAME=mx.example ADDR=192.0.2.1\r\n", "XFORWARD HELO=a+20b\r\n"]);
        assert_eq!(xforward(&known, &Features::default()), [""; 0]);
    }

    #[test]
    fn an_original_recipient_cannot_carry_commands() {
        let mut recipient = Recipient::new("u@example.org");
        recipient.dsn_orcpt = "rfc822;u\r\nQUIT@x".into();
        recipient.notify = Notify::SUCCESS | Notify::DELAY;
        let line = Envelope::default().rcpt(&recipient, &all());
        assert_eq!(line, "RCPT TO:<u@example.org> ORCPT=rfc822;u+0D+0AQUIT@x NOTIFY=SUCCESS,DELAY\r\n");
    }

    #[test]
    fn the_recipient_before_aliases_stands_in_for_a_missing_orcpt() {
        let mut recipient = Recipient::new("u@example.org");
        recipient.original = "alias@example.com".into();
        let line = Envelope::default().rcpt(&recipient, &all());
        assert_eq!(line, "RCPT TO:<u@example.org> ORCPT=rfc822;alias@example.com\r\n");
    }
}
