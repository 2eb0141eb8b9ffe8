//! What the command line asks for, and which options go together.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use config::{Fault, lines};
use options::{GetOpt, Opt};

/// A command line that makes sense.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) subject: Subject,
    pub(super) action: Action,
    pub(super) view: View,
    /// The configuration directory, and whether it is another than the default.
    pub(super) dir: PathBuf,
    pub(super) strange_dir: bool,
    pub(super) overrides: Vec<(String, String)>,
    pub(super) words: Vec<OsString>,
}

/// What is shown or edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Parameters of main.cf.
    Main,
    /// master.cf entries (-M).
    Entries,
    /// Columns of master.cf entries (-F).
    Fields,
    /// `-o` parameters of master.cf entries (-P).
    Params,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Show,
    Edit(Change),
    /// -a, -A, -l or -m.
    Features(u8),
    /// -T.
    Tls(String),
    /// -b, or -t for templates as written.
    Templates {
        expanded: bool,
    },
}

/// How to edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Set,
    CommentOut,
    Remove,
}

/// How to show.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct View {
    pub(super) defaults: bool,
    pub(super) explicit: bool,
    pub(super) fold: bool,
    pub(super) hide_names: bool,
    pub(super) hide_values: bool,
    pub(super) expand: bool,
    pub(super) json: bool,
    pub(super) quiet: bool,
    pub(super) classes: Classes,
}

/// Which classes of parameters -C selects; none means all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Classes {
    pub(super) builtin: bool,
    pub(super) service: bool,
    pub(super) user: bool,
}

impl Request {
    /// The words as text.
    pub(super) fn texts(&self) -> Vec<String> {
        self.words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }
}

/// Reads the command line without the program's name.
pub(super) fn parse(args: &[OsString]) -> Result<Request, Fault> {
    let mut given = BTreeSet::new();
    let mut dir = None;
    let mut overrides = Vec::new();
    let mut view = View::default();
    let mut tls = String::new();
    let mut options = GetOpt::new(OPTIONS, args);
    for option in options.by_ref() {
        match option {
            Opt::Value(b'c', value) => dir = Some(value),
            Opt::Value(b'C', value) => view.classes.add(&value.to_string_lossy())?,
            Opt::Value(b'o', value) => overrides.push(parameter_override(&value)?),
            Opt::Value(letter, value) => {
                tls = value.to_string_lossy().into_owned();
                given.insert(letter);
            }
            Opt::Flag(b'v') => {}
            Opt::Flag(letter) => {
                given.insert(letter);
            }
            Opt::Unknown(_) | Opt::Missing(_) => return Err(Fault::new(USAGE)),
        }
    }
    let words = options.rest().to_vec();
    let has = |letter: u8| given.contains(&letter);
    if !EDITS.iter().chain(b"dn").any(|letter| has(*letter)) || has(b'X') || has(b'#') {
        // A value on the command line means -e.
        let is_setting = words.first().is_some_and(|word| word.to_string_lossy().contains('='));
        if is_setting && !LISTS.iter().any(|letter| has(*letter)) {
            given.insert(b'e');
        }
    }
    check(&given)?;
    let has = |letter: u8| given.contains(&letter);
    view.defaults = has(b'd');
    view.explicit = has(b'n');
    view.fold = has(b'f');
    view.hide_names = has(b'h');
    view.hide_values = has(b'H');
    view.expand = has(b'x');
    view.json = has(b'j');
    view.quiet = has(b'q');
    let action = action(&has, tls);
    if let Action::Edit(change) = action {
        need_words(change, &words)?;
    }
    let default = conf::config_directory(None);
    let strange_dir = dir.is_some() || std::env::var_os("MAIL_CONFIG").is_some();
    let dir = dir.map_or(default, |dir| conf::config_directory(Some(&dir)));
    Ok(Request { subject: subject(&has), action, view, dir, strange_dir, overrides, words })
}

fn subject(has: &impl Fn(u8) -> bool) -> Subject {
    match () {
        () if has(b'M') => Subject::Entries,
        () if has(b'F') => Subject::Fields,
        () if has(b'P') => Subject::Params,
        () => Subject::Main,
    }
}

fn action(has: &impl Fn(u8) -> bool, tls: String) -> Action {
    match () {
        () if has(b'T') => Action::Tls(tls),
        () if has(b'b') => Action::Templates { expanded: true },
        () if has(b't') => Action::Templates { expanded: false },
        () if has(b'X') => Action::Edit(Change::Remove),
        () if has(b'#') => Action::Edit(Change::CommentOut),
        () if has(b'e') => Action::Edit(Change::Set),
        () => match b"aAlm".iter().find(|letter| has(**letter)) {
            Some(letter) => Action::Features(*letter),
            None => Action::Show,
        },
    }
}

