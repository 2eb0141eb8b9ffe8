//! Results of pattern tables: text with `$1`, `${1}`, `$(1)` and `$$` (regexp_table(5)).

/// A result, ready to be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
}

impl Template {
    /// Reads a result. The error is the first fault.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                plain.push('$');
                rest = after;
                continue;
            }
            let Some((name, after)) = reference(rest) else {
                return Err(format!("empty macro name: \"{text}\""));
            };
            rest = after;
            match name.parse::<usize>() {
                Ok(0) => return Err("out-of-range replacement index \"0\"".to_owned()),
                Ok(number) => {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    parts.push(Part::Group(number));
                }
                Err(_) => return Err(format!("non-numeric replacement index \"{name}\"")),
            }
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self(parts))
    }

    /// The highest group number in use; 0 when there is none.
    pub(crate) fn highest(&self) -> usize {
        let number = |part: &Part| if let Part::Group(n) = part { *n } else { 0 };
        self.0.iter().map(number).max().unwrap_or(0)
    }

    /// The result with each group's text; a group that took no part in the match is empty.
    pub(crate) fn fill<'a>(&self, group: impl Fn(usize) -> Option<&'a [u8]>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Group(n) => text.push_str(&String::from_utf8_lossy(group(*n).unwrap_or_default())),
            }
        }
        text
    }
}

/// The name after a `$`, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let close = match text.chars().next()? {
        '{' => Some('}'),
        '(' => Some(')'),
        _ => None,
    };
    if let Some(close) = close {
        let end = text.find(close)?;
        return Some((&text[1..end], &text[end + 1..]));
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_dollars_are_filled_in() {
        let template = Template::parse("a$1-${2}b$(3)c$$ $4").unwrap();
        assert_eq!(template.highest(), 4);
        let groups: [&[u8]; 4] = [b"x", b"y", b"", b"z"];
        assert_eq!(template.fill(|n| groups.get(n - 1).copied()), "ax-ybc$ z");
    }

    #[test]
    fn other_names_are_faults() {
        for (text, fault) in [
            ("$d ${x}", "non-numeric replacement index \"d\""),
            ("cost $", "empty macro name: \"cost $\""),
            ("$0", "out-of-range replacement index \"0\""),
        ] {
            assert_eq!(Template::parse(text).unwrap_err(), fault);
        }
    }
}
