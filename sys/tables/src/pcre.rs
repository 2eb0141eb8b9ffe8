//! pcre: tables (pcre_table(5)), on PCRE2 with limits on matching steps and depth, so that no input hangs
//! a daemon: a match that runs into a limit is a failed look-up.

use crate::expand::Template;
use crate::options::Options;
use crate::regexp::Grammar;
use crate::rules::{Rulebook, Rules};
use crate::table::{Driver, Kind};
use crate::{ErrorKind, TableError};
use pcre2::bytes::{Regex, RegexBuilder};

pub(crate) struct Pcre {
    name: String,
    utf8: bool,
    rules: Rulebook<Rules<Regex, Template>>,
}

impl Pcre {
    pub(crate) fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let grammar = Grammar { no_substitution: options.no_substitution, unclosed: "ignoring" };
        let utf8 = options.utf8;
        let rules = Rulebook::open("pcre", name, options, move |text, warn| {
            let compile = |pattern: &str, switches: &str| compile(pattern, switches, utf8);
            Rules::build(text, warn, |line, here| {
                grammar.rule(line, here, compile, |regex: &Regex| regex.captures_len() - 1)
            })
        })?;
        Ok(Self { name: name.to_owned(), utf8, rules })
    }
}

impl Driver for Pcre {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let failed = |error: pcre2::Error| {
            TableError::new(ErrorKind::Lookup, format!("pcre map {}: matching failed: {error}", self.name))
        };
        // UTF-8 patterns can't be asked about anything else: stray bytes become U+FFFD.
        let lossy = String::from_utf8_lossy(key);
        let key = if self.utf8 { lossy.as_bytes() } else { key };
        let rules = self.rules.get()?;
        let found = rules.find(|regex| regex.captures(key)).map_err(failed)?;
        Ok(found
            .map(|(result, groups)| result.fill(|n| groups.as_ref()?.get(n).map(|group| group.as_bytes()))))
    }

    fn kind(&self) -> Kind {
        Kind::Pattern
    }

    fn owner_uid(&self) -> Option<u32> {
        self.rules.owner_uid()
    }
}

/// pcre_table(5): `i` and `s` are on to begin with, all others off; each letter turns its switch over.
fn compile(pattern: &str, switches: &str, utf8: bool) -> Result<Regex, String> {
    let mut on = Switches { i: true, s: true, ..Switches::default() };
    for switch in switches.chars() {
        let flag = match switch {
            'i' => &mut on.i,
            'm' => &mut on.m,
            's' => &mut on.s,
            'x' => &mut on.x,
            'A' => &mut on.anchored,
            'E' => &mut on.end_only,
            'U' => &mut on.ungreedy,
            // PCRE_EXTRA: PCRE2 is always that strict.
            'X' => continue,
            _ => return Err(format!("unknown regexp option \"{switch}\": skipping this rule")),
        };
        *flag = !*flag;
    }
    let mut builder = RegexBuilder::new();
    builder.caseless(on.i).multi_line(on.m).dotall(on.s).extended(on.x).utf(utf8).jit_if_available(true);
    builder.build(&on.wrap(pattern)).map_err(|error| match error.offset() {
        // The offset is within what we built; the pattern is the end of it but for a closing part.
        Some(_) => {
            format!("error in regex at offset {}: {}", plain_offset(pattern, &on), error_words(&error))
        }
        None => format!("error in regex: {}", error_words(&error)),
    })
}

#[derive(Default)]
struct Switches {
    i: bool,
    m: bool,
    s: bool,
    x: bool,
    anchored: bool,
    end_only: bool,
    ungreedy: bool,
}

impl Switches {
    /// The pattern with the limits, and with what the builder has no switch for in the pattern's own
    /// language.
    fn wrap(&self, pattern: &str) -> String {
        // Start-of-pattern items such as (*UCP) must stay in front.
        let verbs = leading_verbs(pattern);
        let (verbs, body) = pattern.split_at(verbs);
        let body = if self.end_only && !self.m { end_only(body) } else { body.to_owned() };
        let ungreedy = if self.ungreedy { "(?U)" } else { "" };
        let body = match (self.anchored, self.x) {
            (true, true) => format!("\\G(?:{ungreedy}{body}\n)"),
            (true, false) => format!("\\G(?:{ungreedy}{body})"),
            (false, _) => format!("{ungreedy}{body}"),
        };
        format!("{LIMITS}{verbs}{body}")
    }
}

