//! An entry of master.cf as it is written: its options grouped as postconf(1) shows them, and entries that differ from
//! another in a column or an option, for postconf's edits.

use super::ServiceEntry;
use crate::Fault;
use crate::lines::{self, is_space};

/// An argument as it must be written: in braces when it has white space in it.
pub fn quoted(arg: &str) -> String {
    if arg.contains(is_space) { format!("{{{arg}}}") } else { arg.to_owned() }
}

impl ServiceEntry {
    /// The same entry with another value in a column (0 to 6), or another command with arguments (7).
    pub fn with_column(&self, column: usize, value: &str) -> Result<Self, Fault> {
        let mut columns = self.columns.clone();
        let mut command = self.command_line();
        match columns.get_mut(column) {
            Some(old) => *old = value.to_owned(),
            None => command = value.to_owned(),
        }
        Self::from_text("", &format!("{} {command}", columns.join(" ")), self.line)
    }

    /// The same entry with `-o name=value` at the end of its options or in place of those of this name; without it
    /// when there is no value.
    #[must_use]
    pub fn with_override(&self, name: &str, value: Option<&str>) -> Self {
        let is_old = |pair: &str| lines::name_value(pair).is_ok_and(|(old, _)| old == name);
        let mut args: Vec<String> = Vec::new();
        let mut replaced = false;
        let mut at = 0;
        while at < self.end_of_shown_options() {
            let pair = self.args.get(at + 1).filter(|_| self.args[at] == "-o");
            match pair {
                Some(pair) if is_old(pair) => args.extend(value.iter().flat_map(|v| option(name, v))),
                Some(pair) => args.extend(["-o".to_owned(), pair.clone()]),
                None => args.push(self.args[at].clone()),
            }
            replaced |= pair.is_some_and(|pair| is_old(pair));
            at += if pair.is_some() { 2 } else { 1 };
        }
        if !replaced {
            args.extend(value.iter().flat_map(|v| option(name, v)));
        }
        args.extend_from_slice(&self.args[at..]);
        Self { args, ..self.clone() }
    }

    /// Where postconf takes the options to end: it knows only `-o` to take a value.
    fn end_of_shown_options(&self) -> usize {
        let mut at = 0;
        while let Some(arg) = self.args.get(at).filter(|arg| arg.starts_with('-') && arg.as_str() != "--") {
            at += if arg == "-o" { 2 } else { 1 };
        }
        at.min(self.args.len())
    }

    /// The options before the first other word, as postconf groups them: the value is that of an `-o`.
    pub fn shown_options(&self) -> Vec<(&str, Option<&str>)> {
        let options = &self.args[..self.end_of_shown_options()];
        let mut shown = Vec::new();
        let mut at = 0;
        while let Some(option) = options.get(at) {
            let value = options.get(at + 1).filter(|_| option == "-o").map(String::as_str);
            shown.push((option.as_str(), value));
            at += if value.is_some() { 2 } else { 1 };
        }
        shown
    }

    /// The words after [`ServiceEntry::shown_options`].
    pub fn shown_words(&self) -> &[String] {
        &self.args[self.end_of_shown_options()..]
    }

    /// The command with its arguments, quoted where needed.
    pub fn command_line(&self) -> String {
        let words = self.args.iter().map(|arg| quoted(arg));
        std::iter::once(self.command.clone()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

fn option(name: &str, value: &str) -> [String; 2] {
    ["-o".to_owned(), format!("{name}={value}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> ServiceEntry {
        ServiceEntry::from_text("master.cf", text, 1).unwrap()
    }

    #[test]
    fn options_end_at_the_first_other_word_and_only_o_takes_a_value() {
        let entry = entry("a unix - - n - - smtpd -v -o {b = c d} -n foo -o e=f");
        assert_eq!(entry.shown_options(), [("-v", None), ("-o", Some("b=c d")), ("-n", None)]);
        assert_eq!(entry.shown_words(), ["foo", "-o", "e=f"]);
        assert_eq!(entry.command_line(), "smtpd -v -o {b=c d} -n foo -o e=f");
    }

    #[test]
    fn a_column_or_the_command_changes() {
        let old = entry("a unix - - n - - smtpd -v");
        assert_eq!(old.with_column(4, "y").unwrap().chroot, Some(true));
        assert_eq!(old.with_column(7, "lmtp -o a=b").unwrap().command_line(), "lmtp -o a=b");
        assert!(old.with_column(6, "many").is_err());
    }

    #[test]
    fn an_override_is_replaced_added_or_removed() {
        let old = entry("a unix - - n - - pipe -o a=b -o c=d user=x");
        assert_eq!(old.with_override("a", Some("z")).command_line(), "pipe -o a=z -o c=d user=x");
        assert_eq!(
            old.with_override("e", Some("f g")).command_line(),
            "pipe -o a=b -o c=d -o {e=f g} user=x"
        );
        assert_eq!(old.with_override("a", None).command_line(), "pipe -o c=d user=x");
    }
}
