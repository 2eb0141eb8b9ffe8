//! Who the client has proved to be: a login (SASL) or a certificate (TLS), and which senders belong to a login.

use crate::ask::{Answer, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Subject, Words};
use crate::keywords::is_table;
use mail::{AddressClass, Reply};

impl Evaluation<'_> {
    pub(crate) fn permit_sasl_authenticated(&self) -> Outcome {
        match self.login() {
            Some(_) => Outcome::Permit,
            None => Outcome::Dunno,
        }
    }

    fn login(&self) -> Option<&str> {
        self.facts.login.as_deref().filter(|login| self.facts.sasl_active && !login.is_empty())
    }

    pub(crate) fn sasl_access(&mut self, table: &str) -> Step {
        if self.lacks_sasl("check_sasl_access") {
            return Ok(Outcome::Dunno);
        }
        let Some(login) = self.login().map(str::to_owned) else { return Ok(Outcome::Dunno) };
        let subject = Subject { name: login.clone(), class: Class::Login };
        self.access(table, &[vec![login]], &subject)
    }

    fn lacks_sasl(&mut self, restriction: &str) -> bool {
        if !self.facts.sasl_active {
            self.warning(format!("restriction `{restriction}' ignored: no SASL support"));
        }
        !self.facts.sasl_active
    }

    /// reject_sender_login_mismatch is the two that follow it.
    pub(crate) fn login_mismatch(&mut self) -> Step {
        match self.authenticated_login_mismatch()? {
            Outcome::Dunno => self.unauthenticated_login_mismatch(),
            outcome => Ok(outcome),
        }
    }

    /// A client that has logged in, but not as one who owns the sender address.
    pub(crate) fn authenticated_login_mismatch(&mut self) -> Step {
        if self.lacks_sasl("reject_authenticated_sender_login_mismatch") {
            return Ok(Outcome::Dunno);
        }
        self.not_owned(true)
    }

    /// As reject_sender_login_mismatch, but a sender address that nobody owns is free.
    pub(crate) fn known_login_mismatch(&mut self) -> Step {
        if self.lacks_sasl("reject_known_sender_login_mismatch") {
            return Ok(Outcome::Dunno);
        }
        match self.login() {
            Some(_) => self.not_owned(false),
            None => self.not_logged_in(),
        }
    }

    fn not_owned(&mut self, all: bool) -> Step {
        let Some(login) = self.login().map(str::to_owned) else { return Ok(Outcome::Dunno) };
        let sender = self.address_subject(Class::Sender).filter(|(address, _)| !address.is_null());
        let Some((_, subject)) = sender else { return Ok(Outcome::Dunno) };
        match self.owners()? {
            Some(owners) if has_word(&owners, &login) => Ok(Outcome::Dunno),
            None if !all => Ok(Outcome::Dunno),
            _ => {
                let text = subject.rejected(&format!("not owned by user {login}"));
                Ok(self.refuse(Reply::new(553, 7, 1, text)))
            }
        }
    }

    /// A client that has not logged in, while the sender address has an owner.
    pub(crate) fn unauthenticated_login_mismatch(&mut self) -> Step {
        if self.lacks_sasl("reject_unauthenticated_sender_login_mismatch") || self.login().is_some() {
            return Ok(Outcome::Dunno);
        }
        self.not_logged_in()
    }

    fn not_logged_in(&mut self) -> Step {
        let Some((_, subject)) = self.address_subject(Class::Sender) else { return Ok(Outcome::Dunno) };
        match self.owners()? {
            Some(_) => Ok(self.refuse(Reply::new(553, 7, 1, subject.rejected("not logged in")))),
            None => Ok(Outcome::Dunno),
        }
    }

    /// The logins that own the sender address; None when nobody does.
    fn owners(&mut self) -> Result<Option<String>, crate::evaluate::Stop> {
        let Some((address, subject)) = self.address_subject(Class::Sender) else { return Ok(None) };
        if address.is_null() {
            return Ok(None);
        }
        let resolved = self.resolve(&address)?;
        let bare = resolved.class == AddressClass::Local;
        match self.question(Question::Owners { address: resolved.recipient, bare })? {
            Answer::Found(owners) => Ok(Some(owners)),
            Answer::Failed(text) => Err(self.lookup_failure(text, &subject.name)),
            _ => Ok(None),
        }
    }

    pub(crate) fn plaintext_session(&mut self) -> Outcome {
        if self.facts.encrypted {
            return Outcome::Dunno;
        }
        let code = self.rules.codes.plaintext_reject;
        self.refuse(Reply::new(code, 7, 1, "Session encryption is required"))
    }

    /// A certificate that is trusted, or else known by its fingerprint.
    pub(crate) fn permit_tls_all_clientcerts(&mut self) -> Step {
        match &self.facts.certificate {
            Some(certificate) if certificate.trusted => Ok(Outcome::Permit),
            _ => self.permit_tls_clientcerts(),
        }
    }

    /// The fingerprint of the public key, then that of the certificate.
    pub(crate) fn permit_tls_clientcerts(&mut self) -> Step {
        let Some(certificate) = self.facts.certificate.clone() else { return Ok(Outcome::Dunno) };
        for fingerprint in [certificate.key_fingerprint, certificate.fingerprint] {
            match self.question(Question::RelayCertificate(fingerprint))? {
                Answer::Yes => return Ok(Outcome::Permit),
                Answer::Failed(text) => return Err(self.lookup_failure(text, "client certificate")),
                _ => {}
            }
        }
        Ok(Outcome::Dunno)
    }

    /// `type:table`, or `{ type:table, { search_order = cert_fingerprint, pubkey_fingerprint } }`.
    pub(crate) fn certificate_access(&mut self, word: &str, words: &mut Words<'_>) -> Step {
        let argument = words.peek().unwrap_or(word);
        let Some((table, order)) = certificate_argument(argument) else {
            let text = format!("restriction {word}: bad argument \"{argument}\": need maptype:mapname");
            return Err(self.fault(text));
        };
        words.next();
        if !self.rules.ask_ccert {
            self.warning(format!("{word} is requested, but \"smtpd_tls_ask_ccert = no\""));
        }
        let Some(certificate) = self.facts.certificate.clone() else { return Ok(Outcome::Dunno) };
        for which in order {
            let key = match which {
                Fingerprint::Certificate => certificate.fingerprint.clone(),
                Fingerprint::PublicKey => certificate.key_fingerprint.clone(),
            };
            let subject = Subject { name: certificate.name.clone(), class: Class::Certificate };
            if let Some(outcome) = self.find_action(&table, &[vec![key]], &subject)? {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Dunno)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fingerprint {
    Certificate,
    PublicKey,
}

fn certificate_argument(argument: &str) -> Option<(String, Vec<Fingerprint>)> {
    let Some(inside) = argument.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        let order = vec![Fingerprint::Certificate, Fingerprint::PublicKey];
        return is_table(argument).then(|| (argument.to_owned(), order));
    };
    let mut parts = config::split_list(inside).into_iter();
    let table = parts.next().filter(|table| is_table(table))?;
    let mut order = vec![Fingerprint::Certificate, Fingerprint::PublicKey];
    for option in parts {
        let option = option.strip_prefix('{')?.strip_suffix('}')?;
        let (name, value) = option.split_once('=')?;
        if name.trim() != "search_order" {
            return None;
        }
        let fingerprint = |word: String| match word.as_str() {
            "cert_fingerprint" => Some(Fingerprint::Certificate),
            "pubkey_fingerprint" => Some(Fingerprint::PublicKey),
            _ => None,
        };
        order = config::split_list(value).into_iter().map(fingerprint).collect::<Option<_>>()?;
    }
    Some((table, order))
}

/// The table that a word of a list names inside braces.
pub(crate) fn table_in_braces(word: &str) -> Option<String> {
    word.starts_with('{').then(|| certificate_argument(word)).flatten().map(|(table, _)| table)
}

fn has_word(list: &str, wanted: &str) -> bool {
    list.split([',', ' ', '\t', '\r', '\n']).any(|word| word.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_fingerprints_can_be_chosen() {
        let both = vec![Fingerprint::Certificate, Fingerprint::PublicKey];
        assert_eq!(certificate_argument("hash:/x"), Some(("hash:/x".to_owned(), both.clone())));
        assert_eq!(certificate_argument("{ hash:/x }"), Some(("hash:/x".to_owned(), both)));
        let key_first = "{ hash:/x, { search_order = pubkey_fingerprint cert_fingerprint } }";
        let turned = vec![Fingerprint::PublicKey, Fingerprint::Certificate];
        assert_eq!(certificate_argument(key_first), Some(("hash:/x".to_owned(), turned)));
        for bad in ["reject", "{}", "{ hash:/x, { order = x } }", "{ hash:/x, { search_order = x } }"] {
            assert_eq!(certificate_argument(bad), None, "{bad}");
        }
    }
}
