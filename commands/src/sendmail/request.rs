//! The command line of sendmail(1), read as Postfix reads it: no order of options matters but the last mode.

use mail::{Notify, ReturnFormat};
use options::{GetOpt, Opt};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Read a message and submit it (`-bm`).
    Post,
    /// Mail a report about the recipients (`-bv`).
    Verify,
    /// `-bp`, mailq.
    ListQueue,
    /// `-q`.
    FlushAll,
    /// `-qIid`.
    FlushId(String),
    /// `-qRsite`.
    FlushSite(String),
    /// `-bd`, `-bl`.
    Daemon,
    /// `-bs`.
    Dialogue,
    /// `-bi`, `-I`, newaliases.
    NewAliases,
    /// `-bh`, `-bH`, `-q5m`: nothing that we have.
    Nothing,
}

impl Mode {
    /// The name of a mode that takes no recipients.
    pub(crate) fn refuses_recipients(&self) -> Option<&'static str> {
        match self {
            Self::ListQueue => Some("display queue mode"),
            Self::FlushAll => Some("flush queue mode"),
            Self::FlushId(_) => Some("flush queue_id"),
            Self::FlushSite(_) => Some("flush site"),
            Self::Daemon => Some("daemon mode"),
            Self::Dialogue => Some("stand-alone mode"),
            Self::NewAliases => Some("alias initialization mode"),
            Self::Post | Self::Verify | Self::Nothing => None,
        }
    }
}

/// Which VERP delimiters to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verp {
    /// `default_verp_delimiters`.
    Default,
    /// These.
    Given(String),
}

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) mode: Mode,
    /// `-C`.
    pub(super) directory: Option<OsString>,
    /// A lone dot ends the message (no `-i`).
    pub(super) dot_ends: bool,
    /// `-t`.
    pub(super) extract: bool,
    /// `-f`, `-r`.
    pub(super) sender: Option<String>,
    /// `-F`.
    pub(super) full_name: Option<String>,
    /// `-G`.
    pub(super) gateway: bool,
    /// `-N`.
    pub(super) notify: Notify,
    /// `-R`.
    pub(super) ret: Option<ReturnFormat>,
    /// `-V`.
    pub(super) envelope_id: Option<String>,
    /// `-XV`.
    pub(super) verp: Option<Verp>,
    /// `-B`: `8bit` or `7bit`.
    pub(super) encoding: Option<&'static str>,
    /// A single `-v`: mail a report of the first delivery attempt.
    pub(super) report: bool,
    /// `-oA`.
    pub(super) alias_databases: Vec<String>,
    pub(super) recipients: Vec<String>,
    /// What is wrong but not fatal.
    pub(super) warnings: Vec<String>,
    verbose: u32,
}

/// Why a command line makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UsageFault {
    /// What getopt(3) says.
    pub(super) lines: Vec<String>,
    /// The fatal error.
    pub(super) text: String,
}

impl Request {
    pub(super) fn parse(args: &[OsString], mode: Mode) -> Result<Self, UsageFault> {
        let args = mark_bare_q(args);
        let mut request = Self {
            mode,
            directory: None,
            dot_ends: true,
            extract: false,
            sender: None,
            full_name: None,
            gateway: false,
            notify: Notify::default(),
            ret: None,
            envelope_id: None,
            verp: None,
            encoding: None,
            report: false,
            alias_databases: Vec::new(),
            recipients: Vec::new(),
            warnings: Vec::new(),
            verbose: 0,
        };
        let mut bad = Vec::new();
        let mut options = GetOpt::new(OPTIONS, &args);
        for option in options.by_ref() {
            request.take(option, &mut bad)?;
        }
        if !bad.is_empty() {
            return Err(UsageFault { lines: bad, text: "usage: sendmail [options]".to_owned() });
        }
        request.recipients = options.rest().iter().map(|word| text(word)).collect();
        request.report = request.verbose == 1;
        if request.extract && request.mode == Mode::Verify {
            return Err(fatal("-t option cannot be used with -bv"));
        }
        Ok(request)
    }

