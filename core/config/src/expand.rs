//! `$name` expansion: `$name`, `${name}`, `$(name)`, `${name?text}`, `${name:text}`, `${name?{yes}:{no}}`,
//! relations `${{a} == {b} ? {yes} : {no}}` with `== != < <= >= >` and their `...level` forms, and the function
//! `${domain_to_ascii{text}}` (postconf(5), "parameter values"). `$$` is a dollar.
//!
//! What a name means is the caller's business. main.cf values expand what they find again; texts whose macros
//! come from the network (mailbox_command, RBL replies) must not, and may filter the characters put in.

use std::cmp::Ordering;

use crate::lines::is_space;
use crate::value::matching_brace;
use crate::{Fault, Level};

/// How to expand a text.
pub struct Macros<'a> {
    /// The value of a name; `None` when there is no such name.
    pub lookup: &'a dyn Fn(&str) -> Result<Option<String>, Fault>,
    /// Whether values are expanded in turn. Never with data from strangers.
    pub recursive: bool,
    /// Characters that values may hold; others become `_`.
    pub filter: Option<&'a str>,
}

/// An expanded text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expansion {
    /// The text.
    pub text: String,
    /// Whether some `$name` had no value.
    pub undefined: bool,
}

impl Macros<'_> {
    /// Expands a text.
    pub fn expand(&self, text: &str) -> Result<Expansion, Fault> {
        let mut out = Expansion::default();
        self.walk(text, &mut out, 0)?;
        Ok(out)
    }

    fn walk(&self, text: &str, out: &mut Expansion, depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::new(format!("unreasonable macro call nesting: \"{text}\"")));
        }
        let mut rest = text;
        while let Some(dollar) = rest.find('$') {
            out.text.push_str(&rest[..dollar]);
            rest = &rest[dollar + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.text.push('$');
                rest = after;
                continue;
            }
            let (reference, after) = reference(rest, text)?;
            self.reference(reference, out, depth)?;
            rest = after;
        }
        out.text.push_str(rest);
        Ok(())
    }

    /// The inside of a `${...}`.
    fn reference(&self, text: &str, out: &mut Expansion, depth: usize) -> Result<(), Fault> {
        if text.starts_with('{') {
            let (truth, rest) = self.relation(text)?;
            let value = if truth { TRUE } else { "" };
            return self.choose(Some(value), rest, out, depth, true);
        }
        let end = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let rest = rest.trim_start_matches(is_space);
        if name == DOMAIN_TO_ASCII && rest.starts_with('{') {
            return self.domain_to_ascii(rest, out, depth);
        }
        if !(rest.is_empty() || rest.starts_with(['?', ':'])) {
            return Err(Fault::new(format!(
                "attribute name syntax error at: \"...{name}>>>{}\"",
                near(rest)
            )));
        }
        let value = (self.lookup)(name)?;
        self.choose(value.as_deref(), rest, out, depth, false)
    }

    /// What follows a name or a relation: nothing, `?text`, `:text`, or `?{text}:{text}`. The condition looks at
    /// the value as written, before expansion; both as Postfix does.
    fn choose(
        &self,
        value: Option<&str>,
        rest: &str,
        out: &mut Expansion,
        depth: usize,
        relation: bool,
    ) -> Result<(), Fault> {
        let holds = value.is_some_and(|v| !v.is_empty());
        let mut rest = rest;
        if rest.is_empty() {
            return self.put(value, out, depth);
        }
        if let Some(after) = rest.strip_prefix('?') {
            let (text, after) = operand(after)?;
            if holds {
                self.walk(text, out, depth + 1)?;
            }
            if !after.is_empty() && !after.starts_with(':') {
                return Err(Fault::new(format!("\":\" expected at: \"...{text}}}>>>{}\"", near(after))));
            }
            rest = after;
        }
        let Some(after) = rest.strip_prefix(':') else {
            if rest.is_empty() {
                return Ok(());
            }
            let place = if relation { "}" } else { "" };
            return Err(Fault::new(format!("\"?\" or \":\" expected at: \"...{place}>>>{}\"", near(rest))));
        };
        let (text, after) = operand(after)?;
        if !holds {
            self.walk(text, out, depth + 1)?;
        }
        if after.is_empty() {
            Ok(())
        } else {
            Err(Fault::new(format!("unexpected input at: \"...{text}}}>>>{}\"", near(after))))
        }
    }

    fn put(&self, value: Option<&str>, out: &mut Expansion, depth: usize) -> Result<(), Fault> {
        match value {
            None => out.undefined = true,
            Some(value) if self.recursive => self.walk(value, out, depth + 1)?,
            Some(value) => match self.filter {
                Some(allowed) => {
                    out.text.extend(value.chars().map(|c| if allowed.contains(c) { c } else { '_' }))
                }
                None => out.text.push_str(value),
            },
        }
        Ok(())
    }

    /// `{left} operator {right}`: whether it holds, and what follows.
    fn relation<'t>(&self, text: &'t str) -> Result<(bool, &'t str), Fault> {
        let (left, rest) = braced(text)?;
        let length = rest.find(|c: char| !(c.is_ascii_alphabetic() || "<>!=?+-*/~&|%".contains(c)));
        let (operator, after) = rest.split_at(length.unwrap_or(rest.len()));
        let Some((relation, levels)) = Relation::parse(operator) else {
            return Err(Fault::new(format!("{OPERATORS} expected at: \"...{left}}}>>>{}\"", near(rest))));
        };
        let after = after.trim_start_matches(is_space);
        if !after.starts_with('{') {
            let place = format!("\"...{{{left}}} {operator}>>>{}\"", near(after));
            return Err(Fault::new(format!("\"{{expression}}\" expected at: {place}")));
        }
        let (right, rest) = braced(after)?;
        let (left, right) = (self.expand(left)?.text, self.expand(right)?.text);
        let order = if levels {
            left.parse::<Level>()?.cmp(&right.parse::<Level>()?)
        } else {
            compare(&left, &right)
        };
        Ok((relation.holds(order), rest))
    }

    /// `domain_to_ascii{text}`: the A-label form; text that has none stays as it is.
    fn domain_to_ascii(&self, rest: &str, out: &mut Expansion, depth: usize) -> Result<(), Fault> {
        let (argument, after) = braced(rest)?;
        if !after.is_empty() {
            return Err(Fault::new(format!("unexpected input at: \"...{argument}}}>>>{}\"", near(after))));
        }
        let mut domain = Expansion::default();
        self.walk(argument, &mut domain, depth + 1)?;
        let plain = domain.text.trim_matches(is_space);
        match idna::domain_to_ascii(plain) {
            Ok(ascii) if !plain.is_empty() => out.text.push_str(&ascii),
            _ => out.text.push_str(plain),
        }
        out.undefined |= domain.undefined;
        Ok(())
    }
}

