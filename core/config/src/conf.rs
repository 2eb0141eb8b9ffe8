//! A configuration: what main.cf says, overrides on top, the table's defaults below. Values are expanded when asked
//! for, as late as Postfix does it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::expand::Macros;
use crate::lines::{self, is_space};
use crate::{Fault, HostFacts, Interface, Kind, Level, Param, Parameter, computed, find, p};

/// main.cf with everything that belongs to it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Conf {
    file: Arc<MainCf>,
    overrides: Arc<BTreeMap<String, String>>,
    more_defaults: Arc<BTreeMap<String, String>>,
    host: Arc<HostFacts>,
}

/// A `name = value` of main.cf and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The name as written.
    pub name: String,
    /// The value as written, trimmed.
    pub value: String,
    /// The first line, from 1.
    pub line: usize,
}

#[derive(Debug)]
struct MainCf {
    name: String,
    settings: Vec<Setting>,
    /// Which setting of a name counts: the last.
    last: BTreeMap<String, usize>,
}

impl Conf {
    /// Reads main.cf's text; `file_name` is for messages.
    pub fn parse(file_name: &str, text: &str, host: &HostFacts) -> Result<Self, Fault> {
        let mut file = MainCf { name: file_name.to_owned(), settings: Vec::new(), last: BTreeMap::new() };
        for line in lines::logical(text) {
            let setting = setting(file_name, &line)?;
            file.last.insert(setting.name.clone(), file.settings.len());
            file.settings.push(setting);
        }
        let conf = Self {
            file: Arc::new(file),
            overrides: Arc::default(),
            more_defaults: Arc::default(),
            host: Arc::new(host.clone()),
        };
        conf.check_level()?;
        Ok(conf)
    }

    /// The value of a parameter, in its type and within its range.
    pub fn get<K: Kind>(&self, parameter: Param<K>) -> Result<K::Value, Fault> {
        self.get_named(parameter.name(), parameter)
    }

    /// The value under another name, with the type, range and default of `parameter`: for parameters that exist
    /// once per transport or class (`smtp_recipient_limit`).
    pub fn get_named<K: Kind>(&self, name: &str, parameter: Param<K>) -> Result<K::Value, Fault> {
        let text = self.raw(name).or_else(|| self.raw(parameter.name())).unwrap_or_default();
        K::read(self, name, &text, parameter.facts()).map_err(|fault| fault.placed(self.place(name)))
    }

    /// The expanded value of any name, also of one that only main.cf knows; `None` when nobody knows it.
    pub fn lookup(&self, name: &str) -> Result<Option<String>, Fault> {
        let Some(text) = self.raw(name) else { return Ok(None) };
        self.expand(&text).map(Some).map_err(|fault| fault.placed(self.place(name)))
    }

    /// The value of any name as written, `$name` and all: override, else main.cf, else default.
    pub fn raw(&self, name: &str) -> Option<String> {
        if let Some(value) = self.overrides.get(name) {
            return Some(value.clone());
        }
        if let Some(setting) = self.setting(name) {
            return Some(setting.value.clone());
        }
        self.default_of(name)
    }

    /// The default of a name: from the table, the host, or [`Conf::with_defaults`]. Old names have none: whether
    /// they were set is what their replacements ask.
    pub fn default_of(&self, name: &str) -> Option<String> {
        if let Some(value) = self.host.defaults.get(name) {
            return Some(value.clone());
        }
        match find(name) {
            Some(parameter) => self.table_default(parameter),
            None => self.more_defaults.get(name).cloned(),
        }
    }

    fn table_default(&self, parameter: &Parameter) -> Option<String> {
        computed::default_of(self, parameter.name).or_else(|| Some(parameter.default.to_owned()))
    }

    /// Expands a text by this configuration.
    pub fn expand(&self, text: &str) -> Result<String, Fault> {
        let lookup = |name: &str| Ok(self.raw(name));
        Macros { lookup: &lookup, recursive: true, filter: None }.expand(text).map(|expansion| expansion.text)
    }

    /// The interfaces of this host that `inet_interfaces` and `inet_protocols` let mail use, IPv4 first.
    pub fn own_interfaces(&self) -> Result<Vec<Interface>, Fault> {
        computed::own_interfaces(self)
    }

    /// The compatibility level; 0 when main.cf does not name one.
    pub fn compatibility_level(&self) -> Level {
        let text = self.get(p::COMPATIBILITY_LEVEL).unwrap_or_default();
        text.parse().unwrap_or(Level::new(0, 0, 0))
    }

