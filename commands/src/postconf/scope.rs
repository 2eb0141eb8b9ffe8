//! Which names are parameters: those of the table, those that master.cf's services bring (`smtp_recipient_limit`), and
//! those that somebody uses as `$name`, as restriction class or as the prefix of a database. A name that main.cf sets
//! and that nobody uses is worth a warning: most likely it is mistyped.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use config::expand::names_in;
use config::master::{self, ServiceEntry};
use config::{Conf, FAMILIES, Fault, State, find, parameters, split_list};

use super::request::Classes;
use super::{Report, databases};

/// The class of a parameter, as -C selects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Builtin,
    /// An old name: one of the user's when main.cf sets it, else not shown.
    Legacy,
    Service,
    User,
}

/// All names that mean something.
#[derive(Debug)]
pub(super) struct Scope {
    names: BTreeMap<String, Class>,
    defaults: BTreeMap<String, String>,
    master_name: String,
    locals: Vec<Local>,
    classes: BTreeSet<String>,
}

/// A master.cf entry with `-o` parameters, and which of those names mean something.
#[derive(Debug)]
struct Local {
    set: BTreeMap<String, String>,
    valid: BTreeSet<String>,
}

impl Classes {
    pub(super) fn select(self, class: Class) -> bool {
        let all = !(self.builtin || self.service || self.user);
        all || match class {
            Class::Builtin => self.builtin,
            Class::Service => self.service,
            Class::User | Class::Legacy => self.user,
        }
    }
}

/// Reads master.cf without judging it more than needed; without the file there are no services.
pub(super) fn read_master(dir: &Path, report: &mut Report) -> Result<(String, Vec<ServiceEntry>), Fault> {
    match conf::text_of(&dir.join("master.cf")) {
        Ok((name, text)) => Ok((name.clone(), entries(&name, &text, report)?)),
        Err(fault) => {
            report.warn(fault.to_string());
            Ok((String::new(), Vec::new()))
        }
    }
}

/// The entries of master.cf, and faults in postconf's words.
pub(super) fn entries(name: &str, text: &str, report: &mut Report) -> Result<Vec<ServiceEntry>, Fault> {
    let (entries, faults) = master::read(name, text).map_err(|fault| match fault.place() {
        Some((file, line)) if fault.text() == "bad field count" => {
            Fault::new(format!("file {file}: line {line}: {}", fault.text()))
        }
        _ => Fault::new(fault.text()),
    })?;
    faults.into_iter().for_each(|fault| report.warn(fault.to_string()));
    Ok(entries)
}

/// Whether a program sets the parameter itself.
pub(super) fn is_read_only(name: &str) -> bool {
    find(name).is_some_and(|parameter| parameter.state == State::RunTime)
}

/// Whether it was a parameter once; a warning of its own says so.
fn is_removed(name: &str) -> bool {
    find(name).is_some_and(|parameter| parameter.state == State::Removed)
}

impl Scope {
    /// The names of the table and of the services, and with `users` those that main.cf and master.cf make up.
    pub(super) fn of(
        conf: &Conf,
        master_name: &str,
        entries: Vec<ServiceEntry>,
        users: bool,
        report: &mut Report,
    ) -> Self {
        let mut scope = Self {
            names: BTreeMap::new(),
            defaults: BTreeMap::new(),
            master_name: master_name.to_owned(),
            locals: Vec::new(),
            classes: BTreeSet::new(),
        };
        scope.add_table();
        entries.iter().for_each(|entry| scope.add_service(entry));
        if users {
            scope.add_users(conf, &entries, report);
        }
        scope
    }

