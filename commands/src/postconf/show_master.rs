//! Shows master.cf: whole entries (-M), columns (-F), `-o` parameters (-P).

use config::master::{ServiceEntry, quoted};
use config::{Conf, Fault, HostFacts, lines};

use super::fold::Line;
use super::pattern::{FIELDS, Pattern};
use super::request::{Request, Subject, View};
use super::scope::{self, Scope};
use super::{Report, show_main};

/// Shows what the request asks for.
pub(super) fn show(request: &Request, report: &mut Report) -> Result<(), Fault> {
    let patterns = patterns(request)?;
    let path = request.dir.join("master.cf");
    let (name, text) = conf::text_of(&path)?;
    let entries = scope::entries(&name, &text, report)?;
    let main = show_main::configuration(request, report)?;
    let scope = Scope::of(&main, &name, entries.clone(), true, report);
    let view = Shown { view: request.view, main: scope.conf(&main) };
    let mut matched = vec![false; patterns.len()];
    for entry in &entries {
        if patterns.is_empty() {
            view.entry(request.subject, entry, None, report)?;
        }
        for (pattern, matched) in
            patterns.iter().zip(&mut matched).filter(|(pattern, _)| pattern.matches(entry))
        {
            *matched |= view.entry(request.subject, entry, Some(pattern), report)?;
        }
    }
    for (pattern, _) in patterns.iter().zip(matched).filter(|(_, matched)| !matched) {
        report.warn(format!("unmatched request: \"{}\"", pattern.text));
    }
    scope.warn_unused_in_master(report);
    Ok(())
}

fn patterns(request: &Request) -> Result<Vec<Pattern>, Fault> {
    let (max, syntax) = match request.subject {
        Subject::Fields => (3, "-F option requires service_name[/type[/field]]"),
        Subject::Params => (3, "-P option requires service_name[/type[/parameter]]"),
        _ => (2, "-M option requires service_name[/type]"),
    };
    let parse = |text: String| Pattern::parse(&text, 1, max).ok_or_else(|| Fault::new(syntax));
    let patterns: Vec<Pattern> = request.texts().into_iter().map(parse).collect::<Result<_, _>>()?;
    let fields = patterns.iter().filter_map(Pattern::third).filter(|_| request.subject == Subject::Fields);
    for field in fields {
        if field != "*" && !FIELDS.contains(&field) {
            return Err(Fault::new(format!("invalid service attribute name: \"{field}\"")));
        }
    }
    Ok(patterns)
}

struct Shown {
    view: View,
    main: Conf,
}

impl Shown {
    /// Shows one entry, or what the pattern picks of it; whether there was anything.
    fn entry(
        &self,
        subject: Subject,
        entry: &ServiceEntry,
        pattern: Option<&Pattern>,
        report: &mut Report,
    ) -> Result<bool, Fault> {
        let picked = |name: &str| pattern.is_none_or(|pattern| pattern.matches_third(name));
        match subject {
            Subject::Fields => {
                for (at, field) in FIELDS.iter().enumerate().filter(|(_, field)| picked(field)) {
                    report.out.push_str(&self.field(entry, at, field)?);
                }
                Ok(true)
            }
            Subject::Params => {
                let mut parameters = parameters(entry);
                parameters.retain(|(name, _)| picked(name));
                for (name, value) in &parameters {
                    let value =
                        if self.view.expand { self.scope(entry).expand(value)? } else { (*value).to_owned() };
                    let name = format!("{}/{name}", space(entry));
                    report.out.push_str(&show_main::line(&name, &value, self.view));
                }
                Ok(!parameters.is_empty())
            }
            _ => {
                report.out.push_str(&self.whole(entry)?);
                Ok(true)
            }
        }
    }

    /// An entry on one line, or with its options on lines of their own.
    fn whole(&self, entry: &ServiceEntry) -> Result<String, Fault> {
        if self.view.json {
            let columns = entry.columns().iter().cloned().chain([entry.command_line()]);
            let pairs =
                FIELDS.iter().map(|field| (*field).to_owned()).zip(columns.map(serde_json::Value::String));
            return Ok(format!("{}\n", serde_json::Value::Object(pairs.collect())));
        }
        let mut line = Line::new(self.view.fold);
        let columns = entry.columns().iter().chain([&entry.command]);
        for (column, goal) in columns.zip(COLUMN_GOALS) {
            if goal > 0 {
                line.put(&" ".repeat(goal.saturating_sub(line.column()).max(1)));
            }
            line.put(column);
        }
        self.arguments(entry, &mut line)?;
        Ok(line.finish())
    }

    fn field(&self, entry: &ServiceEntry, at: usize, field: &str) -> Result<String, Fault> {
        let name = format!("{}/{field}", space(entry));
        let column = entry.columns().get(at);
        if self.view.hide_values || self.view.json {
            let value = column.cloned().unwrap_or_else(|| entry.command_line());
            return Ok(show_main::line(&name, &value, self.view));
        }
        let mut line = Line::new(self.view.fold);
        if !self.view.hide_names {
            line.put(&format!("{name} = "));
        }
        line.put(column.unwrap_or(&entry.command));
        if column.is_none() {
            self.arguments(entry, &mut line)?;
        }
        Ok(line.finish())
    }

    /// Options with a value stand on lines of their own; other words fill up lines.
    fn arguments(&self, entry: &ServiceEntry, line: &mut Line) -> Result<(), Fault> {
        for (option, value) in entry.shown_options() {
            let Some(value) = value else {
                line.word(option, option.len() + 1);
                continue;
            };
            let value = if self.view.expand { self.scope(entry).expand(value)? } else { value.to_owned() };
            line.break_next();
            line.word(&format!("{option} {}", quoted(&value)), 0);
            line.break_next();
        }
        for word in entry.shown_words() {
            let word = quoted(word);
            line.word(&word, word.len() + 1);
        }
        Ok(())
    }

    /// The configuration as the service's program sees it.
    fn scope(&self, entry: &ServiceEntry) -> Conf {
        let own = [("process_name", entry.command.as_str()), ("service_name", &entry.name)];
        own.into_iter()
            .chain(parameters(entry))
            .fold(self.main.clone(), |conf, (name, value)| conf.with_override(name, value))
    }
}

/// `-o` parameters by name; the last of a name counts.
fn parameters(entry: &ServiceEntry) -> Vec<(&str, &str)> {
    let options = entry.shown_options();
    let pairs = options.into_iter().filter_map(|(_, value)| lines::name_value(value?).ok());
    pairs.collect::<std::collections::BTreeMap<_, _>>().into_iter().collect()
}

fn space(entry: &ServiceEntry) -> String {
    format!("{}/{}", entry.name, entry.kind.name())
}

/// The entry in the form that postconf gives to entries that it writes.
pub(super) fn folded(entry: &ServiceEntry) -> Result<String, Fault> {
    let main = Conf::parse("main.cf", "", &HostFacts::default())?;
    Shown { view: View { fold: true, ..View::default() }, main }.whole(entry)
}

/// Where columns begin if there is room.
const COLUMN_GOALS: [usize; 8] = [0, 11, 17, 25, 33, 41, 49, 57];