fn need_words(change: Change, words: &[OsString]) -> Result<(), Fault> {
    match change {
        Change::Set if words.is_empty() => Err(Fault::new("-e requires name=value argument")),
        Change::Remove | Change::CommentOut if words.is_empty() => {
            Err(Fault::new("missing service argument"))
        }
        _ => Ok(()),
    }
}

/// At most one of each group, and only what belongs to the subject (the synopsis of postconf(1)).
fn check(given: &BTreeSet<u8>) -> Result<(), Fault> {
    for group in [b"aAblmpPMFtT".as_slice(), b"de#nX", b"hH"] {
        let mut members = group.iter().filter(|letter| given.contains(letter));
        if let (Some(one), Some(other)) = (members.next(), members.next()) {
            return Err(Fault::new(format!("specify one of -{} -{}", char::from(*one), char::from(*other))));
        }
    }
    let (subject, allowed) = match given.iter().find(|letter| b"aAblmtTMFP".contains(letter)) {
        Some(letter @ b'M') => (*letter, b"Mfojx#eXq".as_slice()),
        Some(letter @ b'F') => (*letter, b"FfhHojxeq".as_slice()),
        Some(letter @ b'P') => (*letter, b"PfhHojxeXq".as_slice()),
        Some(letter) => (*letter, std::slice::from_ref(letter)),
        None => return Ok(()),
    };
    match given.iter().find(|letter| !allowed.contains(letter)) {
        Some(letter) => {
            let (subject, letter) = (char::from(subject), char::from(*letter));
            Err(Fault::new(format!("with option -{subject}, do not specify -{letter}")))
        }
        None => Ok(()),
    }
}

fn parameter_override(value: &OsStr) -> Result<(String, String), Fault> {
    let text = value.to_string_lossy();
    let (name, value) = lines::name_value(&text)
        .map_err(|fault| Fault::new(format!("invalid parameter override: {text}: {fault}")))?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Classes {
    fn add(&mut self, list: &str) -> Result<(), Fault> {
        for word in config::split_list(list) {
            match word.as_str() {
                "builtin" => self.builtin = true,
                "service" => self.service = true,
                "user" => self.user = true,
                "all" => *self = Self { builtin: true, service: true, user: true },
                _ => return Err(Fault::new(format!("unknown -C option value \"{word}\" in \"{list}\""))),
            }
        }
        Ok(())
    }
}

const OPTIONS: &str = "aAbc:C:deEfFhHjlmMno:pPqtT:vxX#";
const EDITS: &[u8] = b"e";
const LISTS: &[u8] = b"aAblmtT";
const USAGE: &str = "usage: postconf [-a (server SASL types)] [-A (client SASL types)] [-b (bounce templates)] \
    [-c config_dir] [-C param_class] [-d (parameter defaults)] [-e (edit configuration)] [-f (fold lines)] \
    [-F (master.cf fields)] [-h (no names)] [-H (no values)] [-j (JSON lines)] [-l (lock types)] [-m (map types)] \
    [-M (master.cf)] [-n (non-default parameters)] [-o name=value (override parameter value)] [-p (main.cf, default)] \
    [-P (master.cf parameters)] [-q (no deprecation warnings)] [-t (bounce templates)] \
    [-T compile-version|run-version|public-key-algorithms] [-v (verbose)] [-x (expand parameter values)] \
    [-X (exclude)] [-# (comment-out)] [name...]";

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Result<Request, String> {
        let args: Vec<OsString> = text.split_whitespace().map(OsString::from).collect();
        parse(&args).map_err(|fault| fault.to_string())
    }

    #[test]
    fn options_that_exclude_each_other_are_told() {
        for (text, expected) in [
            ("-d -n", "specify one of -d -n"),
            ("-n -e a=b", "specify one of -e -n"),
            ("-# -e a=b", "specify one of -e -#"),
            ("-X a=b", "specify one of -e -X"),
            ("-h -H", "specify one of -h -H"),
            ("-a -l", "specify one of -a -l"),
            ("-M -d", "with option -M, do not specify -d"),
            ("-F -X smtp/inet/type", "with option -F, do not specify -X"),
            ("-e", "-e requires name=value argument"),
            ("-X", "missing service argument"),
            ("-C foo", "unknown -C option value \"foo\" in \"foo\""),
            ("-o foo", "invalid parameter override: foo: missing '=' after attribute name"),
        ] {
            assert_eq!(request(text).err().as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_value_means_edit_and_names_mean_show() {
        assert_eq!(request("a=b").unwrap().action, Action::Edit(Change::Set));
        assert_eq!(request("-M smtp/inet=x").unwrap().action, Action::Edit(Change::Set));
        assert_eq!(request("-P").unwrap().subject, Subject::Params);
        assert_eq!(request("-nh a").unwrap().action, Action::Show);
        assert_eq!(request("-m").unwrap().action, Action::Features(b'm'));
    }
}