/// The names that a text refers to, those in both arms of conditions too, in order, with repetitions.
pub fn names_in(text: &str) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    collect_names(text, &mut names, 0)?;
    Ok(names)
}

fn collect_names(text: &str, names: &mut Vec<String>, depth: usize) -> Result<(), Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::new(format!("unreasonable macro call nesting: \"{text}\"")));
    }
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let (inside, after) = reference(rest, text)?;
        let end = inside.find(|c: char| !is_name(c)).unwrap_or(inside.len());
        if end > 0 && !(inside.starts_with(DOMAIN_TO_ASCII) && inside[end..].starts_with('{')) {
            names.push(inside[..end].to_owned());
        }
        // Operands are texts of their own; what stands between them holds no dollar.
        collect_names(&inside[end..], names, depth + 1)?;
        rest = after;
    }
    Ok(())
}

/// What follows a dollar: the inside of the reference and the text after it.
fn reference<'t>(rest: &'t str, whole: &str) -> Result<(&'t str, &'t str), Fault> {
    let closing = match rest.chars().next() {
        Some('{') => Some(('{', '}')),
        Some('(') => Some(('(', ')')),
        _ => None,
    };
    let (inside, after) = match closing {
        Some((open, close)) => {
            let end = closes(rest, open, close)
                .ok_or_else(|| Fault::new(format!("truncated macro reference: \"{whole}\"")))?;
            (rest[1..end].trim_matches(is_space), &rest[end + 1..])
        }
        None => rest.split_at(rest.find(|c: char| !is_name(c)).unwrap_or(rest.len())),
    };
    if inside.is_empty() {
        Err(Fault::new(format!("empty macro name: \"{whole}\"")))
    } else {
        Ok((inside, after))
    }
}

