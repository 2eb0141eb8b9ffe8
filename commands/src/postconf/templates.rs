//! -b and -t: the texts at the beginning of bounces, from bounce_template_file or built in (bounce(5)).

use std::path::Path;

use config::expand::Macros;
use config::{Conf, Fault, p};
use notice::{Template, Templates};

use super::Report;
use super::request::Request;

/// Shows the templates, `$name` expanded or as written.
pub(super) fn show(request: &Request, expanded: bool, report: &mut Report) -> Result<(), Fault> {
    let conf = conf::read(&request.dir)?;
    let file = match request.texts().into_iter().next() {
        Some(file) => file,
        None => conf.get(p::BOUNCE_TEMPLATE_FILE)?,
    };
    let mut texts = Vec::new();
    for (name, template) in templates(&file, report)?.named() {
        texts.push(if expanded { expansion(name, template, &conf)? } else { source(name, template) });
    }
    report.out.push_str(&texts.join("\n"));
    Ok(())
}

fn templates(file: &str, report: &mut Report) -> Result<Templates, Fault> {
    if file.is_empty() {
        return Ok(Templates::default());
    }
    let (name, text) = conf::text_of(Path::new(file))?;
    let (templates, ignored) =
        Templates::parse(&text).map_err(|fault| Fault::at(&name, fault.line, fault.problem))?;
    ignored.iter().flat_map(|ignored| ignored.lines(&name)).for_each(|line| report.warn(line));
    Ok(templates)
}

/// The template as it stands in a file.
fn source(name: &str, template: &Template) -> String {
    let Template { charset, from, subject, postmaster_subject, text } = template;
    let copy = postmaster_subject.iter().map(|subject| format!("Postmaster-Subject: {subject}\n"));
    let copy: String = copy.collect();
    format!("{name} = <<EOF\nCharset: {charset}\nFrom: {from}\nSubject: {subject}\n{copy}\n{text}EOF\n")
}

fn expansion(name: &str, template: &Template, conf: &Conf) -> Result<String, Fault> {
    let lookup = |name: &str| config::notice_macro(conf, name);
    let expansion = Macros { lookup: &lookup, recursive: false, filter: None }.expand(&template.text)?;
    if expansion.undefined {
        return Err(Fault::new(format!("undefined $name in {name}: {}", template.text)));
    }
    let kind = name.trim_end_matches("_template");
    Ok(format!("expanded_{kind}_text = <<EOF\n{}EOF\n", expansion.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_again() {
        let templates = Templates::default();
        let text: String = templates.named().iter().map(|(name, template)| source(name, template)).collect();
        assert_eq!(Templates::parse(&text).unwrap(), (templates, Vec::new()));
    }

    #[test]
    fn built_in_texts_expand_and_unknown_names_are_refused() {
        let host = config::HostFacts { hostname: "mail.example".into(), ..config::HostFacts::default() };
        let conf = Conf::parse("main.cf", "delay_warning_time = 4h\n", &host).unwrap();
        let templates = Templates::default();
        let text = expansion("delay_template", &templates.delay, &conf).unwrap();
        assert!(text.starts_with("expanded_delay_text = <<EOF\n"));
        assert!(text.contains("4 hour(s)") && text.contains("5 day(s)") && text.contains("mail.example"));
        let strange = Template { text: "$nosuch\n".into(), ..templates.delay.clone() };
        assert!(expansion("delay_template", &strange, &conf).is_err());
    }
}
