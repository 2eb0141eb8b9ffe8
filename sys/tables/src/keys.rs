//! The orders in which tables are asked: which keys an address, a host name or a network address becomes,
//! first to last. Plain values; the asking is [`Maps::find_first`](crate::Maps::find_first).

/// One key to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// A part of the whole: never asked of pattern tables.
    pub partial: bool,
    /// The address extension that this key leaves out, with its delimiter: what
    /// `propagate_unmatched_extensions` adds to the result.
    pub extension: Option<String>,
}

/// How addresses are divided into user and extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `recipient_delimiter`: a set of characters; empty for none.
    pub delimiters: String,
    /// `owner_request_special`: with `-` as a delimiter, `owner-x` and `x-request` stay whole.
    pub owner_request_special: bool,
}

/// User and extension (with its delimiter) of a local part. postmaster, mailer-daemon and double-bounce are
/// never divided, and no user is ever empty.
pub fn split_extension<'a>(local: &'a str, by: &Extensions) -> (&'a str, Option<&'a str>) {
    let whole = (local, None);
    if WHOLE_NAMES.iter().any(|name| local.eq_ignore_ascii_case(name)) {
        return whole;
    }
    if by.owner_request_special && by.delimiters.contains('-') {
        let lower = local.to_ascii_lowercase();
        if lower.starts_with("owner-") || lower.ends_with("-request") {
            return whole;
        }
    }
    match local.find(|c| by.delimiters.contains(c)) {
        Some(at) if at > 0 => (&local[..at], Some(&local[at..])),
        _ => whole,
    }
}

/// canonical(5), virtual(5), generic(5): `user+ext@domain, user@domain, user+ext, user, @domain`; the bare
/// user only when `bare` says that the domain is ours (myorigin, mydestination, an interface).
pub fn mail_address(address: &str, by: &Extensions, bare: bool) -> Vec<Key> {
    let (local, domain) = divide(address);
    let (user, extension) = split_extension(local, by);
    let mut keys = vec![whole(join(local, domain))];
    if extension.is_some() {
        keys.push(part(join(user, domain)).without(extension));
    }
    if let Some(domain) = domain {
        if bare {
            keys.push(part(quoted(local)));
            if extension.is_some() {
                keys.push(part(quoted(user)).without(extension));
            }
        }
        keys.push(part(format!("@{domain}")));
    }
    keys
}

/// relocated(5): as canonical(5).
pub fn relocated_address(address: &str, by: &Extensions, bare: bool) -> Vec<Key> {
    mail_address(address, by, bare)
}

/// access(5), e-mail address patterns: `user+ext@domain, user@domain, domain, parent domains, user+ext@,
/// user@`. Parents are `domain` when `parents_match` (access is in `parent_domain_matches_subdomains`),
/// else `.domain`.
pub fn access_address(address: &str, by: &Extensions, parents_match: bool) -> Vec<Key> {
    let (local, domain) = divide(address);
    let (user, extension) = split_extension(local, by);
    let mut keys = vec![whole(join(local, domain))];
    if extension.is_some() {
        keys.push(part(join(user, domain)));
    }
    if let Some(domain) = domain {
        keys.extend(access_domain(domain, parents_match).into_iter().map(Key::into_part));
    }
    keys.push(part(format!("{}@", quoted(local))));
    if extension.is_some() {
        keys.push(part(format!("{}@", quoted(user))));
    }
    keys
}

/// access(5), host name patterns: the name, then its parents.
pub fn access_domain(name: &str, parents_match: bool) -> Vec<Key> {
    let mut keys = vec![whole(name.to_owned())];
    let mut rest = name;
    while let Some((_, parent)) = rest.split_once('.').filter(|(_, parent)| !parent.is_empty()) {
        keys.push(part(if parents_match { parent.to_owned() } else { format!(".{parent}") }));
        rest = parent;
    }
    keys
}

/// access(5), network patterns: the address, then what is left when its last octets (or IPv6 groups) are
/// cut off.
pub fn access_network(address: &str) -> Vec<Key> {
    let divider = if address.contains(':') { ':' } else { '.' };
    let mut keys = vec![whole(address.to_owned())];
    let mut rest = address;
    while let Some((shorter, _)) = rest.rsplit_once(divider) {
        let shorter = shorter.trim_end_matches(divider);
        if shorter.is_empty() {
            break;
        }
        keys.push(part(shorter.to_owned()));
        rest = shorter;
    }
    keys
}

