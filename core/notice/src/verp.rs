//! Variable envelope return paths (VERP_README): a sender address of its own for each recipient, so that a bounce
//! tells which subscriber it is about.

use mail::Address;

/// `owner-list@example.org` and `user@domain` give `owner-list+user=domain@example.org` with delimiters `+=`.
/// None for the null sender, and for delimiters that are not two characters.
pub fn verp_sender(delimiters: &str, sender: &Address, recipient: &Address) -> Option<Address> {
    let mut characters = delimiters.chars();
    let (first, second) = (characters.next()?, characters.next()?);
    if sender.is_null() || characters.next().is_some() {
        return None;
    }
    let at = sender.domain().map(|domain| format!("@{domain}")).unwrap_or_default();
    let behind = recipient.domain().map(|domain| format!("{second}{domain}")).unwrap_or_default();
    Some(Address::new(format!("{}{first}{}{behind}{at}", sender.local(), recipient.local())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipient_is_found_in_the_sender() {
        let verp = |d: &str, s: &str, r: &str| verp_sender(d, &s.into(), &r.into()).map(|a| a.to_string());
        assert_eq!(verp("+=", "list@a.org", "u@b.org").as_deref(), Some("list+u=b.org@a.org"));
        assert_eq!(verp("-=", "list", "u").as_deref(), Some("list-u"));
        assert_eq!(verp("+=", "", "u@b.org"), None);
        assert_eq!(verp("+", "list@a.org", "u@b.org"), None);
    }
}
