//! Templates of notices, bounce(5): a few header fields and the text for people.

use std::fmt;

/// One kind of notice as an administrator may write it. The text still holds its `$name` expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// `Charset:` of the text.
    pub charset: String,
    /// `From:`
    pub from: String,
    /// `Subject:` for the sender.
    pub subject: String,
    /// `Postmaster-Subject:` for the postmaster's copy, where there may be one.
    pub postmaster_subject: Option<String>,
    /// The text; each line ends with a line end.
    pub text: String,
}

/// All four kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Templates {
    /// `failure_template`
    pub failure: Template,
    /// `delay_template`
    pub delay: Template,
    /// `success_template`
    pub success: Template,
    /// `verify_template`
    pub verify: Template,
}

/// What is wrong with a template file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for TemplateFault {}

impl Default for Templates {
    /// The built-in templates.
    fn default() -> Self {
        Self {
            failure: built_in(
                "Undelivered Mail Returned to Sender",
                Some("Postmaster Copy: Undelivered Mail"),
                FAILURE,
            ),
            delay: built_in(
                "Delayed Mail (still being retried)",
                Some("Postmaster Warning: Delayed Mail"),
                DELAY,
            ),
            success: built_in("Successful Mail Delivery Report", None, SUCCESS),
            verify: built_in("Mail Delivery Status Report", None, VERIFY),
        }
    }
}

/// A template that is not used, because something in it is wrong. The built-in one stays in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// Which one: `failure`, `delay`, `success`, `verify`. None for a name that no template has.
    pub template: Option<&'static str>,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    UnknownTemplate(String, usize),
    UnknownHeader(String),
    InapplicableHeader(String),
    EmptyValue(String),
    NotAscii(String),
    EightBitText,
    NoText,
}

impl Ignored {
    /// What an administrator is told, line by line; `file` is the template file.
    pub fn lines(&self, file: &str) -> Vec<String> {
        let kind = self.template.unwrap_or_default();
        let ignoring = "-- ignoring this template";
        let line = match &self.problem {
            Problem::UnknownTemplate(name, line) => {
                format!("{file}, line {line}: unknown template name: {name} {ignoring}")
            }
            Problem::UnknownHeader(name) => {
                format!("{file}: unknown \"{name}\" header label in {kind} template {ignoring}")
            }
            Problem::InapplicableHeader(name) => {
                format!("{file}: inapplicable \"{name}\" header label in {kind} template {ignoring}")
            }
            Problem::EmptyValue(name) => {
                format!("{file}: empty \"{name}\" header value in {kind} template {ignoring}")
            }
            Problem::NotAscii(name) => {
                format!("{file}: non-ASCII \"{name}\" header value in {kind} template {ignoring}")
            }
            Problem::NoText => format!("{file}: missing message text in {kind} template {ignoring}"),
            Problem::EightBitText => {
                return vec![
                    format!("{file}: 8-bit message text in {kind} template"),
                    "please specify a charset value other than us-ascii".to_owned(),
                    format!("{ignoring} for now"),
                ];
            }
        };
        vec![line]
    }
}

impl Templates {
    /// The built-in templates, with those of a template file (`bounce_template_file`) in their place, and those that
    /// were not taken. An error is a file that has no such form at all.
    pub fn parse(text: &str) -> Result<(Self, Vec<Ignored>), TemplateFault> {
        let (mut templates, mut ignored) = (Self::default(), Vec::new());
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |problem: &str| TemplateFault { line: number + 1, problem: problem.to_owned() };
            let (name, end) = line.split_once('=').ok_or_else(|| fault("expected \"name = <<EOF\""))?;
            let end = end.trim().strip_prefix("<<").map(str::trim).filter(|word| !word.is_empty());
            let end = end.ok_or_else(|| fault("missing end marker after <<"))?;
            let mut body = Vec::new();
            // Postfix names the line after the end of the template.
            let behind = loop {
                match lines.next() {
                    Some((number, line)) if line == end => break number + 2,
                    Some((_, line)) => body.push(line),
                    None => return Err(fault(&format!("missing \"{end}\" end marker"))),
                }
            };
            let name = name.trim();
            match templates.by_name(name) {
                None => {
                    let problem = Problem::UnknownTemplate(name.to_owned(), behind);
                    ignored.push(Ignored { template: None, problem });
                }
                Some((kind, target)) => match target.filled(&body) {
                    Ok(filled) => *target = filled,
                    Err(problem) => ignored.push(Ignored { template: Some(kind), problem }),
                },
            }
        }
        Ok((templates, ignored))
    }

    /// By the names of bounce(5), in their order there.
    pub fn named(&self) -> [(&'static str, &Template); 4] {
        [
            ("failure_template", &self.failure),
            ("delay_template", &self.delay),
            ("success_template", &self.success),
            ("verify_template", &self.verify),
        ]
    }

    fn by_name(&mut self, name: &str) -> Option<(&'static str, &mut Template)> {
        match name {
            "failure_template" => Some(("failure", &mut self.failure)),
            "delay_template" => Some(("delay", &mut self.delay)),
            "success_template" => Some(("success", &mut self.success)),
            "verify_template" => Some(("verify", &mut self.verify)),
            _ => None,
        }
    }
}

impl Template {
    /// `header_from_format = obsolete`: the other form of the built-in `From:`. A template file's own stays.
    pub fn use_obsolete_from(&mut self) {
        if self.from == FROM {
            self.from = "MAILER-DAEMON (Mail Delivery System)".to_owned();
        }
    }

