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

impl Templates {
    /// The built-in templates, with those of a template file (`bounce_template_file`) in their place.
    pub fn parse(text: &str) -> Result<Self, TemplateFault> {
        let mut templates = Self::default();
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |problem: &str| TemplateFault { line: number + 1, problem: problem.to_owned() };
            let (name, end) = line.split_once('=').ok_or_else(|| fault("expected \"name = <<EOF\""))?;
            let end = end.trim().strip_prefix("<<").map(str::trim).filter(|word| !word.is_empty());
            let end = end.ok_or_else(|| fault("expected \"<<\" and a word that ends the template"))?;
            let target = templates.by_name(name.trim());
            let target = target.ok_or_else(|| fault("no template has this name"))?;
            let mut body = Vec::new();
            loop {
                match lines.next() {
                    Some((_, line)) if line == end => break,
                    Some((number, line)) => body.push((number + 1, line)),
                    None => return Err(fault("the template has no end")),
                }
            }
            target.fill(&body)?;
        }
        Ok(templates)
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

    fn by_name(&mut self, name: &str) -> Option<&mut Template> {
        match name {
            "failure_template" => Some(&mut self.failure),
            "delay_template" => Some(&mut self.delay),
            "success_template" => Some(&mut self.success),
            "verify_template" => Some(&mut self.verify),
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

    /// Takes what the lines say; header fields that they leave out keep their values.
    fn fill(&mut self, lines: &[(usize, &str)]) -> Result<(), TemplateFault> {
        let mut text_begins = 0;
        for (number, line) in lines {
            let header = line.split_once(':').filter(|(name, _)| !name.is_empty() && !name.contains(' '));
            let Some((name, value)) = header else { break };
            let value = value.trim();
            let fault = |problem: &str| Err(TemplateFault { line: *number, problem: problem.to_owned() });
            if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic() || b == b' ' || b == b'\t') {
                return fault("a template header needs a value of printable ASCII text");
            }
            match name.to_ascii_lowercase().as_str() {
                "charset" => self.charset = value.to_owned(),
                "from" => self.from = value.to_owned(),
                "subject" => self.subject = value.to_owned(),
                "postmaster-subject" if self.postmaster_subject.is_some() => {
                    self.postmaster_subject = Some(value.to_owned());
                }
                _ => return fault("no such template header here"),
            }
            text_begins += 1;
        }
        if lines.get(text_begins).is_some_and(|(_, line)| line.trim().is_empty()) {
            text_begins += 1;
        }
        self.text = lines[text_begins..].iter().map(|(_, line)| format!("{line}\n")).collect();
        if self.charset.eq_ignore_ascii_case("us-ascii") && !self.text.is_ascii() {
            let line = lines.first().map_or(0, |(number, _)| *number);
            let problem = "text that is not ASCII needs another Charset: than us-ascii".to_owned();
            return Err(TemplateFault { line, problem });
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
        let templates = Templates::parse(text).unwrap();
        assert_eq!(templates.failure.subject, "Oh no");
        assert_eq!(templates.failure.from, Templates::default().failure.from);
        assert_eq!(templates.failure.text, "Hello $myhostname\n\n  indented\n");
        assert_eq!(templates.delay, Templates::default().delay);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line) in [
            ("failure_template = <<EOF\nSubject: x\n", 1),
            ("\nnonsense\n", 2),
            ("other_template = <<EOF\nEOF\n", 1),
            ("success_template = <<EOF\nSubject: x\nPostmaster-Subject: y\n\nEOF\n", 3),
            ("failure_template = <<EOF\nFrom: \u{e9}\n\nEOF\n", 2),
            ("failure_template = <<EOF\nSubject: x\n\n\u{e9}\nEOF\n", 2),
        ] {
            assert_eq!(Templates::parse(text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn another_charset_may_hold_other_letters() {
        let text = "failure_template = <<EOF\nCharset: utf-8\n\n\u{e9}\nEOF\n";
        assert_eq!(Templates::parse(text).unwrap().failure.text, "\u{e9}\n");
    }
}
