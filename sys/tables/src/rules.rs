//! What regexp:, pcre: and cidr: tables share: rules in order, `!` for "does not match", and if ... endif
//! that nests. The first rule that applies gives the result.

use crate::TableError;
use crate::options::Options;
use crate::source;
use crate::stamp::Watched;
use crate::syntax::{split_outside_braces, unbrace};
use std::sync::Arc;

/// A table of rules whose patterns are `P` and whose results are `R`.
pub(crate) struct Rules<P, R> {
    rules: Vec<Rule<P, R>>,
}

/// One rule.
pub(crate) enum Rule<P, R> {
    /// `pattern result`.
    Result { pattern: P, negate: bool, result: R },
    /// `if pattern`; `end` is the place of its endif, set by [`Rules::build`].
    If { pattern: P, negate: bool, end: usize },
    /// `endif`.
    Endif,
}

/// What a line says, or what is wrong with it.
pub(crate) type Parsed<P, R> = Result<Rule<P, R>, Vec<String>>;

impl<P, R> Rules<P, R> {
    /// Reads all lines; a line with a fault is a warning and no rule.
    pub(crate) fn build(
        text: &[u8],
        warn: impl Fn(usize, &str),
        parse: impl Fn(&str, &dyn Fn(&str)) -> Parsed<P, R>,
    ) -> Self {
        let (mut rules, mut open) = (Vec::new(), Vec::new());
        for line in source::logical_lines(text) {
            let here = |fault: &str| warn(line.number, fault);
            if let Some(fault) = &line.fault {
                here(fault);
                continue;
            }
            match parse(String::from_utf8_lossy(&line.text).trim_end(), &here) {
                Err(faults) => faults.iter().for_each(|fault| here(fault)),
                Ok(Rule::Endif) => match open.pop() {
                    Some((_, start)) => {
                        let end = rules.len();
                        set_end(&mut rules, start, end);
                        rules.push(Rule::Endif);
                    }
                    None => here("ENDIF without IF: skipping this rule"),
                },
                Ok(rule) => {
                    if matches!(rule, Rule::If { .. }) {
                        open.push((line.number, rules.len()));
                    }
                    rules.push(rule);
                }
            }
        }
        for (line, start) in open {
            warn(line, "IF has no matching ENDIF");
            let end = rules.len();
            set_end(&mut rules, start, end);
        }
        Self { rules }
    }

    /// The result of the first rule that applies. `matches` may give something for the result to use.
    pub(crate) fn find<'a, M, E>(
        &'a self,
        mut matches: impl FnMut(&'a P) -> Result<Option<M>, E>,
    ) -> Result<Option<(&'a R, Option<M>)>, E> {
        let mut at = 0;
        while let Some(rule) = self.rules.get(at) {
            match rule {
                Rule::Result { pattern, negate, result } => {
                    let found = matches(pattern)?;
                    if found.is_some() != *negate {
                        return Ok(Some((result, found)));
                    }
                }
                Rule::If { pattern, negate, end } => {
                    if matches(pattern)?.is_some() == *negate {
                        at = *end;
                    }
                }
                Rule::Endif => {}
            }
            at += 1;
        }
        Ok(None)
    }
}

fn set_end<P, R>(rules: &mut [Rule<P, R>], start: usize, place: usize) {
    if let Some(Rule::If { end, .. }) = rules.get_mut(start) {
        *end = place;
    }
}

/// The text of rules stands in a file or, as `{ {rule}, {rule} }`, in the table's name.
pub(crate) enum Rulebook<T> {
    Inline(Arc<T>),
    File(Watched<T>),
}

impl<T> Rulebook<T> {
    /// `load` makes rules of text; `kind` and `name` appear in its warnings.
    pub(crate) fn open(
        kind: &'static str,
        name: &str,
        options: &Options,
        load: impl Fn(&[u8], &dyn Fn(usize, &str)) -> T + Send + Sync + 'static,
    ) -> Result<Self, TableError> {
        let (shown, sink) = (name.to_owned(), options.warn.clone());
        let load = move |text: Vec<u8>| {
            load(&text, &|line, fault| sink.say(&format!("{kind} map {shown}, line {line}: {fault}")))
        };
        if name.starts_with('{') {
            return Ok(Self::Inline(Arc::new(load(inline_text(kind, name)?))));
        }
        Watched::open(name, "open", move |text| Ok(load(text))).map(Self::File)
    }

    /// Who owns the file.
    pub(crate) fn owner_uid(&self) -> Option<u32> {
        match self {
            Self::Inline(_) => None,
            Self::File(file) => file.owner_uid(),
        }
    }

    pub(crate) fn get(&self) -> Result<Arc<T>, TableError> {
        match self {
            Self::Inline(rules) => Ok(Arc::clone(rules)),
            Self::File(file) => file.get(),
        }
    }
}

/// INLINE SPECIFICATION of regexp_table(5): each `{rule}` becomes a line.
fn inline_text(kind: &str, name: &str) -> Result<Vec<u8>, TableError> {
    let fault = |what: &str, at: &str| TableError::syntax(format!("{kind} map: {what} in \"{at}\""));
    let inner = unbrace(name).ok_or_else(|| fault("no '}' at end of text", name))?;
    let mut text = Vec::new();
    for rule in split_outside_braces(inner, |c| c == ',' || c.is_ascii_whitespace()) {
        let line = unbrace(&rule).ok_or_else(|| fault("no '{' at start of text", &rule))?;
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    Ok(text)
}

/// Takes a leading `if`, when blanks, `!` or nothing follow it.
pub(crate) fn take_if(line: &str) -> Option<&str> {
    let head = line.get(..2).filter(|head| head.eq_ignore_ascii_case("if"))?;
    let rest = &line[head.len()..];
    (rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '!'))
        .then(|| rest.trim_start())
}

/// Reads `endif`; the error is text behind it.
pub(crate) fn take_endif(line: &str) -> Option<Result<(), Vec<String>>> {
    let head = line.get(..5).filter(|head| head.eq_ignore_ascii_case("endif"))?;
    let rest = &line[head.len()..];
    if rest.trim().is_empty() {
        return Some(Ok(()));
    }
    rest.starts_with(|c: char| c.is_ascii_whitespace())
        .then(|| Err(vec!["garbage after ENDIF: skipping this rule".to_owned()]))
}

/// Takes leading `!` signs and blanks; each one turns the sense over.
pub(crate) fn take_not(mut text: &str) -> (bool, &str) {
    let mut negate = false;
    while let Some(rest) = text.strip_prefix('!') {
        negate = !negate;
        text = rest.trim_start();
    }
    (negate, text)
}
