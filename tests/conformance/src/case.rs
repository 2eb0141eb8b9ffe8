//! Case files: reading and writing. The format is described at the top of the crate.
use std::path::Path;
use testkit::glob;

/// One case.
pub struct Case {
    /// `group::name`.
    pub name: String,
    /// Everything before the steps.
    pub sections: Vec<Section>,
    /// Does the mail system run?
    pub started: bool,
    /// Are the logs compared?
    pub logged: bool,
    /// What happens.
    pub steps: Vec<Step>,
    head: String,
}

/// One `== words` section with its text.
pub struct Section {
    /// The words after `==`.
    pub words: Vec<String>,
    /// The lines below.
    pub text: String,
}

/// One step.
#[derive(Default, Clone)]
pub struct Step {
    /// The step's line; empty for a reply.
    pub line: String,
    /// Standard input.
    pub input: Vec<u8>,
    /// `<` lines as written.
    pub input_lines: Vec<String>,
    /// Expectations as written.
    pub expected: Vec<String>,
}

impl Case {
    /// Reads a case file; a malformed one stops the test.
    pub fn load(name: &str, path: &Path) -> Case {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Case::parse(name, &text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Parses the text of a case.
    pub fn parse(name: &str, text: &str) -> Result<Case, String> {
        let at = text.find("\n== steps").ok_or("no `== steps` section")? + 1;
        let (before, after) = text.split_at(at);
        let (heading, steps) = after.split_once('\n').ok_or("no steps")?;
        let head = format!("{before}{heading}\n");
        let mut sections: Vec<Section> = Vec::new();
        for line in before.lines() {
            match (line.strip_prefix("== "), sections.last_mut()) {
                (Some(words), _) => sections.push(Section {
                    words: words.split_whitespace().map(String::from).collect(),
                    text: String::new(),
                }),
                (None, Some(section)) => section.text += &format!("{line}\n"),
                (None, None) if line.is_empty() || line.starts_with('#') => {}
                (None, None) => return Err(format!("text before the first section: {line}")),
            }
        }
        let started = !heading.contains("stopped");
        let logged = !heading.contains("nolog");
        Ok(Case { name: name.into(), sections, started, logged, steps: parse_steps(steps)?, head })
    }

    /// The case's text with other expectations.
    pub fn with_answers(&self, answers: &[Vec<String>]) -> String {
        let mut text = self.head.clone();
        for (step, answer) in self.steps.iter().zip(answers) {
            let expected = if fits(&step.expected, answer) && keep(step) { &step.expected } else { answer };
            let line = (!step.line.is_empty()).then_some(&step.line);
            let blank = (step.line.is_empty() && step.expected.is_empty()).then_some(&step.line);
            for line in line.into_iter().chain(blank).chain(&step.input_lines).chain(expected) {
                text += &format!("{line}\n");
            }
        }
        text
    }
}

/// Do the expectations fit what was seen?
pub fn fits(expected: &[String], actual: &[String]) -> bool {
    if expected.iter().any(|line| line.starts_with('S')) {
        return fits_reply(expected, actual);
    }
    let status = |lines: &[String]| lines.iter().find(|l| l.starts_with('?')).cloned();
    let output = |lines: &[String]| lines.iter().filter(|l| l.starts_with('>')).cloned().collect::<Vec<_>>();
    let (wanted, seen) = (output(expected), output(actual));
    status(expected) == status(actual) && (wanted.is_empty() || lines_fit(&wanted, &seen))
}

fn fits_reply(expected: &[String], actual: &[String]) -> bool {
    match (expected, actual.last()) {
        ([only], _) if only == "S:" => true,
        ([only], Some(last)) => glob::matches(only, last),
        _ => lines_fit(expected, actual),
    }
}

fn lines_fit(wanted: &[String], seen: &[String]) -> bool {
    match wanted.split_first() {
        None => seen.is_empty(),
        Some((any, rest)) if any == "> ..." => (0..=seen.len()).any(|skip| lines_fit(rest, &seen[skip..])),
        Some((line, rest)) => seen
            .split_first()
            .is_some_and(|(first, others)| glob::matches(line, first) && lines_fit(rest, others)),
    }
}

/// An expectation that says nothing yet is to be filled in.
fn keep(step: &Step) -> bool {
    let only = step.expected.first().map(String::as_str);
    let silent = ["$ ", "show ", "mail "].iter().any(|word| step.line.contains(word)) && only.is_none();
    only != Some("S:") && !silent
}

fn parse_steps(text: &str) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        let reply = line == "S:" || line.starts_with("S: ") || line.starts_with("S- ");
        let last = steps.last_mut();
        match (line.get(..1), last) {
            (Some("<"), Some(step)) => {
                step.input.extend(input(line));
                step.input_lines.push(line.into());
            }
            (Some(">" | "?"), Some(step)) => step.expected.push(line.into()),
            (Some("<" | ">" | "?"), None) => return Err(format!("no step above: {line}")),
            (_, Some(step)) if reply && step.expected.last().is_some_and(|l| l.starts_with("S-")) => {
                step.expected.push(line.into());
            }
            _ if reply => steps.push(Step { expected: vec![line.into()], ..Step::default() }),
            _ => steps.push(Step { line: line.into(), ..Step::default() }),
        }
    }
    Ok(steps)
}

fn input(line: &str) -> Vec<u8> {
    match line.strip_prefix("<~ ") {
        Some(raw) => unescape(raw),
        None => format!("{}\n", line[1..].strip_prefix(' ').unwrap_or(&line[1..])).into_bytes(),
    }
}

/// Bytes of a text with `\r \n \t \\ \xNN`, and `{N*text}` for N repetitions.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '{'
            && let Some((inside, after)) = rest.split_once('}')
            && let Some((count, what)) = inside.split_once('*')
            && let Ok(count) = count.parse()
        {
            out.extend(unescape(what).repeat(count));
            rest = after;
            continue;
        }
        if c != '\\' {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        let escaped = rest.chars().next().unwrap_or('\\');
        rest = &rest[escaped.len_utf8().min(rest.len())..];
        match escaped {
            'r' => out.push(b'\r'),
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'x' => {
                out.push(u8::from_str_radix(&rest[..2], 16).unwrap_or_else(|_| panic!("no hex: {text}")));
                rest = &rest[2..];
            }
            other => out.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[&str]) -> Vec<String> {
        text.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_case_keeps_its_text_when_its_answers_fit() {
        let text = "# A sentence.\n== main.cf\na = b\n== steps\nconnect\nS: 220 *\n\n$ cat\n< x\n> *\n? 1\n";
        let case = Case::parse("g::n", text).unwrap();
        assert_eq!(case.steps[3].input, b"x\n");
        let answers = [vec![], lines(&["S: 220 mail"]), vec![], lines(&["> x", "? 1"])];
        assert_eq!(case.with_answers(&answers), text);
    }

    #[test]
    fn expectations_may_skip_lines_and_must_name_a_bad_exit() {
        assert!(fits(&lines(&["> a", "> ...", "> z"]), &lines(&["> a", "> b", "> c", "> z"])));
        assert!(!fits(&lines(&["> a"]), &lines(&["> a", "? 1"])));
        assert!(!fits(&lines(&["S: 250 a"]), &lines(&["S- 250-x", "S: 250 b"])));
        assert!(!fits(&lines(&["S- 250-x", "S: 250 b"]), &lines(&["S: 250 b"])));
    }

    #[test]
    fn bytes_can_be_written_and_repeated() {
        assert_eq!(unescape(r"a\r\n\x00{3*xy}\\"), b"a\r\n\0xyxyxy\\");
    }
}
