//! The command line of a pipe(8) command: macros filled in from the delivery request. Values go in as they
//! are, into one argument each: no shell sees them, and nothing in them is expanded again.

use super::attributes::{Attributes, Folding};
use config::expand::Macros;
use ipc::deliver::Request;
use mail::{Address, Recipient};
use std::ffi::OsString;
use tables::{Extensions, split_extension};

/// The command line for these recipients. An argument that names a recipient is repeated for each.
pub(crate) fn expand(
    attributes: &Attributes,
    request: &Request,
    recipients: &[&Recipient],
    extensions: &Extensions,
) -> Result<Vec<OsString>, String> {
    let mut out = Vec::new();
    for word in &attributes.argv {
        let mut per_recipient = false;
        for recipient in recipients {
            let values = Values { attributes, request, recipient, extensions };
            let (text, named) = values.expand(word)?;
            per_recipient |= named;
            out.push(OsString::from(text));
            if !named {
                break;
            }
        }
        if recipients.is_empty() && !per_recipient {
            out.push(OsString::from(word));
        }
    }
    Ok(out)
}

struct Values<'a> {
    attributes: &'a Attributes,
    request: &'a Request,
    recipient: &'a Recipient,
    extensions: &'a Extensions,
}

impl Values<'_> {
    /// The text, and whether it depends on the recipient.
    fn expand(&self, word: &str) -> Result<(String, bool), String> {
        let named = std::cell::Cell::new(false);
        let unknown = std::cell::RefCell::new(None);
        let lookup = |name: &str| {
            named.set(named.get() || PER_RECIPIENT.contains(&name));
            let value = self.value(name);
            if value.is_none() {
                unknown.borrow_mut().get_or_insert_with(|| name.to_owned());
            }
            Ok(value)
        };
        let macros = Macros { lookup: &lookup, recursive: false, filter: None };
        let text = macros.expand(word).map_err(|fault| fault.to_string())?.text;
        match unknown.into_inner() {
            Some(name) => Err(format!("unknown macro name: \"{name}\"")),
            None => Ok((text, named.get())),
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        let Folding { host, user, quote } = self.attributes.folding;
        let client = &self.request.client;
        let address = &self.recipient.address;
        let fold = |yes: bool, text: &str| if yes { text.to_lowercase() } else { text.to_owned() };
        let (mailbox, extension) = split_extension(address.local(), self.extensions);
        Some(match name {
            "client_address" => client.address.clone(),
            "client_helo" => client.helo.clone(),
            "client_hostname" => client.name.clone(),
            "client_port" => client.port.clone(),
            "client_protocol" => client.protocol.clone(),
            "domain" => fold(host, address.domain().unwrap_or_default()),
            "envid" => self.request.envelope_id.clone(),
            "extension" => fold(user, extension.map(|e| e.get(1..).unwrap_or_default()).unwrap_or_default()),
            "mailbox" => fold(user, address.local()),
            "nexthop" => fold(host, &self.request.nexthop),
            "original_recipient" => self.folded(&self.recipient.original, quote),
            "queue_id" => self.request.queue_id.to_string(),
            "recipient" => self.folded(address, quote),
            "sasl_method" => client.sasl_method.clone(),
            "sasl_sender" => client.sasl_sender.clone(),
            "sasl_username" => client.sasl_username.clone(),
            "sender" => self.sender(quote),
            "size" => self.request.message_size.to_string(),
            "user" => fold(user, mailbox),
            _ => return None,
        })
    }

    fn sender(&self, quote: bool) -> String {
        let sender = match self.request.sender.is_null() {
            true => Address::new(self.attributes.null_sender.clone()),
            false => self.request.sender.clone(),
        };
        if quote { sender.to_external() } else { sender.to_string() }
    }

    fn folded(&self, address: &Address, quote: bool) -> String {
        let Folding { host, user, .. } = self.attributes.folding;
        let local = if user { address.local().to_lowercase() } else { address.local().to_owned() };
        let folded = match address.domain() {
            Some(domain) if host => Address::new(format!("{local}@{}", domain.to_lowercase())),
            Some(domain) => Address::new(format!("{local}@{domain}")),
            None => Address::new(local),
        };
        if quote { folded.to_external() } else { folded.to_string() }
    }
}

/// pipe(8): an argument with one of these is repeated for each recipient.
const PER_RECIPIENT: [&str; 6] =
    ["recipient", "original_recipient", "user", "extension", "mailbox", "domain"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::request;

    fn expanded(argv: &[&str], flags: &str, recipients: &[&str]) -> Result<Vec<String>, String> {
        let mut words = vec![format!("flags={flags}"), "user=x".to_owned()];
        words.extend(argv.iter().enumerate().map(
            |(n, a)| {
                if n == 0 { format!("argv={a}") } else { (*a).to_owned() }
            },
        ));
        let attributes = Attributes::parse(&words).unwrap();
        let request = request("Next.Hop", recipients);
        let all: Vec<&Recipient> = request.recipients.iter().collect();
        let extensions = Extensions { delimiters: "+".into(), owner_request_special: true };
        expand(&attributes, &request, &all, &extensions)
            .map(|argv| argv.into_iter().map(|word| word.into_string().unwrap()).collect())
    }

    #[test]
    fn arguments_with_recipients_are_repeated_and_others_are_not() {
        let argv = ["/bin/x", "-f", "${sender}", "--", "$recipient", "<$(user)/$extension>", "$$x"];
        assert_eq!(
            expanded(&argv, "", &["A+B@D", "c@d"]).unwrap(),
            ["/bin/x", "-f", "s@example.org", "--", "A+B@D", "c@d", "<A/B>", "<c/>", "$x"]
        );
    }

    #[test]
    fn flags_fold_and_quote_whole_addresses() {
        let argv = ["x", "$recipient", "$mailbox", "$domain", "$nexthop"];
        assert_eq!(
            expanded(&argv, "hqu", &["A b@D.Org"]).unwrap(),
            ["x", "\"a b\"@d.org", "a b", "d.org", "next.hop"]
        );
    }

    #[test]
    fn what_strangers_send_is_never_expanded_or_split() {
        let recipient = "$(touch x) ${sender};|&@d";
        let got = expanded(&["x", "$recipient"], "", &[recipient]).unwrap();
        assert_eq!(got, ["x", recipient]);
    }

    #[test]
    fn an_unknown_macro_is_a_fault() {
        assert!(expanded(&["x", "$colour"], "", &["a@d"]).unwrap_err().contains("colour"));
    }
}
