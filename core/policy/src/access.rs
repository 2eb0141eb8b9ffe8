//! access(5) tables: which keys are looked up for what. What the values do stands in `actions`.

use crate::ask::{Answer, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Stop, Subject};
use mail::{Address, Reply};

/// Keys in their order, divided into those of one whole name and the parts of it.
pub(crate) type Keys = [Vec<String>];

impl Evaluation<'_> {
    pub(crate) fn client_access(&mut self, table: &str) -> Step {
        let subject = self.client_subject();
        let name = self.domain_keys(&self.facts.client.name);
        let address = network_keys(&self.facts.client.address);
        self.access(table, &[name, address], &subject)
    }

    pub(crate) fn reverse_client_access(&mut self, table: &str) -> Step {
        let name = self.facts.client.reverse_name.clone();
        let subject = Subject { name: name.clone(), class: Class::UnverifiedClient };
        let keys = [self.domain_keys(&name), network_keys(&self.facts.client.address)];
        let outcome = self.access(table, &keys, &subject)?;
        self.forbid_permit(outcome, "check_reverse_client_hostname_access", &name)
    }

    pub(crate) fn helo_access(&mut self, table: &str) -> Step {
        let Some(subject) = self.helo_subject() else { return Ok(Outcome::Dunno) };
        let keys = self.domain_keys(&subject.name);
        self.access(table, &[keys], &subject)
    }

    pub(crate) fn sender_access(&mut self, table: &str) -> Step {
        self.mail_access(table, Class::Sender)
    }

    pub(crate) fn recipient_access(&mut self, table: &str) -> Step {
        self.mail_access(table, Class::Recipient)
    }

    pub(crate) fn etrn_access(&mut self, table: &str) -> Step {
        let Some(subject) = self.etrn_subject() else { return Ok(Outcome::Dunno) };
        let keys = self.domain_keys(&subject.name);
        self.access(table, &[keys], &subject)
    }

    pub(crate) fn etrn_subject(&self) -> Option<Subject> {
        self.facts.etrn.clone().map(|name| Subject { name, class: Class::Etrn })
    }

    fn mail_access(&mut self, table: &str, class: Class) -> Step {
        let Some((address, subject)) = self.address_subject(class) else { return Ok(Outcome::Dunno) };
        if address.is_null() {
            return self.access(table, &[vec![self.rules.null_access_key.clone()]], &subject);
        }
        let resolved = self.resolve(&address)?;
        let keys = self.mail_keys(&resolved.recipient);
        match self.access(table, &[keys], &subject)? {
            // A detour through us to somewhere else is not what the table knows.
            Outcome::Permit
                if class == Class::Recipient
                    && resolved.has_routing
                    && !self.rules.allow_untrusted_routing =>
            {
                Ok(Outcome::Dunno)
            }
            outcome => Ok(outcome),
        }
    }

    pub(crate) fn client_subject(&self) -> Subject {
        Subject { name: self.facts.client.name_address(), class: Class::Client }
    }

    /// `user+ext@domain, user@domain, domain, its parents, user+ext@, user@`.
    fn mail_keys(&self, address: &Address) -> Vec<String> {
        let local = address.local();
        let plain = self.without_extension(local);
        let mut keys = vec![address.to_string()];
        let domain = address.domain();
        if let (Some(plain), Some(domain)) = (plain, domain) {
            keys.push(format!("{plain}@{domain}"));
        }
        if let Some(domain) = domain {
            match domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
                Some(literal) => keys.extend(network_keys(literal.trim_start_matches("IPv6:"))),
                None => keys.extend(self.domain_keys(domain)),
            }
        }
        keys.push(format!("{local}@"));
        keys.extend(plain.map(|plain| format!("{plain}@")));
        keys
    }

    fn without_extension<'b>(&self, local: &'b str) -> Option<&'b str> {
        let at = local.find(|c| self.rules.recipient_delimiter.contains(c)).filter(|&at| at > 0)?;
        let special =
            ["postmaster", "mailer-daemon", "double-bounce"].iter().any(|s| local.eq_ignore_ascii_case(s));
        (!special).then(|| &local[..at])
    }

    /// The name and its parent domains, in the style of `parent_domain_matches_subdomains`.
    pub(crate) fn domain_keys(&self, name: &str) -> Vec<String> {
        let mut keys = vec![name.to_owned()];
        let mut rest = name;
        while let Some((_, parent)) = rest.split_once('.') {
            let dot = if self.rules.parent_matches_subdomains { "" } else { "." };
            if !parent.is_empty() {
                keys.push(format!("{dot}{parent}"));
            }
            rest = parent;
        }
        keys
    }

    /// What the table says, `Dunno` when it has nothing to say.
    pub(crate) fn access(&mut self, table: &str, keys: &Keys, subject: &Subject) -> Step {
        Ok(self.find_action(table, keys, subject)?.unwrap_or(Outcome::Dunno))
    }

    /// What the table says; None when it has nothing to say. DUNNO is something: it ends the search.
    pub(crate) fn find_action(
        &mut self,
        table: &str,
        keys: &Keys,
        subject: &Subject,
    ) -> Result<Option<Outcome>, Stop> {
        let most = if takes_whole_keys(table) { 1 } else { usize::MAX };
        for key in keys.iter().flat_map(|parts| parts.iter().take(most)) {
            match self.question(Question::Lookup { table: table.to_owned(), key: key.clone() })? {
                Answer::Found(value) if value.trim().is_empty() => {
                    self.warning(format!("{table} lookup of {key} returns an empty string result"));
                    self.warning(format!("{table} should return NO RESULT in case of NOT FOUND"));
                    return Err(table_fault(subject));
                }
                Answer::Found(value) => return self.action(table, key, &value, subject).map(Some),
                Answer::Failed(text) => {
                    self.warning(text);
                    return Err(table_fault(subject));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// A name that anybody may give to an address, and servers that anybody may name, say nothing good of a client.
    pub(crate) fn forbid_permit(&mut self, outcome: Outcome, restriction: &str, target: &str) -> Step {
        if outcome != Outcome::Permit {
            return Ok(outcome);
        }
        self.warning(format!("restriction {restriction} returns OK for {target}"));
        self.warning("this is not allowed for security reasons");
        Err(self.fault("use DUNNO instead of OK if you want to make an exception".to_owned()))
    }
}

/// An address and the networks it is in: `1.2.3.4`, `1.2.3`, `1.2`, `1`.
pub(crate) fn network_keys(address: &str) -> Vec<String> {
    let separator = if address.contains(':') { ':' } else { '.' };
    let mut keys = vec![address.to_owned()];
    let mut rest = address;
    while let Some((network, _)) = rest.rsplit_once(separator) {
        let network = network.trim_end_matches(separator);
        if network.is_empty() {
            break;
        }
        keys.push(network.to_owned());
        rest = network;
    }
    keys
}

/// Tables of patterns and servers of others see whole keys only (semantics 18).
fn takes_whole_keys(table: &str) -> bool {
    let table = table.strip_prefix("proxy:").unwrap_or(table);
    let kind = table.split(':').next().unwrap_or(table);
    matches!(kind, "regexp" | "pcre" | "cidr" | "socketmap" | "tcp")
}

fn table_fault(subject: &Subject) -> Stop {
    Stop::Unanswered(Reply::new(451, 3, 5, subject.rejected("Server configuration error")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_of_an_address_get_shorter() {
        assert_eq!(network_keys("1.2.3.4"), ["1.2.3.4", "1.2.3", "1.2", "1"]);
        assert_eq!(network_keys("2001:db8::1"), ["2001:db8::1", "2001:db8", "2001"]);
    }
}
