//! The attributes of a pipe(8) service in master.cf: `flags=`, `user=`, `eol=` and so on, up to `argv=`.
//! Text in, a plain struct or a fault out.

use crate::rendering::Style;

/// What the service's line in master.cf says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) argv: Vec<String>,
    pub(crate) user: String,
    pub(crate) group: Option<String>,
    pub(crate) chroot: Option<String>,
    pub(crate) directory: Option<String>,
    /// `size=`; 0 for none.
    pub(crate) size: u64,
    /// `null_sender=`.
    pub(crate) null_sender: String,
    pub(crate) style: Style,
    pub(crate) folding: Folding,
    /// Flag `X`: the command is where the message ends up.
    pub(crate) is_final: bool,
}

/// What happens to addresses in the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folding {
    /// Flag `h`.
    pub(crate) host: bool,
    /// Flag `u`.
    pub(crate) user: bool,
    /// Flag `q`.
    pub(crate) quote: bool,
}

impl Attributes {
    /// Reads the words of the service line.
    pub(crate) fn parse(words: &[String]) -> Result<Self, String> {
        let mut this = Self {
            argv: Vec::new(),
            user: String::new(),
            group: None,
            chroot: None,
            directory: None,
            size: 0,
            null_sender: "MAILER-DAEMON".to_owned(),
            style: Style::plain(),
            folding: Folding::default(),
            is_final: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, value) = word.split_once('=').ok_or_else(|| format!("unknown attribute: {word}"))?;
            if name == "argv" {
                // The last attribute: everything behind it belongs to the command.
                this.argv = std::iter::once(value)
                    .chain(words.by_ref().map(String::as_str))
                    .filter(|w| !w.is_empty())
                    .map(unbrace)
                    .collect();
                break;
            }
            this.set(name, value)?;
        }
        match &this {
            Self { user, .. } if user.is_empty() => Err("missing user= command-line attribute".into()),
            Self { argv, .. } if argv.is_empty() => Err("missing argv= command-line attribute".into()),
            _ => Ok(this),
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "flags" => return value.chars().try_for_each(|flag| self.flag(flag)),
            "user" => match value.split_once(':') {
                Some((user, group)) => (self.user, self.group) = (user.to_owned(), Some(group.to_owned())),
                None => self.user = value.to_owned(),
            },
            "chroot" => self.chroot = Some(value.to_owned()),
            "directory" => self.directory = Some(value.to_owned()),
            "null_sender" => self.null_sender = value.to_owned(),
            "eol" => self.style.line_end = unescape(value),
            "size" => {
                let bad = || format!("size= command-line attribute: bad value: \"{value}\"");
                self.size = value.parse().map_err(|_| bad())?;
            }
            _ => return Err(format!("unknown attribute name: {name}")),
        }
        Ok(())
    }

    fn flag(&mut self, flag: char) -> Result<(), String> {
        match flag {
            'B' => self.style.blank_line = true,
            'D' => self.style.delivered_to = true,
            'F' => self.style.from_line = true,
            'O' => self.style.original_to = true,
            'R' => self.style.return_path = true,
            'X' => self.is_final = true,
            '.' => self.style.quote_dot = true,
            '>' => self.style.quote_from = true,
            'h' => self.folding.host = true,
            'u' => self.folding.user = true,
            'q' => self.folding.quote = true,
            _ => return Err(format!("unknown flag: {flag}")),
        }
        Ok(())
    }
}

/// `{ text with blanks }` is one argument.
fn unbrace(word: &str) -> String {
    match word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
        Some(inner) => inner.trim().to_owned(),
        None => word.to_owned(),
    }
}

/// C-style escapes: `\a \b \f \n \r \t \v \ddd \\`.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'v') => out.push(11),
            Some(first @ b'0'..=b'7') => {
                let mut number = u32::from(first - b'0');
                for _ in 0..2 {
                    let Some(digit) = bytes.next_if(|b| (b'0'..=b'7').contains(b)) else { break };
                    number = number * 8 + u32::from(digit - b'0');
                }
                out.push(number as u8);
            }
            Some(other) => out.push(other),
            None => out.push(b'\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Attributes, String> {
        Attributes::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn attributes_are_read_up_to_argv() {
        let words = [
            "flags=FRqhu.>BXD",
            "user=vmail:mail",
            "eol=\\r\\n",
            "size=10",
            "null_sender=",
            "argv=/bin/x",
            "-f",
            "{ a b }",
            "user=c",
        ];
        let read = Attributes::parse(&words.map(str::to_owned)).unwrap();
        assert_eq!(read.argv, ["/bin/x", "-f", "a b", "user=c"]);
        assert_eq!((read.user.as_str(), read.group.as_deref()), ("vmail", Some("mail")));
        assert_eq!((read.size, read.null_sender.as_str()), (10, ""));
        let style = Style {
            from_line: true,
            return_path: true,
            original_to: false,
            delivered_to: true,
            quote_from: true,
            quote_dot: true,
            blank_line: true,
            line_end: b"\r\n".to_vec(),
        };
        assert_eq!(read.style, style);
        assert!(read.is_final && read.folding == Folding { host: true, user: true, quote: true });
    }

    #[test]
    fn faults_are_named() {
        for (line, fault) in [
            ("user=x", "missing argv= command-line attribute"),
            ("argv=x", "missing user= command-line attribute"),
            ("flags=Z user=x argv=y", "unknown flag: Z"),
            ("colour=x", "unknown attribute name: colour"),
            ("size=x", "size= command-line attribute: bad value: \"x\""),
        ] {
            assert_eq!(parse(line).unwrap_err(), fault);
        }
    }

    #[test]
    fn escapes_are_those_of_c() {
        assert_eq!(unescape(r"\r\n\101\\x\0"), b"\r\nA\\x\0");
    }
}