    /// The default of a parameter that is not set, when the compatibility level makes it another than the newest
    /// version's: what "using backwards-compatible default setting" is about.
    pub fn backwards_compatible_default<K>(&self, parameter: Param<K>) -> Result<Option<String>, Fault> {
        if self.is_set(parameter.name()) || !parameter.facts().default.contains("level {") {
            return Ok(None);
        }
        let ours = self.expand(parameter.facts().default)?;
        let newest = self.with_override(p::COMPATIBILITY_LEVEL.name(), NEWEST_LEVEL);
        let theirs = newest.expand(parameter.facts().default)?;
        Ok((ours != theirs).then_some(ours))
    }

    fn check_level(&self) -> Result<(), Fault> {
        let name = p::COMPATIBILITY_LEVEL.name();
        let text = self.get(p::COMPATIBILITY_LEVEL)?;
        text.parse::<Level>().map(|_| ()).map_err(|fault| fault.placed(self.place(name)))
    }

    /// The same configuration with `name = value` on top, as `-o` in master.cf gives it.
    #[must_use]
    pub fn with_override(&self, name: &str, value: &str) -> Self {
        let mut overrides = (*self.overrides).clone();
        overrides.insert(name.to_owned(), value.to_owned());
        Self { overrides: Arc::new(overrides), ..self.clone() }
    }

    /// The same configuration with defaults for names that the table does not know.
    #[must_use]
    pub fn with_defaults(&self, defaults: BTreeMap<String, String>) -> Self {
        Self { more_defaults: Arc::new(defaults), ..self.clone() }
    }

    /// Whether main.cf or an override gives this name a value.
    pub fn is_set(&self, name: &str) -> bool {
        self.overrides.contains_key(name) || self.file.last.contains_key(name)
    }

    /// What main.cf says of a name: the last setting counts.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.file.last.get(name).map(|at| &self.file.settings[*at])
    }

    /// Everything that main.cf sets, in its order, settings that a later one replaces included.
    pub fn settings(&self) -> &[Setting] {
        &self.file.settings
    }

    /// The same configuration without what main.cf sets for the names that `unwanted` picks.
    #[must_use]
    pub fn without(&self, unwanted: impl Fn(&str) -> bool) -> Self {
        let settings: Vec<Setting> =
            self.file.settings.iter().filter(|s| !unwanted(&s.name)).cloned().collect();
        let last = settings.iter().enumerate().map(|(at, s)| (s.name.clone(), at)).collect();
        Self { file: Arc::new(MainCf { name: self.file.name.clone(), settings, last }), ..self.clone() }
    }

    /// Names that main.cf or overrides set, each once, in order.
    pub fn set_names(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<&String> = self.file.last.keys().chain(self.overrides.keys()).collect();
        names.into_iter().map(String::as_str)
    }

    /// The name of the file, for messages.
    pub fn file_name(&self) -> &str {
        &self.file.name
    }

    /// What the host decided.
    pub fn host(&self) -> &HostFacts {
        &self.host
    }

    /// File and line of a name's setting, for faults; `None` when main.cf does not decide the value.
    pub fn place(&self, name: &str) -> Option<(String, usize)> {
        if self.overrides.contains_key(name) {
            return None;
        }
        self.setting(name).map(|setting| (self.file.name.clone(), setting.line))
    }

    /// Parameters that main.cf sets and that no program reads yet, in main.cf's order: `postfix check` names them.
    pub fn unread(&self) -> Vec<(&Setting, &'static Parameter)> {
        let counts = |setting: &Setting| self.setting(&setting.name) == Some(setting);
        let known = self.file.settings.iter().filter(|setting| counts(setting));
        known.filter_map(|setting| Some((setting, find(&setting.name).filter(|p| !p.is_read())?))).collect()
    }
}

fn setting(file: &str, line: &lines::Logical) -> Result<Setting, Fault> {
    let fault =
        |text: &str| Fault::at(file, line.first, format!("{text}: \"{}\"", line.text.trim_matches(is_space)));
    if line.text.starts_with(is_space) {
        return Err(fault("logical line must not start with whitespace"));
    }
    let (name, value) = lines::name_value(&line.text).map_err(fault)?;
    Ok(Setting { name: name.to_owned(), value: value.to_owned(), line: line.first })
}

/// The last compatibility level that changed a default.
/// How a log line begins that tells of a [`Conf::backwards_compatible_default`].
pub const OLD_DEFAULT: &str = "using backwards-compatible default setting";