fn closes(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// `{text}` with what follows it, white space after the brace skipped.
fn braced(text: &str) -> Result<(&str, &str), Fault> {
    let end = matching_brace(text)
        .ok_or_else(|| Fault::new(format!("unbalanced {{}} in attribute expression: \"{text}\"")))?;
    Ok((&text[1..end], text[end + 1..].trim_start_matches(is_space)))
}

/// The text after `?` or `:`: in braces, or all that is left.
fn operand(text: &str) -> Result<(&str, &str), Fault> {
    let trimmed = text.trim_start_matches(is_space);
    if trimmed.starts_with('{') { braced(trimmed) } else { Ok((text, "")) }
}

/// Numbers compare as numbers when both sides are digits only, else text as bytes.
fn compare(left: &str, right: &str) -> Ordering {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !(digits(left) && digits(right)) {
        return left.cmp(right);
    }
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[derive(Clone, Copy)]
enum Relation {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    GreaterOrEqual,
    Greater,
}

impl Relation {
    /// The operator, and whether it compares compatibility levels.
    fn parse(operator: &str) -> Option<(Self, bool)> {
        let (symbol, levels) = match operator.strip_suffix("level") {
            Some(symbol) => (symbol, true),
            None => (operator, false),
        };
        let relation = match symbol {
            "==" => Self::Equal,
            "!=" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">=" => Self::GreaterOrEqual,
            ">" => Self::Greater,
            _ => return None,
        };
        Some((relation, levels))
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The first characters of what could not be read.
fn near(text: &str) -> &str {
    text.char_indices().nth(20).map_or(text, |(at, _)| &text[..at])
}

const MAX_DEPTH: usize = 100;
const TRUE: &str = "true";
const DOMAIN_TO_ASCII: &str = "domain_to_ascii";
const OPERATORS: &str = "\"==\" or \"!=\" or \"<\" or \"<=\" or \">=\" or \">\"";

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Result<Option<String>, Fault> {
        let value = match name {
            "mail_name" => "Postfix",
            "n" => "5",
            "a" => "$b",
            "b" => "",
            "loop" => "x$loop",
            "domain" => "bücher.example",
            "evil" => "a;b$n",
            _ => return Ok(None),
        };
        Ok(Some(value.to_owned()))
    }

    fn expand(text: &str) -> Result<String, String> {
        let macros = Macros { lookup: &lookup, recursive: true, filter: None };
        macros.expand(text).map(|expansion| expansion.text).map_err(|fault| fault.to_string())
    }

    /// Each of these was seen with postconf -x -o of Postfix 3.7.11.
    #[test]
    fn values_expand_as_postconf_shows_them() {
        for (text, expected) in [
            ("$(mail_name)x$$y", "Postfixx$y"),
            ("${mail_name}$${x}", "Postfix${x}"),
            ("${a?yes}", "yes"),
            ("${a:no}", ""),
            ("${{$a} == {$b}}", "true"),
            ("${{1} < {02} ? {x} : {y}}", "x"),
            ("${{1a} < {02} ? {x} : {y}}", "y"),
            ("${n?$n$n}", "55"),
            ("${n ? {a b} : {c}}", "a b"),
            ("${n?{ a }}|", " a |"),
            ("${n:{a}}", ""),
            ("${nosuch:z}", "z"),
            ("${{a}=={b}}z", "z"),
            ("${{a} == {a} : {n}}z", "z"),
            ("${n?{${n?{i}:{j}}}}", "i"),
            ("$$$$n", "$$n"),
            ("${{ a } == {a}?{x}:{y}}", "y"),
            ("${n?{ $$n }}|", " $n |"),
            ("a$n.b$(n)c", "a5.b5c"),
            ("${n?}{x}", "{x}"),
            ("${n?{a}:b}", "a"),
            ("${ n }", "5"),
            ("${{10} > {9}}", "true"),
            ("${{} < {9}}", "true"),
            ("${{1} <=level {3.6} ? {y} : {n}}", "y"),
            ("${{3.6} >=level {3.10}?{y}:{n}}", "n"),
            ("${{1} !=level {2}?{y}}", "y"),
        ] {
            assert_eq!(expand(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn syntax_errors_say_where() {
        for (text, expected) in [
            ("${n?{a}x}", "\":\" expected at: \"...a}>>>x\""),
            ("${n", "truncated macro reference: \"${n\""),
            ("a$.b", "empty macro name: \"a$.b\""),
            ("${}", "empty macro name: \"${}\""),
            ("${a-b}", "attribute name syntax error at: \"...a>>>-b\""),
            ("${foo{bar}}", "attribute name syntax error at: \"...foo>>>{bar}\""),
            ("${{3.x} <level {3}?{y}:{n}}", "invalid compatibility level: \"3.x\""),
        ] {
            assert_eq!(expand(text), Err(expected.to_owned()), "{text}");
        }
        assert!(expand("${{a} = {b}?{y}}").unwrap_err().ends_with("expected at: \"...a}>>>= {b}?{y}\""));
        assert!(expand("$loop").unwrap_err().starts_with("unreasonable macro call nesting"));
    }

    #[test]
    fn domain_to_ascii_gives_a_labels() {
        assert_eq!(expand("${domain_to_ascii{$domain}}=x"), Ok("xn--bcher-kva.example=x".into()));
        assert_eq!(expand("${domain_to_ascii{Example.COM}}"), Ok("example.com".into()));
    }

    #[test]
    fn without_recursion_values_are_put_in_as_they_are_and_filtered() {
        let macros = Macros { lookup: &lookup, recursive: false, filter: Some("abc$n") };
        let expansion = macros.expand("$evil;$nosuch").unwrap();
        assert_eq!((expansion.text.as_str(), expansion.undefined), ("a_b$n;", true));
    }

    #[test]
    fn names_are_found_in_both_arms_and_in_relations() {
        let names =
            names_in("$a ${b?{$c}:{${d:$e}}} ${{$f} == {x} ? {$g}} $$h ${domain_to_ascii{$i}}").unwrap();
        assert_eq!(names, ["a", "b", "c", "d", "e", "f", "g", "i"]);
    }
}