    /// All names with their classes, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Class)> {
        self.names.iter().map(|(name, class)| (name.as_str(), *class))
    }

    pub(super) fn class(&self, name: &str) -> Option<Class> {
        self.names.get(name).copied()
    }

    /// The default of any known name.
    pub(super) fn default_of(&self, conf: &Conf, name: &str) -> Option<String> {
        conf.default_of(name).or_else(|| self.defaults.get(name).cloned())
    }

    /// The configuration that also knows the services' parameters.
    pub(super) fn conf(&self, conf: &Conf) -> Conf {
        conf.with_defaults(self.defaults.clone())
    }

    /// Warns of names that are set and mean nothing.
    pub(super) fn warn_unused(&self, conf: &Conf, report: &mut Report) {
        let mut told = BTreeSet::new();
        for setting in conf.settings() {
            let value = conf.setting(&setting.name).map_or("", |last| last.value.as_str());
            let known = self.names.contains_key(&setting.name) || is_removed(&setting.name);
            if !known && told.insert(&setting.name) {
                report.warn_after(format!(
                    "{}: unused parameter: {}={value}",
                    conf.file_name(),
                    setting.name
                ));
            }
        }
        self.warn_unused_in_master(report);
    }

    pub(super) fn warn_unused_in_master(&self, report: &mut Report) {
        for local in &self.locals {
            let known = |name: &String| self.names.contains_key(name) || local.valid.contains(name);
            for (name, value) in local.set.iter().filter(|(name, _)| !known(name)) {
                report.warn_after(format!("{}: unused parameter: {name}={value}", self.master_name));
            }
        }
    }

    fn add_table(&mut self) {
        for parameter in parameters() {
            let class = match parameter.state {
                State::Current | State::RunTime => Class::Builtin,
                State::OldName => Class::Legacy,
                State::Removed | State::Function => continue,
            };
            self.names.insert(parameter.name.to_owned(), class);
        }
    }

    fn add_service(&mut self, entry: &ServiceEntry) {
        let families = match entry.command.as_str() {
            "pipe" => FAMILIES.as_slice(),
            "spawn" => &FAMILIES[FAMILIES.len() - 1..],
            "local" | "error" | "virtual" | "smtp" | "lmtp" => &FAMILIES[..FAMILIES.len() - 1],
            _ => return,
        };
        for family in families {
            let name = format!("{}{}", entry.name, family.suffix);
            if !self.names.contains_key(&name) {
                self.defaults.insert(name.clone(), format!("${}", family.default));
            }
            self.names.insert(name, Class::Service);
        }
    }

    fn add_users(&mut self, conf: &Conf, entries: &[ServiceEntry], report: &mut Report) {
        for entry in entries {
            let options = entry.shown_options();
            let pairs = options.iter().filter_map(|(_, value)| config::lines::name_value((*value)?).ok());
            let set: BTreeMap<String, String> = pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            if !set.is_empty() {
                self.locals.push(Local { set, valid: BTreeSet::new() });
            }
        }
        for at in 0..self.locals.len() {
            self.scan_local(at, conf, report);
        }
        let defaults = self.names.clone().into_keys().filter(|name| !conf.is_set(name));
        for name in defaults {
            if !find(&name).is_some_and(|parameter| parameter.raw) {
                let value = self.default_of(conf, &name).unwrap_or_default();
                self.scan(&value, None, conf, report);
            }
        }
        self.scan_main(conf, report);
    }

    fn scan_local(&mut self, at: usize, conf: &Conf, report: &mut Report) {
        let set = self.locals[at].set.clone();
        if let Some(list) = set.get(CLASSES) {
            let list = expand_in(conf, &set, list);
            split_list(&list).iter().for_each(|name| self.flag(name, Some(at), conf, report, false));
        }
        for (name, value) in &set {
            if self.classes.contains(name) {
                self.locals[at].valid.insert(name.clone());
            }
            if self.may_scan(name) {
                self.scan(value, Some(at), conf, report);
                self.scan_databases(&expand_in(conf, &set, value), Some(at), conf, report);
            }
        }
    }

    fn scan_main(&mut self, conf: &Conf, report: &mut Report) {
        if conf.is_set(CLASSES) {
            for name in split_list(&conf.lookup(CLASSES).ok().flatten().unwrap_or_default()) {
                self.classes.insert(name.clone());
                self.flag(&name, None, conf, report, false);
            }
        }
        let set: BTreeSet<String> = conf.set_names().map(str::to_owned).collect();
        for name in &set {
            if self.class(name) == Some(Class::Legacy) {
                self.names.insert(name.clone(), Class::User);
            }
            let value = conf.raw(name).unwrap_or_default();
            if self.may_scan(name) {
                self.scan(&value, None, conf, report);
            }
        }
        // A database counts where a parameter that means something names it.
        for name in &set {
            if self.may_scan(name) && self.names.contains_key(name) {
                let value = conf.lookup(name).ok().flatten().unwrap_or_default();
                self.scan_databases(&value, None, conf, report);
            }
        }
    }

    /// Values that are used as written do not refer to parameters.
    fn may_scan(&self, name: &str) -> bool {
        !find(name).is_some_and(|parameter| parameter.raw)
    }

    fn scan(&mut self, value: &str, local: Option<usize>, conf: &Conf, report: &mut Report) {
        match names_in(value) {
            Ok(names) => names.iter().for_each(|name| self.flag(name, local, conf, report, true)),
            Err(fault) => report.warn(fault.to_string()),
        }
    }

    fn scan_databases(&mut self, value: &str, local: Option<usize>, conf: &Conf, report: &mut Report) {
        for name in databases::parameters_of(value, report) {
            self.flag(&name, local, conf, report, false);
        }
    }

    /// A use of `name`: it means something in each place that sets it. One that is set nowhere and has no default is
    /// reported when `complain` says so.
    fn flag(&mut self, name: &str, local: Option<usize>, conf: &Conf, report: &mut Report, complain: bool) {
        let mut known = false;
        if local.is_some_and(|at| self.locals[at].set.contains_key(name)) {
            known = true;
            self.locals[local.unwrap_or_default()].valid.insert(name.to_owned());
        } else if conf.is_set(name) {
            known = true;
            self.names.entry(name.to_owned()).or_insert(Class::User);
        }
        if local.is_none() {
            for local in self.locals.iter_mut().filter(|local| local.set.contains_key(name)) {
                known = true;
                local.valid.insert(name.to_owned());
            }
        }
        if complain && !known && !self.names.contains_key(name) {
            let file = if local.is_some() { self.master_name.as_str() } else { conf.file_name() };
            report.warn(format!("{file}: undefined parameter: {name}"));
        }
    }
}

/// Expands a value of a master.cf entry: its own parameters come first.
fn expand_in(conf: &Conf, set: &BTreeMap<String, String>, value: &str) -> String {
    let conf = set.iter().fold(conf.clone(), |conf, (name, value)| conf.with_override(name, value));
    conf.expand(value).unwrap_or_default()
}

const CLASSES: &str = "smtpd_restriction_classes";
