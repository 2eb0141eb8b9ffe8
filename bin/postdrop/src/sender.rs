//! `local_login_sender_maps`: which envelope senders a login may use. The default, `static:*`, allows all.

use command::{Caller, Command, Fatal};
use config::p;
use tables::{Maps, Options};

/// Ends the program when the caller may not use this sender.
pub fn check(command: &Command, caller: &Caller, sender: &str) -> Result<(), Fatal> {
    let get = |parameter| command.conf.get(parameter).map_err(|fault| command.fatal(fault));
    let list = get(p::LOCAL_LOGIN_SENDER_MAPS)?;
    if list == "static:*" {
        return Ok(());
    }
    let null_key = get(p::EMPTY_ADDRESS_LOCAL_LOGIN_SENDER_MAPS_LOOKUP_KEY)?;
    let delimiters = get(p::RECIPIENT_DELIMITER)?;
    let found = Maps::open(p::LOCAL_LOGIN_SENDER_MAPS.name(), &list, &Options::default())
        .and_then(|maps| maps.find_blocking(&caller.name))
        .map_err(|error| command.fatal(error))?;
    let patterns = found.unwrap_or_default();
    let wanted = if sender.is_empty() { null_key.as_str() } else { sender };
    if config::split_list(&patterns).iter().any(|pattern| matches(pattern, wanted, &delimiters)) {
        return Ok(());
    }
    Err(command.fatal(format_args!("{caller}: not authorized to use sender='{sender}'")))
}

/// postconf(5): `*`, `<>`, `user@domain` (with or without the sender's extension), `@domain`.
fn matches(pattern: &str, sender: &str, delimiters: &str) -> bool {
    if pattern == "*" || pattern.eq_ignore_ascii_case(sender) {
        return true;
    }
    let Some((local, domain)) = sender.rsplit_once('@') else { return false };
    if pattern.strip_prefix('@').is_some_and(|wanted| wanted.eq_ignore_ascii_case(domain)) {
        return true;
    }
    let plain = local.find(|c| delimiters.contains(c)).map(|at| &local[..at]).unwrap_or(local);
    !plain.is_empty() && pattern.eq_ignore_ascii_case(&format!("{plain}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_addresses_domains_and_addresses_without_extension() {
        for (pattern, sender) in [
            ("*", "a@b"),
            ("<>", "<>"),
            ("A@b", "a@B"),
            ("@example.org", "x@example.org"),
            ("bob@example.org", "bob+x@example.org"),
        ] {
            assert!(matches(pattern, sender, "+"), "{pattern} {sender}");
        }
        for (pattern, sender) in [
            ("a@b", "ab@b"),
            ("@example.org", "x@sub.example.org"),
            ("@b", "b"),
            ("bob@b", "bob-x@b"),
            ("@b", "<>"),
        ] {
            assert!(!matches(pattern, sender, "+"), "{pattern} {sender}");
        }
    }
}
