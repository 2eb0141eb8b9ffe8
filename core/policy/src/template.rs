//! `$name` in texts for clients: the attributes of the session, one level deep (default_rbl_reply in postconf(5)).

use crate::evaluate::Evaluation;
use config::expand::Macros;
use mail::Address;
use std::cell::RefCell;

impl Evaluation<'_> {
    /// The text with attributes in place of their names, `more` before those of the session; None, with a warning,
    /// for a text that can't be read.
    pub(crate) fn expand(&mut self, text: &str, more: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let unknown = RefCell::new(None);
        let lookup = |name: &str| {
            let value = more(name).or_else(|| self.attribute(name));
            if value.is_none() {
                unknown.replace(Some(name.to_owned()));
            }
            Ok(value)
        };
        // What comes from the client goes back to it, and into the log.
        let filter = Some(self.rules.expansion_filter.as_str());
        let expansion = Macros { lookup: &lookup, recursive: false, filter }.expand(text);
        let unknown = unknown.into_inner();
        match (expansion, unknown) {
            (Ok(expansion), None) => Some(expansion.text),
            (Ok(_), Some(name)) => {
                self.warning(format!("unknown macro name \"{name}\" in expansion request"));
                None
            }
            (Err(fault), _) => {
                self.warning(fault.to_string());
                None
            }
        }
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let facts = self.facts;
        Some(match name {
            "client" => facts.client.name_address(),
            "client_name" => facts.client.name.clone(),
            "client_address" => facts.client.address.clone(),
            "reverse_client_name" => facts.client.reverse_name.clone(),
            "helo_name" => facts.helo.clone().unwrap_or_default(),
            _ => match name.split_once('_').unwrap_or((name, "")) {
                ("sender", part) => part_of(facts.sender.as_ref(), part)?,
                ("recipient", part) => part_of(facts.recipient.as_ref(), part)?,
                _ => return None,
            },
        })
    }
}

fn part_of(address: Option<&Address>, part: &str) -> Option<String> {
    let whole = |text: &str| if text.is_empty() { "<>".to_owned() } else { text.to_owned() };
    match part {
        "" => Some(address.map(|a| whole(a.as_str())).unwrap_or_default()),
        "name" => Some(address.map(|a| whole(a.local())).unwrap_or_default()),
        "domain" => Some(address.and_then(|a| a.domain()).unwrap_or_default().to_owned()),
        _ => None,
    }
}