    fn take(&mut self, option: Opt, bad: &mut Vec<String>) -> Result<(), UsageFault> {
        match option {
            Opt::Flag(letter) => self.flag(letter)?,
            Opt::Value(letter, value) => self.value(letter, &value)?,
            Opt::Unknown(letter) => bad.push(format!("invalid option -- '{}'", letter.escape_ascii())),
            Opt::Missing(letter) => {
                bad.push(format!("option requires an argument -- '{}'", letter.escape_ascii()));
            }
        }
        Ok(())
    }

    fn flag(&mut self, letter: u8) -> Result<(), UsageFault> {
        match letter {
            b'G' => self.gateway = true,
            b'I' => self.mode = Mode::NewAliases,
            b'i' => self.dot_ends = false,
            b'n' => return Err(fatal("-n option not supported")),
            b't' => self.extract = true,
            b'v' => self.verbose += 1,
            // -U, -c, -m, -x: accepted for the sake of old callers.
            _ => {}
        }
        Ok(())
    }

    fn value(&mut self, letter: u8, value: &OsStr) -> Result<(), UsageFault> {
        let word = text(value);
        match letter {
            b'B' => self.encoding = Some(encoding(&word)?),
            b'C' => self.directory = Some(value.to_owned()),
            b'F' => self.full_name = Some(word),
            b'N' => self.set_notify(&word),
            b'R' => self.set_ret(&word),
            b'V' => self.set_envelope_id(word),
            b'X' => self.set_verp(&word)?,
            b'b' => self.mode = mode(&word)?,
            b'f' | b'r' => self.sender = Some(word),
            b'o' => match word.as_bytes() {
                [b'A', ..] => self.alias_databases.push(word[1..].to_owned()),
                [b'i', ..] => self.dot_ends = false,
                _ => {}
            },
            b'q' => self.mode = flush(&word)?,
            // -A, -L, -O, -e, -h, -p: accepted for the sake of old callers.
            _ => {}
        }
        Ok(())
    }

    fn set_notify(&mut self, word: &str) {
        let mut mask = 0;
        for name in word.split(',') {
            mask |= match name.to_ascii_lowercase().as_str() {
                "never" => 1,
                "success" => 2,
                "failure" => 4,
                "delay" => 8,
                _ => {
                    let text = format!("unknown DSN NOTIFY command value \"{name}\" in \"{word}\"");
                    self.warnings.push(text);
                    mask = 0;
                    break;
                }
            };
        }
        let valid = mask != 0 && (mask & 1 == 0 || mask == 1);
        if valid {
            self.notify = Notify(mask);
        } else {
            self.warnings.push("bad -N option value -- ignored".to_owned());
        }
    }

    fn set_ret(&mut self, word: &str) {
        match word.to_ascii_lowercase().as_str() {
            "full" => self.ret = Some(ReturnFormat::Full),
            "hdrs" => self.ret = Some(ReturnFormat::Headers),
            _ => self.warnings.push("bad -R option value -- ignored".to_owned()),
        }
    }

    fn set_envelope_id(&mut self, word: String) {
        // RFC 3461 4.4: printable, at most 100 characters.
        let valid = (1..=100).contains(&word.len()) && word.bytes().all(|b| (b' '..=b'~').contains(&b));
        if valid {
            self.envelope_id = Some(word);
        } else {
            self.warnings.push("bad syntax in -V option value -- ignored".to_owned());
        }
    }

    fn set_verp(&mut self, word: &str) -> Result<(), UsageFault> {
        match word.strip_prefix('V') {
            Some("") => self.verp = Some(Verp::Default),
            Some(delimiters) => self.verp = Some(Verp::Given(delimiters.to_owned())),
            None => return Err(fatal(format!("unsupported: -X{}", first(word)))),
        }
        Ok(())
    }
}

fn mode(word: &str) -> Result<Mode, UsageFault> {
    Ok(match first(word).as_str() {
        "d" | "l" => Mode::Daemon,
        "h" | "H" => Mode::Nothing,
        "i" => Mode::NewAliases,
        "m" => Mode::Post,
        "p" => Mode::ListQueue,
        "s" => Mode::Dialogue,
        "v" => Mode::Verify,
        other => return Err(fatal(format!("unsupported: -b{other}"))),
    })
}