/// transport(5): `user+ext@domain, user@domain, domain, parent domains, *`. Parents are `.domain` unless
/// `parents_match`.
pub fn transport_address(address: &str, by: &Extensions, parents_match: bool) -> Vec<Key> {
    let (local, domain) = divide(address);
    let (user, extension) = split_extension(local, by);
    let mut keys = vec![whole(join(local, domain))];
    if extension.is_some() {
        keys.push(part(join(user, domain)));
    }
    if let Some(domain) = domain {
        keys.extend(access_domain(domain, parents_match).into_iter().map(Key::into_part));
    }
    keys.push(part("*".to_owned()));
    keys
}

impl Key {
    fn without(self, extension: Option<&str>) -> Self {
        Self { extension: extension.map(str::to_owned), ..self }
    }

    fn into_part(self) -> Self {
        Self { partial: true, ..self }
    }
}

fn whole(text: String) -> Key {
    Key { text, partial: false, extension: None }
}

fn part(text: String) -> Key {
    Key { text, partial: true, extension: None }
}

fn divide(address: &str) -> (&str, Option<&str>) {
    address.rsplit_once('@').map_or((address, None), |(local, domain)| (local, Some(domain)))
}

fn join(local: &str, domain: Option<&str>) -> String {
    let whole = domain.map_or_else(|| local.to_owned(), |domain| format!("{local}@{domain}"));
    mail::Address::new(whole).to_external()
}

/// Tables hold addresses in external form.
fn quoted(local: &str) -> String {
    mail::Address::new(local).to_external()
}

const WHOLE_NAMES: [&str; 3] = ["postmaster", "mailer-daemon", "double-bounce"];

#[cfg(test)]
mod tests {
    use super::*;

    fn by(delimiters: &str) -> Extensions {
        Extensions { delimiters: delimiters.into(), owner_request_special: true }
    }

    fn texts(keys: Vec<Key>) -> Vec<String> {
        keys.into_iter().map(|k| k.text).collect()
    }

    #[test]
    fn some_names_are_never_divided() {
        assert_eq!(split_extension("user+a+b", &by("+")), ("user", Some("+a+b")));
        assert_eq!(split_extension("user-a+b", &by("+-")), ("user", Some("-a+b")));
        for name in ["postmaster", "Mailer-Daemon", "double-bounce", "owner-x", "x-request", "-x", "plain"] {
            assert_eq!(split_extension(name, &by("-")), (name, None));
        }
        assert_eq!(split_extension("owner-x+y", &by("+")), ("owner-x", Some("+y")));
    }

    #[test]
    fn canonical_and_virtual_orders() {
        let keys = mail_address("u+x@d", &by("+"), true);
        assert_eq!(keys.iter().filter(|k| !k.partial).count(), 1);
        assert_eq!(keys[1].extension.as_deref(), Some("+x"));
        assert_eq!(texts(keys), ["u+x@d", "u@d", "u+x", "u", "@d"]);
        assert_eq!(texts(mail_address("u@d", &by("+"), false)), ["u@d", "@d"]);
        assert_eq!(texts(mail_address("a b@d", &by(""), true)), ["\"a b\"@d", "\"a b\"", "@d"]);
    }

    #[test]
    fn access_orders() {
        let keys = access_address("u+x@a.b.c", &by("+"), true);
        assert_eq!(texts(keys), ["u+x@a.b.c", "u@a.b.c", "a.b.c", "b.c", "c", "u+x@", "u@"]);
        assert_eq!(texts(access_domain("a.b.c", false)), ["a.b.c", ".b.c", ".c"]);
        assert_eq!(texts(access_network("1.2.3.4")), ["1.2.3.4", "1.2.3", "1.2", "1"]);
        assert_eq!(texts(access_network("2001:db8::1")), ["2001:db8::1", "2001:db8", "2001"]);
    }

    #[test]
    fn transport_order() {
        let keys = transport_address("u+x@a.b", &by("+"), false);
        assert_eq!(texts(keys), ["u+x@a.b", "u@a.b", "a.b", ".b", "*"]);
    }
}
