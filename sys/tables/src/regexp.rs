//! regexp: tables (regexp_table(5)): the C library's regular expressions. The line grammar is shared with
//! pcre: tables.

use crate::TableError;
use crate::expand::Template;
use crate::options::Options;
use crate::rules::{Parsed, Rule, Rulebook, Rules, take_endif, take_if, take_not};
use crate::table::{Driver, Kind};
use os::regex::{Flags, Regex};

pub(crate) struct Regexp(Rulebook<Rules<Regex, Template>>);

impl Regexp {
    pub(crate) fn open(name: &str, options: &Options) -> Result<Self, TableError> {
        let grammar = Grammar { no_substitution: options.no_substitution, unclosed: "skipping" };
        Rulebook::open("regexp", name, options, move |text, warn| {
            Rules::build(text, warn, |line, here| grammar.rule(line, here, compile, Regex::groups))
        })
        .map(Self)
    }
}

impl Driver for Regexp {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let rules = self.0.get()?;
        let found = rules.find(|regex| Ok::<_, TableError>(regex.find(key)))?;
        Ok(found.map(|(result, groups)| {
            let groups = groups.unwrap_or_default();
            result.fill(|n| key.get(groups.get(n)?.clone()?))
        }))
    }

    fn kind(&self) -> Kind {
        Kind::Pattern
    }

    fn owner_uid(&self) -> Option<u32> {
        self.0.owner_uid()
    }
}

fn compile(pattern: &str, switches: &str) -> Result<Regex, String> {
    let mut flags = Flags { extended: true, ignore_case: true, newline: false };
    for switch in switches.chars() {
        match switch {
            'i' => flags.ignore_case = !flags.ignore_case,
            'm' => flags.newline = !flags.newline,
            'x' => flags.extended = !flags.extended,
            _ => return Err(format!("unknown regexp option \"{switch}\": skipping this rule")),
        }
    }
    Regex::new(pattern, flags)
}

/// The line grammar of regexp: and pcre: tables.
#[derive(Clone, Copy)]
pub(crate) struct Grammar {
    pub(crate) no_substitution: bool,
    /// The word after "no closing regexp delimiter": the two types differ.
    pub(crate) unclosed: &'static str,
}

impl Grammar {
    /// Reads one logical line. `compile` takes pattern and flags, `groups` counts the pattern's groups.
    pub(crate) fn rule<P>(
        &self,
        line: &str,
        warn: &dyn Fn(&str),
        compile: impl Fn(&str, &str) -> Result<P, String>,
        groups: impl Fn(&P) -> usize,
    ) -> Parsed<P, Template> {
        if let Some(end) = take_endif(line) {
            return end.map(|()| Rule::Endif);
        }
        let conditional = take_if(line);
        let (negate, text) = take_not(conditional.unwrap_or(line));
        let (pattern, switches, result) = self.divide(text)?;
        let compiled = compile(pattern, switches).map_err(|fault| vec![fault])?;
        if conditional.is_some() {
            if !result.is_empty() {
                warn(&format!("ignoring extra text after IF statement: \"{result}\""));
            }
            return Ok(Rule::If { pattern: compiled, negate, end: 0 });
        }
        if result.is_empty() {
            warn("no replacement text: using empty string");
        }
        let template = Template::parse(result)
            .map_err(|fault| vec![fault, "bad replacement syntax: skipping this rule".to_owned()])?;
        self.check(&template, negate, groups(&compiled))?;
        Ok(Rule::Result { pattern: compiled, negate, result: template })
    }

    fn check(&self, template: &Template, negate: bool, groups: usize) -> Result<(), Vec<String>> {
        let highest = template.highest();
        let fault = if highest == 0 {
            return Ok(());
        } else if self.no_substitution {
            "regular expression substitution is not allowed: skipping this rule".to_owned()
        } else if negate {
            "$number found in negative match replacement text: skipping this rule".to_owned()
        } else if highest > groups {
            format!("out of range replacement index \"{highest}\": skipping this rule")
        } else {
            return Ok(());
        };
        Err(vec![fault])
    }

    /// Pattern, flags and result of `/pattern/flags result`.
    fn divide<'a>(&self, text: &'a str) -> Result<(&'a str, &'a str, &'a str), Vec<String>> {
        let delimiter = match text.chars().next() {
            Some(c) if !c.is_alphanumeric() => c,
            Some(_) => return Err(vec!["ignoring unrecognized request".to_owned()]),
            None => return Err(vec!["no regexp: skipping this rule".to_owned()]),
        };
        let body = &text[delimiter.len_utf8()..];
        let end = closing(body, delimiter).ok_or_else(|| {
            vec![format!("no closing regexp delimiter \"{delimiter}\": {} this rule", self.unclosed)]
        })?;
        let rest = &body[end + delimiter.len_utf8()..];
        let flags = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        Ok((&body[..end], &rest[..flags], rest[flags..].trim()))
    }
}

/// The place of the closing delimiter; a backslash hides the next character.
fn closing(body: &str, delimiter: char) -> Option<usize> {
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == delimiter {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Table, Warn};
    use std::sync::{Arc, Mutex};

    /// The result, and the warnings without table name and rule text.
    pub(crate) fn look(table: &str, key: &str) -> (Option<String>, Vec<String>) {
        let said = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&said);
        let warn = Warn::new(move |text: &str| {
            sink.lock().unwrap().push(text.rsplit_once(", line ").unwrap().1.to_owned())
        });
        let table = Table::open(table, &Options { warn, ..Options::default() }).unwrap();
        let found = table.lookup_blocking(key).unwrap();
        let said = said.lock().unwrap().clone();
        (found, said)
    }

    #[test]
    fn groups_fill_the_result_and_case_is_ignored_unless_asked() {
        assert_eq!(look("regexp:{{/^F(.)(.)(x?)/ a$1-${2}b$(3)c$$}}", "foo").0.unwrap(), "ao-obc$");
        assert_eq!(look("regexp:{{/F/i no}, {!/z/ yes}}", "foo").0.unwrap(), "yes");
        assert_eq!(look("regexp:{{if /^o/},{/./ no},{endif},{/o$/ end}}", "foo").0.unwrap(), "end");
    }

    #[test]
    fn faults_are_those_of_postfix() {
        let table = "regexp:{{/(f)(/ x},{/f(o)o/ a$1-$$-$9},{foo},{/x},{/x/q y},{/x/},{if /f/},\
            {!/z/ n$1},{/o/i $1},{/f/ $d},{endif x},{/f/ yes}}";
        let (found, said) = look(table, "foo");
        assert_eq!(found.unwrap(), "yes");
        let expected = [
            "1: Unmatched ( or \\(",
            "2: out of range replacement index \"9\": skipping this rule",
            "3: ignoring unrecognized request",
            "4: no closing regexp delimiter \"/\": skipping this rule",
            "5: unknown regexp option \"q\": skipping this rule",
            "6: no replacement text: using empty string",
            "8: $number found in negative match replacement text: skipping this rule",
            "9: out of range replacement index \"1\": skipping this rule",
            "10: non-numeric replacement index \"d\"",
            "10: bad replacement syntax: skipping this rule",
            "11: garbage after ENDIF: skipping this rule",
            "7: IF has no matching ENDIF",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn aliases_refuse_what_a_stranger_could_fill_in() {
        let options = Options { no_substitution: true, warn: Warn::new(|_| ()), ..Options::default() };
        let table = Table::open("regexp:{{/(.*)/ |/bin/$1},{/(.*)/ safe}}", &options).unwrap();
        assert_eq!(table.lookup_blocking("x").unwrap().unwrap(), "safe");
    }
}
