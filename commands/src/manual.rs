//! Manual pages, made from the tables that the programs themselves read, so that they cannot disagree.

mod programs;

use config::{Parameter, parameters};
use std::fmt::Write;

/// A page of the manual.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) section: u8,
    /// In man(7) format.
    pub(crate) text: String,
}

/// All pages: one of all parameters, one of each program.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = vec![parameters_page()];
    pages.extend(programs::PROGRAMS.iter().map(programs::page));
    pages
}

/// postconf(5).
fn parameters_page() -> Page {
    let mut text = head("postconf", 5, "configuration parameters of the mail system");
    text += ".SH DESCRIPTION\nmain.cf holds lines of the form \\fIname = value\\fR. Values may refer to other \
             parameters as \\fI$name\\fR.\n.SH PARAMETERS\n";
    for parameter in parameters().iter().filter(|parameter| parameter.is_listed()) {
        text += &paragraph(parameter);
    }
    Page { name: "postconf".into(), section: 5, text }
}

fn paragraph(parameter: &Parameter) -> String {
    let default = if parameter.default.is_empty() { "empty" } else { parameter.default };
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, ".TP\n.B {}\n(default: {})", escape(parameter.name), escape(default));
    let _ = writeln!(text, ".br\n{}", escape(parameter.sentence));
    if !parameter.is_read() {
        text += "No program here reads it yet.\n";
    }
    text
}

/// The title and NAME of a page.
fn head(name: &str, section: u8, line: &str) -> String {
    let title = name.to_uppercase();
    format!(".TH {title} {section}\n.SH NAME\n{} \\- {}\n", escape(name), escape(line))
}

/// Text that man(7) shows as it stands.
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_parameter_and_every_installed_program_has_its_page() {
        let pages = pages();
        let parameters_page = &pages[0].text;
        for parameter in parameters().iter().filter(|parameter| parameter.is_listed()) {
            assert!(
                parameters_page.contains(&format!(".B {}\n", escape(parameter.name))),
                "{}",
                parameter.name
            );
        }
        for name in crate::install::COMMANDS.iter().chain(crate::install::DAEMONS) {
            assert!(pages.iter().any(|page| page.name == *name), "no page for {name}");
        }
    }

    #[test]
    fn a_line_that_begins_with_a_dot_is_text() {
        assert_eq!(escape(".forward -x"), "\\&.forward \\-x");
    }
}
