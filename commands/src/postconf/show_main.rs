//! Shows parameters of main.cf: all, those set (-n), their defaults (-d), or the named ones.

use config::{Conf, Fault, find, p};

use super::request::{Request, View};
use super::scope::{Class, Scope};
use super::{Report, compatible, fold, scope};

/// Shows what the request asks for.
pub(super) fn show(request: &Request, report: &mut Report) -> Result<(), Fault> {
    let conf = configuration(request, report)?;
    let (file, entries) = scope::read_master(&request.dir, report)?;
    let scope = Scope::of(&conf, &file, entries, !request.view.defaults, report);
    if request.words.is_empty() {
        let names = scope.names().filter(|(_, class)| request.view.classes.select(*class));
        for (name, _) in names.filter(|(name, class)| *class != Class::Legacy || conf.is_set(name)) {
            show_one(name, &conf, &scope, request.view, report)?;
        }
    }
    for name in request.texts() {
        match scope.class(&name) {
            Some(_) => show_one(&name, &conf, &scope, request.view, report)?,
            None => report.warn(format!("{name}: unknown parameter")),
        }
    }
    if !request.view.defaults {
        scope.warn_unused(&conf, report);
        if !request.view.quiet {
            compatible::warn_deprecated(&conf, report);
        }
    }
    Ok(())
}

/// main.cf with the overrides of the command line; only those with -d, which does not read it.
pub(super) fn configuration(request: &Request, report: &mut Report) -> Result<Conf, Fault> {
    let mut host = conf::host_facts();
    host.defaults.insert("process_id".to_owned(), std::process::id().to_string());
    host.defaults.insert("process_name".to_owned(), "postconf".to_owned());
    if request.view.defaults {
        return Conf::parse("main.cf", "", &host).map(|conf| with_overrides(conf, request));
    }
    let (name, text) = conf::text_of(&request.dir.join("main.cf"))?;
    let conf = conf::parse(&name, &text, host)?;
    warn_overridden(&conf, report);
    let conf = without_read_only(conf, report);
    let own_place = request.strange_dir && !conf.is_set(p::CONFIG_DIRECTORY.name());
    let conf = with_overrides(conf, request);
    let place = request.dir.to_string_lossy();
    Ok(if own_place { conf.with_override(p::CONFIG_DIRECTORY.name(), &place) } else { conf })
}

fn with_overrides(conf: Conf, request: &Request) -> Conf {
    request.overrides.iter().fold(conf, |conf, (name, value)| conf.with_override(name, value))
}

fn warn_overridden(conf: &Conf, report: &mut Report) {
    for (at, setting) in conf.settings().iter().enumerate() {
        let earlier = conf.settings()[..at].iter().rev().find(|earlier| earlier.name == setting.name);
        if let Some(earlier) = earlier {
            let (file, line) = (conf.file_name(), setting.line);
            let text = format!("overriding earlier entry: {}={}", earlier.name, earlier.value);
            report.warn(format!("{file}, line {line}: {text}"));
        }
    }
}

/// Programs set process_name and the like themselves and ignore what main.cf says.
fn without_read_only(conf: Conf, report: &mut Report) -> Conf {
    let read_only = conf.settings().iter().filter(|setting| scope::is_read_only(&setting.name));
    for setting in read_only {
        let text = format!("read-only parameter assignment: {}={}", setting.name, setting.value);
        report.warn(format!("{}: {text}", conf.file_name()));
    }
    conf.without(scope::is_read_only)
}

fn show_one(name: &str, conf: &Conf, scope: &Scope, view: View, report: &mut Report) -> Result<(), Fault> {
    if view.explicit && !conf.is_set(name) {
        return Ok(());
    }
    let value = if conf.is_set(name) { conf.raw(name) } else { scope.default_of(conf, name) };
    let mut value = value.unwrap_or_default();
    if view.expand && !find(name).is_some_and(|parameter| parameter.raw) {
        value = scope.conf(conf).expand(&value)?;
    }
    report.out.push_str(&line(name, &value, view));
    Ok(())
}

/// A `name = value` as the view wants it.
pub(super) fn line(name: &str, value: &str, view: View) -> String {
    match view {
        View { json: true, .. } => {
            let pair = serde_json::json!({ "name": name, "value": value });
            format!("{pair}\n")
        }
        View { hide_values: true, .. } => format!("{name}\n"),
        View { hide_names: true, .. } => fold::words(value, view.fold),
        _ => fold::words(&format!("{name} = {value}"), view.fold),
    }
}