const NEWEST_LEVEL: &str = "3.11";

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn conf(text: &str) -> Conf {
        let host = HostFacts { hostname: "mail.example.com".into(), ..HostFacts::default() };
        Conf::parse("main.cf", text, &host).unwrap()
    }

    #[test]
    fn the_last_definition_wins_and_defaults_fill_the_rest() {
        let conf = conf("myorigin = a\nmyorigin = b\nown = $myorigin.$mydomain\n");
        assert_eq!(conf.get(p::MYORIGIN).unwrap(), "b");
        assert_eq!(conf.lookup("own").unwrap().unwrap(), "b.example.com");
        assert_eq!(conf.lookup("nobody").unwrap(), None);
        assert_eq!(conf.get(p::MYDESTINATION).unwrap(), "mail.example.com, localhost.example.com, localhost");
        assert_eq!(conf.settings().len(), 3);
    }

    #[test]
    fn overrides_are_expanded_against_the_rest_and_seen_by_it() {
        let conf = conf("myhostname = a.example\n").with_override("smtpd_banner", "$myhostname!");
        assert_eq!(conf.get(p::SMTPD_BANNER).unwrap(), "a.example!");
        let conf = conf.with_override("myhostname", "b.example").with_override("stress", "yes");
        assert_eq!(conf.get(p::SMTPD_BANNER).unwrap(), "b.example!");
        assert_eq!(conf.get(p::SMTPD_TIMEOUT).unwrap(), Duration::from_secs(10));
        assert_eq!(conf.get(p::SMTPD_HARD_ERROR_LIMIT).unwrap(), 1);
    }

    #[test]
    fn defaults_follow_the_compatibility_level() {
        let old = conf("");
        assert_eq!(old.compatibility_level(), Level::new(0, 0, 0));
        assert_eq!(old.get(p::SMTPD_RELAY_RESTRICTIONS).unwrap(), "");
        assert_eq!(old.get(p::SMTPUTF8_ENABLE), Ok(false));
        let new = conf("compatibility_level = 3.6\n");
        assert!(new.compatibility_level() >= Level::new(3, 6, 0));
        assert!(new.get(p::SMTPD_RELAY_RESTRICTIONS).unwrap().starts_with("permit_mynetworks, "));
        assert_eq!(new.get(p::SMTP_TLS_SECURITY_LEVEL).unwrap(), "");
        assert_eq!(conf("compatibility_level = 3.11").get(p::SMTP_TLS_SECURITY_LEVEL).unwrap(), "may");
    }

    #[test]
    fn defaults_of_old_versions_are_told_when_they_matter() {
        let told = |text: &str| conf(text).backwards_compatible_default(p::SMTPUTF8_ENABLE).unwrap();
        assert_eq!(told("").as_deref(), Some("no"));
        assert_eq!(told("compatibility_level = 1\n"), None);
        assert_eq!(told("smtputf8_enable = no\n"), None);
        assert_eq!(conf("").backwards_compatible_default(p::MYORIGIN), Ok(None));
    }

    #[test]
    fn raw_values_keep_their_dollars() {
        let conf = conf("mailbox_command = /bin/x \"$EXTENSION\"\n");
        assert_eq!(conf.get(p::MAILBOX_COMMAND).unwrap(), "/bin/x \"$EXTENSION\"");
        assert!(conf.get(p::FORWARD_PATH).unwrap().starts_with("$home/.forward"));
    }

    #[test]
    fn an_old_name_still_feeds_its_replacement() {
        let conf = conf("fallback_relay = [relay.example]\n");
        assert_eq!(conf.get(p::SMTP_FALLBACK_RELAY).unwrap(), "[relay.example]");
    }

    #[test]
    fn faults_name_file_and_line() {
        let host = HostFacts::default();
        for (text, expected) in [
            ("a = 1\nnonsense\n", "main.cf, line 2: missing '=' after attribute name: \"nonsense\""),
            ("= 1\n", "main.cf, line 1: missing attribute name: \"= 1\""),
            ("\n a = 1\n", "main.cf, line 2: logical line must not start with whitespace: \"a = 1\""),
            ("compatibility_level = new\n", "main.cf, line 1: invalid compatibility level: \"new\""),
        ] {
            assert_eq!(Conf::parse("main.cf", text, &host).unwrap_err().to_string(), expected);
        }
        let fault = conf("\nsmtpd_helo_required = maybe\n").get(p::SMTPD_HELO_REQUIRED).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "main.cf, line 2: bad boolean configuration: smtpd_helo_required = maybe"
        );
        let fault = conf("smtpd_banner = ${x\n").get(p::SMTPD_BANNER).unwrap_err();
        assert_eq!(fault.to_string(), "main.cf, line 1: truncated macro reference: \"${x\"");
    }
}