fn flush(word: &str) -> Result<Mode, UsageFault> {
    Ok(match word.chars().next() {
        Some('\0') => Mode::FlushAll,
        Some('0'..='9') => Mode::Nothing,
        Some('I') if word.len() > 1 => Mode::FlushId(word[1..].to_owned()),
        Some('R') if word.len() > 1 => Mode::FlushSite(word[1..].to_owned()),
        Some('I') => return Err(fatal("specify: -qIqueueid".to_owned())),
        Some('R') => return Err(fatal("specify: -qRsitename".to_owned())),
        _ => return Err(fatal(format!("-q{} is not implemented", first(word)))),
    })
}

fn encoding(word: &str) -> Result<&'static str, UsageFault> {
    match word.to_ascii_uppercase().as_str() {
        "8BITMIME" => Ok("8bit"),
        "7BIT" => Ok("7bit"),
        _ => Err(fatal("-B option needs 8BITMIME or 7BIT")),
    }
}

/// `-q` alone has no value, although `-qIid` has one: it gets a value that nobody can type.
fn mark_bare_q(args: &[OsString]) -> Vec<OsString> {
    let mut out = Vec::with_capacity(args.len());
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let bytes = word.as_bytes();
        if bytes == b"--" || bytes.len() < 2 || bytes[0] != b'-' {
            out.push(word.clone());
            break;
        }
        out.push(if bytes == b"-q" { OsString::from("-q\0") } else { word.clone() });
        let takes_next = bytes.len() == 2
            && bytes[1] != b'q'
            && OPTIONS.as_bytes().windows(2).any(|pair| pair == [bytes[1], b':']);
        if takes_next {
            out.extend(words.next().cloned());
        }
    }
    out.extend(words.cloned());
    out
}

fn first(word: &str) -> String {
    word.chars().take(1).collect()
}

fn text(word: &OsStr) -> String {
    word.to_string_lossy().into_owned()
}

fn fatal(text: impl Into<String>) -> UsageFault {
    UsageFault { lines: Vec::new(), text: text.into() }
}

/// Postfix's getopt(3) specification.
const OPTIONS: &str = "A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:r:q:tvx";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, UsageFault> {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        Request::parse(&args, Mode::Post)
    }

    #[test]
    fn what_callers_use_daily_is_understood() {
        let request = parse("-t -i -f alice@example.org bob").unwrap();
        assert!(request.extract && !request.dot_ends);
        assert_eq!(
            (request.sender.as_deref(), &request.recipients[..]),
            (Some("alice@example.org"), &["bob".to_owned()][..])
        );
        let request = parse("-oi -oem -odb -oAtype:file bob").unwrap();
        assert!(
            !request.dot_ends && request.recipients == ["bob"] && request.alias_databases == ["type:file"]
        );
    }

    #[test]
    fn the_last_mode_wins() {
        for (line, mode) in [
            ("-q", Mode::FlushAll),
            ("-bp -q", Mode::FlushAll),
            ("-q -bp", Mode::ListQueue),
            ("-qIABC", Mode::FlushId("ABC".into())),
            ("-qRsite", Mode::FlushSite("site".into())),
            ("-q5m", Mode::Nothing),
            ("-bh", Mode::Nothing),
            ("-bd", Mode::Daemon),
            ("-bs", Mode::Dialogue),
            ("-I", Mode::NewAliases),
            ("-f -q", Mode::Post),
        ] {
            assert_eq!(parse(line).unwrap().mode, mode, "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_fatal_or_warned_about_as_in_postfix() {
        for (line, text) in [
            ("-bx", "unsupported: -bx"),
            ("-Xlog", "unsupported: -Xl"),
            ("-qSsite", "-qS is not implemented"),
            ("-B bogus", "-B option needs 8BITMIME or 7BIT"),
            ("-n", "-n option not supported"),
            ("-tbv", "-t option cannot be used with -bv"),
            ("-f", "usage: sendmail [options]"),
            ("-z", "usage: sendmail [options]"),
        ] {
            assert_eq!(parse(line).unwrap_err().text, text, "{line}");
        }
        assert_eq!(parse("-N success,never x").unwrap().warnings, ["bad -N option value -- ignored"]);
        assert_eq!(parse("-N bogus x").unwrap().warnings.len(), 2);
        assert_eq!(parse("-N failure,delay x").unwrap().notify, Notify(12));
    }

    #[test]
    fn a_single_v_asks_for_a_report_and_two_do_not() {
        assert!(parse("-v x").unwrap().report);
        assert!(!parse("-v -v x").unwrap().report);
    }
}