    /// With what the lines say; header fields that they leave out keep their values.
    fn filled(&self, lines: &[&str]) -> Result<Self, Problem> {
        let mut filled = self.clone();
        let mut text_begins = 0;
        for line in lines {
            let header = line.split_once(':').filter(|(name, _)| !name.is_empty() && !name.contains(' '));
            let Some((name, value)) = header else { break };
            filled.set(name, value.trim())?;
            text_begins += 1;
        }
        if lines.get(text_begins).is_some_and(|line| line.trim().is_empty()) {
            text_begins += 1;
        }
        filled.text = lines[text_begins..].iter().map(|line| format!("{line}\n")).collect();
        if filled.text.is_empty() {
            return Err(Problem::NoText);
        }
        if filled.charset.eq_ignore_ascii_case("us-ascii") && !filled.text.is_ascii() {
            return Err(Problem::EightBitText);
        }
        Ok(filled)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if value.is_empty() {
            return Err(Problem::EmptyValue(name.to_owned()));
        }
        if !value.bytes().all(|b| b.is_ascii_graphic() || b == b' ' || b == b'\t') {
            return Err(Problem::NotAscii(name.to_owned()));
        }
        match name.to_ascii_lowercase().as_str() {
            "charset" => self.charset = value.to_owned(),
            "from" => self.from = value.to_owned(),
            "subject" => self.subject = value.to_owned(),
            "postmaster-subject" if self.postmaster_subject.is_some() => {
                self.postmaster_subject = Some(value.to_owned());
            }
            "postmaster-subject" => return Err(Problem::InapplicableHeader(name.to_owned())),
            _ => return Err(Problem::UnknownHeader(name.to_owned())),
        }
        Ok(())
    }
}

fn built_in(subject: &str, postmaster_subject: Option<&str>, text: &str) -> Template {
    Template {
        charset: "us-ascii".to_owned(),
        from: FROM.to_owned(),
        subject: subject.to_owned(),
        postmaster_subject: postmaster_subject.map(str::to_owned),
        text: text.to_owned(),
    }
}

const FROM: &str = "Mail Delivery System <MAILER-DAEMON>";

const FAILURE: &str = "\
The mail server at $myhostname could not deliver your message to
everybody you sent it to. The failed addresses and the reasons stand
below; a machine-readable report and your message are attached.

If you need help, write to <postmaster> and include this report.

                   The mail system
";

const DELAY: &str = "\
The mail server at $myhostname has not been able to deliver your
message for $delay_warning_time_hours hour(s).

     There is nothing you need to do: this is only a warning.

Delivery will be tried until the message is $maximal_queue_lifetime_days day(s) old.

If you need help, write to <postmaster> and include this report.

                   The mail system
";

const SUCCESS: &str = "\
The mail server at $myhostname has delivered your message to the
addresses below. Where it was handed to another mail system, that
system may still report a failure later.

                   The mail system
";

const VERIFY: &str = "\
This is the delivery report that you asked the mail server at
$myhostname for.

                   The mail system
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_replaces_what_it_names_and_leaves_the_rest() {
        let text =
            "# comment\n\nfailure_template = <<END\nSubject: Oh no\n\nHello $myhostname\n\n  indented\nEND\n";
        let (templates, ignored) = Templates::parse(text).unwrap();
        assert!(ignored.is_empty());
        assert_eq!(templates.failure.subject, "Oh no");
        assert_eq!(templates.failure.from, Templates::default().failure.from);
        assert_eq!(templates.failure.text, "Hello $myhostname\n\n  indented\n");
        assert_eq!(templates.delay, Templates::default().delay);
    }

    #[test]
    fn a_file_without_the_form_is_refused() {
        for (text, line) in
            [("failure_template = <<EOF\nSubject: x\n", 1), ("\nnonsense\n", 2), ("delay_template = <<\n", 1)]
        {
            assert_eq!(Templates::parse(text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn a_template_with_a_mistake_is_not_used_and_others_are() {
        for (body, told) in [
            ("Colour: red\n\ntext", "f: unknown \"Colour\" header label in success template"),
            (
                "Postmaster-Subject: y\n\ntext",
                "f: inapplicable \"Postmaster-Subject\" header label in success template",
            ),
            ("From:\n\ntext", "f: empty \"From\" header value in success template"),
            ("From: \u{e9}\n\ntext", "f: non-ASCII \"From\" header value in success template"),
            ("Subject: x\n\n\u{e9}", "f: 8-bit message text in success template"),
            ("Subject: x\n", "f: missing message text in success template"),
        ] {
            let text =
                format!("success_template = <<EOF\n{body}\nEOF\ndelay_template=<<E\nSubject: late\n\nt\nE\n");
            let (templates, ignored) = Templates::parse(&text).unwrap();
            assert_eq!(templates.success, Templates::default().success);
            assert_eq!(templates.delay.subject, "late");
            let line = ignored[0].lines("f").remove(0);
            assert_eq!(line.trim_end_matches(" -- ignoring this template"), told);
        }
        let (_, ignored) = Templates::parse("other_template = <<EOF\nx\nEOF\n").unwrap();
        let told = "f, line 4: unknown template name: other_template -- ignoring this template";
        assert_eq!(ignored[0].lines("f"), [told]);
    }

    #[test]
    fn another_charset_may_hold_other_letters() {
        let text = "failure_template = <<EOF\nCharset: utf-8\n\n\u{e9}\nEOF\n";
        assert_eq!(Templates::parse(text).unwrap().0.failure.text, "\u{e9}\n");
    }
}
