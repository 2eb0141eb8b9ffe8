//! Address extensions: `user+folder` (recipient_delimiter).

/// How addresses are divided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delimiter {
    /// `recipient_delimiter`: any of these characters divides. Empty: none does.
    pub characters: String,
    /// `double_bounce_sender`, which is never divided.
    pub double_bounce_sender: String,
    /// `owner_request_special`: `owner-list` and `list-request` stay whole when `-` divides.
    pub owner_request_special: bool,
}

/// Divides the local part of an address. None when there is no extension, when nothing would be left in front of
/// it, or when the name is one that must stay whole. The extension comes without its delimiter.
pub fn split_extension<'a>(local: &'a str, delimiter: &Delimiter) -> Option<(&'a str, &'a str)> {
    let same = |name: &str| !name.is_empty() && local.eq_ignore_ascii_case(name);
    if same("postmaster") || same("mailer-daemon") || same(&delimiter.double_bounce_sender) {
        return None;
    }
    if delimiter.characters.contains('-') && delimiter.owner_request_special && is_owner_or_request(local) {
        return None;
    }
    let at = local.find(|c| delimiter.characters.contains(c)).filter(|&at| at > 0)?;
    let width = local[at..].chars().next().map_or(1, char::len_utf8);
    Some((&local[..at], &local[at + width..]))
}

fn is_owner_or_request(local: &str) -> bool {
    let lower = local.to_ascii_lowercase();
    lower.starts_with("owner-") || (lower.len() > "-request".len() && lower.ends_with("-request"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(characters: &str) -> Delimiter {
        Delimiter {
            characters: characters.into(),
            double_bounce_sender: "double-bounce".into(),
            owner_request_special: true,
        }
    }

    #[test]
    fn the_first_delimiter_divides_but_never_at_the_start() {
        let plus = delimiter("+");
        assert_eq!(split_extension("bob+a+b", &plus), Some(("bob", "a+b")));
        assert_eq!(split_extension("bob+", &plus), Some(("bob", "")));
        assert_eq!(split_extension("+bob", &plus), None);
        assert_eq!(split_extension("bob", &plus), None);
        assert_eq!(split_extension("bob-x+y", &delimiter("+-")), Some(("bob", "x+y")));
        assert_eq!(split_extension("bob+x", &delimiter("")), None);
    }

    #[test]
    fn names_of_the_mail_system_stay_whole() {
        let dash = delimiter("-");
        for name in ["Mailer-Daemon", "double-bounce", "owner-list", "list-request"] {
            assert_eq!(split_extension(name, &dash), None, "{name}");
        }
        assert_eq!(split_extension("-request", &dash), None);
        assert_eq!(
            split_extension("list-request", &Delimiter { owner_request_special: false, ..dash }),
            Some(("list", "request"))
        );
    }
}