/// The offset that PCRE2 reports for the pattern as the administrator wrote it.
fn plain_offset(pattern: &str, on: &Switches) -> usize {
    let mut builder = RegexBuilder::new();
    builder.extended(on.x);
    builder.build(pattern).err().and_then(|error| error.offset()).unwrap_or(0)
}

/// PCRE2's words without the crate's `PCRE2: error compiling pattern at offset N: `.
fn error_words(error: &pcre2::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(": ").map_or(text.as_str(), |(_, words)| words).to_owned()
}

fn leading_verbs(pattern: &str) -> usize {
    let mut end = 0;
    while pattern[end..].starts_with("(*")
        && pattern[end + 2..].starts_with(|c: char| c.is_ascii_uppercase())
        && let Some(close) = pattern[end..].find(')')
    {
        end += close + 1;
    }
    end
}

/// PCRE2_DOLLAR_ENDONLY: `$` outside classes and quotes means the very end.
fn end_only(pattern: &str) -> String {
    let (mut out, mut class, mut quoted) = (String::new(), false, false);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                let Some(next) = chars.next() else { break };
                out.push(next);
                quoted = next == 'Q' || (quoted && next != 'E');
            }
            '$' if !class && !quoted => out.push_str("\\z"),
            _ => {
                if !quoted {
                    let opens = c == '[' && !class;
                    class = (class && c != ']') || opens;
                    out.push(c);
                    if opens {
                        // `]` right behind `[` or `[^` is itself.
                        out.extend(chars.next_if_eq(&'^'));
                        out.extend(chars.next_if_eq(&']'));
                    }
                } else {
                    out.push(c);
                }
            }
        }
    }
    out
}

/// Steps of matching, and nesting: far above what sane patterns need on a 100 kB header, and over in a
/// fraction of a second.
const LIMITS: &str = "(*LIMIT_MATCH=1000000)(*LIMIT_DEPTH=100000)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Table, Warn};

    fn look(rules: &str, key: &str) -> Result<Option<String>, TableError> {
        let options = Options { warn: Warn::new(|_| ()), ..Options::default() };
        Table::open(&format!("pcre:{rules}"), &options)?.lookup_blocking(key)
    }

    fn found(rules: &str, key: &str) -> String {
        look(rules, key).unwrap().unwrap_or_default()
    }

    #[test]
    fn flags_mean_what_the_manual_says() {
        assert_eq!(found("{{/F(O+)/ <$1>}}", "foo"), "<oo>");
        assert_eq!(found("{{/F/i no},{/^f(.)(y)?/ $1.$2}}", "foo"), "o.");
        assert_eq!(found("{{/a.b/ dot}}", "a\nb"), "dot");
        assert_eq!(found("{{/a.b/s no},{/^b/m multi}}", "a\nb"), "multi");
        assert_eq!(found("{{/o o # comment/x yes}}", "foo"), "yes");
        assert_eq!(found("{{/oo/A no},{/f # x/xA yes}}", "foo"), "yes");
        assert_eq!(found("{{/[$]|foo$/E no},{/foo$/ yes}}", "foo\n"), "yes");
        assert_eq!(found("{{/(o+)/U $1}}", "foo"), "o");
    }

    #[test]
    fn a_pattern_that_explodes_is_a_failed_lookup_and_not_a_hang() {
        let key = format!("{}!", "a".repeat(100_000));
        let start = std::time::Instant::now();
        assert!(look("{{/^(a|aa|a?)+$/ x}}", &key).is_err());
        assert!(start.elapsed() < std::time::Duration::from_secs(5));
    }

    #[test]
    fn a_broken_pattern_is_told_with_its_place() {
        assert_eq!(
            compile("(f)(", "", true).err().unwrap(),
            "error in regex at offset 4: missing closing parenthesis"
        );
    }

    #[test]
    fn a_key_that_is_not_utf8_still_has_an_answer() {
        let table = Table::open("pcre:{{/caf/ yes}}", &Options::default()).unwrap();
        assert_eq!(table.lookup_bytes(b"caf\xe9").unwrap().as_deref(), Some("yes"));
    }
}
