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
    /// Reads a result. The error lists what is wrong, one warning each.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<String>> {
        let (mut parts, mut plain, mut faults) = (Vec::new(), String::new(), Vec::new());
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
                faults.push(format!("truncated macro reference: \"${rest}\""));
                break;
            };
            rest = after;
            match name.parse::<usize>() {
                Ok(0) => faults.push("out of range replacement index \"0\"".to_owned()),
                Ok(number) => {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    parts.push(Part::Group(number));
                }
                Err(_) => faults.push(format!("non-numeric replacement index \"{name}\"")),
            }
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        if faults.is_empty() { Ok(Self(parts)) } else { Err(faults) }
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
        assert_eq!(
            Template::parse("$d ${x}").unwrap_err(),
            ["non-numeric replacement index \"d\"", "non-numeric replacement index \"x\""]
        );
        assert!(Template::parse("cost $").is_err());
    }
}
